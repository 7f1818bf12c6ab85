# SPDX-License-Identifier: MIT
# INT, TERM and HUP in the middle of an action: what it wrote goes, its
# processes end, and the status says which signal it was.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"
fault_project

# NAME STATUS
interrupt()
{
    write hold two
    start_build
    wait_for started
    kill -s "$1" "$BUILD"
    end_build "$2"
    assert_output interrupted
    assert_absent two
    assert_file one
    assert_no_process
    rm hold
    assert_recovers
    echo "after $1" >>in
}

interrupt INT 130
interrupt TERM 143
interrupt HUP 129

# A command that does not listen is killed after two seconds, or at once by a
# second signal.
edit step 's/^echo half/trap "" INT TERM HUP; echo half/'
write hold two
start_build
wait_for started
kill -s INT "$BUILD"
sleep 0.1
kill -s INT "$BUILD"
end_build 130
assert_absent two
rm hold
assert_recovers
