/* SPDX-License-Identifier: MIT */
/*
 * The walk over a regular expression of Java's that turns it into one of
 * PCRE2's: its state, and what escapes mean. Private to the files regex_*.c.
 */
#ifndef INTERP_DATA_REGEX_WALK_H
#define INTERP_DATA_REGEX_WALK_H

#include "interp/data/error.h"
#include "interp/data/text.h"

struct walk {
    const char *bytes;
    size_t len;
    size_t at;
    bool is_extended;            /* (?x): blanks mean nothing */
    uint32_t groups;             /* that were opened and capture */
    struct text_builder out;     /* the pattern of PCRE2 */
    struct text_builder open;    /* a struct open_group for each */
    struct text_builder options; /* that have to stand in front of it all */
    struct text_builder places;
};

/* Throws a syntax error; at: byte offset of what cannot be. */
_Noreturn void
walk_fail(const struct walk *w, size_t at, const char *help, const char *what);
/* The same about a part of the pattern, which the message begins with. */
_Noreturn void walk_fail_quoting(const struct walk *w, size_t at, size_t len,
                                 const char *what);

static inline bool
walk_is_letter(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool
walk_is_digit(int c)
{
    return c >= '0' && c <= '9';
}

/* The byte so far behind the cursor, or -1 behind the end. */
int walk_peek(const struct walk *w, size_t ahead);
/* The length of the character at the cursor, in bytes. */
size_t walk_char_len(const struct walk *w);

/* A character that means itself, in a class and outside. */
void walk_add_literal(struct text_builder *out, uint32_t codepoint);

/* The character of \n, \x41, \cA, \. and the like, whose letter is at the
 * cursor; false, with the cursor where it was, for what means more than one
 * character. */
bool walk_escaped_char(struct walk *w, uint32_t *codepoint);

/* A class as it stands inside of [...] (members), or one that needs a pattern
 * of its own (pattern). */
struct part {
    const char *members;
    const char *pattern;
};

/* The class of \d, \p{Name} and the like, the letter at the cursor; false if
 * it is none. */
bool walk_escaped_class(struct walk *w, struct part *part);

#endif
