/* SPDX-License-Identifier: MIT */
/*
 * See registry.h. A person at a terminal gets a bar, a service that builds gets
 * few lines without anything that is drawn over, and a pipe or a file gets a
 * line for each action: see spec/decisions/009.
 */
#include "runtime/progress/registry.h"

#include "runtime/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct progress_backend *const backends[] = {
    &progress_bar,  &progress_line,   &progress_plain,
    &progress_json, &progress_github, &progress_none,
};

const struct progress_backend *
progress_find(const char *name)
{
    for (size_t i = 0; i < sizeof(backends) / sizeof(backends[0]); i++) {
        if (strcmp(backends[i]->name, name) == 0) {
            return backends[i];
        }
    }
    return NULL;
}

const char *
progress_names(void)
{
    return "auto, bar, line, plain, json, github or none";
}

/* Set, and not to something that means no. */
static bool
env_says_yes(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != 0 && strcmp(value, "0") != 0 &&
           strcmp(value, "false") != 0;
}

const struct progress_backend *
progress_choose(const struct progress_options *options)
{
    if (options->kind != NULL && strcmp(options->kind, "auto") != 0) {
        return progress_find(options->kind);
    }
    if (options->quiet) {
        return &progress_none;
    }
    if (env_says_yes("GITHUB_ACTIONS")) {
        return &progress_github;
    }
    if (env_says_yes("CI")) {
        return &progress_plain;
    }
    // Whoever wants to see each command, or wrote a format, wants lines.
    bool lines =
        options->verbose || options->dry_run || getenv("RONIN_STATUS") != NULL;
    return !lines && terminal_is_smart(STDOUT_FILENO) ? &progress_bar
                                                      : &progress_line;
}
