# SPDX-License-Identifier: MIT
# Verbs, chapters and the manual, all from inside the program.
. "$TESTS/lib/build.sh"

ronin_ok help
assert_output "why  " "completion "
case $OUTPUT in
*__complete*) fail "help shows what is not for people" ;;
esac
ronin_ok help why
assert_output "--chain" "--help"
ronin_ok help chapters
assert_output "build/edges" "magma/forms"

# Every chapter can be shown, by its whole name, without marks of links.
while read -r name _; do
    ronin_ok help "$name"
    [ -n "$OUTPUT" ] || fail "nothing in $name"
done < <(ronin help chapters | sed -n 's/^  //p')
# No chapter is forgotten but the lists, decisions and the generated reference.
for file in "$TESTS"/../spec/*.md "$TESTS"/../spec/*/*.md; do
    name=${file#"$TESTS"/../spec/}
    case $name in
    README.md | changes.md | decisions/* | magma/reference.md) continue ;;
    esac
    ronin help chapters | grep -q "^  ${name%.md} " || fail "no chapter $name"
done
ronin_ok help edges
assert_output "(action :outputs"
case $OUTPUT in
*'](rules.md)'* | *'```'*) fail "marks are left in $OUTPUT" ;;
esac

ronin_fails 2 help nothing-like-it
assert_output "there is no verb or chapter nothing-like-it" "ronin help chapters"

# The manual has each verb with each of its options.
ronin_ok help manual
assert_output "## ronin build" "**--keep-going**" "# Options of every verb"
