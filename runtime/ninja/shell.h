/* SPDX-License-Identifier: MIT */
/*
 * Command lines of ninja files: text that a shell would read. Most have no
 * shell syntax but blanks and quotes, and running them without a shell means
 * the same at a third of the cost. See spec/build/ninja.md.
 */
#ifndef RUNTIME_NINJA_SHELL_H
#define RUNTIME_NINJA_SHELL_H

#include "exec/exec.h"

/* By byte: what means itself to a shell wherever it stands, so that ninja puts no
 * quotes around a path that has nothing else. */
extern const unsigned char ninja_harmless[256];

/*
 * Splits a command line into words, each ended by a zero byte, at the end of
 * `words`; *count of them. False when only a shell knows what the line means:
 * then the words are "/bin/sh", "-c" and the line. `:` and `true` around `&&`,
 * as CMake writes them, are left out.
 *
 * What is split means the same to every POSIX shell (2.2 Quoting, 2.6 Word
 * Expansions of its Shell Command Language), and to bash in that role.
 */
bool shell_split(struct slice line, struct buffer *words, uint32_t *count);

#endif
