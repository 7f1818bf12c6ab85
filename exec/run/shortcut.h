/* SPDX-License-Identifier: MIT */
/*
 * What the index of the last run (exec/decide/index.h) spares this one: if
 * nothing that is wanted can have changed, the build is told as if everything
 * had been judged, and nothing is loaded or written; else those actions that are
 * known to be clean are settled beforehand.
 */
#ifndef EXEC_RUN_SHORTCUT_H
#define EXEC_RUN_SHORTCUT_H

#include "exec/decide/survey.h"
#include "exec/run/build.h"
#include "exec/run/pass.h"

/* Starts as {0}. */
struct shortcut {
    uint64_t graph; /* serial number of that which it is about; 0: none yet */
    struct index index;        /* map NULL: there is none */
    struct surveyor *surveyor; /* it still looks, and actions may be begun */
    struct survey survey;
};

/* Looks at everything, unless it has for this graph. True if that was all there
 * was to do: then the result is filled in and the events have been sent. False,
 * too, as soon as something is known that can be begun: then there is a surveyor. */
bool shortcut_take(struct shortcut *shortcut, const struct build_base *base,
                   struct graph *graph, const struct exec_build *build,
                   struct exec_result *result);
/* Waits for the surveyor, if there is one, and takes over what it found. */
void shortcut_look_to_end(struct shortcut *shortcut);
/* By action: those that are known to be clean by now; NULL if that is not known. */
const uint8_t *shortcut_settled(const struct shortcut *shortcut);
/* True if so few are to be judged that not all rows need to be loaded. */
bool shortcut_is_small(const struct shortcut *shortcut);
/* True if nothing can have been left by an earlier graph. */
bool shortcut_orphans_done(const struct shortcut *shortcut);
/* The database turned out not to be what the index was made from. */
void shortcut_drop(struct shortcut *shortcut);

/* What a build knows when it has been committed. */
struct shortcut_end {
    struct judge *judge;
    const struct pass *pass;
    bool done; /* all that was wanted */
    bool orphans_done;
    uint32_t warnings; /* as exec_result has them */
};
/* Keeps an index for the next build. */
void
shortcut_keep(struct shortcut *shortcut, const struct build_base *base,
              const struct exec_build *build, const struct shortcut_end *end);

#endif
