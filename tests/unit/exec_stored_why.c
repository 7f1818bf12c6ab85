/* SPDX-License-Identifier: MIT */
/* Why actions ran, as the database has it. */
#include "exec/base/memory.h"
#include "exec/state/db.h"
#include "exec/state/past.h"
#include "exec/state/state.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char *
new_root(void)
{
    static int count;
    char *root = mem_format("%s/why%d", test_dir(), count++);
    CHECK(mkdir(root, 0777) == 0);
    return root;
}

static struct state *
open_state(const char *root)
{
    struct state_options options = {.root = root,
                                    .build_file = "build.magma",
                                    .no_wait = true};
    struct error err = {0};
    struct state *state = NULL;
    CHECK(state_open(&options, &state, &err));
    return state;
}

/* What the database answers to a question for one number. */
static int64_t
ask_database(const char *root, const char *sql)
{
    char *path = mem_format("%s/.ronin/state.db", root);
    struct error err = {0};
    struct db *db = NULL;
    int64_t number = -1;
    bool is_open = db_open(path, DB_WRITE, "", &db, &err) == DB_OK;
    CHECK(is_open);
    struct statement *s = is_open ? db_take(db, 0, sql) : NULL;
    if (is_open && db_step(db, s)) {
        number = db_int(s, 0);
        db_reset(s);
    }
    db_close(db);
    free(path);
    return number;
}

/* A row of reasons: one header that all of them read. */
static const char long_reasons[] =
    "K\0include/all.h\0size 24, mode 644, mtime 2026-11-29 13:48:50.956150\0"
    "size 37, mode 644, mtime 2026-11-29 13:49:36.647278";

static void
check_reasons(struct state *state, const char *key, const char *bytes,
              size_t len)
{
    struct state_action_run run;
    char *text = NULL;
    REQUIRE(state_find_action_run(state, key, 0, &run, &text));
    REQUIRE(run.reasons.len == len);
    CHECK_EQ_MEM(run.reasons.bytes, bytes, len);
    free(text);
}

/* Of equal texts there is one row, and a long one is packed. */
TEST(equal_reasons_stand_once)
{
    char *root = new_root();
    struct error err = {0};
    struct state *state = open_state(root);
    struct state_action_run run = {
        .reasons = {long_reasons, sizeof long_reasons}};
    uint64_t number;
    CHECK(state_begin_run(state, "build", 1, &number, &err));
    CHECK(state_add_action_run(state, "a", &run, &err));
    CHECK(state_add_action_run(state, "b", &run, &err));
    run.reasons = (struct slice){"A\0\0\0", 5};
    CHECK(state_add_action_run(state, "c", &run, &err));
    run.reasons.len = 0;
    CHECK(state_add_action_run(state, "d", &run, &err));
    check_reasons(state, "a", long_reasons, sizeof long_reasons);
    check_reasons(state, "b", long_reasons, sizeof long_reasons);
    check_reasons(state, "c", "A\0\0\0", 5);
    check_reasons(state, "d", "", 0);
    state_close(state);
    CHECK_EQ_INT(ask_database(root, "SELECT count(*) FROM why"), 2);
    CHECK(ask_database(root, "SELECT max(length(text)) FROM why") <
          (int64_t)sizeof long_reasons * 3 / 4);
    free(root);
}

/* They are no reason to build, and none that is made up. */
TEST(damaged_reasons_are_none)
{
    char *root = new_root();
    struct error err = {0};
    struct state *state = open_state(root);
    struct state_action_run run = {
        .reasons = {long_reasons, sizeof long_reasons}};
    uint64_t number;
    CHECK(state_begin_run(state, "build", 1, &number, &err));
    CHECK(state_add_action_run(state, "a", &run, &err));
    state_close(state);
    (void)ask_database(root, "UPDATE why SET len = len + 1 RETURNING 1");
    state = open_state(root);
    check_reasons(state, "a", "", 0);
    state_close(state);
    free(root);
}

/* With the last run that had them. */
TEST(old_reasons_are_forgotten)
{
    char *root = new_root();
    struct error err = {0};
    struct state *state = open_state(root);
    struct state_run end = {0};
    for (int i = 0; i < 70; i++) {
        uint64_t number;
        char text[20];
        int len = snprintf(text, sizeof text, "K of run %d", i);
        struct state_action_run run = {.reasons = {text, (size_t)len}};
        CHECK(state_begin_run(state, "build", 1, &number, &err));
        CHECK(state_add_action_run(state, "out", &run, &err));
        CHECK(state_end_run(state, &end, &err));
    }
    check_reasons(state, "out", "K of run 69", 11);
    state_close(state);
    CHECK(ask_database(root, "SELECT count(*) FROM why") < 70);
    CHECK_EQ_INT(ask_database(root, "SELECT count(*) FROM action_run"
                                    " WHERE why NOT IN (SELECT id FROM why)"),
                 0);
    free(root);
}

/* More texts than are remembered, in one run: none is taken for another one. */
TEST(many_reasons_are_kept_apart)
{
    char *root = new_root();
    struct error err = {0};
    struct state *state = open_state(root);
    uint64_t number;
    char key[20];
    char text[20];
    CHECK(state_begin_run(state, "build", 1, &number, &err));
    for (int i = 0; i < 400; i++) {
        snprintf(key, sizeof key, "out%d", i);
        int len = snprintf(text, sizeof text, "K of %d", i % 200);
        struct state_action_run run = {.reasons = {text, (size_t)len}};
        CHECK(state_add_action_run(state, key, &run, &err));
    }
    for (int i = 0; i < 400; i++) {
        snprintf(key, sizeof key, "out%d", i);
        int len = snprintf(text, sizeof text, "K of %d", i % 200);
        check_reasons(state, key, text, (size_t)len);
    }
    state_close(state);
    free(root);
}

/* What is there again after it was forgotten is stored again. */
TEST(forgotten_reasons_come_again)
{
    char *root = new_root();
    struct error err = {0};
    struct state *state = open_state(root);
    struct state_run end = {0};
    struct state_action_run again = {.reasons = {"K again", 7}};
    uint64_t number;
    for (int i = 0; i < 140; i++) {
        struct state_action_run run = {.reasons = {"", 0}};
        CHECK(state_begin_run(state, "build", 1, &number, &err));
        CHECK(state_add_action_run(state, "out", i == 0 ? &again : &run, &err));
        CHECK(state_end_run(state, &end, &err));
    }
    CHECK(state_begin_run(state, "build", 1, &number, &err));
    CHECK(state_add_action_run(state, "out", &again, &err));
    check_reasons(state, "out", "K again", 7);
    state_close(state);
    free(root);
}
