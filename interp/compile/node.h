/* SPDX-License-Identifier: MIT */
/*
 * What the analyzer makes of a form and the compiler makes code of: a tree in
 * collected memory. Locals are resolved, captures are numbered.
 */
#ifndef INTERP_COMPILE_NODE_H
#define INTERP_COMPILE_NODE_H

#include "interp/compile/opcode.h"
#include "interp/data/error.h"
#include "interp/data/object.h"

enum node_type {
    NODE_CONST,    /* value */
    NODE_LOCAL,    /* local of this function; index: NODE_LOCAL_LAST or 0 */
    NODE_CAPTURED, /* index of a captured value */
    NODE_SELF,     /* the running function */
    NODE_GLOBAL,   /* value: the var */
    NODE_CALL,     /* kids: function, arguments */
    NODE_IF,       /* kids: test, then, else */
    NODE_DO,       /* kids; at least one */
    NODE_LET,      /* locals; kids: their values, then the body */
    NODE_LOOP,     /* the same, and a target of recur */
    NODE_RECUR,    /* target; kids: values */
    NODE_FN,       /* unit */
    NODE_LETFN,    /* locals; kids: functions, then the body */
    NODE_DEF,      /* value: the var; kids: value and metadata, see index */
    NODE_CASE,     /* value: map; kids: tested value, default, branches */
    NODE_VECTOR,   /* kids */
    NODE_MAP,      /* kids: key, value, key, value ... */
    NODE_SET,      /* kids */
    NODE_META      /* kids: value, metadata */
};

/* A name bound by let, loop, letfn or a parameter. An object only so that a
 * map can hold it; never visible to programs. */
struct local {
    struct object head;  /* KIND_CODE */
    Value name;          /* symbol */
    struct local *outer; /* the next name outwards, of any function */
    struct unit *unit;   /* the function that binds it */
    Value env;           /* &env with this and all outer names; or zero bits */
    uint32_t reg;        /* given by the compiler */
    bool is_self;        /* the name of the function itself */
    bool is_later;       /* a letfn function that is not made yet */
    uint32_t depth;      /* outer names and this one */
    bool is_live;        /* this and the next three belong to liveness.c */
    bool is_kept;        /* its register is read besides */
    bool is_unused;      /* nothing reads it; liveness.c, too */
    uint32_t loop_depth; /* loops of the function around its binding */
    uint32_t mentions;   /* seen so far */
    Value names;         /* now and then: all names up to here, see scope.c */
};

/* What `recur` goes back to. */
struct target {
    struct local **locals;
    uint32_t count;
    uint32_t entry;  /* index of the first word; given by the compiler */
    bool is_reached; /* by a recur */
};

struct arity {
    struct target parameters; /* the rest parameter last */
    uint32_t required;
    bool variadic;
    struct node *body;
};

/* A value that a function takes from around it: from its outer function. */
struct capture {
    struct local *local;
    enum capture_source source;
    uint32_t index;      /* CAPTURE_OUTER: which of the outer's */
    struct local *from;  /* CAPTURE_REGISTER: the outer's local */
    struct local *entry; /* in a unit that runs once: a local of its own */
    bool is_last;        /* nothing reads the outer's local afterwards */
};

/* A function form. */
struct unit {
    struct unit *outer; /* NULL: a top-level form */
    struct capture *captures;
    uint32_t capture_count;
    struct arity *arities;
    uint32_t arity_count;
    Value name;       /* string */
    Value parameters; /* list of vectors, as written */
    Value file;
    struct error_place place;
    bool is_inner; /* a part of `try`: traces show the outer function */
    bool is_once;  /* the body of a lazy sequence or delay: what it captured
                      moves to registers first, which are given up one by one */
};

struct node {
    enum node_type type;
    uint32_t index;
    uint32_t kid_count;
    struct node **kids;
    Value value;
    struct local *local;
    struct local **locals;
    struct target *target;
    struct unit *unit;
    struct error_place place;
};

/* index of a NODE_LOCAL: nothing reads the register afterwards. */
enum { NODE_LOCAL_LAST = 1 };

/* index of a NODE_DEF: what its kids are. */
enum { NODE_DEF_VALUE = 1, NODE_DEF_META = 2 };

#endif
