/* SPDX-License-Identifier: MIT */
/*
 * What the terminal can do, and what the person wants of it: colours, and
 * lines that are drawn over.
 */
#ifndef RUNTIME_TERMINAL_H
#define RUNTIME_TERMINAL_H

#include "exec/exec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The word of --color: false if it is none of auto, always and never. */
bool terminal_set_color(const char *when);

/* Whether to write colours there. --color decides, then FORCE_COLOR, NO_COLOR,
 * CLICOLOR_FORCE, CLICOLOR, then whether it is a terminal. */
bool terminal_has_color(int fd);

/* A terminal on which a line can be drawn over. */
bool terminal_is_smart(int fd);

/* Its size; 80 columns and 24 rows when it does not say. */
uint32_t terminal_columns(int fd);
uint32_t terminal_rows(int fd);

/* How many of the bytes fit into so many columns, as Unicode tells the width of
 * characters. */
size_t terminal_fit(const char *bytes, size_t len, uint32_t columns);
/* Adds a text that takes at most so many columns: whole, or with an ellipsis in
 * its middle. Any thread may call it. */
void
terminal_add_elided(struct buffer *out, struct slice text, uint32_t columns);
/* Writes all of it, however often that takes; false if it cannot be. */
bool terminal_write(int fd, const char *bytes, size_t len);

/* Somebody draws on the terminal until NULL is set: called with true before
 * others print, and with false after it. */
void terminal_set_owner(void (*give)(bool give));
/* Around what is printed beside the progress of a build: errors, println. */
void terminal_take(void);
void terminal_give_back(void);

#endif
