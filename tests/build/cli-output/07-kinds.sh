# SPDX-License-Identifier: MIT
# Which kind of progress is chosen, and what each of them prints where nobody
# looks on.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :outputs ["quiet"] :description "QUIET"
  :rule {:command ["touch" "quiet"]})
(action :outputs ["loud"] :description "LOUD" :inputs {:ifchanged ["quiet"]}
  :rule {:command ["sh" "-c" "echo 'a.c:3: warning: so loud'; touch loud"]})
END
again()
{
    rm -f quiet loud
    OUTPUT=$("$@" 2>&1)
}

# A pipe: a line for each action.
again ronin
assert_output '[1/2] QUIET' $'[2/2] LOUD\na.c:3: warning: so loud\nbuilt: 2 ran' \
    'up to date, 1 warning, '

# A service: what says nothing is not told.
again env CI=true ronin
assert_output $'[2/2] LOUD\na.c:3: warning: so loud\nbuilt: 2 ran'
assert_lacks "$OUTPUT" QUIET
again env CI=false ronin
assert_output '[1/2] QUIET'
again ronin --progress plain
assert_lacks "$OUTPUT" QUIET

# No line of any action, but all else.
again ronin --progress none
assert_output $'a.c:3: warning: so loud\nbuilt: 2 ran'
assert_lacks "$OUTPUT" LOUD
again ronin --quiet
assert_equal "$OUTPUT" 'a.c:3: warning: so loud'
again env GITHUB_ACTIONS=true ronin --quiet
assert_equal "$OUTPUT" 'a.c:3: warning: so loud'

# The bar without a terminal prints no sequence of any.
again env TERM=xterm ronin --progress bar
assert_output $'[2/2] LOUD\na.c:3: warning: so loud\nbuilt: 2 ran'
assert_lacks "$OUTPUT" $'\033'
assert_lacks "$OUTPUT" $'\r'

# JSON: each line an object, and nothing else.
again ronin --progress=json
printf '%s\n' "$OUTPUT" >stream
python3 - <<'END' || fail "no stream: $OUTPUT"
import json
events = [json.loads(line) for line in open("stream", encoding="utf-8")]
assert [e["seq"] for e in events] == list(range(len(events)))
events = [e for e in events if e["type"] != "phase"]
types = [e["type"] for e in events]
assert types == ["run.start", "graph.loaded", "plan", "action.start",
                 "action.end", "action.start", "diag", "action.end",
                 "run.end"], types
diag = events[6]
assert [diag["file"], diag["line"], diag["sev"], diag["msg"]] == [
    "a.c", 3, "warning", "so loud"], diag
assert diag["id"] == events[5]["id"] == events[7]["id"] != events[3]["id"]
assert diag["path"] == "loud" and "col" not in diag
END

# Formats: RONIN_STATUS before NINJA_STATUS, and mistakes are told first.
again env NINJA_STATUS='<%f of %t> ' ronin
assert_output '<1 of 2> QUIET'
again env NINJA_STATUS='%z' RONIN_STATUS='%p ' ronin
assert_output ' 50% QUIET' '100% LOUD'
STATUS=0
OUTPUT=$(NINJA_STATUS='%z' ronin 2>&1) || STATUS=$?
assert_equal "$STATUS" 2
assert_output 'unknown placeholder %z in NINJA_STATUS'
ronin_fails 2 --progress=ninja
assert_output '--progress does not know ninja' 'it takes auto, bar, line'

# What runs for long is told again and again.
write build.magma <<'END'
(action :outputs ["slow"] :rule {:command ["sh" "-c"
  "until grep -q 'still running' out; do sleep 0.02; done; touch slow"]})
END
RONIN_HEARTBEAT_MS=30 CI=1 ronin >out
assert_contains "$(cat out)" '[0/1] still running: slow ('
assert_contains "$(tail -n 1 out)" 'built: 1 ran'
