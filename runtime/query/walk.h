/* SPDX-License-Identifier: MIT */
/*
 * Walks over the graph of a world. All of them go with a visited set and
 * without recursion, level by level, so that cycles (which discovered edges can
 * close) and depth cost nothing. A level of targets is from a file to the files
 * that its action reads, or from a group to its members; a level of actions
 * from an action to those that make what it reads.
 */
#ifndef RUNTIME_QUERY_WALK_H
#define RUNTIME_QUERY_WALK_H

#include "runtime/query/set.h"
#include "runtime/query/world.h"

enum query_direction { QUERY_DOWN, QUERY_UP };

struct query_walk {
    enum query_direction direction;
    unsigned edges;                /* enum query_edge */
    uint32_t levels;               /* UINT32_MAX: as far as it goes */
    const struct query_set *limit; /* nothing outside is entered; or NULL */
};

/* The set and all that is reached from it, of the same type. */
struct query_set
query_walk_closure(struct query_world *world, const struct query_set *from,
                   const struct query_walk *walk);
/* What is reached in one level, whether it is in the set or not. */
struct query_set
query_walk_step(struct query_world *world, const struct query_set *from,
                const struct query_walk *walk);
/* A shortest way from the one set down to the other, with an order of its own:
 * empty if there is none. Of equally short ways that through what is declared
 * first. */
struct query_set
query_walk_path(struct query_world *world, const struct query_set *from,
                const struct query_set *to, unsigned edges);

/* As the other type: the actions that make targets (sources drop, groups become
 * the makers of their members); the outputs of actions, and those without
 * outputs as names. */
void query_set_to_actions(struct query_world *world, struct query_set *set);
void query_set_to_targets(struct query_world *world, struct query_set *set);
/* Actions in a set of targets become what they make, if they make something. */
void query_set_spell_out(struct query_world *world, struct query_set *set);

#endif
