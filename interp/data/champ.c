/* SPDX-License-Identifier: MIT */
/*
 * The trie of maps and sets. Level by level, five bits of the hash choose one
 * of 32 places in a node; a place holds nothing, one entry, or a child with
 * two or more entries below. That last rule makes the shape canonical.
 * Recursion follows the bits of the hash, so it is at most 8 deep.
 */
#include "interp/data/champ.h"

#include "interp/data/alloc.h"
#include "interp/data/number.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/transient.h"

#include <assert.h>
#include <string.h>

enum { HASH_BITS = 32 };

/* Slots of an entry. */
static const size_t pair = 2;

/* What is being put in or taken out. */
struct target {
    Value key;
    Value value;
    uint32_t hash;
    struct champ_change *change;
};

/* The bits that are set. In a handful of instructions that every machine of the
 * architecture has; the compiler's own is a call where it may not count on
 * more. */
static inline uint32_t
count_bits(uint32_t map)
{
    map -= map >> 1 & 0x55555555u;
    map = (map & 0x33333333u) + (map >> 2 & 0x33333333u);
    map = (map + (map >> 4)) & 0x0f0f0f0fu;
    return map * 0x01010101u >> 24;
}

static bool
is_collision(const struct champ_node *node)
{
    return (node->head.flags & CHAMP_NODE_COLLISION) != 0;
}

static uint32_t
entry_count(const struct champ_node *node)
{
    return is_collision(node) ? node->entry_map : count_bits(node->entry_map);
}

static uint32_t
child_count(const struct champ_node *node)
{
    return count_bits(node->child_map);
}

/* The bit of the place that a hash means at a level. */
static uint32_t
bit_of(uint32_t hash, uint32_t shift)
{
    return 1u << ((hash >> shift) & 31u);
}

/* The place of a bit among those set. */
static uint32_t
place_of(uint32_t map, uint32_t bit)
{
    return count_bits(map & (bit - 1));
}

/* Children stand behind the entries; place counts among them. */
static struct champ_node *
child_at(const struct champ_node *node, uint32_t place)
{
    return (struct champ_node *)node->slots[pair * entry_count(node) + place]
        .bits;
}

/* A node with all slots zero, to be filled by the caller. */
static struct champ_node *
make_node(uint32_t entries, uint32_t children, uint64_t owner)
{
    size_t slots = pair * entries + children;
    struct champ_node *node =
        alloc_object(KIND_ABSENT,
                     sizeof(struct champ_node) + slots * sizeof(Value));
    transient_set_owner(&node->head, owner);
    return node;
}

/* The node itself if the owner may change it, else a copy that it owns. */
static struct champ_node *
editable(struct champ_node *node, uint64_t owner)
{
    if (owner != 0 && transient_owner_of(&node->head) == owner) {
        return node;
    }
    uint32_t entries = entry_count(node);
    uint32_t children = child_count(node);
    struct champ_node *copy = make_node(entries, children, owner);
    copy->head.flags = node->head.flags;
    copy->entry_map = node->entry_map;
    copy->child_map = node->child_map;
    memcpy(copy->slots, node->slots,
           (pair * entries + children) * sizeof(Value));
    return copy;
}

/* Copies the slots [start, start + count) to `to`. */
static void
copy_slots(Value *to, const struct champ_node *from, uint32_t start,
           uint32_t count)
{
    if (count > 0) {
        memcpy(to, from->slots + start, count * sizeof(Value));
    }
}

/* --- Looking up --------------------------------------------------------------- */

/* Most keys are interned names and small integers, which are the same word if
 * they are equal, or strings. */
static bool
same_key(Value a, Value b)
{
    if (value_is(a, b)) {
        return true;
    }
    if (!value_is_object(a) || !value_is_object(b)) {
        // Of words, only an int may equal something else: a big integer.
        return value_is_int(a) != value_is_int(b) && value_equal(a, b);
    }
    return text_is(a) && text_is(b) ? text_equal(a, b) : value_equal(a, b);
}

/* The place of key in a collision node, or its number of entries. */
static uint32_t
collision_find(const struct champ_node *node, Value key)
{
    uint32_t i = 0;
    while (i < node->entry_map && !same_key(node->slots[pair * i], key)) {
        i++;
    }
    return i;
}

/* The slot of the key equal to `key`, or NULL. */
static const Value *
find_slot(const struct champ_node *node, uint32_t hash, Value key)
{
    for (uint32_t shift = 0; node != NULL; shift += CHAMP_BITS) {
        if (is_collision(node)) {
            uint32_t i = collision_find(node, key);
            return i < node->entry_map ? &node->slots[pair * i] : NULL;
        }
        uint32_t bit = bit_of(hash, shift);
        if ((node->entry_map & bit) != 0) {
            uint32_t place = place_of(node->entry_map, bit);
            const Value *slot = &node->slots[pair * place];
            return same_key(slot[0], key) ? slot : NULL;
        }
        if ((node->child_map & bit) == 0) {
            return NULL;
        }
        node = child_at(node, place_of(node->child_map, bit));
    }
    return NULL;
}

Value
champ_get(const struct champ_node *root, uint32_t hash, Value key)
{
    assert(hash != 0);
    const Value *slot = find_slot(root, hash, key);
    return slot == NULL ? VALUE_ABSENT : slot[1];
}

bool
champ_find(const struct champ_node *root, uint32_t hash, Value key,
           Value *stored_key, Value *value)
{
    const Value *slot = find_slot(root, hash, key);
    if (slot == NULL) {
        return false;
    }
    *stored_key = slot[0];
    *value = slot[1];
    return true;
}

/* --- Collisions --------------------------------------------------------------- */

/* Handles have no order for programs, but their ids come from the program. */
static int
order_handles(Value a, Value b)
{
    const struct handle_object *x =
        (const struct handle_object *)value_object(a);
    const struct handle_object *y =
        (const struct handle_object *)value_object(b);
    int order = strcmp(x->type, y->type);
    return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

/* An order of keys by content alone, where there is one that cannot throw;
 * 0 means that the order of insertion decides. */
static int
order_keys(Value a, Value b)
{
    enum kind kind = value_kind(a);
    if (kind != value_kind(b)) {
        return kind < value_kind(b) ? -1 : 1;
    }
    switch (kind) {
    case KIND_CHAR:
    case KIND_INT:
    case KIND_DOUBLE:
    case KIND_BIGINT:
    case KIND_RATIO:
    case KIND_DECIMAL:
    case KIND_STRING:
    case KIND_SYMBOL:
    case KIND_KEYWORD:
        return value_compare(a, b);
    case KIND_HANDLE:
        return order_handles(a, b);
    default:
        return 0;
    }
}

/* A node at the bottom: entries whose hashes agree in all bits. */
static struct champ_node *
make_collision(uint32_t count, uint64_t owner)
{
    struct champ_node *node = make_node(count, 0, owner);
    node->head.flags = CHAMP_NODE_COLLISION;
    node->entry_map = count;
    return node;
}

/* Puts the target behind all keys that are not above it. */
static struct champ_node *
collision_insert(const struct champ_node *node, const struct target *target)
{
    assert(is_collision(node));
    uint32_t count = node->entry_map;
    uint32_t place = 0;
    while (place < count &&
           order_keys(node->slots[pair * place], target->key) <= 0) {
        place++;
    }
    struct champ_node *more = make_collision(count + 1, target->change->owner);
    copy_slots(more->slots, node, 0, 2 * place);
    more->slots[pair * place] = target->key;
    more->slots[pair * place + 1] = target->value;
    copy_slots(more->slots + pair * place + 2, node, 2 * place,
               2 * (count - place));
    return more;
}

/* --- Putting in ---------------------------------------------------------------- */

/* Another value under a key that is there; the key stays. */
static struct champ_node *
replace_value(struct champ_node *node, uint32_t place,
              const struct target *target)
{
    if (value_is(node->slots[pair * place + 1], target->value)) {
        return node;
    }
    target->change->replaced = true;
    node = editable(node, target->change->owner);
    node->slots[pair * place + 1] = target->value;
    return node;
}

/* One more entry in a place that was free. */
static struct champ_node *
insert_entry(const struct champ_node *node, uint32_t bit,
             const struct target *target)
{
    assert(((node->entry_map | node->child_map) & bit) == 0);
    uint32_t entries = entry_count(node);
    uint32_t children = child_count(node);
    uint32_t at = 2 * place_of(node->entry_map, bit);
    struct champ_node *more =
        make_node(entries + 1, children, target->change->owner);
    more->entry_map = node->entry_map | bit;
    more->child_map = node->child_map;
    copy_slots(more->slots, node, 0, at);
    more->slots[at] = target->key;
    more->slots[at + 1] = target->value;
    copy_slots(more->slots + at + 2, node, at, 2 * entries + children - at);
    return more;
}

/* A node with two different keys; old is a key and its value. */
static struct champ_node *
make_pair(uint32_t shift, const Value old[2], uint32_t old_hash,
          const struct target *target)
{
    if (shift >= HASH_BITS) {
        struct champ_node *node = make_collision(1, target->change->owner);
        node->slots[0] = old[0];
        node->slots[1] = old[1];
        return collision_insert(node, target);
    }
    uint32_t old_bit = bit_of(old_hash, shift);
    uint32_t new_bit = bit_of(target->hash, shift);
    if (old_bit == new_bit) {
        struct champ_node *child =
            make_pair(shift + CHAMP_BITS, old, old_hash, target);
        struct champ_node *node = make_node(0, 1, target->change->owner);
        node->child_map = old_bit;
        node->slots[0] = value_from_object(child);
        return node;
    }
    struct champ_node *node = make_node(2, 0, target->change->owner);
    node->entry_map = old_bit | new_bit;
    uint32_t old_at = old_bit < new_bit ? 0 : 2;
    node->slots[old_at] = old[0];
    node->slots[old_at + 1] = old[1];
    node->slots[2 - old_at] = target->key;
    node->slots[3 - old_at] = target->value;
    return node;
}

/* The entry at `bit` gives way to a child that has it and the target. */
static struct champ_node *
push_down(const struct champ_node *node, uint32_t bit, uint32_t shift,
          const struct target *target)
{
    assert((node->entry_map & bit) != 0);
    uint32_t entries = entry_count(node);
    uint32_t children = child_count(node);
    uint32_t at = 2 * place_of(node->entry_map, bit);
    uint32_t child_place = place_of(node->child_map, bit);
    const Value *old = &node->slots[at];
    struct champ_node *child =
        make_pair(shift + CHAMP_BITS, old, value_hash(old[0]), target);
    struct champ_node *copy =
        make_node(entries - 1, children + 1, target->change->owner);
    copy->entry_map = node->entry_map & ~bit;
    copy->child_map = node->child_map | bit;
    copy_slots(copy->slots, node, 0, at);
    copy_slots(copy->slots + at, node, at + 2,
               2 * (entries - 1) - at + child_place);
    uint32_t child_at_slot = 2 * (entries - 1) + child_place;
    copy->slots[child_at_slot] = value_from_object(child);
    copy_slots(copy->slots + child_at_slot + 1, node, 2 * entries + child_place,
               children - child_place);
    return copy;
}

/* The same node where nothing changed below, so that no path is copied. */
static struct champ_node *
replace_child(struct champ_node *node, uint32_t place, struct champ_node *child,
              uint64_t owner)
{
    if (child_at(node, place) == child) {
        return node;
    }
    node = editable(node, owner);
    node->slots[pair * entry_count(node) + place] = value_from_object(child);
    return node;
}

/* One level of putting in: `shift` bits of the hash are used up above. */
static struct champ_node *
assoc_at(struct champ_node *node, uint32_t shift, const struct target *target)
{
    if (is_collision(node)) {
        uint32_t i = collision_find(node, target->key);
        if (i < node->entry_map) {
            return replace_value(node, i, target);
        }
        target->change->added = true;
        return collision_insert(node, target);
    }
    uint32_t bit = bit_of(target->hash, shift);
    if ((node->entry_map & bit) != 0) {
        uint32_t place = place_of(node->entry_map, bit);
        if (same_key(node->slots[pair * place], target->key)) {
            return replace_value(node, place, target);
        }
        target->change->added = true;
        return push_down(node, bit, shift, target);
    }
    if ((node->child_map & bit) != 0) {
        uint32_t place = place_of(node->child_map, bit);
        struct champ_node *child =
            assoc_at(child_at(node, place), shift + CHAMP_BITS, target);
        return replace_child(node, place, child, target->change->owner);
    }
    target->change->added = true;
    return insert_entry(node, bit, target);
}

struct champ_node *
champ_assoc(struct champ_node *root, uint32_t hash, Value key, Value value,
            struct champ_change *change)
{
    assert(hash != 0 && change != NULL);
    struct target target = {key, value, hash, change};
    if (root == NULL) {
        root = make_node(0, 0, change->owner);
    }
    return assoc_at(root, 0, &target);
}

/* --- Taking out ----------------------------------------------------------------- */

/* True for a child that may not stay one: see pull_up. */
static bool
is_single(const struct champ_node *node)
{
    return node->child_map == 0 && entry_count(node) == 1;
}

/* Without the entry at `place`; `bit` is 0 in a collision node. */
static struct champ_node *
remove_entry(const struct champ_node *node, uint32_t place, uint32_t bit,
             uint64_t owner)
{
    assert(place < entry_count(node));
    uint32_t entries = entry_count(node);
    uint32_t children = child_count(node);
    struct champ_node *less = make_node(entries - 1, children, owner);
    less->head.flags = node->head.flags;
    less->entry_map = is_collision(node) ? entries - 1 : node->entry_map & ~bit;
    less->child_map = node->child_map;
    copy_slots(less->slots, node, 0, 2 * place);
    copy_slots(less->slots + pair * place, node, 2 * place + 2,
               2 * (entries - 1 - place) + children);
    return less;
}

/* The child at `bit` has one entry left, which comes up into this node. */
static struct champ_node *
pull_up(const struct champ_node *node, uint32_t bit,
        const struct champ_node *child, uint64_t owner)
{
    assert(is_single(child));
    uint32_t entries = entry_count(node);
    uint32_t children = child_count(node);
    uint32_t at = 2 * place_of(node->entry_map, bit);
    uint32_t child_place = place_of(node->child_map, bit);
    struct champ_node *copy = make_node(entries + 1, children - 1, owner);
    copy->entry_map = node->entry_map | bit;
    copy->child_map = node->child_map & ~bit;
    copy_slots(copy->slots, node, 0, at);
    copy->slots[at] = child->slots[0];
    copy->slots[at + 1] = child->slots[1];
    copy_slots(copy->slots + at + 2, node, at, 2 * entries - at + child_place);
    copy_slots(copy->slots + pair * (entries + 1) + child_place, node,
               2 * entries + child_place + 1, children - child_place - 1);
    return copy;
}

/* One level of taking out. Children that shrink to one entry come up, level by
 * level, so that the shape stays canonical. */
static struct champ_node *
dissoc_at(struct champ_node *node, uint32_t shift, const struct target *target)
{
    uint64_t owner = target->change->owner;
    if (is_collision(node)) {
        uint32_t i = collision_find(node, target->key);
        target->change->removed = i < node->entry_map;
        return target->change->removed ? remove_entry(node, i, 0, owner) : node;
    }
    uint32_t bit = bit_of(target->hash, shift);
    if ((node->entry_map & bit) != 0) {
        uint32_t place = place_of(node->entry_map, bit);
        if (!same_key(node->slots[pair * place], target->key)) {
            return node;
        }
        target->change->removed = true;
        return remove_entry(node, place, bit, owner);
    }
    if ((node->child_map & bit) == 0) {
        return node;
    }
    uint32_t place = place_of(node->child_map, bit);
    struct champ_node *child =
        dissoc_at(child_at(node, place), shift + CHAMP_BITS, target);
    if (target->change->removed && is_single(child)) {
        return pull_up(node, bit, child, owner);
    }
    return replace_child(node, place, child, owner);
}

struct champ_node *
champ_dissoc(struct champ_node *root, uint32_t hash, Value key,
             struct champ_change *change)
{
    assert(hash != 0 && change != NULL);
    if (root == NULL) {
        return NULL;
    }
    struct target target = {key, VALUE_NIL, hash, change};
    root = dissoc_at(root, 0, &target);
    return root->entry_map == 0 && root->child_map == 0 ? NULL : root;
}

/* --- Walking ---------------------------------------------------------------------- */

void
champ_iter_init(struct champ_iter *iter, const struct champ_node *root)
{
    iter->at = 0;
    iter->depth = root == NULL ? 0 : 1;
    iter->nodes[0] = root;
    iter->entry[0] = 0;
}

bool
champ_iter_next(struct champ_iter *iter, Value *key, Value *value)
{
    while (iter->depth > 0) {
        const struct champ_node *node = iter->nodes[iter->depth - 1];
        if (iter->at < entry_count(node)) {
            *key = node->slots[pair * iter->at];
            *value = node->slots[pair * iter->at + 1];
            iter->at++;
            return true;
        }
        uint8_t child = iter->entry[iter->depth - 1];
        if (child < child_count(node)) {
            assert(iter->depth < CHAMP_DEPTH_MAX);
            iter->entry[iter->depth - 1]++;
            iter->nodes[iter->depth] = child_at(node, child);
            iter->entry[iter->depth] = 0;
            iter->at = 0;
            iter->depth++;
        } else {
            iter->depth--;
            iter->at = UINT32_MAX; // The entries came before the children.
        }
    }
    return false;
}
