/* SPDX-License-Identifier: MIT */
/* The verbs that are queries: query itself, and those with a query and a format
 * of their own. */
#ifndef RUNTIME_CLI_QUERY_H
#define RUNTIME_CLI_QUERY_H

#include "runtime/cli/command.h"

struct query_preset {
    const char *format;
    const char *query; /* where no words say another; NULL: words must */
};

/* Runs a verb of this kind; the exit status. */
int query_run(const struct command *command, int argc, char **argv,
              const struct query_preset *preset);

#endif
