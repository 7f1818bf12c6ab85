; SPDX-License-Identifier: MIT
; A map with a million keys, pair by pair, then each value by its key.
(def table
  (loop [table {} n 0]
    (if (= n 1000000)
      table
      (recur (assoc table n (* 2 n)) (inc n)))))

(println (loop [n 0 sum 0]
           (if (= n (count table))
             sum
             (recur (inc n) (+ sum (get table n))))))
