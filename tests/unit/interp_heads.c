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
    alloc_collect();
    const struct magma_limits limits = {.memory_bytes =
                                            alloc_heap_bytes() + MEMORY_MAX};
    magma_set_limits(&limits);
    return host_eval(text);
}

struct walk {
    const char *text;
    const char *expected;
};

/* Each program makes 80 MB of cells or more within far less. The C stack is
 * searched for addresses without knowing which words of it are in use, so a
 * dead one may now and then be that of a cell, and keep all that follow: one of
 * some attempts, each elsewhere on the stack, is enough. What a register or a
 * closure holds is held in all of them. */
static void
run_all(const struct walk *walks, size_t count)
{
    enum { PLACES = 5, ATTEMPTS = 4 };
    for (size_t i = 0; i < count; i++) {
        const char *shown = run_below(walks[i].text, (int)(i % PLACES));
        for (size_t n = 1; n < ATTEMPTS && shown[0] == '!'; n++) {
            shown = run_below(walks[i].text, (int)((i + n) % PLACES));
        }
        if (strcmp(shown, walks[i].expected) != 0) {
            fprintf(stderr, "%s\n", walks[i].text);
        }
        CHECK_EQ_STR(shown, walks[i].expected);
    }
}

#define RUN_ALL(walks) run_all(walks, sizeof(walks) / sizeof((walks)[0]))

TEST(heads_of_temporaries)
{
    static const struct walk walks[] = {
        {"(reduce + (take 300000 (iterate inc 0)))", "44999850000"},
        {"(reduce (fn [_ x] (if (= x 300000) (reduced x) x)) (iterate inc 0))",
         "300000"},
        {"(count (take-while #(< % 300000) (iterate inc 0)))", "300000"},
        {"(count (map inc (range 5000000)))", "5000000"},
        {"(last (map inc (take 300000 (iterate inc 0))))", "300000"},
        {"(last (take 300000 (iterate inc 0)))", "299999"},
        {"(dorun (map inc (take 300000 (iterate inc 0))))", "nil"},
        {"(run! identity (take 300000 (iterate inc 0)))", "nil"},
        {"(transduce (map inc) max 0 (take 300000 (iterate inc 0)))", "300000"},
        {"(count (distinct (map #(quot % 1000) (take 300000 (iterate inc 0)))"
         "))",
         "300"},
        {"(every? some? (take 300000 (iterate inc 0)))", "true"},
        {"(not-any? neg? (take 300000 (iterate inc 0)))", "true"},
        {"(some #(= % 300000) (iterate inc 0))", "true"},
        {"(some #{300000} (map inc (iterate inc 0)))", "300000"},
        {"(into #{} (map #(quot % 100000) (take 300000 (iterate inc 0))))",
         "#{0 2 1}"},
        {"(into [] (filter #(= % 200000)) (take 300000 (iterate inc 0)))",
         "[200000]"},
        {"(->> (iterate inc 0) (map #(* % 2)) (filter even?) (take 200000)"
         " (reduce +))",
         "39999800000"},
        {"(frequencies (map #(rem % 3) (take 300000 (iterate inc 0))))",
         "{0 100000, 1 100000, 2 100000}"},
        {"(zipmap (map #(rem % 2) (take 300000 (iterate inc 0)))"
         "        (iterate inc 0))",
         "{0 299998, 1 299999}"},
        {"(apply + (take 300000 (iterate inc 0)))", "44999850000"},
        {"(apply max (take 300000 (iterate inc 0)))", "299999"},
        {"(doseq [x (take 300000 (iterate inc 0))] x)", "nil"},
    };
    RUN_ALL(walks);
}

TEST(heads_of_what_is_passed)
{
    static const struct walk walks[] = {
        {"(nth (iterate inc 0) 300000)", "300000"},
        {"(nth (cycle [1 2]) 500001)", "2"},
        {"(nth (repeatedly (fn [] 1)) 300000)", "1"},
        {"(first (drop 300000 (iterate inc 0)))", "300000"},
        {"(first (drop 200000 (map inc (iterate inc 0))))", "200001"},
        {"(nth (drop 200000 (map inc (iterate inc 0))) 10)", "200011"},
        {"(first (drop-while #(< % 300000) (iterate inc 0)))", "300000"},
        {"(first (nthrest (iterate inc 0) 300000))", "300000"},
        {"(first (nthnext (iterate inc 0) 300000))", "300000"},
        {"(last (drop-last 2 (take 200000 (iterate inc 0))))", "199997"},
        {"(take-last 2 (take 300000 (iterate inc 0)))", "(299998 299999)"},
        {"(last (take-nth 100000 (take 300000 (iterate inc 0))))", "200000"},
        {"(second (filter #(zero? (rem % 300000)) (iterate inc 0)))", "300000"},
        {"(defn f [n] (lazy-seq (cons n (f (inc n))))) (nth (f 0) 300000)",
         "300000"},
    };
    RUN_ALL(walks);
}

TEST(heads_of_searches)
{
    static const struct walk walks[] = {
        {"(first (filter #(= % 5000000) (range)))", "5000000"},
        {"(first (filter #(= % 300000) (iterate inc 0)))", "300000"},
        {"(last (filter #(= % 300000) (take 300001 (iterate inc 0))))",
         "300000"},
        {"(let [s (filter #(= % 300000) (iterate inc 0))] (first s))",
         "300000"},
        {"(first (remove #(< % 300000) (iterate inc 0)))", "300000"},
        {"(first (keep #(when (= % 300000) %) (iterate inc 0)))", "300000"},
        {"(first (mapcat (fn [x] (when (= x 300000) [x])) (iterate inc 0)))",
         "300000"},
        {"(count (filter #(= % 300000) (take 300001 (iterate inc 0))))", "1"},
        {"(seq (filter neg? (take 300000 (iterate inc 0))))", "nil"},
        {"(empty? (filter neg? (take 300000 (iterate inc 0))))", "true"},
        {"(into [] (filter neg? (take 300000 (iterate inc 0))))", "[]"},
        {"(run! identity (filter neg? (take 300000 (iterate inc 0))))", "nil"},
        {"(doseq [x (filter neg? (take 300000 (iterate inc 0)))] x)", "nil"},
        {"(second (dedupe (map #(quot % 300000) (iterate inc 0))))", "1"},
        {"(first (for [x (iterate inc 0) :when (= x 300000)] x))", "300000"},
        {"(first (for [x (iterate inc 0) y [1 2] :when (= x 300000)] [x y]))",
         "[300000 1]"},
        {"(first (sequence (filter #(= % 300000)) (iterate inc 0)))", "300000"},
        {"(first (eduction (filter #(= % 300000)) (iterate inc 0)))", "300000"},
        {"(defn f [p s] (lazy-seq (loop [s (seq s)] (when s (if (p (first s))"
         "  (cons (first s) (f p (rest s))) (recur (next s)))))))"
         "(first (f #(= % 300000) (iterate inc 0)))",
         "300000"},
        {"(defn f [p s] (lazy-seq (when-let [s (seq s)] (if (p (first s))"
         "  (cons (first s) (f p (rest s))) (f p (rest s))))))"
         "(first (f #(= % 300000) (iterate inc 0)))",
         "300000"},
    };
    RUN_ALL(walks);
}

TEST(heads_of_nested_sequences)
{
    static const struct walk walks[] = {
        {"(reduce + (for [x (range 100000) y [1 2 3]] y))", "600000"},
        {"(count (mapcat (fn [x] [x x]) (range 150000)))", "300000"},
        {"(reduce + (mapcat identity (map list (take 200000 (iterate inc 0)))"
         "))",
         "19999900000"},
        {"(count (partition-all 2 (take 300000 (iterate inc 0))))", "150000"},
        {"(count (partition-by #(quot % 10) (take 300000 (iterate inc 0))))",
         "30000"},
        {"(last (interleave (iterate inc 0) (take 200000 (iterate inc 0))))",
         "199999"},
        {"(last (map + (iterate inc 0) (take 200000 (iterate inc 0))))",
         "399998"},
        {"(last (reductions + (take 200000 (iterate inc 0))))", "19999900000"},
        {"(last (map-indexed vector (take 200000 (iterate inc 0))))",
         "[199999 199999]"},
        {"(last (concat (take 300000 (iterate inc 0)) [1]))", "1"},
        {"(last (lazy-cat (take 300000 (iterate inc 0)) [1]))", "1"},
        {"(last (sequence (map inc) (take 200000 (iterate inc 0))))", "200000"},
        {"(last (tree-seq zero? (fn [_] (take 200000 (iterate inc 1))) 0))",
         "200000"},
    };
    RUN_ALL(walks);
}

TEST(heads_of_locals)
{
    static const struct walk walks[] = {
        {"(let [s (take 300000 (iterate inc 0))] (count s))", "300000"},
        {"(let [s (iterate inc 0) t (take 300000 s)] (reduce max t))",
         "299999"},
        {"(let [s (take 300000 (iterate inc 0))]"
         "  (if (seq s) (reduce max s) 0))",
         "299999"},
        {"(let [s (take 300000 (iterate inc 0)) n (count s)] (inc n))",
         "300001"},
        {"(let [s (map inc (take 300000 (iterate inc 0)))] (reduce + s))",
         "45000150000"},
        {"(let [[a b & r] (iterate inc 0)] (nth r 300000))", "300002"},
        {"(let [s (iterate inc 0) unused s] (nth s 300000))", "300000"},
        {"(let [s (take 300000 (iterate inc 0)) d (delay (reduce + s))] @d)",
         "44999850000"},
    };
    RUN_ALL(walks);
}

TEST(heads_of_arguments)
{
    static const struct walk walks[] = {
        {"(defn f [s] (reduce max s)) (f (take 300000 (iterate inc 0)))",
         "299999"},
        {"(defn g [s] (let [t (map inc s)] (if (seq t) (count t) 0)))"
         "(g (take 300000 (iterate inc 0)))",
         "300000"},
    };
    RUN_ALL(walks);
}

TEST(heads_of_loops)
{
    static const struct walk walks[] = {
        {"(loop [s (take 300000 (iterate inc 0)) n 0]"
         "  (if (seq s) (recur (rest s) (inc n)) n))",
         "300000"},
        {"(loop [s (iterate inc 0)]"
         "  (if (< (first s) 300000) (recur (rest s)) (first s)))",
         "300000"},
        {"(loop [[x & more] (iterate inc 0)] (if (< x 300000) (recur more) x))",
         "300000"},
    };
    RUN_ALL(walks);
}

TEST(heads_that_are_held)
{
    // What is held is there, and computed once: cells that stand for others,
    // and sequences of which only the recipe was kept.
    static const struct walk walks[] = {
        {"(let [n (atom 0) s (map #(do (swap! n inc) %) (iterate inc 0))"
         "      f (filter #(= 0 (rem % 1000)) s)]"
         "  [(second f) (first f) (nth f 3) (nth s 3001) @n])",
         "[1000 0 3000 3001 3002]"},
        {"(let [n (atom 0) s (lazy-seq (swap! n inc) (lazy-seq (swap! n inc)"
         "   (lazy-seq (swap! n inc) [1 2])))]"
         "  [(first s) (second s) (count s) (realized? s) @n])",
         "[1 2 2 true 3]"},
        {"(let [s (filter #(> % 5000) (range)) t (drop 300 s)]"
         "  [(first t) (first s) (second t) (= (take 2 t) (take 2 t))])",
         "[5301 5001 5302 true]"},
        {"(let [n (atom 0) s (lazy-seq (if (= 1 (swap! n inc))"
         "  (throw (ex-info \"once\" {})) (filter #(= % 300) (range))))]"
         "  [(try (first s) (catch :default e (ex-message e))) (first s) @n])",
         "[\"once\" 300 2]"},
        {"(let [n (atom 0) s (filter #(= % 9000) (map (fn [x]"
         "    (when (and (= x 5000) (= 1 (swap! n inc)))"
         "      (throw (ex-info \"once\" {}))) x) (range)))]"
         "  [(try (first s) (catch :default e (ex-message e))) (first s)])",
         "[\"once\" 9000]"},
    };
    RUN_ALL(walks);
}

TEST(heads_of_nothing_else)
{
    host_start();
    CHECK_EQ_STR(host_eval("(declare s) (def s (lazy-seq s)) (seq s)"), "nil");
    host_start();
    CHECK_EQ_STR(host_eval("(declare b) (def a (lazy-seq b))"
                           "(def b (lazy-seq a)) [(seq a) (seq b) (count a)]"),
                 "[nil nil 0]");
}
