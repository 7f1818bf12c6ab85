/* SPDX-License-Identifier: MIT */
/*
 * Which version of the build log a ninja reads. Every one drops what has another,
 * and builds all anew: so a log that we begin is one for the ninja that may come
 * after us. See spec/format/ninja-logs.md.
 */
#ifndef RUNTIME_NINJA_LOG_VERSION_H
#define RUNTIME_NINJA_LOG_VERSION_H

#include <stddef.h>

/* The version that a program with this text reads; 0 if it is no ninja. */
int log_version_of(const char *text, size_t len);
/* The version that the first ninja reads which is found in `path`, folders as PATH
 * has them, and is not this program; the newest if there is none. The programs are
 * looked into, not run. `path` may be NULL. */
int log_version_wanted(const char *path);

#endif
