/* SPDX-License-Identifier: MIT */
#include "exec/base/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Out of memory: says so and ends the program; half of a graph is none. */
static _Noreturn void
out_of_memory(void)
{
    static const char message[] =
        "ronin: out of memory: the system refused more\n";

    fputs(message, stderr);
    _Exit(MEM_EXIT_REFUSED);
}

void *
mem_alloc(size_t count, size_t item_size)
{
    void *items = calloc(count > 0 ? count : 1, item_size > 0 ? item_size : 1);

    if (items == NULL) {
        out_of_memory();
    }
    return items;
}

/* From here on the allocator maps fresh memory, which nobody has touched yet. */
#define LARGE_BYTES ((size_t)4 << 20)

/* The whole mapping, and not what is large in it: it could not be moved as one any
 * more. A refusal costs only time. */
void
mem_advise_whole(void *items, size_t count, size_t item_size)
{
    size_t len = count * item_size;
    if (len >= LARGE_BYTES) {
        size_t page = (size_t)sysconf(_SC_PAGESIZE);
        size_t before = (uintptr_t)items & (page - 1);
        (void)madvise((char *)items - before,
                      (before + len + page - 1) & ~(page - 1), MADV_HUGEPAGE);
    }
}

void *
mem_alloc_whole(size_t count, size_t item_size)
{
    void *items = mem_alloc(count, item_size);
    mem_advise_whole(items, count, item_size);
    return items;
}

void *
mem_resize(void *items, size_t count, size_t item_size)
{
    if (item_size > 0 && count > SIZE_MAX / item_size) {
        out_of_memory();
    }
    size_t size = count * item_size;
    void *resized = realloc(items, size > 0 ? size : 1);
    if (resized == NULL) {
        out_of_memory();
    }
    return resized;
}

char *
mem_copy(const char *bytes, size_t len)
{
    char *copy = mem_resize(NULL, len + 1, 1);

    if (len > 0) {
        memcpy(copy, bytes, len);
    }
    copy[len] = '\0';
    return copy;
}

char *
mem_copy_str(const char *text)
{
    return text != NULL ? mem_copy(text, strlen(text)) : NULL;
}

char *
mem_format(const char *format, ...)
{
    char *text = NULL;
    va_list args;

    va_start(args, format);
    int len = vasprintf(&text, format, args);
    va_end(args);
    if (len < 0) {
        out_of_memory();
    }
    return text;
}
