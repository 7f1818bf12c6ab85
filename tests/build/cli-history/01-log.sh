# SPDX-License-Identifier: MIT
# What actions printed can be read again: log, warnings; and cmd.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :outputs ["loud"] :inputs {:ifchanged ["in"]} :name "shout"
  :rule {:command ["sh" "-c" "echo 'warning: unused' >&2; cp in loud"]})
(action :outputs ["still"] :inputs {:ifchanged ["in"]}
  :rule {:command ["cp" "in" "still"]})
(action :outputs ["bad"] :inputs {:ifchanged ["in"]}
  :rule {:command ["sh" "-c" "printf 'no newline'; ! grep -q bad in && cp in bad"]})
END
write in one

ronin_ok log
assert_output 'no run is recorded'
ronin_ok warnings
assert_output 'no action that succeeded printed anything'
ronin_ok
ronin_ok log loud
assert_output 'loud  ok in run 1 (' 'warning: unused'
ronin_ok log shout
assert_output 'warning: unused'
ronin_ok log still
assert_output 'still  ok in run 1'

# Nothing is to be done, and the warning is still true.
ronin_ok
ronin_ok warnings
assert_output 'loud  ok' 'warning: unused' 'bad  ok' 'no newline'
assert_lacks "$OUTPUT" still

write in bad
ronin_fails 1 -k0
ronin_ok log --failed
assert_output 'bad  failed, exit 1, in run 2' 'no newline'
assert_lacks "$OUTPUT" loud
ronin_ok log
assert_output 'loud  ok in run 2' 'bad  failed'
ronin_ok log --run 1
assert_output 'loud  ok in run 1' 'bad  ok in run 1'
ronin_ok log --run 1 --failed
assert_output 'nothing failed in run 1'
ronin_ok log --run 1 bad
assert_output 'bad  ok in run 1'
ronin_fails 2 log --run 9
assert_output 'there is no run 9'
ronin_ok log -o json bad
printf '%s' "$OUTPUT" | python3 -c '
import json, sys
log = json.load(sys.stdin)
assert log["status"] == "failed" and log["exit"] == 1, log
assert log["output"] == "no newline" and log["run"] == 2, log
'
ronin_ok warnings
assert_lacks "$OUTPUT" 'bad  '

# What left the graph warns nobody.
edit build.magma '1,2d'
ronin_fails 1 -k0
ronin_ok warnings
assert_lacks "$OUTPUT" 'unused'

# Control sequences of a command do not reach the terminal.
write build.magma <<'END'
(action :outputs ["x"] :rule {:command
  ["sh" "-c" "printf '\\033]0;title\\007\\033[2J'; touch x"]})
END
ronin_ok
ronin_ok log x
assert_lacks "$OUTPUT" $'\033'
