# SPDX-License-Identifier: MIT
# What a build prints when its output is no terminal.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :inputs {:ifchanged ["in"]} :outputs ["a"] :description "COPY a"
  :rule {:command ["cp" "in" "a"]})
(action :inputs {:ifchanged ["a"]} :outputs ["b"]
  :rule {:command ["sh" "-c" "echo 'said by b'; cp a b"]})
END
write in one

OUTPUT=$(ronin)
assert_contains "$OUTPUT" '[1/2] COPY a'
assert_contains "$OUTPUT" "[2/2] sh -c 'echo '\\''said by b'\\''; cp a b'"
assert_contains "$OUTPUT" $'\nsaid by b\nbuilt: 2 ran, 0 up to date, '
assert_lacks "$OUTPUT" $'\r'
assert_lacks "$OUTPUT" $'\033'

# With nothing to do: one line.
OUTPUT=$(ronin)
case $OUTPUT in
'up to date (2 actions, '*')') ;;
*) fail "not one line: $OUTPUT" ;;
esac

write in two
OUTPUT=$(ronin -v)
assert_contains "$OUTPUT" '[1/2] cp in a'
write in three
assert_equal "$(ronin --quiet)" 'said by b'
write in four
OUTPUT=$(ronin --explain)
assert_contains "$OUTPUT" 'a ← in changed [input-changed]'
write in five
OUTPUT=$(ronin --explain --color=always)
assert_contains "$OUTPUT" $'\033[90m'

# -n says what would run, and runs nothing.
write in six
OUTPUT=$(ronin -n)
assert_contains "$OUTPUT" 'COPY a'
assert_contains "$OUTPUT" 'would run 2 of 2 actions'
assert_file a five
ronin --quiet >/dev/null
assert_file b six
