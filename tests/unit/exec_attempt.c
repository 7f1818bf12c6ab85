/* SPDX-License-Identifier: MIT */
/* Attempts: how they end badly, generators, and what they discover. */
#include "tests/lib/runs.h"

#include <stdio.h>
#include <sys/wait.h>

/* One action "out" of one input "in", built once. */
static struct world
built(unsigned kinds, struct action_id *action)
{
    struct world w = world_make();
    *action = world_action(&w, "out", "in", kinds);
    world_write(&w, "in", "one", 1);
    world_open(&w);
    CHECK_EQ_STR(world_run(&w, *action, "out", "1", 2), "never-built");
    world_again(&w);
    return w;
}

/* --- Attempts that end badly ------------------------------------------------------------ */

TEST(killed_between_begin_and_finish)
{
    struct action_id a;
    struct world w = built(EDGE_IFWRITTEN, &a);
    world_write(&w, "in", "changed", 5);
    world_close(&w); /* a connection must not be taken through a fork */
    pid_t pid = fork();
    if (pid == 0) {
        world_again(&w);
        const char *verdict = world_judge(&w, a);
        bool dirty = strcmp(verdict, "input-written in") == 0;
        struct attempt *attempt = world_start(&w, a);
        world_write(&w, "out", "partial", 9);
        _exit(dirty && attempt ? 0 : 1); /* as if killed: nothing is closed */
    }
    int status = -1;
    CHECK_EQ_INT(waitpid(pid, &status, 0), pid);
    CHECK_EQ_INT(status, 0);
    world_write(&w, "in", "one", 1); /* even back as it was */
    world_again(&w);
    CHECK_EQ_STR(world_run(&w, a, "out", "1", 2), "previous-interrupted");
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    world_finish(&w);
}

TEST(a_failure_removes_what_it_wrote)
{
    struct action_id a;
    struct world w = built(EDGE_IFWRITTEN, &a);
    world_write(&w, "in", "bad", 5);
    CHECK_EQ_STR(world_judge(&w, a), "input-written in");
    struct attempt *attempt = world_start(&w, a);
    world_write(&w, "out", "junk", 9);
    struct attempt_outcome outcome = {.exit_code = 1};
    judge_abandon(w.judge, attempt, &outcome);
    CHECK(!world_has(&w, "out"));
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "previous-failed, input-written in");
    world_finish(&w);
}

TEST(a_failure_leaves_what_it_did_not_write)
{
    struct action_id a;
    struct world w = built(EDGE_IFWRITTEN, &a);
    world_write(&w, "in", "bad", 5);
    CHECK_EQ_STR(world_judge(&w, a), "input-written in");
    struct attempt *attempt = world_start(&w, a);
    struct attempt_outcome outcome = {.signal = 2, .interrupted = true};
    judge_abandon(w.judge, attempt, &outcome);
    CHECK(world_has(&w, "out"));
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "previous-interrupted, input-written in");
    world_finish(&w);
}

TEST(the_junk_of_a_failed_command_is_never_trusted)
{
    struct action_id a;
    struct world w = built(EDGE_IFWRITTEN, &a);
    world_remove(&w, "out");
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "output-missing out");
    struct attempt *attempt = world_start(&w, a);
    struct attempt_outcome outcome = {.exit_code = 1};
    judge_abandon(w.judge, attempt, &outcome);
    world_write(&w, "out", "1", 2); /* exactly what was recorded */
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "previous-failed");
    world_finish(&w);
}

/* --- Generators ----------------------------------------------------------------------------- */

static struct action_id
generator(struct world *w)
{
    struct action *action;
    struct action_id a = graph_begin_action(w->graph, &action);
    action->key = world_str(w, "build.magma");
    action->flags = ACTION_GENERATOR;
    graph_add_output(w->graph,
                     (struct file_id){world_file(w, "build.magma").n});
    graph_end_action(w->graph);
    return a;
}

TEST(a_generator_is_adopted)
{
    struct world w = world_make();
    struct action_id a = generator(&w);
    world_write(&w, "build.magma", "x", 1);
    world_open(&w);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    world_write(&w, "build.magma", "forged", 3);
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "output-modified build.magma");
    world_finish(&w);
}

TEST(a_failed_generator_gets_its_file_back)
{
    struct world w = world_make();
    struct action_id a = generator(&w);
    world_write(&w, "build.magma", "good", 1);
    world_open(&w);
    struct attempt *attempt = world_start(&w, a);
    world_write(&w, "build.magma", "half", 9);
    struct attempt_outcome outcome = {.exit_code = 1};
    judge_abandon(w.judge, attempt, &outcome);
    char text[8] = {0};
    char *path = world_path(&w, "build.magma");
    FILE *f = fopen(path, "r");
    REQUIRE(f);
    CHECK(fgets(text, sizeof text, f) != NULL);
    fclose(f);
    free(path);
    CHECK_EQ_STR(text, "good");
    world_finish(&w);
}

/* --- Discovered inputs ------------------------------------------------------------------------ */

static const char header[] = "a.h";

static struct world
discovered(struct action_id *a)
{
    struct world w = world_make();
    *a = world_action(&w, "out", "in", EDGE_IFWRITTEN);
    world_write(&w, "in", "x", 1);
    world_write(&w, header, "h", 1);
    world_tick();
    world_open(&w);
    CHECK_EQ_STR(world_judge(&w, *a), "never-built");
    struct attempt *attempt = world_start(&w, *a);
    world_write(&w, "out", "1", 2);
    /* Its own output, a declared input and a missing file count for nothing. */
    static const char row[] = "a.h\0in\0out\0gone.h";
    CHECK(world_end(&w, attempt, row, sizeof row));
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, *a), "clean");
    return w;
}

TEST(discovered_inputs_count)
{
    struct action_id a;
    struct world w = discovered(&a);
    world_write(&w, header, "h", 7);
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "input-written a.h");
    struct attempt *attempt = world_start(&w, a);
    world_write(&w, "out", "1", 2);
    CHECK(world_end(&w, attempt, NULL, 0));
    world_write(&w, header, "h", 8);
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "clean"); /* no longer one of them */
    world_finish(&w);
}

TEST(discovered_variables_count)
{
    struct action_id a;
    struct world w = discovered(&a);
    setenv("DISCOVERED", "1", 1);
    unsetenv("DISCOVERED_TOO");
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    struct attempt *attempt = world_start(&w, a);
    world_write(&w, "out", "1", 2);
    struct attempt_outcome outcome = {
        .discovered_env = {"DISCOVERED_TOO\0DISCOVERED", 26}};
    CHECK(judge_finish(w.judge, attempt, &outcome, &w.news, &w.err));
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    setenv("DISCOVERED", "2", 1);
    CHECK_EQ_STR(world_judge(&w, a), "env-changed DISCOVERED");
    unsetenv("DISCOVERED");
    CHECK_EQ_STR(world_judge(&w, a), "env-changed DISCOVERED");
    setenv("DISCOVERED", "1", 1);
    setenv("DISCOVERED_TOO", "", 1);
    CHECK_EQ_STR(world_judge(&w, a), "env-changed DISCOVERED_TOO");
    unsetenv("DISCOVERED_TOO");
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    world_finish(&w);
}

TEST(a_discovered_input_that_is_gone_is_dropped)
{
    struct action_id a;
    struct world w = discovered(&a);
    world_remove(&w, header);
    world_again(&w);
    CHECK_EQ_STR(world_run(&w, a, "out", "1", 2), "input-deleted a.h");
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    world_finish(&w);
}

TEST(a_new_input_edited_while_the_command_ran_is_unsettled)
{
    struct world w = world_make();
    struct action_id a = world_action(&w, "out", "in", EDGE_IFWRITTEN);
    world_write(&w, "in", "x", 1);
    world_write(&w, header, "h", 1);
    world_tick();
    world_open(&w);
    CHECK_EQ_STR(world_judge(&w, a), "never-built");
    struct attempt *attempt = world_start(&w, a);
    world_tick();
    world_write(&w, header, "edited", 1);
    world_write(&w, "out", "1", 2);
    CHECK(world_end(&w, attempt, header, sizeof header));
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "discovered-changed a.h");
    attempt = world_start(&w, a);
    CHECK(world_end(&w, attempt, header, sizeof header));
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    world_finish(&w);
}

TEST(an_input_edited_while_its_command_ran_is_seen_next_time)
{
    struct action_id a;
    struct world w = built(EDGE_IFWRITTEN, &a);
    world_write(&w, "in", "two", 3);
    CHECK_EQ_STR(world_judge(&w, a), "input-written in");
    struct attempt *attempt = world_start(&w, a);
    world_write(&w, "in", "three", 4);
    world_write(&w, "out", "2", 5);
    CHECK(world_end(&w, attempt, NULL, 0));
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "input-written in");
    world_finish(&w);
}

TEST(a_known_generated_header_is_waited_for)
{
    struct world w = world_make();
    struct action_id gen = world_action(&w, "a.h", "in", EDGE_IFWRITTEN);
    struct action_id use = world_action(&w, "out", "src", EDGE_IFWRITTEN);
    world_write(&w, "in", "x", 1);
    world_write(&w, "src", "x", 1);
    world_open(&w);
    CHECK_EQ_STR(world_run(&w, gen, "a.h", "h", 1), "never-built");
    CHECK_EQ_STR(world_judge(&w, use), "never-built");
    struct attempt *attempt = world_start(&w, use);
    world_write(&w, "out", "1", 2);
    CHECK(world_end(&w, attempt, header, sizeof header));
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, use), "wait");
    const struct action_id *producers;
    REQUIRE(judge_waits_for(w.judge, use, &producers) == 1);
    CHECK_EQ_INT(producers[0].n, gen.n);
    CHECK_EQ_STR(world_judge(&w, gen), "clean");
    CHECK_EQ_STR(world_judge(&w, use), "clean");
    world_again(&w);
    judge_break_wait(w.judge, use, gen);
    CHECK_EQ_STR(world_judge(&w, use), "discovered-changed a.h");
    world_finish(&w);
}
