/* SPDX-License-Identifier: MIT */
/*
 * What a query is asked against: a graph (most often mapped from its snapshot),
 * what files are on disk, what actions discovered when they ran last, and the
 * history. Everything here only reads; nothing builds, writes or waits. What is
 * not needed is not looked at: files are looked at one by one when a field or a
 * kind asks, discovered edges and history are read on first use.
 *
 * Nodes are numbers: the files of the graph, then its actions, its groups, and
 * then *strangers*, which are not in the graph and were met on the way: headers
 * that depfiles named, files on disk, actions that left the graph.
 */
#ifndef RUNTIME_QUERY_WORLD_H
#define RUNTIME_QUERY_WORLD_H

#include "exec/exec.h"
#include "runtime/query/field.h"
#include "runtime/query/set.h"
#include "runtime/session.h"

#include <stdint.h>
#include <stdio.h>

struct query_world;

struct query_world_options {
    const struct graph *graph; /* sealed, and longer-lived */
    struct exec *exec;         /* NULL: there is no history */
    struct session *session;   /* NULL: words are seen from the root, and
                                  nothing is known to be dirty */
    const struct session_options *options; /* of the session: what is dirty is
                                  asked in another one of the same */
    FILE *in; /* what `stdin` reads; NULL: nothing */
};

struct query_world *query_world_open(const struct query_world_options *options);
void query_world_close(struct query_world *world);
/* A world with the graph that a run was made from; NULL with an error if that is
 * not kept. Notes of it go to the present world when it is closed. */
struct query_world *query_world_open_past(struct query_world *world,
                                          uint64_t run, struct error *err);
/* The node of the present world that is the same as one of another. */
uint32_t query_world_same(struct query_world *world,
                          const struct query_world *other, uint32_t node);

const struct graph *query_world_graph(const struct query_world *world);
/* NULL: there is no history. */
struct exec *query_world_exec(const struct query_world *world);

/* --- Nodes ------------------------------------------------------------------ */

enum query_node_type {
    QUERY_NODE_FILE, /* of the graph, or a stranger */
    QUERY_NODE_ACTION /* likewise */,
    QUERY_NODE_GROUP
};

#define QUERY_NODE_NONE UINT32_MAX

/* One more than the greatest number so far: strangers come as they are met. */
uint32_t query_world_count(const struct query_world *world);
enum query_node_type
query_world_type(const struct query_world *world, uint32_t node);
/* False for strangers, of which the graph knows nothing. */
bool query_world_in_graph(const struct query_world *world, uint32_t node);

uint32_t query_world_file(const struct query_world *world, struct file_id file);
uint32_t
query_world_action(const struct query_world *world, struct action_id action);
uint32_t query_world_node(const struct query_world *world, struct node node);
/* The other way; FILE_NONE and ACTION_NONE for what is none of the graph. */
struct file_id
query_world_file_of(const struct query_world *world, uint32_t node);
struct action_id
query_world_action_of(const struct query_world *world, uint32_t node);
struct group_id
query_world_group_of(const struct query_world *world, uint32_t node);

/* The path of a file; of an action its first output, else its name, else its
 * key; of a group its name (without a colon). Zero-terminated. */
struct slice query_world_path(const struct query_world *world, uint32_t node);
/* The same as people write it: groups have a colon in front. */
struct slice query_world_shown(struct query_world *world, uint32_t node);
/* True for files that somebody reads, makes or counts as a member: depfiles are
 * known to the graph as well, and are no targets. */
bool query_world_is_target(const struct query_world *world, uint32_t node);
/* The key of an action; "" for others. */
struct slice query_world_key(const struct query_world *world, uint32_t node);

/* The node of a canonical path, a stranger if the graph has no such file. */
uint32_t query_world_add_path(struct query_world *world, struct slice path);
/* The action of a key, a stranger if the graph has no such action. */
uint32_t query_world_add_key(struct query_world *world, struct slice key);
enum query_word {
    QUERY_WORD_ANY,     /* a file, else a named action, else a group */
    QUERY_WORD_LITERAL, /* a file or a named action, however it is spelled */
    QUERY_WORD_GROUP
};
/* What a word means; with the nearest names in the error. */
bool query_world_find(struct query_world *world, const char *word,
                      enum query_word kind, uint32_t *node,
                      struct error *err) EXEC_MUST_CHECK;
/* The same without an error. */
bool query_world_knows(struct query_world *world, const char *word,
                       enum query_word kind, uint32_t *node);
/* A path as it is from the root, where the person wrote it as seen from the
 * folder he is in. Malloc'ed. */
char *query_world_seen(const struct query_world *world, const char *word);
/* Adds the actions whose ids begin with these digits. */
void query_world_find_id(struct query_world *world, struct slice digits,
                         struct query_set *set);
/* The id of an action: the first digits of the hash of its key. */
enum { QUERY_ID_SIZE = 13 };
void query_world_id(const struct query_world *world, uint32_t node,
                    char id[QUERY_ID_SIZE]);

/* --- Edges ---------------------------------------------------------------------- */

/* Bits in the order of query_edge_names. */
enum query_edge {
    QUERY_EDGE_EXPLICIT = 1,
    QUERY_EDGE_IMPLICIT = 2,
    QUERY_EDGE_ORDER = 4,
    QUERY_EDGE_DISCOVERED = 8,
    QUERY_EDGE_DYN = 16,
    QUERY_EDGE_WATCH = 32,
    QUERY_EDGE_DEFAULT = 31
};

/* Adds what a node needs directly to a vec of uint32_t: of an action the nodes
 * that it reads, of a file the action that makes it, of a group its members.
 * Validations are no edges here. Repeats are possible. */
void query_world_needs(struct query_world *world, uint32_t node, unsigned edges,
                       struct vec *out);
/* Adds what needs a node directly: of a file the actions that read it and the
 * groups that hold it, of an action its outputs and the same. */
void query_world_users(struct query_world *world, uint32_t node, unsigned edges,
                       struct vec *out);

/* Tells that the users of these nodes, or of what these actions make, are asked for
 * next: of a few files, what discovered them is found faster at once. */
void query_world_prepare_users(struct query_world *world, const uint32_t *nodes,
                               uint32_t count);
/* Adds the outputs of an action. */
void query_world_outputs(struct query_world *world, struct action_id action,
                         struct vec *out);

/* A set that is emptied quickly, for one loop at a time: `clear`, then `mark`,
 * which is false for what is in it. */
void query_world_clear_marks(struct query_world *world);
bool query_world_mark(struct query_world *world, uint32_t node);

/* Files that some action discovered and that the graph does not have otherwise: what all
 * actions discovered is read. */
const struct query_set *query_world_discovered(struct query_world *world);
/* How many of the actions that were asked what they discovered never ran with
 * success, although they would have told. */
uint32_t query_world_unbuilt(const struct query_world *world);

/* How many of the actions that were walked through wait for a list of paths that no
 * build has told yet: what it would bring is not in the answer. */
uint32_t query_world_waiting(const struct query_world *world);

/* --- Files ------------------------------------------------------------------------ */

/* What a file is now. */
struct query_fact {
    bool is_looked;
    bool exists;
    bool is_link; /* the others are about what it leads to */
    bool is_dir;
    bool is_executable; /* a regular file with a right to execute */
    int64_t size;
    int64_t mtime_us; /* since 1970 */
};
/* Looks at a file the first time; valid until the next one is looked at. */
const struct query_fact *
query_world_fact(struct query_world *world, uint32_t node);

enum query_kind_of_target {
    QUERY_KIND_SOURCE,
    QUERY_KIND_GENERATED,
    QUERY_KIND_MISSING,
    QUERY_KIND_DIR,
    QUERY_KIND_SYMLINK,
    QUERY_KIND_EXECUTABLE,
    QUERY_KIND_GROUP,
    QUERY_KIND_NAME, /* an action without outputs, or what a phony one stands
                        for */
    QUERY_KIND_COUNT
};
const char *query_kind_name(enum query_kind_of_target kind);
bool query_kind_find(struct slice name, enum query_kind_of_target *kind);
/* Whether a target is of a kind; it may be of several. */
bool query_world_is_kind(struct query_world *world, uint32_t node,
                         enum query_kind_of_target kind);
/* The kind that is printed: what is on disk goes before what makes it. */
enum query_kind_of_target
query_world_kind(struct query_world *world, uint32_t node);
bool query_world_is_file(const struct query_world *world, uint32_t node);
bool query_world_is_generated(const struct query_world *world, uint32_t node);
bool query_world_is_name(const struct query_world *world, uint32_t node);
/* query_world_is_file for query_set_filter. */
bool query_world_keep_files(void *world, uint32_t node);

/* Adds the files on disk, below the root or where the pattern begins, that
 * match. Unreadable folders have nothing in them. */
struct query_match;
void query_world_search_disk(struct query_world *world,
                             const struct query_match *match,
                             struct query_set *found);
/* Adds the targets that standard input names, one a line; how many it names
 * that the graph does not know. */
uint32_t
query_world_read_paths(struct query_world *world, struct query_set *found);

/* --- What generators of build files put in (plumbing.c) ----------------------------- */

/* True for what only holds others together, and what nobody names. */
bool query_world_is_plumbing(const struct query_world *world, uint32_t node);
/* Its opposite, for query_set_filter. */
bool query_world_keep_visible(void *world, uint32_t node);
/* The target of CMake or Meson that a file, or what an action makes, belongs to;
 * length 0 if none is known. Not zero-terminated. */
struct slice query_world_owner(const struct query_world *world, uint32_t node);

/* --- Notes ------------------------------------------------------------------------ */

/* What a person should know of the answer, zero-terminated, one after the
 * other: for standard error. */
struct slice query_world_notes(const struct query_world *world);
void query_world_note(struct query_world *world, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Says so where the values of a field cannot be known. */
void
query_world_note_field(struct query_world *world, enum query_field_id field);

#endif
