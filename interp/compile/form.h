/* SPDX-License-Identifier: MIT */
/*
 * Taking forms apart and putting them together. Forms are what the reader or
 * a macro made: any sequence counts as a list.
 */
#ifndef INTERP_COMPILE_FORM_H
#define INTERP_COMPILE_FORM_H

#include "interp/data/value.h"

/* Items of a form in an array; collected memory. */
struct form_items {
    Value *at;
    uint32_t count;
};

/* All items of a sequence, vector or nil. */
struct form_items form_items(Value form);

/* True for a sequence (a call, if not empty). */
bool form_is_list(Value form);
/* True for a symbol without namespace. */
bool form_is_simple_symbol(Value form);
/* True for a symbol of clojure.core or without namespace of this name. */
bool form_is_symbol_named(Value form, const char *name);

/* (first items...) */
Value form_cons_items(Value first, const Value *items, uint32_t count);
/* The symbol clojure.core/name. */
Value form_core(const char *name);
/* The unqualified symbol, for special forms. */
Value form_symbol(const char *name);
Value form_keyword(const char *name);

/* Text of a form for messages, cut to a short length; static memory. */
const char *form_text(Value form);

/* A growable array in collected memory. */
struct form_list_builder {
    Value *at;
    uint32_t count;
    uint32_t cap;
};
void form_add(struct form_list_builder *builder, Value item);

#endif
