; SPDX-License-Identifier: MIT
;
; Compares what tests/lang/clojure_*.magma say with what Clojure gives; run by
; tests/lang/record. The comments are those of tests/lang/runner.c:
;
;     ;=> text      = to the value, after reading both; or the same text
;     ;=> = expr    = to the value of the expression
;     ;! text       an exception; its text is Magma's own, so it is not looked at
;     ;~> text      a line that is printed
;     ;=> ?         not recorded yet: `write` puts the value or `;!` there
;
; Every file is a program in a namespace `user` of its own.
(ns record
  (:require [clojure.string :as str])
  (:import (clojure.lang LineNumberingPushbackReader)
           (java.io StringReader StringWriter)))

(def seconds-per-form 20)

(defn fresh-user []
  (remove-ns 'user)
  (in-ns 'user)
  (clojure.core/refer 'clojure.core))

(defn blank? [c] (#{\space \tab \newline \return \,} c))

(defn skip-blanks
  "Reads blanks, and at most `lines` line ends."
  [^LineNumberingPushbackReader in lines]
  (loop [lines lines]
    (let [c (.read in)]
      (cond
        (= c -1) nil
        (and (= (char c) \newline) (zero? lines)) (.unread in c)
        (blank? (char c)) (recur (if (= (char c) \newline) (dec lines) lines))
        :else (.unread in c)))))

(defn expectation
  "The comment that stands next, as [mark text line], or nil."
  [^LineNumberingPushbackReader in]
  (skip-blanks in 1)
  (let [c (.read in)]
    (when-not (= c -1)
      (if-not (= (char c) \;)
        (do (.unread in c) nil)
        (let [line (.getLineNumber in)
              text (.readLine in)]
          (if-let [[_ mark rest] (re-matches #"(=>|!at|!|~>) ?(.*)" text)]
            [mark rest line]
            (recur in)))))))

(defn outcome
  "What a form gives: {:value} or {:error}, and {:out}."
  [form]
  (let [out (StringWriter.)
        task (future
               (binding [*out* out *ns* *ns*]
                 (try
                   (let [value (eval form)]
                     {:value value
                      :text (binding [*print-length* 2000] (pr-str value))
                      :ns *ns*})
                   (catch Throwable e {:error e :ns *ns*}))))
        result (deref task (* 1000 seconds-per-form) {:error "took too long"
                                                      :ns *ns*})]
    (when (= "took too long" (:error result))
      (future-cancel task))
    (set! *ns* (:ns result)) ; what a form `ns` chose
    (assoc result :out (str out))))

(defn agrees?
  [{:keys [value text] :as outcome} expected]
  (or (= text expected)
      (try
        (if (str/starts-with? expected "= ")
          (= value (eval (read-string (subs expected 2))))
          (= value (read-string expected)))
        (catch Throwable _ false))))

(defn ordered?
  "False if the text depends on an order that Clojure does not define."
  [value]
  (not-any? #(or (and (set? %) (not (sorted? %)) (next %))
                 (and (map? %) (not (sorted? %)) (not (record? %)) (next %)
                      (not (instance? clojure.lang.PersistentArrayMap %))))
            (tree-seq #(and (coll? %) (or (counted? %) (seq? %))) seq value)))

(defn recorded
  "The comment to write for an outcome."
  [{:keys [value text error]}]
  (cond
    error ";!"
    (str/includes? text "#object[") "" ; an address; the form just runs
    (try (ordered? value) (catch Throwable _ true)) (str ";=> " text)
    :else (str ";=> = '" text)))

(defn shown [{:keys [text error]}]
  (if error (str "error: " error) text))

(defn check
  "Looks at one expectation; what disagrees as text, or nil."
  [outcome mark expected printed]
  (case mark
    "=>" (when (or (:error outcome) (not (agrees? outcome expected)))
           (str ";=> " expected "  but is " (shown outcome)))
    "!" (when-not (:error outcome)
          (str "an error is expected, but it is " (shown outcome)))
    "!at" nil
    "~>" (when-not (= expected (first @printed))
           (str ";~> " expected "  but prints " (first @printed)))))

(defn run-file
  "Runs a program; the lines to write anew, as {line comment}."
  [file tally]
  (fresh-user)
  (let [in (LineNumberingPushbackReader. (StringReader. (slurp file)))
        written (atom {})]
    (loop []
      (let [[form source] (try
                            (read+string {:eof in} in)
                            (catch Throwable e
                              [`(throw (ex-info ~(str (ex-message e)) {})) ""]))]
        (when-not (identical? form in)
          (let [result (outcome form)
                printed (atom (str/split-lines (:out result)))
                expected (doall (take-while some? (repeatedly #(expectation in))))]
            (when (and (:error result) (empty? expected))
              (println (str file ": " source " fails: " (:error result)))
              (swap! tally update :failed inc))
            (doseq [[mark text line] expected]
              (swap! tally update :total inc)
              (if (and (= mark "=>") (= text "?"))
                (swap! written assoc line (recorded result))
                (when-let [problem (check result mark text printed)]
                  (println (str file ":" line ": " problem))
                  (swap! tally update :failed inc)))
              (when (= mark "~>") (swap! printed rest))))
          (recur))))
    @written))

(defn write-lines
  [file written]
  (let [lines (str/split (slurp file) #"\n" -1)]
    (spit file
          (str/join "\n"
                    (map-indexed (fn [i line]
                                   (if-let [comment (written (inc i))]
                                     (str/trimr
                                       (str/replace-first
                                         line #";=> \?\s*$"
                                         (java.util.regex.Matcher/quoteReplacement
                                           comment)))
                                     line))
                                 lines)))))

(let [[mode & files] *command-line-args*
      tally (atom {:total 0 :failed 0})]
  (binding [*ns* *ns*]
    (doseq [file files]
      (let [written (run-file file tally)]
        (if (= mode "write")
          (write-lines file written)
          (when (seq written)
            (println (str file ": " (count written) " are not recorded yet"))
            (swap! tally update :failed inc))))))
  (println (format "%d recorded, %d disagree"
                   (:total @tally) (:failed @tally)))
  (shutdown-agents)
  (System/exit (if (zero? (:failed @tally)) 0 1)))
