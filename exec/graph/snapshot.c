/* SPDX-License-Identifier: MIT */
/*
 * The file: a mark and the hash of the rest of the head, which says of what
 * format, version and size it is, and has place and hash of each section; the
 * sections, each aligned for any type. The first sections are the parts of the graph, then
 * the slots of its tables, then what the graph was made from.
 *
 * The hashes are what makes the content trustworthy, those of the graph's parts
 * when they are first needed; sizes are checked all the
 * same, because a program of the same version may have been built otherwise.
 */
#include "exec/graph/snapshot.h"

#include "exec/base/memory.h"
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

#define FORMAT 4
#define ALIGNMENT 16
#define VERSION_SIZE 40

static const char mark[16] = "ronin graph\n\x1a\0\xff";

enum section {
    SECTION_TABLES = PART_COUNT, /* the slots of each table */
    SECTION_TABLE_COUNTS = SECTION_TABLES + TABLE_COUNT,
    SECTION_SOURCES, /* path unset: it is in the texts */
    SECTION_DYNOUTS, /* key unset: as well */
    SECTION_TEXTS,   /* a row: paths of the sources, keys of the dynouts */
    SECTION_COUNT
};

struct section_place {
    uint64_t offset;
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
    int64_t begun_ns;
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
    case SECTION_TABLE_COUNTS:
        return sizeof(uint32_t);
    case SECTION_SOURCES:
        return sizeof(struct snapshot_source);
    case SECTION_DYNOUTS:
        return sizeof(struct snapshot_dynout);
    case SECTION_TEXTS:
        return 1;
    default:
        return sizeof(struct table_slot);
    }
}

/* --- Saving ---------------------------------------------------------------- */

/* What is written: the head and, for each section, its items. */
struct image {
    struct head head;
    const void *items[SECTION_COUNT];
    uint32_t table_counts[TABLE_COUNT];
    struct vec sources;
    struct vec dynouts;
    struct buffer texts;
};

static void
add_section(struct image *image, int section, const void *items, uint32_t count)
{
    struct section_place *place = &image->head.sections[section];
    uint64_t size = (uint64_t)count * section_item_size(section);

    place->offset = image->head.size;
    place->count = count;
    place->item_size = section_item_size(section);
    image->items[section] = items;
    uint64_t end = place->offset + size;
    image->head.size = (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
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
    head->begun_ns = g->begun_ns;
    for (int i = 0; i < PART_COUNT; i++) {
        add_section(image, i, g->parts[i].items, g->parts[i].count);
    }
    for (int i = 0; i < TABLE_COUNT; i++) {
        add_section(image, SECTION_TABLES + i, g->tables[i].slots,
                    g->tables[i].cap);
        image->table_counts[i] = g->tables[i].count;
    }
    fill_inputs(image, inputs);
    add_section(image, SECTION_TABLE_COUNTS, image->table_counts, TABLE_COUNT);
    add_section(image, SECTION_SOURCES, image->sources.items,
                image->sources.count);
    add_section(image, SECTION_DYNOUTS, image->dynouts.items,
                image->dynouts.count);
    add_section(image, SECTION_TEXTS, image->texts.bytes,
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

/* Calls for each part of the file behind the head, padding included. */
static bool
each_section(const struct image *image,
             bool (*call)(void *ctx, const void *bytes, size_t len), void *ctx)
{
    static const char padding[ALIGNMENT] = {0};

    for (int i = 0; i < SECTION_COUNT; i++) {
        const struct section_place *place = &image->head.sections[i];
        size_t len = (size_t)place->count * place->item_size;
        size_t rest = (ALIGNMENT - len % ALIGNMENT) % ALIGNMENT;
        if (!call(ctx, image->items[i], len) || !call(ctx, padding, rest)) {
            return false;
        }
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

static void
hash_image(struct image *image)
{
    for (int i = 0; i < SECTION_COUNT; i++) {
        struct section_place *place = &image->head.sections[i];
        place->hash =
            hash_default()->bytes(image->items[i],
                                  (size_t)place->count * place->item_size);
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
    fill_image(image, version, g, inputs);
    hash_image(image);
    inputs->file = image->head.hash;
    bool held = write_image(path, image, err);
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
           place->offset % ALIGNMENT == 0 && place->offset <= head->size &&
           size <= head->size - place->offset;
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

    return hash_equal(place->hash, hash_default()->bytes(map + place->offset,
                                                         (size_t)place->count *
                                                             place->item_size));
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
           (holders == 0 || holders == nodes + 1) &&
           sections[SECTION_TABLE_COUNTS].count == TABLE_COUNT;
}

/* Tables are as table.h wants them: a power of two, and never full. */
static bool
tables_fit(const struct head *head, const char *map)
{
    const struct section_place *sections = head->sections;
    const void *items = map + sections[SECTION_TABLE_COUNTS].offset;
    const uint32_t *counts = items;

    for (int i = 0; i < TABLE_COUNT; i++) {
        uint32_t cap = sections[SECTION_TABLES + i].count;
        if ((cap & (cap - 1)) != 0 || counts[i] > cap - cap / 4) {
            return false;
        }
    }
    return true;
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
    for (int i = SECTION_TABLE_COUNTS; i < SECTION_COUNT; i++) {
        if (!section_holds(head, map, i)) {
            return false;
        }
    }
    return counts_fit(head) && tables_fit(head, map) && texts_fit(head, map);
}

/* Where the items of a section are in the mapping. */
static void *
section_items(char *map, int section)
{
    const struct head *head = (const void *)map;

    return map + head->sections[section].offset;
}

static struct graph *
graph_of_map(char *map, size_t len)
{
    const struct head *head = (const void *)map;
    const uint32_t *table_counts = section_items(map, SECTION_TABLE_COUNTS);
    struct graph *g = mem_alloc(1, sizeof(*g));

    g->sealed = true;
    g->unchecked = true;
    g->begun_ns = head->begun_ns;
    g->map = map;
    g->map_len = len;
    for (int i = 0; i < PART_COUNT; i++) {
        g->parts[i].items = section_items(map, i);
        g->parts[i].count = head->sections[i].count;
        g->parts[i].item_size = head->sections[i].item_size;
    }
    for (int i = 0; i < TABLE_COUNT; i++) {
        g->tables[i].slots = section_items(map, SECTION_TABLES + i);
        g->tables[i].cap = head->sections[SECTION_TABLES + i].count;
        g->tables[i].count = table_counts[i];
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

bool
snapshot_check(struct graph *g)
{
    const char *map = g->map;
    const struct head *head = (const void *)map;

    if (!g->unchecked) {
        return true;
    }
    assert(map != NULL);
#ifdef MADV_POPULATE_READ
    // One call instead of many faults; where it is not known, they do.
    (void)madvise(g->map, g->map_len, MADV_POPULATE_READ);
#endif
    for (int i = 0; i < SECTION_TABLE_COUNTS; i++) {
        if (!section_holds(head, map, i)) {
            return false;
        }
    }
    g->unchecked = false;
    return true;
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
