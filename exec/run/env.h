/* SPDX-License-Identifier: MIT */
/*
 * The environment of a command: a small fixed base, the variables that its
 * action names, and what the step sets. Everything else is absent, unless the
 * action inherits all. See spec/build/action.md.
 */
#ifndef EXEC_RUN_ENV_H
#define EXEC_RUN_ENV_H

#include "exec/base/vec.h"
#include "exec/graph/graph.h"

/* The base, found once. */
struct env_base {
    struct vec entries; /* char *, "NAME=value", of our own environment */
    char *makeflags; /* "MAKEFLAGS=..." for the next command; NULL: as it is */
};

void env_base_init(struct env_base *base);
void env_base_finish(struct env_base *base);

/* "NAME=value" texts with a NULL at the end. Starts with the folder alone. */
struct env {
    const char *dir;    /* absolute: where the command runs */
    struct vec entries; /* char * */
    struct vec owned;   /* char *: those that were made here */
};

/* Fills it for one command of an action. What inherits everything also gets what
 * a shell would make right: PWD names the folder. */
void
env_make(struct env *env, const struct env_base *base, const struct graph *g,
         const struct action *action, const struct step *step);
char *const *env_array(const struct env *env);
/* The value of a variable in it, or NULL. */
const char *env_value(const struct env *env, const char *name);
void env_finish(struct env *env);

#endif
