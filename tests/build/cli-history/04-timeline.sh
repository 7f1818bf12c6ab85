# SPDX-License-Identifier: MIT
# A run in time, from the history alone: trace, events and stats agree with the
# stream that the build wrote, and are what their readers take.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(defn make [vars] {:command ["sh" "make" (:out vars)]})
(doseq [name ["a" "b" "say \"hi\"\tü" "c"]]
  (action :outputs [name] :inputs {:ifwritten ["in"]} :rule make))
(action :outputs ["lib"] :inputs {:ifchanged ["a" "b"]} :rule make)
(group "all-of-it" "lib" "c")
(action :outputs ["app"] :inputs {:ifchanged ["lib"]} :order-only ["all-of-it"]
        :rule make)
(action :outputs ["bad"] :rule {:command ["sh" "-c" "printf 'no \\377\\n'; exit 3"]})
END
write make <<'END'
echo "making $1"
echo x >"$1"
END
write in one
ronin_fails 1 -k 0 -j3
cp "$EVENTS" stream
ronin trace >trace.json
ronin events >past
ronin stats -o json >stats.json

cat >check.py <<'END'
import json

def lines(name):
    return [json.loads(line) for line in open(name, encoding="utf-8")]

stream, past = lines("stream"), lines("past")
trace = json.load(open("trace.json", encoding="utf-8"))["traceEvents"]
stats = json.load(open("stats.json", encoding="utf-8"))

# The past tells what the stream told.
assert [e["seq"] for e in past] == list(range(len(past)))
assert all(a["t"] <= b["t"] for a, b in zip(past, past[1:]))
assert past[0]["type"] == "run.start" and past[-1]["type"] == "run.end"
assert past[-1]["status"] == "failed" and past[-1]["exit"] == 1
def ends(events):
    return {e["path"]: [e.get(k) for k in
            ("status", "exit", "dur", "cpu", "rss", "output", "output_b64")]
            for e in events if e["type"] == "action.end"}
assert ends(past) == ends(stream), (ends(past), ends(stream))
assert len(ends(past)) == 7 and 'say "hi"\tü' in ends(past)
def whys(events):
    return {e["path"]: e["why"] for e in events if e["type"] == "action.start"}
assert whys(past) == whys(stream)
for e in past:
    if e["type"] == "action.end":
        start = next(s for s in past if s["type"] == "action.start"
                     and s["id"] == e["id"])
        assert start["path"] == e["path"] and start["seq"] < e["seq"]

# The trace: slices that do not overlap on their lane, arrows within slices.
slices = [e for e in trace if e["ph"] == "X"]
assert {s["name"] for s in slices} == set(ends(past))
assert {s["cat"] for s in slices} == {"ok", "failed"}
for lane in {s["tid"] for s in slices}:
    on = sorted((s["ts"], s["ts"] + s["dur"]) for s in slices if s["tid"] == lane)
    assert all(a[1] <= b[0] for a, b in zip(on, on[1:])), on
named = {e["tid"] for e in trace if e["name"] == "thread_name"}
assert named == {s["tid"] for s in slices} and max(named) <= 3, named
arrows = [e for e in trace if e["ph"] in "sf"]
# What ended last may have waited for nothing.
assert len(arrows) == 2 * (len(stats["path"]) - 1)
for start, end in zip(arrows[::2], arrows[1::2]):
    assert [start["ph"], end["ph"]] == ["s", "f"] and start["id"] == end["id"]
    for arrow in (start, end):
        assert any(s["tid"] == arrow["tid"] and s["args"]["critical"] and
                   s["ts"] <= arrow["ts"] <= s["ts"] + s["dur"]
                   for s in slices), arrow
    assert start["ts"] <= end["ts"]
counters = [e for e in trace if e["ph"] == "C" and e["name"] == "jobs"]
counts = [e["args"]["running"] for e in counters]
assert min(counts) >= 0 and 1 <= max(counts) <= 3 and counts[-1] == 0
assert all(e["ts"] >= 0 for e in trace)

# The critical path goes to what ended last, each after the one before it.
path = [a["path"] for a in stats["path"]]
assert path == [s["name"] for s in sorted(
    (s for s in slices if s["args"]["critical"]), key=lambda s: s["ts"])], path
assert path[-1] in ("app", "bad", "c", 'say "hi"\tü')
if path[-1] == "app":
    assert path[-2] in ("lib", "c"), path
assert stats["critical"] <= stats["dur"] + 5000
assert stats["work"] == sum(s["dur"] for s in slices)
assert stats["ran"] == 6 and stats["failed"] == 1
assert stats["longest"][0]["dur"] == max(s["dur"] for s in slices)
END
python3 check.py || fail "$(cat trace.json)"
well_formed()
{
    ronin trace "$@" >traced.json
    python3 "$TESTS/lib/trace_format.py" traced.json || fail "$(cat traced.json)"
}
well_formed

# An earlier run, and one where much was spared.
write in two
edit build.magma '/"bad"/d'
ronin_ok
OUTPUT=$(ronin stats)
assert_output 'run 2 of 2' '4 ran, ' ' cut off: saved about ' \
    'critical path' 'at a time, at most '
OUTPUT=$(ronin stats 1)
assert_output 'run 1 of 2' '6 ran, 1 failed'
assert_equal "$(ronin events 1 | grep -c action.end)" 7
well_formed
well_formed 1

# What a graph that is broken costs: the path alone.
write build.magma '(action'
OUTPUT=$(ronin stats)
assert_output 'run 2 of 2' 'longest'
assert_lacks "$OUTPUT" 'critical path'
well_formed
assert_lacks "$(cat traced.json)" '"ph":"s"'
ronin_fails 2 stats 99
assert_output 'there is no run 99'
ronin_fails 2 trace first
assert_output 'not the number of a run: first'
ronin_fails 2 events 1 2
rm -rf .ronin
ronin_fails 2 trace
assert_output 'no run is recorded'

# An action that keeps more memory than ronin, and a run that was killed.
write build.magma <<'END'
(action :outputs ["big"] :rule {:command ["sh" "-c"
  "head -c 100000000 /dev/zero | tail -c 100000000 | wc -c >big"]})
(action :outputs ["next"] :inputs {:ifwritten ["big"]} :rule {:command ["cp" "big" "next"]})
(action :outputs ["stays"] :inputs {:ifwritten ["big"]}
        :rule {:command ["sh" "-c" "echo >begun; kill -9 $PPID; sleep 9"]})
END
ronin_ok next
well_formed
assert_equal "$(grep -c '"ph":"[sf]"' traced.json)" 2
assert_contains "$(cat traced.json)" '"name":"peak memory","ph":"C"'
assert_contains "$(cat traced.json)" '"name":"big","ph":"X"'
(ronin >/dev/null 2>&1) || :
assert_file begun
well_formed

# A reader that has seen enough goes away, and nobody complains; of a build's stream
# it is told.
python3 - "$RONIN" <<'END'
import os, subprocess, sys

def told(*args):
    """What stands on standard error of a program that nobody listens to."""
    ours, theirs = os.pipe()
    os.close(ours)
    return subprocess.run([sys.argv[1], *args], stdout=theirs, pass_fds=[theirs],
                          stderr=subprocess.PIPE, text=True).stderr

assert told("events") == "", told("events")
assert "no more events are written" in told("--events", "fd:1", "--quiet", "app")
END
