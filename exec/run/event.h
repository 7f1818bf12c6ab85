/* SPDX-License-Identifier: MIT */
/*
 * What happens during a build, as typed events: the executor makes them, the
 * runtime prints, stores or forwards them. See spec/format/events.md.
 * All pointers are valid during the call only.
 */
#ifndef EXEC_RUN_EVENT_H
#define EXEC_RUN_EVENT_H

#include "exec/graph/graph.h"

enum exec_event_type {
    EVENT_RUN_START,
    EVENT_PHASE, /* `text` begins: "scanning", "hashing big.img"; NULL: it is
                    over. May come before RUN_START, and without a graph */
    EVENT_PLAN,  /* what is dirty is known well enough to choose an order */
    EVENT_ACTION_START,
    EVENT_ACTION_OUTPUT, /* it runs alone, for long: what it printed so far */
    EVENT_ACTION_END,
    EVENT_ACTION_SKIP, /* up to date, cut off, or its inputs failed */
    EVENT_REMOVED,     /* an output that left the graph was removed */
    EVENT_NOTE,        /* something a person should know; `text` */
    EVENT_STATE_NOTE,  /* the same of ronin's own files */
    EVENT_PAUSE,       /* ^Z: the terminal is given away */
    EVENT_RESUME,      /* and back */
    EVENT_RUN_END
};

enum action_status {
    STATUS_OK,
    STATUS_FAILED,
    STATUS_KILLED,      /* the command died of a signal */
    STATUS_INTERRUPTED, /* ronin was asked to stop */
    STATUS_UP_TO_DATE,
    STATUS_CUT_OFF, /* was a candidate; what it reads came out the same */
    STATUS_NOT_RUN  /* something that it needs failed */
};

/* Why an action runs: a stable code (spec/build/reasons.md) and its subject
 * (a path, a variable, an argument), with what it was and what it is. */
struct exec_reason {
    const char *code;
    const char *subject; /* or NULL */
    const char *before;  /* or NULL */
    const char *after;   /* or NULL */
    bool discovered; /* the subject is an input that the command named and the
                            graph did not; told by exec_why alone */
};

/* What is still to come, as far as the past can tell. */
struct exec_outlook {
    int64_t left_us; /* until all is done; -1: there is nothing to tell it by */
    const struct graph *graph;
    const struct action_id *path; /* the longest way from what runs or may run
                                     now to the end; its first few actions */
    uint32_t path_count;
    uint32_t path_more; /* how many follow these */
};

struct exec_event {
    enum exec_event_type type;
    int64_t time_us; /* since the run began, monotonic */
    const struct graph *graph;
    struct action_id action; /* ACTION_*: which; else ACTION_NONE */
    enum action_status status;
    int exit_code; /* of the failing command */
    int signal;
    int64_t duration_us;
    int64_t cpu_us;
    int64_t peak_kib;
    bool unchanged; /* ACTION_END: all outputs came out the same */
    const struct exec_reason *reasons;
    uint32_t reason_count;
    const char *output;  /* ACTION_END, ACTION_OUTPUT: all that it printed */
    size_t output_len;   /* large ones are mapped: read them in order */
    size_t output_shown; /* of it, what events have told before */
    int output_fd;       /* the file of a large output, or -1 */
    const char *output_path; /* its name from the root, if it is kept */
    struct slice discovered; /* ACTION_END, of a success: what it told it had
                               read, as a row of paths */
    int64_t begin_ns;        /* ACTION_END: what it read was there before this
                               moment of the file system's clock */
    const char *text;        /* NOTE, REMOVED: text or path; END: message */
    const char *help;        /* END: what to do about it, or NULL */
    int64_t usual_us;        /* START: what it took in the past; 0: unknown */
    const struct exec_outlook *outlook; /* now and then, if asked for */
    uint32_t started;                   /* actions started so far */
    uint32_t finished; /* of those wanted, over all graphs of the run */
    uint32_t wanted;   /* actions that are needed, as far as it is known, and
                          those that were done and are needed no more */
    uint32_t
        expected; /* if it was asked for: how many will have run at the end */
    bool is_for_sources; /* so far it is about what makes the build file alone,
                            and so are the numbers of `expected` */
    bool is_early; /* it began before all was looked at: what is expected is not
                      known yet */
    bool at_least; /* more may turn out to be needed than `wanted` */
    uint32_t failed;
};

#endif
