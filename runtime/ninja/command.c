/* SPDX-License-Identifier: MIT */
/*
 * The graph is made to build with, and forgets what building does not need: how a
 * word was quoted, by which two names an output is called, and what response
 * files are for. Those who have to say a command as the build file says it, or
 * to hash it as ninja does, read the file again, once and only then.
 */
#include "runtime/ninja/command.h"

#include "runtime/source.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The key that the graph has for an edge: its first output, as seen from the
 * root. */
static struct slice
key_of(const void *owner, uint32_t index)
{
    const struct ninja_commands *c = owner;
    const struct kept_edge *kept = vec_at(&c->statements.edges, index);
    struct slice path = kept->edge.paths[0].path;
    size_t len = strlen(c->root);
    bool below = path.len > len && memcmp(path.bytes, c->root, len) == 0;
    return below ? (struct slice){path.bytes + len, path.len - len} : path;
}

/* A file that has become unreadable is no error here: the words that the graph
 * holds are shown instead. */
static void *
read_now(void *ctx)
{
    struct ninja_commands *c = ctx;
    struct error ignored = {0};
    char *here = getcwd(NULL, 0);
    c->root = mem_format("%s/", here == NULL || here[1] == 0 ? "" : here);
    free(here);
    if (!statements_read(&c->statements, c->file, source_read_file, &ignored)) {
        error_finish(&ignored);
        c->broken = true;
        return NULL;
    }
    table_reserve(&c->by_key, c->statements.edges.count);
    for (uint32_t i = 0; i < c->statements.edges.count; i++) {
        table_find_or_add(&c->by_key, key_of, c, key_of(c, i), i);
    }
    return NULL;
}

/* Signals are for the thread that builds. */
void
ninja_commands_begin(struct ninja_commands *c, const char *file)
{
    sigset_t all;
    sigset_t before;
    if (c->read || c->reading) {
        return;
    }
    c->file = file;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    c->reading = pthread_create(&c->reader, NULL, read_now, c) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* Once; by the thread that was begun, if there is one. */
static void
read_file(struct ninja_commands *c, const char *file)
{
    if (c->reading) {
        pthread_join(c->reader, NULL);
        c->reading = false;
    } else if (!c->read) {
        c->file = file;
        read_now(c);
    }
    c->read = true;
}

const struct ninja_edge *
ninja_commands_edge(struct ninja_commands *c, const char *file, const char *key)
{
    assert(file != NULL);
    read_file(c, file);
    uint32_t place = c->broken
                         ? TABLE_NONE
                         : table_find(&c->by_key, key_of, c, slice_of(key));
    if (place == TABLE_NONE) {
        return NULL;
    }
    return &((const struct kept_edge *)vec_at(&c->statements.edges, place))
                ->edge;
}

bool
ninja_commands_add(struct ninja_commands *c, const char *file, const char *key,
                   struct buffer *out)
{
    struct error ignored = {0};
    const struct ninja_edge *edge = ninja_commands_edge(c, file, key);
    bool done = edge != NULL &&
                ninja_edge_value(edge, NINJA_KEY_COMMAND, true, out, &ignored);
    error_finish(&ignored);
    return done;
}

struct slice
ninja_commands_builddir(struct ninja_commands *c, const char *file)
{
    read_file(c, file);
    return c->broken ? slice_of("")
                     : ninja_parser_variable(c->statements.parser, "builddir");
}

const struct vec *
ninja_commands_edges(struct ninja_commands *c, const char *file)
{
    read_file(c, file);
    return &c->statements.edges;
}

void
ninja_commands_finish(struct ninja_commands *c)
{
    if (c->read || c->reading) {
        read_file(c, c->file);
        statements_finish(&c->statements);
    }
    table_finish(&c->by_key);
    free(c->root);
    *c = (struct ninja_commands){0};
}
