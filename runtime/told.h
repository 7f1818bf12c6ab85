/* SPDX-License-Identifier: MIT */
/*
 * Actions that the executor says it would run, with its reasons: kept as plain
 * memory while it runs, because no value may be made then, and as values after.
 */
#ifndef RUNTIME_TOLD_H
#define RUNTIME_TOLD_H

#include "exec/exec.h"
#include "interp/magma.h"

/* Begins as told_list(). */
struct told_list {
    struct vec items;
};
struct told_list told_list(void);
void told_finish(struct told_list *list);

/* Adds an action; `error` says why it cannot run, or is NULL. Throws nothing. */
void
told_add(struct told_list *list, struct action_id action,
         const struct exec_reason *reasons, uint32_t count, const char *error);

enum told_detail {
    TOLD_VARIABLES, /* what was and is, of variables alone: all else is made up */
    TOLD_ALL
};
/* A vector of {:action key :outputs [...] :reasons [{:code :subject :before
 * :after}]}, with :may and :error where they apply; see spec/cli/test.md. */
Value told_make(const struct told_list *list, const struct graph *g,
                enum told_detail detail);
/* One reason after the other, as a vector of such maps. */
Value told_reasons(const struct exec_reason *reasons, uint32_t count);

#endif
