/* SPDX-License-Identifier: MIT */
/*
 * The words for actions, reasons and times that people see, the same in the
 * progress, in `why` and in the event stream.
 */
#ifndef RUNTIME_DESCRIBE_H
#define RUNTIME_DESCRIBE_H

#include "exec/exec.h"

#include <stdint.h>

/* What an action is called: its first output, its name, or where it stands. */
void describe_name(struct buffer *out, const struct graph *g,
                   struct action_id action);

/* What it does, on one line: its description, else its commands as they could
 * be typed into a shell, else what its steps do. `full`: the commands. */
void describe_action(struct buffer *out, const struct graph *g,
                     struct action_id action, bool full);

/* All of its commands, one a line, each with two blanks before it. */
void describe_commands(struct buffer *out, const struct graph *g,
                       struct action_id action);

/* One command as a shell in the build root takes it:
 * (cd DIR && env NAME=VALUE ... program args) <in >out. With its action, a line
 * of a ninja file stays as it is; with NULL its words are quoted like others. */
void describe_step(struct buffer *out, const struct graph *g,
                   const struct action *action, const struct step *step);

/* All of its commands as a shell would take them, joined by &&, with folder,
 * variables and redirections. False if it runs none. */
bool describe_shell(struct buffer *out, const struct graph *g,
                    struct action_id action);

/* "build.magma:57", or nothing when it is not known. */
void describe_place(struct buffer *out, const struct graph *g,
                    const struct place *place);

/* "src/a.h changed", "it was never built" ... */
void describe_reason(struct buffer *out, const struct exec_reason *reason);

/* "38 ms", "1.20 s", "2:05". */
void describe_duration(struct buffer *out, int64_t duration_us);

/* One argument quoted for a shell, if it must be. */
void describe_word(struct buffer *out, struct slice word);

#endif
