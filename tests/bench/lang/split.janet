# SPDX-License-Identifier: MIT
(def lines (string/split "\n" (string/trimr (slurp "words.txt"))))
(print (length lines) " " (sum (map length lines)))
