# SPDX-License-Identifier: MIT
# State that is deleted while a build runs: it ends, and the next one is right.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"
fault_project

write hold two
start_build
wait_for started
rm -rf .ronin
rm hold
STATUS=0
wait "$BUILD" || STATUS=$?
cat "$SCENARIO_LOGS/background"
assert_no_process
assert_recovers

echo more >>in
write hold two
start_build
wait_for started
rm -f .ronin/state.db
rm hold
wait "$BUILD" || true
assert_recovers
