; SPDX-License-Identifier: MIT
; map, filter, reduce over lazy sequences.
(println (reduce + (filter odd? (map (fn [n] (+ n n n)) (range 1000000)))))
