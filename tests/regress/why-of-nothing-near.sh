# SPDX-License-Identifier: MIT
# The nearest name of an unknown target was the empty name of an action that
# has none: "did you mean ?".
. "$TESTS/lib/build.sh"
write build.magma <<'END'
(action :outputs ["out"] :rule {:command ["touch" "out"]})
END
ronin_ok
ronin_fails 2 why x
assert_lacks "$OUTPUT" 'did you mean'
assert_output 'unknown target x' 'a target is an output'
ronin_fails 2 why ou
assert_output 'did you mean out?'
