/* SPDX-License-Identifier: MIT */
/*
 * Magma, the language, as seen from outside: the only header of interp that
 * other layers include.
 *
 * There is one interpreter in a process, and one thread uses it. Everything
 * that can throw does so inside magma_try; outside, a throw aborts. Values
 * live as long as the C stack, a magma_root or another live value shows them.
 */
#ifndef INTERP_MAGMA_H
#define INTERP_MAGMA_H

#include "interp/data/alloc.h"
#include "interp/data/error.h"
#include "interp/data/invoke.h"
#include "interp/data/note.h"
#include "interp/data/object.h"
#include "interp/data/regex.h"
#include "interp/data/value.h"
#include "interp/magma_check.h"

/* Text that the caller owns; not necessarily terminated. */
struct magma_text {
    const char *bytes;
    size_t len;
};

/* The source of a namespace, malloc'ed (the caller frees it). One of the library
 * is the same at every call; what it defines is compiled when it is named. */
struct magma_source {
    char *text;
    size_t len;
    char *file; /* its name for messages */
    bool is_library;
};

/* What the language asks of its host. */
struct magma_host {
    void *ctx;
    /* Finds a source by the path of a namespace without suffix ("a/b_c");
     * false when there is none. */
    bool (*load)(void *ctx, const char *path, struct magma_source *source);
    /* Where println goes. */
    void (*print)(void *ctx, const char *bytes, size_t len);
};

/* Budgets of one evaluation; 0 means the default. */
struct magma_limits {
    uint64_t steps;        /* calls and backward jumps; default 100 million */
    uint32_t depth;        /* frames; default 1 million */
    uint64_t memory_bytes; /* allocated and live; default 2 GiB */
};

/* Starts the language: collector, core and standard library. */
void magma_start(const struct magma_host *host);

/* Forgets all but the core: a new program begins in namespace `user`. */
void magma_reset(void);

/* The program as an opaque value: so that another can be evaluated (after a
 * magma_reset) while a function of the first is running. Restoring it forgets
 * the other one, but for the budgets. */
Value magma_program_save(void);
void magma_program_restore(Value program);

/* Sets the budgets and starts counting anew. */
void magma_set_limits(const struct magma_limits *limits);

/* Asks a running evaluation to end with a limit error; from any signal
 * handler or thread. */
void magma_interrupt(void);

typedef error_body magma_body;

/* Runs body; true with its result, or false with the error thrown. */
bool magma_try(magma_body body, void *arg, Value *result, Value *error);

/* --- Reading and evaluating; all throw ------------------------------- */

struct magma_reader;

/* Reads forms from text that stays valid; `file` is for messages. */
struct magma_reader *
magma_reader_create(struct magma_text text, const char *file);
void magma_reader_destroy(struct magma_reader *reader);

/* The next form, or false at the end. *place is where it starts and ends. */
bool
magma_read(struct magma_reader *reader, Value *form, struct error_place *place);

/* True when what is left of the text begins a form that is not closed: a
 * REPL asks for another line. */
bool magma_is_incomplete(struct magma_text text);

/* The text laid out by the rules of the house, as a string: only white space
 * differs. Throws a syntax error for what is no program. */
Value magma_layout(struct magma_text text, const char *file);

/* Expands, compiles and runs one top-level form. */
Value magma_eval(Value form);
/* The same with where it stands, for a form that cannot tell (a vector). */
Value magma_eval_at(Value form, const struct error_place *place);

/* Evaluates all forms of a text; the value of the last, or nil. */
Value magma_eval_text(struct magma_text text, const char *file);

/* Calls a function value. */
Value magma_call(Value function, const Value *args, uint32_t argc);

/* True for what can be called as a function by purpose (functions, builtins,
 * multimethods): not for maps or keywords. */
bool magma_is_function(Value v);

/* 128-bit hash of a function or value: its analysed code, captured values and
 * all that it reaches. See spec/magma/fingerprints.md. */
struct magma_fingerprint {
    uint64_t low;
    uint64_t high;
};
struct magma_fingerprint magma_fingerprint(Value v);

/* What a function is called, with its namespace ("user/compile"); "" for one
 * without a name. Valid while the function lives. */
struct magma_text magma_function_name(Value function);
/* Where a function was defined; line 0 if unknown. */
struct error_place magma_function_place(Value function);
/* Where the call that runs the present builtin stands; line 0 outside. */
struct error_place magma_call_place(void);

/* --- Values ----------------------------------------------------------- */

Value magma_string(const char *bytes, size_t len); /* bytes: valid UTF-8, or
                                                      U+FFFD replaces */
/* True for valid UTF-8; else *at is the first byte that is not. */
bool magma_is_utf8(const char *bytes, size_t len, size_t *at);
/* Columns that valid UTF-8 takes on a terminal. */
uint32_t magma_width(const char *bytes, size_t len);
/* How many bytes of it fit into so many columns, from the front or up to the
 * end. These three need no language and may be called by any thread. */
size_t magma_fit(const char *bytes, size_t len, uint32_t columns);
size_t magma_fit_end(const char *bytes, size_t len, uint32_t columns);
Value magma_cstring(const char *text);
Value magma_keyword(const char *name);
Value magma_int(int64_t number);
/* The text of a string, symbol or keyword's name; valid while v lives. */
struct magma_text magma_text_of(Value v);
bool magma_is_string(Value v);
bool magma_is_keyword(Value v);
bool magma_is_int(Value v);
/* True for a list whose head is this name, plain or of the core. */
bool magma_is_call_of(Value form, const char *name);
bool magma_is_map(Value v);
/* Vectors, lists, sets and all lazy sequences; not maps, strings or nil. */
bool magma_is_sequence(Value v);
bool magma_is_vector(Value v);
int64_t magma_int_of(Value v);

Value magma_vector(const Value *items, uint32_t count);
Value magma_vector_conj(Value vector, Value item);
/* The same vector, printed as #tag[...]. */
Value magma_vector_tagged(Value vector, const char *tag);
uint32_t magma_vector_count(Value vector);
Value magma_vector_at(Value vector, uint32_t index);
Value magma_map(void);
Value magma_map_assoc(Value map, Value key, Value value);
/* A map of pairs, key and value in turn, of which later ones win; and back. */
Value magma_map_of(const Value *pairs, uint32_t count);
void magma_map_pairs(Value map, Value *pairs);
uint32_t magma_map_count(Value map);
/* The value under key, or VALUE_ABSENT. */
Value magma_map_get(Value map, Value key);

/* Walks a sequence, set, map (entries as vectors), string or nil: the first
 * call gets `cursor` = the value. False at the end. May throw, or suspend. */
bool magma_next(Value *cursor, Value *item);
/* A lazy sequence whose cells are made by calling `thunk` (no arguments). */
Value magma_lazy(Value thunk);

Value magma_handle(const char *type, uint64_t id, Value data);
bool magma_is_handle(Value v, const char *type);

/* As `pr-str` and `str` give it: a string value. */
Value magma_print(Value v);
Value magma_display(Value v);
/* With line breaks and limits, for people (REPL, test failures). */
Value magma_pretty(Value v, uint32_t width, uint32_t items_max);
/* The same, and what is nested deeper than depth_max (0: nothing) is cut. */
Value magma_pretty_cut(Value v, uint32_t width, uint32_t items_max,
                       uint32_t depth_max);

/* --- Definitions by the host ------------------------------------------- */

/* Defines the rows of a table (static storage) in a namespace of the core; a
 * name that the core only refuses becomes the host's. */
void magma_define(const char *ns, const struct builtin *rows, size_t count);
/* A function value of one row, which can read `captured` by
 * magma_captured() while it runs. */
Value magma_builtin(const struct builtin *row, Value captured);
Value magma_captured(void);
/* Binds a symbol of the current namespace, weakly: only if it resolves to
 * nothing. False if it was taken. A later def replaces it. */
bool magma_bind_weak(const char *name, Value value);

/* Names that `def` forms of the form under evaluation made, so that a
 * suspended form can be undone: begin, then keep or undo. Undone vars are
 * pending on `on`: reading them suspends, and so does an unresolved symbol
 * while `magma_set_open` has a value other than nil. */
void magma_form_begin(void);
void magma_form_keep(void);
void magma_form_undo(Value on);
void magma_set_open(Value on);

/* The namespace that definitions go into; valid while it is the current one. The
 * other makes it if need be. */
const char *magma_namespace(void);
void magma_set_namespace(const char *name);
/* Makes public names of a namespace known in the current one, but for those that
 * mean something there. The namespace is loaded; may throw. */
void magma_refer(const char *ns, const char *const *names, size_t count);

/* What may be written after a prefix (of a plain or qualified name) in the
 * current namespace: a sorted vector of strings. */
Value magma_completions(const char *prefix);

/* --- Errors ------------------------------------------------------------- */

/* Anything can be thrown: what is no error is of type USER, and NULL. */
enum error_type magma_error_type(Value error);
const struct error_object *magma_error(Value error);

/* Nearest of `names` (count of them) to `name` by edit distance, or NULL. */
const char *
magma_nearest(const char *name, const char *const *names, size_t count);

/* --- Roots --------------------------------------------------------------- */

/* A slot that keeps its value alive; see alloc.h. */
static inline Value *
magma_root_create(void)
{
    return alloc_root_create();
}

static inline void
magma_root_destroy(Value *root)
{
    alloc_root_destroy(root);
}

#endif
