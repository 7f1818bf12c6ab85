# SPDX-License-Identifier: MIT
# Runs, what changed in the graph between them, and forgetting.
. "$TESTS/lib/build.sh"

copy()
{
    printf '(action :outputs ["%s"] :inputs {:ifchanged ["%s"]}\n' "$2" "$1"
    printf '  :rule {:command ["cp" "%s" "%s"]})\n' "$1" "$2"
}

write in one
write other two
{ copy in a; copy in b; copy in c; } | write build.magma
ronin_ok runs
assert_output 'no run is recorded'
ronin_ok
ronin_ok # nothing to do: no run of the history
{ copy in a; copy other b; copy in d; } | write build.magma
ronin_ok
assert_absent c
ronin_ok runs
assert_output '   1  ' '3 ran' '   2  ' '2 ran'
assert_equal "$(printf '%s\n' "$OUTPUT" | wc -l)" 2
ronin_ok runs -o json
printf '%s\n' "$OUTPUT" | python3 -c '
import json, sys
runs = [json.loads(line) for line in sys.stdin]
assert [run["run"] for run in runs] == [1, 2], runs
assert runs[0]["ran"] == 3 and runs[0]["exit"] == 0, runs
assert runs[0]["graph"] != runs[1]["graph"], runs
assert runs[0]["args"].startswith("build "), runs
'

ronin_ok diff 1 2
assert_equal "$OUTPUT" '~ b  command, inputs
- c
+ d'
ronin_ok diff 2 1
assert_equal "$OUTPUT" '~ b  command, inputs
+ c
- d'
ronin_ok diff -o json 1 2
printf '%s\n' "$OUTPUT" | python3 -c '
import json, sys
lines = [json.loads(line) for line in sys.stdin]
assert lines[0] == {"path": "b", "change": "changed",
                    "what": ["command", "inputs"]}, lines
'
ronin_ok diff 2 2
assert_output 'the graph was the same'
write in three
ronin_ok
ronin_ok diff 2 3
assert_output 'the graph was the same'
ronin_fails 2 diff 1
ronin_fails 2 diff 1 x
assert_output 'not the number of a run: x'
ronin_fails 2 diff 1 99
assert_output 'there is no run 99'

# Older versions are differences to newer ones, however many there are.
for i in 1 2 3 4; do
    copy in "e$i" >>build.magma
    ronin_ok
done
ronin_ok diff 1 7
assert_output '~ b' '- c' '+ d' '+ e1' '+ e4'
ronin_ok diff 5 6
assert_equal "$OUTPUT" '+ e3'

ronin_ok gc --runs 2
assert_output 'forgot 5 runs'
ronin_ok runs
assert_equal "$(printf '%s\n' "$OUTPUT" | wc -l)" 2
ronin_ok diff 6 7
assert_equal "$OUTPUT" '+ e4'
ronin_fails 2 diff 1 7

# What decides stays, and the last run of each action can be explained.
ronin_ok
assert_ran
ronin_ok why a
assert_output 'a  rebuilt in run 3'
ronin_ok gc --size 1K
ronin_ok
assert_ran
ronin_fails 2 gc --size 0

# Without being asked, the last 50 runs are kept.
write build.magma '(action :outputs ["last"] :implicit :always :rule {:command ["touch" "last"]})'
for _ in $(seq 52); do
    ronin build >output 2>&1 || fail "$(cat output)"
done
ronin_ok runs
assert_equal "$(printf '%s\n' "$OUTPUT" | wc -l)" 50
ronin_ok gc
ronin_ok runs
assert_equal "$(printf '%s\n' "$OUTPUT" | wc -l)" 50
