# SPDX-License-Identifier: MIT
# Where nothing may be written: questions are answered, a build says why not.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"
fault_project
ronin_ok
run=
if [ "$(id -u)" = 0 ]; then
    command -v setpriv >/dev/null || exit 77
    run="setpriv --bounding-set=-dac_override"
fi
trap 'chmod -R u+w .' EXIT
chmod -R a-w .
$run test ! -w . || exit 77

answer=$($run ronin why three 2>&1) || fail "why: $answer"
assert_contains "$answer" 'never built'
STATUS=0
answer=$($run ronin 2>&1) || STATUS=$?
assert_equal "$STATUS" 4
assert_contains "$answer" 'cannot'
chmod -R u+w .
assert_recovers
