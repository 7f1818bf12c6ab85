/* SPDX-License-Identifier: MIT */
/*
 * Walking from C, without allocation but for characters' and entries' own
 * values. A cursor stands in a collection or cell, before item `index` of it.
 */
#include "interp/data/seq.h"

#include "interp/data/alloc.h"
#include "interp/data/error.h"
#include "interp/data/list.h"
#include "interp/data/map.h"
#include "interp/data/number.h"
#include "interp/data/record.h"
#include "interp/data/set.h"
#include "interp/data/sorted.h"
#include "interp/data/text.h"
#include "interp/data/vector.h"

#include <assert.h>

static const struct chunk_object *
chunk_of(Value v)
{
    return (const struct chunk_object *)value_object(v);
}

void
seq_cursor_init(struct seq_cursor *cursor, Value v)
{
    cursor->at = v;
    cursor->leaf = NULL;
    cursor->index =
        value_is_kind(v, KIND_CHUNK) ? (int64_t)chunk_of(v)->offset : 0;
}

/* The next item of a vector or of a chunk over one. */
static Value
vector_step(struct seq_cursor *cursor, const struct vector_object *vector)
{
    uint32_t index = (uint32_t)cursor->index++;
    if (cursor->leaf == NULL || (index & 31) == 0) {
        cursor->leaf = vector_leaf(vector, index);
    }
    return cursor->leaf->items[index & 31];
}

/* The index of a string is one of bytes. */
static Value
string_step(struct seq_cursor *cursor, Value string)
{
    uint32_t codepoint;
    uint32_t index = (uint32_t)cursor->index;
    cursor->index += text_decode(text_bytes(string) + index,
                                 text_byte_len(string) - index, &codepoint);
    return value_char(codepoint);
}

/* The next item of a chunk that has one. */
static Value
chunk_step(struct seq_cursor *cursor, const struct chunk_object *chunk)
{
    const struct array_object *array =
        (const struct array_object *)value_object(chunk->array);
    uint32_t index;
    switch ((enum chunk_flag)chunk->head.flags) {
    case CHUNK_ARRAY:
        return array->items[cursor->index++];
    case CHUNK_VECTOR:
        return vector_step(cursor, vector_object(chunk->array));
    case CHUNK_DOWN:
        index = chunk->len - 1 - (uint32_t)cursor->index++;
        return vector_at(chunk->array, index);
    case CHUNK_ENTRIES:
        index = (uint32_t)cursor->index;
        cursor->index += 2;
        return vector_entry(array->items[index], array->items[index + 1]);
    case CHUNK_STRING:
        return string_step(cursor, chunk->array);
    }
    assert(false);
    return VALUE_NIL;
}

/* Nothing else bounds a walk over a range, which may have 2^63 items: the
 * budget of the evaluation hears of it. */
static bool
range_step(struct seq_cursor *cursor, Value *item)
{
    enum { ITEMS_A_REPORT = 4096, BYTES_AN_ITEM = 16 };
    const struct range_object *range =
        (const struct range_object *)value_object(cursor->at);
    if (cursor->index >= range->count) {
        cursor->at = VALUE_NIL;
        return false;
    }
    *item = number_int(range->from + cursor->index++ * range->by);
    if (cursor->index % ITEMS_A_REPORT == 0) {
        alloc_count_work((uint64_t)ITEMS_A_REPORT * BYTES_AN_ITEM);
    }
    return true;
}

/* An item of the value that the cursor stands in; false at its end, and then
 * the cursor stands in what follows, or at nil. */
static bool
step_here(struct seq_cursor *cursor, Value *item)
{
    Value at = cursor->at;
    switch (value_kind(at)) {
    case KIND_LIST:
        *item = list_object(at)->first;
        seq_cursor_init(cursor,
                        list_is_empty(at) ? VALUE_NIL : list_object(at)->rest);
        return !list_is_empty(at);
    case KIND_VECTOR:
        if (cursor->index < vector_count(at)) {
            *item = vector_step(cursor, vector_object(at));
            return true;
        }
        cursor->at = VALUE_NIL;
        return false;
    case KIND_CHUNK:
        if (cursor->index < chunk_of(at)->len) {
            *item = chunk_step(cursor, chunk_of(at));
            return true;
        }
        seq_cursor_init(cursor, chunk_of(at)->rest);
        return false;
    case KIND_RANGE:
        return range_step(cursor, item);
    case KIND_STRING:
        if (cursor->index < text_byte_len(at)) {
            *item = string_step(cursor, at);
            return true;
        }
        cursor->at = VALUE_NIL;
        return false;
    default:
        assert(value_is_kind(at, KIND_LAZY));
        seq_cursor_init(cursor, seq_realise(at));
        return false;
    }
}

bool
seq_cursor_next(struct seq_cursor *cursor, Value *item)
{
    while (!value_is_nil(cursor->at)) {
        if (step_here(cursor, item)) {
            return true;
        }
    }
    return false;
}

void
seq_iter_init(struct seq_iter *iter, Value v)
{
    // All of it: what older calls left on the C stack would be seen by the
    // collector as long as the walk goes on, and could be the head of all.
    *iter = (struct seq_iter){.cursor = {.at = VALUE_NIL}};
    if (value_is_kind(v, KIND_RECORD)) {
        v = record_object(v)->map;
    }
    enum kind kind = value_kind(v);
    switch (kind) {
    case KIND_MAP:
        iter->walked = value_object(v);
        champ_iter_init(&iter->champ, map_object(v)->root);
        return;
    case KIND_SET:
        iter->walked = value_object(v);
        champ_iter_init(&iter->champ, set_object(v)->root);
        return;
    case KIND_SORTED_MAP:
    case KIND_SORTED_SET:
        seq_cursor_init(&iter->cursor, seq_of(v));
        return;
    default:
        if (!seq_is_seqable(v)) {
            seq_of(v); // Throws.
        }
        if (kind == KIND_LAZY ||
            (kind == KIND_LIST && list_object(v)->count < 0)) {
            alloc_forget_stack();
        }
        seq_cursor_init(&iter->cursor, v);
    }
}

/* A map in the array form keeps its place in the cursor's index. */
static bool
array_map_next(struct seq_iter *iter, const struct map_object *map, Value *item)
{
    int64_t index = iter->cursor.index;
    if (index == map->count) {
        return false;
    }
    iter->cursor.index++;
    *item = vector_entry(map->entries[2 * index], map->entries[2 * index + 1]);
    return true;
}

/* The next item of a map or set. */
static bool
walked_next(struct seq_iter *iter, Value *item)
{
    bool is_map = iter->walked->kind == KIND_MAP;
    const struct map_object *map = (const struct map_object *)iter->walked;
    if (is_map && map->root == NULL) {
        return array_map_next(iter, map, item);
    }
    Value key;
    Value value;
    if (!champ_iter_next(&iter->champ, &key, &value)) {
        return false;
    }
    *item = is_map ? vector_entry(key, value) : key;
    return true;
}

bool
seq_iter_next(struct seq_iter *iter, Value *item)
{
    return iter->walked != NULL ? walked_next(iter, item)
                                : seq_cursor_next(&iter->cursor, item);
}

/* The rest of a walk over a map or set: its items are collected. */
static Value
walked_rest(struct seq_iter *iter)
{
    Value transient = vector_transient(vector_empty());
    Value item;
    while (walked_next(iter, &item)) {
        vector_transient_conj(transient, item);
    }
    return seq_of(vector_persistent(transient));
}

/* A sequence that begins where the cursor stands. */
static Value
cursor_rest(const struct seq_cursor *cursor)
{
    struct chunk_object *chunk;
    struct range_object *range;
    Value at = cursor->at;
    Value seq = value_is_kind(at, KIND_LAZY) ? at : seq_of(at);
    switch (value_kind(seq)) {
    case KIND_CHUNK:
        if (cursor->index >= chunk_of(seq)->len) {
            return chunk_of(seq)->rest;
        }
        chunk = alloc_object(KIND_CHUNK, sizeof(struct chunk_object));
        *chunk = *chunk_of(seq);
        chunk->head.hash = 0;
        chunk->offset = (uint32_t)cursor->index;
        chunk->meta = VALUE_NIL;
        return value_from_object(chunk);
    case KIND_RANGE:
        range = alloc_object(KIND_RANGE, sizeof(struct range_object));
        *range = *(const struct range_object *)value_object(seq);
        if (cursor->index >= range->count) {
            return VALUE_NIL;
        }
        range->head.hash = 0;
        range->from += cursor->index * range->by;
        range->count -= cursor->index;
        range->meta = VALUE_NIL;
        return value_from_object(range);
    default:
        return seq;
    }
}

Value
seq_iter_rest(struct seq_iter *iter)
{
    Value rest =
        iter->walked != NULL ? walked_rest(iter) : cursor_rest(&iter->cursor);
    return value_is_nil(rest) ? list_empty() : rest;
}

/* An item of what knows its count; in a map or set only by a walk. */
static Value
counted_nth(Value v, int64_t index)
{
    if (vector_is(v)) {
        return vector_at(v, (uint32_t)index);
    }
    if (text_is(v)) {
        return value_char(text_char_at(v, (uint32_t)index));
    }
    if (value_is_kind(v, KIND_RANGE)) {
        const struct range_object *range =
            (const struct range_object *)value_object(v);
        return number_int(range->from + index * range->by);
    }
    struct seq_iter iter;
    seq_iter_init(&iter, v);
    Value item = VALUE_ABSENT;
    for (int64_t i = 0; i <= index && seq_iter_next(&iter, &item); i++) {
    }
    return item;
}

/* Only the callee has the value, and that for no longer than it takes to put
 * it into the iterator: a register that is the caller's would hold it. */
__attribute__((noinline)) void
seq_iter_take(struct seq_iter *iter, Value *slot)
{
    seq_iter_init(iter, *slot);
    *slot = VALUE_NIL;
}

Value
seq_nth(Value *slot, int64_t index, int64_t *count)
{
    *count = 0;
    if (index < 0) {
        return VALUE_ABSENT;
    }
    if (seq_is_counted(*slot) && !list_is(*slot)) {
        *count = seq_count(*slot);
        return index < *count ? counted_nth(*slot, index) : VALUE_ABSENT;
    }
    struct seq_iter iter;
    seq_iter_take(&iter, slot);
    Value item;
    while (seq_iter_next(&iter, &item)) {
        if ((*count)++ == index) {
            return item;
        }
    }
    return VALUE_ABSENT;
}
