/* SPDX-License-Identifier: MIT */
/*
 * Multimethods and the hierarchies that they choose by.
 *
 * A hierarchy is a map {:parents :ancestors :descendants}, each from a tag to
 * a set of tags. There is one global hierarchy a program.
 */
#ifndef INTERP_DATA_MULTI_H
#define INTERP_DATA_MULTI_H

#include "interp/data/object.h"

/* KIND_MULTI; what follows the hierarchy is written later. */
struct multi_object {
    struct object head;
    Value name;        /* symbol */
    Value dispatch;    /* function */
    Value default_key; /* :default unless the definition says else */
    Value hierarchy;   /* a map, what derefs to one (var, atom), or nil */
    Value methods;     /* map: dispatch value -> function */
    Value prefers;     /* map: dispatch value -> set of less preferred */
    Value chosen;      /* map: dispatch value -> function, as isa? found it */
    Value chosen_by;   /* the hierarchy that it was found by */
};

static inline bool
multi_is(Value v)
{
    return value_is_kind(v, KIND_MULTI);
}

Value
multi_make(Value name, Value dispatch, Value default_key, Value hierarchy);

/* The method for these arguments: calls the dispatch function; throws a key
 * error when there is no method, and a state error when two match. */
Value multi_select(Value multi, const Value *args, uint32_t argc);

/* The method for a dispatch value, or ABSENT. */
Value multi_method(Value multi, Value dispatch_value);

void multi_add(Value multi, Value dispatch_value, Value function);
void multi_remove(Value multi, Value dispatch_value);
void multi_remove_all(Value multi);
/* Says that `better` wins over `worse`; a state error if it is known to be
 * the other way round. */
void multi_prefer(Value multi, Value better, Value worse);

/* The hierarchy without any relation. */
Value multi_hierarchy_empty(void);
Value multi_hierarchy_global(void);
void multi_hierarchy_set_global(Value hierarchy);
/* One more (less) relation; throws a state error for a cycle. */
Value multi_derive(Value hierarchy, Value tag, Value parent);
Value multi_underive(Value hierarchy, Value tag, Value parent);
/* True for equal tags, descendants, and vectors of such pairs. */
bool multi_isa(Value hierarchy, Value child, Value parent);
/* The set of a tag in one of the three maps (:parents ...), or nil. */
Value multi_related(Value hierarchy, Value relation, Value tag);

/* A new program: the global hierarchy is empty again. */
void multi_reset(void);

#endif
