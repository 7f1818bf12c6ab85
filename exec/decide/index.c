/* SPDX-License-Identifier: MIT */
/*
 * The file: a head with its own hash, which has place and hash of each section;
 * then the sections, all but the lists in their small form (shrink.h). The lists
 * are used where they lie, and their hash is checked when they are needed: a
 * build without work does not read them. What a right hash vouches for is
 * believed but for sizes, which are checked as well.
 */
#include "exec/decide/index.h"

#include "exec/backend/stamp.h"
#include "exec/base/memory.h"
#include "exec/base/shrink.h"
#include "exec/decide/files.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of a reader: it is not the only one. */
#define READER_MORE (UINT32_C(1) << 31)
#define FORMAT 7
#define BYTE_ORDER_MARK 0x01020304U
/* No block of LZ4's unpacks to more than so many times its size. */
#define SMALLEST 256

static const char mark[16] = "ronin index\n\x1a\0\xff";

enum section {
    SECTION_FILES,
    SECTION_DIRS,
    SECTION_TEXTS,
    SECTION_VERDICTS,
    SECTION_STARTS,
    SECTION_WANTED,
    SECTION_RECENT,
    SECTION_READERS, /* opened when somebody asks */
    SECTION_LISTS,
    SECTION_COUNT,
    SECTION_SMALL_END = SECTION_LISTS /* those before it are small */
};

static_assert((int)SECTION_SMALL_END == (int)INDEX_OPENED, "one for each");

static const uint32_t item_sizes[SECTION_COUNT] = {sizeof(struct scan_file),
                                                   sizeof(struct scan_dir),
                                                   1,
                                                   1,
                                                   sizeof(uint32_t),
                                                   sizeof(uint32_t),
                                                   sizeof(uint32_t),
                                                   sizeof(uint32_t),
                                                   1};

struct section_place {
    uint64_t offset;
    uint64_t len; /* in the file */
    uint64_t count;
    uint64_t zero; /* no padding: the bytes are hashed */
    struct hash128 hash;
};

struct index_head {
    char mark[16];
    struct hash128 hash; /* of the rest of the head */
    uint32_t format;
    uint32_t byte_order;
    char version[40];
    struct index_claim claim;
    struct hash128 print;   /* of the files of the database; zero: unknown */
    struct hash128 request; /* whose wanted actions these are */
    uint32_t orphans_done;
    uint32_t action_count;
    uint32_t warnings;
    uint32_t zero; /* no padding: the bytes are hashed */
    struct section_place sections[SECTION_COUNT];
};

#define HASHED_START offsetof(struct index_head, format)

static struct hash128
hash_head(const struct index_head *head)
{
    return hash_xxh3.bytes((const char *)head + HASHED_START,
                           sizeof(*head) - HASHED_START);
}

static bool
is_zero(struct hash128 hash)
{
    return hash.low == 0 && hash.high == 0;
}

/* --- The database's files --------------------------------------------------------- */

/* What a file of the database is; false if it was touched a moment ago. For
 * root, SQLite sets the owner of a log whenever it opens it, so that its ctime
 * tells nothing; every write moves its mtime. */
static bool
add_to_print(struct buffer *text, const char *dir, const char *name,
             bool by_ctime)
{
    struct file_stat stat;
    char *path = mem_format("%s/%s", dir, name);
    int64_t moment_ns = stamp_now_ns();
    stat_default()->look(AT_FDCWD, path, &stat);
    free(path);
    if (!by_ctime) {
        stat.ctime_ns = stat.mtime_ns;
    }
    uint64_t print = scan_print(&stat);
    buffer_add(text, &print, sizeof(print));
    return version_of_stat(&stat, moment_ns).settled;
}

/* Zero where the files are so recent that they prove nothing. Equal ones mean
 * that nobody wrote. */
static struct hash128
database_print(const char *state_dir)
{
    struct buffer text = {0};
    struct hash128 print = {0, 0};
    if (add_to_print(&text, state_dir, "state.db", true) &&
        add_to_print(&text, state_dir, "state.db-wal", false) &&
        add_to_print(&text, state_dir, "state.db-journal", false)) {
        print = hash_xxh3.bytes(text.bytes, text.len);
    }
    buffer_finish(&text);
    return print;
}

/* --- Opening ------------------------------------------------------------------------- */

/* A file that this program wrote, as far as the head tells. */
static bool
head_is_ours(const struct index_head *head)
{
    char version[sizeof(head->version)] = {0};
    memcpy(version, RONIN_VERSION, strnlen(RONIN_VERSION, sizeof(version) - 1));
    return memcmp(head->mark, mark, sizeof(mark)) == 0 &&
           head->format == FORMAT && head->byte_order == BYTE_ORDER_MARK &&
           memcmp(head->version, version, sizeof(version)) == 0 &&
           hash_equal(head->hash, hash_head(head));
}

static bool
map_file(const char *path, struct index *index)
{
    struct stat info;
    void *map = MAP_FAILED;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return false;
    }
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
        (size_t)info.st_size >= sizeof(struct index_head)) {
        index->len = (size_t)info.st_size;
        map = mmap(NULL, index->len, PROT_READ, MAP_PRIVATE, fd, 0);
    }
    close(fd);
    if (map == MAP_FAILED) {
        return false;
    }
    index->map = map;
    index->head = map;
    return true;
}

static uint64_t
section_count(const struct index *index, int section)
{
    return index->head->sections[section].count;
}

/* The bytes of a section in the file. */
static struct slice
section_bytes(const struct index *index, int section)
{
    const struct section_place *place = &index->head->sections[section];
    return (struct slice){index->map + place->offset, (size_t)place->len};
}

static bool
section_is_inside(const struct index *index, int section)
{
    const struct section_place *place = &index->head->sections[section];
    uint64_t size = place->count * item_sizes[section];
    return place->offset <= index->len &&
           place->len <= index->len - place->offset &&
           place->count <= UINT32_MAX &&
           (section < SECTION_SMALL_END ? size / SMALLEST <= place->len
                                        : size == place->len);
}

static bool
section_holds(const struct index *index, int section)
{
    struct slice bytes = section_bytes(index, section);
    return hash_equal(index->head->sections[section].hash,
                      hash_xxh3.bytes(bytes.bytes, bytes.len));
}

/* Puts the items of a small section into memory. */
static bool
open_section(struct index *index, int section)
{
    uint32_t count = (uint32_t)section_count(index, section);
    uint32_t item_size = item_sizes[section];
    if (!section_holds(index, section)) {
        return false;
    }
    index->opened[section] = mem_alloc((size_t)count + 1, item_size);
    return shrink_open_array(section_bytes(index, section),
                             index->opened[section], count, item_size);
}

/* Texts end, names are in them, and every file has one folder. */
static bool
items_fit(const struct index *index)
{
    const struct scan_list *list = &index->items;
    size_t len = index->texts_len;
    if ((len > 0 && list->texts[len - 1] != '\0') ||
        (list->dir_count == 0 && list->file_count > 0) ||
        (list->dir_count > 0 && list->dirs[0].first != 0)) {
        return false;
    }
    for (uint32_t i = 0; i < list->dir_count; i++) {
        const struct scan_dir *dir = &list->dirs[i];
        if (dir->path >= len || dir->first >= list->file_count ||
            (i > 0 && dir->first <= list->dirs[i - 1].first)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < list->file_count; i++) {
        if (list->files[i].name >= len) {
            return false;
        }
    }
    return true;
}

/* Opens all parts, which must have the sizes that they need. */
static bool
open_parts(struct index *index)
{
    struct scan_list *list = &index->items;
    for (int i = 0; i < SECTION_COUNT; i++) {
        if (!section_is_inside(index, i)) {
            return false;
        }
    }
    for (int i = 0; i < SECTION_READERS; i++) {
        if (!open_section(index, i)) {
            return false;
        }
    }
    list->files = index->opened[SECTION_FILES];
    list->dirs = index->opened[SECTION_DIRS];
    list->texts = index->opened[SECTION_TEXTS];
    list->file_count = (uint32_t)section_count(index, SECTION_FILES);
    list->dir_count = (uint32_t)section_count(index, SECTION_DIRS);
    index->texts_len = section_count(index, SECTION_TEXTS);
    index->verdicts = index->opened[SECTION_VERDICTS];
    index->action_count = index->head->action_count;
    return section_count(index, SECTION_VERDICTS) == index->action_count &&
           section_count(index, SECTION_READERS) == list->file_count &&
           section_count(index, SECTION_STARTS) ==
               (uint64_t)index->action_count + 2;
}

bool
index_open(const char *path, const struct index_claim *claim,
           struct index *index)
{
    *index = (struct index){0};
    if (!map_file(path, index)) {
        return false;
    }
    bool fits = head_is_ours(index->head) &&
                hash_equal(index->head->claim.stamp, claim->stamp) &&
                hash_equal(index->head->claim.graph, claim->graph) &&
                open_parts(index) && items_fit(index);
    if (!fits) {
        index_close(index);
        return false;
    }
    return true;
}

void
index_close(struct index *index)
{
    if (index->map != NULL) {
        int code = munmap((void *)(uintptr_t)index->map, index->len);
        assert(code == 0);
        (void)code;
    }
    for (int i = 0; i < INDEX_OPENED; i++) {
        free(index->opened[i]);
    }
    *index = (struct index){0};
}

/* --- Asking ------------------------------------------------------------------------- */

uint32_t
index_warnings(const struct index *index)
{
    return index->head->warnings;
}

bool
index_lists_hold(const struct index *index)
{
    return section_holds(index, SECTION_LISTS);
}

struct gaps
index_row(const struct index *index, uint32_t action)
{
    assert(action <= index->action_count);
    const uint32_t *starts = index->opened[SECTION_STARTS];
    struct slice bytes = section_bytes(index, SECTION_LISTS);
    assert(starts[action] <= starts[action + 1] &&
           starts[action + 1] <= bytes.len);
    return (struct gaps){.rest = {bytes.bytes + starts[action],
                                  starts[action + 1] - starts[action]}};
}

bool
index_next(struct gaps *row, uint32_t *item)
{
    bool more = gaps_next(row, item);
    assert(!row->is_damaged); // Its hash was right.
    return more;
}

uint32_t
index_some(struct gaps *row, uint32_t items[INDEX_SOME])
{
    uint32_t count = gaps_some(row, items, INDEX_SOME);
    assert(!row->is_damaged); // Its hash was right.
    return count;
}

uint32_t
index_dir(const struct index *index, uint32_t item)
{
    const struct scan_list *list = &index->items;
    assert(item < list->file_count);
    uint32_t low = 0;
    uint32_t high = list->dir_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        *(list->dirs[middle].first <= item ? &low : &high) = middle;
    }
    return low;
}

char *
index_path(const struct index *index, uint32_t item)
{
    const struct scan_list *list = &index->items;
    const char *dir = list->texts + list->dirs[index_dir(index, item)].path;
    const char *name = list->texts + list->files[item].name;
    if (*dir == '\0' || list->files[item].maker == SCAN_NOT_A_FILE) {
        return mem_copy_str(name);
    }
    return mem_format("%s%s%s", dir, strcmp(dir, "/") == 0 ? "" : "/", name);
}

const uint32_t *
index_recent(const struct index *index, uint32_t *count)
{
    const uint32_t *items = index->opened[SECTION_RECENT];
    *count = (uint32_t)section_count(index, SECTION_RECENT);
    for (uint32_t i = 0; i < *count; i++) {
        if (items[i] >= index->items.file_count) {
            *count = i;
        }
    }
    return items;
}

bool
index_open_readers(struct index *index)
{
    return index->opened[SECTION_READERS] != NULL ||
           open_section(index, SECTION_READERS);
}

struct index_reader
index_reader(const struct index *index, uint32_t item)
{
    const uint32_t *readers = index->opened[SECTION_READERS];
    assert(readers != NULL && item < index->items.file_count);
    uint32_t action = (readers[item] & ~READER_MORE) - 1; // 0 - 1: nobody
    bool is_known = action < index->action_count;
    return (struct index_reader){is_known ? action : INDEX_NOBODY,
                                 (readers[item] & READER_MORE) != 0};
}

bool
index_wanted(const struct index *index, struct hash128 request,
             struct index_wanted *wanted)
{
    const uint32_t *items = index->opened[SECTION_WANTED];
    size_t count = section_count(index, SECTION_WANTED);
    if (is_zero(request) || !hash_equal(request, index->head->request) ||
        count == 0) {
        return false;
    }
    *wanted = (struct index_wanted){items + 1, (uint32_t)count - 1, items[0]};
    for (uint32_t i = 0; i < wanted->count; i++) {
        if (wanted->actions[i] >= index->action_count) {
            return false;
        }
    }
    return wanted->counted <= wanted->count;
}

bool
index_orphans_done(const struct index *index)
{
    return index->head->orphans_done != 0;
}

bool
index_knows_stamp(const char *path, const char *state_dir,
                  struct hash128 *stamp)
{
    struct index_head head;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool ours = fd >= 0 && read(fd, &head, sizeof(head)) == sizeof(head) &&
                head_is_ours(&head);
    if (fd >= 0) {
        close(fd);
    }
    if (!ours || is_zero(head.print)) {
        return false;
    }
    *stamp = head.claim.stamp;
    return hash_equal(database_print(state_dir), head.print);
}

/* --- Writing -------------------------------------------------------------------------- */

static bool
write_all(int fd, const void *bytes, size_t len)
{
    const char *from = bytes;
    while (len > 0) {
        ssize_t written = write(fd, from, len);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        from += written;
        len -= (size_t)written;
    }
    return true;
}

/* Only the head changes, in one write; torn, it has a wrong hash. */
void
index_keep_print(const char *path, const struct index *index,
                 const char *state_dir)
{
    struct index_head head = *index->head;
    struct hash128 print = database_print(state_dir);
    if (is_zero(print) || hash_equal(print, head.print)) {
        return;
    }
    head.print = print;
    head.hash = hash_head(&head);
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0) {
        (void)!write_all(fd, &head, sizeof(head));
        close(fd);
    }
}

void
index_image_init(struct index_image *image, uint32_t action_count)
{
    *image = (struct index_image){
        .files = vec_of(sizeof(struct scan_file)),
        .dirs = vec_of(sizeof(struct scan_dir)),
        .starts = vec_of(sizeof(uint32_t)),
        .wanted = vec_of(sizeof(uint32_t)),
        .recent = vec_of(sizeof(uint32_t)),
        .readers = vec_of(sizeof(uint32_t)),
        .verdicts = mem_alloc((size_t)action_count + 1, 1),
        .action_count = action_count,
    };
    (void)vec_add(&image->starts);
}

void
index_image_finish(struct index_image *image)
{
    vec_finish(&image->files);
    vec_finish(&image->dirs);
    vec_finish(&image->starts);
    vec_finish(&image->wanted);
    vec_finish(&image->recent);
    vec_finish(&image->readers);
    buffer_finish(&image->texts);
    buffer_finish(&image->lists);
    free(image->verdicts);
}

static void
end_row(struct index_image *image)
{
    uint32_t end = (uint32_t)image->lists.len;
    assert(image->lists.len < UINT32_MAX);
    vec_push(&image->starts, &end);
}

/* Who makes an item looks at it anyway. */
static void
add_reader(struct index_image *image, uint32_t item, uint32_t action)
{
    const struct scan_file *file = vec_at(&image->files, item);
    uint32_t *reader = vec_at(&image->readers, item);
    if (*reader == 0 && file->maker != action + 1) {
        *reader = action + 1;
    } else if (file->maker != action + 1 &&
               (*reader & ~READER_MORE) != action + 1) {
        *reader |= READER_MORE;
    }
}

/* Rows are added in order; that of the members of groups is nobody's. */
static void
add_readers(struct index_image *image, const uint32_t *items, uint32_t count)
{
    uint32_t action = image->starts.count - 1;
    vec_resize(&image->readers, image->files.count);
    for (uint32_t i = 0; i < count && action < image->action_count; i++) {
        add_reader(image, items[i], action);
    }
}

void
index_copy_readers(struct index_image *image, const struct index *from)
{
    assert(image->readers.count == 0);
    vec_push_all(&image->readers, from->opened[SECTION_READERS],
                 from->items.file_count);
}

void
index_doubt_reader(struct index_image *image, uint32_t item)
{
    *(uint32_t *)vec_at(&image->readers, item) |= READER_MORE;
}

void
index_add_row(struct index_image *image, const uint32_t *items, uint32_t count)
{
    add_readers(image, items, count);
    gaps_add(&image->lists, items, count);
    end_row(image);
}

void
index_copy_row(struct index_image *image, const struct index *from,
               uint32_t action)
{
    struct gaps row = index_row(from, action);
    buffer_add(&image->lists, row.rest.bytes, row.rest.len);
    end_row(image);
}

static void
add_recent(struct index_image *image, uint32_t item)
{
    if (image->recent.count < INDEX_RECENT_MAX) {
        vec_push(&image->recent, &item);
    }
}

void
index_add_recent(struct index_image *image, const struct index *from,
                 const uint8_t *changed)
{
    uint32_t count;
    const uint32_t *recent = index_recent(from, &count);
    for (uint32_t i = 0; i < from->items.file_count; i++) {
        if (changed[i] && from->items.files[i].maker == 0) {
            add_recent(image, i);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!changed[recent[i]]) {
            add_recent(image, recent[i]);
        }
    }
}

/* What each section is made of. */
static struct slice
image_section(const struct index_image *image, int section)
{
    switch (section) {
    case SECTION_FILES:
        return (struct slice){image->files.items, image->files.count};
    case SECTION_DIRS:
        return (struct slice){image->dirs.items, image->dirs.count};
    case SECTION_TEXTS:
        return buffer_slice(&image->texts);
    case SECTION_VERDICTS:
        return (struct slice){(const char *)image->verdicts,
                              image->action_count};
    case SECTION_STARTS:
        return (struct slice){image->starts.items, image->starts.count};
    case SECTION_WANTED:
        return (struct slice){image->wanted.items, image->wanted.count};
    case SECTION_RECENT:
        return (struct slice){image->recent.items, image->recent.count};
    case SECTION_READERS:
        return (struct slice){image->readers.items, image->readers.count};
    case SECTION_LISTS:
        return buffer_slice(&image->lists);
    case SECTION_COUNT:
        break;
    }
    return (struct slice){NULL, 0};
}

/* All of them one behind the other. */
static void
add_sections(const struct index_image *image, struct index_head *head,
             struct buffer *body)
{
    for (int i = 0; i < SECTION_COUNT; i++) {
        struct slice items = image_section(image, i);
        size_t start = body->len;
        if (i < SECTION_SMALL_END) {
            shrink_array(items.bytes, (uint32_t)items.len, item_sizes[i], body);
        } else {
            buffer_add(body, items.bytes, items.len);
        }
        size_t len = body->len - start;
        head->sections[i] = (struct section_place){
            .offset = sizeof(*head) + start,
            .len = len,
            .count = items.len,
            .hash = hash_xxh3.bytes(buffer_str(body) + start, len)};
    }
}

static void
fill_head(const struct index_image *image, struct index_head *head)
{
    memcpy(head->mark, mark, sizeof(mark));
    head->format = FORMAT;
    head->byte_order = BYTE_ORDER_MARK;
    memcpy(head->version, RONIN_VERSION,
           strnlen(RONIN_VERSION, sizeof(head->version) - 1));
    head->claim = image->claim;
    head->request = image->request;
    head->orphans_done = image->orphans_done;
    head->action_count = image->action_count;
    head->warnings = image->warnings;
}

/* The head comes last: by then the files of the database have rested a little,
 * so that their stamps may be believed. */
static bool
write_image(int fd, const struct index_image *image, const char *state_dir)
{
    struct index_head head = {0};
    struct buffer body = {0};
    fill_head(image, &head);
    add_sections(image, &head, &body);
    bool held = write_all(fd, &head, sizeof(head)) &&
                write_all(fd, body.bytes, body.len);
    buffer_finish(&body);
    head.print = database_print(state_dir);
    head.hash = hash_head(&head);
    return held && lseek(fd, 0, SEEK_SET) == 0 &&
           write_all(fd, &head, sizeof(head));
}

void
index_write(const struct index_image *image, const char *path,
            const char *state_dir)
{
    assert(image->starts.count == image->action_count + 2);
    assert(image->texts.len < UINT32_MAX);
    assert(image->readers.count == image->files.count);
    char *temporary = mem_format("%s.%d", path, (int)getpid());
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool held = fd >= 0 && write_image(fd, image, state_dir);
    held = fd >= 0 && close(fd) == 0 && held;
    // Replaced by renaming, an old one would be waited for by some file
    // systems; and if it is gone without a successor, only time is lost.
    unlink(path);
    if (!held || rename(temporary, path) != 0) {
        unlink(temporary);
    }
    free(temporary);
}
