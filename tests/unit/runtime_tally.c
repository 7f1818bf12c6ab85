/* SPDX-License-Identifier: MIT */
#include "runtime/progress/registry.h"
#include "tests/lib/test.h"

#include <stdlib.h>
#include <string.h>

/* Actions "o0", "o1" ... with a command each. */
static struct graph *
make_graph(int count)
{
    struct graph *g = graph_create();
    for (int i = 0; i < count; i++) {
        char name[8] = {'d', '/', 'o', (char)('0' + i)};
        struct action *action = NULL;
        graph_begin_action(g, &action);
        action->key = graph_intern(g, name, strlen(name));
        action->depfile = FILE_NONE;
        graph_add_output(g, graph_add_file(g, name, strlen(name)));
        graph_add_step(g, STEP_COMMAND);
        graph_add_arg(g, graph_intern(g, "cc", 2));
        graph_end_action(g);
    }
    struct error err = {0};
    CHECK(graph_seal(g, &err));
    return g;
}

static struct tally tally;
static struct graph *g;

static void
tell(enum exec_event_type type, uint32_t action, struct exec_event event)
{
    event.type = type;
    event.graph = g;
    event.action = (struct action_id){action};
    event.wanted = 4;
    tally_event(&tally, &event, 1000000 + event.time_us);
}

TEST(tally_knows_what_runs_and_how_it_ended)
{
    g = make_graph(4);
    tally_init(&tally, false);
    tell(EVENT_ACTION_START, 0, (struct exec_event){.usual_us = 7});
    tell(EVENT_ACTION_START, 1, (struct exec_event){.time_us = 5});
    tell(EVENT_ACTION_START, 2, (struct exec_event){.time_us = 6});
    CHECK_EQ_INT(tally.running.count, 3);
    tell(EVENT_ACTION_END, 1,
         (struct exec_event){.finished = 1,
                             .output = "a.c:1: warning: w\nb.c:2: warning: x\n",
                             .output_len = 36});
    CHECK_EQ_INT(tally.running.count, 2);
    CHECK_EQ_INT(tally.warnings, 2);
    const struct tally_running *first = vec_at(&tally.running, 0);
    const struct tally_running *second = vec_at(&tally.running, 1);
    CHECK_EQ_STR(first->name, "d/o0");
    CHECK_EQ_STR(second->name, "d/o2");
    CHECK_EQ_INT(first->usual_us, 7);
    tell(EVENT_ACTION_END, 0,
         (struct exec_event){.status = STATUS_FAILED,
                             .exit_code = 1,
                             .output = "say\nx.c:3:1: error: e\nfatal error\n",
                             .output_len = 33});
    tell(EVENT_ACTION_END, 2,
         (struct exec_event){.status = STATUS_KILLED, .signal = 9});
    tell(EVENT_ACTION_SKIP, 3, (struct exec_event){.status = STATUS_NOT_RUN});
    CHECK_EQ_INT(tally.running.count, 0);
    CHECK_EQ_INT(tally.failure_count, 2);
    CHECK_EQ_STR(tally.failures[0].line, "x.c:3:1: error: e");
    CHECK_EQ_STR(tally.failures[1].line, "killed by signal 9 (Killed)");
    CHECK_EQ_INT(tally.not_run_count, 1);
    CHECK_EQ_STR(tally.not_run[0], "d/o3");
    tally_finish(&tally);
    graph_destroy(g);
}

/* Not before a second, or a twentieth is done; then it runs down by itself. */
TEST(tally_tells_the_time_that_is_left_late_enough)
{
    g = make_graph(1);
    struct exec_outlook outlook = {.left_us = 5000000, .graph = g};
    tally_init(&tally, false);
    CHECK_EQ_INT(tally_left_us(&tally, 1), -1);
    tell(EVENT_PLAN, ID_NONE, (struct exec_event){.outlook = &outlook});
    CHECK_EQ_INT(tally_left_us(&tally, 1500000), -1);
    CHECK_EQ_INT(tally_left_us(&tally, 2500000), 3500000);
    CHECK_EQ_INT(tally_left_us(&tally, 99000000), 0);
    tell(EVENT_PLAN, ID_NONE,
         (struct exec_event){.outlook = &outlook, .finished = 1});
    CHECK_EQ_INT(tally_left_us(&tally, 1100000), 4900000);
    tally_finish(&tally);
    graph_destroy(g);
}

static const char *
kind_with(const char *name, const char *value,
          const struct progress_options *options)
{
    static const char *const names[] = {"CI", "GITHUB_ACTIONS", "RONIN_STATUS"};
    for (int i = 0; i < 3; i++) {
        unsetenv(names[i]);
    }
    if (name != NULL) {
        setenv(name, value, 1);
    }
    return progress_choose(options)->name;
}

/* Standard output of a test is no terminal. */
TEST(progress_kind_follows_the_environment)
{
    struct progress_options none = {.kind = "auto"};
    struct progress_options quiet = {.quiet = true};
    struct progress_options bar = {.kind = "bar", .quiet = true};
    CHECK_EQ_STR(kind_with(NULL, NULL, &none), "line");
    CHECK_EQ_STR(kind_with("CI", "true", &none), "plain");
    CHECK_EQ_STR(kind_with("CI", "1", &none), "plain");
    CHECK_EQ_STR(kind_with("CI", "", &none), "line");
    CHECK_EQ_STR(kind_with("CI", "false", &none), "line");
    CHECK_EQ_STR(kind_with("GITHUB_ACTIONS", "true", &none), "github");
    CHECK_EQ_STR(kind_with("GITHUB_ACTIONS", "true", &quiet), "none");
    CHECK_EQ_STR(kind_with("CI", "true", &bar), "bar");
    CHECK(progress_find("json") != NULL);
    CHECK(progress_find("") == NULL);
}
