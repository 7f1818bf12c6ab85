/* SPDX-License-Identifier: MIT */
/*
 * The order of the lists, in hash and body: inputs, discovered, outputs,
 * variables, nodes, events. The hash sees paths and signatures, each in the sense of its
 * edge kinds; the body sees kinds, and the ids of versions in its frame.
 */
#include "exec/decide/manifest.h"

#include "exec/base/memory.h"
#include "exec/state/body.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void
manifest_init(struct manifest *manifest)
{
    *manifest = (struct manifest){
        .inputs = vec_of(sizeof(struct manifest_file)),
        .discovered = vec_of(sizeof(struct manifest_file)),
        .outputs = vec_of(sizeof(struct manifest_file)),
        .env = vec_of(sizeof(struct manifest_env)),
        .nodes = vec_of(sizeof(struct manifest_node)),
        .events = vec_of(sizeof(struct manifest_event)),
    };
}

void
manifest_finish(struct manifest *manifest)
{
    for (uint32_t i = 0; i < manifest->nodes.count; i++) {
        free(((struct manifest_node *)vec_at(&manifest->nodes, i))->key);
    }
    for (uint32_t i = 0; i < manifest->events.count; i++) {
        free(((struct manifest_event *)vec_at(&manifest->events, i))->path);
    }
    vec_finish(&manifest->inputs);
    vec_finish(&manifest->discovered);
    vec_finish(&manifest->outputs);
    for (uint32_t i = 0; i < manifest->env.count; i++) {
        struct manifest_env *env = vec_at(&manifest->env, i);
        free(env->name);
        free(env->value);
    }
    vec_finish(&manifest->env);
    vec_finish(&manifest->nodes);
    vec_finish(&manifest->events);
}

/* By path; equal places need no comparison of texts. */
static int
compare_files(const void *left, const void *right)
{
    const struct manifest_file *a = left;
    const struct manifest_file *b = right;
    return a->file == b->file ? 0 : strcmp(a->path, b->path);
}

/* Mostly true: build files are written in some order. */
static bool
is_sorted(const struct vec *list)
{
    for (uint32_t i = 1; i < list->count; i++) {
        if (compare_files(vec_at(list, i - 1), vec_at(list, i)) >= 0) {
            return false;
        }
    }
    return true;
}

void
manifest_sort(struct vec *list)
{
    assert(list->item_size == sizeof(struct manifest_file));
    if (is_sorted(list)) {
        return;
    }
    qsort(list->items, list->count, list->item_size, compare_files);
    struct manifest_file *items = list->items;
    uint32_t kept = 0;
    for (uint32_t i = 1; i < list->count; i++) {
        if (items[i].file == items[kept].file) {
            items[kept].kinds |= items[i].kinds;
        } else {
            items[++kept] = items[i];
        }
    }
    vec_resize(list, kept + 1);
}

/* By key; a dynout after an action. */
static int
compare_nodes(const void *left, const void *right)
{
    const struct manifest_node *a = left;
    const struct manifest_node *b = right;
    return strcmp(a->key, b->key);
}

void
manifest_sort_nodes(struct vec *nodes)
{
    assert(nodes->item_size == sizeof(struct manifest_node));
    if (nodes->count < 2) {
        return;
    }
    qsort(nodes->items, nodes->count, nodes->item_size, compare_nodes);
    struct manifest_node *items = nodes->items;
    uint32_t kept = 0;
    for (uint32_t i = 1; i < nodes->count; i++) {
        if (compare_nodes(&items[i], &items[kept]) == 0) {
            free(items[i].key);
        } else {
            items[++kept] = items[i];
        }
    }
    vec_resize(nodes, kept + 1);
}

static int
compare_env(const void *left, const void *right)
{
    const struct manifest_env *a = left;
    const struct manifest_env *b = right;
    return strcmp(a->name, b->name);
}

void
manifest_add_env(struct manifest *manifest, const char *name)
{
    assert(*name);
    const char *value = getenv(name);
    struct manifest_env *env = vec_add(&manifest->env);
    env->name = mem_copy_str(name);
    env->value = value ? mem_copy_str(value) : NULL;
}

void
manifest_sort_env(struct manifest *manifest)
{
    if (manifest->env.count > 1) {
        qsort(manifest->env.items, manifest->env.count, manifest->env.item_size,
              compare_env);
    }
}

/* --- Writing ---------------------------------------------------------------------- */

/* Where the walk writes to: the text to hash, or entries and versions. */
struct writer {
    bool is_body;
    uint8_t kinds; /* in a body: of the last file */
    struct buffer text;
    struct vec versions; /* of uint32_t */
};

/* Only what the kinds look at, so that nothing else can make a difference. */
static void
add_signature(struct buffer *out, uint8_t kinds,
              const struct file_version *version)
{
    assert(version);
    if (kinds & (EDGE_IFWRITTEN | EDGE_IFCHANGED)) {
        varint_add(out, version->kind);
        varint_add(out, version->hashed);
        buffer_add(out, &version->hash, sizeof version->hash);
    }
    if (kinds & EDGE_IFWRITTEN) {
        varint_add(out, version->mode);
        varint_add(out, (uint64_t)version->size);
        varint_add(out, (uint64_t)version->mtime_ns);
    }
    if (kinds & (EDGE_IFCREATED | EDGE_IFDELETED)) {
        varint_add(out, version_exists(version));
    }
}

/* A file as the body has it. */
struct body_file {
    uint32_t version;
    uint8_t kinds;
};

static int
compare_versions(const void *left, const void *right)
{
    const struct body_file *a = left;
    const struct body_file *b = right;
    return (a->version > b->version) - (a->version < b->version);
}

/* How the kinds of a list are told: in the lowest bits of its head, above which is
 * the count of its items. Lists of others than files have the first form. */
enum kinds_form {
    KINDS_LAST, /* all have those of the last file before, at first IFWRITTEN */
    KINDS_ONE,  /* all have the ones that follow */
    KINDS_ROWS, /* kinds and how many files have them, one row after the other */
    KINDS_BITS = 2
};

/* The head of a list; in the text to hash, the count. */
static void
write_head(struct writer *w, uint32_t count, enum kinds_form form)
{
    varint_add(&w->text,
               w->is_body ? (uint64_t)count << KINDS_BITS | form : count);
}

/* How many files from the first on have the same kinds. */
static uint32_t
alike(const struct body_file *files, uint32_t count)
{
    uint32_t end = 1;
    while (end < count && files[end].kinds == files[0].kinds) {
        end++;
    }
    return end;
}

static void
write_kinds(struct writer *w, const struct vec *files)
{
    const struct body_file *items = files->items;
    uint32_t count = files->count;
    bool is_one = count == 0 || alike(items, count) == count;
    bool is_last = is_one && (count == 0 || items[0].kinds == w->kinds);
    write_head(w, count,
               is_last  ? KINDS_LAST
               : is_one ? KINDS_ONE
                        : KINDS_ROWS);
    for (uint32_t i = 0; i < count && !is_last;) {
        uint32_t same = alike(items + i, count - i);
        varint_add(&w->text, items[i].kinds);
        if (!is_one) {
            varint_add(&w->text, same);
        }
        i += same;
    }
    w->kinds = count > 0 ? items[count - 1].kinds : w->kinds;
}

/* In the order of the versions, since numbers that ascend take least room. */
static void
write_body_files(struct writer *w, const struct vec *list)
{
    struct vec files = vec_of(sizeof(struct body_file));
    for (uint32_t i = 0; i < list->count; i++) {
        const struct manifest_file *file = vec_at(list, i);
        const struct body_file item = {file->version.id, file->kinds};
        assert(item.version != 0);
        vec_push(&files, &item);
    }
    if (files.count > 1) {
        qsort(files.items, files.count, files.item_size, compare_versions);
    }
    write_kinds(w, &files);
    for (uint32_t i = 0; i < files.count; i++) {
        const struct body_file *file = vec_at(&files, i);
        vec_push(&w->versions, &file->version);
    }
    vec_finish(&files);
}

/* The hash sees path and signature, the body the kinds and the version. */
static void
write_files(struct writer *w, const struct vec *list)
{
    if (w->is_body) {
        write_body_files(w, list);
        return;
    }
    write_head(w, list->count, KINDS_LAST);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct manifest_file *file = vec_at(list, i);
        varint_add(&w->text, file->kinds);
        body_add_bytes(&w->text, slice_of(file->path));
        add_signature(&w->text, file->kinds, &file->version);
    }
}

/* The one walk. */
static void
write_env(struct writer *w, const struct vec *list)
{
    write_head(w, list->count, KINDS_LAST);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct manifest_env *env = vec_at(list, i);
        body_add_bytes(&w->text, slice_of(env->name));
        varint_add(&w->text, env->value != NULL);
        body_add_bytes(&w->text, slice_of(env->value ? env->value : ""));
    }
}

static void
write_all(struct writer *w, const struct manifest *manifest)
{
    write_files(w, &manifest->inputs);
    write_files(w, &manifest->discovered);
    write_files(w, &manifest->outputs);
    if (w->is_body && manifest->env.count == 0 && manifest->nodes.count == 0 &&
        manifest->events.count == 0) {
        return; // As of most: their counts are left out.
    }
    write_env(w, &manifest->env);
    write_head(w, manifest->nodes.count, KINDS_LAST);
    for (uint32_t i = 0; i < manifest->nodes.count; i++) {
        const struct manifest_node *node = vec_at(&manifest->nodes, i);
        body_add_bytes(&w->text, slice_of(node->key));
        buffer_add(&w->text, &node->hash, sizeof node->hash);
    }
    write_head(w, manifest->events.count, KINDS_LAST);
    for (uint32_t i = 0; i < manifest->events.count; i++) {
        const struct manifest_event *event = vec_at(&manifest->events, i);
        varint_add(&w->text, event->event);
        body_add_bytes(&w->text, slice_of(event->path));
    }
}

struct hash128
manifest_hash(const struct manifest *manifest)
{
    struct writer w = {.is_body = false};
    buffer_add(&w.text, &manifest->command, sizeof manifest->command);
    write_all(&w, manifest);
    struct hash128 hash = hash_default()->bytes(w.text.bytes, w.text.len);
    buffer_finish(&w.text);
    return hash;
}

void
manifest_write(const struct manifest *manifest, struct buffer *out)
{
    assert(out->len == 0);
    struct writer w = {.is_body = true,
                       .kinds = EDGE_IFWRITTEN,
                       .versions = vec_of(sizeof(uint32_t))};
    write_all(&w, manifest);
    body_seal(out, w.versions.items, w.versions.count, buffer_slice(&w.text));
    vec_finish(&w.versions);
    buffer_finish(&w.text);
}

/* --- Reading ---------------------------------------------------------------------- */

bool
manifest_open(struct slice body, struct manifest_reader *reader)
{
    *reader = (struct manifest_reader){.kinds = EDGE_IFWRITTEN};
    reader->bad = !body_open(body, &reader->versions, &reader->entries);
    return !reader->bad;
}

/* 0 once something did not fit. */
static uint64_t
read_number(struct manifest_reader *reader, struct slice *from)
{
    uint64_t number = 0;
    if (reader->bad || !varint_take(from, &number)) {
        reader->bad = true;
        return 0;
    }
    return number;
}

/* The kinds of the files of a list, from its head on; takes them off it. */
static uint64_t
read_kinds_form(struct manifest_reader *reader, uint64_t head)
{
    uint64_t count = head >> KINDS_BITS;
    unsigned form = head & ((1U << KINDS_BITS) - 1);
    reader->bad = reader->bad || form > KINDS_ROWS;
    reader->alike = form == KINDS_ROWS ? 0 : count;
    if (form == KINDS_ONE) {
        reader->kinds = (uint8_t)read_number(reader, &reader->entries);
    }
    return count;
}

uint32_t
manifest_read_count(struct manifest_reader *reader)
{
    enum body_form form = reader->versions.form;
    if (reader->entries.len == 0 && (form == BODY_LISTS || form == BODY_GAPS)) {
        return 0;
    }
    /* Of files that are alike only the first takes room in the entries. */
    uint64_t limit = reader->entries.len +
                     body_versions_left(&reader->versions) + reader->alike;
    uint64_t count = read_number(reader, &reader->entries);
    if (form == BODY_LISTS) {
        count = read_kinds_form(reader, count);
    }
    if (count > limit) {
        reader->bad = true;
    }
    return reader->bad ? 0 : (uint32_t)count;
}

/* One number for each file in the oldest form, else one for all in a row. */
static uint8_t
read_kinds(struct manifest_reader *reader)
{
    if (reader->versions.form == BODY_PLAIN) {
        return (uint8_t)read_number(reader, &reader->entries);
    }
    if (reader->alike == 0) {
        reader->kinds = (uint8_t)read_number(reader, &reader->entries);
        reader->alike = read_number(reader, &reader->entries);
        reader->bad = reader->bad || reader->alike == 0;
    }
    reader->alike -= reader->alike > 0;
    return reader->kinds;
}

uint8_t
manifest_read_file(struct manifest_reader *reader, uint32_t *version)
{
    *version = 0;
    if (reader->bad || !body_take_version(&reader->versions, version)) {
        reader->bad = true;
        return 0;
    }
    return read_kinds(reader);
}

void
manifest_skip_files(struct manifest_reader *reader, uint32_t lists)
{
    uint32_t id;
    for (uint32_t list = 0; list < lists; list++) {
        for (uint32_t n = manifest_read_count(reader); n > 0; n--) {
            (void)manifest_read_file(reader, &id);
        }
    }
}

struct slice
manifest_read_env(struct manifest_reader *reader, bool *set,
                  struct slice *value)
{
    struct slice name = {"", 0};
    *value = name;
    if (reader->bad || !body_take_bytes(&reader->entries, &name)) {
        reader->bad = true;
        return (struct slice){"", 0};
    }
    *set = read_number(reader, &reader->entries) != 0;
    reader->bad = reader->bad || !body_take_bytes(&reader->entries, value);
    return name;
}

struct slice
manifest_read_node(struct manifest_reader *reader, struct hash128 *hash)
{
    struct slice key = {"", 0};
    *hash = (struct hash128){0, 0};
    if (reader->bad || !body_take_bytes(&reader->entries, &key) ||
        reader->entries.len < sizeof *hash) {
        reader->bad = true;
        return (struct slice){"", 0};
    }
    memcpy(hash, reader->entries.bytes, sizeof *hash);
    reader->entries.bytes += sizeof *hash;
    reader->entries.len -= sizeof *hash;
    return key;
}
