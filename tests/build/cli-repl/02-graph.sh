# SPDX-License-Identifier: MIT
# The graph of the build file is at hand, as plain data, with its definitions.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(defn cc [{:keys [in out]}] {:command ["cc" "-c" in "-o" out]})
(action :inputs {:ifchanged ["a.c"]} :implicit {:ifwritten ["a.h"]}
  :outputs ["a.o"] :rule cc)
(action :inputs {:ifchanged ["a.o"]} :outputs ["prog"]
  :rule [{:command ["ld" "a.o"]} {:command ["strip" "prog"]}])
(group "all" "prog")
END

STATUS=0
ronin repl >out 2>err <<'END' || STATUS=$?
(command-of "a.o")
(command-of "prog")
(sort (deps "prog"))
(sort (deps ":all"))
(count (:actions (graph)))
(:groups (graph))
(:inputs (first (:actions (graph))))
(cc {:in "x" :out "y"})
(command-of "nothing")
END
cat out err
assert_equal "$STATUS" 0
OUTPUT=$(cat out)
assert_output '["cc" "-c" "a.c" "-o" "a.o"]' \
    '[["ld" "a.o"] ["strip" "prog"]]' \
    '("a.c" "a.h" "a.o")' '("a.c" "a.h" "a.o" "prog")' \
    '{"all" [{:path "prog"}]}' \
    '[{:path "a.c", :kinds [:ifchanged]}' \
    '{:path "a.h", :kinds [:ifwritten], :implicit true}]' \
    '{:command ["cc" "-c" "x" "-o" "y"]}'
assert_contains "$(cat err)" 'No action makes "nothing"'

# A broken build file shows its error, and the REPL works; (reload) reads it
# again.
cp build.magma good
write build.magma '(action :outputs'
printf '%s\n' '(+ 40 2)' '(graph)' | ronin repl >out 2>err
assert_contains "$(cat err)" 'build.magma:1'
assert_contains "$(cat out)" 42
assert_contains "$(cat err)" 'There is no graph'

write reload.magma '(spit "build.magma" (slurp "good"))'
{
    echo '(+ 1 1)'
    ronin eval reload.magma
    echo '(reload)'
    echo '(count (:actions (graph)))'
} | ronin repl >out 2>err
assert_contains "$(cat out)" $'nil\n2'
