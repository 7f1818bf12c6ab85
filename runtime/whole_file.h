/* SPDX-License-Identifier: MIT */
/* Files that are written as a whole: whoever reads one finds the old bytes or
 * the new ones, also if we are killed meanwhile. */
#ifndef RUNTIME_WHOLE_FILE_H
#define RUNTIME_WHOLE_FILE_H

#include "exec/exec.h"

/* True if the file is there and holds just these bytes. */
bool whole_file_holds(const char *path, struct slice bytes);
/* Writes a file beside it and puts that in its place, with the mode of the old
 * one. Where a link leads is what is written. */
bool whole_file_write(const char *path, struct slice bytes,
                      struct error *err) EXEC_MUST_CHECK;

#endif
