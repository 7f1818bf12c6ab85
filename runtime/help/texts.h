/* SPDX-License-Identifier: MIT */
/*
 * Texts for people inside the executable: the chapters of spec/, so that
 * `ronin help` has them without a network, and the scripts of
 * `ronin completion`. texts.inc lists them.
 */
#ifndef RUNTIME_HELP_TEXTS_H
#define RUNTIME_HELP_TEXTS_H

#include "exec/exec.h"

struct help_text {
    const char *file; /* below the project: "spec/build/edges.md" */
    struct slice text;
};

/* The text of a file; false if it is none of ours. */
bool help_file(const char *file, struct help_text *text);
/* The chapter of a name such as "build/edges", or of its last part alone if
 * only one has that. */
bool help_chapter(const char *name, struct help_text *chapter);
/* The chapters by number; false behind the last. `name` and `title` are for a
 * list of them, malloc'ed. */
bool help_chapter_at(uint32_t index, char **name, char **title);

/* A chapter as a terminal shows it: without the marks of links and fences. */
void help_render(struct slice markdown, struct buffer *out);

#endif
