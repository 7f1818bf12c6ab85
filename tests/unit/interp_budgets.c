/* SPDX-License-Identifier: MIT */
/* Budgets of every size: a program gives its result or a limit error, and the
 * next program is not harmed. */
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

TEST(budgets_of_depth)
{
    bool enough = false;
    for (uint32_t depth = 1; depth < 60; depth++) {
        enough = run_with(0, depth);
    }
    CHECK(enough);
}
