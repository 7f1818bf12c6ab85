/* SPDX-License-Identifier: MIT */
/*
 * Sequences as programs see them. A collection that is no sequence itself is
 * seen through a chunk whose flags say what lies under it, so that first and
 * rest cost the same on everything. Walking is in seq_iter.c.
 *
 * A lazy sequence runs its thunk once and keeps what came out. The thunk
 * stays: the fingerprint of a sequence is that of its thunk, so that it is the
 * same whether someone has looked or not. A thunk that throws leaves the
 * sequence as it was, to be tried again.
 *
 * A thunk may give a lazy sequence in turn: then the cell stands for that one,
 * and a loop goes on there. So a search through a long sequence, which gives
 * such a cell now and then, holds neither the cells on its way nor what it has
 * left behind: of what the first cell was made of, only the recipe is kept.
 */
#include "interp/data/seq.h"

#include "interp/data/alloc.h"
#include "interp/data/error.h"
#include "interp/data/invoke.h"
#include "interp/data/list.h"
#include "interp/data/map.h"
#include "interp/data/number.h"
#include "interp/data/record.h"
#include "interp/data/set.h"
#include "interp/data/sorted.h"
#include "interp/data/text.h"
#include "interp/data/vector.h"

#include <assert.h>
#include <string.h>

static struct chunk_object *
chunk_of(Value v)
{
    return (struct chunk_object *)value_object(v);
}

static struct range_object *
range_of(Value v)
{
    return (struct range_object *)value_object(v);
}

static struct lazy_object *
lazy_of(Value v)
{
    return (struct lazy_object *)value_object(v);
}

bool
seq_is(Value v)
{
    switch (value_kind(v)) {
    case KIND_LIST:
    case KIND_LAZY:
    case KIND_CHUNK:
    case KIND_RANGE:
        return true;
    default:
        return false;
    }
}

bool
seq_is_sequential(Value v)
{
    return vector_is(v) || seq_is(v);
}

bool
seq_is_seqable(Value v)
{
    switch (value_kind(v)) {
    case KIND_NIL:
    case KIND_STRING:
    case KIND_VECTOR:
    case KIND_MAP:
    case KIND_SET:
    case KIND_SORTED_MAP:
    case KIND_SORTED_SET:
    case KIND_RECORD:
        return true;
    default:
        return seq_is(v);
    }
}

/* --- Making -------------------------------------------------------------- */

/* What a chunk of entries or items lies over. */
struct chunk_source {
    enum chunk_flag flag;
    Value array;
    uint32_t offset;
    uint32_t len;
};

/* A chunk is never empty: the empty sequence is nil or (). */
static Value
make_chunk(struct chunk_source source, Value rest)
{
    assert(source.offset < source.len);
    struct chunk_object *chunk =
        alloc_object(KIND_CHUNK, sizeof(struct chunk_object));
    chunk->head.flags = (uint8_t)source.flag;
    chunk->array = source.array;
    chunk->offset = source.offset;
    chunk->len = source.len;
    chunk->rest = rest;
    chunk->meta = VALUE_NIL;
    return value_from_object(chunk);
}

/* With room for `count` items; the slots are to be filled before anyone else
 * sees them. */
static struct array_object *
array_make(uint32_t count)
{
    return alloc_object(KIND_ABSENT,
                        sizeof(struct array_object) + count * sizeof(Value));
}

/* A chunk in front of rest, which takes the array over. */
static Value
chunk_over(struct array_object *array, uint32_t count, Value rest)
{
    if (count == 0) {
        return rest;
    }
    return make_chunk((struct chunk_source){CHUNK_ARRAY,
                                            value_from_object(array), 0, count},
                      rest);
}

Value
seq_chunk(const Value *items, uint32_t count, Value rest)
{
    if (count == 0) {
        return rest;
    }
    struct array_object *array = array_make(count);
    memcpy(array->items, items, count * sizeof(Value));
    return chunk_over(array, count, rest);
}

const Value *
seq_array(Value seq, uint32_t *count)
{
    if (!value_is_kind(seq, KIND_CHUNK) ||
        chunk_of(seq)->head.flags != CHUNK_ARRAY ||
        !value_is_nil(chunk_of(seq)->rest)) {
        return NULL;
    }
    const struct array_object *array =
        (const struct array_object *)value_object(chunk_of(seq)->array);
    *count = chunk_of(seq)->len - chunk_of(seq)->offset;
    return array->items + chunk_of(seq)->offset;
}

Value
seq_lazy(Value thunk)
{
    struct lazy_object *lazy =
        alloc_object(KIND_LAZY, sizeof(struct lazy_object));
    lazy->thunk = thunk;
    lazy->value = VALUE_ABSENT;
    lazy->meta = VALUE_NIL;
    return value_from_object(lazy);
}

Value
seq_range(int64_t from, int64_t end, int64_t by)
{
    assert(by != 0);
    if (by > 0 ? from >= end : from <= end) {
        return list_empty();
    }
    // Unsigned: the distance of two int64 always fits.
    uint64_t span = by > 0 ? (uint64_t)end - (uint64_t)from
                           : (uint64_t)from - (uint64_t)end;
    uint64_t step = by > 0 ? (uint64_t)by : 0 - (uint64_t)by;
    uint64_t count = (span - 1) / step + 1;
    if (count > INT64_MAX) {
        error_throw(ERROR_LIMIT, "This range is too long");
    }
    struct range_object *range =
        alloc_object(KIND_RANGE, sizeof(struct range_object));
    range->from = from;
    range->count = (int64_t)count;
    range->by = by;
    range->meta = VALUE_NIL;
    return value_from_object(range);
}

Value
seq_cons(Value first, Value rest)
{
    return list_cons(first, seq_is(rest) ? rest : seq_of(rest));
}

Value
seq_of_vector_reversed(Value vector)
{
    assert(vector_is(vector));
    uint32_t count = vector_count(vector);
    if (count == 0) {
        return VALUE_NIL;
    }
    return make_chunk((struct chunk_source){CHUNK_DOWN, vector, 0, count},
                      VALUE_NIL);
}

/* --- Collections as sequences ------------------------------------------------ */

/* Keys and values side by side; entries are made when they are asked for. */
static Value
entries_of_map(Value map)
{
    uint32_t count = map_count(map);
    if (count == 0) {
        return VALUE_NIL;
    }
    struct array_object *array = array_make(2 * count);
    struct map_iter iter;
    map_iter_init(&iter, map);
    for (uint32_t i = 0; i < count; i++) {
        map_iter_next(&iter, &array->items[(size_t)2 * i],
                      &array->items[(size_t)2 * i + 1]);
    }
    return make_chunk((struct chunk_source){CHUNK_ENTRIES,
                                            value_from_object(array), 0,
                                            2 * count},
                      VALUE_NIL);
}

/* nil for the empty set. */
static Value
items_of_set(Value set)
{
    uint32_t count = set_count(set);
    struct array_object *array = array_make(count);
    struct set_iter iter;
    set_iter_init(&iter, set);
    for (uint32_t i = 0; i < count; i++) {
        set_iter_next(&iter, &array->items[i]);
    }
    return chunk_over(array, count, VALUE_NIL);
}

/* Ascending; entries for a map, members for a set. */
static Value
items_of_sorted(Value sorted)
{
    uint32_t count = sorted_count(sorted);
    if (count == 0) {
        return VALUE_NIL;
    }
    bool is_map = value_is_kind(sorted, KIND_SORTED_MAP);
    uint32_t width = is_map ? 2 : 1;
    struct array_object *array = array_make(width * count);
    struct sorted_iter iter;
    sorted_iter_init(&iter, sorted, false);
    for (uint32_t i = 0; i < count; i++) {
        Value key;
        Value value;
        sorted_iter_next(&iter, &key, &value);
        array->items[(size_t)width * i] = key;
        if (is_map) {
            array->items[(size_t)width * i + 1] = value;
        }
    }
    return make_chunk(
        (struct chunk_source){is_map ? CHUNK_ENTRIES : CHUNK_ARRAY,
                              value_from_object(array), 0, width * count},
        VALUE_NIL);
}

/* A chunk over all of a vector or string, which is not copied. */
static Value
over_whole(enum chunk_flag flag, Value v, uint32_t len)
{
    if (len == 0) {
        return VALUE_NIL;
    }
    return make_chunk((struct chunk_source){flag, v, 0, len}, VALUE_NIL);
}

Value
seq_of(Value v)
{
    enum kind kind = value_kind(v);
    switch (kind) {
    case KIND_NIL:
    case KIND_CHUNK:
    case KIND_RANGE:
        return v;
    case KIND_LIST:
        return list_is_empty(v) ? VALUE_NIL : v;
    case KIND_LAZY:
        return seq_realise(v);
    case KIND_VECTOR:
        return over_whole(CHUNK_VECTOR, v, vector_count(v));
    case KIND_STRING:
        return over_whole(CHUNK_STRING, v, text_byte_len(v));
    case KIND_MAP:
        return entries_of_map(v);
    case KIND_SET:
        return items_of_set(v);
    case KIND_SORTED_MAP:
    case KIND_SORTED_SET:
        return items_of_sorted(v);
    case KIND_RECORD:
        return entries_of_map(record_object(v)->map);
    default:
        error_throw(ERROR_TYPE, "Cannot walk %s: expected a collection",
                    value_shown(v));
    }
}

/* --- First and rest ------------------------------------------------------------ */

/* Entries and characters are made here, anew on each call. */
static Value
chunk_first(const struct chunk_object *chunk)
{
    struct array_object *array =
        (struct array_object *)value_object(chunk->array);
    uint32_t codepoint;
    switch ((enum chunk_flag)chunk->head.flags) {
    case CHUNK_ARRAY:
        return array->items[chunk->offset];
    case CHUNK_VECTOR:
        return vector_at(chunk->array, chunk->offset);
    case CHUNK_DOWN:
        return vector_at(chunk->array, chunk->len - 1 - chunk->offset);
    case CHUNK_ENTRIES:
        return vector_entry(array->items[chunk->offset],
                            array->items[chunk->offset + 1]);
    case CHUNK_STRING:
        text_decode(text_bytes(chunk->array) + chunk->offset,
                    chunk->len - chunk->offset, &codepoint);
        return value_char(codepoint);
    }
    assert(false);
    return VALUE_NIL;
}

/* The same array one item further on, or what follows the chunk. */
static Value
chunk_rest(const struct chunk_object *chunk)
{
    uint32_t step = 1;
    if (chunk->head.flags == CHUNK_ENTRIES) {
        step = 2;
    } else if (chunk->head.flags == CHUNK_STRING) {
        uint32_t codepoint;
        step = text_decode(text_bytes(chunk->array) + chunk->offset,
                           chunk->len - chunk->offset, &codepoint);
    }
    struct chunk_source source = {(enum chunk_flag)chunk->head.flags,
                                  chunk->array, chunk->offset + step,
                                  chunk->len};
    if (source.offset < source.len) {
        return make_chunk(source, chunk->rest);
    }
    return value_is_nil(chunk->rest) ? list_empty() : chunk->rest;
}

/* from + by cannot overflow: another item follows. */
static Value
range_rest(const struct range_object *range)
{
    if (range->count == 1) {
        return list_empty();
    }
    struct range_object *rest =
        alloc_object(KIND_RANGE, sizeof(struct range_object));
    rest->from = range->from + range->by;
    rest->count = range->count - 1;
    rest->by = range->by;
    rest->meta = VALUE_NIL;
    return value_from_object(rest);
}

/* The first item without making a sequence of all the others. */
static Value
first_of_map(Value map)
{
    struct map_iter iter;
    Value key;
    Value value;
    map_iter_init(&iter, map);
    return map_iter_next(&iter, &key, &value) ? vector_entry(key, value)
                                              : VALUE_NIL;
}

static Value
first_of_set(Value set)
{
    struct set_iter iter;
    Value item;
    set_iter_init(&iter, set);
    return set_iter_next(&iter, &item) ? item : VALUE_NIL;
}

Value
seq_first(Value v)
{
    switch (value_kind(v)) {
    case KIND_NIL:
        return VALUE_NIL;
    case KIND_LIST:
        return list_object(v)->first; // nil in the empty list
    case KIND_CHUNK:
        return chunk_first(chunk_of(v));
    case KIND_RANGE:
        return number_int(range_of(v)->from);
    case KIND_VECTOR:
        return vector_count(v) == 0 ? VALUE_NIL : vector_at(v, 0);
    case KIND_MAP:
        return first_of_map(v);
    case KIND_SET:
        return first_of_set(v);
    default:
        return seq_first(seq_of(v));
    }
}

Value
seq_rest(Value v)
{
    Value seq = seq_of(v);
    switch (value_kind(seq)) {
    case KIND_LIST:
        return list_object(seq)->rest;
    case KIND_CHUNK:
        return chunk_rest(chunk_of(seq));
    case KIND_RANGE:
        return range_rest(range_of(seq));
    default:
        return list_empty();
    }
}

Value
seq_next(Value v)
{
    return seq_of(seq_rest(v));
}

/* --- Lazy sequences -------------------------------------------------------------- */

/* Only through a lazy sequence can a sequence come back to itself, and then a
 * walk over it makes nothing and calls nothing: each such step is charged as
 * one of the program's (limits.c). */
enum { WALK_BYTES = 256, RECIPE_DEPTH = 12 };

static Value recipe(Value v, uint32_t depth);

/* Of a step that has run: what it was made of, without what was made of that. */
static void
keep_recipes(Value thunk, uint32_t depth)
{
    enum { STATE_MAX = 16 };
    struct builtin_object *builtin =
        (struct builtin_object *)value_object(thunk);
    Value state = builtin->captured;
    Value recipes[STATE_MAX] = {{0}};
    if (!vector_is(state) || vector_count(state) > STATE_MAX) {
        return;
    }
    bool differs = false;
    for (uint32_t i = 0; i < vector_count(state); i++) {
        Value item = vector_at(state, i);
        recipes[i] = recipe(item, depth);
        differs = differs || !value_is(recipes[i], item);
    }
    if (differs) {
        builtin->captured = vector_from_array(recipes, vector_count(state));
    }
}

/* Also of what was not looked at: it may be later. */
static Value
recipe_of_lazy(Value v, uint32_t depth)
{
    struct lazy_object *lazy = lazy_of(v);
    if (value_is(lazy->value, VALUE_ABSENT)) {
        lazy->head.flags |= LAZY_COPIED;
    } else if (lazy->head.flags & LAZY_STEP) {
        keep_recipes(lazy->thunk, depth - 1);
    }
    struct lazy_object *copy =
        alloc_object(KIND_LAZY, sizeof(struct lazy_object));
    *copy = *lazy;
    copy->head.flags &= LAZY_STEP;
    copy->value = VALUE_ABSENT;
    return value_from_object(copy);
}

static Value
recipe_of_list(Value v, uint32_t depth)
{
    const struct list_object *list = list_object(v);
    Value first = recipe(list->first, depth / 2);
    Value rest = recipe(list->rest, depth - 1);
    if (value_is(first, list->first) && value_is(rest, list->rest)) {
        return v;
    }
    struct list_object *copy =
        alloc_object(KIND_LIST, sizeof(struct list_object));
    *copy = *list;
    copy->first = first;
    copy->rest = rest;
    return value_from_object(copy);
}

static Value
recipe_of_chunk(Value v, uint32_t depth)
{
    const struct chunk_object *chunk = chunk_of(v);
    Value rest = recipe(chunk->rest, depth - 1);
    if (value_is(rest, chunk->rest)) {
        return v;
    }
    struct chunk_object *copy =
        alloc_object(KIND_CHUNK, sizeof(struct chunk_object));
    *copy = *chunk;
    copy->rest = rest;
    return value_from_object(copy);
}

/* Equal to v, with the same fingerprint, but lazy sequences in it are as if
 * nobody had looked. Behind a few cells or sources it is v itself. */
static Value
recipe(Value v, uint32_t depth)
{
    if (depth == 0) {
        return v;
    }
    switch (value_kind(v)) {
    case KIND_LAZY:
        return recipe_of_lazy(v, depth);
    case KIND_LIST:
        return recipe_of_list(v, depth);
    case KIND_CHUNK:
        return recipe_of_chunk(v, depth);
    default:
        return v;
    }
}

Value
seq_recipe(Value v)
{
    return recipe(v, RECIPE_DEPTH);
}

/* The last of the cells that stand for each other from this one on. Each on
 * the way is let point further, so that the way is short the next time. */
static struct lazy_object *
follow(struct lazy_object *cell)
{
    while (value_is_kind(cell->value, KIND_LAZY)) {
        struct lazy_object *next = lazy_of(cell->value);
        if (value_is_kind(next->value, KIND_LAZY)) {
            cell->value = next->value;
        }
        cell = next;
    }
    return cell;
}

/* A sequence that is made of nothing but itself is empty. */
static void
settle(struct lazy_object *cell, Value value)
{
    bool is_last = !value_is_kind(value, KIND_LAZY);
    if (is_last) {
        cell->value = seq_of(value);
    } else {
        struct lazy_object *next = follow(lazy_of(value));
        cell->value = next == cell ? VALUE_NIL : value_from_object(next);
    }
    uint8_t flags = cell->head.flags;
    if ((flags & LAZY_STEP) && (!is_last || (flags & LAZY_COPIED))) {
        keep_recipes(cell->thunk, RECIPE_DEPTH);
    }
}

/* A walk that makes cells clears the stack below it now and then: what calls
 * for the first cell left there would be seen as long as all later calls lie
 * in the same places. A number of cells that is prime, so that each of several
 * walks within each other has its turn. */
static void
forget_at_times(void)
{
    enum { CELLS_A_TURN = 13 };
    static uint32_t cells;
    if (++cells % CELLS_A_TURN == 0) {
        alloc_forget_stack();
    }
}

Value
seq_realise(Value lazy)
{
    assert(value_is_kind(lazy, KIND_LAZY));
    struct lazy_object *cell = follow(lazy_of(lazy));
    if (!value_is(cell->value, VALUE_ABSENT)) {
        alloc_charge(WALK_BYTES);
    }
    while (value_is(cell->value, VALUE_ABSENT)) {
        if (value_is_kind(cell->thunk, KIND_FUNCTION)) {
            alloc_forget_frame(); // A program may walk anything.
        }
        forget_at_times();
        settle(cell, invoke0(cell->thunk));
        // From the start: all cells in between are let go.
        cell = follow(lazy_of(lazy));
    }
    return cell->value;
}

bool
seq_is_realised(Value lazy)
{
    assert(value_is_kind(lazy, KIND_LAZY));
    const struct lazy_object *cell = follow(lazy_of(lazy));
    return !value_is(cell->value, VALUE_ABSENT) ||
           (cell->head.flags & LAZY_WALKED) != 0;
}

/* --- Counting --------------------------------------------------------------------- */

/* Characters of a string are counted; all else is known. */
static int64_t
chunk_count(const struct chunk_object *chunk)
{
    uint32_t len = chunk->len - chunk->offset;
    switch ((enum chunk_flag)chunk->head.flags) {
    case CHUNK_ENTRIES:
        return len / 2;
    case CHUNK_STRING:
        return text_len(chunk->array) -
               text_char_index(chunk->array, chunk->offset);
    default:
        return len;
    }
}

/* The count of what knows it, or -1. */
static int64_t
known_count(Value v)
{
    switch (value_kind(v)) {
    case KIND_NIL:
        return 0;
    case KIND_STRING:
        return text_len(v);
    case KIND_LIST:
        return list_object(v)->count;
    case KIND_VECTOR:
        return vector_count(v);
    case KIND_MAP:
        return map_count(v);
    case KIND_SET:
        return set_count(v);
    case KIND_SORTED_MAP:
    case KIND_SORTED_SET:
        return sorted_count(v);
    case KIND_RECORD:
        return map_count(record_object(v)->map);
    case KIND_RANGE:
        return range_of(v)->count;
    case KIND_CHUNK:
        return value_is_nil(chunk_of(v)->rest) ? chunk_count(chunk_of(v)) : -1;
    default:
        return -1;
    }
}

bool
seq_is_counted(Value v)
{
    return known_count(v) >= 0;
}

int64_t
seq_count_bounded(Value v, int64_t max)
{
    int64_t count = 0;
    if (known_count(v) < 0) {
        alloc_forget_stack();
    }
    while (count < max) {
        int64_t known = known_count(v);
        if (known >= 0) {
            count += known;
            break;
        }
        v = seq_of(v); // Neither nil nor empty below, unless it was lazy.
        if (list_is(v)) {
            count++;
            v = list_object(v)->rest;
        } else if (value_is_kind(v, KIND_CHUNK)) {
            count += chunk_count(chunk_of(v));
            v = chunk_of(v)->rest;
        }
    }
    return count < max ? count : max;
}

int64_t
seq_count(Value v)
{
    return seq_count_bounded(v, INT64_MAX);
}

int64_t
seq_count_taken(Value *slot)
{
    int64_t count = known_count(*slot);
    if (count >= 0) {
        return count;
    }
    struct seq_iter iter;
    seq_iter_take(&iter, slot);
    Value item;
    for (count = 0; seq_iter_next(&iter, &item); count++) {
    }
    return count;
}

bool
seq_is_empty(Value v)
{
    int64_t known = known_count(v);
    return known >= 0 ? known == 0 : value_is_nil(seq_of(v));
}
