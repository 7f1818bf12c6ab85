/* SPDX-License-Identifier: MIT */
/*
 * The table is shared memory, made before the guard is forked: a starting
 * process writes itself in, between vfork and exec, so that there is no moment
 * in which it runs unguarded. The guard looks at the table only once, when
 * ronin has ended: then nobody writes any more but processes that are dying of
 * their parent-death signal.
 */
#include "exec/run/guard.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SLOT_COUNT 16384

/* What one slot is for, as far as ronin knows; the guard has no need of it. */
enum slot_use { SLOT_FREE, SLOT_TAKEN, SLOT_LEFT_BEHIND };

static struct {
    guard_slot *slots; /* shared with the guard; NULL: no guard */
    uint8_t uses[SLOT_COUNT];
    uint32_t next;       /* where to look for a free one first */
    uint32_t left_count; /* slots in use SLOT_LEFT_BEHIND */
    pid_t owner;
} guard;

/* Ends what is in the table. Twice, for what was being written. */
static void
kill_all(guard_slot *slots)
{
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < SLOT_COUNT; i++) {
            int32_t id = slots[i];
            // kill() takes a group negated; a single process is stored
            // negated, so that this is right for both.
            if (id != 0) {
                kill((pid_t)-id, SIGKILL);
            }
        }
        struct timespec moment = {0, 5000000};
        if (round == 0) {
            nanosleep(&moment, NULL);
        }
    }
}

/* A terminal or a service manager means ronin, not its guard. */
static void
ignore_signals(void)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
}

/* The life of the guard: no descriptor of ronin stays open in it, so that a
 * pipe that somebody reads from ends when ronin does. */
_Noreturn static void
be_guard(int pipe_fd, guard_slot *slots)
{
    ignore_signals();
    setsid();
    prctl(PR_SET_NAME, "ronin-guard");
    if (dup2(pipe_fd, 3) < 0) {
        _exit(1);
    }
    close_range(4, ~0U, 0);
    int null = open("/dev/null", O_RDWR);
    for (int fd = 0; fd <= 2; fd++) {
        dup2(null, fd);
    }
    close_range(4, ~0U, 0);
    char byte;
    ssize_t len;
    do {
        len = read(3, &byte, 1);
    } while (len > 0 || (len < 0 && errno == EINTR));
    kill_all(slots);
    _exit(0);
}

bool
guard_start(struct error *err)
{
    assert(guard.slots == NULL);
    size_t size = SLOT_COUNT * sizeof(*guard.slots);
    void *shared = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        return error_set_errno(err, ERROR_CLASS_SYSTEM, errno,
                               "cannot share memory with the guard");
    }
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        munmap(shared, size);
        return error_set_errno(err, ERROR_CLASS_SYSTEM, errno,
                               "cannot make the pipe of the guard");
    }
    pid_t pid = fork();
    if (pid == 0) {
        be_guard(ends[0], shared);
    }
    close(ends[0]);
    if (pid < 0) {
        close(ends[1]);
        munmap(shared, size);
        return error_set_errno(err, ERROR_CLASS_SYSTEM, errno,
                               "cannot start the guard");
    }
    // ends[1] stays open until this process ends, however it ends.
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    guard.slots = shared;
    guard.owner = getpid();
    return true;
}

guard_slot *
guard_take_slot(void)
{
    if (guard.slots == NULL || guard.owner != getpid()) {
        return NULL;
    }
    for (uint32_t i = 0; i < SLOT_COUNT; i++) {
        uint32_t at = (guard.next + i) % SLOT_COUNT;
        if (guard.uses[at] == SLOT_FREE) {
            assert(guard.slots[at] == 0);
            guard.uses[at] = SLOT_TAKEN;
            // The lowest free place first: few pages are ever touched.
            guard.next = at + 1;
            return &guard.slots[at];
        }
    }
    return NULL;
}

/* A group that we may not signal is alive as well. */
static bool
group_is_alive(int32_t id)
{
    return id > 0 && (kill((pid_t)-id, 0) == 0 || errno != ESRCH);
}

static void
free_slot(uint32_t at)
{
    guard.slots[at] = 0;
    guard.uses[at] = SLOT_FREE;
    if (at < guard.next) {
        guard.next = at;
    }
}

bool
guard_release_slot(guard_slot *slot)
{
    uint32_t at = (uint32_t)(slot - guard.slots);
    assert(at < SLOT_COUNT && guard.uses[at] == SLOT_TAKEN);
    if (group_is_alive(*slot)) {
        guard.uses[at] = SLOT_LEFT_BEHIND;
        guard.left_count++;
        return true;
    }
    free_slot(at);
    return false;
}

/* A group number can be given to a new process as soon as the group is empty,
 * so its place is freed as soon as one of its processes is reaped. */
static void
forget_ended_groups(void)
{
    for (uint32_t i = 0; i < SLOT_COUNT && guard.left_count > 0; i++) {
        if (guard.uses[i] == SLOT_LEFT_BEHIND &&
            !group_is_alive(guard.slots[i])) {
            free_slot(i);
            guard.left_count--;
        }
    }
}

void
guard_reap_strays(bool (*is_ours)(void *ctx, pid_t pid), void *ctx)
{
    if (guard.slots == NULL) {
        return;
    }
    bool reaped = false;
    for (;;) {
        siginfo_t info = {0};
        int flags = WEXITED | WNOHANG | WNOWAIT;
        if (waitid(P_ALL, 0, &info, flags) != 0 || info.si_pid == 0 ||
            is_ours(ctx, info.si_pid)) {
            break;
        }
        waitpid(info.si_pid, NULL, WNOHANG);
        reaped = true;
    }
    if (reaped) {
        forget_ended_groups();
    }
}
