/* SPDX-License-Identifier: MIT */
/* Formats that hold the commands of the rows: compdb and sh. */
#include "runtime/query/format.h"

#include "runtime/describe.h"
#include "runtime/json.h"
#include "runtime/query/eval.h"
#include "runtime/query/walk.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

uint32_t *
query_answer_actions(const struct query_answer *answer, uint32_t *count)
{
    struct query_set set = {.type = answer->rows->set_type};
    query_set_inherit(&set, &answer->rows->alone);
    for (uint32_t row = 0; row < answer->rows->row_count; row++) {
        if (answer->rows->nodes[row] != QUERY_NODE_NONE) {
            (void)query_set_add(&set, answer->rows->nodes[row]);
        }
    }
    if (set.type == QUERY_TARGETS) {
        query_set_to_actions(answer->world, &set);
    }
    uint32_t *nodes = query_set_ordered(answer->world, &set, QUERY_ORDER_DEPS);
    *count = set.count;
    query_set_finish(&set);
    return nodes;
}

/* --- Compilation databases ------------------------------------------------------- */

/* Names of files that compilers are given one at a time, by their endings. */
static bool
is_unit(struct slice path)
{
    static const char *const endings[] = {".c",     ".cc",  ".cp",  ".cpp",
                                          ".cxx",   ".c++", ".C",   ".cppm",
                                          ".ixx",   ".m",   ".mm",  ".M",
                                          ".cu",    ".cl",  ".s",   ".S",
                                          ".asm",   ".f",   ".f90", ".f95",
                                          ".F",     ".F90", ".hip", ".d",
                                          ".swift", ".go",  ".rs"};
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        size_t len = strlen(endings[i]);
        if (path.len > len &&
            memcmp(path.bytes + path.len - len, endings[i], len) == 0) {
            return true;
        }
    }
    return false;
}

/* The one file that the action compiles: the first input that is a unit. */
static struct slice
unit_of(const struct graph *g, const struct action *a)
{
    for (uint32_t i = 0; i < a->inputs.count; i++) {
        const struct edge *edge = graph_input(g, a, i);
        if (edge->explicit_ && edge->to.type == NODE_FILE) {
            struct slice path =
                slice_of(graph_path(g, (struct file_id){edge->to.n}));
            if (is_unit(path)) {
                return path;
            }
        }
    }
    return (struct slice){NULL, 0};
}

/* The last command of the action, which is the one that makes its outputs; NULL
 * if it has none. */
static const struct step *
command_of(const struct graph *g, const struct action *a)
{
    const struct step *command = NULL;
    for (uint32_t i = 0; i < a->steps.count; i++) {
        const struct step *step = graph_step(g, a, i);
        command = step->kind == STEP_COMMAND ? step : command;
    }
    return command;
}

/* A command that a shell was given as one word, or NULL. */
static const char *
shell_line(const struct graph *g, const struct step *step)
{
    if (step->argv.count != 3) {
        return NULL;
    }
    const char *shell = graph_cstr(g, graph_arg(g, step, 0));
    const char *flag = graph_cstr(g, graph_arg(g, step, 1));
    bool is_shell = strcmp(shell, "/bin/sh") == 0 || strcmp(shell, "sh") == 0;
    return is_shell && strcmp(flag, "-c") == 0
               ? graph_cstr(g, graph_arg(g, step, 2))
               : NULL;
}

/* What was one line for a shell stays one; else the words are told apart, so
 * that no reader has to split them again. */
static void
add_arguments(struct buffer *out, const struct graph *g,
              const struct step *step)
{
    const char *line = shell_line(g, step);
    if (line != NULL) {
        json_field_text(out, "command", line);
        return;
    }
    json_name(out, "arguments");
    buffer_add_char(out, '[');
    for (uint32_t i = 0; i < step->argv.count; i++) {
        struct slice word = graph_str(g, graph_arg(g, step, i));
        buffer_add_str(out, i == 0 ? "" : ",");
        json_string(out, word.bytes, word.len);
    }
    buffer_add_char(out, ']');
}

/* Where a command runs. */
struct unit_place {
    const char *root;
    struct slice dir; /* below it; "" for the root itself */
};

static void
add_directory(struct buffer *out, const struct unit_place *place)
{
    char *path =
        path_join(place->root, place->dir.len == 0 ? "." : place->dir.bytes);
    json_field_text(out, "directory", path);
    free(path);
}

/* The file and the output as the command's folder sees them. */
static void
add_seen(struct buffer *out, const char *name, const struct unit_place *place,
         const char *path)
{
    if (place->dir.len == 0) {
        json_field_text(out, name, path);
        return;
    }
    char *folder = path_join(place->root, place->dir.bytes);
    char *file = path_join(place->root, path);
    char *seen = path_relative(folder, file);
    json_field_text(out, name, seen);
    free(seen);
    free(file);
    free(folder);
}

/* False for what is no compilation, and for actions of earlier graphs. */
static bool
add_entry(const struct query_answer *answer, uint32_t node, bool is_first,
          struct buffer *out)
{
    const struct graph *g = query_world_graph(answer->world);
    struct action_id id = query_world_action_of(answer->world, node);
    if (id.n == ID_NONE) {
        return false;
    }
    const struct action *a = graph_action(g, id);
    const struct step *step = command_of(g, a);
    struct slice unit = unit_of(g, a);
    if (step == NULL || unit.bytes == NULL) {
        return false;
    }
    const struct unit_place place = {answer->root, graph_str(g, step->dir)};
    buffer_add_str(out, is_first ? "\n{" : ",\n{");
    add_directory(out, &place);
    add_arguments(out, g, step);
    add_seen(out, "file", &place, unit.bytes);
    if (a->outputs.count > 0) {
        add_seen(out, "output", &place, graph_path(g, graph_output(g, a, 0)));
    }
    buffer_add_char(out, '}');
    return true;
}

/* What is no compilation is left out rather than guessed at: editors take every
 * entry for a file that can be parsed. */
void
query_print_compdb(const struct query_answer *answer, struct buffer *out)
{
    uint32_t count = 0;
    uint32_t *nodes = query_answer_actions(answer, &count);
    bool is_first = true;
    buffer_add_char(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        is_first = !add_entry(answer, nodes[i], is_first, out) && is_first;
    }
    buffer_add_str(out, is_first ? "]\n" : "\n]\n");
    free(nodes);
}

/* --- Scripts ------------------------------------------------------------------------ */

/* The folders that ronin would make before it runs the action. */
static void
add_folders(struct buffer *out, const struct graph *g, const struct action *a)
{
    for (uint32_t i = 0; i < a->outputs.count; i++) {
        const char *path = graph_path(g, graph_output(g, a, i));
        struct slice dir = {path, path_dir_len(path, strlen(path))};
        bool is_new = dir.len > 0;
        for (uint32_t k = 0; is_new && k < i; k++) {
            const char *other = graph_path(g, graph_output(g, a, k));
            struct slice seen = {other, path_dir_len(other, strlen(other))};
            is_new = !slice_equal(seen, dir);
        }
        if (is_new) {
            buffer_add_str(out, "mkdir -p -- ");
            describe_word(out, dir);
            buffer_add_char(out, '\n');
        }
    }
}

/* What an action does without a command cannot be done by a shell. */
static void
add_action(const struct query_answer *answer, uint32_t node, struct buffer *out)
{
    const struct graph *g = query_world_graph(answer->world);
    struct action_id id = query_world_action_of(answer->world, node);
    if (id.n == ID_NONE || graph_action(g, id)->steps.count == 0) {
        return;
    }
    struct buffer line = {0};
    bool runs = describe_shell(&line, g, id);
    if (runs) {
        add_folders(out, g, graph_action(g, id));
        buffer_add(out, line.bytes, line.len);
    } else {
        buffer_add_str(out, "# ronin itself makes ");
        query_add_visible(out, query_world_path(answer->world, node));
    }
    buffer_add_char(out, '\n');
    buffer_finish(&line);
}

/* Stops at the first failure, as a build does, and may be started anywhere. */
void
query_print_sh(const struct query_answer *answer, struct buffer *out)
{
    uint32_t count = 0;
    uint32_t *nodes = query_answer_actions(answer, &count);
    buffer_add_str(out, "#!/bin/sh\nset -e\ncd -- ");
    describe_word(out, slice_of(answer->root));
    buffer_add_char(out, '\n');
    for (uint32_t i = 0; i < count; i++) {
        add_action(answer, nodes[i], out);
    }
    free(nodes);
}
