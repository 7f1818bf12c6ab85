/* SPDX-License-Identifier: MIT */
/*
 * A build root for tests of the judge: real files with times that the test
 * sets, and a graph in the making. tests/lib/runs.h plays runs in it.
 */
#ifndef TESTS_LIB_WORLD_H
#define TESTS_LIB_WORLD_H

#include "exec/backend/stamp.h"
#include "exec/base/memory.h"
#include "exec/base/path.h"
#include "exec/decide/files.h"
#include "exec/decide/judge.h"
#include "exec/state/state.h"
#include "tests/lib/test.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct world {
    char *root;
    struct graph *graph;
    struct state *state;
    struct judge *judge;
    struct exec_host host;
    bool content;
    bool dry_run;
    char verdict[2000];
    struct attempt_news news;
    struct error err;
};

static inline struct world
world_make(void)
{
    static int count;
    struct world w = {0};
    w.root = mem_format("%s/world%d", test_dir(), count++);
    int code = mkdir(w.root, 0777);
    assert(code == 0);
    (void)code;
    w.graph = graph_create();
    return w;
}

static inline char *
world_path(const struct world *w, const char *path)
{
    return path_join(w->root, path);
}

/* Waits, without sleeping, for the next tick of the clock of time stamps, so
 * that what follows cannot carry the stamp of what was before. */
static inline void
world_tick(void)
{
    int64_t before = stamp_now_ns();
    while (stamp_now_ns() == before) {
    }
}

/* Writes a file and sets its time, in seconds and a bit after 2020. */
static inline void
world_write(const struct world *w, const char *path, const char *text,
            int seconds)
{
    char *whole = world_path(w, path);
    for (char *slash = strchr(whole + strlen(w->root) + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = 0;
        (void)mkdir(whole, 0777);
        *slash = '/';
    }
    int fd = open(whole, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    assert(fd >= 0);
    ssize_t put = write(fd, text, strlen(text));
    assert(put == (ssize_t)strlen(text));
    struct timespec times[2] = {{0, UTIME_OMIT},
                                {1577836800 + seconds, 123456789}};
    int code = futimens(fd, times);
    assert(code == 0);
    (void)code;
    (void)put;
    close(fd);
    free(whole);
}

static inline void
world_remove(const struct world *w, const char *path)
{
    char *whole = world_path(w, path);
    (void)unlink(whole);
    free(whole);
}

static inline bool
world_has(const struct world *w, const char *path)
{
    char *whole = world_path(w, path);
    bool has = access(whole, F_OK) == 0;
    free(whole);
    return has;
}

/* --- The graph --- */

static inline struct str_id
world_str(struct world *w, const char *text)
{
    return graph_intern(w->graph, text, strlen(text));
}

static inline struct node
world_file(struct world *w, const char *path)
{
    struct file_id file = graph_add_file(w->graph, path, strlen(path));
    return (struct node){NODE_FILE, file.n};
}

/* Begins an action with one output (NULL: none, and the key is "name:x") and
 * one command; the words are its arguments. */
static inline struct action_id
world_begin(struct world *w, const char *output, const char *words)
{
    struct action *action;
    struct action_id id = graph_begin_action(w->graph, &action);
    action->key = world_str(w, output ? output : "name:x");
    action->place = (struct place){world_str(w, "build.magma"), 3, 7};
    if (output) {
        graph_add_output(w->graph, (struct file_id){world_file(w, output).n});
    }
    (void)graph_add_step(w->graph, STEP_COMMAND);
    char *copy = mem_copy_str(words);
    char *rest = copy;
    for (char *word = strtok_r(copy, " ", &rest); word;
         word = strtok_r(NULL, " ", &rest)) {
        graph_add_arg(w->graph, world_str(w, word));
    }
    free(copy);
    return id;
}

static inline void
world_input(struct world *w, const char *path, unsigned kinds)
{
    graph_add_input(w->graph, world_file(w, path), (uint8_t)kinds, true);
}

/* An action of one output and one input. */
static inline struct action_id
world_action(struct world *w, const char *output, const char *input,
             unsigned kinds)
{
    struct action_id id = world_begin(w, output, "/bin/tool x");
    world_input(w, input, kinds);
    graph_end_action(w->graph);
    return id;
}

/* The next graph; the old one must not be used any more. */
static inline void
world_new_graph(struct world *w)
{
    graph_destroy(w->graph);
    w->graph = graph_create();
}

#endif
