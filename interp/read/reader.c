/* SPDX-License-Identifier: MIT */
/*
 * One loop takes token after token. An opening bracket or a prefix (', ^, #_)
 * pushes a frame; what is complete is delivered to the frame on top, which
 * keeps it as an item, or, being a prefix, wraps it and delivers the result in
 * turn. Items of all open frames lie on one stack; a frame knows its first.
 *
 * See spec/magma/lexical.md.
 */
#include "interp/read/reader.h"

#include "interp/data/alloc.h"
#include "interp/data/invoke.h"
#include "interp/data/list.h"
#include "interp/data/map.h"
#include "interp/data/meta.h"
#include "interp/data/record.h"
#include "interp/data/regex.h"
#include "interp/data/seq.h"
#include "interp/data/set.h"
#include "interp/data/symbol.h"
#include "interp/data/tagged.h"
#include "interp/data/text.h"
#include "interp/data/type.h"
#include "interp/data/vector.h"
#include "interp/read/build.h"
#include "interp/read/frame.h"
#include "interp/read/name.h"
#include "interp/read/place.h"
#include "interp/read/print.h"
#include "interp/read/quote.h"
#include "interp/read/scan.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct reader *
reader_create(const char *bytes, size_t len, Value file, enum reader_mode mode)
{
    struct reader *reader = alloc(sizeof(*reader));
    reader->mode = mode;
    reader->pending = VALUE_NIL;
    reader->readers = VALUE_NIL;
    reader->features = VALUE_NIL;
    reader->default_reader = VALUE_NIL;
    scan_init(&reader->scan, bytes, len, file);
    return reader;
}

void
reader_set_tags(struct reader *reader, Value readers, Value other)
{
    assert(value_is_nil(readers) || map_is(readers));
    reader->readers = readers;
    reader->default_reader = other;
}

void
reader_set_conditionals(struct reader *reader, bool are_kept, Value features)
{
    assert(value_is_nil(features) || set_is(features));
    reader->keeps_conditionals = are_kept;
    reader->features = features;
}

void
reader_set_line(struct reader *reader, uint32_t line)
{
    assert(line > 0);
    reader->scan.at.line = line;
}

void
reader_set_lenient(struct reader *reader)
{
    reader->is_lenient = true;
}

/* --- Delivery ------------------------------------------------------------ */

/* Metadata as a map: ^:key, ^Tag, ^"Tag", ^[params] or ^{...}. */
static Value
meta_map(struct reader *reader, Value v, struct scan_mark start)
{
    Value key = VALUE_ABSENT;
    switch (value_kind(v)) {
    case KIND_MAP:
        return v;
    case KIND_KEYWORD:
        return map_assoc(map_empty(), v, VALUE_TRUE);
    case KIND_SYMBOL:
    case KIND_STRING:
        key = keyword_from_cstring("tag");
        break;
    case KIND_VECTOR:
        key = keyword_from_cstring("param-tags");
        break;
    default:
        scan_fail(&reader->scan, start, NULL,
                  "Metadata is a map, keyword, symbol, string or vector, not "
                  "%s",
                  value_shown(v));
    }
    return map_assoc(map_empty(), key, v);
}

/* A form with a place from `start` to here; only lists and symbols get one. */
static Value
placed(struct reader *reader, Value form, struct scan_mark start)
{
    if (reader->mode != READER_CODE) {
        return form;
    }
    struct place_span span = {start, reader->scan.at};
    if (symbol_is(form)) {
        return place_symbol(form, reader->scan.file, span);
    }
    if (list_is(form)) {
        place_set_list(form, reader->scan.file, span, NULL, 0);
    }
    return form;
}

/* Later metadata wins over what the form has; its place stays. */
static Value
with_metadata(struct reader *reader, Value meta, Value form,
              struct scan_mark start)
{
    meta = meta_map(reader, meta, start);
    if (!meta_is_supported(form)) {
        scan_fail(&reader->scan, start, NULL, "Metadata cannot be put on %s",
                  value_shown(form));
    }
    Value old = meta_of(form);
    Value result =
        meta_with(form, value_is_nil(old) ? meta : map_merge(old, meta));
    struct error_place place;
    bool had_place = reader_place_of(form, &place);
    if (had_place && !reader_place_of(result, &place)) {
        result = placed(reader, result, start);
    }
    return result;
}

/* `form */
static Value
expanded_template(struct reader *reader, Value form, struct scan_mark start)
{
    Value expanded = quote_expand(form, &reader->template_parts);
    if (reader->template_parts > QUOTE_PARTS_MAX) {
        struct error_place place = {.file = reader->scan.file,
                                    .line = start.line,
                                    .column = start.column};
        reader->scan.pos = reader->scan.len;
        error_throw_at(&place, ERROR_LIMIT,
                       "Use fewer ` inside of each other, or a function that "
                       "builds the form.",
                       "Syntax-quotes expand to more than %d forms",
                       QUOTE_PARTS_MAX);
    }
    if (value_is(expanded, VALUE_ABSENT)) {
        scan_fail(&reader->scan, start, "Write it inside of a list.",
                  "~@ must stand in a list, vector, set or map");
    }
    return expanded;
}

/* #user.Point{:x 1} or #user.Point[1 2] */
static Value
record_of(struct reader *reader, Value type, Value form, struct scan_mark start)
{
    if (map_is(form)) {
        return record_from_map(type, form);
    }
    uint32_t fields = vector_count(type_object(type)->fields);
    if (!vector_is(form) || vector_count(form) != fields) {
        scan_fail(&reader->scan, start, NULL,
                  "#%s needs a map or a vector of %u values",
                  text_bytes(type_object(type)->name), fields);
    }
    Value *values = alloc(sizeof(Value) * fields);
    for (uint32_t i = 0; i < fields; i++) {
        values[i] = vector_at(form, i);
    }
    return record_make(type, values);
}

/* #inst "...", #uuid "...", and the sets that queries give: #targets[...] and
 * #actions[...]; ABSENT for other tags. */
static Value
known_tag(struct reader *reader, Value tag, Value form, struct scan_mark start)
{
    const char *name = text_bytes(symbol_full_name(tag));
    bool is_set = strcmp(name, "targets") == 0 || strcmp(name, "actions") == 0;
    if (is_set && vector_is(form)) {
        return vector_with_tag(form, name);
    }
    bool is_instant = strcmp(name, "inst") == 0;
    if (!is_instant && strcmp(name, "uuid") != 0) {
        return VALUE_ABSENT;
    }
    if (!text_is(form)) {
        scan_fail(&reader->scan, start, NULL, "#%s needs a string, not %s",
                  name, value_shown(form));
    }
    Value known = is_instant ? tagged_instant(form) : tagged_uuid(form);
    if (value_is(known, VALUE_ABSENT)) {
        scan_fail(&reader->scan, start,
                  is_instant ? "Write it as #inst "
                               "\"2020-01-31T12:30:00.000-00:00\"; what is "
                               "behind the year may be left out."
                             : "Write it as #uuid "
                               "\"b6883c0a-0342-4007-9966-bc2dfa6b109e\".",
                  is_instant ? "\"%s\" is no date and time"
                             : "\"%s\" is no uuid",
                  text_bytes(form));
    }
    return known;
}

/* What a tag makes of its form: a reader that was given wins, then what is
 * known, the default and records; what is left stays a literal, but in data
 * that others wrote it is an error, as in Clojure. */
static Value
tagged(struct reader *reader, Value tag, Value form, struct scan_mark start)
{
    if (!symbol_is(tag)) {
        if (!list_is(form)) {
            scan_fail(&reader->scan, start, NULL,
                      "#? must be followed by a list");
        }
        return tagged_conditional(form, value_is_true(tag));
    }
    if (reader->lenient > 0) {
        return form;
    }
    Value known = value_is_nil(reader->readers) ? VALUE_ABSENT
                                                : map_get(reader->readers, tag);
    if (!value_is(known, VALUE_ABSENT)) {
        return invoke1(known, form);
    }
    known = known_tag(reader, tag, form, start);
    if (!value_is(known, VALUE_ABSENT)) {
        return known;
    }
    if (!value_is_nil(reader->default_reader)) {
        return invoke2(reader->default_reader, tag, form);
    }
    Value type = reader->mode == READER_EDN || !value_is_nil(symbol_ns(tag))
                     ? VALUE_ABSENT
                     : record_type_named(symbol_name(tag));
    if (type_is(type)) {
        return record_of(reader, type, form, start);
    }
    if (reader->mode == READER_EDN) {
        scan_fail(&reader->scan, start,
                  "Give one in {:readers {tag f}}, or {:default "
                  "tagged-literal}.",
                  "No reader is known for the tag #%s",
                  text_bytes(symbol_full_name(tag)));
    }
    return tagged_literal(tag, form);
}

/* A branch's feature or its form, in #?(feature form ...). */
static void
deliver_conditional(struct reader *reader, struct frame *frame, Value v,
                    struct scan_mark start)
{
    if (frame->state == BRANCH_TAKE) {
        frame_add_item(reader, v, start);
        frame->state = BRANCH_FEATURE;
        return;
    }
    assert(frame->state == BRANCH_FEATURE);
    if (!symbol_is_keyword(v)) {
        scan_fail(&reader->scan, start, NULL,
                  "A feature in #?(...) is a keyword, such as :magma");
    }
    bool is_ours = value_is(v, keyword_from_cstring("magma")) ||
                   value_is(v, keyword_from_cstring("default")) ||
                   (set_is(reader->features) &&
                    !value_is(set_get(reader->features, v), VALUE_ABSENT));
    bool is_taken = reader->count > frame->first;
    frame->state = is_ours && !is_taken ? BRANCH_TAKE : BRANCH_SKIP;
}

/* Closes the prefix frame on top over the form that it waited for. False when
 * nothing is left to deliver. */
static bool
wrap(struct reader *reader, Value *form)
{
    assert(reader->depth > 0);
    struct frame frame = *frame_top(reader);
    const char *wrapper = frame_wrapper(frame.kind);
    if (frame.kind == FRAME_META && reader->count == frame.first) {
        frame_add_item(reader, *form, frame.start);
        return false;
    }
    Value first =
        reader->count > frame.first ? reader->items[frame.first] : VALUE_NIL;
    frame_pop(reader);
    if (frame.kind == FRAME_SKIP) {
        frame_top(reader)->state = BRANCH_FEATURE;
        return false;
    }
    if (frame.kind == FRAME_DISCARD) {
        return false;
    }
    if (frame.kind == FRAME_META) {
        *form = with_metadata(reader, first, *form, frame.start);
    } else if (frame.kind == FRAME_TAG) {
        *form = tagged(reader, first, *form, frame.start);
    } else if (frame.kind == FRAME_SYNTAX_QUOTE) {
        *form = expanded_template(reader, *form, frame.start);
    } else {
        Value list = list_2(symbol_from_cstring(wrapper), *form);
        *form = placed(reader, list, frame.start);
    }
    return true;
}

/* Hands a complete form to whoever waits for it. */
static void
deliver(struct reader *reader, Value form, struct scan_mark start)
{
    while (reader->depth > 0) {
        struct frame *frame = frame_top(reader);
        if (frame_is_conditional(frame->kind)) {
            deliver_conditional(reader, frame, form, start);
            return;
        }
        if (frame_is_bracket(frame->kind)) {
            frame_add_item(reader, form, start);
            return;
        }
        start = frame->start;
        if (!wrap(reader, &form)) {
            return;
        }
    }
    reader->result = form;
    reader->has_result = true;
    reader->start = start;
}

/* --- Brackets ------------------------------------------------------------ */

/* The items of #?@(...) take its place in what is around it. */
static void
splice(struct reader *reader, Value items, struct scan_mark start)
{
    if (!seq_is_sequential(items)) {
        scan_fail(&reader->scan, start, NULL,
                  "#?@ needs a list or vector, not %s", value_shown(items));
    }
    if (reader->depth == 0) {
        reader->pending = seq_of(items);
        reader->start = start;
        return;
    }
    if (!frame_is_bracket(frame_top(reader)->kind)) {
        scan_fail(&reader->scan, start, NULL, "#?@ cannot stand behind %s",
                  frame_opener(frame_top(reader)->kind));
    }
    struct seq_iter iter;
    Value item;
    seq_iter_init(&iter, items);
    while (seq_iter_next(&iter, &item)) {
        deliver(reader, item, start);
    }
}

/* Delivers the branch taken, if any: without one the whole vanishes. */
static void
close_conditional(struct reader *reader, struct frame frame)
{
    bool is_taken = reader->count > frame.first;
    Value form = is_taken ? reader->items[frame.first] : VALUE_NIL;
    if (frame.state != BRANCH_FEATURE) {
        scan_fail(&reader->scan, frame.start, NULL,
                  "#?(...) needs a form behind each feature");
    }
    frame_pop(reader);
    if (!is_taken) {
        return;
    }
    if (frame.kind == FRAME_CONDITIONAL) {
        deliver(reader, form, frame.start);
    } else {
        splice(reader, form, frame.start);
    }
}

/* A closing bracket with nothing, or something else, to close. */
static _Noreturn void
fail_closer(struct reader *reader, int closer)
{
    struct scan_mark at = reader->scan.at;
    if (reader->depth == 0) {
        scan_fail(&reader->scan, at, "Remove it, or add what it closes.",
                  "Nothing is open that %c could close", closer);
    }
    const struct frame *top = frame_top(reader);
    if (!frame_is_bracket(top->kind)) {
        scan_fail(&reader->scan, at, NULL, "%s at %u:%u has no form behind it",
                  frame_opener(top->kind), top->start.line, top->start.column);
    }
    struct scan_mark places[2] = {at, top->start};
    scan_fail_two(&reader->scan, places, NULL,
                  "%c cannot close the %s opened at %u:%u: %c is expected",
                  closer, frame_opener(top->kind), top->start.line,
                  top->start.column, frame_closer(top->kind));
}

/* Puts together what the bracket holds and hands it on. */
static void
close_bracket(struct reader *reader, int closer)
{
    if (reader->depth == 0 || frame_closer(frame_top(reader)->kind) != closer) {
        fail_closer(reader, closer);
    }
    scan_skip(&reader->scan, 1);
    struct frame frame = *frame_top(reader);
    if (frame_is_conditional(frame.kind)) {
        close_conditional(reader, frame);
        return;
    }
    Value form = build_collection(reader, &frame);
    if (frame.kind == FRAME_FUNCTION) {
        reader->function_depth = 0;
    }
    frame_pop(reader);
    deliver(reader, form, frame.start);
}

/* --- Tokens -------------------------------------------------------------- */

/* Moves over an opener and pushes its frame. */
static void
open_frame(struct reader *reader, enum frame_kind kind)
{
    const char *opener = frame_opener(kind);
    struct scan_mark start = reader->scan.at;
    bool is_edn =
        kind < FRAME_FUNCTION || kind == FRAME_META || kind == FRAME_DISCARD;
    if (reader->mode == READER_EDN && !is_edn) {
        scan_fail(&reader->scan, start, NULL, "%s is not data (EDN)", opener);
    }
    scan_skip(&reader->scan, strlen(opener));
    frame_push(reader, kind, start);
    if (kind == FRAME_FUNCTION) {
        name_begin_function(reader, start);
    }
}

/* #?( and #?@(, which allow blanks before the bracket. */
static void
open_conditional(struct reader *reader)
{
    struct scan_mark start = reader->scan.at;
    scan_skip(&reader->scan, 2);
    bool is_splice = scan_peek(&reader->scan, 0) == '@';
    if (is_splice) {
        scan_skip(&reader->scan, 1);
    }
    scan_blank(&reader->scan);
    if (reader->mode == READER_EDN) {
        scan_fail(&reader->scan, start, NULL, "#? is not data (EDN)");
    }
    if (scan_peek(&reader->scan, 0) != '(') {
        scan_fail(&reader->scan, start, NULL, "#? must be followed by a list");
    }
    if (reader->keeps_conditionals) { // The list is read as any other.
        frame_push(reader, FRAME_TAG, start);
        frame_add_item(reader, value_bool(is_splice), start);
        return;
    }
    scan_skip(&reader->scan, 1);
    frame_push(reader, is_splice ? FRAME_CONDITIONAL_SPLICE : FRAME_CONDITIONAL,
               start);
}

/* #:ns{...}: a map whose plain keys get a namespace. */
static void
open_namespaced_map(struct reader *reader)
{
    struct scan_mark start = reader->scan.at;
    scan_skip(&reader->scan, 1);
    Value ns = name_take_map_namespace(reader);
    scan_blank(&reader->scan);
    if (scan_peek(&reader->scan, 0) != '{') {
        scan_fail(&reader->scan, start, NULL,
                  "A namespaced map needs a { behind its namespace");
    }
    scan_skip(&reader->scan, 1);
    frame_push(reader, FRAME_NAMESPACED_MAP, start);
    frame_add_item(reader, ns, start);
}

/* #name form */
static void
open_tag(struct reader *reader)
{
    struct scan_mark start = reader->scan.at;
    scan_skip(&reader->scan, 1);
    Value tag = name_take_tag(reader, start);
    frame_push(reader, FRAME_TAG, start);
    frame_add_item(reader, tag, start);
}

static Value
compile_regex(void *source)
{
    return regex_make(*(Value *)source);
}

/* The pattern is compiled here so that its faults are syntax errors. */
static void
take_regex(struct reader *reader)
{
    struct scan_mark start = reader->scan.at;
    scan_skip(&reader->scan, 2);
    Value source = scan_take_regex_source(&reader->scan, start);
    if (reader->mode == READER_EDN) {
        scan_fail(&reader->scan, start, NULL, "A regex is not data (EDN)");
    }
    Value regex = scan_guard(&reader->scan, start, compile_regex, &source);
    deliver(reader, regex, start);
}

/* What begins with #. */
static void
take_dispatch(struct reader *reader)
{
    int next = scan_peek(&reader->scan, 1);
    switch (next) {
    case '{':
        open_frame(reader, FRAME_SET);
        return;
    case '(':
        open_frame(reader, FRAME_FUNCTION);
        return;
    case '\'':
        open_frame(reader, FRAME_VAR);
        return;
    case '_':
        open_frame(reader, FRAME_DISCARD);
        reader->lenient++;
        return;
    case '^':
        scan_skip(&reader->scan, 1);
        open_frame(reader, FRAME_META);
        return;
    case '"':
        take_regex(reader);
        return;
    case '?':
        open_conditional(reader);
        return;
    case ':':
        open_namespaced_map(reader);
        return;
    case '#': {
        struct scan_mark start = reader->scan.at;
        deliver(reader, name_take_symbolic(reader), start);
        return;
    }
    default:
        open_tag(reader);
    }
}

/* A string, character, number or name. */
static void
take_atom(struct reader *reader, int byte)
{
    struct scan *scan = &reader->scan;
    struct scan_mark start = scan->at;
    int next = scan_peek(scan, 1);
    bool is_signed = (byte == '+' || byte == '-') && next >= '0' && next <= '9';
    Value form;
    if (byte == '"') {
        scan_skip(scan, 1);
        form = scan_take_string(scan, start);
    } else if (byte == '\\') {
        form = scan_take_char(scan);
    } else if (is_signed || (byte >= '0' && byte <= '9')) {
        form = scan_take_number(scan);
    } else if (byte == ':') {
        form = name_take_keyword(reader);
    } else {
        form = name_take_symbol(reader);
    }
    deliver(reader, form, start);
}

/* One step of the loop: what starts with this byte. */
static void
take_token(struct reader *reader, int byte)
{
    switch (byte) {
    case '(':
        if (reader->depth > 0 && reader->scan.at.column == 1 &&
            reader->margin.line == 0) {
            reader->margin = reader->scan.at;
        }
        open_frame(reader, FRAME_LIST);
        break;
    case '[':
        open_frame(reader, FRAME_VECTOR);
        break;
    case '{':
        open_frame(reader, FRAME_MAP);
        break;
    case '\'':
        open_frame(reader, FRAME_QUOTE);
        break;
    case '@':
        open_frame(reader, FRAME_DEREF);
        break;
    case '`':
        open_frame(reader, FRAME_SYNTAX_QUOTE);
        break;
    case '^':
        open_frame(reader, FRAME_META);
        break;
    case '~':
        open_frame(reader, scan_peek(&reader->scan, 1) == '@'
                               ? FRAME_UNQUOTE_SPLICE
                               : FRAME_UNQUOTE);
        break;
    case ')':
    case ']':
    case '}':
        close_bracket(reader, byte);
        break;
    case '#':
        take_dispatch(reader);
        break;
    default:
        take_atom(reader, byte);
    }
}

/* --- Forms --------------------------------------------------------------- */

/* The text ended inside a form: names the bracket that is open. */
static _Noreturn void
fail_unclosed(struct reader *reader)
{
    reader->scan.is_cut = true;
    uint32_t i = reader->depth;
    while (i > 0 && !frame_is_bracket(reader->frames[i - 1].kind)) {
        i--;
    }
    const struct frame *frame =
        i > 0 ? &reader->frames[i - 1] : frame_top(reader);
    struct scan_mark start = frame->start;
    reader->scan.at = start;
    if (i > 0) {
        struct scan_mark places[2] = {start, reader->margin};
        bool knows = reader->margin.line > start.line;
        places[1].line = knows ? places[1].line : 0;
        char help[128];
        snprintf(help, sizeof(help),
                 knows ? "Add the closing %c, perhaps before line %u, where a "
                         "form begins the line."
                       : "Add the closing %c.",
                 frame_closer(frame->kind), reader->margin.line);
        scan_fail_two(&reader->scan, places, help,
                      "The %s opened at %u:%u is never closed",
                      frame_opener(frame->kind), start.line, start.column);
    }
    scan_fail(&reader->scan, start, NULL, "%s at %u:%u has no form behind it",
              frame_opener(frame->kind), start.line, start.column);
}

/* Gives one of the forms that #?@ left at the top level. */
static void
take_pending(struct reader *reader)
{
    assert(!value_is_nil(reader->pending));
    reader->result = seq_first(reader->pending);
    reader->pending = seq_next(reader->pending);
    reader->has_result = true;
}

bool
reader_read(struct reader *reader, Value *form, struct error_place *place)
{
    reader->depth = 0;
    reader->count = 0;
    reader->lenient = reader->is_lenient ? 1 : 0;
    reader->function_depth = 0;
    reader->has_result = false;
    reader->template_parts = 0;
    reader->margin = (struct scan_mark){0, 0};
    scan_check(&reader->scan);
    while (!reader->has_result) {
        if (!value_is_nil(reader->pending)) {
            take_pending(reader);
            break;
        }
        scan_blank(&reader->scan);
        int byte = scan_peek(&reader->scan, 0);
        if (byte < 0 && reader->depth > 0) {
            fail_unclosed(reader);
        }
        if (byte < 0) {
            return false;
        }
        if (frame_skips_next(reader) && byte != ')') {
            frame_push(reader, FRAME_SKIP, reader->scan.at);
            reader->lenient++;
        }
        take_token(reader, byte);
    }
    *form = reader->result;
    if (place != NULL) {
        *place = (struct error_place){.file = reader->scan.file,
                                      .line = reader->start.line,
                                      .column = reader->start.column,
                                      .end_line = reader->scan.at.line,
                                      .end_column = reader->scan.at.column};
    }
    return true;
}

/* --- Incomplete text ------------------------------------------------------ */

struct probe {
    const char *bytes;
    size_t len;
    struct reader *reader;
};

static Value
read_all(void *arg)
{
    struct probe *probe = arg;
    probe->reader =
        reader_create(probe->bytes, probe->len, VALUE_NIL, READER_DATA);
    reader_set_lenient(probe->reader);
    Value form;
    while (reader_read(probe->reader, &form, NULL)) {
    }
    return VALUE_NIL;
}

bool
reader_is_incomplete(const char *bytes, size_t len)
{
    struct probe probe = {.bytes = bytes, .len = len};
    Value result;
    Value thrown;
    bool is_whole = error_try(read_all, &probe, &result, &thrown);
    return !is_whole && probe.reader != NULL && probe.reader->scan.is_cut;
}
