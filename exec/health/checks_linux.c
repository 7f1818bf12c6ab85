/* SPDX-License-Identifier: MIT */
/* See machine_checks.h. Linux: what /proc and the devices say, and what the
 * file system does when it is tried. */
#include "exec/health/machine_checks.h"

#include "exec/base/memory.h"
#include "exec/run/jobserver.h"
#include "exec/run/machine.h"

#include <fcntl.h>
#include <inttypes.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_SECOND INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)

/* --- Power ------------------------------------------------------------------- */

/* Half a GiB is what a compiler of C++ takes for a file of usual size. */
static enum exec_health
look_processors(const struct check_place *place, struct buffer *found,
                struct buffer *advice)
{
    const struct machine machine = {place->proc, machine_real.cgroup};
    uint32_t count = machine_processors(&machine);
    uint64_t kib = machine_free_kib(&machine);
    buffer_add_format(found, "%" PRIu32 " at once", count);
    if (kib == UINT64_MAX) {
        buffer_add_str(found, "; free memory is not known");
        return HEALTH_FINE;
    }
    double gib = (double)kib / (1024.0 * 1024.0);
    buffer_add_format(found, ", %.1f GiB of memory free", gib);
    if (gib >= 0.5 * count) {
        return HEALTH_FINE;
    }
    buffer_add_str(advice, "less than 0.5 GiB for each job: large compilations "
                           "may not fit; use -j with less");
    return HEALTH_LIMITED;
}

/* --- The file system ------------------------------------------------------------ */

static const struct {
    unsigned long type;
    const char *name;
    bool is_remote;
} file_systems[] = {
    {0xef53, "ext4", false},        {0x9123683e, "btrfs", false},
    {0x58465342, "xfs", false},     {0x01021994, "tmpfs", false},
    {0x794c7630, "overlay", false}, {0x2fc12fc1, "zfs", false},
    {0xf2f52010, "f2fs", false},    {0x4d44, "fat", false},
    {0x6969, "nfs", true},          {0xff534d42, "cifs", true},
    {0xfe534d42, "smb2", true},     {0x01021997, "9p", true},
    {0x65735546, "fuse", true},     {0x6a656a63, "fakeowner", true},
};

static enum exec_health
look_file_system(const struct check_place *place, struct buffer *found,
                 struct buffer *advice)
{
    struct statfs fs;
    if (statfs(place->root, &fs) != 0) {
        buffer_add_str(found, "cannot be asked");
        return HEALTH_LIMITED;
    }
    unsigned long type = (unsigned long)fs.f_type & 0xffffffffUL;
    for (size_t i = 0; i < sizeof(file_systems) / sizeof(file_systems[0]);
         i++) {
        if (file_systems[i].type == type) {
            buffer_add_str(found, file_systems[i].name);
            if (!file_systems[i].is_remote) {
                return HEALTH_FINE;
            }
            buffer_add_str(advice, "a look at a file is a message here: try "
                                   "--stat=cached; folders are not watched but "
                                   "asked");
            return HEALTH_LIMITED;
        }
    }
    buffer_add_format(found, "of type 0x%lx", type);
    return HEALTH_FINE;
}

static int64_t
ns_of(const struct timespec *time)
{
    return time->tv_sec * NS_PER_SECOND + time->tv_nsec;
}

static int64_t
clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return ns_of(&now);
}

/* Writes to the file and tells its time of modification; -1 if it fails. */
static int64_t
write_time(int fd)
{
    struct stat st;
    if (pwrite(fd, "x", 1, 0) != 1 || fstat(fd, &st) != 0) {
        return -1;
    }
    return ns_of(&st.st_mtim);
}

/* The smallest step between two times of modification, by writing for a while;
 * 0 if there was no second time. */
static int64_t
measure_step(int fd)
{
    enum { STEPS = 4 };
    int64_t least = 0;
    int64_t last = write_time(fd);
    int64_t end = clock_ns(CLOCK_MONOTONIC) + 2 * NS_PER_SECOND;
    for (int steps = 0; steps < STEPS && clock_ns(CLOCK_MONOTONIC) < end;) {
        int64_t now = write_time(fd);
        if (now > last) {
            least = least == 0 || now - last < least ? now - last : least;
            last = now;
            steps++;
        }
    }
    return least;
}

/* What the file system's clock says against ours, in ms. */
static int64_t
measure_skew(int fd)
{
    int64_t before = clock_ns(CLOCK_REALTIME);
    int64_t written = write_time(fd);
    int64_t after = clock_ns(CLOCK_REALTIME);
    if (written < before) {
        return (written - before) / NS_PER_MS;
    }
    return written > after ? (written - after) / NS_PER_MS : 0;
}

/* Kernels stamp files by a clock of their own, which moves every few
 * milliseconds; some file systems count seconds, FAT two of them. */
static enum exec_health
judge_times(int64_t step, int64_t skew_ms, struct buffer *found,
            struct buffer *advice)
{
    if (step == 0 || step >= NS_PER_SECOND) {
        buffer_add_str(found, "a second or more apart");
        buffer_add_str(advice,
                       "files written within one step are told apart by "
                       "their content, which costs reading them once");
        return HEALTH_LIMITED;
    }
    if (step >= NS_PER_MS) {
        buffer_add_format(found, "%" PRId64 " ms apart", step / NS_PER_MS);
    } else {
        buffer_add_format(found, "%" PRId64 " ns apart", step);
    }
    if (skew_ms > -1000 && skew_ms < 1000) {
        return HEALTH_FINE;
    }
    buffer_add_format(found, ", %" PRId64 " ms off this machine's clock",
                      skew_ms);
    buffer_add_str(advice, "the clocks of this machine and of its file server "
                           "differ: let both follow a time server");
    return HEALTH_LIMITED;
}

/* Measured with a file that has no name, so nothing is left behind. */
static enum exec_health
look_timestamps(const struct check_place *place, struct buffer *found,
                struct buffer *advice)
{
    int fd = open(place->root, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) {
        buffer_add_str(found, "not measured: no unnamed file can be made here");
        return HEALTH_FINE;
    }
    int64_t step = measure_step(fd);
    enum exec_health health =
        judge_times(step, measure_skew(fd), found, advice);
    close(fd);
    return health;
}

/* --- What the kernel lets us do -------------------------------------------------- */

/* Folders are watched, not files: this many are enough for large trees. */
enum { WATCHES_WANTED = 65536 };

static enum exec_health
look_watches(const struct check_place *place, struct buffer *found,
             struct buffer *advice)
{
    uint64_t watches = 0;
    uint64_t instances = 0;
    if (!machine_read_number(place->proc, "sys/fs/inotify/max_user_watches",
                             &watches) ||
        !machine_read_number(place->proc, "sys/fs/inotify/max_user_instances",
                             &instances)) {
        buffer_add_str(found, "no inotify");
        buffer_add_str(advice, "changes are found by looking at the files");
        return HEALTH_ABSENT;
    }
    buffer_add_format(found,
                      "%" PRIu64 " folders, %" PRIu64 " programs at once",
                      watches, instances);
    if (watches >= WATCHES_WANTED) {
        return HEALTH_FINE;
    }
    buffer_add_format(advice,
                      "for large trees: sysctl "
                      "fs.inotify.max_user_watches=%d",
                      WATCHES_WANTED);
    return HEALTH_LIMITED;
}

static enum exec_health
look_terminals(const struct check_place *place, struct buffer *found,
               struct buffer *advice)
{
    char *path = mem_format("%s/ptmx", place->dev);
    int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
    free(path);
    if (fd >= 0) {
        close(fd);
        buffer_add_str(found, "can be made");
        return HEALTH_FINE;
    }
    buffer_add_str(found, "cannot be made");
    buffer_add_str(advice, "commands see a pipe and so print without colours; "
                           "in a container, mount devpts");
    return HEALTH_ABSENT;
}

/* A device that can be opened is enough: whether the mount works shows when a
 * trace is asked for. */
static enum exec_health
look_fuse(const struct check_place *place, struct buffer *found,
          struct buffer *advice)
{
    char *path = mem_format("%s/fuse", place->dev);
    bool usable = access(path, R_OK | W_OK) == 0;
    bool there = usable || access(path, F_OK) == 0;
    free(path);
    if (usable) {
        buffer_add_str(found, "can be used");
        return HEALTH_FINE;
    }
    buffer_add_str(found, there ? "not for this user" : "not there");
    buffer_add_str(advice, there ? "ask for access to /dev/fuse"
                                 : "modprobe fuse; in a container, pass "
                                   "/dev/fuse in");
    return HEALTH_ABSENT;
}

/* Whether a filter may ask a program what to do about a call, which is how a
 * command is traced without slowing all its other calls. */
static enum exec_health
look_seccomp(const struct check_place *place, struct buffer *found,
             struct buffer *advice)
{
    (void)place;
    uint32_t action = SECCOMP_RET_USER_NOTIF;
    if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0) {
        buffer_add_str(found, "calls can be handed to a program");
        return HEALTH_FINE;
    }
    buffer_add_str(found, "calls cannot be handed to a program");
    buffer_add_str(advice, "needs a kernel from 5.0 on, and a container that "
                           "allows it");
    return HEALTH_ABSENT;
}

/* Without the module that restricts it, a program may trace its children; with
 * it, up to 1 still allows that. */
static enum exec_health
look_ptrace(const struct check_place *place, struct buffer *found,
            struct buffer *advice)
{
    uint64_t scope = 0;
    if (!machine_read_number(place->proc, "sys/kernel/yama/ptrace_scope",
                             &scope) ||
        scope <= 1) {
        buffer_add_str(found, "commands can be traced");
        return HEALTH_FINE;
    }
    buffer_add_str(found,
                   scope == 2 ? "for administrators alone" : "forbidden");
    buffer_add_str(advice, scope == 2 ? "sysctl kernel.yama.ptrace_scope=1"
                                      : "it was switched off until the next "
                                        "start of the machine");
    return HEALTH_ABSENT;
}

/* What MAKEFLAGS names may be closed by now, or gone. */
static enum exec_health
look_jobserver(const struct check_place *place, struct buffer *found,
               struct buffer *advice)
{
    (void)place;
    const char *flags = getenv("MAKEFLAGS");
    if (flags == NULL || strstr(flags, "--jobserver") == NULL) {
        buffer_add_str(found, "none above; ronin shares its jobs with the "
                              "makes that it starts");
        return HEALTH_FINE;
    }
    const struct jobserver_options options = {.style = JOBSERVER_AUTO,
                                              .jobs = 1,
                                              .makeflags = flags};
    struct jobserver *jobserver = jobserver_create(&options);
    const char *note = NULL;
    bool lost = jobserver_is_lost(jobserver, &note);
    jobserver_destroy(jobserver);
    buffer_add_str(found, lost ? "that of the make above cannot be used, so "
                                 "one job runs at once"
                               : "a make above shares its jobs, and ronin "
                                 "takes part");
    buffer_add_str(advice, lost ? "write + before ronin in the rule of make, "
                                  "or give -j N"
                                : "");
    return lost ? HEALTH_LIMITED : HEALTH_FINE;
}

const struct machine_check machine_checks[] = {
    {"processors", look_processors},
    {"files", look_file_system},
    {"timestamps", look_timestamps},
    {"watches", look_watches},
    {"terminals", look_terminals},
    {"jobserver", look_jobserver},
    {"fuse", look_fuse},
    {"seccomp", look_seccomp},
    {"ptrace", look_ptrace},
};
const uint32_t machine_check_count =
    sizeof(machine_checks) / sizeof(machine_checks[0]);
