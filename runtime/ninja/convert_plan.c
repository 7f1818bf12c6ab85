/* SPDX-License-Identifier: MIT */
#include "runtime/ninja/convert_plan.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

/* The key of a plan in the table: the address of its rule. */
static struct slice
rule_key(const void *owner, uint32_t index)
{
    const struct plans *plans = owner;
    const struct rule_plan *plan = vec_at(&plans->rules, index);
    return (struct slice){(const char *)&plan->rule, sizeof(plan->rule)};
}

struct rule_plan *
plans_find(const struct plans *plans, const struct ninja_rule *rule)
{
    struct slice key = {(const char *)&rule, sizeof(rule)};
    uint32_t index = table_find(&plans->by_rule, rule_key, plans, key);
    return index == TABLE_NONE ? NULL : vec_at(&plans->rules, index);
}

const struct rule_var *
rule_var_find(const struct rule_plan *plan, struct slice name)
{
    for (uint32_t i = 0; i < plan->vars.count; i++) {
        const struct rule_var *var = vec_at(&plan->vars, i);
        if (slice_equal(var->name, name)) {
            return var;
        }
    }
    return NULL;
}

/* --- What edges say ------------------------------------------------------------ */

static const struct ninja_binding *
binding_of(const struct ninja_edge *edge, struct slice name)
{
    for (uint32_t i = edge->binding_count; i > 0; i--) {
        if (slice_equal(edge->bindings[i - 1].name, name)) {
            return &edge->bindings[i - 1];
        }
    }
    return NULL;
}

struct slice
edge_variable(const struct ninja_edge *edge, struct slice name)
{
    const struct ninja_binding *binding = binding_of(edge, name);
    return binding != NULL ? binding->value
                           : ninja_scope_variable(edge->scope, name);
}

/* In the order of ninja: the edge; its file, if the edge binds nothing; the
 * rule; the files around. */
bool
edge_says_key(const struct ninja_edge *edge, enum ninja_key key,
              struct slice *value)
{
    struct slice name = slice_of(ninja_key_name(key));
    const struct ninja_binding *binding = binding_of(edge, name);
    bool is_bound = (edge->rule->bound & 1U << key) != 0;
    if (binding != NULL) {
        *value = binding->value;
        return is_bound || value->len > 0;
    }
    bool in_file =
        edge->binding_count == 0 && ninja_scope_has(edge->scope, name);
    if (is_bound && !in_file) {
        return false;
    }
    *value = ninja_scope_variable(edge->scope, name);
    return is_bound || value->len > 0;
}

/* --- Rules ---------------------------------------------------------------------- */

/* Gathers the names of one text that are no lists and not the rule's own. */
static bool
gather_name(void *ctx, struct slice name, struct buffer *out)
{
    struct rule_plan *plan = ctx;
    int key = ninja_key_of(name);
    (void)out;
    if ((key >= 0 && (plan->rule->bound & 1U << key) != 0) ||
        slice_equal(name, slice_of("in")) ||
        slice_equal(name, slice_of("out")) ||
        slice_equal(name, slice_of("in_newline")) ||
        rule_var_find(plan, name) != NULL) {
        return true;
    }
    // An edge may give such a key to the action too, so that what it says stands
    // there in any case.
    struct rule_var var = {name,
                           key >= 0 ? (struct slice){"", 0}
                                    : ninja_scope_variable(plan->home, name),
                           false};
    vec_push(&plan->vars, &var);
    return true;
}

/* The file that a rule stands in: names are told apart by their address, for a
 * file may be included more than once. */
static uint32_t
file_of_rule(const struct statements *s, const struct ninja_rule *rule)
{
    for (uint32_t i = s->files.count; i > 1; i--) {
        const struct kept_file *file = vec_at(&s->files, i - 1);
        if (file->file == rule->file) {
            return i - 1;
        }
    }
    return 0;
}

/* The first edge of a rule tells where it is at home: mostly all of them are of
 * one file. */
static struct rule_plan *
plan_of(struct plans *plans, const struct ninja_edge *edge)
{
    struct rule_plan *found = plans_find(plans, edge->rule);
    if (found != NULL) {
        return found;
    }
    struct rule_plan *plan = vec_add(&plans->rules);
    plan->rule = edge->rule;
    plan->home = edge->scope;
    plan->file = file_of_rule(plans->statements, edge->rule);
    plan->vars = vec_of(sizeof(struct rule_var));
    uint32_t index = plans->rules.count - 1;
    table_find_or_add(&plans->by_rule, rule_key, plans, rule_key(plans, index),
                      index);
    struct buffer ignored = {0};
    for (int key = 0; key < NINJA_KEY_COUNT; key++) {
        ninja_text_expand(&edge->rule->texts[key], gather_name, plan, &ignored);
    }
    buffer_finish(&ignored);
    return plan;
}

/* What every edge says alike need not be said by any: a variable that never
 * differs from what its file says is a definition, and no name of a `let`. */
static void
learn_edge(struct plans *plans, const struct ninja_edge *edge)
{
    struct rule_plan *plan = plan_of(plans, edge);
    struct slice value;
    for (uint32_t i = 0; i < plan->vars.count; i++) {
        struct rule_var *var = vec_at(&plan->vars, i);
        bool at_home = edge->binding_count == 0 && edge->scope == plan->home &&
                       ninja_key_of(var->name) < 0;
        if (!var->varies && !at_home) {
            var->varies =
                !slice_equal(edge_variable(edge, var->name), var->usual);
        }
    }
    for (int key = 0; key < NINJA_KEY_COUNT; key++) {
        bool is_bound = (edge->rule->bound & 1U << key) != 0;
        if (is_bound && edge_says_key(edge, (enum ninja_key)key, &value)) {
            plan->overridden |= 1U << key;
        }
    }
}

void
plans_make(struct plans *plans, const struct statements *statements)
{
    *plans = (struct plans){.statements = statements,
                            .rules = vec_of(sizeof(struct rule_plan))};
    for (uint32_t i = 0; i < statements->edges.count; i++) {
        const struct kept_edge *kept = vec_at(&statements->edges, i);
        if (!kept->edge.rule->is_phony) {
            learn_edge(plans, &kept->edge);
        }
    }
}

void
plans_finish(struct plans *plans)
{
    for (uint32_t i = 0; i < plans->rules.count; i++) {
        struct rule_plan *plan = vec_at(&plans->rules, i);
        vec_finish(&plan->vars);
    }
    vec_finish(&plans->rules);
    table_finish(&plans->by_rule);
}
