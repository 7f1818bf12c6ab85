/* SPDX-License-Identifier: MIT */
/*
 * Persistent vectors. The work is done on a struct trie, which both vectors
 * and transients are read into and written back from. A node is changed in
 * place only if it carries the trie's owner; owner 0 means: copy always.
 * The tail of a persistent vector has exactly as many slots as items; that of
 * a transient has 32.
 *
 * Views: whatever is done to one is done to its base, and a view of the result
 * is made. A view is told by its shift of 0 before the tail, which the walk
 * down the trie has to compare anyway, so that other vectors pay nothing.
 */
#include "interp/data/vector.h"

#include "interp/data/alloc.h"
#include "interp/data/error.h"
#include "interp/data/map.h"
#include "interp/data/seq.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/transient.h"

#include <assert.h>
#include <string.h>

enum { BITS = 5, WIDTH = 32, MASK = 31 };

struct trie {
    uint32_t count;
    uint32_t shift;
    struct array_object *root;
    struct array_object *tail;
    uint64_t owner;
};

/* --- Nodes ------------------------------------------------------------------ */

/* An array whose slots are zero. */
static struct array_object *
make_array(uint32_t slots, uint64_t owner)
{
    struct array_object *array =
        alloc_object(KIND_ABSENT,
                     sizeof(struct array_object) + slots * sizeof(Value));
    transient_set_owner(&array->head, owner);
    return array;
}

static struct array_object *
copy_array(const struct array_object *from, uint32_t used, uint32_t slots,
           uint64_t owner)
{
    struct array_object *array = make_array(slots, owner);
    if (used > 0) {
        memcpy(array->items, from->items, used * sizeof(Value));
    }
    return array;
}

/* The node itself if the owner may change it, else a copy. */
static struct array_object *
editable(struct array_object *node, uint64_t owner)
{
    if (owner != 0 && transient_owner_of(&node->head) == owner) {
        return node;
    }
    return copy_array(node, WIDTH, WIDTH, owner);
}

/* Inner nodes hold nodes as values; a slot that is not used yet is NULL. */
static struct array_object *
child_of(const struct array_object *node, uint32_t slot)
{
    return (struct array_object *)node->items[slot].bits;
}

static uint32_t
tail_start(uint32_t count)
{
    return count == 0 ? 0 : (count - 1) & ~(uint32_t)MASK;
}

/* The leaf below a root; index is not in the tail. */
static inline const struct array_object *
find_leaf(const struct array_object *node, uint32_t shift, uint32_t index)
{
    do {
        node = child_of(node, (index >> shift) & MASK);
        shift -= BITS;
    } while (shift > 0);
    return node;
}

static bool
is_view(const struct vector_object *vector)
{
    return vector->shift == 0 && vector->root != NULL;
}

static Value
view_base(const struct vector_object *view)
{
    assert(is_view(view));
    return view->root->items[0];
}

static uint32_t
view_start(const struct vector_object *view)
{
    return (uint32_t)value_small_int(view->root->items[1]);
}

Value
vector_inner_at(const struct vector_object *vector, uint32_t index)
{
    if (vector->shift == 0) {
        return vector_at(view_base(vector), view_start(vector) + index);
    }
    return find_leaf(vector->root, vector->shift, index)->items[index & MASK];
}

/* Copies items [start, start + count) of a vector, leaf by leaf. */
static void
copy_items(const struct vector_object *from, uint32_t start, uint32_t count,
           Value *items)
{
    assert(start + count <= from->count && !is_view(from));
    while (count > 0) {
        uint32_t slot = start & MASK;
        uint32_t used = WIDTH - slot < count ? WIDTH - slot : count;
        memcpy(items, vector_leaf(from, start)->items + slot,
               used * sizeof(Value));
        items += used;
        start += used;
        count -= used;
    }
}

/* The leaf that a view would have if it were no view. */
static const struct array_object *
view_leaf(const struct vector_object *view, uint32_t index)
{
    struct array_object *leaf = make_array(WIDTH, 0);
    copy_items(vector_object(view_base(view)),
               view_start(view) + (index & ~(uint32_t)MASK), WIDTH,
               leaf->items);
    return leaf;
}

const struct array_object *
vector_leaf(const struct vector_object *vector, uint32_t index)
{
    assert(index < vector->count);
    if (index >= tail_start(vector->count)) {
        return vector->tail;
    }
    if (vector->shift == 0) {
        return view_leaf(vector, index);
    }
    return find_leaf(vector->root, vector->shift, index);
}

/* --- The trie ---------------------------------------------------------------- */

/* Hangs a full leaf, whose first item has index `start`, into the trie. */
static void
trie_push_leaf(struct trie *trie, uint32_t start, struct array_object *leaf)
{
    assert(leaf != NULL && (start & MASK) == 0);
    if (trie->root == NULL) {
        trie->root = make_array(WIDTH, trie->owner);
        trie->shift = BITS;
    } else if (start >> BITS >= 1u << trie->shift) {
        struct array_object *root = make_array(WIDTH, trie->owner);
        root->items[0] = value_from_object(trie->root);
        trie->root = root;
        trie->shift += BITS;
    } else {
        trie->root = editable(trie->root, trie->owner);
    }
    struct array_object *node = trie->root;
    for (uint32_t level = trie->shift; level > BITS; level -= BITS) {
        uint32_t slot = (start >> level) & MASK;
        struct array_object *child = child_of(node, slot);
        child = child == NULL ? make_array(WIDTH, trie->owner)
                              : editable(child, trie->owner);
        node->items[slot] = value_from_object(child);
        node = child;
    }
    node->items[(start >> BITS) & MASK] = value_from_object(leaf);
}

/* Only a transient's tail has room to spare: 31 of 32 times it costs a copy of
 * the tail, which is small, and no change to the trie. */
static void
trie_conj(struct trie *trie, Value item)
{
    if (trie->count == INT32_MAX) {
        error_throw(ERROR_LIMIT, "This vector is too long");
    }
    uint32_t start = tail_start(trie->count);
    uint32_t used = trie->count - start;
    uint32_t slots = trie->owner != 0 ? WIDTH : used + 1;
    if (used == WIDTH) {
        trie_push_leaf(trie, start, trie->tail);
        used = 0;
        trie->tail = make_array(trie->owner != 0 ? WIDTH : 1, trie->owner);
    } else if (trie->owner == 0 || trie->tail == NULL ||
               transient_owner_of(&trie->tail->head) != trie->owner) {
        trie->tail = copy_array(trie->tail, used, slots, trie->owner);
    }
    trie->tail->items[used] = item;
    trie->count++;
}

/* Copies or owns the path to an item's leaf; index is not in the tail. */
static struct array_object *
trie_edit_leaf(struct trie *trie, uint32_t index)
{
    trie->root = editable(trie->root, trie->owner);
    struct array_object *node = trie->root;
    for (uint32_t level = trie->shift; level > 0; level -= BITS) {
        uint32_t slot = (index >> level) & MASK;
        struct array_object *child =
            editable(child_of(node, slot), trie->owner);
        node->items[slot] = value_from_object(child);
        node = child;
    }
    return node;
}

/* index == count appends. */
static void
trie_assoc(struct trie *trie, uint32_t index, Value item)
{
    assert(index <= trie->count);
    uint32_t start = tail_start(trie->count);
    if (index == trie->count) {
        trie_conj(trie, item);
    } else if (index >= start) {
        uint32_t used = trie->count - start;
        bool owned = trie->owner != 0 &&
                     transient_owner_of(&trie->tail->head) == trie->owner;
        if (!owned) {
            trie->tail =
                copy_array(trie->tail, used, trie->owner != 0 ? WIDTH : used,
                           trie->owner);
        }
        trie->tail->items[index & MASK] = item;
    } else {
        trie_edit_leaf(trie, index)->items[index & MASK] = item;
    }
}

/* Takes the last leaf, of index `start`, out of the trie. */
static struct array_object *
trie_pop_leaf(struct trie *trie, uint32_t start)
{
    assert(trie->root != NULL && (start & MASK) == 0);
    trie->root = editable(trie->root, trie->owner);
    struct array_object *node = trie->root;
    // The node and slot below which everything ends with the leaf.
    struct array_object *cut_node = NULL;
    uint32_t cut_slot = 0;
    for (uint32_t level = trie->shift; level > BITS; level -= BITS) {
        uint32_t slot = (start >> level) & MASK;
        if (slot > 0 || cut_node == NULL) {
            cut_node = node;
            cut_slot = slot;
        }
        struct array_object *child =
            editable(child_of(node, slot), trie->owner);
        node->items[slot] = value_from_object(child);
        node = child;
    }
    uint32_t slot = (start >> BITS) & MASK;
    struct array_object *leaf = child_of(node, slot);
    if (slot > 0 || cut_node == NULL) {
        cut_node = node;
        cut_slot = slot;
    }
    cut_node->items[cut_slot] = (Value){0};
    return leaf;
}

/* Makes the root lower when only its first child is left. */
static void
trie_lower(struct trie *trie)
{
    while (trie->root != NULL && trie->root->items[1].bits == 0) {
        if (trie->shift == BITS) {
            if (trie->root->items[0].bits != 0) {
                return;
            }
            trie->root = NULL;
            trie->shift = 0;
            return;
        }
        trie->root = child_of(trie->root, 0);
        trie->shift -= BITS;
    }
}

/* The leaf before the tail becomes the tail when that runs empty. */
static void
trie_pop(struct trie *trie)
{
    assert(trie->count > 0);
    uint32_t start = tail_start(trie->count);
    uint32_t used = trie->count - start;
    trie->count--;
    if (used > 1) {
        // The slot that falls away is cleared, so that it keeps nothing alive.
        trie->tail =
            copy_array(trie->tail, used - 1,
                       trie->owner != 0 ? WIDTH : used - 1, trie->owner);
    } else if (trie->count == 0) {
        trie->tail = NULL;
    } else {
        trie->tail = trie_pop_leaf(trie, start - WIDTH);
        trie_lower(trie);
    }
}

/* Owner 0: whatever is done to the trie leaves the vector alone. */
static struct trie
trie_of(Value v)
{
    const struct vector_object *vector = vector_object(v);
    assert(!is_view(vector));
    return (struct trie){vector->count, vector->shift, vector->root,
                         vector->tail, 0};
}

/* Makes the result of the work into a vector. */
static Value
trie_vector(const struct trie *trie, Value meta)
{
    struct vector_object *vector =
        alloc_object(KIND_VECTOR, sizeof(struct vector_object));
    vector->count = trie->count;
    vector->shift = trie->shift;
    vector->root = trie->root;
    vector->tail = trie->tail;
    vector->meta = meta;
    return value_from_object(vector);
}

/* --- Vectors ------------------------------------------------------------------ */

Value
vector_empty(void)
{
    static struct vector_object *empty;
    if (empty == NULL) {
        empty = alloc_object(KIND_VECTOR, sizeof(struct vector_object));
        empty->meta = VALUE_NIL;
    }
    return value_from_object(empty);
}

Value
vector_from_array(const Value *items, uint32_t count)
{
    if (count == 0) {
        return vector_empty();
    }
    // No transient sees these nodes, but no one else does either: any owner
    // but 0 lets the loop fill them in place.
    struct trie trie = {.owner = count > WIDTH ? UINT64_MAX >> 16 : 0};
    uint32_t last = tail_start(count);
    for (uint32_t start = 0; start <= last; start += WIDTH) {
        uint32_t used = count - start < WIDTH ? count - start : WIDTH;
        struct array_object *leaf = make_array(used, 0);
        memcpy(leaf->items, items + start, used * sizeof(Value));
        if (start == last) {
            trie.tail = leaf;
        } else {
            trie_push_leaf(&trie, start, leaf);
        }
    }
    trie.count = count;
    return trie_vector(&trie, VALUE_NIL);
}

Value
vector_2(Value a, Value b)
{
    Value items[2] = {a, b};
    return vector_from_array(items, 2);
}

Value
vector_entry(Value key, Value value)
{
    Value entry = vector_2(key, value);
    value_object(entry)->flags = VECTOR_ENTRY;
    return entry;
}

Value
vector_from_taken(Value *slot)
{
    struct vector_builder builder;
    vector_builder_init(&builder, vector_empty());
    vector_builder_take(&builder, slot);
    return vector_builder_end(&builder);
}

/* Items [start, start + count) of a vector that is no view. */
static Value
make_view(Value base, uint32_t start, uint32_t count, Value meta)
{
    const struct vector_object *from = vector_object(base);
    uint32_t last = tail_start(count);
    struct trie trie = {.count = count};
    if (count > 0) {
        trie.tail = make_array(count - last, 0);
        copy_items(from, start + last, count - last, trie.tail->items);
    }
    if (last > 0) {
        trie.root = make_array(2, 0);
        trie.root->items[0] = base;
        trie.root->items[1] = value_from_small_int(start);
    }
    return trie_vector(&trie, meta);
}

/* The view with the same start on another base. */
static Value
view_again(const struct vector_object *view, Value base, uint32_t count)
{
    return make_view(base, view_start(view), count, view->meta);
}

/* What lies behind the end of the view in its base is overwritten. */
static Value
view_assoc(const struct vector_object *view, uint32_t index, Value item)
{
    Value base = view_base(view);
    base = vector_assoc(base, view_start(view) + index, item);
    uint32_t count = index == view->count ? index + 1 : view->count;
    return view_again(view, base, count);
}

Value
vector_conj(Value v, Value item)
{
    assert(vector_is(v));
    if (is_view(vector_object(v))) {
        return view_assoc(vector_object(v), vector_count(v), item);
    }
    struct trie trie = trie_of(v);
    trie_conj(&trie, item);
    return trie_vector(&trie, vector_object(v)->meta);
}

Value
vector_assoc(Value v, uint32_t index, Value item)
{
    assert(vector_is(v) && index <= vector_count(v));
    if (is_view(vector_object(v))) {
        return view_assoc(vector_object(v), index, item);
    }
    struct trie trie = trie_of(v);
    trie_assoc(&trie, index, item);
    return trie_vector(&trie, vector_object(v)->meta);
}

Value
vector_pop(Value v)
{
    assert(vector_is(v) && vector_count(v) > 0);
    const struct vector_object *vector = vector_object(v);
    if (is_view(vector)) {
        return view_again(vector, view_base(vector), vector->count - 1);
    }
    struct trie trie = trie_of(v);
    trie_pop(&trie);
    return trie_vector(&trie, vector_object(v)->meta);
}

Value
vector_sub(Value v, uint32_t start, uint32_t end)
{
    assert(start <= end && end <= vector_count(v));
    const struct vector_object *vector = vector_object(v);
    if (start == end) {
        return vector_empty();
    }
    bool is_plain = value_is_nil(vector->meta) && vector->head.flags == 0;
    if (end - start == vector->count && is_plain) {
        return v;
    }
    if (is_view(vector)) {
        return make_view(view_base(vector), view_start(vector) + start,
                         end - start, VALUE_NIL);
    }
    return make_view(v, start, end - start, VALUE_NIL);
}

Value
vector_with_meta(Value v, Value meta)
{
    assert(vector_is(v));
    struct vector_object *copy =
        alloc_object(KIND_VECTOR, sizeof(struct vector_object));
    const struct vector_object *vector = vector_object(v);
    copy->head.flags = vector->head.flags;
    copy->head.hash = vector->head.hash;
    copy->count = vector->count;
    copy->shift = vector->shift;
    copy->root = vector->root;
    copy->tail = vector->tail;
    copy->meta = meta;
    return value_from_object(copy);
}

/* --- Tags ----------------------------------------------------------------- */

/* Of all metadata, the one that is printed. */
static Value
tag_key(void)
{
    return keyword_make(text_from_cstring("print"), text_from_cstring("tag"));
}

Value
vector_tag(Value v)
{
    Value meta = vector_object(v)->meta;
    if (!map_is(meta)) {
        return VALUE_NIL;
    }
    Value tag = map_get(meta, tag_key());
    return !value_is(tag, VALUE_ABSENT) && symbol_is_keyword(tag) ? tag
                                                                  : VALUE_NIL;
}

Value
vector_with_tag(Value v, const char *tag)
{
    Value meta = map_assoc(map_empty(), tag_key(), keyword_from_cstring(tag));
    return vector_with_meta(v, meta);
}

/* The same items in a trie of their own. */
static Value
view_copy(const struct vector_object *view)
{
    struct trie trie = {.count = view->count,
                        .tail = view->tail,
                        .owner = UINT64_MAX >> 16};
    uint32_t last = tail_start(view->count);
    for (uint32_t start = 0; start < last; start += WIDTH) {
        struct array_object *leaf = make_array(WIDTH, 0);
        copy_items(vector_object(view_base(view)), view_start(view) + start,
                   WIDTH, leaf->items);
        trie_push_leaf(&trie, start, leaf);
    }
    return trie_vector(&trie, view->meta);
}

/* --- Transients: root, array (the tail), count and shift ----------------------- */

/* The owner comes along, so that nodes may be changed in place. */
static struct trie
trie_of_transient(const struct transient_object *transient)
{
    return (struct trie){transient->count, transient->shift, transient->root,
                         transient->array, transient->owner};
}

static void
trie_write_back(const struct trie *trie, struct transient_object *transient)
{
    transient->count = trie->count;
    transient->shift = trie->shift;
    transient->root = trie->root;
    transient->array = trie->tail;
}

Value
vector_transient(Value v)
{
    assert(vector_is(v));
    if (is_view(vector_object(v))) {
        v = view_copy(vector_object(v));
    }
    struct transient_object *transient = transient_create(TRANSIENT_VECTOR);
    struct trie trie = trie_of(v);
    trie_write_back(&trie, transient);
    transient->meta = vector_object(v)->meta;
    return value_from_object(transient);
}

void
vector_transient_conj(Value transient, Value item)
{
    struct transient_object *t =
        transient_expect(transient, TRANSIENT_VECTOR, "conj!");
    uint32_t used = t->count & MASK;
    if (used != 0 && transient_owner_of(&t->array->head) == t->owner) {
        t->array->items[used] = item;
        t->count++;
        return;
    }
    struct trie trie = trie_of_transient(t);
    trie_conj(&trie, item);
    trie_write_back(&trie, t);
}

void
vector_transient_assoc(Value transient, uint32_t index, Value item)
{
    struct transient_object *t =
        transient_expect(transient, TRANSIENT_VECTOR, "assoc!");
    if (index > t->count) {
        error_throw(ERROR_INDEX, "assoc!: index %u is beyond the %u items",
                    index, t->count);
    }
    struct trie trie = trie_of_transient(t);
    trie_assoc(&trie, index, item);
    trie_write_back(&trie, t);
}

void
vector_transient_pop(Value transient)
{
    struct transient_object *t =
        transient_expect(transient, TRANSIENT_VECTOR, "pop!");
    if (t->count == 0) {
        error_throw(ERROR_STATE, "pop!: the vector is empty");
    }
    struct trie trie = trie_of_transient(t);
    trie_pop(&trie);
    trie_write_back(&trie, t);
}

uint32_t
vector_transient_count(Value transient)
{
    return transient_expect(transient, TRANSIENT_VECTOR, "count")->count;
}

Value
vector_transient_at(Value transient, uint32_t index)
{
    const struct transient_object *t =
        transient_expect(transient, TRANSIENT_VECTOR, "nth");
    assert(index < t->count);
    struct vector_object view = {.count = t->count,
                                 .shift = t->shift,
                                 .root = t->root,
                                 .tail = t->array};
    return vector_leaf(&view, index)->items[index & MASK];
}

Value
vector_persistent(Value transient)
{
    struct transient_object *t =
        transient_expect(transient, TRANSIENT_VECTOR, "persistent!");
    struct trie trie = trie_of_transient(t);
    uint32_t used = trie.count - tail_start(trie.count);
    if (used > 0 && used < WIDTH) {
        trie.tail = copy_array(trie.tail, used, used, 0);
    }
    t->owner = 0;
    return trie_vector(&trie, t->meta);
}

/* --- Builders ------------------------------------------------------------------ */

/* Zeroed, because what older calls left in its place on the C stack would be
 * kept as long as the vector is made. */
void
vector_builder_init(struct vector_builder *builder, Value from)
{
    const struct vector_object *vector = vector_object(from);
    *builder = (struct vector_builder){.meta = vector->meta};
    if (vector->count >= WIDTH) {
        builder->transient = vector_transient(from);
    } else if (vector->count > 0) {
        builder->count = vector->count;
        memcpy(builder->items, vector->tail->items,
               vector->count * sizeof(Value));
    }
}

void
vector_builder_add(struct vector_builder *builder, Value item)
{
    if (builder->transient.bits != 0) {
        vector_transient_conj(builder->transient, item);
        return;
    }
    if (builder->count == VECTOR_BUILDER_MAX) {
        builder->transient =
            vector_transient(vector_from_array(builder->items, builder->count));
        vector_transient_conj(builder->transient, item);
        return;
    }
    builder->items[builder->count++] = item;
}

void
vector_builder_take(struct vector_builder *builder, Value *slot)
{
    struct seq_iter iter;
    seq_iter_take(&iter, slot);
    Value item;
    while (seq_iter_next(&iter, &item)) {
        vector_builder_add(builder, item);
    }
}

Value
vector_builder_end(const struct vector_builder *builder)
{
    Value vector = builder->transient.bits != 0
                       ? vector_persistent(builder->transient)
                       : vector_from_array(builder->items, builder->count);
    return value_is_nil(builder->meta)
               ? vector
               : vector_with_meta(vector, builder->meta);
}
