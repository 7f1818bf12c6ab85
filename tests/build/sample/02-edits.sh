# SPDX-License-Identifier: MIT
# Each kind of edit runs exactly what depends on it.
. "$TESTS/lib/build.sh"
. "$TESTS/build/sample/lib.sh"
sample_project
ronin_ok build all

# A header that only the depfile and :implicit know.
edit util.h 's/util(void)/util(void) \/* edited *\//'
ronin_ok build all
assert_ran prog image

# A variable that the action declares, and one that it does not.
OTHER=1 ronin_ok build prog
assert_ran
LIBRARY_PATH=/nonexistent ronin_ok build prog
assert_ran prog
ronin_ok build prog
assert_ran prog

# An output that was tampered with, and one that is gone.
echo junk >>bundle.list
ronin_ok build bundle.list
assert_ran bundle.list
assert_file bundle.list $'notes/first.txt\nsecond.txt'
rm notes/first.txt
ronin_ok build all
assert_ran notes/first.txt image
assert_file notes/first.txt first

# The bundle gets another file: the list, what is known of it, and the
# extraction follow; a file that left it is removed.
mkdir -p tree/notes
write tree/notes/first.txt changed
write tree/third.txt third
tar -cf bundle.tar -C tree notes third.txt
rm -r tree
ronin_ok build all
assert_file notes/first.txt changed
assert_file third.txt third
assert_absent second.txt
ronin_ok build all
assert_ran image
