/* SPDX-License-Identifier: MIT */
/* -t clean and cleandead: files that were made, and are not wanted. */
#include "runtime/ninja/tools.h"

#include "runtime/ninja/build_log.h"
#include "runtime/ninja/log_file.h"
#include "runtime/ninja/logs_tidy.h"
#include "runtime/session.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct cleaning {
    const struct ninja_call *call;
    uint32_t count;
    struct table seen;
    struct vec paths; /* struct slice */
};

/* The key of a path in the table of those that were removed. */
static struct slice
path_at(const void *owner, uint32_t index)
{
    const struct cleaning *c = owner;
    return *(struct slice *)vec_at(&c->paths, index);
}

/* Counted always, named only on request. */
static void
tell_removed(void *ctx, const char *path)
{
    struct cleaning *c = ctx;
    c->count++;
    if (c->call->verbose) {
        printf("Remove %s\n", path);
    }
}

/* ninja says so before it begins, on the same line as the count. */
static void
begin_cleaning(const struct ninja_call *call)
{
    fputs(call->verbose ? "Cleaning...\n" : "Cleaning... ", stdout);
    fflush(stdout);
}

/* True for a path that was met before; *name is a copy of another one. */
static bool
is_met(struct cleaning *c, struct slice path, const char **name)
{
    uint32_t fresh = c->paths.count;
    if (path.len == 0 ||
        table_find_or_add(&c->seen, path_at, c, path, fresh) != fresh) {
        return true;
    }
    *name = mem_copy(path.bytes, path.len);
    struct slice kept = {*name, path.len};
    vec_push(&c->paths, &kept);
    return false;
}

/* Removes a file once; what is not there counts as little as for ninja. */
static bool
remove_path(struct cleaning *c, struct slice path, struct error *err)
{
    const char *name = NULL;
    if (is_met(c, path, &name)) {
        return true;
    }
    if (c->call->dry_run ? access(name, F_OK) == 0 : remove(name) == 0) {
        tell_removed(c, name);
    } else if (errno != ENOENT && errno != ENOTDIR && !c->call->dry_run) {
        return error_set_errno(err, ERROR_CLASS_SYSTEM, errno, "remove(%s)",
                               name);
    }
    return true;
}

/* A file that a key of the edge names. */
static bool
remove_named(struct cleaning *c, const struct ninja_edge *edge,
             enum ninja_key key, struct error *err)
{
    struct buffer path = {0};
    bool done = ninja_edge_value(edge, key, false, &path, err);
    if (done && path.len > 0) {
        path.len = path_canonicalise(path.bytes, path.len);
        done = remove_path(c, buffer_slice(&path), err);
    }
    buffer_finish(&path);
    return done;
}

/* Depfile and response file. */
static bool
clean_beside(struct cleaning *c, const struct ninja_edge *edge,
             struct error *err)
{
    return remove_named(c, edge, NINJA_KEY_DEPFILE, err) &&
           remove_named(c, edge, NINJA_KEY_RSPFILE, err);
}

/* Outputs and what is beside them; phony edges make nothing, and what a
 * generator made is needed to build at all. */
static bool
clean_edge(struct cleaning *c, const struct ninja_edge *edge, bool generators,
           struct error *err)
{
    struct buffer generator = {0};
    if (!ninja_edge_value(edge, NINJA_KEY_GENERATOR, false, &generator, err)) {
        buffer_finish(&generator);
        return false;
    }
    bool spared = edge->rule->is_phony || (generator.len > 0 && !generators);
    buffer_finish(&generator);
    if (spared) {
        return true;
    }
    uint32_t count = 0;
    const struct ninja_path *outputs = view_outputs(edge, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (!remove_path(c, outputs[i].path, err)) {
            return false;
        }
    }
    return clean_beside(c, edge, err);
}

static void
finish_cleaning(struct cleaning *c)
{
    for (uint32_t i = 0; i < c->paths.count; i++) {
        free((void *)(uintptr_t)path_at(c, i).bytes);
    }
    vec_finish(&c->paths);
    table_finish(&c->seen);
}

/* What `-t clean` was asked for. */
struct clean_request {
    bool generators; /* -g */
    bool by_rule;    /* -r */
    char **words;
    int count;
};

/* A word that means nothing is told, and the others are cleaned all the same. */
static bool
tell_unknown(const char *kind, const char *word)
{
    fprintf(stderr, "ninja: error: unknown %s '%s'\n", kind, word);
    return false;
}

static bool
clean_all(struct cleaning *c, const struct view *view, bool generators,
          struct error *err)
{
    for (uint32_t i = 0; i < view_edge_count(view); i++) {
        if (!clean_edge(c, view_edge(view, i), generators, err)) {
            return false;
        }
    }
    return true;
}

/* What is named is meant, a generator's outputs too. */
static bool
clean_rule(struct cleaning *c, const struct view *view, const char *word,
           struct error *err)
{
    uint32_t count = 0;
    const struct ninja_rule *const *rules =
        ninja_parser_rules(view->statements.parser, &count);
    bool known = false;
    for (uint32_t i = 0; i < count && !known; i++) {
        known = slice_equal(rules[i]->name, slice_of(word));
    }
    if (!known) {
        return tell_unknown("rule", word);
    }
    if (c->call->verbose) {
        printf("Rule %s\n", word);
    }
    for (uint32_t i = 0; i < view_edge_count(view); i++) {
        const struct ninja_edge *edge = view_edge(view, i);
        if (slice_equal(edge->rule->name, slice_of(word)) &&
            !clean_edge(c, edge, true, err)) {
            return false;
        }
    }
    return true;
}

/* The target and what it needs, each before what it needs itself; of an edge
 * with several outputs those that are needed. `seen` has a byte for each node. */
static bool
clean_needed(struct cleaning *c, const struct view *view,
             const struct view_node *target, uint8_t *seen, struct error *err)
{
    struct vec stack = vec_of(sizeof(const struct view_node *));
    bool done = true;
    vec_push(&stack, &target);
    while (done && stack.count > 0) {
        const struct view_node *node =
            *(const struct view_node **)vec_at(&stack, stack.count - 1);
        vec_pop(&stack);
        uint8_t *is_seen =
            seen + (node - (const struct view_node *)view->nodes.items);
        if (*is_seen || node->maker == VIEW_NONE) {
            continue;
        }
        *is_seen = 1;
        const struct ninja_edge *edge = view_edge(view, node->maker);
        done = edge->rule->is_phony ||
               (remove_path(c, node->path, err) && clean_beside(c, edge, err));
        uint32_t count = 0;
        const struct ninja_path *inputs = view_inputs(edge, &count);
        while (count > 0) {
            const struct view_node *input =
                view_find(view, inputs[--count].path);
            vec_push(&stack, &input);
        }
    }
    vec_finish(&stack);
    return done;
}

static bool
clean_target(struct cleaning *c, const struct view *view, const char *word,
             uint8_t *seen, struct error *err)
{
    char *path = path_canonical(word, strlen(word));
    const struct view_node *node = view_find(view, slice_of(path));
    bool done = node != NULL;
    if (!done) {
        tell_unknown("target", path);
    } else {
        if (c->call->verbose) {
            printf("Target %s\n", path);
        }
        done = clean_needed(c, view, node, seen, err);
    }
    free(path);
    return done;
}

/* Everything, what some targets need, or what some rules make. */
static bool
clean(struct cleaning *c, const struct view *view,
      const struct clean_request *r, struct error *err)
{
    if (r->count == 0) {
        return clean_all(c, view, r->generators, err);
    }
    uint8_t *seen = mem_alloc(view->nodes.count + 1u, 1);
    bool done = true;
    for (int i = 0; i < r->count && err->what == NULL; i++) {
        done &= r->by_rule ? clean_rule(c, view, r->words[i], err)
                           : clean_target(c, view, r->words[i], seen, err);
    }
    free(seen);
    return done;
}

int
tool_clean(const struct ninja_call *call, const struct view *view,
           struct error *err)
{
    struct clean_request request = {0};
    int letter = 0;
    optind = 0;
    while ((letter = getopt(call->argc, call->argv, "hgr")) != -1) {
        if (letter != 'g' && letter != 'r') {
            puts("usage: ninja -t clean [options] [targets]\n\noptions:\n"
                 "  -g     also clean files marked as ninja generator output\n"
                 "  -r     interpret targets as a list of rules to clean "
                 "instead");
            return 1;
        }
        request.generators = request.generators || letter == 'g';
        request.by_rule = request.by_rule || letter == 'r';
    }
    request.words = call->argv + optind;
    request.count = call->argc - optind;
    if (request.by_rule && request.count == 0) {
        error_set(err, ERROR_CLASS_USAGE, "expected a rule to clean");
        return 1;
    }
    struct cleaning c = {.call = call, .paths = vec_of(sizeof(struct slice))};
    begin_cleaning(call);
    bool done = clean(&c, view, &request, err);
    printf("%u files.\n", c.count);
    finish_cleaning(&c);
    return done ? 0 : 1;
}

/* --- What ronin remembers ----------------------------------------------------------- */

/* Of such a build, removals are all that is of interest. */
static void
on_event(void *ctx, const struct exec_event *event)
{
    const char *name = NULL;
    if (event->type == EVENT_REMOVED &&
        !is_met(ctx, slice_of(event->text), &name)) {
        tell_removed(ctx, name);
    }
}

/* What ninja's log has and no edge makes or reads. */
static bool
remove_logged(struct cleaning *c, const struct view *view, struct error *err)
{
    struct slice builddir =
        ninja_parser_variable(view->statements.parser, "builddir");
    char *path = logs_path(builddir, ".ninja_log");
    struct log_file file = {.path = path, .fd = -1};
    struct buffer text = {0};
    struct build_log log;
    bool done = log_file_load(&file, &text, err);
    build_log_read(&log, buffer_slice(&text));
    for (uint32_t i = 0; done && i < log.entries.count; i++) {
        const struct build_log_entry *entry = vec_at(&log.entries, i);
        const struct view_node *node = view_find(view, entry->output);
        if (node == NULL || (node->maker == VIEW_NONE && !node->is_used)) {
            done = remove_path(c, entry->output, err);
        }
    }
    build_log_finish(&log);
    buffer_finish(&text);
    free(path);
    return done;
}

/* What ronin made and no edge makes. Where it never was nothing is opened, for
 * that would leave a folder of its own behind. */
static bool
remove_remembered(struct cleaning *c, struct error *err)
{
    struct session_options options = {.build_file = c->call->file,
                                      .is_ninja = true,
                                      .read_only = c->call->dry_run};
    struct exec_build build = {.jobs = 1,
                               .orphans = ORPHANS_ONLY,
                               .dry_run = c->call->dry_run};
    struct session_listener listener = {on_event, c};
    struct exec_result result = {0};
    struct session *session = NULL;
    if (access(".ronin", F_OK) != 0) {
        return true;
    }
    bool done = session_open(&options, &session, err) &&
                session_build(session, &build, &listener, &result, err);
    session_close(session);
    return done;
}

int
tool_cleandead(const struct ninja_call *call, const struct view *view,
               struct error *err)
{
    struct cleaning c = {.call = call, .paths = vec_of(sizeof(struct slice))};
    begin_cleaning(call);
    bool done = remove_remembered(&c, err) && remove_logged(&c, view, err);
    printf("%u files.\n", c.count);
    finish_cleaning(&c);
    return done ? 0 : 1;
}
