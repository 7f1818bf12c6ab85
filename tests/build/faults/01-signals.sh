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
# second signal: it has no time to count to a hundred.
write step <<'END'
#!/bin/sh
echo half >"$2"
if [ -e hold ]; then
    trap "" INT TERM HUP
    touch started
    while [ -e hold ]; do printf . >>ticks; sleep 0.01; done
fi
{ cat "$1"; echo "then $2"; } >"$2"
END
for second in INT TERM; do
    write hold two
    rm -f ticks
    start_build
    wait_for ticks
    kill -s INT "$BUILD"
    sleep 0.1
    [ -d "/proc/$BUILD" ] || fail 'one signal was enough'
    before=$(stat -c %s ticks)
    kill -s "$second" "$BUILD"
    end_build 130
    assert_absent one
    [ $(($(stat -c %s ticks) - before)) -lt 100 ] || fail 'a second signal changed nothing'
    rm hold
    assert_recovers
    echo "again $second" >>in
done

# And without a second one it ends, too.
write hold two
rm -f ticks
start_build
wait_for ticks
kill -s INT "$BUILD"
end_build 130
assert_absent one
assert_no_process
rm hold
assert_recovers

# One that is stopped is woken up, so that it hears what it is asked.
write step <<'END'
#!/bin/sh
echo half >"$2"
if [ -e hold ]; then
    trap 'touch asked; exit 1' INT TERM
    touch started
    kill -s STOP $$
fi
{ cat "$1"; echo "then $2"; } >"$2"
END
is_stopped()
{
    local status

    for status in /proc/[0-9]*/status; do
        if [ "$(readlink "${status%status}cwd")" = "$PWD" ] &&
            grep -q '^State:.T' "$status" 2>/dev/null; then
            return 0
        fi
    done
    return 1
}
touch hold
echo 'stopped' >>in
start_build
wait_for started
until is_stopped; do sleep 0.01; done
kill -s INT "$BUILD"
end_build 130
assert_file asked
assert_absent one
assert_no_process
rm hold
assert_recovers

# One in the console has no group of its own.
write build.magma <<'END'
(action :outputs ["asks"] :pool "console"
  :rule {:command ["sh" "-c" "touch started; while [ -e hold ]; do sleep 0.01; done; touch asks"]})
END
touch hold
start_build
wait_for started
kill -s TERM "$BUILD"
end_build 143
assert_absent asks
assert_no_process
rm hold
ronin_ok
assert_ran asks
