/* SPDX-License-Identifier: MIT */
#include "runtime/query/names.h"

#include "interp/magma.h"
#include "runtime/query/function.h"
#include "runtime/query/lexer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static struct slice
keep(struct query_names *names, struct slice text)
{
    return (struct slice){arena_copy(&names->arena, text.bytes, text.len),
                          text.len};
}

static struct query_name *
add_row(struct query_names *names)
{
    if (names->rows.item_size == 0) {
        names->rows = vec_of(sizeof(struct query_name));
    }
    struct query_name *row = vec_add(&names->rows);
    *row = (struct query_name){.file = NULL};
    return row;
}

/* --- What a name may be ------------------------------------------------------------ */

/* Whether it is read as one word, and as no target of another kind. */
static bool
is_word(struct slice name)
{
    static const char marks[] = "|(),\"' \t\r\n=*?[$#:/";
    bool fits = name.len > 0 && name.bytes[0] != '-';
    for (size_t i = 0; i < name.len; i++) {
        // A zero byte is one that strchr finds, at the end of the marks.
        fits = fits && strchr(marks, name.bytes[i]) == NULL;
    }
    return fits;
}

static bool
fail_no_name(struct slice name, struct error *err)
{
    error_set(err, ERROR_CLASS_USAGE, "%.*s cannot be a name in queries",
              (int)name.len, name.bytes);
    error_set_help(err, "a name is a word without blanks and without any of "
                        "| ( ) , \" ' = * ? [ $ # : /");
    return false;
}

bool
query_name_check(struct slice name, struct error *err)
{
    static const char *const words[] = {"let",    "in",  "union", "intersect",
                                        "except", "and", "or",    "not",
                                        "+",      "^"};
    bool is_taken = query_function_find(name) != NULL;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        is_taken = is_taken || slice_equal(name, slice_of(words[i]));
    }
    if (is_word(name) && is_taken) {
        error_set(err, ERROR_CLASS_USAGE,
                  "%.*s is a word of the query language", (int)name.len,
                  name.bytes);
        error_set_help(err, "choose another name");
        return false;
    }
    return is_word(name) || fail_no_name(name, err);
}

/* Takes words that have blanks or commas between them. */
static bool
split_params(struct query_names *names, struct query_name *row,
             struct slice params, struct error *err)
{
    static const char between[] = " \t,";
    for (size_t at = 0; at < params.len; at++) {
        size_t start = at;
        while (at < params.len && strchr(between, params.bytes[at]) == NULL) {
            at++;
        }
        struct slice param = {params.bytes + start, at - start};
        if (param.len == 0) {
            continue;
        }
        if (!is_word(param)) {
            return fail_no_name(param, err);
        }
        if (row->param_count == QUERY_NAME_PARAMS) {
            return error_set(err, ERROR_CLASS_USAGE,
                             "a query of more than %d sets", QUERY_NAME_PARAMS);
        }
        row->params[row->param_count++] = keep(names, param);
    }
    return true;
}

bool
query_names_add(struct query_names *names, struct slice name,
                struct slice params, struct slice text, struct error *err)
{
    struct query_name *row = add_row(names);
    row->name = keep(names, name);
    row->text = keep(names, text);
    row->file = "query";
    row->line = 1;
    row->column = 1;
    return query_name_check(name, err) && split_params(names, row, params, err);
}

/* --- Of a graph ---------------------------------------------------------------------- */

void
query_names_of_graph(struct query_names *names, const struct graph *graph)
{
    for (uint32_t i = 0; i < graph_query_count(graph); i++) {
        const struct named_query *query = graph_query(graph, i);
        struct error err = {0};
        bool fits = query_names_add(names, graph_str(graph, query->name),
                                    graph_str(graph, query->params),
                                    graph_str(graph, query->text), &err);
        assert(fits && "defquery looked at it");
        (void)fits;
        struct query_name *row = vec_at(&names->rows, names->rows.count - 1);
        row->file = keep(names, graph_str(graph, query->place.file)).bytes;
        row->line = query->place.line;
        row->column = query->place.column;
    }
}

/* --- Of the configuration ---------------------------------------------------------------- */

/* `query.NAME` or `query.NAME(a, b)`, cut into both. */
static bool
split_key(const struct setting *setting, struct slice *name,
          struct slice *params, struct error *err)
{
    struct slice rest = slice_of(setting->key);
    rest = (struct slice){rest.bytes + strlen(SETTING_QUERY),
                          rest.len - strlen(SETTING_QUERY)};
    size_t len = strcspn(rest.bytes, "(");
    bool is_open = len < rest.len;
    *name = (struct slice){rest.bytes, len};
    *params = (struct slice){"", 0};
    if (is_open && rest.bytes[rest.len - 1] != ')') {
        error_set(err, ERROR_CLASS_USAGE, "a bracket is never closed");
        error_set_help(err, "as in query.tests-of(x) = $x | rdeps");
        return settings_fail_key(setting, err);
    }
    if (is_open) {
        *params = (struct slice){rest.bytes + len + 1, rest.len - len - 2};
    }
    return true;
}

bool
query_names_of_settings(struct query_names *names,
                        const struct settings *settings, struct error *err)
{
    for (uint32_t i = 0; i < settings->rows.count; i++) {
        const struct setting *setting = vec_at(&settings->rows, i);
        struct slice name;
        struct slice params;
        if (strncmp(setting->key, SETTING_QUERY, strlen(SETTING_QUERY)) != 0) {
            continue;
        }
        if (!split_key(setting, &name, &params, err)) {
            return false;
        }
        uint32_t sees = names->rows.count;
        if (!query_names_add(names, name, params, slice_of(setting->value),
                             err)) {
            return settings_fail_key(setting, err);
        }
        struct query_name *row = vec_at(&names->rows, sees);
        row->sees = sees;
        row->file = keep(names, slice_of(setting->file)).bytes;
        row->line = setting->line;
        row->column = setting->column;
    }
    return true;
}

/* --- All of them ----------------------------------------------------------------------- */

bool
query_names_read(struct query_names *names, const char *root,
                 const struct graph *graph, struct error *err)
{
    struct settings settings = {0};
    if (graph != NULL) {
        query_names_of_graph(names, graph);
    }
    bool done = settings_read(root, &settings, err) &&
                query_names_of_settings(names, &settings, err);
    settings_finish(&settings);
    return done;
}

void
query_names_finish(struct query_names *names)
{
    arena_finish(&names->arena);
    vec_finish(&names->rows);
    *names = (struct query_names){.rows = {0}};
}

const struct query_name *
query_names_find(const struct query_names *names, uint32_t count,
                 struct slice name)
{
    assert(count == 0 || count <= names->rows.count);
    for (uint32_t i = count; i > 0; i--) {
        const struct query_name *row = vec_at(&names->rows, i - 1);
        if (slice_equal(row->name, name)) {
            return row;
        }
    }
    return NULL;
}

const char *
query_names_nearest(const struct query_names *names, uint32_t count,
                    struct slice name)
{
    uint32_t function_count = 0;
    const struct query_function *functions = query_functions(&function_count);
    struct vec all = vec_of(sizeof(const char *));
    for (uint32_t i = 0; i < function_count; i++) {
        vec_push(&all, &functions[i].name);
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct query_name *row = vec_at(&names->rows, i);
        vec_push(&all, &row->name.bytes);
    }
    char *word = mem_copy(name.bytes, name.len);
    const char *nearest = magma_nearest(word, all.items, all.count);
    free(word);
    vec_finish(&all);
    return nearest;
}
