; SPDX-License-Identifier: MIT
(require '[clojure.edn :as edn])

(let [actions (edn/read-string (slurp "graph.edn"))]
  (println (count actions)
           (reduce + (map (fn [action] (count (:needs action))) actions))))
