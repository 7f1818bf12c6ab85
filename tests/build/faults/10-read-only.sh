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
for ask in 'log three' log runs warnings 'cmd three' 'why --next three' 'query three' \
    graph 'diff 1 1'; do
    # shellcheck disable=SC2086
    answer=$($run ronin $ask 2>&1) || fail "$ask: $answer"
done
STATUS=0
answer=$($run ronin 2>&1) || STATUS=$?
assert_equal "$STATUS" 4
assert_contains "$answer" 'cannot'
assert_contains "$answer" '--state=memory'

# What is built elsewhere can be, without records.
chmod -R u+w .
mkdir elsewhere
sed 's|"one"|"elsewhere/one"|; s|"two"|"elsewhere/two"|; s|"three"|"elsewhere/three"|' \
    build.magma >other.magma
chmod -R a-w .
chmod u+w elsewhere
answer=$($run ronin -f other.magma --state=memory 2>&1) || fail "$answer"
assert_contains "$answer" 'nothing is recorded'
assert_file elsewhere/three
chmod -R u+w .
assert_recovers
