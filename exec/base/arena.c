/* SPDX-License-Identifier: MIT */
#include "exec/base/arena.h"

#include "exec/base/memory.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE ((size_t)64 * 1024)
#define ALIGNMENT _Alignof(max_align_t)

struct arena_chunk {
    struct arena_chunk *next;
    size_t cap;
    _Alignas(max_align_t) char bytes[];
};

/* A chunk in front of the others. Zeroed, so that allocating need not be. */
static void
add_chunk(struct arena *arena, size_t cap)
{
    struct arena_chunk *chunk = mem_alloc(1, sizeof(*chunk) + cap);

    chunk->cap = cap;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    arena->used = 0;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
    assert(size < SIZE_MAX / 2);
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (arena->chunks == NULL || arena->chunks->cap - arena->used < size) {
        add_chunk(arena, size > CHUNK_SIZE ? size : CHUNK_SIZE);
    }
    void *bytes = arena->chunks->bytes + arena->used;
    arena->used += size;
    return bytes;
}

char *
arena_copy(struct arena *arena, const char *bytes, size_t len)
{
    char *copy = arena_alloc(arena, len + 1);

    if (len > 0) {
        memcpy(copy, bytes, len);
    }
    return copy;
}

char *
arena_format(struct arena *arena, const char *format, ...)
{
    va_list args;

    assert(format != NULL);
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    assert(len >= 0);
    char *text = arena_alloc(arena, (size_t)len + 1);
    va_start(args, format);
    vsnprintf(text, (size_t)len + 1, format, args);
    va_end(args);
    return text;
}

void
arena_finish(struct arena *arena)
{
    struct arena_chunk *chunk = arena->chunks;

    while (chunk != NULL) {
        struct arena_chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    *arena = (struct arena){0};
}
