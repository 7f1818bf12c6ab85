# SPDX-License-Identifier: MIT
# A first build makes everything; the second runs the :always action alone.
. "$TESTS/lib/build.sh"
. "$TESTS/build/sample/lib.sh"
sample_project

ronin_ok build all
assert_file prog
./prog
assert_file bundle.list $'notes/first.txt\nsecond.txt'
assert_file notes/first.txt first
assert_file second.txt second
assert_file docker.log 'build .'

ronin_ok build prog bundle.list
assert_ran
ronin_ok build all
assert_ran image
assert_file docker.log $'build .\nbuild .'
ronin_ok build prog bundle.list
assert_ran
