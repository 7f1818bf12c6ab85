; SPDX-License-Identifier: MIT
; A vector of a million, item by item, then each item by its index.
(def items
  (loop [items [] n 0]
    (if (= n 1000000)
      items
      (recur (conj items n) (inc n)))))

(println (loop [n 0 sum 0]
           (if (= n (count items))
             sum
             (recur (inc n) (+ sum (nth items n))))))
