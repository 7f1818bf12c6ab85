/* SPDX-License-Identifier: MIT */
/*
 * A row of the index has all that an action looks at, so that what it declares
 * and what it makes is taken away again. Where that does not tell (folders count
 * with all that is in them, sources under :order-only are looked at as well), the
 * manifest of the action is read. Without an index, all manifests are.
 */
#include "exec/decide/discovered.h"

#include "exec/base/arena.h"
#include "exec/base/memory.h"
#include "exec/base/path.h"
#include "exec/base/rows.h"
#include "exec/base/table.h"
#include "exec/decide/manifest.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum known { NOT_ASKED, UNKNOWN, KNOWN };

/* Edges whose files are in the row of an action. */
#define FILE_KINDS \
    (EDGE_IFWRITTEN | EDGE_IFCHANGED | EDGE_IFCREATED | EDGE_IFDELETED)

/* What an item of the index is to the graph, asked once: a file + 1. */
#define ITEM_NOT_ASKED 0U
#define ITEM_STRANGER UINT32_MAX

struct exec_discovered {
    struct state *state;
    const struct graph *g;
    struct index index;     /* map NULL: there is none */
    uint32_t *file_of_item; /* by item of the index */
    uint8_t *is_inside;     /* by item: 1 not, 2 below a file of the graph */
    uint32_t *rows_with;    /* by item: how many rows; NULL: not counted */
    uint32_t *marks;        /* by file: the action that declares it + 1 */
    uint8_t *known;         /* by action: enum known */
    uint32_t asked;         /* records that were read one by one */
    struct vec paths; /* of struct slice: items behind those of the index */
    struct table path_table;
    struct arena texts;
    struct rows rows; /* by action, where there is no index */
    struct buffer path;
};

/* --- Items ---------------------------------------------------------------------- */

static uint32_t
index_count(const struct exec_discovered *d)
{
    return d->index.map == NULL ? 0 : d->index.items.file_count;
}

uint32_t
exec_discovered_count(const struct exec_discovered *d)
{
    return index_count(d) + d->paths.count;
}

static struct slice
path_key(const void *owner, uint32_t value)
{
    const struct exec_discovered *d = owner;
    return *(const struct slice *)vec_at(&d->paths, value);
}

/* The item of a path that no item of the index is asked for. */
static uint32_t
add_path(struct exec_discovered *d, const char *path)
{
    struct slice wanted = slice_of(path);
    uint32_t next = d->paths.count;
    uint32_t place =
        table_find_or_add(&d->path_table, path_key, d, wanted, next);
    if (place == next) {
        struct slice *kept = vec_add(&d->paths);
        kept->bytes = arena_copy(&d->texts, path, wanted.len);
        kept->len = wanted.len;
    }
    return index_count(d) + place;
}

/* "DIR/NAME" into the buffer, without an allocation for each. */
static void
read_path(const struct exec_discovered *d, uint32_t item, struct buffer *path)
{
    buffer_truncate(path, 0);
    if (item >= index_count(d)) {
        const struct slice *kept = vec_at(&d->paths, item - index_count(d));
        buffer_add(path, kept->bytes, kept->len);
        return;
    }
    const struct scan_list *list = &d->index.items;
    const char *dir = list->texts + list->dirs[index_dir(&d->index, item)].path;
    buffer_add_str(path, dir);
    if (path->len > 0 && path->bytes[path->len - 1] != '/') {
        buffer_add_char(path, '/');
    }
    buffer_add_str(path, list->texts + list->files[item].name);
}

/* Of outputs their action tells which file they are; only where it makes several
 * is the path looked at. */
static struct file_id
file_of_maker(struct exec_discovered *d, uint32_t item)
{
    uint32_t maker = d->index.items.files[item].maker;
    if (maker == 0 || maker > graph_action_count(d->g)) {
        return FILE_NONE;
    }
    const struct action *a = graph_action(d->g, (struct action_id){maker - 1});
    if (a->outputs.count == 1) {
        return graph_output(d->g, a, 0);
    }
    read_path(d, item, &d->path);
    for (uint32_t i = 0; i < a->outputs.count; i++) {
        struct file_id file = graph_output(d->g, a, i);
        if (strcmp(graph_path(d->g, file), buffer_str(&d->path)) == 0) {
            return file;
        }
    }
    return FILE_NONE;
}

static struct file_id
file_of_path(struct exec_discovered *d, uint32_t item)
{
    read_path(d, item, &d->path);
    return graph_find_file(d->g, buffer_str(&d->path), d->path.len);
}

/* Each item of the index is asked for once. */
static struct file_id
file_of_item(struct exec_discovered *d, uint32_t item)
{
    if (item >= index_count(d)) {
        return file_of_path(d, item);
    }
    uint32_t *known = &d->file_of_item[item];
    if (*known == ITEM_NOT_ASKED) {
        struct file_id file = file_of_maker(d, item);
        file = file.n == ID_NONE ? file_of_path(d, item) : file;
        *known = file.n == ID_NONE ? ITEM_STRANGER : file.n + 1;
    }
    return *known == ITEM_STRANGER ? FILE_NONE : (struct file_id){*known - 1};
}

struct file_id
exec_discovered_file(struct exec_discovered *d, uint32_t item,
                     struct buffer *path)
{
    assert(item < exec_discovered_count(d));
    read_path(d, item, path);
    return file_of_item(d, item);
}

/* What is looked for. Few items have one of the names, and only of those the whole
 * path is made. */
struct wanted {
    const char *const *paths;
    struct table by_name; /* of the last parts */
    struct table by_path;
};

static struct slice
wanted_path(const void *owner, uint32_t value)
{
    return slice_of(((const struct wanted *)owner)->paths[value]);
}

static struct slice
wanted_name(const void *owner, uint32_t value)
{
    const char *path = ((const struct wanted *)owner)->paths[value];
    const char *slash = strrchr(path, '/');
    return slice_of(slash == NULL || slash[1] == '\0' ? path : slash + 1);
}

/* Which of the paths an item of the index is; TABLE_NONE: none. */
static uint32_t
match_item(struct exec_discovered *d, const struct wanted *wanted,
           uint32_t item)
{
    const struct scan_list *list = &d->index.items;
    struct slice name = slice_of(list->texts + list->files[item].name);
    if (list->files[item].maker == SCAN_NOT_A_FILE ||
        table_find(&wanted->by_name, wanted_name, wanted, name) == TABLE_NONE) {
        return TABLE_NONE;
    }
    read_path(d, item, &d->path);
    return table_find(&wanted->by_path, wanted_path, wanted,
                      buffer_slice(&d->path));
}

void
exec_discovered_find(struct exec_discovered *d, const char *const *paths,
                     uint32_t count, uint32_t *items)
{
    struct wanted wanted = {.paths = paths};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t place =
            table_find(&d->path_table, path_key, d, slice_of(paths[i]));
        items[i] =
            place == TABLE_NONE ? EXEC_ITEM_NONE : index_count(d) + place;
        table_find_or_add(&wanted.by_name, wanted_name, &wanted,
                          wanted_name(&wanted, i), i);
        table_find_or_add(&wanted.by_path, wanted_path, &wanted,
                          slice_of(paths[i]), i);
    }
    for (uint32_t i = 0; count > 0 && i < index_count(d); i++) {
        uint32_t place = match_item(d, &wanted, i);
        if (place != TABLE_NONE) {
            items[place] = i;
        }
    }
    table_finish(&wanted.by_name);
    table_finish(&wanted.by_path);
}

/* True for what lies below a file of the graph, which then is a folder: the index
 * has what is in a folder beside the folder. */
static bool
is_inside(struct exec_discovered *d, uint32_t item)
{
    if (d->is_inside[item] == 0) {
        read_path(d, item, &d->path);
        size_t len = path_dir_len(buffer_str(&d->path), d->path.len);
        bool inside = false;
        while (!inside && len > 0) {
            inside = graph_find_file(d->g, d->path.bytes, len).n != ID_NONE;
            size_t shorter = path_dir_len(d->path.bytes, len);
            len = shorter < len ? shorter : 0;
        }
        d->is_inside[item] = inside ? 2 : 1;
    }
    return d->is_inside[item] == 2;
}

/* --- Manifests -------------------------------------------------------------------- */

/* Who is told of the records, one or all of them. */
struct manifest_sink {
    struct exec_discovered *d;
    struct vec *items;   /* of uint32_t: of one action */
    struct vec *pairs;   /* of struct pair: of all */
    struct files *files; /* to look versions up; NULL: the state is asked */
    bool is_found;
};

static bool
item_of_version(const struct manifest_sink *sink, uint32_t id, uint32_t *item)
{
    if (sink->files != NULL) {
        uint32_t file = files_of_version(sink->files, id);
        if (file != TABLE_NONE) {
            *item = add_path(sink->d, files_path(sink->files, file));
        }
        return file != TABLE_NONE;
    }
    struct file_version version;
    char *path = NULL;
    if (!state_find_version(sink->d->state, id, &path, &version)) {
        return false;
    }
    *item = add_path(sink->d, path);
    free(path);
    return true;
}

/* Tells the sink of a version that was discovered, if its file still is known. */
static void
take_version(const struct manifest_sink *sink, uint32_t id, uint32_t action)
{
    struct pair pair = {action, 0};
    if (!item_of_version(sink, id, &pair.item)) {
        return;
    }
    if (sink->items != NULL) {
        vec_push(sink->items, &pair.item);
    } else {
        vec_push(sink->pairs, &pair);
    }
}

/* The second list of a manifest is what was discovered. A file may be in both: as
 * :ifchanged says less than a depfile does. It counts as declared. */
static void
read_manifest(struct slice body, const struct manifest_sink *sink,
              uint32_t action)
{
    struct manifest_reader reader;
    struct vec declared = vec_of(sizeof(uint32_t));
    uint32_t id;
    if (!manifest_open(body, &reader)) {
        return;
    }
    for (uint32_t n = manifest_read_count(&reader); n > 0; n--) {
        (void)manifest_read_file(&reader, &id);
        if (!reader.bad) {
            vec_push(&declared, &id);
        }
    }
    vec_sort_numbers(&declared);
    for (uint32_t n = manifest_read_count(&reader); n > 0; n--) {
        (void)manifest_read_file(&reader, &id);
        if (!reader.bad && !vec_has_number(&declared, id)) {
            take_version(sink, id, action);
        }
    }
    vec_finish(&declared);
}

/* A record of the graph's; one that never succeeded has no manifest. */
static void
take_record(void *ctx, const struct state_record *record)
{
    struct manifest_sink *sink = ctx;
    struct exec_discovered *d = sink->d;
    const struct hash128 none = {0, 0};
    struct action_id action =
        graph_find_key(d->g, record->key, strlen(record->key));
    if (action.n == ID_NONE) {
        return;
    }
    d->known[action.n] = hash_equal(record->manifest, none) ? UNKNOWN : KNOWN;
    if ((sink->items != NULL || sink->pairs != NULL) && record->body.len > 0) {
        read_manifest(record->body, sink, action.n);
    }
}

/* Reads one record; with `items` also what it discovered. */
static void
ask_record(struct exec_discovered *d, struct action_id action,
           struct vec *items)
{
    struct manifest_sink sink = {.d = d, .items = items};
    const char *key = graph_cstr(d->g, graph_action(d->g, action)->key);
    d->known[action.n] = UNKNOWN;
    state_find_record(d->state, key, take_record, &sink);
}

/* Without an index: everything at once. A damaged state knows nothing. */
static void
load_all(struct exec_discovered *d, const char *root)
{
    struct vec pairs = vec_of(sizeof(struct pair));
    struct error ignored = {0};
    struct files *files = files_create(d->state, root, true);
    struct manifest_sink sink = {.d = d, .pairs = &pairs, .files = files};
    uint32_t count = graph_action_count(d->g);
    memset(d->known, UNKNOWN, count);
    (void)(files_load(files, &ignored) &&
           state_load_records(d->state, take_record, &sink, &ignored));
    d->rows = rows_make(&pairs, count);
    error_finish(&ignored);
    files_destroy(files);
    vec_finish(&pairs);
}

/* --- Rows of the index --------------------------------------------------------------- */

static void
mark(struct exec_discovered *d, struct file_id file, uint32_t action)
{
    d->marks[file.n] = action + 1;
}

/* Marks what is in the row of an action and was not discovered; false if the row
 * does not tell that. */
static bool
mark_declared(struct exec_discovered *d, const struct action *a,
              uint32_t action)
{
    bool tells =
        a->watches.count == 0 && graph_detail(d->g, a)->dyndep.n == ID_NONE;
    for (uint32_t i = 0; tells && i < a->inputs.count; i++) {
        const struct edge *edge = graph_input(d->g, a, i);
        struct file_id file = {edge->to.n};
        bool counts = (edge->kinds & FILE_KINDS) != 0;
        if (edge->to.type == NODE_FILE && counts) {
            mark(d, file, action);
        } else if (edge->to.type == NODE_FILE) {
            // A source that must be there is in the row, whether it was
            // discovered or not; what is made is there only if it was.
            tells = graph_producer(d->g, file).n != ID_NONE;
        } else if (edge->to.type == NODE_ACTION && counts) {
            const struct action *to =
                graph_action(d->g, (struct action_id){edge->to.n});
            for (uint32_t k = 0; k < to->outputs.count; k++) {
                mark(d, graph_output(d->g, to, k), action);
            }
        }
    }
    for (uint32_t i = 0; tells && i < a->outputs.count; i++) {
        mark(d, graph_output(d->g, a, i), action);
    }
    return tells;
}

/* What the row of an action tells of one of its items. */
enum told { NOT_DISCOVERED, DISCOVERED, ASK_MANIFEST };

/* What an action declares, which is marked, or makes stands in its row without
 * being discovered; of what lies in a folder that may be so, too. */
static enum told
tell_item(struct exec_discovered *d, uint32_t action, uint32_t item)
{
    uint32_t maker = d->index.items.files[item].maker;
    if (maker == SCAN_NOT_A_FILE || maker == action + 1) {
        return NOT_DISCOVERED;
    }
    struct file_id file = file_of_item(d, item);
    if (file.n != ID_NONE && d->marks[file.n] == action + 1) {
        return NOT_DISCOVERED;
    }
    return is_inside(d, item) ? ASK_MANIFEST : DISCOVERED;
}

/* Adds what is left of a row; false if a manifest has to tell. */
static bool
take_row(struct exec_discovered *d, uint32_t action, struct vec *items)
{
    struct gaps row = index_row(&d->index, action);
    uint32_t before = items->count;
    uint32_t item;
    while (index_next(&row, &item)) {
        switch (tell_item(d, action, item)) {
        case NOT_DISCOVERED:
            break;
        case DISCOVERED:
            vec_push(items, &item);
            break;
        case ASK_MANIFEST:
            items->count = before;
            return false;
        }
    }
    return true;
}

/* Each record that is read alone locks the database: where that was done so often,
 * all the others are read at once. */
enum { ASKED_MAX = 64 };

static void
ask_rest(struct exec_discovered *d)
{
    struct manifest_sink sink = {.d = d};
    struct error ignored = {0};
    assert(d->index.map != NULL && "else all records were read before");
    for (uint32_t i = 0; i < graph_action_count(d->g); i++) {
        if (d->known[i] == NOT_ASKED && d->index.verdicts[i] == INDEX_UNKNOWN) {
            d->known[i] = UNKNOWN;
        }
    }
    (void)!state_load_records(d->state, take_record, &sink, &ignored);
    error_finish(&ignored);
}

bool
exec_discovered_is_known(struct exec_discovered *d, struct action_id action)
{
    uint8_t *known = &d->known[action.n];
    if (*known == NOT_ASKED && d->index.map != NULL &&
        d->index.verdicts[action.n] != INDEX_UNKNOWN) {
        *known = KNOWN; // It was found clean, so it succeeded.
    }
    if (*known == NOT_ASKED && d->asked++ < ASKED_MAX) {
        ask_record(d, action, NULL);
    } else if (*known == NOT_ASKED) {
        ask_rest(d);
    }
    return *known == KNOWN;
}

void
exec_discovered_of(struct exec_discovered *d, struct action_id action,
                   struct vec *items)
{
    assert(action.n < graph_action_count(d->g));
    if (d->index.map == NULL) {
        uint32_t start = d->rows.starts[action.n];
        vec_push_all(items, d->rows.items + start,
                     d->rows.starts[action.n + 1] - start);
        return;
    }
    const struct action *a = graph_action(d->g, action);
    if (!mark_declared(d, a, action.n) || !take_row(d, action.n, items)) {
        ask_record(d, action, items);
    }
}

/* --- The other direction -------------------------------------------------------------- */

/* A manifest names paths, which have items of their own. */
static bool
is_same_path(struct exec_discovered *d, uint32_t item, uint32_t other)
{
    if (item == other) {
        return true;
    }
    struct buffer path = {0};
    read_path(d, item, &path);
    read_path(d, other, &d->path);
    bool same = strcmp(buffer_str(&path), buffer_str(&d->path)) == 0;
    buffer_finish(&path);
    return same;
}

/* A row that is looked at for the sake of some items. */
struct row_look {
    uint32_t action;
    bool is_marked;
    bool tells; /* when it is marked */
};

/* Whether the row of an action that has an item, has it because it was
 * discovered. What the action declares is marked for the first one. */
static bool
has_discovered(struct exec_discovered *d, struct row_look *look, uint32_t item)
{
    struct action_id action = {look->action};
    if (!look->is_marked) {
        look->tells =
            mark_declared(d, graph_action(d->g, action), look->action);
        look->is_marked = true;
    }
    enum told told =
        look->tells ? tell_item(d, look->action, item) : ASK_MANIFEST;
    if (told != ASK_MANIFEST) {
        return told == DISCOVERED;
    }
    struct vec items = vec_of(sizeof(uint32_t));
    bool found = false;
    ask_record(d, action, &items);
    for (uint32_t i = 0; !found && i < items.count; i++) {
        found = is_same_path(d, item, *(uint32_t *)vec_at(&items, i));
    }
    vec_finish(&items);
    return found;
}

static void
add_discovery(struct vec *discoveries, uint32_t item, uint32_t action)
{
    struct exec_discovery discovery = {item, {action}};
    vec_push(discoveries, &discovery);
}

/* Makes room for a count of the rows; false if they are counted. */
static bool
begin_counting(struct exec_discovered *d)
{
    if (d->index.map == NULL || d->rows_with != NULL) {
        return false;
    }
    d->rows_with = mem_alloc((size_t)index_count(d) + 1, sizeof(*d->rows_with));
    return true;
}

static void
count_rows(struct exec_discovered *d)
{
    bool counts = begin_counting(d);
    for (uint32_t action = 0; counts && action < graph_action_count(d->g);
         action++) {
        struct gaps row = index_row(&d->index, action);
        uint32_t items[INDEX_SOME];
        uint32_t n;
        while ((n = index_some(&row, items)) > 0) {
            for (uint32_t i = 0; i < n; i++) {
                d->rows_with[items[i]]++;
            }
        }
    }
}

/* The users among the rows of the records. */
static void
add_recorded_users(const struct exec_discovered *d, const uint8_t *wanted,
                   struct vec *discoveries)
{
    for (uint32_t action = 0; action < graph_action_count(d->g); action++) {
        for (uint32_t i = d->rows.starts[action];
             i < d->rows.starts[action + 1]; i++) {
            if (wanted[d->rows.items[i]]) {
                add_discovery(discoveries, d->rows.items[i], action);
            }
        }
    }
}

/* All rows are read, but only those that have one of the items are looked at. The
 * first time they are counted on the way: to read them takes the time. */
static void
add_indexed_users(struct exec_discovered *d, const uint8_t *wanted,
                  struct vec *discoveries)
{
    bool counts = begin_counting(d);
    for (uint32_t action = 0; action < graph_action_count(d->g); action++) {
        struct gaps row = index_row(&d->index, action);
        struct row_look look = {.action = action};
        uint32_t items[INDEX_SOME];
        uint32_t n;
        while ((n = index_some(&row, items)) > 0) {
            for (uint32_t i = 0; counts && i < n; i++) {
                d->rows_with[items[i]]++;
            }
            for (uint32_t i = 0; i < n; i++) {
                if (wanted[items[i]] && has_discovered(d, &look, items[i])) {
                    add_discovery(discoveries, items[i], action);
                }
            }
        }
    }
}

void
exec_discovered_users(struct exec_discovered *d, const uint32_t *items,
                      uint32_t count, struct vec *discoveries)
{
    uint8_t *wanted = mem_alloc((size_t)exec_discovered_count(d) + 1, 1);
    for (uint32_t i = 0; i < count; i++) {
        wanted[items[i]] = 1;
    }
    if (d->index.map == NULL) {
        add_recorded_users(d, wanted, discoveries);
    } else {
        add_indexed_users(d, wanted, discoveries);
    }
    free(wanted);
}

/* How many actions look at a file because they declare it. The edges of one
 * follow each other. */
static uint32_t
count_declared(const struct exec_discovered *d, struct file_id file)
{
    struct node node = {NODE_FILE, file.n};
    uint32_t count = 0;
    uint32_t last = ID_NONE;
    for (uint32_t i = 0; i < graph_user_count(d->g, node); i++) {
        const struct edge *edge = graph_user(d->g, node, i);
        if ((edge->kinds & FILE_KINDS) != 0 && edge->user != last) {
            last = edge->user;
            count++;
        }
    }
    return count;
}

/* Of what is made and was discovered, more rows have it than its own and those
 * that declare it. */
void
exec_discovered_made(struct exec_discovered *d, struct vec *items)
{
    uint32_t count = index_count(d);
    count_rows(d);
    for (uint32_t item = 0; item < count; item++) {
        uint32_t maker = d->index.items.files[item].maker;
        if (maker == 0 || maker == SCAN_NOT_A_FILE) {
            continue;
        }
        struct file_id file = file_of_item(d, item);
        if (file.n == ID_NONE ||
            d->rows_with[item] > 1 + count_declared(d, file)) {
            vec_push(items, &item);
        }
    }
    for (uint32_t i = 0; i < d->paths.count; i++) {
        uint32_t item = count + i;
        if (file_of_item(d, item).n != ID_NONE) {
            vec_push(items, &item);
        }
    }
}

static bool
is_stranger(struct exec_discovered *d, uint32_t item)
{
    struct file_id file = file_of_item(d, item);
    struct node node = {NODE_FILE, file.n};
    return file.n == ID_NONE || (graph_producer(d->g, file).n == ID_NONE &&
                                 graph_user_count(d->g, node) == 0 &&
                                 graph_holder_count(d->g, node) == 0);
}

/* What stands in rows because of a dyndep file may be in folders that no action
 * names. */
static bool
has_dyndep(const struct graph *g)
{
    bool any = false;
    for (uint32_t i = 0; !any && i < graph_action_count(g); i++) {
        const struct action *a = graph_action(g, (struct action_id){i});
        any = graph_detail(g, a)->dyndep.n != ID_NONE;
    }
    return any;
}

/* Adds those of some items that any action discovered. */
static void
add_with_users(struct exec_discovered *d, const struct vec *doubtful,
               struct vec *items)
{
    struct vec found = vec_of(sizeof(struct exec_discovery));
    uint8_t *told = mem_alloc((size_t)exec_discovered_count(d) + 1, 1);
    exec_discovered_users(d, doubtful->items, doubtful->count, &found);
    for (uint32_t i = 0; i < found.count; i++) {
        const struct exec_discovery *one = vec_at(&found, i);
        if (!told[one->item]) {
            told[one->item] = 1;
            vec_push(items, &one->item);
        }
    }
    free(told);
    vec_finish(&found);
}

/* What stands in a row and not in the graph was discovered, unless it lies in a
 * folder that an action reads or watches. */
void
exec_discovered_strangers(struct exec_discovered *d, struct vec *items)
{
    struct vec doubtful = vec_of(sizeof(uint32_t));
    bool doubts_all = d->index.map == NULL || has_dyndep(d->g);
    count_rows(d);
    for (uint32_t item = 0; item < exec_discovered_count(d); item++) {
        bool is_indexed = item < index_count(d);
        if ((is_indexed && (d->index.items.files[item].maker != 0 ||
                            d->rows_with[item] == 0)) ||
            !is_stranger(d, item)) {
            continue;
        }
        bool doubts = doubts_all || !is_indexed || is_inside(d, item);
        vec_push(doubts ? &doubtful : items, &item);
    }
    if (doubtful.count > 0) {
        add_with_users(d, &doubtful, items);
    }
    vec_finish(&doubtful);
}

/* --- Opening ----------------------------------------------------------------------------- */

struct exec_discovered *
discovered_create(struct state *state, const struct graph *g,
                  const struct index *index, const char *root)
{
    struct exec_discovered *d = mem_alloc(1, sizeof(*d));
    d->state = state;
    d->g = g;
    d->paths = vec_of(sizeof(struct slice));
    d->known = mem_alloc((size_t)graph_action_count(g) + 1, 1);
    if (index == NULL) {
        load_all(d, root);
        return d;
    }
    d->index = *index;
    d->file_of_item =
        mem_alloc((size_t)index_count(d) + 1, sizeof(*d->file_of_item));
    d->is_inside = mem_alloc((size_t)index_count(d) + 1, 1);
    d->marks = mem_alloc((size_t)graph_file_count(g) + 1, sizeof(*d->marks));
    return d;
}

void
exec_discovered_close(struct exec_discovered *d)
{
    if (d == NULL) {
        return;
    }
    index_close(&d->index);
    rows_finish(&d->rows);
    table_finish(&d->path_table);
    vec_finish(&d->paths);
    arena_finish(&d->texts);
    buffer_finish(&d->path);
    free(d->file_of_item);
    free(d->is_inside);
    free(d->rows_with);
    free(d->marks);
    free(d->known);
    free(d);
}
