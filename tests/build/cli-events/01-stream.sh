# SPDX-License-Identifier: MIT
# The stream of events: whole lines of JSON, numbered without a gap, from
# run.start to run.end.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :inputs {:ifchanged ["in"]} :outputs ["a"] :rule {:command ["cp" "in" "a"]})
(action :inputs {:ifchanged ["a"]} :outputs ["b"] :name "last"
  :rule {:command ["sh" "-c" "printf 'bytes \\377\\n'; cp a b"]})
(action :name "fails" :rule {:command ["false"]})
(group "default" "b")
END
write in one

check_stream()
{
    python3 - "$EVENTS" "$@" <<'END'
import base64, json, sys

lines = open(sys.argv[1], encoding="utf-8").read().splitlines()
events = [json.loads(line) for line in lines]
assert [e["seq"] for e in events] == list(range(len(events))), "gap"
assert all(e["v"] == 1 and isinstance(e["t"], int) for e in events)
assert events[0]["type"] == "run.start" and events[-1]["type"] == "run.end"
assert isinstance(events[0]["args"], list) and events[0]["jobs"] > 0
types = [e["type"] for e in events[1:-1] if e["type"] != "phase"]
assert all(e["what"] for e in events if e["type"] == "phase")
# Files that are as new as the clock's step have the graph loaded after all.
if "graph.loaded" not in sys.argv[3].split() and types[:1] == ["graph.loaded"]:
    types = types[1:]
assert all(a["t"] <= b["t"] for a, b in zip(events, events[1:])), "time"
assert types == sys.argv[3].split(), types
end = events[-1]
assert [end["status"], str(end["exit"])] == sys.argv[2].split(), end
for e in events:
    if "output_b64" in e:
        assert base64.b64decode(e["output_b64"]) == b"bytes \xff\n", e
        assert e["output"] == "bytes \ufffd\n", e
        assert e["path"] == "b" and e["cutoff"] is False, e
END
}

ronin_ok
check_stream 'ok 0' \
    'graph.loaded plan action.start action.end action.start action.end'
# What took its time beside: only behind the graph, of which run.start tells.
assert_contains "$(events phase what | tr '\n' ' ')" 'scanning reading records '
assert_contains "$(events phase what | tr '\n' ' ')" 'writing records '
[ -n "$(events run.start graph)" ] || fail "run.start has no graph"
assert_equal "$(events action.start why)" \
    $'[{\'code\': \'never-built\'}]\n[{\'code\': \'never-built\'}]'

# Nothing to do.
ronin_ok
check_stream 'ok 0' 'action.skip action.skip'

ronin_fails 1 fails
check_stream 'failed 1' 'graph.loaded plan action.start action.end'
assert_equal "$(events action.end path)" fails
assert_equal "$(events action.end exit)" 1

# No graph: the stream still begins and ends.
write broken.magma '(action'
ronin_fails 3 -f broken.magma
check_stream 'error 3' ''

# A descriptor.
ronin build --quiet --events fd:5 5>stream
assert_contains "$(head -n 1 stream)" '"type":"run.start"'
assert_contains "$(tail -n 1 stream)" '"type":"run.end"'

# The wait for another build is told at once, before there is a graph.
mkfifo gate
write holds.magma <<'END'
(action :name "holds" :rule {:command ["sh" "-c" "echo >held; cat gate"]})
END
ronin -f holds.magma >/dev/null 2>&1 &
until [ -e held ]; do sleep 0.02; done
ronin --progress json -f holds.magma >waits 2>/dev/null &
until grep -q '"what":"waiting for another build"' waits; do sleep 0.02; done
assert_equal "$(wc -l <waits)" 2
echo >gate
wait
assert_contains "$(sed -n '1p' waits)" '"type":"run.start"'
assert_contains "$(tail -n 1 waits)" '"type":"run.end","status":"ok"'

# Of a very long output the event has the first MiB, and how long it was.
write build.magma <<'END'
(action :outputs ["long"] :rule {:command
  ["sh" "-c" "head -c 1048586 /dev/zero | tr '\\0' x; touch long"]})
END
ronin_ok --quiet
python3 - "$EVENTS" <<'END'
import json, sys
(end,) = [e for e in map(json.loads, open(sys.argv[1])) if e["type"] == "action.end"]
assert end["output"] == "x" * 2**20 and end["output_len"] == 2**20 + 10, end.keys()
END
