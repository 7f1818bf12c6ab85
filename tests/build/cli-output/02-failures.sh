# SPDX-License-Identifier: MIT
# A failed action is told once, whole, with its command and place; the summary
# is on standard error.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :inputs {:ifchanged ["in"]} :outputs ["bad"]
  :rule {:command ["sh" "-c" "echo context; echo 'x.c:3: error: no such luck'; exit 7"]})
(action :inputs {:ifchanged ["bad"]} :outputs ["user"]
  :rule {:command ["cp" "bad" "user"]})
(action :outputs ["dead"] :rule {:command ["sh" "-c" "kill -9 $$"]})
(action :outputs ["fine"] :rule {:command ["touch" "fine"]})
(action :outputs ["noise"]
  :rule {:command ["sh" "-c" "printf 'bell \\007 esc \\033[2J red \\033[31m\\n' ; exit 1"]})
END
write in one

ronin_fails 1 bad
assert_output 'FAILED  bad   exit 7' 'build.magma:1' \
    'x.c:3: error: no such luck' '1 failed' \
    'why: ronin why bad' '  bad           x.c:3: error: no such luck'
assert_absent bad

STATUS=0
ronin -k 0 user dead fine >out 2>err || STATUS=$?
assert_equal "$STATUS" 1
assert_contains "$(cat err)" '2 failed'
assert_contains "$(cat err)" '1 not run because of them (user)'
assert_contains "$(cat err)" '1 ok'
assert_contains "$(cat err)" 'killed by signal 9'
assert_lacks "$(cat out)" 'FAILED'
assert_file fine

# Control characters do not reach the terminal, colours do where they are shown.
OUTPUT=$(ronin noise 2>&1) || :
assert_lacks "$OUTPUT" $'\033'
OUTPUT=$(CLICOLOR_FORCE=1 NO_COLOR=1 ronin noise 2>&1) || :
assert_lacks "$OUTPUT" $'\033[31m'
OUTPUT=$(CLICOLOR_FORCE=1 ronin noise 2>&1) || :
assert_lacks "$OUTPUT" $'\007'
assert_lacks "$OUTPUT" $'\033[2J'
assert_contains "$OUTPUT" $'\033[31m'

# A program that is not there: where it was looked for is told once, in the
# block of the failure, and the summary says what is wrong.
write build.magma <<'MAGMA'
(action :outputs ["x"] :rule {:command ["no-such-program-here"]})
MAGMA
ronin_fails 1
assert_equal "$(grep -c 'no-such-program-here: not found in PATH$' \
    <<<"$OUTPUT")" 2
assert_equal "$(grep -cF "$PATH" <<<"$OUTPUT")" 1

# A build that stops at a failure tells how many it did not come to; phony ones do
# not count.
write build.ninja <<'END'
rule run
  command = $run
build x: run
  run = false
build y: run
  run = touch y
build z: run y
  run = touch z
build both: phony y z
build app: phony both x
END
ronin_fails 1 -f build.ninja -j 1 app
assert_output '1 failed · 1 not started · 1 ok'
ronin_fails 1 -f build.ninja -j 1 -k 0 app
assert_output '1 failed · 2 ok'
assert_lacks "$OUTPUT" 'not started'
