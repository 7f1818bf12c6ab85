/* SPDX-License-Identifier: MIT */
/*
 * The build with nothing to do: where a proof (exec/decide/proof.h) of an
 * earlier run holds, the build is told as if everything had been judged, and
 * nothing is loaded or written.
 */
#ifndef EXEC_RUN_SHORTCUT_H
#define EXEC_RUN_SHORTCUT_H

#include "exec/run/build.h"
#include "exec/run/pass.h"

/* True if that was all there was to do: then the result is filled in and the
 * events have been sent. */
bool shortcut_take(const struct build_base *base, const struct graph *graph,
                   const struct exec_build *build, struct exec_result *result);

/* After a build that was done and committed: keeps a proof for the next one
 * if this one found everything up to date. */
void shortcut_keep(const struct build_base *base, const struct judge *judge,
                   const struct pass *pass, const struct exec_build *build,
                   const struct exec_result *result);

#endif
