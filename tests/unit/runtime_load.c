/* SPDX-License-Identifier: MIT */
/* Build files become graphs: what is registered, and what is refused. */
#include "exec/exec.h"
#include "interp/magma.h"
#include "runtime/functions.h"
#include "runtime/load.h"
#include "tests/lib/test.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct loaded {
    struct graph *graph;
    struct functions *functions;
    struct error err;
    char *sources;
};

/* Loads a text as build.magma of a fresh folder, which becomes the current
 * one. */
static struct loaded
load_text(const char *text)
{
    struct loaded l = {0};
    char *home = getcwd(NULL, 0);
    assert(home != NULL && chdir(test_dir()) == 0);
    FILE *file = fopen("build.magma", "w");
    assert(file != NULL);
    fputs(text, file);
    fclose(file);
    l.functions = functions_create();
    struct load_options options = {.build_file = "build.magma"};
    struct load_result result = {0};
    if (load_build_file(&options, l.functions, &result, &l.err)) {
        l.graph = result.graph;
    }
    l.sources = result.sources.bytes;
    assert(chdir(home) == 0);
    free(home);
    return l;
}

static void
unload(struct loaded *l)
{
    graph_destroy(l->graph);
    functions_destroy(l->functions);
    error_finish(&l->err);
    free(l->sources);
}

/* Loads a text that must be refused with all of the given parts in the
 * message. */
static void
refuse(const char *text, const char *part, const char *other)
{
    struct loaded l = load_text(text);
    CHECK(l.graph == NULL);
    const char *what = l.err.what == NULL ? "(no error)" : l.err.what;
    char all[4096];
    snprintf(all, sizeof(all), "%s %s %s", what,
             l.err.where == NULL ? "" : l.err.where,
             l.err.help == NULL ? "" : l.err.help);
    if (strstr(all, part) == NULL || strstr(all, other) == NULL) {
        CHECK_EQ_STR(all, part);
    }
    CHECK_EQ_INT(l.err.class, ERROR_CLASS_GRAPH);
    unload(&l);
}

static const struct action *
find(const struct loaded *l, const char *key, struct action_id *id)
{
    assert(l->graph != NULL);
    *id = graph_find_key(l->graph, key, strlen(key));
    assert(id->n != ID_NONE);
    return graph_action(l->graph, *id);
}

static const char *
arg(const struct loaded *l, const struct action *a, uint32_t index)
{
    const struct step *step = graph_step(l->graph, a, 0);
    assert(index < step->argv.count);
    return graph_cstr(l->graph, graph_arg(l->graph, step, index));
}

TEST(rule_sees_what_the_action_declares)
{
    struct loaded l = load_text(
        "(defn cc [vars]\n"
        "  {:command [\"cc\" (:in vars) (:flags vars) [[\"-o\"] (:out vars)]\n"
        "             \"-MF\" (:depfile vars) 7 nil (:implicit vars)]})\n"
        "(action :outputs [\"./main\"] :rule cc :depfile \"main.d\"\n"
        "  :inputs {:ifwritten [\"a.c\" [\"b.c\"]] :ifchanged \"c.c\"}\n"
        "  :implicit {:ifwritten \"x.h\"} :vars {:flags [\"-g\"]})\n");
    struct action_id id;
    const struct action *a = find(&l, "main", &id);
    static const char *const argv[] = {"cc",     "a.c", "b.c",  "c.c",
                                       "-g",     "-o",  "main", "-MF",
                                       "main.d", "7",   "x.h"};
    CHECK_EQ_INT(graph_step(l.graph, a, 0)->argv.count, 11);
    for (uint32_t i = 0; i < 11; i++) {
        CHECK_EQ_STR(arg(&l, a, i), argv[i]);
    }
    CHECK_EQ_INT(a->inputs.count, 4);
    CHECK_EQ_INT(graph_input(l.graph, a, 2)->kinds, EDGE_IFCHANGED);
    CHECK(graph_input(l.graph, a, 0)->explicit_);
    CHECK(!graph_input(l.graph, a, 3)->explicit_);
    CHECK_EQ_INT(a->place.line, 4);
    unload(&l);
}

TEST(name_binds_a_symbol_weakly)
{
    struct loaded l = load_text(
        "(action :name \"image\" :outputs []\n"
        "  :rule {:command [\"docker\"]} :implicit :always)\n"
        "(group \"all\" [\"x\" image])\n"
        "(action :name \"inc\" :outputs [] :rule {:command [\"y\"]})\n"
        "(action :name \"z\" :outputs [] :rule {:command [(str (inc 1))]})\n");
    struct action_id id;
    const struct action *a = find(&l, "name:image", &id);
    CHECK((a->flags & ACTION_ALWAYS) != 0);
    struct group_id group = graph_find_group(l.graph, "all", 3);
    REQUIRE(group.n != ID_NONE);
    const struct group *g = graph_group(l.graph, group);
    REQUIRE(g->members.count == 2);
    CHECK_EQ_INT(graph_member(l.graph, g, 0).type, NODE_FILE);
    CHECK_EQ_INT(graph_member(l.graph, g, 1).type, NODE_ACTION);
    CHECK_EQ_INT(graph_member(l.graph, g, 1).n, id.n);
    struct action_id z;
    CHECK_EQ_STR(arg(&l, find(&l, "name:z", &z), 0), "2");
    unload(&l);
}

TEST(handle_stands_for_its_outputs)
{
    struct loaded l =
        load_text("(def gen (action :outputs [\"g.h\" \"g.c\"]\n"
                  "  :rule {:command [\"gen\"]}))\n"
                  "(def check (action :name \"check\" :outputs []\n"
                  "  :rule {:command [\"check\"]}))\n"
                  "(action :outputs [\"o\"] :inputs {:ifchanged gen}\n"
                  "  :implicit {:ifwritten check}\n"
                  "  :rule (fn [v] {:command [\"cc\" (:in v)]}))\n");
    struct action_id id;
    const struct action *a = find(&l, "o", &id);
    REQUIRE(a->inputs.count == 3);
    CHECK_EQ_STR(graph_path(l.graph,
                            (struct file_id){graph_input(l.graph, a, 1)->to.n}),
                 "g.c");
    CHECK_EQ_INT(graph_input(l.graph, a, 2)->to.type, NODE_ACTION);
    CHECK_EQ_STR(arg(&l, a, 2), "g.c");
    unload(&l);
}

TEST(lists_that_wait_for_a_dynout_are_pending)
{
    struct loaded l = load_text(
        "(def parts (dynout :inputs {:ifchanged [\"list\"]}\n"
        "  :rule (fn [v] [{:read (:inputs v)}\n"
        "                 {:transformer #(str/split % #\"\\n\")}])))\n"
        "(action :outputs parts :inputs {:ifwritten \"tar\"}\n"
        "  :rule (fn [v] {:command [\"tar\" (:in v)]}))\n"
        "(def n (count parts))\n"
        "(action :outputs [\"n\"] :rule {:command [\"echo\" (str n)]})\n"
        "(group \"all\" (concat [\"x\"] (map #(str \"d/\" %) parts)))\n"
        "(action :outputs [\"x\"] :rule {:command [\"touch\" \"x\"]})\n");
    REQUIRE(l.graph != NULL);
    uint32_t pending = 0;
    uint32_t dynouts = 0;
    for (uint32_t i = 0; i < graph_action_count(l.graph); i++) {
        const struct action *a = graph_action(l.graph, (struct action_id){i});
        if ((a->flags & ACTION_DYNOUT) != 0) {
            dynouts++;
            CHECK((a->flags & ACTION_NEEDED) != 0);
            CHECK_EQ_INT(a->steps.count, 2);
        }
        if ((a->flags & ACTION_PENDING) != 0) {
            pending++;
            CHECK_EQ_INT(graph_input(l.graph, a, a->inputs.count - 1)->kinds,
                         EDGE_DYNOUT);
        }
    }
    CHECK_EQ_INT(dynouts, 1);
    CHECK_EQ_INT(pending, 1);
    CHECK_EQ_INT(graph_action_count(l.graph), 3);
    struct group_id group = graph_find_group(l.graph, "all", 3);
    CHECK_EQ_INT(graph_group(l.graph, group)->members.count, 2);
    unload(&l);
}

TEST(functions_have_fingerprints)
{
    static const char *const texts[] = {
        "(defn f [x] (str x \"!\"))\n(action :outputs [\"o\"] :rule "
        "[{:transformer (fn [s] (f s))} {:write \"o\"}])",
        "; a comment\n(defn f\n  [text] (str text \"!\"))\n\n(action :outputs "
        "[\"o\"] :rule [{:transformer (fn [s] (f s))} {:write \"o\"}])",
        "(defn f [x] (str x \"?\"))\n(action :outputs [\"o\"] :rule "
        "[{:transformer (fn [s] (f s))} {:write \"o\"}])",
    };
    struct hash128 hashes[3];
    for (int i = 0; i < 3; i++) {
        struct loaded l = load_text(texts[i]);
        struct action_id id;
        const struct action *a = find(&l, "o", &id);
        hashes[i] = graph_step(l.graph, a, 0)->function.fingerprint;
        unload(&l);
    }
    CHECK(hashes[0].low != 0);
    CHECK(memcmp(&hashes[0], &hashes[1], sizeof(hashes[0])) == 0);
    CHECK(memcmp(&hashes[0], &hashes[2], sizeof(hashes[0])) != 0);
}

TEST(same_text_gives_the_same_graph)
{
    const char *text =
        "(doseq [i (range 100)]\n"
        "  (action :outputs [(str \"o\" i)] :inputs {:ifwritten [(str i)]}\n"
        "    :rule (fn [v] {:command [\"cc\" (:in v) (keys {:a 1 :b 2})]})))";
    refuse(text, "words are strings", ":command cannot take :a");
    text = "(doseq [i (range 100)]\n"
           "  (action :outputs [(str \"o\" i)]\n"
           "    :rule {:command (into [\"x\"] (map str #{i :a \"b\" nil}))}))";
    struct loaded one = load_text(text);
    struct loaded two = load_text(text);
    REQUIRE(one.graph != NULL && two.graph != NULL);
    CHECK_EQ_INT(graph_action_count(one.graph), 100);
    struct hash128 a = graph_hash(one.graph);
    struct hash128 b = graph_hash(two.graph);
    CHECK(a.low == b.low && a.high == b.high);
    unload(&one);
    unload(&two);
}

TEST(unknown_keys_name_the_nearest)
{
    refuse("(action :output [\"x\"] :rule {:command [\"x\"]})",
           "action has no key :output", "did you mean :outputs?");
    refuse("(action :outputs [\"x\"] :rule {:comand [\"x\"]})",
           "a step has no key :comand", "did you mean :command?");
    refuse("(action :outputs [\"x\"] :inputs {:ifchange \"y\"} :rule {})",
           "no edge kind :ifchange", "build.magma:1:1");
    refuse("(dynout :rule {:read \"x\"} :outputs [])",
           "dynout has no key :outputs", "build.magma:1:1");
}

TEST(ill_typed_attributes_are_refused)
{
    refuse("(action :outputs [\"x\"] :inputs [\"y\"] :rule {:command [\"x\"]})",
           ":inputs is a map of edge kinds", ":ifwritten");
    refuse("(action :outputs [\"x\"] :rule {:command \"cc x\"})",
           "not a string", "there is no shell");
    refuse("(action :outputs [\"x\"])", "without a :rule", ":phony");
    refuse("(action :outputs [] :rule {:command [\"x\"]})",
           "neither :outputs nor :name", ":name");
    refuse("(action :outputs [\"../x\"] :rule {:command [\"x\"]})",
           "outside the build root", "--allow-outside");
    refuse("(action :outputs [\"\"] :rule {:command [\"x\"]})", "empty path",
           ":outputs");
    refuse("(action :outputs [\"x\"] :rule {:command []})", "empty :command",
           "program");
    refuse("(action :outputs [\"x\"] :rule [{:read \"y\"} {:write \"x\"}])",
           "a step reads y", "declare it");
    refuse("(action :outputs [\"x\"] :rule {:write \"y\" :value \"\"})",
           "a step writes y", "declare it");
    refuse("(action :outputs [\"x\"] :pool \"p\" :rule {:command [\"x\"]})",
           "no pool is named \"p\"", "(pool \"name\" 4)");
    refuse("(def g (group \"g\" \"a\"))\n"
           "(action :outputs [\"x\"] :inputs {:ifwritten g} :rule {})",
           "a group cannot stand under :ifwritten", "(def parts [...])");
}

TEST(a_bad_graph_shows_both_places)
{
    refuse("(action :outputs [\"x\"] :rule {:command [\"a\"]})\n"
           "(action :outputs [\"x\"] :rule {:command [\"b\"]})",
           "build.magma:1", "build.magma:2");
    refuse("(action :outputs [\"x\"] :inputs {:ifwritten \"y\"}\n"
           "  :rule {:command [\"a\"]})\n"
           "(action :outputs [\"y\"] :inputs {:ifwritten \"x\"}\n"
           "  :rule {:command [\"b\"]})",
           "cycle", "y");
}

TEST(errors_of_the_program_have_line_and_caret)
{
    refuse("(defn rule [v]\n  (+ 1 (:missing v)))\n"
           "(action :outputs [\"x\"] :rule rule)",
           "build.magma:2:3", "^");
    refuse("(action :outputs [\"x\"] :rule undefined-rul)", "undefined-rul",
           "1 |");
    refuse("(def a [1 2", "build.magma", "never closed");
    refuse("(loop [] (recur))", "R0110", "step");
}
