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
assert_output 'same     1 other input'
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
