/* SPDX-License-Identifier: MIT */
/*
 * Files that are derived, and read back at the next start: a snapshot and an
 * index, damaged anywhere. An input is a byte that chooses, one that says how much
 * is cut off, and changes: a place of two bytes and what to flip there. The hash
 * of the head is made right again, so that what the head says is looked at. What
 * is not refused can be read to its end.
 */
#include "tests/fuzz/fuzz.h"

#include "exec/base/memory.h"
#include "exec/decide/index.h"
#include "exec/graph/snapshot.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ACTIONS 40
#define HASH_AT 16
#define HASHED_AT 32
#define CHANGE_SIZE 3

struct derived {
    char *path;
    char *bytes; /* as it was written */
    size_t len;
    size_t head_len;
};

static struct derived snapshot;
static struct derived indexed;
static struct index_claim claim;
static char dir[] = "/tmp/ronin-fuzz-XXXXXX";

/* --- What is damaged ------------------------------------------------------------- */

static void
read_back(struct derived *derived)
{
    struct stat info;
    int fd = open(derived->path, O_RDONLY);
    FUZZ_HOLDS(fd >= 0 && fstat(fd, &info) == 0);
    derived->len = (size_t)info.st_size;
    derived->bytes = mem_alloc(derived->len, 1);
    FUZZ_HOLDS(read(fd, derived->bytes, derived->len) == info.st_size);
    close(fd);
}

/* How much of it the hash at its start is of. */
static void
find_head(struct derived *derived)
{
    struct hash128 hash;
    memcpy(&hash, derived->bytes + HASH_AT, sizeof(hash));
    size_t end = HASHED_AT + 8;
    while (end < derived->len &&
           !hash_equal(hash, hash_xxh3.bytes(derived->bytes + HASHED_AT,
                                             end - HASHED_AT))) {
        end += 8;
    }
    FUZZ_HOLDS(end < derived->len);
    derived->head_len = end;
}

static struct str_id
text(struct graph *g, const char *format, uint32_t number)
{
    char *bytes = mem_format("%s%u", format, number);
    struct str_id id = graph_intern(g, bytes, strlen(bytes));
    free(bytes);
    return id;
}

static struct file_id
file(struct graph *g, const char *format, uint32_t number)
{
    char *path = mem_format("%s%u", format, number);
    struct file_id id = graph_add_file(g, path, strlen(path));
    free(path);
    return id;
}

static void
make_snapshot(void)
{
    struct graph *g = graph_create();
    struct error err = {0};
    for (uint32_t i = 0; i < ACTIONS; i++) {
        struct action *action;
        (void)graph_begin_action(g, &action);
        action->key = text(g, "out/", i);
        graph_add_output(g, file(g, "out/", i));
        graph_add_step(g, STEP_COMMAND);
        graph_add_arg(g, text(g, "cc -o out/", i));
        struct node input = {NODE_FILE, file(g, "in/", i / 3).n};
        graph_add_input(g, input, EDGE_IFWRITTEN, true);
        graph_end_action(g);
    }
    FUZZ_HOLDS(graph_seal(g, &err));
    struct snapshot_inputs inputs = {0};
    snapshot_add_dynout(&inputs, "dynout:1", &(struct slice){"a", 2});
    snapshot.path = mem_format("%s/graph", dir);
    FUZZ_HOLDS(snapshot_save(snapshot.path, "1.0", g, &inputs, &err));
    snapshot_inputs_finish(&inputs);
    graph_destroy(g);
}

static void
make_index(void)
{
    struct index_image image;
    index_image_init(&image, ACTIONS);
    claim = (struct index_claim){{1, 2}, {3, 4}};
    image.claim = claim;
    struct scan_dir root = {.path = 0, .first = 0};
    buffer_add_text(&image.texts, "");
    vec_push(&image.dirs, &root);
    for (uint32_t i = 0; i < ACTIONS; i++) {
        char name[16];
        snprintf(name, sizeof(name), "file%u", i);
        struct scan_file item = {.name = (uint32_t)image.texts.len,
                                 .print = i + 1u};
        buffer_add_text(&image.texts, name);
        vec_push(&image.files, &item);
        image.verdicts[i] = INDEX_CLEAN;
    }
    for (uint32_t i = 0; i < ACTIONS; i++) {
        const uint32_t items[] = {i / 2, i / 2 + ACTIONS / 2};
        index_add_row(&image, items, 2);
    }
    index_add_row(&image, NULL, 0);
    indexed.path = mem_format("%s/index", dir);
    index_write(&image, indexed.path, dir);
    index_image_finish(&image);
}

static void
clean_up(void)
{
    unlink(snapshot.path);
    unlink(indexed.path);
    rmdir(dir);
}

static void
set_up(void)
{
    FUZZ_HOLDS(mkdtemp(dir) != NULL);
    atexit(clean_up);
    make_snapshot();
    make_index();
    read_back(&snapshot);
    read_back(&indexed);
    find_head(&snapshot);
    find_head(&indexed);
    struct index index;
    FUZZ_HOLDS(index_open(indexed.path, &claim, &index));
    FUZZ_HOLDS(index_lists_hold(&index));
    index_close(&index);
}

/* --- Reading it -------------------------------------------------------------------- */

/* Everything of a graph that came back is there. */
static void
read_snapshot(void)
{
    struct snapshot_inputs inputs = {0};
    struct graph *g = snapshot_load(snapshot.path, "1.0", &inputs);
    if (g == NULL) {
        return;
    }
    FUZZ_HOLDS(graph_action_count(g) == ACTIONS);
    for (uint32_t i = 0; i < ACTIONS; i++) {
        const struct action *a = graph_action(g, (struct action_id){i});
        FUZZ_HOLDS(strncmp(graph_cstr(g, a->key), "out/", 4) == 0);
        FUZZ_HOLDS(graph_input(g, a, 0)->to.type == NODE_FILE);
    }
    FUZZ_HOLDS(inputs.dynout_count == 1);
    snapshot_inputs_finish(&inputs);
    graph_destroy(g);
}

static void
read_index(void)
{
    struct index index;
    if (!index_open(indexed.path, &claim, &index)) {
        return;
    }
    for (uint32_t i = 0; i < index.items.file_count; i++) {
        char *path = index_path(&index, i);
        FUZZ_HOLDS(path != NULL);
        free(path);
    }
    bool hold = index_lists_hold(&index);
    for (uint32_t i = 0; hold && i <= index.action_count; i++) {
        struct gaps row = index_row(&index, i);
        uint32_t item;
        while (index_next(&row, &item)) {
            FUZZ_HOLDS(item < index.items.file_count);
        }
    }
    struct index_wanted wanted;
    (void)index_wanted(&index, (struct hash128){5, 6}, &wanted);
    index_close(&index);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (snapshot.path == NULL) {
        set_up();
    }
    if (len < 2) {
        return 0;
    }
    const struct derived *derived = bytes[0] % 2 == 0 ? &snapshot : &indexed;
    char *damaged = mem_alloc(derived->len, 1);
    memcpy(damaged, derived->bytes, derived->len);
    for (size_t at = 2; at + CHANGE_SIZE <= len; at += CHANGE_SIZE) {
        size_t place = (bytes[at] | (size_t)bytes[at + 1] << 8) % derived->len;
        damaged[place] = (char)(damaged[place] ^ bytes[at + 2]);
    }
    struct hash128 hash =
        hash_xxh3.bytes(damaged + HASHED_AT, derived->head_len - HASHED_AT);
    memcpy(damaged + HASH_AT, &hash, sizeof(hash));
    size_t kept = bytes[1] >= derived->len ? 0 : derived->len - bytes[1];
    int fd = open(derived->path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    FUZZ_HOLDS(fd >= 0 && write(fd, damaged, kept) == (ssize_t)kept);
    close(fd);
    free(damaged);
    if (derived == &snapshot) {
        read_snapshot();
    } else {
        read_index();
    }
    return 0;
}
