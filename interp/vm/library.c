/* SPDX-License-Identifier: MIT */
/*
 * See library.h. The text is split where a line begins with a bracket, and the
 * name is read off each piece; the reader proper sees a piece when its var is
 * resolved. That may be in the midst of compiling, reading or undoing something
 * else, so all that a definition would disturb is put aside: the namespace, the
 * notes of the form that runs, the budgets, the numbers of gensyms.
 */
#include "interp/vm/library.h"

#include "interp/compile/definition.h"
#include "interp/compile/form.h"
#include "interp/data/alloc.h"
#include "interp/data/error.h"
#include "interp/data/namespace.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/read/reader.h"
#include "interp/vm/limits.h"
#include "interp/vm/module.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A top-level form of a text. */
struct piece {
    const char *bytes; /* inside the text, which keeps them alive */
    uint32_t len;
    uint32_t line;
    uint32_t text; /* which of library.texts */
};

/* A file of the library, split once: programs come and go, its text stays. */
struct split_text {
    Value name; /* symbol: the namespace that it defines */
    Value file;
    const char *bytes;
    uint32_t first; /* of library.pieces */
    uint32_t count;
};

/* Vars have sixteen bits for the number of their piece. */
enum { TEXTS_MAX = 64, PIECES_MAX = UINT16_MAX };

static struct {
    struct split_text texts[TEXTS_MAX]; /* the core first */
    struct piece *pieces;
    uint32_t text_count;
    uint32_t piece_count;
    uint32_t piece_room;
    uint32_t core_evaluated;
} library;

bool
library_has_file(Value file)
{
    for (uint32_t i = 0; text_is(file) && i < library.text_count; i++) {
        if (text_equal(library.texts[i].file, file)) {
            return true;
        }
    }
    return false;
}

static bool
is_of_core(const struct piece *piece)
{
    return piece->text == 0;
}

/* --- Evaluating a piece ----------------------------------------------------- */

static Value
eval_piece(void *arg)
{
    const struct piece *piece = arg;
    struct reader *reader =
        reader_create(piece->bytes, piece->len, library.texts[piece->text].file,
                      READER_CODE);
    reader_set_line(reader, piece->line);
    Value form;
    struct error_place place;
    while (reader_read(reader, &form, &place)) {
        module_eval(form, &place);
    }
    return VALUE_NIL;
}

/* An error in the core itself is a bug, but for the C stack: that is as deep as
 * the program made it. Other files may meet one of the program's: a namespace
 * that they require can be the user's own. */
_Noreturn static void
fail(const struct piece *piece, Value thrown)
{
    const struct error_object *error =
        (const struct error_object *)value_object(thrown);
    if (error->head.flags == ERROR_LIMIT || !is_of_core(piece)) {
        error_throw_value(thrown);
    }
    fprintf(stderr, "ronin: core.magma:%u: %s\n", error->place.line,
            text_bytes(error->message));
    abort();
}

/* True if it went well. Gensyms of a piece have numbers of their own, whenever
 * it is evaluated. */
static bool
try_piece(struct piece *piece, Value ns, Value *thrown)
{
    enum { GENSYMS_A_LINE = 1000 };
    Value previous = namespace_current();
    struct definition_notes notes = definition_pause();
    struct limits_pause limits = limits_pause();
    uint64_t gensyms =
        reader_gensym_set((uint64_t)piece->line * GENSYMS_A_LINE);
    namespace_set_current(ns);
    Value result;
    bool is_done = error_try(eval_piece, piece, &result, thrown);
    namespace_set_current(previous);
    reader_gensym_set(gensyms);
    limits_resume(limits);
    definition_resume(notes);
    library.core_evaluated += is_done && is_of_core(piece);
    return is_done;
}

/* Called for a var that is named while VAR_DEFERRED. The flag is gone while the
 * definition is evaluated, which may name itself; and back if that fails, so
 * that the next who names it is told the same. */
static void
define(Value var)
{
    struct var_object *object = (struct var_object *)value_object(var);
    assert((object->head.flags & VAR_DEFERRED) != 0);
    uint16_t index = object->head.extra;
    uint8_t flags = object->head.flags;
    assert(index < library.piece_count);
    struct piece piece = library.pieces[index];
    Value thrown;
    object->head.flags = 0;
    object->head.extra = 0;
    if (!try_piece(&piece, object->ns, &thrown)) {
        object->head.flags = flags;
        object->head.extra = index;
        fail(&piece, thrown);
    }
    object->head.flags |= flags & (VAR_PRIVATE | VAR_USED);
    if (is_of_core(&piece)) {
        object->head.flags |= VAR_SEALED;
    }
}

/* --- Splitting ---------------------------------------------------------------- */

/* What a piece begins with, and which flags its var has. */
static const struct {
    const char *head;
    uint8_t flags;
} heads[] = {
    {"(defmacro ", VAR_MACRO},
    {"(defn- ", VAR_PRIVATE},
    {"(defn ", 0},
};

/* The name behind the head; nil for what is evaluated at once. */
static Value
name_of(const struct piece *piece, uint8_t *flags)
{
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        size_t skip = strlen(heads[i].head);
        if (piece->len > skip &&
            memcmp(piece->bytes, heads[i].head, skip) == 0) {
            size_t len = strcspn(piece->bytes + skip, " \n");
            *flags = heads[i].flags;
            return symbol_make(VALUE_NIL, text_make(piece->bytes + skip, len));
        }
    }
    return VALUE_NIL;
}

/* Defines a piece in its namespace: later, if it can be. */
static void
intern(uint32_t index, Value ns)
{
    uint8_t flags = 0;
    struct piece piece = library.pieces[index];
    Value name = name_of(&piece, &flags);
    Value thrown;
    if (value_is_nil(name)) {
        if (!try_piece(&piece, ns, &thrown)) {
            fail(&piece, thrown);
        }
        return;
    }
    Value var = namespace_intern(ns, name);
    value_object(var)->flags = (uint8_t)(flags | VAR_DEFERRED);
    value_object(var)->extra = (uint16_t)index;
}

/* The end of the piece that begins at `from`: the next bracket that begins a
 * line, or the end of the text. */
static const char *
piece_end(const char *from)
{
    const char *next = strstr(from, "\n(");
    return next == NULL ? from + strlen(from) : next + 1;
}

static void
add_piece(struct piece piece)
{
    if (library.piece_count == library.piece_room) {
        uint32_t room = library.piece_room * 2 + 256;
        struct piece *pieces = alloc_atomic(room * sizeof(struct piece));
        if (library.piece_count > 0) {
            memcpy(pieces, library.pieces,
                   library.piece_count * sizeof(struct piece));
        }
        library.pieces = pieces;
        library.piece_room = room;
    }
    assert(library.piece_count < PIECES_MAX);
    library.pieces[library.piece_count++] = piece;
}

static const struct split_text *
split(const struct module_source *source)
{
    struct split_text *text = &library.texts[library.text_count];
    const char *bytes = source->bytes;
    assert(library.text_count < TEXTS_MAX && strlen(bytes) == source->len);
    *text = (struct split_text){.name = source->ns,
                                .file = source->file,
                                .bytes = bytes,
                                .first = library.piece_count};
    uint32_t line = 1;
    const char *end = bytes[0] == '(' ? bytes : piece_end(bytes);
    for (const char *at = bytes; *end != 0;) {
        for (; at < end; at++) {
            line += *at == '\n';
        }
        end = piece_end(at);
        add_piece(
            (struct piece){at, (uint32_t)(end - at), line, library.text_count});
    }
    text->count = library.piece_count - text->first;
    library.text_count++;
    return text;
}

static const struct split_text *
find_split(Value name)
{
    for (uint32_t i = 0; i < library.text_count; i++) {
        if (symbol_equal(library.texts[i].name, name)) {
            return &library.texts[i];
        }
    }
    return NULL;
}

void
library_load(Value ns, const struct module_source *source)
{
    if (library.text_count == 0) {
        namespace_set_definer(define);
    }
    const struct split_text *text = find_split(source->ns);
    if (text == NULL) {
        text = split(source);
    }
    // What is evaluated may load another file meanwhile; texts do not move.
    for (uint32_t i = 0; i < text->count; i++) {
        intern(text->first + i, ns);
    }
}

void
library_count(size_t *all, size_t *evaluated)
{
    *all = library.texts[0].count;
    *evaluated = library.core_evaluated;
}
