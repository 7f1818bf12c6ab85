/* SPDX-License-Identifier: MIT */
/*
 * Evaluating texts and loading namespaces: a namespace a.b-c is what the host
 * has under the path "a/b_c"; it is evaluated once a program.
 */
#ifndef INTERP_VM_MODULE_H
#define INTERP_VM_MODULE_H

#include "interp/magma.h"

/* Whom to ask for sources; static storage. */
void module_set_host(const struct magma_host *host);

/* Evaluates a top-level form; `do` is taken apart, so that a macro defined in
 * it works in what follows. */
Value module_eval(Value form, const struct error_place *place);

/* Evaluates all forms of a text that stays in place: the last value, or nil. */
Value module_eval_text(const char *bytes, size_t len, Value file);

/* A source in collected memory, zero-terminated, so that an error leaks
 * nothing. */
struct module_source {
    Value ns;
    Value file;
    const char *bytes;
    size_t len;
    bool is_library; /* see magma_source */
};
/* The source of a namespace; false if the host has none. */
bool module_source(Value ns, struct module_source *source);

/* Loads the namespace of a symbol, unless it is there. False if the host has
 * no such source and it does not exist. */
bool module_load(Value ns);

/* "a/b_c" for a.b-c: where its source is looked for, without suffix. */
Value module_path(Value ns);

/* Forgets what was loaded: a new program. */
void module_reset(void);
/* What is loaded and being loaded, as an opaque value; and back. */
Value module_save(void);
void module_restore(Value saved);

/* The text of the form that begins on a line of a namespace's file (nil if
 * there is no such file or form). */
Value module_form_text(Value ns, uint32_t line);

#endif
