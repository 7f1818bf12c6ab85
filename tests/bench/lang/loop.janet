# SPDX-License-Identifier: MIT
(var sum 0)
(var left 10000000)
(while (not= left 0)
  (+= sum left)
  (-- left))
(print (string/format "%d" sum))
