; SPDX-License-Identifier: MIT
; How often each word occurs; the most frequent, by the alphabet if even.
(require '[clojure.string :as string])

(let [words (string/split (slurp "words.txt") #"\s+")
      often (frequencies words)
      [word n] (first (sort-by (fn [[word n]] [(- n) word]) often))]
  (println (count often) word n))
