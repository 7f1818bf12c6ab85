/* SPDX-License-Identifier: MIT */
/* The code that forms compile to, read through the disassembler. */
#include "interp/compile/code.h"
#include "interp/compile/compile.h"
#include "interp/compile/expand.h"
#include "interp/data/alloc.h"
#include "interp/data/text.h"
#include "interp/vm/disassemble.h"
#include "tests/lib/magma_host.h"
#include "tests/lib/test.h"

static const char *
listing(const char *text)
{
    host_start();
    Value function;
    if (!host_try(text, &function)) {
        return text_bytes(magma_error(function)->message);
    }
    return text_bytes(disassemble(function));
}

TEST(compile_arithmetic_is_inline)
{
    CHECK_EQ_STR(listing("(fn [a b] (+ a b))"), "0 ADD 2 0 1\n1 RETURN 2\n");
    CHECK_EQ_STR(listing("(fn [a] (- a 3))"), "0 SUB_INT 1 0 3\n1 RETURN 1\n");
    CHECK_EQ_STR(listing("(fn [a] (inc a))"), "0 ADD_INT 1 0 1\n1 RETURN 1\n");
    CHECK_EQ_STR(listing("(fn [a] (+ a -5 a))"),
                 "0 ADD_INT 2 0 -5\n1 ADD 1 2 0\n2 RETURN 1\n");
}

TEST(compile_tests_jump)
{
    CHECK_EQ_STR(listing("(fn [a] (if (< a 2) a nil))"),
                 "0 IF_LESS_INT 0 2 -> 3\n2 RETURN 0\n3 CONST 1 nil\n"
                 "4 RETURN 1\n");
    CHECK_EQ_STR(listing("(fn [a b] (if (> a b) a b))"),
                 "0 IF_LESS 1 0 -> 3\n2 RETURN 0\n3 RETURN 1\n");
    CHECK_EQ_STR(listing("(fn [a] (if (nil? a) a 1))"),
                 "0 JUMP_NOT_NIL 0 -> 2\n1 RETURN 0\n2 CONST 1 1\n"
                 "3 RETURN 1\n");
    CHECK_EQ_STR(listing("(fn [a] (if (not a) a))"),
                 "0 JUMP_TRUE 0 -> 2\n1 RETURN 0\n2 CONST 1 nil\n"
                 "3 RETURN 1\n");
    CHECK_EQ_STR(listing("(fn [a] (if true a 1))"), "0 RETURN 0\n");
}

TEST(compile_loops_write_in_place)
{
    CHECK_EQ_STR(listing("(fn [n] (loop [i 0 s 0] (if (< i n) "
                         "(recur (+ i 1) (+ s i)) s)))"),
                 "0 CONST 1 0\n1 CONST 2 0\n2 IF_LESS 1 0 -> 8\n"
                 "4 ADD_INT 3 1 1\n5 ADD 2 2 1\n6 MOVE 1 3\n7 LOOP -> 2\n"
                 "8 RETURN 2\n");
    CHECK_EQ_STR(listing("(fn [n] (loop [i n] (if i (recur (:next i)) 1)))"),
                 "0 TAKE 1 0\n1 JUMP_FALSE 1 -> 5\n2 KEYWORD_GET 1 1 0 :next\n"
                 "4 LOOP -> 1\n5 CONST 2 1\n6 RETURN 2\n");
}

TEST(compile_calls)
{
    CHECK_EQ_STR(listing("(fn [x] (first x))"),
                 "0 TAKE 2 0\n"
                 "1 CALL_BUILTIN 1 1 1 #function[clojure.core/first]\n"
                 "3 RETURN 1\n");
    CHECK_EQ_STR(listing("(defn f [x] (f x)) f"),
                 "0 TAKE 2 0\n1 CALL_GLOBAL 1 1 1 #'user/f\n3 RETURN 1\n");
    CHECK_EQ_STR(listing("(fn [g] (g 1))"),
                 "0 MOVE 1 0\n1 CONST 2 1\n2 CALL 1 1 1\n3 RETURN 1\n");
    CHECK_EQ_STR(listing("(fn me [] me)"), "0 SELF 0\n1 RETURN 0\n");
}

/* How often a listing has an instruction. */
static int
uses_of(const char *text, const char *instruction)
{
    int count = 0;
    const char *at = listing(text);
    while ((at = strstr(at, instruction)) != NULL) {
        count++;
        at++;
    }
    return count;
}

TEST(compile_gives_the_last_use_away)
{
    CHECK_EQ_INT(uses_of("(fn [a] (str a a))", "TAKE"), 1);
    CHECK_EQ_INT(uses_of("(fn [a] (str a (str a)))", "TAKE"), 0);
    CHECK_EQ_INT(uses_of("(fn [a] (str (str a) a))", "TAKE"), 1);
    CHECK_EQ_INT(uses_of("(fn [a] (+ a (str a)))", "TAKE"), 0);
    CHECK_EQ_INT(uses_of("(fn [a] (if a (str a) (vec a)))", "TAKE"), 2);
    CHECK_EQ_INT(uses_of("(fn [a] (if (str a) a nil))", "TAKE"), 0);
    CHECK_EQ_INT(uses_of("(fn [a] (case (str a) 1 a 2 (str a) 3))", "TAKE"), 1);
    CHECK_EQ_INT(uses_of("(fn [a] (let [b a] (str b)))", "TAKE"), 2);
    CHECK_EQ_INT(uses_of("(fn [a] (do (str a) (str a)))", "TAKE"), 1);
    CHECK_EQ_INT(uses_of("(fn [a] (def d (str a)) (str a))", "TAKE"), 1);
    CHECK_EQ_INT(uses_of("(fn [a] (str a) (fn [] a))", "TAKE"), 0);
    CHECK_EQ_INT(uses_of("(fn [a] [(str a) a])", "TAKE"), 0);
}

TEST(compile_keeps_what_a_loop_reads_again)
{
    CHECK_EQ_INT(uses_of("(fn [a] (loop [] (str a) (recur)))", "TAKE"), 0);
    CHECK_EQ_INT(uses_of("(fn [a] (loop [b a] (recur (str b))))", "TAKE"), 2);
    CHECK_EQ_INT(uses_of("(fn [a] (recur (str a)))", "TAKE"), 1);
    CHECK_EQ_INT(uses_of("(fn [a b] (recur (str a) a))", "TAKE"), 0);
    CHECK_EQ_INT(uses_of("(fn [a] (letfn [(f [] (g)) (g [] (f))] (str f)))",
                         "TAKE"),
                 0);
}

TEST(compile_constants_are_whole)
{
    CHECK_EQ_STR(listing("(fn [] [1 {:a #{2}}])"),
                 "0 CONST 0 [1 {:a #{2}}]\n1 RETURN 0\n");
    CHECK_EQ_STR(listing("(fn [] ['a])"), "0 CONST 0 [a]\n1 RETURN 0\n");
    CHECK_EQ_STR(listing("(fn [x] [x])"),
                 "0 MOVE 2 0\n1 VECTOR 1 2 1\n2 RETURN 1\n");
}

TEST(compile_closures)
{
    CHECK_EQ_STR(listing("(fn [x] (fn [] x))"),
                 "0 CLOSURE 1 #code\n2 RETURN 1\n");
    CHECK_EQ_STR(listing("((fn [x] (fn [] x)) 1)"),
                 "0 CAPTURED 0 0\n1 RETURN 0\n");
    CHECK_EQ_STR(listing("(fn [x] (fn [y] y))"),
                 "0 CONST 1 #function[fn]\n1 RETURN 1\n");
}

TEST(compile_case_has_a_table)
{
    CHECK_EQ_STR(listing("(fn [x] (case x 1 :a 2 :b :c))"),
                 "0 TAKE 1 0\n1 CASE 1 0 3 {1 1, 2 2} -> 6 -> 8 -> 10\n"
                 "6 CONST 2 :c\n7 RETURN 2\n8 CONST 2 :a\n9 RETURN 2\n"
                 "10 CONST 2 :b\n11 RETURN 2\n");
}

TEST(compile_shadowed_core_is_a_call)
{
    CHECK_EQ_STR(listing("(defn + [a b] a) (fn [a] (+ a 1))"),
                 "0 TAKE 2 0\n1 CONST 3 1\n2 CALL_GLOBAL 1 1 2 #'user/+\n"
                 "4 RETURN 1\n");
}

TEST(compile_places)
{
    host_start();
    Value function;
    REQUIRE(host_try("(fn [a]\n  (str\n    (inc a)))", &function));
    const struct code_object *code = code_of_function(function);
    CHECK_EQ_INT(code_place_at(code, 0).line, 3);
    CHECK_EQ_INT(code_place_at(code, 0).column, 5);
    CHECK_EQ_INT(code_place_at(code, 1).line, 2);
    CHECK_EQ_INT(code_place_at(code, 1).end_line, 3);
    CHECK_EQ_INT(magma_function_place(function).line, 1);
}

TEST(compile_gensyms_count)
{
    host_start();
    Value a = expand_gensym("x");
    Value b = expand_gensym("x");
    CHECK(!value_is(a, b));
    CHECK(strncmp(magma_text_of(a).bytes, "x__", 3) == 0);
}

TEST(compile_arity_choice)
{
    host_start();
    Value function;
    REQUIRE(host_try("(fn ([a] 1) ([a b] 2) ([a b c & d] 3))", &function));
    const struct code_object *code = code_of_function(function);
    CHECK(code_arity_for(code, 0) == NULL);
    CHECK_EQ_INT(code_arity_for(code, 1)->required, 1);
    CHECK_EQ_INT(code_arity_for(code, 2)->required, 2);
    CHECK(code_arity_for(code, 3)->variadic);
    CHECK(code_arity_for(code, 50)->variadic);
}

/* Bytes that compiling and running (name (f 0) (f 1) ...) takes: how much was
 * done, the same on each run. */
static uint64_t
work_of(const char *name, int count)
{
    size_t cap = 64 + (size_t)count * 16;
    char *text = malloc(cap);
    size_t len = (size_t)snprintf(text, cap, "(%s", name);
    for (int i = 0; i < count; i++) {
        len += (size_t)snprintf(text + len, cap - len, " (f %d)", i);
    }
    snprintf(text + len, cap - len, ")");
    host_start();
    host_eval("(defn f [& args] nil)");
    uint64_t before = alloc_total_bytes();
    const char *shown = host_eval(text);
    test_check(shown[0] != '!', __FILE__, __LINE__, shown);
    free(text);
    return alloc_total_bytes() - before;
}

TEST(compile_long_forms_in_linear_time)
{
    static const char *const names[] = {"and", "or",     "cond",
                                        "do",  "vector", "-> 1 list"};
#if defined(SANITIZED)
    enum { LONG = 400 }; /* its frames are large, and forms nest in C */
#else
    enum { LONG = 2000 };
#endif
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        uint64_t half = work_of(names[i], LONG / 2);
        uint64_t whole = work_of(names[i], LONG);
        test_check(whole < half * 5 / 2, __FILE__, __LINE__, names[i]);
    }
}
