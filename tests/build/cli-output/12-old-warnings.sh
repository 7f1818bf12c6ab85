# SPDX-License-Identifier: MIT
# Warnings of earlier runs are counted by a build that runs nothing: those of actions
# that are in the graph and succeeded when they ran last, and no others.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(defn step [vars] {:command ["sh" "-c" (str "cat " (:in vars) "; cp " (:in vars) " " (:out vars)
  "; ! grep -q fail " (:in vars))]})
(action :outputs ["one"] :inputs {:ifchanged ["1"]} :rule step)
(action :outputs ["two"] :inputs {:ifchanged ["2"]} :rule step)
(action :outputs ["three"] :inputs {:ifchanged ["3"]} :rule step)
END
warn='x.c:1:2: warning: w'
write 1 "$warn" "$warn"
write 2 "$warn" 'x.c:1: note: n'
write 3 'says something'

# counted TEXT: in the last line, with and without the index, and asked for a part.
counted()
{
    local way

    for way in '' '--content' one; do
        # shellcheck disable=SC2086
        ronin_ok $way
        assert_ran
        assert_equal "$(sed 's/^up to date ([^)]*)//' <<<"$OUTPUT")" "$1"
    done
    rm -f .ronin/index-*
    ronin_ok
    assert_equal "$(sed 's/^up to date ([^)]*)//' <<<"$OUTPUT")" "$1"
}

ronin_ok
assert_output '3 warnings, '
counted ' · 3 warnings: ronin warnings'
ronin_ok warnings
assert_equal "$(grep -c warning: <<<"$OUTPUT")" 3

# Another run of one action; then one without a warning.
write 1 "$warn"
ronin_ok
assert_output '1 ran' '1 warning, '
counted ' · 2 warnings: ronin warnings'
write 1 clean
ronin_ok
counted ' · 1 warning: ronin warnings'
write 2 clean
ronin_ok
counted ''

# What fails has no warning that is true; what left the graph has none either.
write 1 "$warn"
write 2 "$warn"
ronin_ok
write 1 "$warn" fail
ronin_fails 1
write 1 clean
ronin_ok
counted ' · 1 warning: ronin warnings'
edit build.magma '/"two"/d'
ronin_ok
counted ''

# From elsewhere, the words work as they stand there.
write 1 "$warn"
ronin_ok
mkdir sub
cd sub
OUTPUT=$(ronin -C ..)
assert_contains "$OUTPUT" ' · 1 warning: ronin -C .. warnings'
OUTPUT=$(ronin -C .. warnings)
assert_contains "$OUTPUT" "$warn"

# Tables of before had no counts: those come as actions run.
cd ..
python3 -c '
import sqlite3
db = sqlite3.connect(".ronin/state.db")
db.execute("DELETE FROM warned")
db.commit()'
rm -f .ronin/index-* .ronin/graph-*
ronin_ok warnings
assert_output "$warn"
ronin_ok
assert_ran
rm one
ronin_ok
counted ' · 1 warning: ronin warnings'
