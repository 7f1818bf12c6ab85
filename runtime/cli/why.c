/* SPDX-License-Identifier: MIT */
/*
 * `ronin why`: why an action last ran, computed from the manifest before that
 * run and the one after it.
 */
#include "runtime/cli/command.h"
#include "runtime/describe.h"
#include "runtime/json.h"
#include "runtime/report.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { NAME_WIDTH = 40 };

static const struct option_row rows[] = {
    {'f', "file", "FILE", "the build file, instead of build.magma"},
    {'o', "output", "FORMAT", "text or json"},
    {0, NULL, NULL, NULL},
};

struct request {
    struct session_options session;
    bool json;
};

/* --- As text ----------------------------------------------------------------- */

/* "just now", "2 min ago", "3 days ago" */
static void
add_age(struct buffer *out, int64_t ended_unix_us)
{
    int64_t seconds = (int64_t)time(NULL) - ended_unix_us / 1000000;
    if (seconds < 5) {
        buffer_add_str(out, "just now");
    } else if (seconds < 120) {
        buffer_add_format(out, "%" PRId64 " s ago", seconds);
    } else if (seconds < INT64_C(7200)) {
        buffer_add_format(out, "%" PRId64 " min ago", seconds / 60);
    } else if (seconds < INT64_C(172800)) {
        buffer_add_format(out, "%" PRId64 " h ago", seconds / 3600);
    } else {
        buffer_add_format(out, "%" PRId64 " days ago", seconds / 86400);
    }
}

/* main.o  rebuilt in run 42 (2 min ago, 1.31 s) */
static void
add_head(struct buffer *out, const char *name, const struct exec_why *why)
{
    buffer_add_str(out, name);
    buffer_add_format(out, "  %s in run %" PRIu64 " (",
                      why->signal != 0      ? "was killed"
                      : why->exit_code != 0 ? "failed"
                                            : "rebuilt",
                      why->run);
    add_age(out, why->ended_unix_us);
    buffer_add_str(out, ", ");
    describe_duration(out, why->duration_us);
    buffer_add_str(out, ")\n");
}

/* The sentence, its code, and what differs on a line of its own. */
static void
add_reason(struct buffer *out, const struct exec_reason *reason, bool first)
{
    size_t start = out->len;
    buffer_add_str(out, first ? "  because  " : "  and      ");
    describe_reason(out, reason);
    size_t width = out->len - start;
    buffer_add_format(out, "%*s[%s]\n",
                      width < NAME_WIDTH ? (int)(NAME_WIDTH - width) : 2, "",
                      reason->code);
    if (reason->before != NULL || reason->after != NULL) {
        bool is_env = strcmp(reason->code, "env-changed") == 0;
        const char *none = is_env ? "unset" : "none";
        buffer_add_format(out, "             %s \xe2\x86\x92 %s\n",
                          reason->before == NULL ? none : reason->before,
                          reason->after == NULL ? none : reason->after);
    }
}

/* All of the answer. A run that was forced has nothing to tell. */
static void
print_text(const char *name, const struct exec_why *why)
{
    struct buffer out = {0};
    add_head(&out, name, why);
    for (uint32_t i = 0; i < why->reason_count; i++) {
        add_reason(&out, &why->reasons[i], i == 0);
    }
    if (why->reason_count == 0) {
        buffer_add_str(&out, "  nothing that it reads differs from the run "
                             "before\n");
    }
    if (why->same_inputs > 0) {
        buffer_add_format(&out, "  same     %" PRIu32 " other input%s\n",
                          why->same_inputs, why->same_inputs == 1 ? "" : "s");
    }
    report_sanitised(stdout, buffer_str(&out), out.len);
    buffer_finish(&out);
}

/* --- As JSON ------------------------------------------------------------------- */

/* One object a target, with the fields of the event stream. */
static void
print_json(const char *name, const struct exec_why *why)
{
    struct buffer out = {0};
    buffer_add_char(&out, '{');
    json_field_text(&out, "path", name);
    json_field_int(&out, "run", (int64_t)why->run);
    json_field_int(&out, "ended", why->ended_unix_us);
    json_field_int(&out, "dur", why->duration_us);
    if (why->signal != 0) {
        json_field_int(&out, "signal", why->signal);
    } else {
        json_field_int(&out, "exit", why->exit_code);
    }
    json_field_reasons(&out, "why", why->reasons, why->reason_count);
    json_field_int(&out, "same_inputs", why->same_inputs);
    buffer_add_str(&out, "}\n");
    fwrite(buffer_str(&out), 1, out.len, stdout);
    buffer_finish(&out);
}

/* --- The verb -------------------------------------------------------------------- */

/* The action that a target means. */
static bool
find_action(const struct graph *graph, const char *word,
            struct action_id *action, struct error *err)
{
    struct node node;
    if (!exec_find_target(graph, word, &node, err)) {
        return false;
    }
    if (node.type == NODE_GROUP) {
        error_set(err, ERROR_CLASS_USAGE, "%s is a group, not an action", word);
        error_set_help(err, "ask about one of its members");
        return false;
    }
    *action = (struct action_id){node.n};
    if (node.type == NODE_FILE) {
        *action = graph_producer(graph, (struct file_id){node.n});
    }
    if (action->n == ID_NONE) {
        error_set(err, ERROR_CLASS_USAGE, "no action makes %s", word);
        error_set_help(err, "it is a source file, which only people change");
        return false;
    }
    return true;
}

/* Answers for one target word. */
static bool
explain(struct session *session, const char *word, bool json, struct error *err)
{
    struct exec *exec = NULL;
    const struct graph *graph = NULL;
    struct action_id action = ACTION_NONE;
    struct exec_why why = {0};
    if (!session_exec(session, &exec, err) ||
        !session_graph(session, &graph, err)) {
        return false;
    }
    char *target = session_target(session, word);
    bool found = find_action(graph, target, &action, err);
    free(target);
    if (!found ||
        !exec_why(exec, graph_cstr(graph, graph_action(graph, action)->key),
                  &why, err)) {
        return false;
    }
    struct buffer name = {0};
    describe_name(&name, graph, action);
    if (json) {
        print_json(buffer_str(&name), &why);
    } else {
        print_text(buffer_str(&name), &why);
    }
    buffer_finish(&name);
    exec_why_finish(&why);
    return true;
}

static bool
read_options(struct options *o, struct request *request)
{
    int id;
    while ((id = options_next(o)) != OPTION_END) {
        if (id == OPTION_STOP) {
            return false;
        }
        if (options_session(o, id, &request->session)) {
            continue;
        }
        assert(id == 'o');
        request->json = strcmp(o->value, "json") == 0;
        if (!request->json && strcmp(o->value, "text") != 0) {
            o->status =
                options_usage(o->command, "-o takes text or json", NULL);
            return false;
        }
    }
    if (o->word_count == 0) {
        o->status = options_usage(o->command, "ronin why needs a target",
                                  "name the file that was built: ronin why "
                                  "FILE");
        return false;
    }
    return true;
}

static int
run(int argc, char **argv)
{
    struct options o;
    struct request request = {.session = {.read_only = true}};
    struct session *session = NULL;
    struct error err = {0};
    options_init(&o, &command_why, argc, argv);
    bool go = read_options(&o, &request);
    int status = o.status;
    if (go) {
        bool done = session_open(&request.session, &session, &err);
        for (uint32_t i = 0; done && i < o.word_count; i++) {
            done = explain(session, o.words[i], request.json, &err);
        }
        session_close(session);
        status = done ? 0 : report_exit_status(&err);
        if (!done) {
            report_error(stderr, &err);
        }
    }
    options_finish(&o);
    return status;
}

const struct command command_why = {
    .name = "why",
    .args = "[OPTION...] TARGET...",
    .summary = "Tell why an action last ran.",
    .usage = "The answer is the difference between what was recorded before "
             "that run and after it.\n\n"
             "  ronin why obj/main.o\n"
             "  ronin why -o json main",
    .options = rows,
    .run = run,
};
