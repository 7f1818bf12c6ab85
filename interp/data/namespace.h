/* SPDX-License-Identifier: MIT */
/*
 * Namespaces and vars. A program has a table of namespaces; the core ones
 * (everything defined before namespace_seal) are shared by all programs and
 * cannot be redefined.
 */
#ifndef INTERP_DATA_NAMESPACE_H
#define INTERP_DATA_NAMESPACE_H

#include "interp/data/object.h"

/* KIND_NAMESPACE; all maps written later. */
struct namespace_object {
    struct object head;
    Value name;        /* symbol */
    Value vars;        /* map: symbol -> var, those defined here */
    Value refers;      /* map: symbol -> var, those of others */
    Value aliases;     /* map: symbol -> namespace */
    Value core_only;   /* set of the names of the core that are seen, or nil */
    Value core_hidden; /* set of those that are not, or nil */
    Value meta;        /* map or nil */
};

/* Finds a namespace by its symbol, or ABSENT. */
Value namespace_find(Value symbol);
/* Finds or makes it. Every namespace sees the public vars of clojure.core,
 * without referring to them. */
Value namespace_ensure(Value symbol);
/* All of them: a map from symbols. */
Value namespace_all(void);
/* The one that `def` defines in; a top-level `ns` form changes it. */
Value namespace_current(void);
void namespace_set_current(Value ns);

/* Who evaluates the definition of a var that is VAR_DEFERRED; set once. It is
 * called when such a var is resolved, or looked at by namespace_vars. */
void namespace_set_definer(void (*define)(Value var));
/* The var itself (or ABSENT), with its value if it was deferred. */
Value namespace_defined(Value var);
/* The vars defined in ns, a map from symbols, all with their values; and those
 * that it refers to. */
Value namespace_vars(Value ns);
Value namespace_refers(Value ns);

/* The var that a symbol (qualified or not) means in ns, or ABSENT.
 * Private vars of others are ABSENT with *is_private set. */
Value namespace_resolve(Value ns, Value symbol, bool *is_private);
/* The same for who asks for the name alone: it may still be deferred. */
Value namespace_lookup(Value ns, Value symbol, bool *is_private);
/* The same, private vars of others included: what #'a/b means. */
Value namespace_resolve_any(Value ns, Value symbol);
/* Interns a var here (UNBOUND when new). */
Value namespace_intern(Value ns, Value name);
void namespace_alias(Value ns, Value alias, Value target);
void namespace_refer(Value ns, Value name, Value var);

/* The visible name nearest to `symbol` by edit distance, for errors: a
 * string, or nil when none is near. */
Value namespace_nearest(Value ns, Value symbol);

/* Ends the definition of the core. */
void namespace_seal(void);
/* A var that the host defines later belongs to the core as well. */
void namespace_share(Value var);
/* Forgets every namespace that is not of the core, what programs added to
 * those of the core, and makes `user` anew. */
void namespace_reset(void);
/* All namespaces and which is current, as an opaque value; and back. */
Value namespace_save(void);
void namespace_restore(Value saved);

#endif
