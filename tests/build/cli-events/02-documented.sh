# SPDX-License-Identifier: MIT
# Every type and field that a stream has is in the table of the chapter, and every
# type of the table is written by some build.
. "$TESTS/lib/build.sh"

collect()
{
    cat "$EVENTS" >>all
    tail -n 1 "$EVENTS" | grep -q '"type":"run.end"' || fail "cut off"
}

write build.magma <<'END'
(defn sh [script] {:command ["sh" "-c" script]})
(action :outputs ["conf.h"] :inputs {:ifchanged ["conf.in"]}
        :rule (sh "grep -v '^#' conf.in >conf.h"))
(action :outputs ["main.o"] :inputs {:ifchanged ["conf.h"]}
        :rule (sh "echo 'main.c:1: warning: x is unused'; cp conf.h main.o"))
(action :outputs ["old"] :rule (sh "touch old"))
(action :outputs ["bad"] :inputs {:ifchanged ["conf.h"]}
        :rule (sh "echo 'main.c:1:7: error: no'; exit 3"))
(action :outputs ["killed"] :rule (sh "printf 'bytes \\377'; kill -9 $$"))
(action :outputs ["behind"] :inputs {:ifwritten ["bad"]} :rule (sh "touch behind"))
(action :outputs ["liar"] :rule (sh "true"))
(group "default" "main.o" "old")
END
echo 1 >conf.in
ronin_ok; collect
ronin_ok; collect
sed -i 's/"old"/"new"/g; s/touch old/touch new/' build.magma
echo '# cuts off' >>conf.in
ronin_ok; collect
ronin_fails 1 -k0 bad killed behind liar; collect
ronin_fails 2 nobody; collect
echo 3 >conf.in
rm -f .ronin/state.db-*; printf 'no database' >.ronin/state.db
ronin_ok; collect

# One that runs alone for longer than two seconds is told as it goes.
write slow.magma <<'END'
(action :outputs ["slow"] :rule {:command ["sh" "-c"
  "echo first; until grep -q 'action[.]outpu[t]' events; do sleep 0.05; done; touch slow"]})
END
ronin build -f slow.magma --quiet --events events
cat events >>all
# What reads the past writes the same.
ronin events -f slow.magma >>all

python3 - "$TESTS/../spec/format/events.md" <<'END' || fail "see above"
import json, re, sys

table = {}
for line in open(sys.argv[1], encoding="utf-8"):
    row = re.fullmatch(r"\| `([a-z.]+)` \| (.*) \|\n", line)
    if row:
        table[row[1]] = set(re.findall(r"`(\w+)`", row[2]))
assert len(table) >= 12, table
table["diag"] -= {"output"}  # where another field is spoken of
always = {"v", "seq", "t", "type"}
# Told of in the paragraphs below the table.
also = {"action.end": {"output_len"}, "action.output": {"chunk_len"},
        "run.start": {"run", "started"}}
seen = {}
for line in open("all", encoding="utf-8"):
    event = json.loads(line)
    fields = {f.removesuffix("_b64") for f in event} - always
    known = table[event["type"]] | also.get(event["type"], set())
    assert fields <= known, (event["type"], fields - known)
    seen.setdefault(event["type"], set()).update(fields)
assert set(table) - set(seen) - {"note"} == set(), set(table) - set(seen)
missing = {t: table[t] - seen[t] for t in seen if table[t] - seen[t]}
# No plan of these has a time: too little is known.
for t, fields in missing.items():
    assert fields <= {"eta"}, missing
END
