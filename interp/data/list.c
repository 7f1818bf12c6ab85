/* SPDX-License-Identifier: MIT */
/*
 * Lists: a first item, a rest that is a list or any sequence, and a count when
 * the rest is a list. The empty list is one object, made on first use, so that
 * () is identical to itself; with metadata it is another. Adding in front
 * shares the rest and costs one cell. A list from an array is made from its
 * end.
 */
#include "interp/data/list.h"

#include "interp/data/alloc.h"

#include <assert.h>

/* count as in list_object. */
static struct list_object *
make_cell(Value first, Value rest, int64_t count)
{
    struct list_object *cell =
        alloc_object(KIND_LIST, sizeof(struct list_object));
    cell->first = first;
    cell->rest = rest;
    cell->meta = VALUE_NIL;
    cell->count = count;
    return cell;
}

Value
list_empty(void)
{
    static struct list_object *empty;
    if (empty == NULL) {
        empty = make_cell(VALUE_NIL, VALUE_NIL, 0);
    }
    return value_from_object(empty);
}

Value
list_cons(Value first, Value rest)
{
    int64_t count = -1;
    if (value_is_nil(rest)) {
        rest = list_empty();
        count = 1;
    } else if (list_is_counted(rest)) {
        count = list_object(rest)->count + 1;
    } else {
        assert(list_is(rest) || value_is_kind(rest, KIND_LAZY) ||
               value_is_kind(rest, KIND_CHUNK) ||
               value_is_kind(rest, KIND_RANGE));
    }
    return value_from_object(make_cell(first, rest, count));
}

Value
list_from_array_rest(const Value *items, uint32_t count, Value rest)
{
    Value list = value_is_nil(rest) ? list_empty() : rest;
    for (uint32_t i = count; i > 0; i--) {
        list = list_cons(items[i - 1], list);
    }
    return list;
}

Value
list_from_array(const Value *items, uint32_t count)
{
    return list_from_array_rest(items, count, VALUE_NIL);
}

Value
list_1(Value a)
{
    return list_cons(a, VALUE_NIL);
}

Value
list_2(Value a, Value b)
{
    return list_cons(a, list_1(b));
}

Value
list_3(Value a, Value b, Value c)
{
    return list_cons(a, list_2(b, c));
}

Value
list_4(Value a, Value b, Value c, Value d)
{
    return list_cons(a, list_3(b, c, d));
}

Value
list_with_meta(Value list, Value meta)
{
    assert(list_is(list));
    const struct list_object *from = list_object(list);
    struct list_object *copy = make_cell(from->first, from->rest, from->count);
    copy->head.hash = from->head.hash;
    copy->meta = meta;
    return value_from_object(copy);
}
