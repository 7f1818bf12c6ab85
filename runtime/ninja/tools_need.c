/* SPDX-License-Identifier: MIT */
/*
 * -t commands, inputs and multi-inputs: what targets need. Each edge comes behind
 * those that it needs, in the order in which a build by one job would run them,
 * so that the commands can be given to a shell as they are.
 */
#include "runtime/ninja/tools.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- The edges that are needed ------------------------------------------------------- */

struct visit {
    uint32_t place;
    uint32_t next; /* which of its inputs is looked at next */
};

/* What an edge needs, edge by edge, with a stack of our own: a chain may be a
 * million edges long. Each place is added when all it needs was. */
static void
visit_from(const struct view *view, uint32_t place, uint8_t *seen,
           struct vec *places)
{
    struct vec stack = vec_of(sizeof(struct visit));
    struct visit visit = {place, 0};
    seen[place] = 1;
    vec_push(&stack, &visit);
    while (stack.count > 0) {
        struct visit *top = vec_at(&stack, stack.count - 1);
        uint32_t count = 0;
        const struct ninja_path *paths =
            view_inputs(view_edge(view, top->place), &count);
        if (top->next == count) {
            vec_push(places, &top->place);
            vec_pop(&stack);
            continue;
        }
        const struct view_node *node = view_find(view, paths[top->next++].path);
        if (node->maker != VIEW_NONE && !seen[node->maker]) {
            seen[node->maker] = 1;
            visit = (struct visit){node->maker, 0};
            vec_push(&stack, &visit);
        }
    }
    vec_finish(&stack);
}

void
tool_needed_edges(const struct view *view, const struct vec *nodes,
                  bool only_direct, struct vec *places)
{
    uint8_t *seen = mem_alloc(view_edge_count(view), 1);
    for (uint32_t i = 0; i < nodes->count; i++) {
        const struct view_node *node =
            *(const struct view_node **)vec_at(nodes, i);
        if (node->maker == VIEW_NONE || seen[node->maker]) {
            continue;
        }
        if (only_direct) {
            seen[node->maker] = 1;
            vec_push(places, &node->maker);
        } else {
            visit_from(view, node->maker, seen, places);
        }
    }
    free(seen);
}

/* --- commands ------------------------------------------------------------------------- */

/* Phony edges have none. */
static bool
print_command(const struct ninja_edge *edge, struct error *err)
{
    struct buffer text = {0};
    bool done = edge->rule->is_phony ||
                ninja_edge_value(edge, NINJA_KEY_COMMAND, true, &text, err);
    if (done && !edge->rule->is_phony) {
        puts(buffer_str(&text));
    }
    buffer_finish(&text);
    return done;
}

int
tool_commands(const struct ninja_call *call, const struct view *view,
              struct error *err)
{
    bool direct = false;
    int letter = 0;
    optind = 0;
    while ((letter = getopt(call->argc, call->argv, "hs")) != -1) {
        if (letter != 's') {
            puts("usage: ninja -t commands [options] [targets]\n\noptions:\n"
                 "  -s     only print the final command to build [target], "
                 "not the whole chain");
            return 1;
        }
        direct = true;
    }
    struct vec nodes = vec_of(sizeof(const struct view_node *));
    struct vec places = vec_of(sizeof(uint32_t));
    bool done = view_targets(view, call->argv + optind, call->argc - optind,
                             &nodes, err);
    if (done) {
        tool_needed_edges(view, &nodes, direct, &places);
    }
    for (uint32_t i = 0; done && i < places.count; i++) {
        uint32_t place = *(uint32_t *)vec_at(&places, i);
        done = print_command(view_edge(view, place), err);
    }
    vec_finish(&nodes);
    vec_finish(&places);
    return done ? 0 : 1;
}

/* --- inputs --------------------------------------------------------------------------------- */

/* How paths are printed. */
struct form {
    bool escape;
    bool by_order; /* as they are needed, not sorted */
    char end;
    const char *delimiter; /* of multi-inputs */
};

/* The key of a text in a table over a vec of them. */
static struct slice
text_at(const void *owner, uint32_t index)
{
    const struct vec *texts = owner;
    return *(struct slice *)vec_at(texts, index);
}

static void
add_once(struct vec *texts, struct table *seen, struct slice text)
{
    uint32_t fresh = texts->count;
    if (table_find_or_add(seen, text_at, texts, text, fresh) == fresh) {
        vec_push(texts, &text);
    }
}

/* Phony names are no files, so they are nobody's input here. */
static bool
is_phony_output(const struct view *view, struct slice path)
{
    const struct view_node *node = view_find(view, path);
    return node->maker != VIEW_NONE &&
           view_edge(view, node->maker)->rule->is_phony;
}

struct reading {
    uint32_t place;       /* of the edge, or VIEW_NONE behind a source */
    uint32_t next;        /* which of its inputs is looked at next */
    struct slice through; /* the input that led here; added when it is left */
};

/* Puts a path that was not met before on the stack. */
static void
read_through(const struct view *view, struct slice path, struct table *met,
             struct vec *all, struct vec *stack)
{
    uint32_t count = all->count;
    add_once(all, met, path);
    if (all->count > count) {
        struct reading reading = {view_find(view, path)->maker, 0, path};
        vec_push(stack, &reading);
    }
}

/* What the maker of a path reads, input by input and each behind what it is made
 * from; phony names are not among them. The order is that of paths, not that of
 * edges: an object stands right behind its own source. */
static void
gather_behind(const struct view *view, uint32_t place, struct table *met,
              struct vec *all, struct vec *paths)
{
    struct vec stack = vec_of(sizeof(struct reading));
    struct reading reading = {place, 0, {NULL, 0}};
    vec_push(&stack, &reading);
    while (stack.count > 0) {
        struct reading *top = vec_at(&stack, stack.count - 1);
        uint32_t count = 0;
        const struct ninja_path *inputs =
            top->place == VIEW_NONE
                ? NULL
                : view_inputs(view_edge(view, top->place), &count);
        if (top->next < count) {
            read_through(view, inputs[top->next++].path, met, all, &stack);
            continue;
        }
        if (top->through.bytes != NULL &&
            !is_phony_output(view, top->through)) {
            vec_push(paths, &top->through);
        }
        vec_pop(&stack);
    }
    vec_finish(&stack);
}

/* The paths that targets need, each once. */
static void
gather_inputs(const struct view *view, const struct vec *nodes,
              struct vec *paths)
{
    struct vec all = vec_of(sizeof(struct slice));
    struct table met = {0};
    for (uint32_t i = 0; i < nodes->count; i++) {
        const struct view_node *node =
            *(const struct view_node **)vec_at(nodes, i);
        gather_behind(view, node->maker, &met, &all, paths);
    }
    table_finish(&met);
    vec_finish(&all);
}

/* For qsort. */
static int
compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* As texts, escaped and sorted as asked; each is the caller's. */
static char **
shown_paths(const struct vec *paths, const struct form *form)
{
    char **texts = mem_alloc(paths->count, sizeof(*texts));
    for (uint32_t i = 0; i < paths->count; i++) {
        struct slice path = text_at(paths, i);
        struct buffer text = {0};
        if (form->escape) {
            ninja_quote(path, &text);
        } else {
            buffer_add(&text, path.bytes, path.len);
        }
        texts[i] = buffer_take(&text);
    }
    if (!form->by_order && paths->count > 0) {
        qsort(texts, paths->count, sizeof(*texts), compare_texts);
    }
    return texts;
}

/* One path a line; with a target in front for multi-inputs. */
static void
print_inputs(const struct view *view, const struct vec *nodes,
             const struct form *form, const struct slice *target)
{
    struct vec paths = vec_of(sizeof(struct slice));
    gather_inputs(view, nodes, &paths);
    char **texts = shown_paths(&paths, form);
    for (uint32_t i = 0; i < paths.count; i++) {
        if (target != NULL) {
            printf("%.*s%s", (int)target->len, target->bytes, form->delimiter);
        }
        fputs(texts[i], stdout);
        putchar(form->end);
        free(texts[i]);
    }
    free(texts);
    vec_finish(&paths);
}

int
tool_inputs(const struct ninja_call *call, const struct view *view,
            struct error *err)
{
    static const struct option longs[] = {
        {"help", no_argument, NULL, 'h'},
        {"no-shell-escape", no_argument, NULL, 'E'},
        {"print0", no_argument, NULL, '0'},
        {"dependency-order", no_argument, NULL, 'd'},
        {NULL, 0, NULL, 0},
    };
    struct form form = {.escape = true, .end = '\n'};
    int letter = 0;
    optind = 0;
    while ((letter = getopt_long(call->argc, call->argv, "h0Ed", longs,
                                 NULL)) != -1) {
        if (letter != '0' && letter != 'E' && letter != 'd') {
            puts("Usage '-t inputs [options] [targets]");
            return 1;
        }
        form.end = letter == '0' ? '\0' : form.end;
        form.escape = form.escape && letter != 'E';
        form.by_order = form.by_order || letter == 'd';
    }
    struct vec nodes = vec_of(sizeof(const struct view_node *));
    bool done = view_targets(view, call->argv + optind, call->argc - optind,
                             &nodes, err);
    if (done) {
        print_inputs(view, &nodes, &form, NULL);
    }
    vec_finish(&nodes);
    return done ? 0 : 1;
}

int
tool_multi_inputs(const struct ninja_call *call, const struct view *view,
                  struct error *err)
{
    static const struct option longs[] = {
        {"help", no_argument, NULL, 'h'},
        {"delimiter", required_argument, NULL, 'd'},
        {"print0", no_argument, NULL, '0'},
        {NULL, 0, NULL, 0},
    };
    struct form form = {.by_order = true, .end = '\n', .delimiter = "\t"};
    int letter = 0;
    optind = 0;
    while ((letter = getopt_long(call->argc, call->argv, "hd:0", longs,
                                 NULL)) != -1) {
        if (letter != '0' && letter != 'd') {
            puts("Usage '-t multi-inputs [options] [targets]");
            return 1;
        }
        form.end = letter == '0' ? '\0' : form.end;
        form.delimiter = letter == 'd' ? optarg : form.delimiter;
    }
    struct vec all = vec_of(sizeof(const struct view_node *));
    bool done =
        view_targets(view, call->argv + optind, call->argc - optind, &all, err);
    for (uint32_t i = 0; done && i < all.count; i++) {
        const struct view_node *node =
            *(const struct view_node **)vec_at(&all, i);
        struct vec one = vec_of(sizeof(const struct view_node *));
        vec_push(&one, &node);
        print_inputs(view, &one, &form, &node->path);
        vec_finish(&one);
    }
    vec_finish(&all);
    return done ? 0 : 1;
}
