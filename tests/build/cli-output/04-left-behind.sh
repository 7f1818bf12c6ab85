# SPDX-License-Identifier: MIT
# A process that outlives its command is told of, with the action's name; not
# when it is ronin itself that ends the group.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"

write build.magma <<'MAGMA'
(action :outputs ["left"]
  :rule {:command ["sh" "-c" "sleep 30 & echo $! >pid; echo done >left"]})
MAGMA
ronin_ok
kill "$(cat pid)" 2>/dev/null || :
assert_output "note: left: left a process behind that holds its output open"

write build.magma <<'MAGMA'
(action :outputs ["ended"]
  :rule {:command ["sh" "-c" "trap 'exit 1' TERM; (trap '' TERM; sleep 30) &
touch started; wait"]})
MAGMA
start_build
wait_for started
kill -s INT "$BUILD"
end_build 130
assert_lacks "$OUTPUT" "left a process"
assert_no_process
