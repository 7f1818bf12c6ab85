/* SPDX-License-Identifier: MIT */
/*
 * .ninja_log as a text: which command made each output, and when. See
 * spec/format/ninja-logs.md.
 *
 * Three versions are about, and the difference between them is not in their form
 * but in what a number means: the hash, and the time. A log that was begun in one
 * version goes on in it, for a reader takes the first line's word for all lines.
 */
#ifndef RUNTIME_NINJA_BUILD_LOG_H
#define RUNTIME_NINJA_BUILD_LOG_H

#include "exec/exec.h"

enum {
    BUILD_LOG_OLDEST = 5,
    BUILD_LOG_RAPID = 7, /* since this version commands are hashed otherwise */
    BUILD_LOG_NEWEST = 7
};

struct build_log_entry {
    struct slice output; /* in the text that was read */
    int64_t start_ms;    /* since that build began */
    int64_t end_ms;
    int64_t mtime_ns; /* what is newer was not read; until version 5: what the
                         output's time was */
    uint64_t command; /* its hash */
    size_t at;        /* where in the text its line begins */
};

/* Starts as {0}. */
struct build_log {
    int version;            /* 0: there is no text */
    struct vec entries;     /* the last of each output */
    struct table by_output; /* places in them */
    uint32_t line_count;
    size_t whole;      /* so many bytes are whole lines */
    const char *fault; /* what ninja says of a text that it throws away */
};

/* The version that the first line of a text tells; 0 if it tells none. */
int build_log_version(struct slice text);
/* Reads a text, which must live as long as the log. Lines that are none are
 * passed over, and a text of another version counts as no text. */
void build_log_read(struct build_log *log, struct slice text);
void build_log_finish(struct build_log *log);
/* The last entry of an output, or NULL. */
const struct build_log_entry *
build_log_find(const struct build_log *log, struct slice output);

/* The hash of a command, as that version has it. */
uint64_t build_log_hash(int version, struct slice command);
/* Adds the first line, and a line for an entry. */
void build_log_add_header(struct buffer *out, int version);
void build_log_add(struct buffer *out, const struct build_log_entry *entry);
/* True if so many lines are older ones of the same outputs that ninja would
 * write the file anew. */
bool build_log_is_long(const struct build_log *log);

#endif
