# SPDX-License-Identifier: MIT
# `check` tells all that is wrong or odd about a program at once, sorted by
# place, and leaves nothing behind.
. "$TESTS/lib/build.sh"

write lib/flags.magma '(ns lib.flags)' '(defn flags [] (let [debug 1] ["-O2"]))'
write build.magma <<'EOF2'
(ns user (:require [clojure.string :as str] [lib.flags :as flags]))
(defn cc [vars]
  (let [extra (flags/flags)]
    {:command ["cc" (:in vars)] :stdinn "x"}))
(defn never-called []
  (action :outputz ["a"] :rule cc))
(action :outputs ["a"] :rule {:command ["touch" "a"]})
EOF2
ronin_ok check
assert_output 'build.magma:1:40: warning[R0207]: The alias str is never used' \
    'build.magma:3:9: warning[R0201]: The local extra is never used' \
    'warning[R0208]: a step has no key :stdinn' 'help: did you mean :stdin?' \
    'build.magma:6:11: warning[R0208]: action has no key :outputz' \
    $'    6 |   (action :outputz ["a"] :rule cc))\n      |           ^~~~~~~~' \
    'lib/flags.magma:2:22: warning[R0201]: The local debug is never used' \
    '0 errors, 5 warnings'
assert_equal "$(printf '%s\n' "$OUTPUT" | grep -o '^[a-z/]*\.magma:[0-9]*')" \
    $'build.magma:1\nbuild.magma:3\nbuild.magma:3\nbuild.magma:6\nlib/flags.magma:2'
ronin_fails 1 check --strict
[ ! -e .ronin ] && [ ! -e a ] || fail 'check writes'

# Errors do not hide each other; what follows from one is not said.
write build.magma <<'EOF2'
(def sources (glub "*.c"))
(defn f [a] (mapp inc a))
(def objects (mapv f sources))
(defn known [a] a)
(defn g [] (known 1 2))
(action :outputs ["a"] :rul {:command ["touch" "a"]})
EOF2
ronin_fails 3 check
assert_output 'build.magma:1:15: error[R0102]: Unable to resolve symbol: glub' \
    'build.magma:2:14: error[R0102]' 'help: Did you mean map?' \
    'build.magma:5:12: error[R0103]' 'help: It takes [a].' \
    'build.magma:6:1: error[R0107]: action has no key :rul' '4 errors, 0 warnings'

# As data; one object a line.
ronin check -o json >json && fail 'there are errors'
assert_equal "$(python3 -c '
import json
for line in open("json"):
    r = json.loads(line)
    print(r["severity"], r["code"], r["at"]["line"])')" \
    $'error R0102 1\nerror R0102 2\nerror R0103 5\nerror R0107 6'
ronin check -o edn >edn && fail 'there are errors'
assert_equal "$(ronin eval -e '(count (clojure.string/split-lines (slurp "edn")))')" 4
ronin_fails 2 check -o xml
assert_output 'text, edn or json'

# What is no program, and what is no file.
write build.magma '(defn f [a]' '(inx 1)'
ronin_fails 3 check
assert_output 'build.magma:1:1: error[R0101]' '1 error, 0 warnings'
ronin_fails 3 check missing.magma
assert_output 'missing.magma'

# Without its namespaces nothing is as it should be: only that is said.
write build.magma '(ns user (:require [no.such :as n]))' '(n/f 1)'
ronin_fails 3 check
assert_output 'There is no namespace no.such' '1 error, 0 warnings'

# A form that waits for a dynout may be to define a name, or to use one.
write build.magma <<'EOF2'
(defn- helper [path] {:command ["touch" path]})
(def parts (dynout :rule [{:command ["printf" "p\\n"] :stdout :string}
                          {:transformer #(str/split-lines %)}]))
(def many (mapv (fn [p] (action :outputs [p] :rule (helper p))) parts))
(group "all" many)
EOF2
ronin_ok check --strict
assert_equal "$OUTPUT" 'nothing to report'
[ ! -e .ronin ] || fail 'check writes'
