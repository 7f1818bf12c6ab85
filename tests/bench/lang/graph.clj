; SPDX-License-Identifier: MIT
; What a build file does: a hundred thousand calls of a function with keyword
; arguments, each of which calls a rule and is kept under what it makes.
(require '[clojure.string :as string])

(defn compile-c [{:keys [in out depfile flags]}]
  {:command (into ["cc"] (concat flags in ["-MMD" "-MF" depfile "-o" out]))})

(defn register [graph & {:keys [outputs inputs rule] :as attributes}]
  (let [out (first outputs)
        recipe (rule {:in (:ifwritten inputs)
                      :out out
                      :depfile (str out ".d")
                      :flags ["-O2" "-g"]})
        node (assoc attributes :recipe recipe)]
    (reduce (fn [graph output] (assoc graph output node)) graph outputs)))

(defn add-unit [graph n]
  (let [source (str "lib" (quot n 50) "/unit" n ".c")]
    (register graph
              :outputs [(string/replace source ".c" ".o")]
              :inputs {:ifwritten [source (str "api/h" (rem n 300) ".h")]}
              :rule compile-c)))

(let [graph (reduce add-unit {} (range 100000))]
  (println (count graph)
           (count (get-in graph ["lib24/unit1234.o" :recipe :command]))))
