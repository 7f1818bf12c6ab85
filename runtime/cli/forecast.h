/* SPDX-License-Identifier: MIT */
/*
 * What a build would do to one action now. Nothing is run and nothing is written.
 */
#ifndef RUNTIME_CLI_FORECAST_H
#define RUNTIME_CLI_FORECAST_H

#include "runtime/cli/asking.h"

struct forecast {
    struct asking *asking;
    struct action_id action;
    bool would_run;
    uint32_t before;           /* actions that would run, this one left out */
    int64_t expected_us;       /* of work, by how long all of them took last */
    struct exec_reason reason; /* the first of the action's; code NULL: there is
                                  none, as what it reads would be made first */
    char *fault;               /* why it cannot be told; NULL mostly */
};

/* Looks at the files that the action needs. The word is the target that a person
 * gave for it. To be finished in any case. */
bool
forecast_make(struct asking *asking, const char *word, struct action_id action,
              struct forecast *forecast, struct error *err) EXEC_MUST_CHECK;
/* The same; what goes wrong is only noted, as `fault`. */
void forecast_try(struct asking *asking, const char *word,
                  struct action_id action, struct forecast *forecast);
void forecast_finish(struct forecast *forecast);

#endif
