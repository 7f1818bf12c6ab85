/* SPDX-License-Identifier: MIT */
/*
 * Bytes: slices that look at them, buffers that grow. The bytes of a buffer
 * are always followed by a zero byte, so that they are also a C string.
 */
#ifndef EXEC_BASE_BUFFER_H
#define EXEC_BASE_BUFFER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* Bytes that somebody else owns; not always terminated. */
struct slice {
    const char *bytes;
    size_t len;
};

struct slice slice_of(const char *text);
bool slice_equal(struct slice a, struct slice b);
/* For rows of zero-terminated texts: takes the first text off the row. False
 * at its end. The text is zero-terminated. */
bool slice_next_text(struct slice *row, struct slice *text);

/* Starts as {0}; `bytes` is NULL until something is added. */
struct buffer {
    char *bytes;
    size_t len;
    size_t cap;
};

void buffer_add(struct buffer *buffer, const void *bytes, size_t len);
void buffer_add_char(struct buffer *buffer, char c);
void buffer_add_str(struct buffer *buffer, const char *text);
/* The text and its zero byte: how rows of texts are made. */
void buffer_add_text(struct buffer *buffer, const char *text);
void buffer_add_format(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void buffer_add_vformat(struct buffer *buffer, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
/* Room for so many more bytes, for the caller to write and add to `len`. */
char *buffer_reserve(struct buffer *buffer, size_t more);
/* Forgets what is behind len and keeps the memory. */
void buffer_truncate(struct buffer *buffer, size_t len);
/* The bytes as a C string, "" when there are none; owned by the buffer. */
const char *buffer_str(const struct buffer *buffer);
struct slice buffer_slice(const struct buffer *buffer);
/* Hands the bytes over (malloc'ed, terminated); the buffer is empty then. */
char *buffer_take(struct buffer *buffer);
void buffer_finish(struct buffer *buffer);

#endif
