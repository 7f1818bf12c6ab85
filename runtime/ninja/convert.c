/* SPDX-License-Identifier: MIT */
/*
 * All is read first: what an edge has to say for itself depends on what others
 * of its rule say. Files are written in the order in which they were read, so
 * that evaluating them registers edges in that order, which is part of the
 * graph.
 */
#include "runtime/ninja/convert.h"

#include "interp/magma.h"
#include "runtime/ninja/convert_edge.h"
#include "runtime/ninja/convert_rule.h"
#include "runtime/ninja/convert_text.h"
#include "runtime/source.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const char conversion_mark[] = "; Converted from ";

/* A file that is to be written; one for each time that a ninja file is read. */
struct out_file {
    char *name; /* of its namespace */
    char *path;
    bool is_empty; /* nothing in it that anybody needs */
};

struct converter {
    struct statements statements;
    struct plans plans;
    struct vec files; /* struct out_file, as in statements.files */
    struct edge_writer edges;
    uint32_t file; /* that is being written */
    const char *from;
};

static const struct kept_file *
kept_file(const struct converter *c, uint32_t file)
{
    return vec_at(&c->statements.files, file);
}

static struct out_file *
out_file(const struct converter *c, uint32_t file)
{
    return vec_at(&c->files, file);
}

/* --- Names of namespaces --------------------------------------------------------- */

static bool
is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_';
}

/* Adds a path as the parts of a name; what a name cannot hold becomes a
 * hyphen. */
static void
add_parts(struct buffer *name, const char *path)
{
    size_t len = strlen(path);
    bool begins = true;
    if (len > 6 && strcmp(path + len - 6, ".ninja") == 0) {
        len -= 6;
    }
    for (size_t i = 0; i < len; i++) {
        bool slash = path[i] == '/';
        if (begins && (slash || path[i] == '.')) {
            continue; // Neither absolute nor upwards.
        }
        if (begins) {
            buffer_add_str(name, name->len > 0 ? "." : "");
            buffer_add_str(name, path[i] >= '0' && path[i] <= '9' ? "n" : "");
        }
        begins = slash;
        if (!slash) {
            buffer_add_char(name, is_plain(path[i]) ? path[i] : '-');
        }
    }
    buffer_add_str(name, name->len == 0 ? "build" : "");
}

/* The file of a namespace: a/b_c.magma of a.b-c. */
static char *
file_of_name(const char *name)
{
    char *path = mem_format("%s.magma", name);
    for (size_t i = 0; name[i] != 0; i++) {
        path[i] = (char)(name[i] == '.' ? '/' : name[i] == '-' ? '_' : name[i]);
    }
    return path;
}

static bool
is_free(const struct converter *c, const char *name, const char *path)
{
    struct slice text;
    const char *file = NULL;
    for (uint32_t i = 0; i < c->files.count; i++) {
        const struct out_file *other = vec_at(&c->files, i);
        if (strcmp(other->name, name) == 0 || strcmp(other->path, path) == 0) {
            return false;
        }
    }
    return !source_builtin(name, &text, &file);
}

/* A name that no other file has. Two build files of one folder may include the
 * same files and need other rules of them, so that each has its own. */
static void
name_file(struct converter *c, const char *ninja_file)
{
    struct buffer name = {0};
    const char *main = out_file(c, 0)->name;
    buffer_add_str(&name, strcmp(main, "build") == 0 ? "" : main);
    add_parts(&name, ninja_file);
    size_t len = name.len;
    for (unsigned number = 2;; number++) {
        char *path = file_of_name(buffer_str(&name));
        if (is_free(c, buffer_str(&name), path)) {
            struct out_file file = {buffer_take(&name), path, false};
            vec_push(&c->files, &file);
            return;
        }
        free(path);
        buffer_truncate(&name, len);
        buffer_add_format(&name, "-%u", number);
    }
}

/* True if an edge or a rule of the file, or of what it includes, is needed. */
static bool
is_needed(const struct converter *c, uint32_t file)
{
    const struct kept_file *kept = kept_file(c, file);
    if (kept->first_edge < kept->end_edge) {
        return true;
    }
    for (uint32_t i = 0; i < c->plans.rules.count; i++) {
        const struct rule_plan *plan = vec_at(&c->plans.rules, i);
        for (uint32_t at = plan->file; at != 0; at = kept_file(c, at)->parent) {
            if (at == file) {
                return true;
            }
        }
    }
    return false;
}

static void
name_files(struct converter *c, const char *to)
{
    struct buffer name = {0};
    char *stem = mem_copy_str(to);
    size_t len = strlen(stem);
    if (len > 6 && strcmp(stem + len - 6, ".magma") == 0) {
        stem[len - 6] = 0;
    }
    add_parts(&name, stem);
    free(stem);
    struct out_file main = {buffer_take(&name), mem_copy_str(to), false};
    vec_push(&c->files, &main);
    for (uint32_t i = 1; i < c->statements.files.count; i++) {
        name_file(c, kept_file(c, i)->file);
        out_file(c, i)->is_empty = !is_needed(c, i);
    }
}

/* As convert_edges asks: rules of other files by their full names. */
static void
add_rule_symbol(void *ctx, const struct rule_plan *plan, struct buffer *out)
{
    const struct converter *c = ctx;
    if (plan->file != c->file) {
        buffer_add_format(out, "%s/", out_file(c, plan->file)->name);
    }
    magma_add_symbol(out, plan->rule->name);
}

/* --- Files ----------------------------------------------------------------------- */

/* The next file that `file` includes itself, from a place on; count if there
 * is none. */
static uint32_t
next_child(const struct converter *c, uint32_t file, uint32_t from)
{
    for (; from < c->statements.files.count; from++) {
        if (kept_file(c, from)->parent == file && from != file) {
            break;
        }
    }
    return from;
}

/* Edges, and namespaces where their files were included. */
static void
write_statements(struct converter *c, struct buffer *out)
{
    const struct kept_file *kept = kept_file(c, c->file);
    uint32_t count = c->statements.files.count;
    uint32_t child = next_child(c, c->file, c->file + 1);
    uint32_t at = kept->first_edge;
    while (at < kept->end_edge || child < count) {
        const struct kept_file *next =
            child < count ? kept_file(c, child) : NULL;
        if (next != NULL && next->first_edge == at) {
            if (!out_file(c, child)->is_empty) {
                buffer_add_format(out, "(require '%s)\n",
                                  out_file(c, child)->name);
            }
            at = next->end_edge;
            child = next_child(c, c->file, child + 1);
        } else {
            at =
                convert_edges(&c->edges, at,
                              next != NULL ? next->first_edge : kept->end_edge);
        }
    }
}

/* Rules come first, so that the files that are included can use them; but those
 * of included files are used behind. */
static void
write_file(struct converter *c, uint32_t file, struct buffer *out)
{
    c->file = file;
    c->edges.out = out;
    buffer_add_format(out,
                      "%s%s by ronin, and again when that changes.\n"
                      "(ns %s\n  (:require [ninja :as ninja]))\n\n",
                      conversion_mark, kept_file(c, file)->file,
                      out_file(c, file)->name);
    for (uint32_t i = 0; file == 0 && i < c->statements.pools.count; i++) {
        const struct kept_pool *pool = vec_at(&c->statements.pools, i);
        buffer_add_str(out, "(pool ");
        magma_add_string(out, pool->name);
        buffer_add_format(out, " %u)\n", pool->depth);
    }
    convert_rules(&c->plans, file, out);
    write_statements(c, out);
}

/* The group `default`, unless a phony edge is it. */
static void
write_default(struct converter *c, struct buffer *out)
{
    const struct vec *defaults = &c->statements.defaults;
    struct vec paths = vec_of(sizeof(struct slice));
    for (uint32_t i = 0; i < defaults->count; i++) {
        const struct kept_default *kept = vec_at(defaults, i);
        vec_push(&paths, &kept->path);
    }
    if (paths.count > 0 && !statements_has_default_group(&c->statements)) {
        buffer_add_str(out, "(group \"default\" ");
        convert_paths(&c->edges, paths.items, paths.count, "\n  ");
        buffer_add_str(out, ")\n");
    }
    vec_finish(&paths);
}

/* The action that converts again. */
static void
write_origin(struct converter *c, struct buffer *out)
{
    const char *between = "";
    buffer_add_str(out, "\n(ninja/converted\n  [");
    for (uint32_t i = 0; i < c->files.count; i++) {
        const struct out_file *file = out_file(c, i);
        if (!file->is_empty) {
            buffer_add_str(out, between);
            magma_add_string(out, slice_of(file->path));
            between = "\n   ";
        }
    }
    buffer_add_str(out, "]\n  [");
    struct slice row = ninja_parser_files(c->statements.parser);
    struct slice name;
    for (between = ""; slice_next_text(&row, &name); between = "\n   ") {
        buffer_add_str(out, between);
        magma_add_string(out, name);
    }
    buffer_add_str(out, "]\n  [\"ronin\" \"convert\" ");
    magma_add_string(out, slice_of(c->from));
    buffer_add_str(out, " \"-o\" ");
    magma_add_string(out, slice_of(out_file(c, 0)->path));
    buffer_add_str(out, "])\n");
}

/* Ninja's files are bytes, and those of the language are text. */
static bool
check_text(const struct converted_file *file, const char *from,
           struct error *err)
{
    size_t at = 0;
    if (magma_is_utf8(file->text.bytes, file->text.len, &at)) {
        return true;
    }
    error_set(err, ERROR_CLASS_GRAPH,
              "%s cannot be converted: a name or command in it is not UTF-8",
              from);
    error_set_help(err, "rename the file, or build from %s as it is", from);
    return false;
}

/* One text after the other; the first one that is no text ends it. */
static bool
write_files(struct converter *c, struct conversion *made, struct error *err)
{
    bool done = true;
    for (uint32_t i = 0; done && i < c->files.count; i++) {
        if (out_file(c, i)->is_empty) {
            continue;
        }
        struct converted_file *file = vec_add(&made->files);
        file->path = mem_copy_str(out_file(c, i)->path);
        write_file(c, i, &file->text);
        if (i == 0) {
            write_default(c, &file->text);
            write_origin(c, &file->text);
        }
        done = check_text(file, c->from, err);
    }
    return done;
}

bool
ninja_convert(const char *file, const char *to, ninja_read read,
              struct conversion *made, struct error *err)
{
    struct converter c = {.from = file,
                          .files = vec_of(sizeof(struct out_file))};
    *made = (struct conversion){vec_of(sizeof(struct converted_file))};
    bool done = statements_read(&c.statements, file, read, err);
    if (done) {
        plans_make(&c.plans, &c.statements);
        c.edges = (struct edge_writer){.plans = &c.plans,
                                       .statements = &c.statements,
                                       .rule_symbol = add_rule_symbol,
                                       .ctx = &c};
        name_files(&c, to);
        done = write_files(&c, made, err);
        plans_finish(&c.plans);
    }
    for (uint32_t i = 0; i < c.files.count; i++) {
        free(out_file(&c, i)->name);
        free(out_file(&c, i)->path);
    }
    vec_finish(&c.files);
    vec_finish(&c.edges.inputs);
    statements_finish(&c.statements);
    return done;
}

void
conversion_finish(struct conversion *made)
{
    for (uint32_t i = 0; i < made->files.count; i++) {
        struct converted_file *file = vec_at(&made->files, i);
        free(file->path);
        buffer_finish(&file->text);
    }
    vec_finish(&made->files);
}
