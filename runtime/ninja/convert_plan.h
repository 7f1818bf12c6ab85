/* SPDX-License-Identifier: MIT */
/*
 * What is to be known of all edges before the first of them is written: which
 * rules are used, and which of their variables differ from edge to edge.
 */
#ifndef RUNTIME_NINJA_CONVERT_PLAN_H
#define RUNTIME_NINJA_CONVERT_PLAN_H

#include "runtime/ninja/statements.h"

/* A name that the texts of a rule need, and that the rule does not bind. */
struct rule_var {
    struct slice name;
    struct slice usual; /* what it means where the rule is at home */
    bool varies;        /* an edge gives it another value */
};

/* A rule that some edge uses. */
struct rule_plan {
    const struct ninja_rule *rule;
    const struct ninja_scope *home; /* of the first edge that uses it */
    uint32_t file;                  /* where it stands; in statements.files */
    bool is_written;
    uint32_t
        overridden;  /* bits: keys that it binds and that an edge does too */
    struct vec vars; /* struct rule_var */
};

struct plans {
    const struct statements *statements;
    struct vec rules; /* struct rule_plan */
    struct table by_rule;
};

void plans_make(struct plans *plans, const struct statements *statements);
void plans_finish(struct plans *plans);

struct rule_plan *
plans_find(const struct plans *plans, const struct ninja_rule *rule);
/* The variable of a rule, or NULL. */
const struct rule_var *
rule_var_find(const struct rule_plan *plan, struct slice name);

/* What an edge says of a key by itself, not by its rule: true with the value. */
bool edge_says_key(const struct ninja_edge *edge, enum ninja_key key,
                   struct slice *value);
/* What a name that no rule binds means to an edge. */
struct slice edge_variable(const struct ninja_edge *edge, struct slice name);

#endif
