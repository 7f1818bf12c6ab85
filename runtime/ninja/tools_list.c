/* SPDX-License-Identifier: MIT */
/* -t targets, query, rules and graph. */
#include "runtime/ninja/tools.h"

#include "interp/magma.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Paths may hold any byte but zero; none is changed. */
static void
print_path(struct slice path)
{
    fwrite(path.bytes, 1, path.len, stdout);
}

/* The rule of the edge that makes a node which is made. */
static struct slice
rule_of(const struct view *view, const struct view_node *node)
{
    return view_edge(view, node->maker)->rule->name;
}

/* --- targets ---------------------------------------------------------------------- */

/* A node whose inputs are listed below it. */
struct level {
    const struct view_node *node;
    uint32_t next;
};

/* One line, two blanks for each level. */
static void
print_node(const struct view *view, const struct view_node *node,
           uint32_t indent)
{
    printf("%*s", (int)indent * 2, "");
    print_path(node->path);
    if (node->maker != VIEW_NONE) {
        fputs(": ", stdout);
        print_path(rule_of(view, node));
    }
    putchar('\n');
}

/* A target and what it needs, down to `depth` levels (0: all); as a stack, for
 * a chain may be long. */
static void
print_tree(const struct view *view, const struct view_node *root, int depth)
{
    struct vec stack = vec_of(sizeof(struct level));
    struct level level = {root, 0};
    print_node(view, root, 0);
    vec_push(&stack, &level);
    while (stack.count > 0) {
        struct level *top = vec_at(&stack, stack.count - 1);
        bool deeper = top->node->maker != VIEW_NONE &&
                      (depth <= 0 || (int)stack.count < depth);
        uint32_t count = 0;
        const struct ninja_path *paths =
            deeper ? view_inputs(view_edge(view, top->node->maker), &count)
                   : NULL;
        if (top->next >= count) {
            vec_pop(&stack);
            continue;
        }
        level = (struct level){view_find(view, paths[top->next++].path), 0};
        print_node(view, level.node, stack.count);
        vec_push(&stack, &level);
    }
    vec_finish(&stack);
}

/* One line for each output, in the order of the file: scripts split it at the
 * first colon. */
static int
print_all(const struct view *view)
{
    for (uint32_t place = 0; place < view_edge_count(view); place++) {
        const struct ninja_edge *edge = view_edge(view, place);
        uint32_t count = 0;
        const struct ninja_path *paths = view_outputs(edge, &count);
        for (uint32_t i = 0; i < count; i++) {
            print_path(paths[i].path);
            fputs(": ", stdout);
            print_path(edge->rule->name);
            putchar('\n');
        }
    }
    return 0;
}

/* By bytes, as std::string compares. */
static int
compare_slices(const void *a, const void *b)
{
    const struct slice *x = a;
    const struct slice *y = b;
    size_t len = x->len < y->len ? x->len : y->len;
    int order = memcmp(x->bytes, y->bytes, len);
    return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

/* Outputs of one rule, sorted. */
static int
print_of_rule(const struct view *view, const char *rule)
{
    struct vec found = vec_of(sizeof(struct slice));
    for (uint32_t place = 0; place < view_edge_count(view); place++) {
        const struct ninja_edge *edge = view_edge(view, place);
        uint32_t count = 0;
        const struct ninja_path *paths = view_outputs(edge, &count);
        bool is_wanted = slice_equal(edge->rule->name, slice_of(rule));
        for (uint32_t i = 0; is_wanted && i < count; i++) {
            vec_push(&found, &paths[i].path);
        }
    }
    if (found.count > 0) {
        qsort(found.items, found.count, sizeof(struct slice), compare_slices);
    }
    for (uint32_t i = 0; i < found.count; i++) {
        print_path(*(struct slice *)vec_at(&found, i));
        putchar('\n');
    }
    vec_finish(&found);
    return 0;
}

/* Inputs that nobody makes, as often as they are named. */
static int
print_sources(const struct view *view)
{
    for (uint32_t place = 0; place < view_edge_count(view); place++) {
        uint32_t count = 0;
        const struct ninja_path *paths =
            view_inputs(view_edge(view, place), &count);
        for (uint32_t i = 0; i < count; i++) {
            if (view_find(view, paths[i].path)->maker == VIEW_NONE) {
                print_path(paths[i].path);
                putchar('\n');
            }
        }
    }
    return 0;
}

/* Outputs that nobody reads. */
static int
print_roots(const struct view *view, int depth)
{
    for (uint32_t i = 0; i < view->nodes.count; i++) {
        const struct view_node *node = vec_at(&view->nodes, i);
        if (node->maker != VIEW_NONE && !node->is_used) {
            print_tree(view, node, depth);
        }
    }
    return 0;
}

int
tool_targets(const struct ninja_call *call, const struct view *view,
             struct error *err)
{
    const char *mode = call->argc > 1 ? call->argv[1] : "depth";
    const char *arg = call->argc > 2 ? call->argv[2] : NULL;
    if (strcmp(mode, "rule") == 0) {
        return arg == NULL ? print_sources(view) : print_of_rule(view, arg);
    }
    if (strcmp(mode, "all") == 0) {
        return print_all(view);
    }
    if (strcmp(mode, "depth") == 0) {
        return print_roots(view, arg == NULL ? 1 : atoi(arg));
    }
    static const char *const modes[] = {"rule", "depth", "all"};
    const char *near = magma_nearest(mode, modes, 3);
    error_set(err, ERROR_CLASS_USAGE, "unknown target tool mode '%s'%s%s%s",
              mode, near == NULL ? "" : ", did you mean '",
              near == NULL ? "" : near, near == NULL ? "" : "'?");
    return 1;
}

/* --- query ------------------------------------------------------------------------- */

/* The edge that makes the node: its rule, then what it reads, with the marks
 * that a build statement has. */
static void
print_maker(const struct view *view, const struct view_node *node)
{
    const struct ninja_edge *edge = view_edge(view, node->maker);
    uint32_t count = 0;
    const struct ninja_path *paths = view_inputs(edge, &count);
    uint32_t implicit = edge->counts[NINJA_INPUTS];
    uint32_t order = implicit + edge->counts[NINJA_IMPLICIT];
    printf("  input: %.*s\n", (int)edge->rule->name.len,
           edge->rule->name.bytes);
    for (uint32_t i = 0; i < count; i++) {
        const char *mark = i >= order ? "|| " : i >= implicit ? "| " : "";
        printf("    %s%.*s\n", mark, (int)paths[i].path.len,
               paths[i].path.bytes);
    }
    count = edge->counts[NINJA_VALIDATIONS];
    paths = ninja_edge_list(edge, NINJA_VALIDATIONS);
    if (count > 0) {
        puts("  validations:");
    }
    for (uint32_t i = 0; i < count; i++) {
        printf("    %.*s\n", (int)paths[i].path.len, paths[i].path.bytes);
    }
}

/* All outputs of an edge, implicit ones too. */
static void
print_outputs(const struct ninja_edge *edge)
{
    uint32_t count = 0;
    const struct ninja_path *paths = view_outputs(edge, &count);
    for (uint32_t i = 0; i < count; i++) {
        printf("    %.*s\n", (int)paths[i].path.len, paths[i].path.bytes);
    }
}

/* Validations have no index of their own: few edges have any, and only a query
 * asks. */
static bool
has_validation(const struct ninja_edge *edge, struct slice path)
{
    const struct ninja_path *paths = ninja_edge_list(edge, NINJA_VALIDATIONS);
    for (uint32_t i = 0; i < edge->counts[NINJA_VALIDATIONS]; i++) {
        if (slice_equal(paths[i].path, path)) {
            return true;
        }
    }
    return false;
}

/* What makes a node, and what is made from it. */
static void
query_node(const struct view *view, const struct view_node *node)
{
    print_path(node->path);
    puts(":");
    if (node->maker != VIEW_NONE) {
        print_maker(view, node);
    }
    puts("  outputs:");
    for (uint32_t i = 0; i < node->user_count; i++) {
        const uint32_t *place = vec_at(&view->users, node->user_start + i);
        print_outputs(view_edge(view, *place));
    }
    if (node->validates) {
        puts("  validation for:");
    }
    for (uint32_t i = 0; node->validates && i < view_edge_count(view); i++) {
        if (has_validation(view_edge(view, i), node->path)) {
            print_outputs(view_edge(view, i));
        }
    }
}

int
tool_query(const struct ninja_call *call, const struct view *view,
           struct error *err)
{
    if (call->argc < 2) {
        error_set(err, ERROR_CLASS_USAGE, "expected a target to query");
        return 1;
    }
    for (int i = 1; i < call->argc; i++) {
        const struct view_node *node = NULL;
        if (!view_target(view, call->argv[i], &node, err)) {
            return 1;
        }
        query_node(view, node);
    }
    return 0;
}

/* --- rules --------------------------------------------------------------------------- */

struct rule_line {
    struct slice name;
    const struct ninja_rule *rule;
};

/* By name. */
static int
compare_rules(const void *a, const void *b)
{
    const struct rule_line *x = a;
    const struct rule_line *y = b;
    return compare_slices(&x->name, &y->name);
}

/* ninja prints descriptions as it keeps them: every variable in braces. */
static void
print_unexpanded(const struct ninja_text *text)
{
    for (uint32_t i = 0; i < text->len;) {
        const char *at = text->bytes + i;
        uint32_t left = text->len - i;
        uint32_t len =
            *at == '$' ? ninja_name_len(at + 1, at + left, false) : 0;
        if (len > 0) {
            printf("${%.*s}", (int)len, at + 1);
            i += len + 1;
        } else {
            putchar(*at);
            i++;
        }
    }
}

int
tool_rules(const struct ninja_call *call, const struct view *view,
           struct error *err)
{
    bool descriptions = false;
    int letter = 0;
    (void)err;
    optind = 0;
    while ((letter = getopt(call->argc, call->argv, "hd")) != -1) {
        if (letter != 'd') {
            puts("usage: ninja -t rules [options]\n\noptions:\n"
                 "  -d     also print the description of the rule\n"
                 "  -h     print this message");
            return 1;
        }
        descriptions = true;
    }
    struct vec lines = vec_of(sizeof(struct rule_line));
    uint32_t count = 0;
    const struct ninja_rule *const *rules =
        ninja_parser_rules(view->statements.parser, &count);
    for (uint32_t i = 0; i < count; i++) {
        struct rule_line line = {rules[i]->name, rules[i]};
        vec_push(&lines, &line);
    }
    if (count > 0) {
        qsort(lines.items, count, sizeof(struct rule_line), compare_rules);
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct rule_line *line = vec_at(&lines, i);
        print_path(line->name);
        const struct ninja_text *text =
            &line->rule->texts[NINJA_KEY_DESCRIPTION];
        if (descriptions &&
            (line->rule->bound & 1U << NINJA_KEY_DESCRIPTION) != 0) {
            fputs(": ", stdout);
            print_unexpanded(text);
        }
        putchar('\n');
    }
    vec_finish(&lines);
    return 0;
}

/* --- graph ----------------------------------------------------------------------------- */

/* A path as a quoted name of dot. */
static void
print_label(struct slice path)
{
    putchar('"');
    for (size_t i = 0; i < path.len; i++) {
        char c = path.bytes[i];
        if (c == '"' || c == '\\') {
            putchar('\\');
        }
        putchar(c == '\n' ? ' ' : c);
    }
    putchar('"');
}

/* An edge with one input and one output is an arrow, any other a node. */
static void
graph_edge(const struct view *view, uint32_t place)
{
    const struct ninja_edge *edge = view_edge(view, place);
    uint32_t input_count = 0;
    uint32_t output_count = 0;
    const struct ninja_path *inputs = view_inputs(edge, &input_count);
    const struct ninja_path *outputs = view_outputs(edge, &output_count);
    if (input_count == 1 && output_count == 1) {
        print_label(inputs[0].path);
        fputs(" -> ", stdout);
        print_label(outputs[0].path);
        printf(" [label=\" %.*s\"]\n", (int)edge->rule->name.len,
               edge->rule->name.bytes);
        return;
    }
    printf("\"edge %u\" [label=\"%.*s\", shape=ellipse]\n", place,
           (int)edge->rule->name.len, edge->rule->name.bytes);
    for (uint32_t i = 0; i < output_count; i++) {
        printf("\"edge %u\" -> ", place);
        print_label(outputs[i].path);
        putchar('\n');
    }
    uint32_t order = input_count - edge->counts[NINJA_ORDER_ONLY];
    for (uint32_t i = 0; i < input_count; i++) {
        print_label(inputs[i].path);
        printf(" -> \"edge %u\" [arrowhead=none%s]\n", place,
               i >= order ? " style=dotted" : "");
    }
}

int
tool_graph(const struct ninja_call *call, const struct view *view,
           struct error *err)
{
    struct vec nodes = vec_of(sizeof(const struct view_node *));
    struct vec places = vec_of(sizeof(uint32_t));
    bool done = view_targets(view, call->argv + 1, call->argc - 1, &nodes, err);
    if (done) {
        tool_needed_edges(view, &nodes, false, &places);
        puts("digraph ninja {\nrankdir=\"LR\"\n"
             "node [fontsize=10, shape=box, height=0.25]\n"
             "edge [fontsize=10]");
        for (uint32_t i = 0; i < places.count; i++) {
            graph_edge(view, *(uint32_t *)vec_at(&places, i));
        }
        puts("}");
    }
    vec_finish(&nodes);
    vec_finish(&places);
    return done ? 0 : 1;
}
