# SPDX-License-Identifier: MIT
# A word that is nearly a verb got the advice on targets instead, since that has
# words for every target.
. "$TESTS/lib/build.sh"

# In no project at all.
ronin_fails 3 bulid
assert_output 'error[R0003]' 'no build.magma or build.ninja in' 'did you mean ronin build?'
ronin_fails 3 zzz
assert_output 'write one, or name one with -f FILE'

write build.magma <<'END'
(action :outputs ["quer"] :rule {:command ["touch" "quer"]})
(group "tests" ["quer"])
END
ronin_fails 2 bulid
assert_output 'unknown target bulid' 'did you mean ronin build?'
# What looks like a path, one of several words and what is near to no verb are targets.
ronin_fails 2 build.o
assert_output 'a target is an output'
ronin_fails 2 build zzz querry
assert_lacks "$OUTPUT" 'ronin query'
ronin_fails 2 zzz
assert_output 'a target is an output'
ronin_ok tests
