; SPDX-License-Identifier: MIT
(println
 (loop [left 10000000 sum 0]
   (if (zero? left)
     sum
     (recur (dec left) (+ sum left)))))
