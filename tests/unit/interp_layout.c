/* SPDX-License-Identifier: MIT */
/*
 * The layout of source text: each rule of spec/cli/fmt.md, and that laying out
 * again changes nothing. tests/fuzz/interp_layout.c holds that what is read
 * stays the same.
 */
#include "interp/magma.h"
#include "tests/lib/magma_host.h"
#include "tests/lib/test.h"

static Value
layout_body(void *arg)
{
    const char *text = *(const char **)arg;
    return magma_layout((struct magma_text){text, strlen(text)}, "t.magma");
}

/* The text laid out, or "! " and the message. */
static const char *
layout(const char *text)
{
    static char shown[4096];
    Value result = VALUE_NIL;
    Value thrown = VALUE_NIL;
    host_start();
    if (!magma_try(layout_body, &text, &result, &thrown)) {
        const struct error_object *e = magma_error(thrown);
        snprintf(shown, sizeof(shown), "! %u:%u %s", e->place.line,
                 e->place.column, magma_text_of(e->message).bytes);
        return shown;
    }
    snprintf(shown, sizeof(shown), "%s", magma_text_of(result).bytes);
    return shown;
}

/* `text` comes out as `expected`, which stays as it is. */
static void
check(const char *text, const char *expected)
{
    CHECK_EQ_STR(layout(text), expected);
    CHECK_EQ_STR(layout(expected), expected);
}

TEST(layout_of_blanks)
{
    check("", "");
    check("  \n\n", "");
    check("(a   b\t c )", "(a b c)\n");
    check("[ 1 2\n]", "[1 2]\n");
    check("(\n a)", "(a)\n");
    check("a\"b\"(c)[d]", "a \"b\" (c) [d]\n");
    check("a \r\nb\r\n", "a\nb\n");
    check("\xef\xbb\xbf(a)", "(a)\n");
    check("a\xe2\x80\x83"
          "b",
          "a b\n");
}

TEST(layout_of_empty_lines)
{
    check("\n\na\n\n\n\nb", "a\n\nb\n");
    check("(a\n\n\n b\n\n)", "(a\n\n b)\n");
}

TEST(layout_of_commas)
{
    check("{:a 1 , :b 2,}", "{:a 1, :b 2}\n");
    check("{:a 1,\n:b 2}", "{:a 1,\n :b 2}\n");
    check("{:a 1\n, :b 2}", "{:a 1\n :b 2}\n");
    check("[,,1,,2]", "[1, 2]\n");
    check("a, b", "a b\n");
    check("', a", "'a\n");
}

TEST(layout_of_comments)
{
    check("a   ; why  ", "a   ; why\n");
    check("a;why", "a ;why\n");
    check("(a\n;one\n;two\n)", "(a\n ;one\n ;two\n )\n");
    check("(a b\n;one\nc)", "(a b\n   ;one\n   c)\n");
    check("' ;c\na", "' ;c\na\n");
    check("#!/usr/bin/env ronin\na", "#!/usr/bin/env ronin\na\n");
    check("a, ; c", "a ; c\n");
    check("[a, ; c\nb]", "[a, ; c\n b]\n");
}

TEST(layout_of_prefixes)
{
    check("' a", "'a\n");
    check("~ @a", "~ @a\n");
    check("~@ a", "~@a\n");
    check("^ :k\n a", "^:k\na\n");
    check("#_ #_ a b", "#_ #_ a b\n");
    check("#_#_a b", "#_#_a b\n");
    check("#inst   \"2020\"", "#inst \"2020\"\n");
    check("#:a {:b 1}", "#:a{:b 1}\n");
    check("#? (:magma 1\n:default 2)", "#?(:magma 1\n   :default 2)\n");
    check("#?@(:magma [1\n2])", "#?@(:magma [1\n            2])\n");
    check("@ a #' b ##Inf", "@a #'b ##Inf\n");
}

TEST(layout_of_calls)
{
    check("(f a\nb)", "(f a\n   b)\n");
    check("(f\na\nb)", "(f\n a\n b)\n");
    check("(-> x\n(f 1))", "(-> x\n    (f 1))\n");
    check("((f x) a\nb)", "((f x) a\n       b)\n");
    check("(:k m\nd)", "(:k m\n    d)\n");
    check("'(1 2\n3)", "'(1 2\n  3)\n");
    check("(action :a \"x\ny\"\n:b 1)", "(action :a \"x\ny\"\n        :b 1)\n");
    check("(\"a\" b\nc)", "(\"a\" b\n c)\n");
}

TEST(layout_of_bodies)
{
    check("(defn f\n[a]\na)", "(defn f\n  [a]\n  a)\n");
    check("(t/deftest x\n(is 1))", "(t/deftest x\n  (is 1))\n");
    check("(defn f\n([a] a)\n([a b]\na))",
          "(defn f\n  ([a] a)\n  ([a b]\n   a))\n");
    check("(fn [a]\nb)", "(fn [a]\n  b)\n");
    check("(with-files {}\na)", "(with-files {}\n  a)\n");
    check("(defrecord R [a]\nP\n(m [_]\n1))",
          "(defrecord R [a]\n  P\n  (m [_]\n    1))\n");
    check("(letfn [(f [a]\nb)]\nc)", "(letfn [(f [a]\n          b)]\n  c)\n");
    check("(default a\nb)", "(default a\n         b)\n");
}

TEST(layout_of_blocks)
{
    check("(let [a 1\nb 2]\nc)", "(let [a 1\n      b 2]\n  c)\n");
    check("(let [a 1] b\nc)", "(let [a 1] b\n     c)\n");
    check("(let ^:k [a 1]\nc)", "(let ^:k [a 1]\n  c)\n");
    check("(if a\nb\nc)", "(if a\n  b\n  c)\n");
    check("(if a b\nc)", "(if a b\n    c)\n");
    check("(cond\na b\nc d)", "(cond\n  a b\n  c d)\n");
    check("(cond a b\nc d)", "(cond a b\n      c d)\n");
    check("(try\na\n(catch E e\nb)\n(finally\nc))",
          "(try\n  a\n  (catch E e\n    b)\n  (finally\n    c))\n");
    check("{:a [1\n2]\n:b 3}", "{:a [1\n     2]\n :b 3}\n");
    check("#{a\nb}", "#{a\n  b}\n");
    check("#(f %\n1)", "#(f %\n    1)\n");
}

TEST(layout_refuses_what_is_no_program)
{
    CHECK_EQ_STR(layout("(a"), "! 1:1 The ( opened at 1:1 is never closed");
    CHECK_EQ_STR(layout("a)"), "! 1:2 Nothing is open that ) could close");
    CHECK(strstr(layout("\"abc"), "1:1") != NULL);
}

/* Nesting costs no stack, and no more than its own size. */
TEST(layout_of_deep_nesting)
{
    enum { DEPTH = 200000 };
    char *text = malloc(2 * DEPTH + 1);
    REQUIRE(text != NULL);
    memset(text, '[', DEPTH);
    memset(text + DEPTH, ']', DEPTH);
    text[2 * DEPTH] = 0;
    Value result = VALUE_NIL;
    Value thrown = VALUE_NIL;
    host_start();
    REQUIRE(magma_try(layout_body, &text, &result, &thrown));
    CHECK_EQ_INT(magma_text_of(result).len, 2 * DEPTH + 1);
    free(text);
}
