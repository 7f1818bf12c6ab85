# SPDX-License-Identifier: MIT
# The second of two builds waits, says for whom, and finds all done; with
# --no-wait it fails at once. A killed one leaves no lock.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"
fault_project

write hold two
start_build
wait_for started
first=$BUILD
ronin_fails 4 build --no-wait
assert_output "$first"
ronin build >"$SCENARIO_LOGS/second" 2>&1 </dev/null &
second=$!
until grep -qs "$first" "$SCENARIO_LOGS/second"; do
    kill -0 "$second" || fail "$(cat "$SCENARIO_LOGS/second")"
    sleep 0.01
done
rm hold
end_build 0
wait "$second" || fail "$(cat "$SCENARIO_LOGS/second")"
assert_contains "$(cat "$SCENARIO_LOGS/second")" 'up to date'
assert_recovers

echo more >>in
write hold two
start_build
wait_for started
kill -KILL "$BUILD"
end_build 137
rm hold
assert_recovers build --no-wait
