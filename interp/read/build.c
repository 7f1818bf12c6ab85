/* SPDX-License-Identifier: MIT */
/*
 * Items on the reader's stack become collections.
 *
 * Maps and sets are built first and compared by count: duplicates are looked
 * for only when the collection came out smaller than its items, so that the
 * usual case costs nothing. In a branch of #? that is not ours duplicates are
 * let pass. Vectors, maps and sets share nothing with the stack, which goes on
 * being used. Only lists of code get places; the body of #() gets its
 * parameters here, when it is known how many it names.
 */
#include "interp/read/build.h"

#include "interp/data/list.h"
#include "interp/data/map.h"
#include "interp/data/set.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/vector.h"
#include "interp/read/place.h"
#include "interp/read/pretty.h"

#include <assert.h>

/* Where item `index` of the stack stands, or the whole frame. */
static struct scan_mark
item_start(const struct reader *reader, const struct frame *frame,
           uint32_t index)
{
    return reader->spans == NULL ? frame->start : reader->spans[index].start;
}

/* Reports the first of items[from], [from + step] ... that came before. */
static _Noreturn void
fail_duplicate(struct reader *reader, const struct frame *frame, uint32_t from,
               uint32_t step)
{
    Value seen = set_transient(set_empty());
    uint32_t i = from;
    while (i < reader->count) {
        Value key = reader->items[i];
        if (!value_is(set_transient_get(seen, key), VALUE_ABSENT)) {
            break;
        }
        set_transient_conj(seen, key);
        i += step;
    }
    assert(i < reader->count);
    scan_fail(&reader->scan, item_start(reader, frame, i), NULL,
              "The %s %s is there twice in the %s opened at %u:%u",
              step == 2 ? "key" : "item",
              text_bytes(pretty_brief(reader->items[i])),
              step == 2 ? "map" : "set", frame->start.line,
              frame->start.column);
}

/* A plain key gets the namespace; one of namespace _ loses it. */
static Value
key_in_namespace(Value key, Value ns)
{
    if (!symbol_is(key) && !symbol_is_keyword(key)) {
        return key;
    }
    Value old = symbol_ns(key);
    if (!value_is_nil(old)) {
        if (!text_equal_cstring(old, "_")) {
            return key;
        }
        ns = VALUE_NIL;
    }
    return symbol_is(key) ? symbol_make(ns, symbol_name(key))
                          : keyword_make(ns, symbol_name(key));
}

static Value
build_map(struct reader *reader, const struct frame *frame)
{
    uint32_t from = frame->first;
    if (frame->kind == FRAME_NAMESPACED_MAP) {
        Value ns = reader->items[from++];
        for (uint32_t i = from; i < reader->count; i += 2) {
            reader->items[i] = key_in_namespace(reader->items[i], ns);
        }
    }
    uint32_t count = reader->count - from;
    if (count % 2 != 0) {
        uint32_t last = reader->count - 1;
        scan_fail(&reader->scan, item_start(reader, frame, last),
                  "A map has keys and values in turn.",
                  "The key %s has no value in the map opened at %u:%u",
                  text_bytes(pretty_brief(reader->items[last])),
                  frame->start.line, frame->start.column);
    }
    if (count == 0) {
        return map_empty();
    }
    Value map = map_from_pairs(reader->items + from, count / 2);
    if (map_count(map) != count / 2 && reader->lenient == 0) {
        fail_duplicate(reader, frame, from, 2);
    }
    return map;
}

/* Sets forget order, so a duplicate must be an error here or nowhere. */
static Value
build_set(struct reader *reader, const struct frame *frame)
{
    uint32_t count = reader->count - frame->first;
    if (count == 0) {
        return set_empty();
    }
    Value set = set_from_array(reader->items + frame->first, count);
    if (set_count(set) != count && reader->lenient == 0) {
        fail_duplicate(reader, frame, frame->first, 1);
    }
    return set;
}

/* The only collection that carries places, its own and those of its items. */
static Value
build_list(struct reader *reader, const struct frame *frame)
{
    uint32_t count = reader->count - frame->first;
    if (count == 0) {
        return list_empty();
    }
    Value list = list_from_array(reader->items + frame->first, count);
    if (reader->mode == READER_CODE) {
        struct place_span span = {frame->start, reader->scan.at};
        place_set_list(list, reader->scan.file, span,
                       reader->spans + frame->first, count);
    }
    return list;
}

/* (fn* [p1 p2 & rest] (...)) */
static Value
build_function(struct reader *reader, const struct frame *frame)
{
    Value body = build_list(reader, frame);
    Value params = vector_empty();
    assert(reader->params_count <= FUNCTION_PARAMS_MAX);
    for (uint32_t i = 1; i <= reader->params_count; i++) {
        Value param = reader->params[i];
        if (value_is_nil(param)) {
            param = symbol_make(
                VALUE_NIL,
                text_format("p%u__%llu#", i,
                            (unsigned long long)reader_gensym_next()));
        }
        params = vector_conj(params, param);
    }
    if (!value_is_nil(reader->params[0])) {
        params = vector_conj(params, symbol_from_cstring("&"));
        params = vector_conj(params, reader->params[0]);
    }
    Value function = list_3(symbol_from_cstring("fn*"), params, body);
    if (reader->mode == READER_CODE) {
        struct place_span span = {frame->start, reader->scan.at};
        place_set_list(function, reader->scan.file, span, NULL, 0);
    }
    return function;
}

Value
build_collection(struct reader *reader, const struct frame *frame)
{
    uint32_t count = reader->count - frame->first;
    switch ((enum frame_kind)frame->kind) {
    case FRAME_LIST:
        return build_list(reader, frame);
    case FRAME_VECTOR:
        return count == 0
                   ? vector_empty()
                   : vector_from_array(reader->items + frame->first, count);
    case FRAME_MAP:
    case FRAME_NAMESPACED_MAP:
        return build_map(reader, frame);
    case FRAME_SET:
        return build_set(reader, frame);
    case FRAME_FUNCTION:
        return build_function(reader, frame);
    default:
        // Only brackets that make a collection come here.
        assert(frame->kind == FRAME_LIST);
        return VALUE_NIL;
    }
}
