/* SPDX-License-Identifier: MIT */
/* See notes.h. */
#include "interp/compile/notes.h"

#include "interp/data/alloc.h"
#include "interp/data/text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static struct {
    struct note *items; /* collected memory */
    uint32_t count;
    uint32_t cap;
    uint32_t error_count;
} notes;

void *
notes_grow(void *items, uint32_t count, uint32_t *cap, size_t size)
{
    if (count < *cap) {
        return items;
    }
    *cap = count == 0 ? 16 : 2 * count;
    void *more = alloc(*cap * size);
    if (count > 0) {
        memcpy(more, items, count * size);
    }
    return more;
}

void
notes_forget(void)
{
    memset(&notes, 0, sizeof(notes));
}

static void
add_note(const struct note *note)
{
    notes.items =
        notes_grow(notes.items, notes.count, &notes.cap, sizeof(*note));
    notes.items[notes.count++] = *note;
}

void
notes_warn(enum note_kind kind, const struct error_place *place,
           const char *help, const char *format, ...)
{
    assert(kind != NOTE_ERROR && kind < NOTE_KIND_COUNT);
    if (place->line == 0) {
        return; // code that nobody wrote
    }
    va_list args;
    va_start(args, format);
    Value message = text_format_list(format, args);
    va_end(args);
    struct note note = {kind, *place, message,
                        help == NULL ? VALUE_NIL : text_from_cstring(help),
                        VALUE_NIL};
    add_note(&note);
}

void
notes_error(Value thrown)
{
    struct note note = {.kind = NOTE_ERROR,
                        .message = VALUE_NIL,
                        .help = VALUE_NIL,
                        .thrown = thrown};
    note.place.file = VALUE_NIL;
    if (value_is_kind(thrown, KIND_ERROR)) {
        const struct error_object *error =
            (const struct error_object *)value_object(thrown);
        note.place = error->place;
        note.message = error->message;
    }
    add_note(&note);
    notes.error_count++;
}

uint32_t
notes_error_count(void)
{
    return notes.error_count;
}

/* By file, line and column; errors first. */
static int
compare_notes(const void *a, const void *b)
{
    const struct note *left = a;
    const struct note *right = b;
    if (text_is(left->place.file) && text_is(right->place.file)) {
        int order =
            strcmp(text_bytes(left->place.file), text_bytes(right->place.file));
        if (order != 0) {
            return order;
        }
    }
    if (left->place.line != right->place.line) {
        return left->place.line < right->place.line ? -1 : 1;
    }
    if (left->place.column != right->place.column) {
        return left->place.column < right->place.column ? -1 : 1;
    }
    return left->kind < right->kind ? -1 : left->kind > right->kind;
}

static bool
is_same_note(const struct note *a, const struct note *b)
{
    return compare_notes(a, b) == 0 && text_is(a->message) &&
           text_is(b->message) && text_equal(a->message, b->message);
}

/* The call ran and was refused: that says all. */
static bool
is_said_by_error(const struct note *note)
{
    bool found = false;
    for (uint32_t i = 0;
         !found && note->kind == NOTE_UNKNOWN_KEY && i < notes.count; i++) {
        const struct note *other = &notes.items[i];
        found = other->kind == NOTE_ERROR && text_is(other->message) &&
                text_equal(other->message, note->message);
    }
    return found;
}

static void
drop_doubled_keys(void)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < notes.count; i++) {
        struct note note = notes.items[i];
        if (!is_said_by_error(&note)) {
            notes.items[kept++] = note;
        }
    }
    notes.count = kept;
}

static void
sort_notes(void)
{
    drop_doubled_keys();
    if (notes.count < 2) {
        return;
    }
    qsort(notes.items, notes.count, sizeof(*notes.items), compare_notes);
    uint32_t kept = 1;
    for (uint32_t i = 1; i < notes.count; i++) {
        if (!is_same_note(&notes.items[kept - 1], &notes.items[i])) {
            notes.items[kept++] = notes.items[i];
        }
    }
    notes.count = kept;
}

uint32_t
notes_count(void)
{
    sort_notes();
    return notes.count;
}

const struct note *
notes_at(uint32_t index)
{
    assert(index < notes.count);
    return &notes.items[index];
}
