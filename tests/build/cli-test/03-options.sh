# SPDX-License-Identifier: MIT
# Order, choice, limits and formats of `ronin test`.
. "$TESTS/lib/build.sh"

write a_test.magma <<'END'
(deftest one (println "only seen when it fails") (is (= 1 1)))
(deftest two (is (= {:a [1 2 3] :b "<&>"} {:a [1 5] :b "<&>" :c 1})))
(deftest three (is true))
(deftest four (println "what four says") (is (= "x\ny" "x\nz")))
(deftest five (is true))
END
write deep/b_test.magma '(ns deep.b-test (:require [clojure.test :refer [deftest is]]))' \
    '(deftest six (is true))'

# What a test prints is shown if it fails; parts that differ are shown alone.
ronin_fails 1 test a_test.magma
assert_output 'differ at [:a 1]' '- 2' '+ 5' 'differ at [:a 2]' '- 3' \
    'differ at [:c]' '+ 1' 'differ at [1]' '- "y"' '+ "z"' \
    'printed: what four says' '5 tests, 5 assertions, 2 failures'
case $OUTPUT in
*'only seen'*) fail "shows what a test printed that passed" ;;
*$'\033'*) fail "colours in a file" ;;
esac
ronin_fails 1 test a_test.magma --color always
assert_output $'\033[31m      - 2'

# The same seed is the same order; some other seed is another one.
order()
{
    ronin test --tap --seed "$1" a_test.magma | grep '^\(not \)\?ok'
}
first=$(order 1 || true)
[ "$first" = "$(order 1 || true)" ] || fail "one seed, two orders"
others=$(for seed in 2 3 4 5; do order $seed | md5sum; done | sort -u | wc -l)
[ "$others" -gt 1 ] || fail "all seeds have one order"
[ "$(sort <<<"$first" | wc -l)" = 5 ] || fail "a test is missing: $first"
ronin_fails 1 test --seed 77 a_test.magma
assert_output 'seed 77'

# Choosing.
ronin_ok test --focus one --focus deep.b-test/six
assert_output '2 tests, 2 assertions, 0 failures'
ronin_fails 1 test --focus nothing
assert_output 'none has a name with what --focus asks for'
ronin_ok test --list
assert_output 'user/two   ' 'a_test.magma:2' 'deep.b-test/six   '
ronin_ok test '*/b_*'
assert_output '1 test,'
ronin_ok test 'b_test*'
assert_output '1 test,'
ronin_fails 2 test '*nothing*'
assert_output 'cannot read *nothing*'

# Stopping: never both of two that fail.
ronin_fails 1 test --fail-fast
assert_output '1 failure'

# Formats.
ronin_fails 1 test --tap --seed 1
assert_output 'TAP version 13' '1..6' 'ok ' 'not ok' '# FAIL  two'
ronin_fails 1 test --junit out.xml
python3 - <<'END' || fail "the XML is not right"
import xml.etree.ElementTree as tree
root = tree.parse("out.xml").getroot()
cases = {c.get("name"): c for c in root.iter("testcase")}
assert len(cases) == 6 and root.get("tests") == "6", cases
assert "<&>" in cases["two"].find("failure").text
assert cases["six"].get("classname") == "deep.b-test"
assert float(cases["six"].get("time")) >= 0
assert cases["two"].get("line") == "2"
END
ronin_fails 1 test --junit no/folder/out.xml
assert_output 'cannot write no/folder/out.xml'

# Limits end one test; the others run.
write limits_test.magma <<'END'
(deftest spins (is (= 1 (loop [x 0] (recur (inc x))))))
(deftest eats (is (loop [x []] (recur (conj x (vec (range 1000)))))))
(deftest fine (is true))
END
ronin_fails 1 test --fuel 100000 limits_test.magma --focus spins --focus fine
assert_output 'more than 100000 steps' '2 tests, 2 assertions, 1 failure'
ronin_fails 1 test --memory 30M limits_test.magma --focus eats --focus fine
assert_output 'more than 30 MiB' '2 tests, 2 assertions, 1 failure'
if hears_signals; then
    ronin_fails 1 test --timeout 50ms --fuel 100000000000 limits_test.magma \
        --focus spins --focus fine
    assert_output 'longer than --timeout' 'limits_test.magma:1' \
        '2 tests, 2 assertions, 1 failure'
fi
ronin_fails 2 test --timeout soon
assert_output 'it takes a time, such as 10s'

# What is thrown outside of an assertion stands where the test does.
write throws_test.magma '(deftest fine (is true))' \
    '(deftest boom (throw (ex-info "a & b" {})))'
ronin_fails 1 test throws_test.magma
assert_output 'ERROR  boom   throws_test.magma:2' 'not in assertion'

# Assertions and reports can be extended.
write extend_test.magma <<'END'
(ns extend-test (:require [clojure.test :as t :refer [deftest is]]))
(defmethod t/assert-expr 'near? [msg form]
  `(let [[a# b#] [~@(rest form)]]
     (t/do-report {:type (if (< (abs (- a# b#)) 2) :pass :fail)
                   :message ~msg :expected '~form :actual [a# b#]})))
(deftest near (is (near? 1 2)) (is (near? 1 9) "far away"))
END
ronin_fails 1 test extend_test.magma
assert_output 'far away' 'expected: (near? 1 9)' 'actual: [1 9]' '1 failure'
