# SPDX-License-Identifier: MIT
# Outputs that become folders, links or pipes between builds and while one runs, and
# inputs that become folders, links that go round or nowhere, or another file with
# the same time and size, or that vanish once a command was planned.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"
fault_project
write aside anything

# --- Outputs ------------------------------------------------------------------------
ronin_ok
for how in 'mkdir' 'mkfifo' 'ln -s aside' 'ln -s nowhere' 'ln -s .' 'ln aside'; do
    mv two before
    $how two
    echo "-- $how two"
    run_ronin
    # What is in its way is not removed where that could be more than it seems.
    if [ "$STATUS" != 0 ]; then
        assert_output two
    fi
    rm -rf before nowhere aside two
    write aside anything
    assert_recovers
done

# While the build runs: the output of a step that has run, and the one in work.
for how in 'mkdir' 'ln -s aside'; do
    for path in one two; do
        echo "$how $path" >>in
        echo two >hold
        start_build
        wait_for started
        rm -f "$path"
        $how "$path"
        rm hold
        STATUS=0
        wait "$BUILD" || STATUS=$?
        rm -rf hold aside "$path"
        write aside anything
        assert_recovers
    done
done

# --- Inputs -------------------------------------------------------------------------
# A folder is an input like others, which this step cannot read; a link to nowhere is
# told. The build comes right when the file is back.
for how in 'mkdir in' 'ln -s in in' 'ln -s nowhere in'; do
    mv in before
    $how
    echo "-- $how"
    run_ronin
    assert_output in
    rm -rf in
    mv before in
    assert_recovers
done

# Another file of the same size and time in its place.
tr a-z b-za <in >other
touch -r in other
mv other in
ronin_ok
assert_ran one two three
assert_recovers

# It goes while what is before it runs.
edit build.magma 's/ifchanged \["two"\]}/& :implicit {:ifchanged ["late"]}/'
write late one
ronin_ok
echo more >>in
echo two >hold
start_build
wait_for started
rm late
rm hold
end_build 3
assert_output 'late does not exist'
write late one
ronin_ok
ronin_ok
assert_ran
