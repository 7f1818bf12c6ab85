/* SPDX-License-Identifier: MIT */
/*
 * Command lines of ninja files: text that a shell would read. Most have no
 * shell syntax but blanks and quotes, and running them without a shell means
 * the same at a third of the cost. See spec/build/ninja.md.
 */
#ifndef RUNTIME_NINJA_SHELL_H
#define RUNTIME_NINJA_SHELL_H

#include "exec/exec.h"

/* What means itself to a shell wherever it stands. ninja puts no quotes around a
 * path that has nothing else, though it does around one with a comma. */
enum shell_byte { SHELL_HARMLESS = 1, SHELL_UNQUOTED = 2 };

/* How many bytes at the front are all of this kind. */
size_t shell_harmless_len(struct slice text, enum shell_byte kind);

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

/* The same for one line after the other: what a line begins with like the one
 * before it is not split again. Starts with its vec, all else zero. */
struct shell_row {
    struct buffer words; /* of the last line, each ended by a zero byte */
    struct vec ends;     /* struct shell_end: of each word */
    struct buffer line;  /* as far as it was split; empty: a shell reads it */
};

/* How far a word reaches in its line, and in the row of words. */
struct shell_end {
    uint32_t in_line;
    uint32_t in_words;
};

struct shell_row shell_row_create(void);
void shell_row_finish(struct shell_row *row);
/* The words of the line take the place of those of the last one; the first *same
 * of them are what they were. */
void shell_row_next(struct shell_row *row, struct slice line, uint32_t *same);
/* A word, zero-terminated. */
struct slice shell_row_word(const struct shell_row *row, uint32_t index);

#endif
