/* SPDX-License-Identifier: MIT */
/*
 * One walk over a function's nodes, against the order of evaluation: a local
 * that is met first is read last. `is_live` of a local says that code behind
 * the node at hand reads it.
 *
 * What may run again is never last: a local from outside of a loop stays live
 * in all of it. Operands of instructions are read after all operands were
 * computed, so a local that stands among them is live in their computation.
 */
#include "interp/compile/liveness.h"

#include "interp/data/alloc.h"
#include "interp/data/invoke.h"

#include <assert.h>
#include <string.h>

/* Locals, as a stack in collected memory. */
struct locals {
    struct local **at;
    uint32_t count;
    uint32_t cap;
};

struct liveness {
    struct locals live;  /* in the order in which they became live */
    struct locals saved; /* live at the start of branches already walked */
    uint32_t loop_depth;
};

static void walk(struct liveness *l, struct node *node);

static void
locals_push(struct locals *locals, struct local *local)
{
    if (locals->count == locals->cap) {
        uint32_t cap = locals->cap == 0 ? 16 : locals->cap * 2;
        struct local **at = alloc(cap * sizeof(struct local *));
        if (locals->count > 0) {
            memcpy(at, locals->at, locals->count * sizeof(struct local *));
        }
        locals->at = at;
        locals->cap = cap;
    }
    locals->at[locals->count++] = local;
}

static void
make_live(struct liveness *l, struct local *local)
{
    if (!local->is_live) {
        local->is_live = true;
        locals_push(&l->live, local);
    }
}

/* True if nothing reads the local afterwards. */
static bool
use(struct liveness *l, struct local *local)
{
    bool is_last = !local->is_live && !local->is_kept &&
                   local->loop_depth == l->loop_depth;
    local->mentions++;
    make_live(l, local);
    return is_last;
}

static void
bind(const struct liveness *l, struct local *const *locals, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        locals[i]->loop_depth = l->loop_depth;
    }
}

/* Each branch begins from what is live behind all of them; what any of them
 * reads is live before them. The last one, where chains of `if` go on, is not
 * undone, so that a long chain costs linear time. */
static void
walk_branches(struct liveness *l, struct node *const *branches, uint32_t count)
{
    uint32_t live = l->live.count;
    uint32_t saved = l->saved.count;
    for (uint32_t i = 0; i < count; i++) {
        walk(l, branches[i]);
        while (i + 1 < count && l->live.count > live) {
            struct local *local = l->live.at[--l->live.count];
            local->is_live = false;
            locals_push(&l->saved, local);
        }
    }
    while (l->saved.count > saved) {
        make_live(l, l->saved.at[--l->saved.count]);
    }
}

/* Values are computed in order, each before the name of the next is bound. */
static void
walk_let(struct liveness *l, const struct node *node)
{
    assert(node->kid_count > 0);
    uint32_t count = node->kid_count - 1;
    bool is_loop = node->type == NODE_LOOP;
    l->loop_depth += is_loop ? 1 : 0;
    bind(l, node->locals, count);
    walk(l, node->kids[count]);
    l->loop_depth -= is_loop ? 1 : 0;
    for (uint32_t i = count; i-- > 0;) {
        struct node *value = node->kids[i];
        struct local *local = node->locals[i];
        local->is_unused = !is_loop && !local->is_live && !local->is_kept;
        if (value->type != NODE_LOCAL) {
            walk(l, value);
        } else if (use(l, value->local)) {
            value->index = NODE_LOCAL_LAST;
        }
    }
}

/* Kids that are locals are read last, the others are computed before. */
static void
walk_kids(struct liveness *l, const struct node *node)
{
    for (uint32_t i = node->kid_count; i-- > 0;) {
        if (node->kids[i]->type != NODE_LOCAL) {
            walk(l, node->kids[i]);
        }
    }
}

static void
use_kids(struct liveness *l, const struct node *node)
{
    for (uint32_t i = 0; i < node->kid_count; i++) {
        if (node->kids[i]->type == NODE_LOCAL) {
            use(l, node->kids[i]->local);
        }
    }
}

/* An argument is put into its register at its turn; a later argument may
 * still read the local. The index of a candidate holds how often it was
 * mentioned before the other arguments were looked at. */
static void
walk_call(struct liveness *l, const struct node *node)
{
    for (uint32_t i = node->kid_count; i-- > 0;) {
        struct node *kid = node->kids[i];
        if (kid->type == NODE_LOCAL) {
            kid->index = use(l, kid->local) && i > 0 ? 1 : 0;
        }
    }
    for (uint32_t i = 0; i < node->kid_count; i++) {
        struct node *kid = node->kids[i];
        if (kid->type == NODE_LOCAL && kid->index != 0) {
            kid->index = kid->local->mentions;
        }
    }
    for (uint32_t i = node->kid_count; i-- > 0;) {
        struct node *kid = node->kids[i];
        if (kid->type != NODE_LOCAL) {
            walk(l, kid);
        } else if (kid->index != 0) {
            bool is_last = kid->index == kid->local->mentions;
            kid->index = is_last ? NODE_LOCAL_LAST : 0;
        }
    }
}

static void
use_captures(struct liveness *l, const struct unit *unit)
{
    for (uint32_t i = 0; i < unit->capture_count; i++) {
        struct capture *capture = &unit->captures[i];
        if (capture->source == CAPTURE_REGISTER) {
            capture->is_last = use(l, capture->from);
        }
    }
}

/* FIX instructions read the functions after all were made. */
static void
walk_letfn(struct liveness *l, const struct node *node)
{
    uint32_t count = node->kid_count - 1;
    bind(l, node->locals, count);
    for (uint32_t i = 0; i < count; i++) {
        node->locals[i]->is_kept = true;
    }
    for (uint32_t i = node->kid_count; i-- > 0;) {
        walk(l, node->kids[i]);
    }
}

/* A definition may be without a value. */
static void
walk_def(struct liveness *l, const struct node *node)
{
    for (uint32_t i = 0; i < node->kid_count; i++) {
        if (node->kids[i] != NULL) {
            walk(l, node->kids[i]);
        }
    }
}

static void
walk(struct liveness *l, struct node *node)
{
    invoke_check_stack();
    switch (node->type) {
    case NODE_CONST:
    case NODE_CAPTURED:
    case NODE_SELF:
    case NODE_GLOBAL:
        break;
    case NODE_LOCAL:
        use(l, node->local);
        break;
    case NODE_FN:
        use_captures(l, node->unit);
        break;
    case NODE_IF:
    case NODE_CASE:
        walk_branches(l, node->kids + 1, node->kid_count - 1);
        walk(l, node->kids[0]);
        break;
    case NODE_DO:
        for (uint32_t i = node->kid_count; i-- > 0;) {
            walk(l, node->kids[i]);
        }
        break;
    case NODE_LET:
    case NODE_LOOP:
        walk_let(l, node);
        break;
    case NODE_CALL:
        walk_call(l, node);
        break;
    case NODE_LETFN:
        walk_letfn(l, node);
        break;
    case NODE_DEF:
        walk_def(l, node);
        break;
    case NODE_RECUR:
    case NODE_VECTOR:
    case NODE_MAP:
    case NODE_SET:
    case NODE_META:
        use_kids(l, node);
        walk_kids(l, node);
        break;
    }
}

void
liveness_mark(struct node *body)
{
    struct liveness l = {.loop_depth = 0};
    walk(&l, body);
    assert(l.loop_depth == 0 && l.saved.count == 0);
}
