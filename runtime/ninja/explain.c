/* SPDX-License-Identifier: MIT */
/*
 * ninja tells the first thing that it finds about each output; we tell all that
 * is so about each action. People search for ninja's sentences, and scripts for
 * the word "dirty", so these are kept. ninja compares times and prints both; we
 * compare with what a file was, and so leave the numbers out.
 */
#include "runtime/ninja/explain.h"

#include "runtime/describe.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

/* The first output, by which ninja knows an edge. */
static const char *
output_of(const struct exec_event *event)
{
    const struct action *a = graph_action(event->graph, event->action);
    return a->outputs.count == 0
               ? graph_cstr(event->graph, a->key)
               : graph_path(event->graph, graph_output(event->graph, a, 0));
}

static bool
is_made(const struct graph *g, const char *path)
{
    struct file_id file = graph_find_file(g, path, strlen(path));
    return file.n != ID_NONE && graph_producer(g, file).n != ID_NONE;
}

/* Reasons that lie in the action itself; false for those that lie elsewhere. */
static bool
explain_itself(const struct exec_event *event, const struct exec_reason *reason,
               struct buffer *out)
{
    const char *output = output_of(event);
    if (strcmp(reason->code, "output-missing") == 0 ||
        (strcmp(reason->code, "never-built") == 0 &&
         access(output, F_OK) != 0)) {
        buffer_add_format(out, "output %s doesn't exist",
                          reason->subject == NULL ? output : reason->subject);
    } else if (strcmp(reason->code, "never-built") == 0) {
        buffer_add_format(out, "command line not found in log for %s", output);
    } else if (strcmp(reason->code, "command-changed") == 0) {
        buffer_add_format(out, "command line changed for %s", output);
    } else {
        return false;
    }
    return true;
}

/* An input that an edge makes is dirty; one that nobody makes is newer. */
static bool
explain_input(const struct exec_event *event, const struct exec_reason *reason,
              struct buffer *out)
{
    static const char *const codes[] = {"input-written", "input-changed",
                                        "discovered-changed"};
    bool is_input = false;
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        is_input = is_input || strcmp(reason->code, codes[i]) == 0;
    }
    if (!is_input || reason->subject == NULL) {
        return false;
    }
    if (is_made(event->graph, reason->subject)) {
        buffer_add_format(out, "%s is dirty", reason->subject);
    } else {
        buffer_add_format(out, "output %s older than most recent input %s",
                          output_of(event), reason->subject);
    }
    return true;
}

void
ninja_explain(const struct exec_event *event, const struct exec_reason *reason,
              struct buffer *out)
{
    assert(reason->code != NULL);
    if (explain_itself(event, reason, out) ||
        explain_input(event, reason, out)) {
        return;
    }
    buffer_add_format(out, "%s is dirty: ", output_of(event));
    describe_reason(out, reason);
}
