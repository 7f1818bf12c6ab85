/* SPDX-License-Identifier: MIT */
/*
 * The reader's state: its stack of open frames and the items they hold.
 * Private to the files of the reader.
 */
#ifndef INTERP_READ_FRAME_H
#define INTERP_READ_FRAME_H

#include "interp/data/value.h"
#include "interp/read/place.h"
#include "interp/read/reader.h"
#include "interp/read/scan.h"

enum frame_kind {
    /* Brackets: they hold any number of forms. */
    FRAME_LIST,
    FRAME_VECTOR,
    FRAME_MAP,
    FRAME_NAMESPACED_MAP, /* its first item is the namespace */
    FRAME_SET,
    FRAME_FUNCTION, /* #() */
    FRAME_CONDITIONAL,
    FRAME_CONDITIONAL_SPLICE,
    /* Prefixes: they wait for one form, META for two. */
    FRAME_QUOTE,
    FRAME_VAR,
    FRAME_DEREF,
    FRAME_SYNTAX_QUOTE,
    FRAME_UNQUOTE,
    FRAME_UNQUOTE_SPLICE,
    FRAME_META,
    FRAME_TAG, /* its first item is the tag */
    FRAME_DISCARD,
    FRAME_SKIP /* a branch of #? that is not ours */
};

/* What a conditional does with the form that comes next. */
enum branch { BRANCH_FEATURE, BRANCH_TAKE, BRANCH_SKIP };

struct frame {
    uint8_t kind;   /* enum frame_kind */
    uint8_t state;  /* enum branch, of conditionals */
    uint32_t first; /* index of its first item */
    struct scan_mark start;
};

enum { FUNCTION_PARAMS_MAX = 20 };

struct reader {
    struct scan scan;
    enum reader_mode mode;
    bool is_lenient; /* read only to know where forms end */
    uint32_t depth;
    uint32_t frames_cap;
    struct frame *frames;
    uint32_t count;
    uint32_t items_cap;
    Value *items;
    struct place_span *spans; /* of the items; only for code */
    uint32_t lenient;         /* open frames whose forms are dropped */
    uint32_t template_parts;  /* what syntax-quotes of this form hold */
    /* #(): depth of its frame or 0, its parameters (0 is the rest). */
    uint32_t function_depth;
    uint32_t params_count;
    Value params[FUNCTION_PARAMS_MAX + 1];
    Value readers;        /* from tags to functions: a map, or nil */
    Value default_reader; /* (f tag form) of other tags, or nil */
    Value features;       /* a set of those that are ours too, or nil */
    bool keeps_conditionals;
    Value pending; /* forms that #?@ left at the top level, or nil */
    Value result;
    bool has_result;
    struct scan_mark start; /* of the result */
    /* The first bracket at the start of a line while another was open: a
     * bracket before it is perhaps never closed. Line 0: none. */
    struct scan_mark margin;
};

static inline struct frame *
frame_top(struct reader *reader)
{
    return &reader->frames[reader->depth - 1];
}

static inline bool
frame_is_bracket(enum frame_kind kind)
{
    return kind <= FRAME_CONDITIONAL_SPLICE;
}

static inline bool
frame_is_conditional(enum frame_kind kind)
{
    return kind == FRAME_CONDITIONAL || kind == FRAME_CONDITIONAL_SPLICE;
}

/* Opens a frame; throws when there are too many. */
void
frame_push(struct reader *reader, enum frame_kind kind, struct scan_mark start);
/* Closes the frame on top and drops its items. */
void frame_pop(struct reader *reader);
/* Adds an item, which ends at the cursor, to the frame on top. */
void frame_add_item(struct reader *reader, Value item, struct scan_mark start);
/* True when the next form belongs to a branch that is not ours. */
bool frame_skips_next(struct reader *reader);

/* How it is written, its closing bracket (0 for prefixes), and the symbol that
 * a prefix stands for (NULL when there is none). */
const char *frame_opener(enum frame_kind kind);
int frame_closer(enum frame_kind kind);
const char *frame_wrapper(enum frame_kind kind);

#endif
