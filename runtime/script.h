/* SPDX-License-Identifier: MIT */
/*
 * Evaluating texts for a person: what eval, test and the REPL have in common.
 */
#ifndef RUNTIME_SCRIPT_H
#define RUNTIME_SCRIPT_H

#include "interp/magma.h"

#include <stdbool.h>
#include <stddef.h>

/* A text and what its errors call it. The text must outlive the program, for
 * errors show lines of it. */
struct script {
    const char *name;
    const char *text;
    size_t len;
    /* Called before each form, to define what the program may use; may throw.
     * NULL: nothing. */
    void (*before_form)(void);
};

/* Evaluates all forms; true with the value of the last one (nil if there is
 * none), or false with what was thrown. */
bool script_eval(const struct script *script, Value *result, Value *thrown);

/* The texts of values; inside, nothing throws. False with what was thrown. */
bool script_print(Value value, Value *text, Value *thrown);
bool script_pretty(Value value, uint32_t width, Value *text, Value *thrown);

/* Prints what was thrown, after all that was printed before. */
void script_report(Value thrown);

/* All of standard input or of a file, malloc'ed; NULL with a message printed
 * (the exit status is then 2). */
char *script_read(const char *path, size_t *len);

#endif
