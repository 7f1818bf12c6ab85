/* SPDX-License-Identifier: MIT */
/*
 * Where ninja's build log ended when our last build left it: what came after that
 * ninja did since, and may be truer than our records. The mark lies beside those.
 * While we write to the log there is none, so that a kill leaves none, and nothing
 * of ours is taken for another's.
 *
 * ninja replaces the whole log when it tidies up or notes times anew. Then the one
 * that we left tells by its lines which of the new ones are old: a second name, in
 * our folder, keeps it, with what ninja added until then.
 */
#ifndef RUNTIME_NINJA_LOGS_MARK_H
#define RUNTIME_NINJA_LOGS_MARK_H

#include "exec/exec.h"
#include "runtime/ninja/build_log.h"

/* Starts as {0}, and is that where nothing is known. */
struct log_mark {
    uint64_t inode; /* 0: not known */
    uint64_t size;
    struct hash128 snapshot; /* of the graph of that build; zero: not known */
    char *path;              /* of the log, with that */
    bool was_looked;         /* the log that was left was asked for */
    struct buffer text;
    struct build_log left; /* it, where it could be read */
};

void log_mark_read(struct log_mark *mark);
void log_mark_finish(struct log_mark *mark);
/* Before anything is added to the log. */
void log_mark_take_away(void);
/* The log is left as it is now, by a build of this snapshot. Without a folder of
 * records there is no mark. */
void log_mark_leave(const char *log_path, struct hash128 snapshot);
/* True if the log is still as we left it, for a build of the same snapshot: the
 * build file is the same, then, and so is the place of the log. */
bool log_mark_is_last(const struct log_mark *mark, struct hash128 snapshot);
/* True if a line of the log that is this file now was not there when we left it. */
bool log_mark_is_passed(struct log_mark *mark, uint64_t inode,
                        const struct build_log_entry *entry);

#endif
