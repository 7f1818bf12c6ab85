# SPDX-License-Identifier: MIT
# Whatever has no end or is too deep ends with an error of the kind limit, which
# says where, and how to raise the budget; never with a signal.
. "$TESTS/lib/build.sh"

# meets PART OPTION... EXPR: EXPR ends with a limit whose message has PART.
meets()
{
    ronin_fails 1 eval --error-format=json "${@:2:$#-2}" -e "${!#}"
    assert_output '"kind":"limit"' '"line":1' "$1"
}
fuel=(--fuel 200000)
memory=(--memory 48M)
fix='Raise the budget with --memory'

meets 'raise the budget with --depth' \
    '(defn f [n] (if (zero? n) 0 (+ 1 (f (dec n))))) (f 10000000)'
meets 'Raise the budget with --fuel' "${fuel[@]}" '(loop [] (recur))'
for endless in '(println (range))' '(pr-str (iterate inc 0))' \
    '(str (repeat 1))' '(hash (iterate inc 0))' '(hash (cycle [1]))' \
    '(= (iterate inc 0) (iterate inc 0))' '(compare (vec (range)) [])' \
    '(nth (iterate inc 0) 10000000000)' '(apply + (range))' '(last (repeat nil))' \
    '(into {} (map vector (range) (range)))' '(frequencies (cycle [1]))' \
    '(def x (lazy-seq (cons 1 x))) (hash x)' '{(range) 1}' '(def x (lazy-seq (cons 1 x))) (count x)'; do
    meets 'Raise the budget with' "${fuel[@]}" "${memory[@]}" "$endless"
done
for bomb in '(loop [v [1]] (recur (into v v)))' \
    '(loop [s "x"] (recur (str s s)))' '(loop [v [1]] (recur (vec (concat v v))))' \
    '(sort (range))' '(str/join (range))' '(vec (range 1000000000))' \
    '(reduce (fn [x _] (atom x)) nil (range 10000000))' \
    '(first (reduce (fn [s _] (map inc s)) [1] (range 10000000)))'; do
    meets "$fix" "${memory[@]}" "$bomb"
done
meets 'takes too long' \
    '(re-find #"(?:(?:a|aa)+)+$" (str (apply str (repeat 1000 "a")) "b"))'
meets 'Raise the budget with' "${fuel[@]}" "${memory[@]}" \
    "(loop [n 2N] (recur (*' n n)))"

# nest COUNT OPEN MIDDLE CLOSE: a text that nests.
nest()
{
    head -c "$1" /dev/zero | sed "s/\\x0/$2/g"
    printf %s "$3"
    head -c "$1" /dev/zero | sed "s/\\x0/$4/g"
}
deep()
{
    ronin_fails 1 eval --error-format=json deep.magma
    assert_output '"kind":"limit"' 'deep.magma' "$1"
}
nest 10000000 '[' '' ']' >deep.magma
deep 'nested more than 4000000 deep'
nest 10000000 '[' '' '' >deep.magma
deep 'nested more than 4000000 deep'
nest 5000000 "'" 'a' '' >deep.magma
deep 'nested more than 4000000 deep'
nest 5000 '`' '(a b)' '' >deep.magma
deep 'Syntax-quotes expand'
nest 200000 '(inc ' '1' ')' >deep.magma
deep 'nested too deeply'
nest 100000 '(fn [] ' '1' ')' >deep.magma
deep 'nested too deeply'
nest 20 '`' '(a ~b ~@[c])' '' >deep.magma
ronin_ok eval deep.magma

# A million brackets are data like any other.
{
    printf '(def a '
    nest 1000000 '[' '' ']'
    printf ') (def b '
    nest 1000000 '[' '' ']'
    printf ')\n(println (= a b) (= (hash a) (hash b)) (count (pr-str a)))\n'
} >deep.magma
assert_equal "$(ronin eval deep.magma)" 'true true 2000000'
