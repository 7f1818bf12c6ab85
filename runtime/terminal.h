/* SPDX-License-Identifier: MIT */
/*
 * What the terminal can do, and what the person wants of it: colours, and
 * lines that are drawn over.
 */
#ifndef RUNTIME_TERMINAL_H
#define RUNTIME_TERMINAL_H

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

/* Its width; 80 when it does not say. */
uint32_t terminal_columns(int fd);

/* How many of the bytes fit into so many columns. Characters from U+1100 on
 * count as two: too much for some of them, which only cuts earlier. */
size_t terminal_fit(const char *bytes, size_t len, uint32_t columns);

#endif
