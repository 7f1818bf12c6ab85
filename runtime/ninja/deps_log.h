/* SPDX-License-Identifier: MIT */
/*
 * .ninja_deps as bytes: what the command of each output was seen to read. Paths
 * are told once and numbered. See spec/format/ninja-logs.md.
 *
 * A number holds for one file and its order of records; whoever adds to it must
 * have read all of it, and must know that nobody else has added since.
 */
#ifndef RUNTIME_NINJA_DEPS_LOG_H
#define RUNTIME_NINJA_DEPS_LOG_H

#include "exec/exec.h"

/* What is known of one output. */
struct deps {
    int64_t mtime_ns; /* of the output, when its command had run */
    uint32_t count;
};

/* Starts as {0}. */
struct deps_log {
    struct buffer bytes; /* all that was read, and what was added since */
    size_t whole;        /* so many of them are good */
    struct vec paths;    /* struct deps_path, by number */
    struct table by_path;
    uint32_t record_count; /* of outputs, older ones too */
    uint32_t output_count;
    const char *fault; /* what ninja says of bytes that it throws away */
};

/* Reads all bytes behind those that were read before, as far as they are good. */
void deps_log_read(struct deps_log *log);
void deps_log_finish(struct deps_log *log);

/* What is known of an output; false if nothing is. */
bool deps_log_find(const struct deps_log *log, struct slice output,
                   struct deps *deps);
/* One of the paths that it read. */
struct slice
deps_log_input(const struct deps_log *log, struct slice output, uint32_t index);
/* The path of a number; outputs and what they read, in the order of the file. */
uint32_t deps_log_path_count(const struct deps_log *log);
struct slice deps_log_path(const struct deps_log *log, uint32_t number);

/* Makes an empty log one without records. */
void deps_log_begin(struct deps_log *log);
/* Adds what an output read, as a row of zero-terminated paths: to the bytes, to
 * be written from `whole` as it was before. False if nothing of it is new, or it
 * is more than a record of the format can hold. */
bool deps_log_add(struct deps_log *log, struct slice output, int64_t mtime_ns,
                  struct slice inputs);
/* True if so many records are older ones of the same outputs that ninja would
 * write the file anew. */
bool deps_log_is_long(const struct deps_log *log);

#endif
