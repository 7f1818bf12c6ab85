/* SPDX-License-Identifier: MIT */
/*
 * Loaded before ronin (LD_PRELOAD), counts the calls by which it changes or reads
 * the world, and lets the Nth of them go wrong: FAULT=N:KIND, where KIND is KILL
 * or INT (a signal to ronin, before the call), EIO, ENOSPC or EINTR (the call
 * fails), or SHORT (a write writes half). Every state that a kill can leave on
 * disk lies between two of these calls. Only the process that FAULT was given
 * to counts: its guard and its commands do not.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long left = -1;
static char kind[16];
static pid_t owner;

__attribute__((constructor)) static void
start(void)
{
    const char *text = getenv("FAULT");
    const char *colon = text != NULL ? strchr(text, ':') : NULL;
    if (colon != NULL) {
        owner = getpid();
        strncpy(kind, colon + 1, sizeof(kind) - 1);
        atomic_store(&left, atol(text));
        unsetenv("FAULT");
        unsetenv("LD_PRELOAD");
    }
}

/* What kind of call it is: a disk that is full fails no read. */
enum call { READS, WRITES, OTHER };

/* True if this call is to go wrong; errno is set then. */
static bool
fails(enum call call)
{
    bool may_interrupt = call != OTHER;
    if (atomic_load(&left) < 0 || getpid() != owner ||
        (strcmp(kind, "ENOSPC") == 0 && call == READS) ||
        atomic_fetch_sub(&left, 1) != 0) {
        return false;
    }
    if (getenv("FAULT_TELL") != NULL) {
        abort();
    }
    if (strcmp(kind, "KILL") == 0) {
        kill(owner, SIGKILL);
    } else if (strcmp(kind, "INT") == 0) {
        kill(owner, SIGINT);
    } else if (strcmp(kind, "EIO") == 0) {
        errno = EIO;
        return true;
    } else if (strcmp(kind, "ENOSPC") == 0) {
        errno = ENOSPC;
        return true;
    } else if (strcmp(kind, "EINTR") == 0) {
        errno = EINTR;
        return may_interrupt;
    } else if (strcmp(kind, "SHORT") == 0) {
        errno = 0;
        return may_interrupt;
    }
    return false;
}

/* Pipes and terminals do not fail like disks. */
static bool
is_file(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
/* Declared in no header under this name. */
#define WRITE_LIKE(name, call, params, half, whole)   \
    ssize_t name params                               \
    {                                                 \
        if (is_file(fd) && fails(call)) {             \
            return errno == 0 ? NEXT(name) half : -1; \
        }                                             \
        return NEXT(name) whole;                      \
    }
#define CALL(type, name, params, args)                    \
    type name params                                      \
    {                                                     \
        return fails(OTHER) ? (type)-1 : NEXT(name) args; \
    }

WRITE_LIKE(write, WRITES, (int fd, const void *buf, size_t n),
           (fd, buf, (n + 1) / 2), (fd, buf, n))
WRITE_LIKE(pwrite, WRITES, (int fd, const void *buf, size_t n, off_t at),
           (fd, buf, (n + 1) / 2, at), (fd, buf, n, at))
WRITE_LIKE(pwrite64, WRITES, (int fd, const void *buf, size_t n, off64_t at),
           (fd, buf, (n + 1) / 2, at), (fd, buf, n, at))
WRITE_LIKE(read, READS, (int fd, void *buf, size_t n), (fd, buf, (n + 1) / 2),
           (fd, buf, n))
WRITE_LIKE(pread, READS, (int fd, void *buf, size_t n, off_t at),
           (fd, buf, (n + 1) / 2, at), (fd, buf, n, at))
WRITE_LIKE(pread64, READS, (int fd, void *buf, size_t n, off64_t at),
           (fd, buf, (n + 1) / 2, at), (fd, buf, n, at))
CALL(int, fsync, (int fd), (fd))
CALL(int, fdatasync, (int fd), (fd))
CALL(int, ftruncate, (int fd, off_t n), (fd, n))
CALL(int, ftruncate64, (int fd, off64_t n), (fd, n))
CALL(int, rename, (const char *a, const char *b), (a, b))
CALL(int, renameat, (int d, const char *a, int e, const char *b), (d, a, e, b))
CALL(int, unlink, (const char *path), (path))
CALL(int, unlinkat, (int dir, const char *path, int flags), (dir, path, flags))
CALL(int, mkdir, (const char *path, mode_t mode), (path, mode))
CALL(int, mkdirat, (int dir, const char *path, mode_t mode), (dir, path, mode))

#define OPEN_MODE(mode, flags)       \
    mode_t mode = 0;                 \
    if (((flags)&O_CREAT) != 0) {    \
        va_list rest;                \
        va_start(rest, flags);       \
        mode = va_arg(rest, mode_t); \
        va_end(rest);                \
    }
#define OPEN(name)                                           \
    int name(const char *path, int flags, ...)               \
    {                                                        \
        OPEN_MODE(mode, flags)                               \
        return fails((flags & O_CREAT) != 0 ? OTHER : READS) \
                   ? -1                                      \
                   : NEXT(name)(path, flags, mode);          \
    }
#define OPENAT(name)                                         \
    int name(int dir, const char *path, int flags, ...)      \
    {                                                        \
        OPEN_MODE(mode, flags)                               \
        return fails((flags & O_CREAT) != 0 ? OTHER : READS) \
                   ? -1                                      \
                   : NEXT(name)(dir, path, flags, mode);     \
    }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)
