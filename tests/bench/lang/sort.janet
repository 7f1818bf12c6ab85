# SPDX-License-Identifier: MIT
(def numbers @[])
(var seed 99)
(for n 0 1000000
  (set seed (% (+ (* seed 16807) 11) 2147483647))
  (array/push numbers seed))
(sort numbers)
(print ;(interpose " " (map |(string/format "%d" (in numbers $))
                            [0 500000 999999])))
