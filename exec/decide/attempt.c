/* SPDX-License-Identifier: MIT */
/*
 * An attempt to run an action: what it will have been run with is signed and
 * stored before its command starts, its outputs after it. The record is
 * invalid in between, so that whatever ends the attempt ends it safely.
 */
#include "exec/decide/attempt.h"

#include "exec/base/memory.h"
#include "exec/base/path.h"
#include "exec/decide/compare.h"
#include "exec/decide/keep.h"
#include "exec/decide/links.h"
#include "exec/decide/record.h"
#include "exec/decide/rewritten.h"
#include "exec/decide/watched.h"
#include "exec/state/past.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- Beginning ------------------------------------------------------------------ */

void
attempt_destroy(struct attempt *attempt)
{
    /* The listings and events came from a record, which is how they are freed. */
    struct record bag = {.listings = attempt->listings,
                         .events = vec_of(sizeof(struct manifest_event))};
    record_forget_watched(&bag);
    manifest_finish(&attempt->manifest);
    vec_finish(&attempt->known);
    buffer_finish(&attempt->recipe);
    buffer_finish(&attempt->reasons);
    keep_finish(&attempt->kept);
    free(attempt);
}

/* Takes the signature of a file with its content, and stores it, so that the
 * manifest can refer to it by id. */
bool
attempt_sign(struct judge *judge, struct manifest_file *item, struct error *err)
{
    assert(item->path);
    (void)files_hash(judge->files, item->file);
    if (!files_store(judge->files, item->file, err)) {
        return false;
    }
    item->version = *files_look(judge->files, item->file);
    return true;
}

static bool
sign_all(struct judge *judge, struct vec *list, struct error *err)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (!attempt_sign(judge, vec_at(list, i), err)) {
            return false;
        }
    }
    return true;
}

/* What the last run discovered and still is there. */
static void
find_known(struct judge *judge, const struct record *record, struct vec *known)
{
    struct manifest_reader reader;
    uint32_t id;
    if (!manifest_open(record->body, &reader)) {
        return;
    }
    manifest_skip_files(&reader, 1); // inputs
    for (uint32_t n = manifest_read_count(&reader); n > 0; n--) {
        uint8_t kinds = manifest_read_file(&reader, &id);
        uint32_t file = files_of_version(judge->files, id);
        if (file == TABLE_NONE ||
            !version_exists(files_look(judge->files, file)) ||
            (record->broken.count > 0 &&
             record_is_unordered(judge, record,
                                 record_producer(judge, file)))) {
            continue;
        }
        struct manifest_file *item = vec_add(known);
        item->file = file;
        item->path = files_path(judge->files, file);
        item->kinds = kinds & (uint8_t) ~(unsigned)MANIFEST_RECENT;
    }
}

/* Copies all that the end of the attempt will need: by then the graph may be
 * another one. */
struct attempt *
attempt_create(struct judge *judge, struct action_id action)
{
    assert(!(graph_action(judge->graph, action)->flags & ACTION_PENDING));
    const struct action *a = graph_action(judge->graph, action);
    struct attempt *attempt = mem_alloc(1, sizeof *attempt);
    attempt->flags = a->flags;
    attempt->known = vec_of(sizeof(struct manifest_file));
    attempt->listings = vec_of(sizeof(struct pending_listing));
    attempt->kept = vec_of(sizeof(struct kept));
    manifest_init(&attempt->manifest);
    recipe_write(judge->graph, a, judge->tools, &attempt->recipe);
    attempt->manifest.command =
        hash_default()->bytes(buffer_str(&attempt->recipe),
                              attempt->recipe.len);
    compare_collect(judge, a, &attempt->manifest);
    struct record *record = record_of(judge, action);
    attempt->record = judge->record_of_action[action.n] - 1;
    attempt->previous = record->manifest;
    find_known(judge, record, &attempt->known);
    watched_prepare(judge, a, record);
    /* Listings and events go over to the attempt. */
    vec_finish(&attempt->manifest.events);
    attempt->manifest.events = record->events;
    attempt->listings = record->listings;
    record->events = vec_of(sizeof(struct manifest_event));
    record->listings = vec_of(sizeof(struct pending_listing));
    buffer_add(&attempt->reasons, buffer_str(&record->reasons),
               record->reasons.len);
    attempt->moment = ++judge->moment;
    attempt->begin_ns = files_stamp_ns(judge->files);
    return attempt;
}

/* Before the command: an edit made while it runs must be seen next time. */
static bool
sign_inputs(struct judge *judge, struct attempt *attempt, struct error *err)
{
    return sign_all(judge, &attempt->manifest.inputs, err) &&
           sign_all(judge, &attempt->known, err);
}

/* Only a record that was valid on disk has to be committed before the command
 * starts; any other is as good as none already. */
static bool
invalidate(struct judge *judge, struct attempt *attempt, struct error *err)
{
    assert(!judge->options.dry_run);
    struct record *record = record_at(judge, attempt->record);
    bool was_valid =
        record->status == RECORD_VALID || record->status == RECORD_UNSETTLED;
    if (!state_invalidate(judge->state, record->key, err)) {
        return false;
    }
    record->status = RECORD_STARTED;
    judge->commit_is_due = judge->commit_is_due || was_valid;
    return true;
}

/* For bsearch: a path against a file of a sorted list. */
static int
compare_to_path(const void *path, const void *item)
{
    return strcmp(path, ((const struct manifest_file *)item)->path);
}

/* The file of that path in a sorted list, or NULL. */
static const struct manifest_file *
find_path(const struct vec *list, const char *path)
{
    return list->count == 0 ? NULL
                            : bsearch(path, list->items, list->count,
                                      list->item_size, compare_to_path);
}

/* True if the action made this link when it ran last: then it is its own also where
 * it is left as it is this time. */
static bool
has_made_link(struct judge *judge, const struct attempt *attempt,
              const struct manifest_file *output)
{
    if (!version_is_link(&output->version)) {
        return false;
    }
    compare_read_last(judge, record_at(judge, attempt->record));
    const struct manifest_file *last =
        find_path(&judge->last.outputs, output->path);
    return last != NULL && (last->kinds & MANIFEST_LINK) != 0 &&
           version_same_link(&last->version, &output->version);
}

/* How the outputs are before; those of a generator are kept aside. */
static bool
look_at_outputs(struct judge *judge, struct attempt *attempt, struct error *err)
{
    for (uint32_t i = 0; i < attempt->manifest.outputs.count; i++) {
        struct manifest_file *output = vec_at(&attempt->manifest.outputs, i);
        output->version = *files_hash(judge->files, output->file);
        if (has_made_link(judge, attempt, output)) {
            output->kinds |= MANIFEST_LINK;
        }
        if (output->version.kind == KIND_OTHER) {
            keep_unplug(files_root_fd(judge->files), output->path);
        }
        if ((attempt->flags & ACTION_GENERATOR) &&
            output->version.kind == KIND_FILE &&
            !keep_file(&attempt->kept, judge->root, state_dir(judge->state),
                       output->path, err)) {
            return false;
        }
    }
    return true;
}

struct attempt *
judge_begin(struct judge *judge, struct action_id action, struct error *err)
{
    assert(judge->files && !judge->options.dry_run);
    struct attempt *attempt = attempt_create(judge, action);
    attempt->began = true;
    if (sign_inputs(judge, attempt, err) &&
        look_at_outputs(judge, attempt, err) &&
        invalidate(judge, attempt, err)) {
        return attempt;
    }
    attempt_destroy(attempt);
    return NULL;
}

int64_t
judge_began_ns(const struct attempt *attempt)
{
    return attempt->begin_ns;
}

bool
judge_commit(struct judge *judge, struct error *err)
{
    if (!judge->commit_is_due) {
        return true;
    }
    judge->commit_is_due = false;
    return state_commit(judge->state, err);
}

bool
judge_note_folders(struct judge *judge, struct slice row, struct error *err)
{
    struct slice path;
    bool ok = true;
    while (ok && row.len > 0 && slice_next_text(&row, &path)) {
        ok = state_put_folder(judge->state, path.bytes, err);
    }
    return ok;
}

/* --- What was discovered ---------------------------------------------------------- */

/* True if the file may have changed after the command read it. */
static bool
changed_meanwhile(struct judge *judge, const struct attempt *attempt,
                  const struct manifest_file *item)
{
    struct action_id producer = record_maker(judge, item->file);
    if (producer.n != ID_NONE) {
        uint32_t settled = record_is_settled_before(judge, producer)
                               ? 0
                               : record_of(judge, producer)->settled;
        if (record_is_settled_before(judge, producer) ||
            (settled != 0 && settled < attempt->moment)) {
            return false;
        }
    }
    const struct file_version *v = &item->version;
    int64_t newest = v->mtime_ns > v->ctime_ns ? v->mtime_ns : v->ctime_ns;
    return newest >= attempt->begin_ns;
}

/* Most of what is named and not there was temporary. Not so what another action
 * makes later; and to ninja, what reads a missing file is never up to date. */
static bool
missing_counts(struct judge *judge, const struct attempt *attempt,
               const struct manifest_file *item)
{
    return (item->kinds & (EDGE_IFCREATED | EDGE_IFDELETED)) ||
           (attempt->flags & ACTION_AS_NINJA) ||
           record_producer(judge, item->file).n != ID_NONE;
}

/* Declared inputs and outputs count for nothing. */
bool
attempt_discover(struct judge *judge, struct attempt *attempt,
                 struct slice path, uint8_t kinds, struct error *err)
{
    assert(kinds != 0);
    path = record_path(judge, path);
    const struct manifest *m = &attempt->manifest;
    const struct manifest_file *declared = find_path(&m->inputs, path.bytes);
    bool is_declared = declared && (declared->kinds & kinds) == kinds;
    if (path.len == 0 || is_declared || find_path(&m->outputs, path.bytes)) {
        return true;
    }
    const struct manifest_file *known = find_path(&attempt->known, path.bytes);
    struct manifest_file item = {.kinds = kinds};
    if (known) {
        item = *known;
        item.kinds = kinds;
    } else {
        item.file = files_add(judge->files, path.bytes, path.len);
        item.path = files_path(judge->files, item.file);
        if (!attempt_sign(judge, &item, err)) {
            return false;
        }
        bool is_missing = !version_exists(&item.version);
        if (is_missing && !missing_counts(judge, attempt, &item)) {
            return true;
        }
        if (is_missing ? !(kinds & (EDGE_IFCREATED | EDGE_IFDELETED))
                       : changed_meanwhile(judge, attempt, &item)) {
            item.kinds |= MANIFEST_RECENT;
        }
    }
    vec_push(&attempt->manifest.discovered, &item);
    return true;
}

/* Replaces what the last run discovered by what this one did. */
static bool
take_discovered(struct judge *judge, struct attempt *attempt,
                const struct attempt_outcome *outcome, struct error *err)
{
    struct slice row = {outcome->discovered, outcome->discovered_len};
    struct slice path;
    uint8_t kinds =
        outcome->discovered_kinds ? outcome->discovered_kinds : EDGE_IFWRITTEN;
    while (row.len > 0 && slice_next_text(&row, &path)) {
        if (!attempt_discover(judge, attempt, path, kinds, err)) {
            return false;
        }
    }
    if (!links_discover(judge, attempt, err)) {
        return false;
    }
    row = outcome->discovered_env;
    while (row.len > 0 && slice_next_text(&row, &path)) {
        manifest_add_env(&attempt->manifest, path.bytes);
    }
    manifest_sort_env(&attempt->manifest);
    return true;
}

/* --- Outputs --------------------------------------------------------------------------- */

/* Kinds of all edges that look at an output; its content if there are none. */
static uint8_t
looking_kinds(const struct judge *judge, const char *path)
{
    struct file_id file = graph_find_file(judge->graph, path, strlen(path));
    if (file.n == ID_NONE) {
        return EDGE_IFCHANGED;
    }
    unsigned kinds = 0;
    struct node node = {NODE_FILE, file.n};
    uint32_t count = graph_user_count(judge->graph, node);
    for (uint32_t i = 0; i < count; i++) {
        kinds |= graph_user(judge->graph, node, i)->kinds;
    }
    struct action_id producer = graph_producer(judge->graph, file);
    node = (struct node){NODE_ACTION, producer.n};
    count = producer.n == ID_NONE ? 0 : graph_user_count(judge->graph, node);
    for (uint32_t i = 0; i < count; i++) {
        kinds |= graph_user(judge->graph, node, i)->kinds;
    }
    kinds &= EDGE_IFWRITTEN | EDGE_IFCHANGED | EDGE_IFCREATED | EDGE_IFDELETED;
    return (uint8_t)(kinds ? kinds : EDGE_IFCHANGED);
}

/* A command that succeeds without its outputs would run for ever. */
static bool
check_outputs(struct judge *judge, const struct attempt *attempt,
              struct error *err)
{
    const struct vec *outputs = &attempt->manifest.outputs;
    struct buffer missing = {0};
    for (uint32_t i = 0; i < outputs->count; i++) {
        const struct manifest_file *output = vec_at(outputs, i);
        if (!version_exists(files_hash_again(judge->files, output->file))) {
            buffer_add_str(&missing, missing.len > 0 ? ", " : "");
            buffer_add_str(&missing, output->path);
        }
    }
    bool ok = missing.len == 0 ||
              (attempt->flags & (ACTION_MAY_NOT_WRITE | ACTION_PHONY));
    if (!ok) {
        error_set(err, ERROR_CLASS_BUILD, "%s succeeded, but did not write %s",
                  record_at(judge, attempt->record)->key, buffer_str(&missing));
        error_set_help(err, "correct :outputs or the command, or say "
                            ":may-not-write true");
    }
    buffer_finish(&missing);
    return ok;
}

/* A link that was there before may be what the command wrote through, which is sure
 * where another made it: then all that it leads to is the output. Without a run it
 * is what it was. */
static void
note_link(struct judge *judge, const struct attempt *attempt,
          struct manifest_file *output, const struct file_version *before)
{
    bool is_made = (output->kinds & MANIFEST_LINK) != 0;
    output->kinds &= (uint8_t) ~(unsigned)MANIFEST_LINK;
    if (attempt->began) {
        bool is_left =
            is_made && !version_compare(before, &output->version,
                                        EDGE_IFWRITTEN | EDGE_IFCHANGED);
        is_made = is_left || !version_same_link(before, &output->version);
    } else {
        is_made = has_made_link(judge, attempt, output);
    }
    if (is_made && version_is_link(&output->version)) {
        output->kinds |= MANIFEST_LINK;
    }
}

bool
attempt_put_output(struct judge *judge, const struct record *record,
                   const struct manifest_file *file, struct error *err)
{
    const struct state_output output = {file->path, record->key,
                                        file->version.file, file->version.id};
    return state_put_output(judge->state, &output, err);
}

/* A link of others is not ours to remove, whatever was written through it. */
static bool
is_ours(const struct attempt *attempt, const struct manifest_file *output)
{
    return version_exists(&output->version) &&
           !(attempt->flags & (ACTION_GENERATOR | ACTION_PHONY)) &&
           (!version_is_link(&output->version) ||
            (output->kinds & MANIFEST_LINK) != 0);
}

/* Signs the outputs as they are now. */
static bool
take_outputs(struct judge *judge, struct attempt *attempt, bool *unchanged,
             struct error *err)
{
    struct vec *outputs = &attempt->manifest.outputs;
    const struct record *record = record_at(judge, attempt->record);
    *unchanged = outputs->count > 0;
    for (uint32_t i = 0; i < outputs->count; i++) {
        struct manifest_file *output = vec_at(outputs, i);
        struct file_version before = output->version;
        if (!attempt_sign(judge, output, err)) {
            return false;
        }
        note_link(judge, attempt, output, &before);
        if (output->version.kind == KIND_DIR) {
            record_look_below(judge, output->file);
        }
        uint8_t kinds = looking_kinds(judge, output->path);
        if (version_exists(&before) != version_exists(&output->version) ||
            version_compare(&before, &output->version, kinds) != 0) {
            *unchanged = false;
        }
        bool is_new_folder = output->version.kind == KIND_DIR &&
                             !version_exists(&before) &&
                             !path_is_outside(output->path);
        if (is_new_folder &&
            !state_put_folder(judge->state, output->path, err)) {
            return false;
        }
        if (is_ours(attempt, output) &&
            !attempt_put_output(judge, record, output, err)) {
            return false;
        }
    }
    return true;
}

/* --- Recording -------------------------------------------------------------------------- */

/* What was edited while the command may have read it, of what it discovered;
 * NULL if nothing was. */
static const char *
find_recent(const struct manifest *manifest)
{
    for (uint32_t i = 0; i < manifest->discovered.count; i++) {
        const struct manifest_file *item = vec_at(&manifest->discovered, i);
        if (item->kinds & MANIFEST_RECENT) {
            return item->path;
        }
    }
    return NULL;
}

/* True if the file is by now another one in the sense of its edge. */
static bool
is_edited(struct judge *judge, const struct manifest_file *item)
{
    const struct state_backends *backends = state_backends(judge->state);
    const struct file_version *before = &item->version;
    int root_fd = files_root_fd(judge->files);
    struct file_stat st;
    backends->stat->look_fresh(root_fd, item->path, &st);
    struct file_version now = version_of_stat(&st, st.seen_ns);
    if (now.kind == before->kind && now.size == before->size &&
        now.mtime_ns == before->mtime_ns && now.ctime_ns == before->ctime_ns) {
        return false;
    }
    struct error err = {0};
    int errnum;
    now.hashed =
        now.kind == KIND_FILE &&
        backends->hash->file(root_fd, item->path, &now.hash, &errnum, &err);
    error_finish(&err);
    return version_compare(before, &now, item->kinds) != 0;
}

/* The same of the declared inputs that are files and that no action makes; NULL
 * if none was. */
static const char *
find_edited(struct judge *judge, const struct attempt *attempt)
{
    const struct vec *inputs = &attempt->manifest.inputs;
    for (uint32_t i = 0; i < inputs->count; i++) {
        const struct manifest_file *item = vec_at(inputs, i);
        if ((item->kinds & (EDGE_IFWRITTEN | EDGE_IFCHANGED)) &&
            item->version.kind == KIND_FILE &&
            record_maker(judge, item->file).n == ID_NONE &&
            is_edited(judge, item)) {
            return item->path;
        }
    }
    return NULL;
}

/* The events before the start are dealt with now. */
static bool
put_listings(struct judge *judge, const struct attempt *attempt,
             struct error *err)
{
    const char *key = record_at(judge, attempt->record)->key;
    for (uint32_t i = 0; i < attempt->listings.count; i++) {
        const struct pending_listing *pending = vec_at(&attempt->listings, i);
        struct slice now = {buffer_str(&pending->listing),
                            pending->listing.len};
        if (!state_put_listing(judge->state, key, pending->dir, now, err)) {
            return false;
        }
    }
    return true;
}

/* Writes manifest and record, and what the judge remembers of them. */
bool
attempt_put_record(struct judge *judge, const struct attempt *attempt,
                   struct slice value, struct error *err)
{
    assert(attempt->flags & ACTION_DYNOUT || value.len == 0);
    const struct manifest *manifest = &attempt->manifest;
    struct record *record = record_at(judge, attempt->record);
    struct buffer body = {0};
    manifest_write(manifest, &body);
    struct state_record row = {
        .key = record->key,
        .status = find_recent(manifest) ? RECORD_UNSETTLED : RECORD_VALID,
        .manifest = manifest_hash(manifest),
        .body = buffer_slice(&body),
    };
    if (manifest->outputs.count > 0) {
        row.manifest.high = 0; // Nobody else refers to it: half of it tells.
    }
    if (attempt->flags & ACTION_DYNOUT) {
        row.value = (struct slice){value.len > 0 ? value.bytes : "", value.len};
        record->value_hash =
            hash_default()->bytes(row.value.bytes, row.value.len);
    }
    struct slice recipe = {buffer_str(&attempt->recipe), attempt->recipe.len};
    bool ok = state_put_record(judge->state, &row, recipe, err) &&
              put_listings(judge, attempt, err);
    if (ok) {
        record->status = row.status;
        record->manifest = row.manifest;
        record->command = manifest->command;
        record->command_number = 0;
        record->body =
            (struct slice){arena_copy(&judge->texts, body.bytes, body.len),
                           body.len};
        vec_finish(&record->broken);
    }
    buffer_finish(&body);
    return ok;
}

/* One line of history. */
static bool
put_action_run(struct judge *judge, const struct attempt *attempt,
               const struct attempt_outcome *outcome, struct error *err)
{
    const struct record *record = record_at(judge, attempt->record);
    struct state_action_run run = {
        .status = record->status,
        .started_unix_us = outcome->started_unix_us,
        .duration_us = outcome->duration_us,
        .cpu_us = outcome->cpu_us,
        .peak_kib = outcome->peak_kib,
        .exit_code = outcome->exit_code,
        .signal = outcome->signal,
        .output = {outcome->output, outcome->output_len},
        .warnings = outcome->warnings,
        .reasons = buffer_slice(&attempt->reasons),
    };
    return state_add_action_run(judge->state, record->key, &run, err);
}

/* A command has run. */
static void
expire_looks(struct judge *judge)
{
    state_backends(judge->state)->stat->expire();
    files_expire_links(judge->files);
}

/* --- The end -------------------------------------------------------------------------------- */

bool
judge_finish(struct judge *judge, struct attempt *attempt,
             const struct attempt_outcome *outcome, struct attempt_news *news,
             struct error *err)
{
    assert(record_at(judge, attempt->record)->status == RECORD_STARTED);
    expire_looks(judge);
    *news = (struct attempt_news){.unchanged = false};
    struct hash128 value_before = record_at(judge, attempt->record)->value_hash;
    bool may_rewrite = (attempt->flags & ACTION_AS_NINJA) != 0;
    if (!check_outputs(judge, attempt, err) ||
        (may_rewrite && !rewritten_take(judge, attempt, err)) ||
        !take_discovered(judge, attempt, outcome, err) ||
        !take_outputs(judge, attempt, &news->unchanged, err) ||
        !attempt_put_record(judge, attempt, outcome->value, err) ||
        !put_action_run(judge, attempt, outcome, err)) {
        judge_abandon(judge, attempt, outcome);
        return false;
    }
    struct record *record = record_at(judge, attempt->record);
    record->settled = ++judge->moment;
    record->ran = true;
    if (attempt->flags & ACTION_DYNOUT) {
        news->unchanged = hash_equal(value_before, record->value_hash);
    } else if (attempt->manifest.outputs.count == 0) {
        news->unchanged = hash_equal(attempt->previous, record->manifest);
    }
    if (!may_rewrite) {
        const char *recent = find_recent(&attempt->manifest);
        news->edited = recent ? recent : find_edited(judge, attempt);
    }
    keep_drop(&attempt->kept);
    attempt_destroy(attempt);
    return true;
}

/* --- Without success ----------------------------------------------------------------------- */

/* The same of a folder: what was in it before, and was not touched, stays. */
static void
remove_folder(struct judge *judge, const struct attempt *attempt,
              const struct manifest_file *output)
{
    bool is_new = output->version.kind != KIND_DIR;
    struct tree_removal removal = {
        .root_fd = files_root_fd(judge->files),
        .dir = output->path,
        .since_ns = is_new ? INT64_MIN : attempt->begin_ns,
        .whole = is_new,
        .bookkeeping = is_new, /* of a clone that was cut short */
        .filter = files_filter(judge->files),
    };
    tree_remove(&removal);
}

/* What the command wrote is junk; what it did not touch is as good as before,
 * but for one whose depfile may be half: ninja would believe that later. */
static void
remove_output(struct judge *judge, const struct attempt *attempt,
              const struct manifest_file *output, bool trusts_depfile)
{
    (void)files_look_again(judge->files, output->file);
    const struct file_version *now =
        files_look_tree(judge->files, output->file);
    const struct file_version *before = &output->version;
    bool is_untouched =
        version_exists(before) && now->kind == before->kind &&
        now->size == before->size && now->mtime_ns == before->mtime_ns &&
        now->ctime_ns == before->ctime_ns && now->inode == before->inode;
    if ((is_untouched && !trusts_depfile) || !version_exists(now)) {
        return;
    }
    if (!(attempt->flags & ACTION_KEEP_ON_FAIL)) {
        /* If it stays, the record is invalid all the same. */
        if (now->kind == KIND_DIR && !(now->mode & VERSION_LINK)) {
            remove_folder(judge, attempt, output);
        } else {
            (void)unlinkat(files_root_fd(judge->files), output->path, 0);
        }
        (void)files_look_again(judge->files, output->file);
    }
}

void
judge_abandon(struct judge *judge, struct attempt *attempt,
              const struct attempt_outcome *outcome)
{
    assert(record_at(judge, attempt->record)->status == RECORD_STARTED);
    expire_looks(judge);
    struct record *record = record_at(judge, attempt->record);
    struct vec *outputs = &attempt->manifest.outputs;
    bool trusts_depfile =
        outcome->depfile != NULL && (attempt->flags & ACTION_AS_NINJA) != 0;
    for (uint32_t i = 0; i < outputs->count; i++) {
        const struct manifest_file *output = vec_at(outputs, i);
        if (attempt->flags & ACTION_GENERATOR) {
            keep_restore(&attempt->kept, output->path);
            (void)files_look_again(judge->files, output->file);
        } else {
            remove_output(judge, attempt, output, trusts_depfile);
        }
    }
    if (trusts_depfile) {
        (void)unlinkat(files_root_fd(judge->files), outcome->depfile, 0);
    }
    keep_drop(&attempt->kept);
    record->status = outcome->interrupted ? RECORD_INTERRUPTED : RECORD_FAILED;
    /* The record is invalid on disk already; a state that cannot be written
     * says so at the next attempt. */
    struct error lost = {0};
    if (!state_set_status(judge->state, record->key, record->status, &lost) ||
        !put_action_run(judge, attempt, outcome, &lost)) {
        error_finish(&lost);
    }
    attempt_destroy(attempt);
}

/* --- Without running ------------------------------------------------------------------------ */

void
attempt_adopt_env(const struct record *record, struct manifest *manifest)
{
    struct manifest_reader reader;
    if (!manifest_open(record->body, &reader)) {
        return;
    }
    manifest_skip_files(&reader, 3); // inputs, discovered, outputs
    for (uint32_t n = manifest_read_count(&reader); n > 0; n--) {
        bool set = false;
        struct slice value;
        struct slice name = manifest_read_env(&reader, &set, &value);
        struct manifest_env *env = vec_add(&manifest->env);
        env->name = mem_copy(name.bytes, name.len);
        env->value = set ? mem_copy(value.bytes, value.len) : NULL;
    }
}

bool
attempt_adopt(struct judge *judge, struct action_id action, struct error *err)
{
    assert(!judge->options.dry_run);
    struct attempt *attempt = attempt_create(judge, action);
    bool unchanged;
    char *value = NULL;
    size_t value_len = 0;
    const char *key = record_at(judge, attempt->record)->key;
    if (attempt->flags & ACTION_DYNOUT) {
        (void)state_find_value(judge->state, key, &value, &value_len);
    }
    const struct record *record = record_at(judge, attempt->record);
    attempt_adopt_env(record, &attempt->manifest);
    if (judge->has_foreign) { // What another program discovered.
        vec_resize(&attempt->known, 0);
        vec_push_all(&attempt->known, judge->last.discovered.items,
                     judge->last.discovered.count);
    }
    bool ok = sign_inputs(judge, attempt, err);
    vec_push_all(&attempt->manifest.discovered, attempt->known.items,
                 attempt->known.count);
    ok = ok && links_discover(judge, attempt, err) &&
         take_outputs(judge, attempt, &unchanged, err) &&
         attempt_put_record(judge, attempt, (struct slice){value, value_len},
                            err);
    free(value);
    attempt_destroy(attempt);
    return ok;
}
