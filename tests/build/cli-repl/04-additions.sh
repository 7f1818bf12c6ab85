# SPDX-License-Identifier: MIT
# What is typed goes into the session's own copy of the graph: definitions stand in
# the place of those of the file, actions in that of what made their outputs.
. "$TESTS/lib/build.sh"
. "$TESTS/build/cli-repl/lib.sh"
sample
ronin_ok

repl <<'END'
(defn copy [{:keys [in out]}] {:command ["cp" "-p" in out]})
(command-of "main.o")
(mapv :action (plan))
(action :outputs ["extra"] :inputs {:ifwritten ["main.o"]} :rule copy)
(command-of "extra")
(mapv :action (plan "extra"))
(:ran (build "extra"))
(action :outputs ["extra"] :inputs {:ifwritten ["greet.o"]} :rule copy)
(count (:actions (graph)))
(command-of "extra")
(group "all" "extra")
(:groups (graph))
(group "more" "extra" "hello")
(keys (:groups (graph)))
(reload)
(command-of "main.o")
(command-of "extra")
(keys (:groups (graph)))
END
assert_output '["cp" "-p" "main.c" "main.o"]' '["main.o" "greet.o" "hello"]' \
    '#action["extra"]' '["cp" "-p" "main.o" "extra"]' '["main.o" "extra"]' \
    $'\n4\n' '["cp" "-p" "greet.o" "extra"]' '{"all" [{:path "extra"}]}' \
    '("all" "more")' '["cp" "main.c" "main.o"]' '("all")'
assert_contains "$ERRORS" 'dropped copy, extra, :all, :more'
assert_contains "$ERRORS" 'No action makes "extra"'

# The file was left alone, and so was its graph: the next build is of the file.
assert_lacks "$(cat build.magma)" '"-p"'
ronin_ok
assert_output 'removed extra'
ronin_ok
assert_output 'up to date (3 actions'

# An action of the file is replaced, with all who use it.
repl <<'END'
(action :outputs ["main.o"] :inputs {:ifwritten ["greet.c"]} :rule copy)
(command-of "main.o")
(sort (deps "hello"))
(count (:actions (graph)))
(:status (build))
END
assert_output '["cp" "greet.c" "main.o"]' '("greet.c" "greet.o" "main.o")' \
    $'\n3\n' ':ok'
assert_file hello '<two'$'\n''>'
ronin_ok
assert_ran main.o hello

# Vars are what they are at any prompt of a Clojure: what was defined before
# calls the new function, a value that was taken before stays.
repl <<'END'
(defn f [] 1)
(defn g [] (f))
(def taken f)
(def n (g))
(defn f [] 2)
[(g) (taken) n]
(action :outputs [(str "out" (g))] :inputs {:ifwritten ["main.c"]} :rule copy)
(mapv :action (plan "out2"))
(def kept (count (plan)))
(+ 40 2)
(def answer *1)
(graph)
[kept answer]
(action :outputs [(str "a" answer kept)] :rule {:command ["true"]})
(command-of "a421")
(defmacro twice [x] `(do ~x ~x))
(twice 7)
(ns other)
(defn h [] "in other")
(action :outputs [(h)] :rule {:command ["echo" (h)]})
(command-of "in other")
END
assert_output '[2 1 1]' '#action["out2"]' '["out2"]' '[1 42]' '["true"]' \
    $'\n7\n' '["echo" "in other"]'
assert_equal "$ERRORS" ''

# A form that fails adds nothing; what makes no graph is told when it is asked
# for, and can be typed anew.
repl <<'END'
(do (action :outputs ["lost"] :rule {:command ["true"]}) (throw (ex-info "no" {})))
(count (:actions (graph)))
(action :outputs ["p"] :inputs {:ifwritten ["q"]} :rule copy)
(action :outputs ["q"] :inputs {:ifwritten ["p"]} :rule copy)
(plan "p")
(action :outputs ["q"] :inputs {:ifwritten ["main.c"]} :rule copy)
(mapv :action (plan "p"))
(do (action :outputs ["r"] :rule {:command ["true"]}) (plan))
(do (plan) (action :outputs ["r"] :rule {:command ["true"]}))
(count (:actions (graph)))
(action :otputs ["x"])
(action :outputs ["x"] :pool "none" :rule copy)
END
assert_output $'3\n#action["p"]' '["q" "p"]' $'#action["r"]\n5'
for needle in 'cycle' 'What was typed makes no graph' \
    'cannot ask plan' 'is left out' 'did you mean :outputs' 'no pool'; do
    assert_contains "$ERRORS" "$needle"
done

# Of a ninja file there is a graph, and nothing can be put into it.
write build.ninja 'rule cp' ' command = cp $in $out' 'build x: cp main.c'
repl -f build.ninja <<'END'
(command-of "x")
(mapv :action (plan))
(action :outputs ["y"] :rule {:command ["true"]})
? x | deps | sources
END
assert_output '["x"]' '["main.c"]'
assert_contains "$ERRORS" 'action works only while a build file is evaluated'
