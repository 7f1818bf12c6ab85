; SPDX-License-Identifier: MIT
(require '[clojure.string :as string])

(let [lines (string/split-lines (slurp "words.txt"))]
  (println (count lines) (reduce + (map count lines))))
