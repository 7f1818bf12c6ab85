/* SPDX-License-Identifier: MIT */
/* The kinds of progress, and which one suits where. */
#ifndef RUNTIME_PROGRESS_REGISTRY_H
#define RUNTIME_PROGRESS_REGISTRY_H

#include "runtime/progress/backend.h"

extern const struct progress_backend progress_bar;
extern const struct progress_backend progress_line;
extern const struct progress_backend progress_plain;
extern const struct progress_backend progress_json;
extern const struct progress_backend progress_github;
extern const struct progress_backend progress_none;

/* By name; NULL if there is none. */
const struct progress_backend *progress_find(const char *name);
/* "bar, line, ..." */
const char *progress_names(void);
/* What suits the options, the terminal and the environment. */
const struct progress_backend *
progress_choose(const struct progress_options *options);

#endif
