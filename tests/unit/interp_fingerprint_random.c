/* SPDX-License-Identifier: MIT */
/*
 * Random programs, each written in several ways. Other names of locals, other
 * blanks, comments and the layout of `ronin fmt` change no fingerprint; another
 * constant or operator changes it exactly if the function reaches it: in its
 * code, in what it captured, or in a global that it uses in turn.
 * $FINGERPRINT_CASES makes a longer run, $FINGERPRINT_SEED another one.
 */
#include "tests/lib/magma_host.h"
#include "tests/lib/test.h"

#include <assert.h>
#include <stdarg.h>

enum {
    CASES = 150,
    GLOBALS = 5,
    CAPTURES = 4,
    LOCALS_MAX = 24,
    SITES_MAX = 400,
    TEXT_MAX = 1 << 15,
    OWNER_FINAL = GLOBALS,
    OWNER_CAPTURE = GLOBALS + 1 /* and those behind it */
};

/* What is written, and how. */
struct writer {
    char text[TEXT_MAX];
    size_t len;
    uint64_t choices; /* what the program is: the same in all its ways */
    uint64_t style;   /* blanks and comments; 0: one blank */
    const char *prefix;
    int locals;  /* in scope */
    int owner;   /* what is being written */
    int sites;   /* constants and operators so far */
    int changed; /* the one that is written otherwise, or -1 */
    int owner_of[SITES_MAX];
    uint32_t uses[GLOBALS + 1 + CAPTURES]; /* bits: owners it mentions */
};

static uint64_t
next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static int
choose(struct writer *w, int end)
{
    return (int)(next(&w->choices) % (uint64_t)end);
}

static void put(struct writer *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
put(struct writer *w, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(w->text + w->len, TEXT_MAX - w->len, format, args);
    va_end(args);
    w->len += (size_t)len;
    assert(w->len < TEXT_MAX);
}

/* What may stand between two forms. */
static void
blank(struct writer *w)
{
    static const char *const blanks[] = {" ",
                                         "\n",
                                         "  \n\t ",
                                         ", ",
                                         " ; a comment\n",
                                         " #_(left [out]) ",
                                         " #_#_ a b ",
                                         "\n;; another )\n\n  "};
    put(w, "%s", w->style == 0 ? " " : blanks[next(&w->style) % 8]);
}

/* The number of a place that can be written otherwise; true if it is to be. */
static bool
site(struct writer *w)
{
    assert(w->sites < SITES_MAX);
    w->owner_of[w->sites] = w->owner;
    return w->sites++ == w->changed;
}

static void
put_constant(struct writer *w)
{
    static const char *const pairs[][2] = {
        {"1", "2"},           {":a", ":b"},
        {"\"s\"", "\"t\""},   {"\\c", "\\d"},
        {"2.5", "2.25"},      {"'sym", "'other"},
        {"[1 :k]", "[1 :l]"}, {"{:k 1}", "{:k 2}"},
        {"1/3", "2/3"},       {"#\"a+\"", "#\"a*\""},
        {"1.50M", "1.5M"},    {"12N", "12"}};
    put(w, "%s", pairs[choose(w, 12)][site(w)]);
}

static void
use(struct writer *w, int owner)
{
    w->uses[w->owner] |= 1u << owner;
}

static int
new_local(struct writer *w)
{
    assert(w->locals < LOCALS_MAX);
    return w->locals++;
}

static void
put_local(struct writer *w, int local)
{
    put(w, "%s%d", w->prefix, local);
}

static void put_expression(struct writer *w, int depth);

/* (operator a b), the operator of a pair. */
static void
put_call(struct writer *w, int depth)
{
    static const char *const pairs[][2] = {
        {"vector", "list"}, {"str", "pr-str"}, {"conj", "cons"}, {"=", "not="}};
    put(w, "(%s", pairs[choose(w, 4)][site(w)]);
    for (int i = choose(w, 3); i >= 0; i--) {
        blank(w);
        put_expression(w, depth - 1);
    }
    put(w, ")");
}

static void
put_let(struct writer *w, int depth)
{
    int before = w->locals;
    put(w, "(let [");
    for (int i = choose(w, 2); i >= 0; i--) {
        int local = w->locals;
        bool takes_apart = choose(w, 3) == 0;
        put(w, "%s%s%d", takes_apart ? "[" : "", w->prefix, local);
        if (takes_apart) {
            put(w, " & %s%d]", w->prefix, local + 1);
        }
        blank(w);
        put_expression(w, depth - 1);
        blank(w);
        new_local(w);
        if (takes_apart) {
            new_local(w);
        }
    }
    put(w, "]");
    blank(w);
    put_expression(w, depth - 1);
    put(w, ")");
    w->locals = before;
}

/* A function that knows itself, perhaps, and takes some arguments. */
static void
put_fn(struct writer *w, int depth)
{
    int before = w->locals;
    put(w, "(fn ");
    if (choose(w, 2) == 0) {
        put_local(w, new_local(w));
    }
    blank(w);
    put(w, "[");
    for (int i = choose(w, 3); i > 0; i--) {
        put_local(w, new_local(w));
        blank(w);
    }
    put(w, "]");
    blank(w);
    put_expression(w, depth - 1);
    put(w, ")");
    w->locals = before;
}

/* Macros of the core, which make names of their own. */
static void
put_macro(struct writer *w, int depth)
{
    int before = w->locals;
    int local = new_local(w);
    const char *closing = ")";
    switch (choose(w, 4)) {
    case 0:
        put(w, "(for [%s%d", w->prefix, local);
        blank(w);
        put(w, "[1 2] :when (some? %s%d)]", w->prefix, local);
        break;
    case 1:
        put(w, "(loop [%s%d 3]", w->prefix, local);
        blank(w);
        put(w, "(if (pos? %s%d) (recur (dec %s%d))", w->prefix, local,
            w->prefix, local);
        closing = "))";
        break;
    case 2:
        put(w, "(if-let [{%s%d", w->prefix, local);
        blank(w);
        put(w, ":key :as %s%d} {:key 1}]", w->prefix, new_local(w));
        break;
    default:
        put(w, "(try %s (catch Exception %s%d", "(assert true)", w->prefix,
            local);
        blank(w);
        put_expression(w, depth - 1);
        put(w, ")");
        w->locals = before;
        put(w, " (finally");
        closing = "))";
    }
    blank(w);
    put_expression(w, depth - 1);
    put(w, "%s", closing);
    w->locals = before;
}

/* A global, a captured value, a local or a constant. */
static void
put_name(struct writer *w)
{
    int kind = choose(w, 4);
    if (kind == 0 && w->owner == OWNER_FINAL) {
        int capture = choose(w, CAPTURES);
        use(w, OWNER_CAPTURE + capture);
        put(w, "%scap%d", w->prefix, capture);
    } else if (kind == 1 && w->owner > 0) {
        int below = w->owner < GLOBALS ? w->owner : GLOBALS;
        int global = choose(w, below);
        use(w, global);
        put(w, "global%d", global);
    } else if (kind == 2 && w->locals > 0) {
        put_local(w, choose(w, w->locals));
    } else {
        put_constant(w);
    }
}

static void
put_expression(struct writer *w, int depth)
{
    if (depth <= 0) {
        put_name(w);
        return;
    }
    switch (choose(w, 6)) {
    case 0:
        put_let(w, depth);
        break;
    case 1:
        put_fn(w, depth);
        break;
    case 2:
        put_macro(w, depth);
        break;
    case 3:
        put(w, "(if (seq? ");
        put_name(w);
        put(w, ")");
        blank(w);
        put_expression(w, depth - 1);
        blank(w);
        put_expression(w, depth - 1);
        put(w, ")");
        break;
    default:
        put_call(w, depth);
    }
}

/* Globals that use those before them, then a function within some values. */
static void
put_program(struct writer *w)
{
    for (w->owner = 0; w->owner < GLOBALS; w->owner++) {
        bool is_function = choose(w, 2) == 0;
        put(w, is_function ? "(defn global%d \"doc\" [" : "(def global%d ",
            w->owner);
        if (is_function) {
            put_local(w, new_local(w));
            put(w, "] ");
        }
        // A value is made by no call of a function that could fail.
        if (is_function) {
            put_expression(w, 3);
        } else {
            put_constant(w);
        }
        put(w, ")");
        blank(w);
        w->locals = 0;
    }
    put(w, "(let [");
    for (int i = 0; i < CAPTURES; i++) {
        w->owner = OWNER_CAPTURE + i;
        put(w, "%scap%d", w->prefix, i);
        blank(w);
        // In a vector, so that it is no constant of the function's own code.
        put(w, "(vector ");
        put_constant(w);
        put(w, ")");
        blank(w);
    }
    put(w, "]");
    w->owner = OWNER_FINAL;
    put_fn(w, 5);
    put(w, ")");
}

static struct writer *
write_program(uint64_t seed, uint64_t style, const char *prefix, int changed)
{
    static struct writer writers[2];
    static int turn;
    struct writer *w = &writers[turn++ % 2];
    *w = (struct writer){
        .choices = seed, .style = style, .prefix = prefix, .changed = changed};
    put_program(w);
    return w;
}

static bool
is_reached(const struct writer *w, int owner)
{
    uint32_t reached = 1u << OWNER_FINAL;
    for (int turn = 0; turn <= GLOBALS; turn++) {
        for (int i = 0; i <= GLOBALS; i++) {
            reached |= (reached >> i & 1u) != 0 ? w->uses[i] : 0;
        }
    }
    return (reached >> owner & 1u) != 0;
}

static struct magma_fingerprint
fingerprint(const char *text)
{
    host_start();
    Value result;
    if (!host_try(text, &result)) {
        fprintf(stderr, "%s\n%s\n", text,
                magma_text_of(magma_error(result)->message).bytes);
        abort();
    }
    return magma_fingerprint(result);
}

static bool
same(struct magma_fingerprint a, struct magma_fingerprint b)
{
    return a.low == b.low && a.high == b.high;
}

static Value
layout_body(void *arg)
{
    const char *text = *(const char **)arg;
    return magma_layout((struct magma_text){text, strlen(text)}, "t.magma");
}

static uint64_t
number_of(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

static void
check_program(uint64_t seed, uint64_t *random)
{
    const struct writer *w = write_program(seed, 0, "a", -1);
    struct magma_fingerprint first = fingerprint(w->text);
    int sites = w->sites;
    w = write_program(seed, next(random), "renamed-", -1);
    bool held = test_check(same(first, fingerprint(w->text)), __FILE__,
                           __LINE__, "another style");
    const char *text = w->text;
    Value laid_out;
    Value thrown;
    REQUIRE(magma_try(layout_body, &text, &laid_out, &thrown));
    static char copy[2 * TEXT_MAX];
    snprintf(copy, sizeof(copy), "%s", magma_text_of(laid_out).bytes);
    held &= test_check(same(first, fingerprint(copy)), __FILE__, __LINE__,
                       "the layout of fmt");
    for (int i = 0; i < 6; i++) {
        int changed = (int)(next(random) % (uint64_t)sites);
        w = write_program(seed, 0, "a", changed);
        bool reached = is_reached(w, w->owner_of[changed]);
        held &= test_check(same(first, fingerprint(w->text)) != reached,
                           __FILE__, __LINE__,
                           reached ? "a change that is reached"
                                   : "a change that is not");
        if (!held) {
            fprintf(stderr, "%s\n", w->text);
            return;
        }
    }
}

TEST(fingerprints_of_random_programs)
{
    uint64_t random = number_of("FINGERPRINT_SEED", 20261128);
    uint64_t cases = number_of("FINGERPRINT_CASES", CASES);
    for (uint64_t i = 0; i < cases; i++) {
        check_program(next(&random), &random);
    }
}
