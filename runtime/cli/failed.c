/* SPDX-License-Identifier: MIT */
/*
 * Not those of the last run alone: who fixes one failure, builds it, and asks
 * for the failed ones again means the others.
 */
#include "runtime/cli/failed.h"

#include <assert.h>
#include <string.h>

struct search {
    const struct graph *graph;
    struct vec *words;
};

/* A file, else a name; NULL for what cannot be asked for. */
static const char *
word_of(const struct graph *g, const struct action *a)
{
    if (a->outputs.count > 0) {
        return graph_path(g, graph_output(g, a, 0));
    }
    const char *name = graph_cstr(g, a->name);
    return name[0] == 0 ? NULL : name;
}

static void
on_action_run(void *ctx, const struct exec_action_run *run)
{
    struct search *search = ctx;
    if (run->status != STATUS_FAILED && run->status != STATUS_KILLED) {
        return;
    }
    struct action_id id =
        graph_find_key(search->graph, run->key, strlen(run->key));
    const char *word =
        id.n == ID_NONE
            ? NULL
            : word_of(search->graph, graph_action(search->graph, id));
    if (word != NULL) {
        char *copy = mem_copy(word, strlen(word));
        vec_push(search->words, &copy);
    }
}

bool
failed_targets(struct session *session, struct vec *words, struct error *err)
{
    struct exec *exec = NULL;
    struct search search = {.words = words};
    assert(words->item_size == sizeof(char *));
    if (!session_exec(session, &exec, err) ||
        !session_graph(session, &search.graph, err)) {
        return false;
    }
    const struct exec_action_run_sink sink = {on_action_run, &search};
    return exec_list_action_runs(exec, 0, &sink, err);
}
