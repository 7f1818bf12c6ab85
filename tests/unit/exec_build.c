/* SPDX-License-Identifier: MIT */
/* Whole builds: what runs, in which order, and what stays of it. */
#include "tests/lib/builds.h"

#include <pthread.h>
#include <signal.h>

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

/* Nothing that may take long is silent, however short it was here. */
TEST(build_tells_what_it_does_beside_actions)
{
    REQUIRE(set_up("phases", one_output));
    wanted_output = "old";
    CHECK(build(NULL));
    CHECK(strstr(phases, "reading records.") != NULL);
    CHECK(strstr(phases, "removing orphans. writing records.") != NULL);
    wanted_output = "new";
    CHECK(build(NULL));
    CHECK_EQ_STR(events, "removed old; ok new");
    CHECK(strstr(phases, "removing orphans.") != NULL);
    CHECK(strstr(phases, "writing records.") != NULL);
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

static void
on_signal(int signal)
{
    (void)signal;
}

/* Whoever builds may go on afterwards, and wants the signals that it had; what was
 * ignored is, and of the other nothing is left. */
TEST(build_gives_signals_back)
{
    struct sigaction mine = {.sa_handler = on_signal};
    struct sigaction ignored = {.sa_handler = SIG_IGN};
    struct sigaction now;
    sigset_t mask;
    REQUIRE(set_up("signals", chain));
    put("a", "x");
    sigaction(SIGINT, &mine, NULL);
    sigaction(SIGHUP, &ignored, NULL);
    CHECK(build(NULL));
    CHECK_EQ_STR(events, "ok b; ok c; ok d");
    sigaction(SIGINT, NULL, &now);
    CHECK(now.sa_handler == on_signal);
    sigaction(SIGHUP, NULL, &now);
    CHECK(now.sa_handler == SIG_IGN);
    sigaction(SIGTERM, NULL, &now);
    CHECK(now.sa_handler == SIG_DFL);
    pthread_sigmask(SIG_BLOCK, NULL, &mask);
    CHECK(!sigismember(&mask, SIGINT) && !sigismember(&mask, SIGTERM));
    mine.sa_handler = SIG_DFL;
    sigaction(SIGINT, &mine, NULL);
    sigaction(SIGHUP, &mine, NULL);
}
