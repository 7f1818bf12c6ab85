/* SPDX-License-Identifier: MIT */
#include "interp/magma.h"
#include "tests/lib/magma_host.h"
#include "tests/lib/test.h"

/* The completions of a prefix after a program, as pr-str shows them. */
static const char *
after(const char *text, const char *prefix)
{
    host_start();
    Value result;
    CHECK(host_try(text, &result));
    return magma_text_of(magma_print(magma_completions(prefix))).bytes;
}

TEST(completes_names_of_the_core_and_special_forms)
{
    CHECK_EQ_STR(after("nil", "zipm"), "[\"zipmap\"]");
    CHECK_EQ_STR(after("nil", "letf"), "[\"letfn\"]");
    CHECK_EQ_STR(after("nil", "map-"), "[\"map-entry?\" \"map-indexed\"]");
    CHECK_EQ_STR(after("nil", "no-such-name"), "[]");
}

TEST(completes_own_private_and_referred_names)
{
    CHECK_EQ_STR(after("(defn zzz-own [] 1) (defn- zzz-private [] 2)", "zzz"),
                 "[\"zzz-own\" \"zzz-private\"]");
    CHECK_EQ_STR(after("(require '[clojure.set :refer [superset?]])", "supers"),
                 "[\"supers\" \"superset?\"]");
    CHECK_EQ_STR(after("nil", "zzz"), "[]");
}

TEST(completes_behind_an_alias)
{
    CHECK_EQ_STR(after("(require '[clojure.set :as sets])", "sets/su"),
                 "[\"sets/subset?\" \"sets/superset?\"]");
    CHECK_EQ_STR(after("(require '[clojure.set :as sets])", "set"),
                 "[\"set\" \"set?\" \"sets\"]");
    CHECK_EQ_STR(after("nil", "clojure.core/zipm"),
                 "[\"clojure.core/zipmap\"]");
    // What is private there is none of ours.
    CHECK_EQ_STR(after("(ns a.b) (defn- hidden [] 1) (ns user)", "a.b/h"),
                 "[]");
    CHECK_EQ_STR(after("nil", "nowhere/x"), "[]");
}
