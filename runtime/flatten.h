/* SPDX-License-Identifier: MIT */
/*
 * From whatever a build file gives as "paths" (a string, a handle, nested
 * sequences of them, lazy or not) to a flat vector of canonical paths and
 * handles. A part that waits for a dynout ends the list, and is told.
 */
#ifndef RUNTIME_FLATTEN_H
#define RUNTIME_FLATTEN_H

#include "interp/magma.h"

struct flat {
    Value items; /* vector: canonical path strings and handles, in order */
    Value
        pending; /* the handle of the dynout that the rest waits for, or nil */
};

/* Throws for anything that is neither path, handle nor sequence; `what` names
 * the place for the message (":outputs"). */
struct flat flatten_paths(Value value, const char *what);

/* Like flatten_paths for the words of a command: strings and integers are
 * words as they are, an action's handle stands for its outputs. Suspends where
 * something is unresolved. */
Value flatten_words(Value value, const char *what);

/* The one path of a string, or of a sequence of one; canonical. Throws. */
Value flatten_path(Value value, const char *what);

#endif
