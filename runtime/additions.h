/* SPDX-License-Identifier: MIT */
/*
 * Forms that a person types after a build file was read, and that are put into
 * a copy of its graph: what the copy is made of, besides the file.
 *
 * The copy means what it would mean to write the form into the file: a
 * definition of what the file defines stands in the place of that definition,
 * everything else comes behind. An action takes the place of the one that made
 * one of its outputs, or had its name, and a group that of its name. See
 * spec/cli/repl.md.
 */
#ifndef RUNTIME_ADDITIONS_H
#define RUNTIME_ADDITIONS_H

#include "exec/exec.h"
#include "interp/magma.h"

struct additions;

struct additions *additions_create(void);
void additions_destroy(struct additions *a);
uint32_t additions_count(const struct additions *a);
/* Forgets all of them. */
void additions_clear(struct additions *a);

/* Of a form that has been evaluated. */
struct addition {
    Value form;
    struct error_place place;
    struct slice ns;   /* where it was evaluated */
    struct slice keys; /* rows of texts: the outputs and names of actions */
    Value value;       /* of the name that it defines, or VALUE_ABSENT */
};

/* The name that a form defines at top level, as `def` and its kin do; empty if
 * that is not seen. Valid while the form lives. */
struct magma_text additions_name_of(Value form);
/* Defines a name in the current namespace as a value; false if that threw. */
bool additions_bind(struct magma_text name, Value value);
/* True for a form that later ones may need: definitions, require and such. */
bool additions_matters(Value form);

/* Takes it up; what defined the same name before is forgotten. Throws nothing
 * but spent budgets. */
void additions_add(struct additions *a, const struct addition *addition);

/* The form at an index, with its place and namespace. */
struct addition additions_at(const struct additions *a, uint32_t index);

/* The index of what stands for a form of the file, or ADDITIONS_NONE. */
#define ADDITIONS_NONE UINT32_MAX
uint32_t
additions_instead(const struct additions *a, Value form, const char *ns);

/* True if an output, or the name of an action, is that of an action which is
 * registered by a form behind `index` (ADDITIONS_NONE: behind the file). */
bool additions_take(const struct additions *a, uint32_t index, const char *key);

/* What there is, for people: "cc, main.o". */
void additions_describe(const struct additions *a, struct buffer *out);

#endif
