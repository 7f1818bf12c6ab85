; SPDX-License-Identifier: MIT
; The same by transducers.
(println (transduce (comp (map (fn [n] (+ n n n))) (filter odd?))
                    + (range 1000000)))
