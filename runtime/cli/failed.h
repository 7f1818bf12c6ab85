/* SPDX-License-Identifier: MIT */
/* What `ronin build --failed` builds. */
#ifndef RUNTIME_CLI_FAILED_H
#define RUNTIME_CLI_FAILED_H

#include "runtime/session.h"

/* Adds the target words (malloc'ed char *, as seen from the root) of actions of
 * the graph that failed when they ran last. */
bool failed_targets(struct session *session, struct vec *words,
                    struct error *err) EXEC_MUST_CHECK;

#endif
