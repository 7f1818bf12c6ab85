# SPDX-License-Identifier: MIT
# The verbs that are queries with a format of their own, and files they write.
. "$TESTS/lib/build.sh"
write build.magma <<'EOF'
(action :inputs {:ifwritten ["a.c"]} :outputs ["a.o"]
        :rule {:command ["cc" "-c" "a.c" "-o" "a.o"]})
(action :inputs {:ifwritten ["a.o"]} :outputs ["app"]
        :rule {:command ["cc" "a.o" "-o" "app"]})
EOF
write a.c 'int main(void) { return 0; }'

ronin_ok graph
assert_output "digraph ronin" "n1 -> n0" "n2 -> n1"
ronin_ok graph -o tree app
[ "$OUTPUT" = app ] || fail "a query without deps has more: $OUTPUT"
ronin_ok graph -o tree 'app | deps'
assert_output "└── a.o"

ronin_ok compdb
assert_output '"file":"a.c"'
mkdir below
cd below
ronin_ok compdb -w db.json
[ -z "$OUTPUT" ] || fail "it printed: $OUTPUT"
cd ..
python3 -c 'import json; assert len(json.load(open("below/db.json"))) == 1'
[ -e .ronin ] && fail "asking left .ronin behind"

# What would not change is not written, and a link stays a link.
touch -d 2001-01-01 below/db.json
ronin_ok compdb -w below/db.json
[ "$(stat -c %Y below/db.json)" = "$(date -d 2001-01-01 +%s)" ] ||
    fail "an equal file was written"
ln -s below/db.json compile_commands.json
edit build.magma 's/"-c"/"-c" "-g"/'
ronin_ok compdb -w compile_commands.json
[ -L compile_commands.json ] || fail "the link was replaced"
grep -q '"-g"' below/db.json || fail "the file behind the link is old"

ronin_fails 4 compdb -w nowhere/db.json
assert_output "cannot write" "nowhere/db.json"
ronin_fails 2 graph -o pdf
ronin_fails 2 graph nothing
assert_output "nothing"
