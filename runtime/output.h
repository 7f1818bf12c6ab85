/* SPDX-License-Identifier: MIT */
/*
 * How a person sees what an action printed: whole lines, harmless to the
 * terminal, and of a very long output the beginning and the end.
 * See spec/build/output.md.
 */
#ifndef RUNTIME_OUTPUT_H
#define RUNTIME_OUTPUT_H

#include "exec/exec.h"

#include <stdio.h>

/* How much of it may reach where it is shown. */
struct output_style {
    bool color; /* colour sequences stay */
    bool raw;   /* all of it, as it is: at the risk of who asked for it */
};

/* Shows what the event has to show, without what was shown before; ends with a
 * newline if it shows anything. */
void output_show(FILE *out, const struct exec_event *event,
                 const struct output_style *style);

/* The first line that speaks of an error, else the last one that says
 * anything; looked for at both ends only. */
struct slice output_telling_line(const char *bytes, size_t len);

#endif
