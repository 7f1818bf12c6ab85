/* SPDX-License-Identifier: MIT */
/* Databases of earlier versions are brought up, whatever ends the upgrade. */
#include "tests/lib/old_state.h"

#include "exec/decide/manifest.h"
#include "exec/state/past.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char *
new_root(void)
{
    static int count;
    char *root = mem_format("%s/state%d", test_dir(), count++);
    int code = mkdir(root, 0777);
    assert(code == 0);
    (void)code;
    return root;
}

static struct state *
open_state(const char *root, struct error *err)
{
    struct state_options options = {.root = root,
                                    .build_file = "build.magma",
                                    .no_wait = true};
    struct state *state;
    return state_open(&options, &state, err) ? state : NULL;
}

/* Opens, or ends the program: for tests whose subject is something else. */
static struct state *
must_open(const char *root)
{
    struct error err = {0};
    struct state *state = open_state(root, &err);
    if (!state) {
        CHECK_EQ_STR(err.what, "");
    }
    assert(state);
    return state;
}

struct seen {
    uint32_t count;
    enum record_status status;
    char key[50];
    size_t body_len;
};

static void
see_record(void *ctx, const struct state_record *record)
{
    struct seen *seen = ctx;
    seen->count++;
    seen->status = record->status;
    seen->body_len = record->body.len;
    snprintf(seen->key, sizeof seen->key, "%s", record->key);
}

static struct seen
records(struct state *state)
{
    struct seen seen = {0};
    struct error err = {0};
    CHECK(state_load_records(state, see_record, &seen, &err));
    return seen;
}

static char *
db_path(const char *root)
{
    return mem_format("%s/.ronin/state.db", root);
}

static bool
exists(const char *root, const char *name)
{
    char *path = mem_format("%s/.ronin/%s", root, name);
    bool is_there = access(path, F_OK) == 0;
    free(path);
    return is_there;
}

static struct file_version
put_file(struct state *state, const char *path)
{
    struct error err = {0};
    struct file_version version = {.kind = KIND_FILE, .settled = true};
    CHECK(state_add_file(state, path, &version, &err));
    return version;
}

/* The stamp of the root's database; zero if it has none. */
static struct hash128
stamp_of(const char *root)
{
    struct error err = {0};
    struct hash128 stamp = {0, 0};
    struct state *state = open_state(root, &err);
    if (CHECK(state != NULL)) {
        CHECK(state_stamp(state, &stamp));
    }
    state_close(state);
    return stamp;
}

/* What the upgrade must have kept of old_state_make. */
static void
check_upgraded(const char *root)
{
    struct error err = {0};
    struct state *state = must_open(root);
    struct seen seen = records(state);
    CHECK_EQ_INT(seen.count, 1);
    CHECK_EQ_STR(seen.key, "out");
    CHECK_EQ_INT(seen.status, RECORD_VALID);
    char *text = NULL;
    size_t len = 0;
    CHECK(state_find_command(state, "out", &text, &len));
    CHECK_EQ_STR(text, "command");
    free(text);
    struct error lost = {0};
    CHECK(!state_has_folder(state, "made"));
    CHECK(state_put_folder(state, "made", &lost));
    CHECK(state_has_folder(state, "made"));
    CHECK(state_drop_folder(state, "made", &lost));
    CHECK(!state_has_folder(state, "made"));
    struct state_action_run run;
    REQUIRE(state_find_action_run(state, "out", 0, &run, &text));
    CHECK_EQ_INT(run.run, 3);
    CHECK_EQ_INT(run.started_unix_us, 5100);
    CHECK_EQ_INT(run.peak_kib, 60);
    CHECK_EQ_INT(run.previous, 0);
    CHECK_EQ_INT(run.output.len, 1);
    free(text);
    struct state_manifest manifest;
    REQUIRE(state_find_manifest(state, run.manifest, &manifest));
    struct body_versions list;
    struct slice entries;
    uint32_t id = 0;
    CHECK(body_open((struct slice){manifest.body, manifest.body_len}, &list,
                    &entries));
    CHECK(body_take_version(&list, &id));
    CHECK_EQ_INT(id, 7);
    free(manifest.body);
    char *path = NULL;
    struct file_version version;
    REQUIRE(state_find_version(state, 8, &path, &version));
    CHECK_EQ_STR(path, "out");
    CHECK_EQ_INT(version.ctime_ns, 1000);
    CHECK_EQ_INT(version.mode, 0644 | VERSION_LINK);
    CHECK(!version.settled && version.kind == KIND_FILE);
    free(path);
    CHECK(state_find_listing(state, "out", "d", &text, &len));
    free(text);
    uint64_t next = 0;
    CHECK(state_begin_run(state, "", 1, &next, &err));
    CHECK_EQ_INT(next, 4);
    CHECK_EQ_INT(put_file(state, "new").id, 9);
    state_close(state);
}

TEST(older_tables_are_brought_up)
{
    for (int version = 1; version <= 2; version++) {
        char *root = new_root();
        char *dir = mem_format("%s/.ronin", root);
        char *path = db_path(root);
        REQUIRE(mkdir(dir, 0777) == 0);
        old_state_make(path, version);
        struct hash128 stamp = stamp_of(root);
        CHECK(stamp.low != 0 && !exists(root, "state.db.corrupt"));
        CHECK(hash_equal(stamp, stamp_of(root)));
        check_upgraded(root);
        free(path);
        free(dir);
        free(root);
    }
}

static void
see_path(void *ctx, const char *path)
{
    snprintf(ctx, 50, "%s", path);
}

static void
see_output(void *ctx, const struct state_output *output)
{
    char *seen = ctx;
    size_t len = strlen(seen);
    snprintf(seen + len, 50 - len, "%s@%u ", output->path, output->version);
}

static void
see_file(void *ctx, uint32_t file, const char *path, uint32_t version)
{
    uint32_t *latest = ctx;
    latest[0] += strcmp(path, "out") == 0 ? version : 0;
    latest[1] += strcmp(path, "d/in") == 0 ? version : 0;
    latest[2] += strcmp(path, "d/gone") == 0 ? file : 0;
}

/* Versions have the numbers by which manifests call them, and belong to the
 * files that they were of. */
static void
check_versions_of_4(struct state *state)
{
    static const char *const paths[] = {"out", "d/in", "out"};
    static const uint32_t ids[] = {5, 7, 8};
    struct error err = {0};
    char *path = NULL;
    struct file_version version;
    for (int i = 0; i < 3; i++) {
        REQUIRE(state_find_version(state, ids[i], &path, &version));
        CHECK_EQ_STR(path, paths[i]);
        CHECK_EQ_INT(version.size, i == 0 ? 4 : ids[i] - 2);
        free(path);
    }
    uint32_t latest[3] = {0, 0, 0};
    CHECK(state_load_files(state, see_file, latest, &err));
    CHECK_EQ_INT(latest[0], 8);
    CHECK_EQ_INT(latest[1], 7);
    CHECK(latest[2] > 8); // It had no version whose number it could have.
    char seen[50] = "";
    CHECK(state_list_removed(state, 3, see_path, seen, &err));
    CHECK_EQ_STR(seen, "d/gone");
    seen[0] = '\0';
    CHECK(state_load_outputs(state, see_output, seen, &err));
    CHECK_EQ_STR(seen, "out@8 ");
}

/* Where nothing is written, older tables are read in a copy. */
TEST(older_tables_are_read_without_a_change)
{
    for (int version = 1; version <= 2; version++) {
        char *root = new_root();
        char *dir = mem_format("%s/.ronin", root);
        char *path = db_path(root);
        struct state_options options = {.root = root,
                                        .build_file = "build.magma",
                                        .read_only = true};
        struct stat before;
        struct stat after;
        struct error err = {0};
        struct state *state = NULL;
        REQUIRE(mkdir(dir, 0777) == 0);
        old_state_make(path, version);
        REQUIRE(stat(path, &before) == 0);
        REQUIRE(state_open(&options, &state, &err));
        CHECK(!state_was_lost(state));
        CHECK_EQ_STR(records(state).key, "out");
        state_close(state);
        REQUIRE(stat(path, &after) == 0);
        CHECK(before.st_mtime == after.st_mtime &&
              before.st_size == after.st_size);
        check_upgraded(root);
        free(path);
        free(dir);
        free(root);
    }
}

/* Adds the length of the reasons to a text. */
static void
see_reasons(void *ctx, const struct state_action_run *run)
{
    char *lengths = ctx;
    size_t len = strlen(lengths);
    snprintf(lengths + len, 20 - len, "%zu ", run->reasons.len);
}

/* What the tables of version 4 held is read as it was written. */
TEST(differences_and_bodies_of_version_4_are_read)
{
    const char *base = "cc -O2 -Wall -Wextra -c src/one.c -o out/one.o";
    const char *command = "cc -O2 -Wall -Wextra -c src/two.c -o out/two.o";
    char *root = new_root();
    char *dir = mem_format("%s/.ronin", root);
    char *path = db_path(root);
    struct error err = {0};
    REQUIRE(mkdir(dir, 0777) == 0);
    old_state_make_4(path, base, command);
    struct state *state = must_open(root);
    CHECK(!state_was_lost(state));
    CHECK_EQ_INT(records(state).status, RECORD_VALID);
    check_versions_of_4(state);
    char *text = NULL;
    size_t len = 0;
    REQUIRE(state_find_command(state, "out", &text, &len));
    CHECK_EQ_INT(len, strlen(command));
    CHECK_EQ_STR(text, command);
    free(text);
    struct state_action_run run;
    REQUIRE(state_find_action_run(state, "out", 0, &run, &text));
    CHECK_EQ_INT(run.started_unix_us, 5100);
    REQUIRE(run.reasons.len == 5);
    CHECK_EQ_MEM(run.reasons.bytes, "A\0\0\0", 5);
    free(text);
    char lengths[20] = "";
    CHECK(state_list_action_runs(state, 3, see_reasons, lengths, &err));
    CHECK_EQ_STR(lengths, "0 5 5 ");
    struct state_manifest manifest;
    REQUIRE(state_find_manifest(state, run.manifest, &manifest));
    struct manifest_reader reader;
    REQUIRE(manifest_open((struct slice){manifest.body, manifest.body_len},
                          &reader));
    static const uint32_t expected[] = {7, 0, 8}; // 0: an empty list
    for (int list = 0; list < 3; list++) {
        uint32_t id = 0;
        uint32_t count = manifest_read_count(&reader);
        CHECK_EQ_INT(count, expected[list] != 0);
        if (count > 0) {
            CHECK_EQ_INT(manifest_read_file(&reader, &id), EDGE_IFWRITTEN);
        }
        CHECK_EQ_INT(id, expected[list]);
    }
    CHECK(!reader.bad);
    free(manifest.body);
    state_close(state);
    free(path);
    free(dir);
    free(root);
}

/* However far the upgrade came, the next one begins anew or finds it done. */
TEST(an_upgrade_may_be_killed)
{
    for (unsigned pause_us = 0; pause_us < 12000; pause_us += 400) {
        char *root = new_root();
        char *dir = mem_format("%s/.ronin", root);
        char *path = db_path(root);
        REQUIRE(mkdir(dir, 0777) == 0);
        old_state_make(path, 2);
        pid_t child = fork();
        if (child == 0) {
            struct error err = {0};
            struct state *state = open_state(root, &err);
            (void)pause();
            _exit(state == NULL);
        }
        usleep(pause_us);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        check_upgraded(root);
        free(path);
        free(dir);
        free(root);
    }
}
