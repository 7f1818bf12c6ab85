/* SPDX-License-Identifier: MIT */
/*
 * Folders that were made and checked once are remembered, so that the many
 * outputs of one folder cost one look each.
 */
#include "exec/run/disk.h"

#include "exec/base/memory.h"
#include "exec/base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Files to be removed are gathered up to this many. */
#define DOOMED_MAX 64

bool
disk_init(struct disk *disk, const char *root, bool allow_outside,
          struct error *err)
{
    *disk = (struct disk){.allow_outside = allow_outside};
    disk->root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    disk->root_real = realpath(root, NULL);
    if (disk->root_fd < 0 || disk->root_real == NULL) {
        int errnum = errno;
        disk_finish(disk);
        return error_set_errno(err, ERROR_CLASS_SYSTEM, errnum,
                               "cannot open the build root %s", root);
    }
    disk->root = mem_copy_str(root);
    disk->dirs = vec_of(sizeof(char *));
    return true;
}

static void
remove_doomed(struct disk *disk)
{
    struct slice row = buffer_slice(&disk->doomed);
    struct slice path;
    while (row.len > 0 && slice_next_text(&row, &path)) {
        (void)unlinkat(disk->root_fd, path.bytes, 0);
    }
    buffer_truncate(&disk->doomed, 0);
    disk->doomed_count = 0;
}

void
disk_remove_later(struct disk *disk, const char *path)
{
    buffer_add_text(&disk->doomed, path);
    if (++disk->doomed_count >= DOOMED_MAX) {
        remove_doomed(disk);
    }
}

void
disk_expect(struct disk *disk, const char *path)
{
    struct slice row = buffer_slice(&disk->doomed);
    struct slice doomed;
    while (row.len > 0 && slice_next_text(&row, &doomed)) {
        if (strcmp(doomed.bytes, path) == 0) {
            remove_doomed(disk);
            return;
        }
    }
}

void
disk_finish(struct disk *disk)
{
    remove_doomed(disk);
    buffer_finish(&disk->doomed);
    buffer_finish(&disk->made);
    if (disk->root_fd >= 0) {
        close(disk->root_fd);
    }
    char **dirs = disk->dirs.items;
    for (uint32_t i = 0; i < disk->dirs.count; i++) {
        free(dirs[i]);
    }
    vec_finish(&disk->dirs);
    table_finish(&disk->dir_table);
    free(disk->root);
    free(disk->root_real);
    *disk = (struct disk){.root_fd = -1};
}

/* --- Reading ------------------------------------------------------------------- */

/* The size is only a hint: /proc says 0, and files grow. */
static bool
read_fd(int fd, struct buffer *content, int *errnum)
{
    struct stat info;
    size_t more = 4096;
    size_t whole = 0;
    if (fstat(fd, &info) == 0 && info.st_size > 0) {
        whole = (size_t)info.st_size;
        more = whole + 1;
    }
    for (;;) {
        char *room = buffer_reserve(content, more);
        ssize_t len = read(fd, room, more);
        if (len > 0) {
            content->len += (size_t)len;
        }
        // There was room for more than it should have: that was all.
        if (len > 0 && ((size_t)len != whole || len == (ssize_t)more)) {
            whole = 0;
            more = more < 65536 ? 65536 : more;
        } else if (len >= 0) {
            buffer_truncate(content, content->len);
            return true;
        } else if (errno != EINTR) {
            *errnum = errno;
            return false;
        }
    }
}

bool
disk_read_written(struct disk *disk, const char *path, struct buffer *content,
                  bool *absent, struct error *err)
{
    int fd = openat(disk->root_fd, path, O_RDONLY | O_CLOEXEC);
    int errnum = errno;
    bool done = fd >= 0 && read_fd(fd, content, &errnum);
    *absent = fd < 0 && (errnum == ENOENT || errnum == ENOTDIR);
    if (fd >= 0) {
        close(fd);
    }
    if (!done) {
        error_set_errno(err, ERROR_CLASS_BUILD, errnum, "cannot read %s", path);
    }
    return done;
}

bool
disk_read(struct disk *disk, const char *path, struct buffer *content,
          struct error *err)
{
    bool absent;
    return disk_read_written(disk, path, content, &absent, err);
}

/* --- Writing ------------------------------------------------------------------- */

/* Whether a file of this size holds these bytes. */
static bool
holds(struct disk *disk, const char *path, struct slice content)
{
    struct buffer old = {0};
    struct error ignored = {0};
    bool same = disk_read(disk, path, &old, &ignored) &&
                slice_equal(buffer_slice(&old), content);
    error_finish(&ignored);
    buffer_finish(&old);
    return same;
}

/* All of it, however often the system takes only a part. */
static bool
write_fd(int fd, struct slice content)
{
    while (content.len > 0) {
        ssize_t len = write(fd, content.bytes, content.len);
        if (len > 0) {
            content.bytes += len;
            content.len -= (size_t)len;
        } else if (len < 0 && errno != EINTR) {
            return false;
        }
    }
    return true;
}

/* A name beside the file, which a killed run leaves behind at worst. */
static char *
temp_name(struct disk *disk, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash != NULL ? slash + 1 : path;
    return mem_format("%.*s.%.200s.%d-%u~", (int)(base - path), path, base,
                      (int)getpid(), disk->temp_count++);
}

/* Readers see the old file or the new one, never a half of one. */
static bool
replace(struct disk *disk, const char *path, struct slice content,
        const struct stat *old)
{
    char *temp = temp_name(disk, path);
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    int fd = openat(disk->root_fd, temp, flags, 0666);
    bool done = fd >= 0 && write_fd(fd, content);
    if (done && old != NULL) {
        done = fchmod(fd, old->st_mode & 07777) == 0;
    }
    if (fd >= 0) {
        done = close(fd) == 0 && done;
        done = done && renameat(disk->root_fd, temp, disk->root_fd, path) == 0;
        int errnum = errno;
        if (!done) {
            unlinkat(disk->root_fd, temp, 0);
        }
        errno = errnum;
    }
    free(temp);
    return done;
}

/* A device or a pipe is written to, not replaced. */
static bool
write_in_place(struct disk *disk, const char *path, struct slice content)
{
    int fd = openat(disk->root_fd, path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    bool done = write_fd(fd, content);
    int errnum = errno;
    close(fd);
    errno = errnum;
    return done;
}

bool
disk_write(struct disk *disk, const char *path, struct slice content,
           struct error *err)
{
    if (!disk_make_parent(disk, path, err)) {
        return false;
    }
    struct stat old;
    bool exists = fstatat(disk->root_fd, path, &old, 0) == 0;
    bool done;
    if (exists && !S_ISREG(old.st_mode) && !S_ISDIR(old.st_mode)) {
        done = write_in_place(disk, path, content);
    } else if (exists && old.st_size == (off_t)content.len &&
               holds(disk, path, content)) {
        done = true;
    } else {
        done = replace(disk, path, content, exists ? &old : NULL);
    }
    if (!done) {
        return error_set_errno(err, ERROR_CLASS_BUILD, errno, "cannot write %s",
                               path);
    }
    return true;
}

/* --- Folders ------------------------------------------------------------------------ */

/* The table keeps indexes of `dirs`. */
static struct slice
dir_key(const void *owner, uint32_t value)
{
    char *const *dir = vec_at(&((const struct disk *)owner)->dirs, value);
    return slice_of(*dir);
}

/* Makes one folder, and notes it. */
static bool
make_dir(struct disk *disk, const char *dir)
{
    if (mkdirat(disk->root_fd, dir, 0777) != 0) {
        return errno == EEXIST;
    }
    if (!path_is_outside(dir)) {
        buffer_add_text(&disk->made, dir);
    }
    return true;
}

/* Makes the folder and those above it, from the top. */
static bool
make_dirs(struct disk *disk, char *dir)
{
    if (make_dir(disk, dir)) {
        return true;
    }
    for (char *at = dir + 1; errno == ENOENT && *at != '\0'; at++) {
        if (*at != '/') {
            continue;
        }
        *at = '\0';
        bool done = make_dir(disk, dir);
        *at = '/';
        if (!done) {
            return false;
        }
        errno = ENOENT;
    }
    return make_dir(disk, dir);
}

/* Asks the file system, for the text of a path says nothing of links. */
static bool
is_inside(const struct disk *disk, const char *dir)
{
    char *path = path_join(disk->root, dir);
    char *real = realpath(path, NULL);
    free(path);
    size_t len = strlen(disk->root_real);
    bool inside = real != NULL && strncmp(real, disk->root_real, len) == 0 &&
                  (real[len] == '/' || real[len] == '\0' || len == 1);
    free(real);
    return inside;
}

/* Made first and checked then: realpath needs it to exist. */
static bool
make_and_check(struct disk *disk, char *dir, const char *path,
               struct error *err)
{
    if (!disk->allow_outside && path_is_outside(path)) {
        error_set(err, ERROR_CLASS_BUILD, "output %s is outside the build root",
                  path);
        error_set_help(err, "--allow-outside allows it");
        return false;
    }
    struct stat info;
    if (!make_dirs(disk, dir)) {
        return error_set_errno(err, ERROR_CLASS_BUILD, errno,
                               "cannot make the folder %s", dir);
    }
    if (fstatat(disk->root_fd, dir, &info, 0) != 0 || !S_ISDIR(info.st_mode)) {
        return error_set(err, ERROR_CLASS_BUILD,
                         "cannot make the folder %s: there is a file of that "
                         "name",
                         dir);
    }
    if (!disk->allow_outside && !is_inside(disk, dir)) {
        error_set(err, ERROR_CLASS_BUILD,
                  "output %s leads out of the build root, through a link",
                  path);
        error_set_help(err, "--allow-outside allows it");
        return false;
    }
    return true;
}

bool
disk_make_parent(struct disk *disk, const char *path, struct error *err)
{
    size_t len = path_dir_len(path, strlen(path));
    if (len == 0) {
        return true; // The root itself, or "/": both are there.
    }
    struct slice wanted = {path, len};
    uint32_t found = table_find(&disk->dir_table, dir_key, disk, wanted);
    char *dir = mem_copy(path, len);
    if (found != TABLE_NONE && faccessat(disk->root_fd, dir, F_OK, 0) == 0) {
        free(dir);
        return true;
    }
    if (!make_and_check(disk, dir, path, err)) {
        free(dir);
        return false;
    }
    if (found != TABLE_NONE) {
        free(dir);
        return true;
    }
    vec_push(&disk->dirs, &dir);
    table_find_or_add(&disk->dir_table, dir_key, disk, wanted,
                      disk->dirs.count - 1);
    return true;
}
