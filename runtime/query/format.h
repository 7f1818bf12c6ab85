/* SPDX-License-Identifier: MIT */
/*
 * How answers are printed: one const struct for each -o. A format sees rows
 * and, where it draws the graph, the world; it writes into a buffer.
 */
#ifndef RUNTIME_QUERY_FORMAT_H
#define RUNTIME_QUERY_FORMAT_H

#include "runtime/query/rows.h"
#include "runtime/query/world.h"

struct query_answer {
    struct query_world *world;
    const struct query_rows *rows;
    const char *root; /* absolute path of the build root */
    bool aligned;     /* text: columns stand below each other, for people */
};

struct query_format {
    const char *name;
    const char *doc;
    bool is_shown;  /* for eyes: what a terminal would obey is made harmless */
    bool is_of_set; /* wants rows that are members, rather than sums of them */
    void (*print)(const struct query_answer *answer, struct buffer *out);
};

/* The format of a name, or NULL. */
const struct query_format *query_format_find(const char *name);
/* "text|json|...": for tables of options. */
#define QUERY_FORMAT_NAMES \
    "text|json|jsonl|edn|nul|count|tree|dot|mermaid|html|compdb|sh"

/* Text as a shell reads it back, $'...', where it has bytes that cannot be
 * seen or that are no text; else as it is. Always UTF-8. */
void query_add_visible(struct buffer *out, struct slice text);

/* --- Parts ------------------------------------------------------------------- */

/* The nodes of an answer as a graph of its own. */
struct query_drawing {
    struct query_world *world;
    const struct query_rows *rows;
    uint32_t *row_of; /* by node: its row, or QUERY_NODE_NONE */
    uint32_t node_count;
    struct vec direct; /* of uint32_t: used by query_drawing_needs */
    struct vec beyond;
};

void query_drawing_start(struct query_drawing *drawing,
                         const struct query_answer *answer);
void query_drawing_finish(struct query_drawing *drawing);
/* The rows that a row needs, without what lies between them that is no row:
 * of targets the actions, of actions the files. Each once, in order; added to
 * a vec of uint32_t. */
void query_drawing_needs(struct query_drawing *drawing, uint32_t row,
                         struct vec *needs);

/* The nodes of the actions of an answer, those that make its targets, what is
 * needed first: malloc'ed. */
uint32_t *
query_answer_actions(const struct query_answer *answer, uint32_t *count);

void query_print_text(const struct query_answer *answer, struct buffer *out);
void query_print_nul(const struct query_answer *answer, struct buffer *out);
void query_print_count(const struct query_answer *answer, struct buffer *out);
void query_print_json(const struct query_answer *answer, struct buffer *out);
void query_print_jsonl(const struct query_answer *answer, struct buffer *out);
void query_print_edn(const struct query_answer *answer, struct buffer *out);
void query_print_tree(const struct query_answer *answer, struct buffer *out);
void query_print_dot(const struct query_answer *answer, struct buffer *out);
void query_print_mermaid(const struct query_answer *answer, struct buffer *out);
void query_print_html(const struct query_answer *answer, struct buffer *out);
void query_print_compdb(const struct query_answer *answer, struct buffer *out);
void query_print_sh(const struct query_answer *answer, struct buffer *out);

#endif
