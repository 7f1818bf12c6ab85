/* SPDX-License-Identifier: MIT */
/*
 * The special forms: one handler each, for the analyzer, and what they mean, for
 * people who ask.
 */
#ifndef INTERP_COMPILE_SPECIAL_H
#define INTERP_COMPILE_SPECIAL_H

#include "interp/compile/form.h"
#include "interp/compile/scope.h"

/* A call whose head is a special symbol: its items, head included. */
struct special_call {
    Value form;
    struct form_items items;
};

typedef struct node *(*special_handler)(const struct scope *scope,
                                        const struct special_call *call);

/* One row of the table; static storage. */
struct special_form {
    const char *name;
    special_handler handler; /* NULL: a part of another form */
    const char *usage;       /* NULL: nobody but a macro writes it */
    const char *doc;         /* NULL with usage */
};

/* The row of that name, or NULL. */
const struct special_form *special_form_of(Value symbol);
/* All rows from 0 on; NULL behind the last. */
const struct special_form *special_form_at(size_t index);

/* The handler of a special form, or NULL. */
special_handler special_find(Value symbol);

/* Any form; the analyzer's own recursion. */
struct node *analyze(const struct scope *scope, Value form);
/* Items of a list as a `do`, from index `start`. */
struct node *analyze_body(const struct scope *scope,
                          const struct special_call *call, uint32_t start);
/* Item `index` as a value, not in tail position. */
struct node *analyze_item(const struct scope *scope,
                          const struct special_call *call, uint32_t index);

/* fn*, see function.c. */
struct node *
special_fn(const struct scope *scope, const struct special_call *call);

/* Interns the names; called once. */
void special_start(void);

#endif
