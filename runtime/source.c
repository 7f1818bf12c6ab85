/* SPDX-License-Identifier: MIT */
/* See source.h. The library is embedded by embed.S, one pair of symbols a
 * file. */
#include "runtime/source.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIBRARY(name)                          \
    extern const char stdlib_##name##_start[]; \
    extern const char stdlib_##name##_end[];
#include "runtime/library.inc"
#undef LIBRARY

static const struct library {
    const char *path;
    const char *file;
    const char *start;
    const char *end;
} libraries[] = {
#define LIBRARY(name)                                        \
    {#name, "stdlib/" #name ".magma", stdlib_##name##_start, \
     stdlib_##name##_end},
#include "runtime/library.inc"
#undef LIBRARY
};

bool
source_builtin(const char *path, struct slice *text, const char **file)
{
    if (strncmp(path, "clojure/", 8) == 0) {
        path += 8;
    }
    for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++) {
        if (strcmp(libraries[i].path, path) == 0) {
            text->bytes = libraries[i].start;
            text->len = (size_t)(libraries[i].end - libraries[i].start);
            *file = libraries[i].file;
            return true;
        }
    }
    return false;
}

/* Reads until the end; files such as pipes have no size to trust. */
static bool
read_all(int fd, char **bytes, size_t *len)
{
    size_t cap = 64 * 1024;
    struct stat st;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
        cap = (size_t)st.st_size + 1;
    }
    char *buf = mem_alloc(1, cap + 1);
    size_t used = 0;
    for (;;) {
        ssize_t n = read(fd, buf + used, cap - used);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            free(buf);
            return false;
        }
        if (n == 0) {
            break;
        }
        used += (size_t)n;
        if (used == cap) {
            cap *= 2;
            buf = mem_resize(buf, cap + 1, 1);
        }
    }
    buf[used] = 0;
    *bytes = buf;
    *len = used;
    return true;
}

/* --- Texts instead of files ------------------------------------------------------- */

struct overlay {
    char *path;
    char *bytes;
    size_t len;
};

static struct vec overlays = {.item_size = sizeof(struct overlay)};

void
source_overlay_add(const char *path, const char *bytes, size_t len)
{
    assert(path[0] == '/');
    struct overlay overlay = {mem_copy_str(path), mem_alloc(1, len + 1), len};
    memcpy(overlay.bytes, bytes, len);
    overlay.bytes[len] = 0;
    vec_push(&overlays, &overlay);
}

uint32_t
source_overlay_count(void)
{
    return overlays.count;
}

void
source_overlay_drop(uint32_t count)
{
    while (overlays.count > count) {
        struct overlay *overlay = vec_pop(&overlays);
        free(overlay->path);
        free(overlay->bytes);
    }
}

/* The newest text of a path, as seen from the working folder; or NULL. */
static const struct overlay *
overlay_find(const char *path)
{
    char *here = overlays.count == 0 ? NULL : getcwd(NULL, 0);
    if (here == NULL) {
        return NULL;
    }
    char *absolute = path_join(here, path);
    const struct overlay *found = NULL;
    for (uint32_t i = overlays.count; found == NULL && i > 0; i--) {
        const struct overlay *overlay = vec_at(&overlays, i - 1);
        found = strcmp(overlay->path, absolute) == 0 ? overlay : NULL;
    }
    free(absolute);
    free(here);
    return found;
}

int
source_exists(const char *path)
{
    struct stat st;
    if (overlay_find(path) != NULL) {
        return 1;
    }
    return stat(path, &st) != 0 ? 0 : S_ISDIR(st.st_mode) ? 2 : 1;
}

bool
source_read_file(const char *path, char **bytes, size_t *len, struct error *err)
{
    const struct overlay *overlay = overlay_find(path);
    if (overlay != NULL) {
        *bytes = mem_alloc(1, overlay->len + 1);
        memcpy(*bytes, overlay->bytes, overlay->len + 1);
        *len = overlay->len;
        return true;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return error_set_errno(err, ERROR_CLASS_GRAPH, errno, "cannot read %s",
                               path);
    }
    bool done = read_all(fd, bytes, len);
    int errnum = errno;
    close(fd);
    if (!done) {
        return error_set_errno(err, ERROR_CLASS_GRAPH, errnum, "cannot read %s",
                               path);
    }
    return true;
}

/* --- What graphs are made of -------------------------------------------------------- */

/* A text that was read: a graph made of it holds as long as the file does not
 * differ from that, whatever else happened to it meanwhile. */
struct text {
    char *path;
    struct hash128 hash;
};

static struct vec texts = {.item_size = sizeof(struct text)};
static struct table texts_by_path;

static struct slice
text_path(const void *owner, uint32_t index)
{
    return slice_of(((const struct text *)vec_at(owner, index))->path);
}

static void
note_text(const char *path, const char *bytes, size_t len)
{
    uint32_t index = table_find_or_add(&texts_by_path, text_path, &texts,
                                       slice_of(path), texts.count);
    if (index == texts.count) {
        struct text text = {.path = mem_copy_str(path)};
        vec_push(&texts, &text);
    }
    struct text *text = vec_at(&texts, index);
    text->hash = hash_default()->bytes(bytes, len);
}

struct hash128
source_read_hash(const char *path)
{
    uint32_t index =
        table_find(&texts_by_path, text_path, &texts, slice_of(path));
    return index == TABLE_NONE ? (struct hash128){0, 0}
                               : ((struct text *)vec_at(&texts, index))->hash;
}

bool
source_read_for_graph(const char *path, char **bytes, size_t *len,
                      struct error *err)
{
    if (!source_read_file(path, bytes, len, err)) {
        return false;
    }
    note_text(path, *bytes, *len);
    return true;
}
