/* SPDX-License-Identifier: MIT */
/* What the files of the evaluation share: eval.c (the spine of a query, set
 * operations), source.c, filter.c, follow.c (walks), shape.c (order and
 * numbers). Nobody else includes this. */
#ifndef RUNTIME_QUERY_EVAL_PARTS_H
#define RUNTIME_QUERY_EVAL_PARTS_H

#include "runtime/query/eval.h"
#include "runtime/query/walk.h"

#include <assert.h>

enum query_value_kind {
    QUERY_VALUE_NONE, /* no subject yet */
    QUERY_VALUE_SET,
    QUERY_VALUE_ROWS
};

/* What a part of a query comes to. */
struct query_value {
    enum query_value_kind kind;
    struct query_set set;
    struct query_rows rows;
};

struct eval {
    struct query_world *world;
    const struct query_eval_options *options;
    struct error *err;
    struct vec variables; /* of struct eval_variable, the innermost last */
    uint32_t present;     /* how many `present` are around */
    unsigned edges;       /* that walks went by */
};

/* Answers one function: *value comes in as its subject (NONE if it has none) and
 * goes out as its result. The items of the node are its arguments, in the order
 * of its parameters. */
typedef bool eval_fn(struct eval *e, const struct query_node *node,
                     struct query_value *value);
struct eval_row {
    enum query_op op;
    eval_fn *function;
};
/* The function of a row of a table, or NULL. */
eval_fn *eval_find(const struct eval_row *rows, size_t count, enum query_op op);
/* The functions of source.c, filter.c, follow.c, shape.c and past.c; NULL for those of
 * another file. */
eval_fn *eval_source(enum query_op op);
eval_fn *eval_filter(enum query_op op);
eval_fn *eval_follow(enum query_op op);
eval_fn *eval_shape(enum query_op op);
eval_fn *eval_past(enum query_op op);

/* A part of a query, of any kind; or one that must be a set. */
bool eval_node(struct eval *e, const struct query_node *node,
               struct query_value *value);
bool
eval_set(struct eval *e, const struct query_node *node, struct query_set *set);
/* Both as targets if both are, else both as actions. */
void eval_align(struct eval *e, struct query_set *a, struct query_set *b);
/* Coerce the subject in place. */
void eval_to_targets(struct eval *e, struct query_value *value);
void eval_to_actions(struct eval *e, struct query_value *value);
/* As what fields are of: FIELD_OF_ACTIONS or FIELD_OF_TARGETS alone coerces, both
 * or neither leaves it, for files tell the fields of the action that makes
 * them. */
void eval_suit(struct eval *e, struct query_value *value, unsigned of);
/* Replaces the subject by a set, which it takes over. */
void eval_give(struct query_value *value, struct query_set set);
void query_value_finish(struct query_value *value);

/* The place of a parameter among the items; the item of that parameter. */
const struct query_node *
eval_item(const struct query_node *node, uint32_t index);
/* Where the subject stands among the items, or -1. */
int eval_subject_index(const struct query_node *node);
/* The item of the first parameter that is no subject, or NULL. */
const struct query_node *eval_argument(const struct query_node *node);
/* The value of an option: its node, or NULL. */
const struct query_node *
eval_option(const struct query_node *node, const char *name);
/* Adds the nearest of some names to the error, or all of them. */
void eval_suggest(struct eval *e, struct slice word, const char *const *names,
                  size_t count);
/* Fills the error with words and the place of a node; always false. */
bool eval_fail(struct eval *e, const struct query_node *node,
               const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
