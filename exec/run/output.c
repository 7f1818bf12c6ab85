/* SPDX-License-Identifier: MIT */
/*
 * The file has no name (O_TMPFILE, else unlinked at once), so that nothing is
 * left behind whatever happens.
 */
#include "exec/run/output.h"

#include "exec/base/memory.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Some file systems know no files without a name. */
static int
open_unnamed(const char *dir)
{
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
        char *path = mem_format("%s/output-XXXXXX", dir);
        fd = mkostemp(path, O_CLOEXEC);
        if (fd >= 0) {
            unlink(path);
        }
        free(path);
    }
    return fd;
}

/* What could not be written is lost; what came before is not. */
static void
write_all(struct output *output, const char *bytes, size_t len)
{
    while (len > 0 && output->write_errno == 0) {
        ssize_t written = write(output->fd, bytes, len);
        if (written < 0 && errno != EINTR) {
            output->write_errno = errno;
        } else if (written > 0) {
            bytes += written;
            len -= (size_t)written;
            output->len += (size_t)written;
        }
    }
}

/* Moves what is in memory to a file. Where there is no file, what more comes is
 * lost, and write_errno tells why. */
static void
spill(struct output *output, const char *dir)
{
    int fd = open_unnamed(dir);
    if (fd < 0) {
        output->write_errno = errno;
        return;
    }
    output->fd = fd;
    output->len = 0;
    write_all(output, output->memory.bytes, output->memory.len);
    buffer_finish(&output->memory);
}

/* It grows: what was looked at before is not all any more. */
static void
output_unmap(struct output *output)
{
    if (output->mapped != NULL) {
        munmap(output->mapped, output->mapped_len);
        output->mapped = NULL;
    }
}

void
output_add(struct output *output, const char *dir, const char *bytes,
           size_t len)
{
    output_unmap(output);
    if (output->fd < 0 && output->write_errno == 0 &&
        output->memory.len + len > OUTPUT_MEMORY_MAX) {
        spill(output, dir);
    }
    if (output->write_errno != 0) {
        return;
    }
    if (output->fd >= 0) {
        write_all(output, bytes, len);
    } else {
        buffer_add(&output->memory, bytes, len);
        output->len = output->memory.len;
    }
}

struct slice
output_view(struct output *output)
{
    if (output->fd < 0) {
        return (struct slice){buffer_str(&output->memory), output->memory.len};
    }
    size_t len = (size_t)output->len;
    if (output->mapped == NULL && len > 0) {
        void *mapped = mmap(NULL, len, PROT_READ, MAP_PRIVATE, output->fd, 0);
        if (mapped == MAP_FAILED) {
            return (struct slice){"", 0};
        }
        output->mapped = mapped;
        output->mapped_len = len;
    }
    return (struct slice){output->mapped, len};
}

struct slice
output_tail(struct output *output, size_t len_max)
{
    struct slice all = output_view(output);
    if (all.len <= len_max) {
        return all;
    }
    struct slice tail = {all.bytes + (all.len - len_max), len_max};
    const char *newline = memchr(tail.bytes, '\n', tail.len);
    if (newline != NULL && newline + 1 < tail.bytes + tail.len) {
        tail.len -= (size_t)(newline + 1 - tail.bytes);
        tail.bytes = newline + 1;
    }
    return tail;
}

bool
output_keep(struct output *output, const char *dir, const char *name)
{
    if (output->fd < 0) {
        return false;
    }
    char from[64];
    char *folder = mem_format("%s/output", dir);
    char *path = mem_format("%s/%s.log", folder, name);
    snprintf(from, sizeof(from), "/proc/self/fd/%d", output->fd);
    (void)mkdir(folder, 0777);
    (void)unlink(path);
    bool kept = linkat(AT_FDCWD, from, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0;
    if (kept) {
        free(output->path);
        output->path = path;
    } else {
        free(path);
    }
    free(folder);
    return kept;
}

void
output_finish(struct output *output)
{
    output_unmap(output);
    if (output->fd >= 0) {
        close(output->fd);
    }
    buffer_finish(&output->memory);
    free(output->path);
    *output = (struct output){.fd = -1};
}
