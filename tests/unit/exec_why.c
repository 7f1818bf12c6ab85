/* SPDX-License-Identifier: MIT */
/* The answers of `why`, and the texts that reasons carry. */
#include "exec/decide/reasons.h"
#include "exec/decide/why.h"
#include "tests/lib/runs.h"

TEST(an_action_that_never_ran)
{
    struct world w = world_make();
    world_open(&w);
    struct exec_why why;
    CHECK(!why_answer(w.state, "nobody", 0, &why, &w.err));
    CHECK_EQ_INT(w.err.class, ERROR_CLASS_USAGE);
    CHECK(strstr(w.err.what, "nobody") && w.err.help);
    exec_why_finish(&why);
    world_finish(&w);
}

TEST(the_difference_of_the_last_run)
{
    struct world w = world_make();
    world_write(&w, "a", "x", 1);
    world_write(&w, "b", "x", 1);
    struct action_id a = world_begin(&w, "out", "/bin/tool");
    world_input(&w, "a", EDGE_IFWRITTEN);
    world_input(&w, "b", EDGE_IFCHANGED);
    graph_end_action(w.graph);
    world_open(&w);
    CHECK_EQ_STR(world_run(&w, a, "out", "1", 1), "never-built");
    world_write(&w, "a", "longer", 2);
    world_again(&w);
    CHECK_EQ_STR(world_run(&w, a, "out", "2", 1), "input-written a");
    world_again(&w);
    CHECK_EQ_STR(world_run(&w, a, "out", "2", 1), "clean");
    struct exec_why why;
    REQUIRE(why_answer(w.state, "out", 0, &why, &w.err));
    CHECK_EQ_INT(why.run, 2);
    CHECK_EQ_INT(why.ended_unix_us, 1002000);
    CHECK_EQ_INT(why.same_inputs, 1);
    REQUIRE(why.reason_count == 1);
    CHECK_EQ_STR(why.reasons[0].code, "input-written");
    CHECK_EQ_STR(why.reasons[0].subject, "a");
    CHECK(strstr(why.reasons[0].before, "size 1,"));
    CHECK(strstr(why.reasons[0].after, "size 6,"));
    exec_why_finish(&why);
    world_finish(&w);
}

TEST(a_failed_run_is_explained)
{
    struct world w = world_make();
    world_write(&w, "in", "x", 1);
    struct action_id a = world_action(&w, "out", "in", EDGE_IFWRITTEN);
    world_open(&w);
    CHECK_EQ_STR(world_judge(&w, a), "never-built");
    struct attempt *attempt = world_start(&w, a);
    struct attempt_outcome outcome = {.exit_code = 3};
    judge_abandon(w.judge, attempt, &outcome);
    struct exec_why why;
    REQUIRE(why_answer(w.state, "out", 0, &why, &w.err));
    CHECK_EQ_INT(why.exit_code, 3);
    CHECK_EQ_STR(why.reasons[0].code, "never-built");
    CHECK_EQ_INT(why.same_inputs, 0);
    exec_why_finish(&why);
    world_finish(&w);
}

TEST(reasons_survive_their_row)
{
    struct reasons reasons;
    reasons_init(&reasons);
    reasons_add(&reasons, "always", NULL, NULL, NULL);
    reasons_add(&reasons, "env-changed", "CC", NULL, "a\nb");
    struct buffer row = {0};
    reasons_save(&reasons, &row);
    uint32_t count = 0;
    struct exec_reason *items = reasons_load(buffer_slice(&row), &count);
    REQUIRE(count == 2);
    CHECK_EQ_STR(items[0].code, "always");
    CHECK_EQ_STR(items[0].subject, NULL);
    CHECK_EQ_STR(items[1].subject, "CC");
    CHECK_EQ_STR(items[1].before, NULL);
    CHECK_EQ_STR(items[1].after, "a\nb");
    free(items);
    /* A row that was cut short still ends. */
    for (size_t len = 0; len < row.len; len++) {
        items = reasons_load((struct slice){row.bytes, len}, &count);
        CHECK(count <= 2);
        free(items);
    }
    buffer_finish(&row);
    reasons_clear(&reasons);
}
