# SPDX-License-Identifier: MIT
# The manual pages can be made, and mandoc finds nothing wrong with them.
. "$TESTS/lib/build.sh"
command -v mandoc cmark-gfm >/dev/null || exit 77

(cd "$TESTS/.." && runtime/help/man "$(command -v ronin)" "$OLDPWD/man")
for page in ronin.1 ronin-query.7 ronin-events.7 magma.5; do
    mandoc -T lint "man/$page" || fail "mandoc finds something in $page"
    mandoc -T utf8 "man/$page" | sed "s|.\x08||g" >text
    grep -q '^NAME' text || fail "$page has no name"
done
mandoc -T utf8 man/ronin.1 | sed "s|.\x08||g" >text
grep -q -- '--keep-going' text || fail "ronin.1 lacks an option"
