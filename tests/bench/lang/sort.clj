; SPDX-License-Identifier: MIT
; A million numbers that come in no order.
(defn numbers [left seed found]
  (if (zero? left)
    found
    (let [seed (rem (+ (* seed 16807) 11) 2147483647)]
      (recur (dec left) seed (conj found seed)))))

(let [sorted (vec (sort (numbers 1000000 99 [])))]
  (println (first sorted) (nth sorted 500000) (peek sorted)))
