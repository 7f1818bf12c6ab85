/* SPDX-License-Identifier: MIT */
#include "exec/decide/msvc.h"

#include "exec/base/path.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static struct slice
skip(struct slice text, size_t len)
{
    assert(len <= text.len);
    return (struct slice){text.bytes + len, text.len - len};
}

static bool
ends_with(struct slice text, const char *end)
{
    size_t len = strlen(end);
    return text.len > len &&
           strncasecmp(text.bytes + text.len - len, end, len) == 0;
}

/* The compiler says which file it is at: one word, which is a source. */
static bool
is_echo(struct slice line)
{
    static const char *const ends[] = {".c", ".cc", ".cxx", ".cpp", ".c++"};
    for (size_t i = 0; i < line.len; i++) {
        if (strchr(" \t:;,'\"()", line.bytes[i]) != NULL) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        if (ends_with(line, ends[i])) {
            return true;
        }
    }
    return false;
}

/* What came with the compiler changes with it, and is not looked at. */
static bool
is_of_system(const char *path)
{
    return strcasestr(path, "program files") != NULL ||
           strcasestr(path, "microsoft visual studio") != NULL;
}

bool
msvc_take_line(const char *prefix, struct slice line, struct buffer *row)
{
    size_t prefix_len = strlen(prefix);
    if (line.len < prefix_len || memcmp(line.bytes, prefix, prefix_len) != 0) {
        return is_echo(line);
    }
    struct slice rest = skip(line, prefix_len);
    while (rest.len > 0 && rest.bytes[0] == ' ') {
        rest = skip(rest, 1); // so many as the file is deep
    }
    if (rest.len == 0 || memchr(rest.bytes, '\0', rest.len) != NULL) {
        return true;
    }
    struct buffer path = {0};
    buffer_add(&path, rest.bytes, rest.len);
    for (size_t i = 0; i < path.len; i++) {
        path.bytes[i] = path.bytes[i] == '\\' ? '/' : path.bytes[i];
    }
    buffer_truncate(&path, path_canonicalise(path.bytes, path.len));
    if (!is_of_system(buffer_str(&path))) {
        buffer_add_text(row, buffer_str(&path));
    }
    buffer_finish(&path);
    return true;
}
