# SPDX-License-Identifier: MIT
"""Holds a file against the trace event format that Chrome and Perfetto read.

    trace_format.py FILE...
"""
import json
import sys

# The fields that each phase has, and of what type; those of `every` go for all.
EVERY = {"name": str, "ph": str, "ts": int, "pid": int, "tid": int}
PHASES = {
    "M": {"args": dict},
    "X": {"dur": int, "cat": str, "args": dict},
    "s": {"id": int, "cat": str},
    "f": {"id": int, "cat": str, "bp": str},
    "C": {"args": dict},
}


def load(name):
    """As strict as JavaScript: a key only once, no NaN."""
    def pairs(items):
        keys = [key for key, _ in items]
        assert len(keys) == len(set(keys)), f"a key twice: {keys}"
        return dict(items)

    def constant(word):
        raise AssertionError(f"{word} is no JSON")

    with open(name, encoding="utf-8") as file:
        return json.load(file, object_pairs_hook=pairs, parse_constant=constant)


def check_fields(event):
    wanted = {**EVERY, **PHASES[event["ph"]]}
    assert event.keys() == wanted.keys(), (sorted(event), sorted(wanted))
    for field, kind in wanted.items():
        assert type(event[field]) is kind, (field, event)
    assert event["ts"] >= 0 and event.get("dur", 0) >= 0, event
    assert event["name"] and event.get("cat", "x"), event


def check_meta(event):
    assert event["name"] in ("process_name", "thread_name"), event
    assert event["args"].keys() == {"name"} and event["args"]["name"], event


def check_flows(events, slices):
    """An arrow begins within a slice, and binds to the one around its end."""
    starts = {e["id"]: e for e in events if e["ph"] == "s"}
    ends = {e["id"]: e for e in events if e["ph"] == "f"}
    flows = [e for e in events if e["ph"] in "sf"]
    assert starts.keys() == ends.keys() and len(flows) == 2 * len(starts)
    for number, start in starts.items():
        end = ends[number]
        assert end["bp"] == "e" and start["ts"] <= end["ts"], (start, end)
        for key in ("name", "cat", "pid"):
            assert start[key] == end[key], (start, end)
    for flow in flows:
        assert any(s["tid"] == flow["tid"] and
                   s["ts"] <= flow["ts"] <= s["ts"] + max(s["dur"] - 1, 0)
                   for s in slices), flow


def check_counters(events):
    """Numbers, in the order of time; nothing runs at the end."""
    last = {}
    for event in events:
        if event["ph"] == "C":
            values = list(event["args"].values())
            assert values and all(type(v) is int and v >= 0 for v in values)
            before = last.get(event["name"], (0, None))
            assert before[0] <= event["ts"], (before, event)
            last[event["name"]] = (event["ts"], values)
    for name, (_, values) in last.items():
        assert set(values) == {0}, (name, values)


def check(name):
    trace = load(name)
    assert trace.keys() == {"displayTimeUnit", "traceEvents"}, trace.keys()
    assert trace["displayTimeUnit"] in ("ms", "ns")
    events = trace["traceEvents"]
    slices = [e for e in events if e["ph"] == "X"]
    for event in events:
        check_fields(event)
        if event["ph"] == "M":
            check_meta(event)
    assert [e["name"] for e in events if e["ph"] == "M"][0] == "process_name"
    assert {e["pid"] for e in events} == {1}
    named = [e["tid"] for e in events if e["name"] == "thread_name"]
    assert len(named) == len(set(named)), named
    assert {s["tid"] for s in slices} <= set(named), named
    # Slices of a thread lie beside each other or within each other.
    for lane in named:
        on = sorted((s["ts"], -s["dur"]) for s in slices if s["tid"] == lane)
        for one, other in zip(on, on[1:]):
            assert one[0] - one[1] <= other[0], (lane, one, other)
    check_flows(events, slices)
    check_counters(events)


for path in sys.argv[1:]:
    check(path)
