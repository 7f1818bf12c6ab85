/* SPDX-License-Identifier: MIT */
/* What reading commands ask of the records: what changed since a run, what nobody
 * makes any more, the record and the manifest of an action, who discovered what. */
#include "exec/decide/recall.h"

#include "exec/history.h"
#include "tests/lib/builds.h"

/* As verbs that only read open it. */
static bool
open_reader(void)
{
    struct exec_options options = {.root = root,
                                   .build_file = "build.magma",
                                   .read_only = true};
    return CHECK(exec_open(&options, &exec, &error));
}

/* What a call of exec_path_fn was told, in the order of bytes. */
static struct vec paths;

static void
take_path(void *ctx, const char *path)
{
    char *copy = mem_copy_str(path);
    (void)ctx;
    vec_push(&paths, &copy);
}

static int
compare_paths(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static const char *
taken(void)
{
    static char text[1000];
    text[0] = '\0';
    if (paths.count > 0) {
        qsort(paths.items, paths.count, sizeof(char *), compare_paths);
    }
    for (uint32_t i = 0; i < paths.count; i++) {
        char *path = *(char **)vec_at(&paths, i);
        size_t len = strlen(text);
        snprintf(text + len, sizeof(text) - len, "%s%s", len > 0 ? " " : "",
                 path);
        free(path);
    }
    vec_finish(&paths);
    return text;
}

static const char *
changed_since(uint64_t run)
{
    paths = vec_of(sizeof(char *));
    if (!open_reader()) {
        return "";
    }
    CHECK(exec_list_changed(exec, run, take_path, NULL, &error));
    exec_close(exec);
    exec = NULL;
    return taken();
}

static const char *
orphans(void)
{
    paths = vec_of(sizeof(char *));
    if (!open_reader()) {
        return "";
    }
    graph = make_graph();
    CHECK(exec_list_orphans(exec, graph, take_path, NULL, &error));
    graph_destroy(graph);
    graph = NULL;
    exec_close(exec);
    exec = NULL;
    return taken();
}

static struct exec_record
record_of(const char *key)
{
    struct exec_record record = {.is_found = false};
    if (open_reader()) {
        bool found = exec_find_record(exec, key, &record);
        CHECK_EQ_INT(found, record.is_found);
        exec_close(exec);
        exec = NULL;
    }
    return record;
}

static const char *
manifest_of(const char *key)
{
    static char text[2000];
    struct buffer out = {0};
    text[0] = '\0';
    if (open_reader()) {
        exec_tell_manifest(exec, key, &out);
        snprintf(text, sizeof(text), "%s", buffer_str(&out));
        buffer_finish(&out);
        exec_close(exec);
        exec = NULL;
    }
    return text;
}

/* The root becomes the current folder, as it is for all who ask. */
static bool
begin_in(const char *name, void (*file_function)(void))
{
    return set_up(name, file_function) && CHECK(chdir(root) == 0);
}

/* --- What changed ------------------------------------------------------------------------ */

static void
two_chains(void)
{
    rule("b", "a", EDGE_IFCHANGED, "cat a >b");
    rule("c", "b", EDGE_IFCHANGED, "cat b >c");
    rule("y", "x", EDGE_IFWRITTEN, "cat x >y");
}

TEST(what_changed_is_told_against_any_run)
{
    REQUIRE(begin_in("changed", two_chains));
    put("a", "1");
    put("x", "1");
    REQUIRE(build(NULL)); // run 1
    CHECK_EQ_STR(changed_since(1), "");
    put("a", "22");
    CHECK_EQ_STR(changed_since(1), "a");
    REQUIRE(build(NULL)); // run 2
    CHECK_EQ_STR(events, "ok b; ok c");
    CHECK_EQ_STR(changed_since(2), "");
    CHECK_EQ_STR(changed_since(1), "a b c");
    put("x", "333");
    CHECK_EQ_STR(changed_since(2), "x");
    CHECK_EQ_STR(changed_since(1), "a b c x");
    REQUIRE(build("y")); // run 3: that of another chain
    CHECK_EQ_STR(changed_since(3), "");
    CHECK_EQ_STR(changed_since(2), "x y");
    CHECK_EQ_STR(changed_since(1), "a b c x y");
    // What is gone, and what was written over, are other files too.
    CHECK(unlink(path_of("c")) == 0);
    put("y", "by hand");
    CHECK_EQ_STR(changed_since(3), "c y");
    put("a", "1");
    CHECK_EQ_STR(changed_since(3), "a c y");
}

/* --- Orphans -------------------------------------------------------------------------------- */

static bool has_second;

static void
one_or_two(void)
{
    rule("first", "a", EDGE_IFCHANGED, "cat a >first");
    if (has_second) {
        rule("second", "a", EDGE_IFCHANGED, "cat a >second");
    }
}

TEST(orphans_are_on_disk_and_nobody_makes_them)
{
    REQUIRE(begin_in("orphans", one_or_two));
    has_second = true;
    put("a", "1");
    REQUIRE(build(NULL));
    CHECK_EQ_STR(orphans(), "");
    has_second = false;
    CHECK_EQ_STR(orphans(), "second");
    CHECK(rename("second", "kept") == 0);
    CHECK_EQ_STR(orphans(), "");
    CHECK(rename("kept", "second") == 0);
    REQUIRE(build(NULL));
    CHECK_EQ_STR(events, "removed second");
    CHECK_EQ_STR(orphans(), "");
    CHECK(access(path_of("second"), F_OK) != 0);
}

/* --- Records ---------------------------------------------------------------------------------- */

static void
may_fail(void)
{
    begin("out")->depfile = file("out.d");
    input("in", EDGE_IFCHANGED);
    input("maybe", EDGE_IFCREATED);
    graph_add_output(g, file("out"));
    shell("grep -v no in >out && echo 'out: in found.h' >out.d");
    graph_end_action(g);
}

TEST(a_record_tells_the_last_attempt_and_the_last_success)
{
    REQUIRE(begin_in("record", may_fail));
    put("in", "yes");
    put("found.h", "h");
    CHECK(!record_of("out").is_found);
    CHECK_EQ_STR(manifest_of("out"), "");
    REQUIRE(build(NULL));
    struct exec_record good = record_of("out");
    CHECK(good.is_found && good.has_manifest && !good.has_failed &&
          !good.is_started);
    const char *text = manifest_of("out");
    CHECK(strncmp(text, "command ", 8) == 0);
    CHECK(strstr(text, "\ninput in ifchanged size 3 ") != NULL);
    CHECK(strstr(text, "\ninput maybe ifcreated absent\n") != NULL);
    CHECK(strstr(text, "\ndiscovered found.h ifwritten size 1") != NULL);
    CHECK(strstr(text, "\noutput out size ") != NULL);
    put("in", "no");
    CHECK(!build(NULL));
    struct exec_record bad = record_of("out");
    CHECK(bad.is_found && bad.has_failed && !bad.is_started);
    CHECK(!record_of("other").is_found);
    CHECK_EQ_STR(manifest_of("other"), "");
}
