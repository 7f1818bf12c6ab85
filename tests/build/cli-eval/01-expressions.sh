# SPDX-License-Identifier: MIT
# `eval` prints the values of -e, and needs no build file.
. "$TESTS/lib/build.sh"

assert_equal "$(ronin eval -e '(+ 1 2)')" 3
assert_equal "$(ronin eval -e '(def x 2)' -e '(* x "2")' 2>&1 | head -c 2)" "#'"
assert_equal "$(ronin eval -e '"a\n"' -e ':k' -e '(map inc [1 2])')" \
    $'"a\\n"\n:k\n(2 3)'
assert_equal "$(ronin eval -e 'nil')" nil
assert_equal "$(ronin eval -e '(vec *command-line-args*)' a -b)" '["a" "-b"]'

ronin_fails 1 eval -e '(+ 1 "x")'
assert_output '-e:1:1' '(+ 1 "x")' '^~~~'
ronin_fails 1 eval -e '(+ 1'
assert_output '-e:1'
ronin_fails 1 eval -e '(prntln 1)'
assert_output 'println'
ronin_fails 1 eval --fuel 1000 -e '(loop [] (recur))'
assert_output 'steps'
ronin_fails 1 eval --depth 100 -e '(defn f [n] (inc (f n)))' -e '(f 1)'
assert_output 'deeper than 100 frames' '--depth'
assert_equal "$(ronin eval --depth 4000000 \
    -e '((fn f [n] (if (= n 0) 0 (inc (f (dec n))))) 1500000)')" 1500000
ronin_fails 1 eval --memory 64M -e '(reduce conj [] (range 100000000))'
