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
