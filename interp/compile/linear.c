/* SPDX-License-Identifier: MIT */
/*
 * A walk over a function's nodes that looks for uses of its first parameter.
 * What is not known to be harmless is taken for the contrary: an argument of
 * any other function, an item of a literal, a captured value, a second name.
 *
 * A change must be the last thing that happens to the parameter, because what
 * reads it later would see it changed: so it is allowed where its value is the
 * function's, and its other arguments, computed before, may read. In a chain
 * of changes only those of the innermost may.
 */
#include "interp/compile/linear.h"

#include "interp/compile/compile.h"
#include "interp/data/invoke.h"
#include "interp/data/symbol.h"

#include <assert.h>

static bool
is_local(const struct node *node, const struct local *local)
{
    return node->type == NODE_LOCAL && node->local == local;
}

/* What a call of the core is to a collection that is its first argument. */
static enum inline_op
role_of(const struct node *call)
{
    const struct node *fn = call->kids[0];
    if (call->kid_count < 2 || fn->type != NODE_GLOBAL) {
        return INLINE_NONE;
    }
    return (enum inline_op)value_object(fn->value)->extra;
}

/* (:key local), (get local key) and the like. */
static bool
is_read(const struct node *call, const struct local *local)
{
    if (call->type != NODE_CALL || call->kid_count < 2 ||
        !is_local(call->kids[1], local)) {
        return false;
    }
    const struct node *fn = call->kids[0];
    return role_of(call) == INLINE_READ ||
           (fn->type == NODE_CONST && symbol_is_keyword(fn->value));
}

static bool
captures(const struct unit *unit, const struct local *local)
{
    for (uint32_t i = 0; i < unit->capture_count; i++) {
        if (unit->captures[i].source == CAPTURE_REGISTER &&
            unit->captures[i].from == local) {
            return true;
        }
    }
    return false;
}

/* True if the kids from `first` on do no more to the local than read it; or
 * not even that. */
static bool kids_read(const struct node *node, uint32_t first,
                      const struct local *local, bool may_read);

static bool
reads(const struct node *node, const struct local *local, bool may_read)
{
    invoke_check_stack();
    if (is_read(node, local)) {
        return may_read && kids_read(node, 2, local, may_read);
    }
    if (node->type == NODE_FN) {
        return !captures(node->unit, local);
    }
    return !is_local(node, local) && kids_read(node, 0, local, may_read);
}

/* A definition may be without a value. */
static bool
kids_read(const struct node *node, uint32_t first, const struct local *local,
          bool may_read)
{
    for (uint32_t i = first; i < node->kid_count; i++) {
        if (node->kids[i] != NULL && !reads(node->kids[i], local, may_read)) {
            return false;
        }
    }
    return true;
}

/* True for a change of the local, or of a change of it. */
static bool
is_change(const struct node *call, const struct local *local)
{
    bool may_read = true;
    while (call->type == NODE_CALL && role_of(call) == INLINE_CHANGE) {
        const struct node *changed = call->kids[1];
        may_read = is_local(changed, local);
        if (!kids_read(call, 2, local, may_read)) {
            return false;
        }
        if (may_read) {
            return true;
        }
        call = changed;
    }
    return false;
}

static bool
is_result(const struct node *node, const struct local *local)
{
    return is_local(node, local) || is_change(node, local) ||
           reads(node, local, true);
}

/* A node whose value is that of the function. */
static bool
is_linear(const struct node *node, const struct local *local)
{
    invoke_check_stack();
    uint32_t last = node->kid_count - 1; // Of kinds that have kids.
    switch (node->type) {
    case NODE_IF:
    case NODE_CASE:
        for (uint32_t i = 1; i < node->kid_count; i++) {
            if (!is_linear(node->kids[i], local)) {
                return false;
            }
        }
        return reads(node->kids[0], local, true);
    case NODE_DO:
    case NODE_LET:
        for (uint32_t i = 0; i < last; i++) {
            if (!reads(node->kids[i], local, true)) {
                return false;
            }
        }
        return is_linear(node->kids[last], local);
    case NODE_CALL:
        if (role_of(node) == INLINE_REDUCED) {
            return is_result(node->kids[1], local);
        }
        return is_result(node, local);
    default:
        return is_result(node, local);
    }
}

bool
linear_in_first(const struct arity *arity)
{
    // Fewer is nothing that a reduction calls, and the rest is a list.
    if (arity->required < 2) {
        return false;
    }
    const struct local *local = arity->parameters.locals[0];
    assert(local != NULL);
    return !local->is_kept && is_linear(arity->body, local);
}
