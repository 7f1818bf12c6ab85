/* SPDX-License-Identifier: MIT */
#include "exec/base/buffer.h"

#include "exec/base/memory.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct slice
slice_of(const char *text)
{
    assert(text != NULL);
    return (struct slice){text, strlen(text)};
}

bool
slice_equal(struct slice a, struct slice b)
{
    return a.len == b.len &&
           (a.len == 0 || memcmp(a.bytes, b.bytes, a.len) == 0);
}

bool
slice_next_text(struct slice *row, struct slice *text)
{
    if (row->len == 0) {
        return false;
    }
    const char *end = memchr(row->bytes, '\0', row->len);
    assert(end != NULL);
    *text = (struct slice){row->bytes, (size_t)(end - row->bytes)};
    row->bytes = end + 1;
    row->len -= text->len + 1;
    return true;
}

char *
buffer_reserve(struct buffer *buffer, size_t more)
{
    size_t needed = buffer->len + more + 1;

    assert(needed > more);
    if (needed > buffer->cap) {
        size_t cap = buffer->cap < 64 ? 64 : buffer->cap * 2;
        buffer->cap = cap < needed ? needed : cap;
        buffer->bytes = mem_resize(buffer->bytes, buffer->cap, 1);
    }
    return buffer->bytes + buffer->len;
}

void
buffer_add(struct buffer *buffer, const void *bytes, size_t len)
{
    char *end = buffer_reserve(buffer, len);

    if (len > 0) {
        memcpy(end, bytes, len);
    }
    end[len] = '\0';
    buffer->len += len;
}

void
buffer_add_char(struct buffer *buffer, char c)
{
    char *end = buffer_reserve(buffer, 1);
    end[0] = c;
    end[1] = '\0';
    buffer->len++;
}

void
buffer_add_str(struct buffer *buffer, const char *text)
{
    buffer_add(buffer, text, strlen(text));
}

void
buffer_add_text(struct buffer *buffer, const char *text)
{
    buffer_add(buffer, text, strlen(text) + 1);
}

void
buffer_add_vformat(struct buffer *buffer, const char *format, va_list args)
{
    va_list again;

    assert(format != NULL);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    assert(len >= 0);
    char *end = buffer_reserve(buffer, (size_t)len);
    vsnprintf(end, (size_t)len + 1, format, again);
    va_end(again);
    buffer->len += (size_t)len;
}

void
buffer_add_format(struct buffer *buffer, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    buffer_add_vformat(buffer, format, args);
    va_end(args);
}

void
buffer_truncate(struct buffer *buffer, size_t len)
{
    assert(len <= buffer->len);
    buffer->len = len;
    if (buffer->bytes != NULL) {
        buffer->bytes[len] = '\0';
    }
}

const char *
buffer_str(const struct buffer *buffer)
{
    return buffer->bytes != NULL ? buffer->bytes : "";
}

struct slice
buffer_slice(const struct buffer *buffer)
{
    return (struct slice){buffer_str(buffer), buffer->len};
}

char *
buffer_take(struct buffer *buffer)
{
    char *bytes = buffer->bytes != NULL ? buffer->bytes : mem_copy("", 0);

    *buffer = (struct buffer){0};
    return bytes;
}

void
buffer_finish(struct buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct buffer){0};
}
