/* SPDX-License-Identifier: MIT */
/*
 * An arena: many small allocations that are freed together. Starts as {0}.
 */
#ifndef EXEC_BASE_ARENA_H
#define EXEC_BASE_ARENA_H

#include <stddef.h>

struct arena_chunk;

struct arena {
    struct arena_chunk *chunks; /* the newest first */
    size_t used;                /* of the newest */
};

/* Zeroed memory, aligned for everything, valid until arena_finish. */
void *
arena_alloc(struct arena *arena, size_t size) __attribute__((returns_nonnull));
/* A copy of the bytes with a zero byte after them. */
char *arena_copy(struct arena *arena, const char *bytes, size_t len);
/* Text made by a format. */
char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Frees everything; the arena is empty and usable afterwards. */
void arena_finish(struct arena *arena);

#endif
