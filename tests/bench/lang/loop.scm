; SPDX-License-Identifier: MIT
(display
 (let next ((left 10000000) (sum 0))
   (if (zero? left)
       sum
       (next (- left 1) (+ sum left)))))
