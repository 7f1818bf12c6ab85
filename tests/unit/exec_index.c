/* SPDX-License-Identifier: MIT */
/*
 * The build with nothing to do: when the short way is taken, and that every
 * change of anything that was looked at leads back to the long one, with the
 * decisions that it makes without an index.
 */
#include "tests/lib/builds.h"

#include "exec/base/buffer.h"

#include <dirent.h>
#include <fcntl.h>
#include <time.h>

/* Set by each build: it was told without a judge. */
static bool was_short;
static const char *file_name = "build.magma";

/* The long way listens to signals from its first event on. */
static void
on_event_of_way(void *ctx, const struct exec_event *event)
{
    if (event->type == EVENT_RUN_START) {
        struct sigaction action;
        sigaction(SIGTSTP, NULL, &action);
        was_short = action.sa_handler == SIG_DFL;
    }
    on_event(ctx, event);
}

/* For watched folders: the predicate wants what is new alone. */
static enum exec_answer
only_created(void *ctx, struct function_ref function,
             const struct exec_watched *watched, bool *fires, struct error *err)
{
    (void)ctx;
    (void)function;
    (void)err;
    *fires = watched->event == WATCH_CREATED;
    return ANSWER_OK;
}

static const struct exec_host noting_host = {
    .call = host_call,
    .value_paths = host_paths,
    .value_drop = host_drop,
    .reload = host_reload,
    .event = on_event_of_way,
    .watch = only_created,
};

/* One start of the program, with a snapshot. */
static bool
start_with(struct exec_build options)
{
    struct exec_options open_options = {.root = root, .build_file = file_name};
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
    bool done = exec_build(exec, &graph, &options, &result, &error);
    graph_destroy(graph);
    graph = NULL;
    exec_close(exec);
    exec = NULL;
    return done;
}

static bool
start(void)
{
    return start_with(options_for(NULL));
}

/* Until the clock that stamps files has moved on. */
static void
tick(void)
{
    struct timespec from;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME_COARSE, &from);
    do {
        clock_gettime(CLOCK_REALTIME_COARSE, &now);
    } while (now.tv_nsec == from.tv_nsec);
}

/* Builds until nothing is new any more: then an index is there and holds, and
 * knows the stamp of the database, too. */
static bool
settle(void)
{
    was_short = false;
    for (int i = 0; i < 20 && !was_short; i++) {
        tick();
        if (!start()) {
            break;
        }
    }
    tick();
    return CHECK(start() && was_short) && CHECK(start() && was_short) &&
           CHECK_EQ_STR(events, "");
}

/* An input, an optional one, a discovered one, a variable, a tool. */
static void
project(void)
{
    struct action *action = begin("out");
    action->depfile = file("out.d");
    input("in", EDGE_IFWRITTEN);
    input("optional", EDGE_IFCREATED | EDGE_IFDELETED);
    graph_add_env(g, str("INDEX_LEVEL"));
    graph_add_output(g, file("out"));
    graph_add_step(g, STEP_COMMAND);
    graph_add_arg(g, str("index-tool"));
    graph_end_action(g);
    rule("sub/top", "out", EDGE_IFWRITTEN, "cp out sub/top");
}

static char *old_path;

/* The tool is a script in the folder `first` or `second` of PATH. */
static void
put_tool(const char *folder, const char *word)
{
    struct buffer text = {0};
    char name[64];
    snprintf(name, sizeof(name), "%s/index-tool", folder);
    buffer_add_format(&text,
                      "#!/bin/sh\n# %s\ncat in >out\n"
                      "echo 'out: header' >out.d\n",
                      word);
    (void)mkdir(path_of(folder), 0777);
    put(name, buffer_str(&text));
    CHECK_EQ_INT(chmod(path_of(name), 0755), 0);
    buffer_finish(&text);
}

static bool
set_up_project(const char *name)
{
    if (!set_up(name, project)) {
        return false;
    }
    if (old_path == NULL) {
        old_path = mem_copy_str(getenv("PATH"));
    }
    char *path = mem_format("%s/first:%s/second:%s", root, root, old_path);
    setenv("PATH", path, 1);
    free(path);
    setenv("INDEX_LEVEL", "1", 1);
    put_tool("second", "one");
    put("in", "one");
    put("header", "one");
    return settle();
}

/* Next time the long way is gone, and it comes to this. */
static void
check_long(const char *expected)
{
    CHECK(start());
    CHECK(!was_short);
    CHECK_EQ_STR(events, expected);
}

/* --- What holds ------------------------------------------------------------------- */

TEST(shortcut_tells_what_the_long_way_tells)
{
    REQUIRE(set_up_project("tells"));
    CHECK_EQ_INT(result.wanted, 2);
    CHECK_EQ_INT(result.up_to_date, 2);
    CHECK_EQ_INT(result.ran, 0);
    CHECK_EQ_INT(result.cut_off, 0);
    CHECK(start() && was_short);
}

TEST(shortcut_is_not_for_other_requests)
{
    REQUIRE(set_up_project("requests"));
    struct exec_build options = options_for(NULL);
    options.content = true;
    CHECK(start_with(options) && was_short); /* what is clean is so there */
    CHECK(start_with(options_for("out")) && !was_short);
    CHECK_EQ_INT(result.wanted, 1);
    CHECK(start_with(options_for("out")) && was_short);
    CHECK_EQ_INT(result.wanted, 1);
    CHECK(!start_with(options_for("nothing")) && !was_short);
    REQUIRE(settle());
    options = options_for(NULL);
    options.dry_run = true;
    CHECK(start_with(options) && !was_short);
}

/* --- Files ------------------------------------------------------------------------- */

TEST(every_change_of_an_input_is_seen)
{
    REQUIRE(set_up_project("input"));
    put("in", "twotwo");
    check_long("ok out; ok sub/top");
    REQUIRE(settle());
    struct timespec times[2] = {{12345, 0}, {12345, 0}};
    CHECK_EQ_INT(utimensat(AT_FDCWD, path_of("in"), times, 0), 0);
    check_long("ok out; ok sub/top");
    REQUIRE(settle());
    CHECK_EQ_INT(chmod(path_of("in"), 0600), 0);
    check_long("ok out; ok sub/top");
    REQUIRE(settle());
    CHECK_EQ_INT(unlink(path_of("in")), 0);
    CHECK(!start() && !was_short);
}

TEST(an_edit_with_old_size_and_time_is_seen)
{
    REQUIRE(set_up_project("hidden"));
    struct stat st;
    CHECK_EQ_INT(stat(path_of("in"), &st), 0);
    put("in", "two");
    struct timespec times[2] = {st.st_atim, st.st_mtim};
    CHECK_EQ_INT(utimensat(AT_FDCWD, path_of("in"), times, 0), 0);
    check_long("ok out; ok sub/top");
}

TEST(an_edit_right_after_the_build_is_seen)
{
    REQUIRE(set_up_project("soon"));
    for (int i = 0; i < 20; i++) {
        put("in", i % 2 == 0 ? "two" : "one");
        check_long("ok out; ok sub/top");
        put("in", i % 2 == 0 ? "six" : "ten");
        check_long("ok out; ok sub/top");
        (void)start();
    }
}

TEST(every_change_of_an_output_is_seen)
{
    REQUIRE(set_up_project("output"));
    put("out", "tampered");
    check_long("ok out; ok sub/top");
    REQUIRE(settle());
    CHECK_EQ_INT(unlink(path_of("sub/top")), 0);
    check_long("ok sub/top");
    REQUIRE(settle());
    CHECK_EQ_INT(chmod(path_of("sub/top"), 0777), 0);
    check_long("ok sub/top");
    REQUIRE(settle());
    CHECK_EQ_INT(unlink(path_of("sub/top")), 0);
    put("elsewhere", "one");
    CHECK_EQ_INT(symlink("../elsewhere", path_of("sub/top")), 0);
    check_long("ok sub/top");
}

TEST(an_optional_input_that_appears_and_goes_is_seen)
{
    REQUIRE(set_up_project("optional"));
    put("optional", "");
    check_long("ok out; ok sub/top");
    REQUIRE(settle());
    CHECK_EQ_INT(unlink(path_of("optional")), 0);
    check_long("ok out; ok sub/top");
}

TEST(discovered_inputs_are_seen)
{
    REQUIRE(set_up_project("discovered"));
    put("header", "two");
    check_long("ok out; ok sub/top");
    REQUIRE(settle());
    CHECK_EQ_INT(unlink(path_of("header")), 0);
    check_long("ok out; ok sub/top");
}

TEST(another_inode_with_equal_bytes_takes_the_long_way_once)
{
    REQUIRE(set_up_project("inode"));
    struct stat st;
    CHECK_EQ_INT(stat(path_of("in"), &st), 0);
    put("copy", "one");
    struct timespec times[2] = {st.st_atim, st.st_mtim};
    CHECK_EQ_INT(utimensat(AT_FDCWD, path_of("copy"), times, 0), 0);
    char *copy = mem_copy_str(path_of("copy"));
    CHECK_EQ_INT(rename(copy, path_of("in")), 0);
    free(copy);
    check_long("");
    CHECK(settle());
}

/* True if a file that was looked at gets another stamp by the next touch,
 * however soon that comes. */
static bool
stamps_are_fine(void)
{
    struct stat before;
    struct stat now;
    put("touched", "");
    if (stat(path_of("touched"), &before) != 0) {
        return false;
    }
    for (int i = 0; i < 8; i++) {
        put("touched", "");
        if (stat(path_of("touched"), &now) != 0 ||
            now.st_ctim.tv_nsec == before.st_ctim.tv_nsec) {
            return false;
        }
        before = now;
    }
    return true;
}

TEST(what_was_just_made_is_believed_where_stamps_are_fine)
{
    REQUIRE(set_up_project("fine"));
    if (!stamps_are_fine()) {
        return;
    }
    bool short_once = false;
    for (int i = 0; i < 10 && !short_once; i++) {
        put("in", i % 2 == 0 ? "two" : "one");
        check_long("ok out; ok sub/top");
        CHECK(start());
        CHECK_EQ_STR(events, "");
        short_once = was_short; /* the probe may have been disturbed */
    }
    CHECK(short_once);
}

/* --- Variables and programs ---------------------------------------------------------- */

TEST(variables_are_seen)
{
    REQUIRE(set_up_project("variables"));
    setenv("INDEX_LEVEL", "2", 1);
    check_long("ok out; ok sub/top");
    REQUIRE(settle());
    setenv("INDEX_LEVEL", "", 1);
    check_long("ok out; ok sub/top");
    REQUIRE(settle());
    unsetenv("INDEX_LEVEL");
    check_long("ok out; ok sub/top");
    REQUIRE(settle());
    setenv("INDEX_OTHER", "2", 1);
    CHECK(start() && was_short);
    unsetenv("INDEX_OTHER");
}

TEST(a_tool_earlier_in_path_is_seen)
{
    REQUIRE(set_up_project("tools"));
    put_tool("first", "two");
    check_long("ok out; ok sub/top");
    REQUIRE(settle());
    CHECK_EQ_INT(unlink(path_of("first/index-tool")), 0);
    check_long("ok out; ok sub/top");
}

/* --- Records -------------------------------------------------------------------------- */

/* Keeps the database, or puts the kept one back. */
static void
copy_database(bool back)
{
    struct buffer command = {0};
    if (back) {
        buffer_add_format(&command,
                          "cd '%s' && rm -f .ronin/state.db* && "
                          "cp -a kept/state.db* .ronin/",
                          root);
    } else {
        buffer_add_format(&command,
                          "cd '%s' && rm -rf kept && mkdir kept && "
                          "cp -a .ronin/state.db* kept/",
                          root);
    }
    int code = system(buffer_str(&command));
    CHECK_EQ_INT(code, 0);
    buffer_finish(&command);
}

TEST(another_database_is_seen)
{
    REQUIRE(set_up_project("database"));
    copy_database(false);
    put("in", "two");
    check_long("ok out; ok sub/top");
    REQUIRE(settle());
    copy_database(true);
    check_long("ok out; ok sub/top");
    REQUIRE(settle());
    copy_database(false);
    copy_database(true); /* the same one: all still holds */
    CHECK(start() && was_short);
    CHECK_EQ_INT(unlink(path_of(".ronin/state.db")), 0);
    (void)unlink(path_of(".ronin/state.db-wal"));
    (void)unlink(path_of(".ronin/state.db-shm"));
    check_long("ok out; ok sub/top");
}

TEST(a_failed_action_leaves_no_shortcut)
{
    REQUIRE(set_up_project("failed"));
    put("second/index-tool", "#!/bin/sh\nexit 3\n");
    CHECK(start() && was_short); /* the tool's own file is no input */
    put("in", "two");
    CHECK(!start() && !was_short);
    CHECK(!start() && !was_short);
    put("in", "one");
    CHECK(!start() && !was_short);
    put_tool("second", "one");
    check_long("ok out; ok sub/top");
}

static void
always(void)
{
    begin("stamp")->flags = ACTION_ALWAYS;
    graph_add_output(g, file("stamp"));
    shell("echo x > stamp");
    graph_end_action(g);
    rule("copy", "in", EDGE_IFCHANGED, "cp in copy");
}

TEST(what_always_runs_does_so)
{
    REQUIRE(set_up("always", always));
    put("in", "x");
    for (int i = 0; i < 4; i++) {
        tick();
        check_long(i == 0 ? "ok stamp; ok copy" : "ok stamp");
    }
}

TEST(another_build_file_of_the_root_has_its_own)
{
    REQUIRE(set_up_project("files"));
    file_name = "other.magma";
    CHECK(start() && !was_short); /* the records are others */
    CHECK_EQ_STR(events, "ok out; ok sub/top");
    REQUIRE(settle());
    file_name = "build.magma";
    CHECK(start() && !was_short); /* the outputs are new */
    REQUIRE(settle());
}

/* --- Damage ----------------------------------------------------------------------------- */

/* The path of the index, malloc'ed; NULL if there is none. */
static char *
index_path(void)
{
    DIR *dir = opendir(path_of(".ronin"));
    char *path = NULL;
    const struct dirent *entry;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        if (strncmp(entry->d_name, "index-", 6) == 0) {
            path = mem_format("%s/.ronin/%s", root, entry->d_name);
            break;
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
    return path;
}

static struct buffer
read_whole(const char *path)
{
    struct buffer bytes = {0};
    FILE *stream = fopen(path, "re");
    char part[4096];
    size_t got;
    while (stream != NULL && (got = fread(part, 1, sizeof(part), stream)) > 0) {
        buffer_add(&bytes, part, got);
    }
    if (stream != NULL) {
        fclose(stream);
    }
    return bytes;
}

static void
write_whole(const char *path, const char *bytes, size_t len)
{
    FILE *stream = fopen(path, "we");
    if (CHECK(stream != NULL)) {
        CHECK_EQ_INT(fwrite(bytes, 1, len, stream), len);
        fclose(stream);
    }
}

TEST(a_dry_run_leaves_no_index)
{
    REQUIRE(set_up_project("dry"));
    char *path = index_path();
    REQUIRE(path != NULL);
    CHECK_EQ_INT(unlink(path), 0);
    free(path);
    struct exec_build options = options_for(NULL);
    options.dry_run = true;
    for (int i = 0; i < 3; i++) {
        tick();
        CHECK(start_with(options) && !was_short);
        CHECK(index_path() == NULL);
    }
    CHECK(start() && !was_short);
    path = index_path();
    CHECK(path != NULL);
    free(path);
}

/* Nothing runs, whichever way is taken. */
static void
check_nothing(void)
{
    CHECK(start());
    CHECK_EQ_STR(events, "");
    CHECK_EQ_INT(result.up_to_date, 2);
}

TEST(a_damaged_index_changes_nothing)
{
    REQUIRE(set_up_project("damage"));
    char *path = index_path();
    REQUIRE(path != NULL);
    struct buffer whole = read_whole(path);
    REQUIRE(whole.len > 0);
    for (size_t i = 0; i < whole.len; i += 29) {
        whole.bytes[i] = (char)(whole.bytes[i] ^ (1 << (i % 8)));
        write_whole(path, whole.bytes, whole.len);
        whole.bytes[i] = (char)(whole.bytes[i] ^ (1 << (i % 8)));
        check_nothing();
    }
    for (size_t len = 0; len < whole.len; len += 97) {
        write_whole(path, whole.bytes, len);
        check_nothing();
    }
    REQUIRE(settle());
    CHECK_EQ_INT(unlink(path), 0);
    CHECK_EQ_INT(mkdir(path, 0777), 0);
    check_long("");
    check_long("");
    CHECK_EQ_INT(rmdir(path), 0);
    check_long("");
    CHECK(start() && was_short);
    buffer_finish(&whole);
    free(path);
}

/* The same where something is to be done: what was not read is read now. */
TEST(a_damaged_index_hides_no_edit)
{
    REQUIRE(set_up_project("damage_edit"));
    char *path = index_path();
    REQUIRE(path != NULL);
    for (int round = 0; round < 60; round++) {
        struct buffer whole = read_whole(path);
        size_t at = whole.len * (size_t)round / 60;
        whole.bytes[at] = (char)(whole.bytes[at] ^ (1 << (round % 8)));
        write_whole(path, whole.bytes, whole.len);
        put(round % 2 == 0 ? "header" : "in", round % 3 == 0 ? "x" : "yy");
        CHECK(start());
        CHECK_EQ_STR(events, "ok out; ok sub/top");
        tick();
        check_nothing();
        buffer_finish(&whole);
    }
    free(path);
}

TEST(an_old_index_does_not_hold)
{
    REQUIRE(set_up_project("old"));
    char *path = index_path();
    REQUIRE(path != NULL);
    struct buffer whole = read_whole(path);
    put("in", "two");
    check_long("ok out; ok sub/top");
    write_whole(path, whole.bytes, whole.len);
    check_long("");
    REQUIRE(settle());
    write_whole(path, whole.bytes, whole.len);
    check_long("");
    buffer_finish(&whole);
    free(path);
}

/* Folders as an input and as an output: both are looked into by the index. */
static void
folders(void)
{
    begin("top");
    input("tree", EDGE_IFCHANGED);
    graph_add_output(g, file("top"));
    shell("mkdir -p top/sub && cp tree/sub/a top/sub/a");
    graph_end_action(g);
    rule("tree/made", "tree/sub/a", EDGE_IFWRITTEN, "touch tree/made");
}

/* What is done to a folder, and whether the action runs for it. */
static const struct folder_edit {
    const char *script;
    bool runs;
} folder_edits[] = {
    {"echo two >tree/sub/a", true},
    {"touch tree/new", true},
    {"rm tree/new", true},
    {"mkdir tree/sub/empty", true},
    {"rmdir tree/sub/empty", true},
    {"echo x >tree/made", false},
    {"touch -d 2001-01-01 tree/sub/b", false},
    {"ln -sfn elsewhere tree/link", true},
    {"echo tampered >top/sub/a", true},
    {"touch top/sub/new", true},
    {"rm -r top", true},
    {"touch top/sub", false},
};

static bool
has_run_top(void)
{
    return strstr(events, "ok top") != NULL;
}

TEST(folders_are_looked_into_on_the_short_way)
{
    REQUIRE(set_up("folders", folders));
    CHECK(mkdir(path_of("tree"), 0777) == 0 &&
          mkdir(path_of("tree/sub"), 0777) == 0);
    put("tree/sub/a", "one");
    put("tree/sub/b", "two");
    CHECK_EQ_INT(symlink("nowhere", path_of("tree/link")), 0);
    CHECK(settle());
    for (size_t i = 0; i < sizeof(folder_edits) / sizeof(folder_edits[0]);
         i++) {
        char script[1024];
        snprintf(script, sizeof(script), "cd '%s' && %s", root,
                 folder_edits[i].script);
        CHECK_EQ_INT(system(script), 0);
        CHECK(start());
        if (!CHECK_EQ_INT(has_run_top(), folder_edits[i].runs)) {
            printf("# %s: %s\n", folder_edits[i].script, events);
        }
        CHECK(settle());
    }
}

/* A watched folder whose predicate wants new files alone. */
static void
watching(void)
{
    begin("seen");
    graph_add_watch(g, (struct watch){file("tree"), {1, {1, 1}}});
    graph_add_output(g, file("seen"));
    shell("touch seen");
    graph_end_action(g);
    rule("tree/made", "in", EDGE_IFCHANGED, "cp in tree/made");
}

/* What is done below a watched folder, and whether the predicate agrees. */
static const struct folder_edit watch_edits[] = {
    {"touch tree/new", true},
    {"echo two >tree/sub/a", false},
    {"rm tree/new", false},
    {"mkdir tree/sub/deep", true},
    {"touch tree/sub/deep/b", true},
    {"echo two >in", false},
    {"echo tampered >tree/made", false},
    {"rm -r tree/sub", false},
    {"mkdir -p tree/sub/deep; touch tree/sub/deep/b", true},
};

TEST(watched_folders_are_looked_into_on_the_short_way)
{
    REQUIRE(set_up("watching", watching));
    CHECK(mkdir(path_of("tree"), 0777) == 0 &&
          mkdir(path_of("tree/sub"), 0777) == 0);
    put("tree/sub/a", "one");
    put("in", "one");
    CHECK(settle());
    for (size_t i = 0; i < sizeof(watch_edits) / sizeof(watch_edits[0]); i++) {
        char script[1024];
        snprintf(script, sizeof(script), "cd '%s' && %s", root,
                 watch_edits[i].script);
        CHECK_EQ_INT(system(script), 0);
        CHECK(start());
        if (!CHECK_EQ_INT(strstr(events, "ok seen") != NULL,
                          watch_edits[i].runs)) {
            printf("# %s: %s\n", watch_edits[i].script, events);
        }
        CHECK(settle());
    }
}
