/* SPDX-License-Identifier: MIT */
/*
 * Bencode, in which editors talk to an nREPL: integers `i42e`, texts `4:spam`,
 * lists `l...e` and dictionaries `d...e` of a text and a value in turn. What
 * comes from outside may be anything, so there are bounds to all of it.
 */
#ifndef RUNTIME_REPL_BENCODE_H
#define RUNTIME_REPL_BENCODE_H

#include "exec/exec.h"

#include <stdint.h>

enum bencode_kind { BENCODE_NUMBER, BENCODE_TEXT, BENCODE_LIST, BENCODE_DICT };

/* Nesting beyond DEPTH and messages longer than SIZE are refused: no editor has
 * a use for them, and somebody who sends them means no good. */
enum { BENCODE_DEPTH = 64, BENCODE_SIZE = 16 << 20 };

struct bencode {
    enum bencode_kind kind;
    int64_t number;
    struct slice text;     /* zero-terminated, and perhaps with zeros inside */
    struct bencode *first; /* of a list; of a dictionary key, value, key ... */
    struct bencode *next;  /* in what it is part of */
};

enum bencode_state {
    BENCODE_DONE,
    BENCODE_MORE, /* so far it is right, and not all of it is there */
    BENCODE_BAD
};
/* Reads the value at the front of the bytes into the arena; *used tells how
 * many of them it took. */
enum bencode_state bencode_read(struct slice bytes, struct arena *arena,
                                struct bencode **value, size_t *used);

/* A list or dictionary that is not closed yet. */
struct bencode_open {
    struct bencode *list;
    struct bencode *last; /* what was added last */
    uint32_t count;
};

/* A value whose bytes come in pieces. Begins as {0}. */
struct bencode_reader {
    struct arena arena; /* has the value; the caller's to finish or to take */
    struct bencode *value; /* when it is whole, else NULL */
    size_t taken;          /* bytes of it so far */
    struct bencode_open open[BENCODE_DEPTH];
    uint32_t depth;
};
/* Goes on with bytes that follow those it took before. *used of them it has
 * taken now, whatever the state; the others it wants to see again, with more
 * behind them. A reader that was DONE or BAD must not go on. */
enum bencode_state bencode_read_on(struct bencode_reader *reader,
                                   struct slice bytes, size_t *used);

/* The value under a key of a dictionary, or NULL. */
const struct bencode *bencode_get(const struct bencode *dict, const char *key);
/* The text under a key, or NULL if there is none or it is no text. */
const char *bencode_text(const struct bencode *dict, const char *key);
/* The number under a key, also where it was sent as text; else `otherwise`. */
int64_t
bencode_number(const struct bencode *dict, const char *key, int64_t otherwise);

/* Writing: what is added is bencode at once. */
void bencode_add_number(struct buffer *out, int64_t number);
void bencode_add_text(struct buffer *out, struct slice text);
void bencode_add_str(struct buffer *out, const char *text);

/* A dictionary that is being made: its keys are sorted at the end, as the format
 * wants it. Begins as {0}. */
struct bencode_dict {
    struct vec entries; /* of struct bencode_entry */
};
void
bencode_put(struct bencode_dict *dict, const char *key, struct slice encoded);
void
bencode_put_str(struct bencode_dict *dict, const char *key, const char *text);
void
bencode_put_text(struct bencode_dict *dict, const char *key, struct slice text);
void
bencode_put_number(struct bencode_dict *dict, const char *key, int64_t number);
/* Writes it, and empties it. */
void bencode_end(struct bencode_dict *dict, struct buffer *out);

#endif
