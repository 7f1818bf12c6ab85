# SPDX-License-Identifier: MIT
# One form for every error: place, code, line and caret, stack, help; and the
# same as data.
. "$TESTS/lib/build.sh"

# The caret stands under the form whatever stands before it.
printf '(defn 日 [a]\n\t(str "日本" (+ a "x\x1b[31m")))\n(日 1)\n' >wide.magma
ronin_fails 1 eval wide.magma
assert_equal "$OUTPUT" 'wide.magma:2:12: error[R0104]: Cannot add 1 and "x\x1b[31m": + expects numbers
    2 | 	(str "日本" (+ a "x\x1b[31m")))
      | 	            ^~~~~~~~~~~~~~~~~
  in user/日 (wide.magma:2:12)
  at top level (wide.magma:3:1)'

# A long line is cut around it.
python3 -c 'print("[" + "1 " * 200 + "(inc :a) " + "2 " * 200 + "]")' >long.magma
ronin_fails 1 eval long.magma
assert_output 'long.magma:1:' '    1 | ...1 1' '(inc :a)' '2 2...' '  ^'
[ "$(printf '%s\n' "$OUTPUT" | awk '{ if (length > m) m = length } END { print m }')" -lt 200 ] ||
    fail 'the line is not cut'

# Both brackets are shown.
printf '(defn f [a\n  (+ a 1))\n' >closer.magma
ronin_fails 1 eval closer.magma
assert_output 'closer.magma:2:10: error[R0101]: ) cannot close the [ opened at 1:9' \
    $'    1 | (defn f [a\n      |         ^\n    2 |   (+ a 1))\n      |          ^'
printf '(defn f [a]\n  (+ a\n     1)\n\n(defn g [] 2)\n' >open.magma
ronin_fails 1 eval open.magma
assert_output 'open.magma:1:1: error[R0101]: The ( opened at 1:1 is never closed' \
    '    5 | (defn g [] 2)' \
    'help: Add the closing ), perhaps before line 5, where a form begins the line.'

# Arities show the signature; names what was meant.
ronin_fails 1 eval -e '(defn area [w h] (* w h)) (area 1)'
assert_output 'error[R0103]' 'user/area' 'help: It takes [w h].'
ronin_fails 1 eval -e '(map-indexd inc [1])'
assert_output 'error[R0102]' 'help: Did you mean map-indexed?'

# Macros and recursion fold.
ronin_fails 1 eval -e '(defmacro n [x] (throw (ex-info "bad" {:a 1})))' \
    -e '(defmacro m [x] `(n ~x))' -e '(m 1)'
assert_output 'error[R0111]: bad' 'data: {:a 1}' 'in macro'
ronin_fails 1 eval -e '(defn f [n] (if (= n 0) (/ 1 0) (inc (f (dec n)))))' \
    -e '(f 100)'
assert_output 'in user/f (-e:1:25)' 'in user/f (-e:1:38), 24 times'

# As data: each line is one object.
ronin eval --error-format=json wide.magma 2>json && fail 'it is an error'
python3 - <<'EOF2'
import json
report = json.loads(open("json", encoding="utf-8").read())
assert report["kind"] == "type" and report["code"] == "R0104", report
assert report["severity"] == "error", report
assert report["message"].startswith("Cannot add 1"), report
assert report["at"] == {"file": "wide.magma", "line": 2, "column": 12,
                        "end-line": 2, "end-column": 26}, report
assert report["trace"][0]["fn"] == "user/日", report
EOF2
ronin eval --error-format=edn -e '(area 1)' 2>edn && fail 'it is an error'
assert_equal "$(ronin eval -e '(let [e (clojure.edn/read-string (slurp "edn"))]
    [(:kind e) (:code e) (:line (:at e))])')" '[:unknown "R0102" 1]'
ronin --error-format=json nothing 2>json && fail 'there is no build file'
assert_equal "$(python3 -c 'import json; print(json.load(open("json"))["kind"])')" graph
ronin_fails 2 eval --error-format=xml -e 1
assert_output 'text, edn or json'

# Of a graph, and of the command line.
write build.magma '(action :outputs ["a"] :rule {:command ["true"]})' \
    '(action :outputs ["a"] :rule {:command ["true"]})'
ronin_fails 3
assert_output 'build.magma:2:1: error[R0303]: two actions make a' \
    '    2 | (action' 'help:'
write build.magma '(action :outputs ["a"] :rule {:command ["true"]})'
ronin_fails 2 b
assert_output 'error[R0002]: unknown target b'
ronin_fails 2 --no-such
assert_output 'ronin: error[R0001]: ronin build has no option --no-such'

# However deep it happens, the last line says where it began.
write chain.magma <<'END'
(defn a0 [x] (str (inc x)))
END
for i in $(seq 15); do
    echo "(defn a$i [x] (str (a$((i - 1)) x)))" >>chain.magma
done
echo '(str (a15 :x))' >>chain.magma
ronin_fails 1 eval chain.magma
assert_output 'in user/a11 ' '... 4 more calls' 'at top level (chain.magma:17:6)'
assert_lacks "$OUTPUT" 'in user/a12 '
ronin_fails 1 eval -e 'nill'
assert_output 'Did you mean nil?'
ronin_fails 1 eval -e 'y'
assert_lacks "$OUTPUT" 'Did you mean'

# What happens inside of the library happens where it was called.
ronin_fails 1 eval -e '(defn f [x] (str (clojure.walk/postwalk inc x)))' -e '(str (f {:a 1}))'
assert_equal "$OUTPUT" "#'user/f
-e:1:18: error[R0104]: inc expects a number, found :a
    1 | (defn f [x] (str (clojure.walk/postwalk inc x)))
      |                  ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~
  in clojure.walk/postwalk (stdlib/walk.magma:24:3)
  in user/f (-e:1:18)
  at top level (-e (2):1:6)"

# A text that has no name is read where it is passed.
ronin_fails 1 eval -e '(def text "[1
 2x]")' -e '(str (read-string text))'
assert_output '-e (2):1:6: error[R0101]: Invalid number 2x, at 2:2 of the text' \
    '    1 | (str (read-string text))'

# Signatures are as programs write them.
signature() # FORM HELP
{
    ronin_fails 1 eval -e "$1"
    assert_output "help: It takes $2."
}
signature '(get)' '[coll key] or [coll key missing]'
signature '(#(+ %1 %2) 1)' '[%1 %2]'
signature '(#(apply + % %&))' '[%1 & %&]'
signature '(:a)' '[map] or [map missing]'
signature '({:a 1})' '[key] or [key missing]'
signature '(#{1} 1 2)' '[item]'
signature '([1])' '[index]'
