/* SPDX-License-Identifier: MIT */
/* Formats that draw the graph of the rows: tree, dot, mermaid. */
#include "runtime/query/format.h"

#include "exec/exec.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

/* --- The graph of the rows -------------------------------------------------- */

void
query_drawing_start(struct query_drawing *drawing,
                    const struct query_answer *answer)
{
    const struct query_rows *rows = answer->rows;
    *drawing = (struct query_drawing){
        .world = answer->world,
        .rows = rows,
        .node_count = query_world_count(answer->world),
        .direct = vec_of(sizeof(uint32_t)),
        .beyond = vec_of(sizeof(uint32_t)),
    };
    drawing->row_of = mem_alloc(drawing->node_count, sizeof(*drawing->row_of));
    for (uint32_t i = 0; i < drawing->node_count; i++) {
        drawing->row_of[i] = QUERY_NODE_NONE;
    }
    for (uint32_t row = 0; row < rows->row_count; row++) {
        if (rows->nodes[row] != QUERY_NODE_NONE) {
            drawing->row_of[rows->nodes[row]] = row;
        }
    }
}

void
query_drawing_finish(struct query_drawing *drawing)
{
    free(drawing->row_of);
    vec_finish(&drawing->direct);
    vec_finish(&drawing->beyond);
}

/* The row of a node; strangers may have come since the start. */
static uint32_t
row_of(const struct query_drawing *drawing, uint32_t node)
{
    return node < drawing->node_count ? drawing->row_of[node] : QUERY_NODE_NONE;
}

/* A node that is a row becomes a need, the first time in this round. A row does
 * not need itself, though its action may read what it writes. */
static void
add_need(struct query_drawing *drawing, uint32_t from, uint32_t node,
         struct vec *needs)
{
    uint32_t row = row_of(drawing, node);
    if (row != QUERY_NODE_NONE && row != from &&
        query_world_mark(drawing->world, node)) {
        vec_push(needs, &row);
    }
}

/* Among targets an action that is needed stands for its outputs. */
static void
add_spelled_out(struct query_drawing *drawing, uint32_t from, uint32_t node,
                struct vec *needs)
{
    struct action_id action = query_world_action_of(drawing->world, node);
    if (drawing->rows->set_type == QUERY_ACTIONS || action.n == ID_NONE ||
        row_of(drawing, node) != QUERY_NODE_NONE) {
        add_need(drawing, from, node, needs);
        return;
    }
    struct vec outputs = vec_of(sizeof(uint32_t));
    query_world_outputs(drawing->world, action, &outputs);
    for (uint32_t i = 0; i < outputs.count; i++) {
        add_need(drawing, from, *(uint32_t *)vec_at(&outputs, i), needs);
    }
    vec_finish(&outputs);
}

/* From a file the way goes through the action that makes it, from an action
 * through the files that it reads. */
static bool
is_between(const struct query_drawing *drawing, uint32_t node, uint32_t next)
{
    enum query_node_type from = query_world_type(drawing->world, node);
    enum query_node_type to = query_world_type(drawing->world, next);
    if (row_of(drawing, next) != QUERY_NODE_NONE) {
        return false;
    }
    return drawing->rows->set_type == QUERY_TARGETS
               ? from == QUERY_NODE_FILE && to == QUERY_NODE_ACTION
               : to != QUERY_NODE_ACTION;
}

/* What lies between two rows is walked through, one node deep: more can only
 * lie there if a row was left out, and then the way is cut. */
void
query_drawing_needs(struct query_drawing *drawing, uint32_t row,
                    struct vec *needs)
{
    const struct query_rows *rows = drawing->rows;
    uint32_t node = rows->nodes[row];
    if (node == QUERY_NODE_NONE) {
        return;
    }
    query_world_clear_marks(drawing->world);
    vec_resize(&drawing->direct, 0);
    query_world_needs(drawing->world, node, rows->edges, &drawing->direct);
    for (uint32_t i = 0; i < drawing->direct.count; i++) {
        uint32_t next = *(uint32_t *)vec_at(&drawing->direct, i);
        if (!is_between(drawing, node, next)) {
            add_spelled_out(drawing, row, next, needs);
            continue;
        }
        vec_resize(&drawing->beyond, 0);
        query_world_needs(drawing->world, next, rows->edges, &drawing->beyond);
        for (uint32_t k = 0; k < drawing->beyond.count; k++) {
            add_spelled_out(drawing, row,
                            *(uint32_t *)vec_at(&drawing->beyond, k), needs);
        }
    }
}

/* What a row is called in a drawing. */
static struct slice
label_of(const struct query_drawing *drawing, uint32_t row)
{
    return query_world_shown(drawing->world, drawing->rows->nodes[row]);
}

/* --- Tree -------------------------------------------------------------------------- */

/* A row whose needs are being printed below it. */
struct branch {
    uint32_t first; /* of its needs, in `pending` */
    uint32_t next;
    uint32_t end;
};

struct tree {
    struct query_drawing drawing;
    struct vec pending;  /* of uint32_t: the needs of all branches */
    struct vec branches; /* of struct branch, from the root down */
    struct buffer bars;  /* "d" where more follows on that level, else "e" */
    bool *is_printed;    /* by row */
    struct buffer *out;
};

/* So deep that bars no longer help, and would cost their depth each line. */
enum { BARS_MAX = 64 };

/* What stands in front of a row: a bar for each level on which more is to come,
 * and the corner or the tee of its own. */
static void
add_bars(struct tree *tree)
{
    uint32_t depth = tree->branches.count;
    uint32_t from = depth > BARS_MAX ? depth - BARS_MAX : 0;
    if (from > 0) {
        buffer_add_format(tree->out, "(%" PRIu32 " more levels) ", from);
    }
    for (uint32_t i = from; i + 1 < depth; i++) {
        buffer_add_str(tree->out, tree->bars.bytes[i] == 'd' ? "│   " : "    ");
    }
    if (depth > 0) {
        buffer_add_str(tree->out,
                       tree->bars.bytes[depth - 1] == 'd' ? "├── " : "└── ");
    }
}

/* Prints a row, and makes it a branch if it is the first time. */
static void
print_leaf(struct tree *tree, uint32_t row)
{
    struct branch branch = {.first = tree->pending.count,
                            .next = tree->pending.count};
    query_drawing_needs(&tree->drawing, row, &tree->pending);
    branch.end = tree->pending.count;
    bool again = tree->is_printed[row] && branch.end > branch.first;
    add_bars(tree);
    query_add_visible(tree->out, label_of(&tree->drawing, row));
    buffer_add_str(tree->out, again ? " (*)\n" : "\n");
    if (again || branch.end == branch.first) {
        vec_resize(&tree->pending, branch.first);
    } else {
        vec_push(&tree->branches, &branch);
        buffer_add_char(&tree->bars, 'e');
    }
    tree->is_printed[row] = true;
}

/* Takes the next step of the walk; false at its end. */
static bool
print_next(struct tree *tree)
{
    if (tree->branches.count == 0) {
        return false;
    }
    uint32_t last = tree->branches.count - 1;
    struct branch *branch = vec_at(&tree->branches, last);
    if (branch->next == branch->end) {
        vec_resize(&tree->pending, branch->first);
        vec_pop(&tree->branches);
        buffer_truncate(&tree->bars, last);
        return true;
    }
    uint32_t row = *(uint32_t *)vec_at(&tree->pending, branch->next++);
    tree->bars.bytes[last] = branch->next < branch->end ? 'd' : 'e';
    print_leaf(tree, row);
    return true;
}

/* Prints a tree to its end before the next one begins. */
static void
print_from(struct tree *tree, uint32_t row)
{
    print_leaf(tree, row);
    while (print_next(tree)) {
    }
}

/* Rows that no other row needs are where trees begin. */
static bool *
find_needed(struct query_drawing *drawing)
{
    bool *is_needed = mem_alloc(drawing->rows->row_count + 1u, 1);
    struct vec needs = vec_of(sizeof(uint32_t));
    for (uint32_t row = 0; row < drawing->rows->row_count; row++) {
        vec_resize(&needs, 0);
        query_drawing_needs(drawing, row, &needs);
        for (uint32_t i = 0; i < needs.count; i++) {
            is_needed[*(uint32_t *)vec_at(&needs, i)] = true;
        }
    }
    vec_finish(&needs);
    return is_needed;
}

/* Which rows are needed is asked first, so that no row is printed as a root and
 * met again below another. */
void
query_print_tree(const struct query_answer *answer, struct buffer *out)
{
    uint32_t count = answer->rows->row_count;
    struct tree tree = {.pending = vec_of(sizeof(uint32_t)),
                        .branches = vec_of(sizeof(struct branch)),
                        .out = out};
    query_drawing_start(&tree.drawing, answer);
    tree.is_printed = mem_alloc(count + 1u, 1);
    bool *is_needed = find_needed(&tree.drawing);
    // The second time round: what only a cycle can be reached from.
    for (uint32_t i = 0; i < 2 * count; i++) {
        uint32_t row = i % count;
        if (answer->rows->nodes[row] != QUERY_NODE_NONE &&
            !tree.is_printed[row] && (i >= count || !is_needed[row])) {
            print_from(&tree, row);
        }
    }
    free(is_needed);
    free(tree.is_printed);
    vec_finish(&tree.pending);
    vec_finish(&tree.branches);
    buffer_finish(&tree.bars);
    query_drawing_finish(&tree.drawing);
}

/* --- Dot and Mermaid ---------------------------------------------------------------- */

/* How a language draws a node and an edge, by the numbers of rows. */
struct pen {
    const char *edge; /* format of two numbers */
    void (*node)(const struct query_drawing *drawing, uint32_t row,
                 struct buffer *out);
};

/* All nodes before all edges: both languages make a node of a name that they
 * meet in an edge, and would give it that name for a label. */
static void
draw(const struct query_answer *answer, const struct pen *pen,
     struct buffer *out)
{
    struct query_drawing drawing;
    struct vec needs = vec_of(sizeof(uint32_t));
    query_drawing_start(&drawing, answer);
    for (uint32_t row = 0; row < answer->rows->row_count; row++) {
        if (answer->rows->nodes[row] != QUERY_NODE_NONE) {
            pen->node(&drawing, row, out);
        }
    }
    for (uint32_t row = 0; row < answer->rows->row_count; row++) {
        vec_resize(&needs, 0);
        query_drawing_needs(&drawing, row, &needs);
        for (uint32_t i = 0; i < needs.count; i++) {
            uint32_t to = *(uint32_t *)vec_at(&needs, i);
            buffer_add_format(out, "  n%" PRIu32 " %s n%" PRIu32 "\n", row,
                              pen->edge, to);
        }
    }
    vec_finish(&needs);
    query_drawing_finish(&drawing);
}

/* A label as a string of the dot language: a quote would end it, a backslash
 * begins an escape, and what looks like an entity of HTML becomes that. */
static void
add_dot_string(struct buffer *out, struct slice label)
{
    struct buffer text = {0};
    query_add_visible(&text, label);
    buffer_add_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.bytes[i] == '"' || text.bytes[i] == '\\') {
            buffer_add_char(out, '\\');
        }
        buffer_add_char(out, text.bytes[i]);
        if (text.bytes[i] == '&') {
            buffer_add_str(out, "amp;");
        }
    }
    buffer_add_char(out, '"');
    buffer_finish(&text);
}

/* Files are boxes, what runs is round, and what only holds others a folder. */
static const char *
dot_shape(const struct query_drawing *drawing, uint32_t node)
{
    switch (query_world_type(drawing->world, node)) {
    case QUERY_NODE_ACTION:
        return "ellipse";
    case QUERY_NODE_GROUP:
        return "folder";
    case QUERY_NODE_FILE:
        break;
    }
    return "box";
}

/* Numbers are names that need no quotes; the path is only the label. */
static void
draw_dot_node(const struct query_drawing *drawing, uint32_t row,
              struct buffer *out)
{
    buffer_add_format(out, "  n%" PRIu32 " [label=", row);
    add_dot_string(out, label_of(drawing, row));
    buffer_add_format(out, ", shape=%s]\n",
                      dot_shape(drawing, drawing->rows->nodes[row]));
}

/* From left to right, since paths are long and low. */
void
query_print_dot(const struct query_answer *answer, struct buffer *out)
{
    static const struct pen pen = {"->", draw_dot_node};
    buffer_add_str(out, "digraph ronin {\n  rankdir=LR\n"
                        "  node [fontname=\"sans-serif\", fontsize=10]\n");
    draw(answer, &pen, out);
    buffer_add_str(out, "}\n");
}

/* Mermaid's own entities stand for what would end a label or be markup. */
static void
add_mermaid_string(struct buffer *out, struct slice label)
{
    struct buffer text = {0};
    query_add_visible(&text, label);
    buffer_add_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        switch (text.bytes[i]) {
        case '"':
        case '#':
        case '&':
        case '<':
        case '>':
        case '\\':
        case '`':
            buffer_add_format(out, "#%d;", text.bytes[i]);
            break;
        default:
            buffer_add_char(out, text.bytes[i]);
        }
    }
    buffer_add_char(out, '"');
    buffer_finish(&text);
}

/* Corners for files, round ends for what is none. */
static void
draw_mermaid_node(const struct query_drawing *drawing, uint32_t row,
                  struct buffer *out)
{
    enum query_node_type type =
        query_world_type(drawing->world, drawing->rows->nodes[row]);
    bool is_round = type != QUERY_NODE_FILE;
    buffer_add_format(out, "  n%" PRIu32 "%s", row, is_round ? "(" : "[");
    add_mermaid_string(out, label_of(drawing, row));
    buffer_add_str(out, is_round ? ")\n" : "]\n");
}

void
query_print_mermaid(const struct query_answer *answer, struct buffer *out)
{
    static const struct pen pen = {"-->", draw_mermaid_node};
    buffer_add_str(out, "graph LR\n");
    draw(answer, &pen, out);
}
