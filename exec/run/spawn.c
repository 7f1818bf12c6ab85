/* SPDX-License-Identifier: MIT */
/*
 * The child shares our memory until it becomes another program (clone with
 * CLONE_VM and CLONE_VFORK), so that starting costs the same with a small and
 * with a huge heap; it has a stack of its own, and we sleep meanwhile. Between
 * clone and exec it makes system calls only, with all signals blocked, and
 * tells its failure by writing it into our memory.
 */
#include "exec/run/spawn.h"

#include "exec/base/memory.h"
#include "exec/base/path.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK_SIZE ((size_t)64 << 10)
/* The longest single argument that Linux takes, in pages. */
#define ARG_PAGES_MAX 32
/* The stack that Linux gives by itself. */
#define STACK_USUAL ((size_t)8 << 20)
#define KIB ((size_t)1024)

/* --- Signals ------------------------------------------------------------------- */

static struct {
    bool is_known;
    int count;
    int numbers[_NSIG];
} ignored;

/* The kernel is asked directly: the library keeps two real-time signals to
 * itself. What it answers begins with the handler. */
void
spawn_learn_signals(void)
{
    ignored.is_known = true;
    ignored.count = 0;
    for (int number = 1; number < _NSIG; number++) {
        union {
            void (*handler)(int);
            unsigned char bytes[sizeof(struct sigaction)];
        } now = {NULL};
        if (syscall(SYS_rt_sigaction, number, NULL, &now, _NSIG / 8) == 0 &&
            now.handler == SIG_IGN) {
            ignored.numbers[ignored.count++] = number;
        }
    }
}

/* --- In the child ------------------------------------------------------------- */

enum child_stage { STAGE_NONE, STAGE_FDS, STAGE_DIR, STAGE_EXEC };

struct child {
    const struct spawn_options *options;
    pid_t parent;
    guard_slot *slot;
    /* Written by the child when it cannot go on. */
    volatile int errnum;
    volatile enum child_stage stage;
};

/* The child never returns from its frames: the address sanitizer would keep
 * them marked as used on a stack that the next child runs on, and the thread
 * sanitizer would take our own calls to be ever deeper. */
#define IN_CHILD __attribute__((no_sanitize("address", "thread")))

/* Only the first failure counts; the parent wakes up by the exit. */
_Noreturn IN_CHILD static void
child_fail(struct child *child, enum child_stage stage)
{
    child->errnum = errno;
    child->stage = stage;
    _exit(127);
}

/* Signals that are ignored here would stay so in the new program; handlers end
 * with ours. Zeros mean the default of each. */
IN_CHILD static void
default_signals(void)
{
    static const unsigned char zeros[sizeof(struct sigaction)];
    for (int i = 0; i < ignored.count; i++) {
        syscall(SYS_rt_sigaction, ignored.numbers[i], zeros, NULL, _NSIG / 8);
    }
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, zeros, NULL, _NSIG / 8);
}

/* Closes what is between two numbers. */
IN_CHILD static void
close_below(unsigned from, unsigned below)
{
    if (from < below) {
        close_range(from, below - 1, 0);
    }
}

IN_CHILD static void
arrange_fds(struct child *child)
{
    for (int fd = 0; fd <= 2; fd++) {
        int from = child->options->fds[fd];
        // Ours are above 2, so that none is overwritten before its turn.
        if (from != fd && dup2(from, fd) < 0) {
            child_fail(child, STAGE_FDS);
        }
    }
    // All that we open closes itself; this is for what we were started with.
    unsigned from = 3;
    int low = child->options->shared[0];
    int high = child->options->shared[1];
    if (low > 2 && high > 2) {
        unsigned least = (unsigned)(low < high ? low : high);
        unsigned most = (unsigned)(low < high ? high : low);
        close_below(from, least);
        close_below(least + 1, most);
        fcntl(low, F_SETFD, 0);
        fcntl(high, F_SETFD, 0);
        from = most + 1;
    }
    close_range(from, ~0U, 0);
}

/* Of the errors of execve, those that a shell words in its own way, or does not
 * have: it runs a script that does not name its interpreter. */
IN_CHILD static bool
is_no_program(int errnum)
{
    return errnum == ENOENT || errnum == ENOTDIR || errnum == EACCES ||
           errnum == ENOEXEC;
}

IN_CHILD static int
child_main(void *ctx)
{
    struct child *child = ctx;
    const struct spawn_options *options = child->options;
    // A session of its own is a group as well, has our number, and has no
    // terminal that it could be stopped by.
    pid_t self = options->console ? getpid() : setsid();
    if (child->slot != NULL) {
        *child->slot = options->console ? -self : self;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != child->parent) {
        _exit(127); // It died before it could be the parent that dies.
    }
    arrange_fds(child);
    if (chdir(options->dir) != 0) {
        child_fail(child, STAGE_DIR);
    }
    default_signals();
    if (options->program != NULL) {
        execve(options->program, options->argv, options->env);
    }
    if (options->by_shell != NULL &&
        (options->program == NULL || is_no_program(errno))) {
        execve(SPAWN_SHELL, options->by_shell, options->env);
    }
    child_fail(child, STAGE_EXEC);
}

/* --- Errors ----------------------------------------------------------------------- */

/* In the environment of the command, which is not ours. */
static const char *
find_env(char *const *env, const char *name)
{
    size_t len = strlen(name);
    for (; *env != NULL; env++) {
        if (strncmp(*env, name, len) == 0 && (*env)[len] == '=') {
            return *env + len + 1;
        }
    }
    return NULL;
}

/* What execve has to copy, with the places that point to it. */
struct weight {
    size_t total;
    size_t longest;
    uint32_t count; /* of arguments */
};

static struct weight
weigh(const struct spawn_options *options)
{
    const char *program = options->program != NULL ? options->program : "";
    struct weight weight = {.total = strlen(program) + 1};
    for (char *const *arg = options->argv; *arg != NULL; arg++) {
        size_t len = strlen(*arg) + 1;
        weight.total += len + sizeof(char *);
        weight.longest = len > weight.longest ? len : weight.longest;
        weight.count++;
    }
    for (char *const *arg = options->env; *arg != NULL; arg++) {
        weight.total += strlen(*arg) + 1 + sizeof(char *);
    }
    return weight;
}

static size_t
longest_max(void)
{
    return (size_t)sysconf(_SC_PAGESIZE) * ARG_PAGES_MAX;
}

/* What Linux takes: a quarter of the stack, and three quarters of the usual one
 * where the stack may be larger. */
static size_t
weight_max(void)
{
    struct rlimit stack;
    size_t most = STACK_USUAL / 4 * 3;
    if (getrlimit(RLIMIT_STACK, &stack) == 0 && stack.rlim_cur / 4 < most) {
        most = (size_t)stack.rlim_cur / 4;
    }
    return most > longest_max() ? most : longest_max();
}

/* Says how much it is, and which of the two limits it hits. */
static bool
set_too_long(const struct spawn_options *options, struct error *err)
{
    struct weight weight = weigh(options);
    if (weight.longest > longest_max()) {
        error_set(err, ERROR_CLASS_BUILD,
                  "cannot start %s: one of its %u arguments has %zu KiB, and "
                  "the system takes at most %zu KiB",
                  options->argv[0], weight.count, weight.longest / KIB,
                  longest_max() / KIB);
    } else {
        error_set(err, ERROR_CLASS_BUILD,
                  "cannot start %s: %u arguments and the environment have %zu "
                  "KiB together, and the system takes at most %zu KiB",
                  options->argv[0], weight.count, weight.total / KIB,
                  weight_max() / KIB);
    }
    error_set_help(err, "write the arguments to a response file in a step "
                        "before, {:write \"x.rsp\"}, and pass \"@x.rsp\"");
    return false;
}

/* Names where it was looked for, for that is what is mostly wrong. */
static bool
set_not_found(const struct spawn_options *options, struct error *err)
{
    const char *name = options->argv[0];
    if (strchr(name, '/') != NULL) {
        error_set(err, ERROR_CLASS_BUILD, "cannot start %s: no such file in %s",
                  name, options->dir);
        return false;
    }
    const char *path = find_env(options->env, "PATH");
    // A summary takes the first line alone.
    error_set(err, ERROR_CLASS_BUILD,
              "cannot start %s: not found in PATH\nPATH is %s", name,
              path != NULL ? path : "not set: /usr/bin:/bin");
    return false;
}

/* As the command would see it from its folder. */
static bool
is_there(const struct spawn_options *options)
{
    char *path = path_join(options->dir, options->program);
    bool is = access(path, F_OK) == 0;
    free(path);
    return is;
}

/* Why execve itself failed, in terms of the command. */
static bool
set_exec_error(const struct spawn_options *options, int errnum,
               struct error *err)
{
    const char *name = options->argv[0];
    switch (errnum) {
    case E2BIG:
        return set_too_long(options, err);
    case ENOEXEC:
        error_set(err, ERROR_CLASS_BUILD,
                  "cannot start %s: %s is not a program", name,
                  options->program);
        error_set_help(err, "a script needs a first line like #!/bin/sh");
        return false;
    case ENOENT:
        if (!is_there(options)) {
            return set_not_found(options, err);
        }
        error_set(err, ERROR_CLASS_BUILD,
                  "cannot start %s: %s, or the interpreter that it names, is "
                  "not there",
                  name, options->program);
        return false;
    default:
        return error_set_errno(err, ERROR_CLASS_BUILD, errnum,
                               "cannot start %s (%s)", name, options->program);
    }
}

/* The child left a note of how far it came, and why no further. */
static enum spawn_status
failed(const struct child *child, struct error *err)
{
    const struct spawn_options *options = child->options;
    int errnum = child->errnum;
    switch (child->stage) {
    case STAGE_DIR:
        error_set_errno(err, ERROR_CLASS_BUILD, errnum, "cannot start %s in %s",
                        options->argv[0], options->dir);
        break;
    case STAGE_EXEC:
        if (errnum == EAGAIN || errnum == ENOMEM || errnum == ENFILE) {
            return SPAWN_BUSY;
        }
        set_exec_error(options, errnum, err);
        break;
    case STAGE_NONE:
    case STAGE_FDS:
        error_set_errno(err, ERROR_CLASS_SYSTEM, errnum, "cannot start %s",
                        options->argv[0]);
        break;
    }
    return SPAWN_FAILED;
}

/* --- Starting -------------------------------------------------------------------- */

/* One stack serves all: no two children run on it at a time. */
static char *
child_stack(void)
{
    static char *stack;
    if (stack == NULL) {
        void *mapped = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
        stack = mapped != MAP_FAILED ? mapped : NULL;
    }
    return stack;
}

#ifdef __has_feature
#define HAS_TSAN __has_feature(thread_sanitizer)
#elif defined(__SANITIZE_THREAD__)
#define HAS_TSAN 1
#else
#define HAS_TSAN 0
#endif

#if HAS_TSAN
/* Its own clone takes every child for a copy of ours, with memory of its own, and
 * prepares "that copy" for life without threads. Here that is us: it would watch
 * no call of ours any more, and a signal that comes while we wait for one would be
 * kept back for ever. The C library has the plain one by this name. */
int __clone(int (*main)(void *), void *stack, int flags, void *arg, ...);
#define CLONE __clone
#else
#define CLONE clone
#endif

/* The pid, or -1 with errno. Our signals are blocked meanwhile: a handler of
 * ours must not run in the child. */
static pid_t
clone_child(struct child *child, int *pidfd)
{
    char *stack = child_stack();
    if (stack == NULL) {
        errno = ENOMEM;
        return -1;
    }
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    int flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD;
    pid_t pid = CLONE(child_main, stack + STACK_SIZE, flags, child, pidfd);
    int errnum = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = errnum;
    return pid;
}

/* Errors that pass when other processes end. */
static bool
is_shortage(int errnum)
{
    return errnum == EAGAIN || errnum == ENOMEM || errnum == EMFILE ||
           errnum == ENFILE;
}

enum spawn_status
spawn_start(const struct spawn_options *options, struct spawned *spawned,
            struct error *err)
{
    if (options->program == NULL && options->by_shell == NULL) {
        set_not_found(options, err);
        return SPAWN_FAILED;
    }
    // Told before anything is made for it. Other systems may take less: they
    // say so themselves.
    struct weight weight = weigh(options);
    if (weight.longest > longest_max() ||
        (weight.total > longest_max() && weight.total > weight_max())) {
        set_too_long(options, err);
        return SPAWN_FAILED;
    }
    for (int fd = 0; fd <= 2; fd++) {
        assert(options->fds[fd] > 2 || options->fds[fd] == fd);
    }
    if (!ignored.is_known) {
        spawn_learn_signals();
    }
    struct child child = {.options = options, .parent = getpid()};
    child.slot = guard_take_slot();
    int pidfd = -1;
    pid_t pid = clone_child(&child, &pidfd);
    if (pid < 0) {
        int errnum = errno;
        if (child.slot != NULL) {
            guard_release_slot(child.slot);
        }
        if (is_shortage(errnum)) {
            return SPAWN_BUSY;
        }
        error_set_errno(err, ERROR_CLASS_SYSTEM, errnum, "cannot start %s",
                        options->argv[0]);
        return SPAWN_FAILED;
    }
    *spawned = (struct spawned){pid, pidfd, options->console, child.slot};
    if (child.stage == STAGE_NONE) {
        return SPAWN_OK;
    }
    waitpid(pid, NULL, 0);
    close(pidfd);
    if (child.slot != NULL) {
        guard_release_slot(child.slot);
    }
    return failed(&child, err);
}

/* --- Ending ------------------------------------------------------------------------ */

static int64_t
timeval_us(struct timeval value)
{
    return (int64_t)value.tv_sec * 1000000 + value.tv_usec;
}

/* A command starts inside of our memory, and the kernel goes on to count that as
 * its own: a peak that is not more than ours says nothing about it. */
static int64_t
peak_of(const struct rusage *child)
{
    static long known; // Ours only grows: what is not above it needs no look.
    struct rusage ours;
    if (child->ru_maxrss <= known || getrusage(RUSAGE_SELF, &ours) != 0) {
        return 0;
    }
    known = ours.ru_maxrss;
    return child->ru_maxrss > known ? child->ru_maxrss : 0;
}

bool
spawn_reap(struct spawned *spawned, struct spawn_end *end)
{
    int status;
    struct rusage usage;
    pid_t pid;
    do {
        pid = wait4(spawned->pid, &status, WNOHANG, &usage);
    } while (pid < 0 && errno == EINTR);
    if (pid == 0) {
        return false;
    }
    *end = (struct spawn_end){0};
    if (pid < 0) {
        // Somebody else reaped our child: how it ended is lost.
        end->exit_code = 255;
    } else {
        end->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
        end->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        end->cpu_us = timeval_us(usage.ru_utime) + timeval_us(usage.ru_stime);
        end->peak_kib = peak_of(&usage);
    }
    if (spawned->slot != NULL) {
        end->left_group = guard_release_slot(spawned->slot);
        spawned->slot = NULL;
    }
    return true;
}

void
spawn_signal(const struct spawned *spawned, int signal)
{
    assert(spawned->pid > 1);
    kill(spawned->console ? spawned->pid : -spawned->pid, signal);
}
