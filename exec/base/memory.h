/* SPDX-License-Identifier: MIT */
/*
 * The one allocator of exec: plain memory, and out of memory ends the program
 * (there is nothing sensible left to do). What comes from here is freed with
 * free().
 */
#ifndef EXEC_BASE_MEMORY_H
#define EXEC_BASE_MEMORY_H

#include <stddef.h>

/* What the process ends with when there is no more memory. */
enum { MEM_EXIT_REFUSED = 4 };

/* Zeroed memory; never NULL, also for no bytes. */
void *mem_alloc(size_t count, size_t item_size)
    __attribute__((returns_nonnull, malloc));
/* The same for what is soon written from end to end: large memory comes in large
 * pages where the system has them, so that few faults are taken. */
void *mem_alloc_whole(size_t count, size_t item_size)
    __attribute__((returns_nonnull, malloc));
/* That is about to happen to what mem_alloc gave. */
void mem_advise_whole(void *items, size_t count, size_t item_size);
/* As realloc for an array; the new part is not zeroed. */
void *mem_resize(void *items, size_t count, size_t item_size)
    __attribute__((returns_nonnull));
/* A copy of the bytes with a zero byte after them. */
char *mem_copy(const char *bytes, size_t len) __attribute__((returns_nonnull));
/* A copy of a text; NULL stays NULL. */
char *mem_copy_str(const char *text);
/* Texts made by a format. */
char *mem_format(const char *format, ...)
    __attribute__((format(printf, 1, 2), returns_nonnull));

#endif
