/* SPDX-License-Identifier: MIT */
/* Builds whose graph is made anew in the middle: dynouts and generators. */
#include "tests/lib/builds.h"

/* --- Dynouts and reloads -------------------------------------------------------------------------- */

/* The files named in "list", each made by an action. */
static void
with_dynout(void)
{
    struct action *action = begin("dynout:list#0");
    action->flags = ACTION_DYNOUT;
    input("list", EDGE_IFCHANGED);
    graph_add_step(g, STEP_COMMAND)->out.kind = STREAM_VALUE;
    graph_add_arg(g, str("cat"));
    graph_add_arg(g, str("list"));
    graph_add_step(g, STEP_TRANSFORM);
    graph_end_action(g);
    struct node dynout = {NODE_ACTION, 0};
    struct slice paths;
    enum exec_dynout_state state =
        exec_dynout_value(exec, "dynout:list#0", &paths);
    action = begin("all");
    graph_add_input(g, dynout, EDGE_DYNOUT, true);
    if (state == DYNOUT_UNKNOWN) {
        action->flags = ACTION_PENDING;
    }
    graph_add_output(g, file("all"));
    struct buffer script = {0};
    buffer_add_str(&script, ":");
    struct slice row = paths;
    struct slice path;
    while (slice_next_text(&row, &path)) {
        input(path.bytes, EDGE_IFCHANGED);
        buffer_add_format(&script, "; cat %s", path.bytes);
    }
    buffer_add_str(&script, " > all");
    char *wrapped =
        mem_format("{ %.*s; } > all", (int)script.len - 6, buffer_str(&script));
    shell(wrapped);
    free(wrapped);
    buffer_finish(&script);
    graph_end_action(g);
    row = paths;
    while (slice_next_text(&row, &path)) {
        char *command = mem_format("echo %s > %s", path.bytes, path.bytes);
        begin(path.bytes);
        graph_add_input(g, dynout, EDGE_DYNOUT, true);
        graph_add_output(g, file(path.bytes));
        shell(command);
        graph_end_action(g);
        free(command);
    }
}

TEST(build_dynout_resolves)
{
    REQUIRE(set_up("dynout", with_dynout));
    put("list", "one\ntwo\n");
    CHECK(build("all"));
    CHECK_EQ_STR(events, "ok dynout:list#0; ok one; ok two; ok all");
    CHECK_EQ_STR(content("all"), "one\ntwo\n");
    CHECK_EQ_INT(reloads, 1);
    CHECK(build("all"));
    CHECK_EQ_STR(events, "");
    CHECK_EQ_INT(reloads, 1);
}

TEST(build_dynout_changes)
{
    REQUIRE(set_up("dynout_changes", with_dynout));
    put("list", "one\ntwo\n");
    CHECK(build("all"));
    put("list", "two\nthree\n");
    CHECK(build("all"));
    CHECK_EQ_INT(reloads, 2);
    CHECK_EQ_STR(content("all"), "two\nthree\n");
    CHECK(content("one") == NULL);
    CHECK(strstr(events, "removed one") != NULL);
    CHECK(build("all"));
    CHECK_EQ_STR(events, "");
}

TEST(build_dynout_runs_again_to_the_same)
{
    REQUIRE(set_up("dynout_same", with_dynout));
    put("list", "one\n");
    CHECK(build("all"));
    reloads = 0;
    CHECK(unlink(path_of("list")) == 0);
    put("list", "one\n");
    CHECK(build("all"));
    CHECK_EQ_INT(reloads, 0);
}

/* Beside the dynout an action whose command, in the graph, tells its value. */
static void
with_teller(void)
{
    with_dynout();
    struct slice paths;
    (void)exec_dynout_value(exec, "dynout:list#0", &paths);
    struct slice path = {"none", 4};
    (void)slice_next_text(&paths, &path);
    char *command = mem_format("echo %s > teller", path.bytes);
    rule("teller", "in", EDGE_IFWRITTEN, command);
    free(command);
}

/* It is found clean while the dynout runs, and runs when the new graph has
 * another command for it: it counts once, as what it is in the end. */
TEST(reload_takes_back_what_was_told)
{
    REQUIRE(set_up("teller", with_teller));
    put("in", "text");
    put("list", "one\n");
    CHECK(build(NULL));
    CHECK(build(NULL));
    CHECK_EQ_INT(result.up_to_date, 4);
    put("list", "two\n");
    CHECK(build(NULL));
    CHECK_EQ_STR(content("teller"), "two\n");
    CHECK_EQ_INT(result.ran, 4);
    CHECK_EQ_INT(result.up_to_date + result.cut_off, 0);
    CHECK_EQ_INT(result.wanted, 4);
}

TEST(build_target_behind_a_dynout)
{
    REQUIRE(set_up("dynout_target", with_dynout));
    put("list", "one\ntwo\n");
    CHECK(build("two"));
    CHECK_EQ_STR(events, "ok dynout:list#0; ok two");
    CHECK(!build("three"));
    CHECK_EQ_STR(error.what, "unknown target three");
}

TEST(build_failing_dynout)
{
    REQUIRE(set_up("dynout_fails", with_dynout));
    CHECK(mkdir(path_of("list"), 0777) == 0);
    CHECK(!build("all"));
    CHECK(strstr(events, "failed dynout:list#0; not run all") != NULL);
    CHECK_EQ_INT(error.class, ERROR_CLASS_BUILD);
}

/* --- Generators ------------------------------------------------------------------------------------- */

static void
generated(void)
{
    rule("build.magma", "build.in", EDGE_IFCHANGED, "cp build.in build.magma");
    const char *text = content("build.magma");
    char *out = mem_copy_str(text != NULL ? text : "none");
    char *script = mem_format("echo > %s", out);
    rule(out, NULL, 0, script);
    free(script);
    free(out);
}

TEST(build_generator_first)
{
    REQUIRE(set_up("generator", generated));
    put("build.in", "first");
    put("build.magma", "none");
    static const char *const sources[] = {"build.magma"};
    struct exec_build options = options_for(NULL);
    options.sources = sources;
    options.source_count = 1;
    CHECK(build_with(&options));
    CHECK_EQ_STR(events, "ok build.magma; ok first");
    CHECK_EQ_INT(reloads, 1);
    CHECK(build_with(&options));
    CHECK_EQ_STR(events, "");
    CHECK_EQ_INT(reloads, 1);
    put("build.in", "second");
    CHECK(build_with(&options));
    CHECK_EQ_STR(events, "ok build.magma; removed first; ok second");
}

static void
never_settled(void)
{
    struct action *action = begin("build.magma");
    action->flags = ACTION_GENERATOR;
    graph_add_output(g, file("build.magma"));
    char *script = mem_format("echo %u > build.magma", reloads);
    shell(script);
    free(script);
    graph_end_action(g);
    rule(reloads % 2 == 0 ? "even" : "odd", NULL, 0, "true");
}

TEST(build_generator_without_end)
{
    REQUIRE(set_up("generator_without_end", never_settled));
    static const char *const sources[] = {"build.magma"};
    struct exec_build options = options_for(NULL);
    options.sources = sources;
    options.source_count = 1;
    CHECK(!build_with(&options));
    CHECK_EQ_INT(error.class, ERROR_CLASS_GRAPH);
    CHECK_EQ_STR(error.what, "build.magma still comes out different after 3 "
                             "rounds of making it and loading the build file");
    CHECK_EQ_INT(reloads, 2);
}

/* --- Nothing runs twice ------------------------------------------------------------------------------ */

/* An action that always runs, beside a dynout that brings a new graph. */
static void
with_always(void)
{
    with_dynout();
    begin("log")->flags = ACTION_ALWAYS;
    shell("echo run >> log");
    graph_end_action(g);
    rule("other", NULL, 0, "echo run >> other.log; echo > other");
}

TEST(reload_runs_nothing_again)
{
    REQUIRE(set_up("always", with_always));
    put("list", "one\n");
    CHECK(build(NULL));
    CHECK_EQ_STR(content("log"), "run\n");
    CHECK_EQ_INT(reloads, 1);
    put("list", "two\n");
    CHECK(build(NULL));
    CHECK_EQ_INT(reloads, 2);
    CHECK_EQ_STR(content("log"), "run\nrun\n");
    CHECK_EQ_STR(content("other.log"), "run\n");
    CHECK(build(NULL));
    CHECK_EQ_STR(events, "ok log");
}

static void
with_failure(void)
{
    with_dynout();
    rule("bad", NULL, 0, "echo try >> bad.log; false");
}

TEST(reload_keeps_failures)
{
    REQUIRE(set_up("failure", with_failure));
    put("list", "one\n");
    struct exec_build options = options_for(NULL);
    options.failures_max = 0;
    options.jobs = 4;
    CHECK(!build_with(&options));
    CHECK_EQ_STR(content("bad.log"), "try\n");
    CHECK_EQ_INT(result.failed, 1);
    CHECK_EQ_STR(content("all"), "one\n");
}

/* A dynout that ends after the graph was made anew for another one. */
static void
two_dynouts(void)
{
    static const char *const keys[] = {"dynout:fast#0", "dynout:slow#0"};
    static const char *const scripts[] = {
        "cat list", "while [ ! -e one ]; do sleep 0.01; done; cat list2"};
    static const char *const outs[] = {"made1", "made2"};
    for (uint32_t i = 0; i < 2; i++) {
        begin(keys[i])->flags = ACTION_DYNOUT;
        input(i == 0 ? "list" : "list2", EDGE_IFCHANGED);
        struct step *step = graph_add_step(g, STEP_COMMAND);
        step->out.kind = STREAM_VALUE;
        graph_add_arg(g, str("sh"));
        graph_add_arg(g, str("-c"));
        graph_add_arg(g, str(scripts[i]));
        graph_add_step(g, STEP_TRANSFORM);
        graph_end_action(g);
    }
    for (uint32_t i = 0; i < 2; i++) {
        struct slice paths;
        struct action *action = begin(outs[i]);
        if (exec_dynout_value(exec, keys[i], &paths) == DYNOUT_UNKNOWN) {
            action->flags = ACTION_PENDING;
        }
        graph_add_input(g, (struct node){NODE_ACTION, i}, EDGE_DYNOUT, true);
        graph_add_output(g, file(outs[i]));
        struct buffer script = {0};
        struct slice path;
        while (slice_next_text(&paths, &path)) {
            buffer_add_format(&script, "echo > %s; ", path.bytes);
            graph_add_output(g, file(path.bytes));
        }
        buffer_add_format(&script, "echo > %s", outs[i]);
        shell(buffer_str(&script));
        buffer_finish(&script);
        graph_end_action(g);
    }
}

TEST(reload_while_a_dynout_runs)
{
    REQUIRE(set_up("two", two_dynouts));
    put("list", "one\n");
    put("list2", "two\n");
    struct exec_build options = options_for(NULL);
    options.jobs = 2;
    CHECK(build_with(&options));
    CHECK(content("two") != NULL);
    CHECK_EQ_INT(reloads, 2);
    CHECK_EQ_INT(result.ran, 4);
    put("list2", "three\n");
    CHECK(build_with(&options));
    CHECK(content("two") == NULL);
    CHECK(content("three") != NULL);
    CHECK(build_with(&options));
    CHECK_EQ_STR(events, "");
}

/* --- Reloads come to an end ---------------------------------------------------------------------------- */

/* The steps of the dynout contain what it gave before. */
static void
restless(void)
{
    const char *key = "dynout:restless#0";
    struct slice paths;
    enum exec_dynout_state state = exec_dynout_value(exec, key, &paths);
    struct action *action = begin(key);
    action->flags = ACTION_DYNOUT;
    action->place = (struct place){str("build.magma"), 3, 7};
    graph_add_step(g, STEP_COMMAND)->out.kind = STREAM_VALUE;
    graph_add_arg(g, str("echo"));
    char *arg = mem_format("%.*sx", (int)paths.len,
                           state == DYNOUT_UNKNOWN ? "" : paths.bytes);
    graph_add_arg(g, str(arg));
    free(arg);
    graph_add_step(g, STEP_TRANSFORM);
    graph_end_action(g);
}

TEST(reload_ends_for_a_restless_dynout)
{
    REQUIRE(set_up("restless", restless));
    CHECK(!build(NULL));
    CHECK_EQ_INT(error.class, ERROR_CLASS_GRAPH);
    CHECK_EQ_STR(error.what,
                 "dynout:restless#0 came out different 4 times in one run");
    CHECK_EQ_STR(error.where, "build.magma:3:7");
    CHECK(reloads < 5);
}

/* Another dynout in each graph. */
static void
nameless(void)
{
    char key[64];
    snprintf(key, sizeof(key), "dynout:%u#0", reloads);
    struct action *action = begin(key);
    action->flags = ACTION_DYNOUT;
    graph_add_step(g, STEP_COMMAND)->out.kind = STREAM_VALUE;
    graph_add_arg(g, str("echo"));
    graph_add_arg(g, str("x"));
    graph_add_step(g, STEP_TRANSFORM);
    graph_end_action(g);
}

TEST(reload_ends_for_dynouts_without_identity)
{
    REQUIRE(set_up("nameless", nameless));
    CHECK(!build(NULL));
    CHECK_EQ_INT(error.class, ERROR_CLASS_GRAPH);
    CHECK(strstr(error.what, "is another one each time the build file is "
                             "loaded") != NULL);
    CHECK(reloads < 20);
}
