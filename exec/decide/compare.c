/* SPDX-License-Identifier: MIT */
/*
 * The last manifest against the files of now. Both lists are in the order of
 * paths, so that one pass finds what was added, removed and changed.
 */
#include "exec/decide/compare.h"

#include "exec/base/memory.h"
#include "exec/decide/record.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define EXISTENCE_KINDS (EDGE_IFCREATED | EDGE_IFDELETED)
#define CONTENT_KINDS (EDGE_IFWRITTEN | EDGE_IFCHANGED)
#define FILE_KINDS (EXISTENCE_KINDS | CONTENT_KINDS)

/* --- What the graph says --------------------------------------------------------- */

/* Adds a file; what it is now is looked at when it is compared. */
static void
collect_file(struct judge *judge, struct vec *list, struct file_id file,
             uint8_t kinds)
{
    assert(kinds != 0);
    struct manifest_file *item = vec_add(list);
    item->file = record_file(judge, file);
    item->path = files_path(judge->files, item->file);
    item->kinds = kinds;
}

/* The last success of an action without outputs stands for them. */
static void
collect_node(struct judge *judge, const struct action *to,
             struct manifest *manifest)
{
    assert(to->outputs.count == 0);
    struct manifest_node *node = vec_add(&manifest->nodes);
    node->key = mem_copy_str(graph_cstr(judge->graph, to->key));
    node->hash = record_at(judge, record_add(judge, node->key))->manifest;
}

/* Order alone is no part of a manifest. */
static void
collect_edge(struct judge *judge, const struct edge *edge,
             struct manifest *manifest)
{
    uint8_t kinds = edge->kinds & FILE_KINDS;
    if (edge->to.type == NODE_FILE && kinds) {
        collect_file(judge, &manifest->inputs, (struct file_id){edge->to.n},
                     kinds);
    }
    // A dynout that made the lists of an action only orders it: the lists
    // themselves say whether they differ.
    if (edge->to.type != NODE_ACTION || !kinds) {
        return;
    }
    const struct action *to =
        graph_action(judge->graph, (struct action_id){edge->to.n});
    if (to->outputs.count == 0) {
        collect_node(judge, to, manifest);
    }
    for (uint32_t i = 0; i < to->outputs.count; i++) {
        collect_file(judge, &manifest->inputs,
                     graph_output(judge->graph, to, i), kinds);
    }
}

void
compare_collect(struct judge *judge, const struct action *a,
                struct manifest *manifest)
{
    assert(manifest->inputs.count == 0 && manifest->outputs.count == 0);
    for (uint32_t i = 0; i < a->inputs.count; i++) {
        collect_edge(judge, graph_input(judge->graph, a, i), manifest);
    }
    for (uint32_t i = 0; i < a->outputs.count; i++) {
        collect_file(judge, &manifest->outputs,
                     graph_output(judge->graph, a, i), EDGE_IFWRITTEN);
    }
    manifest_sort(&manifest->inputs);
    manifest_sort(&manifest->outputs);
    manifest_sort_nodes(&manifest->nodes);
}

/* --- Telling ------------------------------------------------------------------------- */

/* Existence first, then what can be seen, then what only content tells. */
static void
tell_change(struct judge *judge, const char *path, unsigned differ,
            const struct file_version *before, const struct file_version *now)
{
    assert(differ != 0);
    struct reasons *reasons = &judge->reasons;
    if (version_exists(before) && !version_exists(now)) {
        reasons_add(reasons, "input-deleted", path, NULL, NULL);
        return;
    }
    if (!version_exists(before)) {
        reasons_add(reasons, "input-created", path, NULL, NULL);
        return;
    }
    bool hashes_tell =
        before->hashed && now->hashed && !hash_equal(before->hash, now->hash);
    bool attributes_tell =
        before->kind != now->kind || before->mode != now->mode ||
        before->size != now->size || before->mtime_ns != now->mtime_ns;
    bool written = (differ & EDGE_IFWRITTEN) != 0;
    if (written && (attributes_tell || !hashes_tell)) {
        reasons_add(reasons, "input-written", path,
                    reasons_attributes(reasons, before),
                    reasons_attributes(reasons, now));
    } else if (hashes_tell) {
        reasons_add(reasons, written ? "input-written" : "input-changed", path,
                    reasons_hash(reasons, before->hash),
                    reasons_hash(reasons, now->hash));
    } else {
        reasons_add(reasons, "input-changed", path,
                    reasons_attributes(reasons, before),
                    reasons_attributes(reasons, now));
    }
}

/* --content reads one kind as the other. */
static uint8_t
kinds_for(const struct judge *judge, uint8_t kinds)
{
    if (judge->options.content && (kinds & EDGE_IFWRITTEN)) {
        return (uint8_t)((kinds & ~(unsigned)EDGE_IFWRITTEN) | EDGE_IFCHANGED);
    }
    return kinds;
}

/* Either may be NULL: the input is new, or gone from the list. */
static void
compare_input(struct judge *judge, const struct manifest_file *old,
              const struct manifest_file *now, bool *rebase)
{
    if (old && !now) {
        reasons_add(&judge->reasons, "input-removed", old->path, NULL, NULL);
        return;
    }
    assert(now);
    if (!old || old->kinds != now->kinds) {
        reasons_add(&judge->reasons, "input-added", now->path,
                    old ? "another kind" : NULL, NULL);
        return;
    }
    unsigned differ = files_compare(judge->files, now->file, &old->version,
                                    kinds_for(judge, old->kinds));
    const struct file_version *version = files_look(judge->files, now->file);
    if (differ) {
        tell_change(judge, now->path, differ, &old->version, version);
    } else if ((old->kinds & EXISTENCE_KINDS) &&
               version_exists(version) != version_exists(&old->version)) {
        *rebase = true;
    }
}

/* --- Reading the last manifest ---------------------------------------------------------- */

/* The next list of files; an unknown version leaves `lost` set. */
static void
read_files(struct judge *judge, struct vec *list)
{
    struct manifest_reader *reader = &judge->last.reader;
    vec_resize(list, 0);
    uint32_t count = manifest_read_count(reader);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t id;
        uint8_t kinds = manifest_read_file(reader, &id);
        uint32_t file = files_of_version(judge->files, id);
        if (file == TABLE_NONE || reader->bad) {
            judge->last.lost = true;
            continue;
        }
        struct manifest_file item = {files_path(judge->files, file), file,
                                     kinds, *files_version(judge->files, id)};
        vec_push(list, &item);
    }
    manifest_sort(list); // The body has them in the order of their versions.
}

void
compare_read_last(struct judge *judge, const struct record *record)
{
    struct last_manifest *last = &judge->last;
    last->lost = !manifest_open(record->body, &last->reader);
    read_files(judge, &last->inputs);
    read_files(judge, &last->discovered);
    read_files(judge, &last->outputs);
}

/* The item, or NULL behind the end. */
static const struct manifest_file *
item_at(const struct vec *list, uint32_t index)
{
    return index < list->count ? vec_at(list, index) : NULL;
}

/* Which of two lists has the next path; an ended one has none. */
static int
compare_order(const struct manifest_file *a, const struct manifest_file *b)
{
    if (!a || !b) {
        return a ? -1 : 1;
    }
    return a->file == b->file ? 0 : strcmp(a->path, b->path);
}

/* One pass over both lists. */
static void
compare_inputs(struct judge *judge, const struct vec *before,
               const struct vec *now, bool *rebase)
{
    uint32_t i = 0;
    uint32_t k = 0;
    while (i < before->count || k < now->count) {
        const struct manifest_file *a = item_at(before, i);
        const struct manifest_file *b = item_at(now, k);
        int order = compare_order(a, b);
        compare_input(judge, order <= 0 ? a : NULL, order >= 0 ? b : NULL,
                      rebase);
        i += order <= 0;
        k += order >= 0;
    }
}

bool
compare_would_be_made(struct judge *judge, uint32_t file)
{
    struct action_id producer =
        judge->options.dry_run ? record_maker(judge, file) : ACTION_NONE;
    uint32_t place =
        producer.n == ID_NONE ? 0 : judge->record_of_action[producer.n];
    return place != 0 && record_at(judge, place - 1)->pretended;
}

/* These are in no list of the graph: what was recorded is what counts. */
static void
compare_discovered(struct judge *judge, const struct record *record,
                   const struct vec *before)
{
    for (uint32_t i = 0; i < before->count; i++) {
        const struct manifest_file *old = vec_at(before, i);
        uint8_t kinds = old->kinds & FILE_KINDS;
        if ((old->kinds & MANIFEST_RECENT) && !record->ran) {
            reasons_add(&judge->reasons, "discovered-changed", old->path, NULL,
                        version_exists(&old->version)
                            ? "changed while the command ran"
                            : "it was not there");
            continue;
        }
        if (record->broken.count > 0 &&
            record_is_unordered(judge, record,
                                record_producer(judge, old->file))) {
            reasons_add(&judge->reasons, "discovered-changed", old->path, NULL,
                        "waiting for it would close a cycle");
            continue;
        }
        if (compare_would_be_made(judge, old->file)) {
            reasons_add(&judge->reasons, "input-written", old->path, NULL,
                        "would be made anew");
            continue;
        }
        unsigned differ = files_compare(judge->files, old->file, &old->version,
                                        kinds_for(judge, kinds));
        if (differ) {
            tell_change(judge, old->path, differ, &old->version,
                        files_look(judge->files, old->file));
        }
    }
}

/* --- Outputs -------------------------------------------------------------------------------- */

/* Either may be NULL: the action has another list of outputs now. */
static void
compare_output(struct judge *judge, bool may_lack,
               const struct manifest_file *old, const struct manifest_file *now)
{
    assert(old || now);
    struct reasons *reasons = &judge->reasons;
    if (!now || !old) {
        reasons_add(reasons, "command-changed", "outputs",
                    old ? old->path : NULL, now ? now->path : NULL);
        return;
    }
    const struct file_version *version = files_look(judge->files, now->file);
    if (!version_exists(version)) {
        if (!may_lack || version_exists(&old->version)) {
            reasons_add(reasons, "output-missing", now->path, NULL, NULL);
        }
        return;
    }
    if ((old->kinds & MANIFEST_LINK) &&
        version_same_link(&old->version, version)) {
        return; // What it leads to is somebody else's.
    }
    unsigned differ = files_compare(judge->files, now->file, &old->version,
                                    kinds_for(judge, EDGE_IFWRITTEN));
    if (differ) {
        version = files_look(judge->files, now->file);
        reasons_add(reasons,
                    version->kind != old->version.kind ? "output-kind"
                                                       : "output-modified",
                    now->path, reasons_attributes(reasons, &old->version),
                    reasons_attributes(reasons, version));
    }
}

/* One pass over both lists. */
static void
compare_outputs(struct judge *judge, bool may_lack, const struct vec *before,
                const struct vec *now)
{
    uint32_t i = 0;
    uint32_t k = 0;
    while (i < before->count || k < now->count) {
        const struct manifest_file *old = item_at(before, i);
        const struct manifest_file *new = item_at(now, k);
        int order = compare_order(old, new);
        compare_output(judge, may_lack, order <= 0 ? old : NULL,
                       order >= 0 ? new : NULL);
        i += order <= 0;
        k += order >= 0;
    }
}

/* --- Variables ------------------------------------------------------------------------- */

/* Those under :env are in the recipe. */
static bool
is_declared_env(const struct judge *judge, const struct action *a,
                const char *name)
{
    for (uint32_t i = 0; i < a->env.count; i++) {
        if (strcmp(graph_cstr(judge->graph, graph_env_name(judge->graph, a, i)),
                   name) == 0) {
            return true;
        }
    }
    return false;
}

static void
compare_env(struct judge *judge, const struct action *a,
            struct manifest_reader *reader)
{
    for (uint32_t n = manifest_read_count(reader); n > 0; n--) {
        bool set = false;
        struct slice before;
        struct slice row = manifest_read_env(reader, &set, &before);
        char *name = mem_copy(row.bytes, row.len);
        const char *now = getenv(name);
        bool same = set == (now != NULL) &&
                    (now == NULL || slice_equal(before, slice_of(now)));
        if (!same && !reader->bad && !is_declared_env(judge, a, name)) {
            char *text = set ? mem_copy(before.bytes, before.len) : NULL;
            reasons_add(&judge->reasons, "env-changed", name, text, now);
            free(text);
        }
        free(name);
    }
}

/* --- Nodes ----------------------------------------------------------------------------------- */

const char *
judge_shown_key(const char *key)
{
    static const char prefix[] = "name:";
    return strncmp(key, prefix, sizeof(prefix) - 1) == 0
               ? key + sizeof(prefix) - 1
               : key;
}

/* Actions without outputs, in the order of their keys. */
static void
compare_nodes(struct judge *judge, struct manifest_reader *reader,
              const struct vec *now)
{
    uint32_t count = manifest_read_count(reader);
    uint32_t k = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct hash128 hash;
        struct slice key = manifest_read_node(reader, &hash);
        const struct manifest_node *node =
            k < now->count ? vec_at(now, k) : NULL;
        if (!node || !slice_equal(key, slice_of(node->key))) {
            /* The rest of the lists cannot be matched one by one. */
            char *text = mem_copy(key.bytes, key.len);
            reasons_add(&judge->reasons, "input-removed", judge_shown_key(text),
                        NULL, NULL);
            free(text);
            return;
        }
        k++;
        if (!hash_equal(hash, node->hash)) {
            reasons_add(&judge->reasons, "input-changed",
                        judge_shown_key(node->key),
                        reasons_hash(&judge->reasons, hash),
                        reasons_hash(&judge->reasons, node->hash));
        }
    }
    for (; k < now->count; k++) {
        const struct manifest_node *node = vec_at(now, k);
        reasons_add(&judge->reasons, "input-added", judge_shown_key(node->key),
                    NULL, NULL);
    }
}

/* For ninja, what writes nothing is never up to date, but for the rest of the
 * build that it ran in: there it may be judged again, under a graph that grew. */
static bool
may_lack_outputs(const struct action *a, const struct record *record)
{
    return (a->flags & (ACTION_MAY_NOT_WRITE | ACTION_PHONY)) != 0 &&
           (!(a->flags & ACTION_AS_NINJA) || record->ran);
}

void
compare_manifest(struct judge *judge, const struct action *a,
                 const struct record *record_now, bool *rebase)
{
    assert(record_now->body.len > 0);
    struct record record = *record_now; /* the array may move */
    struct last_manifest *last = &judge->last;
    struct manifest now;
    manifest_init(&now);
    compare_collect(judge, a, &now);
    if (last->lost) {
        reasons_add(&judge->reasons, "state-lost", NULL, NULL, NULL);
    } else {
        compare_inputs(judge, &last->inputs, &now.inputs, rebase);
        compare_discovered(judge, &record, &last->discovered);
        if (record.status == RECORD_VALID ||
            record.status == RECORD_UNSETTLED) {
            compare_outputs(judge, may_lack_outputs(a, &record), &last->outputs,
                            &now.outputs);
        }
        compare_env(judge, a, &last->reader);
        compare_nodes(judge, &last->reader, &now.nodes);
    }
    manifest_finish(&now);
}
