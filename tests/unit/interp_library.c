/* SPDX-License-Identifier: MIT */
/* The core that is written in Magma is compiled name by name, and nobody can
 * tell when. */
#include "interp/data/namespace.h"
#include "interp/data/symbol.h"
#include "interp/read/reader.h"
#include "interp/vm/library.h"
#include "tests/lib/magma_host.h"
#include "tests/lib/test.h"

static size_t
compiled(void)
{
    size_t all;
    size_t count;
    library_count(&all, &count);
    CHECK(count <= all);
    return count;
}

/* The least number of steps that a program needs. */
static uint64_t
steps_needed(const char *program)
{
    for (uint64_t steps = 1; steps < 10000; steps++) {
        magma_reset();
        magma_set_limits(&(struct magma_limits){.steps = steps});
        Value value;
        if (host_try(program, &value)) {
            return steps;
        }
        CHECK_EQ_INT(magma_error_type(value), ERROR_LIMIT);
    }
    return 0;
}

TEST(library_begins_with_nothing_compiled)
{
    host_start();
    size_t before = compiled();
    CHECK(before <= 4); // the ns form, and what is no defn or defmacro
    CHECK_EQ_STR(host_eval("(+ 1 (first [2 3]))"), "3");
    CHECK_EQ_INT(compiled(), before);
    CHECK_EQ_STR(host_eval("(when-not false 7)"), "7");
    CHECK_EQ_INT(compiled(), before + 1);
    CHECK_EQ_STR(host_eval("(when-not false 7)"), "7");
    CHECK_EQ_INT(compiled(), before + 1);
}

TEST(library_costs_a_program_nothing)
{
    host_start();
    static const char program[] =
        "(cond->> [1 2] true (map inc) false (map dec) true (reduce +))";
    size_t before = compiled();
    uint64_t first = steps_needed(program);
    CHECK(compiled() > before);
    CHECK_EQ_INT(steps_needed(program), first);
    CHECK(first > 1);
}

TEST(library_is_compiled_though_the_form_is_refused)
{
    host_start();
    magma_set_limits(&(struct magma_limits){.steps = 1});
    CHECK(host_eval("(doseq [x [1 2] y [3]] (str x y))")[0] == '!');
    magma_set_limits(&(struct magma_limits){.steps = 0});
    CHECK_EQ_STR(host_eval("(doseq [x [1 2] y [3]] (str x y))"), "nil");
}

TEST(library_is_not_undone_with_a_form)
{
    host_start();
    magma_form_begin();
    CHECK_EQ_STR(host_eval("(def a (dotimes [i 3] i))"), "#'user/a");
    magma_form_undo(magma_int(1));
    CHECK_EQ_STR(host_eval("(dotimes [i 3] i)"), "nil");
}

TEST(library_defines_all_that_is_listed)
{
    host_start();
    size_t all;
    size_t count;
    CHECK_EQ_STR(host_eval("(every? bound? (vals (ns-interns 'clojure.core)))"),
                 "true");
    library_count(&all, &count);
    CHECK_EQ_INT(count, all);
    CHECK_EQ_STR(host_eval("(:macro (meta #'when))"), "true");
    CHECK_EQ_STR(host_eval("(def when 1)"), "#'user/when");
    CHECK_EQ_STR(host_eval("(-> 1 (clojure.core/when 2))"), "2");
}

static size_t
forms_read(const char *text, size_t len)
{
    struct magma_reader *reader =
        magma_reader_create((struct magma_text){text, len}, "library");
    size_t forms = 0;
    Value form;
    struct error_place place;
    while (magma_read(reader, &form, &place)) {
        forms++;
    }
    magma_reader_destroy(reader);
    return forms;
}

static size_t
lines_with_bracket(const char *text)
{
    size_t lines = text[0] == '(';
    for (const char *at = text; (at = strstr(at, "\n(")) != NULL; at++) {
        lines++;
    }
    return lines;
}

/* As many pieces as the reader finds forms, in every file. */
TEST(library_is_split_as_it_is_read)
{
    host_start();
    static const char *const names[] = {
#define LIBRARY(name) #name,
#include "runtime/library.inc"
#undef LIBRARY
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *text = NULL;
        size_t len = 0;
        REQUIRE(host_load_file(names[i], &text, &len));
        size_t forms = forms_read(text, len);
        CHECK(forms > 1);
        CHECK_EQ_INT(lines_with_bracket(text), forms);
        if (strcmp(names[i], "core") == 0) {
            size_t all;
            size_t count;
            library_count(&all, &count);
            CHECK_EQ_INT(all, forms);
        }
        free(text);
    }
}

/* True if a name of a namespace is known and not yet compiled. */
static bool
waits(const char *full)
{
    bool is_private;
    Value var = namespace_lookup(namespace_current(), symbol_from_cstring(full),
                                 &is_private);
    return value_is_kind(var, KIND_VAR) &&
           (value_object(var)->flags & VAR_DEFERRED) != 0;
}

TEST(library_namespaces_wait_to_be_named)
{
    for (int program = 0; program < 3; program++) {
        host_start();
        CHECK_EQ_STR(host_eval("(require 'clojure.set)"), "nil");
        CHECK(waits("clojure.set/union"));
        CHECK_EQ_STR(host_eval("`clojure.set/union"), "clojure.set/union");
        CHECK_EQ_STR(host_eval("(require '[clojure.set :refer [union]])"),
                     "nil");
        CHECK(waits("clojure.set/union"));
        CHECK(waits("union"));
        CHECK_EQ_STR(host_eval("(union #{1} #{1})"), "#{1}");
        CHECK(!waits("clojure.set/union"));
        CHECK(waits("clojure.set/difference"));
        CHECK_EQ_STR(host_eval("(:arglists (meta #'clojure.set/difference))"),
                     "([s1] [s1 s2] [s1 s2 & sets])");
    }
}

TEST(library_shows_no_var_without_its_value)
{
    host_start();
    CHECK_EQ_STR(host_eval("(require '[clojure.set :as s :refer [union]])"
                           "(every? bound? (vals (ns-refers *ns*)))"),
                 "true");
    CHECK_EQ_STR(host_eval("(every? bound? (vals (ns-publics 'clojure.set)))"),
                 "true");
    host_start();
    CHECK_EQ_STR(host_eval("(require '[clojure.set :as s :refer [union]])"
                           "(every? bound? (vals (ns-map *ns*)))"),
                 "true");
    CHECK_EQ_STR(host_eval("(fn? @(find-var 'clojure.set/rename))"), "true");
    CHECK_EQ_STR(host_eval("(fn? @(resolve 's/index))"), "true");
    CHECK_EQ_STR(host_eval("(fn? @(ns-resolve 'clojure.set 'join))"), "true");
}

/* As if all had been evaluated before. */
TEST(library_can_be_defined_anew)
{
    host_start();
    CHECK_EQ_STR(host_eval("(require 'clojure.set) (in-ns 'clojure.set)"
                           "(def union) (union #{1} #{1})"),
                 "#{1}");
    host_start();
    CHECK_EQ_STR(host_eval("(require 'clojure.set) (in-ns 'clojure.set)"
                           "(defonce union 1) (union #{1} #{1})"),
                 "#{1}");
    host_start();
    CHECK_EQ_STR(host_eval("(require 'clojure.set) (in-ns 'clojure.set)"
                           "(defn union [a] [:mine a])"
                           "[(union 1) (:arglists (meta #'union))]"),
                 "[[:mine 1] ([a])]");
    CHECK_EQ_STR(host_eval("(clojure.set/union 2)"), "[:mine 2]");
    host_start();
    CHECK_EQ_STR(host_eval("(clojure.set/union #{2})"), "#{2}");
}

/* A library that requires a file of the user's in place of the one it means: the
 * error is the user's to see, each time. */
TEST(library_may_fail_by_files_of_the_user)
{
    static const struct host_source mine[] = {{"graph",
                                               "(ns graph) (def mine 1)"},
                                              {NULL, NULL}};
    host_sources = mine;
    host_start();
    CHECK_EQ_STR(host_eval("(require 'ronin-prompt)"), "nil");
    static const char call[] = "(ronin-prompt/command-of {} \"x\")";
    static const char message[] = "! Unable to resolve symbol: ";
    for (int i = 0; i < 2; i++) {
        CHECK(strncmp(host_eval(call), message, strlen(message)) == 0);
        CHECK(waits("ronin-prompt/command-of"));
    }
    host_sources = NULL;
}

/* Numbers of gensyms are the program's own. */
TEST(library_leaves_gensyms_alone)
{
    host_start();
    CHECK_EQ_STR(host_eval("[(gensym) (when-first [x [1]] x) (gensym)]"),
                 "[G__1 1 G__2]");
    host_start();
    CHECK_EQ_STR(host_eval("[(gensym) (when-first [x [1]] x) (gensym)]"),
                 "[G__1 1 G__2]");
    // A definition that names another one in the midst of reading.
    CHECK_EQ_STR(host_eval("(defmacro m [x] `(when-some [a# ~x] a#)) (m 3)"),
                 "3");
}

TEST(library_keeps_places)
{
    host_start();
    CHECK_EQ_STR(host_eval("(if-let [x 1 y 2] x)"),
                 "! if-let requires a vector of exactly 2 forms");
    CHECK_EQ_STR(host_eval("(< 100 (:line (meta #'defmethod)) 5000)"), "true");
}
