/* SPDX-License-Identifier: MIT */
/*
 * Commands that start while files are still looked at. The threads that look
 * are stopped at one output until a command has run (or too much time has
 * gone), so that it is known which of them was first.
 */
#include "tests/lib/builds.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>

/* So many that the files are looked at by threads. */
#define OTHERS 520
#define WAIT_MS 10000

static pthread_t main_thread;
static atomic_bool is_stopping; /* looks at out/o519 wait for `ran` */
static atomic_bool was_late;    /* nothing ran meanwhile */
static atomic_bool is_holding;  /* all looks wait for that of the main thread */
static atomic_bool was_looked;  /* by the main thread, at in/first */

static atomic_long linger_ms; /* the stop lasts so much longer */
static atomic_uint turns;

static void
sleep_ms(long ms)
{
    struct timespec time = {0, ms * 1000000};
    nanosleep(&time, NULL);
}

/* Instead of the library's: what looks at files calls this. */
int
fstatat(int dir_fd, const char *path, struct stat *info, int flags)
{
    if (atomic_load(&is_holding) &&
        pthread_equal(pthread_self(), main_thread)) {
        bool is_first = strcmp(path, "in/first") == 0;
        atomic_store(&was_looked, is_first || atomic_load(&was_looked));
    } else if (atomic_load(&is_holding)) {
        long waited = 0;
        for (; waited < WAIT_MS && !atomic_load(&was_looked); waited += 5) {
            sleep_ms(5);
        }
        atomic_store(&was_late, waited >= WAIT_MS || atomic_load(&was_late));
        atomic_store(&is_holding, false);
    }
    if (atomic_load(&is_stopping) && strcmp(path, "o519") == 0 &&
        !pthread_equal(pthread_self(), main_thread)) {
        char ran[600];
        snprintf(ran, sizeof(ran), "%s/ran", root);
        long waited = 0;
        for (; waited < WAIT_MS && access(ran, F_OK) != 0; waited += 5) {
            sleep_ms(5);
        }
        sleep_ms(atomic_load(&linger_ms));
        atomic_store(&was_late, waited >= WAIT_MS);
        atomic_store(&is_stopping, false);
    }
    return (int)syscall(SYS_newfstatat, dir_fd, path, info, flags);
}

/* The same: what the loop calls each time that it turns. */
int
epoll_wait(int set, struct epoll_event *events_there, int max, int timeout)
{
    turns++;
    return (int)syscall(SYS_epoll_pwait, set, events_there, max, timeout, NULL,
                        (size_t)0);
}

/* `other` of them are written; first comes from in/first after config, last
 * from first and one of the others. */
static void
project(void)
{
    char name[32];
    for (int i = 0; i < OTHERS; i++) {
        snprintf(name, sizeof(name), "out/o%d", i);
        begin(name);
        graph_add_output(g, file(name));
        snprintf(name, sizeof(name), "in/%d", i);
        input(name, EDGE_IFWRITTEN);
        struct step *step = graph_add_step(g, STEP_WRITE);
        snprintf(name, sizeof(name), "out/o%d", i);
        step->file = file(name);
        step->text = str("text");
        graph_end_action(g);
    }
    rule("gen/config", "in/config", EDGE_IFWRITTEN,
         "cp in/config gen/config; echo config >>order");
    begin("gen/first");
    input("in/first", EDGE_IFWRITTEN);
    input("gen/config", EDGE_ORDER_ONLY);
    graph_add_output(g, file("gen/first"));
    shell("echo first >>order; [ ! -e fail ] && cp in/first gen/first && "
          ">ran");
    graph_end_action(g);
    begin("gen/last");
    input("gen/first", EDGE_IFCHANGED);
    input("out/o5", EDGE_IFWRITTEN);
    graph_add_output(g, file("gen/last"));
    shell("cat gen/first out/o5 >gen/last; echo last >>order");
    graph_end_action(g);
    rule("gen/same", "in/same", EDGE_IFCHANGED, "cp in/same gen/same; >ran");
    rule("gen/shared0", "in/shared", EDGE_IFWRITTEN,
         "cp in/shared gen/shared0; >ran");
    rule("gen/shared1", "in/shared", EDGE_IFWRITTEN,
         "cp in/shared gen/shared1; >ran");
}

/* Set by each build: it was told without a judge. */
static bool was_short;
/* What a build is asked for beside the usual, as ninja's own. */
static bool is_counted;
static uint32_t early_starts;      /* actions that began before it was known how
                                      many will run */
static uint32_t expected_at_first; /* when the first one ended */
static uint32_t ends;

static void
count_event(const struct exec_event *event)
{
    if (event->type == EVENT_ACTION_START) {
        early_starts += event->is_early;
    }
    if (event->type == EVENT_ACTION_END) {
        CHECK(!event->is_early);
        expected_at_first = ends++ == 0 ? event->expected : expected_at_first;
    }
}

/* The long way listens to signals from its first event on. */
static void
on_event_of_way(void *ctx, const struct exec_event *event)
{
    if (event->type == EVENT_RUN_START) {
        struct sigaction action;
        sigaction(SIGTSTP, NULL, &action);
        was_short = action.sa_handler == SIG_DFL;
    }
    if (is_counted) {
        count_event(event);
    }
    on_event(ctx, event);
}

static const struct exec_host noting_host = {
    .call = host_call,
    .value_paths = host_paths,
    .value_drop = host_drop,
    .reload = host_reload,
    .event = on_event_of_way,
};

static bool
start(void)
{
    struct exec_options open_options = {.root = root,
                                        .build_file = "build.magma"};
    struct exec_build options = options_for(NULL);
    struct slice sources;
    events[0] = '\0';
    error_finish(&error);
    if (!CHECK(exec_open(&open_options, &exec, &error))) {
        return false;
    }
    graph = exec_snapshot_load(exec, &sources);
    if (graph == NULL) {
        graph = make_graph();
        exec_snapshot_save(exec, graph, (struct slice){"", 0}, NULL);
    }
    options.host = &noting_host;
    options.expects = is_counted;
    options.orphans = is_counted ? ORPHANS_KEEP : ORPHANS_REMOVE;
    bool done = exec_build(exec, &graph, &options, &result, &error);
    graph_destroy(graph);
    graph = NULL;
    exec_close(exec);
    exec = NULL;
    return done;
}

/* Everything is built, and looked at so long after that nothing is unsettled. */
static bool
set_up_built(const char *name)
{
    char path[32];
    if (!set_up(name, project)) {
        return false;
    }
    CHECK(mkdir(path_of("in"), 0777) == 0 && mkdir(path_of("gen"), 0777) == 0);
    for (int i = 0; i < OTHERS; i++) {
        snprintf(path, sizeof(path), "in/%d", i);
        put(path, "source");
    }
    put("in/config", "config\n");
    put("in/first", "one\n");
    put("in/same", "same\n");
    put("in/shared", "one\n");
    sleep_ms(20);
    bool built = CHECK(start());
    CHECK_EQ_INT(result.ran, OTHERS + 6);
    // Some times, so that the files of the database are known, too.
    for (int i = 0, shorts = 0; i < 40 && built && shorts < 4; i++) {
        sleep_ms(20);
        built = CHECK(start()) && CHECK_EQ_INT(result.ran, 0);
        shorts = was_short ? shorts + 1 : 0;
    }
    CHECK(was_short);
    unlink(path_of("order"));
    unlink(path_of("ran"));
    main_thread = pthread_self();
    return built;
}

/* A build whose looks stop until `ran` is there. */
static bool
start_stopped(void)
{
    atomic_store(&was_late, false);
    atomic_store(&is_stopping, true);
    bool done = start();
    CHECK(!atomic_load(&is_stopping)); // It was looked at by a thread.
    return done;
}

/* Everything comes to rest, and an edit is seen as ever. */
static void
check_rest(void)
{
    sleep_ms(20);
    CHECK(start());
    CHECK_EQ_INT(result.ran, 0);
    CHECK_EQ_INT(result.wanted, OTHERS + 6);
    CHECK_EQ_STR(content("gen/last"), "two\ntext");
}

TEST(a_command_runs_before_everything_is_looked_at)
{
    REQUIRE(set_up_built("before"));
    put("in/first", "two\n");
    CHECK(start_stopped());
    CHECK(!atomic_load(&was_late));
    CHECK_EQ_STR(content("order"), "first\nlast\n");
    CHECK_EQ_INT(result.ran, 2);
    CHECK_EQ_INT(result.up_to_date, OTHERS + 4);
    CHECK_EQ_INT(result.wanted, OTHERS + 6);
    check_rest();
}

TEST(what_differs_besides_is_found_and_built)
{
    REQUIRE(set_up_built("besides"));
    put("in/first", "two\n");
    unlink(path_of("out/o5"));
    unlink(path_of("out/o518"));
    put("in/500", "another");
    CHECK(start_stopped());
    CHECK(!atomic_load(&was_late));
    CHECK_EQ_STR(content("out/o518"), "text");
    CHECK_EQ_INT(result.ran, 5);
    check_rest();
}

/* Nobody waits for the threads to come to it. */
TEST(what_was_edited_last_is_looked_at_first)
{
    REQUIRE(set_up_built("recent"));
    put("in/first", "one more\n");
    CHECK(start());
    CHECK_EQ_INT(result.ran, 2);
    sleep_ms(20);
    CHECK(start());
    put("in/first", "two\n");
    atomic_store(&was_late, false);
    atomic_store(&was_looked, false);
    atomic_store(&is_holding, true);
    CHECK(start());
    CHECK(!atomic_load(&is_holding)); // The threads have looked as well.
    CHECK(!atomic_load(&was_late));
    CHECK_EQ_INT(result.ran, 2);
    check_rest();
}

/* Also by order alone: it has to be there first. */
TEST(a_need_that_may_run_is_waited_for)
{
    REQUIRE(set_up_built("need"));
    put("in/first", "two\n");
    put("in/config", "new\n");
    CHECK(start());
    CHECK_EQ_STR(content("order"), "config\nfirst\nlast\n");
    CHECK_EQ_INT(result.ran, 3);
    unlink(path_of("order"));
    put("in/first", "three\n");
    unlink(path_of("gen/config"));
    CHECK(start());
    CHECK_EQ_STR(content("order"), "config\nfirst\nlast\n");
    put("in/first", "two\n");
    CHECK(start());
    check_rest();
}

TEST(what_fails_early_is_counted_with_all_others)
{
    REQUIRE(set_up_built("failing"));
    put("in/first", "two\n");
    put("fail", "");
    put("ran", "");
    CHECK(!start_stopped());
    CHECK_EQ_STR(events, "failed gen/first; not run gen/last");
    CHECK_EQ_INT(result.failed, 1);
    CHECK_EQ_INT(result.ran, 0);
    CHECK_EQ_INT(result.wanted, OTHERS + 6);
    CHECK_EQ_INT(result.up_to_date, OTHERS + 4);
    CHECK_EQ_STR(content("gen/first"), "one\n"); // It was not written.
    unlink(path_of("fail"));
    CHECK(start());
    CHECK_EQ_INT(result.ran, 2);
    check_rest();
}

/* Its content is the same: its turn comes again, and it is up to date. */
TEST(what_turns_out_clean_is_not_begun)
{
    REQUIRE(set_up_built("clean"));
    put("in/same", "same\n");
    CHECK(start());
    CHECK_EQ_INT(result.ran, 0);
    CHECK_EQ_INT(result.up_to_date, OTHERS + 6);
    CHECK_EQ_INT(result.wanted, OTHERS + 6);
    CHECK_EQ_STR(events, "");
    put("in/first", "two\n");
    CHECK(start());
    check_rest();
}

TEST(an_interrupt_while_files_are_looked_at)
{
    REQUIRE(set_up_built("interrupt"));
    put("in/first", "two\n");
    raise_at_start = SIGINT;
    CHECK(!start());
    raise_at_start = 0;
    CHECK_EQ_INT(result.signal, SIGINT);
    CHECK_EQ_INT(result.ran, 0);
    CHECK(start());
    CHECK_EQ_STR(content("gen/last"), "two\ntext");
    check_rest();
}

/* Whoever prints "1 of 2" knows the two by then, also where the command ended long
 * before all was looked at. */
TEST(what_began_early_ends_when_it_is_known_how_many_run)
{
    REQUIRE(set_up_built("counted"));
    put("in/first", "two\n");
    is_counted = true;
    CHECK(start_stopped());
    is_counted = false;
    CHECK(!atomic_load(&was_late));
    CHECK_EQ_INT(early_starts, 1);
    CHECK_EQ_INT(ends, 2);
    CHECK_EQ_INT(expected_at_first, 2);
    CHECK_EQ_STR(content("order"), "first\nlast\n");
    CHECK_EQ_INT(result.ran, 2);
    check_rest();
}

/* Of a file that many look at, one who does is known at once, and all others are
 * found as well. */
TEST(all_who_look_at_one_file_are_found)
{
    REQUIRE(set_up_built("shared"));
    put("in/shared", "two\n");
    CHECK(start_stopped());
    CHECK(!atomic_load(&was_late));
    CHECK_EQ_STR(content("gen/shared0"), "two\n");
    CHECK_EQ_STR(content("gen/shared1"), "two\n");
    CHECK_EQ_INT(result.ran, 2);
    put("in/first", "two\n");
    CHECK(start());
    check_rest();
}

/* Whoever only waits for the threads leaves the processors to them. */
TEST(nobody_turns_in_circles_meanwhile)
{
    enum { LINGER_MS = 300 };
    REQUIRE(set_up_built("circles"));
    put("in/first", "two\n");
    turns = 0;
    atomic_store(&linger_ms, LINGER_MS);
    CHECK(start_stopped());
    atomic_store(&linger_ms, 0);
    CHECK(!atomic_load(&was_late));
    CHECK(turns < 3 * LINGER_MS);
    check_rest();
}
