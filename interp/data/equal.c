/* SPDX-License-Identifier: MIT */
/*
 * Equality and hashing, without recursion on the depth of values.
 *
 * Equality walks two values side by side with a stack of its own: a pair of
 * sequences is a pair of cursors; maps and sets are matched by the hashes of
 * their keys, and the pairs found go onto the stack. Hashing puts children
 * without a hash onto a stack until all are there; collections cache theirs.
 *
 * Both read the same grouping of kinds: what is sequential compares by
 * elements, sorted and unsorted maps (sets) compare as maps (sets).
 */
#include "interp/data/value.h"

#include "interp/data/alloc.h"
#include "interp/data/error.h"
#include "interp/data/hash.h"
#include "interp/data/map.h"
#include "interp/data/number.h"
#include "interp/data/record.h"
#include "interp/data/seq.h"
#include "interp/data/set.h"
#include "interp/data/sorted.h"
#include "interp/data/symbol.h"
#include "interp/data/tagged.h"
#include "interp/data/text.h"
#include "interp/data/vector.h"
#include "interp/data/wide.h"

#include <assert.h>
#include <string.h>

/* How a kind compares and hashes. */
enum group {
    GROUP_WORD, /* equal only if it is the same word */
    GROUP_INT,  /* of any size */
    GROUP_RATIO,
    GROUP_DECIMAL,
    GROUP_DOUBLE,
    GROUP_STRING,
    GROUP_SYMBOL,
    GROUP_HANDLE,
    GROUP_TAGGED,
    GROUP_RECORD,
    GROUP_SEQUENCE,
    GROUP_MAP,
    GROUP_SET
};

static enum group
group_of(Value v)
{
    if (!value_is_object(v)) {
        return value_is_int(v) ? GROUP_INT : GROUP_WORD;
    }
    switch (value_kind(v)) {
    case KIND_INT:
    case KIND_BIGINT:
        return GROUP_INT;
    case KIND_RATIO:
        return GROUP_RATIO;
    case KIND_DECIMAL:
        return GROUP_DECIMAL;
    case KIND_DOUBLE:
        return GROUP_DOUBLE;
    case KIND_STRING:
        return GROUP_STRING;
    case KIND_SYMBOL:
        return GROUP_SYMBOL;
    case KIND_HANDLE:
        return GROUP_HANDLE;
    case KIND_TAGGED:
        return GROUP_TAGGED;
    case KIND_RECORD:
        return GROUP_RECORD;
    case KIND_LIST:
    case KIND_VECTOR:
    case KIND_LAZY:
    case KIND_CHUNK:
    case KIND_RANGE:
        return GROUP_SEQUENCE;
    case KIND_MAP:
    case KIND_SORTED_MAP:
        return GROUP_MAP;
    case KIND_SET:
    case KIND_SORTED_SET:
        return GROUP_SET;
    default:
        return GROUP_WORD;
    }
}

static const struct handle_object *
handle_of(Value v)
{
    return (const struct handle_object *)value_object(v);
}

static double
double_of(Value v)
{
    return ((const struct double_object *)value_object(v))->number;
}

/* The same entries (members) as an unsorted map (set). */
static Value
unsorted(Value v)
{
    if (!sorted_is(v)) {
        return v;
    }
    bool is_map = value_is_kind(v, KIND_SORTED_MAP);
    Value transient =
        is_map ? map_transient(map_empty()) : set_transient(set_empty());
    struct sorted_iter iter;
    sorted_iter_init(&iter, v, false);
    Value key;
    Value value;
    while (sorted_iter_next(&iter, &key, &value)) {
        if (is_map) {
            map_transient_assoc(transient, key, value);
        } else {
            set_transient_conj(transient, key);
        }
    }
    return is_map ? map_persistent(transient) : set_persistent(transient);
}

/* --- Equality ---------------------------------------------------------------- */

/* Two values that must turn out equal. Sequences: what is left of both. */
struct frame {
    struct seq_cursor a;
    struct seq_cursor b;
    bool is_sequence; /* else a.at and b.at are the values */
};

enum { FRAMES_AT_HAND = 8 };

struct work {
    struct frame *frames;
    uint32_t count;
    uint32_t cap;
    struct frame at_hand[FRAMES_AT_HAND];
};

enum verdict { VERDICT_EQUAL, VERDICT_UNEQUAL, VERDICT_DEEPER };

static enum verdict
verdict_of(bool equal)
{
    return equal ? VERDICT_EQUAL : VERDICT_UNEQUAL;
}

/* -1: not known. */
static int64_t
count_of(Value v)
{
    return seq_is_counted(v) ? seq_count(v) : -1;
}

/* What two collections of one group show without a walk. */
static enum verdict
compare_outside(Value a, Value b, enum group group)
{
    uint32_t a_hash = value_object(a)->hash;
    uint32_t b_hash = value_object(b)->hash;
    if (a_hash != 0 && b_hash != 0 && a_hash != b_hash) {
        return VERDICT_UNEQUAL;
    }
    if (group == GROUP_TAGGED) {
        return VERDICT_DEEPER;
    }
    if (group == GROUP_RECORD) {
        return value_is(record_object(a)->type, record_object(b)->type)
                   ? VERDICT_DEEPER
                   : VERDICT_UNEQUAL;
    }
    int64_t a_count = count_of(a);
    int64_t b_count = count_of(b);
    return a_count >= 0 && b_count >= 0 && a_count != b_count ? VERDICT_UNEQUAL
                                                              : VERDICT_DEEPER;
}

/* All that can be said without looking into collections. */
static enum verdict
compare_shallow(Value a, Value b)
{
    if (value_is(a, b)) {
        return verdict_of(!number_is_double(a) || double_of(a) == double_of(a));
    }
    enum group group = group_of(a);
    if (group == GROUP_WORD || group != group_of(b)) {
        return VERDICT_UNEQUAL;
    }
    switch (group) {
    case GROUP_INT:
        if (number_is_int(a) && number_is_int(b)) {
            return verdict_of(number_to_int(a) == number_to_int(b));
        }
        return verdict_of(wide_equal(a, b));
    case GROUP_RATIO:
    case GROUP_DECIMAL:
        return verdict_of(wide_equal(a, b));
    case GROUP_DOUBLE:
        return verdict_of(double_of(a) == double_of(b));
    case GROUP_STRING:
        return verdict_of(text_equal(a, b));
    case GROUP_SYMBOL:
        return verdict_of(symbol_equal(a, b));
    case GROUP_HANDLE:
        return verdict_of(handle_of(a)->id == handle_of(b)->id &&
                          strcmp(handle_of(a)->type, handle_of(b)->type) == 0);
    default:
        return compare_outside(a, b, group);
    }
}

/* Room for one more pair. Frames move when they grow: keep no address of one
 * across this. */
static struct frame *
push_frame(struct work *work)
{
    if (work->count == work->cap) {
        uint32_t cap = work->cap * 2;
        struct frame *frames = alloc(cap * sizeof(frames[0]));
        memcpy(frames, work->frames, work->count * sizeof(frames[0]));
        work->frames = frames;
        work->cap = cap;
    }
    return &work->frames[work->count++];
}

/* Adds what two values still have to show; false if they differ already. */
static bool
require(struct work *work, Value a, Value b)
{
    enum verdict verdict = compare_shallow(a, b);
    if (verdict == VERDICT_DEEPER) {
        struct frame *frame = push_frame(work);
        frame->is_sequence = false;
        frame->a.at = a;
        frame->b.at = b;
    }
    return verdict != VERDICT_UNEQUAL;
}

/* Looks a key up that hashes like others, where only comparing them can tell:
 * the one place that recurses, and only on keys that collide inside of keys
 * that collide. */
static bool
find_colliding(Value map, Value key, Value *stored, Value *value)
{
    if (alloc_stack_is_deep()) {
        error_throw(ERROR_LIMIT,
                    "Keys with equal hashes are nested too deeply");
    }
    if (set_is(map)) {
        return champ_find(set_object(map)->root, value_hash(key), key, stored,
                          value);
    }
    return map_find(map, key, stored, value);
}

/* Matches an entry of one array map with that of another. */
static bool
require_entry(struct work *work, const Value entry[2], Value other)
{
    const struct map_object *map = map_object(other);
    uint32_t hash = value_hash(entry[0]);
    uint32_t same_hash = 0;
    const Value *match = NULL;
    for (uint32_t i = 0; i < map->count; i++) {
        const Value *candidate = &map->entries[(size_t)2 * i];
        if (compare_shallow(entry[0], candidate[0]) == VERDICT_EQUAL) {
            return require(work, entry[1], candidate[1]);
        }
        if (value_hash(candidate[0]) == hash) {
            same_hash++;
            match = candidate;
        }
    }
    if (same_hash == 1) {
        return require(work, entry[0], match[0]) &&
               require(work, entry[1], match[1]);
    }
    Value stored;
    Value value;
    return same_hash > 1 && find_colliding(other, entry[0], &stored, &value) &&
           require(work, entry[1], value);
}

/* Both have the same count, so each entry of a must have its match in b. */
static bool
require_array_map(struct work *work, Value a, Value b)
{
    const struct map_object *map = map_object(a);
    for (uint32_t i = 0; i < map->count; i++) {
        if (!require_entry(work, &map->entries[(size_t)2 * i], b)) {
            return false;
        }
    }
    return true;
}

/* True if the entry just given came from a collision node. */
static bool
is_colliding(const struct champ_iter *iter)
{
    const struct champ_node *node = iter->nodes[iter->depth - 1];
    return (node->head.flags & CHAMP_NODE_COLLISION) != 0;
}

/* Two tries with equal keys have the same shape, so their entries come in the
 * same order but within collision nodes. `other` is the owner of b. */
static bool
require_trie(struct work *work, const struct champ_node *a,
             const struct champ_node *b, Value other)
{
    struct champ_iter a_iter;
    struct champ_iter b_iter;
    champ_iter_init(&a_iter, a);
    champ_iter_init(&b_iter, b);
    Value a_entry[2];
    Value b_entry[2];
    while (champ_iter_next(&a_iter, &a_entry[0], &a_entry[1])) {
        if (!champ_iter_next(&b_iter, &b_entry[0], &b_entry[1])) {
            return false;
        }
        if (is_colliding(&a_iter)) {
            if (!find_colliding(other, a_entry[0], &b_entry[0], &b_entry[1])) {
                return false;
            }
        } else if (value_hash(a_entry[0]) != value_hash(b_entry[0]) ||
                   !require(work, a_entry[0], b_entry[0])) {
            return false;
        }
        // The value of a set's entry is its key, which is done.
        if (!set_is(other) && !require(work, a_entry[1], b_entry[1])) {
            return false;
        }
    }
    return true;
}

/* Opens a pair of collections that look alike from outside. */
static bool
open_pair(struct work *work, Value a, Value b)
{
    struct frame *frame;
    switch (group_of(a)) {
    case GROUP_SEQUENCE:
        frame = push_frame(work);
        frame->is_sequence = true;
        seq_cursor_init(&frame->a, a);
        seq_cursor_init(&frame->b, b);
        return true;
    case GROUP_MAP:
        a = unsorted(a);
        b = unsorted(b);
        if (map_object(a)->root == NULL) {
            return require_array_map(work, a, b);
        }
        return require_trie(work, map_object(a)->root, map_object(b)->root, b);
    case GROUP_SET:
        a = unsorted(a);
        b = unsorted(b);
        return require_trie(work, set_object(a)->root, set_object(b)->root, b);
    case GROUP_TAGGED:
        return value_object(a)->flags == value_object(b)->flags &&
               require(work, tagged_object(a)->tag, tagged_object(b)->tag) &&
               require(work, tagged_object(a)->value, tagged_object(b)->value);
    case GROUP_RECORD:
        return require(work, record_object(a)->map, record_object(b)->map);
    default:
        assert(false);
        return false;
    }
}

/* Walks the top pair of sequences to its end or to the next collection. */
static bool
walk_pair(struct work *work)
{
    uint32_t top = work->count - 1;
    for (;;) {
        Value a;
        Value b;
        bool more = seq_cursor_next(&work->frames[top].a, &a);
        if (more != seq_cursor_next(&work->frames[top].b, &b)) {
            return false;
        }
        if (!more) {
            work->count--;
            return true;
        }
        enum verdict verdict = compare_shallow(a, b);
        if (verdict != VERDICT_EQUAL) {
            return verdict == VERDICT_DEEPER && open_pair(work, a, b);
        }
    }
}

bool
value_equal(Value a, Value b)
{
    enum verdict verdict = compare_shallow(a, b);
    if (verdict != VERDICT_DEEPER) {
        return verdict == VERDICT_EQUAL;
    }
    struct work work;
    work.frames = work.at_hand;
    work.count = 0;
    work.cap = FRAMES_AT_HAND;
    bool equal = open_pair(&work, a, b);
    while (equal && work.count > 0) {
        struct frame *top = &work.frames[work.count - 1];
        if (top->is_sequence) {
            equal = walk_pair(&work);
        } else {
            work.count--;
            equal = open_pair(&work, top->a.at, top->b.at);
        }
    }
    return equal;
}

/* --- Hashing ------------------------------------------------------------------- */

enum { SALT_SEQUENCE = 0x51, SALT_MAP = 0x3a, SALT_SET = 0x7e };

/* Values whose hash is wanted; those on top first. */
struct wanted {
    Value *items;
    uint32_t count;
    uint32_t cap;
};

/* Puts a value on top of those whose hash is needed. */
static void
want(struct wanted *wanted, Value v)
{
    if (wanted->count == wanted->cap) {
        wanted->cap = wanted->cap == 0 ? 16 : wanted->cap * 2;
        Value *items = alloc(wanted->cap * sizeof(items[0]));
        if (wanted->count > 0) {
            memcpy(items, wanted->items, wanted->count * sizeof(items[0]));
        }
        wanted->items = items;
    }
    wanted->items[wanted->count++] = v;
}

static uint32_t
hash_double(double number)
{
    uint64_t bits = 0;
    if (number != 0) { // 0.0 and -0.0 are equal.
        memcpy(&bits, &number, sizeof(bits));
    }
    return hash_word(bits ^ 0x6464646464646464u);
}

/* Functions, vars, atoms: numbered in the order in which they are hashed
 * first, since an address would differ from run to run. */
static uint32_t
hash_identity(struct object *object)
{
    static uint64_t last;
    if (object->hash == 0) {
        object->hash = hash_word(++last ^ 0x1d1d1d1d00000000u);
    }
    return object->hash;
}

/* Of what makes handles equal, so that it is the same in every run. */
static uint32_t
hash_handle(const struct handle_object *handle)
{
    uint32_t type = hash_bytes(handle->type, strlen(handle->type));
    return hash_word(handle->id ^ (uint64_t)type << 32);
}

/* The hash of what has no children. */
static uint32_t
hash_leaf(Value v, enum group group)
{
    switch (group) {
    case GROUP_INT:
        return number_is_int(v) ? hash_word((uint64_t)number_to_int(v))
                                : wide_hash(v);
    case GROUP_RATIO:
    case GROUP_DECIMAL:
        return wide_hash(v);
    case GROUP_DOUBLE:
        return hash_double(double_of(v));
    case GROUP_STRING:
        return value_object(v)->hash =
                   hash_bytes(text_bytes(v), text_byte_len(v));
    case GROUP_HANDLE:
        return hash_handle(handle_of(v));
    default:
        return hash_identity(value_object(v));
    }
}

/* The hash if it is cached or v is a leaf, else 0. */
static uint32_t
hash_at_hand(Value v)
{
    if (value_is_int(v)) {
        return hash_word((uint64_t)value_small_int(v));
    }
    if (!value_is_object(v)) {
        return hash_word(v.bits << 8);
    }
    uint32_t cached = value_object(v)->hash;
    if (cached != 0) {
        return cached;
    }
    enum group group = group_of(v);
    return group < GROUP_TAGGED ? hash_leaf(v, group) : 0;
}

/* The hash of a child; when it is not there yet it is wanted, and *complete
 * says so. */
static uint32_t
hash_child(struct wanted *wanted, Value v, bool *complete)
{
    uint32_t hash = hash_at_hand(v);
    if (hash == 0) {
        want(wanted, v);
        *complete = false;
    }
    return hash;
}

/* As Java does for lists, over the hashes of the elements. */
static uint32_t
hash_sequence(struct wanted *wanted, Value v, bool *complete)
{
    struct seq_cursor cursor;
    seq_cursor_init(&cursor, v);
    uint32_t hash = 1;
    Value item;
    while (seq_cursor_next(&cursor, &item)) {
        hash = hash_combine(hash, hash_child(wanted, item, complete));
    }
    return hash_word((uint64_t)SALT_SEQUENCE << 32 | hash);
}

/* The part of a map's hash that an entry makes; the parts are summed, so that
 * the order of the entries does not matter. */
static uint32_t
hash_entry(struct wanted *wanted, Value key, Value value, bool *complete)
{
    uint64_t key_hash = hash_child(wanted, key, complete);
    return hash_word(key_hash << 32 | hash_child(wanted, value, complete));
}

static uint32_t
hash_map(struct wanted *wanted, Value v, bool *complete)
{
    struct map_iter iter;
    map_iter_init(&iter, v);
    uint32_t hash = 0;
    Value key;
    Value value;
    while (map_iter_next(&iter, &key, &value)) {
        hash += hash_entry(wanted, key, value, complete);
    }
    return hash_word((uint64_t)SALT_MAP << 32 | hash);
}

static uint32_t
hash_set(struct wanted *wanted, Value v, bool *complete)
{
    struct set_iter iter;
    set_iter_init(&iter, v);
    uint32_t hash = 0;
    Value item;
    while (set_iter_next(&iter, &item)) {
        hash += hash_word(hash_child(wanted, item, complete));
    }
    return hash_word((uint64_t)SALT_SET << 32 | hash);
}

/* Of a sorted map or set: the same as of an unsorted one. */
static uint32_t
hash_sorted(struct wanted *wanted, Value v, bool *complete)
{
    bool is_map = value_is_kind(v, KIND_SORTED_MAP);
    struct sorted_iter iter;
    sorted_iter_init(&iter, v, false);
    uint32_t hash = 0;
    Value key;
    Value value;
    while (sorted_iter_next(&iter, &key, &value)) {
        hash += is_map ? hash_entry(wanted, key, value, complete)
                       : hash_word(hash_child(wanted, key, complete));
    }
    uint64_t salt = is_map ? SALT_MAP : SALT_SET;
    return hash_word(salt << 32 | hash);
}

/* The hash of what has children; means nothing unless *complete stays true. */
static uint32_t
hash_collection(struct wanted *wanted, Value v, bool *complete)
{
    if (sorted_is(v)) {
        return hash_sorted(wanted, v, complete);
    }
    switch (group_of(v)) {
    case GROUP_SEQUENCE:
        return hash_sequence(wanted, v, complete);
    case GROUP_MAP:
        return hash_map(wanted, v, complete);
    case GROUP_SET:
        return hash_set(wanted, v, complete);
    case GROUP_RECORD:
        return hash_combine(value_hash(record_object(v)->type),
                            hash_child(wanted, record_object(v)->map,
                                       complete));
    default:
        assert(value_is_kind(v, KIND_TAGGED));
        return hash_combine(
            hash_child(wanted, tagged_object(v)->tag, complete),
            hash_child(wanted, tagged_object(v)->value, complete) | 1u);
    }
}

uint32_t
value_hash(Value v)
{
    uint32_t hash = hash_at_hand(v);
    if (hash != 0) {
        return hash;
    }
    struct wanted wanted = {.items = NULL};
    want(&wanted, v);
    while (wanted.count > 0) {
        uint32_t top = wanted.count - 1;
        Value next = wanted.items[top];
        if (value_object(next)->hash != 0) {
            wanted.count--; // It was wanted twice.
            continue;
        }
        bool complete = true;
        hash = hash_collection(&wanted, next, &complete);
        if (complete) {
            value_object(next)->hash = hash == 0 ? 1 : hash;
            wanted.count = top;
        }
    }
    return value_object(v)->hash;
}
