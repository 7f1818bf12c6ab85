/* SPDX-License-Identifier: MIT */
/* Budgets of every size: a program gives its result or a limit error, and the
 * next program is not harmed. */
#include "interp/data/alloc.h"
#include "tests/lib/magma_host.h"
#include "tests/lib/test.h"

static const char program[] =
    "(defn f [n] (if (zero? n) 0 (+ 1 (f (dec n)))))"
    "(defmacro twice [x] `(+ ~x ~x))"
    "(let [s (map inc (range 40))"
    "      m (into {} (map (fn [k] [k (str k)]) s))"
    "      t (try (f 30) (catch :default e :caught) (finally (count m)))]"
    "  [(twice (f 9)) (reduce + s) (count m) t (sort-by - [1 3 2])"
    "   (apply str (interpose \",\" [1 2]))])";
static const char result[] = "[18 820 40 30 (3 2 1) \"1,2\"]";

/* True if the budget was enough. */
static bool
run_with(uint64_t steps, uint32_t depth)
{
    host_start();
    const struct magma_limits limits = {steps, depth, 0};
    magma_set_limits(&limits);
    Value value;
    if (host_try(program, &value)) {
        CHECK_EQ_STR(magma_text_of(magma_print(value)).bytes, result);
        return true;
    }
    CHECK_EQ_INT(magma_error_type(value), ERROR_LIMIT);
    return false;
}

TEST(budgets_of_steps)
{
    bool enough = false;
    for (uint64_t steps = 1; steps < 40000; steps += 1 + steps / 50) {
        enough = run_with(steps, 0);
    }
    CHECK(enough);
}

/* Small programs of every part of the language. */
static const char *const corpus[] = {
    "(reduce + (map inc (filter odd? (range 50))))",
    "(into (sorted-map) (zipmap (map str (range 12)) (range)))",
    "(let [{:keys [a b] :or {b 2} :as m} {:a 1}] [a b (count m)])",
    "(loop [i 0 acc []] (if (< i 9) (recur (inc i) (conj acc i)) acc))",
    "(try (throw (ex-info \"x\" {:a 1})) (catch Throwable e (ex-data e)))",
    "(defmulti size :kind) (defmethod size :default [_] 3) (size {:kind 1})",
    "(defprotocol P (m [x])) (defrecord R [a] P (m [x] a)) (m (->R 4))",
    "(transduce (comp (map inc) (take 5) (partition-all 2)) conj [] (range))",
    "(str/join \",\" (re-seq #\"[a-z]+\" \"ab 1 cd 2 ef\"))",
    "(format \"%5.2f|%-4s|%x\" 1.5 \"ab\" 255)",
    "(first (drop 30 (iterate (fn [x] (* 3 x)) 1N)))",
    "(with-out-str (prn {:a [1 #{2}]}) (print 1/3 2.5M))",
    "(let [s (atom 0)] (doseq [i (range 6) j [1 2]] (swap! s + i j)) @s)",
    "(letfn [(e? [n] (or (= n 0) (o? (dec n)))) (o? [n] (and (not= n 0) "
    "(e? (dec n))))] (e? 20))",
    "(defmacro m [& xs] `(vector ~@(map (fn [x] `(inc ~x)) xs))) (m 1 2 3)",
    "(sort-by count (group-by even? (range 20)))",
    "(clojure.edn/read-string \"{:a [1 2 #{3}] :b #uuid "
    "\\\"00000000-0000-0000-0000-000000000001\\\"}\")",
    "(reduce conj (subvec (vec (range 90)) 3 80) (subvec (vec (range 70)) 9))",
    "(case (mod 17 5) 0 :a 1 :b 2 :c :other)",
    "(persistent! (reduce conj! (transient #{}) (concat (range 9) (range 4))))",
};

/* What a program gives within a budget: its value, or a limit. */
static bool
runs_within(const char *text, struct magma_limits limits, const char *expected)
{
    host_start();
    magma_set_limits(&limits);
    Value value;
    if (!host_try(text, &value)) {
        CHECK_EQ_INT(magma_error_type(value), ERROR_LIMIT);
        return false;
    }
    magma_set_limits(&(struct magma_limits){0});
    CHECK_EQ_STR(magma_text_of(magma_print(value)).bytes, expected);
    return true;
}

static void
value_without_limits(const char *text, char *expected, size_t size)
{
    host_start();
    magma_set_limits(&(struct magma_limits){0});
    snprintf(expected, size, "%s", host_eval(text));
    test_check(expected[0] != '!', __FILE__, __LINE__, expected);
}

TEST(budgets_of_every_number_of_steps)
{
    for (size_t i = 0; i < sizeof(corpus) / sizeof(corpus[0]); i++) {
        char expected[2048];
        value_without_limits(corpus[i], expected, sizeof(expected));
        struct magma_limits limits = {.steps = 1};
        while (!runs_within(corpus[i], limits, expected)) {
            limits.steps++;
            REQUIRE(limits.steps < 100000);
        }
        // What is enough once is enough always, and so is more.
        CHECK(runs_within(corpus[i], limits, expected));
        limits.steps++;
        CHECK(runs_within(corpus[i], limits, expected));
    }
}

TEST(budgets_of_every_depth)
{
    for (size_t i = 0; i < sizeof(corpus) / sizeof(corpus[0]); i++) {
        char expected[2048];
        value_without_limits(corpus[i], expected, sizeof(expected));
        struct magma_limits limits = {.depth = 1};
        while (!runs_within(corpus[i], limits, expected)) {
            limits.depth++;
            REQUIRE(limits.depth < 1000);
        }
        CHECK(runs_within(corpus[i], limits, expected));
        limits.depth++;
        CHECK(runs_within(corpus[i], limits, expected));
    }
}

/* Programs that take some megabytes, most of them at one time. */
static const char *const large[] = {
    "(count (into {} (map (fn [i] [i (str i)]) (range 30000))))",
    "(count (sort (map str (range 20000))))",
    "(count (pr-str (vec (range 100000))))",
    "(count (str/split (str/join \",\" (range 40000)) #\",\"))",
    "(count (flatten (reduce (fn [a _] [a a]) [1] (range 12))))",
};

/* Every budget from one kibibyte on, in steps of a part of itself, then each
 * mebibyte: the heap is looked at once a mebibyte. */
TEST(budgets_of_every_memory)
{
    for (size_t i = 0; i < sizeof(large) / sizeof(large[0]); i++) {
        char expected[2048];
        value_without_limits(large[i], expected, sizeof(expected));
        host_start();
        alloc_collect();
        uint64_t floor = alloc_heap_bytes();
        struct magma_limits limits = {.memory_bytes = 1024};
        bool enough = false;
        while (limits.memory_bytes < floor + (64 << 20)) {
            enough = runs_within(large[i], limits, expected);
            uint64_t part = limits.memory_bytes / 4;
            limits.memory_bytes += part < 1 << 20 ? part : (uint64_t)1 << 20;
        }
        CHECK(enough);
    }
}

TEST(budgets_are_exact)
{
    host_start();
    magma_set_limits(&(struct magma_limits){.steps = 100});
    CHECK_EQ_STR(host_eval("(loop [i 0] (if (< i 90) (recur (inc i)) i))"),
                 "90");
    magma_set_limits(&(struct magma_limits){.steps = 100});
    CHECK(host_eval("(loop [i 0] (if (< i 110) (recur (inc i)) i))")[0] == '!');
}

TEST(budgets_do_not_bind_the_host)
{
    host_start();
    magma_set_limits(&(struct magma_limits){.steps = 1});
    // Outside of an evaluation nobody would catch a limit error.
    for (int i = 0; i < 100000; i++) {
        magma_cstring("text");
    }
    CHECK(host_eval("(loop [] (recur))")[0] == '!');
    // What reports an error has steps again.
    CHECK_EQ_STR(host_eval("1"), "1");
}

TEST(budgets_of_memory)
{
    for (uint64_t bytes = 1; bytes < 32 << 20; bytes = bytes * 3 + 1) {
        host_start();
        magma_set_limits(&(struct magma_limits){.memory_bytes = bytes});
        Value value;
        if (!host_try("(count (str (into [] (range 200000))))", &value)) {
            CHECK_EQ_INT(magma_error_type(value), ERROR_LIMIT);
        }
    }
}

TEST(budgets_of_memory_hold_for_buffers_that_grow)
{
    static const char *const growing[] = {
        "(sort (range))",
        "(str/join (range))",
        "(pr-str (range))",
        "(vec (range))",
        "(hash (iterate inc 0))",
        "(apply str (cycle [1]))",
        "(into {} (map vector (range) (range)))"};
    host_start();
    alloc_collect();
    for (size_t i = 0; i < sizeof(growing) / sizeof(growing[0]); i++) {
        host_start();
        uint64_t budget = alloc_heap_bytes() + (24 << 20);
        magma_set_limits(&(struct magma_limits){.memory_bytes = budget});
        Value value;
        CHECK(!host_try(growing[i], &value));
        CHECK_EQ_INT(magma_error_type(value), ERROR_LIMIT);
        // Nothing but what one step of a loop takes comes on top.
        CHECK(alloc_heap_bytes() < budget + (4 << 20));
    }
}

TEST(budgets_of_depth)
{
    bool enough = false;
    for (uint32_t depth = 1; depth < 60; depth++) {
        enough = run_with(0, depth);
    }
    CHECK(enough);
}
