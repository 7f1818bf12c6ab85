/* SPDX-License-Identifier: MIT */
/*
 * -t deps, missingdeps, recompact and restat: the tools that look into ninja's
 * logs. None of them makes a log, or waits for a build.
 *
 * They show the logs and not our records, though these know the same and more:
 * who asks `-t deps` wants to know what ninja would do, and gets the same answer
 * from either program. For what ronin knows there are `why` and the queries.
 */
#include "runtime/ninja/deps_log.h"
#include "runtime/ninja/log_file.h"
#include "runtime/ninja/logs_tidy.h"
#include "runtime/ninja/tools.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Each text of a row, as ninja warns. */
static void
print_warnings(struct buffer *warnings)
{
    struct slice row = buffer_slice(warnings);
    struct slice warning;
    while (row.len > 0 && slice_next_text(&row, &warning)) {
        fprintf(stderr, "ninja: warning: %s\n", warning.bytes);
    }
    buffer_finish(warnings);
}

static struct slice
builddir_of(const struct view *view)
{
    return ninja_parser_variable(view->statements.parser, "builddir");
}

/* --- recompact and restat ------------------------------------------------------- */

int
tool_recompact(const struct ninja_call *call, const struct view *view,
               struct error *err)
{
    struct buffer warnings = {0};
    (void)call;
    bool done = logs_compact(builddir_of(view), &view->statements.edges,
                             &warnings, err);
    print_warnings(&warnings);
    return done ? 0 : 1;
}

int
tool_restat(const struct ninja_call *call, const struct view *view,
            struct error *err)
{
    static const struct option longs[] = {
        {"builddir", required_argument, NULL, 'b'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    struct buffer warnings = {0};
    const char *builddir = "";
    int letter = 0;
    (void)view;
    optind = 0;
    while ((letter = getopt_long(call->argc, call->argv, "h", longs, NULL)) !=
           -1) {
        if (letter != 'b') {
            puts("usage: ninja -t restat [--builddir=DIR] [outputs]");
            return 1;
        }
        builddir = optarg;
    }
    bool done = logs_restat(slice_of(builddir), call->argv + optind,
                            call->argc - optind, &warnings, err);
    print_warnings(&warnings);
    return done ? 0 : 1;
}

/* --- deps ------------------------------------------------------------------------ */

/* The deps log of the build file, as far as it is good. */
static bool
read_deps(const struct view *view, struct deps_log *log, struct error *err)
{
    struct buffer warnings = {0};
    char *path = logs_path(builddir_of(view), ".ninja_deps");
    struct log_file file = {.path = path, .fd = -1};
    bool done = log_file_load(&file, &log->bytes, err);
    deps_log_read(log);
    if (log->fault != NULL) {
        buffer_add_text(&warnings, log->fault);
    }
    print_warnings(&warnings);
    free(path);
    return done;
}

/* The value of a key of an edge is set. */
static bool
is_set(const struct ninja_edge *edge, enum ninja_key key)
{
    struct buffer value = {0};
    struct error ignored = {0};
    bool set =
        ninja_edge_value(edge, key, false, &value, &ignored) && value.len > 0;
    error_finish(&ignored);
    buffer_finish(&value);
    return set;
}

static int64_t
mtime_of(struct slice path)
{
    struct stat st;
    char *name = mem_copy(path.bytes, path.len);
    bool is_there = stat(name, &st) == 0;
    free(name);
    return is_there
               ? (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec
               : 0;
}

static void
print_deps(const struct deps_log *log, struct slice output)
{
    struct deps deps;
    if (!deps_log_find(log, output, &deps)) {
        printf("%.*s: deps not found\n", (int)output.len, output.bytes);
        return;
    }
    int64_t mtime_ns = mtime_of(output);
    bool is_stale = mtime_ns == 0 || mtime_ns > deps.mtime_ns;
    printf("%.*s: #deps %" PRIu32 ", deps mtime %" PRId64 " (%s)\n",
           (int)output.len, output.bytes, deps.count, deps.mtime_ns,
           is_stale ? "STALE" : "VALID");
    for (uint32_t i = 0; i < deps.count; i++) {
        struct slice input = deps_log_input(log, output, i);
        printf("    %.*s\n", (int)input.len, input.bytes);
    }
    putchar('\n');
}

/* All outputs that an edge with deps still makes, in the order of the log. */
static void
print_all_deps(const struct view *view, const struct deps_log *log)
{
    for (uint32_t i = 0; i < deps_log_path_count(log); i++) {
        struct slice path = deps_log_path(log, i);
        const struct view_node *node = view_find(view, path);
        if (node != NULL && node->maker != VIEW_NONE &&
            is_set(view_edge(view, node->maker), NINJA_KEY_DEPS)) {
            print_deps(log, path);
        }
    }
}

int
tool_deps(const struct ninja_call *call, const struct view *view,
          struct error *err)
{
    struct deps_log log = {0};
    struct vec nodes = vec_of(sizeof(const struct view_node *));
    bool done = read_deps(view, &log, err);
    if (done && call->argc <= 1) {
        print_all_deps(view, &log);
    } else if (done) {
        done = view_targets(view, call->argv + 1, call->argc - 1, &nodes, err);
    }
    for (uint32_t i = 0; done && i < nodes.count; i++) {
        print_deps(&log, (*(const struct view_node **)vec_at(&nodes, i))->path);
    }
    vec_finish(&nodes);
    deps_log_finish(&log);
    return done ? 0 : 1;
}

/* --- missingdeps -------------------------------------------------------------------- */

/* What is counted, and marks that keep it from being counted twice. */
struct scan {
    const struct view *view;
    const struct deps_log *log;
    uint8_t *seen;      /* by node: it was looked at */
    uint8_t *generated; /* by node: it is read without being an input */
    uint32_t *above;    /* by edge: in which round it was met */
    uint32_t round;
    struct vec rules; /* const struct ninja_rule *: of what is generated */
    uint32_t node_count;
    uint32_t path_count;
    uint32_t target_count;
    uint32_t generated_count;
};

static uint32_t
index_of(const struct scan *s, const struct view_node *node)
{
    return (uint32_t)(node - (const struct view_node *)s->view->nodes.items);
}

/* Marks all edges that one needs, in whatever way, with the present round. */
static void
mark_above(struct scan *s, uint32_t place)
{
    struct vec stack = vec_of(sizeof(uint32_t));
    s->round++;
    vec_push(&stack, &place);
    while (stack.count > 0) {
        uint32_t at = *(uint32_t *)vec_pop(&stack);
        uint32_t count = 0;
        const struct ninja_path *inputs =
            view_inputs(view_edge(s->view, at), &count);
        for (uint32_t i = 0; i < count; i++) {
            uint32_t maker = view_find(s->view, inputs[i].path)->maker;
            if (maker != VIEW_NONE && s->above[maker] != s->round) {
                s->above[maker] = s->round;
                vec_push(&stack, &maker);
            }
        }
    }
    vec_finish(&stack);
}

/* What a node was seen to read: a row of paths. Its depfile tells it where that
 * stays; where it does not, the log does. */
static void
find_read(const struct scan *s, const struct view_node *node,
          struct buffer *row)
{
    const struct ninja_edge *edge = view_edge(s->view, node->maker);
    struct deps deps = {0};
    if (is_set(edge, NINJA_KEY_DEPS)) {
        bool found = deps_log_find(s->log, node->path, &deps);
        for (uint32_t i = 0; found && i < deps.count; i++) {
            struct slice input = deps_log_input(s->log, node->path, i);
            buffer_add(row, input.bytes, input.len);
            buffer_add_char(row, '\0');
        }
        return;
    }
    struct buffer path = {0};
    struct error ignored = {0};
    if (!ninja_edge_value(edge, NINJA_KEY_DEPFILE, false, &path, &ignored) ||
        path.len == 0 || !exec_read_depfile(path.bytes, row, &ignored)) {
        error_finish(&ignored);
    }
    buffer_finish(&path);
}

/* Remembers a rule, once. */
static void
add_rule(struct vec *rules, const struct ninja_rule *rule)
{
    for (uint32_t i = 0; i < rules->count; i++) {
        if (*(const struct ninja_rule **)vec_at(rules, i) == rule) {
            return;
        }
    }
    vec_push(rules, &rule);
}

/* A path that the node reads, that an edge makes, and that nothing orders before
 * the node. */
static void
tell_missing(struct scan *s, const struct view_node *node,
             const struct view_node *input, struct vec *rules)
{
    const struct ninja_rule *rule = view_edge(s->view, input->maker)->rule;
    printf("Missing dep: %.*s uses %.*s (generated by %.*s)\n",
           (int)node->path.len, node->path.bytes, (int)input->path.len,
           input->path.bytes, (int)rule->name.len, rule->name.bytes);
    uint8_t *generated = &s->generated[index_of(s, input)];
    s->generated_count += *generated == 0;
    *generated = 1;
    add_rule(&s->rules, rule);
    add_rule(rules, rule);
}

/* Edges in the order of the file, and of each what is read of it. */
static void
look_at_read(struct scan *s, const struct view_node *node, struct slice row)
{
    struct vec inputs = vec_of(sizeof(const struct view_node *));
    struct vec rules = vec_of(sizeof(const struct ninja_rule *));
    struct slice path;
    bool passes = false; // What depends on build.ninja means to be configured.
    mark_above(s, node->maker);
    while (row.len > 0 && slice_next_text(&row, &path)) {
        const struct view_node *input = view_find(s->view, path);
        passes = passes || slice_equal(path, slice_of("build.ninja"));
        if (input != NULL && input->maker != VIEW_NONE &&
            s->above[input->maker] != s->round) {
            vec_push(&inputs, &input);
        }
    }
    for (uint32_t i = 0; !passes && i < inputs.count; i++) {
        tell_missing(s, node, *(const struct view_node **)vec_at(&inputs, i),
                     &rules);
    }
    s->path_count += rules.count;
    s->target_count += rules.count > 0;
    vec_finish(&inputs);
    vec_finish(&rules);
}

struct node_visit {
    const struct view_node *node;
    uint32_t next; /* which of its inputs is looked at next */
};

/* A node after all that it needs, with a stack of our own. */
static void
scan_from(struct scan *s, const struct view_node *node)
{
    struct vec stack = vec_of(sizeof(struct node_visit));
    struct node_visit visit = {node, 0};
    for (;;) {
        if (visit.node->maker != VIEW_NONE &&
            !s->seen[index_of(s, visit.node)]) {
            s->seen[index_of(s, visit.node)] = 1;
            s->node_count++;
            vec_push(&stack, &visit);
        }
        if (stack.count == 0) {
            break;
        }
        struct node_visit *top = vec_at(&stack, stack.count - 1);
        uint32_t count = 0;
        const struct ninja_path *inputs =
            view_inputs(view_edge(s->view, top->node->maker), &count);
        if (top->next < count) {
            visit.node = view_find(s->view, inputs[top->next++].path);
            visit.next = 0;
            continue;
        }
        struct buffer row = {0};
        find_read(s, top->node, &row);
        look_at_read(s, top->node, buffer_slice(&row));
        buffer_finish(&row);
        visit = *(struct node_visit *)vec_pop(&stack);
    }
    vec_finish(&stack);
}

static void
print_scan(const struct scan *s)
{
    printf("Processed %u nodes.\n", s->node_count);
    if (s->target_count == 0) {
        puts("No missing dependencies on generated files found.");
        return;
    }
    printf("Error: There are %u missing dependency paths.\n"
           "%u targets had depfile dependencies on %u distinct generated "
           "inputs (from %u rules)  without a non-depfile dep path to the "
           "generator.\n"
           "There might be build flakiness if any of the targets listed above "
           "are built alone, or not late enough, in a clean output "
           "directory.\n",
           s->path_count, s->target_count, s->generated_count, s->rules.count);
}

int
tool_missing_deps(const struct ninja_call *call, const struct view *view,
                  struct error *err)
{
    enum { FOUND_STATUS = 3 };
    struct deps_log log = {0};
    struct vec nodes = vec_of(sizeof(const struct view_node *));
    struct scan s = {.view = view,
                     .log = &log,
                     .rules = vec_of(sizeof(const struct ninja_rule *))};
    bool done = read_deps(view, &log, err) &&
                view_targets(view, call->argv + 1,
                             call->argc > 0 ? call->argc - 1 : 0, &nodes, err);
    s.seen = mem_alloc(view->nodes.count + 1, 1);
    s.generated = mem_alloc(view->nodes.count + 1, 1);
    s.above = mem_alloc(view_edge_count(view) + 1, sizeof(*s.above));
    for (uint32_t i = 0; done && i < nodes.count; i++) {
        scan_from(&s, *(const struct view_node **)vec_at(&nodes, i));
    }
    if (done) {
        print_scan(&s);
    }
    free(s.seen);
    free(s.generated);
    free(s.above);
    vec_finish(&s.rules);
    vec_finish(&nodes);
    deps_log_finish(&log);
    return !done ? 1 : s.target_count > 0 ? FOUND_STATUS : 0;
}
