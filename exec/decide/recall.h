/* SPDX-License-Identifier: MIT */
/* What reading commands ask of the records, beyond history.h. */
#ifndef EXEC_DECIDE_RECALL_H
#define EXEC_DECIDE_RECALL_H

#include "exec/history.h"
#include "exec/state/past.h"

/* See exec_list_orphans, exec_list_changed, exec_find_record. */
bool
recall_orphans(struct state *state, const struct graph *g, exec_path_fn *call,
               void *ctx, struct error *err) EXEC_MUST_CHECK;
struct recall_run {
    const char *root;
    uint64_t run;
};
bool recall_changed(struct state *state, const struct recall_run *since,
                    exec_path_fn *call, void *ctx,
                    struct error *err) EXEC_MUST_CHECK;
bool
recall_record(struct state *state, const char *key, struct exec_record *record);

void recall_manifest(struct state *state, const char *key, struct buffer *out);

#endif
