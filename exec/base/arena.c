/* SPDX-License-Identifier: MIT */
#include "exec/base/arena.h"

#include "exec/base/memory.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A chunk is twice as large as the last one, between these two. */
#define CHUNK_SIZE ((size_t)64 * 1024)
#define CHUNK_SIZE_MAX ((size_t)16 * 1024 * 1024)
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
    struct arena_chunk *chunk = mem_alloc_whole(sizeof(*chunk) + cap, 1);

    chunk->cap = cap;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    arena->used = 0;
}

static size_t
next_cap(const struct arena *arena)
{
    if (arena->chunks == NULL) {
        return CHUNK_SIZE;
    }
    size_t twice = arena->chunks->cap * 2;
    return twice < CHUNK_SIZE_MAX ? twice : CHUNK_SIZE_MAX;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
    assert(size < SIZE_MAX / 2);
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (arena->chunks == NULL || arena->chunks->cap - arena->used < size) {
        size_t cap = next_cap(arena);
        add_chunk(arena, size > cap ? size : cap);
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
