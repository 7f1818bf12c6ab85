/* SPDX-License-Identifier: MIT */
/*
 * Depfiles as compilers write them, in the syntax of make: the prerequisites
 * of all rules are inputs. Also read: lines "# env-dep:NAME=value", as rustc
 * writes them. See spec/format/depfile.md.
 */
#ifndef EXEC_DECIDE_DEPFILE_H
#define EXEC_DECIDE_DEPFILE_H

#include "exec/base/buffer.h"
#include "exec/base/error.h"

#include <stdint.h>

/* Starts as {0}; rows of zero-terminated texts, each text once. */
struct depfile {
    struct buffer inputs;  /* canonical paths */
    struct buffer outputs; /* canonical paths of targets that have inputs */
    struct buffer env;     /* names of variables */
    uint32_t input_count;
};

/* Reads a depfile's text into `out`, which is empty. False with "NAME:line:column" as
 * place if it is no depfile. */
bool depfile_parse(const char *name, struct slice text, struct depfile *out,
                   struct error *err) EXEC_MUST_CHECK;
void depfile_finish(struct depfile *depfile);

#endif
