/* SPDX-License-Identifier: MIT */
/*
 * The inside of a registry, shared by the files that fill it: registry.c (its
 * life, forms, groups), register.c (actions and dynouts) and builtins.c (what
 * programs call). See register.h.
 *
 * Identity. An action's key is its first output, or "name:NAME", or its site;
 * a dynout's is the fingerprint of what it declares, so that moving it in the
 * file changes nothing and two equal ones are one. A site is where and when an
 * action was registered: "FORM/file:line:column#n" for the n-th time in that
 * form. It tells that an action of this evaluation is the one that waited for
 * a dynout in an earlier one.
 *
 * Everything here that is a Value hangs on rooted slots, so that a form is
 * undone by putting the slots back.
 */
#ifndef RUNTIME_REGISTRY_H
#define RUNTIME_REGISTRY_H

#include "runtime/attributes.h"
#include "runtime/register.h"
#include "runtime/rule.h"

enum slot {
    SLOT_NAMES,   /* vector: names of the form's actions and their handles */
    SLOT_REDO,    /* vector: argument maps of the form's dynouts */
    SLOT_COUNTS,  /* map: site without number -> how often, in this form */
    SLOT_ACTIONS, /* map: action key -> number */
    SLOT_NAMED,   /* map: action name -> number */
    SLOT_GROUPS,  /* vector: [name items pending handle] */
    SLOT_COUNT
};

struct registry {
    struct graph *graph;
    struct functions *functions;
    struct register_options options;
    Value *slots[SLOT_COUNT];
    Value *saved[SLOT_COUNT]; /* at the beginning of the form */
    struct graph_mark mark;
    uint32_t action_mark;
    uint32_t function_mark;
    uint32_t form;
    struct place *group_places; /* by index in SLOT_GROUPS */
    uint32_t group_cap;
    bool is_late;       /* see register_set_late */
    Value *own_origins; /* after register_reopen; else NULL */
};

/* The registry in use, or NULL. */
struct registry *registry_active(void);

/* The value under a key, or nil. */
Value registry_get(struct registry *r, enum slot slot, Value key);
void registry_assoc(struct registry *r, enum slot slot, Value key, Value value);
void registry_conj(struct registry *r, enum slot slot, Value value);

struct str_id registry_intern(struct registry *r, Value text);
struct file_id registry_file(struct registry *r, Value path);
struct place
registry_place(struct registry *r, const struct error_place *place);

/* What a rule is called: a function by its name, without the namespace; "" for
 * anything else. */
struct slice registry_rule_name(Value rule);
/* True if a later form makes this action anew. */
bool registry_is_taken(const struct registry *r, const char *key);
/* Where the row of a group stands in SLOT_GROUPS; their count if there is none. */
uint32_t registry_group_index(const struct registry *r, Value name);

/* The site of the call that is being registered; each call is another one. */
Value registry_site(struct registry *r, const struct error_place *place);
/* What the actions of one top-level form have in common. */
Value registry_form_site(struct registry *r);
/* The key in a handle of an action or dynout. */
Value registry_key(Value handle);
/* The number of the action behind a handle; throws if it is of another
 * graph. */
uint32_t registry_number(struct registry *r, Value handle);

/* Remembers that what is registered at `site` depends on a dynout. */
void registry_add_origin(struct registry *r, Value site, Value dynout);
bool registry_has_origins(struct registry *r, Value site);
/* Adds the edges on those dynouts to the action that is being filled. */
void registry_fill_origins(struct registry *r, Value site);

/* Registers an action; its handle. Throws on what makes no sense. */
Value register_action(struct registry *r, struct attributes *a,
                      const struct error_place *place);
/* Registers a dynout unless it is there; its handle. */
Value register_dynout(struct registry *r, struct attributes *a,
                      const struct error_place *place);

#endif
