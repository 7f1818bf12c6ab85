# SPDX-License-Identifier: MIT
# What is edited while its command runs is seen by the next build, and an
# output that is tampered with meanwhile is made again. Both are told.
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
assert_output 'note: one: in was changed while it ran: it runs again in the next build'
ronin_ok
assert_lacks "$OUTPUT" note:
case $(events action.start path) in
*one*) ;;
*) fail "the edit was not seen" ;;
esac
assert_recovers

# What comes out the same in the sense of its edge is no edit: `one` looks at the
# content of `in`.
write hold one
echo more >>in
start_build
wait_for started
touch -d 2001-01-01 in
rm hold
end_build 0
assert_lacks "$OUTPUT" note:
ronin_ok
assert_ran

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
ronin_ok
assert_output 'note: one was modified by something else: it is made again'
assert_recovers

# What a depfile names, and an action as ninja has them, where nothing is said.
write found one
write build.magma <<'END'
(action :outputs ["x"] :depfile "x.d" :rule {:command
  ["sh" "-c" "touch started; while [ -e hold ]; do sleep 0.01; done; cat found >x; echo x: found >x.d"]})
END
write hold x
start_build
wait_for started
echo two >found
rm hold
end_build 0
assert_output 'note: x: found was changed while it ran'
ronin_ok
assert_ran x
assert_lacks "$OUTPUT" note:
echo three >x
ronin_ok
assert_ran x
assert_output 'note: x was modified by something else'
mkdir x.new; rm x; mv x.new x
run_ronin
assert_output 'note: x was modified by something else'
rm -r x
ronin_ok
assert_lacks "$OUTPUT" note:
write build.ninja <<'END'
rule r
  command = cp found $out
build y: r
END
for _ in 1 2; do
    OUTPUT=$(ronin ninja 2>&1) || fail "$OUTPUT"
    assert_lacks "$OUTPUT" modified
    echo junk >y
done

# What an action makes is no source: it is not edited but made, also where the
# command changes it itself.
write build.magma <<'END'
(action :outputs ["made"] :inputs {:ifchanged ["in"]} :rule {:command ["cp" "in" "made"]})
(action :outputs ["after"] :inputs {:ifchanged ["made"]}
        :rule {:command ["sh" "-c" "cp made after; echo stripped >>made"]})
END
ronin_ok
assert_lacks "$OUTPUT" 'was changed while it ran'

# That somebody else changed an output is told, and once, also where all is explained.
for how in '' --explain; do
    write after "tampered $how"
    # shellcheck disable=SC2086 # nothing, or one word
    ronin_ok $how
    assert_equal "$(grep -c 'after was modified by something else' <<<"$OUTPUT")" 1
done
