/* SPDX-License-Identifier: MIT */
/*
 * The one way to walk a collection. Programs see first/next/rest; C code walks
 * with a seq_iter, which does not allocate.
 *
 * A sequence is a value of KIND_LIST, LAZY, CHUNK or RANGE. Everything here
 * that touches a lazy sequence may run code of the program, hence throw; the
 * cell that threw stays as it was. Realising costs no C stack, however many
 * lazy sequences are nested in each other.
 */
#ifndef INTERP_DATA_SEQ_H
#define INTERP_DATA_SEQ_H

#include "interp/data/champ.h"
#include "interp/data/object.h"

/* Flags of a chunk_object: what `array` is. */
enum chunk_flag {
    CHUNK_ARRAY,   /* an array_object: items[offset] up to len */
    CHUNK_VECTOR,  /* a vector: offset is an index of it */
    CHUNK_STRING,  /* a string: offset and len are bytes */
    CHUNK_ENTRIES, /* an array_object of len keys and values */
    CHUNK_DOWN     /* a vector from its end: offset counts from there */
};

/* `seq?`: a value that is a sequence itself. */
bool seq_is(Value v);
/* `sequential?`: sequences and vectors, which are = by elements. */
bool seq_is_sequential(Value v);
/* True for what seq_of takes: collections, strings, nil. */
bool seq_is_seqable(Value v);

/* `seq`: a sequence with at least one item (never LAZY), or nil. Throws a
 * type error for what is not seqable. */
Value seq_of(Value v);
/* nil when empty. */
Value seq_first(Value v);
/* A sequence that may be empty or lazy; () at the end. */
Value seq_rest(Value v);
/* seq_of(seq_rest(v)). */
Value seq_next(Value v);
/* A cell in front of anything seqable. */
Value seq_cons(Value first, Value rest);

/* A lazy sequence; thunk (no arguments) is called once, on first use, and
 * gives anything seqable. */
Value seq_lazy(Value thunk);
/* Realises a KIND_LAZY value: seq_of of what it holds. */
Value seq_realise(Value lazy);
/* The same with nothing computed: equal, with the same fingerprint, but it does
 * not hold what was made of lazy sequences in v. For what keeps v only to tell
 * what it came from. */
Value seq_recipe(Value v);
/* True for a lazy sequence that has been realised. */
bool seq_is_realised(Value lazy);

/* The items of a sequence that are an array in memory to its end, and their
 * number; NULL for any other. Whoever reads them holds the sequence. */
const Value *seq_array(Value seq, uint32_t *count);

/* Copies items into one chunk in front of rest (nil or a sequence, may be
 * lazy). No items: rest. */
Value seq_chunk(const Value *items, uint32_t count, Value rest);

/* The integers from, from+by ... below (above) end; () when there is none.
 * by is not 0. */
Value seq_range(int64_t from, int64_t end, int64_t by);

/* The vector's items from the last; nil for none (`rseq`). */
Value seq_of_vector_reversed(Value vector);

/* Items of any seqable; walks what does not know its count. */
int64_t seq_count(Value v);
/* The same of what the caller gives away: see seq_iter_take. */
int64_t seq_count_taken(Value *slot);
/* The same, but stops at max. */
int64_t seq_count_bounded(Value v, int64_t max);
/* True for what knows its count without a walk (`counted?`); nil too. */
bool seq_is_counted(Value v);
/* True if there is no item; realises at most the first. */
bool seq_is_empty(Value v);

/* Item `index` (from 0) of any seqable, or ABSENT, and how many there are. O(1)
 * for vectors, strings of ASCII and ranges; what must be walked is taken out of
 * its slot. */
Value seq_nth(Value *slot, int64_t index, int64_t *count);

/* A walk over a sequential value: small enough to be kept on a heap. */
struct seq_cursor {
    Value at;                        /* collection or cell, nil at the end */
    int64_t index;                   /* of the next item in `at` */
    const struct array_object *leaf; /* of a vector; NULL: not fetched */
};

/* v is sequential (or a string, or nil). */
void seq_cursor_init(struct seq_cursor *cursor, Value v);
bool seq_cursor_next(struct seq_cursor *cursor, Value *item);

/* A walk over anything seqable; lives on the C stack. Entries of maps come as
 * vectors. Records and sorted collections are walked as a sequence. */
struct seq_iter {
    struct seq_cursor cursor;
    const struct object *walked; /* a map or set in the trie form */
    struct champ_iter champ;
};

/* Throws a type error for what is not seqable. */
void seq_iter_init(struct seq_iter *iter, Value v);
/* The same, out of the caller's only slot of the value, which is nil then: a
 * walk to the end of a sequence that nobody else has holds no more of it than
 * the cell where it stands. */
void seq_iter_take(struct seq_iter *iter, Value *slot);
bool seq_iter_next(struct seq_iter *iter, Value *item);
/* What is left as a sequence, not realised further; () at the end. */
Value seq_iter_rest(struct seq_iter *iter);

#endif
