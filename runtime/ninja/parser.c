/* SPDX-License-Identifier: MIT */
/*
 * Files that include files stand on a stack of their own, so that neither their
 * depth nor a file that includes itself can exhaust ours.
 */
#include "runtime/ninja/parser.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Deeper than any generator goes; a file that includes itself ends here. */
enum { INCLUDES_MAX = 200, VERSION_MAJOR = 1, VERSION_MINOR = 14 };

/* A file between its first statement and its last. */
struct open_file {
    struct ninja_lexer lexer;
    struct ninja_scope *scope;
};

struct ninja_parser {
    struct ninja_sink sink;
    void *ctx;
    ninja_read read;
    struct ninja_scope *root;
    struct vec stack; /* struct open_file */
    struct vec texts; /* char *: of all files, malloc'ed */
    struct buffer files;
    struct buffer warnings;
    struct arena names; /* of files */
    struct vec pools;   /* struct slice: their names */
    /* Of the statement that is being read. */
    struct vec paths;         /* struct ninja_path */
    struct vec bindings;      /* struct ninja_binding */
    struct buffer values;     /* of the bindings, as far as they differ from */
    struct buffer path_bytes; /* their text; the same of the paths */
};

struct ninja_parser *
ninja_parser_create(const struct ninja_sink *sink, void *ctx, ninja_read read)
{
    struct ninja_parser *p = mem_alloc(1, sizeof(*p));
    p->sink = *sink;
    p->ctx = ctx;
    p->read = read;
    p->root = ninja_scope_create();
    p->stack = vec_of(sizeof(struct open_file));
    p->texts = vec_of(sizeof(char *));
    p->pools = vec_of(sizeof(struct slice));
    p->paths = vec_of(sizeof(struct ninja_path));
    p->bindings = vec_of(sizeof(struct ninja_binding));
    struct slice console = slice_of("console");
    vec_push(&p->pools, &console);
    return p;
}

void
ninja_parser_destroy(struct ninja_parser *p)
{
    if (p == NULL) {
        return;
    }
    for (uint32_t i = 0; i < p->texts.count; i++) {
        free(*(char **)vec_at(&p->texts, i));
    }
    ninja_scope_destroy(p->root);
    vec_finish(&p->stack);
    vec_finish(&p->texts);
    vec_finish(&p->pools);
    vec_finish(&p->paths);
    vec_finish(&p->bindings);
    buffer_finish(&p->files);
    buffer_finish(&p->warnings);
    buffer_finish(&p->values);
    buffer_finish(&p->path_bytes);
    arena_finish(&p->names);
    free(p);
}

struct slice
ninja_parser_variable(const struct ninja_parser *p, const char *name)
{
    return ninja_scope_variable(p->root, slice_of(name));
}

const struct ninja_rule *const *
ninja_parser_rules(const struct ninja_parser *p, uint32_t *count)
{
    return ninja_scope_rules(p->root, count);
}

struct slice
ninja_parser_files(const struct ninja_parser *p)
{
    return buffer_slice(&p->files);
}

struct slice
ninja_parser_warnings(const struct ninja_parser *p)
{
    return buffer_slice(&p->warnings);
}

/* --- Files --------------------------------------------------------------------- */

static struct open_file *
top(const struct ninja_parser *p)
{
    return vec_at(&p->stack, p->stack.count - 1);
}

/* Opens a file on top of the stack. */
static bool
push_file(struct ninja_parser *p, struct slice path, struct ninja_scope *scope,
          struct error *err)
{
    const char *name = arena_copy(&p->names, path.bytes, path.len);
    char *bytes = NULL;
    size_t len = 0;
    if (!p->read(name, &bytes, &len, err)) {
        return false;
    }
    vec_push(&p->texts, &bytes);
    buffer_add_text(&p->files, name);
    bool escape = p->stack.count > 0 && top(p)->lexer.newline_escape;
    struct open_file *file = vec_add(&p->stack);
    file->scope = scope;
    ninja_lexer_init(&file->lexer, name, bytes, len);
    file->lexer.newline_escape = escape;
    return true;
}

/* A file that cannot be read, in ninja's words: the reason stands last. */
static void
say_loading(const char *path, struct error *err)
{
    const char *reason = strrchr(err->what, ':');
    char *what =
        mem_format("loading '%s'%s", path, reason == NULL ? "" : reason);
    enum error_class class = err->class;
    error_finish(err);
    error_set(err, class, "%s", what);
    free(what);
}

/* Included files are read at once: what stands behind the line may need them.
 * A subninja sees the variables around it and keeps its own to itself. */
static bool
parse_include(struct ninja_parser *p, bool subninja, struct error *err)
{
    struct open_file *file = top(p);
    struct ninja_lexer *lexer = &file->lexer;
    struct ninja_text text;
    if (!ninja_lexer_path(lexer, &text, err)) {
        return false;
    }
    struct ninja_lexer at_path = *lexer; // For the place of its errors.
    if (text.len == 0) {
        return ninja_lexer_error(lexer, err, "expected path");
    }
    if (p->stack.count == INCLUDES_MAX) {
        return ninja_lexer_error(lexer, err,
                                 "includes are nested too deeply (%d files)",
                                 INCLUDES_MAX);
    }
    if (!ninja_lexer_expect(lexer, NINJA_NEWLINE, err)) {
        return false;
    }
    struct buffer path = {0};
    ninja_scope_expand(file->scope, &text, &path);
    struct ninja_scope *scope =
        subninja ? ninja_scope_add(file->scope) : file->scope;
    bool done = push_file(p, buffer_slice(&path), scope, err);
    if (!done) {
        say_loading(buffer_str(&path), err);
        error_set_where(err, at_path.file, ninja_lexer_line(&at_path),
                        ninja_lexer_column(&at_path));
    }
    done = done && (p->sink.enter == NULL ||
                    p->sink.enter(p->ctx, top(p)->lexer.file, subninja, err));
    buffer_finish(&path);
    return done;
}

/* --- Bindings -------------------------------------------------------------------- */

/* `name = value` of a line that began already. */
static bool
parse_binding(struct ninja_lexer *lexer, struct slice *name,
              struct ninja_text *value, struct error *err)
{
    if (!ninja_lexer_ident(lexer, name)) {
        return ninja_lexer_error(lexer, err, "expected variable name");
    }
    return ninja_lexer_expect(lexer, NINJA_EQUALS, err) &&
           ninja_lexer_value(lexer, value, err);
}

/* The words of a warning follow, and a zero byte. */
static void
begin_warning(struct ninja_parser *p, const char *file, uint32_t line)
{
    buffer_add_text(&p->warnings, file);
    buffer_add_format(&p->warnings, "%" PRIu32, line);
    buffer_add_char(&p->warnings, '\0');
}

/* The file says which ninja it needs: newer syntax is allowed from then on, and what
 * is newer than all that we know could mean anything. */
static bool
require_version(struct ninja_lexer *lexer, struct slice value,
                struct error *err)
{
    int major = 0;
    int minor = 0;
    char text[32];
    snprintf(text, sizeof(text), "%.*s", (int)value.len, value.bytes);
    int read = sscanf(text, "%d.%d", &major, &minor);
    lexer->newline_escape =
        read > 0 && (major > VERSION_MAJOR ||
                     (major == VERSION_MAJOR && minor >= VERSION_MINOR));
    if (major > VERSION_MAJOR ||
        (major == VERSION_MAJOR && minor > VERSION_MINOR)) {
        return error_set(err, ERROR_CLASS_GRAPH,
                         "ninja version (%d.%d) incompatible with build file "
                         "ninja_required_version version (%s).",
                         VERSION_MAJOR, VERSION_MINOR, text);
    }
    return true;
}

/* A variable of a file, expanded where it stands. */
static bool
parse_variable(struct ninja_parser *p, struct error *err)
{
    struct open_file *file = top(p);
    struct ninja_binding binding;
    struct ninja_place place = {.file = file->lexer.file,
                                .line = ninja_lexer_line(&file->lexer)};
    if (!parse_binding(&file->lexer, &binding.name, &binding.text, err)) {
        return false;
    }
    struct buffer value = {0};
    ninja_scope_expand(file->scope, &binding.text, &value);
    binding.value = (struct slice){buffer_str(&value), value.len};
    ninja_scope_bind(file->scope, binding.name, binding.value);
    bool done =
        (!slice_equal(binding.name, slice_of("ninja_required_version")) ||
         require_version(&file->lexer, binding.value, err)) &&
        (p->sink.variable == NULL ||
         p->sink.variable(p->ctx, &binding, place, err));
    buffer_finish(&value);
    return done;
}

/* --- Rules and pools --------------------------------------------------------------- */

/* Only what rules may bind; anything else is most likely misspelt. */
static bool
parse_rule_line(struct ninja_lexer *lexer, struct ninja_rule *rule,
                struct error *err)
{
    struct slice name;
    struct ninja_text text;
    if (!parse_binding(lexer, &name, &text, err)) {
        return false;
    }
    int key = ninja_key_of(name);
    if (key < 0) {
        return ninja_lexer_error(lexer, err, "unexpected variable '%.*s'",
                                 (int)name.len, name.bytes);
    }
    rule->bound |= 1U << key;
    rule->texts[key] = text;
    return true;
}

static bool
has_text(const struct ninja_rule *rule, enum ninja_key key)
{
    return rule->texts[key].len > 0;
}

static bool
parse_rule(struct ninja_parser *p, struct error *err)
{
    struct open_file *file = top(p);
    struct ninja_lexer *lexer = &file->lexer;
    struct slice name;
    if (!ninja_lexer_ident(lexer, &name)) {
        return ninja_lexer_error(lexer, err, "expected rule name");
    }
    uint32_t line = ninja_lexer_line(lexer);
    if (!ninja_lexer_expect(lexer, NINJA_NEWLINE, err)) {
        return false;
    }
    struct ninja_rule *rule = ninja_scope_add_rule(file->scope, name);
    if (rule == NULL) {
        return ninja_lexer_error(lexer, err, "duplicate rule '%.*s'",
                                 (int)name.len, name.bytes);
    }
    rule->file = lexer->file;
    rule->line = line;
    while (ninja_lexer_take(lexer, NINJA_INDENT)) {
        if (!parse_rule_line(lexer, rule, err)) {
            return false;
        }
    }
    if (has_text(rule, NINJA_KEY_RSPFILE) !=
        has_text(rule, NINJA_KEY_RSPFILE_CONTENT)) {
        return ninja_lexer_error(
            lexer, err,
            "rspfile and rspfile_content need to be both specified");
    }
    if (!has_text(rule, NINJA_KEY_COMMAND)) {
        return ninja_lexer_error(lexer, err, "expected 'command =' line");
    }
    return p->sink.rule == NULL || p->sink.rule(p->ctx, rule, err);
}

static bool
pool_is_known(const struct ninja_parser *p, struct slice name)
{
    for (uint32_t i = 0; i < p->pools.count; i++) {
        if (slice_equal(*(struct slice *)vec_at(&p->pools, i), name)) {
            return true;
        }
    }
    return false;
}

/* The number that `depth` says; false if it is none. */
static bool
read_depth(const char *text, uint32_t *depth)
{
    char *end = NULL;
    unsigned long number = strtoul(text, &end, 10);
    *depth = (uint32_t)number;
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' &&
           number <= INT32_MAX;
}

static bool
parse_pool_line(struct open_file *file, uint32_t *depth, struct error *err)
{
    struct slice name;
    struct ninja_text text;
    if (!parse_binding(&file->lexer, &name, &text, err)) {
        return false;
    }
    if (!slice_equal(name, slice_of("depth"))) {
        return ninja_lexer_error(&file->lexer, err,
                                 "unexpected variable '%.*s'", (int)name.len,
                                 name.bytes);
    }
    struct buffer value = {0};
    ninja_scope_expand(file->scope, &text, &value);
    bool read = read_depth(buffer_str(&value), depth);
    buffer_finish(&value);
    return read || ninja_lexer_error(&file->lexer, err, "invalid pool depth");
}

/* Pools are global, whatever file names them. */
static bool
parse_pool(struct ninja_parser *p, struct error *err)
{
    struct open_file *file = top(p);
    struct ninja_lexer *lexer = &file->lexer;
    struct slice name;
    if (!ninja_lexer_ident(lexer, &name)) {
        return ninja_lexer_error(lexer, err, "expected pool name");
    }
    if (!ninja_lexer_expect(lexer, NINJA_NEWLINE, err)) {
        return false;
    }
    if (pool_is_known(p, name)) {
        return ninja_lexer_error(lexer, err, "duplicate pool '%.*s'",
                                 (int)name.len, name.bytes);
    }
    uint32_t depth = UINT32_MAX;
    while (ninja_lexer_take(lexer, NINJA_INDENT)) {
        if (!parse_pool_line(file, &depth, err)) {
            return false;
        }
    }
    if (depth == UINT32_MAX) {
        return ninja_lexer_error(lexer, err, "expected 'depth =' line");
    }
    vec_push(&p->pools, &name);
    return p->sink.pool == NULL || p->sink.pool(p->ctx, name, depth, err);
}

/* --- Build statements ----------------------------------------------------------------- */

/* Paths up to the next mark, as they are written; counts them. */
static bool
parse_paths(struct ninja_parser *p, uint32_t *count, struct error *err)
{
    for (*count = 0;; (*count)++) {
        struct ninja_path path = {.path = {NULL, 0}};
        if (!ninja_lexer_path(&top(p)->lexer, &path.text, err)) {
            return false;
        }
        if (path.text.len == 0) {
            return true;
        }
        vec_push(&p->paths, &path);
    }
}

/* A list that is there only behind its mark. */
static bool
parse_marked(struct ninja_parser *p, enum ninja_token mark, uint32_t *count,
             struct error *err)
{
    return !ninja_lexer_take(&top(p)->lexer, mark) ||
           parse_paths(p, count, err);
}

static bool
parse_edge_rule(struct ninja_parser *p, struct ninja_edge *edge,
                struct error *err)
{
    struct open_file *file = top(p);
    struct slice name;
    if (!ninja_lexer_expect(&file->lexer, NINJA_COLON, err)) {
        return false;
    }
    if (!ninja_lexer_ident(&file->lexer, &name)) {
        return ninja_lexer_error(&file->lexer, err,
                                 "expected build command name");
    }
    edge->rule = ninja_scope_rule(file->scope, name);
    if (edge->rule == NULL) {
        return ninja_lexer_error(&file->lexer, err, "unknown build rule '%.*s'",
                                 (int)name.len, name.bytes);
    }
    return true;
}

static bool
parse_edge_lists(struct ninja_parser *p, struct ninja_edge *edge,
                 struct error *err)
{
    uint32_t *counts = edge->counts;
    if (!parse_paths(p, &counts[NINJA_OUTPUTS], err) ||
        !parse_marked(p, NINJA_PIPE, &counts[NINJA_IMPLICIT_OUTPUTS], err)) {
        return false;
    }
    if (p->paths.count == 0) {
        return ninja_lexer_error(&top(p)->lexer, err, "expected path");
    }
    return parse_edge_rule(p, edge, err) &&
           parse_paths(p, &counts[NINJA_INPUTS], err) &&
           parse_marked(p, NINJA_PIPE, &counts[NINJA_IMPLICIT], err) &&
           parse_marked(p, NINJA_PIPE2, &counts[NINJA_ORDER_ONLY], err) &&
           parse_marked(p, NINJA_PIPE_AT, &counts[NINJA_VALIDATIONS], err) &&
           ninja_lexer_expect(&top(p)->lexer, NINJA_NEWLINE, err);
}

/* Bindings are expanded in the file, not in each other. What means itself stays
 * where it is; other values are gathered in a buffer that may move, so they are
 * set when all are there. */
static bool
parse_edge_bindings(struct ninja_parser *p, struct ninja_edge *edge,
                    struct error *err)
{
    struct open_file *file = top(p);
    while (ninja_lexer_take(&file->lexer, NINJA_INDENT)) {
        struct ninja_binding binding;
        if (!parse_binding(&file->lexer, &binding.name, &binding.text, err)) {
            return false;
        }
        int key = ninja_key_of(binding.name);
        edge->bound |= key < 0 ? 0 : 1U << key;
        binding.value = (struct slice){binding.text.bytes, binding.text.len};
        if (!binding.text.plain) {
            size_t start = p->values.len;
            ninja_scope_expand(file->scope, &binding.text, &p->values);
            binding.value = (struct slice){NULL, p->values.len - start};
        }
        vec_push(&p->bindings, &binding);
    }
    const char *at = buffer_str(&p->values);
    for (uint32_t i = 0; p->values.len > 0 && i < p->bindings.count; i++) {
        struct ninja_binding *binding = vec_at(&p->bindings, i);
        if (binding->value.bytes == NULL) {
            binding->value.bytes = at;
            at += binding->value.len;
        }
    }
    return true;
}

/* Expands one path to the end of the paths of this statement. One that means
 * itself stays where it is. */
static bool
expand_path(struct ninja_parser *p, const struct ninja_edge *edge,
            struct ninja_path *path)
{
    const struct ninja_text *text = &path->text;
    if (text->plain && path_is_canonical(text->bytes, text->len)) {
        path->path = (struct slice){text->bytes, text->len};
        return true;
    }
    struct buffer *out = &p->path_bytes;
    size_t start = out->len;
    ninja_edge_expand_path(edge, &path->text, out);
    if (out->len == start) {
        return false;
    }
    path->path.len = path_canonicalise(out->bytes + start, out->len - start);
    buffer_truncate(out, start + path->path.len);
    return true;
}

static bool
expand_paths(struct ninja_parser *p, const struct ninja_edge *edge,
             struct error *err)
{
    for (uint32_t i = 0; i < p->paths.count; i++) {
        if (!expand_path(p, edge, vec_at(&p->paths, i))) {
            return ninja_lexer_error(&top(p)->lexer, err, "empty path");
        }
    }
    const char *at = buffer_str(&p->path_bytes);
    for (uint32_t i = 0; p->path_bytes.len > 0 && i < p->paths.count; i++) {
        struct ninja_path *path = vec_at(&p->paths, i);
        if (path->path.bytes == NULL) {
            path->path.bytes = at;
            at += path->path.len;
        }
    }
    return true;
}

/* CMake 2.8 and 3.0 wrote phony edges that need themselves. */
static void
drop_self(struct ninja_parser *p, struct ninja_edge *edge)
{
    if (!edge->rule->is_phony || edge->counts[NINJA_OUTPUTS] != 1 ||
        edge->counts[NINJA_IMPLICIT_OUTPUTS] != 0) {
        return;
    }
    const struct ninja_path *output = vec_at(&p->paths, 0);
    uint32_t kept = 1;
    uint32_t at = 1;
    for (enum ninja_list list = NINJA_INPUTS; list < NINJA_LIST_COUNT; list++) {
        uint32_t count = edge->counts[list];
        for (uint32_t i = 0; i < count; i++, at++) {
            struct ninja_path path =
                *(struct ninja_path *)vec_at(&p->paths, at);
            if (list != NINJA_VALIDATIONS &&
                slice_equal(path.path, output->path)) {
                edge->counts[list]--;
                continue;
            }
            *(struct ninja_path *)vec_at(&p->paths, kept++) = path;
        }
    }
    edge->names_itself = kept < at;
    if (edge->names_itself) {
        begin_warning(p, edge->file, edge->line);
        buffer_add_format(&p->warnings,
                          "phony target '%.*s' names itself as an input; "
                          "ignoring [-w phonycycle=warn]",
                          (int)output->path.len, output->path.bytes);
        buffer_add_char(&p->warnings, '\0');
    }
}

static bool
edge_has_path(const struct ninja_edge *edge, enum ninja_list list,
              struct slice path)
{
    const struct ninja_path *paths = ninja_edge_list(edge, list);
    for (uint32_t i = 0; i < edge->counts[list]; i++) {
        if (slice_equal(paths[i].path, path)) {
            return true;
        }
    }
    return false;
}

/* A dyndep file has to be an input, or it would not be there in time. */
static bool
check_dyndep(const struct ninja_parser *p, const struct ninja_edge *edge,
             struct error *err)
{
    struct buffer value = {0};
    if (!ninja_edge_value(edge, NINJA_KEY_DYNDEP, false, &value, err)) {
        buffer_finish(&value);
        return false;
    }
    bool held = value.len == 0;
    if (!held) {
        value.len = path_canonicalise(value.bytes, value.len);
        for (enum ninja_list list = NINJA_INPUTS; list <= NINJA_ORDER_ONLY;
             list++) {
            held = held || edge_has_path(edge, list, buffer_slice(&value));
        }
    }
    if (!held) {
        ninja_lexer_error(&top(p)->lexer, err, "dyndep '%.*s' is not an input",
                          (int)value.len, value.bytes);
    }
    buffer_finish(&value);
    return held;
}

static bool
check_pool(const struct ninja_parser *p, const struct ninja_edge *edge,
           struct error *err)
{
    struct buffer value = {0};
    bool held = ninja_edge_value(edge, NINJA_KEY_POOL, false, &value, err);
    if (held && value.len > 0 && !pool_is_known(p, buffer_slice(&value))) {
        held = ninja_lexer_error(&top(p)->lexer, err, "unknown pool name '%s'",
                                 buffer_str(&value));
    }
    buffer_finish(&value);
    return held;
}

/* The lists come first, but what they mean depends on the bindings that follow,
 * so paths are expanded at the end. */
static bool
parse_edge(struct ninja_parser *p, struct error *err)
{
    struct open_file *file = top(p);
    struct ninja_edge edge = {
        .scope = file->scope,
        .file = file->lexer.file,
        .line = ninja_lexer_line(&file->lexer),
    };
    p->paths.count = 0;
    p->bindings.count = 0;
    buffer_truncate(&p->values, 0);
    buffer_truncate(&p->path_bytes, 0);
    if (!parse_edge_lists(p, &edge, err) ||
        !parse_edge_bindings(p, &edge, err)) {
        return false;
    }
    edge.bindings = p->bindings.items;
    edge.binding_count = p->bindings.count;
    if (!expand_paths(p, &edge, err)) {
        return false;
    }
    drop_self(p, &edge);
    edge.paths = p->paths.items;
    if (!check_pool(p, &edge, err) || !check_dyndep(p, &edge, err)) {
        return false;
    }
    if (p->sink.edge != NULL && !p->sink.edge(p->ctx, &edge, err)) {
        error_set_where(err, edge.file, edge.line, 1);
        return false;
    }
    return true;
}

/* --- Default statements ------------------------------------------------------------ */

static bool
tell_default(struct ninja_parser *p, struct ninja_path *path, struct error *err)
{
    struct open_file *file = top(p);
    struct buffer bytes = {0};
    ninja_scope_expand(file->scope, &path->text, &bytes);
    if (bytes.len == 0) {
        buffer_finish(&bytes);
        return ninja_lexer_error(&file->lexer, err, "empty path");
    }
    size_t len = path_canonicalise(bytes.bytes, bytes.len);
    buffer_truncate(&bytes, len);
    path->path = buffer_slice(&bytes);
    struct ninja_place place = {file->lexer.file,
                                ninja_lexer_line(&file->lexer),
                                ninja_lexer_column(&file->lexer)};
    bool done =
        p->sink.default_ == NULL || p->sink.default_(p->ctx, path, place, err);
    buffer_finish(&bytes);
    return done;
}

static bool
parse_default(struct ninja_parser *p, struct error *err)
{
    struct ninja_lexer *lexer = &top(p)->lexer;
    for (uint32_t count = 0;; count++) {
        struct ninja_path path = {.path = {NULL, 0}};
        if (!ninja_lexer_path(lexer, &path.text, err)) {
            return false;
        }
        if (path.text.len == 0) {
            return count > 0
                       ? ninja_lexer_expect(lexer, NINJA_NEWLINE, err)
                       : ninja_lexer_error(lexer, err, "expected target name");
        }
        if (!tell_default(p, &path, err)) {
            return false;
        }
    }
}

/* --- Statements ----------------------------------------------------------------------- */

/* A line that begins with a name: back to it. */
static bool
parse_from_ident(struct ninja_parser *p, struct error *err)
{
    struct ninja_lexer *lexer = &top(p)->lexer;
    lexer->at = lexer->token;
    return parse_variable(p, err);
}

static bool
parse_statement(struct ninja_parser *p, enum ninja_token token,
                struct error *err)
{
    switch (token) {
    case NINJA_NEWLINE:
        return true;
    case NINJA_IDENT:
        return parse_from_ident(p, err);
    case NINJA_BUILD:
        return parse_edge(p, err);
    case NINJA_RULE:
        return parse_rule(p, err);
    case NINJA_POOL:
        return parse_pool(p, err);
    case NINJA_DEFAULT:
        return parse_default(p, err);
    case NINJA_INCLUDE:
        return parse_include(p, false, err);
    case NINJA_SUBNINJA:
        return parse_include(p, true, err);
    case NINJA_END:
    case NINJA_INDENT:
    case NINJA_EQUALS:
    case NINJA_COLON:
    case NINJA_PIPE:
    case NINJA_PIPE2:
    case NINJA_PIPE_AT:
    case NINJA_ERROR:
        break;
    }
    return ninja_lexer_unexpected(&top(p)->lexer, token, err);
}

/* Ends the file on top; false if the sink does not like it. */
static bool
pop_file(struct ninja_parser *p, struct error *err)
{
    struct open_file *file = vec_pop(&p->stack);
    if (p->stack.count == 0) {
        return true;
    }
    if (file->scope == top(p)->scope) {
        top(p)->lexer.newline_escape = file->lexer.newline_escape;
    }
    return p->sink.leave == NULL || p->sink.leave(p->ctx, err);
}

bool
ninja_parser_run(struct ninja_parser *p, const char *file, struct error *err)
{
    assert(p->stack.count == 0);
    if (!push_file(p, slice_of(file), p->root, err)) {
        return false;
    }
    while (p->stack.count > 0) {
        enum ninja_token token = ninja_lexer_next(&top(p)->lexer);
        bool done = token == NINJA_END ? pop_file(p, err)
                                       : parse_statement(p, token, err);
        if (!done) {
            return false;
        }
    }
    return true;
}
