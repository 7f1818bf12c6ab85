/* SPDX-License-Identifier: MIT */
/*
 * The keys of `action`, `dynout` and `group`: checked, and turned into flat
 * lists. Nothing here touches a graph.
 */
#ifndef RUNTIME_ATTRIBUTES_H
#define RUNTIME_ATTRIBUTES_H

#include "interp/magma.h"
#include "runtime/detail.h"
#include "runtime/flatten.h"

#include <stdint.h>

/* One list of paths and handles with the edge kinds that it stands under. */
struct input_list {
    Value items; /* vector */
    uint8_t kinds;
    bool explicit_;
};

enum { INPUT_LISTS_MAX = 32 };

struct watch_entry {
    Value dir;       /* canonical path */
    Value predicate; /* function */
};

enum { WATCHES_MAX = 32 };

/* Everything that an action declares, flat. Collected memory. */
struct attributes {
    Value map; /* as given: keyword -> value */
    struct input_list inputs[INPUT_LISTS_MAX];
    uint32_t input_count;
    struct watch_entry watches[WATCHES_MAX];
    uint32_t watch_count;
    Value outputs;               /* vector of paths */
    Value implicit_outputs;      /* vector of paths */
    Value env;                   /* vector of names */
    Value name;                  /* string or nil */
    Value description;           /* string or nil */
    Value depfile;               /* path or nil */
    Value pool;                  /* string or nil */
    struct detail_values detail; /* what few actions have */
    Value rule;
    uint8_t depfile_kinds;
    uint32_t flags; /* enum action_flag */
    Value pending;  /* the dynout that some list waits for, or nil */
};

/* Reads the arguments of (action :key value ...) or (action {...}). Throws on
 * unknown, doubled or ill-typed keys. */
void attributes_read_action(Value *args, uint32_t argc, struct attributes *out);
void attributes_read_dynout(Value *args, uint32_t argc, struct attributes *out);

/* Tells the analysis of programs which keys there are. */
void attributes_define_keys(void);

/* Throws: the value of a key is not what it should be. */
_Noreturn void
attributes_refuse(const char *key, const char *wanted, Value got);

/* The map that a rule is called with. */
Value attributes_vars(const struct attributes *a);

#endif
