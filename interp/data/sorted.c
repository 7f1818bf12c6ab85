/* SPDX-License-Identifier: MIT */
/*
 * Sorted maps and sets: trees balanced by weight. A node's two sides differ at
 * most by a factor of DELTA; a change copies the path to it and rotates where
 * that is violated. Recursion is as deep as the tree: logarithmic.
 */
#include "interp/data/sorted.h"

#include "interp/data/alloc.h"
#include "interp/data/error.h"
#include "interp/data/invoke.h"
#include "interp/data/number.h"

#include <assert.h>
#include <stddef.h>

enum { DELTA = 3, RATIO = 2 };

/* An empty side weighs nothing. */
static uint64_t
size_of(const struct sorted_node *node)
{
    return node == NULL ? 0 : node->size;
}

int
sorted_compare_with(Value comparator, Value a, Value b)
{
    if (value_is_nil(comparator)) {
        return value_compare(a, b);
    }
    Value order = invoke2(comparator, a, b);
    if (number_is(order)) {
        return number_sign(order);
    }
    if (value_is(order, VALUE_TRUE)) {
        return -1;
    }
    if (value_is_true(order)) {
        error_throw(ERROR_TYPE,
                    "A comparator must give a number or a boolean, not %s",
                    value_shown(order));
    }
    return value_is_true(invoke2(comparator, b, a)) ? 1 : 0;
}

/* --- Trees -------------------------------------------------------------------- */

/* A node with the entry of `entry`. */
static struct sorted_node *
make_node(const struct sorted_node *entry, struct sorted_node *left,
          struct sorted_node *right)
{
    struct sorted_node *node = alloc(sizeof(struct sorted_node));
    node->left = left;
    node->right = right;
    node->key = entry->key;
    node->value = entry->value;
    node->size = size_of(left) + size_of(right) + 1;
    return node;
}

/* The right side is too heavy. */
static struct sorted_node *
rotate_left(const struct sorted_node *entry, struct sorted_node *left,
            const struct sorted_node *right)
{
    if (size_of(right->left) < RATIO * size_of(right->right)) {
        return make_node(right, make_node(entry, left, right->left),
                         right->right);
    }
    const struct sorted_node *middle = right->left;
    return make_node(middle, make_node(entry, left, middle->left),
                     make_node(right, middle->right, right->right));
}

/* The left side is too heavy: the mirror image of rotate_left. */
static struct sorted_node *
rotate_right(const struct sorted_node *entry, const struct sorted_node *left,
             struct sorted_node *right)
{
    if (size_of(left->right) < RATIO * size_of(left->left)) {
        return make_node(left, left->left,
                         make_node(entry, left->right, right));
    }
    const struct sorted_node *middle = left->right;
    return make_node(middle, make_node(left, left->left, middle->left),
                     make_node(entry, middle->right, right));
}

/* A node of these two sides, of which one may have changed by one entry. */
static struct sorted_node *
balance(const struct sorted_node *entry, struct sorted_node *left,
        struct sorted_node *right)
{
    uint64_t left_size = size_of(left);
    uint64_t right_size = size_of(right);
    if (left_size + right_size > 1) {
        if (right_size > DELTA * left_size) {
            return rotate_left(entry, left, right);
        }
        if (left_size > DELTA * right_size) {
            return rotate_right(entry, left, right);
        }
    }
    return make_node(entry, left, right);
}

/* entry is not in the tree: it gives key and value. */
static struct sorted_node *
insert(struct sorted_node *node, const struct sorted_node *entry,
       Value comparator)
{
    if (node == NULL) {
        return make_node(entry, NULL, NULL);
    }
    int order = sorted_compare_with(comparator, entry->key, node->key);
    if (order < 0) {
        return balance(node, insert(node->left, entry, comparator),
                       node->right);
    }
    if (order > 0) {
        return balance(node, node->left,
                       insert(node->right, entry, comparator));
    }
    struct sorted_node *copy = make_node(node, node->left, node->right);
    copy->value = entry->value;
    return copy;
}

static const struct sorted_node *
leftmost(const struct sorted_node *node)
{
    while (node->left != NULL) {
        node = node->left;
    }
    return node;
}

/* The tree without its smallest entry. */
static struct sorted_node *
remove_leftmost(const struct sorted_node *node)
{
    if (node->left == NULL) {
        return node->right;
    }
    return balance(node, remove_leftmost(node->left), node->right);
}

/* Both trees as one; all of left is below all of right. */
static struct sorted_node *
join(struct sorted_node *left, struct sorted_node *right)
{
    if (left == NULL || right == NULL) {
        return left == NULL ? right : left;
    }
    return balance(leftmost(right), left, remove_leftmost(right));
}

/* The key is in the tree. */
static struct sorted_node *
take_out(const struct sorted_node *node, Value key, Value comparator)
{
    assert(node != NULL);
    int order = sorted_compare_with(comparator, key, node->key);
    if (order < 0) {
        return balance(node, take_out(node->left, key, comparator),
                       node->right);
    }
    if (order > 0) {
        return balance(node, node->left,
                       take_out(node->right, key, comparator));
    }
    return join(node->left, node->right);
}

/* The node with an equal key, or NULL. */
static const struct sorted_node *
find(const struct sorted_object *sorted, Value key)
{
    const struct sorted_node *node = sorted->root;
    while (node != NULL) {
        int order = sorted_compare_with(sorted->comparator, key, node->key);
        if (order == 0) {
            return node;
        }
        node = order < 0 ? node->left : node->right;
    }
    return NULL;
}

/* --- Collections ----------------------------------------------------------------- */

/* A collection with the kind, comparator and metadata of another. */
static Value
make_sorted(const struct sorted_object *like, struct sorted_node *root)
{
    struct sorted_object *sorted =
        alloc_object((enum kind)like->head.kind, sizeof(struct sorted_object));
    sorted->comparator = like->comparator;
    sorted->meta = like->meta;
    sorted->root = root;
    return value_from_object(sorted);
}

Value
sorted_make(enum kind kind, Value comparator)
{
    assert(kind == KIND_SORTED_MAP || kind == KIND_SORTED_SET);
    struct sorted_object like = {.head = {.kind = (uint8_t)kind},
                                 .comparator = comparator,
                                 .meta = VALUE_NIL};
    return make_sorted(&like, NULL);
}

Value
sorted_get(Value sorted, Value key)
{
    assert(sorted_is(sorted));
    const struct sorted_node *node = find(sorted_object(sorted), key);
    return node == NULL ? VALUE_ABSENT : node->value;
}

bool
sorted_find(Value sorted, Value key, Value *stored_key, Value *value)
{
    assert(sorted_is(sorted));
    const struct sorted_node *node = find(sorted_object(sorted), key);
    if (node != NULL) {
        *stored_key = node->key;
        *value = node->value;
    }
    return node != NULL;
}

Value
sorted_assoc(Value sorted, Value key, Value value)
{
    assert(sorted_is(sorted));
    const struct sorted_object *object = sorted_object(sorted);
    if (object->root == NULL && value_is_nil(object->comparator) &&
        !value_is_ordered(key)) {
        // With a second key it would be an error anyway.
        error_throw(ERROR_TYPE, "%s has no order: give a comparator",
                    value_shown(key));
    }
    const struct sorted_node *found = find(object, key);
    bool is_set = object->head.kind == KIND_SORTED_SET;
    if (found != NULL && (is_set || value_is(found->value, value))) {
        return sorted;
    }
    struct sorted_node entry = {.key = key, .value = value};
    return make_sorted(object,
                       insert(object->root, &entry, object->comparator));
}

Value
sorted_dissoc(Value sorted, Value key)
{
    assert(sorted_is(sorted));
    const struct sorted_object *object = sorted_object(sorted);
    if (find(object, key) == NULL) {
        return sorted;
    }
    return make_sorted(object, take_out(object->root, key, object->comparator));
}

Value
sorted_with_meta(Value sorted, Value meta)
{
    struct sorted_object like = *sorted_object(sorted);
    like.meta = meta;
    return make_sorted(&like, like.root);
}

/* --- Walking: the path holds the nodes whose own entry is still to come --------- */

/* Puts a node on the path. */
static void
push(struct sorted_iter *iter, const struct sorted_node *node)
{
    assert(iter->depth < SORTED_DEPTH_MAX);
    iter->path[iter->depth++] = node;
}

/* Goes down the near side of a tree. */
static void
descend(struct sorted_iter *iter, const struct sorted_node *node)
{
    while (node != NULL) {
        push(iter, node);
        node = iter->descending ? node->right : node->left;
    }
}

void
sorted_iter_init(struct sorted_iter *iter, Value sorted, bool descending)
{
    assert(sorted_is(sorted));
    iter->depth = 0;
    iter->descending = descending;
    descend(iter, sorted_object(sorted)->root);
}

void
sorted_iter_from(struct sorted_iter *iter, Value sorted, Value key,
                 bool descending)
{
    const struct sorted_object *object = sorted_object(sorted);
    iter->depth = 0;
    iter->descending = descending;
    const struct sorted_node *node = object->root;
    while (node != NULL) {
        int order = sorted_compare_with(object->comparator, key, node->key);
        order = descending ? -order : order;
        if (order <= 0) {
            push(iter, node);
        }
        if (order == 0) {
            return;
        }
        bool go_left = (order < 0) != descending;
        node = go_left ? node->left : node->right;
    }
}

bool
sorted_iter_next(struct sorted_iter *iter, Value *key, Value *value)
{
    if (iter->depth == 0) {
        return false;
    }
    const struct sorted_node *node = iter->path[--iter->depth];
    *key = node->key;
    *value = node->value;
    descend(iter, iter->descending ? node->left : node->right);
    return true;
}
