/* SPDX-License-Identifier: MIT */
/*
 * Persistent sets over the trie of maps, one value wide. There is no small
 * form: order depends on the content alone from the first member on. conj of
 * what is there gives the same set, and keeps the member that came first.
 */
#include "interp/data/set.h"

#include "interp/data/alloc.h"
#include "interp/data/transient.h"

#include <assert.h>

/* A set of count members below root. */
static Value
make_set(struct champ_node *root, uint32_t count, Value meta)
{
    struct set_object *set = alloc_object(KIND_SET, sizeof(struct set_object));
    set->count = count;
    set->root = root;
    set->meta = meta;
    return value_from_object(set);
}

Value
set_empty(void)
{
    static struct object *empty;
    if (empty == NULL) {
        empty = value_object(make_set(NULL, 0, VALUE_NIL));
    }
    return value_from_object(empty);
}

Value
set_from_array(const Value *items, uint32_t count)
{
    if (count == 0) {
        return set_empty();
    }
    Value transient = set_transient(set_empty());
    for (uint32_t i = 0; i < count; i++) {
        set_transient_conj(transient, items[i]);
    }
    return set_persistent(transient);
}

Value
set_get(Value set, Value item)
{
    const struct champ_node *root = set_object(set)->root;
    return root == NULL ? VALUE_ABSENT
                        : champ_get(root, value_hash(item), item);
}

/* Puts item in unless an equal one is there: the first one stays. */
static struct champ_node *
put(struct champ_node *root, Value item, struct champ_change *change)
{
    uint32_t hash = value_hash(item);
    if (!value_is(champ_get(root, hash, item), VALUE_ABSENT)) {
        return root;
    }
    return champ_assoc(root, hash, item, item, change);
}

Value
set_conj(Value set, Value item)
{
    assert(set_is(set));
    const struct set_object *object = set_object(set);
    struct champ_change change = {.owner = 0};
    struct champ_node *root = put(object->root, item, &change);
    return change.added ? make_set(root, object->count + 1, object->meta) : set;
}

Value
set_disj(Value set, Value item)
{
    assert(set_is(set));
    const struct set_object *object = set_object(set);
    struct champ_change change = {.owner = 0};
    struct champ_node *root =
        champ_dissoc(object->root, value_hash(item), item, &change);
    return change.removed ? make_set(root, object->count - 1, object->meta)
                          : set;
}

Value
set_with_meta(Value set, Value meta)
{
    const struct set_object *from = set_object(set);
    Value copy = make_set(from->root, from->count, meta);
    value_object(copy)->hash = from->head.hash;
    return copy;
}

void
set_iter_init(struct set_iter *iter, Value set)
{
    assert(set_is(set));
    champ_iter_init(&iter->champ, set_object(set)->root);
}

bool
set_iter_next(struct set_iter *iter, Value *item)
{
    Value again;
    return champ_iter_next(&iter->champ, item, &again);
}

/* --- Transients: root ------------------------------------------------------- */

Value
set_transient(Value set)
{
    assert(set_is(set));
    const struct set_object *from = set_object(set);
    struct transient_object *transient = transient_create(TRANSIENT_SET);
    transient->count = from->count;
    transient->root = from->root;
    transient->meta = from->meta;
    return value_from_object(transient);
}

void
set_transient_conj(Value transient, Value item)
{
    struct transient_object *t =
        transient_expect(transient, TRANSIENT_SET, "conj!");
    struct champ_change change = {.owner = t->owner};
    t->root = put(t->root, item, &change);
    t->count += change.added;
}

void
set_transient_disj(Value transient, Value item)
{
    struct transient_object *t =
        transient_expect(transient, TRANSIENT_SET, "disj!");
    struct champ_change change = {.owner = t->owner};
    t->root = champ_dissoc(t->root, value_hash(item), item, &change);
    t->count -= change.removed;
}

Value
set_transient_get(Value transient, Value item)
{
    const struct transient_object *t =
        transient_expect(transient, TRANSIENT_SET, "get");
    return champ_get(t->root, value_hash(item), item);
}

uint32_t
set_transient_count(Value transient)
{
    return transient_expect(transient, TRANSIENT_SET, "count")->count;
}

Value
set_persistent(Value transient)
{
    struct transient_object *t =
        transient_expect(transient, TRANSIENT_SET, "persistent!");
    t->owner = 0;
    return make_set(t->root, t->count, t->meta);
}
