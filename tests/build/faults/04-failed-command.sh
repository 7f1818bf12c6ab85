# SPDX-License-Identifier: MIT
# The junk of a command that fails or dies goes, whether its output was there
# before or not, and the action is dirty until it succeeds.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"
fault_project

write broken two
ronin_fails 1
assert_output 'exit 7'
assert_absent two
ronin_fails 1
rm broken
assert_recovers

rm two
write broken two
ronin_fails 1
assert_absent two
ronin_fails 1
assert_ran two
rm broken
assert_recovers

echo more >>in
write broken two
ronin_fails 1
assert_absent two
assert_file three
rm broken
assert_recovers

# Killed from outside.
edit step 's/exit 7/kill -KILL $$/'
echo more >>in
write broken two
ronin_fails 1
assert_output Killed
assert_absent two
rm broken
assert_recovers

# Unless somebody wants to look at it: then it stays, and is not trusted either.
write build.magma <<'END'
(action :outputs ["out"] :keep-on-fail true
  :rule {:command ["sh" "-c" "echo junk >out; test ! -e broken"]})
(action :outputs ["user"] :inputs {:ifchanged ["out"]} :rule {:command ["cp" "out" "user"]})
END
write broken yes
for _ in 1 2; do
    ronin_fails 1
    assert_ran out
    assert_file out junk
    assert_absent user
done
rm broken
ronin_ok
assert_ran out user
