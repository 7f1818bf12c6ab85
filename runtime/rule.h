/* SPDX-License-Identifier: MIT */
/*
 * From the rule of an action to its steps. A rule is a map, a vector of maps,
 * or a function of `vars` that returns either; it is called when the graph is
 * made, since an action's declared attributes are all that it may see.
 */
#ifndef RUNTIME_RULE_H
#define RUNTIME_RULE_H

#include "exec/exec.h"
#include "interp/magma.h"
#include "runtime/functions.h"

/* A stream of a command: STREAM_FILE has its path. */
struct rule_stream {
    enum stream_kind kind;
    Value path;
};

/* One step, checked and flat: nothing in it is lazy any more. Collected. */
struct rule_step {
    enum step_kind kind;
    Value argv; /* vector of strings */
    Value env;  /* vector of strings: names and values in turn */
    Value dir;  /* string or nil */
    struct rule_stream in;
    struct rule_stream out;
    struct rule_stream err;
    Value path;     /* READ, WRITE */
    Value text;     /* WRITE: string or nil */
    Value function; /* TRANSFORM */
    uint8_t kinds;  /* DISCOVERED */
};

struct rule_steps {
    struct rule_step *items; /* collected */
    uint32_t count;
};

/* Calls the rule and checks what it gives. Throws, or suspends where it meets
 * something unresolved. */
struct rule_steps rule_expand(Value rule, Value vars);

/* Adds the steps to the action that is being filled; functions get numbers
 * in `table`. Evaluates nothing. */
void rule_fill(struct graph *graph, struct functions *table,
               const struct rule_steps *steps);

/* The edge kinds that a keyword such as :ifwritten means, or 0. */
uint8_t rule_edge_kinds(Value keyword);

/* Tells the analysis of programs which keys a step has. */
void rule_define_keys(void);

#endif
