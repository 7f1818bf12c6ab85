/* SPDX-License-Identifier: MIT */
/*
 * Outputs that were recorded and that no action of the graph makes any more.
 * One that somebody changed since, or that is an input now, is no longer ours:
 * it stays, and is forgotten.
 */
#include "exec/base/memory.h"
#include "exec/base/path.h"
#include "exec/decide/clean.h"
#include "exec/decide/record.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct orphan {
    char *path;
    uint32_t file; /* its number in the database */
    uint32_t version;
};

struct search {
    struct judge *judge;
    struct vec orphans;  /* of struct orphan */
    uint8_t *discovered; /* by place in the files */
    bool dry_run;
};

/* What a dyndep file named the last time is still in the graph while nobody
 * needed to read it. */
static bool
waits_for_dyndep(const struct graph *g, const char *key)
{
    struct action_id action = graph_find_key(g, key, strlen(key));
    if (action.n == ID_NONE) {
        return false;
    }
    const struct action *a = graph_action(g, action);
    return graph_detail(g, a)->dyndep.n != ID_NONE &&
           (a->flags & ACTION_GROWN) == 0;
}

/* A recorded output that no action of the graph makes. */
static void
try_output(void *ctx, const struct state_output *output)
{
    struct search *search = ctx;
    const struct graph *g = search->judge->graph;
    struct file_id file =
        graph_find_file(g, output->path, strlen(output->path));
    bool is_made = file.n != ID_NONE && graph_producer(g, file).n != ID_NONE;
    if (is_made || waits_for_dyndep(g, output->key)) {
        return;
    }
    struct orphan orphan = {mem_copy_str(output->path), output->file,
                            output->version};
    vec_push(&search->orphans, &orphan);
}

/* Marks, by place in the files, what actions of the graph discovered. */
static void
mark_discovered(struct judge *judge, const struct record *record,
                uint8_t *marks)
{
    struct manifest_reader reader;
    uint32_t id;
    if (!manifest_open(record->body, &reader)) {
        return;
    }
    for (uint32_t n = manifest_read_count(&reader); n > 0; n--) {
        (void)manifest_read_file(&reader, &id);
    }
    for (uint32_t n = manifest_read_count(&reader); n > 0; n--) {
        (void)manifest_read_file(&reader, &id);
        const struct file_version *v = files_version(judge->files, id);
        uint32_t file = v ? files_of_version(judge->files, v) : TABLE_NONE;
        if (file != TABLE_NONE) {
            marks[file] = 1;
        }
    }
}

/* What the actions of the graph discovered, by place in the files. */
static uint8_t *
find_discovered(struct judge *judge)
{
    uint8_t *marks = mem_alloc(files_count(judge->files) + 1, 1);
    for (uint32_t i = 0; i < graph_action_count(judge->graph); i++) {
        mark_discovered(judge, record_of(judge, (struct action_id){i}), marks);
    }
    return marks;
}

/* Somebody reads it: then it is a source now. Or it is in a folder that an
 * action makes: then it is that action's. */
static bool
is_input(const struct judge *judge, const char *path, const uint8_t *discovered)
{
    const struct graph *g = judge->graph;
    struct file_id file = graph_find_file(g, path, strlen(path));
    struct node node = {NODE_FILE, file.n};
    if (file.n != ID_NONE && graph_user_count(g, node) > 0) {
        return true;
    }
    if (ours_output_above(g, path).n != ID_NONE) {
        return true;
    }
    uint32_t place = files_find(judge->files, path, strlen(path));
    return place != TABLE_NONE && discovered[place];
}

static struct clean_scope
scope_of(struct judge *judge)
{
    return (struct clean_scope){judge->state, judge->root,
                                files_filter(judge->files)};
}

/* A file that is gone already needs no report. */
static bool
remove_one(struct judge *judge, const struct orphan *orphan, bool dry_run,
           bool *removed, struct error *err)
{
    assert(orphan->path);
    if (dry_run) {
        *removed = true;
        return true;
    }
    struct clean_scope scope = scope_of(judge);
    if (!clean_remove(&scope, orphan->path, removed, err)) {
        error_set_help(err, "no action makes it any more");
        return false;
    }
    return state_drop_output(judge->state, orphan->file, true, err);
}

/* Removed, or no longer ours: in either case it is forgotten. */
static bool
settle_orphan(const struct search *search, const struct orphan *orphan,
              bool *removed, struct error *err)
{
    struct judge *judge = search->judge;
    const char *path = orphan->path;
    bool dry_run = search->dry_run;
    struct clean_scope scope = scope_of(judge);
    *removed = false;
    if (!is_input(judge, path, search->discovered) &&
        !state_output_is_foreign(judge->state, orphan->file) &&
        clean_may_remove(&scope, path, orphan->version)) {
        return remove_one(judge, orphan, dry_run, removed, err);
    }
    return dry_run || state_drop_output(judge->state, orphan->file, false, err);
}

bool
judge_remove_orphans(struct judge *judge, bool dry_run,
                     void (*removed)(void *ctx, const char *path), void *ctx,
                     struct error *err)
{
    assert(judge->graph);
    if (!judge->files) {
        return true;
    }
    struct search search = {.judge = judge,
                            .orphans = vec_of(sizeof(struct orphan)),
                            .dry_run = dry_run};
    bool ok = state_load_outputs(judge->state, try_output, &search, err);
    if (search.orphans.count > 0) {
        search.discovered = find_discovered(judge);
    }
    for (uint32_t i = 0; i < search.orphans.count; i++) {
        struct orphan *orphan = vec_at(&search.orphans, i);
        bool is_gone = false;
        ok = ok && settle_orphan(&search, orphan, &is_gone, err);
        if (ok && is_gone && removed) {
            removed(ctx, orphan->path);
        }
        free(orphan->path);
    }
    vec_finish(&search.orphans);
    free(search.discovered);
    return ok;
}
