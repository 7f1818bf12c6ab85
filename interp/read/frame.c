/* SPDX-License-Identifier: MIT */
/*
 * The two stacks of the reader: open frames, and the items that they have so
 * far. Both grow by doubling in collected memory, so that nesting costs heap
 * alone; frames hold no values, so the collector need not look at them.
 * Popping a frame drops its items at once: what was built from them is
 * delivered to the frame below.
 */
#include "interp/read/frame.h"

#include "interp/data/alloc.h"

#include <assert.h>
#include <string.h>

static const struct {
    const char *opener;
    int closer;
    const char *wrapper;
} frames[] = {
    [FRAME_LIST] = {"(", ')', NULL},
    [FRAME_VECTOR] = {"[", ']', NULL},
    [FRAME_MAP] = {"{", '}', NULL},
    [FRAME_NAMESPACED_MAP] = {"#:", '}', NULL},
    [FRAME_SET] = {"#{", '}', NULL},
    [FRAME_FUNCTION] = {"#(", ')', NULL},
    [FRAME_CONDITIONAL] = {"#?(", ')', NULL},
    [FRAME_CONDITIONAL_SPLICE] = {"#?@(", ')', NULL},
    [FRAME_QUOTE] = {"'", 0, "quote"},
    [FRAME_VAR] = {"#'", 0, "var"},
    [FRAME_DEREF] = {"@", 0, "clojure.core/deref"},
    [FRAME_SYNTAX_QUOTE] = {"`", 0, NULL},
    [FRAME_UNQUOTE] = {"~", 0, "clojure.core/unquote"},
    [FRAME_UNQUOTE_SPLICE] = {"~@", 0, "clojure.core/unquote-splicing"},
    [FRAME_META] = {"^", 0, NULL},
    [FRAME_TAG] = {"#tag", 0, NULL},
    [FRAME_DISCARD] = {"#_", 0, NULL},
    [FRAME_SKIP] = {"#?", 0, NULL},
};

const char *
frame_opener(enum frame_kind kind)
{
    assert(kind <= FRAME_SKIP);
    return frames[kind].opener;
}

int
frame_closer(enum frame_kind kind)
{
    return frames[kind].closer;
}

const char *
frame_wrapper(enum frame_kind kind)
{
    return frames[kind].wrapper;
}

void
frame_push(struct reader *reader, enum frame_kind kind, struct scan_mark start)
{
    if (reader->depth == READER_DEPTH_MAX) {
        struct error_place place = {.file = reader->scan.file,
                                    .line = start.line,
                                    .column = start.column};
        reader->scan.pos = reader->scan.len;
        error_throw_at(&place, ERROR_LIMIT, NULL,
                       "Forms are nested more than %d deep", READER_DEPTH_MAX);
    }
    if (reader->depth == reader->frames_cap) {
        uint32_t cap = reader->frames_cap == 0 ? 64 : 2 * reader->frames_cap;
        struct frame *grown = alloc_atomic(cap * sizeof(*grown));
        if (reader->depth > 0) {
            memcpy(grown, reader->frames, reader->depth * sizeof(*grown));
        }
        reader->frames = grown;
        reader->frames_cap = cap;
    }
    reader->frames[reader->depth++] = (struct frame){.kind = (uint8_t)kind,
                                                     .first = reader->count,
                                                     .start = start};
}

void
frame_pop(struct reader *reader)
{
    assert(reader->depth > 0);
    const struct frame *frame = frame_top(reader);
    assert(frame->first <= reader->count);
    if (frame->kind == FRAME_DISCARD || frame->kind == FRAME_SKIP) {
        assert(reader->lenient > 0);
        reader->lenient--;
    }
    reader->count = frame->first;
    reader->depth--;
}

/* Items and, for code, their spans grow together. */
static void
grow_items(struct reader *reader)
{
    uint32_t cap = reader->items_cap == 0 ? 64 : 2 * reader->items_cap;
    assert(cap > reader->items_cap);
    Value *grown = alloc(cap * sizeof(*grown));
    if (reader->count > 0) {
        memcpy(grown, reader->items, reader->count * sizeof(*grown));
    }
    reader->items = grown;
    if (reader->mode == READER_CODE) {
        struct place_span *spans = alloc_atomic(cap * sizeof(*spans));
        if (reader->count > 0) {
            memcpy(spans, reader->spans, reader->count * sizeof(*spans));
        }
        reader->spans = spans;
    }
    reader->items_cap = cap;
}

void
frame_add_item(struct reader *reader, Value item, struct scan_mark start)
{
    assert(reader->depth > 0);
    if (reader->count == reader->items_cap) {
        grow_items(reader);
    }
    if (reader->spans != NULL) {
        reader->spans[reader->count] =
            (struct place_span){start, reader->scan.at};
    }
    reader->items[reader->count++] = item;
}

bool
frame_skips_next(struct reader *reader)
{
    if (reader->depth == 0) {
        return false;
    }
    const struct frame *frame = frame_top(reader);
    return frame_is_conditional(frame->kind) && frame->state == BRANCH_SKIP;
}
