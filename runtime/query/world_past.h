/* SPDX-License-Identifier: MIT */
/* What a world knows of earlier runs, of earlier graphs, and of what would run
 * now. */
#ifndef RUNTIME_QUERY_WORLD_PAST_H
#define RUNTIME_QUERY_WORLD_PAST_H

#include "runtime/query/world.h"

/* The number of a run: "-1" (the last), "42", "last-ok", "2026-03-01" (the last
 * that began by then); NULL: the last. 0 if no run is kept; an error for one that
 * is not. */
bool query_world_find_run(struct query_world *world, const char *word,
                          uint64_t *run, struct error *err) EXEC_MUST_CHECK;

/* How an action ran the last time. */
struct query_past {
    uint64_t run; /* 0: never, as far as is kept */
    int64_t started_us;
    int64_t duration_us;
    int64_t peak_bytes;
    int64_t exit_code;
    enum action_status status;
    const char *code; /* of its first reason; "" if there was none */
    const char *why;  /* in words */
};
const struct query_past *
query_world_past(struct query_world *world, uint32_t node);
/* How many runs of it are kept, and how long those that succeeded took, on
 * average; false if there are none. */
bool query_world_average(struct query_world *world, uint32_t node,
                         int64_t *runs, int64_t *average_us);
/* What it printed the last time, in the arena; false if it never ran. */
bool query_world_output(struct query_world *world, uint32_t node,
                        struct arena *arena, struct slice *output);

/* Adds the actions that ran in a run, or that failed in it. */
bool
query_world_built(struct query_world *world, uint64_t run, bool only_failed,
                  struct query_set *set, struct error *err) EXEC_MUST_CHECK;
/* The actions that a run could not have been shorter than, in their order; and
 * how much later an action of the last run could have ended (false if it did not
 * run). */
bool
query_world_critical(struct query_world *world, uint64_t run,
                     struct query_set *set, struct error *err) EXEC_MUST_CHECK;
bool
query_world_slack(struct query_world *world, uint32_t node, int64_t *slack_us);
bool query_world_is_critical(struct query_world *world, uint32_t node);

/* The actions that would run now, as a build of everything sees it; asked for
 * once. */
bool
query_world_dirty(struct query_world *world, const struct query_set **dirty,
                  struct error *err) EXEC_MUST_CHECK;
/* Why one of them would run, in words; NULL if it is none, or nobody asked. */
const char *
query_world_next_reason(const struct query_world *world, uint32_t node);
/* What is recorded of an action; the content hash of a file on disk. False if
 * there is none. */
bool query_world_record(struct query_world *world, uint32_t node,
                        struct exec_record *record);
void query_world_tell_manifest(struct query_world *world, uint32_t node,
                               struct buffer *out);
bool query_world_hash_file(struct query_world *world, uint32_t node,
                           struct hash128 *hash);
/* "clean", "dirty", "failed" or "running". */
bool query_world_state(struct query_world *world, uint32_t node,
                       const char **state, struct error *err) EXEC_MUST_CHECK;

/* Adds the actions that differ between the graphs of two runs. */
bool
query_world_diff(struct query_world *world, uint64_t before, uint64_t after,
                 struct query_set *set, struct error *err) EXEC_MUST_CHECK;
/* "added", "removed", "changed: command, inputs"; NULL if it was not asked or
 * did not change. */
const char *query_world_change(const struct query_world *world, uint32_t node);

bool
query_world_changed(struct query_world *world, uint64_t run,
                    struct query_set *set, struct error *err) EXEC_MUST_CHECK;
bool query_world_orphans(struct query_world *world, struct query_set *set,
                         struct error *err) EXEC_MUST_CHECK;

#endif
