/* SPDX-License-Identifier: MIT */
/*
 * What a run leaves for the next: of actions that it met, what they look at and
 * whether they are clean with it; of all others, what the index said before,
 * unless a file of theirs has changed since.
 *
 * Items keep their numbers from one index to the next and new ones go behind
 * them, so that rows of other actions can be copied as they are.
 */
#include "exec/decide/index_make.h"

#include "exec/base/memory.h"
#include "exec/base/path.h"
#include "exec/decide/record.h"
#include "exec/decide/tools.h"
#include "exec/decide/watched.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_KINDS \
    (EDGE_IFWRITTEN | EDGE_IFCHANGED | EDGE_IFCREATED | EDGE_IFDELETED)

/* An item whose path is known here. */
struct named_item {
    const char *path;
    uint32_t item;
};

/* An old item that another action makes by now, or none. */
struct remade_item {
    uint32_t item;
    uint32_t maker;
};

/* An item that the index did not have. */
struct new_item {
    const char *path;
    uint64_t print;
    uint32_t maker;
    uint32_t dir;
};

struct maker {
    struct judge *judge;
    const struct index_update *update;
    const struct index *old; /* NULL: none */
    uint32_t old_count;
    struct arena texts;
    struct vec named; /* of struct named_item */
    struct table by_path;
    bool all_named;          /* all items of the old index are in there */
    uint8_t *is_named;       /* by old item */
    struct vec added;        /* of struct new_item */
    struct vec remade;       /* of struct remade_item */
    struct vec item_of_file; /* of uint32_t, by place in the files: item + 1 */
    uint8_t *changed;        /* by old item: its print is another now */
    bool any_changed;
    struct vec items;      /* of uint32_t: rows of the actions that were met */
    uint32_t *row_of;      /* by action: start in items + 1; 0: not met */
    uint32_t *row_ends;    /* by action */
    uint32_t *final_items; /* by new item */
    /* Of the action that is collected. */
    uint32_t changed_last;
    bool all_looked;
    bool all_recorded; /* its files are the versions of its manifest */
};

/* --- Items ------------------------------------------------------------------------ */

static struct slice
item_key(const void *owner, uint32_t value)
{
    const struct maker *maker = owner;
    const struct named_item *named = vec_at(&maker->named, value);
    return slice_of(named->path);
}

static void
name_item(struct maker *maker, const char *path, uint32_t item)
{
    uint32_t next = maker->named.count;
    struct named_item named = {path, item};
    if (table_find_or_add(&maker->by_path, item_key, maker, slice_of(path),
                          next) == next) {
        vec_push(&maker->named, &named);
    }
}

static void
name_old(struct maker *maker, uint32_t item)
{
    assert(item < maker->old_count);
    if (!maker->is_named[item]) {
        char *path = index_path(maker->old, item);
        maker->is_named[item] = 1;
        name_item(maker, arena_copy(&maker->texts, path, strlen(path)), item);
        free(path);
    }
}

static void
name_all(struct maker *maker)
{
    for (uint32_t i = 0; !maker->all_named && i < maker->old_count; i++) {
        name_old(maker, i);
    }
    maker->all_named = true;
}

/* Who makes an old item; nobody is said to as long as a dyndep file is not read:
 * that was known before, then. */
static void
set_maker(struct maker *maker, uint32_t item, uint32_t maker_of)
{
    const struct graph *g = maker->judge->graph;
    uint32_t before = maker->old->items.files[item].maker;
    if (before == maker_of) {
        return;
    }
    assert(before != SCAN_NOT_A_FILE && maker_of != SCAN_NOT_A_FILE);
    if (maker_of == 0 && before <= graph_action_count(g)) {
        const struct action *a =
            graph_action(g, (struct action_id){before - 1});
        if (graph_detail(g, a)->dyndep.n != ID_NONE &&
            (a->flags & ACTION_GROWN) == 0) {
            return;
        }
    }
    struct remade_item remade = {item, maker_of};
    vec_push(&maker->remade, &remade);
}

/* The item of a path, and what it is now. */
static uint32_t
take_item(struct maker *maker, const char *path, uint64_t print,
          uint32_t maker_of)
{
    struct slice wanted = slice_of(path);
    uint32_t place = table_find(&maker->by_path, item_key, maker, wanted);
    if (place == TABLE_NONE && !maker->all_named) {
        name_all(maker);
        place = table_find(&maker->by_path, item_key, maker, wanted);
    }
    if (place == TABLE_NONE) {
        struct new_item added = {path, print, maker_of, 0};
        vec_push(&maker->added, &added);
        uint32_t item = maker->old_count + maker->added.count - 1;
        name_item(maker, path, item);
        return item;
    }
    uint32_t item = ((struct named_item *)vec_at(&maker->named, place))->item;
    if (item < maker->old_count &&
        maker->old->items.files[item].print != print) {
        maker->changed[item] = 1;
        maker->any_changed = true;
    }
    if (item < maker->old_count) {
        set_maker(maker, item, maker_of);
    }
    return item;
}

static uint32_t
maker_of_file(struct judge *judge, uint32_t file)
{
    struct action_id producer = record_maker(judge, file);
    return producer.n == ID_NONE ? 0 : producer.n + 1;
}

static void
add_file(struct maker *maker, uint32_t file)
{
    struct judge *judge = maker->judge;
    bool looked = files_is_looked(judge->files, file);
    if (file >= maker->item_of_file.count) {
        vec_resize(&maker->item_of_file, files_count(judge->files) * 2);
    }
    uint32_t *known = vec_at(&maker->item_of_file, file);
    if (looked && files_changed(judge->files, file) > maker->changed_last) {
        maker->changed_last = files_changed(judge->files, file);
    }
    maker->all_looked = maker->all_looked && looked;
    if (*known == 0) {
        *known =
            take_item(maker, files_path(judge->files, file),
                      looked ? files_print(judge->files, file) : SCAN_NO_PRINT,
                      maker_of_file(judge, file)) +
            1;
    }
    uint32_t item = *known - 1;
    vec_push(&maker->items, &item);
}

/* What counts in a folder, and all folders in it, for a name may come there. */
static void
add_member(void *ctx, const struct tree_entry *entry)
{
    struct maker *maker = ctx;
    struct files *files = maker->judge->files;
    struct tree_filter filter = files_filter(files);
    if (entry->stat->kind == KIND_DIR ||
        !filter.is_left_out(filter.ctx, entry->path)) {
        uint32_t file = files_add(files, entry->path, strlen(entry->path));
        (void)files_look(files, file);
        add_file(maker, file);
    }
}

/* A folder that was asked for as a whole is what all in it is. The members are
 * looked at first: where the whole is the same afterwards as when it was judged,
 * so were they. */
static void
add_members(struct maker *maker, uint32_t file)
{
    struct files *files = maker->judge->files;
    uint64_t print = files_tree_print(files, file);
    if (print == 0 || files_look(files, file)->kind != KIND_DIR) {
        return;
    }
    char *dir = mem_copy_str(files_path(files, file));
    struct tree_question question = {files_root_fd(files), dir, NULL,
                                     files_filter(files)};
    struct tree_sum sum;
    if (!tree_walk(question.root_fd, dir, false, add_member, maker)) {
        maker->all_looked = false;
    }
    tree_add_up(&question, &sum);
    maker->all_looked = maker->all_looked && sum.print == print;
    free(dir);
}

static void
add_graph_file(struct maker *maker, struct file_id file)
{
    uint32_t place = record_file(maker->judge, file);
    add_file(maker, place);
    add_members(maker, place);
}

/* A variable or a program. */
static void
add_question(void *ctx, const char *question)
{
    struct maker *maker = ctx;
    const char *copy = arena_copy(&maker->texts, question, strlen(question));
    uint32_t item =
        take_item(maker, copy, tools_answer(maker->judge->tools, question),
                  SCAN_NOT_A_FILE);
    vec_push(&maker->items, &item);
}

/* --- What an action looks at ----------------------------------------------------------- */

/* The same files that the judge looks at: those of the manifest, and sources
 * that must be there. What is in groups is in the row behind the last one. */
static void
add_edge(struct maker *maker, const struct edge *edge)
{
    const struct graph *g = maker->judge->graph;
    bool counts = (edge->kinds & FILE_KINDS) != 0;
    if (edge->to.type == NODE_FILE) {
        struct file_id file = {edge->to.n};
        if (counts || graph_producer(g, file).n == ID_NONE) {
            add_graph_file(maker, file);
        }
    } else if (edge->to.type == NODE_ACTION && counts) {
        const struct action *to =
            graph_action(g, (struct action_id){edge->to.n});
        for (uint32_t i = 0; i < to->outputs.count; i++) {
            add_graph_file(maker, graph_output(g, to, i));
        }
    }
}

/* All in a watched folder that may be an event. That it is looked at before the
 * question whether there is one makes later ones show. */
static void
add_watched(void *ctx, const struct tree_entry *entry)
{
    struct maker *maker = ctx;
    if (entry->stat->kind == KIND_DIR ||
        !ours_made(record_ours(maker->judge), entry->path)) {
        struct files *files = maker->judge->files;
        uint32_t file = files_add(files, entry->path, strlen(entry->path));
        (void)files_look(files, file);
        add_file(maker, file);
    }
}

static void
add_watches(struct maker *maker, const struct action *a,
            const struct record *record)
{
    struct judge *judge = maker->judge;
    for (uint32_t i = 0; i < a->watches.count; i++) {
        const struct watch *watch = graph_watch(judge->graph, a, i);
        uint32_t place = record_file(judge, watch->dir);
        (void)files_look(judge->files, place);
        add_file(maker, place);
        bool is_read = tree_walk(files_root_fd(judge->files),
                                 graph_path(judge->graph, watch->dir), false,
                                 add_watched, maker);
        maker->all_looked = is_read && maker->all_looked &&
                            watched_is_still(judge, record, watch);
    }
}

/* One list of the manifest; its files are added if they are `new`. */
static void
add_list(struct maker *maker, struct manifest_reader *reader, bool new)
{
    struct files *files = maker->judge->files;
    for (uint32_t n = manifest_read_count(reader); n > 0; n--) {
        uint32_t id;
        (void)manifest_read_file(reader, &id);
        uint32_t file = files_of_version(files, id);
        if (file == TABLE_NONE || reader->bad) {
            maker->all_looked = false;
            continue;
        }
        if (!files_is_looked(files, file) ||
            files_look(files, file)->id != id) {
            maker->all_recorded = false;
        }
        if (new) {
            add_file(maker, file);
            add_members(maker, file);
        }
    }
}

/* What a dyndep file named is in the manifest alone, while nobody read it. */
static void
add_manifest(struct maker *maker, struct slice body, bool grows)
{
    struct manifest_reader reader;
    char question[512];
    if (!manifest_open(body, &reader)) {
        maker->all_looked = false;
        return;
    }
    add_list(maker, &reader, grows); // Else they are the edges of the graph.
    add_list(maker, &reader, true);
    add_list(maker, &reader, grows);
    for (uint32_t n = manifest_read_count(&reader); n > 0; n--) {
        bool set;
        struct slice value;
        struct slice name = manifest_read_env(&reader, &set, &value);
        int len = snprintf(question, sizeof(question), "//E%.*s", (int)name.len,
                           name.bytes);
        if (len < 0 || (size_t)len >= sizeof(question)) {
            maker->all_looked = false;
            continue;
        }
        add_question(maker, question);
    }
}

static int
compare_items(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* True if ninja would run it again because an output is not there. */
static bool
lacks_output(struct judge *judge, const struct action *a)
{
    if ((a->flags & ACTION_AS_NINJA) == 0) {
        return false;
    }
    for (uint32_t i = 0; i < a->outputs.count; i++) {
        uint32_t file = record_file(judge, graph_output(judge->graph, a, i));
        if (!version_exists(files_look(judge->files, file))) {
            return true;
        }
    }
    return false;
}

/* True if it depends on a file that a phony action without inputs stands for:
 * whether that is there decides, so it is asked each time. */
static bool
reads_hollow(const struct graph *g, const struct action *a)
{
    for (uint32_t i = 0; i < a->inputs.count; i++) {
        const struct edge *edge = graph_input(g, a, i);
        if (edge->to.type == NODE_FILE &&
            graph_is_hollow(g, (struct file_id){edge->to.n})) {
            return true;
        }
    }
    return false;
}

/* What is known of it by now. */
static enum index_verdict
verdict_of(const struct maker *maker, const struct action *a,
           const struct record *record)
{
    if ((a->flags & (ACTION_ALWAYS | ACTION_PENDING)) != 0 ||
        reads_hollow(maker->judge->graph, a) || lacks_output(maker->judge, a) ||
        record->status != RECORD_VALID || !maker->all_looked) {
        return INDEX_UNKNOWN;
    }
    if (maker->all_recorded) {
        return INDEX_CLEAN;
    }
    if (!record->clean || maker->changed_last > record->clean_moment) {
        return INDEX_UNKNOWN;
    }
    return maker->judge->options.content ? INDEX_CLEAN_BY_CONTENT : INDEX_CLEAN;
}

/* Its row, of items that are not final yet, and its verdict. */
static enum index_verdict
collect(struct maker *maker, struct action_id action)
{
    struct judge *judge = maker->judge;
    const struct action *a = graph_action(judge->graph, action);
    struct record record = *record_of(judge, action);
    maker->changed_last = 0;
    maker->all_looked = true;
    maker->all_recorded = record.body.len > 0;
    if (maker->old != NULL && !maker->all_named) {
        struct gaps row = index_row(maker->old, action.n);
        uint32_t item;
        while (index_next(&row, &item)) {
            name_old(maker, item);
        }
    }
    maker->row_of[action.n] = maker->items.count + 1;
    for (uint32_t i = 0; i < a->inputs.count; i++) {
        add_edge(maker, graph_input(judge->graph, a, i));
    }
    for (uint32_t i = 0; i < a->outputs.count; i++) {
        add_graph_file(maker, graph_output(judge->graph, a, i));
    }
    recipe_ask(judge->graph, a, add_question, maker);
    struct file_id dyndep = graph_detail(judge->graph, a)->dyndep;
    if (dyndep.n != ID_NONE) {
        add_graph_file(maker, dyndep);
    }
    if (record.body.len > 0) {
        add_manifest(maker, record.body, dyndep.n != ID_NONE);
    }
    add_watches(maker, a, &record);
    maker->row_ends[action.n] = maker->items.count;
    return verdict_of(maker, a, &record);
}

/* Members of groups that nobody makes: whoever asks for the group wants them to
 * be there, whatever is in them. */
static void
collect_members(struct maker *maker)
{
    struct judge *judge = maker->judge;
    const struct graph *g = judge->graph;
    uint32_t row = graph_action_count(g);
    maker->row_of[row] = maker->items.count + 1;
    for (uint32_t i = 0; i < graph_group_count(g); i++) {
        const struct group *group = graph_group(g, (struct group_id){i});
        for (uint32_t k = 0; k < group->members.count; k++) {
            struct node member = graph_member(g, group, k);
            struct file_id file = {member.n};
            if (member.type == NODE_FILE &&
                graph_producer(g, file).n == ID_NONE &&
                version_exists(
                    files_look(judge->files, record_file(judge, file)))) {
                add_graph_file(maker, file);
            }
        }
    }
    maker->row_ends[row] = maker->items.count;
}

/* --- The new items in order ---------------------------------------------------------------- */

struct folders {
    struct vec dirs; /* of struct scan_dir: `first` counts the files */
    struct buffer *texts;
    struct table table;
};

static struct slice
folder_path(const void *owner, uint32_t value)
{
    const struct folders *folders = owner;
    const struct scan_dir *dir = vec_at(&folders->dirs, value);
    return slice_of(folders->texts->bytes + dir->path);
}

static uint32_t
add_text(struct buffer *texts, const char *text, size_t len)
{
    uint32_t start = (uint32_t)texts->len;
    buffer_add(texts, text, len);
    buffer_add_char(texts, '\0');
    return start;
}

/* Length of the folder part; questions are in the root. */
static size_t
dir_len(const struct new_item *item)
{
    return item->maker == SCAN_NOT_A_FILE
               ? 0
               : path_dir_len(item->path, strlen(item->path));
}

/* Which folder each of them is in, and how many are in each. */
static void
find_folders(struct maker *maker, struct folders *folders)
{
    for (uint32_t i = 0; i < maker->added.count; i++) {
        struct new_item *item = vec_at(&maker->added, i);
        struct slice path = {item->path, dir_len(item)};
        uint32_t next = folders->dirs.count;
        item->dir = table_find_or_add(&folders->table, folder_path, folders,
                                      path, next);
        if (item->dir == next) {
            struct scan_dir *dir = vec_add(&folders->dirs);
            dir->path = add_text(folders->texts, path.bytes, path.len);
        }
        ((struct scan_dir *)vec_at(&folders->dirs, item->dir))->first++;
    }
}

/* Folder by folder, behind the old ones. */
static void
place_items(struct maker *maker, struct index_image *image)
{
    struct folders folders = {.dirs = vec_of(sizeof(struct scan_dir)),
                              .texts = &image->texts};
    find_folders(maker, &folders);
    uint32_t *next = mem_alloc((size_t)folders.dirs.count + 1, sizeof(*next));
    uint32_t first = maker->old_count;
    for (uint32_t i = 0; i < folders.dirs.count; i++) {
        struct scan_dir dir = *(struct scan_dir *)vec_at(&folders.dirs, i);
        next[i] = first;
        first += dir.first;
        dir.first = next[i];
        vec_push(&image->dirs, &dir);
    }
    vec_resize(&image->files, first);
    for (uint32_t i = 0; i < maker->added.count; i++) {
        const struct new_item *item = vec_at(&maker->added, i);
        size_t len = dir_len(item);
        const char *name = item->path + len;
        name += len > 0 && *name == '/';
        uint32_t place = next[item->dir]++;
        maker->final_items[i] = place;
        *(struct scan_file *)vec_at(&image->files, place) =
            (struct scan_file){item->print,
                               add_text(&image->texts, name, strlen(name)),
                               item->maker};
    }
    free(next);
    vec_finish(&folders.dirs);
    table_finish(&folders.table);
}

/* The old items as they were, but for their makers. */
static void
copy_items(const struct maker *maker, struct index_image *image)
{
    const struct index *old = maker->old;
    const struct scan_list *list = &old->items;
    if (list->file_count > 0) {
        buffer_add(&image->texts, list->texts, old->texts_len);
        vec_push_all(&image->files, list->files, list->file_count);
        vec_push_all(&image->dirs, list->dirs, list->dir_count);
        index_copy_readers(image, old);
    }
    for (uint32_t i = 0; i < maker->remade.count; i++) {
        const struct remade_item *remade = vec_at(&maker->remade, i);
        struct scan_file *file = vec_at(&image->files, remade->item);
        file->maker = remade->maker;
        index_doubt_reader(image, remade->item);
    }
}

/* --- Rows and verdicts ------------------------------------------------------------------------ */

static void
put_row(struct maker *maker, struct index_image *image, uint32_t action)
{
    assert(maker->row_of[action] != 0);
    uint32_t *row = (uint32_t *)maker->items.items + maker->row_of[action] - 1;
    uint32_t count = maker->row_ends[action] - (maker->row_of[action] - 1);
    for (uint32_t i = 0; i < count; i++) {
        if (row[i] >= maker->old_count) {
            row[i] = maker->final_items[row[i] - maker->old_count];
        }
    }
    if (count > 1) {
        qsort(row, count, sizeof(*row), compare_items);
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (kept == 0 || row[i] != row[kept - 1]) {
            row[kept++] = row[i];
        }
    }
    index_add_row(image, row, kept);
}

/* True if something in an old row is known to be another by now. */
static bool
has_changed(const struct maker *maker, uint32_t action)
{
    struct gaps row = index_row(maker->old, action);
    uint32_t items[INDEX_SOME];
    uint32_t count = index_some(&row, items);
    bool changed = false;
    while (!changed && count > 0) {
        for (uint32_t i = 0; i < count; i++) {
            changed = changed || maker->changed[items[i]] != 0;
        }
        count = index_some(&row, items);
    }
    return changed;
}

/* Of an action that was not met: what it was said to be, unless something that
 * it looks at is known to be another by now. */
static enum index_verdict
old_verdict(const struct maker *maker, uint32_t action)
{
    const uint8_t *settled = maker->update->settled;
    if (settled == NULL || !settled[action]) {
        return INDEX_UNKNOWN;
    }
    bool changed = maker->any_changed && has_changed(maker, action);
    return changed ? INDEX_UNKNOWN : maker->old->verdicts[action];
}

static void
put_rows(struct maker *maker, struct index_image *image)
{
    uint32_t count = image->action_count;
    for (uint32_t i = 0; i <= count; i++) {
        if (maker->row_of[i] != 0) {
            put_row(maker, image, i);
        } else if (maker->old != NULL) {
            index_copy_row(image, maker->old, i);
        } else {
            index_add_row(image, NULL, 0);
        }
        if (maker->row_of[i] == 0 && maker->old != NULL && i < count) {
            image->verdicts[i] = (uint8_t)old_verdict(maker, i);
        }
    }
}

/* What the old items that were met are now. */
static void
put_prints(struct maker *maker, struct index_image *image)
{
    struct judge *judge = maker->judge;
    for (uint32_t i = 0; i < maker->named.count && maker->any_changed; i++) {
        const struct named_item *named = vec_at(&maker->named, i);
        if (named->item >= maker->old_count || !maker->changed[named->item]) {
            continue;
        }
        struct scan_file *to = vec_at(&image->files, named->item);
        if (to->maker == SCAN_NOT_A_FILE) {
            to->print = tools_answer(judge->tools, named->path);
            continue;
        }
        uint32_t file =
            files_find(judge->files, named->path, strlen(named->path));
        to->print = file != TABLE_NONE && files_is_looked(judge->files, file)
                        ? files_print(judge->files, file)
                        : SCAN_NO_PRINT;
    }
}

/* --- All of it ------------------------------------------------------------------------------------ */

/* True if a run has met the action. */
static bool
is_met(const struct judge *judge, uint32_t action)
{
    uint32_t place = judge->record_of_action[action];
    return place != 0 && record_at(judge, place - 1)->met;
}

static void
collect_all(struct maker *maker, struct index_image *image)
{
    uint32_t met = 0;
    uint32_t count = image->action_count;
    for (uint32_t i = 0; i < count; i++) {
        met += is_met(maker->judge, i);
    }
    if (met > count / 8) {
        name_all(maker);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (is_met(maker->judge, i)) {
            image->verdicts[i] = (uint8_t)collect(maker, (struct action_id){i});
        }
    }
    if (maker->old == NULL) {
        collect_members(maker);
    }
}

static void
maker_init(struct maker *maker, struct judge *judge,
           const struct index_update *update)
{
    uint32_t rows = graph_action_count(judge->graph) + 1;
    *maker = (struct maker){
        .judge = judge,
        .update = update,
        .old = update->old,
        .old_count = update->old ? update->old->items.file_count : 0,
        .named = vec_of(sizeof(struct named_item)),
        .added = vec_of(sizeof(struct new_item)),
        .remade = vec_of(sizeof(struct remade_item)),
        .items = vec_of(sizeof(uint32_t)),
        .item_of_file = vec_of(sizeof(uint32_t)),
        .row_of = mem_alloc(rows, sizeof(uint32_t)),
        .row_ends = mem_alloc(rows, sizeof(uint32_t)),
    };
    maker->is_named = mem_alloc((size_t)maker->old_count + 1, 1);
    maker->changed = mem_alloc((size_t)maker->old_count + 1, 1);
    maker->all_named = maker->old == NULL;
}

static void
maker_finish(struct maker *maker)
{
    arena_finish(&maker->texts);
    vec_finish(&maker->named);
    table_finish(&maker->by_path);
    vec_finish(&maker->added);
    vec_finish(&maker->remade);
    vec_finish(&maker->items);
    free(maker->is_named);
    free(maker->changed);
    vec_finish(&maker->item_of_file);
    free(maker->row_of);
    free(maker->row_ends);
    free(maker->final_items);
}

/* How many of them are not phony goes in front: a build without work tells that
 * number, and reads no action. */
static void
put_wanted(const struct maker *maker, struct index_image *image)
{
    const struct vec *wanted = maker->update->wanted;
    uint32_t counted = 0;
    vec_push(&image->wanted, &counted);
    for (uint32_t i = 0; i < wanted->count; i++) {
        const struct action_id *id = vec_at(wanted, i);
        uint32_t flags = graph_action(maker->judge->graph, *id)->flags;
        counted += (flags & ACTION_PHONY) == 0;
        vec_push(&image->wanted, &id->n);
    }
    *(uint32_t *)vec_at(&image->wanted, 0) = counted;
}

void
judge_save_index(struct judge *judge, const struct index_update *update)
{
    if (!judge->files || judge->options.dry_run) {
        return;
    }
    struct maker maker;
    struct index_image image;
    maker_init(&maker, judge, update);
    index_image_init(&image, graph_action_count(judge->graph));
    collect_all(&maker, &image);
    maker.final_items =
        mem_alloc((size_t)maker.added.count + 1, sizeof(uint32_t));
    if (maker.old != NULL) {
        copy_items(&maker, &image);
        index_add_recent(&image, maker.old, maker.changed);
    }
    place_items(&maker, &image);
    put_prints(&maker, &image);
    put_rows(&maker, &image);
    image.claim = update->claim;
    image.request = update->request;
    image.orphans_done = update->orphans_done;
    image.warnings = update->warnings;
    put_wanted(&maker, &image);
    index_write(&image, update->path, state_dir(judge->state));
    index_image_finish(&image);
    maker_finish(&maker);
}
