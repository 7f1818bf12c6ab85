/* SPDX-License-Identifier: MIT */
/*
 * What names mean in ninja files: scopes with variables and rules, and the
 * bindings of one edge.
 *
 * Variables of files are expanded where they are written; those of rules when
 * an edge uses them, and then a name is looked for in the edge, in the rule, in
 * the file, and in the files around it. See spec/format/ninja.md.
 */
#ifndef RUNTIME_NINJA_SCOPE_H
#define RUNTIME_NINJA_SCOPE_H

#include "runtime/ninja/lexer.h"

/* What a rule may bind, and nothing else. */
enum ninja_key {
    NINJA_KEY_COMMAND,
    NINJA_KEY_DEPFILE,
    NINJA_KEY_DEPS,
    NINJA_KEY_DESCRIPTION,
    NINJA_KEY_DYNDEP,
    NINJA_KEY_GENERATOR,
    NINJA_KEY_MSVC_PREFIX,
    NINJA_KEY_POOL,
    NINJA_KEY_RESTAT,
    NINJA_KEY_RSPFILE,
    NINJA_KEY_RSPFILE_CONTENT
};
#define NINJA_KEY_COUNT (NINJA_KEY_RSPFILE_CONTENT + 1)

struct ninja_rule {
    struct slice name;
    const char *file; /* where it stands */
    uint32_t line;
    uint32_t bound; /* a bit for each key */
    bool is_phony;  /* the one that is built in */
    struct ninja_text texts[NINJA_KEY_COUNT];
};

/* A name with an expanded value. */
struct ninja_binding {
    struct slice name;
    struct slice value;
    struct ninja_text text; /* as it was written */
};

struct ninja_scope;

/* An outermost scope, which knows the rule `phony`; all scopes below it are
 * freed with it. */
struct ninja_scope *ninja_scope_create(void);
void ninja_scope_destroy(struct ninja_scope *root);
/* The scope of a subninja file. */
struct ninja_scope *ninja_scope_add(struct ninja_scope *parent);

/* Both copy the value, not the name, which stays in the text of its file. */
void ninja_scope_bind(struct ninja_scope *scope, struct slice name,
                      struct slice value);
/* The value of a variable, in this scope or one around it; "" if there is
 * none. */
struct slice
ninja_scope_variable(const struct ninja_scope *scope, struct slice name);
/* True if this very scope has a variable of the name. */
bool ninja_scope_has(const struct ninja_scope *scope, struct slice name);
/* A rule of this name, zeroed but for it; NULL if this scope has one. */
struct ninja_rule *
ninja_scope_add_rule(struct ninja_scope *scope, struct slice name);
/* The rule of a name, in this scope or one around it; NULL if there is none. */
const struct ninja_rule *
ninja_scope_rule(const struct ninja_scope *scope, struct slice name);

/* The rules of this scope alone, in the order they were added. */
const struct ninja_rule *const *
ninja_scope_rules(const struct ninja_scope *scope, uint32_t *count);

/* The name of a key; the key of a name, or -1. */
const char *ninja_key_name(enum ninja_key key);
int ninja_key_of(struct slice name);

/* Adds what a name means; false ends the expanding. */
typedef bool (*ninja_expand_name)(void *ctx, struct slice name,
                                  struct buffer *out);
/* Goes through a text: what stands for itself is added to `out`, names are
 * asked for. False as soon as one is refused. */
bool ninja_text_expand(const struct ninja_text *text, ninja_expand_name name_of,
                       void *ctx, struct buffer *out);

/* Expands a text with the variables of a scope to the end of `out`. */
void ninja_scope_expand(const struct ninja_scope *scope,
                        const struct ninja_text *text, struct buffer *out);

/* --- One edge ---------------------------------------------------------------- */

/* The lists of a build statement, in the order they are written. */
enum ninja_list {
    NINJA_OUTPUTS,
    NINJA_IMPLICIT_OUTPUTS,
    NINJA_INPUTS,
    NINJA_IMPLICIT,
    NINJA_ORDER_ONLY,
    NINJA_VALIDATIONS
};
#define NINJA_LIST_COUNT (NINJA_VALIDATIONS + 1)

/* A path: as it was written, and expanded and canonical. */
struct ninja_path {
    struct ninja_text text;
    struct slice path; /* the bytes of `text`, where nothing is to be done */
    uint32_t hash; /* statements.h: table_hash of it, as seen from the root */
};

struct ninja_edge {
    const struct ninja_rule *rule;
    const struct ninja_scope *scope; /* of the file */
    const char *file;
    uint32_t line;
    const struct ninja_path *paths; /* of all lists, one after the other */
    uint32_t counts[NINJA_LIST_COUNT];
    const struct ninja_binding *bindings;
    uint32_t binding_count;
    uint32_t bound;    /* a bit for each key among the bindings */
    bool names_itself; /* a phony one: its output was left out of its inputs */
    bool reads_phony;  /* statements.h: one of its inputs is a phony edge's */
};

/* The first path of a list; its length is in `counts`. */
const struct ninja_path *
ninja_edge_list(const struct ninja_edge *edge, enum ninja_list list);

/* Expands a path of the edge: its bindings and those of the file count. */
void ninja_edge_expand_path(const struct ninja_edge *edge,
                            const struct ninja_text *text, struct buffer *out);

/* The value of a key for this edge, to the end of `out`: of the edge itself or
 * of its rule. `quoted`: paths of $in and $out as a shell wants them. False, with
 * an error, if bindings of the rule need each other. */
bool
ninja_edge_value(const struct ninja_edge *edge, enum ninja_key key, bool quoted,
                 struct buffer *out, struct error *err) EXEC_MUST_CHECK;

/* True for a path that needs no quotes. */
bool ninja_is_harmless(struct slice path);
/* Adds a path as one word of a shell command. */
void ninja_quote(struct slice path, struct buffer *out);

#endif
