/* SPDX-License-Identifier: MIT */
/*
 * See bencode.h. The reader keeps the lists that are open on a stack of its own,
 * so that brackets sent by the million cost nothing.
 */
#include "runtime/repl/bencode.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* --- Reading ------------------------------------------------------------------------ */

/* The bytes that are at hand now, and how far they are read. */
struct reading {
    struct slice bytes;
    size_t at;
    struct bencode_reader *reader;
};

static struct bencode *
make(struct reading *r, enum bencode_kind kind)
{
    struct bencode *value = arena_alloc(&r->reader->arena, sizeof(*value));
    value->kind = kind;
    value->text = (struct slice){"", 0};
    return value;
}

/* A key of a dictionary is a text. */
static bool
fits(const struct bencode_reader *r, const struct bencode *value)
{
    if (r->depth == 0) {
        return true;
    }
    const struct bencode_open *top = &r->open[r->depth - 1];
    return top->list->kind != BENCODE_DICT || top->count % 2 == 1 ||
           value->kind == BENCODE_TEXT;
}

/* Puts a value where it belongs. */
static enum bencode_state
add(struct bencode_reader *r, struct bencode *value)
{
    if (!fits(r, value)) {
        return BENCODE_BAD;
    }
    if (r->depth == 0) {
        r->value = value;
        return BENCODE_DONE;
    }
    struct bencode_open *top = &r->open[r->depth - 1];
    if (top->last == NULL) {
        top->list->first = value;
    } else {
        top->last->next = value;
    }
    top->last = value;
    top->count++;
    return BENCODE_DONE;
}

/* Digits up to a byte that ends them. No sign, no superfluous zero, nothing
 * that would not fit. */
static enum bencode_state
read_digits(struct reading *r, char end, uint64_t max, uint64_t *number)
{
    size_t start = r->at;
    *number = 0;
    for (; r->at < r->bytes.len; r->at++) {
        char c = r->bytes.bytes[r->at];
        if (c == end) {
            r->at++;
            return r->at - start > 1 ? BENCODE_DONE : BENCODE_BAD;
        }
        bool is_padded = r->at > start && *number == 0;
        if (c < '0' || c > '9' || is_padded) {
            return BENCODE_BAD;
        }
        *number = *number * 10 + (uint64_t)(c - '0');
        if (*number > max) {
            return BENCODE_BAD;
        }
    }
    return BENCODE_MORE;
}

/* Behind the i. */
static enum bencode_state
read_number(struct reading *r)
{
    bool is_negative = r->at < r->bytes.len && r->bytes.bytes[r->at] == '-';
    uint64_t number = 0;
    r->at += is_negative;
    enum bencode_state state = read_digits(r, 'e', INT64_MAX, &number);
    if (state != BENCODE_DONE) {
        return state;
    }
    if (is_negative && number == 0) {
        return BENCODE_BAD;
    }
    struct bencode *value = make(r, BENCODE_NUMBER);
    value->number = is_negative ? -(int64_t)number : (int64_t)number;
    return add(r->reader, value);
}

/* One that would make the message too long is refused before it comes. */
static enum bencode_state
read_text(struct reading *r)
{
    uint64_t len = 0;
    enum bencode_state state = read_digits(r, ':', BENCODE_SIZE, &len);
    if (state != BENCODE_DONE) {
        return state;
    }
    if (r->reader->taken + r->at + len > BENCODE_SIZE) {
        return BENCODE_BAD;
    }
    if (len > r->bytes.len - r->at) {
        return BENCODE_MORE;
    }
    struct bencode *value = make(r, BENCODE_TEXT);
    value->text.bytes =
        arena_copy(&r->reader->arena, r->bytes.bytes + r->at, (size_t)len);
    value->text.len = (size_t)len;
    r->at += (size_t)len;
    return add(r->reader, value);
}

static enum bencode_state
open_list(struct reading *r, enum bencode_kind kind)
{
    struct bencode_reader *reader = r->reader;
    struct bencode *list = make(r, kind);
    if (reader->depth == BENCODE_DEPTH || !fits(reader, list)) {
        return BENCODE_BAD;
    }
    reader->open[reader->depth++] = (struct bencode_open){.list = list};
    return BENCODE_DONE;
}

/* A dictionary has a value for each key. */
static enum bencode_state
close_list(struct bencode_reader *r)
{
    if (r->depth == 0) {
        return BENCODE_BAD;
    }
    struct bencode_open top = r->open[--r->depth];
    if (top.list->kind == BENCODE_DICT && top.count % 2 != 0) {
        return BENCODE_BAD;
    }
    return add(r, top.list);
}

/* One number, text or bracket. */
static enum bencode_state
read_one(struct reading *r)
{
    char c = r->bytes.bytes[r->at];
    switch (c) {
    case 'i':
        r->at++;
        return read_number(r);
    case 'l':
    case 'd':
        r->at++;
        return open_list(r, c == 'l' ? BENCODE_LIST : BENCODE_DICT);
    case 'e':
        r->at++;
        return close_list(r->reader);
    default:
        return read_text(r);
    }
}

/* What is not all there is read again from its first byte, and nothing that
 * stands before it. */
enum bencode_state
bencode_read_on(struct bencode_reader *reader, struct slice bytes, size_t *used)
{
    struct reading r = {.bytes = bytes, .reader = reader};
    enum bencode_state state = BENCODE_DONE;
    *used = 0;
    while (state == BENCODE_DONE && reader->value == NULL) {
        if (reader->taken + *used >= BENCODE_SIZE) {
            state = BENCODE_BAD;
        } else if (*used == bytes.len) {
            state = BENCODE_MORE;
        } else {
            state = read_one(&r);
            *used = state == BENCODE_DONE ? r.at : *used;
        }
    }
    reader->taken += *used;
    return state;
}

enum bencode_state
bencode_read(struct slice bytes, struct arena *arena, struct bencode **value,
             size_t *used)
{
    struct bencode_reader reader = {.arena = *arena};
    enum bencode_state state = bencode_read_on(&reader, bytes, used);
    *arena = reader.arena;
    *value = state == BENCODE_DONE ? reader.value : NULL;
    return state;
}

/* --- Asking ---------------------------------------------------------------------------- */

const struct bencode *
bencode_get(const struct bencode *dict, const char *key)
{
    if (dict == NULL || dict->kind != BENCODE_DICT) {
        return NULL;
    }
    for (const struct bencode *at = dict->first; at != NULL;
         at = at->next->next) {
        assert(at->kind == BENCODE_TEXT && at->next != NULL);
        if (slice_equal(at->text, slice_of(key))) {
            return at->next;
        }
    }
    return NULL;
}

const char *
bencode_text(const struct bencode *dict, const char *key)
{
    const struct bencode *value = bencode_get(dict, key);
    return value == NULL || value->kind != BENCODE_TEXT ? NULL
                                                        : value->text.bytes;
}

int64_t
bencode_number(const struct bencode *dict, const char *key, int64_t otherwise)
{
    const struct bencode *value = bencode_get(dict, key);
    if (value != NULL && value->kind == BENCODE_NUMBER) {
        return value->number;
    }
    if (value != NULL && value->kind == BENCODE_TEXT) {
        // Some clients send line and column as texts.
        char *end = NULL;
        long long number = strtoll(value->text.bytes, &end, 10);
        if (end != value->text.bytes && *end == 0) {
            return number;
        }
    }
    return otherwise;
}

/* --- Writing ------------------------------------------------------------------------------ */

struct bencode_entry {
    char *key;
    struct buffer encoded;
};

void
bencode_add_number(struct buffer *out, int64_t number)
{
    buffer_add_format(out, "i%" PRId64 "e", number);
}

void
bencode_add_text(struct buffer *out, struct slice text)
{
    buffer_add_format(out, "%zu:", text.len);
    buffer_add(out, text.bytes, text.len);
}

void
bencode_add_str(struct buffer *out, const char *text)
{
    bencode_add_text(out, slice_of(text));
}

void
bencode_put(struct bencode_dict *dict, const char *key, struct slice encoded)
{
    if (dict->entries.item_size == 0) {
        dict->entries = vec_of(sizeof(struct bencode_entry));
    }
    struct bencode_entry *entry = vec_add(&dict->entries);
    entry->key = mem_copy_str(key);
    buffer_add(&entry->encoded, encoded.bytes, encoded.len);
}

void
bencode_put_text(struct bencode_dict *dict, const char *key, struct slice text)
{
    struct buffer encoded = {0};
    bencode_add_text(&encoded, text);
    bencode_put(dict, key, buffer_slice(&encoded));
    buffer_finish(&encoded);
}

void
bencode_put_str(struct bencode_dict *dict, const char *key, const char *text)
{
    bencode_put_text(dict, key, slice_of(text));
}

void
bencode_put_number(struct bencode_dict *dict, const char *key, int64_t number)
{
    struct buffer encoded = {0};
    bencode_add_number(&encoded, number);
    bencode_put(dict, key, buffer_slice(&encoded));
    buffer_finish(&encoded);
}

static int
compare_keys(const void *a, const void *b)
{
    const struct bencode_entry *first = a;
    const struct bencode_entry *second = b;
    return strcmp(first->key, second->key);
}

void
bencode_end(struct bencode_dict *dict, struct buffer *out)
{
    if (dict->entries.count > 0) {
        qsort(dict->entries.items, dict->entries.count,
              sizeof(struct bencode_entry), compare_keys);
    }
    buffer_add_char(out, 'd');
    for (uint32_t i = 0; i < dict->entries.count; i++) {
        struct bencode_entry *entry = vec_at(&dict->entries, i);
        bencode_add_str(out, entry->key);
        buffer_add(out, entry->encoded.bytes, entry->encoded.len);
        free(entry->key);
        buffer_finish(&entry->encoded);
    }
    buffer_add_char(out, 'e');
    vec_finish(&dict->entries);
    *dict = (struct bencode_dict){{0}};
}
