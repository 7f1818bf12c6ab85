# SPDX-License-Identifier: MIT
# The REPL through a pipe: values to standard output, errors to standard error,
# and it goes on after them.
. "$TESTS/lib/build.sh"

repl()
{
    STATUS=0
    ronin repl "$@" >out 2>err || STATUS=$?
    OUTPUT=$(cat out)
    printf '%s\n--\n%s\n' "$OUTPUT" "$(cat err)"
}

repl <<'END'
(+ 1 2)
(defn area
  "Of a rectangle."
  [w h]
  (* w h))
(area 6
      7)
*1
(inc *2) "two on a line"
(area 1)
*e
(println "printed")
)
:still-here
(take 3 (range))
END
assert_equal "$STATUS" 0
assert_contains "$OUTPUT" $'3\n'
assert_contains "$OUTPUT" $'42\n42\n43\n"two on a line"'
assert_contains "$OUTPUT" $'printed\nnil'
assert_contains "$OUTPUT" $':still-here\n(0 1 2)'
assert_lacks "$OUTPUT" 'user=>'
assert_contains "$(cat err)" 'area'
assert_contains "$(cat err)" 'repl-'

# Without a build file there is no graph, and that is said.
repl <<<'(graph)'
assert_contains "$(cat err)" 'There is no graph'

# An endless value is cut, (exit) leaves, an open form at the end is an error.
repl <<<'(range) (exit) (println "not reached")'
assert_contains "$OUTPUT" '49'
assert_lacks "$OUTPUT" '51'
assert_lacks "$OUTPUT" 'not reached'
repl <<<'(+ 1'
assert_contains "$(cat err)" 'repl-1:1'

# A required namespace that failed can be tried again.
repl <<'END'
(require 'no.such)
(require 'no.such)
(exit)
END
assert_lacks "$(cat err)" cycle
