/* SPDX-License-Identifier: MIT */
/*
 * The keys of `action` that few actions have: :dyndep, :rspfile, :msvc-prefix,
 * :run, :trace and :cost. Read as attributes.h reads the others.
 */
#ifndef RUNTIME_DETAIL_H
#define RUNTIME_DETAIL_H

#include "exec/exec.h"
#include "interp/magma.h"

/* Collected memory; nil where a key was not given. */
struct detail_values {
    Value dyndep;      /* canonical path */
    Value rspfile;     /* canonical path */
    Value rsp_content; /* string, sequence of words, or function of vars */
    Value msvc_prefix; /* string */
    Value run;         /* the value, printed */
    Value trace;       /* the value, printed, if it is a map */
    uint32_t trace_level;
    uint32_t cost;
};

/* Reads the keys out of a map with known keys. Throws. */
void detail_read(Value map, struct detail_values *out);

/* The text of the response file, or nil: calls a function with `vars`. Throws,
 * or suspends. */
Value detail_rsp_text(const struct detail_values *values, Value vars);

/* Puts what was given into the action that is being filled; `rsp_text` came
 * from detail_rsp_text. Evaluates nothing. */
void detail_fill(struct graph *graph, const struct detail_values *values,
                 Value rsp_text);

#endif
