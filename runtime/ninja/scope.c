/* SPDX-License-Identifier: MIT */
/*
 * See scope.h. Names and texts of rules stay in the files, which outlive their
 * scopes; values are kept in an arena. A file has few variables and may have
 * thousands of rules, so both are found by hash.
 */
#include "runtime/ninja/scope.h"

#include "runtime/ninja/shell.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct variable {
    struct slice name;
    struct slice value;
};

struct ninja_scope {
    struct ninja_scope *parent;
    struct ninja_scope *next; /* all of one root, the newest first */
    struct ninja_scope *root;
    struct arena arena; /* of the root */
    struct table variable_index;
    struct vec variables; /* struct variable */
    uint32_t keys;        /* a bit for each key among them */
    struct table rule_index;
    struct vec rules; /* struct ninja_rule * */
};

static const char *const key_names[NINJA_KEY_COUNT] = {
    "command",         "depfile",          "deps", "description", "dyndep",
    "generator",       "msvc_deps_prefix", "pool", "restat",      "rspfile",
    "rspfile_content",
};

/* --- Scopes --------------------------------------------------------------------- */

static struct slice
variable_name(const void *owner, uint32_t index)
{
    const struct ninja_scope *scope = owner;
    return ((const struct variable *)vec_at(&scope->variables, index))->name;
}

static struct slice
rule_name(const void *owner, uint32_t index)
{
    const struct ninja_scope *scope = owner;
    struct ninja_rule **rule = vec_at(&scope->rules, index);
    return (*rule)->name;
}

static struct ninja_scope *
scope_alloc(struct ninja_scope *parent)
{
    struct ninja_scope *scope = mem_alloc(1, sizeof(*scope));
    scope->parent = parent;
    scope->variables = vec_of(sizeof(struct variable));
    scope->rules = vec_of(sizeof(struct ninja_rule *));
    scope->root = parent == NULL ? scope : parent->root;
    return scope;
}

struct ninja_scope *
ninja_scope_create(void)
{
    struct ninja_scope *root = scope_alloc(NULL);
    struct ninja_rule *phony = ninja_scope_add_rule(root, slice_of("phony"));
    phony->is_phony = true;
    phony->file = "";
    return root;
}

struct ninja_scope *
ninja_scope_add(struct ninja_scope *parent)
{
    struct ninja_scope *scope = scope_alloc(parent);
    scope->next = scope->root->next;
    scope->root->next = scope;
    return scope;
}

void
ninja_scope_destroy(struct ninja_scope *root)
{
    if (root == NULL) {
        return;
    }
    assert(root->root == root);
    arena_finish(&root->arena);
    while (root != NULL) {
        struct ninja_scope *next = root->next;
        table_finish(&root->variable_index);
        table_finish(&root->rule_index);
        vec_finish(&root->variables);
        vec_finish(&root->rules);
        free(root);
        root = next;
    }
}

void
ninja_scope_bind(struct ninja_scope *scope, struct slice name,
                 struct slice value)
{
    uint32_t fresh = scope->variables.count;
    int key = ninja_key_of(name);
    scope->keys |= key < 0 ? 0 : 1U << key;
    struct variable variable = {
        name,
        {arena_copy(&scope->root->arena, value.bytes, value.len), value.len},
    };
    uint32_t index = table_find_or_add(&scope->variable_index, variable_name,
                                       scope, name, fresh);
    if (index == fresh) {
        vec_push(&scope->variables, &variable);
    } else {
        *(struct variable *)vec_at(&scope->variables, index) = variable;
    }
}

/* The value that this very scope gives a name, or NULL. */
static const struct slice *
own_variable(const struct ninja_scope *scope, struct slice name)
{
    uint32_t index =
        table_find(&scope->variable_index, variable_name, scope, name);
    return index == TABLE_NONE
               ? NULL
               : &((struct variable *)vec_at(&scope->variables, index))->value;
}

bool
ninja_scope_has(const struct ninja_scope *scope, struct slice name)
{
    return own_variable(scope, name) != NULL;
}

struct slice
ninja_scope_variable(const struct ninja_scope *scope, struct slice name)
{
    for (; scope != NULL; scope = scope->parent) {
        const struct slice *value = own_variable(scope, name);
        if (value != NULL) {
            return *value;
        }
    }
    return (struct slice){"", 0};
}

struct ninja_rule *
ninja_scope_add_rule(struct ninja_scope *scope, struct slice name)
{
    uint32_t fresh = scope->rules.count;
    if (table_find_or_add(&scope->rule_index, rule_name, scope, name, fresh) !=
        fresh) {
        return NULL;
    }
    struct ninja_rule *rule =
        arena_alloc(&scope->root->arena, sizeof(struct ninja_rule));
    rule->name = name;
    vec_push(&scope->rules, &rule);
    return rule;
}

const struct ninja_rule *
ninja_scope_rule(const struct ninja_scope *scope, struct slice name)
{
    for (; scope != NULL; scope = scope->parent) {
        uint32_t index = table_find(&scope->rule_index, rule_name, scope, name);
        if (index != TABLE_NONE) {
            return *(struct ninja_rule **)vec_at(&scope->rules, index);
        }
    }
    return NULL;
}

const struct ninja_rule *const *
ninja_scope_rules(const struct ninja_scope *scope, uint32_t *count)
{
    *count = scope->rules.count;
    return scope->rules.items;
}

const char *
ninja_key_name(enum ninja_key key)
{
    return key_names[key];
}

/* Asked for every name of every edge, so lengths are not counted again, and most
 * are told apart by their first byte. */
int
ninja_key_of(struct slice name)
{
    static const uint8_t lens[NINJA_KEY_COUNT] = {7,  7, 4, 11, 6, 9,
                                                  16, 4, 6, 7,  15};
    if (name.len == 0 || name.bytes[0] < 'a') {
        return -1; // As most that CMake writes.
    }
    for (int i = 0; i < NINJA_KEY_COUNT; i++) {
        if (name.len == lens[i] && name.bytes[0] == key_names[i][0] &&
            memcmp(name.bytes, key_names[i], lens[i]) == 0) {
            assert(key_names[i][lens[i]] == '\0');
            return i;
        }
    }
    return -1;
}

/* --- Expanding -------------------------------------------------------------------- */

/* What stands behind a `$` that is at *at; *at moves behind it. The text was
 * checked when it was read, so one of the cases holds. */
static bool
expand_escape(const char **at, const char *end, ninja_expand_name name_of,
              void *ctx, struct buffer *out)
{
    const char *p = *at + 1;
    assert(p < end);
    if (*p == '\r' || *p == '\n') {
        p += *p == '\r' ? 2 : 1;
        while (p < end && *p == ' ') {
            p++;
        }
        *at = p;
        return true;
    }
    if (*p == '{' || ninja_name_len(p, end, false) > 0) {
        bool braces = *p == '{';
        p += braces;
        uint32_t len = ninja_name_len(p, end, braces);
        *at = p + len + braces;
        return name_of(ctx, (struct slice){p, len}, out);
    }
    buffer_add_char(out, *p == '^' ? '\n' : *p);
    *at = p + 1;
    return true;
}

bool
ninja_text_expand(const struct ninja_text *text, ninja_expand_name name_of,
                  void *ctx, struct buffer *out)
{
    const char *at = text->bytes;
    const char *end = at + text->len;
    while (at < end) {
        const char *dollar = NULL;
        if (!text->plain) {
            dollar = memchr(at, '$', (size_t)(end - at));
        }
        const char *stop = dollar == NULL ? end : dollar;
        buffer_add(out, at, (size_t)(stop - at));
        at = stop;
        if (dollar != NULL && !expand_escape(&at, end, name_of, ctx, out)) {
            return false;
        }
    }
    return true;
}

static bool
name_in_scope(void *ctx, struct slice name, struct buffer *out)
{
    const struct ninja_scope *const *scope = ctx;
    struct slice value = ninja_scope_variable(*scope, name);
    buffer_add(out, value.bytes, value.len);
    return true;
}

void
ninja_scope_expand(const struct ninja_scope *scope,
                   const struct ninja_text *text, struct buffer *out)
{
    bool done = ninja_text_expand(text, name_in_scope, &scope, out);
    assert(done);
    (void)done;
}

/* --- Edges ----------------------------------------------------------------------------- */

const struct ninja_path *
ninja_edge_list(const struct ninja_edge *edge, enum ninja_list list)
{
    const struct ninja_path *paths = edge->paths;
    for (int i = 0; i < (int)list; i++) {
        paths += edge->counts[i];
    }
    return paths;
}

/* The value that the edge itself gives a name; the last one wins. */
static const struct ninja_binding *
edge_binding(const struct ninja_edge *edge, struct slice name)
{
    for (uint32_t i = edge->binding_count; i > 0; i--) {
        const struct ninja_binding *binding = &edge->bindings[i - 1];
        if (binding->name.len == name.len &&
            memcmp(binding->name.bytes, name.bytes, name.len) == 0) {
            return binding;
        }
    }
    return NULL;
}

static bool
name_in_edge(void *ctx, struct slice name, struct buffer *out)
{
    const struct ninja_edge *const *edge = ctx;
    const struct ninja_binding *binding = edge_binding(*edge, name);
    struct slice value = binding != NULL
                             ? binding->value
                             : ninja_scope_variable((*edge)->scope, name);
    buffer_add(out, value.bytes, value.len);
    return true;
}

void
ninja_edge_expand_path(const struct ninja_edge *edge,
                       const struct ninja_text *text, struct buffer *out)
{
    bool done = ninja_text_expand(text, name_in_edge, &edge, out);
    assert(done);
    (void)done;
}

bool
ninja_is_harmless(struct slice path)
{
    return shell_harmless_len(path, SHELL_UNQUOTED) == path.len;
}

void
ninja_quote(struct slice path, struct buffer *out)
{
    if (ninja_is_harmless(path)) {
        buffer_add(out, path.bytes, path.len);
        return;
    }
    buffer_add_char(out, '\'');
    for (size_t i = 0; i < path.len; i++) {
        if (path.bytes[i] == '\'') {
            buffer_add_str(out, "'\\''");
        } else {
            buffer_add_char(out, path.bytes[i]);
        }
    }
    buffer_add_char(out, '\'');
}

/* The evaluation of one key of one edge. */
struct evaluation {
    const struct ninja_edge *edge;
    bool quoted;
    uint32_t active; /* bits of the keys that are being expanded */
    struct error *err;
};

static void
add_paths(const struct evaluation *e, enum ninja_list list, char between,
          struct buffer *out)
{
    const struct ninja_path *paths = ninja_edge_list(e->edge, list);
    for (uint32_t i = 0; i < e->edge->counts[list]; i++) {
        if (i > 0) {
            buffer_add_char(out, between);
        }
        if (e->quoted) {
            ninja_quote(paths[i].path, out);
        } else {
            buffer_add(out, paths[i].path.bytes, paths[i].path.len);
        }
    }
}

static bool
fail_cycle(struct evaluation *e, enum ninja_key key)
{
    const struct ninja_rule *rule = e->edge->rule;
    error_set(e->err, ERROR_CLASS_GRAPH,
              "cycle in rule variables: %s of rule %.*s needs itself",
              key_names[key], (int)rule->name.len, rule->name.bytes);
    error_set_where(e->err, rule->file, rule->line, 1);
    return false;
}

static bool name_in_rule(void *ctx, struct slice name, struct buffer *out);

/* True if a file has a variable that is called as the key, here or around. */
static bool
is_variable(const struct ninja_scope *scope, uint32_t bit)
{
    while (scope != NULL && (scope->keys & bit) == 0) {
        scope = scope->parent;
    }
    return scope != NULL;
}

/* The edge comes first, then its rule, then the files. Most edges are without
 * most keys, which costs a look at some bits. */
static bool
add_key(struct evaluation *e, enum ninja_key key, struct buffer *out)
{
    const struct ninja_edge *edge = e->edge;
    uint32_t bit = 1U << key;
    // An edge without bindings of its own takes those of its file before those
    // of its rule: not what ninja's manual says, but what ninja does.
    bool in_file = edge->binding_count == 0 && (edge->scope->keys & bit) != 0;
    bool is_bound = (edge->bound & bit) != 0;
    if (is_bound || in_file || (edge->rule->bound & bit) == 0) {
        if (is_bound || is_variable(edge->scope, bit)) {
            name_in_edge(&edge, slice_of(key_names[key]), out);
        }
        return true;
    }
    if ((e->active & bit) != 0) {
        return fail_cycle(e, key);
    }
    e->active |= bit;
    bool done =
        ninja_text_expand(&edge->rule->texts[key], name_in_rule, e, out);
    e->active &= ~bit;
    return done;
}

static bool
is_name(struct slice name, const char *text, size_t len)
{
    return name.len == len && memcmp(name.bytes, text, len) == 0;
}

/* Rules bind eleven keys, so this goes eleven deep at most. */
static bool
name_in_rule(void *ctx, struct slice name, struct buffer *out)
{
    struct evaluation *e = ctx;
    if (is_name(name, "in", 2)) {
        add_paths(e, NINJA_INPUTS, ' ', out);
        return true;
    }
    if (is_name(name, "out", 3)) {
        add_paths(e, NINJA_OUTPUTS, ' ', out);
        return true;
    }
    if (is_name(name, "in_newline", 10)) {
        add_paths(e, NINJA_INPUTS, '\n', out);
        return true;
    }
    int key = ninja_key_of(name);
    return key < 0 ? name_in_edge(&e->edge, name, out)
                   : add_key(e, (enum ninja_key)key, out);
}

bool
ninja_edge_value(const struct ninja_edge *edge, enum ninja_key key, bool quoted,
                 struct buffer *out, struct error *err)
{
    struct evaluation e = {.edge = edge, .quoted = quoted, .err = err};
    return add_key(&e, key, out);
}
