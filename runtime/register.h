/* SPDX-License-Identifier: MIT */
/*
 * The one door from the language to the graph: what `action`, `dynout`,
 * `group` and `pool` were called with becomes nodes, checked, with the place
 * of the call.
 *
 * A registry lives for one evaluation of a build file. Registration is by
 * top-level form: register_form_begin, then keep or undo. After the last form
 * register_finish adds the groups and seals the graph.
 */
#ifndef RUNTIME_REGISTER_H
#define RUNTIME_REGISTER_H

#include "exec/exec.h"
#include "interp/magma.h"
#include "runtime/functions.h"

struct registry;

/* How a registry learns what is known of a dynout: true with its paths
 * (zero-terminated, one after the other). */
struct register_dynouts {
    void *ctx;
    bool (*value)(void *ctx, const char *key, struct slice *paths);
    /* A list waits for this dynout. */
    void (*waits)(void *ctx, const char *key);
};

struct register_options {
    bool allow_outside;
    struct register_dynouts dynouts;
    /* Dynouts that the lists of an action came from in earlier rounds, by
     * site (see register.c): a rooted map from string to vector of keys,
     * which this registry adds to. */
    Value *origins;
    /* True if an action with this output or name is not to be registered,
     * because a later form makes it anew; NULL: none. */
    bool (*taken)(void *ctx, const char *key);
    void *taken_ctx;
};

/* Takes the function table as its own record of functions, emptied. */
struct registry *registry_create(struct functions *functions,
                                 const struct register_options *options);
void registry_destroy(struct registry *r);

/* The registry that the builtins below register with; NULL: none. */
void registry_use(struct registry *r);

void register_form_begin(struct registry *r, uint32_t form);
/* Binds the names of the form's actions as symbols, weakly. */
void register_form_keep(struct registry *r);
/* Drops what the form registered, but for its dynouts; `on` is the handle of
 * the dynout that it waits for. May throw. */
void register_form_undo(struct registry *r, Value on);

/* Drops all that the form registered: it went wrong. */
void register_form_drop(struct registry *r);
/* Adds the outputs and names of the actions that the form registered, and the
 * names of its groups with a colon, as rows of texts. */
void register_form_keys(const struct registry *r, struct buffer *rows);
/* From now on forms are registered that come behind the file: their groups take
 * the place of those of the same name. */
void register_set_late(struct registry *r);

/* Adds groups and fingerprints, seals, and gives the graph away. */
bool register_finish(struct registry *r, struct graph **graph,
                     struct error *err) EXEC_MUST_CHECK;

/* After register_finish, which gave `made` away: what is registered from now
 * on is late, is checked and named, and goes into a graph that nobody sees. */
void register_reopen(struct registry *r, const struct graph *made);

/* Names a query, whose parts are known to be right. */
struct register_query {
    struct magma_text name;
    struct magma_text params;
    struct magma_text text;
};
void register_query(struct registry *r, const struct register_query *query,
                    const struct error_place *place);

/* Defines action, dynout, group, pool, ifwritten ... in the core. */
void register_define(void);

#endif
