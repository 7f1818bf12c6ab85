/* SPDX-License-Identifier: MIT */
/*
 * A build root for tests of the judge: real files with times that the test
 * sets, a graph in the making, and runs that are played by writing outputs.
 * A verdict is told as text: "clean", "wait", or the codes of the reasons with
 * their subjects.
 */
#ifndef TESTS_LIB_WORLD_H
#define TESTS_LIB_WORLD_H

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
    bool unchanged;
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
    int64_t before = files_now_ns();
    while (files_now_ns() == before) {
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

/* --- Runs --- */

static inline void
world_open(struct world *w)
{
    struct state_options options = {.root = w->root,
                                    .build_file = "build.magma"};
    uint64_t run;
    bool ok = graph_seal(w->graph, &w->err) &&
              state_open(&options, &w->state, &w->err) &&
              state_begin_run(w->state, "build", 1, &run, &w->err);
    if (!ok) {
        CHECK_EQ_STR(w->err.what, "");
    }
    assert(ok);
    struct judge_options judge_options = {.root = w->root,
                                          .build_file = "build.magma",
                                          .run = run,
                                          .content = w->content,
                                          .dry_run = w->dry_run,
                                          .host = &w->host};
    w->judge = judge_create(w->state, w->graph, &judge_options);
}

static inline void
world_close(struct world *w)
{
    judge_destroy(w->judge);
    w->judge = NULL;
    state_close(w->state);
    w->state = NULL;
}

/* A new process would see the same. */
static inline void
world_again(struct world *w)
{
    world_close(w);
    struct state_options options = {.root = w->root,
                                    .build_file = "build.magma"};
    uint64_t run;
    bool ok = state_open(&options, &w->state, &w->err) &&
              state_begin_run(w->state, "build", 1, &run, &w->err);
    assert(ok);
    (void)ok;
    struct judge_options judge_options = {.root = w->root,
                                          .build_file = "build.magma",
                                          .run = run,
                                          .content = w->content,
                                          .dry_run = w->dry_run,
                                          .host = &w->host};
    w->judge = judge_create(w->state, w->graph, &judge_options);
}

static inline void
world_finish(struct world *w)
{
    if (w->judge) {
        world_close(w);
    }
    graph_destroy(w->graph);
    error_finish(&w->err);
    free(w->root);
}

/* The verdict as text, valid until the next one. */
static inline const char *
world_judge(struct world *w, struct action_id action)
{
    struct verdict_reasons reasons;
    size_t len = 0;
    error_finish(&w->err);
    switch (judge_action(w->judge, action, &reasons, &w->err)) {
    case VERDICT_CLEAN:
        judge_settle(w->judge, action);
        return "clean";
    case VERDICT_WAIT:
        return "wait";
    case VERDICT_ERROR:
        return "error";
    case VERDICT_DIRTY:
        break;
    }
    w->verdict[0] = 0;
    for (uint32_t i = 0; i < reasons.count && len < sizeof w->verdict; i++) {
        const struct exec_reason *r = &reasons.items[i];
        len += (size_t)snprintf(w->verdict + len, sizeof w->verdict - len,
                                "%s%s%s%s", i > 0 ? ", " : "", r->code,
                                r->subject ? " " : "",
                                r->subject ? r->subject : "");
    }
    return w->verdict;
}

static inline struct attempt *
world_start(struct world *w, struct action_id action)
{
    struct attempt *attempt = judge_begin(w->judge, action, &w->err);
    assert(attempt);
    bool ok = judge_commit(w->judge, &w->err);
    assert(ok);
    (void)ok;
    return attempt;
}

/* Ends it well; `discovered` is a row of paths of that many bytes. */
static inline bool
world_end(struct world *w, struct attempt *attempt, const char *discovered,
          size_t len)
{
    struct attempt_outcome outcome = {.started_unix_us = 1000000,
                                      .duration_us = 2000,
                                      .discovered = discovered,
                                      .discovered_len = len,
                                      .discovered_kinds = EDGE_IFWRITTEN};
    return judge_finish(w->judge, attempt, &outcome, &w->unchanged, &w->err);
}

/* Judged, run and recorded: writes one output (NULL: none). */
static inline const char *
world_run(struct world *w, struct action_id action, const char *output,
          const char *text, int seconds)
{
    const char *verdict = world_judge(w, action);
    if (strcmp(verdict, "clean") == 0 || strcmp(verdict, "error") == 0) {
        return verdict;
    }
    struct attempt *attempt = world_start(w, action);
    if (output) {
        world_write(w, output, text, seconds);
    }
    bool ok = world_end(w, attempt, NULL, 0);
    return ok ? verdict : "failed";
}

#endif
