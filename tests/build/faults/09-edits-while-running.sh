# SPDX-License-Identifier: MIT
# What is edited while its command runs is seen by the next build, and an
# output that is tampered with meanwhile is made again.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"
fault_project
ronin_ok

write hold one
echo more >>in
start_build
wait_for started
echo late >>in
rm hold
end_build 0
ronin_ok
case $(events action.start path) in
*one*) ;;
*) fail "the edit was not seen" ;;
esac
assert_recovers

# The same size in the same instant as the end of a build.
for value in a b c d e f g h; do
    write in "$value"
    ronin_ok
    assert_contains "$(cat three)" "$value"
done

# The output of a step that has run is changed while the build goes on.
write in last
write hold three
start_build
wait_for started
echo junk >>one
rm hold
end_build 0
assert_recovers
