# SPDX-License-Identifier: MIT
# A test loads a build file as a program of its own and asserts on its graph.
. "$TESTS/lib/build.sh"

mkdir -p project/tests
write project/flags.magma '(ns flags)' '(def cflags ["-O2" "-Wall"])'
write project/build.magma <<'END'
(require '[flags :refer [cflags]])
(def helper :of-the-build-file)
(defn cc [{:keys [in out]}] {:command ["cc" cflags "-c" in "-o" out]})
(action :inputs {:ifchanged ["a.c"]} :implicit {:ifwritten ["a.h"]}
  :outputs ["a.o"] :rule cc)
(action :inputs {:ifchanged ["a.o"]} :outputs ["prog"] :name "link"
  :rule {:command ["cc" "a.o" "-o" "prog"]})
END
write project/tests/build_test.magma <<'END'
(def helper :of-the-test)
(def g (load-graph "../build.magma"))
(deftest commands
  (is (= ["cc" "-O2" "-Wall" "-c" "a.c" "-o" "a.o"] (command-of g "a.o")))
  (is (= "prog" (last (command-of g "link")))))
(deftest dependencies
  (is (= #{"a.c" "a.h" "a.o"} (deps g "prog")))
  (is (= ["a.h"] (inputs-of g "a.o" :ifwritten)))
  (is (= ["a.o" "prog"] (targets g))))
(deftest programs-are-apart
  (is (= :of-the-test helper))
  (is (thrown-with-msg? :default #"No action makes" (command-of g "x"))))
(deftest inside-of-a-test
  (is (= 2 (count (:actions (load-graph "../build.magma")))))
  (is (thrown-with-msg? :default #"no-such" (load-graph "no-such.magma"))))
END
ronin_ok test project
assert_output '4 tests, 9 assertions, 0 failures'
cd project
ronin_ok test
cd tests
ronin_ok test build_test.magma

# The error of a broken build file is the error of the test.
cd ../..
write project/build.magma '(action :outputs ["x"])'
ronin_fails 1 test project
assert_output 'build.magma:1' 'without a :rule'

# With a namespace of its own.
write named_test.magma <<'END'
(ns named-test
  (:require [clojure.test :refer [deftest is]]
            [graph :as graph]))
(deftest loads
  (is (= [["x"]] (map :outputs (:actions (graph/load-graph "one.magma"))))))
END
write one.magma '(action :outputs ["x"] :rule {:command ["true"]})'
ronin_ok test named_test.magma
assert_output '1 test, 1 assertion, 0 failures'
