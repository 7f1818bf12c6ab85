/* SPDX-License-Identifier: MIT */
/*
 * Static analysis: what the analyzer sees by the way and nobody asked for when
 * a program is only to run. It is off, and then costs the test of a flag.
 *
 * Only what stands in the text is judged, never what macros make of it: names
 * are followed by the place of the symbol that was read, which all copies of
 * the symbol share. So code that a macro repeats counts once, and code that it
 * made up counts nothing. See spec/cli/check.md for what is told.
 */
#ifndef INTERP_COMPILE_LINT_H
#define INTERP_COMPILE_LINT_H

#include "interp/compile/form.h"
#include "interp/compile/scope.h"
#include "interp/data/note.h"

/* Begins with no notes, or ends; the notes stay until the next beginning. */
void lint_set(bool on);
bool lint_is_on(void);

/* A new round over the same texts: what is used counts anew, notes stay. */
void lint_round(void);

/* Notes what was thrown by a top-level form. What only follows from an earlier
 * error is left out; and so are, from then on, unknown names that are near to
 * none: the form may have been to define them. */
void lint_thrown(Value form, Value thrown);
/* A form that was not run since it has errors. */
void lint_skipped(Value form);
/* The form that is being analyzed must not run; asking forgets. */
void lint_stop_form(void);
bool lint_take_stop(void);
/* True if an unknown name with or without a near one is worth an error. */
bool lint_is_sure(void);

/* A top-level form is about to be expanded; and was analyzed to its end, so
 * that unused names in it are known. */
uint32_t lint_form_begin(void);
void lint_form_end(uint32_t mark);

/* Hooks of the analyzer. All do nothing while it is off. */
void
lint_macro_call(const struct scope *scope, Value form, struct form_items items);
void lint_call(const struct scope *scope, Value form, struct form_items items,
               Value var);
void lint_local_call(Value form, const struct local *local);
void
lint_definition(const struct scope *scope, Value form, struct form_items items);
void lint_map(const struct scope *scope, Value map);
void lint_bind(const struct local *local);
void lint_use_local(const struct local *local);
/* A symbol that was looked up, and the var that it means (or ABSENT). */
void lint_use(Value symbol, Value var);
/* An alias, or a name that was referred to, in the current namespace. */
void lint_require(Value symbol, bool is_alias);

/* The keys that a function of the host takes, for calls with literal keys;
 * "step" are the keys of steps. Static storage. */
void lint_set_keys(const char *function, const char *const *keys, size_t count);
/* Those keys; none for a function without. */
const char *const *lint_keys(const char *function, size_t *count);

/* Calls whose number of arguments can be judged when all is defined. */
struct lint_call {
    Value var;
    uint32_t argc;
    struct error_place place;
};
uint32_t lint_call_count(void);
struct lint_call lint_call_at(uint32_t index);

/* Adds the notes that only the end of a program allows (private names and
 * requires that nobody uses), unless there were errors or `is_open`: not all
 * forms were looked at. */
void lint_finish(bool is_open);

#endif
