/* SPDX-License-Identifier: MIT */
/* The facade's functions that make, inspect and print values. */
#include "interp/magma.h"

#include "interp/compile/form.h"
#include "interp/data/map.h"
#include "interp/data/number.h"
#include "interp/data/seq.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/vector.h"
#include "interp/read/pretty.h"
#include "interp/read/print.h"

#include <assert.h>
#include <string.h>

Value
magma_string(const char *bytes, size_t len)
{
    return text_make(bytes, len);
}

bool
magma_is_utf8(const char *bytes, size_t len, size_t *at)
{
    if (text_is_valid(bytes, len)) {
        return true;
    }
    uint32_t step = 0;
    uint32_t codepoint;
    for (*at = 0; *at < len; *at += step) {
        step = text_decode(bytes + *at, len - *at, &codepoint);
        if (!text_is_valid(bytes + *at, step)) {
            break;
        }
    }
    assert(*at < len);
    return false;
}

uint32_t
magma_width(const char *bytes, size_t len)
{
    return text_width(bytes, len);
}

size_t
magma_fit(const char *bytes, size_t len, uint32_t columns)
{
    return text_fit(bytes, len, columns);
}

size_t
magma_fit_end(const char *bytes, size_t len, uint32_t columns)
{
    return text_fit_end(bytes, len, columns);
}

Value
magma_cstring(const char *text)
{
    return text_from_cstring(text);
}

Value
magma_keyword(const char *name)
{
    return keyword_from_cstring(name);
}

Value
magma_int(int64_t number)
{
    return number_int(number);
}

struct magma_text
magma_text_of(Value v)
{
    if (!text_is(v)) {
        assert(symbol_is(v) || symbol_is_keyword(v));
        v = value_is_nil(symbol_ns(v)) ? symbol_name(v) : symbol_full_name(v);
    }
    return (struct magma_text){text_bytes(v), text_byte_len(v)};
}

bool
magma_is_string(Value v)
{
    return text_is(v);
}

bool
magma_is_call_of(Value form, const char *name)
{
    return form_is_list(form) && !seq_is_empty(form) &&
           symbol_is(seq_first(form)) &&
           form_is_symbol_named(seq_first(form), name);
}

bool
magma_is_keyword(Value v)
{
    return symbol_is_keyword(v);
}

bool
magma_is_int(Value v)
{
    return number_is_int(v);
}

bool
magma_is_map(Value v)
{
    return map_is(v);
}

bool
magma_is_sequence(Value v)
{
    enum kind kind = value_kind(v);
    return seq_is_sequential(v) || kind == KIND_SET || kind == KIND_SORTED_SET;
}

bool
magma_is_vector(Value v)
{
    return vector_is(v);
}

int64_t
magma_int_of(Value v)
{
    assert(number_is_int(v));
    return number_to_int(v);
}

Value
magma_vector(const Value *items, uint32_t count)
{
    return vector_from_array(items, count);
}

Value
magma_vector_conj(Value vector, Value item)
{
    return vector_conj(vector, item);
}

Value
magma_vector_tagged(Value vector, const char *tag)
{
    return vector_with_tag(vector, tag);
}

uint32_t
magma_vector_count(Value vector)
{
    return vector_count(vector);
}

Value
magma_vector_at(Value vector, uint32_t index)
{
    assert(index < vector_count(vector));
    return vector_at(vector, index);
}

Value
magma_map(void)
{
    return map_empty();
}

Value
magma_map_assoc(Value map, Value key, Value value)
{
    return map_assoc(map, key, value);
}

Value
magma_map_of(const Value *pairs, uint32_t count)
{
    return map_from_pairs(pairs, count);
}

void
magma_map_pairs(Value map, Value *pairs)
{
    struct map_iter iter;
    map_iter_init(&iter, map);
    for (; map_iter_next(&iter, &pairs[0], &pairs[1]); pairs += 2) {
    }
}

Value
magma_map_get(Value map, Value key)
{
    return map_get(map, key);
}

uint32_t
magma_map_count(Value map)
{
    return map_count(map);
}

bool
magma_next(Value *cursor, Value *item)
{
    Value at = seq_of(*cursor);
    if (value_is_nil(at)) {
        return false;
    }
    *item = seq_first(at);
    *cursor = seq_rest(at);
    return true;
}

Value
magma_lazy(Value thunk)
{
    return seq_lazy(thunk);
}

Value
magma_handle(const char *type, uint64_t id, Value data)
{
    struct handle_object *handle =
        alloc_object(KIND_HANDLE, sizeof(struct handle_object));
    handle->type = type;
    handle->id = id;
    handle->data = data;
    return value_from_object(handle);
}

bool
magma_is_handle(Value v, const char *type)
{
    return value_is_kind(v, KIND_HANDLE) &&
           strcmp(((struct handle_object *)value_object(v))->type, type) == 0;
}

Value
magma_print(Value v)
{
    return print_to_string(v, PRINT_READABLE);
}

Value
magma_display(Value v)
{
    return print_to_string(v, PRINT_STR);
}

Value
magma_pretty(Value v, uint32_t width, uint32_t items_max)
{
    return magma_pretty_cut(v, width, items_max, 0);
}

Value
magma_pretty_cut(Value v, uint32_t width, uint32_t items_max,
                 uint32_t depth_max)
{
    const struct pretty_options options = {.width = width,
                                           .items_max = items_max,
                                           .depth_max = depth_max};
    return pretty_print(v, &options);
}

enum error_type
magma_error_type(Value error)
{
    const struct error_object *object = magma_error(error);
    return object == NULL ? ERROR_USER : (enum error_type)object->head.flags;
}

const struct error_object *
magma_error(Value error)
{
    return value_is_kind(error, KIND_ERROR)
               ? (const struct error_object *)value_object(error)
               : NULL;
}

const char *
magma_nearest(const char *name, const char *const *names, size_t count)
{
    size_t len = strlen(name);
    uint32_t best = text_distance_near(len) + 1;
    const char *nearest = NULL;
    for (size_t i = 0; i < count && best > 0; i++) {
        uint32_t distance =
            text_distance(name, len, names[i], strlen(names[i]), best - 1);
        if (distance < best) {
            best = distance;
            nearest = names[i];
        }
    }
    return nearest;
}
