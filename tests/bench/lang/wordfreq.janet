# SPDX-License-Identifier: MIT
(def words (peg/match ~{:main (any (* (any :s) (<- (some :S)) (any :s)))}
                      (slurp "words.txt")))
(def often (frequencies words))
(def sorted (sort-by (fn [[word n]] [(- n) word]) (pairs often)))
(print (length often) " " (get-in sorted [0 0]) " " (get-in sorted [0 1]))
