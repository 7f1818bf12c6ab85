# SPDX-License-Identifier: MIT
# plan, build, why, simulate, run-step and queries at the prompt.
. "$TESTS/lib/build.sh"
. "$TESTS/build/cli-repl/lib.sh"
sample

repl <<'END'
(mapv :action (plan "hello"))
(:status (build "hello"))
(plan "hello")
(:reasons (why "main.o"))
(run-step "hello" 1 "data")
(mapv :action (simulate {:touch ["greet.c"]}))
(set (mapcat (fn [a] (map :code (:reasons a))) (simulate {:delete ["x"]})))
(count (steps-of "hello"))
(sort (rdeps "main.c"))
END
assert_output '["main.o" "greet.o" "hello"]' ':ok' '[3/3] write hello' $'\n[]\n' \
    '[{:code :never-built}]' '"<data>"' '["greet.o" "hello"]' '#{}' $'\n3\n' \
    '("hello" "main.o")'
assert_equal "$ERRORS" ''
assert_file hello '<one'$'\n''>'

# What changed since, by others, is seen.
write main.c three
repl <<'END'
(mapv :action (plan))
(map (juxt :code :subject) (:reasons (first (plan))))
END
assert_output '["main.o" "hello"]' '([:input-written "main.c"])'

# A failing action is shown, and is no error of the form.
edit build.magma 's/"cp" in/"false" in/'
repl <<'END'
(:status (build))
(dissoc (build "main.o") :ms)
END
assert_output $':failed\n' ':status :failed, :ran 0, :failed 1' 
assert_contains "$ERRORS" 'FAILED  main.o'
edit build.magma 's/"false" in/"cp" in/'

# The graph of a run that was: of one that the file no longer describes.
edit build.magma 's/"greet"\]/"greet" "third"]/'
write third.c x
repl <<'END'
(:status (build))
(map count [(:actions (graph)) (:actions (graph-at -1)) (:actions (graph-at 1))])
(command-of (graph-at 1) "greet.o")
(graph-at 99)
(graph-at :last)
END
assert_output $':ok\n(4 4 3)' '["cp" "greet.c" "greet.o"]'
assert_contains "$ERRORS" 'run 99'
assert_contains "$ERRORS" 'A run is told by its number'
edit build.magma 's/ "third"//'

# Mistakes are told with what to do.
repl <<'END'
(plan "helo")
(why "main.c")
(why ":all")
(why "hello" 999)
(run-step "hello" 0 "x")
(run-step "hello" 9 "x")
(simulate {:tuoch ["main.c"]})
(simulate {:touch [1]})
(build 1)
END
assert_equal "$OUTPUT" ''
for needle in 'did you mean hello' 'No action makes main.c' 'is a group' \
    '999' 'Step 0 of hello is a :read' 'hello has 3 steps' ':tuoch' \
    'must be a string' 'A target is a string'; do
    assert_contains "$ERRORS" "$needle"
done

# The text of what the build file defines, or was typed, comments included; of
# what a namespace defines; and not of what has none.
write more.magma '(ns more)' '(def one 1) ; the first'
repl <<'END'
(source object)
(defn typed [x] ; by hand
  (inc x))
(source typed)
(do (require 'more) nil)
(source more/one)
(source map)
(source zork)
END
assert_output '(defn object [n]
  (action :outputs [(str n ".o")] :inputs {:ifwritten [(str n ".c")]}
          :rule copy))
nil' '(defn typed [x] ; by hand
  (inc x))
nil' '(def one 1) ; the first' $'Source not found\nnil\nSource not found\nnil'

# Queries: a line of its own, going on from *1, and as a call.
repl <<'END'
? hello | deps | sources
| rdeps | generated
(count *1)
? actions | where rule == copy | emit path rule
? actions | count
(query "greet.o | children")
? hello | dpes
  ? "no
| deps
(first (query-on "main.c" "rdeps 1 | actions"))
END
assert_output '["greet.c" "main.c"]' '["greet.o" "main.o" "hello"]' $'\n3\n' \
    '[{:path "greet.o", :rule "copy"} {:path "main.o", :rule "copy"}]'
assert_contains "$ERRORS" 'query:1:10: error[R0101]: no function is named dpes'
assert_contains "$ERRORS" 'this quote is never closed'
assert_contains "$ERRORS" 'help: did you mean deps?'

# None of it works in a build file, or where there is none.
write asking.magma '(ronin-repl/plan)'
repl -f asking.magma </dev/null
assert_contains "$ERRORS" 'plan works only at the prompt'
mkdir empty
cd empty
write input '(build)' '(+ 1 1)'
rm ../build.magma
repl <input
assert_output 2
assert_contains "$ERRORS" 'There is no graph'
