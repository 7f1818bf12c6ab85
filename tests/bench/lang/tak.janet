# SPDX-License-Identifier: MIT
(defn tak [a b c]
  (if (< b a)
    (tak (tak (- a 1) b c) (tak (- b 1) c a) (tak (- c 1) a b))
    c))
(print (tak 24 16 8))
