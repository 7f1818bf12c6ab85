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
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SLOT_COUNT 16384
#define HOLDER_ROUNDS 20
/* How often the guard looks at who descends from ronin, and how many it keeps. */
#define LOOK_EVERY_MS 200
#define FAMILY_MAX 4096

/* What one slot is for, as far as ronin knows; the guard has no need of it. */
enum slot_use { SLOT_FREE, SLOT_TAKEN, SLOT_LEFT_BEHIND };

/* Shared with the guard. */
struct shared {
    guard_slot slots[SLOT_COUNT];
    guard_pipe pipes[SLOT_COUNT];
    volatile bool is_over; /* ronin ends by itself: daemons may live on */
    volatile bool let_go;  /* of all descriptors that were ronin's */
    volatile uint32_t token_count; /* of a jobserver, in our hands */
    volatile char tokens[SLOT_COUNT];
};

static struct {
    struct shared *shared; /* NULL: no guard */
    guard_slot *slots;     /* of it */
    uint32_t next_pipe;    /* where to look for a free one first */
    uint8_t uses[SLOT_COUNT];
    uint32_t next;       /* where to look for a free one first */
    uint32_t left_count; /* slots in use SLOT_LEFT_BEHIND */
    pid_t owner;
    int socket; /* our end */
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

/* True if the descriptor of a process is one of the pipes. */
static bool
is_our_pipe(const guard_pipe *pipes, const char *pid, const char *fd)
{
    char path[600];
    char target[64];
    snprintf(path, sizeof(path), "/proc/%s/fd/%s", pid, fd);
    ssize_t len = readlink(path, target, sizeof(target) - 1);
    unsigned long long inode = 0;
    if (len <= 0) {
        return false;
    }
    target[len] = '\0';
    if (sscanf(target, "pipe:[%llu]", &inode) != 1 || inode == 0) {
        return false;
    }
    for (uint32_t i = 0; i < SLOT_COUNT; i++) {
        if (pipes[i] == inode) {
            return true;
        }
    }
    return false;
}

static bool
holds_our_pipe(const guard_pipe *pipes, const char *pid)
{
    char path[300];
    snprintf(path, sizeof(path), "/proc/%s/fd", pid);
    DIR *dir = opendir(path);
    bool holds = false;
    const struct dirent *entry;
    while (dir != NULL && !holds && (entry = readdir(dir)) != NULL) {
        holds =
            entry->d_name[0] != '.' && is_our_pipe(pipes, pid, entry->d_name);
    }
    if (dir != NULL) {
        closedir(dir);
    }
    return holds;
}

/* Ends whoever still holds one of the pipes: by now only what has left the
 * groups. True if there was one. */
static bool
kill_holders(const guard_pipe *pipes)
{
    bool any = false;
    DIR *dir = opendir("/proc");
    const struct dirent *entry;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        int pid = atoi(entry->d_name);
        if (pid > 1 && pid != getpid() &&
            holds_our_pipe(pipes, entry->d_name)) {
            kill(pid, SIGKILL);
            any = true;
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
    return any;
}

static bool
has_pipes(const guard_pipe *pipes)
{
    uint32_t i = 0;
    while (i < SLOT_COUNT && pipes[i] == 0) {
        i++;
    }
    return i < SLOT_COUNT;
}

/* Ends everything. A holder may fork while it is looked for, so that it is done
 * until none is found. */
static void
end_all(struct shared *shared)
{
    kill_all(shared->slots);
    for (int round = 0; round < HOLDER_ROUNDS && has_pipes(shared->pipes) &&
                        kill_holders(shared->pipes);
         round++) {
    }
}

/* --- Who descends from ronin ------------------------------------------------ */

/* A process is told from a later one with its number by when it was born. */
struct relative {
    pid_t pid;
    unsigned long long born;
};

/* Of the last look; in the guard alone. Once ronin has ended, who left group and
 * pipe is nobody's child any more. */
static struct {
    struct relative items[FAMILY_MAX];
    uint32_t count;
} family;

/* In ticks since the system started; 0: it is gone. */
static unsigned long long
birth_of(pid_t pid)
{
    char path[64];
    char text[1024];
    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
    if (fd >= 0) {
        close(fd);
    }
    text[len > 0 ? len : 0] = '\0';
    // The name in brackets may have anything in it.
    const char *at = strrchr(text, ')');
    unsigned long long born = 0;
    for (int field = 2; at != NULL && field < 22; field++) {
        at = strchr(at + 1, ' ');
    }
    return at != NULL && sscanf(at, "%llu", &born) == 1 ? born : 0;
}

static void
add_relative(pid_t pid)
{
    unsigned long long born = pid != getpid() ? birth_of(pid) : 0;
    if (born != 0 && family.count < FAMILY_MAX) {
        family.items[family.count++] = (struct relative){pid, born};
    }
}

/* The kernel lists the children of each thread. */
static void
add_children(pid_t pid, const char *thread)
{
    char path[300];
    char text[4096];
    snprintf(path, sizeof(path), "/proc/%d/task/%s/children", (int)pid, thread);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
    if (fd >= 0) {
        close(fd);
    }
    text[len > 0 ? len : 0] = '\0';
    char *at = text;
    for (;;) {
        char *end;
        long child = strtol(at, &end, 10);
        if (end == at) {
            return;
        }
        add_relative((pid_t)child);
        at = end;
    }
}

static void
add_family_of(pid_t pid)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    DIR *dir = opendir(path);
    const struct dirent *entry;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] != '.') {
            add_children(pid, entry->d_name);
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
}

/* Children of children as well: the list grows while it is walked. */
static void
look_at_family(pid_t ronin)
{
    family.count = 0;
    add_family_of(ronin);
    for (uint32_t i = 0; i < family.count; i++) {
        add_family_of(family.items[i].pid);
    }
}

/* With what they started since the last look. */
static void
kill_family(void)
{
    for (uint32_t i = 0; i < family.count; i++) {
        if (birth_of(family.items[i].pid) == family.items[i].born) {
            add_family_of(family.items[i].pid);
        }
    }
    for (uint32_t i = 0; i < family.count; i++) {
        if (birth_of(family.items[i].pid) == family.items[i].born) {
            kill(family.items[i].pid, SIGKILL);
        }
    }
}

/* --- Tokens of a jobserver --------------------------------------------------- */

/* What a descriptor takes beside a message. */
union control {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
};

/* A byte, with the room for a descriptor. */
static struct msghdr
message_of(struct iovec *part, char *byte, union control *control)
{
    *part = (struct iovec){byte, 1};
    return (struct msghdr){.msg_iov = part,
                           .msg_iovlen = 1,
                           .msg_control = control->bytes,
                           .msg_controllen = sizeof(control->bytes)};
}

static bool
send_fd(int socket, int fd)
{
    char byte = 0;
    struct iovec part;
    union control control = {.bytes = {0}};
    struct msghdr message = message_of(&part, &byte, &control);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(fd));
    memcpy(CMSG_DATA(header), &fd, sizeof(fd));
    return sendmsg(socket, &message, MSG_NOSIGNAL) == 1;
}

/* False at the end. *fd is what came, or what it was. */
static bool
receive_fd(int socket, int *fd)
{
    char byte;
    struct iovec part;
    union control control;
    struct msghdr message = message_of(&part, &byte, &control);
    ssize_t len = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (len <= 0) {
        return len < 0 && errno == EINTR;
    }
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header != NULL && header->cmsg_type == SCM_RIGHTS) {
        if (*fd >= 0) {
            close(*fd);
        }
        memcpy(fd, CMSG_DATA(header), sizeof(*fd));
    }
    return true;
}

static void
give_tokens_back(const struct shared *shared, int fd)
{
    for (uint32_t i = 0; fd >= 0 && i < shared->token_count; i++) {
        char token = shared->tokens[i];
        while (write(fd, &token, 1) < 0 && errno == EINTR) {
        }
    }
}

void
guard_serve(int write_fd)
{
    if (guard.shared != NULL && guard.owner == getpid()) {
        assert(guard.shared->token_count == 0);
        (void)send_fd(guard.socket, write_fd); // Else they are lost, as ever.
    }
}

void
guard_note_token(char token)
{
    struct shared *shared = guard.shared;
    if (shared != NULL && shared->token_count < SLOT_COUNT) {
        shared->tokens[shared->token_count] = token;
        shared->token_count++;
    }
}

void
guard_forget_token(void)
{
    if (guard.shared != NULL && guard.shared->token_count > 0) {
        guard.shared->token_count--;
    }
}

/* --- The life of the guard --------------------------------------------------- */

/* A terminal or a service manager means ronin, not its guard. */
static void
ignore_signals(void)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
}

/* Until ronin ends, however it does. Returns where tokens go, -1: nowhere. */
static int
watch(int socket, pid_t ronin)
{
    int tokens_fd = -1;
    for (;;) {
        struct pollfd wait = {.fd = socket, .events = POLLIN};
        int ready = poll(&wait, 1, LOOK_EVERY_MS);
        if (ready == 0) {
            look_at_family(ronin);
        } else if (ready > 0 && !receive_fd(socket, &tokens_fd)) {
            return tokens_fd;
        }
    }
}

/* No descriptor of ronin stays open in it, so that a pipe that somebody reads from
 * ends when ronin does. */
_Noreturn static void
be_guard(int socket, struct shared *shared, pid_t ronin)
{
    ignore_signals();
    setsid();
    prctl(PR_SET_NAME, "ronin-guard");
    if (dup2(socket, 3) < 0) {
        shared->let_go = true;
        _exit(1);
    }
    close_range(4, ~0U, 0);
    int null = open("/dev/null", O_RDWR);
    for (int fd = 0; fd <= 2; fd++) {
        dup2(null, fd);
    }
    close_range(4, ~0U, 0);
    shared->let_go = true;
    int tokens_fd = watch(3, ronin);
    if (!shared->is_over) {
        kill_family();
    }
    end_all(shared);
    give_tokens_back(shared, tokens_fd);
    _exit(0);
}

/* A short run may end before its guard had a processor at all: whoever reads our
 * output would take the guard for somebody that we left behind. */
static void
wait_until_let_go(const struct shared *shared)
{
    enum { LOOKS_MAX = 2000 };
    struct timespec moment = {0, 500000};
    for (int i = 0; i < LOOKS_MAX && !shared->let_go; i++) {
        nanosleep(&moment, NULL);
    }
}

static void
tell_end(void)
{
    if (guard.shared != NULL && guard.owner == getpid()) {
        guard.shared->is_over = true;
        wait_until_let_go(guard.shared);
    }
}

bool
guard_start(struct error *err)
{
    assert(guard.slots == NULL);
    size_t size = sizeof(*guard.shared);
    void *shared = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        return error_set_errno(err, ERROR_CLASS_SYSTEM, errno,
                               "cannot share memory with the guard");
    }
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        munmap(shared, size);
        return error_set_errno(err, ERROR_CLASS_SYSTEM, errno,
                               "cannot make the socket of the guard");
    }
    pid_t ronin = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        be_guard(ends[0], shared, ronin);
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
    guard.shared = shared;
    guard.slots = guard.shared->slots;
    guard.owner = getpid();
    guard.socket = ends[1];
    atexit(tell_end);
    return true;
}

guard_pipe *
guard_take_pipe(uint64_t inode)
{
    if (guard.slots == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < SLOT_COUNT; i++) {
        uint32_t at = (guard.next_pipe + i) % SLOT_COUNT;
        guard_pipe *pipe = &guard.shared->pipes[at];
        if (*pipe == 0) {
            *pipe = inode;
            guard.next_pipe = at + 1;
            return pipe;
        }
    }
    return NULL;
}

void
guard_release_pipe(guard_pipe *pipe)
{
    if (pipe == NULL) {
        return;
    }
    uint32_t at = (uint32_t)(pipe - guard.shared->pipes);
    assert(at < SLOT_COUNT && *pipe != 0);
    *pipe = 0;
    if (at < guard.next_pipe) {
        guard.next_pipe = at;
    }
}

guard_slot *
guard_take_slot(void)
{
    if (guard.slots == NULL) {
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
