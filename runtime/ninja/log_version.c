/* SPDX-License-Identifier: MIT */
#include "runtime/ninja/log_version.h"

#include "runtime/ninja/build_log.h"

#include <assert.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Programs may be large; a ninja is not. */
#define NINJA_SIZE_MAX (64 << 20)

static bool
holds(const char *text, size_t len, const char *word)
{
    return memmem(text, len, word, strlen(word)) != NULL;
}

/* By what versions were the first to say: 6 came with other words about a log of
 * another version, 7 with the client of jobservers. */
int
log_version_of(const char *text, size_t len)
{
    if (!holds(text, len, "# ninja log v")) {
        return 0;
    }
    if (!holds(text, len, "too new; starting over")) {
        return 5;
    }
    return holds(text, len, "jobserver-auth") ? BUILD_LOG_NEWEST : 6;
}

/* 0 if it is none, or we are it. */
static int
version_in(const char *file, const struct stat *self)
{
    struct stat info;
    int version = 0;
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return 0;
    }
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0 &&
        info.st_size <= NINJA_SIZE_MAX &&
        (info.st_dev != self->st_dev || info.st_ino != self->st_ino)) {
        size_t size = (size_t)info.st_size;
        void *text = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (text != MAP_FAILED) {
            version = log_version_of(text, size);
            munmap(text, size);
        }
    }
    close(fd);
    return version;
}

int
log_version_wanted(const char *path)
{
    static const char *const names[] = {"ninja", "ninja-build"};
    struct stat self = {0};
    int version = 0;
    if (stat("/proc/self/exe", &self) != 0) {
        return BUILD_LOG_NEWEST;
    }
    for (const char *at = path; at != NULL && *at != '\0' && version == 0;) {
        size_t len = strcspn(at, ":");
        for (size_t i = 0; i < 2 && version == 0 && len > 0; i++) {
            char *file = mem_format("%.*s/%s", (int)len, at, names[i]);
            version = version_in(file, &self);
            free(file);
        }
        at += len + (at[len] == ':');
    }
    assert(version == 0 || version >= BUILD_LOG_OLDEST);
    return version == 0 ? BUILD_LOG_NEWEST : version;
}
