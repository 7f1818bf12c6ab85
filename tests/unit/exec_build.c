/* SPDX-License-Identifier: MIT */
/*
 * Whole builds below the facade: real files, processes and database, and a
 * host whose build file is a C function.
 */
#include "exec/base/memory.h"
#include "exec/base/vec.h"
#include "exec/exec.h"
#include "tests/lib/test.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- One build root, made anew for each test --------------------------------- */

static char root[512];
static struct exec *exec;
static struct graph *graph;
static struct graph *g; /* the one that is being filled */
static void (*build_file)(void);
static char events[8192]; /* what happened, in one line each */
static struct exec_result result;
static struct error error;
static uint32_t reloads;
static int raise_at_start; /* a signal, when the first action starts */

static char *
path_of(const char *path)
{
    static char full[1024];
    snprintf(full, sizeof(full), "%s/%s", root, path);
    return full;
}

static void
put(const char *path, const char *text)
{
    FILE *stream = fopen(path_of(path), "we");
    if (CHECK(stream != NULL)) {
        fputs(text, stream);
        fclose(stream);
    }
}

static const char *
content(const char *path)
{
    static char text[4096];
    FILE *stream = fopen(path_of(path), "re");
    if (stream == NULL) {
        return NULL;
    }
    text[fread(text, 1, sizeof(text) - 1, stream)] = '\0';
    fclose(stream);
    return text;
}

/* --- Filling a graph -------------------------------------------------------------- */

static struct str_id
str(const char *text)
{
    return graph_intern(g, text, strlen(text));
}

static struct file_id
file(const char *path)
{
    return graph_add_file(g, path, strlen(path));
}

static struct action *
begin(const char *key)
{
    struct action *action;
    graph_begin_action(g, &action);
    action->key = str(key);
    action->depfile = FILE_NONE;
    action->depfile_kinds = EDGE_IFWRITTEN;
    return action;
}

static void
input(const char *path, uint8_t kinds)
{
    graph_add_input(g, (struct node){NODE_FILE, file(path).n}, kinds, true);
}

static void
shell(const char *script)
{
    graph_add_step(g, STEP_COMMAND);
    graph_add_arg(g, str("sh"));
    graph_add_arg(g, str("-c"));
    graph_add_arg(g, str(script));
}

/* An action with one output and, unless NULL, one input. */
static void
rule(const char *out, const char *in, uint8_t kinds, const char *script)
{
    begin(out);
    if (in != NULL) {
        input(in, kinds);
    }
    graph_add_output(g, file(out));
    shell(script);
    graph_end_action(g);
}

/* --- The host ------------------------------------------------------------------------- */

static struct graph *
make_graph(void)
{
    g = graph_create();
    build_file();
    struct error err = {0};
    if (!CHECK(graph_seal(g, &err))) {
        printf("# %s\n", err.what);
    }
    return g;
}

static bool
host_reload(void *ctx, const struct graph *old, struct graph **fresh,
            struct error *err)
{
    (void)ctx;
    (void)old;
    (void)err;
    reloads++;
    *fresh = make_graph();
    return true;
}

/* The only function: text into a list, the same bytes. */
static bool
host_call(void *ctx, struct function_ref function, struct exec_value in,
          struct exec_value *out, bool *stale, struct error *err)
{
    (void)ctx;
    (void)function;
    (void)stale;
    (void)err;
    *out = in;
    out->kind = EXEC_VALUE_HOST;
    return true;
}

static bool
host_paths(void *ctx, const struct exec_value *value, char **paths, size_t *len,
           struct error *err)
{
    (void)ctx;
    (void)err;
    *len = value->len;
    *paths = mem_copy(value->bytes, value->len);
    for (size_t i = 0; i < *len; i++) {
        (*paths)[i] = (*paths)[i] == '\n' ? '\0' : (*paths)[i];
    }
    return true;
}

static void
host_drop(void *ctx, struct exec_value *value)
{
    (void)ctx;
    free(value->bytes);
}

static void
note(const char *word, const char *name)
{
    size_t len = strlen(events);
    snprintf(events + len, sizeof(events) - len, "%s%s %s", len > 0 ? "; " : "",
             word, name);
}

static void
on_event(void *ctx, const struct exec_event *event)
{
    static const char *const ends[] = {"ok",          "failed",  "killed",
                                       "interrupted", "current", "cut off",
                                       "not run"};
    (void)ctx;
    const char *name = "";
    if (event->action.n != ID_NONE) {
        const struct action *action = graph_action(event->graph, event->action);
        name = graph_cstr(event->graph, action->key);
    }
    if (event->type == EVENT_REMOVED) {
        note("removed", event->text);
    } else if (event->type == EVENT_ACTION_END ||
               (event->type == EVENT_ACTION_SKIP &&
                event->status != STATUS_UP_TO_DATE)) {
        note(ends[event->status], name);
    } else if (event->type == EVENT_ACTION_START && raise_at_start != 0) {
        raise(raise_at_start);
    }
}

static const struct exec_host host = {
    .call = host_call,
    .value_paths = host_paths,
    .value_drop = host_drop,
    .reload = host_reload,
    .event = on_event,
};

/* --- Building --------------------------------------------------------------------------- */

static bool
open_exec(void)
{
    struct exec_options options = {.root = root, .build_file = "build.magma"};
    bool done = exec_open(&options, &exec, &error);
    if (!CHECK(done)) {
        printf("# %s\n", error.what);
    }
    return done;
}

/* Begins a test in an empty root. */
static bool
set_up(const char *name, void (*file_function)(void))
{
    snprintf(root, sizeof(root), "%s/%s", test_dir(), name);
    build_file = file_function;
    raise_at_start = 0;
    reloads = 0;
    return CHECK(mkdir(root, 0777) == 0);
}

static struct exec_build
options_for(const char *target)
{
    static const char *targets[1];
    targets[0] = target;
    return (struct exec_build){.targets = targets,
                               .target_count = target != NULL,
                               .jobs = 1, // so that the order is known
                               .failures_max = 1};
}

/* Opens, loads, builds and closes, as one start of the program does. */
static bool
build_with(const struct exec_build *options)
{
    events[0] = '\0';
    error_finish(&error);
    if (!open_exec()) {
        return false;
    }
    graph = make_graph();
    bool done = exec_build(exec, &host, &graph, options, &result, &error);
    graph_destroy(graph);
    graph = NULL;
    exec_close(exec);
    exec = NULL;
    return done;
}

static bool
build(const char *target)
{
    struct exec_build options = options_for(target);
    bool done = build_with(&options);
    if (!done) {
        printf("# %s\n", error.what != NULL ? error.what : "no error");
    }
    return done;
}

/* --- Clean, no-op, edit, early cutoff ------------------------------------------------------ */

static void
chain(void)
{
    rule("b", "a", EDGE_IFCHANGED, "cat a | tr -d '#' > b");
    rule("c", "b", EDGE_IFCHANGED, "cat b b > c");
    rule("d", "c", EDGE_IFWRITTEN, "cp c d");
}

TEST(build_clean_and_no_op)
{
    REQUIRE(set_up("clean", chain));
    put("a", "x");
    CHECK(build(NULL));
    CHECK_EQ_STR(events, "ok b; ok c; ok d");
    CHECK_EQ_STR(content("d"), "xx");
    CHECK_EQ_INT(result.ran, 3);
    CHECK_EQ_INT(result.wanted, 3);
    CHECK(build(NULL));
    CHECK_EQ_STR(events, "");
    CHECK_EQ_INT(result.ran, 0);
    CHECK_EQ_INT(result.up_to_date, 3);
    CHECK_EQ_INT(reloads, 0);
}

TEST(build_edit_and_cut_off)
{
    REQUIRE(set_up("edit", chain));
    put("a", "x");
    CHECK(build(NULL));
    put("a", "yy");
    CHECK(build(NULL));
    CHECK_EQ_STR(events, "ok b; ok c; ok d");
    CHECK_EQ_STR(content("d"), "yyyy");
    put("a", "y#y");
    CHECK(build(NULL));
    CHECK_EQ_STR(events, "ok b; cut off c");
    CHECK_EQ_INT(result.cut_off, 1);
    CHECK(build(NULL));
    CHECK_EQ_STR(events, "");
}

TEST(build_only_what_a_target_needs)
{
    REQUIRE(set_up("target", chain));
    put("a", "x");
    CHECK(build("b"));
    CHECK_EQ_STR(events, "ok b");
    CHECK(!build("bb"));
    CHECK_EQ_INT(error.class, ERROR_CLASS_USAGE);
    CHECK_EQ_STR(error.what, "unknown target bb");
    CHECK_EQ_STR(error.help, "did you mean b?");
}

TEST(build_output_removed_by_hand)
{
    REQUIRE(set_up("removed", chain));
    put("a", "x");
    CHECK(build(NULL));
    CHECK(unlink(path_of("b")) == 0);
    CHECK(build(NULL));
    CHECK_EQ_STR(events, "ok b; cut off c");
}

TEST(build_missing_input)
{
    REQUIRE(set_up("missing", chain));
    CHECK(!build(NULL));
    CHECK_EQ_INT(error.class, ERROR_CLASS_GRAPH);
    CHECK_EQ_STR(events, "");
}

TEST(build_dry_run)
{
    REQUIRE(set_up("dry", chain));
    put("a", "x");
    struct exec_build options = options_for(NULL);
    options.dry_run = true;
    CHECK(build_with(&options));
    CHECK_EQ_STR(events, "ok b; ok c; ok d");
    CHECK_EQ_INT(result.ran, 3);
    CHECK(content("b") == NULL);
    CHECK(build(NULL));
    CHECK_EQ_STR(events, "ok b; ok c; ok d");
    CHECK(build_with(&options));
    CHECK_EQ_STR(events, "");
}

/* --- Failing -------------------------------------------------------------------------------- */

static void
failing(void)
{
    rule("bad1", "a", EDGE_IFCHANGED, "echo junk > bad1; test -e fixed");
    rule("bad2", "a", EDGE_IFCHANGED, "echo junk > bad2; test -e fixed");
    rule("user", "bad1", EDGE_IFCHANGED, "cp bad1 user");
    rule("good", "a", EDGE_IFCHANGED, "cp a good");
}

TEST(build_failure_stops)
{
    REQUIRE(set_up("failure", failing));
    put("a", "x");
    struct exec_build options = options_for(NULL);
    options.jobs = 1;
    CHECK(!build_with(&options));
    CHECK_EQ_STR(events, "failed bad1; not run user");
    CHECK_EQ_INT(error.class, ERROR_CLASS_BUILD);
    CHECK_EQ_STR(error.what, "1 action failed");
    CHECK(content("bad1") == NULL);
    CHECK(content("good") == NULL);
}

TEST(build_failure_keeps_going)
{
    REQUIRE(set_up("keep_going", failing));
    put("a", "x");
    struct exec_build options = options_for(NULL);
    options.jobs = 1;
    options.failures_max = 0;
    CHECK(!build_with(&options));
    CHECK_EQ_STR(events, "failed bad1; not run user; failed bad2; ok good");
    CHECK_EQ_INT(result.failed, 2);
    CHECK_EQ_INT(result.not_run, 1);
    CHECK(!build_with(&options));
    CHECK_EQ_INT(result.failed, 2);
    put("fixed", "");
    CHECK(build_with(&options));
    CHECK_EQ_STR(events, "ok bad1; ok bad2; ok user");
    CHECK(build(NULL));
    CHECK_EQ_STR(events, "");
}

static void
silent_about_output(void)
{
    rule("out", NULL, 0, "true");
}

TEST(build_output_that_is_not_written)
{
    REQUIRE(set_up("unwritten", silent_about_output));
    CHECK(!build(NULL));
    CHECK_EQ_STR(events, "failed out");
}

/* --- Groups, pools ----------------------------------------------------------------------------- */

static void
grouped(void)
{
    struct group_id group =
        graph_begin_group(g, str("default"), (struct place){{0}, 0, 0});
    (void)group;
    graph_add_member(g, (struct node){NODE_FILE, file("in_group").n});
    graph_end_group(g);
    rule("in_group", NULL, 0, "echo > in_group");
    rule("not_in_group", NULL, 0, "echo > not_in_group");
}

TEST(build_default_group)
{
    REQUIRE(set_up("group", grouped));
    CHECK(build(NULL));
    CHECK_EQ_STR(events, "ok in_group");
    CHECK_EQ_INT(result.wanted, 1);
    CHECK(build(":default"));
    CHECK_EQ_STR(events, "");
    CHECK(!build(":defualt"));
    CHECK_EQ_STR(error.help, "did you mean :default?");
}

static void
pooled(void)
{
    struct pool_id pool;
    CHECK(graph_add_pool(g, str("one"), 1, &pool));
    static const char *const names[] = {"p1", "p2", "p3", "p4"};
    for (int i = 0; i < 4; i++) {
        begin(names[i])->pool = pool;
        graph_add_output(g, file(names[i]));
        char script[128];
        snprintf(script, sizeof(script),
                 "mkdir lock && touch %s && sleep 0.01 && rmdir lock",
                 names[i]);
        shell(script);
        graph_end_action(g);
    }
}

TEST(build_pool_of_one)
{
    REQUIRE(set_up("pool", pooled));
    struct exec_build options = options_for(NULL);
    options.jobs = 8;
    CHECK(build_with(&options));
    CHECK_EQ_INT(result.ran, 4);
}

/* --- Discovered inputs -------------------------------------------------------------------------- */

static void
with_depfile(void)
{
    rule("gen.h", "gen.in", EDGE_IFCHANGED, "cp gen.in gen.h");
    struct action *action = begin("x.o");
    action->depfile = file("x.d");
    graph_add_output(g, file("x.o"));
    input("x.c", EDGE_IFCHANGED);
    // Only the first time: afterwards the discovered input orders.
    if (access(path_of("x.o"), F_OK) != 0) {
        input("gen.h", EDGE_ORDER_ONLY);
    }
    shell("cat x.c gen.h > x.o; echo 'x.o: x.c gen.h' > x.d");
    graph_end_action(g);
}

TEST(build_discovered_inputs_order)
{
    REQUIRE(set_up("depfile", with_depfile));
    put("gen.in", "1");
    put("x.c", "c");
    CHECK(build("x.o"));
    CHECK_EQ_STR(events, "ok gen.h; ok x.o");
    CHECK(build("x.o"));
    CHECK_EQ_STR(events, "");
    put("gen.in", "22");
    CHECK(build("x.o"));
    CHECK_EQ_STR(events, "ok gen.h; ok x.o");
    CHECK_EQ_STR(content("x.o"), "c22");
}

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
    CHECK_EQ_INT(reloads, 3);
}

/* --- Orphans ------------------------------------------------------------------------------------------ */

static const char *wanted_output = "old";

static void
one_output(void)
{
    char *script = mem_format("echo x > %s", wanted_output);
    rule(wanted_output, NULL, 0, script);
    free(script);
}

TEST(build_removes_orphans)
{
    REQUIRE(set_up("orphans", one_output));
    CHECK(build(NULL));
    wanted_output = "new";
    CHECK(build(NULL));
    CHECK_EQ_STR(events, "removed old; ok new");
    CHECK_EQ_INT(result.removed, 1);
    CHECK(content("old") == NULL);
}

/* --- Signals ------------------------------------------------------------------------------------------- */

static void
endless(void)
{
    rule("long", NULL, 0, "echo partial > long; sleep 1000");
    rule("after", "long", EDGE_IFCHANGED, "cp long after");
}

TEST(build_interrupted)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    REQUIRE(set_up("interrupted", endless));
    for (int i = 0; i < 3; i++) {
        raise_at_start = signals[i];
        struct exec_build options = options_for(NULL);
        CHECK(!build_with(&options));
        CHECK_EQ_INT(result.signal, signals[i]);
        CHECK_EQ_STR(events, "interrupted long");
        CHECK(content("long") == NULL);
        CHECK(result.duration_us < 1500000);
    }
}

static void
stubborn(void)
{
    rule("long", NULL, 0,
         "trap '' TERM; kill -INT $PPID; sleep 0.05; kill -INT $PPID; "
         "while :; do sleep 1; done");
}

TEST(build_interrupted_twice)
{
    REQUIRE(set_up("interrupted_twice", stubborn));
    struct exec_build options = options_for(NULL);
    CHECK(!build_with(&options));
    CHECK_EQ_INT(result.signal, SIGINT);
    CHECK_EQ_STR(events, "interrupted long");
    CHECK(result.duration_us < 1800000);
}
