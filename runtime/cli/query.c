/* SPDX-License-Identifier: MIT */
/* `ronin query`, or `ronin q`: answers questions about the graph, the files and
 * the history. */
#include "runtime/cli/query.h"

#include "runtime/cli/asking.h"
#include "runtime/query/eval.h"
#include "runtime/query/format.h"
#include "runtime/query/tree.h"
#include "runtime/report.h"
#include "runtime/whole_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct option_row rows[] = {
    {'f', "file", "FILE", "the build file, instead of build.magma"},
    {'o', "output", QUERY_FORMAT_NAMES, "the form of the answer"},
    {'w', "write", "FILE", "write FILE, if that changes it"},
    {'e', "exit-status", NULL, "end with 1 if the answer is empty"},
    {OPTION_ORDER, "order", "deps|lex", "what is needed first, or by bytes"},
    {OPTION_RAW, "raw", NULL, "leave nothing out that CMake puts in"},
    {OPTION_AST, "ast", NULL,
     "print the tree of the query, and answer nothing"},
    {OPTION_AST_IN, "ast-in", NULL,
     "QUERY is such a tree, or the same as JSON"},
    {OPTION_LIST, "list", NULL, "tell all functions and fields"},
    {0, NULL, NULL, NULL},
};

struct request {
    struct query_names names;
    struct asking asking;
    struct query_eval_options eval;
    const struct query_format *format;
    char *write;        /* the file that is written; NULL: standard output */
    struct buffer text; /* of the query: the words, joined by blanks */
    struct query query;
    bool only_tree;
    bool from_tree;
    bool only_list;
    bool wants_status;
    bool is_empty;
};

/* Notes go to standard error, so that a pipe gets the answer alone. They may
 * name files, whose bytes a terminal must not obey. */
static void
print_notes(const struct query *query, const struct query_world *world)
{
    struct slice hints = buffer_slice(&query->hints);
    struct slice notes = query_world_notes(world);
    struct slice note;
    while (slice_next_text(&hints, &note) || slice_next_text(&notes, &note)) {
        fprintf(stderr, "ronin: note: ");
        report_sanitised(stderr, note.bytes, note.len);
        fputc('\n', stderr);
    }
}

/* A file that would not change is left alone, so that nobody who watches it
 * thinks that it did. */
static bool
write_file(const char *path, const struct buffer *out, struct error *err)
{
    struct slice bytes = {buffer_str(out), out->len};
    return whole_file_holds(path, bytes) || whole_file_write(path, bytes, err);
}

/* Only what is made for eyes is made harmless: the other formats have escapes of
 * their own, and change no byte. */
static bool
print_rows(const struct request *request, struct query_world *world,
           const struct query_rows *table, struct error *err)
{
    bool done = true;
    struct buffer out = {0};
    if (request->format->is_of_set && !table->is_of_members) {
        error_set(err, ERROR_CLASS_USAGE, "-o %s needs a set, and this is %s",
                  request->format->name,
                  table->is_scalar ? "a number" : "a tally");
        error_set_help(err, "leave the last stage out, or take another format");
        return false;
    }
    const struct query_answer answer = {
        .world = world,
        .rows = table,
        .root = session_root(request->asking.opened),
        .aligned = request->write == NULL && isatty(STDOUT_FILENO) != 0,
    };
    request->format->print(&answer, &out);
    if (request->write != NULL) {
        done = write_file(request->write, &out, err);
    } else if (request->format->is_shown) {
        report_sanitised(stdout, buffer_str(&out), out.len);
    } else {
        fwrite(buffer_str(&out), 1, out.len, stdout);
    }
    buffer_finish(&out);
    return done;
}

static bool
parse(struct request *request, struct error *err)
{
    struct slice text = buffer_slice(&request->text);
    query_finish(&request->query);
    return request->from_tree
               ? query_read_tree(text, &request->query, err)
               : query_parse_with(text, &request->names, &request->query, err);
}

/* The names are those of the build file and of the configuration beside it: if
 * there are any, the query is read again with them. */
static bool
parse_with_names(struct asking *asking, struct error *err)
{
    struct request *request = asking->ctx;
    return asking_graph(asking, err) &&
           query_names_read(&request->names, session_root(asking->opened),
                            asking->graph, err) &&
           parse(request, err);
}

/* The graph comes from its snapshot where that is still true, so that most
 * queries start no language at all. */
static bool
answer(struct asking *asking, struct error *err)
{
    struct request *request = asking->ctx;
    const struct query *query = &request->query;
    struct query_rows table;
    if (!parse_with_names(asking, err)) {
        return false;
    }
    const struct query_world_options options = {
        .graph = asking->graph,
        .exec = asking->exec,
        .session = asking->opened,
        .options = &asking->session,
        .in = stdin,
    };
    struct query_world *world = query_world_open(&options);
    bool done = query_eval(world, query->root, &request->eval, &table, err);
    if (done) {
        request->is_empty = table.row_count == 0;
        done = print_rows(request, world, &table, err);
        query_rows_finish(&table);
    }
    print_notes(query, world);
    query_world_close(world);
    return done;
}

/* The tree as EDN, or as JSON where that is the form of answers. */
static void
print_tree(const struct request *request)
{
    struct buffer tree = {0};
    if (strcmp(request->format->name, "json") == 0) {
        query_print_tree_json(request->query.root, &tree);
    } else {
        query_print(request->query.root, &tree);
    }
    puts(buffer_str(&tree));
    buffer_finish(&tree);
}

/* A mistake in the query is told before a build file is looked for; a function
 * that nobody knows may be a name of the build file's. */
static int
parse_first(struct request *request)
{
    struct error err = {0};
    bool done = parse(request, &err);
    int status = 0;
    if (!done && !request->query.is_name_unknown) {
        status = report_exit_status(&err);
        report_error(stderr, &err);
    }
    error_finish(&err);
    return status;
}

/* A tree, and the list of what there is, can be had without a build file; if
 * there is one, it may have names. */
static bool
read_names(struct request *request, struct error *err)
{
    struct error ignored = {0};
    struct asking asking = {.session = request->asking.session};
    bool found = session_open(&asking.session, &asking.opened, &ignored) &&
                 asking_graph(&asking, &ignored);
    bool done = query_names_read(&request->names,
                                 found ? session_root(asking.opened) : ".",
                                 found ? asking.graph : NULL, err);
    session_close(asking.opened);
    error_finish(&ignored);
    return done;
}

/* An unknown format is a mistake in the command line, with all names in the
 * advice. */
static void
take_format(struct request *request, struct options *o)
{
    request->format = query_format_find(o->value);
    if (request->format == NULL) {
        char what[200];
        snprintf(what, sizeof(what), "-o does not know %.100s", o->value);
        o->status =
            options_usage(o->command, what, "it takes " QUERY_FORMAT_NAMES);
    }
}

/* The session changes the folder, so the path is made whole first. */
static void
take_file(struct request *request, const struct options *o)
{
    char *here = getcwd(NULL, 0);
    free(request->write);
    request->write = path_join(here == NULL ? "/" : here, o->value);
    free(here);
}

/* What only queries take; the rest is common to all verbs that ask. */
static bool
take_option(struct request *request, struct options *o, int id)
{
    switch (id) {
    case 'e':
        request->wants_status = true;
        return true;
    case 'o':
        take_format(request, o);
        return true;
    case OPTION_HTML:
        request->format = query_format_find("html");
        take_file(request, o);
        return true;
    case 'w':
        take_file(request, o);
        return true;
    case OPTION_RAW:
        request->eval.raw = true;
        return true;
    case OPTION_AST:
        request->only_tree = true;
        return true;
    case OPTION_AST_IN:
        request->from_tree = true;
        return true;
    case OPTION_LIST:
        request->only_list = true;
        return true;
    case OPTION_ORDER:
        request->eval.order =
            strcmp(o->value, "lex") == 0 ? QUERY_ORDER_LEX : QUERY_ORDER_DEPS;
        if (strcmp(o->value, "lex") != 0 && strcmp(o->value, "deps") != 0) {
            o->status =
                options_usage(o->command, "--order takes deps or lex", NULL);
        }
        return true;
    default:
        return asking_option(o, id, &request->asking);
    }
}

/* The words joined by blanks; the verb's own query if there are none. */
static bool
gather_text(const struct options *o, const struct query_preset *preset,
            struct buffer *text)
{
    if (o->word_count == 0 && preset->query != NULL) {
        buffer_add_str(text, preset->query);
    }
    for (uint32_t i = 0; i < o->word_count; i++) {
        buffer_add_str(text, i == 0 ? "" : " ");
        buffer_add_str(text, o->words[i]);
    }
    return text->len > 0;
}

/* Functions with what they take and give, then fields: the tables that parser and
 * evaluation go by. */
static void
list_words(void)
{
    uint32_t count = 0;
    const struct query_function *functions = query_functions(&count);
    for (uint32_t i = 0; i < count; i++) {
        printf("%-12s%-14s%s\n", functions[i].name, functions[i].type,
               functions[i].doc);
    }
    const struct query_field *fields = query_fields(&count);
    putchar('\n');
    for (uint32_t i = 0; i < count; i++) {
        bool actions = (fields[i].of & FIELD_OF_ACTIONS) != 0;
        bool targets = (fields[i].of & FIELD_OF_TARGETS) != 0;
        printf("%-12s%-14s%s\n", fields[i].name,
               actions && targets ? "both"
               : actions          ? "actions"
                                  : "targets",
               fields[i].doc);
    }
}

/* Then the queries that have names: how each is called, and its text. */
static bool
print_list(struct request *request, struct error *err)
{
    struct buffer out = {0};
    list_words();
    bool done = read_names(request, err);
    const struct query_names *names = &request->names;
    for (uint32_t i = 0; done && i < names->rows.count; i++) {
        const struct query_name *row = vec_at(&names->rows, i);
        if (query_names_find(names, names->rows.count, row->name) != row) {
            continue;
        }
        buffer_add_str(&out, out.len == 0 ? "\n" : "");
        size_t start = out.len;
        buffer_add_str(&out, row->name.bytes);
        for (uint32_t k = 0; k < row->param_count; k++) {
            buffer_add_format(&out, "%s%s", k == 0 ? "(" : ", ",
                              row->params[k].bytes);
        }
        buffer_add_str(&out, row->param_count > 0 ? ")" : "");
        size_t width = out.len - start;
        buffer_add_format(&out, "%*s%s\n", width < 25 ? 26 - (int)width : 1, "",
                          row->text.bytes);
    }
    asking_print(&out);
    return done;
}

/* What needs no answer. */
static int
tell(struct request *request)
{
    struct error err = {0};
    bool done = request->only_list
                    ? print_list(request, &err)
                    : read_names(request, &err) && parse(request, &err);
    if (done && !request->only_list) {
        print_tree(request);
    }
    int status = done ? 0 : report_exit_status(&err);
    if (!done) {
        report_error(stderr, &err);
    }
    return status;
}

/* With -e an empty answer is told by the status, as grep and jq do. */
static int
run_query(const struct options *o, const struct query_preset *preset,
          struct request *request)
{
    if (request->only_list) {
        return tell(request);
    }
    if (!gather_text(o, preset, &request->text)) {
        return options_usage(o->command, "ronin query needs a query",
                             "as in: ronin query 'app | deps | sources'");
    }
    report_add_source("query", buffer_str(&request->text), request->text.len);
    request->asking.ctx = request;
    int status = parse_first(request);
    if (status == 0 && request->only_tree) {
        return tell(request);
    }
    status = status == 0 ? asking_answer(o, &request->asking, answer) : status;
    if (status == 0 && request->wants_status && request->is_empty) {
        status = 1;
    }
    return status;
}

int
query_run(const struct command *command, int argc, char **argv,
          const struct query_preset *preset)
{
    struct options o;
    struct request request = {.asking = {.session = {.read_only = true}},
                              .format = query_format_find(preset->format)};
    int id = 0;
    options_init(&o, command, argc, argv);
    while ((id = options_next(&o)) != OPTION_END && id != OPTION_STOP) {
        (void)take_option(&request, &o, id);
    }
    int status = o.status;
    if (id == OPTION_END && status == 0) {
        status = run_query(&o, preset, &request);
    }
    query_finish(&request.query);
    query_names_finish(&request.names);
    buffer_finish(&request.text);
    free(request.write);
    options_finish(&o);
    return status;
}

static int
run(int argc, char **argv)
{
    static const struct query_preset preset = {"text", NULL};
    return query_run(&command_query, argc, argv, &preset);
}

const struct command command_query = {
    .name = "query",
    .args = "[OPTION...] QUERY",
    .summary = "Ask about the graph, its files and its history.",
    .usage = "  ronin query 'app | deps | sources'\n"
             "  ronin q 'src/a.h | rdeps | executable'\n"
             "  ronin q 'actions | sort -duration | first 10 | emit duration "
             "path'",
    .options = rows,
    .run = run,
};
