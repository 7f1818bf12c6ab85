; SPDX-License-Identifier: MIT
(defn tak [a b c]
  (if (< b a)
    (tak (tak (dec a) b c) (tak (dec b) c a) (tak (dec c) a b))
    c))

(println (tak 24 16 8))
