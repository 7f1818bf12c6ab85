/* SPDX-License-Identifier: MIT */
/*
 * Canonicalising goes through the components once and writes those that stay
 * over the same bytes. `floor` is the length of the part that no ".." can
 * take away: the root slash, or ".." components at the front.
 */
#include "exec/base/path.h"

#include "exec/base/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The canonical path so far; it is never behind what is still to be read. */
struct writer {
    char *path;
    size_t len;
    size_t floor;
};

static void
add_component(struct writer *w, const char *component, size_t len)
{
    if (w->len > 0 && w->path[w->len - 1] != '/') {
        w->path[w->len++] = '/';
    }
    memmove(w->path + w->len, component, len);
    w->len += len;
}

/* Goes one folder up: drops the last component, or adds a "..". */
static void
go_up(struct writer *w)
{
    if (w->len > w->floor) {
        while (w->len > w->floor && w->path[w->len - 1] != '/') {
            w->len--;
        }
        // The slash that separated it goes too; the one of the root stays.
        w->len -= w->len > w->floor;
    } else if (w->floor == 0 || w->path[w->floor - 1] != '/') {
        add_component(w, "..", 2);
        w->floor = w->len;
    }
}

size_t
path_canonicalise(char *path, size_t len)
{
    struct writer w = {path, 0, 0};
    size_t at = 0;

    if (len == 0) {
        return 0;
    }
    if (path[0] == '/') {
        w.len = w.floor = 1;
    }
    while (at < len) {
        const char *component = path + at;
        const char *slash = memchr(component, '/', len - at);
        size_t n = slash != NULL ? (size_t)(slash - component) : len - at;
        at += n + 1;
        if (n == 0 || (n == 1 && component[0] == '.')) {
            continue;
        }
        if (n == 2 && component[0] == '.' && component[1] == '.') {
            go_up(&w);
        } else {
            add_component(&w, component, n);
        }
    }
    if (w.len == 0) {
        path[w.len++] = '.';
    }
    assert(w.len <= len);
    return w.len;
}

bool
path_is_canonical(const char *path, size_t len)
{
    if (len == 0 || path[0] == '.' || path[len - 1] == '/') {
        return false;
    }
    const char *end = path + len;
    const char *at = path;
    while ((at = memchr(at, '/', (size_t)(end - at))) != NULL) {
        at++; // There is a byte behind every slash.
        if (*at == '/' || *at == '.') {
            return false;
        }
    }
    return true;
}

char *
path_canonical(const char *path, size_t len)
{
    char *copy = mem_copy(path, len);

    copy[path_canonicalise(copy, len)] = '\0';
    return copy;
}

char *
path_join(const char *base, const char *path)
{
    if (path[0] == '/' || base[0] == '\0') {
        return path_canonical(path, strlen(path));
    }
    char *joined = mem_format("%s/%s", base, path);
    joined[path_canonicalise(joined, strlen(joined))] = '\0';
    return joined;
}

bool
path_is_outside(const char *path)
{
    return path[0] == '/' ||
           (strncmp(path, "..", 2) == 0 && (path[2] == '/' || path[2] == 0));
}

/* How long the common part of two canonical paths is, in whole components. */
static size_t
common_len(const char *a, const char *b)
{
    size_t common = 0;
    size_t i = 0;

    for (; a[i] != '\0' && a[i] == b[i]; i++) {
        if (a[i] == '/') {
            common = i;
        }
    }
    bool a_ends = a[i] == '\0' || a[i] == '/';
    bool b_ends = b[i] == '\0' || b[i] == '/';
    return a_ends && b_ends ? i : common;
}

char *
path_relative(const char *base, const char *path)
{
    assert(base[0] == '/' && path[0] == '/');
    // The root alone ends in a slash; without it, it is like any other.
    const char *from = base[1] == '\0' ? "" : base;
    const char *to = path[1] == '\0' ? "" : path;
    size_t common = common_len(from, to);
    size_t ups = 0;

    for (const char *p = from + common; *p != '\0'; p++) {
        ups += *p == '/';
    }
    const char *rest = to + common;
    size_t rest_len = strlen(rest);
    char *relative = mem_alloc(ups * 3 + rest_len + 2, 1);
    for (size_t i = 0; i < ups; i++) {
        memcpy(relative + i * 3, "../", 3);
    }
    memcpy(relative + ups * 3, rest, rest_len);
    // An absolute rest is not meant: its slash goes.
    char *start = relative + ups * 3;
    if (start[0] == '/') {
        memmove(start, start + 1, rest_len);
        rest_len--;
    }
    size_t len = path_canonicalise(relative, ups * 3 + rest_len);
    if (len == 0) {
        relative[len++] = '.';
    }
    relative[len] = '\0';
    return relative;
}

size_t
path_dir_len(const char *path, size_t len)
{
    const char *slash = memrchr(path, '/', len);

    if (slash == NULL) {
        return 0;
    }
    return slash == path ? 1 : (size_t)(slash - path);
}

bool
path_share_dir(const char *a, const char *b)
{
    size_t len = path_dir_len(a, strlen(a));
    return len == path_dir_len(b, strlen(b)) && memcmp(a, b, len) == 0;
}
