/* SPDX-License-Identifier: MIT */
/*
 * What the analysis of a program says about it. A note of an error holds what
 * would have been thrown; all others are warnings: the program runs.
 */
#ifndef INTERP_DATA_NOTE_H
#define INTERP_DATA_NOTE_H

#include "interp/data/error.h"

enum note_kind {
    NOTE_ERROR, /* thrown */
    NOTE_UNUSED_LOCAL,
    NOTE_HIDDEN_LOCAL, /* a local of the name of another */
    NOTE_HIDDEN_CORE,  /* a local called in place of a core function */
    NOTE_UNREACHABLE,
    NOTE_INNER_DEF,
    NOTE_UNUSED_PRIVATE,
    NOTE_UNUSED_REQUIRE,
    NOTE_UNKNOWN_KEY,
    NOTE_ONE_ARGUMENT,
    NOTE_MISPLACED_DOC,
    NOTE_KIND_COUNT
};

struct note {
    enum note_kind kind;
    struct error_place place;
    Value message; /* string */
    Value help;    /* string or nil */
    Value thrown;  /* of NOTE_ERROR */
};

#endif
