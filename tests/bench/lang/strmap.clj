; SPDX-License-Identifier: MIT
; Paths as keys: a map of 200000, every value changed, every value read.
(defn path [n] (str "out/part" (rem n 613) "/unit" n ".o"))

(let [numbers (range 200000)
      built (reduce (fn [table n] (assoc table (path n) n)) {} numbers)
      changed (reduce (fn [table n] (update table (path n) + 2)) built numbers)]
  (println (count changed)
           (reduce (fn [sum n] (+ sum (get changed (path n)))) 0 numbers)))
