/* SPDX-License-Identifier: MIT */
/*
 * What a command printed: whole, in order, byte for byte. In memory while it
 * is small, in a file without a name once it is not.
 */
#ifndef EXEC_RUN_OUTPUT_H
#define EXEC_RUN_OUTPUT_H

#include "exec/base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

#define OUTPUT_MEMORY_MAX ((size_t)1 << 20)

/* Starts as {.fd = -1}. */
struct output {
    struct buffer memory; /* all of it, while fd is -1 */
    int fd;               /* the file with all of it, or -1 */
    uint64_t len;
    char *mapped;
    size_t mapped_len;
    int write_errno; /* not 0: the rest was lost, for this reason */
    size_t shown;    /* what events have told of it */
    char *path;      /* of a file that is kept */
};

/* Adds bytes; `dir` is where a file is made. */
void output_add(struct output *output, const char *dir, const char *bytes,
                size_t len);
/* All of it; valid until it grows or is finished. Pages of a large one are read
 * only when looked at. */
struct slice output_view(struct output *output);
/* The end of it, from the start of a line, at most so many bytes. */
struct slice output_tail(struct output *output, size_t len_max);
/* Gives a large output a name below the folder of the state, so that it stays:
 * DIR/output/NAME.log, in place of the one that was there. False if there is no
 * file, or none that can be named. */
bool output_keep(struct output *output, const char *dir, const char *name);
void output_finish(struct output *output);

#endif
