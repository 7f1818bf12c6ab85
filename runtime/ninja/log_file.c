/* SPDX-License-Identifier: MIT */
/*
 * ninja itself takes no lock, and two ninjas in one folder spoil each other's
 * logs; its readers recover from that, and so do ours. The lock is for processes
 * of ours: a build appends while a configure step that it runs calls -t restat,
 * which puts another file in the place of the log. Whoever waited for the old
 * file's lock finds out by the inode, and opens the new one.
 */
#include "runtime/ninja/log_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* False with what could not be done to the file. */
static bool
fail(const struct log_file *file, const char *what, struct error *err)
{
    return error_set_errno(err, ERROR_CLASS_STATE, errno, "cannot %s %s", what,
                           file->path);
}

/* --- Opening ---------------------------------------------------------------------- */

/* The folders of the path, as far as they are not there; what cannot be made
 * shows when the file is opened. */
static void
make_folders(const char *path)
{
    char *folder = mem_copy_str(path);
    for (char *at = folder + 1; *folder != '\0' && *at != '\0'; at++) {
        if (*at == '/') {
            *at = '\0';
            (void)mkdir(folder, 0777);
            *at = '/';
        }
    }
    free(folder);
}

static int
open_path(const struct log_file *file, bool create)
{
    int flags = O_RDWR | O_APPEND | O_CLOEXEC;
    int fd = open(file->path, flags);
    if (fd < 0 && errno == ENOENT && create) {
        make_folders(file->path);
        fd = open(file->path, flags | O_CREAT, 0666);
    }
    return fd;
}

/* Waits for the lock; true if the path still means the file that was opened. */
static bool
is_locked(struct log_file *file)
{
    struct stat here;
    struct stat there;
    while (flock(file->fd, LOCK_EX) != 0) {
        if (errno != EINTR) {
            break; // A file system without locks: as careful as ninja then.
        }
    }
    if (fstat(file->fd, &here) != 0 || stat(file->path, &there) != 0 ||
        here.st_ino != there.st_ino || here.st_dev != there.st_dev) {
        return false;
    }
    file->inode = here.st_ino;
    file->size = (size_t)here.st_size;
    return true;
}

bool
log_file_lock(struct log_file *file, bool create, struct error *err)
{
    enum { TRIES = 100 };
    assert(file->path != NULL);
    for (int i = 0; i < TRIES; i++) {
        file->fd = open_path(file, create);
        if (file->fd < 0) {
            file->size = 0;
            return (errno == ENOENT && !create) || fail(file, "open", err);
        }
        if (is_locked(file)) {
            return true;
        }
        log_file_unlock(file);
    }
    errno = EAGAIN;
    return fail(file, "lock", err);
}

void
log_file_unlock(struct log_file *file)
{
    if (file->fd >= 0) {
        close(file->fd);
    }
    file->fd = -1;
}

/* --- Reading and writing -------------------------------------------------------------- */

bool
log_file_read(const struct log_file *file, size_t from, struct buffer *bytes,
              struct error *err)
{
    assert(file->fd >= 0);
    while (from < file->size) {
        size_t left = file->size - from;
        ssize_t len =
            pread(file->fd, buffer_reserve(bytes, left), left, (off_t)from);
        if (len < 0 && errno == EINTR) {
            continue;
        }
        if (len < 0) {
            return fail(file, "read", err);
        }
        if (len == 0) {
            break; // Cut off meanwhile.
        }
        bytes->len += (size_t)len;
        from += (size_t)len;
    }
    buffer_truncate(bytes, bytes->len);
    return true;
}

bool
log_file_load(struct log_file *file, struct buffer *bytes, struct error *err)
{
    struct stat st;
    file->inode = 0;
    file->size = 0;
    file->fd = open(file->path, O_RDONLY | O_CLOEXEC);
    if (file->fd < 0) {
        return errno == ENOENT || errno == ENOTDIR || fail(file, "open", err);
    }
    bool done = fstat(file->fd, &st) == 0 || fail(file, "look at", err);
    if (done) {
        file->inode = st.st_ino;
        file->size = (size_t)st.st_size;
        done = log_file_read(file, 0, bytes, err);
    }
    log_file_unlock(file);
    return done;
}

static bool
write_all(int fd, struct slice bytes)
{
    while (bytes.len > 0) {
        ssize_t len = write(fd, bytes.bytes, bytes.len);
        if (len < 0 && errno != EINTR) {
            return false;
        }
        if (len > 0) {
            bytes.bytes += len;
            bytes.len -= (size_t)len;
        }
    }
    return true;
}

bool
log_file_append(struct log_file *file, size_t at, struct slice bytes,
                struct error *err)
{
    assert(file->fd >= 0 && at <= file->size);
    if (at < file->size && ftruncate(file->fd, (off_t)at) != 0) {
        return fail(file, "truncate", err);
    }
    file->size = at;
    if (!write_all(file->fd, bytes)) {
        fail(file, "write", err);
        if (ftruncate(file->fd, (off_t)at) != 0) {
            file->size = 0; // Whoever reads it finds the end of what is whole.
        }
        return false;
    }
    file->size += bytes.len;
    return true;
}

bool
log_file_replace(struct log_file *file, struct slice bytes, struct error *err)
{
    assert(file->fd >= 0);
    char *name = mem_format("%s.ronin-%ld", file->path, (long)getpid());
    struct log_file fresh = {.path = file->path};
    struct stat st;
    fresh.fd =
        open(name, O_RDWR | O_APPEND | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool done = fresh.fd >= 0 && fstat(file->fd, &st) == 0;
    if (done) { // Built by root in the tree of another: it stays theirs.
        (void)!fchown(fresh.fd, st.st_uid, st.st_gid);
        (void)fchmod(fresh.fd, st.st_mode & 07777);
        (void)flock(fresh.fd, LOCK_EX);
    }
    done = done && write_all(fresh.fd, bytes) && rename(name, file->path) == 0;
    if (!done) {
        fail(file, "replace", err);
        (void)unlink(name);
        log_file_unlock(&fresh);
    } else {
        log_file_unlock(file);
        *file = fresh;
        file->size = bytes.len;
        file->inode = fstat(file->fd, &st) == 0 ? st.st_ino : 0;
    }
    free(name);
    return done;
}
