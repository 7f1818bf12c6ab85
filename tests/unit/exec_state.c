/* SPDX-License-Identifier: MIT */
/* The database: what comes back, what damage does, who may write. */
#include "exec/base/memory.h"
#include "exec/state/body.h"
#include "exec/state/db.h"
#include "exec/state/past.h"
#include "exec/state/state.h"
#include "tests/lib/test.h"

#include <assert.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
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

static struct hash128
hash_of(uint64_t n)
{
    return (struct hash128){n, n + 1};
}

static bool
put_one(struct state *state, const char *key, struct error *err)
{
    struct buffer body = {0};
    uint32_t versions[] = {7, 300};
    body_seal(&body, versions, 2, (struct slice){"entries", 7});
    struct state_record record = {.key = key,
                                  .status = RECORD_VALID,
                                  .manifest = hash_of(strlen(key)),
                                  .body = buffer_slice(&body)};
    bool ok =
        state_put_record(state, &record, (struct slice){"command", 7}, err);
    buffer_finish(&body);
    return ok;
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

/* --- What comes back --------------------------------------------------------------- */

/* Of another build file of the same root. */
static struct state *
open_other(const char *root, const char *file, bool read_only)
{
    struct state_options options = {.root = root,
                                    .build_file = file,
                                    .no_wait = true,
                                    .read_only = read_only};
    struct error err = {0};
    struct state *state = NULL;
    CHECK(state_open(&options, &state, &err));
    return state;
}

TEST(records_are_inherited_once)
{
    struct error err = {0};
    char *root = new_root();
    struct state *state = must_open(root);
    CHECK(put_one(state, "a", &err) && put_one(state, "b", &err));
    state_close(state);

    // A reader takes them as they are, and writes nothing.
    state = open_other(root, "other.magma", true);
    CHECK(state_inherit(state, "build.magma", &err));
    CHECK_EQ_INT(records(state).count, 2);
    state_close(state);
    state = open_other(root, "other.magma", true);
    CHECK_EQ_INT(records(state).count, 0);
    state_close(state);

    // Who is not recorded leaves nothing.
    state = open_other(root, "other.magma", false);
    CHECK(state_inherit(state, "nobody.magma", &err));
    CHECK_EQ_INT(records(state).count, 0);
    CHECK(state_inherit(state, "build.magma", &err));
    struct seen seen = records(state);
    CHECK_EQ_INT(seen.count, 2);
    CHECK_EQ_INT(seen.status, RECORD_VALID);
    CHECK(seen.body_len > 0);

    // What is done now is its own, and nothing is inherited over it.
    CHECK(state_set_status(state, "a", RECORD_FAILED, &err));
    CHECK(state_commit(state, &err));
    state_close(state);
    state = must_open(root);
    CHECK(put_one(state, "c", &err));
    state_close(state);
    state = open_other(root, "other.magma", false);
    CHECK(state_inherit(state, "build.magma", &err));
    CHECK_EQ_INT(records(state).count, 2);
    state_close(state);
    free(root);
}

TEST(records_come_back)
{
    char *root = new_root();
    struct error err = {0};
    struct state *state = must_open(root);
    CHECK(state_note(state) == NULL);
    CHECK(put_one(state, "out", &err));
    CHECK(state_is_pending(state));
    state_close(state);
    state = must_open(root);
    struct seen seen = records(state);
    CHECK_EQ_INT(seen.count, 1);
    CHECK_EQ_INT(seen.status, RECORD_VALID);
    CHECK_EQ_STR(seen.key, "out");
    char *text = NULL;
    size_t len = 0;
    CHECK(state_find_command(state, "out", &text, &len));
    CHECK_EQ_STR(text, "command");
    free(text);
    CHECK(!state_find_command(state, "in", &text, &len));
    CHECK(state_invalidate(state, "out", &err));
    CHECK(state_commit(state, &err));
    CHECK(!state_is_pending(state));
    seen = records(state);
    CHECK_EQ_INT(seen.status, RECORD_STARTED);
    CHECK(seen.body_len > 0); /* the manifest of the last success stays */
    state_close(state);
    free(root);
}

static struct file_version
put_file(struct state *state, const char *path)
{
    struct error err = {0};
    struct file_version version = {.kind = KIND_FILE, .settled = true};
    CHECK(state_add_file(state, path, &version, &err));
    return version;
}

TEST(build_files_keep_apart)
{
    char *root = new_root();
    struct error err = {0};
    struct state *state = must_open(root);
    CHECK(put_one(state, "out", &err));
    struct file_version version = put_file(state, "out");
    uint32_t elsewhere = put_file(state, "elsewhere").file;
    const struct state_output output = {"out", "out", version.file, version.id};
    CHECK(state_put_output(state, &output, &err));
    state_close(state);
    struct state_options options = {.root = root, .build_file = "other.magma"};
    REQUIRE(state_open(&options, &state, &err));
    CHECK_EQ_INT(records(state).count, 0);
    CHECK(state_output_is_foreign(state, "out", version.file));
    CHECK(!state_output_is_foreign(state, "elsewhere", elsewhere));
    state_close(state);
    free(root);
}

TEST(versions_values_and_listings_come_back)
{
    char *root = new_root();
    struct error err = {0};
    struct state *state = must_open(root);
    struct file_version version = {.kind = KIND_FILE, .size = 12};
    version.mtime_ns = -5;
    version.inode = UINT64_MAX;
    CHECK(state_add_file(state, "a\nb", &version, &err));
    CHECK(version.id != 0);
    CHECK(state_put_listing(state, "k", "d", (struct slice){"x\0y", 3}, &err));
    state_close(state);
    state = must_open(root);
    char *path = NULL;
    struct file_version back;
    REQUIRE(state_find_version(state, version.id, &path, &back));
    CHECK_EQ_STR(path, "a\nb");
    CHECK_EQ_INT(back.mtime_ns, -5);
    CHECK(back.inode == UINT64_MAX && !back.hashed);
    free(path);
    CHECK(!state_find_version(state, 999, &path, &back));
    char *listing = NULL;
    size_t len = 0;
    CHECK(state_find_listing(state, "k", "d", &listing, &len));
    CHECK_EQ_INT(len, 3);
    free(listing);
    CHECK(!state_find_listing(state, "k", "e", &listing, &len));
    CHECK(!state_find_value(state, "k", &listing, &len));
    state_close(state);
    free(root);
}

TEST(a_run_without_rows_leaves_no_trace)
{
    char *root = new_root();
    struct error err = {0};
    struct state *state = must_open(root);
    uint64_t run = 0;
    CHECK(state_begin_run(state, "build", 1, &run, &err));
    CHECK_EQ_INT(run, 1);
    struct state_run end = {.exit_status = 0};
    CHECK(state_end_run(state, &end, &err));
    CHECK(state_begin_run(state, "build", 1, &run, &err));
    CHECK_EQ_INT(run, 1);
    CHECK(put_one(state, "out", &err));
    CHECK(state_end_run(state, &end, &err));
    CHECK(state_begin_run(state, "build", 1, &run, &err));
    CHECK_EQ_INT(run, 2);
    state_close(state);
    free(root);
}

TEST(old_runs_are_forgotten)
{
    char *root = new_root();
    struct error err = {0};
    struct state *state = must_open(root);
    struct state_run end = {0};
    for (int i = 0; i < 70; i++) {
        uint64_t run;
        char key[20];
        snprintf(key, sizeof key, "out%d", i);
        struct state_action_run action_run = {.status = RECORD_VALID};
        CHECK(state_begin_run(state, "build", 1, &run, &err));
        CHECK(state_add_action_run(state, "out", &action_run, &err));
        CHECK(state_add_action_run(state, i == 0 ? "first" : key, &action_run,
                                   &err));
        CHECK(state_end_run(state, &end, &err));
    }
    struct state_action_run run;
    char *text = NULL;
    CHECK(state_find_action_run(state, "out", 0, &run, &text));
    CHECK_EQ_INT(run.run, 70);
    free(text);
    /* The latest run of an action stays, however old. */
    CHECK(state_find_action_run(state, "first", 0, &run, &text));
    free(text);
    state_close(state);
    free(root);
}

TEST(writes_are_gathered_for_50_ms)
{
    char *root = new_root();
    struct error err = {0};
    struct state *state = must_open(root);
    CHECK(put_one(state, "out", &err));
    state_tick(state, 1000000);
    CHECK(state_is_pending(state));
    state_tick(state, 1049999);
    CHECK(state_is_pending(state));
    state_tick(state, 1050000);
    CHECK(!state_is_pending(state));
    state_close(state);
    free(root);
}

/* --- Damage ------------------------------------------------------------------------------ */

static void
fill(const char *root)
{
    struct error err = {0};
    struct state *state = must_open(root);
    for (int i = 0; i < 200; i++) {
        char key[60];
        snprintf(key, sizeof key, "some/rather/long/path/of/an/output/%d", i);
        CHECK(put_one(state, key, &err));
    }
    state_close(state);
}

/* Opens what is damaged: it must work, and either know all or say the loss;
 * what is overwritten inside of rows, SQLite cannot see. */
static void
check_survives(const char *root, bool is_whole)
{
    struct error err = {0};
    struct state *state = open_state(root, &err);
    REQUIRE(state);
    struct seen seen = {0};
    struct error lost = {0};
    if (!state_load_records(state, see_record, &seen, &lost)) {
        CHECK(state_start_over(state, &err));
        error_finish(&lost);
    }
    CHECK(records(state).count == 200 || state_was_lost(state) || !is_whole);
    CHECK(!state_was_lost(state) || state_note(state) != NULL);
    CHECK(put_one(state, "new", &err));
    CHECK(state_commit(state, &err));
    state_close(state);
    state = open_state(root, &err);
    REQUIRE(state);
    CHECK(records(state).count >= 1);
    CHECK(!state_was_lost(state));
    state_close(state);
}

TEST(a_truncated_database_is_survived)
{
    char *root = new_root();
    char *path = db_path(root);
    fill(root);
    struct stat st;
    REQUIRE(stat(path, &st) == 0);
    off_t size = st.st_size;
    for (off_t len = 0; len < size; len += 512) {
        CHECK_EQ_INT(truncate(path, len), 0);
        check_survives(root, true);
        unlink(path);
        fill(root);
    }
    CHECK(exists(root, "state.db.corrupt"));
    free(path);
    free(root);
}

TEST(random_bytes_are_no_database)
{
    char *root = new_root();
    char *path = db_path(root);
    fill(root);
    int fd = open(path, O_WRONLY | O_TRUNC);
    unsigned seed = 1;
    for (int i = 0; i < 9000; i++) {
        seed = seed * 1103515245U + 12345U;
        char c = (char)(seed >> 16);
        CHECK(write(fd, &c, 1) == 1);
    }
    close(fd);
    check_survives(root, true);
    free(path);
    free(root);
}

TEST(damaged_pages_are_survived)
{
    char *root = new_root();
    char *path = db_path(root);
    for (off_t at = 50; at < 60000; at += 4096 * 2 + 300) {
        unlink(path);
        fill(root);
        int fd = open(path, O_WRONLY);
        char junk[300];
        memset(junk, 0xa5, sizeof junk);
        CHECK(pwrite(fd, junk, sizeof junk, at) == sizeof junk);
        close(fd);
        struct error err = {0};
        struct state *state = open_state(root, &err);
        /* A damaged head may as well look like a newer version. */
        if (state) {
            state_close(state);
            check_survives(root, false);
        } else {
            CHECK_EQ_INT(err.class, ERROR_CLASS_STATE);
            CHECK(err.help != NULL);
            error_finish(&err);
        }
    }
    free(path);
    free(root);
}

TEST(a_body_with_a_flipped_bit_is_refused)
{
    struct buffer body = {0};
    uint32_t versions[] = {1, 200, 70000};
    body_seal(&body, versions, 3, (struct slice){"abc", 3});
    uint32_t none;
    struct body_versions list;
    struct slice entries;
    REQUIRE(body_open(buffer_slice(&body), &list, &entries));
    CHECK_EQ_INT(entries.len, 3);
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t id = 0;
        CHECK(body_take_version(&list, &id));
        CHECK_EQ_INT(id, versions[i]);
    }
    CHECK(!body_take_version(&list, &none));
    for (size_t i = 0; i < body.len * 8; i++) {
        body.bytes[i / 8] ^= (char)(1 << (i % 8));
        CHECK(!body_open(buffer_slice(&body), &list, &entries));
        body.bytes[i / 8] ^= (char)(1 << (i % 8));
    }
    for (size_t len = 0; len < body.len; len++) {
        CHECK(!body_open((struct slice){body.bytes, len}, &list, &entries));
    }
    buffer_finish(&body);
}

TEST(numbers_of_every_length)
{
    struct buffer out = {0};
    uint64_t numbers[] = {0, 127, 128, 16383, 16384, UINT32_MAX, UINT64_MAX};
    for (int i = 0; i < 7; i++) {
        varint_add(&out, numbers[i]);
    }
    struct slice in = buffer_slice(&out);
    for (int i = 0; i < 7; i++) {
        uint64_t number = 1;
        CHECK(varint_take(&in, &number));
        CHECK(number == numbers[i]);
    }
    uint64_t none;
    CHECK(!varint_take(&in, &none));
    struct slice endless = {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 11};
    CHECK(!varint_take(&endless, &none));
    buffer_finish(&out);
}

TEST(a_newer_database_is_refused_politely)
{
    char *root = new_root();
    char *path = db_path(root);
    fill(root);
    struct error err = {0};
    struct db *db = NULL;
    REQUIRE(db_open(path, DB_WRITE, "", &db, &err) == DB_OK);
    struct statement *s = db_take(db, 0, "PRAGMA user_version=99");
    CHECK(db_write(db, s, &err));
    db_close(db);
    CHECK(open_state(root, &err) == NULL);
    CHECK_EQ_INT(err.class, ERROR_CLASS_STATE);
    CHECK(err.what && strstr(err.what, "newer ronin"));
    CHECK(err.help && strstr(err.help, "rebuild"));
    CHECK(exists(root, "state.db"));
    CHECK(!exists(root, "state.db.corrupt"));
    error_finish(&err);
    free(path);
    free(root);
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

TEST(every_transaction_has_another_stamp)
{
    char *root = new_root();
    struct error err = {0};
    fill(root);
    struct hash128 first = stamp_of(root);
    struct state *state = open_state(root, &err);
    REQUIRE(state != NULL);
    struct hash128 stamp;
    CHECK(state_invalidate(state, "x", &err));
    CHECK(!state_stamp(state, &stamp)); /* it is not committed yet */
    CHECK(state_commit(state, &err));
    CHECK(state_stamp(state, &stamp) && !hash_equal(stamp, first));
    /* Somebody else writes: what was loaded may be old. */
    char *path = db_path(root);
    struct db *db = NULL;
    REQUIRE(db_open(path, DB_WRITE, "", &db, &err) == DB_OK);
    CHECK(db_write(db,
                   db_take(db, 0, "UPDATE stamp SET value = randomblob(16)"),
                   &err));
    db_close(db);
    CHECK(!state_stamp(state, &stamp));
    CHECK(state_invalidate(state, "y", &err));
    CHECK(state_commit(state, &err));
    CHECK(!state_stamp(state, &stamp));
    state_close(state);
    CHECK(!hash_equal(first, stamp_of(root)));
    free(path);
    free(root);
}

/* --- Places that cannot be written ------------------------------------------------------------ */

TEST(a_root_without_a_folder_says_so)
{
    char *root = new_root();
    char *file = mem_format("%s/.ronin", root);
    int fd = open(file, O_WRONLY | O_CREAT, 0644);
    close(fd);
    struct error err = {0};
    CHECK(open_state(root, &err) == NULL);
    CHECK_EQ_INT(err.class, ERROR_CLASS_STATE);
    CHECK(err.what && strstr(err.what, ".ronin"));
    error_finish(&err);
    free(file);
    free(root);
}

TEST(a_folder_open_to_everybody_is_refused)
{
    char *root = new_root();
    char *dir = mem_format("%s/.ronin", root);
    CHECK_EQ_INT(mkdir(dir, 0777), 0);
    CHECK_EQ_INT(chmod(dir, 0777), 0);
    struct error err = {0};
    CHECK(open_state(root, &err) == NULL);
    CHECK_EQ_INT(err.class, ERROR_CLASS_STATE);
    CHECK(err.help && strstr(err.help, "chmod"));
    error_finish(&err);
    free(dir);
    free(root);
}

TEST(readers_need_nothing)
{
    char *root = new_root();
    struct state_options options = {.root = root,
                                    .build_file = "build.magma",
                                    .read_only = true};
    struct error err = {0};
    struct state *state = NULL;
    REQUIRE(state_open(&options, &state, &err));
    CHECK_EQ_INT(records(state).count, 0);
    state_close(state);
    CHECK(!exists(root, ""));
    fill(root);
    struct state *writer = must_open(root); /* readers do not wait for it */
    REQUIRE(state_open(&options, &state, &err));
    CHECK_EQ_INT(records(state).count, 200);
    state_close(state);
    state_close(writer);
    free(root);
}

/* In a child: fills the disk, as far as the database can see. */
static int
write_on_full_disk(const char *root)
{
    struct error err = {0};
    struct state *state = must_open(root);
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = {20000, 20000};
    setrlimit(RLIMIT_FSIZE, &limit);
    bool ok = true;
    for (int i = 0; ok && i < 5000; i++) {
        char key[400];
        snprintf(key, sizeof key, "%0*d", 300, i);
        ok = put_one(state, key, &err) && state_commit(state, &err);
    }
    bool said = !ok && err.class == ERROR_CLASS_STATE && err.what && err.help;
    struct error second = {0};
    bool refused =
        !put_one(state, "later", &second) && second.class == ERROR_CLASS_STATE;
    state_close(state);
    return said && refused ? 0 : 1;
}

TEST(a_full_disk_is_an_error_value)
{
    char *root = new_root();
    pid_t pid = fork();
    if (pid == 0) {
        _exit(write_on_full_disk(root));
    }
    int status = -1;
    CHECK_EQ_INT(waitpid(pid, &status, 0), pid);
    CHECK_EQ_INT(status, 0);
    struct state *state = must_open(root); /* and nothing is broken */
    CHECK(!state_was_lost(state));
    state_close(state);
    free(root);
}

/* --- The lock --------------------------------------------------------------------------------------- */

/* A child that holds the lock until it is told to end. */
struct holder {
    pid_t pid;
    int to_child;
    int from_child;
};

static struct holder
hold(const char *root)
{
    int down[2];
    int up[2];
    int code = pipe(down) | pipe(up);
    assert(code == 0);
    (void)code;
    pid_t pid = fork();
    if (pid == 0) {
        close(down[1]);
        struct error err = {0};
        struct state *state = open_state(root, &err);
        char c = state ? 'y' : 'n';
        bool ok = write(up[1], &c, 1) == 1 && read(down[0], &c, 1) >= 0;
        state_close(state);
        _exit(ok ? 0 : 1);
    }
    close(down[0]);
    close(up[1]);
    char c = 0;
    CHECK(read(up[0], &c, 1) == 1);
    CHECK_EQ_INT(c, 'y');
    return (struct holder){pid, down[1], up[0]};
}

static void
release(struct holder holder)
{
    close(holder.to_child);
    close(holder.from_child);
    CHECK_EQ_INT(waitpid(holder.pid, NULL, 0), holder.pid);
}

TEST(a_second_builder_fails_at_once)
{
    char *root = new_root();
    struct holder holder = hold(root);
    struct error err = {0};
    CHECK(open_state(root, &err) == NULL);
    CHECK_EQ_INT(err.class, ERROR_CLASS_STATE);
    char pid[20];
    snprintf(pid, sizeof pid, "%d", (int)holder.pid);
    CHECK(err.what && strstr(err.what, pid));
    error_finish(&err);
    release(holder);
    free(root);
}

static void
on_wait(void *ctx, int pid, const char *command)
{
    struct holder *holder = ctx;
    CHECK_EQ_INT(pid, holder->pid);
    CHECK(strstr(command, "exec_state") != NULL);
    close(holder->to_child); /* now it may end */
    holder->to_child = -1;
}

TEST(a_second_builder_waits_and_says_for_whom)
{
    char *root = new_root();
    struct holder holder = hold(root);
    struct state_options options = {.root = root,
                                    .build_file = "build.magma",
                                    .on_wait = on_wait,
                                    .ctx = &holder};
    struct error err = {0};
    struct state *state = NULL;
    REQUIRE(state_open(&options, &state, &err));
    CHECK_EQ_INT(holder.to_child, -1);
    state_close(state);
    release(holder);
    free(root);
}

TEST(the_lock_of_a_killed_builder_is_free)
{
    char *root = new_root();
    struct holder holder = hold(root);
    CHECK_EQ_INT(kill(holder.pid, SIGKILL), 0);
    release(holder);
    struct state *state = must_open(root);
    state_close(state);
    free(root);
}

TEST(a_build_inside_a_build_goes_ahead)
{
    char *root = new_root();
    struct state *outer = must_open(root);
    struct error err = {0};
    CHECK(put_one(outer, "outer", &err));
    CHECK(state_commit(outer, &err));
    pid_t pid = fork();
    if (pid == 0) {
        struct error inner_err = {0};
        struct state *inner = open_state(root, &inner_err);
        bool ok = inner && state_note(inner) &&
                  strstr(state_note(inner), "inside") &&
                  put_one(inner, "inner", &inner_err);
        state_close(inner);
        _exit(ok ? 0 : 1);
    }
    int status = -1;
    CHECK_EQ_INT(waitpid(pid, &status, 0), pid);
    CHECK_EQ_INT(status, 0);
    CHECK(put_one(outer, "outer again", &err));
    CHECK(state_commit(outer, &err));
    CHECK_EQ_INT(records(outer).count, 3);
    state_close(outer);
    free(root);
}

TEST(killed_in_the_middle_of_writing)
{
    char *root = new_root();
    fill(root);
    pid_t pid = fork();
    if (pid == 0) {
        struct error err = {0};
        struct state *state = must_open(root);
        bool ok = put_one(state, "committed", &err) &&
                  state_commit(state, &err) && put_one(state, "lost", &err);
        raise(ok ? SIGKILL : SIGTERM);
    }
    int status = 0;
    CHECK_EQ_INT(waitpid(pid, &status, 0), pid);
    CHECK_EQ_INT(WTERMSIG(status), SIGKILL);
    struct state *state = must_open(root);
    CHECK(!state_was_lost(state));
    CHECK_EQ_INT(records(state).count, 201);
    state_close(state);
    free(root);
}
