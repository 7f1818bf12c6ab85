/* SPDX-License-Identifier: MIT */
/* `ronin version`. */
#include "runtime/cli/command.h"

static int
run(int argc, char **argv)
{
    struct options o;
    options_init(&o, &command_version, argc, argv);
    int id = options_next(&o);
    options_finish(&o);
    if (id == OPTION_STOP) {
        return o.status;
    }
    puts("ronin " RONIN_VERSION);
    return 0;
}

const struct command command_version = {
    .name = "version",
    .args = "",
    .summary = "Print the version.",
    .run = run,
};
