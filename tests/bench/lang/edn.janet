# SPDX-License-Identifier: MIT
(def actions (parse (slurp "graph.edn")))
(print (length actions) " " (sum (map |(length ($ :needs)) actions)))
