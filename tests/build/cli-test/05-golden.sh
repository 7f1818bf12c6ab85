# SPDX-License-Identifier: MIT
# Golden files, texts instead of files, and the questions about a graph.
. "$TESTS/lib/build.sh"

mkdir project
write project/build.magma <<'END'
(action :outputs ["a"] :inputs {:ifchanged ["a.in"]}
  :rule {:command ["cp" "a.in" "a"]})
(action :outputs ["b"] :inputs {:ifchanged ["a"]} :name "second"
  :rule {:command ["cp" "a" "b"]})
(group "all" ["a" "b"])
END
write project/golden_test.magma <<'END'
(def g (load-graph "build.magma"))
(deftest graph (is (matches-golden? "graph.edn" (graph-data g)) "the graph"))
(deftest text (is (matches-golden? "text.txt" "one\ntwo\n")))
END

# A missing one fails, and says how to make it.
ronin_fails 1 test
assert_output 'There is no graph.edn yet: ronin test --accept writes it' \
    'the graph' '2 failures'
assert_absent project/graph.edn
ronin_ok test --accept
assert_output 'accepted graph.edn' 'accepted text.txt'
assert_file project/text.txt $'one\ntwo'
ronin_ok test
# How it is laid out does not matter; what it says does.
tr '\n' ' ' <project/graph.edn >flat
mv flat project/graph.edn
ronin_ok test
case $OUTPUT in
*accepted*) fail "accepts without being asked" ;;
esac

edit project/build.magma 's/"cp" "a" "b"/"cp" "-f" "a" "b"/'
write project/text.txt one TWO
cp project/graph.edn before
ronin_fails 1 test
assert_output 'differ at [:actions 1 :command 1]' '- "a"' '+ "-f"' \
    'differ at [1]' '- "TWO"' '+ "two"' 'run ronin test --accept'
cmp before project/graph.edn
# Accepting shows what differs first.
ronin_ok test --accept
assert_output 'accepted graph.edn' 'differ at [:actions 1 :command 1]' '+ "-f"'
ronin_ok test
write project/graph.edn '{:broken'
ronin_fails 1 test

# Texts stand in for build files and namespaces, and are gone afterwards.
write virtual_test.magma <<'END'
(defn one [name]
  (with-files {"build.magma" (str "(require '[names :refer [prefix]])"
                                  "(action :outputs [(str prefix \"" name "\")]"
                                  " :rule {:command [\"true\"]})")
               "names.magma" "(ns names) (def prefix \"p-\")"}
    (load-graph "build.magma")))
(deftest files
  (is (= ["p-x"] (targets (one "x"))))
  (is (= ["p-y"] (targets (one "y"))))
  (is (thrown-with-msg? :default #"build.magma" (load-graph "build.magma"))))
(deftest inside-an-error
  (is (thrown-with-msg? :default #"boom"
        (with-files {"build.magma" "(throw (ex-info \"boom\" {}))"}
          (load-graph "build.magma"))))
  (is (thrown? :default (load-graph "build.magma"))))
(deftest spins
  (with-files {"build.magma" "(action :outputs [\"z\"] :rule {:command [\"true\"]})"}
    (loop [] (recur))))
(deftest wins-over-disk
  (is (= ["only"]
         (with-files {"project/build.magma"
                      "(action :outputs [\"only\"] :rule {:command [\"true\"]})"}
           (targets (load-graph "project/build.magma")))))
  (is (= ["a" "b"] (targets (load-graph "project/build.magma")))))
END
ronin_fails 1 test --fuel 200000 virtual_test.magma
assert_output 'more than 200000 steps' '1 failure'
ronin_ok test virtual_test.magma --focus files --focus inside --focus wins

write ask_test.magma <<'END'
(ns ask-test
  (:require [clojure.test :refer [deftest is]] [graph :as g]))
(def project (g/load-graph "project/build.magma"))
(deftest asks
  (is (= #{"a" "b"} (g/rdeps project "a.in")))
  (is (= #{"b"} (g/rdeps project "a")))
  (is (= ["a"] (g/inputs project "b")))
  (is (= ["b"] (g/outputs project "second")))
  (is (= 2 (count (g/actions project))))
  (is (= {"all" ["a" "b"]} (g/groups project)))
  (is (nil? (:build-file (g/graph-data project)))))
(deftest transforms
  (is (= "ABC" (g/run-transformer clojure.string/upper-case "abc")))
  (is (thrown-with-msg? :default #"gives a string" (g/run-transformer count "abc"))))
END
ronin_ok test ask_test.magma
