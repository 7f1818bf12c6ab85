# SPDX-License-Identifier: MIT
(def graph @{})

(defn compile-c [vars]
  {:command ["cc" ;(vars :flags) ;(vars :in) "-MMD" "-MF" (vars :depfile)
             "-o" (vars :out)]})

(defn register [& attributes]
  (def node (table ;attributes))
  (def out (first (node :outputs)))
  (put node :recipe ((node :rule) {:in (get-in node [:inputs :ifwritten])
                                   :out out
                                   :depfile (string out ".d")
                                   :flags ["-O2" "-g"]}))
  (each output (node :outputs) (put graph output node)))

(for n 0 100000
  (def source (string "lib" (div n 50) "/unit" n ".c"))
  (register :outputs [(string/replace ".c" ".o" source)]
            :inputs {:ifwritten [source (string "api/h" (% n 300) ".h")]}
            :rule compile-c))
(print (length graph) " "
       (length (get-in graph ["lib24/unit1234.o" :recipe :command])))
