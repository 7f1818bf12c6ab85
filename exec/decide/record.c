/* SPDX-License-Identifier: MIT */
/*
 * The records as the judge holds them: read from the state one by one or all at
 * once, found by key or by an action of the graph, and the ways between files of
 * the graph and files that are looked at. What a record means is judge.c's.
 */
#include "exec/decide/record.h"

#include "exec/base/memory.h"
#include "exec/decide/grown.h"
#include "exec/decide/links.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* --- One record ---------------------------------------------------------------- */

struct record *
record_at(const struct judge *judge, uint32_t place)
{
    assert(place < judge->records.count);
    return vec_at(&judge->records, place);
}

/* The key of a record, for the table. */
static struct slice
record_key(const void *owner, uint32_t value)
{
    return slice_of(record_at(owner, value)->key);
}

/* One row of the state. */
static void
take_record(void *ctx, const struct state_record *stored)
{
    struct judge *judge = ctx;
    struct record *record =
        record_at(judge, table_find(&judge->by_key, record_key, judge,
                                    slice_of(stored->key)));
    record->status = stored->status;
    record->manifest = stored->manifest;
    record->command_number = stored->command;
    record->body = (struct slice){arena_copy(&judge->texts, stored->body.bytes,
                                             stored->body.len),
                                  stored->body.len};
    if (strncmp(stored->key, "dynout:", 7) == 0) {
        record->value_hash =
            hash_default()->bytes(stored->value.bytes, stored->value.len);
    }
}

/* The same, not asked for anything yet. */
static uint32_t
add_key(struct judge *judge, const char *key, bool *added)
{
    assert(key);
    uint32_t next = judge->records.count;
    uint32_t place = table_find_or_add(&judge->by_key, record_key, judge,
                                       slice_of(key), next);
    *added = place == next;
    if (*added) {
        struct record *record = vec_add(&judge->records);
        record->key = arena_copy(&judge->texts, key, strlen(key));
        record->broken = vec_of(sizeof(uint32_t));
        record->listings = vec_of(sizeof(struct pending_listing));
        record->events = vec_of(sizeof(struct manifest_event));
    }
    return place;
}

uint32_t
record_add(struct judge *judge, const char *key)
{
    bool added;
    uint32_t place = add_key(judge, key, &added);
    if (added && !judge->loaded) {
        state_find_record(judge->state, key, take_record, judge);
    }
    return place;
}

struct record *
record_of(struct judge *judge, struct action_id action)
{
    assert(action.n < graph_action_count(judge->graph));
    uint32_t *place = &judge->record_of_action[action.n];
    if (*place == 0) {
        const struct action *a = graph_action(judge->graph, action);
        *place = record_add(judge, graph_cstr(judge->graph, a->key)) + 1;
    }
    return record_at(judge, *place - 1);
}

bool
record_is_unordered(const struct judge *judge, const struct record *record,
                    struct action_id producer)
{
    uint32_t place =
        producer.n == ID_NONE ? 0 : judge->record_of_action[producer.n];
    for (uint32_t i = 0; place != 0 && i < record->broken.count; i++) {
        if (*(uint32_t *)vec_at(&record->broken, i) == place - 1) {
            return true;
        }
    }
    return false;
}

bool
record_is_settled_before(const struct judge *judge, struct action_id action)
{
    assert(action.n < graph_action_count(judge->graph));
    return judge->options.settled && judge->options.settled[action.n] != 0;
}

bool
record_has_command(struct judge *judge, struct record *record,
                   struct slice text, struct hash128 hash)
{
    if (record->command_number == 0) {
        return hash_equal(record->command, hash);
    }
    char *stored = NULL;
    size_t len = 0;
    bool same = state_command_text(judge->state, record->command_number,
                                   &stored, &len) &&
                slice_equal((struct slice){stored, len}, text);
    free(stored);
    if (same) {
        record->command = hash;
        record->command_number = 0;
    }
    return same;
}

void
record_forget_watched(struct record *record)
{
    for (uint32_t i = 0; i < record->listings.count; i++) {
        struct pending_listing *pending = vec_at(&record->listings, i);
        free(pending->dir);
        buffer_finish(&pending->listing);
    }
    for (uint32_t i = 0; i < record->events.count; i++) {
        free(((struct manifest_event *)vec_at(&record->events, i))->path);
    }
    vec_finish(&record->listings);
    vec_finish(&record->events);
}

/* --- All records --------------------------------------------------------------- */

/* One row of the bulk load. */
static void
load_record(void *ctx, const struct state_record *stored)
{
    bool added;
    (void)add_key(ctx, stored->key, &added);
    take_record(ctx, stored);
}

void
records_forget(struct judge *judge)
{
    for (uint32_t i = 0; i < judge->records.count; i++) {
        struct record *record = record_at(judge, i);
        record_forget_watched(record);
        vec_finish(&record->broken);
        buffer_finish(&record->reasons);
    }
    vec_finish(&judge->records);
    vec_finish(&judge->inside.first);
    vec_finish(&judge->inside.last);
    vec_finish(&judge->inside.items);
    table_finish(&judge->by_key);
    arena_finish(&judge->texts);
}

bool
records_load(struct judge *judge, struct error *err)
{
    if (judge->loaded) {
        return true;
    }
    judge->loaded = true;
    return files_load(judge->files, err) &&
           state_load_records(judge->state, load_record, judge, err);
}

/* --- Between the graph and the files --------------------------------------------- */

uint32_t
record_file(struct judge *judge, struct file_id file)
{
    assert(file.n < graph_file_count(judge->graph));
    uint32_t *place = &judge->place_of_file[file.n];
    if (*place == 0) {
        const char *path = graph_path(judge->graph, file);
        *place = files_add(judge->files, path, strlen(path)) + 1;
    }
    return *place - 1;
}

struct slice
record_path(const struct judge *judge, struct slice path)
{
    size_t len = strlen(judge->root);
    bool is_below = len > 1 && path.len > len + 1 && path.bytes[len] == '/' &&
                    memcmp(path.bytes, judge->root, len) == 0;
    return is_below ? (struct slice){path.bytes + len + 1, path.len - len - 1}
                    : path;
}

const struct ours *
record_ours(struct judge *judge)
{
    if (!judge->ours) {
        judge->ours = ours_create(judge->graph, judge->state);
    }
    return judge->ours;
}

struct file_id
record_in_graph(struct judge *judge, uint32_t file)
{
    assert(file < files_count(judge->files));
    if (file >= judge->graph_file_cap) {
        uint32_t cap = files_count(judge->files) * 2 + 64;
        judge->graph_file =
            mem_resize(judge->graph_file, cap, sizeof(uint32_t));
        judge->folder_of = mem_resize(judge->folder_of, cap, sizeof(uint32_t));
        uint32_t more = cap - judge->graph_file_cap;
        memset(judge->graph_file + judge->graph_file_cap, 0,
               more * sizeof(uint32_t));
        memset(judge->folder_of + judge->graph_file_cap, 0,
               more * sizeof(uint32_t));
        judge->graph_file_cap = cap;
    }
    uint32_t *known = &judge->graph_file[file];
    if (*known == 0) {
        const char *path = files_path(judge->files, file);
        struct file_id id = graph_find_file(judge->graph, path, strlen(path));
        *known = id.n == ID_NONE ? 1 : id.n + 2;
    }
    return (struct file_id){*known == 1 ? ID_NONE : *known - 2};
}

struct action_id
record_producer(struct judge *judge, uint32_t file)
{
    struct file_id id = record_in_graph(judge, file);
    return id.n == ID_NONE ? ACTION_NONE : graph_producer(judge->graph, id);
}

/* --- In folders that are made --------------------------------------------------- */

struct inside_item {
    uint32_t file;
    uint32_t next; /* place of the next one + 1; 0: none */
};

void
inside_init(struct inside *inside)
{
    inside->first = vec_of(sizeof(uint32_t));
    inside->last = vec_of(sizeof(uint32_t));
    inside->items = vec_of(sizeof(struct inside_item));
}

/* By file, with room for it. */
static uint32_t *
number_at(struct judge *judge, struct vec *numbers, uint32_t file)
{
    if (file >= numbers->count) {
        vec_resize(numbers, files_count(judge->files) * 2);
    }
    return vec_at(numbers, file);
}

static void
add_inside(struct judge *judge, uint32_t folder, uint32_t file)
{
    struct inside *inside = &judge->inside;
    uint32_t *last = number_at(judge, &inside->last, file);
    if (*last != folder + 1) {
        uint32_t *first = number_at(judge, &inside->first, folder);
        struct inside_item item = {file, *first};
        vec_push(&inside->items, &item);
        *first = inside->items.count;
        *last = folder + 1;
    }
}

void
record_look_below(struct judge *judge, uint32_t folder)
{
    const struct inside *inside = &judge->inside;
    uint32_t next = folder < inside->first.count
                        ? *(uint32_t *)vec_at(&inside->first, folder)
                        : 0;
    while (next != 0) {
        const struct inside_item *item = vec_at(&inside->items, next - 1);
        if (files_is_looked(judge->files, item->file)) {
            (void)files_look_again(judge->files, item->file);
        }
        next = item->next;
    }
}

struct action_id
record_maker(struct judge *judge, uint32_t file)
{
    const struct graph *g = judge->graph;
    struct action_id producer = record_producer(judge, file);
    if (producer.n != ID_NONE) {
        return producer;
    }
    if (judge->folder_of[file] == 0) {
        const char *path = files_path(judge->files, file);
        struct file_id folder = ours_folder_of(g, path);
        judge->folder_of[file] = folder.n == ID_NONE ? 1 : folder.n + 2;
        if (folder.n != ID_NONE) {
            add_inside(judge, record_file(judge, folder), file);
        }
    }
    uint32_t known = judge->folder_of[file];
    return known == 1 ? ACTION_NONE
                      : graph_producer(g, (struct file_id){known - 2});
}

void
records_forget_graph(struct judge *judge)
{
    free(judge->record_of_action);
    free(judge->place_of_file);
    free(judge->graph_file);
    free(judge->folder_of);
    free(judge->groups_checked);
    judge->graph_file = NULL;
    judge->folder_of = NULL;
    judge->graph_file_cap = 0;
    ours_destroy(judge->ours);
    judge->ours = NULL;
    links_forget(judge->links);
    judge->links = NULL;
    grown_destroy(judge->grown);
    judge->grown = NULL;
    judge->growers = NULL;
}

void
records_take_graph(struct judge *judge, const struct graph *graph)
{
    assert(graph);
    records_forget_graph(judge);
    judge->graph = graph;
    judge->record_of_action =
        mem_alloc(graph_action_count(graph) + 1, sizeof(uint32_t));
    judge->place_of_file =
        mem_alloc(graph_file_count(graph) + 1, sizeof(uint32_t));
    judge->groups_checked = mem_alloc(graph_group_count(graph) + 1, 1);
}
