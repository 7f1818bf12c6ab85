/* SPDX-License-Identifier: MIT */
/*
 * GNU make's jobserver: a pipe with one byte, a token, for each job that may
 * run beside the first. Started by a make (or another ronin) that has one,
 * ronin takes its tokens from there; otherwise it makes one that its commands
 * can take from. Either way a command beside the first runs under a token, and
 * what is taken is given back. See spec/build/scheduling.md.
 */
#ifndef EXEC_RUN_JOBSERVER_H
#define EXEC_RUN_JOBSERVER_H

#include "exec/exec.h"

struct jobserver_options {
    enum jobserver_style style;
    uint32_t jobs;         /* how many to serve for */
    bool jobs_given;       /* by a person: nothing is joined */
    const char *makeflags; /* MAKEFLAGS as it is, or NULL */
    const char *path;      /* PATH, to look at the make in it; or NULL */
};

struct jobserver;

/* Joins, or is ready to serve. Failure only means that there is none. */
struct jobserver *jobserver_create(const struct jobserver_options *options);
/* Gives back what is taken. NULL is fine. */
void jobserver_destroy(struct jobserver *jobserver);
bool jobserver_is_joined(const struct jobserver *jobserver);
/* True if MAKEFLAGS names one that cannot be used: then make goes on with one
 * job, and so do we. `note` says it. */
bool jobserver_is_lost(const struct jobserver *jobserver, const char **note);

/* Makes sure that one more command may run beside so many. False: no token is
 * there now; jobserver_wait_fd tells when it may be otherwise. */
bool jobserver_acquire(struct jobserver *jobserver, uint32_t running);
/* Gives back what so many running commands do not need. */
void jobserver_release(struct jobserver *jobserver, uint32_t running);
/* A descriptor that is readable when tokens are there, the caller's to close;
 * -1 with errno. */
int jobserver_wait_fd(const struct jobserver *jobserver);

/* What a command gets to find the jobserver. */
struct jobserver_share {
    char *variable; /* "MAKEFLAGS=...", or NULL: as it is */
    int fds[2];     /* that stay open in it; -1: none */
};
/* For a command with these words. */
struct jobserver_share
jobserver_share(struct jobserver *jobserver, const char *const *argv);

#endif
