/* SPDX-License-Identifier: MIT */
/*
 * Places of forms. They are made once by the reader and shared by copies of
 * their form: with-meta keeps them, macro expansions get that of the call.
 *
 * A place lies beside the metadata of a list or symbol, where programs do not
 * see it and equality does not look. A list also keeps the places of its
 * items, because strings, vectors and maps have no room for one of their own;
 * most lists have few items, so this is an array, not a map.
 */
#include "interp/read/place.h"

#include "interp/data/alloc.h"
#include "interp/data/list.h"
#include "interp/data/symbol.h"
#include "interp/read/reader.h"

#include <assert.h>
#include <string.h>

/* The head's extra tells whether items follow. */
struct place_object {
    struct object head;
    Value file;
    struct place_span span;
};

enum { PLACE_HAS_ITEMS = 1 };

struct place_with_items {
    struct place_object place;
    uint32_t count;
    struct place_span items[];
};

/* What both layouts begin with. */
static void
fill(struct place_object *place, Value file, struct place_span span)
{
    place->file = file;
    place->span = span;
}

void
place_set_list(Value list, Value file, struct place_span span,
               const struct place_span *items, uint32_t count)
{
    assert(list_is(list));
    assert(span.start.line > 0);
    if (list_is_empty(list)) {
        return;
    }
    struct place_with_items *place =
        alloc_object(KIND_ABSENT, sizeof(*place) + count * sizeof(*items));
    fill(&place->place, file, span);
    place->place.head.extra = PLACE_HAS_ITEMS;
    place->count = count;
    if (count > 0) {
        memcpy(place->items, items, count * sizeof(*items));
    }
    struct list_object *cell = (struct list_object *)value_object(list);
    cell->place = value_from_object(place);
}

Value
place_symbol(Value symbol, Value file, struct place_span span)
{
    assert(symbol_is(symbol));
    struct place_object *place = alloc_object(KIND_ABSENT, sizeof(*place));
    fill(place, file, span);
    struct symbol_object *copy = alloc_object(KIND_SYMBOL, sizeof(*copy));
    *copy = *(const struct symbol_object *)value_object(symbol);
    copy->place = value_from_object(place);
    return value_from_object(copy);
}

/* The place object of a form, or NULL. */
static const struct place_object *
object_of(Value form)
{
    Value place = {0};
    if (list_is(form)) {
        place = list_object(form)->place;
    } else if (symbol_is(form)) {
        place = ((const struct symbol_object *)value_object(form))->place;
    }
    if (place.bits == 0) {
        return NULL;
    }
    assert(value_is_kind(place, KIND_ABSENT));
    return (const struct place_object *)value_object(place);
}

static void
copy_out(Value file, struct place_span span, struct error_place *place)
{
    *place = (struct error_place){.file = file,
                                  .line = span.start.line,
                                  .column = span.start.column,
                                  .end_line = span.end.line,
                                  .end_column = span.end.column};
}

bool
reader_place_of(Value form, struct error_place *place)
{
    const struct place_object *object = object_of(form);
    if (object == NULL) {
        return false;
    }
    copy_out(object->file, object->span, place);
    return true;
}

bool
reader_place_of_item(Value list, uint32_t index, struct error_place *place)
{
    const struct place_object *object = object_of(list);
    if (object == NULL || object->head.extra != PLACE_HAS_ITEMS) {
        return false;
    }
    const struct place_with_items *items =
        (const struct place_with_items *)object;
    if (index >= items->count) {
        return false;
    }
    copy_out(object->file, items->items[index], place);
    return true;
}

void
reader_copy_place(Value form, Value from)
{
    const struct place_object *source = object_of(from);
    if (source == NULL || !list_is(form) || list_is_empty(form) ||
        object_of(form) != NULL) {
        return;
    }
    /* The items are others, so only the place of the whole is kept. */
    struct place_object *place = alloc_object(KIND_ABSENT, sizeof(*place));
    fill(place, source->file, source->span);
    struct list_object *cell = (struct list_object *)value_object(form);
    cell->place = value_from_object(place);
}

bool
reader_is_written(Value form)
{
    const struct place_object *object = object_of(form);
    return object != NULL && object->head.extra == PLACE_HAS_ITEMS;
}

/* A place is nobody's key and is never compared, so it may carry marks. */
void
reader_mark(Value symbol, uint8_t bits)
{
    assert(symbol_is(symbol));
    Value place = ((struct symbol_object *)value_object(symbol))->place;
    if (place.bits != 0) {
        value_object(place)->flags |= bits;
    }
}

uint8_t
reader_marks(Value symbol)
{
    assert(symbol_is(symbol));
    const struct place_object *object = object_of(symbol);
    return object == NULL ? 0 : object->head.flags;
}
