# SPDX-License-Identifier: MIT
(print (string/format "%d" (sum (filter odd? (map |(+ $ $ $)
                                                  (range 1000000))))))
