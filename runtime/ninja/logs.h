/* SPDX-License-Identifier: MIT */
/*
 * ninja's own logs beside ours: read where an action has no record yet, so that
 * a folder that ninja built is not built again, and kept up to date, so that
 * ninja finds there what it would have written. Nothing is opened before it is
 * needed. See spec/format/ninja-logs.md.
 *
 * What ninja wrote is a claim that is checked, and what is written for ninja is
 * never more than what our own records say: an action that failed, or was
 * stopped, gets no line, and its outputs are gone, so that ninja runs it as well.
 */
#ifndef RUNTIME_NINJA_LOGS_H
#define RUNTIME_NINJA_LOGS_H

#include "exec/exec.h"

struct ninja_commands;
struct ninja_logs;

struct ninja_logs_options {
    const char *file; /* the build file, from the working folder */
    /* Its edges, where somebody else needs them as well; else NULL. */
    struct ninja_commands *commands;
    bool frozen;     /* nothing is written */
    bool is_partial; /* not all actions are looked at */
    bool is_past;    /* the graph is another one by now: what ran since our last
                         build counts no more than what ran before it */
    /* What the graph was made from, as exec_snapshot_hash has it. */
    struct hash128 (*snapshot)(void *ctx);
    /* Told what is odd about a log. */
    void (*warn)(void *ctx, const char *path, const char *what);
    void *ctx;
};

struct ninja_logs *ninja_logs_create(const struct ninja_logs_options *options);
/* NULL is fine. */
void ninja_logs_destroy(struct ninja_logs *logs);

/* The build file was loaded again. */
void ninja_logs_forget(struct ninja_logs *logs);
/* As exec_host has it: what ninja remembers of an action, if its command is
 * still the same. */
bool ninja_logs_find(struct ninja_logs *logs, const struct graph *g,
                     struct action_id action, struct exec_foreign *found);
/* True if ninja has run nothing since our last build, as far as that can be told
 * without reading a log. Answered once. */
bool ninja_logs_rest(struct ninja_logs *logs);
/* Told every event: what succeeded is written at once, as ninja does, so that
 * a kill loses nothing. */
void ninja_logs_event(struct ninja_logs *logs, const struct exec_event *event);

#endif
