/* SPDX-License-Identifier: MIT */
/*
 * A build root with files, and a graph that is filled by a C function in place
 * of a build file: the ground of tests/lib/builds.h.
 */
#ifndef TESTS_LIB_ROOT_H
#define TESTS_LIB_ROOT_H

#include "exec/base/memory.h"
#include "exec/base/vec.h"
#include "exec/exec.h"
#include "tests/lib/test.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- One build root, made anew for each test --------------------------------- */

static char root[512];
static struct exec *exec;
static struct graph *graph;
static struct graph *g; /* the one that is being filled */
static void (*build_file)(void);
static char events[8192]; /* what happened, in one line each */
static struct exec_result result;
static struct error error;
static uint32_t reloads;
static int raise_at_start; /* a signal, when the first action starts */

static inline char *
path_of(const char *path)
{
    static char full[1024];
    snprintf(full, sizeof(full), "%s/%s", root, path);
    return full;
}

static inline void
put(const char *path, const char *text)
{
    FILE *stream = fopen(path_of(path), "we");
    if (CHECK(stream != NULL)) {
        fputs(text, stream);
        fclose(stream);
    }
}

static inline const char *
content(const char *path)
{
    static char text[4096];
    FILE *stream = fopen(path_of(path), "re");
    if (stream == NULL) {
        return NULL;
    }
    text[fread(text, 1, sizeof(text) - 1, stream)] = '\0';
    fclose(stream);
    return text;
}

/* --- Filling a graph -------------------------------------------------------------- */

static inline struct str_id
str(const char *text)
{
    return graph_intern(g, text, strlen(text));
}

static inline struct file_id
file(const char *path)
{
    return graph_add_file(g, path, strlen(path));
}

static inline struct action *
begin(const char *key)
{
    struct action *action;
    graph_begin_action(g, &action);
    action->key = str(key);
    action->depfile = FILE_NONE;
    action->depfile_kinds = EDGE_IFWRITTEN;
    return action;
}

static inline void
input(const char *path, uint8_t kinds)
{
    graph_add_input(g, (struct node){NODE_FILE, file(path).n}, kinds, true);
}

static inline void
shell(const char *script)
{
    graph_add_step(g, STEP_COMMAND);
    graph_add_arg(g, str("sh"));
    graph_add_arg(g, str("-c"));
    graph_add_arg(g, str(script));
}

/* An action with one output and, unless NULL, one input. */
static inline void
rule(const char *out, const char *in, uint8_t kinds, const char *script)
{
    begin(out);
    if (in != NULL) {
        input(in, kinds);
    }
    graph_add_output(g, file(out));
    shell(script);
    graph_end_action(g);
}

#endif
