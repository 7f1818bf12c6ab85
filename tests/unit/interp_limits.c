/* SPDX-License-Identifier: MIT */
#include "tests/lib/magma_host.h"
#include "tests/lib/test.h"

static bool
has(const char *text, const char *part)
{
    return test_check(strstr(text, part) != NULL, __FILE__, __LINE__, text);
}

static void
start_with(uint64_t steps, uint32_t depth, uint64_t memory_bytes)
{
    host_start();
    const struct magma_limits limits = {steps, depth, memory_bytes};
    magma_set_limits(&limits);
}

TEST(limits_end_a_loop)
{
    start_with(1000000, 0, 0);
    has(host_eval("(loop [] (recur))"), "more than 1000000 steps");
    start_with(1000000, 0, 0);
    has(host_eval("(defn f [] (f)) (loop [i 0] (recur (inc i)))"), "steps");
}

TEST(limits_end_an_endless_sequence)
{
    start_with(1000000, 0, 0);
    has(host_eval("(count (iterate inc 0))"), "! ");
    start_with(1000000, 0, 0);
    has(host_eval("(reduce + (iterate inc 0))"), "! ");
    start_with(1000000, 0, 0);
    has(host_eval("(last (cycle [1 2]))"), "! ");
}

TEST(limits_end_walks_in_a_circle)
{
    // Nothing is made and no function called: only the walk itself can count.
    static const char *const walks[] = {"(hash x)",
                                        "(count x)",
                                        "(last x)",
                                        "(nth x 1000000000)",
                                        "(dorun x)",
                                        "(doall x)",
                                        "(bounded-count 1000000000 x)",
                                        "(first (drop 1000000000 x))",
                                        "(nthnext x 1000000000)",
                                        "(set x)",
                                        "(zipmap x x)",
                                        "(apply (fn [& r] (count r)) x)",
                                        "(= x (lazy-seq (cons 1 x)))"};
    for (size_t i = 0; i < sizeof(walks) / sizeof(walks[0]); i++) {
        start_with(100000, 0, 0);
        host_eval("(def x (lazy-seq (cons 1 x)))");
        has(host_eval(walks[i]), "more than 100000 steps");
    }
}

TEST(limits_end_deep_recursion)
{
    start_with(0, 0, 0);
    has(host_eval("(defn f [n] (+ 1 (f n))) (f 1)"),
        "deeper than 1000000 frames");
    start_with(0, 1000, 0);
    has(host_eval("(defn f [n] (+ 1 (f n))) (f 1)"), "deeper than 1000 frames");
    CHECK_EQ_STR(host_eval("(defn g [n] (if (zero? n) 0 (+ 1 (g (dec n)))))"
                           "(g 900)"),
                 "900");
}

TEST(limits_end_recursion_through_builtins)
{
    start_with(0, 0, 0);
    has(host_eval("(defn f [n] (first (map f [n]))) (f 1)"), "! ");
    has(host_eval("(defn g [n] (apply g [n])) (g 1)"), "! ");
    has(host_eval("(defn h [n] (try (h n) (finally 1))) (h 1)"), "! ");
    CHECK_EQ_STR(host_eval("(+ 1 2)"), "3");
}

TEST(limits_are_not_caught)
{
    start_with(1000000, 0, 0);
    has(host_eval("(try (loop [] (recur)) (catch :default e 1))"), "steps");
    start_with(0, 1000, 0);
    has(host_eval("(defn f [n] (+ 1 (f n))) (try (f 1) (catch Throwable e 1))"),
        "frames");
}

TEST(limits_end_growing_memory)
{
    start_with(0, 0, 64 << 20);
    has(host_eval("(loop [v []] (recur (conj v (vec (range 1000)))))"),
        "64 MiB");
    start_with(0, 0, 0);
    CHECK_EQ_STR(host_eval("(count (loop [v [] i 0] (if (< i 1000) (recur "
                           "(conj v i) (inc i)) v)))"),
                 "1000");
}

TEST(limits_interrupt)
{
    start_with(0, 0, 0);
    magma_interrupt();
    has(host_eval("(loop [] (recur))"), "interrupted");
    CHECK_EQ_STR(host_eval("(+ 1 2)"), "3");
}

/* Text with `part` in it `count` times, in collected memory. */
static char *
nested(const char *open, const char *middle, const char *close, size_t count)
{
    size_t open_len = strlen(open);
    size_t close_len = strlen(close);
    char *text = malloc(count * (open_len + close_len) + strlen(middle) + 1);
    char *at = text;
    for (size_t i = 0; i < count; i++) {
        memcpy(at, open, open_len);
        at += open_len;
    }
    memcpy(at, middle, strlen(middle));
    at += strlen(middle);
    for (size_t i = 0; i < count; i++) {
        memcpy(at, close, close_len);
        at += close_len;
    }
    *at = 0;
    return text;
}

TEST(limits_of_nested_code)
{
    start_with(0, 0, 0);
    char *text = nested("(inc ", "1", ")", 500);
    CHECK_EQ_STR(host_eval(text), "501");
    free(text);
    text = nested("(inc ", "1", ")", 100000);
    has(host_eval(text), "nested too deeply");
    free(text);
    text = nested("[", "(inc 1)", "]", 100000);
    has(host_eval(text), "nested too deeply");
    free(text);
    text = nested("(let [[a] 1] ", "1", ")", 100000);
    has(host_eval(text), "nested too deeply");
    free(text);
}

TEST(limits_of_templates_in_templates)
{
    start_with(0, 0, 64 << 20);
    char *text = nested("`", "a", "", 500);
    has(host_eval(text), "(quote (quote (quote ");
    free(text);
    text = nested("`", "(f [a {:k #{~b}}] 'c)", "", 20);
    Value result;
    CHECK(host_try(text, &result));
    free(text);
    // Splices too.
    char *inner = nested("~@", "b", "", 12);
    char *form = malloc(strlen(inner) + 64);
    sprintf(form, "'(a %s c {:k [%s d]})", inner, inner);
    text = nested("`", form, "", 13);
    CHECK(host_try(text, &result));
    free(inner);
    free(form);
    free(text);
    // There is a budget, which is far below that of memory.
    text = nested("`", "(a b)", "", 3000);
    has(host_eval(text), "Syntax-quotes expand to more than 1000000 forms");
    free(text);
    CHECK_EQ_STR(host_eval("(let [x 1] `(a# ~@[x 2] ~x [~@[x]] #{~x}))"),
                 "(a__1__auto__ 1 2 1 [1] #{1})");
    // Items of one template are as many as one likes, up to the budget.
    text = nested("x ", "", "", 20000);
    char *whole = malloc(strlen(text) + 64);
    sprintf(whole, "(count `(%s))", text);
    CHECK_EQ_STR(host_eval(whole), "20000");
    free(text);
    free(whole);
}

TEST(limits_let_constants_nest)
{
    start_with(0, 0, 0);
    Value result;
    char *text = nested("[", "1", "]", 1000000);
    CHECK(host_try(text, &result));
    CHECK(magma_is_vector(result));
    free(text);
    text = nested("'(", "a", ")", 100000);
    CHECK(host_try(text, &result));
    free(text);
}

TEST(limits_of_large_code)
{
    start_with(0, 0, 0);
    size_t count = 5000;
    char *text = nested("(str 1) ", "]) (count [", "(str 2) ", count);
    char *whole = malloc(strlen(text) + 64);
    sprintf(whole, "(count [%s])", text);
    CHECK_EQ_STR(host_eval(whole), "5000");
    sprintf(whole, "(+ (count #{%s}))", "(str 1) (str 2)");
    CHECK_EQ_STR(host_eval(whole), "2");
    free(text);
    free(whole);
    text = nested("(identity 1) ", "", "", 40000);
    whole = malloc(strlen(text) + 64);
    sprintf(whole, "(+ %s)", text);
    CHECK_EQ_STR(host_eval(whole), "40000");
    sprintf(whole, "(count (vector %s))", text);
    CHECK_EQ_STR(host_eval(whole), "40000");
    sprintf(whole, "(do %s 7)", text);
    CHECK_EQ_STR(host_eval(whole), "7");
    free(text);
    free(whole);
}
