# SPDX-License-Identifier: MIT
# On GitHub's runners: groups, annotations at the lines of the sources, a table;
# what an action prints is no command to the runner.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :outputs ["ok"] :description "MAKE ok, 100%"
  :rule {:command ["sh" "-c" "echo 'src/a.c:3:4: warning: 100% odd'; echo '::error::not me'; touch ok"]})
(action :outputs ["silent"] :rule {:command ["touch" "silent"]})
(action :outputs ["bad"] :inputs {:order-only ["ok"]}
  :rule {:command ["sh" "-c" "printf '\\033[31ma,b.c:7: error: a | b\\033[0m\\n'; exit 1"]})
(action :outputs ["mute"] :rule {:command ["false"]})
END
edit build.magma 's/ :inputs {:order-only \["ok"\]}/ :order-only ["ok"]/'

STATUS=0
GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=table ronin -k 0 -j1 >log 2>err || STATUS=$?
assert_equal "$STATUS" 1
assert_equal "$(cat err)" ''
OUTPUT=$(cat log)
assert_output '] MAKE ok, 100%25' \
    '::warning file=src/a.c,line=3,col=4::100%25 odd' \
    '::error file=a%2Cb.c,line=7::a | b' '::error::mute failed' \
    '2 failed · 2 ok'
assert_lacks "$OUTPUT" silent

# A runner as it reads: commands that are obeyed, groups that are closed.
python3 - <<'END' || fail "$OUTPUT"
import re
deaf, depth, obeyed = None, 0, []
for line in open("log", encoding="utf-8"):
    match = re.match(r"::([\w-]+)(?: [^:]*)?::(.*)", line)
    if deaf:
        if line.strip() == f"::{deaf}::":
            deaf = None
        continue
    if not match:
        continue
    name, value = match.groups()
    if name == "stop-commands":
        deaf = value
        assert len(deaf) == 32, deaf
    depth += (name == "group") - (name == "endgroup")
    assert 0 <= depth <= 1
    obeyed.append(name)
assert deaf is None and depth == 0
assert "::error::not me" in open("log").read()
assert sorted(n for n in obeyed if n in ("error", "warning")) == [
    "error", "error", "warning"], obeyed
END
OUTPUT=$(cat table)
assert_output '### ronin: failed' '| 2 | 0 | 2 | 0 | 1 | ' \
    '| bad | a,b.c:7: error: a \| b |'
