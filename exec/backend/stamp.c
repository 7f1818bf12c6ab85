/* SPDX-License-Identifier: MIT */
#include "exec/backend/stamp.h"

#include "exec/base/memory.h"

#include <assert.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SECOND_NS INT64_C(1000000000)
/* Longer than the tick of any clock that stamps without showing it by zeros. */
#define TICK_NS INT64_C(20000000)

/* How far the clock that stamps is behind ours, a tick of it included. */
static _Atomic int64_t lag_ns;

static int64_t
nanoseconds(struct timespec time)
{
    return (int64_t)time.tv_sec * SECOND_NS + time.tv_nsec;
}

/* The clock that a local file system stamps with: it stands still between two
 * ticks. */
static int64_t
system_now_ns(void)
{
    struct timespec time;
    int code = clock_gettime(CLOCK_REALTIME_COARSE, &time);
    assert(code == 0);
    (void)code;
    return nanoseconds(time);
}

int64_t
stamp_now_ns(void)
{
    return system_now_ns() - atomic_load(&lag_ns);
}

int
stamp_open(const char *dir)
{
    char *path = mem_format("%s/clock", dir);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    free(path);
    struct stat st;
    /* Looked at once, its next stamp must differ where stamps are fine. */
    if (fd >= 0 && fstat(fd, &st) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

bool
stamp_take(int fd, struct stamp *stamp)
{
    struct stat st;
    int64_t before_ns = system_now_ns();
    if (fd < 0 || futimens(fd, NULL) != 0 || fstat(fd, &st) != 0) {
        return false;
    }
    *stamp = (struct stamp){nanoseconds(st.st_ctim), st.st_dev};
    /* A clock that is ahead only makes what it stamps seem new for longer. */
    int64_t behind_ns = before_ns - stamp->ns;
    atomic_store(&lag_ns, behind_ns > 0 ? behind_ns + TICK_NS : 0);
    return true;
}

void
stamp_learn(const char *dir)
{
    struct stamp ignored;
    int fd = stamp_open(dir);
    (void)!stamp_take(fd, &ignored);
    if (fd >= 0) {
        close(fd);
    }
}

bool
stamp_is_recent(int64_t stamp_ns, int64_t moment_ns)
{
    /* The zeros at the end of a stamp show how coarse its file system is; two
     * seconds is the worst there is. */
    int64_t part = stamp_ns % SECOND_NS;
    int64_t granule = 1;
    while (part != 0 && part % 10 == 0 && granule < SECOND_NS) {
        part /= 10;
        granule *= 10;
    }
    if (part == 0) {
        granule = 2 * SECOND_NS;
    }
    return stamp_ns + granule > moment_ns;
}
