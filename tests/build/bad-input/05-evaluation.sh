# SPDX-License-Identifier: MIT
# Programs that throw, recurse, loop or never stop giving: each ends with an
# error that has a place.
. "$TESTS/lib/build.sh"

# refused TEXT NEEDLE...
refused()
{
    write build.magma "$1"
    ronin_fails 3
    assert_output "${@:2}"
}

refused '(acton :outputs ["x"])' 'build.magma:1:2: error[R0102]' \
    '    1 | (acton' '      |  ^~~~~' 'Did you mean action?'
refused $'(def x 1)\n\n  (prinltn x)' 'build.magma:3:4:' 'Did you mean println?'
refused '(/ 1 0)' 'build.magma:1:1: error[R0108]: Divide by zero'
refused '(3 4)' 'build.magma:1:1: error[R0104]: Cannot call 3 as a function'
refused '(nth [1] 4)' 'build.magma:1:1: error[R0106]'
refused '(throw (ex-info "no luck" {:code 7}))' 'build.magma:1:1: error[R0111]' \
    'no luck' '{:code 7}'
refused $'(defn g [] (nth [] 1))\n(defn f [] (inc (g)))\n(f)' \
    'build.magma:1:12: error[R0106]' 'in user/g (build.magma:1:12)' \
    'in user/f (build.magma:2:17)'
refused '~x' 'build.magma:1:1: error['
refused '(clojure.core/actoin)' 'build.magma:1:2: error[R0102]'
refused "(require 'no.where)" 'There is no namespace no.where' \
    'no/where.magma'
refused '(slurp "in")' 'build.magma:1:1: error[R0113]: slurp' '{:read path}'
refused $'(defn f [n] (+ 1 (f n)))\n(f 1)' 'build.magma:1:18: error[R0110]' \
    'nested deeper'
refused '(loop [] (recur))' 'build.magma:1:10: error[R0110]' '--fuel'

# Smaller budgets, and larger ones.
write build.magma '(reduce (fn [a _] (str a a)) "x" (range 100))'
ronin_fails 3 --memory 64M
assert_output 'error[R0110]' '64 MiB of memory' '--memory'
write build.magma '(dotimes [n 100000] n)'
ronin_fails 3 --fuel 1000
assert_output 'error[R0110]' '1000 steps'
ronin_ok --fuel 1000000

# Attributes without an end.
refused '(action :outputs (repeat []) :rule {:command ["x"]})' \
    'build.magma:1:1: error[R0110]: :outputs has more than' 'without end?'
refused '(action :outputs ["a"] :rule {:command (repeat "b")})' \
    'error[R0110]: :command has more than'

# A million levels of nesting in a list are no problem.
write build.magma '
(defn nest [x] (reduce (fn [a _] [a]) x (range 1000000)))
(action :outputs (nest "out") :rule {:command (nest ["touch" "out"])})'
ronin_ok
assert_file out
refused '(action :outputs (reduce (fn [a _] [a]) :x (range 1000000))
                 :rule {:command ["x"]})' ':outputs cannot take :x'

# Functions of steps.
transforms()
{
    write build.magma \
        '(action :outputs ["out"] :inputs {:ifchanged ["in"]}' \
        '  :rule [{:read "in"}' \
        "         {:transformer $1}" \
        '         {:write "out"}])'
    ronin_fails 1
    assert_output 'FAILED  out' 'build.magma:1' "${@:2}"
    assert_absent out
}

rm out
write in one
transforms '(fn [text] (throw (ex-info "bang" {})))' \
    'build.magma:3:35: error[R0111]: bang' '      | '
transforms '(fn [text] 3)' 'this step needs a string, and got 3'
transforms '(fn [text] nil)' 'value'
transforms '(fn [text] (range))' 'this step needs a string, and got (0 1 2'
transforms '(fn [] "x")' 'Wrong number of arguments (1)'
transforms '(fn [text] (loop [] (recur)))' 'build.magma:3:44: error[R0110]'
transforms '(fn [text] (action :outputs ["p"] :rule {:command ["x"]}))' \
    'action works only while a build file is evaluated'
edit build.magma 's/:transformer.*$/:transformer str\/upper-case}/'
ronin_ok
assert_ran out
assert_file out ONE
ronin_ok
assert_ran
