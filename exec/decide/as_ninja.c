/* SPDX-License-Identifier: MIT */
/*
 * Where an action that comes from a ninja file is judged as ninja would, because
 * generators of such files rely on it. See spec/build/ninja.md.
 */
#include "exec/decide/as_ninja.h"

#include "exec/decide/record.h"

#include <assert.h>
#include <string.h>

/* A phony action without inputs stands for a file that may be there or not:
 * while it is not, whoever reads it is dirty, as with ninja. */
void
ninja_judge_inputs(struct judge *judge, const struct action *a)
{
    for (uint32_t i = 0; i < a->inputs.count; i++) {
        const struct edge *edge = graph_input(judge->graph, a, i);
        struct file_id file = {edge->to.n};
        if (edge->to.type != NODE_FILE ||
            (edge->kinds & (EDGE_IFWRITTEN | EDGE_IFCHANGED)) == 0 ||
            !graph_is_hollow(judge->graph, file)) {
            continue;
        }
        uint32_t place = record_file(judge, file);
        if (!version_exists(files_look(judge->files, place))) {
            reasons_add(&judge->reasons, "always",
                        graph_path(judge->graph, file), NULL, NULL);
        }
    }
}

/* What ninja does not hold against a generator: another command, and outputs
 * that somebody wrote anew by hand. */
static bool
generator_may_differ(const struct action *a, const char *code)
{
    static const char *const codes[] = {"command-changed", "tool-changed",
                                        "output-modified"};
    if (~a->flags & (ACTION_GENERATOR | ACTION_AS_NINJA)) {
        return false;
    }
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        if (strcmp(code, codes[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* The newest time of any of these files that is there. */
static int64_t
newest_of(struct judge *judge, const struct vec *files)
{
    int64_t newest = 0;
    for (uint32_t i = 0; i < files->count; i++) {
        const struct manifest_file *file = vec_at(files, i);
        const struct file_version *v = files_look(judge->files, file->file);
        newest = v->mtime_ns > newest ? v->mtime_ns : newest;
    }
    return newest;
}

/* True unless the log of ninja knows a run of the action that is older than what
 * it reads now: what is newer was then written by a command that failed. */
static bool
was_logged(struct judge *judge, struct action_id action, int64_t newest_ns)
{
    const struct exec_host *host = judge->options.host;
    struct exec_foreign run = {0};
    return host == NULL || host->foreign == NULL ||
           !host->foreign(host->ctx, judge->graph, action, &run) ||
           newest_ns <= run.read_ns;
}

/* A generator whose outputs are newer than all that it reads is up to date as
 * ninja sees it, and configure steps rely on that: they are run by hand, and
 * write some of their own inputs while they run. */
static bool
was_generated(struct judge *judge, struct action_id action,
              const struct record *record)
{
    const struct action *a = graph_action(judge->graph, action);
    bool succeeded =
        record->status == RECORD_VALID || record->status == RECORD_UNSETTLED;
    if (!succeeded || ~a->flags & (ACTION_GENERATOR | ACTION_AS_NINJA)) {
        return false;
    }
    int64_t inputs = newest_of(judge, &judge->last.inputs);
    int64_t found = newest_of(judge, &judge->last.discovered);
    for (uint32_t i = 0; i < a->outputs.count; i++) {
        uint32_t file = record_file(judge, graph_output(judge->graph, a, i));
        const struct file_version *v = files_look(judge->files, file);
        if (!version_exists(v) || v->mtime_ns < inputs || v->mtime_ns < found) {
            return false;
        }
    }
    return was_logged(judge, action, inputs > found ? inputs : found);
}

/* Takes the reasons that do not count off; true if there were some. */
bool
ninja_forgive(struct judge *judge, struct action_id action,
              const struct record *record)
{
    const struct action *a = graph_action(judge->graph, action);
    struct vec *items = &judge->reasons.items;
    uint32_t kept = 0;
    bool all = was_generated(judge, action, record);
    for (uint32_t i = 0; i < items->count; i++) {
        struct exec_reason reason = *(struct exec_reason *)vec_at(items, i);
        if (!all && !generator_may_differ(a, reason.code)) {
            *(struct exec_reason *)vec_at(items, kept++) = reason;
        }
    }
    bool any = kept < items->count;
    items->count = kept;
    return any;
}
