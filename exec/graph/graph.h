/* SPDX-License-Identifier: MIT */
/*
 * The graph: files and actions, in flat arrays addressed by 32-bit ids.
 *
 * Nothing in it is a pointer, so that a finished graph can be written to a
 * file and read again; what was written is opened when it is first read from,
 * part by part, so that reading is for one thread. It is filled once, action by action, then sealed
 * (graph_seal checks producers and cycles and makes the reverse adjacency) and
 * never changes: when a dynamic output resolves to something new, the runtime
 * makes a new graph. See spec/build/graph.md.
 */
#ifndef EXEC_GRAPH_GRAPH_H
#define EXEC_GRAPH_GRAPH_H

#include "exec/base/buffer.h"
#include "exec/base/error.h"
#include "exec/graph/types.h"

#include <stddef.h>
#include <stdint.h>

struct graph;

/* --- Filling -------------------------------------------------------------- */

struct graph *graph_create(void);
void graph_destroy(struct graph *g);

struct str_id graph_intern(struct graph *g, const char *bytes, size_t len);
/* The same of some texts, none of them the graph's own: what is waited for is
 * memory, and all of them wait for it together. */
void graph_intern_all(struct graph *g, const struct slice *texts,
                      uint32_t count, struct str_id *ids);
/* The file of a canonical path (path.h), made on first mention. */
struct file_id graph_add_file(struct graph *g, const char *path, size_t len);
/* The same, of a path that is a text of the graph already. */
struct file_id graph_add_file_named(struct graph *g, struct str_id path);
/* A pool of this name; false if it is there with another depth. */
bool graph_add_pool(struct graph *g, struct str_id name, uint32_t depth,
                    struct pool_id *id);
/* The pool of that name; false if there is none. */
bool
graph_find_pool(const struct graph *g, struct str_id name, struct pool_id *id);

/* A named query; a later one of the same name takes the place of this. */
void graph_add_query(struct graph *g, struct named_query query);

/* Begins an action, whose fields the caller then sets through the pointer
 * (key, name, place, flags, pool, depfile; not the spans), valid until
 * graph_end_action. Parts are added in between, in any order of kinds. */
struct action_id graph_begin_action(struct graph *g, struct action **action);
void
graph_add_input(struct graph *g, struct node to, uint8_t kinds, bool explicit_);
void graph_add_output(struct graph *g, struct file_id file);
void graph_add_env(struct graph *g, struct str_id name);
void graph_add_watch(struct graph *g, struct watch watch);
/* What few actions have, for the action that was begun; at most once. Valid
 * until the next action is begun. */
struct detail *graph_add_detail(struct graph *g);
/* The pointer is valid until the next step is begun; argv and env are added to the
 * step that was begun last. */
struct step *graph_add_step(struct graph *g, enum step_kind kind);
void graph_add_arg(struct graph *g, struct str_id arg);
void graph_add_args(struct graph *g, const struct str_id *args, uint32_t count);
void
graph_add_step_env(struct graph *g, struct str_id name, struct str_id value);
void graph_end_action(struct graph *g);

struct group_id
graph_begin_group(struct graph *g, struct str_id name, struct place place);
void graph_add_member(struct graph *g, struct node member);
void graph_end_group(struct graph *g);

/* A size to come back to: everything added since can be dropped again (texts
 * and files stay). A dynout that is to stay is added again by the caller. */
struct graph_mark {
    uint32_t counts[16];
};
struct graph_mark graph_mark(const struct graph *g);
void graph_rewind(struct graph *g, struct graph_mark mark);

/* Names under edges that only order or validate may stand for something else
 * than a file: `node_of` is asked for each of their files, once, and may change
 * the node. Before sealing. */
void graph_resolve_names(struct graph *g,
                         void (*node_of)(void *ctx, struct file_id file,
                                         struct node *node),
                         void *ctx);

/* Marks an action as ACTION_NEEDED. */
void graph_need_action(struct graph *g, struct action_id id);

/* Sets the fingerprint of every function of steps and watches; called between
 * the filling and the sealing, when the whole program is known. */
void graph_set_fingerprints(struct graph *g,
                            struct hash128 (*of)(void *ctx, uint32_t number),
                            void *ctx);

/*
 * Ends the filling: two actions with one output or one name, two groups of one
 * name, and cycles are errors that show both places, or the whole cycle with
 * places.
 */
bool graph_seal(struct graph *g, struct error *err) EXEC_MUST_CHECK;

/* --- Growing ---------------------------------------------------------------- */

/* A copy of a sealed graph with the same ids, to be grown and sealed again. */
struct graph *graph_reopen(const struct graph *from);
/* Begins the growing of an action, which is ACTION_GROWN afterwards. */
void graph_grow_action(struct graph *g, struct action_id id);
void graph_grow_input(struct graph *g, struct node to, uint8_t kinds);
void graph_grow_output(struct graph *g, struct file_id file);
void graph_end_growing(struct graph *g);

/* --- Reading ---------------------------------------------------------------- */

struct slice graph_str(const struct graph *g, struct str_id id);
/* Zero-terminated; a text with a zero byte inside cannot be interned. */
const char *graph_cstr(const struct graph *g, struct str_id id);

uint32_t graph_file_count(const struct graph *g);
uint32_t graph_action_count(const struct graph *g);
uint32_t graph_group_count(const struct graph *g);
uint32_t graph_pool_count(const struct graph *g);
uint32_t graph_query_count(const struct graph *g);

const char *graph_path(const struct graph *g, struct file_id file);
const struct action *graph_action(const struct graph *g, struct action_id id);
const struct group *graph_group(const struct graph *g, struct group_id id);
const struct pool *graph_pool(const struct graph *g, struct pool_id id);
const struct named_query *graph_query(const struct graph *g, uint32_t index);
const struct edge *
graph_input(const struct graph *g, const struct action *a, uint32_t index);
struct file_id
graph_output(const struct graph *g, const struct action *a, uint32_t index);
struct str_id
graph_env_name(const struct graph *g, const struct action *a, uint32_t index);
const struct step *
graph_step(const struct graph *g, const struct action *a, uint32_t index);
const struct watch *
graph_watch(const struct graph *g, const struct action *a, uint32_t index);
/* What few actions have; one with nothing in it for all others. */
const struct detail *
graph_detail(const struct graph *g, const struct action *a);
struct str_id
graph_arg(const struct graph *g, const struct step *step, uint32_t index);
struct str_id
graph_step_env(const struct graph *g, const struct step *step, uint32_t index);
struct node
graph_member(const struct graph *g, const struct group *group, uint32_t index);

/* All flags that actions have: where one is not among them, no action needs to be
 * looked at for it. Only when sealed. */
uint32_t graph_flags(const struct graph *g);
/* True if any action names a dyndep file. */
bool graph_has_dyndep(const struct graph *g);

/* The action that makes a file, or ACTION_NONE. Only when sealed. */
struct action_id graph_producer(const struct graph *g, struct file_id file);
/* True if a phony action without inputs stands for the file, so that nobody
 * makes it. Only when sealed. */
bool graph_is_hollow(const struct graph *g, struct file_id file);
/* The edges that point to a node: edge by index. Only when sealed. */
uint32_t graph_user_count(const struct graph *g, struct node node);
const struct edge *
graph_user(const struct graph *g, struct node node, uint32_t index);
/* The groups that a node is a member of. */
uint32_t graph_holder_count(const struct graph *g, struct node node);
struct group_id
graph_holder(const struct graph *g, struct node node, uint32_t index);

struct file_id
graph_find_file(const struct graph *g, const char *path, size_t len);
struct action_id
graph_find_action_name(const struct graph *g, const char *name, size_t len);
/* True if any action has a name. Only when sealed. */
bool graph_has_names(const struct graph *g);
struct action_id
graph_find_key(const struct graph *g, const char *key, size_t len);
struct group_id
graph_find_group(const struct graph *g, const char *name, size_t len);

/* A number that no other graph of this process has or had, never 0: where a graph
 * may be gone, its place in memory may be that of another one. */
uint64_t graph_serial(const struct graph *g);

/* XXH3-128 of everything that decides the build (not places): two graphs
 * with equal hashes are equal. */
struct hash128 graph_hash(const struct graph *g);
/* The same of the first so many actions, and of all groups and pools. */
struct hash128 graph_hash_first(const struct graph *g, uint32_t actions);

#endif
