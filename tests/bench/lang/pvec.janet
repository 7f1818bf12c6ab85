# SPDX-License-Identifier: MIT
(def items @[])
(for n 0 1000000 (array/push items n))
(var sum 0)
(for n 0 (length items) (+= sum (in items n)))
(print (string/format "%d" sum))
