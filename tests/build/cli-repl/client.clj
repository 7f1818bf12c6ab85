; SPDX-License-Identifier: MIT
; The reference client of nREPL talks to `ronin repl --nrepl`: it prints what it
; got, one line a question. Run by 08-real-client.sh.
(require '[nrepl.core :as nrepl])

(let [port (Integer/parseInt (slurp ".nrepl-port"))]
  (with-open [connection (nrepl/connect :port port)]
    (let [client (nrepl/client connection 40000)
          session (nrepl/client-session client)
          ask (fn [message]
                (nrepl/combine-responses (nrepl/message session message)))]
      (prn :ops (count (:ops (ask {:op "describe"}))))
      (prn :values (nrepl/response-values
                    (nrepl/message session {:op "eval"
                                            :code (nrepl/code (+ 1 2)
                                                              (command-of "a"))})))
      (prn :out (:out (ask {:op "eval" :code "(println \"printed\")"})))
      (prn :error (sort (:status (ask {:op "eval" :code "(nth [] 1)"}))))
      (prn :star (:value (ask {:op "eval" :code "(ex-message *e)"})))
      (prn :built (:value (ask {:op "eval" :code "(:ran (build))"})))
      (prn :file (:value (ask {:op "load-file" :file "(defn f [] 1)\n(f)"
                               :file-path "src/f.magma" :file-name "f.magma"})))
      (prn :completions
           (map :candidate (:completions (ask {:op "completions" :prefix "steps"}))))
      (prn :info (:arglists-str (:info (ask {:op "lookup" :sym "f" :ns "user"}))))
      (let [running (future (ask {:op "eval" :code "(loop [] (recur))"
                                  :id "endless"}))]
        ; Until the interrupt finds something to end.
        (loop []
          (let [status (:status (ask {:op "interrupt" :interrupt-id "endless"}))]
            (when-not (= status #{"done"})
              (Thread/sleep 20)
              (recur))))
        (prn :interrupted (contains? (:status @running) "interrupted")))
      (prn :closed (sort (:status (ask {:op "close"})))))))
(shutdown-agents)
