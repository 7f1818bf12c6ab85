/* SPDX-License-Identifier: MIT */
/*
 * Makes a graph of a ninja file. See spec/build/ninja.md for what each thing
 * becomes.
 */
#ifndef RUNTIME_NINJA_IMPORT_H
#define RUNTIME_NINJA_IMPORT_H

#include "runtime/ninja/parser.h"

struct ninja_import {
    struct graph *graph;    /* sealed; owned by the caller */
    struct buffer sources;  /* the files that were read, zero-terminated */
    struct buffer warnings; /* odd things, a zero-terminated line each */
    char *builddir;         /* what the file says, or NULL; malloc'ed */
};

/* Reads a ninja file, relative to the working folder. *import is filled in also
 * after a failure, as far as it went. */
bool
ninja_import(const char *file, ninja_read read, struct ninja_import *import,
             struct error *err) EXEC_MUST_CHECK;
void ninja_import_finish(struct ninja_import *import);

#endif
