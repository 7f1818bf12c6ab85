/* SPDX-License-Identifier: MIT */
#include "exec/graph/graph.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- Small graphs from words --------------------------------------------- */

static struct str_id
str(struct graph *g, const char *text)
{
    return graph_intern(g, text, strlen(text));
}

static struct node
file(struct graph *g, const char *path)
{
    return (struct node){NODE_FILE, graph_add_file(g, path, strlen(path)).n};
}

/* Adds an action at the given line with one output and inputs that follow
 * until NULL. */
static struct node
add(struct graph *g, unsigned line, const char *output,
    const char *const *inputs)
{
    struct action *action;
    struct action_id id = graph_begin_action(g, &action);

    action->key = str(g, output);
    action->place = (struct place){str(g, "build.magma"), line, 1};
    for (; *inputs != NULL; inputs++) {
        graph_add_input(g, file(g, *inputs), EDGE_IFWRITTEN, true);
    }
    graph_add_output(g, (struct file_id){file(g, output).n});
    graph_end_action(g);
    return (struct node){NODE_ACTION, id.n};
}

static void
add_group(struct graph *g, unsigned line, const char *name,
          const struct node *members, uint32_t count)
{
    struct place place = {str(g, "build.magma"), line, 1};

    graph_begin_group(g, str(g, name), place);
    for (uint32_t i = 0; i < count; i++) {
        graph_add_member(g, members[i]);
    }
    graph_end_group(g);
}

static const char *const none[] = {NULL};

static void
check_seals(struct graph *g)
{
    struct error err = {0};

    CHECK(graph_seal(g, &err));
    CHECK_EQ_STR(err.what, NULL);
    error_finish(&err);
}

static void
check_error(struct graph *g, const char *what, const char *where)
{
    struct error err = {0};

    CHECK(!graph_seal(g, &err));
    CHECK_EQ_INT(err.class, ERROR_CLASS_GRAPH);
    CHECK_EQ_STR(err.what, what);
    CHECK_EQ_STR(err.where, where);
    CHECK(err.help != NULL);
    error_finish(&err);
    graph_destroy(g);
}

/* --- Filling and reading -------------------------------------------------- */

TEST(texts_and_files_are_made_once)
{
    struct graph *g = graph_create();

    CHECK_EQ_INT(str(g, "").n, 0);
    struct str_id a = str(g, "a");
    CHECK_EQ_INT(str(g, "a").n, a.n);
    CHECK(str(g, "b").n != a.n);
    CHECK_EQ_STR(graph_cstr(g, a), "a");
    CHECK_EQ_INT(graph_str(g, a).len, 1);
    CHECK_EQ_INT(file(g, "x/y").n, file(g, "x/y").n);
    CHECK_EQ_INT(graph_file_count(g), 1);
    CHECK_EQ_INT(graph_find_file(g, "x/y", 3).n, 0);
    CHECK_EQ_INT(graph_find_file(g, "a", 1).n, ID_NONE);
    CHECK_EQ_INT(graph_find_file(g, "new", 3).n, ID_NONE);
    // A part of a text of the pool itself, while the pool grows.
    for (int i = 0; i < 1000; i++) {
        const char *path = graph_path(g, (struct file_id){0});
        char number[16];
        graph_intern(g, path, (size_t)i % 4);
        graph_intern(g, number,
                     (size_t)snprintf(number, sizeof(number), "n%d", i));
    }
    CHECK_EQ_STR(graph_cstr(g, str(g, "x/")), "x/");
    graph_destroy(g);
    graph_destroy(NULL);
}

TEST(texts_that_are_made_together)
{
    enum { COUNT = 40 };
    struct graph *g = graph_create();
    struct slice texts[COUNT];
    struct str_id ids[COUNT];
    char bytes[COUNT][16];
    struct str_id known = str(g, "t3");

    for (uint32_t i = 0; i < COUNT; i++) { // Every text is there twice.
        snprintf(bytes[i], sizeof(bytes[i]), "t%u", i / 2);
        texts[i] = slice_of(bytes[i]);
    }
    texts[COUNT - 1] = slice_of("");
    graph_intern_all(g, texts, COUNT, ids);
    for (uint32_t i = 0; i < COUNT; i++) {
        CHECK_EQ_STR(graph_cstr(g, ids[i]), texts[i].bytes);
        CHECK_EQ_INT(str(g, texts[i].bytes).n, ids[i].n);
    }
    CHECK_EQ_INT(ids[6].n, known.n);
    CHECK_EQ_INT(ids[COUNT - 1].n, 0);
    graph_intern_all(g, texts, 0, ids);
    graph_destroy(g);
}

TEST(pools)
{
    struct graph *g = graph_create();
    struct pool_id pool;

    CHECK(graph_find_pool(g, str(g, "console"), &pool));
    CHECK_EQ_INT(pool.n, 1);
    CHECK(!graph_find_pool(g, str(g, "link"), &pool));
    CHECK(graph_add_pool(g, str(g, "link"), 4, &pool));
    CHECK_EQ_INT(pool.n, 2);
    CHECK(graph_add_pool(g, str(g, "link"), 4, &pool));
    CHECK(!graph_add_pool(g, str(g, "link"), 5, &pool));
    CHECK(!graph_add_pool(g, str(g, "console"), 2, &pool));
    CHECK_EQ_INT(graph_pool(g, (struct pool_id){2})->depth, 4);
    CHECK_EQ_INT(graph_pool_count(g), 3);
    graph_destroy(g);
}

/* Parts of different kinds are mixed, as the runtime meets them. */
static void
add_mixed_action(struct graph *g)
{
    struct action *action;

    graph_begin_action(g, &action);
    action->name = str(g, "all-of-it");
    struct step *step = graph_add_step(g, STEP_COMMAND);
    step->dir = str(g, "sub");
    graph_add_arg(g, str(g, "cc"));
    graph_add_input(g, file(g, "in1"), EDGE_IFCHANGED, true);
    graph_add_step_env(g, str(g, "A"), str(g, "1"));
    graph_add_env(g, str(g, "CC"));
    graph_add_arg(g, str(g, "-c"));
    graph_add_output(g, (struct file_id){file(g, "out1").n});
    graph_add_watch(g, (struct watch){{file(g, "dir").n}, {7, {1, 2}}});
    step = graph_add_step(g, STEP_WRITE);
    step->file = (struct file_id){file(g, "out2").n};
    step->text = str(g, "content");
    graph_add_input(g, file(g, "in2"), EDGE_IFCREATED | EDGE_IFDELETED, false);
    graph_add_step(g, STEP_COMMAND);
    graph_add_arg(g, str(g, "true"));
    graph_add_output(g, (struct file_id){file(g, "out2").n});
    graph_add_env(g, str(g, "CFLAGS"));
    graph_end_action(g);
}

TEST(parts_of_an_action_come_in_any_order)
{
    struct graph *g = graph_create();

    add_mixed_action(g);
    check_seals(g);
    struct action_id id = graph_find_action_name(g, "all-of-it", 9);
    REQUIRE(id.n == 0);
    const struct action *a = graph_action(g, id);
    REQUIRE(a->inputs.count == 2 && a->outputs.count == 2);
    CHECK_EQ_STR(graph_path(g, (struct file_id){graph_input(g, a, 1)->to.n}),
                 "in2");
    CHECK_EQ_INT(graph_input(g, a, 1)->explicit_, false);
    CHECK_EQ_INT(graph_input(g, a, 1)->kinds, EDGE_IFCREATED | EDGE_IFDELETED);
    CHECK_EQ_STR(graph_path(g, graph_output(g, a, 1)), "out2");
    CHECK_EQ_STR(graph_cstr(g, graph_env_name(g, a, 1)), "CFLAGS");
    CHECK_EQ_INT(graph_watch(g, a, 0)->predicate.number, 7);
    REQUIRE(a->steps.count == 3);
    const struct step *step = graph_step(g, a, 0);
    CHECK_EQ_STR(graph_cstr(g, step->dir), "sub");
    REQUIRE(step->argv.count == 2 && step->env.count == 2);
    CHECK_EQ_STR(graph_cstr(g, graph_arg(g, step, 1)), "-c");
    CHECK_EQ_STR(graph_cstr(g, graph_step_env(g, step, 1)), "1");
    CHECK_EQ_INT(graph_step(g, a, 1)->argv.count, 0);
    CHECK_EQ_STR(graph_cstr(g, graph_step(g, a, 1)->text), "content");
    CHECK_EQ_STR(graph_cstr(g, graph_arg(g, graph_step(g, a, 2), 0)), "true");
    CHECK_EQ_INT(a->depfile.n, ID_NONE);
    CHECK_EQ_INT(a->depfile_kinds, EDGE_IFWRITTEN);
    graph_destroy(g);
}

TEST(users_and_producers)
{
    struct graph *g = graph_create();
    const char *const first[] = {"a.c", "a.h", NULL};
    const char *const second[] = {"b.c", "a.h", NULL};
    const char *const link[] = {"a.o", "b.o", NULL};

    add(g, 1, "a.o", first);
    add(g, 2, "b.o", second);
    struct node app = add(g, 3, "app", link);
    add_group(g, 4, "default", (struct node[]){app, file(g, "a.h")}, 2);
    add_group(g, 5, "all", (struct node[]){{NODE_GROUP, 0}, app}, 2);
    check_seals(g);
    struct node header = {NODE_FILE, graph_find_file(g, "a.h", 3).n};
    CHECK_EQ_INT(graph_user_count(g, header), 2);
    CHECK_EQ_INT(graph_user(g, header, 0)->user, 0);
    CHECK_EQ_INT(graph_user(g, header, 1)->user, 1);
    CHECK_EQ_INT(graph_producer(g, (struct file_id){header.n}).n, ID_NONE);
    CHECK_EQ_INT(graph_producer(g, graph_find_file(g, "app", 3)).n, app.n);
    CHECK_EQ_INT(graph_user_count(g, app), 0);
    CHECK_EQ_INT(graph_holder_count(g, app), 2);
    CHECK_EQ_INT(graph_holder(g, app, 0).n, 0);
    CHECK_EQ_INT(graph_holder(g, app, 1).n, 1);
    CHECK_EQ_INT(graph_holder_count(g, (struct node){NODE_GROUP, 0}), 1);
    CHECK_EQ_INT(graph_find_group(g, "all", 3).n, 1);
    CHECK_EQ_INT(graph_find_group(g, "app", 3).n, ID_NONE);
    CHECK_EQ_INT(graph_find_key(g, "b.o", 3).n, 1);
    CHECK_EQ_INT(graph_find_key(g, "a.c", 3).n, ID_NONE);
    graph_destroy(g);
}

TEST(rewinding_drops_all_that_was_added)
{
    struct graph *g = graph_create();
    const char *const inputs[] = {"a.c", NULL};
    struct pool_id pool;

    add(g, 1, "a.o", inputs);
    struct graph_mark mark = graph_mark(g);
    add_mixed_action(g);
    add(g, 1, "a.o", inputs);
    add_group(g, 1, "g", NULL, 0);
    CHECK(graph_add_pool(g, str(g, "link"), 4, &pool));
    graph_rewind(g, mark);
    CHECK_EQ_INT(graph_action_count(g), 1);
    CHECK_EQ_INT(graph_group_count(g), 0);
    CHECK(!graph_find_pool(g, str(g, "link"), &pool));
    CHECK(graph_add_pool(g, str(g, "link"), 5, &pool));
    // Also in the middle of an action.
    struct action *action;
    graph_begin_action(g, &action);
    graph_add_output(g, (struct file_id){0});
    graph_rewind(g, mark);
    add(g, 2, "b.o", inputs);
    check_seals(g);
    CHECK_EQ_INT(graph_find_key(g, "b.o", 3).n, 1);
    CHECK_EQ_INT(graph_find_action_name(g, "all-of-it", 9).n, ID_NONE);
    graph_destroy(g);
}

/* --- Commands that begin alike ------------------------------------------------ */

enum { WORDS = 6, LONGEST = 12, COMMANDS = 300 };

/* What was put into the graph, as it should come out. */
struct told {
    uint32_t counts[COMMANDS];
    uint32_t words[COMMANDS][LONGEST];
    uint32_t count;
};

static uint32_t
next_random(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 16;
}

/* One of few words, so that many begin alike; some are like the one before. */
static void
tell_command(struct told *told, uint32_t *random)
{
    uint32_t at = told->count++;
    bool alike = at > 0 && next_random(random) % 3 != 0;
    uint32_t same =
        alike ? next_random(random) % (told->counts[at - 1] + 1) : 0;

    told->counts[at] = same + next_random(random) % (LONGEST - same + 1);
    for (uint32_t i = 0; i < told->counts[at]; i++) {
        told->words[at][i] =
            i < same ? told->words[at - 1][i] : next_random(random) % WORDS;
    }
}

static void
add_told(struct graph *g, const struct told *told, uint32_t at)
{
    graph_add_step(g, STEP_COMMAND);
    for (uint32_t i = 0; i < told->counts[at]; i++) {
        char word[16];
        snprintf(word, sizeof(word), "word%u", told->words[at][i]);
        graph_add_arg(g, str(g, word));
    }
}

static void
check_told(const struct graph *g, const struct told *told)
{
    uint32_t at = 0;
    for (uint32_t n = 0; n < graph_action_count(g); n++) {
        const struct action *a = graph_action(g, (struct action_id){n});
        for (uint32_t i = 0; i < a->steps.count; i++, at++) {
            const struct step *step = graph_step(g, a, i);
            REQUIRE(step->argv.count == told->counts[at]);
            for (uint32_t k = 0; k < step->argv.count; k++) {
                char word[16];
                snprintf(word, sizeof(word), "word%u", told->words[at][k]);
                CHECK_EQ_STR(graph_cstr(g, graph_arg(g, step, k)), word);
            }
        }
    }
    CHECK_EQ_INT(at, told->count);
}

/* Adds actions of one to three commands each, and takes some back. */
static void
fill_told(struct graph *g, struct told *told, uint32_t *random)
{
    while (told->count + 3 <= COMMANDS) {
        struct graph_mark mark = graph_mark(g);
        struct action *action;
        uint32_t before = told->count;
        graph_begin_action(g, &action);
        for (uint32_t steps = next_random(random) % 3 + 1; steps > 0; steps--) {
            tell_command(told, random);
            add_told(g, told, told->count - 1);
        }
        graph_end_action(g);
        if (next_random(random) % 4 == 0) {
            graph_rewind(g, mark);
            told->count = before;
        }
    }
}

TEST(commands_come_back_word_by_word)
{
    for (uint32_t seed = 1; seed <= 50; seed++) {
        struct graph *g = graph_create();
        static struct told told;
        uint32_t random = seed;
        told.count = 0;
        fill_told(g, &told, &random);
        check_told(g, &told);
        check_seals(g);
        struct graph *copy = graph_reopen(g);
        check_told(copy, &told);
        graph_destroy(copy);
        graph_destroy(g);
    }
}

TEST(equal_commands_and_parts_of_commands)
{
    struct graph *g = graph_create();
    static const struct told told = {
        .counts = {4, 4, 2, 0, 4, 5, 1},
        .words = {{1, 2, 3, 4},
                  {1, 2, 3, 4},
                  {1, 2},
                  {0},
                  {1, 2, 3, 5},
                  {1, 2, 3, 4, 5},
                  {1}},
        .count = 7,
    };
    for (uint32_t i = 0; i < told.count; i++) {
        struct action *action;
        graph_begin_action(g, &action);
        add_told(g, &told, i);
        graph_end_action(g);
    }
    check_told(g, &told);
    graph_destroy(g);
}

/* --- Keys ------------------------------------------------------------------------ */

/* An action with a key and outputs that follow until NULL. */
static void
add_keyed(struct graph *g, unsigned line, const char *key,
          const char *const *outputs)
{
    struct action *action;
    graph_begin_action(g, &action);
    action->key = str(g, key);
    action->place = (struct place){str(g, "b.magma"), line, 1};
    for (; *outputs != NULL; outputs++) {
        graph_add_output(g, (struct file_id){file(g, *outputs).n});
    }
    graph_end_action(g);
}

TEST(keys_that_are_paths_and_keys_that_are_not)
{
    struct graph *g = graph_create();
    add_keyed(g, 1, "a", (const char *const[]){"a", "b", NULL});
    add_keyed(g, 2, "d", (const char *const[]){"c", "d", NULL});
    add_keyed(g, 3, "test", none);
    add_keyed(g, 4, "c", none); // another action makes it, under another key
    (void)file(g, "source");
    check_seals(g);
    static const char *const keys[] = {"a", "d", "test", "c"};
    for (uint32_t i = 0; i < 4; i++) {
        CHECK_EQ_INT(graph_find_key(g, keys[i], strlen(keys[i])).n, i);
    }
    CHECK_EQ_INT(graph_find_key(g, "b", 1).n, ID_NONE);
    CHECK_EQ_INT(graph_find_key(g, "source", 6).n, ID_NONE);
    CHECK_EQ_INT(graph_find_key(g, "nowhere", 7).n, ID_NONE);
    CHECK_EQ_INT(graph_find_key(g, "", 0).n, ID_NONE);
    graph_destroy(g);
}

TEST(an_empty_graph_seals)
{
    struct graph *g = graph_create();

    check_seals(g);
    CHECK_EQ_INT(graph_find_key(g, "x", 1).n, ID_NONE);
    CHECK_EQ_INT(graph_find_file(g, "x", 1).n, ID_NONE);
    graph_destroy(g);
}

/* --- Errors ----------------------------------------------------------------- */

TEST(two_makers_of_one_file)
{
    struct graph *g = graph_create();

    add(g, 3, "x", none);
    add(g, 9, "x", none);
    check_error(g,
                "two actions make x: the first (build.magma:3), the second "
                "(build.magma:9)",
                "build.magma:9:1");
}

TEST(an_output_listed_twice_is_fine)
{
    struct graph *g = graph_create();
    struct action *action;

    graph_begin_action(g, &action);
    graph_add_output(g, (struct file_id){file(g, "x").n});
    graph_add_output(g, (struct file_id){file(g, "x").n});
    graph_end_action(g);
    check_seals(g);
    graph_destroy(g);
}

/* Whichever of them comes first, and whether an output gave the key or not. */
TEST(two_actions_of_one_key)
{
    static const char *const makes[] = {"x", NULL};
    for (int way = 0; way < 3; way++) {
        struct graph *g = graph_create();
        add_keyed(g, 1, "x", way == 0 ? makes : none);
        add_keyed(g, 2, "x", way == 1 ? makes : none);
        check_error(g,
                    "two actions have the identity x: the first (b.magma:1), "
                    "the second (b.magma:2)",
                    "b.magma:2:1");
    }
}

TEST(two_actions_of_one_name)
{
    struct graph *g = graph_create();

    for (unsigned line = 1; line <= 2; line++) {
        struct action *action;
        graph_begin_action(g, &action);
        action->name = str(g, "test");
        action->place = (struct place){str(g, "b.magma"), line, 2};
        graph_end_action(g);
    }
    check_error(g,
                "two actions have the name test: the first (b.magma:1), the "
                "second (b.magma:2)",
                "b.magma:2:2");
}

TEST(two_groups_of_one_name)
{
    struct graph *g = graph_create();

    add_group(g, 1, "all", NULL, 0);
    add_group(g, 2, "all", NULL, 0);
    check_error(g,
                "two groups have the name all: the first (build.magma:1), the "
                "second (build.magma:2)",
                "build.magma:2:1");
}

TEST(a_cycle_shows_all_of_it)
{
    struct graph *g = graph_create();
    const char *const a[] = {"src", "b", NULL};
    const char *const b[] = {"c", NULL};
    const char *const c[] = {"a", NULL};

    add(g, 1, "a", a);
    add(g, 2, "b", b);
    add(g, 3, "c", c);
    check_error(g,
                "dependency cycle: a (build.magma:1) -> b (build.magma:2) -> "
                "c (build.magma:3) -> a",
                "build.magma:1:1");
}

TEST(an_action_that_needs_itself)
{
    struct graph *g = graph_create();
    const char *const inputs[] = {"a b", NULL};

    add(g, 7, "a b", inputs);
    check_error(g, "dependency cycle: a b (build.magma:7) -> a b",
                "build.magma:7:1");
}

TEST(a_cycle_of_groups)
{
    struct graph *g = graph_create();

    add_group(g, 1, "x", (struct node[]){{NODE_GROUP, 1}}, 1);
    add_group(g, 2, "y", (struct node[]){{NODE_GROUP, 0}}, 1);
    check_error(g,
                "dependency cycle: :x (build.magma:1) -> :y (build.magma:2) "
                "-> :x",
                "build.magma:1:1");
}

TEST(a_cycle_through_action_and_group)
{
    struct graph *g = graph_create();
    struct action *action;

    struct action_id id = graph_begin_action(g, &action);
    action->name = str(g, "check");
    graph_add_input(g, (struct node){NODE_GROUP, 0}, EDGE_ORDER_ONLY, true);
    graph_end_action(g);
    add_group(g, 4, "all", (struct node[]){{NODE_ACTION, id.n}}, 1);
    check_error(g, "dependency cycle: check -> :all (build.magma:4) -> check",
                NULL);
}

TEST(validations_make_no_cycle)
{
    struct graph *g = graph_create();
    struct action *action;
    const char *const inputs[] = {"a", NULL};

    graph_begin_action(g, &action);
    graph_add_input(g, file(g, "a.checked"), EDGE_VALIDATION, false);
    graph_add_output(g, (struct file_id){file(g, "a").n});
    graph_end_action(g);
    add(g, 2, "a.checked", inputs);
    check_seals(g);
    graph_destroy(g);
}

/* A chain of count actions; the last makes the file that the first needs if
 * `closed`. */
static struct graph *
make_chain(uint32_t count, bool closed)
{
    struct graph *g = graph_create();

    for (uint32_t i = 0; i < count; i++) {
        struct action *action;
        char path[32];
        graph_begin_action(g, &action);
        uint32_t from = i > 0 ? i : closed ? count : 0;
        snprintf(path, sizeof(path), "out/%u", from);
        graph_add_input(g, file(g, path), EDGE_IFWRITTEN, true);
        snprintf(path, sizeof(path), "out/%u", i + 1);
        graph_add_output(g, (struct file_id){file(g, path).n});
        action->key = str(g, path);
        graph_end_action(g);
    }
    return g;
}

TEST(a_long_cycle_is_cut)
{
    check_error(make_chain(100000, true),
                "dependency cycle: out/1 -> out/100000 -> out/99999 -> "
                "out/99998 -> out/99997 -> ... 99990 more -> out/6 -> out/5 "
                "-> out/4 -> out/3 -> out/2 -> out/1",
                NULL);
}

/* --- Size -------------------------------------------------------------------- */

/* What is not linear does not come to its end here: nobody waits so long. */
static void
check_large(struct graph *g)
{
    check_seals(g);
    graph_hash(g);
    graph_destroy(g);
}

TEST(a_chain_of_a_million_seals)
{
    check_large(make_chain(1000000, false));
}

TEST(an_action_with_a_million_inputs_seals)
{
    struct graph *g = graph_create();
    struct action *action;

    graph_begin_action(g, &action);
    for (uint32_t i = 0; i < 1000000; i++) {
        char path[32];
        snprintf(path, sizeof(path), "in/%u", i);
        graph_add_input(g, file(g, path), EDGE_IFWRITTEN, true);
    }
    graph_end_action(g);
    check_large(g);
}

TEST(a_hundred_thousand_actions_seal)
{
    struct graph *g = graph_create();

    for (uint32_t i = 0; i < 100000; i++) {
        struct action *action;
        char path[32];
        graph_begin_action(g, &action);
        for (uint32_t k = 0; k < 5; k++) {
            snprintf(path, sizeof(path), "in/%u", i * 7 % 90000 + k);
            graph_add_input(g, file(g, path), EDGE_IFWRITTEN, true);
        }
        snprintf(path, sizeof(path), "out/%u", i);
        graph_add_output(g, (struct file_id){file(g, path).n});
        action->key = str(g, path);
        graph_end_action(g);
    }
    check_large(g);
}

/* --- Hash ---------------------------------------------------------------------- */

/* A graph whose texts were made in an order of their own. */
static struct hash128
hash_of_small(const char *const *texts_first, const char *input, unsigned line)
{
    struct graph *g = graph_create();
    const char *const inputs[] = {input, NULL};

    for (; *texts_first != NULL; texts_first++) {
        file(g, *texts_first);
    }
    add(g, line, "x", inputs);
    add_mixed_action(g);
    add_group(g, 4, "all", (struct node[]){file(g, "x")}, 1);
    check_seals(g);
    struct hash128 hash = graph_hash(g);
    graph_destroy(g);
    return hash;
}

TEST(hash_is_of_the_meaning)
{
    const char *const order[] = {"out2", "x", "unused", NULL};
    struct hash128 hash = hash_of_small(none, "a", 1);

    CHECK(hash_equal(hash, hash_of_small(none, "a", 1)));
    CHECK(hash_equal(hash, hash_of_small(order, "a", 1)));
    CHECK(hash_equal(hash, hash_of_small(order, "a", 99)));
    CHECK(!hash_equal(hash, hash_of_small(none, "b", 1)));
}

/* --- Details ------------------------------------------------------------------- */

/* An action with a detail of that cost, between two without. */
static struct hash128
hash_with_cost(uint32_t cost, uint32_t *read)
{
    struct graph *g = graph_create();
    struct action *action;

    add(g, 1, "a", none);
    struct action_id id = graph_begin_action(g, &action);
    action->key = str(g, "b");
    graph_add_output(g, (struct file_id){file(g, "b").n});
    graph_add_detail(g)->cost = cost;
    graph_end_action(g);
    add(g, 3, "c", none);
    check_seals(g);
    *read = graph_detail(g, graph_action(g, id))->cost;
    const struct detail *other =
        graph_detail(g, graph_action(g, (struct action_id){2}));
    CHECK(other->cost == 0 && other->dyndep.n == ID_NONE &&
          other->rspfile.n == ID_NONE);
    struct hash128 hash = graph_hash(g);
    graph_destroy(g);
    return hash;
}

TEST(details_are_of_one_action_and_count)
{
    uint32_t one;
    uint32_t two;
    struct hash128 first = hash_with_cost(7, &one);
    struct hash128 second = hash_with_cost(8, &two);

    CHECK_EQ_INT(one, 7);
    CHECK_EQ_INT(two, 8);
    CHECK(!hash_equal(first, second));
}

/* Also where one gets the place in memory of another that is gone. */
TEST(no_two_graphs_have_one_serial_number)
{
    uint64_t last = 0;
    for (int i = 0; i < 10; i++) {
        struct graph *g = graph_create();
        check_seals(g);
        struct graph *again = graph_reopen(g);
        CHECK(graph_serial(g) > last);
        CHECK(graph_serial(again) > graph_serial(g));
        last = graph_serial(again);
        graph_destroy(again);
        graph_destroy(g);
    }
}
