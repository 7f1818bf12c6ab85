/* SPDX-License-Identifier: MIT */
/* What the database remembers: commands, runs of actions, graph versions. */
#include "exec/decide/lineage.h"

#include "exec/base/memory.h"
#include "exec/state/body.h"
#include "exec/state/pack.h"
#include "exec/state/store.h"
#include "tests/lib/test.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct error err;

static struct state *
open_new(void)
{
    static int count;
    struct state *state = NULL;
    char *root = mem_format("%s/history%d", test_dir(), count++);
    struct state_options options = {.root = root, .build_file = "build.magma"};
    bool ok = mkdir(root, 0777) == 0 && state_open(&options, &state, &err);
    assert(ok);
    (void)ok;
    free(root);
    return state;
}

static void
begin_run(struct state *state)
{
    uint64_t run = 0;
    CHECK(state_begin_run(state, "build", 1000, &run, &err));
}

static void
end_run(struct state *state)
{
    const struct state_run end = {.ended_unix_us = 2000, .ran = 1};
    CHECK(state_end_run(state, &end, &err));
}

/* A success with this command and this hash for command and manifest, that no run
 * tells of. */
static void
put_record(struct state *state, const char *key, const char *command,
           uint64_t hash)
{
    struct buffer body = {0};
    uint32_t versions[] = {1, 2, 3};
    body_seal(&body, versions, 3, (struct slice){"entries", 7});
    const struct state_record record = {.key = key,
                                        .status = RECORD_VALID,
                                        .manifest = {hash, 1},
                                        .body = buffer_slice(&body)};
    CHECK(state_put_record(state, &record, slice_of(command), &err));
    buffer_finish(&body);
}

static void
put(struct state *state, const char *key, const char *command, uint64_t hash)
{
    const struct state_action_run run = {.status = RECORD_VALID,
                                         .started_unix_us = 1500,
                                         .duration_us = 10};
    put_record(state, key, command, hash);
    CHECK(state_add_action_run(state, key, &run, &err));
}

static void
check_command(struct state *state, const char *key, const char *expected)
{
    char *text = NULL;
    size_t len = 0;
    if (CHECK(state_find_command(state, key, &text, &len))) {
        CHECK_EQ_INT(len, strlen(expected));
        CHECK_EQ_STR(text, expected);
    }
    free(text);
}

/* --- Commands ----------------------------------------------------------------- */

/* Alike, as the calls of one compiler are. */
static char *
command_of(int n)
{
    return mem_format("cc -O2 -g -Wall -Wextra -std=c11 -fPIC -DNDEBUG -I src "
                      "-MF out/part%d/file%d.o.d -o out/part%d/file%d.o "
                      "src/part%d/file%d.c /usr/lib/ccache/cc",
                      n / 7, n, n / 7, n, n / 7, n);
}

TEST(commands_come_back_whatever_form_they_have)
{
    struct state *state = open_new();
    begin_run(state);
    for (int i = 0; i < 300; i++) {
        char key[20];
        snprintf(key, sizeof(key), "file%d.o", i);
        char *command = command_of(i);
        put(state, key, command, (uint64_t)i + 1);
        free(command);
    }
    put(state, "short", "x", 1001);
    put(state, "empty", "", 1002);
    for (int i = 0; i < 300; i += 13) {
        char key[20];
        snprintf(key, sizeof(key), "file%d.o", i);
        char *command = command_of(i);
        check_command(state, key, command);
        free(command);
    }
    check_command(state, "short", "x");
    check_command(state, "empty", "");
    end_run(state);
    state_close(state);
}

/* With eight bits, hashes collide all the time; only texts may decide. */
TEST(equal_hashes_are_not_equal_commands)
{
    struct state *state = open_new();
    for (int i = 0; i < 600; i++) {
        begin_run(state);
        char *command = command_of(i);
        uint64_t hash = hash_xxh3.bytes(command, strlen(command)).low & 0xff;
        put(state, "out", command, hash + 1);
        check_command(state, "out", command);
        free(command);
        end_run(state);
    }
    state_close(state);
}

TEST(packed_commands_are_small)
{
    struct packer *packer = packer_create();
    struct buffer packed = {0};
    char *base = command_of(1);
    char *text = command_of(2);
    uint32_t id = 0;
    uint32_t depth = 0;
    CHECK(!packer_pack(packer, slice_of(text), &packed, &id, &depth));
    packer_add(packer, 5, slice_of(base), 0);
    REQUIRE(packer_pack(packer, slice_of(text), &packed, &id, &depth));
    CHECK_EQ_INT(id, 5);
    CHECK_EQ_INT(depth, 1);
    CHECK(packed.len < strlen(text) / 5);
    packer_add(packer, 6, slice_of(text), PACK_DEPTH);
    buffer_truncate(&packed, 0);
    REQUIRE(packer_pack(packer, slice_of(text), &packed, &id, &depth));
    CHECK_EQ_INT(id, 5); // Behind no more edits than there may be.
    CHECK_EQ_INT(depth, 1);
    free(base);
    free(text);
    buffer_finish(&packed);
    packer_destroy(packer);
}

/* Each builds on the one before it; a new process reads the last one first. */
TEST(commands_behind_many_others_come_back)
{
    enum { COUNT = 200 };
    struct state *state = open_new();
    begin_run(state);
    for (int i = 0; i < COUNT; i++) {
        char key[20];
        char *command = command_of(i);
        snprintf(key, sizeof(key), "file%d.o", i);
        put(state, key, command, (uint64_t)i + 1);
        free(command);
    }
    end_run(state);
    store_forget_commands(state);
    for (int i = COUNT - 1; i >= 0; i--) {
        char key[20];
        char *command = command_of(i);
        snprintf(key, sizeof(key), "file%d.o", i);
        check_command(state, key, command);
        store_forget_commands(state);
        free(command);
    }
    state_close(state);
}

/* --- Runs of actions ------------------------------------------------------------- */

TEST(each_run_has_the_manifest_before_it)
{
    struct state *state = open_new();
    for (int i = 0; i < 3; i++) {
        begin_run(state);
        char *command = command_of(i);
        put(state, "out", command, (uint64_t)i + 1);
        free(command);
        end_run(state);
    }
    struct state_action_run run[4] = {{0}};
    for (uint64_t i = 1; i <= 3; i++) {
        char *text = NULL;
        REQUIRE(state_find_action_run(state, "out", i, &run[i], &text));
        CHECK_EQ_INT(run[i].run, i);
        CHECK_EQ_INT(run[i].started_unix_us, 1500);
        free(text);
    }
    CHECK_EQ_INT(run[1].previous, 0);
    CHECK_EQ_INT(run[2].previous, run[1].manifest);
    CHECK_EQ_INT(run[3].previous, run[2].manifest);
    CHECK(run[3].manifest != run[2].manifest);
    /* A failure has none of its own, and leaves the last one. */
    const struct state_action_run failure = {.status = RECORD_FAILED};
    char *text = NULL;
    begin_run(state);
    CHECK(state_invalidate(state, "out", &err));
    CHECK(state_add_action_run(state, "out", &failure, &err));
    REQUIRE(state_find_action_run(state, "out", 0, &run[0], &text));
    CHECK_EQ_INT(run[0].manifest, 0);
    CHECK_EQ_INT(run[0].previous, run[3].manifest);
    free(text);
    end_run(state);
    state_close(state);
}

/* A manifest is there whole if its command part is. */
static void
check_manifest(struct state *state, uint32_t id)
{
    struct state_manifest manifest;
    char *text = NULL;
    size_t len = 0;
    REQUIRE(state_find_manifest(state, id, &manifest));
    CHECK(state_command_text(state, manifest.command, &text, &len));
    free(text);
    free(manifest.body);
}

static void
count_run(void *ctx, const struct state_run *run)
{
    uint32_t *count = ctx;
    CHECK(run->id > 0);
    (*count)++;
}

TEST(forgetting_keeps_what_decides)
{
    struct state *state = open_new();
    for (int i = 0; i < 40; i++) {
        begin_run(state);
        char *command = command_of(i);
        put(state, "out", command, (uint64_t)i + 1);
        put(state, i == 0 ? "old" : "new", command, (uint64_t)i + 1);
        free(command);
        end_run(state);
    }
    begin_run(state);
    put_record(state, "new", "adopted", 99);
    struct state_kept kept = {.runs = 4};
    struct state_pruned pruned = {0};
    CHECK(state_prune(state, &kept, &pruned, &err));
    CHECK_EQ_INT(pruned.runs, 37);
    CHECK(pruned.bytes_after <= pruned.bytes_before);
    uint32_t count = 0;
    CHECK(state_list_runs(state, count_run, &count, &err));
    CHECK_EQ_INT(count, 4);
    char *first = command_of(0);
    char *last = command_of(39);
    check_command(state, "old", first);
    check_command(state, "new", "adopted");
    check_command(state, "out", last);
    struct state_action_run run;
    char *text = NULL;
    CHECK(state_find_action_run(state, "old", 0, &run, &text));
    free(text);
    CHECK(!state_find_action_run(state, "out", 20, &run, &text));
    for (uint64_t i = 38; i <= 40; i++) {
        REQUIRE(state_find_action_run(state, "out", i, &run, &text));
        free(text);
        check_manifest(state, run.manifest);
        check_manifest(state, run.previous);
    }
    /* By size: at last one run is left. */
    kept = (struct state_kept){.runs = 50, .bytes = 1};
    CHECK(state_prune(state, &kept, &pruned, &err));
    count = 0;
    CHECK(state_list_runs(state, count_run, &count, &err));
    CHECK_EQ_INT(count, 1);
    check_command(state, "out", last);
    /* And it can be written on. */
    begin_run(state);
    put(state, "new", first, 77);
    check_command(state, "new", first);
    end_run(state);
    free(first);
    free(last);
    state_close(state);
}

/* --- Graph versions ----------------------------------------------------------------- */

/* A graph of copies, "out/N" from "in/N", whose command is that letter. */
static struct graph *
graph_of(const char *letters)
{
    struct graph *g = graph_create();
    for (int i = 0; letters[i] != 0; i++) {
        if (letters[i] == ' ') {
            continue;
        }
        char out[20];
        int len = snprintf(out, sizeof(out), "out/%d", i);
        struct action *action;
        graph_begin_action(g, &action);
        action->key = graph_intern(g, out, (size_t)len);
        action->depfile = FILE_NONE;
        action->depfile_kinds = EDGE_IFWRITTEN;
        graph_add_output(g, graph_add_file(g, out, (size_t)len));
        graph_add_step(g, STEP_COMMAND);
        graph_add_arg(g, graph_intern(g, &letters[i], 1));
        graph_end_action(g);
    }
    CHECK(graph_seal(g, &err));
    return g;
}

static void
add_change(void *ctx, const char *key, uint32_t changes)
{
    buffer_add_format(ctx, "%s%s",
                      changes & GRAPH_ADDED     ? "+"
                      : changes & GRAPH_REMOVED ? "-"
                                                : "~",
                      key + 4);
    CHECK(changes == GRAPH_ADDED || changes == GRAPH_REMOVED ||
          changes == GRAPH_COMMAND);
}

static void
check_diff(struct state *state, uint64_t before, uint64_t after,
           const char *expected)
{
    struct buffer text = {0};
    const struct exec_graph_sink sink = {add_change, &text};
    CHECK(lineage_diff(state, before, after, &sink, &err));
    CHECK_EQ_STR(buffer_str(&text), expected);
    buffer_finish(&text);
}

/* What earlier programs wrote: three fingerprints of every action, and no mark. */
TEST(a_graph_of_version_9_is_read)
{
    struct state *state = open_new();
    struct graph *g = graph_of("ab");
    begin_run(state);
    put(state, "out/0", "x", 1);
    CHECK(state_add_graph(state, (struct hash128){1, 1},
                          (struct slice){"\0\5out/7aaaabbbbcccc"
                                         "\4\1"
                                         "8aaaabbbbcccc",
                                         34},
                          (struct slice){NULL, 0}, &err));
    end_run(state);
    begin_run(state);
    put(state, "out/0", "x", 1);
    CHECK(lineage_record(state, g, test_dir(), NULL, &err));
    end_run(state);
    check_diff(state, 1, 2, "+0+1-7-8");
    check_diff(state, 2, 1, "-0-1+7+8");
    graph_destroy(g);
    state_close(state);
}

static void
add_size(void *ctx, uint64_t id, struct slice text)
{
    size_t *sizes = ctx;
    sizes[id] = text.len;
}

TEST(an_older_version_has_only_what_differs)
{
    struct state *state = open_new();
    static const char *const versions[] = {"aaaaaaaa", "aabaaaaa"};
    size_t sizes[3] = {0};
    for (int i = 0; i < 2; i++) {
        struct graph *g = graph_of(versions[i]);
        begin_run(state);
        put(state, "out/0", "x", 1);
        CHECK(lineage_record(state, g, test_dir(), NULL, &err));
        end_run(state);
        graph_destroy(g);
    }
    CHECK(state_list_graphs(state, 1, add_size, sizes, &err));
    CHECK_EQ_INT(sizes[1], 1 + 2 + 5 + 2 * 4); // Lengths, key, fingerprints.
    CHECK_EQ_INT(sizes[2], sizes[1] + 7 * (2 + 1 + 2 * 4));
    state_close(state);
}

TEST(graph_versions_are_told_apart)
{
    static const char *const versions[] = {"aaa", "aba",          " ba", "abac",
                                           "",    "zzzzzzzzzzzz", "aaa"};
    enum { COUNT = sizeof(versions) / sizeof(versions[0]) };
    struct state *state = open_new();
    for (int i = 0; i < COUNT; i++) {
        struct graph *g = graph_of(versions[i]);
        for (int twice = 0; twice < 2; twice++) {
            begin_run(state);
            put(state, "out/0", "x", 1);
            CHECK(lineage_record(state, g, test_dir(), NULL, &err));
            end_run(state);
        }
        graph_destroy(g);
    }
    check_diff(state, 1, 2, "~1");
    check_diff(state, 2, 3, "-0");
    check_diff(state, 3, 4, "+0+3");
    check_diff(state, 4, 5, "-0-1-2-3");
    check_diff(state, 1, 7, "");
    check_diff(state, 7, 3, "-0~1");
    check_diff(state, 3, 3, "");
    check_diff(state, 5, 7, "+0+1+2");
    const struct exec_graph_sink sink = {add_change, NULL};
    CHECK(!lineage_diff(state, 1, 99, &sink, &err));
    error_finish(&err);
    state_close(state);
}
