# SPDX-License-Identifier: MIT
# The namespace ninja: words of the shell, and edges that are written by hand.
. "$TESTS/lib/build.sh"

write ninja_test.magma <<'END'
(ns ninja-test
  (:require [clojure.test :refer [deftest is]]
            [ninja :as ninja]))

(deftest words
  (is (= ["cc" "-c" "a.c"] (ninja/words "cc -c a.c")))
  (is (= ["cc" "a b.c" "c d" "e f"] (ninja/words "cc 'a b.c' \"c d\" e\\ f")))
  (is (= ["/bin/sh" "-c" "cc a.c && strip a"] (ninja/words "cc a.c && strip a")))
  (is (= ["/bin/sh" "-c" "cd x"] (ninja/words "cd x")))
  (is (= ["cc" "a.c"] (ninja/words ": && cc a.c && :")))
  (is (= ["/bin/sh" "-c" ""] (ninja/words "")))
  (is (thrown? :default (ninja/words 1))))

(deftest lists
  (let [edge {:inputs ["a.c" "b c.c" "d'e"] :outputs ["x y"]}]
    (is (= "a.c 'b c.c' 'd'\\''e'" (ninja/in edge)))
    (is (= "a.c b c.c d'e" (ninja/in-plain edge)))
    (is (= "a.c\n'b c.c'\n'd'\\''e'" (ninja/in-newline edge)))
    (is (= "a.c\nb c.c\nd'e" (ninja/in-newline-plain edge)))
    (is (= "'x y'" (ninja/out edge)))
    (is (= "x y" (ninja/out-plain edge))))
  (is (= "" (ninja/in {:inputs []})))
  (is (= "" (ninja/in {:inputs nil})))
  (is (= "'é' a+b-c_d./e" (ninja/in {:inputs ["é" "a+b-c_d./e"]})))
  (is (= "a b" (ninja/out {:outputs '("a" ["b"])})))
  (is (thrown? :default (ninja/in {:inputs [:a]}))))

(deftest response-files
  (is (= {:path "a.rsp" :content "x"} (ninja/response-file "a.rsp" "x"))))
END
ronin_ok test ninja_test.magma
assert_output '3 tests, 19 assertions, 0 failures'

# By hand: bindings of an edge go before those of all, and those before what
# the rule gives; keywords and true will do for texts.
write build.magma <<'END'
(ns build (:require [ninja :as ninja]))
(pool "one" 1)
(defn copy [edge]
  {:command (str "cp " (ninja/in edge) " " (ninja/out edge) (:after edge))
   :description (str "COPY " (:outputs edge) (:inputs edge))
   :restat true :pool "one"})
(ninja/build copy {:after " && test 1" :pool nil}
  ["./a" ["in" :implicit "x//y" :order-only "all" :validations "c"]]
  ["b" (list "a") {:description "second" :after nil}]
  [["c" :implicit "not-made"] "b" {:command "cp b c"}])
(ninja/build {:command "touch d e"}
  [["d" "e"] []])
(group "all" ["in"])
(action :outputs ["../outside"] :as-ninja true :inputs {:ifwritten ["a"]}
        :rule {:command ["cp" "a" "../outside"]})
END
mkdir x root
write x/y
write in one
mv build.magma x in root
ronin_ok -C root -j1
assert_ran a b c ../outside d
assert_output 'COPY ["a"]["in"]' second
assert_file root/c one
assert_file outside one
ronin_ok -C root
assert_ran c
ronin_ok -C root cmd a
assert_output "/bin/sh -c 'cp in a && test 1'"
rm -r root/x
ronin_fails 3 -C root
assert_output 'x/y'

# refused TEXT NEEDLE...: what makes no sense is told, with what does.
refused()
{
    write build.magma "(require '[ninja :as ninja]) $1"
    ronin_fails 3
    assert_output "${@:2}"
}
refused '(ninja/build {:command "x"} ["a"])' 'an edge is [outputs inputs]' \
    'build.magma:1'
refused '(ninja/build {:command "x"} "a")' 'an edge is [outputs inputs]'
refused '(ninja/build {:command "x"} [[] []])' 'an edge without outputs'
refused '(ninja/build {:command "x"} [[1] []])' 'the outputs of an edge are'
refused '(ninja/build {:command "x"} ["a" [:b]])' 'have no mark :b' \
    'the marks are :implicit, :order-only and :validations'
refused '(ninja/build {:command "x"} ["a" [] 1])' 'the bindings of an edge'
refused '(ninja/build {} ["a" []])' 'an edge without a :command'
refused '(ninja/build (fn [e] "x") ["a" []])' 'the rule of an edge gives a map'
refused '(ninja/build {:command ["x"]} ["a" []])' ':command of an edge is a string'
refused '(ninja/build {:command "x" :deps "cl"} ["a" []])' \
    "unknown deps type 'cl'"
refused '(ninja/build {:command "x" :pool "p"} ["a" []])' \
    "unknown pool name 'p'"
refused '(ninja/build (fn [e] (ninja/build {:command "y"} ["b" []])
   {:command "x"}) ["a" []])' 'the rule of an edge cannot build edges'
refused '(ninja/build {:command "x"} ["a" [] {:as 1 :depfile 2}])' \
    ':depfile of an edge is a string'
ronin_fails 1 eval -e '(require (quote ninja)) (ninja/build {} ["a" []])'
assert_output 'ninja/build works only while a build file is evaluated'
