/* SPDX-License-Identifier: MIT */
/*
 * The functions of a program that steps and watch predicates need, behind
 * their numbers in the order of evaluation; and the values that pass between
 * steps while an action runs. The executor holds the numbers only.
 */
#ifndef RUNTIME_FUNCTIONS_H
#define RUNTIME_FUNCTIONS_H

#include "exec/exec.h"
#include "interp/magma.h"

struct functions;

struct functions *functions_create(void);
void functions_destroy(struct functions *table);

/* Starts an evaluation or a call with fresh budgets. After the executor was
 * asked to end, it fails at once. */
void functions_begin(const struct magma_limits *limits);
/* After the executor was asked to end: what begins from now on may run. */
void functions_forget_interrupt(void);
/* The budgets that each call starts with; all zero: the defaults. */
void functions_set_limits(struct functions *table,
                          const struct magma_limits *limits);

/* Adds a function; its number. */
uint32_t functions_add(struct functions *table, Value function);
uint32_t functions_count(const struct functions *table);
Value functions_value(const struct functions *table, uint32_t number);
/* Drops all from `count` on. */
void functions_rewind(struct functions *table, uint32_t count);
/* The content hash of a function: call it when the whole program is known. */
struct hash128 functions_fingerprint(struct functions *table, uint32_t number);

/* Finds a function with the fingerprint of `ref` and sets its number: a graph
 * made anew may have numbered it differently. False if there is none. */
bool functions_find(struct functions *table, struct function_ref *ref);

/* The slots of struct exec_host that deal in functions and values; `err` gets
 * the error of the program as text with place and stack. */
bool
functions_call(struct functions *table, uint32_t number, struct exec_value in,
               struct exec_value *out, struct error *err);
bool functions_watch(struct functions *table, uint32_t number,
                     const struct exec_watched *watched, bool *fires,
                     struct error *err);
bool
functions_value_bytes(struct functions *table, const struct exec_value *value,
                      char **bytes, size_t *len, struct error *err);
bool
functions_value_paths(struct functions *table, const struct exec_value *value,
                      char **paths, size_t *len, struct error *err);
void functions_value_drop(struct functions *table, struct exec_value *value);

#endif
