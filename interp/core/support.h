/* SPDX-License-Identifier: MIT */
/*
 * What the files of the core share: argument buffers, lazy steps, errors about
 * arguments, `reduced`, and collection operations by kind.
 */
#ifndef INTERP_CORE_SUPPORT_H
#define INTERP_CORE_SUPPORT_H

#include "interp/core/core.h"
#include "interp/data/error.h"
#include "interp/data/invoke.h"
#include "interp/data/list.h"
#include "interp/data/number.h"
#include "interp/data/seq.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/vector.h"

#define CORE_COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* --- Errors ------------------------------------------------------------- */

/* "nth: expected an integer, found a string". */
_Noreturn void
core_throw_type(const char *operation, const char *expected, Value found);

/* --- Values in a row ----------------------------------------------------- */

/* Grows in collected memory; zero-initialised is empty. On the C stack. */
struct core_buffer {
    Value *items;
    uint32_t count;
    uint32_t cap;
};

void core_buffer_add(struct core_buffer *buffer, Value item);
/* All items of a seqable. */
void core_buffer_add_all(struct core_buffer *buffer, Value seqable);
/* The same of an argument that is not used otherwise: see seq_iter_take. */
void core_buffer_take_all(struct core_buffer *buffer, Value *seqable);
/* The items as a sequence; () for none. The buffer is not used again. */
Value core_buffer_seq(const struct core_buffer *buffer);

/* --- Lazy sequences -------------------------------------------------------- */

enum { CORE_CHUNK = 32 };

/* A step that found no item in so many rounds gives a lazy sequence of what is
 * left: so nothing holds what a long search has passed (seq.c). */
enum { CORE_ROUNDS = 64 };

/* How a lazy sequence goes on: `next` makes its first cell (or nil) of the
 * state, which is a vector as a rule and is never changed, so a step that
 * throws can be taken again. */
struct core_step {
    struct builtin row; /* first; the name for traces */
    Value (*next)(const struct core_step *self, Value state);
};

/* What calls `next` of the step that runs; for CORE_STEP only. */
Value core_run_step(Value *args, uint32_t argc);

#define CORE_STEP(name, function)                                      \
    {                                                                  \
        .row = CORE_INNER(name, 0, 0, core_run_step), .next = function \
    }

/* A lazy sequence; the step (static storage) is taken when it is looked at. */
Value core_lazy_make(const struct core_step *step, Value state);

/* State vectors. */
Value core_state_3(Value a, Value b, Value c);
Value core_state_4(Value a, Value b, Value c, Value d);

/* Item `index` of a state vector, or of what a builtin captured as one. */
Value core_captured_at(Value state, uint32_t index);

/* Takes what is there without further computation off a sequence that is not
 * nil: up to CORE_CHUNK items of a chunk, else one. *rest is what follows, not
 * realised. Returns how many, at least 1. The array is best made zeroed: what
 * older calls left in its place on the C stack may be the head of a sequence,
 * which the collector would keep as long as the step runs. */
uint32_t core_take_chunk(Value seq, Value items[CORE_CHUNK], Value *rest);

/* --- Reduced ---------------------------------------------------------------- */

static inline bool
core_is_reduced(Value v)
{
    return value_is_kind(v, KIND_REDUCED);
}

static inline Value
core_unreduced(Value v)
{
    return core_is_reduced(v)
               ? ((const struct reduced_object *)value_object(v))->value
               : v;
}

Value core_reduced(Value v);
/* As reduce with an initial value; the result is never reduced. The collection
 * is taken out of its slot. */
Value core_reduce_with(Value f, Value init, Value *coll);

/* --- Transducers ------------------------------------------------------------ */

enum core_xform {
    XFORM_MAP,
    XFORM_FILTER,
    XFORM_REMOVE,
    XFORM_KEEP,
    XFORM_MAP_INDEXED,
    XFORM_KEEP_INDEXED,
    XFORM_MAPCAT,
    XFORM_CAT,
    XFORM_TAKE,
    XFORM_DROP,
    XFORM_TAKE_WHILE,
    XFORM_DROP_WHILE,
    XFORM_TAKE_NTH,
    XFORM_DISTINCT,
    XFORM_DEDUPE,
    XFORM_INTERPOSE,
    XFORM_REPLACE,
    XFORM_PARTITION_ALL,
    XFORM_PARTITION_BY,
    XFORM_HALT_WHEN,
    XFORM_COUNT
};

/* The transducer of this kind; arg is its function or number. */
Value core_xform_make(enum core_xform kind, Value arg);

/* --- Collections by kind ------------------------------------------------------ */

Value core_get(Value coll, Value key, Value missing);
Value core_conj_one(Value coll, Value item);
Value core_assoc_one(Value coll, Value key, Value value);
Value core_dissoc_one(Value map, Value key);
bool core_is_map(Value v); /* hash, sorted, record */
bool core_is_set(Value v);
bool core_is_coll(Value v);
/* The comparator of sort and sorted collections: nil for `compare` and nil; a
 * type error for what is no function. */
Value core_comparator(Value f);
/* A lazy sequence of the items of the items of `colls`. */
Value core_concat_all(Value colls);
/* True for what concat gave if nobody has looked at it and its collections are
 * few, and have their items at hand; then they are put into `sources`, which
 * the caller walks to their end. */
enum { CORE_SOURCES_MAX = 8 };
bool
core_concat_take(Value v, Value sources[CORE_SOURCES_MAX], uint32_t *count);

/* The value of a var of clojure.core that another file of the core defines. */
Value core_value_of(const char *name);

/* The value of a var; throws when it has none, suspends when it is pending. */
Value core_var_value(Value var);

/* --- Cells --------------------------------------------------------------------- */

/* A cell that only C code writes: caches, and states of transducers. */
Value core_cell(Value value);

static inline Value
core_cell_value(Value cell)
{
    return ((const struct cell_object *)value_object(cell))->value;
}

static inline void
core_cell_set(Value cell, Value value)
{
    ((struct cell_object *)value_object(cell))->value = value;
}

#endif
