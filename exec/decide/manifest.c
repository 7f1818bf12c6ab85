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

/* The kinds of one file after the other, those that are equal as one. */
static void
write_kinds(struct buffer *out, const struct vec *files)
{
    const struct body_file *items = files->items;
    for (uint32_t i = 0; i < files->count;) {
        uint32_t end = i + 1;
        while (end < files->count && items[end].kinds == items[i].kinds) {
            end++;
        }
        varint_add(out, items[i].kinds);
        varint_add(out, end - i);
        i = end;
    }
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
    write_kinds(&w->text, &files);
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
    varint_add(&w->text, list->count);
    if (w->is_body) {
        write_body_files(w, list);
        return;
    }
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
    varint_add(&w->text, list->count);
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
    varint_add(&w->text, manifest->nodes.count);
    for (uint32_t i = 0; i < manifest->nodes.count; i++) {
        const struct manifest_node *node = vec_at(&manifest->nodes, i);
        body_add_bytes(&w->text, slice_of(node->key));
        buffer_add(&w->text, &node->hash, sizeof node->hash);
    }
    varint_add(&w->text, manifest->events.count);
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
    struct writer w = {.is_body = true, .versions = vec_of(sizeof(uint32_t))};
    write_all(&w, manifest);
    body_seal(out, w.versions.items, w.versions.count, buffer_slice(&w.text));
    vec_finish(&w.versions);
    buffer_finish(&w.text);
}

/* --- Reading ---------------------------------------------------------------------- */

bool
manifest_open(struct slice body, struct manifest_reader *reader)
{
    uint32_t count;
    *reader = (struct manifest_reader){.bad = false};
    reader->bad = !body_open(body, &count, &reader->versions, &reader->entries);
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

uint32_t
manifest_read_count(struct manifest_reader *reader)
{
    if (reader->entries.len == 0 && reader->versions.form == BODY_GAPS) {
        return 0;
    }
    uint64_t count = read_number(reader, &reader->entries);
    /* Of files that are alike only the first takes room in the entries. */
    uint64_t limit = reader->entries.len +
                     body_versions_left(&reader->versions) + reader->alike;
    if (count > limit) {
        reader->bad = true;
        return 0;
    }
    return (uint32_t)count;
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
