# SPDX-License-Identifier: MIT
# SIGKILL at moments of all kinds: before, between and after the actions.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"
fault_project

for delay in 0 2 4 6 8 10 12 14 17 20 25 30 40 50; do
    echo "$delay" >>in
    start_build
    sleep "0.0$(printf %02d "$delay")"
    kill -KILL "$BUILD" 2>/dev/null || true
    wait "$BUILD" 2>/dev/null || true
    assert_no_process
done
assert_recovers
for delay in 20 30 40 50 60 70; do
    rm -rf .ronin
    start_build
    sleep "0.0$delay"
    kill -KILL "$BUILD" 2>/dev/null || true
    wait "$BUILD" 2>/dev/null || true
    assert_recovers
done
