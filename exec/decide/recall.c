/* SPDX-License-Identifier: MIT */
/*
 * A file differs from what a run recorded if it differs from the version that
 * the manifests of that time name. Of an action that ran in the run or before,
 * that is the manifest which this left; of one that ran only later, the one that
 * its first later run found; of all others, the one that it has.
 */
#include "exec/decide/recall.h"

#include "exec/base/memory.h"
#include "exec/base/table.h"
#include "exec/decide/files.h"
#include "exec/decide/manifest.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- Orphans --------------------------------------------------------------------- */

struct orphan_search {
    const struct graph *g;
    exec_path_fn *call;
    void *ctx;
};

/* What is gone from the disk as well is no orphan any more. */
static void
try_output(void *ctx, const struct state_output *output)
{
    const struct orphan_search *search = ctx;
    const struct graph *g = search->g;
    struct file_id file =
        graph_find_file(g, output->path, strlen(output->path));
    struct stat st;
    bool is_made = file.n != ID_NONE && graph_producer(g, file).n != ID_NONE;
    if (!is_made && lstat(output->path, &st) == 0) {
        search->call(search->ctx, output->path);
    }
}

bool
recall_orphans(struct state *state, const struct graph *g, exec_path_fn *call,
               void *ctx, struct error *err)
{
    struct orphan_search search = {g, call, ctx};
    return state_load_outputs(state, try_output, &search, err);
}

/* --- Records ------------------------------------------------------------------------ */

/* Status and manifest of a record, in the words of the facade. */
static void
take_record(void *ctx, const struct state_record *row)
{
    struct exec_record *record = ctx;
    const struct hash128 none = {0, 0};
    record->is_started = row->status == RECORD_STARTED;
    record->has_failed = row->status == RECORD_FAILED;
    record->has_manifest = !hash_equal(row->manifest, none);
    record->manifest = row->manifest;
    record->is_found = true;
}

bool
recall_record(struct state *state, const char *key, struct exec_record *record)
{
    *record = (struct exec_record){.is_found = false};
    state_find_record(state, key, take_record, record);
    return record->is_found;
}

/* --- Manifests -------------------------------------------------------------------------- */

struct manifest_text {
    struct state *state;
    struct buffer *out;
};

static void
add_kinds(struct buffer *out, uint8_t kinds)
{
    static const struct {
        uint8_t bit;
        const char *name;
    } names[] = {{EDGE_IFWRITTEN, "ifwritten"},
                 {EDGE_IFCHANGED, "ifchanged"},
                 {EDGE_IFCREATED, "ifcreated"},
                 {EDGE_IFDELETED, "ifdeleted"}};
    const char *between = " ";
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if ((kinds & names[i].bit) != 0) {
            buffer_add_format(out, "%s%s", between, names[i].name);
            between = ",";
        }
    }
}

/* "input src/a.c ifwritten size 120 1a2b3c4d5e6f7788" */
static void
add_version(const struct manifest_text *text, const char *list, uint32_t id,
            uint8_t kinds)
{
    struct file_version version;
    char *path = NULL;
    if (!state_find_version(text->state, id, &path, &version)) {
        return;
    }
    buffer_add_format(text->out, "%s %s", list, path);
    add_kinds(text->out, kinds);
    if (version.kind == KIND_NONE) {
        buffer_add_str(text->out, " absent");
    } else {
        buffer_add_format(text->out, " size %lld", (long long)version.size);
    }
    if (version.hashed) {
        char digits[HASH_TEXT_SIZE];
        hash_to_text(version.hash, digits);
        buffer_add_format(text->out, " %.16s", digits);
    }
    buffer_add_char(text->out, '\n');
    free(path);
}

static void
add_env(const struct manifest_text *text, struct manifest_reader *reader)
{
    for (uint32_t n = manifest_read_count(reader); n > 0; n--) {
        bool set = false;
        struct slice value;
        struct slice name = manifest_read_env(reader, &set, &value);
        buffer_add_format(text->out, "env %.*s", (int)name.len, name.bytes);
        if (set) {
            buffer_add_format(text->out, "=%.*s", (int)value.len, value.bytes);
        }
        buffer_add_str(text->out, set ? "\n" : " not set\n");
    }
}

static struct hash128
command_hash(struct state *state, uint32_t number)
{
    struct hash128 hash = {0, 0};
    char *text = NULL;
    size_t len = 0;
    if (state_command_text(state, number, &text, &len)) {
        hash = hash_default()->bytes(text, len);
    }
    free(text);
    return hash;
}

static void
take_manifest(void *ctx, const struct state_record *record)
{
    static const char *const lists[] = {"input", "discovered", "output"};
    const struct manifest_text *text = ctx;
    struct manifest_reader reader;
    char digits[HASH_TEXT_SIZE];
    if (record->body.len == 0 || !manifest_open(record->body, &reader)) {
        return;
    }
    hash_to_text(command_hash(text->state, record->command), digits);
    buffer_add_format(text->out, "command %.16s\n", digits);
    for (size_t i = 0; i < 3; i++) {
        for (uint32_t n = manifest_read_count(&reader); n > 0; n--) {
            uint32_t id;
            uint8_t kinds = manifest_read_file(&reader, &id);
            if (!reader.bad) {
                add_version(text, lists[i], id, i == 2 ? 0 : kinds);
            }
        }
    }
    add_env(text, &reader);
}

void
recall_manifest(struct state *state, const char *key, struct buffer *out)
{
    struct manifest_text text = {state, out};
    state_find_record(state, key, take_manifest, &text);
}

/* --- Changed files --------------------------------------------------------------------- */

/* Which manifest an action had after the run that is asked about. */
struct past_action {
    char *key; /* owned */
    uint32_t manifest;
};

struct change_search {
    struct state *state;
    struct files *files;
    uint64_t run;
    struct vec actions; /* of struct past_action */
    struct table by_key;
    uint32_t
        *versions; /* by place in the files: the version that is compared */
    uint32_t count;
};

static struct slice
key_of(const void *owner, uint32_t place)
{
    const struct change_search *search = owner;
    const struct past_action *action = vec_at(&search->actions, place);
    return slice_of(action->key);
}

static struct past_action *
past_action_of(struct change_search *search, const char *key)
{
    uint32_t next = search->actions.count;
    uint32_t place =
        table_find_or_add(&search->by_key, key_of, search, slice_of(key), next);
    if (place == next) {
        struct past_action *action = vec_add(&search->actions);
        action->key = mem_copy_str(key);
    }
    return vec_at(&search->actions, place);
}

/* Rows come in the order in which they ended. */
static void
take_action_run(void *ctx, const struct state_action_run *row)
{
    struct change_search *search = ctx;
    bool after = row->run > search->run;
    uint32_t manifest = after ? row->previous : row->manifest;
    if (manifest == 0) {
        return;
    }
    struct past_action *action = past_action_of(search, row->key);
    if (!after || action->manifest == 0) {
        action->manifest = manifest;
    }
}

static void
take_run(void *ctx, const struct state_run *run)
{
    vec_push(ctx, &run->id);
}

/* Of a file that several manifests name, the newest version counts. */
static void
take_body(struct change_search *search, struct slice body)
{
    struct manifest_reader reader;
    uint32_t id;
    if (!manifest_open(body, &reader)) {
        return;
    }
    for (int list = 0; list < 3; list++) { // inputs, discovered, outputs
        for (uint32_t n = manifest_read_count(&reader); n > 0; n--) {
            (void)manifest_read_file(&reader, &id);
            uint32_t file = files_of_version(search->files, id);
            if (!reader.bad && file != TABLE_NONE && file < search->count &&
                id > search->versions[file]) {
                search->versions[file] = id;
            }
        }
    }
}

/* The present record, unless a manifest of that time is known. */
static void
take_present(void *ctx, const struct state_record *record)
{
    struct change_search *search = ctx;
    uint32_t place =
        table_find(&search->by_key, key_of, search, slice_of(record->key));
    if (place == TABLE_NONE && record->body.len > 0) {
        take_body(search, record->body);
    }
}

static void
take_manifests(struct change_search *search)
{
    for (uint32_t i = 0; i < search->actions.count; i++) {
        const struct past_action *action = vec_at(&search->actions, i);
        struct state_manifest manifest;
        if (state_find_manifest(search->state, action->manifest, &manifest)) {
            take_body(search, (struct slice){manifest.body, manifest.body_len});
            free(manifest.body);
        }
    }
}

static void
tell_changed(const struct change_search *search, exec_path_fn *call, void *ctx)
{
    for (uint32_t i = 0; i < search->count; i++) {
        const struct file_version *version =
            search->versions[i] == 0
                ? NULL
                : files_version(search->files, search->versions[i]);
        if (version != NULL && files_compare(search->files, i, version,
                                             EDGE_IFWRITTEN | EDGE_IFCREATED |
                                                 EDGE_IFDELETED) != 0) {
            call(ctx, files_path(search->files, i));
        }
    }
}

/* All runs from the oldest on, for the one that an action ran in first after the
 * one that is asked about may be any. */
static bool
find_manifests(struct change_search *search, struct error *err)
{
    struct vec runs = vec_of(sizeof(uint64_t));
    bool done = state_list_runs(search->state, take_run, &runs, err);
    for (uint32_t i = 0; done && i < runs.count; i++) {
        done =
            state_list_action_runs(search->state, *(uint64_t *)vec_at(&runs, i),
                                   take_action_run, search, err);
    }
    vec_finish(&runs);
    return done;
}

bool
recall_changed(struct state *state, const struct recall_run *since,
               exec_path_fn *call, void *ctx, struct error *err)
{
    struct change_search search = {
        .state = state,
        .files = files_create(state, since->root, true),
        .run = since->run,
        .actions = vec_of(sizeof(struct past_action)),
    };
    bool done = files_load(search.files, err);
    search.count = files_count(search.files);
    search.versions =
        mem_alloc((size_t)search.count + 1, sizeof(*search.versions));
    done = done && find_manifests(&search, err) &&
           state_load_records(state, take_present, &search, err);
    if (done) {
        take_manifests(&search);
        tell_changed(&search, call, ctx);
    }
    for (uint32_t i = 0; i < search.actions.count; i++) {
        free(((struct past_action *)vec_at(&search.actions, i))->key);
    }
    vec_finish(&search.actions);
    table_finish(&search.by_key);
    files_destroy(search.files);
    free(search.versions);
    return done;
}
