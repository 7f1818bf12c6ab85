/* SPDX-License-Identifier: MIT */
/*
 * The lock is of the open file description: it ends with the process, is not
 * lost when another descriptor of the file is closed, and a child does not
 * keep it, for the descriptor is closed on exec.
 */
#include "exec/state/lock.h"

#include "exec/base/memory.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HOLDER_MAX 1024

struct holder {
    int pid; /* 0: not known (yet) */
    char command[HOLDER_MAX];
};

/* `how` is F_OFD_SETLK, or F_OFD_SETLKW to wait. */
static bool
try_lock(int fd, int how)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(fd, how, &lock) == 0;
}

bool
lock_is_held(const char *path)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool held =
        fd >= 0 && fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    if (fd >= 0) {
        close(fd);
    }
    return held;
}

/* As much as fits, ended by a zero byte; nothing if it cannot be read. */
static size_t
read_whole(const char *path, char *buf, size_t cap)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd >= 0 ? read(fd, buf, cap - 1) : -1;
    if (fd >= 0) {
        close(fd);
    }
    size_t got = len > 0 ? (size_t)len : 0;
    buf[got] = 0;
    return got;
}

/* Control characters of the command would end up on somebody's terminal. */
static void
write_holder(int fd)
{
    char text[HOLDER_MAX];
    int head = snprintf(text, sizeof text, "%d\n", (int)getpid());
    assert(head > 0);
    size_t start = (size_t)head;
    size_t len =
        read_whole("/proc/self/cmdline", text + start, sizeof text - start - 1);
    for (size_t i = start; i < start + len; i++) {
        unsigned char c = (unsigned char)text[i];
        text[i] = c < ' ' || c == 127 ? ' ' : text[i];
    }
    while (len > 0 && text[start + len - 1] == ' ') {
        len--;
    }
    text[start + len] = '\n';
    /* Only a message depends on it. */
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, start + len + 1, 0) < 0) {
        return;
    }
}

/* The holder may be between taking the lock and writing its name. */
static struct holder
read_holder(const char *path)
{
    struct holder holder = {0};
    char text[HOLDER_MAX];
    read_whole(path, text, sizeof text);
    char *command = text;
    holder.pid = (int)strtol(text, &command, 10);
    command += *command == '\n';
    command[strcspn(command, "\n")] = 0;
    snprintf(holder.command, sizeof holder.command, "%s", command);
    return holder;
}

/* The parent of a process; 0 if there is none or it cannot be seen. */
static int
parent_of(int pid)
{
    char path[64];
    char text[512];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    read_whole(path, text, sizeof text);
    /* The name, in brackets, may hold anything. */
    const char *end = strrchr(text, ')');
    int parent = 0;
    if (end && sscanf(end + 1, " %*c %d", &parent) != 1) {
        parent = 0;
    }
    return parent;
}

/* Bounded, in case /proc shows a circle. */
static bool
is_ancestor(int pid)
{
    int at = (int)getppid();
    for (int depth = 0; at > 0 && depth < 4096; depth++) {
        if (at == pid) {
            return true;
        }
        at = parent_of(at);
    }
    return false;
}

/* A second opening in one process would wait for itself. */
static enum lock_outcome
wait_for(int fd, const char *path, const struct state_options *options,
         struct error *err)
{
    struct holder holder = read_holder(path);
    if (options->no_wait || holder.pid == (int)getpid()) {
        error_set(err, ERROR_CLASS_STATE,
                  "another ronin builds here: process %d (%s)", holder.pid,
                  holder.command);
        error_set_help(err, "wait for its end, or build without --no-wait");
        return LOCK_FAILED;
    }
    if (options->on_wait) {
        options->on_wait(options->ctx, holder.pid, holder.command);
    }
    if (!try_lock(fd, F_OFD_SETLKW)) {
        error_set_errno(err, ERROR_CLASS_STATE, errno,
                        "could not wait for the ronin that builds here");
        return LOCK_FAILED;
    }
    return LOCK_HELD;
}

enum lock_outcome
lock_take(const char *path, const struct state_options *options, int *fd,
          int *holder, struct error *err)
{
    *holder = 0;
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (*fd < 0) {
        error_set_errno(err, ERROR_CLASS_STATE, errno, "cannot lock %s", path);
        error_set_help(err, "ronin keeps its records in .ronin at the build "
                            "root; make that folder writable, or build with "
                            "--state=memory");
        return LOCK_FAILED;
    }
    enum lock_outcome outcome = LOCK_HELD;
    if (!try_lock(*fd, F_OFD_SETLK)) {
        bool is_busy = errno == EAGAIN || errno == EACCES;
        *holder = read_holder(path).pid;
        if (!is_busy) {
            error_set_errno(err, ERROR_CLASS_STATE, errno, "cannot lock %s",
                            path);
            outcome = LOCK_FAILED;
        } else if (*holder > 1 && is_ancestor(*holder)) {
            outcome = LOCK_ANCESTOR;
        } else {
            outcome = wait_for(*fd, path, options, err);
        }
    }
    if (outcome == LOCK_HELD) {
        write_holder(*fd);
    } else {
        lock_drop(*fd);
        *fd = -1;
    }
    return outcome;
}

void
lock_drop(int fd)
{
    if (fd >= 0) {
        close(fd);
    }
}
