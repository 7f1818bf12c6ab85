/* SPDX-License-Identifier: MIT */
/*
 * A run as it is remembered, laid out in time: what ran when, beside what, and
 * which actions decided how long it took. What `ronin trace`, `stats` and
 * `events` tell is told from this.
 */
#ifndef RUNTIME_TIMELINE_H
#define RUNTIME_TIMELINE_H

#include "exec/exec.h"

struct timeline_item {
    char *key;
    char *why;        /* JSON: the reasons as a field */
    char *output;     /* JSON: fields of what it printed */
    int64_t start_us; /* since the run began */
    int64_t duration_us;
    int64_t cpu_us;
    int64_t peak_kib;
    int exit_code;
    int signal;
    enum action_status status;
    uint32_t lane;    /* the lowest that was free when it started */
    bool is_critical; /* on the critical path */
};

struct timeline {
    struct exec_run run; /* its texts are the timeline's */
    char *arguments;
    struct vec items; /* struct timeline_item, by start */
    struct vec path;  /* uint32_t: items of the critical path, the first first;
                         empty before timeline_find_path */
    uint32_t lane_count;
    uint32_t run_count; /* runs that are kept */
};

/* The run with this number, or the last one if it is 0. With `texts`, outputs
 * and reasons are there as well. */
bool
timeline_load(struct exec *exec, uint64_t run, bool texts,
              struct timeline *timeline, struct error *err) EXEC_MUST_CHECK;
void timeline_finish(struct timeline *timeline);

const struct timeline_item *
timeline_at(const struct timeline *timeline, uint32_t index);
int64_t timeline_end_us(const struct timeline_item *item);

/* From what ended last back to what it waited for last, and so on; by the graph
 * as it is now, so that actions that left it end the way. */
void timeline_find_path(struct timeline *timeline, const struct graph *g);

/* Starts and ends in the order of time. */
struct timeline_moment {
    int64_t time_us;
    uint32_t item;
    bool is_end;
};
/* A vec of them, which is the caller's. */
struct vec timeline_moments(const struct timeline *timeline);

#endif
