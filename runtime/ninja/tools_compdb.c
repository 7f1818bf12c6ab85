/* SPDX-License-Identifier: MIT */
/*
 * -t compdb and compdb-targets: compilation databases, as clang defines them.
 * Editors and checkers of code read these lists to learn how a source is
 * compiled. Meson asks for them by the names of rules of which most are not in the
 * file, and takes what is printed as it is: so a rule that is not known is no
 * error, and what is printed is JSON also where a path is not.
 */
#include "runtime/ninja/tools.h"

#include "runtime/json.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct compdb {
    char *folder;
    bool expand_rspfiles;
    bool first;
};

/* Puts the content of a response file where the command names it: as "@FILE",
 * "-f FILE" or "--option-file=FILE". */
static bool
expand_rspfile(const struct ninja_edge *edge, struct buffer *command,
               struct error *err)
{
    static const char *const marks[] = {"@", "-f ", "--option-file="};
    struct buffer file = {0};
    struct buffer content = {0};
    bool done =
        ninja_edge_value(edge, NINJA_KEY_RSPFILE, false, &file, err) &&
        ninja_edge_value(edge, NINJA_KEY_RSPFILE_CONTENT, true, &content, err);
    char *at =
        done && file.len > 0 ? strstr(command->bytes, buffer_str(&file)) : NULL;
    for (size_t i = 0; at != NULL && i < 3; i++) {
        size_t len = strlen(marks[i]);
        if ((size_t)(at - command->bytes) < len ||
            memcmp(at - len, marks[i], len) != 0) {
            continue;
        }
        struct buffer whole = {0};
        buffer_add(&whole, command->bytes, (size_t)(at - command->bytes) - len);
        for (size_t k = 0; k < content.len; k++) {
            char c = content.bytes[k];
            buffer_add_char(&whole, c == '\n' ? ' ' : c);
        }
        buffer_add_str(&whole, at + file.len);
        buffer_finish(command);
        *command = whole;
        break;
    }
    buffer_finish(&file);
    buffer_finish(&content);
    return done;
}

/* One line of an object: bytes that are no text are replaced, so that the file
 * is JSON whatever paths there are. */
static void
add_field(struct buffer *out, const char *name, struct slice value,
          const char *end)
{
    buffer_add_format(out, "    \"%s\": ", name);
    json_string(out, value.bytes, value.len);
    buffer_add_str(out, end);
}

/* One object for one input. */
static void
print_object(struct compdb *c, const struct ninja_edge *edge,
             struct slice command, struct slice input)
{
    struct buffer out = {0};
    buffer_add_str(&out, c->first ? "\n  {\n" : ",\n  {\n");
    c->first = false;
    add_field(&out, "directory", slice_of(c->folder), ",\n");
    add_field(&out, "command", command, ",\n");
    add_field(&out, "file", input, ",\n");
    add_field(&out, "output", edge->paths[0].path, "\n  }");
    fwrite(out.bytes, 1, out.len, stdout);
    buffer_finish(&out);
}

/* Others want it done, and nobody reads what it makes: it checks, and compiles
 * nothing. */
static bool
only_validates(const struct view *view, const struct ninja_edge *edge)
{
    uint32_t count = 0;
    const struct ninja_path *paths = view_outputs(edge, &count);
    for (uint32_t i = 0; i < count; i++) {
        const struct view_node *node = view_find(view, paths[i].path);
        if (!node->validates || node->user_count > 0) {
            return false;
        }
    }
    return true;
}

/* An object for each input, whatever it is to the edge. */
static bool
print_edge(struct compdb *c, const struct view *view,
           const struct ninja_edge *edge, struct error *err)
{
    uint32_t count = 0;
    const struct ninja_path *paths = view_inputs(edge, &count);
    if (count == 0 || only_validates(view, edge)) {
        return true;
    }
    struct buffer command = {0};
    bool done = edge->rule->is_phony ||
                ninja_edge_value(edge, NINJA_KEY_COMMAND, true, &command, err);
    if (done && c->expand_rspfiles && command.len > 0) {
        done = expand_rspfile(edge, &command, err);
    }
    struct slice text = {buffer_str(&command), command.len};
    for (uint32_t i = 0; done && i < count; i++) {
        print_object(c, edge, text, paths[i].path);
    }
    buffer_finish(&command);
    return done;
}

/* Without rules all edges are meant; unknown rules are passed over. */
static uint32_t
times_wanted(const struct ninja_edge *edge, char **rules, int count)
{
    uint32_t times = count == 0 ? 1 : 0;
    for (int i = 0; i < count; i++) {
        times += slice_equal(edge->rule->name, slice_of(rules[i]));
    }
    return times;
}

static void
print_usage(const struct ninja_call *call)
{
    bool by_rule = strcmp(call->argv[0], "compdb") == 0;
    printf("usage: ninja -t %s\n\noptions:\n"
           "%s"
           "  -x     expand @rspfile style response file invocations\n",
           by_rule ? "compdb [options] [rules]"
                   : "compdb-targets [-hx] target [targets]",
           by_rule ? "" : "  -h     display this help message\n");
}

/* Reads "-x"; false for anything else. */
static bool
read_options(const struct ninja_call *call, struct compdb *c)
{
    int letter = 0;
    optind = 0;
    while ((letter = getopt(call->argc, call->argv, "hx")) != -1) {
        if (letter != 'x') {
            print_usage(call);
            return false;
        }
        c->expand_rspfiles = true;
    }
    return true;
}

int
tool_compdb(const struct ninja_call *call, const struct view *view,
            struct error *err)
{
    struct compdb c = {.first = true};
    if (!read_options(call, &c)) {
        return 1;
    }
    char **rules = call->argv + optind;
    int count = call->argc - optind;
    bool done = true;
    c.folder = getcwd(NULL, 0);
    putchar('[');
    for (uint32_t i = 0; done && i < view_edge_count(view); i++) {
        const struct ninja_edge *edge = view_edge(view, i);
        for (uint32_t k = times_wanted(edge, rules, count); done && k > 0;
             k--) {
            done = print_edge(&c, view, edge, err);
        }
    }
    puts("\n]");
    free(c.folder);
    return done ? 0 : 1;
}

/* A source has no command. */
static bool
check_made(const struct vec *nodes, struct error *err)
{
    for (uint32_t i = 0; i < nodes->count; i++) {
        const struct view_node *node =
            *(const struct view_node **)vec_at(nodes, i);
        if (node->maker == VIEW_NONE) {
            return error_set(err, ERROR_CLASS_USAGE,
                             "'%.*s' is not a target (i.e. it is not an output "
                             "of any `build` statement)",
                             (int)node->path.len, node->path.bytes);
        }
    }
    return true;
}

int
tool_compdb_targets(const struct ninja_call *call, const struct view *view,
                    struct error *err)
{
    struct compdb c = {.first = true};
    if (!read_options(call, &c)) {
        return 1;
    }
    if (optind == call->argc) {
        fputs("ninja: error: compdb-targets expects the name of at least one "
              "target\n",
              stderr);
        print_usage(call);
        return 1;
    }
    struct vec nodes = vec_of(sizeof(const struct view_node *));
    struct vec places = vec_of(sizeof(uint32_t));
    bool done = view_targets(view, call->argv + optind, call->argc - optind,
                             &nodes, err) &&
                check_made(&nodes, err);
    if (!done) { // Said in another way than all other tools say it
        fprintf(stderr, "ninja: fatal: %s\n", err->what);
        error_finish(err);
    } else {
        c.folder = getcwd(NULL, 0);
        tool_needed_edges(view, &nodes, false, &places);
        putchar('[');
        for (uint32_t i = 0; done && i < places.count; i++) {
            const struct ninja_edge *edge =
                view_edge(view, *(uint32_t *)vec_at(&places, i));
            done = edge->rule->is_phony || print_edge(&c, view, edge, err);
        }
        puts("\n]");
        free(c.folder);
    }
    vec_finish(&nodes);
    vec_finish(&places);
    return done ? 0 : 1;
}
