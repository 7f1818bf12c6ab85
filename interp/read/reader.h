/* SPDX-License-Identifier: MIT */
/*
 * Text to forms, in one pass with an explicit stack: nesting costs heap, not
 * C stack, up to READER_DEPTH_MAX brackets.
 *
 * In code, every list and symbol form knows its place, and a list also knows
 * the places of its items (for what has no place of its own: strings, vectors,
 * maps). Places sit beside a form's metadata and are seen by nobody else.
 * `quote`-like shorthands, syntax-quote and #() are expanded here; the symbols
 * that result are `quote`, `var`, `fn*` and qualified ones of clojure.core.
 */
#ifndef INTERP_READ_READER_H
#define INTERP_READ_READER_H

#include "interp/data/error.h"
#include "interp/data/value.h"

#include <stddef.h>

enum { READER_DEPTH_MAX = 4000000 };

enum reader_mode {
    READER_CODE, /* all syntax, with places */
    READER_DATA, /* all syntax, without places: read-string */
    READER_EDN   /* data only: no quote, deref, #(), regex or `...` */
};

struct reader;

/* A reader over text that stays valid and in place; collected memory, which
 * lives as long as the C stack or a root shows it. `file` is a string value or
 * nil. Throws a syntax error when the text is not UTF-8. */
struct reader *
reader_create(const char *bytes, size_t len, Value file, enum reader_mode mode);

/* Whom tags are given to: `readers` maps symbols to functions of the form,
 * `other` is a function of tag and form; either may be nil. Without, a tag
 * makes a tagged literal; in EDN it is an error. */
void reader_set_tags(struct reader *reader, Value readers, Value other);

/* Keeps #?(...) as values, or else counts these features (a set, or nil) as ours
 * too. */
void
reader_set_conditionals(struct reader *reader, bool are_kept, Value features);

/* The text is a part of a file that begins at this line of it. */
void reader_set_line(struct reader *reader, uint32_t line);

/* Reads only to know where forms end: names need no namespace that is there. */
void reader_set_lenient(struct reader *reader);

/* The next form, or false at the end; *place (may be NULL) is where it starts
 * and ends. Throws syntax errors at their place, and a limit error for forms
 * nested too deep. After a throw the reader is at its end. */
bool reader_read(struct reader *reader, Value *form, struct error_place *place);

/* True when the text ends inside a form (an open bracket, string, or a prefix
 * such as '): more text could complete it. Never throws. */
bool reader_is_incomplete(const char *bytes, size_t len);

/* The place of a list or symbol form read as code; false if it has none.
 * Lists and symbols made from one by with-meta keep its place. */
bool reader_place_of(Value form, struct error_place *place);

/* The place of item `index` of a list form read as code, whatever its kind. */
bool
reader_place_of_item(Value list, uint32_t index, struct error_place *place);

/* Gives a list without a place that of `from` (macro expansions); does nothing
 * for other values, or when `from` has none. */
void reader_copy_place(Value form, Value from);

/* True for a list that was read as code, not made by a macro. */
bool reader_is_written(Value form);
/* Bits that the analysis keeps at the place of a symbol, shared by all copies
 * of it; none without a place. */
void reader_mark(Value symbol, uint8_t bits);
uint8_t reader_marks(Value symbol);

/* How names get their namespaces while reading; set by the VM. `symbol` gives
 * what a symbol in a syntax-quote stands for (qualified; special forms as they
 * are); `alias` gives the namespace (string) of ::alias/name, or ABSENT;
 * `current` the namespace (string) of ::name. */
struct reader_resolver {
    Value (*symbol)(Value symbol);
    Value (*alias)(Value alias_name);
    Value (*current)(void);
};
void reader_set_resolver(const struct reader_resolver *resolver);

/* The next number of gensym and auto-gensyms; starts at 1 with each program
 * (reader_reset). */
uint64_t reader_gensym_next(void);
/* Goes on behind `last`; what was the last one. */
uint64_t reader_gensym_set(uint64_t last);
void reader_reset(void);

#endif
