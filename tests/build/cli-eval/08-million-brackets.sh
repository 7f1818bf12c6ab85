# SPDX-License-Identifier: MIT
# Depth of data has no bound but memory.
. "$TESTS/lib/build.sh"

# nest COUNT OPEN MIDDLE CLOSE: a text that nests.
nest()
{
    head -c "$1" /dev/zero | sed "s/\\x0/$2/g"
    printf %s "$3"
    head -c "$1" /dev/zero | sed "s/\\x0/$4/g"
}

# A million brackets are read, printed, compared and hashed.
nest 1000000 '[' '' ']' >million
write million.magma <<'END'
(def text (str/trim-newline (slurp "million")))
(def one (read-string text))
(def other (read-string text))
(println (= (pr-str one) text) (= one other) (= (hash one) (hash other)))
(println (= one (conj other 1)) (contains? #{one} other))
END
ronin_ok eval --fuel 10000000000 million.magma
assert_output 'true true true' 'false true'
