/* SPDX-License-Identifier: MIT */
/* What the state knows to be ours: outputs, and folders made for them. Part of
 * state.h. */
#ifndef EXEC_STATE_OURS_H
#define EXEC_STATE_OURS_H

#include "exec/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct state;

struct state_output {
    const char *path;
    const char *key; /* of the action that made it */
    uint32_t file;   /* its number, and that of its version */
    uint32_t version;
};
/* Calls back with each recorded output of this build file. */
typedef void state_output_fn(void *ctx, const struct state_output *output);
bool state_load_outputs(struct state *state, state_output_fn *call, void *ctx,
                        struct error *err) EXEC_MUST_CHECK;
/* The version must be stored. */
bool state_put_output(struct state *state, const struct state_output *output,
                      struct error *err) EXEC_MUST_CHECK;
/* Forgets an output; `removed`: it was deleted, which goes to the history. */
bool state_drop_output(struct state *state, const char *path, uint32_t file,
                       bool removed, struct error *err) EXEC_MUST_CHECK;
/* True if another build file of this root recorded the output. */
bool
state_output_is_foreign(struct state *state, const char *path, uint32_t file);
/* The folders that ronin made: noted, asked for and forgotten, by their paths
 * relative to the root. */
bool state_put_folder(struct state *state, const char *path,
                      struct error *err) EXEC_MUST_CHECK;
bool state_has_folder(struct state *state, const char *path);
bool state_drop_folder(struct state *state, const char *path,
                       struct error *err) EXEC_MUST_CHECK;

#endif
