/* SPDX-License-Identifier: MIT */
/*
 * Evaluates a build file to a graph.
 *
 * It is evaluated first with every dynout unresolved: so it is seen which
 * actions, groups and forms wait for which dynout. Then again with the values
 * that are known, as often as new ones come to light, and the actions keep an
 * edge on each dynout that they ever waited for. Evaluation is pure, so doing
 * it again is safe. See spec/decisions/003-dynouts-make-the-graph-anew.md.
 */
#ifndef RUNTIME_LOAD_H
#define RUNTIME_LOAD_H

#include "exec/exec.h"
#include "interp/magma.h"
#include "runtime/additions.h"
#include "runtime/functions.h"

#include <stdio.h>

struct load_options {
    const char *build_file; /* relative to the working folder, the root */
    bool allow_outside;
    struct exec *exec; /* asked for values of dynouts; NULL: none known */
    struct magma_limits limits;
    /* Forms that are put into what the file says; NULL: there will be none. Else
     * the result has a registry, for forms that are yet to be typed. */
    const struct additions *additions;
    bool check; /* between magma_check_begin and _end: errors become notes, and
                   what follows is looked at all the same */
};

struct registry;

struct load_result {
    struct graph *graph;       /* sealed; owned by the caller */
    struct registry *registry; /* reopened; or NULL; owned by the caller */
    struct buffer_list {       /* zero-terminated paths, one after the other */
        char *bytes;
        size_t len;
    } sources; /* malloc'ed: the files that were read */
};

/* Replaces the program of the language and the functions of the table. */
bool
load_build_file(const struct load_options *options, struct functions *functions,
                struct load_result *result, struct error *err) EXEC_MUST_CHECK;

/* Starts the language, once. What a program prints goes to `out`, but during
 * load_build_file, where it goes to standard error when the file is done. */
void load_start_language(FILE *out);

/* A folder besides the root where namespaces are looked for; NULL: none. */
void load_set_namespace_folder(const char *folder);

#endif
