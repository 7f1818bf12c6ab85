# SPDX-License-Identifier: MIT
# `test` finds *_test.magma files, runs them, and tells what failed.
. "$TESTS/lib/build.sh"

ronin_fails 1 test
assert_output 'no tests'

write good_test.magma <<'END'
(ns good-test (:require [clojure.test :refer [deftest is testing]]))
(deftest adds
  (is (= 3 (+ 1 2)))
  (testing "more" (is (= 4 (+ 2 2)))))
END
ronin_ok test
assert_output '1 test, 2 assertions, 0 failures'

mkdir -p deep/er .hidden
write deep/er/bad_test.magma <<'END'
(deftest wrong
  (testing "arithmetic"
    (testing "of sums"
      (is (= 5 (+ 1 2)) "they differ"))))
(deftest throws
  (is (= 1 (throw (ex-info "boom" {:a 1}))))
  (is (thrown? :default (throw (ex-info "caught" {})))))
END
write .hidden/no_test.magma '(deftest no (is false))'
write deep/not-a-test.magma '(is false)'
ronin_fails 1 test
assert_output 'FAIL  wrong' 'bad_test.magma:4' 'arithmetic' 'of sums' \
    'they differ' 'expected: (= 5 (+ 1 2))' 'actual: (not (= 5 3))' \
    'ERROR  throws' 'boom' '3 tests, 5 assertions, 2 failures'

ronin_ok test good_test.magma
assert_output '1 test, 2 assertions, 0 failures'
ronin_fails 1 test deep
assert_output '2 tests'

# An assertion of `are` stands where the `are` stands.
write table_test.magma <<'END'
(deftest table
  (are [x y] (= x y)
    1 1
    2 3))
END
ronin_fails 1 test table_test.magma
assert_output 'FAIL  table   table_test.magma:2' 'expected: (= 2 3)'
rm table_test.magma

# A file that cannot be evaluated fails, and the others run.
write broken_test.magma '(deftest x (is (= 1 (undefined-name))))'
ronin_fails 1 test broken_test.magma good_test.magma
assert_output 'broken_test.magma:1' 'undefined-name' \
    '1 test, 2 assertions, 1 failure'
ronin_fails 2 test nowhere
assert_output 'cannot read nowhere'

# Nothing leaks from one file to the next.
write one_test.magma '(def secret 1)' '(deftest one (is (= 1 secret)))'
write two_test.magma '(deftest two (is (= 1 secret)))'
ronin_fails 1 test one_test.magma two_test.magma
assert_output 'secret'

# No tests in a file that has none.
write empty_test.magma '(def x 1)'
ronin_fails 1 test empty_test.magma
assert_output 'no tests'
