/* SPDX-License-Identifier: MIT */
/*
 * The formats of status lines, those of ninja: letters behind a percent sign
 * (NINJA_STATUS, RONIN_STATUS) and names behind a dollar sign (--status). One
 * table has both, so that neither can do what the other cannot.
 * See spec/build/output.md.
 */
#ifndef RUNTIME_PLACEHOLDER_H
#define RUNTIME_PLACEHOLDER_H

#include "exec/exec.h"

#include <stdbool.h>

/* How fast things end by now: a window over the last of them. */
#define RATE_WINDOW 16
struct rate {
    int64_t ends_us[RATE_WINDOW];
    uint32_t count; /* of all that ended */
};
void rate_add(struct rate *rate, int64_t time_us);

/* What a status line can tell. */
struct status_numbers {
    uint32_t started;
    uint32_t finished;
    uint32_t ending; /* of the finished ones, those that are told as running */
    uint32_t total;
    bool at_least;   /* the total may still grow: it is told as "≥ N" */
    int64_t time_us; /* since the build began */
    int64_t left_us; /* expected; -1: nothing to tell it by */
    const struct rate *rate;
    struct slice description; /* only for $description */
};

/* Adds the format with its letters filled in; one that is not known stays. */
void placeholder_add_letters(struct buffer *out, const char *format,
                             const struct status_numbers *numbers);
/* True if all letters of a format are known; else *bad is the first that is not
 * (0 for a percent sign at the end). */
bool placeholder_letters_known(const char *format, char *bad);

/* The same for $name, ${name} and $$. */
void placeholder_add_names(struct buffer *out, const char *format,
                           const struct status_numbers *numbers);
bool placeholder_names_known(const char *format, struct slice *bad);

#endif
