/* SPDX-License-Identifier: MIT */
/*
 * Outputs that were recorded and that no action of the graph makes any more.
 * One that somebody changed since, or that is an input now, is no longer ours:
 * it stays, and is forgotten.
 */
#include "exec/base/memory.h"
#include "exec/base/path.h"
#include "exec/decide/clean.h"
#include "exec/decide/compare.h"
#include "exec/decide/recipe.h"
#include "exec/decide/record.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct orphan {
    char *path;
    char *key;     /* of its action, if that is gone as well; or NULL */
    uint32_t file; /* its number in the database */
    uint32_t version;
};

struct search {
    struct judge *judge;
    struct vec orphans;  /* of struct orphan */
    uint8_t *discovered; /* by place in the files */
    struct judge_orphans *request;
};

/* Nobody needed to read the dyndep file: what it named when the action ran last
 * is still in the graph, and nothing that it named before that. */
static bool
waits_for_dyndep(struct judge *judge, const struct state_output *output)
{
    const struct graph *g = judge->graph;
    struct action_id action =
        graph_find_key(g, output->key, strlen(output->key));
    if (action.n == ID_NONE) {
        return false;
    }
    const struct action *a = graph_action(g, action);
    if (graph_detail(g, a)->dyndep.n == ID_NONE ||
        (a->flags & ACTION_GROWN) != 0) {
        return false;
    }
    compare_read_last(judge, record_of(judge, action));
    const struct vec *made = &judge->last.outputs;
    bool is_made = judge->last.lost;
    for (uint32_t i = 0; i < made->count && !is_made; i++) {
        const struct manifest_file *file = vec_at(made, i);
        is_made = strcmp(file->path, output->path) == 0;
    }
    return is_made;
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
    if (is_made || waits_for_dyndep(search->judge, output)) {
        return;
    }
    bool is_gone =
        graph_find_key(g, output->key, strlen(output->key)).n == ID_NONE;
    struct orphan orphan = {
        .path = mem_copy_str(output->path),
        .key = is_gone ? mem_copy_str(output->key) : NULL,
        .file = output->file,
        .version = output->version,
    };
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
    manifest_skip_files(&reader, 1); // inputs
    for (uint32_t n = manifest_read_count(&reader); n > 0; n--) {
        (void)manifest_read_file(&reader, &id);
        uint32_t file = files_of_version(judge->files, id);
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

/* The depfile that its action left, malloc'ed; NULL if there is none that is
 * surely its own. */
static char *
find_depfile(const struct search *search, const struct orphan *orphan)
{
    char *text;
    size_t len;
    struct judge *judge = search->judge;
    if (orphan->key == NULL ||
        !state_find_command(judge->state, orphan->key, &text, &len)) {
        return NULL;
    }
    struct slice depfile = recipe_depfile((struct slice){text, len});
    char *path = depfile.len > 0 ? mem_copy(depfile.bytes, depfile.len) : NULL;
    free(text);
    struct clean_scope scope = scope_of(judge);
    if (path != NULL &&
        !clean_is_depfile_of(&scope, judge->graph, path, orphan->path)) {
        free(path);
        path = NULL;
    }
    return path;
}

/* It is not among the recorded outputs; that it is removed is recorded. */
static bool
remove_depfile(const struct search *search, const char *path, struct error *err)
{
    struct judge *judge = search->judge;
    const struct judge_orphans *request = search->request;
    bool removed = request->dry_run;
    if (!request->dry_run) {
        uint32_t place = files_add(judge->files, path, strlen(path));
        struct clean_scope scope = scope_of(judge);
        (void)files_look(judge->files, place);
        if (!files_store(judge->files, place, err)) {
            return false;
        }
        uint32_t file = files_look(judge->files, place)->file;
        if (!clean_remove(&scope, path, &removed, err) ||
            !state_drop_output(judge->state, path, file, removed, err)) {
            return false;
        }
    }
    if (removed && request->removed) {
        request->removed(request->ctx, path);
    }
    return true;
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
    return state_drop_output(judge->state, orphan->path, orphan->file, true,
                             err);
}

/* Removed, or no longer ours: in either case it is forgotten. */
static bool
settle_orphan(const struct search *search, const struct orphan *orphan,
              bool *removed, struct error *err)
{
    struct judge *judge = search->judge;
    const char *path = orphan->path;
    bool dry_run = search->request->dry_run;
    struct clean_scope scope = scope_of(judge);
    *removed = false;
    if (is_input(judge, path, search->discovered)) {
        // The value of a dynout that is to be resolved may have named it.
        search->request->has_kept |= !search->request->is_final;
        return dry_run || !search->request->is_final ||
               state_drop_output(judge->state, path, orphan->file, false, err);
    }
    if (!state_output_is_foreign(judge->state, path, orphan->file) &&
        clean_may_remove(&scope, path, orphan->version)) {
        return remove_one(judge, orphan, dry_run, removed, err);
    }
    return dry_run ||
           state_drop_output(judge->state, path, orphan->file, false, err);
}

/* With all that it left. */
static bool
take_orphan(const struct search *search, const struct orphan *orphan,
            struct error *err)
{
    const struct judge_orphans *request = search->request;
    bool is_gone = false;
    char *depfile = find_depfile(search, orphan);
    bool ok = settle_orphan(search, orphan, &is_gone, err);
    if (ok && is_gone && request->removed) {
        request->removed(request->ctx, orphan->path);
    }
    if (ok && depfile != NULL) {
        ok = remove_depfile(search, depfile, err);
    }
    free(depfile);
    return ok;
}

bool
judge_remove_orphans(struct judge *judge, struct judge_orphans *request,
                     struct error *err)
{
    assert(judge->graph);
    if (!judge->files) {
        return true;
    }
    struct search search = {.judge = judge,
                            .orphans = vec_of(sizeof(struct orphan)),
                            .request = request};
    bool ok = state_load_outputs(judge->state, try_output, &search, err);
    if (search.orphans.count > 0) {
        search.discovered = find_discovered(judge);
    }
    for (uint32_t i = 0; i < search.orphans.count; i++) {
        struct orphan *orphan = vec_at(&search.orphans, i);
        ok = ok && take_orphan(&search, orphan, err);
        free(orphan->path);
        free(orphan->key);
    }
    vec_finish(&search.orphans);
    free(search.discovered);
    return ok;
}
