/* SPDX-License-Identifier: MIT */
/*
 * The functions of the core that are written in C, as tables.
 *
 * Each file exports one array of tables (one table a namespace), which ends
 * with a table whose ns is NULL. Macros and the little that is shorter in
 * Magma are in stdlib/core.magma, which is loaded after core_define.
 */
#ifndef INTERP_CORE_CORE_H
#define INTERP_CORE_CORE_H

#include "interp/data/object.h"

#include <stddef.h>

struct core_table {
    const char *ns; /* "clojure.core" ... */
    const struct builtin *rows;
    size_t count;
};

extern const struct core_table core_coll[];      /* collections */
extern const struct core_table core_make[];      /* making them */
extern const struct core_table core_transient[]; /* transients */
extern const struct core_table core_assoc[];     /* nested and bulk maps */
extern const struct core_table core_seq[];       /* sequences, eager */
extern const struct core_table core_lazy[];      /* sequences, lazy */
extern const struct core_table core_generate[];  /* lazy sources */
extern const struct core_table core_regroup[];   /* regrouped sequences */
extern const struct core_table core_reduce[];    /* reduce and its family */
extern const struct core_table core_xform[];     /* transducers */
extern const struct core_table core_sort[];      /* order and grouping */
extern const struct core_table core_fn[];        /* functions of functions */
extern const struct core_table core_meta[];      /* metadata, hashes */
extern const struct core_table core_state[];     /* atoms, delays, errors */
extern const struct core_table core_pred[];      /* questions about values */
extern const struct core_table core_multi[];     /* multimethods */
extern const struct core_table core_type[];      /* records, protocols */
extern const struct core_table core_chunk[];     /* chunks */
extern const struct core_table core_library[];   /* what the library has */
extern const struct core_table core_library_macros[];
extern const struct core_table core_ns[];     /* namespaces and vars */
extern const struct core_table core_number[]; /* arithmetic */
extern const struct core_table core_exact[];  /* exact numbers */
extern const struct core_table core_math[];   /* clojure.math */
extern const struct core_table core_text[];   /* strings, names, reading */
extern const struct core_table core_string[]; /* clojure.string */
extern const struct core_table core_regex[];  /* regular expressions */
extern const struct core_table core_format[]; /* format */
extern const struct core_table core_output[]; /* printing */

/* What doc tells of a var that is not a function. */
void core_describe(Value var, const char *doc, const char *since);

/* Lets arithmetic name its arguments in errors; part of core_define. */
void core_number_start(void);

/* Defines the constants of clojure.math; part of core_define. */
void core_math_start(void);

/* Tells the printer the names of functions; part of core_define. */
void core_output_start(void);

/* Defines every table in its namespace; called once, before anything else is
 * evaluated and before the core is sealed. */
void core_define(void);

/* Defines the rows of one table (static storage) in a namespace. */
void core_define_table(const struct core_table *table);

/* A function value of a row, which reads `captured` by call_captured(). */
Value core_builtin(const struct builtin *row, Value captured);

/* Rows made inside the core (steps of transducers, thunks) need no entry in a
 * table: name them here so that traces and fingerprints can tell them. */
#define CORE_INNER(row_name, least, most, fn)                                \
    {                                                                        \
        .name = (row_name), .min = (least), .max = (most), .function = (fn), \
        .signature = "", .doc = "", .since = "0.1"                           \
    }

#endif
