/* SPDX-License-Identifier: MIT */
/*
 * What is read back from the database: bodies of manifests, reasons, packed
 * commands, texts of commands, versions of graphs. Whatever the bytes, each is
 * read to an end or refused. The first byte chooses; the checksum of a body is
 * made right, or nothing behind it would ever be reached.
 */
#include "tests/fuzz/fuzz.h"

#include "exec/base/edit.h"
#include "exec/base/memory.h"
#include "exec/base/shrink.h"
#include "exec/decide/lineage.h"
#include "exec/decide/listing.h"
#include "exec/decide/manifest.h"
#include "exec/decide/reasons.h"
#include "exec/decide/recipe.h"
#include "exec/state/past.h"

#include <string.h>

/* A reader that is bad stays bad, and gives no more than the bytes hold. */
static void
read_body(struct slice body)
{
    struct manifest_reader reader;
    if (!manifest_open(body, &reader)) {
        return;
    }
    uint64_t total = 0;
    for (int list = 0; list < 3; list++) {
        for (uint32_t n = manifest_read_count(&reader); n > 0; n--) {
            uint32_t version;
            (void)manifest_read_file(&reader, &version);
            FUZZ_HOLDS(reader.bad || version != 0);
            if (reader.bad) {
                return;
            }
            total++;
        }
    }
    FUZZ_HOLDS(total <= body.len * 8);
    for (uint32_t n = manifest_read_count(&reader); n > 0 && !reader.bad; n--) {
        bool set;
        struct slice value;
        (void)manifest_read_env(&reader, &set, &value);
    }
    for (uint32_t n = manifest_read_count(&reader); n > 0 && !reader.bad; n--) {
        struct hash128 hash;
        (void)manifest_read_node(&reader, &hash);
    }
}

static void
read_sealed(const void *checksum, size_t size, const uint8_t *bytes, size_t len)
{
    struct buffer body = {0};
    buffer_add(&body, checksum, size);
    buffer_add(&body, bytes, len);
    read_body(buffer_slice(&body));
    buffer_finish(&body);
}

/* With all kinds of checksum: that of today, and those of earlier versions. */
static void
fuzz_body(const uint8_t *bytes, size_t len)
{
    uint64_t checksum = hash_xxh3.bytes(bytes, len).low;
    uint32_t short_one = (uint32_t)(checksum ^ checksum >> 32);
    uint32_t today = short_one + 0x726f6e69U;
    read_sealed(&today, sizeof(today), bytes, len);
    read_sealed(&short_one, sizeof(short_one), bytes, len);
    read_sealed(&checksum, sizeof(checksum), bytes, len);
    checksum += 0x726f6e696e2d7633ULL;
    read_sealed(&checksum, sizeof(checksum), bytes, len);
    read_body((struct slice){(const char *)bytes, len});
}

/* What is read is written back and read again to the same. */
static void
fuzz_reasons(struct slice row)
{
    uint32_t count = 0;
    uint32_t again = 0;
    char *copy = mem_copy(row.bytes, row.len);
    struct exec_reason *items =
        reasons_load((struct slice){copy, row.len}, &count);
    struct reasons reasons;
    struct buffer saved = {0};
    reasons_init(&reasons);
    for (uint32_t i = 0; i < count; i++) {
        reasons_add(&reasons, items[i].code, items[i].subject, items[i].before,
                    items[i].after);
    }
    reasons_save(&reasons, &saved);
    struct exec_reason *back = reasons_load(buffer_slice(&saved), &again);
    FUZZ_HOLDS(again == count);
    for (uint32_t i = 0; i < count; i++) {
        FUZZ_HOLDS(strcmp(back[i].code, items[i].code) == 0);
    }
    reasons_clear(&reasons);
    buffer_finish(&saved);
    free(back);
    free(items);
    free(copy);
}

/* A difference to the first half; and what is packed comes back. */
static void
fuzz_pack(struct slice bytes)
{
    struct slice base = {bytes.bytes, bytes.len / 2};
    struct slice rest = {bytes.bytes + base.len, bytes.len - base.len};
    uint32_t words[64];
    free(shrink_open_text(base, rest, 4 * bytes.len));
    (void)shrink_open_array(rest, words, 64, sizeof(words[0]));
    (void)shrink_open_array(rest, words, sizeof(words), 1);
    size_t len = 0;
    free(edit_open(base, rest, 4 * bytes.len, &len));
    FUZZ_HOLDS(len <= 4 * bytes.len);
    struct buffer edits = {0};
    if (edit_add(base, rest, 2 * bytes.len + 16, &edits)) {
        char *text = edit_open(base, buffer_slice(&edits), rest.len, &len);
        FUZZ_HOLDS(text != NULL && len == rest.len);
        FUZZ_HOLDS(memcmp(text, rest.bytes, rest.len) == 0);
        free(text);
    }
    buffer_finish(&edits);
}

static void
fuzz_recipe(struct slice bytes)
{
    struct slice before = {bytes.bytes, bytes.len / 2};
    struct slice after = {bytes.bytes + before.len, bytes.len - before.len};
    struct reasons reasons;
    reasons_init(&reasons);
    recipe_diff(before, after, &reasons);
    reasons_clear(&reasons);
}

static void
count_change(void *ctx, const char *key, uint32_t changes)
{
    size_t *count = ctx;
    FUZZ_HOLDS(key != NULL && changes != 0);
    (*count)++;
}

/* Two versions: the older one is a difference of any bytes to any bytes. */
static void
fuzz_graphs(struct slice bytes)
{
    static struct state *state;
    static unsigned uses;
    struct error err = {0};
    uint64_t run = 0;
    size_t count = 0;
    const struct exec_graph_sink sink = {count_change, &count};
    if (uses++ % 500 == 0) {
        state_close(state);
        const struct state_options options = {.root = "/",
                                              .build_file = "fuzz",
                                              .place = STATE_IN_MEMORY};
        FUZZ_HOLDS(state_open(&options, &state, &err));
    }
    struct slice newest = {bytes.bytes, bytes.len / 2};
    struct slice older = {bytes.bytes + newest.len, bytes.len - newest.len};
    struct hash128 hash = {1, 2};
    uint64_t id = 0;
    char *text = NULL;
    size_t len = 0;
    FUZZ_HOLDS(state_begin_run(state, "fuzz", 1, &run, &err));
    FUZZ_HOLDS(state_add_graph(state, hash, older, older, &err));
    FUZZ_HOLDS(state_add_graph(state, hash, newest, older, &err));
    FUZZ_HOLDS(state_last_graph(state, &id, &hash, &text, &len));
    FUZZ_HOLDS(len == newest.len);
    FUZZ_HOLDS(lineage_diff(state, id - 1, id, &sink, &err));
    free(text);
}

/* Listings of a watched folder: two of them, cut where the first byte says. */
static void
note_event(void *ctx, const char *path, bool is_dir,
           enum exec_watch_event event)
{
    size_t *count = ctx;
    (void)is_dir;
    (void)event;
    *count += strlen(path) + 1;
}

static void
fuzz_listings(struct slice row)
{
    if (row.len == 0) {
        return;
    }
    size_t cut = (unsigned char)row.bytes[0] * row.len / 256;
    size_t texts = 0;
    listing_compare((struct slice){row.bytes, cut},
                    (struct slice){row.bytes + cut, row.len - cut}, note_event,
                    &texts);
    FUZZ_HOLDS(texts <= row.len * 2);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len == 0) {
        return 0;
    }
    struct slice rest = {(const char *)bytes + 1, len - 1};
    switch (bytes[0] % 6) {
    case 0:
        fuzz_body(bytes + 1, len - 1);
        break;
    case 1:
        fuzz_reasons(rest);
        break;
    case 2:
        fuzz_pack(rest);
        break;
    case 3:
        fuzz_recipe(rest);
        break;
    case 4:
        fuzz_graphs(rest);
        break;
    default:
        fuzz_listings(rest);
        break;
    }
    return 0;
}
