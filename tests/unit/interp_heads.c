/* SPDX-License-Identifier: MIT */
/* Long lazy sequences that nobody holds take no memory: neither registers nor
 * the C stack keep their heads. */
#include "interp/data/alloc.h"
#include "tests/lib/magma_host.h"
#include "tests/lib/test.h"

/* Frames of C that are not optimised, or that a sanitizer lays out, keep dead
 * values where the collector sees them: there only the results count. */
#if defined(__OPTIMIZE__) && !defined(SANITIZED)
enum { MEMORY_MAX = 40 << 20 };
#else
enum { MEMORY_MAX = 1 << 30 };
#endif

enum { ATTEMPTS = 6 };

/* Runs a program below so many frames of rubbish; its value or error. */
static const char *
run_below(const char *text, int frames)
{
    volatile char rubbish[200];
    rubbish[0] = (char)frames;
    if (frames > 0) {
        return rubbish[0] == 0 ? "" : run_below(text, frames - 1);
    }
    host_start();
    // What an earlier program left behind by such an accident does not count.
    alloc_collect();
    const struct magma_limits limits = {.memory_bytes =
                                            alloc_heap_bytes() + MEMORY_MAX};
    magma_set_limits(&limits);
    return host_eval(text);
}

/* Runs a program that makes some 80 MB of cells within far less. A word that
 * an older call left on the C stack may look like the address of a cell, and
 * keeps all that follow; so one of several attempts, each elsewhere on the
 * stack, is enough. What a register holds is held in all of them. */
static void
runs_within(const char *text, const char *expected)
{
    const char *shown = run_below(text, 0);
    for (int i = 1; i < ATTEMPTS && shown[0] == '!'; i++) {
        shown = run_below(text, i);
    }
    CHECK_EQ_STR(shown, expected);
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
    runs_within("(last (take 300000 (iterate inc 0)))", "299999");
    runs_within("(count (distinct (map #(quot % 1000)"
                "                      (take 300000 (iterate inc 0)))))",
                "300");
    runs_within("(every? some? (take 300000 (iterate inc 0)))", "true");
}

TEST(heads_of_nested_sequences)
{
    runs_within("(count (mapcat (fn [x] [x x]) (range 150000)))", "300000");
    runs_within("(count (partition-all 2 (take 300000 (iterate inc 0))))",
                "150000");
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
