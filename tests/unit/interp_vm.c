/* SPDX-License-Identifier: MIT */
/* The machine below the language: places, traces, suspension, re-entry. */
#include "tests/lib/magma_host.h"
#include "tests/lib/test.h"

static const struct error_object *
error_of(const char *text)
{
    Value result;
    if (host_try(text, &result)) {
        test_check(false, __FILE__, __LINE__, text);
        return NULL;
    }
    return magma_error(result);
}

static void
check_place(const char *text, uint32_t line, uint32_t column)
{
    const struct error_object *error = error_of(text);
    REQUIRE(error != NULL);
    CHECK_EQ_INT(error->place.line, line);
    CHECK_EQ_INT(error->place.column, column);
}

TEST(vm_places_of_errors)
{
    host_start();
    check_place("(defn f [x]\n  (let [y 1]\n    (+ x :a)))\n(f 1)", 3, 5);
    check_place("(do\n  (unknown 1))", 2, 4);
    check_place("(str 1 missing)", 1, 8);
    check_place("[1 2\n (first 5)]", 2, 2);
    check_place("(when true\n  (throw (ex-info \"x\" {})))", 2, 3);
    check_place("(defn g [a b] a)\n(str (g 1))", 2, 6);
    check_place("(loop [i 0]\n (+ 1 (recur 1)))", 2, 7);
    check_place("(let [[a] 5]\n a)", 1, 8);
    check_place("(map inc [1 2])\n(doall (map\n  (fn [x] (inc x)) [:a]))", 3,
                11);
}

TEST(vm_trace_names_functions)
{
    host_start();
    const struct error_object *error =
        error_of("(defn low [x] (inc x))\n(defn mid [x] (str (low x)))\n"
                 "(defn top [x] (str (mid x)))\n(str (top :a))");
    REQUIRE(error != NULL);
    CHECK_EQ_INT(magma_vector_count(error->trace), 4);
    static const char *const names[] = {"user/low", "user/mid", "user/top"};
    for (uint32_t i = 0; i < 3; i++) {
        Value entry = magma_vector_at(error->trace, i);
        Value name = magma_map_get(entry, magma_keyword("fn"));
        CHECK_EQ_STR(magma_text_of(name).bytes, names[i]);
        Value line = magma_map_get(entry, magma_keyword("line"));
        CHECK_EQ_INT(magma_int_of(line), i + 1);
    }
}

TEST(vm_trace_shows_the_call_of_a_macro)
{
    host_start();
    const struct error_object *error =
        error_of("(defmacro m [x] (inc x))\n(defn f []\n  (m :a))");
    REQUIRE(error != NULL);
    CHECK_EQ_INT(error->place.line, 1);
    REQUIRE(magma_vector_count(error->trace) == 2);
    Value entry = magma_vector_at(error->trace, 1);
    Value name = magma_map_get(entry, magma_keyword("fn"));
    CHECK_EQ_STR(magma_text_of(name).bytes, "macro m");
    Value line = magma_map_get(entry, magma_keyword("line"));
    CHECK_EQ_INT(magma_int_of(line), 3);
}

/* Prints, and with that computes, a value; nothing if it throws. */
static Value
print_body(void *arg)
{
    return magma_print(*(Value *)arg);
}

TEST(vm_place_of_an_error_while_printing)
{
    host_start();
    Value lazy;
    REQUIRE(host_try("1\n  (map inc [:a])", &lazy));
    Value text;
    Value thrown;
    REQUIRE(!magma_try(print_body, &lazy, &text, &thrown));
    CHECK_EQ_INT(magma_error(thrown)->place.line, 2);
    CHECK_EQ_INT(magma_error(thrown)->place.column, 3);
    // A call from outside is no part of the form.
    Value call;
    REQUIRE(host_try("(fn [] (map dec [:a]))", &call));
    lazy = magma_call(call, NULL, 0);
    REQUIRE(!magma_try(print_body, &lazy, &text, &thrown));
    CHECK_EQ_INT(magma_error(thrown)->place.line, 0);
}

TEST(vm_trace_is_cut_in_the_middle)
{
    host_start();
    const struct error_object *error = error_of(
        "(defn f [n] (if (zero? n) (inc :a) (str (f (dec n))))) (f 1000)");
    REQUIRE(error != NULL);
    CHECK(magma_vector_count(error->trace) <= 52);
    CHECK(magma_vector_count(error->trace) >= 50);
}

TEST(vm_registers_survive_an_error)
{
    host_start();
    CHECK_EQ_STR(host_eval("(let [a 1 b (try (inc :x) (catch :default e 5)) "
                           "c 3] [a b c])"),
                 "[1 5 3]");
    CHECK_EQ_STR(
        host_eval("(reduce (fn [a x] (+ a (try (/ 1 x) (catch :default e 0))))"
                  " 0 [1 0 1])"),
        "2");
    CHECK_EQ_STR(host_eval("(try (dorun (map (fn [x] (throw (ex-info \"a\" "
                           "{:x x}))) [1])) (catch :default e (ex-data e)))"),
                 "{:x 1}");
}

static Value
suspend(Value *args, uint32_t argc)
{
    (void)argc;
    error_suspend(args[0]);
}

static const struct builtin suspend_rows[] = {
    {"wait-for", 1, 1, suspend, "[x]", "Suspends.", "0.1"},
};

static void
start_with_suspend(void)
{
    static bool defined;
    host_start();
    if (!defined) {
        magma_define("clojure.core", suspend_rows, 1);
        defined = true;
    }
}

TEST(vm_suspension_passes_all_handlers)
{
    start_with_suspend();
    const struct error_object *error =
        error_of("(try (wait-for 7) (catch :default e 1) (finally (println "
                 "\"no\")))");
    REQUIRE(error != NULL);
    CHECK_EQ_INT(error->head.flags, ERROR_SUSPENDED);
    CHECK_EQ_INT(magma_int_of(error->data), 7);
    CHECK_EQ_STR(host_printed, "");
}

TEST(vm_suspended_definitions_are_pending)
{
    start_with_suspend();
    CHECK_EQ_STR(host_eval("(def before 1)"), "#'user/before");
    magma_form_begin();
    const struct error_object *error =
        error_of("(do (def x 1) (def y (wait-for 7)))");
    REQUIRE(error != NULL);
    magma_form_undo(magma_int(9));
    error = error_of("(inc x)");
    REQUIRE(error != NULL);
    CHECK_EQ_INT(error->head.flags, ERROR_SUSPENDED);
    CHECK_EQ_INT(magma_int_of(error->data), 9);
    error = error_of("(y)");
    REQUIRE(error != NULL);
    CHECK_EQ_INT(error->head.flags, ERROR_SUSPENDED);
    CHECK_EQ_STR(host_eval("before"), "1");
    magma_form_begin();
    CHECK_EQ_STR(host_eval("(do (def x 1) (def y 2) (+ x y))"), "3");
    magma_form_keep();
    CHECK_EQ_STR(host_eval("(+ x y)"), "3");
}

TEST(vm_undo_returns_to_the_namespace)
{
    start_with_suspend();
    magma_form_begin();
    CHECK(error_of("(do (ns other.place) (def a (wait-for 1)))") != NULL);
    magma_form_undo(VALUE_TRUE);
    CHECK_EQ_STR(host_eval("(def here 1)"), "#'user/here");
}

TEST(vm_open_names_suspend)
{
    host_start();
    magma_set_open(magma_int(3));
    const struct error_object *error = error_of("(later 1)");
    REQUIRE(error != NULL);
    CHECK_EQ_INT(error->head.flags, ERROR_SUSPENDED);
    CHECK_EQ_INT(magma_int_of(error->data), 3);
    magma_set_open(VALUE_NIL);
    error = error_of("(later 1)");
    REQUIRE(error != NULL);
    CHECK_EQ_INT(error->head.flags, ERROR_UNKNOWN);
}

TEST(vm_weak_names)
{
    host_start();
    CHECK(magma_bind_weak("image", magma_int(1)));
    CHECK_EQ_STR(host_eval("image"), "1");
    CHECK(!magma_bind_weak("image", magma_int(2)));
    CHECK(!magma_bind_weak("map", magma_int(2)));
    CHECK(!magma_bind_weak("if", magma_int(2)));
    CHECK_EQ_STR(host_eval("(def image 5) image"), "5");
}

static Value
captured(Value *args, uint32_t argc)
{
    Value before = magma_captured();
    for (uint32_t i = 0; i < argc; i++) {
        magma_call(args[i], NULL, 0);
    }
    CHECK(value_is(before, magma_captured()));
    return before;
}

TEST(vm_captured_values_of_builtins)
{
    static const struct builtin row = {"keeper", 0,       ARGS_ANY, captured,
                                       "[& fs]", "Test.", "0.1"};
    host_start();
    Value inner = magma_builtin(&row, magma_int(2));
    Value outer = magma_builtin(&row, magma_int(1));
    Value args[2] = {inner, inner};
    CHECK_EQ_INT(magma_int_of(magma_call(outer, args, 2)), 1);
    CHECK(value_is_nil(magma_captured()));
}

static struct error_place seen;

static Value
look(Value *args, uint32_t argc)
{
    (void)args;
    (void)argc;
    seen = magma_call_place();
    return VALUE_NIL;
}

TEST(vm_place_of_a_call)
{
    static const struct builtin rows[] = {
        {"look-here", 0, ARGS_ANY, look, "[& xs]", "Test.", "0.1"}};
    static bool defined;
    host_start();
    if (!defined) {
        magma_define("clojure.core", rows, 1);
        defined = true;
    }
    CHECK_EQ_STR(host_eval("(do\n (look-here :a\n  1))"), "nil");
    CHECK_EQ_INT(seen.line, 2);
    CHECK_EQ_INT(seen.column, 2);
    CHECK_EQ_INT(seen.end_line, 3);
    CHECK_EQ_STR(host_eval("(when true\n   (->> 1 (look-here)))"), "nil");
    CHECK_EQ_INT(seen.line, 2);
    CHECK_EQ_STR(host_eval("(defmacro m [] (list 'look-here))\n\n(m)"), "nil");
    CHECK_EQ_INT(seen.line, 3);
}

TEST(vm_collects_at_every_call)
{
    host_start();
    alloc_collect_every(1);
    CHECK_EQ_STR(host_eval("(defn f [x & r] (let [a [x r] g (fn [] a)] (g)))"
                           "(apply f (map (fn [i] (str i)) [1 2 3]))"),
                 "[\"1\" (\"2\" \"3\")]");
    alloc_collect_every(0);
}

TEST(vm_trace_shows_try_once)
{
    host_start();
    const struct error_object *error =
        error_of("(defn f [x]\n (try\n  (inc x)\n  (finally 1)))\n(f :a)");
    REQUIRE(error != NULL);
    CHECK_EQ_INT(magma_vector_count(error->trace), 2);
    Value entry = magma_vector_at(error->trace, 0);
    CHECK_EQ_STR(magma_text_of(magma_map_get(entry, magma_keyword("fn"))).bytes,
                 "user/f");
    CHECK_EQ_INT(magma_int_of(magma_map_get(entry, magma_keyword("line"))), 3);
}
