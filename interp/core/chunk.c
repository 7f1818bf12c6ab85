/* SPDX-License-Identifier: MIT */
/*
 * Chunks as programs see them: a buffer is a transient vector, a finished
 * chunk a vector. So what reads a chunk is nth and count.
 */
#include "interp/core/support.h"

#include <assert.h>

/* (chunk-buffer capacity) */
static Value
chunk_buffer(Value *args, uint32_t argc)
{
    assert(argc == 1);
    number_expect_int(args[0], "chunk-buffer");
    return vector_transient(vector_empty());
}

/* (chunk-append buffer item) */
static Value
chunk_append(Value *args, uint32_t argc)
{
    assert(argc == 2);
    vector_transient_conj(args[0], args[1]);
    return VALUE_NIL;
}

/* (chunk buffer) */
static Value
chunk_finish(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return vector_persistent(args[0]);
}

static Value
expect_chunk(const char *operation, Value v)
{
    if (!vector_is(v)) {
        core_throw_type(operation, "a chunk", v);
    }
    return v;
}

/* (chunk-cons chunk rest) */
static Value
chunk_cons(Value *args, uint32_t argc)
{
    assert(argc == 2);
    struct core_buffer items = {0};
    core_buffer_add_all(&items, expect_chunk("chunk-cons", args[0]));
    Value rest =
        value_is_nil(args[1]) || seq_is(args[1]) ? args[1] : seq_of(args[1]);
    return items.count == 0 ? rest : seq_chunk(items.items, items.count, rest);
}

/* How many items stand in the first chunk of a sequence. */
static uint32_t
first_chunk_count(const char *operation, Value v)
{
    Value at = seq_of(v);
    if (value_is_kind(at, KIND_CHUNK)) {
        const struct chunk_object *chunk =
            (const struct chunk_object *)value_object(at);
        Value rest = chunk->rest;
        int64_t all = seq_count_bounded(at, CORE_CHUNK);
        return value_is_nil(rest) || chunk->head.flags != CHUNK_ARRAY
                   ? (uint32_t)all
                   : chunk->len - chunk->offset;
    }
    if (!value_is_kind(at, KIND_RANGE)) {
        core_throw_type(operation, "a sequence in chunks", v);
    }
    return (uint32_t)seq_count_bounded(at, CORE_CHUNK);
}

/* (chunk-first s) */
static Value
chunk_first(Value *args, uint32_t argc)
{
    assert(argc == 1);
    uint32_t count = first_chunk_count("chunk-first", args[0]);
    Value transient = vector_transient(vector_empty());
    struct seq_iter iter;
    seq_iter_init(&iter, args[0]);
    Value item;
    for (uint32_t i = 0; i < count && seq_iter_next(&iter, &item); i++) {
        vector_transient_conj(transient, item);
    }
    return vector_persistent(transient);
}

static Value
behind_first_chunk(const char *operation, Value v)
{
    uint32_t count = first_chunk_count(operation, v);
    struct seq_iter iter;
    seq_iter_init(&iter, v);
    Value item;
    for (uint32_t i = 0; i < count && seq_iter_next(&iter, &item); i++) {
    }
    return seq_iter_rest(&iter);
}

/* (chunk-rest s) */
static Value
chunk_rest(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return behind_first_chunk("chunk-rest", args[0]);
}

/* (chunk-next s) */
static Value
chunk_next(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return seq_of(behind_first_chunk("chunk-next", args[0]));
}

static const struct builtin rows[] = {
    {"chunk-buffer", 1, 1, chunk_buffer, "[capacity]",
     "A buffer that chunk-append fills and chunk finishes.", "0.1"},
    {"chunk-append", 2, 2, chunk_append, "[buffer item]",
     "Puts an item at the end of a buffer.", "0.1"},
    {"chunk", 1, 1, chunk_finish, "[buffer]",
     "A chunk of what is in the buffer, which is then spent.", "0.1"},
    {"chunk-cons", 2, 2, chunk_cons, "[chunk rest]",
     "A sequence of a chunk's items, then the rest.", "0.1"},
    {"chunk-first", 1, 1, chunk_first, "[s]",
     "The first chunk of a sequence that has chunks.", "0.1"},
    {"chunk-rest", 1, 1, chunk_rest, "[s]",
     "What stands behind the first chunk; may be empty.", "0.1"},
    {"chunk-next", 1, 1, chunk_next, "[s]",
     "What stands behind the first chunk, or nil.", "0.1"},
};

const struct core_table core_chunk[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
