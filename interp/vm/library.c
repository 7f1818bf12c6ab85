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

/* A top-level form of the text. */
struct piece {
    const char *bytes;
    size_t len;
    uint32_t line;
    bool is_compiled;
};

enum { PIECES_MAX = 512 };

static struct {
    Value file;
    const char *text; /* keeps it alive */
    struct piece pieces[PIECES_MAX];
    size_t count;
} library;

static Value
core(void)
{
    return namespace_find(form_symbol("clojure.core"));
}

/* --- Evaluating a piece ----------------------------------------------------- */

static Value
eval_piece(void *arg)
{
    const struct piece *piece = arg;
    struct reader *reader =
        reader_create(piece->bytes, piece->len, library.file, READER_CODE);
    reader_set_line(reader, piece->line);
    Value form;
    struct error_place place;
    while (reader_read(reader, &form, &place)) {
        module_eval(form, &place);
    }
    return VALUE_NIL;
}

/* An error in the library itself is a bug, but for the C stack: that is as deep
 * as the program made it. */
_Noreturn static void
fail(Value thrown)
{
    const struct error_object *error =
        (const struct error_object *)value_object(thrown);
    if (error->head.flags == ERROR_LIMIT) {
        error_throw_value(thrown);
    }
    fprintf(stderr, "ronin: core.magma:%u: %s\n", error->place.line,
            text_bytes(error->message));
    abort();
}

/* Gensyms of a piece have numbers of their own, whenever it is evaluated. */
static void
evaluate(struct piece *piece)
{
    enum { GENSYMS_A_LINE = 1000 };
    Value previous = namespace_current();
    struct definition_notes notes = definition_pause();
    struct limits_pause limits = limits_pause();
    uint64_t gensyms =
        reader_gensym_set((uint64_t)piece->line * GENSYMS_A_LINE);
    namespace_set_current(core());
    Value result;
    Value thrown;
    piece->is_compiled = error_try(eval_piece, piece, &result, &thrown);
    namespace_set_current(previous);
    reader_gensym_set(gensyms);
    limits_resume(limits);
    definition_resume(notes);
    if (!piece->is_compiled) {
        fail(thrown);
    }
}

/* Called for a var that is named while VAR_DEFERRED. The flag is gone while the
 * definition is evaluated, which may name itself. */
static void
define(Value var)
{
    struct var_object *object = (struct var_object *)value_object(var);
    assert((object->head.flags & VAR_DEFERRED) != 0);
    size_t index = object->head.extra;
    uint8_t flags = object->head.flags;
    assert(index < library.count && !library.pieces[index].is_compiled);
    object->head.flags = 0;
    object->head.extra = 0;
    evaluate(&library.pieces[index]);
    object->head.flags |= VAR_SEALED | (flags & VAR_PRIVATE);
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

static void
intern(size_t index)
{
    uint8_t flags = 0;
    Value name = name_of(&library.pieces[index], &flags);
    if (value_is_nil(name)) {
        evaluate(&library.pieces[index]);
        return;
    }
    Value var = namespace_intern(core(), name);
    assert(value_is(((struct var_object *)value_object(var))->value,
                    VALUE_UNBOUND));
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

void
library_start(const char *bytes, size_t len, Value file)
{
    assert(library.text == NULL && strlen(bytes) == len);
    library.text = bytes;
    library.file = file;
    namespace_set_definer(define);
    uint32_t line = 1;
    const char *end = bytes[0] == '(' ? bytes : piece_end(bytes);
    for (const char *at = bytes; *end != 0;) {
        for (; at < end; at++) {
            line += *at == '\n';
        }
        end = piece_end(at);
        assert(library.count < PIECES_MAX);
        library.pieces[library.count++] =
            (struct piece){at, (size_t)(end - at), line, false};
    }
    for (size_t i = 0; i < library.count; i++) {
        intern(i);
    }
}

void
library_count(size_t *all, size_t *compiled)
{
    *all = library.count;
    *compiled = 0;
    for (size_t i = 0; i < library.count; i++) {
        *compiled += library.pieces[i].is_compiled;
    }
}
