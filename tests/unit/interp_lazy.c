/* SPDX-License-Identifier: MIT */
/*
 * Lazy sequences that meet something unresolved: a step that suspends leaves
 * everything as it was, and taken again it gives the right items.
 *
 * Each program defines `s`, whose elements go through (hold x); hold suspends
 * once, at the item that `hold_at` says.
 */
#include "interp/magma.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t hold_at;
static bool is_holding;

static Value
hold(Value *args, uint32_t argc)
{
    (void)argc;
    if (is_holding && magma_is_int(args[0]) &&
        magma_int_of(args[0]) == hold_at) {
        is_holding = false;
        error_suspend(args[0]);
    }
    return args[0];
}

static const struct builtin rows[] = {
    {"hold", 1, 1, hold, "[x]", "x, but suspends once.", "0.1"},
};

static bool
load_library(void *ctx, const char *path, struct magma_source *source)
{
    (void)ctx;
    const char *prefix = "clojure/";
    if (strncmp(path, prefix, strlen(prefix)) == 0) {
        path += strlen(prefix);
    }
    char name[256];
    snprintf(name, sizeof name, "stdlib/%s.magma", path);
    FILE *stream = fopen(name, "rb");
    if (stream == NULL) {
        return false;
    }
    source->text = calloc(1, 65536);
    source->len = fread(source->text, 1, 65535, stream);
    source->file = strdup(name);
    source->is_library = true;
    fclose(stream);
    return true;
}

static void
start(void)
{
    static bool is_started;
    if (!is_started) {
        static const struct magma_host host = {.load = load_library};
        magma_start(&host);
        magma_define("clojure.core", rows, 1);
        is_started = true;
    }
    magma_reset();
}

static Value
evaluate(void *arg)
{
    struct magma_text text = {arg, strlen(arg)};
    return magma_print(magma_eval_text(text, "test"));
}

/* What `form` prints, or "suspended", or an error's message. */
static const char *
printed(char *form)
{
    Value result;
    Value error;
    if (magma_try(evaluate, form, &result, &error)) {
        return magma_text_of(result).bytes;
    }
    if (magma_error_type(error) == ERROR_SUSPENDED) {
        return "suspended";
    }
    return magma_text_of(magma_error(error)->message).bytes;
}

/* Defines s, walks it until it suspends, and walks it again. */
static void
check_again(const char *definition, int64_t at, const char *expected)
{
    start();
    char form[512];
    snprintf(form, sizeof form, "(def s %s)", definition);
    is_holding = false;
    CHECK(strcmp(printed(form), "suspended") != 0);
    hold_at = at;
    is_holding = true;
    char all[] = "(vec s)";
    CHECK_EQ_STR(printed(all), "suspended");
    CHECK_EQ_STR(printed(all), expected);
    // A third time: the cells keep what they have.
    CHECK_EQ_STR(printed(all), expected);
}

TEST(map_is_taken_again)
{
    check_again("(map hold [1 2 3])", 2, "[1 2 3]");
    check_again("(map hold '(1 2 3))", 3, "[1 2 3]");
    check_again("(map (fn [a b] (hold (+ a b))) [1 2] [10 20])", 22, "[11 22]");
}

TEST(filters_are_taken_again)
{
    check_again("(filter (fn [x] (odd? (hold x))) (range 6))", 3, "[1 3 5]");
    check_again("(remove (fn [x] (odd? (hold x))) (range 6))", 3, "[0 2 4]");
    check_again("(keep hold [1 nil 2])", 2, "[1 2]");
    check_again("(take-while (fn [x] (< (hold x) 3)) (range 9))", 2, "[0 1 2]");
    check_again("(drop-while (fn [x] (< (hold x) 3)) (range 5))", 2, "[3 4]");
}

TEST(sums_are_taken_again)
{
    check_again("(concat [0] (map hold [1 2]) [3])", 2, "[0 1 2 3]");
    check_again("(mapcat (fn [x] [(hold x) x]) [1 2 3])", 3, "[1 1 2 2 3 3]");
    check_again("(flatten [1 [2 (map hold [3 4])] 5])", 4, "[1 2 3 4 5]");
    check_again("(for [x [1 2] y [10 20]] (hold (+ x y)))", 12,
                "[11 21 12 22]");
    check_again("(lazy-cat [1] (map hold [2]))", 2, "[1 2]");
}

TEST(groups_are_taken_again)
{
    check_again("(partition 2 (map hold '(1 2 3 4)))", 4, "[(1 2) (3 4)]");
    check_again("(partition-all 2 (map hold '(1 2 3)))", 3, "[(1 2) (3)]");
    check_again("(partition-by odd? (map hold '(1 3 4)))", 4, "[(1 3) (4)]");
    check_again("(distinct (map hold '(1 1 2)))", 2, "[1 2]");
    check_again("(dedupe (map hold '(1 1 2)))", 2, "[1 2]");
    check_again("(interpose 0 (map hold '(1 2)))", 2, "[1 0 2]");
    check_again("(interleave (map hold '(1 2)) [8 9])", 2, "[1 8 2 9]");
    check_again("(reductions (fn [a x] (+ a (hold x))) 0 [1 2 3])", 3,
                "[0 1 3 6]");
    check_again("(take 4 (iterate (fn [x] (inc (hold x))) 1))", 3, "[1 2 3 4]");
    check_again("(tree-seq vector? (fn [v] (map hold v)) [1 2])", 2,
                "[[1 2] 1 2]");
}

/* Transducers remember things: a half-fed pipeline is built anew. */
TEST(sequence_of_a_transducer_is_taken_again)
{
    check_again("(sequence (map hold) '(1 2 3))", 2, "[1 2 3]");
    check_again("(sequence (comp (partition-all 2) cat (map hold)) "
                "'(1 2 3 4 5))",
                4, "[1 2 3 4 5]");
    check_again("(sequence (comp (map-indexed vector) (map (fn [[i x]] (+ i "
                "(hold x))))) '(10 20 30))",
                30, "[10 21 32]");
    check_again("(sequence (comp (distinct) (map hold)) '(1 1 2 3 2))", 3,
                "[1 2 3]");
    check_again("(sequence (take 2) (map hold '(1 2 3)))", 2, "[1 2]");
}

TEST(delay_is_forced_again)
{
    check_again("(lazy-seq [(hold 1) 2])", 1, "[1 2]");
    start();
    char definition[] = "(def d (delay (hold 5)))";
    printed(definition);
    hold_at = 5;
    is_holding = true;
    char force[] = "@d";
    CHECK_EQ_STR(printed(force), "suspended");
    CHECK_EQ_STR(printed(force), "5");
}

/* catch sees no suspension, and finally does not run for it. */
TEST(suspension_is_no_error)
{
    start();
    hold_at = 1;
    is_holding = true;
    char form[] = "(try (doall (map hold [1])) (catch :default e :caught))";
    CHECK_EQ_STR(printed(form), "suspended");
    CHECK_EQ_STR(printed(form), "(1)");
}

TEST(other_parts_stay_usable)
{
    start();
    char form[] = "(def s (concat [1 2] (map hold [3 4])))";
    printed(form);
    hold_at = 3;
    is_holding = true;
    char known[] = "(take 2 s)";
    CHECK_EQ_STR(printed(known), "(1 2)");
    char all[] = "(reduce + s)";
    CHECK_EQ_STR(printed(all), "suspended");
    CHECK_EQ_STR(printed(all), "10");
}
