/* SPDX-License-Identifier: MIT */
/* The notes of an analysis (lint.h): gathered in any order, read by place. */
#ifndef INTERP_COMPILE_NOTES_H
#define INTERP_COMPILE_NOTES_H

#include "interp/data/note.h"

#include <stddef.h>
#include <stdint.h>

void notes_forget(void);

/* Adds a warning, unless it has no line. */
void notes_warn(enum note_kind kind, const struct error_place *place,
                const char *help, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Adds an error: what was or would be thrown. */
void notes_error(Value thrown);
uint32_t notes_error_count(void);

/* Sorted by place, each once; notes_at for numbers below the last count. */
uint32_t notes_count(void);
const struct note *notes_at(uint32_t index);

/* Room for one more item in an array of collected memory. */
void *notes_grow(void *items, uint32_t count, uint32_t *cap, size_t size);

#endif
