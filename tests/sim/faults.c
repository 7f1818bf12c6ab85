/* SPDX-License-Identifier: MIT */
/*
 * Loaded before ronin (LD_PRELOAD), counts the calls by which it changes or reads
 * the world, and lets the Nth of them go wrong: FAULT=N:KIND, where KIND is KILL
 * or INT (a signal to ronin, before the call), EIO, ENOSPC or EINTR (the call
 * fails), or SHORT (a write writes half). Every state that a kill can leave on
 * disk lies between two of these calls. Some kinds count calls of their own:
 * STAT (a look at a file fails), AGAIN and NOMEM (a command cannot be started),
 * EMFILE (there are no descriptors left, for three calls). BACK and AHEAD put the
 * clock of the day an hour back or a year ahead from the Nth call on.
 *
 * COARSE=N cuts the times of files to N seconds, as some file systems do. BEHIND=N
 * makes them N seconds older, as where the clock of another machine stamps. With
 * NETWORK, every file system says that it is NFS. PROC=DIR is read for /proc, where
 * it has the file: what the kernel tells of memory and load.
 *
 * Only the process that FAULT was given to counts: its guard and its commands do
 * not.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

static atomic_long left = -1;
static char kind[16];
static pid_t owner;
static long grain;  /* seconds; 0: as they are */
static long behind; /* seconds */
static bool network;
static const char *proc; /* a folder instead of /proc, or NULL */
static atomic_long clock_shift;

__attribute__((constructor)) static void
start(void)
{
    const char *text = getenv("FAULT");
    const char *colon = text != NULL ? strchr(text, ':') : NULL;
    const char *coarse = getenv("COARSE");
    owner = getpid();
    grain = coarse != NULL ? atol(coarse) : 0;
    behind = getenv("BEHIND") != NULL ? atol(getenv("BEHIND")) : 0;
    if (colon != NULL) {
        strncpy(kind, colon + 1, sizeof(kind) - 1);
        atomic_store(&left, atol(text));
    }
    unsetenv("FAULT");
    unsetenv("COARSE");
    unsetenv("BEHIND");
    network = getenv("NETWORK") != NULL;
    unsetenv("NETWORK");
    proc = getenv("PROC") != NULL ? strdup(getenv("PROC")) : NULL;
    unsetenv("PROC");
    unsetenv("LD_PRELOAD");
}

/* What kind of call it is: a disk that is full fails no read. */
enum call { READS, WRITES, OPENS, CREATES, OTHER, LOOKS, STARTS };

static bool
is_kind(const char *name)
{
    return strcmp(kind, name) == 0;
}

/* Whether calls of this kind are counted. */
static bool
counts(enum call call)
{
    if (is_kind("STAT") || is_kind("AGAIN") || is_kind("NOMEM")) {
        return call == (is_kind("STAT") ? LOOKS : STARTS);
    }
    if (is_kind("EMFILE")) {
        return call == OPENS || call == CREATES;
    }
    bool only_reads = call == READS || call == OPENS;
    return call < LOOKS && !(is_kind("ENOSPC") && only_reads);
}

/* True if this call is to go wrong; errno is set then. */
static bool
fails(enum call call)
{
    bool may_interrupt = call == READS || call == WRITES;
    long most = is_kind("EMFILE") ? -2 : 0; /* it lasts a while */
    if (atomic_load(&left) < most || getpid() != owner || !counts(call)) {
        return false;
    }
    long now = atomic_fetch_sub(&left, 1);
    if (now > 0 || now < most) {
        return false;
    }
    if (getenv("FAULT_TELL") != NULL) {
        abort();
    }
    if (is_kind("KILL") || is_kind("INT")) {
        kill(owner, is_kind("KILL") ? SIGKILL : SIGINT);
        return false;
    }
    if (is_kind("BACK") || is_kind("AHEAD")) {
        atomic_store(&clock_shift, is_kind("BACK") ? -3600 : 31536000);
        return false;
    }
    if (is_kind("EINTR") || is_kind("SHORT")) {
        errno = is_kind("EINTR") ? EINTR : 0;
        return may_interrupt;
    }
    static const struct {
        const char *name;
        int errnum;
    } kinds[] = {{"EIO", EIO},      {"ENOSPC", ENOSPC}, {"STAT", EIO},
                 {"AGAIN", EAGAIN}, {"NOMEM", ENOMEM},  {"EMFILE", EMFILE}};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (is_kind(kinds[i].name)) {
            errno = kinds[i].errnum;
            return true;
        }
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
#define OPEN(name)                                             \
    int name(const char *path, int flags, ...)                 \
    {                                                          \
        OPEN_MODE(mode, flags)                                 \
        return fails((flags & O_CREAT) != 0 ? CREATES : OPENS) \
                   ? -1                                        \
                   : NEXT(name)(path, flags, mode);            \
    }
#define OPENAT(name)                                           \
    int name(int dir, const char *path, int flags, ...)        \
    {                                                          \
        OPEN_MODE(mode, flags)                                 \
        return fails((flags & O_CREAT) != 0 ? CREATES : OPENS) \
                   ? -1                                        \
                   : NEXT(name)(dir, path, flags, mode);       \
    }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

/* --- Looks at files ---------------------------------------------------------- */

static void
cut(struct timespec *time)
{
    time->tv_sec -= behind;
    if (grain > 0) {
        time->tv_sec -= time->tv_sec % grain;
        time->tv_nsec = 0;
    }
}

static void
cut_statx(struct statx_timestamp *time)
{
    time->tv_sec -= behind;
    if (grain > 0) {
        time->tv_sec -= time->tv_sec % grain;
        time->tv_nsec = 0;
    }
}

#define LOOK(name, params, args)      \
    int name params                   \
    {                                 \
        if (fails(LOOKS)) {           \
            return -1;                \
        }                             \
        int status = NEXT(name) args; \
        if (status == 0) {            \
            cut(&st->st_mtim);        \
            cut(&st->st_ctim);        \
        }                             \
        return status;                \
    }
LOOK(stat, (const char *path, struct stat *st), (path, st))
LOOK(lstat, (const char *path, struct stat *st), (path, st))
LOOK(fstatat, (int dir, const char *path, struct stat *st, int flags),
     (dir, path, st, flags))
LOOK(stat64, (const char *path, struct stat64 *st), (path, st))
LOOK(lstat64, (const char *path, struct stat64 *st), (path, st))
LOOK(fstatat64, (int dir, const char *path, struct stat64 *st, int flags),
     (dir, path, st, flags))

/* A descriptor that is open can be asked in any case. */
int
fstat(int fd, struct stat *st)
{
    int status = NEXT(fstat)(fd, st);
    if (status == 0) {
        cut(&st->st_mtim);
        cut(&st->st_ctim);
    }
    return status;
}

int
statx(int dir, const char *path, int flags, unsigned mask, struct statx *st)
{
    if (path[0] != '\0' && fails(LOOKS)) {
        return -1;
    }
    int status = NEXT(statx)(dir, path, flags, mask, st);
    if (status == 0) {
        cut_statx(&st->stx_mtime);
        cut_statx(&st->stx_ctime);
    }
    return status;
}

#define STATFS(name, type)                                         \
    int name(const char *path, struct type *fs)                    \
    {                                                              \
        int status = NEXT(name)(path, fs);                         \
        fs->f_type = network ? NFS_SUPER_MAGIC : (long)fs->f_type; \
        return status;                                             \
    }
STATFS(statfs, statfs)
STATFS(statfs64, statfs64)

/* --- What the kernel tells ----------------------------------------------------- */

FILE *
fopen(const char *path, const char *mode)
{
    char instead[4096];
    const char *name = path;
    if (proc != NULL && strncmp(path, "/proc/", 6) == 0) {
        snprintf(instead, sizeof(instead), "%s/%s", proc, path + 6);
        name = access(instead, R_OK) == 0 ? instead : path;
    }
    return NEXT(fopen)(name, mode);
}

/* --- Processes and clocks ---------------------------------------------------- */

int
clone(int (*main)(void *), void *stack, int flags, void *arg, ...)
{
    va_list rest;
    va_start(rest, arg);
    void *parent_tid = va_arg(rest, void *);
    void *tls = va_arg(rest, void *);
    void *child_tid = va_arg(rest, void *);
    va_end(rest);
    return fails(STARTS) ? -1
                         : NEXT(clone)(main, stack, flags, arg, parent_tid, tls,
                                       child_tid);
}

/* By this name under TSan, which has a clone of its own. */
int __clone(int (*main)(void *), void *stack, int flags, void *arg, ...)
    __attribute__((alias("clone")));

int
clock_gettime(clockid_t id, struct timespec *time)
{
    int status = NEXT(clock_gettime)(id, time);
    if (status == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) {
        time->tv_sec += atomic_load(&clock_shift);
    }
    return status;
}
