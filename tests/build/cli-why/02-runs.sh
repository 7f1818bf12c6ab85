# SPDX-License-Identifier: MIT
# `why` of a whole run, of past runs, of what did not run and of what would.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(defn sh [script] {:command ["sh" "-c" script]})
(action :outputs ["conf.h"] :inputs {:ifchanged ["conf.in"]}
  :rule (sh "grep -v '^#' conf.in >conf.h"))
(action :outputs ["a.o"] :inputs {:ifwritten ["a.c"] :ifchanged ["conf.h"]}
  :rule (sh "cat a.c conf.h >a.o"))
(action :outputs ["b.o"] :inputs {:ifchanged ["b.c" "conf.h"]}
  :rule (sh "cat b.c conf.h >b.o"))
(action :outputs ["app"] :inputs {:ifchanged ["a.o" "b.o"]}
  :rule (sh "cat a.o b.o >app"))
END
write conf.in one
write a.c a
write b.c b

ronin_fails 2 why
assert_output 'no run is recorded'
ronin_ok
ronin_ok why
assert_output 'run 1 ' '4 ran' 'it was never built' '→ 4 actions'

# Two causes: one edit reaches three actions, the other only its own.
write conf.in two
ronin_ok
write b.c other
ronin_ok
ronin_ok why
assert_output 'run 3 ' 'b.c changed' '→ 2 actions'
ronin_ok why --run 2
assert_output 'run 2 ' '  1  conf.in changed' '→ 4 actions' 'longest '
ronin_ok why --run 2 -o json
printf '%s' "$OUTPUT" | python3 -c '
import json, sys
why = json.load(sys.stdin)
assert why["run"] == 2 and why["ran"] == 4, why
(cause,) = why["causes"]
assert cause["actions"] == 4 and cause["why"][0]["subject"] == "conf.in", why
'

# A target of a past run, with the chain of what made it run.
ronin_ok why --run 2 app
assert_output 'app  rebuilt in run 2' 'because  a.o changed' \
    '└ a.o ran because' 'conf.h changed' '└ conf.h ran because' \
    'conf.in changed'
ronin_ok why --run 2 --chain app
assert_output 'conf.in changed' '→ conf.h' '    → a.o' '      → app'
ronin_ok why --run 2 -o json app
printf '%s' "$OUTPUT" | python3 -c '
import json, sys
why = json.load(sys.stdin)
assert why["chain"] == ["conf.h", "a.o", "app"], why
'
ronin_ok why app
assert_output 'app  rebuilt in run 3' 'because  b.o changed'
assert_lacks "$OUTPUT" 'a.o changed'
ronin_fails 2 why --run 3 a.o
assert_output 'a.o did not run in run 3'
ronin_fails 2 why --run 99
assert_output 'there is no run 99'

# Cut off early.
write conf.in two '# a comment'
ronin_ok
assert_ran conf.h
ronin_ok why --not a.o
assert_output 'a.o  did not run in run 4' \
    'conf.h was made again and has equal content (ifchanged)' 'saved    about'
ronin_ok why --not app
assert_output 'conf.h was made again'
ronin_ok why --not conf.h
assert_output 'conf.h  did run in run 4'
ronin_ok why --not -o json a.o
printf '%s' "$OUTPUT" | python3 -c '
import json, sys
why = json.load(sys.stdin)
assert why["did_run"] is False and why["same"] == ["conf.h"], why
'

# What would run, without running it.
ronin_ok why --next app
assert_output 'app  is up to date'
write a.c new
ronin_ok why --next a.o
assert_output 'a.o  would run, after 0 other actions' 'a.c changed'
ronin_ok why --next -o json app
printf '%s' "$OUTPUT" | python3 -c '
import json, sys
why = json.load(sys.stdin)
assert why["would_run"] and why["before"] == 1, why
'
assert_file a.o "$(printf 'a\ntwo')"

# More reasons than a person reads at once.
write many.magma <<'END'
(action :outputs ["m"] :inputs {:ifchanged (mapv #(str "in" %) (range 15))}
  :rule {:command ["touch" "m"]})
END
for i in $(seq 0 14); do write "in$i" 1; done
ronin_ok -f many.magma
for i in $(seq 0 14); do write "in$i" 2; done
ronin_ok -f many.magma
ronin_ok why -f many.magma m
assert_output 'and      5 more reasons (--all shows them)'
ronin_ok why -f many.magma --all m
assert_equal "$(printf '%s\n' "$OUTPUT" | grep -c 'input-changed')" 15
ronin_fails 2 why --chain
assert_output 'this needs a target'
