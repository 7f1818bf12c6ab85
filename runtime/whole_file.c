/* SPDX-License-Identifier: MIT */
/* See whole_file.h. */
#include "runtime/whole_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool
whole_file_holds(const char *path, struct slice bytes)
{
    FILE *stream = fopen(path, "re");
    if (stream == NULL) {
        return false;
    }
    char *now = mem_alloc(1, bytes.len + 1);
    bool same = fread(now, 1, bytes.len + 1, stream) == bytes.len &&
                memcmp(now, bytes.bytes, bytes.len) == 0;
    fclose(stream);
    free(now);
    return same;
}

/* A write may be cut short by a signal; that is no failure. */
static bool
write_all(int fd, struct slice bytes)
{
    for (size_t done = 0; done < bytes.len;) {
        ssize_t n = write(fd, bytes.bytes + done, bytes.len - done);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        done += n < 0 ? 0 : (size_t)n;
    }
    return true;
}

/* The mode of the file that is replaced, or that of new files. */
static mode_t
mode_of(const char *path)
{
    struct stat st;
    if (stat(path, &st) == 0) {
        return st.st_mode & 07777;
    }
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

static bool
replace_file(const char *path, struct slice bytes)
{
    char *temporary = mem_alloc(1, strlen(path) + sizeof(".XXXXXX"));
    sprintf(temporary, "%s.XXXXXX", path);
    int fd = mkstemp(temporary);
    bool done = fd >= 0 && fchmod(fd, mode_of(path)) == 0 &&
                write_all(fd, bytes) && fsync(fd) == 0;
    int errnum = errno;
    if (fd >= 0 && close(fd) != 0 && done) {
        errnum = errno;
        done = false;
    }
    if (done && rename(temporary, path) != 0) {
        errnum = errno;
        done = false;
    }
    if (!done && fd >= 0) {
        unlink(temporary);
    }
    free(temporary);
    errno = errnum;
    return done;
}

bool
whole_file_write(const char *path, struct slice bytes, struct error *err)
{
    char real[PATH_MAX];
    const char *target = realpath(path, real) == NULL ? path : real;
    return replace_file(target, bytes) ||
           error_set_errno(err, ERROR_CLASS_SYSTEM, errno, "cannot write %s",
                           path);
}
