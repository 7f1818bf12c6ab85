/* SPDX-License-Identifier: MIT */
/*
 * Ordered sets of nodes, as bits over their numbers (world.h). A set is of
 * targets or of actions: the static type that coercions go by. Most sets have
 * the default order, which is made only when somebody looks at it; sorting and
 * paths give a set an order of its own, which filters keep and which set
 * operations drop.
 */
#ifndef RUNTIME_QUERY_SET_H
#define RUNTIME_QUERY_SET_H

#include <stdbool.h>
#include <stdint.h>

enum query_set_type { QUERY_TARGETS, QUERY_ACTIONS };

/* Starts as {.type = ...}; query_set_finish frees what it holds. */
struct query_set {
    enum query_set_type type;
    uint32_t count;
    uint32_t words; /* of bits; what lies behind them is not in the set */
    uint64_t *bits;
    uint32_t *order; /* `count` numbers; NULL: the default order */
    /* Groups that were reached from a member of theirs: they are there
     * themselves, and bring no other member. May have more than the set. NULL:
     * none. */
    struct query_set *alone;
};

void query_set_finish(struct query_set *set);
bool query_set_has(const struct query_set *set, uint32_t node);
/* Adds a node; false if it was in there. Drops an order of its own. */
bool query_set_add(struct query_set *set, uint32_t node);
/* Takes a node out; false if it was not there. */
bool query_set_remove(struct query_set *set, uint32_t node);
/* Adds a group that is to be alone, or says so of one that is there. */
void query_set_add_alone(struct query_set *set, uint32_t node);
/* What was alone brings its members again. */
void query_set_make_whole(struct query_set *set, uint32_t node);
bool query_set_is_alone(const struct query_set *set, uint32_t node);
/* What is alone in one set is so in another that was made from it. */
void query_set_inherit(struct query_set *set, const struct query_set *from);
/* The first member from `node` on by number; false if there is none. So all of
 * them: for (n = 0; query_set_next(set, &n); n++) */
bool query_set_next(const struct query_set *set, uint32_t *node);
struct query_set query_set_copy(const struct query_set *set);

/* Changes `set` to what it has or/and/but the other has; types must be equal.
 * Leaving members out keeps an order of its own, joining drops it. */
void query_set_union(struct query_set *set, const struct query_set *other);
void query_set_intersect(struct query_set *set, const struct query_set *other);
void query_set_except(struct query_set *set, const struct query_set *other);
/* Keeps those that `keep` says yes to, in their order. */
typedef bool query_set_keep(void *ctx, uint32_t node);
void query_set_filter(struct query_set *set, query_set_keep *keep, void *ctx);
bool
query_set_equal(const struct query_set *set, const struct query_set *other);

#endif
