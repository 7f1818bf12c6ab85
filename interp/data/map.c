/* SPDX-License-Identifier: MIT */
/*
 * Persistent maps: an array up to MAP_ARRAY_MAX entries, else a trie. Which of
 * the two a map is depends on its count alone; transients may be a trie with
 * fewer entries until they are made persistent.
 *
 * The array keeps the order of insertion and is searched from its beginning:
 * for few entries that is cheaper than hashing. A map that shrinks to that
 * size becomes an array in the order of the trie, which depends on the content
 * alone. assoc of what is there already gives the same map, so identity tells
 * that nothing changed. A key stays the one that came first; equal ones
 * replace only its value.
 */
#include "interp/data/map.h"

#include "interp/data/alloc.h"
#include "interp/data/symbol.h"
#include "interp/data/transient.h"

#include <assert.h>
#include <string.h>

enum { NOT_FOUND = INT32_MAX };

/* Words of an entry. */
static const size_t pair = 2;

/* A map with room for so many entries in array form; slots are zero. */
static struct map_object *
make_map(uint32_t array_entries)
{
    struct map_object *map =
        alloc_object(KIND_MAP, sizeof(struct map_object) +
                                   pair * array_entries * sizeof(Value));
    map->count = array_entries;
    map->meta = VALUE_NIL;
    return map;
}

/* A map in trie form: nothing stands in its trailing array. */
static Value
make_trie_map(struct champ_node *root, uint32_t count, Value meta)
{
    struct map_object *map = make_map(0);
    map->count = count;
    map->root = root;
    map->meta = meta;
    return value_from_object(map);
}

/* --- Arrays of entries ----------------------------------------------------- */

/* True for keys that are equal only if they are the same word. An int may
 * equal a big integer. */
static bool
is_identity_key(Value key)
{
    return (!value_is_object(key) && !value_is_int(key)) ||
           symbol_is_keyword(key);
}

/* The number of the entry with this key, or NOT_FOUND. */
static uint32_t
array_find(const Value *entries, uint32_t count, Value key)
{
    for (uint32_t i = 0; i < count; i++) {
        if (value_is(entries[pair * i], key)) {
            return i;
        }
    }
    if (is_identity_key(key)) {
        return NOT_FOUND;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!is_identity_key(entries[pair * i]) &&
            value_equal(entries[pair * i], key)) {
            return i;
        }
    }
    return NOT_FOUND;
}

/* Puts an array's entries into a trie. */
static struct champ_node *
trie_from_array(const Value *entries, uint32_t count,
                struct champ_change *change)
{
    struct champ_node *root = NULL;
    for (uint32_t i = 0; i < count; i++) {
        root = champ_assoc(root, value_hash(entries[pair * i]),
                           entries[pair * i], entries[pair * i + 1], change);
    }
    return root;
}

/* A persistent map of a trie with at most MAP_ARRAY_MAX entries. */
static Value
array_from_trie(const struct champ_node *root, uint32_t count, Value meta)
{
    assert(count <= MAP_ARRAY_MAX);
    struct map_object *map = make_map(count);
    map->meta = meta;
    struct champ_iter iter;
    champ_iter_init(&iter, root);
    for (uint32_t i = 0; i < count; i++) {
        bool more = champ_iter_next(&iter, &map->entries[pair * i],
                                    &map->entries[pair * i + 1]);
        assert(more);
    }
    return value_from_object(map);
}

/* --- Reading ----------------------------------------------------------------- */

Value
map_empty(void)
{
    static struct map_object *empty;
    if (empty == NULL) {
        empty = make_map(0);
    }
    return value_from_object(empty);
}

Value
map_get(Value map, Value key)
{
    const struct map_object *object = map_object(map);
    if (object->root != NULL) {
        return champ_get(object->root, value_hash(key), key);
    }
    uint32_t found = array_find(object->entries, object->count, key);
    return found == NOT_FOUND ? VALUE_ABSENT
                              : object->entries[pair * found + 1];
}

Value
map_get_keyword(Value map, Value keyword)
{
    assert(symbol_is_keyword(keyword));
    const struct map_object *object = map_object(map);
    if (object->root != NULL) {
        return champ_get(object->root, value_object(keyword)->hash, keyword);
    }
    for (uint32_t i = 0; i < object->count; i++) {
        if (value_is(object->entries[pair * i], keyword)) {
            return object->entries[pair * i + 1];
        }
    }
    return VALUE_ABSENT;
}

bool
map_find(Value map, Value key, Value *stored_key, Value *value)
{
    const struct map_object *object = map_object(map);
    if (object->root != NULL) {
        return champ_find(object->root, value_hash(key), key, stored_key,
                          value);
    }
    uint32_t found = array_find(object->entries, object->count, key);
    if (found == NOT_FOUND) {
        return false;
    }
    *stored_key = object->entries[pair * found];
    *value = object->entries[pair * found + 1];
    return true;
}

void
map_iter_init(struct map_iter *iter, Value map)
{
    assert(map_is(map));
    iter->map = map_object(map);
    iter->index = 0;
    if (iter->map->root != NULL) {
        champ_iter_init(&iter->champ, iter->map->root);
    }
}

bool
map_iter_next(struct map_iter *iter, Value *key, Value *value)
{
    const struct map_object *map = iter->map;
    if (map->root != NULL) {
        return champ_iter_next(&iter->champ, key, value);
    }
    if (iter->index == map->count) {
        return false;
    }
    *key = map->entries[pair * iter->index];
    *value = map->entries[pair * iter->index + 1];
    iter->index++;
    return true;
}

/* --- Owning ------------------------------------------------------------------ */

/* 0 for a map that is not owned, which is never changed. */
static uint64_t
owner_of(const struct map_object *map)
{
    return (map->head.flags & MAP_OWNED) ? transient_owner_of(&map->head) : 0;
}

static void
set_owned(Value map, struct champ_node *root, uint32_t count)
{
    struct map_object *object = (struct map_object *)value_object(map);
    assert(object->head.flags & MAP_OWNED);
    object->root = root;
    object->count = count;
}

Value
map_own(Value map, uint64_t owner)
{
    assert(map_is(map) && owner != 0);
    const struct map_object *from = map_object(map);
    if (from->root == NULL || (from->head.flags & MAP_OWNED)) {
        return map;
    }
    Value owned = make_trie_map(from->root, from->count, from->meta);
    value_object(owned)->flags = MAP_OWNED;
    transient_set_owner(value_object(owned), owner);
    return owned;
}

void
map_disown(Value map)
{
    struct object *head = value_object(map);
    if (map_is(map) && (head->flags & MAP_OWNED)) {
        head->flags = 0;
        transient_set_owner(head, 0);
    }
}

/* --- Changing ---------------------------------------------------------------- */

/* A copy of an array map with another value for entry `found`. */
static Value
array_replace(const struct map_object *map, uint32_t found, Value value)
{
    struct map_object *copy = make_map(map->count);
    copy->meta = map->meta;
    memcpy(copy->entries, map->entries, pair * map->count * sizeof(Value));
    copy->entries[pair * found + 1] = value;
    return value_from_object(copy);
}

/* A copy of an array map with one more entry at the end. */
static Value
array_append(const struct map_object *map, Value key, Value value)
{
    uint32_t count = map->count;
    struct map_object *copy = make_map(count + 1);
    copy->meta = map->meta;
    memcpy(copy->entries, map->entries, pair * count * sizeof(Value));
    copy->entries[pair * count] = key;
    copy->entries[pair * count + 1] = value;
    return value_from_object(copy);
}

/* The step from the array to the trie is here: the ninth entry. */
static Value
array_assoc(Value map, Value key, Value value)
{
    const struct map_object *object = map_object(map);
    uint32_t found = array_find(object->entries, object->count, key);
    if (found != NOT_FOUND) {
        if (value_is(object->entries[pair * found + 1], value)) {
            return map;
        }
        return array_replace(object, found, value);
    }
    if (object->count < MAP_ARRAY_MAX) {
        return array_append(object, key, value);
    }
    struct champ_change change = {.owner = 0};
    struct champ_node *root =
        trie_from_array(object->entries, object->count, &change);
    root = champ_assoc(root, value_hash(key), key, value, &change);
    return make_trie_map(root, object->count + 1, object->meta);
}

Value
map_assoc(Value map, Value key, Value value)
{
    assert(map_is(map));
    const struct map_object *object = map_object(map);
    if (object->root == NULL) {
        return array_assoc(map, key, value);
    }
    struct champ_change change = {.owner = owner_of(object)};
    struct champ_node *root =
        champ_assoc(object->root, value_hash(key), key, value, &change);
    if (change.owner != 0) {
        set_owned(map, root, object->count + change.added);
        return map;
    }
    if (root == object->root) {
        return map;
    }
    return make_trie_map(root, object->count + change.added, object->meta);
}

/* The order of the entries that are left does not change. */
static Value
array_dissoc(Value map, Value key)
{
    const struct map_object *object = map_object(map);
    uint32_t found = array_find(object->entries, object->count, key);
    if (found == NOT_FOUND) {
        return map;
    }
    uint32_t after = object->count - found - 1;
    struct map_object *copy = make_map(object->count - 1);
    copy->meta = object->meta;
    memcpy(copy->entries, object->entries, pair * found * sizeof(Value));
    memcpy(copy->entries + pair * found, object->entries + pair * found + 2,
           pair * after * sizeof(Value));
    return value_from_object(copy);
}

Value
map_dissoc(Value map, Value key)
{
    assert(map_is(map));
    const struct map_object *object = map_object(map);
    if (object->root == NULL) {
        return array_dissoc(map, key);
    }
    struct champ_change change = {.owner = owner_of(object)};
    struct champ_node *root =
        champ_dissoc(object->root, value_hash(key), key, &change);
    if (!change.removed) {
        return map;
    }
    uint32_t count = object->count - 1;
    if (count <= MAP_ARRAY_MAX) {
        return array_from_trie(root, count, object->meta);
    }
    if (change.owner != 0) {
        set_owned(map, root, count);
        return map;
    }
    return make_trie_map(root, count, object->meta);
}

Value
map_from_pairs(const Value *pairs, uint32_t count)
{
    if (count == 0) {
        return map_empty();
    }
    if (count > MAP_ARRAY_MAX) {
        Value transient = map_transient(map_empty());
        for (uint32_t i = 0; i < count; i++) {
            map_transient_assoc(transient, pairs[pair * i],
                                pairs[pair * i + 1]);
        }
        return map_persistent(transient);
    }
    struct map_object *map = make_map(count);
    uint32_t used = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t found = array_find(map->entries, used, pairs[pair * i]);
        uint32_t at = found == NOT_FOUND ? used++ : found;
        if (found == NOT_FOUND) {
            map->entries[pair * at] = pairs[pair * i];
        }
        map->entries[pair * at + 1] = pairs[pair * i + 1];
    }
    map->count = used;
    return value_from_object(map);
}

Value
map_merge(Value map, Value from)
{
    assert(map_is(map) && map_is(from));
    if (map_count(from) == 0) {
        return map;
    }
    struct map_iter iter;
    map_iter_init(&iter, from);
    Value key;
    Value value;
    if (map_count(from) == 1) {
        map_iter_next(&iter, &key, &value);
        return map_assoc(map, key, value);
    }
    Value transient = map_transient(map);
    while (map_iter_next(&iter, &key, &value)) {
        map_transient_assoc(transient, key, value);
    }
    return map_persistent(transient);
}

Value
map_with_meta(Value map, Value meta)
{
    assert(map_is(map));
    const struct map_object *from = map_object(map);
    uint32_t entries = from->root == NULL ? from->count : 0;
    struct map_object *copy = make_map(entries);
    memcpy(copy->entries, from->entries, pair * entries * sizeof(Value));
    copy->count = from->count;
    copy->root = from->root;
    copy->meta = meta;
    copy->head.hash = from->head.hash;
    return value_from_object(copy);
}

/* --- Transients: root, or array with room for MAP_ARRAY_MAX entries ---------- */

Value
map_transient(Value map)
{
    assert(map_is(map));
    const struct map_object *from = map_object(map);
    struct transient_object *transient = transient_create(TRANSIENT_MAP);
    transient->count = from->count;
    transient->root = from->root;
    transient->meta = from->meta;
    if (from->root == NULL) {
        transient->array =
            alloc_object(KIND_ABSENT, sizeof(struct array_object) +
                                          pair * MAP_ARRAY_MAX * sizeof(Value));
        memcpy(transient->array->items, from->entries,
               pair * from->count * sizeof(Value));
    }
    return value_from_object(transient);
}

/* Puts an entry into a transient that has left the array form. */
static void
transient_trie_assoc(struct transient_object *t, Value key, Value value)
{
    struct champ_change change = {.owner = t->owner};
    t->root = champ_assoc(t->root, value_hash(key), key, value, &change);
    t->count += change.added;
}

void
map_transient_assoc(Value transient, Value key, Value value)
{
    struct transient_object *t =
        transient_expect(transient, TRANSIENT_MAP, "assoc!");
    if (t->array == NULL) {
        transient_trie_assoc(t, key, value);
        return;
    }
    Value *entries = t->array->items;
    uint32_t found = array_find(entries, t->count, key);
    if (found != NOT_FOUND) {
        entries[pair * found + 1] = value;
    } else if (t->count < MAP_ARRAY_MAX) {
        entries[pair * t->count] = key;
        entries[pair * t->count + 1] = value;
        t->count++;
    } else {
        struct champ_change change = {.owner = t->owner};
        t->root = trie_from_array(entries, t->count, &change);
        t->array = NULL;
        transient_trie_assoc(t, key, value);
    }
}

void
map_transient_dissoc(Value transient, Value key)
{
    struct transient_object *t =
        transient_expect(transient, TRANSIENT_MAP, "dissoc!");
    if (t->array == NULL) {
        struct champ_change change = {.owner = t->owner};
        t->root = champ_dissoc(t->root, value_hash(key), key, &change);
        t->count -= change.removed;
        return;
    }
    Value *entries = t->array->items;
    uint32_t found = array_find(entries, t->count, key);
    if (found != NOT_FOUND) {
        t->count--;
        memmove(entries + pair * found, entries + pair * found + 2,
                pair * (t->count - found) * sizeof(Value));
    }
}

Value
map_transient_get(Value transient, Value key)
{
    const struct transient_object *t =
        transient_expect(transient, TRANSIENT_MAP, "get");
    if (t->array == NULL) {
        return champ_get(t->root, value_hash(key), key);
    }
    uint32_t found = array_find(t->array->items, t->count, key);
    return found == NOT_FOUND ? VALUE_ABSENT
                              : t->array->items[pair * found + 1];
}

uint32_t
map_transient_count(Value transient)
{
    return transient_expect(transient, TRANSIENT_MAP, "count")->count;
}

Value
map_persistent(Value transient)
{
    struct transient_object *t =
        transient_expect(transient, TRANSIENT_MAP, "persistent!");
    t->owner = 0;
    if (t->array == NULL && t->count > MAP_ARRAY_MAX) {
        return make_trie_map(t->root, t->count, t->meta);
    }
    if (t->array == NULL) {
        return array_from_trie(t->root, t->count, t->meta);
    }
    struct map_object *map = make_map(t->count);
    map->meta = t->meta;
    memcpy(map->entries, t->array->items, pair * t->count * sizeof(Value));
    return value_from_object(map);
}
