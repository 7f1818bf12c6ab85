# SPDX-License-Identifier: MIT
# What is written as people write it gets no warning; what cannot be read is an
# error, with all of the text behind it left alone.
. "$TESTS/lib/build.sh"

# Idioms that look like what is warned of.
write build.magma <<'EOF2'
(ns user (:require [clojure.set :as set] [lib.tools]))
(defn object [name]
  (let [name (str name ".o")
        {:keys [in] :or {in []}} {:in [name]}]
    (action :outputs [name] :inputs {:order-only in} :rule {:command ["true"]})))
(defn ->kinds [kind] (cond (= kind :a) 1 (= kind :b) 2 :else 3))
(defmacro with-name [n & body] `(let [~n "x" unused# 1] ~@body))
(defn spread [xs] (as-> xs $ (map inc $) (filter odd? $) (vec $)))
(defn looped [n] (loop [i 0 total 0] (if (< i n) (recur (inc i) (+ total i)) total)))
(defn handled [f] (try (f) (catch Exception e (ex-message e))))
(defn- private-but-named [] 1)
(def all {:f #'private-but-named :union set/union :w (with-name q q)
          :s (spread [1]) :l (looped 2) :k (->kinds :a) :h (handled str)})
(letfn [(even2? [n] (or (zero? n) (odd2? (dec n))))
        (odd2? [n] (and (pos? n) (even2? (dec n))))]
  (even2? 10))
(doseq [[k v] all :when (keyword? k) :let [_ v]] (str k))
EOF2
write lib/tools.magma '(ns lib.tools)' '(defn f [x & more] (apply str x more))' '(f 1 2)'
ronin_ok check --strict
assert_equal "$OUTPUT" 'nothing to report'

# Keys and items that are there twice cannot be read.
write build.magma '(def ok 1)' '(def m {:a 1 :b 2 :a 3})' '(mapp 1)'
ronin_fails 3 check
assert_output 'build.magma:2:19: error[R0101]: The key :a is there twice' '1 error, 0 warnings'
write build.magma '(def s #{1 2 1})'
ronin_fails 3 check
assert_output 'The item 1 is there twice'

# Data that is thrown may be endless; it is shown by its beginning.
write build.magma '(throw (ex-info "stop" {:all (vec (range 100000))}))' '(def x 1)'
ronin_fails 3 check
assert_output 'build.magma:1:1: error[R0111]: stop' '1 error, 0 warnings'

# A budget that is spent ends the form, and is told.
write build.magma '(def x (loop [] (recur)))' '(mapp 1)'
ronin_fails 3 check --fuel 10000
assert_output 'error[R0110]' 'build.magma:2:2: error[R0102]' '2 errors, 0 warnings'
