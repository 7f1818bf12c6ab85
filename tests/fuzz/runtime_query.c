/* SPDX-License-Identifier: MIT */
/*
 * Queries: whatever the text, either an error with a place in it, or a tree that
 * can be printed, and an answer about a small graph, in every format. The same
 * query answers the same twice.
 */
#include "runtime/json.h"
#include "runtime/query/eval.h"
#include "runtime/query/format.h"
#include "runtime/query/tree.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* Sources, a chain, a fan, a name, a group, and names that formats mind. */
static const struct made {
    const char *output;
    const char *inputs[3];
    const char *program;
} made[] = {
    {"obj/a.o", {"src/a.c", "src/all.h", NULL}, "cc"},
    {"obj/b.o", {"src/b.c", "src/all.h", NULL}, "cc"},
    {"lib.a", {"obj/a.o", "obj/b.o", NULL}, "ar"},
    {"bin/app", {"lib.a", "obj/a.o", NULL}, "ld"},
    {"new\nline \"quote\" </script>", {"bin/app", NULL, NULL}, "cp"},
};
enum { MADE_COUNT = sizeof(made) / sizeof(made[0]) };

static struct str_id
text_of(struct graph *g, const char *text)
{
    return graph_intern(g, text, strlen(text));
}

static struct graph *
make_graph(void)
{
    struct graph *g = graph_create();
    for (size_t i = 0; i < MADE_COUNT; i++) {
        struct action *action = NULL;
        struct file_id out =
            graph_add_file(g, made[i].output, strlen(made[i].output));
        (void)graph_begin_action(g, &action);
        action->key = text_of(g, made[i].output);
        action->name = text_of(g, "");
        action->description = text_of(g, "");
        action->rule = text_of(g, made[i].program);
        action->place = (struct place){text_of(g, ""), 0, 0};
        action->depfile = FILE_NONE;
        for (size_t k = 0; k < 3 && made[i].inputs[k] != NULL; k++) {
            const char *path = made[i].inputs[k];
            struct file_id file = graph_add_file(g, path, strlen(path));
            graph_add_input(g, (struct node){NODE_FILE, file.n}, EDGE_IFWRITTEN,
                            k == 0);
        }
        graph_add_output(g, out);
        struct step *step = graph_add_step(g, STEP_COMMAND);
        step->dir = text_of(g, "");
        graph_add_arg(g, text_of(g, made[i].program));
        graph_add_arg(g, text_of(g, made[i].output));
        graph_end_action(g);
    }
    (void)graph_begin_group(g, text_of(g, "all"),
                            (struct place){text_of(g, ""), 0, 0});
    struct file_id app = graph_find_file(g, "bin/app", 7);
    graph_add_member(g, (struct node){NODE_FILE, app.n});
    graph_end_group(g);
    struct error err = {0};
    FUZZ_HOLDS(graph_seal(g, &err));
    return g;
}

/* All formats, one behind the other. */
static void
print_all(struct query_world *world, const struct query_rows *rows,
          struct buffer *out)
{
    static const char *const names[] = {"text", "json",    "jsonl",  "edn",
                                        "nul",  "count",   "tree",   "dot",
                                        "html", "mermaid", "compdb", "sh"};
    const struct query_answer answer = {
        .world = world, .rows = rows, .root = "/root", .aligned = true};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const struct query_format *format = query_format_find(names[i]);
        FUZZ_HOLDS(format != NULL);
        format->print(&answer, out);
    }
}

/* The answer or the error as bytes. */
static void
ask(const struct graph *g, const struct query *query, struct buffer *out)
{
    const struct query_world_options world_options = {.graph = g};
    const struct query_eval_options options = {QUERY_ORDER_DEPS, false};
    struct query_world *world = query_world_open(&world_options);
    struct query_rows rows;
    struct error err = {0};
    if (query_eval(world, query->root, &options, &rows, &err)) {
        FUZZ_HOLDS(err.what == NULL);
        print_all(world, &rows, out);
        query_rows_finish(&rows);
    } else {
        FUZZ_HOLDS(err.what != NULL);
        buffer_add_str(out, err.what);
        error_finish(&err);
    }
    query_world_close(world);
}

/* A tree that was printed is read as the same; the only reason not to is that it is
 * too deep. */
static void
read_again(struct slice tree, struct slice expected)
{
    struct query query;
    struct error err = {0};
    struct buffer printed = {0};
    if (query_read_tree(tree, &query, &err)) {
        query_print(query.root, &printed);
        FUZZ_HOLDS(slice_equal(buffer_slice(&printed), expected));
    } else {
        FUZZ_HOLDS(strstr(err.what, "nested deeper") != NULL);
        error_finish(&err);
    }
    buffer_finish(&printed);
    query_finish(&query);
}

/* In JSON, bytes that are no text get lost. */
static void
read_both(const struct query *query, struct slice tree)
{
    struct buffer json = {0};
    read_again(tree, tree);
    query_print_tree_json(query->root, &json);
    if (json_is_utf8(tree.bytes, tree.len)) {
        read_again(buffer_slice(&json), tree);
    }
    buffer_finish(&json);
}

/* The bytes as a tree: an error with a place, or one that reads again. */
static void
try_tree(struct slice text)
{
    struct query query;
    struct error err = {0};
    if (query_read_tree(text, &query, &err)) {
        struct buffer tree = {0};
        query_print(query.root, &tree);
        read_both(&query, buffer_slice(&tree));
        buffer_finish(&tree);
    } else {
        FUZZ_HOLDS(err.what != NULL && err.where != NULL);
        error_finish(&err);
    }
    query_finish(&query);
}

/* What is on disk here is not the same everywhere. */
static bool
asks_the_disk(struct slice text)
{
    return memmem(text.bytes, text.len, "disk", 4) != NULL;
}

/* Some queries that have names. */
static const struct query_names *
names(void)
{
    static struct query_names names;
    struct settings settings = {.rows = {0}};
    struct error err = {0};
    if (names.rows.count == 0) {
        bool done = settings_add(&settings, "ronin.conf",
                                 slice_of("query.n = all | sources\n"
                                          "query.u(x) = $x | rdeps\n"
                                          "query.v(x y) = u($x) - $y\n"
                                          "query.w = n | emit path\n"),
                                 &err) &&
                    query_names_of_settings(&names, &settings, &err);
        FUZZ_HOLDS(done);
        settings_finish(&settings);
    }
    return &names;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static struct graph *g;
    g = g == NULL ? make_graph() : g;
    struct query query;
    struct error err = {0};
    struct slice text = {(const char *)bytes, len};
    try_tree(text);
    if (query_parse_with(text, names(), &query, &err)) {
        struct buffer tree = {0};
        struct buffer first = {0};
        struct buffer second = {0};
        query_print(query.root, &tree);
        FUZZ_HOLDS(tree.len > 0);
        read_both(&query, buffer_slice(&tree));
        if (!asks_the_disk(text)) {
            ask(g, &query, &first);
            ask(g, &query, &second);
        }
        FUZZ_HOLDS(slice_equal(buffer_slice(&first), buffer_slice(&second)));
        buffer_finish(&tree);
        buffer_finish(&first);
        buffer_finish(&second);
    } else {
        FUZZ_HOLDS(err.what != NULL && err.where != NULL);
        error_finish(&err);
    }
    query_finish(&query);
    return 0;
}
