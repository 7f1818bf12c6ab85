# SPDX-License-Identifier: MIT
(defn path [n] (string "out/part" (% n 613) "/unit" n ".o"))
(def items @{})
(for n 0 200000 (put items (path n) n))
(for n 0 200000 (update items (path n) + 2))
(var sum 0)
(for n 0 200000 (+= sum (in items (path n))))
(print (length items) " " (string/format "%d" sum))
