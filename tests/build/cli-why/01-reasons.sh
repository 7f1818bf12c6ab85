# SPDX-License-Identifier: MIT
# `why` tells the difference that made an action run.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :inputs {:ifchanged ["in" "other"]} :outputs ["out"] :env ["SPEED"]
  :name "copy" :rule {:command ["cp" "in" "out"]})
(group "all" "out")
END
write in one
write other two

ronin_fails 2 why out
ronin_ok
ronin_ok why out
assert_output 'out  rebuilt in run ' 'never built' '[never-built]'

write in changed
ronin_ok
ronin_ok why out
assert_output 'because  in changed' '[input-changed]' ' → '
assert_output 'same     command, 1 other input, outputs'
ronin_ok why copy
assert_output 'in changed'

# A build that has nothing to do changes nothing about it.
ronin_ok
ronin_ok why out
assert_output 'in changed'

edit build.magma 's/"cp" "in"/"cp" "-p" "in"/'
ronin_ok
ronin_ok why out
assert_output '[command-changed]'

SPEED=fast ronin_ok
ronin_ok why out
assert_output 'env SPEED changed' '[env-changed]' 'unset → fast'

ronin_ok why -o json out
printf '%s' "$OUTPUT" | python3 -c '
import json, sys
why = json.load(sys.stdin)
assert why["path"] == "out" and why["exit"] == 0, why
assert why["why"][0]["code"] == "env-changed", why
assert why["why"][0]["subject"] == "SPEED", why
'

ronin_fails 2 why in
assert_output 'no action makes in'
ronin_fails 2 why :all
assert_output 'is a group'
ronin_fails 2 why nothing
assert_output 'nothing'

# What a depfile named is told apart from what is declared, also where it is both,
# and what did not differ is told. The chain has its root cause.
write build.magma <<'END'
(action :outputs ["made.h"] :inputs {:ifchanged ["made.in"]} :rule {:command ["cp" "made.in" "made.h"]})
(action :outputs ["x.o"] :inputs {:ifwritten ["x.c"] :ifchanged ["both.h"]} :depfile "x.d" :order-only ["made.h"]
  :rule {:command ["sh" "-c" "cat x.c made.h both.h >x.o; echo 'x.o: made.h both.h own.h' >x.d"]})
END
write made.in one
write x.c one
write both.h one
write own.h one
ronin_ok
ronin_ok why x.o
assert_lacks "$OUTPUT" same
write made.in two
write both.h two
ronin_ok
ronin_ok why x.o
assert_output '[input-written, discovered]' 'same     command, 2 other inputs, outputs'
assert_equal "$(grep -c discovered <<<"$OUTPUT")" 1
ronin_ok why -o json x.o
python3 -c '
import json, sys
answer = json.loads(sys.argv[1])
found = {r["subject"]: r.get("discovered", False) for r in answer["why"]}
assert found == {"made.h": True, "both.h": False}, found
assert answer["chain"][-1] == "x.o", answer
assert answer["root"][0]["subject"] in ("made.in", "both.h"), answer
' "$OUTPUT"
echo junk >x.o
edit build.magma 's/cat x.c/cat  x.c/'
ronin_ok
ronin_ok why x.o
assert_output '[output-modified]' '[command-changed]' 'same     4 other inputs'
