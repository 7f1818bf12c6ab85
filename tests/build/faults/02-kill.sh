# SPDX-License-Identifier: MIT
# SIGKILL: the commands die too, and the partial output that they leave, newer
# than its inputs, is not trusted.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"
fault_project

killed_at()
{
    write hold "$1"
    start_build
    wait_for started
    kill -KILL "$BUILD"
    end_build 137
    assert_no_process
    assert_file "$1" half
    rm hold
}

# In the first build, in a rebuild, and when an output had been removed.
killed_at two
assert_recovers
echo edited >>in
killed_at two
assert_recovers
rm two
killed_at two
assert_recovers

# Even where the inputs are back as they were, or the time is an old one.
cp -p in before
echo again >>in
killed_at one
cp -p before in
assert_recovers
rm three
killed_at three
touch -d '2001-02-03' three
assert_recovers
