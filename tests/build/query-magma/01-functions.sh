# SPDX-License-Identifier: MIT
# The namespace query: each function, on the graph that load-graph gives.
. "$TESTS/lib/build.sh"
write build.magma <<'EOF'
(defn object [name]
  (action :inputs {:ifwritten [(str "src/" name ".c")]} :implicit {:ifchanged ["src/all.h"]}
          :outputs [(str "obj/" name ".o")] :rule (fn compile [vars] {:command ["cc" "-c" (:in vars) "-o" (:out vars)]})))
(def objects (mapv object ["a" "b"]))
(def app (action :inputs {:ifwritten objects} :outputs ["bin/app"]
                 :rule (fn link [vars] {:command ["cc" (:in vars) "-o" (:out vars)]})))
(action :name "lint" :inputs {:ifcreated ["src/bad.c"]} :outputs [] :rule {:command ["true"]})
(action :outputs ["with \"quote\\"] :inputs {:ifwritten ["src/a.c"]} :rule {:command ["touch" "x"]})
(group "all" app "lint")
EOF
write src/a.c
write src/b.c
write src/all.h

write q_test.magma <<'EOF'
(ns q-test
  (:require [clojure.test :refer [deftest is testing]]
            [graph :refer [load-graph]]
            [query :as u :refer [q defquery]]))

(def g (load-graph "build.magma"))

(deftest ways
  (is (= ["src/a.c" "src/all.h" "src/b.c" "obj/a.o" "obj/b.o" "bin/app"]
         (u/deps g "bin/app")))
  (is (= ["obj/a.o" "obj/b.o" "bin/app"] (u/deps g "bin/app" 1)))
  (is (= ["bin/app"] (u/deps g "bin/app" 0)))
  (is (= ["src/a.c" "obj/a.o"] (u/deps g "obj/a.o" {:edges #{:explicit}})))
  (is (= ["src/a.c" "obj/a.o"] (u/deps g "obj/a.o" 1 {:edges [:explicit]})))
  (is (= ["src/all.h" "obj/a.o" "obj/b.o"] (u/rdeps g "src/all.h" 1)))
  (is (= ["obj/a.o" "obj/b.o"] (u/children g "bin/app")))
  (is (= ["bin/app"] (u/parents g ["obj/a.o" "obj/b.o"])))
  (is (= ["bin/app" "obj/b.o" "src/b.c"] (u/somepath g "bin/app" "src/b.c")))
  (is (= [] (u/somepath g "src/b.c" "bin/app")))
  (is (= ["src/all.h" "obj/a.o" "obj/b.o" "bin/app"]
         (u/allpaths g "bin/app" "src/all.h"))))

(deftest filters
  (is (= [["bin/app"]] (map :outputs (u/inputs g (u/actions g "bin/app") "*.o"))))
  (is (= [["obj/a.o"] ["obj/b.o"]] (map :outputs (u/inputs g (u/actions g) "*.h"))))
  (is (= [["bin/app"]] (map :outputs (u/outputs g (u/actions g) #"^bin/"))))
  (is (= [["bin/app"]] (map :outputs (u/rule g (u/actions g) "link"))))
  (is (= ["lint"] (map :name (u/trigger g (u/actions g) :ifcreated))))
  (is (= ["src/a.c" "src/b.c"] (u/matching g (u/sources g) "[ab].c")))
  (is (= ["obj/a.o" "obj/b.o"] (u/under g (u/files g) "obj")))
  (is (= [":all"] (u/kind g (q g "all") :group)))
  (is (= ["bin/app"] (u/roots g (u/deps g "bin/app"))))
  (is (= ["src/a.c" "src/all.h" "src/b.c"] (u/leaves g (u/deps g "bin/app")))))

(deftest projections
  (is (= ["src/a.c" "src/all.h"] (sort (u/reads g "obj/a.o"))))
  (is (= ["bin/app"] (u/writes g (u/rule g (u/actions g) "link"))))
  (is (= ["with \"quote\\"] (u/generated g (u/rdeps g "with \"quote\\"))))
  (is (= ["src/a.c"] (u/sources g (u/deps g "with \"quote\\")))))

(deftest sets
  (is (= ["obj/a.o" "obj/b.o" "bin/app"]
         (u/except (u/deps g "bin/app") (u/sources g))))
  (is (= ["src/all.h"] (u/intersect (u/deps g "bin/app" 9) ["src/all.h" "x"])))
  (is (= ["a" "b" "c"] (u/union ["a" "b"] "b" ["c"])))
  (testing "nothing is a set as well"
    (is (= [] (u/deps g [])))
    (is (= [] (u/deps g nil)))))

(deftest fields
  (is (= [{:path "bin/app" :n-inputs 2}]
         (u/emit g (u/rule g (u/actions g) "link") [:path :n-inputs])))
  (is (= [["obj/a.o"] ["obj/b.o"] ["bin/app"]]
         (map :outputs (u/where g (u/actions g) #(> (:n-inputs %) 1)))))
  (is (= ["src/a.c" "src/all.h"] (u/where g (u/sources g) #(= 2 (:uses %)))))
  (is (= 5 (q g "actions | count")))
  (is (= [{:rule "compile" :count 2}]
         (filter #(= "compile" (:rule %)) (q g "actions | tally rule")))))

(defquery users-of
  "What the file ends up in."
  [x]
  "$x | rdeps | generated")
(defquery between [x y] "$x | allpaths $y | generated")

(deftest named
  (is (= ["obj/a.o" "obj/b.o" "bin/app"] (users-of g "src/all.h")))
  (is (= ["obj/b.o" "bin/app"] (between g "bin/app" ["src/b.c"]))))

(deftest changed-graphs
  (testing "a graph is a value: another one answers otherwise"
    (let [other (assoc g :groups {"mine" [{:path "obj/a.o"}]})]
      (is (= ["src/a.c" "src/all.h" "obj/a.o" ":mine"]
             (u/deps other ":mine")))
      (is (thrown-with-msg? Exception #"unknown group mine" (u/deps g ":mine"))))))

(deftest mistakes
  (is (thrown-with-msg? Exception #"unknown target bin/ap" (q g "bin/ap | deps")))
  (is (thrown-with-msg? Exception #"query:1:" (q g "bin/app | dops")))
  (is (thrown-with-msg? Exception #"not a graph" (q {} "all")))
  (is (thrown-with-msg? Exception #"must be a string" (q g :all))))
EOF
ronin_ok test q_test.magma

# The language and the command line give one answer.
for query in 'all' 'actions' 'bin/app | deps' 'src/all.h | rdeps 1' \
    ':all | deps | sources' 'actions | inputs *.c' 'files - sources'; do
    ronin query "$query | emit path" -o edn >answer
    write one_test.magma <<EOF
(ns one-test
  (:require [clojure.test :refer [deftest is]]
            [graph :refer [load-graph]]
            [query :refer [emit q]]))
(deftest one
  (let [g (load-graph "build.magma")]
    (is (= $(cat answer) (emit g (q g "$query") [:path])))))
EOF
    ronin_ok test one_test.magma
done
