/* SPDX-License-Identifier: MIT */
/* The static analysis: that it has nothing to say about our own library, and
 * what it says about programs. */
#include "interp/magma.h"
#include "runtime/graphview.h"
#include "runtime/load.h"
#include "tests/lib/test.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* The body of magma_try. */
static Value
eval_body(void *arg)
{
    const char *text = arg;
    magma_eval_text((struct magma_text){text, strlen(text)}, "t.magma");
    magma_check_finish();
    return VALUE_NIL;
}

/* How many notes a text gets; they are the current ones afterwards. */
static uint32_t
check_text(const char *text)
{
    char copy[4000];
    snprintf(copy, sizeof(copy), "%s", text);
    load_start_language(NULL);
    magma_reset();
    magma_check_begin();
    Value result;
    Value thrown;
    if (!magma_try(eval_body, copy, &result, &thrown)) {
        magma_check_thrown(VALUE_NIL, thrown);
    }
    return magma_check_end();
}

/* "kind line:column" of all notes, one after the other. */
static const char *
notes_of(const char *text)
{
    static char out[2000];
    uint32_t count = check_text(text);
    size_t len = 0;
    out[0] = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct note *note = magma_check_note(i);
        len += (size_t)snprintf(out + len, sizeof(out) - len, "%s%d %u:%u",
                                i == 0 ? "" : ", ", (int)note->kind,
                                note->place.line, note->place.column);
        assert(len < sizeof(out));
    }
    return out;
}

/* Compares with one note of a kind, or with none (kind 0 and line 0). */
static void
expect_note(const char *text, enum note_kind kind, unsigned line,
            unsigned column)
{
    char wanted[60];
    snprintf(wanted, sizeof(wanted), "%d %u:%u", (int)kind, line, column);
    CHECK_EQ_STR(notes_of(text), wanted);
}

static void
expect_none(const char *text)
{
    CHECK_EQ_STR(notes_of(text), "");
}

/* Names that stand in what nobody named yet are not unused. */
TEST(a_library_gets_no_notes_in_part)
{
    magma_check_begin();
    load_start_language(NULL);
    Value result;
    Value thrown;
    static char some[] = "(ns t) (require 'clojure.test 'clojure.repl)"
                         " (resolve 'clojure.repl/dir-fn)";
    CHECK(magma_try(eval_body, some, &result, &thrown));
    CHECK_EQ_INT(magma_check_end(), 0);
}

/* All of it is named; the core, too, is analysed when that is done. */
TEST(a_library_gets_no_notes)
{
    magma_check_begin();
    load_start_language(NULL);
    graphview_define();
    Value result;
    Value thrown;
    static char all[] =
        "(ns t) (require 'clojure.set 'clojure.walk 'clojure.zip 'clojure.data"
        " 'clojure.test 'clojure.pprint 'clojure.repl 'clojure.string"
        " 'clojure.math 'clojure.edn"
        " 'clojure.more 'clojure.types 'graph)"
        " (doseq [ns (all-ns)] (ns-interns ns))";
    CHECK(magma_try(eval_body, all, &result, &thrown));
    uint32_t count = magma_check_end();
    for (uint32_t i = 0; i < count; i++) {
        const struct note *note = magma_check_note(i);
        struct magma_text message = magma_text_of(
            note->kind == NOTE_ERROR ? magma_error(note->thrown)->message
                                     : note->message);
        struct magma_text file = magma_text_of(note->place.file);
        fprintf(stderr, "%s:%u:%u: %s\n", file.bytes, note->place.line,
                note->place.column, message.bytes);
    }
    CHECK_EQ_INT(count, 0);
}

TEST(unused_locals)
{
    expect_note("(let [a 1\n      b 2] b)", NOTE_UNUSED_LOCAL, 1, 7);
    expect_note("(defn f [m] (let [{:keys [a b]} m] b))", NOTE_UNUSED_LOCAL, 1,
                27);
    expect_note("(for [[k v] {}] v)", NOTE_UNUSED_LOCAL, 1, 8);
    expect_note("(for [x [1] :let [y x]] x)", NOTE_UNUSED_LOCAL, 1, 19);
    expect_note("(letfn [(g [] 1) (h [] 2)] (g))", NOTE_UNUSED_LOCAL, 1, 19);
    expect_none("(let [_ 1 _b 2 c 3] c)");
    expect_none("(defn f [a b] a)"); // parameters are a shape to keep to
    expect_none("(loop [i 0] (when (< i 3) (recur (inc i))))");
    expect_none("(let [a 1] (try a (catch Exception _ a)))");
    expect_none("(let [a 1] #(+ a %))");
    expect_none("(let [{:keys [a] :or {a 1}} {}] a)");
    // Both halves of a doubled form are one use.
    expect_none("(defmacro twice [x] `(do ~x ~x))\n(twice (let [a 1] a))");
    expect_note("(defmacro twice [x] `(do ~x ~x))\n(twice (let [a 1] 2))",
                NOTE_UNUSED_LOCAL, 2, 14);
}

TEST(code_that_macros_make_is_not_judged)
{
    expect_none("(defmacro m [x] `(let [y# ~x z# 2] (= y#)))\n(m 1)");
    expect_none("(defmacro m [x] (list 'let ['q x] 3))\n(m 1)");
    expect_none("(defmacro m [n] `(defn f# [] (def ~n 1)))\n(m b)");
    expect_none("(with-out-str (def total 1))");
    expect_none("'(let [a 1] 2)");
}

TEST(hidden_names)
{
    expect_note("(let [a 1]\n  (let [a 2] a)\n  a)", NOTE_HIDDEN_LOCAL, 2, 9);
    expect_note("(fn [a xs]\n  (for [a xs] a))", NOTE_HIDDEN_LOCAL, 2, 9);
    expect_none("(let [a 1] (let [a (inc a)] a))");
    expect_none("(let [a 1 a (inc a)] a)");
    expect_none("(fn [{:keys [a]}] (let [{:keys [b]} a] b))");
    expect_note("(fn [] (let [count 3]\n  (count [1])))", NOTE_HIDDEN_CORE, 2,
                3);
    expect_note("(fn [map xs]\n  (map inc xs))", NOTE_HIDDEN_CORE, 2, 3);
    expect_none("(fn [name] (str name))"); // only a call can be mistaken
    expect_none("(fn [f] (f 1))");
}

TEST(parameters_that_hide)
{
    expect_note("(fn [a]\n  (fn [a] a))", NOTE_HIDDEN_LOCAL, 2, 8);
    expect_note("(let [a 1]\n  [a (fn inner ([b] b) ([a c] [a c]))])",
                NOTE_HIDDEN_LOCAL, 2, 26);
    expect_note("(defn f [a]\n  (map (fn [{:keys [a]}] a) a))",
                NOTE_HIDDEN_LOCAL, 2, 21);
    expect_note("(let [z 1]\n  (letfn [(k [z] z)] (k z)))", NOTE_HIDDEN_LOCAL,
                2, 15);
    expect_none("(fn [a & more] (fn [b & others] [a b more others]))");
    // Two arities are beside each other.
    expect_none("(fn ([a] a) ([a b] [a b]))");
    // Of what is global only a call can be mistaken.
    expect_none("(def sources [1]) (defn f [sources] (count sources))");
    expect_note("(defn area [x] x)\n(defn f [area] (area 1))", NOTE_HIDDEN_CORE,
                2, 16);
}

TEST(clauses_definitions_docstrings)
{
    expect_note("(cond false 1\n      :else 2\n      nil 3)", NOTE_UNREACHABLE,
                3, 7);
    expect_note("(cond true 1\n nil 3)", NOTE_UNREACHABLE, 2, 2);
    expect_none("(cond nil 1 :else 2)");
    expect_note("(defn f [a]\n  (def b a))", NOTE_INNER_DEF, 2, 3);
    expect_note("(defn f []\n  (defn g [] 1))", NOTE_INNER_DEF, 2, 3);
    expect_none("(let [a 1] (def b a))");
    expect_none("(when true (defn g [] 1))");
    expect_note("(defn f [a]\n  \"doc\"\n  a)", NOTE_MISPLACED_DOC, 2, 3);
    expect_none("(defn f [a] \"value\")");
    expect_none("(defn f \"doc\" [a] a)");
    expect_note("(defn f [a] (= a))", NOTE_ONE_ARGUMENT, 1, 13);
    expect_none("(apply = [1]) (map = [1]) (-> 1 (= 1))");
}

TEST(arguments_of_known_functions)
{
    expect_note("(defn f [a] a)\n(defn g [] (f 1 2))", NOTE_ERROR, 2, 12);
    CHECK_EQ_STR(
        magma_text_of(magma_error(magma_check_note(0)->thrown)->help).bytes,
        "It takes [a].");
    expect_note("(defn g [] (inc))", NOTE_ERROR, 1, 12);
    expect_note("(defn g [] (-> 1 (inc 2)))", NOTE_ERROR, 1, 19);
    // What is defined later counts, and the last definition.
    expect_note("(declare f)\n(defn g [] (f 1))\n(defn f [] 1)", NOTE_ERROR, 2,
                12);
    expect_none("(defn f ([] 1) ([a & more] a)) (defn g [] (f) (f 1 2 3))");
    expect_none("(defn g [] (try (inc) (catch Exception _ 1)))");
    expect_none("(defn g [inc] (apply inc [])) '(inc)");
    expect_none("(defmacro m [a] a) (m 1)");
    expect_none("(def f {:a 1}) (defn g [] (f))");
}

TEST(unknown_names_are_told_at_once)
{
    CHECK_EQ_STR(notes_of("(defn f [] (mapp 1) (filtr 2))\n(redce 1)\n"
                          "(def ok 1)\n(inc ok)"),
                 "0 1:13, 0 1:22, 0 2:2");
    // What failed may have been to define this name: only typos are sure.
    CHECK_EQ_STR(notes_of("(throw-it 1)\n(completely-new-name 2)"), "0 1:2");
    CHECK_EQ_STR(notes_of("(mapp 1)\n(completely-new-name 2)\n(redce 3)"),
                 "0 1:2, 0 3:2");
    // What depends on a name whose form did not run is no error of its own.
    CHECK_EQ_STR(notes_of("(def a (mapp 1))\n(def b a)"), "0 1:9");
}

TEST(private_names_and_requires)
{
    expect_note("(defn- f [] 1)\n(defn g [] 2)", NOTE_UNUSED_PRIVATE, 1, 1);
    expect_none("(defn- f [] 1) (defn g [] (f))");
    expect_none("(defn- f [] 1) (defmacro m [] `(f))");
    expect_none("(defn- f [] 1) (def v #'f)");
    expect_note("(ns t (:require [clojure.set :as s]))", NOTE_UNUSED_REQUIRE, 1,
                34);
    expect_note("(require '[clojure.set :refer [union join]])\n(union)",
                NOTE_UNUSED_REQUIRE, 1, 38);
    expect_none("(require '[clojure.set :as s])\n(s/union)");
    expect_none("(require '[clojure.set :as s])\n::s/name");
    expect_none("(require '[clojure.set :as s])\n(def a `s/union)");
    expect_none("(require 'clojure.set)");
    expect_none("(ns t (:require [clojure.set :rename {union u} :refer "
                "[union]]))\n(u)");
}
