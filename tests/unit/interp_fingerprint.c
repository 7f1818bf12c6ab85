/* SPDX-License-Identifier: MIT */
#include "interp/magma.h"
#include "tests/lib/magma_host.h"
#include "tests/lib/test.h"

/* The fingerprint of what a program of its own evaluates to. */
static struct magma_fingerprint
fingerprint(const char *text)
{
    host_start();
    Value result;
    if (!host_try(text, &result)) {
        test_check_str(magma_text_of(magma_error(result)->message).bytes, "",
                       __FILE__, __LINE__, text);
    }
    return magma_fingerprint(result);
}

static bool
same(const char *a, const char *b)
{
    struct magma_fingerprint left = fingerprint(a);
    struct magma_fingerprint right = fingerprint(b);
    return left.low == right.low && left.high == right.high;
}

TEST(fingerprint_ignores_layout_and_names)
{
    CHECK(same("(fn [x] (+ x 1))", "(fn [y]\n  ; a comment\n  (+ y 1))"));
    CHECK(same("(defn f [x] (* x x)) f", "\n\n(defn g \"doc\" [n] (* n n)) g"));
    CHECK(same("(fn [{:keys [a b]}] (str a b))",
               "(let [] (fn [{:keys [a b]}] (str a b)))"));
    CHECK(same("(fn [x] (let [[a & b] x] [a b]))",
               "`(a# b#) (fn [x] (let [[a & b] x] [a b]))"));
}

TEST(fingerprint_sees_code)
{
    CHECK(!same("(fn [x] (+ x 1))", "(fn [x] (+ x 2))"));
    CHECK(!same("(fn [x] (+ x 1))", "(fn [x] (- x 1))"));
    CHECK(!same("(fn [x] \"a\")", "(fn [x] \"b\")"));
    CHECK(!same("(fn [x] x)", "(fn [x & y] x)"));
    CHECK(!same("(fn [x] :a)", "(fn [x] 'a)"));
    CHECK(!same("(fn [x y] x)", "(fn [x y] y)"));
    CHECK(!same("(fn [x] (inc x))", "(fn [x] (dec x))"));
    CHECK(!same("(fn [x] (first x))", "(fn [x] (last x))"));
}

TEST(fingerprint_follows_vars)
{
    CHECK(same("(defn h [x] (inc x)) (fn [x] (h x))",
               "(defn k [z] (inc z)) (fn [x] (k x))"));
    CHECK(!same("(defn h [x] (inc x)) (fn [x] (h x))",
                "(defn h [x] (dec x)) (fn [x] (h x))"));
    CHECK(!same("(def c 1) (defn h [x] (+ c x)) (fn [x] (h x))",
                "(def c 2) (defn h [x] (+ c x)) (fn [x] (h x))"));
    CHECK(same("(def other 1) (def c 1) (fn [x] (+ c x))",
               "(def other 2) (def c 1) (fn [x] (+ c x))"));
}

TEST(fingerprint_of_recursion_ends)
{
    CHECK(same("(defn f [n] (if (zero? n) 0 (f (dec n)))) f",
               "(defn g [n] (if (zero? n) 0 (g (dec n)))) g"));
    const char *mutual = "(declare b) (defn a [n] (if (zero? n) 0 (b (dec n))))"
                         "(defn b [n] (a n)) a";
    CHECK(same(mutual, mutual));
    CHECK(!same(mutual, "(declare b) (defn a [n] (if (zero? n) 0 (b (dec n))))"
                        "(defn b [n] (a (dec n))) a"));
    CHECK(same("(letfn [(e [n] (o n)) (o [n] (e n))] e)",
               "(letfn [(x [n] (y n)) (y [n] (x n))] x)"));
}

TEST(fingerprint_sees_captured_values)
{
    CHECK(same("(let [a 1] (fn [] a))", "(let [b (- 2 1)] (fn [] b))"));
    CHECK(!same("(let [a 1] (fn [] a))", "(let [a 2] (fn [] a))"));
    CHECK(!same("(let [a {:x [1 2]}] (fn [] a))",
                "(let [a {:x [1 3]}] (fn [] a))"));
    CHECK(same("(let [v [1] a [v v]] (fn [] a))",
               "(let [a [[1] [1]]] (fn [] a))"));
    CHECK(!same("(partial + 1)", "(partial + 2)"));
    CHECK(same("(comp inc dec)", "(comp inc dec)"));
}

TEST(fingerprint_of_lazy_values_is_that_of_the_thunk)
{
    CHECK(same("(let [s (lazy-seq [1 2])] (fn [] s))",
               "(let [s (lazy-seq [1 2])] (doall s) (fn [] s))"));
    CHECK(same("(let [s (map inc [1 2])] (fn [] s))",
               "(let [s (map inc [1 2])] (count s) (fn [] s))"));
    CHECK(!same("(let [s (map inc [1 2])] (fn [] s))",
                "(let [s (map dec [1 2])] (fn [] s))"));
    CHECK(same("(let [d (delay (+ 1 2))] (fn [] @d))",
               "(let [d (delay (+ 1 2))] @d (fn [] @d))"));
}

TEST(fingerprint_leaves_caches_out)
{
    CHECK(same("(memoize inc)", "(let [f (memoize inc)] (f 1) (f 2) f)"));
    CHECK(!same("(memoize inc)", "(memoize dec)"));
    CHECK(same("((take 2) conj)", "(let [f ((take 2) conj)] (f [] 1) f)"));
    CHECK(!same("((take 2) conj)", "((take 3) conj)"));
    CHECK(same("((distinct) conj)", "(let [f ((distinct) conj)] (f [] 1) f)"));
    CHECK(same("(sequence (partition-all 2) [1 2 3])",
               "(doall (sequence (partition-all 2) [1 2 3]))"));
    CHECK(same("(eduction (map inc) [1 2])",
               "(doto (eduction (map inc) [1 2]) count)"));
    CHECK(same("(defmulti m :k) (defmethod m 1 [x] 1) (fn [x] (m x))",
               "(defmulti m :k) (defmethod m 1 [x] 1) (m {:k 1})"
               "(fn [x] (m x))"));
    // An atom is a value that the program gave it.
    CHECK(!same("(let [a (atom 1)] (fn [] @a))",
                "(let [a (atom 1)] (reset! a 2) (fn [] @a))"));
}

TEST(fingerprint_of_values)
{
    CHECK(same("[1 2 {:a \"b\"}]", "(conj [1] 2 {:a (str \"b\")})"));
    CHECK(same("(list 1 2)", "(seq [1 2])"));
    CHECK(!same("[1 2]", "[2 1]"));
    CHECK(!same("1", "1.0"));
    CHECK(!same("nil", "false"));
    CHECK(!same("#{1}", "[1]"));
    CHECK(!same("[[1] 2]", "[1 [2]]"));
    CHECK(same("(into {} (map (fn [i] [i i]) (range 100)))",
               "(into {} (map (fn [i] [i i]) (reverse (range 100))))"));
}

TEST(fingerprint_of_deep_and_shared_values_is_quick)
{
    const char *deep = "(reduce (fn [a _] [a]) nil (range 200000))";
    CHECK(same(deep, deep));
    const char *shared = "(reduce (fn [a _] [a a]) 1 (range 60))";
    CHECK(same(shared, shared));
}

TEST(fingerprint_sees_methods)
{
    CHECK(!same("(defmulti m :k) (fn [x] (m x))",
                "(defmulti m :j) (fn [x] (m x))"));
}

TEST(fingerprint_changes_with_a_redefinition)
{
    host_start();
    Value function;
    REQUIRE(host_try("(defn h [x] 1) (defn f [x] (h x)) f", &function));
    struct magma_fingerprint before = magma_fingerprint(function);
    CHECK_EQ_STR(host_eval("(defn h [x] 2) nil"), "nil");
    struct magma_fingerprint after = magma_fingerprint(function);
    CHECK(before.low != after.low);
}

TEST(fingerprint_sees_methods_of_protocols)
{
#define SHAPE "(defprotocol P (m [this])) (defrecord R [a] P (m [_] a)) "
    CHECK(same(SHAPE "(fn [x] (m x))", SHAPE "(fn [y] (m y))"));
    CHECK(same(SHAPE "(fn [x] (m x))",
               "(defprotocol P \"doc\" (m [this] \"doc\"))\n"
               "(defrecord R [a] P (m [this] a)) (fn [x] (m x))"));
    CHECK(!same(SHAPE "(fn [x] (m x))",
                "(defprotocol P (m [this])) (defrecord R [a] P (m [_] [a])) "
                "(fn [x] (m x))"));
    CHECK(!same(SHAPE "(fn [x] (m x))",
                SHAPE "(extend-type Long P (m [n] n)) (fn [x] (m x))"));
    CHECK(!same(SHAPE "(fn [x] (m x))", SHAPE "(fn [x] (:a x))"));
    // What was asked before is not remembered past another method.
    CHECK(!same(SHAPE "(fn [x] (m x))",
                SHAPE "(def f (fn [x] (m x))) (f (->R 1)) "
                      "(extend-type String P (m [s] s)) f"));
#undef SHAPE
}

TEST(fingerprint_sees_records)
{
#define POINT "(defrecord P [x y]) "
    CHECK(same(POINT "(->P 1 2)", POINT "#user.P{:x 1 :y 2}"));
    CHECK(!same(POINT "(->P 1 2)", POINT "{:x 1 :y 2}"));
    CHECK(!same(POINT "(->P 1 2)", "(defrecord Q [x y]) (->Q 1 2)"));
    CHECK(!same(POINT "(->P 1 2)", POINT "(->P 1 3)"));
    CHECK(!same(POINT "P", "(defrecord P [x z]) P"));
    CHECK(
        same(POINT "(fn [] (instance? P 1))", POINT "(fn [] (instance? P 1))"));
    CHECK(!same("(fn [] (instance? Long 1))", "(fn [] (instance? String 1))"));
#undef POINT
}

TEST(fingerprint_sees_reified_objects)
{
#define P "(defprotocol P (m [this])) "
    CHECK(same(P "(let [a 1] (reify P (m [_] a)))",
               P "(let [b 1] (reify P (m [this] b)))"));
    CHECK(!same(P "(let [a 1] (reify P (m [_] a)))",
                P "(let [a 2] (reify P (m [_] a)))"));
    CHECK(!same(P "(reify P (m [_] 1))", P "(reify P (m [_] 2))"));
#undef P
}
