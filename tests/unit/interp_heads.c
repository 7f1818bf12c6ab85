/* SPDX-License-Identifier: MIT */
/* Long lazy sequences that nobody holds take no memory: neither registers nor
 * the C stack keep their heads. */
#include "tests/lib/magma_host.h"
#include "tests/lib/test.h"

/* Frames of C that are not optimised, or that the address sanitizer lays out,
 * keep dead values where the collector sees them: there only the results
 * count. */
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__)
enum { MEMORY_MAX = 40 << 20 };
#else
enum { MEMORY_MAX = 1 << 30 };
#endif

/* Runs a program that makes some 80 MB of cells within far less. */
static void
runs_within(const char *text, const char *expected)
{
    host_start();
    const struct magma_limits limits = {0, 0, MEMORY_MAX};
    magma_set_limits(&limits);
    CHECK_EQ_STR(host_eval(text), expected);
}

TEST(heads_of_temporaries)
{
    runs_within("(reduce + (take 300000 (iterate inc 0)))", "44999850000");
    runs_within("(count (take-while #(< % 300000) (iterate inc 0)))", "300000");
    runs_within("(last (map inc (take 300000 (iterate inc 0))))", "300000");
    runs_within("(dorun (take 300000 (iterate inc 0)))", "nil");
    runs_within("(run! identity (take 300000 (iterate inc 0)))", "nil");
    runs_within("(transduce (map inc) max 0 (take 300000 (iterate inc 0)))",
                "300000");
    runs_within("(every? some? (take 300000 (iterate inc 0)))", "true");
}

TEST(heads_of_locals)
{
    runs_within("(let [s (take 300000 (iterate inc 0))] (count s))", "300000");
    runs_within("(let [s (iterate inc 0) t (take 300000 s)] (reduce max t))",
                "299999");
    runs_within("(let [s (take 300000 (iterate inc 0))]"
                "  (if (seq s) (reduce max s) 0))",
                "299999");
    runs_within("(let [s (take 300000 (iterate inc 0)) n (count s)] (inc n))",
                "300001");
}

TEST(heads_of_arguments)
{
    runs_within("(defn f [s] (reduce max s)) (f (take 300000 (iterate inc 0)))",
                "299999");
    runs_within("(defn g [s] (let [t (map inc s)] (if (seq t) (count t) 0)))"
                "(g (take 300000 (iterate inc 0)))",
                "300000");
}

TEST(heads_of_loops)
{
    runs_within("(loop [s (take 300000 (iterate inc 0)) n 0]"
                "  (if (seq s) (recur (rest s) (inc n)) n))",
                "300000");
    runs_within("(doseq [x (take 300000 (iterate inc 0))] x)", "nil");
}
