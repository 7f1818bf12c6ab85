/* SPDX-License-Identifier: MIT */
/*
 * The file: a mark and the hash of the rest of the head, which says of what
 * format, version and size it is, and has place and hash of each section; the
 * sections, each aligned for any type. The first sections are the parts of the
 * graph, then what is in its tables, all in their small form (shrink.h); then
 * what the graph was made from.
 *
 * The hashes are what makes the content trustworthy, those of the graph's parts
 * when anything of them is needed; sizes are checked all the same, because a
 * program of the same version may have been built otherwise. After that each
 * part is opened when it is first read from: most questions need but a few.
 */
#include "exec/graph/snapshot.h"

#include "exec/base/memory.h"
#include "exec/base/shrink.h"
#include "exec/graph/parts.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define FORMAT 10
/* So many blocks of a part, and a quarter of them all, are opened one by one. */
#define SOME_BLOCKS 4
#define ALIGNMENT 16
#define VERSION_SIZE 40

static const char mark[16] = "ronin graph\n\x1a\0\xff";

enum section {
    SECTION_TABLES = PART_COUNT, /* the values in each table, ascending */
    SECTION_SOURCES = SECTION_TABLES + TABLE_COUNT, /* path unset: it is in the
                                                       texts */
    SECTION_DYNOUTS,                                /* key unset: as well */
    SECTION_TEXTS, /* a row: paths of the sources, keys of the dynouts */
    SECTION_COUNT,
    SECTION_SMALL_END = SECTION_SOURCES /* those before it are small */
};

/* No block of LZ4's unpacks to more than so many times its size. */
#define SMALLEST 256

struct section_place {
    uint64_t offset;
    uint64_t len; /* in the file */
    uint32_t count;
    uint32_t item_size;
    struct hash128 hash;
};

struct head {
    char mark[16];
    struct hash128 hash; /* of the rest of the head */
    uint32_t format;
    uint32_t byte_order;
    char version[VERSION_SIZE];
    uint64_t size;
    uint32_t flags;       /* what graph_flags says */
    uint32_t zero;        /* no padding: the bytes are hashed */
    struct hash128 graph; /* what graph_hash says */
    struct section_place sections[SECTION_COUNT];
};

#define BYTE_ORDER_MARK 0x01020304U
#define HASHED_START offsetof(struct head, format)

static_assert(sizeof(struct head) % ALIGNMENT == 0, "sections are aligned");

static uint32_t
section_item_size(int section)
{
    if (section < PART_COUNT) {
        return graph_part_sizes[section];
    }
    switch (section) {
    case SECTION_SOURCES:
        return sizeof(struct snapshot_source);
    case SECTION_DYNOUTS:
        return sizeof(struct snapshot_dynout);
    case SECTION_TEXTS:
        return 1;
    default:
        return sizeof(uint32_t);
    }
}

/* Small ones are not used where they lie. */
static uint64_t
section_alignment(int section)
{
    return section < SECTION_SMALL_END ? 1 : ALIGNMENT;
}

/* --- Saving ---------------------------------------------------------------- */

/* What is written: the head and, for each section, its bytes. */
struct image {
    struct head head;
    struct slice bytes[SECTION_COUNT];
    struct buffer small[SECTION_SMALL_END];
    struct vec sources;
    struct vec dynouts;
    struct buffer texts;
};

static void
add_section(struct image *image, int section, struct slice bytes,
            uint32_t count)
{
    struct section_place *place = &image->head.sections[section];
    uint64_t align = section_alignment(section);

    place->offset = (image->head.size + align - 1) / align * align;
    place->len = bytes.len;
    place->count = count;
    place->item_size = section_item_size(section);
    image->bytes[section] = bytes;
    image->head.size = place->offset + bytes.len;
}

static void
add_small(struct image *image, int section, const struct vec *items)
{
    struct buffer *small = &image->small[section];

    shrink_array(items->items, items->count, section_item_size(section), small);
    add_section(image, section, buffer_slice(small), items->count);
}

/* As they are. */
static void
add_items(struct image *image, int section, const struct vec *items)
{
    struct slice bytes = {items->items,
                          (size_t)items->count * section_item_size(section)};

    add_section(image, section, bytes, items->count);
}

/* So many numbers may stand in a table of the graph. */
static uint32_t
table_limit(const struct graph *g, int table)
{
    switch (table) {
    case TABLE_STRS:
        return g->parts[PART_STR_STARTS].count;
    case TABLE_GROUPS:
        return g->parts[PART_GROUPS].count;
    default:
        return g->parts[PART_ACTIONS].count;
    }
}

/* Where a number stands follows from the hash of its key, so that the numbers
 * are enough. In their order they take next to nothing. */
static void
add_table(struct image *image, const struct graph *g, int table)
{
    const struct table *t = &g->tables[table];
    uint32_t limit = table_limit(g, table);
    uint8_t *has = mem_alloc((size_t)limit + 1, 1);
    struct vec values = vec_of(sizeof(uint32_t));

    for (uint32_t i = 0; i < t->cap; i++) {
        if (t->slots[i].value_plus_1 != 0) {
            assert(t->slots[i].value_plus_1 <= limit);
            has[t->slots[i].value_plus_1 - 1] = 1;
        }
    }
    for (uint32_t i = 0; i < limit; i++) {
        if (has[i]) {
            vec_push(&values, &i);
        }
    }
    free(has);
    add_small(image, SECTION_TABLES + table, &values);
    vec_finish(&values);
}

/* The records without their texts, which are put into the row. */
static void
fill_inputs(struct image *image, const struct snapshot_inputs *inputs)
{
    image->sources = vec_of(sizeof(struct snapshot_source));
    image->dynouts = vec_of(sizeof(struct snapshot_dynout));
    for (uint32_t i = 0; i < inputs->source_count; i++) {
        vec_push(&image->sources, &inputs->sources[i]);
        struct snapshot_source *source = vec_at(&image->sources, i);
        buffer_add_text(&image->texts, source->path);
        source->path = NULL;
    }
    for (uint32_t i = 0; i < inputs->dynout_count; i++) {
        vec_push(&image->dynouts, &inputs->dynouts[i]);
        struct snapshot_dynout *dynout = vec_at(&image->dynouts, i);
        buffer_add_text(&image->texts, dynout->key);
        dynout->key = NULL;
    }
}

static void
fill_image(struct image *image, const char *version, const struct graph *g,
           const struct snapshot_inputs *inputs)
{
    struct head *head = &image->head;

    memcpy(head->mark, mark, sizeof(mark));
    head->format = FORMAT;
    head->byte_order = BYTE_ORDER_MARK;
    memcpy(head->version, version, strnlen(version, VERSION_SIZE - 1));
    head->size = sizeof(*head);
    head->graph = graph_hash(g);
    head->flags = graph_flags(g);
    for (int i = 0; i < PART_COUNT; i++) {
        add_small(image, i, &g->parts[i]);
    }
    for (int i = 0; i < TABLE_COUNT; i++) {
        add_table(image, g, i);
    }
    fill_inputs(image, inputs);
    add_items(image, SECTION_SOURCES, &image->sources);
    add_items(image, SECTION_DYNOUTS, &image->dynouts);
    add_section(image, SECTION_TEXTS, buffer_slice(&image->texts),
                (uint32_t)image->texts.len);
}

static bool
write_all(int fd, const void *bytes, size_t len)
{
    const char *from = bytes;

    while (len > 0) {
        ssize_t written = write(fd, from, len);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return false;
        }
        from += written;
        len -= (size_t)written;
    }
    return true;
}

/* Calls for each part of the file behind the head, what aligns them included. */
static bool
each_section(const struct image *image,
             bool (*call)(void *ctx, const void *bytes, size_t len), void *ctx)
{
    static const char padding[ALIGNMENT] = {0};

    uint64_t end = sizeof(image->head);
    for (int i = 0; i < SECTION_COUNT; i++) {
        struct slice bytes = image->bytes[i];
        uint64_t offset = image->head.sections[i].offset;
        assert(offset >= end && offset - end < ALIGNMENT);
        if (!call(ctx, padding, offset - end) ||
            !call(ctx, bytes.bytes, bytes.len)) {
            return false;
        }
        end = offset + bytes.len;
    }
    return true;
}

static bool
write_part(void *ctx, const void *bytes, size_t len)
{
    return write_all(*(int *)ctx, bytes, len);
}

static struct hash128
hash_head(const struct head *head)
{
    return hash_default()->bytes((const char *)head + HASHED_START,
                                 sizeof(*head) - HASHED_START);
}

/* Of what is in the file, and of how much that is when it is opened: a small
 * section tells only by being opened. */
static struct hash128
hash_section(const struct section_place *place, const char *bytes)
{
    struct hash128 hash = hash_default()->bytes(bytes, (size_t)place->len);
    hash.low ^= place->count;
    return hash;
}

static void
hash_image(struct image *image)
{
    for (int i = 0; i < SECTION_COUNT; i++) {
        struct section_place *place = &image->head.sections[i];
        place->hash = hash_section(place, image->bytes[i].bytes);
    }
    image->head.hash = hash_head(&image->head);
}

/* The name has the process in it: another ronin may write at this moment. */
static bool
write_image(const char *path, const struct image *image, struct error *err)
{
    char *temporary = mem_format("%s.%d", path, (int)getpid());
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool held = fd >= 0 && write_all(fd, &image->head, sizeof(image->head)) &&
                each_section(image, write_part, &fd);
    int errnum = errno;

    if (fd >= 0 && close(fd) != 0 && held) {
        held = false;
        errnum = errno;
    }
    if (held && rename(temporary, path) != 0) {
        held = false;
        errnum = errno;
    }
    if (!held) {
        error_set_errno(err, ERROR_CLASS_STATE, errnum, "cannot write %s",
                        path);
        unlink(temporary);
    }
    free(temporary);
    return held;
}

bool
snapshot_save(const char *path, const char *version, const struct graph *g,
              struct snapshot_inputs *inputs, struct error *err)
{
    struct image *image = mem_alloc(1, sizeof(*image));

    assert(g->sealed);
    graph_open_all(g);
    fill_image(image, version, g, inputs);
    hash_image(image);
    inputs->file = image->head.hash;
    bool held = write_image(path, image, err);
    for (int i = 0; i < SECTION_SMALL_END; i++) {
        buffer_finish(&image->small[i]);
    }
    vec_finish(&image->sources);
    vec_finish(&image->dynouts);
    buffer_finish(&image->texts);
    free(image);
    return held;
}

/* --- Loading --------------------------------------------------------------- */

/* Maps a file of at least a head; NULL if that cannot be. */
static char *
map_file(const char *path, size_t *len)
{
    struct stat info;
    char *map = MAP_FAILED;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0) {
        return NULL;
    }
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
        (size_t)info.st_size >= sizeof(struct head)) {
        *len = (size_t)info.st_size;
        map = mmap(NULL, *len, PROT_READ, MAP_PRIVATE, fd, 0);
    }
    close(fd);
    return map != MAP_FAILED ? map : NULL;
}

static bool
head_is_ours(const struct head *head, size_t len, const char *version)
{
    return memcmp(head->mark, mark, sizeof(mark)) == 0 &&
           head->format == FORMAT && head->byte_order == BYTE_ORDER_MARK &&
           strncmp(head->version, version, VERSION_SIZE - 1) == 0 &&
           head->size == len && hash_equal(head->hash, hash_head(head));
}

static bool
section_fits(const struct head *head, int section)
{
    const struct section_place *place = &head->sections[section];
    uint64_t size = (uint64_t)place->count * place->item_size;

    return place->item_size == section_item_size(section) &&
           place->offset % section_alignment(section) == 0 &&
           place->offset <= head->size &&
           place->len <= head->size - place->offset &&
           (section < SECTION_SMALL_END ? size / SMALLEST <= place->len
                                        : size == place->len);
}

/* A row of exactly so many texts. */
static bool
texts_fit(const struct head *head, const char *map)
{
    const struct section_place *place = &head->sections[SECTION_TEXTS];
    uint64_t expected = (uint64_t)head->sections[SECTION_SOURCES].count +
                        head->sections[SECTION_DYNOUTS].count;
    uint64_t count = 0;

    for (uint32_t i = 0; i < place->count; i++) {
        count += map[place->offset + i] == '\0';
    }
    return count == expected &&
           (place->count == 0 || map[place->offset + place->count - 1] == '\0');
}

static bool
section_holds(const struct head *head, const char *map, int section)
{
    const struct section_place *place = &head->sections[section];

    return hash_equal(place->hash, hash_section(place, map + place->offset));
}

/* The sizes that belong together, do. */
static bool
counts_fit(const struct head *head)
{
    const struct section_place *sections = head->sections;
    uint64_t nodes = (uint64_t)sections[PART_FILES].count +
                     sections[PART_ACTIONS].count + sections[PART_GROUPS].count;
    uint32_t holders = sections[PART_HOLDER_STARTS].count;

    return sections[PART_STR_STARTS].count >= 1 &&
           sections[PART_BYTES].count >= 1 && sections[PART_POOLS].count >= 2 &&
           sections[PART_PRODUCERS].count == sections[PART_FILES].count &&
           sections[PART_USER_STARTS].count == nodes + 1 &&
           sections[PART_USERS].count == sections[PART_EDGES].count &&
           (holders == 0 || holders == nodes + 1);
}

static bool
is_valid(const char *map, size_t len, const char *version)
{
    const struct head *head = (const void *)map;

    if (!head_is_ours(head, len, version)) {
        return false;
    }
    for (int i = 0; i < SECTION_COUNT; i++) {
        if (!section_fits(head, i)) {
            return false;
        }
    }
    for (int i = SECTION_SMALL_END; i < SECTION_COUNT; i++) {
        if (!section_holds(head, map, i)) {
            return false;
        }
    }
    return counts_fit(head) && texts_fit(head, map);
}

/* Where the items of a section are in the mapping. */
static void *
section_items(char *map, int section)
{
    const struct head *head = (const void *)map;

    return map + head->sections[section].offset;
}

/* Its parts have their sizes and nothing in them. */
static struct graph *
graph_of_map(char *map, size_t len)
{
    const struct head *head = (const void *)map;
    struct graph *g = graph_alloc();

    g->sealed = true;
    g->unchecked = true;
    g->hash = head->graph;
    g->flags = head->flags;
    g->self = g;
    g->file = map;
    g->file_len = len;
    for (int i = 0; i < PART_COUNT; i++) {
        g->parts[i] = vec_of(graph_part_sizes[i]);
        g->parts[i].count = head->sections[i].count;
        g->closed[i] = g->parts[i].count > 0;
    }
    return g;
}

/* A copy of a section that the caller will own. */
static void *
copy_section(char *map, int section, uint32_t *count)
{
    const struct head *head = (const void *)map;
    const struct section_place *place = &head->sections[section];
    void *items = mem_alloc(place->count, place->item_size);

    memcpy(items, section_items(map, section),
           (size_t)place->count * place->item_size);
    *count = place->count;
    return items;
}

static void
inputs_of_map(char *map, struct snapshot_inputs *inputs)
{
    const struct head *head = (const void *)map;
    struct slice row = {section_items(map, SECTION_TEXTS),
                        head->sections[SECTION_TEXTS].count};
    struct slice text = {0};

    inputs->file = head->hash;
    inputs->sources = copy_section(map, SECTION_SOURCES, &inputs->source_count);
    inputs->dynouts = copy_section(map, SECTION_DYNOUTS, &inputs->dynout_count);
    for (uint32_t i = 0; i < inputs->source_count; i++) {
        bool more = slice_next_text(&row, &text);
        assert(more);
        inputs->sources[i].path = mem_copy(text.bytes, text.len);
    }
    for (uint32_t i = 0; i < inputs->dynout_count; i++) {
        bool more = slice_next_text(&row, &text);
        assert(more);
        inputs->dynouts[i].key = mem_copy(text.bytes, text.len);
    }
}

struct graph *
snapshot_map(const char *path, const char *version,
             struct snapshot_inputs *inputs)
{
    size_t len = 0;
    char *map = map_file(path, &len);

    if (map == NULL) {
        return NULL;
    }
    if (!is_valid(map, len, version)) {
        munmap(map, len);
        return NULL;
    }
    inputs_of_map(map, inputs);
    return graph_of_map(map, len);
}

/* The items of a small section, which the vec owns afterwards. What is under
 * the hash was written by this program, so that it can be opened. */
static void
open_section(const struct graph *g, int section, struct vec *items)
{
    const struct head *head = g->file;
    const struct section_place *place = &head->sections[section];
    struct slice small = {(const char *)g->file + place->offset,
                          (size_t)place->len};

    *items = vec_of(place->item_size);
    items->items = mem_alloc_whole((size_t)place->count + 1, place->item_size);
    items->count = place->count;
    items->cap = place->count + 1;
    bool held =
        shrink_open_array(small, items->items, place->count, place->item_size);
    assert(held);
}

/* A part of which nobody has read yet. */
static void
begin_part(struct graph *g, enum graph_part part)
{
    const struct head *head = g->file;
    const struct section_place *place = &head->sections[part];
    struct slice small = {(const char *)g->file + place->offset,
                          (size_t)place->len};
    struct vec *items = &g->parts[part];

    assert(items->items == NULL);
    items->items = mem_alloc((size_t)place->count + 1, place->item_size);
    items->cap = place->count + 1;
    g->blocks[part] =
        shrink_blocks_create(small, place->count, place->item_size);
    assert(g->blocks[part] != NULL); // Its hash was right.
}

static void
end_part(struct graph *g, enum graph_part part)
{
    shrink_blocks_destroy(g->blocks[part]);
    g->blocks[part] = NULL;
    g->closed[part] = 0;
}

/* Whoever reads a lot of a part reads it all. */
void
graph_open_items(const struct graph *g, enum graph_part part, uint32_t first,
                 uint32_t count)
{
    struct graph *self = g->self;

    assert(!g->unchecked && g->file != NULL && g->closed[part]);
    if (self->blocks[part] == NULL) {
        begin_part(self, part);
    }
    struct shrink_blocks *blocks = self->blocks[part];
    bool held =
        shrink_blocks_open(blocks, self->parts[part].items, first, count);
    assert(held);
    uint32_t total = shrink_blocks_count(blocks);
    uint32_t closed = shrink_blocks_closed(blocks);
    if (closed == 0) {
        end_part(self, part);
    } else if (total - closed > SOME_BLOCKS + total / 4) {
        graph_open_part(g, part);
    }
}

void
graph_open_part(const struct graph *g, enum graph_part part)
{
    struct graph *self = g->self;
    struct vec *items = &self->parts[part];

    assert(!g->unchecked && g->file != NULL);
    if (self->blocks[part] == NULL) {
        open_section(g, (int)part, items);
    } else {
        mem_advise_whole(items->items, items->count, items->item_size);
        bool held = shrink_blocks_open(self->blocks[part], items->items, 0,
                                       items->count);
        assert(held);
    }
    end_part(self, part);
}

void
graph_open_table(const struct graph *g, enum graph_table table)
{
    struct vec values;

    assert(!g->unchecked && g->closed_counts[table] > 0);
    open_section(g, SECTION_TABLES + (int)table, &values);
    bool held = table_fill(&g->self->tables[table], graph_table_keys[table], g,
                           values.items, values.count);
    assert(held);
    vec_finish(&values);
    g->self->closed_counts[table] = 0;
}

void
graph_open_all(const struct graph *g)
{
    assert(!g->unchecked);
    for (int i = 0; i < PART_COUNT; i++) {
        (void)graph_part(g, (enum graph_part)i);
    }
    for (int i = 0; i < TABLE_COUNT; i++) {
        if (g->closed_counts[i] > 0) {
            graph_open_table(g, (enum graph_table)i);
        }
    }
}

/* The file is copied: whoever cuts it later does no harm. After a failure the
 * graph is only good for graph_destroy, or to fail again. */
bool
snapshot_check(struct graph *g)
{
    bool held = true;

    if (!g->unchecked) {
        return true;
    }
    if (g->file == NULL) {
        return false;
    }
    char *copy = mem_resize(NULL, g->file_len, 1);
    memcpy(copy, g->file, g->file_len);
    munmap(g->file, g->file_len);
    const struct head *head = (const void *)copy;
    for (int i = 0; held && i < SECTION_SMALL_END; i++) {
        held = section_holds(head, copy, i);
    }
    g->unchecked = !held;
    g->file = held ? copy : NULL;
    for (int i = 0; i < TABLE_COUNT; i++) {
        g->closed_counts[i] = head->sections[SECTION_TABLES + i].count;
    }
    if (!held) {
        free(copy);
    }
    return held;
}

struct graph *
snapshot_load(const char *path, const char *version,
              struct snapshot_inputs *inputs)
{
    struct graph *graph = snapshot_map(path, version, inputs);

    if (graph != NULL && !snapshot_check(graph)) {
        graph_destroy(graph);
        snapshot_inputs_finish(inputs);
        graph = NULL;
    }
    return graph;
}
