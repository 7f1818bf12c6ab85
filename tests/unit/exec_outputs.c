/* SPDX-License-Identifier: MIT */
/* Which action made an output, and which row an action is. */
#include "exec/base/memory.h"
#include "exec/state/body.h"
#include "exec/state/db.h"
#include "exec/state/past.h"
#include "tests/lib/test.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct error err;

/* The records of a build file in the folder of the test. */
static struct state *
open_state(const char *build_file)
{
    struct state *state = NULL;
    struct state_options options = {.root = test_dir(),
                                    .build_file = build_file};
    bool ok = state_open(&options, &state, &err);
    assert(ok);
    (void)ok;
    return state;
}

static void
put_record(struct state *state, const char *key)
{
    struct buffer body = {0};
    const uint32_t version = 1;
    body_seal(&body, &version, 1, (struct slice){"entries", 7});
    const struct state_record record = {.key = key,
                                        .status = RECORD_VALID,
                                        .manifest = {3, 4},
                                        .body = buffer_slice(&body)};
    CHECK(state_put_record(state, &record, slice_of("command"), &err));
    buffer_finish(&body);
}

static struct file_version
put_file(struct state *state, const char *path)
{
    struct file_version version = {.kind = KIND_FILE, .settled = true};
    CHECK(state_add_file(state, path, &version, &err));
    return version;
}

static void
put_output(struct state *state, const char *key, const char *path,
           uint32_t file, uint32_t version)
{
    const struct state_output output = {path, key, file, version};
    CHECK(state_put_output(state, &output, &err));
}

static void
add_output(void *ctx, const struct state_output *output)
{
    buffer_add_format(ctx, "%s>%s@%u ", output->key, output->path,
                      output->version);
}

/* All outputs, as "key>path@version " one after the other. */
static void
check_outputs(struct state *state, const char *expected)
{
    struct buffer text = {0};
    CHECK(state_load_outputs(state, add_output, &text, &err));
    CHECK_EQ_STR(buffer_str(&text), expected);
    buffer_finish(&text);
}

/* Whether the action is named like it or not. */
TEST(an_output_has_one_action)
{
    struct state *state = open_state("build.magma");
    put_record(state, "a");
    put_record(state, "b");
    uint32_t a = put_file(state, "a").file;
    struct file_version b = put_file(state, "b");
    put_output(state, "a", "a", a, a);
    put_output(state, "a", "b", b.file, b.id);
    check_outputs(state, "a>a@1 a>b@2 ");
    put_output(state, "b", "b", b.file, b.id);
    check_outputs(state, "a>a@1 b>b@2 ");
    b.id = 0;
    b.size = 7;
    CHECK(state_put_version(state, &b, &err));
    put_output(state, "b", "b", b.file, b.id);
    check_outputs(state, "a>a@1 b>b@3 ");
    put_output(state, "a", "b", b.file, b.id);
    check_outputs(state, "a>a@1 a>b@3 ");
    CHECK(state_drop_output(state, "b", b.file, false, &err));
    check_outputs(state, "a>a@1 ");
    put_output(state, "b", "b", b.file, b.id);
    CHECK(state_drop_output(state, "a", a, true, &err));
    check_outputs(state, "b>b@3 ");
    put_output(state, "a", "a", a, a);
    check_outputs(state, "a>a@1 b>b@3 ");
    CHECK(state_drop_output(state, "a", a, true, &err)); // Asked for last.
    put_output(state, "a", "a", a, a);
    check_outputs(state, "a>a@1 b>b@3 ");
    put_output(state, "b", "a", a, a);
    check_outputs(state, "b>b@3 b>a@1 ");
    state_close(state);
    state = open_state("other.magma");
    CHECK(state_output_is_foreign(state, "a", a));
    CHECK(state_output_is_foreign(state, "b", b.file));
    state_close(state);
    state = open_state("build.magma");
    CHECK(!state_output_is_foreign(state, "a", a));
    CHECK(!state_output_is_foreign(state, "b", b.file));
    char *text = NULL;
    size_t len = 0;
    CHECK(state_find_command(state, "b", &text, &len));
    free(text);
    state_close(state);
}

static bool
has_version(struct state *state, uint32_t id)
{
    char *path = NULL;
    struct file_version version;
    bool found = state_find_version(state, id, &path, &version);
    if (found) {
        free(path);
    }
    return found;
}

/* Puts another version of a file; its number. */
static uint32_t
change(struct state *state, struct file_version *version)
{
    version->id = 0;
    version->size++;
    CHECK(state_put_version(state, version, &err));
    return version->id;
}

/* What was made is told from what somebody wrote over it by its version. */
TEST(the_version_of_an_output_is_kept)
{
    const char *const keys[] = {"made", "other"};
    const struct state_kept kept = {.runs = 1};
    struct state_pruned pruned;
    struct state *state = open_state("kept.magma");
    struct file_version version = put_file(state, "made");
    for (int i = 0; i < 2; i++) {
        uint32_t made = change(state, &version);
        put_record(state, keys[i]);
        put_output(state, keys[i], "made", version.file, made);
        uint32_t between = change(state, &version);
        uint32_t latest = change(state, &version);
        CHECK(state_prune(state, &kept, &pruned, &err));
        CHECK(has_version(state, made));
        CHECK(!has_version(state, between));
        CHECK(has_version(state, latest));
    }
    state_close(state);
}

static void
see_record(void *ctx, const struct state_record *record)
{
    buffer_add_format(ctx, "%s:%d ", record->key, record->status);
}

static void
check_record(struct state *state, const char *key, enum record_status status)
{
    struct buffer text = {0};
    char *expected = mem_format("%s:%d ", key, status);
    state_find_record(state, key, see_record, &text);
    CHECK_EQ_STR(buffer_str(&text), expected);
    free(expected);
    buffer_finish(&text);
}

/* Keys are found by a short hash, which several have. */
TEST(keys_of_equal_hash_keep_apart)
{
    enum { TRIES = 20000 };
    static int64_t hashes[TRIES];
    char keys[2][20] = {"", ""};
    struct state *state = open_state("equal.magma");
    for (int i = 0; i < TRIES && keys[0][0] == '\0'; i++) {
        int len = snprintf(keys[1], sizeof keys[1], "key%d", i);
        hashes[i] = db_key_hash(keys[1], (size_t)len);
        for (int k = 0; k < i; k++) {
            if (hashes[k] == hashes[i]) {
                snprintf(keys[0], sizeof keys[0], "key%d", k);
            }
        }
    }
    REQUIRE(keys[0][0] != '\0');
    for (int i = 0; i < 2; i++) {
        put_record(state, keys[i]);
    }
    CHECK(state_set_status(state, keys[0], RECORD_FAILED, &err));
    check_record(state, keys[0], RECORD_FAILED);
    check_record(state, keys[1], RECORD_VALID);
    for (int i = 0; i < 2; i++) { // By number of the file from now on.
        uint32_t file = put_file(state, keys[i]).file;
        put_output(state, keys[i], keys[i], file, file);
    }
    check_record(state, keys[0], RECORD_FAILED);
    check_record(state, keys[1], RECORD_VALID);
    CHECK(state_set_status(state, keys[1], RECORD_STARTED, &err));
    check_record(state, keys[0], RECORD_FAILED);
    check_record(state, keys[1], RECORD_STARTED);
    state_close(state);
}
