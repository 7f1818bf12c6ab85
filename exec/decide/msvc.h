/* SPDX-License-Identifier: MIT */
/*
 * Inputs that a compiler tells among what it prints, a line each, as MSVC does
 * under /showIncludes. See spec/format/depfile.md.
 */
#ifndef EXEC_DECIDE_MSVC_H
#define EXEC_DECIDE_MSVC_H

#include "exec/base/buffer.h"

#define MSVC_PREFIX "Note: including file:"

/* True if the line (without its end) is meant for the build and not for a
 * person. A path that it names is added to the row, canonical, unless it lies
 * where the compiler is installed. */
bool msvc_take_line(const char *prefix, struct slice line, struct buffer *row);

#endif
