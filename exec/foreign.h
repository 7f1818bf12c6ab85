/* SPDX-License-Identifier: MIT */
/*
 * Folders that another program built before, as the executor sees it. A part of
 * exec.h, which includes it. See spec/format/ninja-logs.md for the one such
 * program that there is.
 */
#ifndef EXEC_FOREIGN_H
#define EXEC_FOREIGN_H

#include "exec/base/buffer.h"
#include "exec/base/error.h"

#include <stdint.h>

/* What another program remembers of an action that it ran on these files. It is
 * a claim, no record: times on disk that speak against it win. */
struct exec_foreign {
    bool is_later;         /* it ran it since our last build here */
    int64_t read_ns;       /* what was written later it has not read */
    int64_t began_ns;      /* what was written earlier it did not write */
    int64_t written_ns;    /* what outputs got later is not what it wrote */
    bool discovers;        /* it was to tell what it read, and this is that: */
    int64_t discovered_ns; /* not true of outputs that are newer than this */
    struct slice discovered; /* a row of canonical paths */
};

/* Reads what a depfile names, from the working folder: adds a row of canonical
 * paths. The program above reads such files each time, where we keep what was in
 * them. */
bool exec_read_depfile(const char *path, struct buffer *inputs,
                       struct error *err) EXEC_MUST_CHECK;

/* What a dyndep file says of one output: rows of canonical paths, further
 * outputs and inputs of the action that makes it. */
typedef void exec_dyndep_fn(void *ctx, const char *output, struct slice outputs,
                            struct slice inputs);
/* Reads a dyndep file, from the working folder; calls for nothing if it fails. */
bool exec_read_dyndep(const char *path, exec_dyndep_fn *call, void *ctx,
                      struct error *err) EXEC_MUST_CHECK;

#endif
