/* SPDX-License-Identifier: MIT */
/*
 * The copy is named after the file, so that one that a killed ronin left
 * behind is overwritten by the next, and nothing piles up.
 */
#include "exec/decide/keep.h"

#include "exec/backend/hash.h"
#include "exec/base/memory.h"
#include "exec/base/path.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* To the end of the file; errno tells what went wrong. */
static bool
copy_bytes(int from, int to)
{
    assert(from >= 0 && to >= 0);
    char buf[16384];
    while (true) {
        ssize_t got = read(from, buf, sizeof buf);
        if (got <= 0) {
            return got == 0;
        }
        for (ssize_t at = 0; at < got;) {
            ssize_t put = write(to, buf + at, (size_t)(got - at));
            if (put < 0) {
                return false;
            }
            at += put;
        }
    }
}

/* With mode and times, so that a file put back is not a new one. */
static bool
copy_file(const char *from, const char *to)
{
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out =
        in < 0 ? -1
               : open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                      0600);
    struct stat st;
    bool ok = out >= 0 && fstat(in, &st) == 0 && copy_bytes(in, out);
    if (ok) {
        struct timespec times[2] = {st.st_atim, st.st_mtim};
        ok = fchmod(out, st.st_mode & 07777) == 0 && futimens(out, times) == 0;
    }
    int code = errno;
    if (in >= 0) {
        close(in);
    }
    if (out >= 0) {
        close(out);
    }
    errno = code;
    return ok;
}

bool
keep_file(struct vec *list, const char *root, const char *dir, const char *path,
          struct error *err)
{
    assert(path && dir);
    char name[HASH_TEXT_SIZE];
    hash_to_text(hash_default()->bytes(path, strlen(path)), name);
    struct kept kept = {mem_copy_str(path), path_join(root, path),
                        mem_format("%s/keep-%s", dir, name)};
    vec_push(list, &kept);
    if (!copy_file(kept.file, kept.copy)) {
        return error_set_errno(err, ERROR_CLASS_STATE, errno,
                               "cannot put a copy of %s aside in %s", path,
                               dir);
    }
    return true;
}

/* The file was not touched since it was copied. */
static bool
is_same(const char *a, const char *b)
{
    struct stat x;
    struct stat y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_size == y.st_size &&
           x.st_mode == y.st_mode && x.st_mtim.tv_sec == y.st_mtim.tv_sec &&
           x.st_mtim.tv_nsec == y.st_mtim.tv_nsec;
}

void
keep_restore(struct vec *list, const char *path)
{
    assert(path);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct kept *kept = vec_at(list, i);
        if (strcmp(kept->path, path) == 0 && !is_same(kept->file, kept->copy) &&
            rename(kept->copy, kept->file) != 0) {
            /* Another file system, or a folder in the way. */
            (void)copy_file(kept->copy, kept->file);
        }
    }
}

void
keep_drop(struct vec *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        (void)unlink(((const struct kept *)vec_at(list, i))->copy);
    }
}

void
keep_finish(struct vec *list)
{
    assert(list->item_size == sizeof(struct kept));
    for (uint32_t i = 0; i < list->count; i++) {
        struct kept *kept = vec_at(list, i);
        free(kept->path);
        free(kept->file);
        free(kept->copy);
    }
    vec_finish(list);
}

void
keep_unplug(int root_fd, const char *path)
{
    struct stat st;
    assert(path[0] != '\0');
    if (fstatat(root_fd, path, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
        (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode))) {
        (void)unlinkat(root_fd, path, 0);
    }
}
