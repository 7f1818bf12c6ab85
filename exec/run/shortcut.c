/* SPDX-License-Identifier: MIT */
/*
 * A proof is about one graph, one state of the database and one request. What
 * cannot be in it (a note to be told, a dry run, a graph that is not that of
 * the snapshot) takes the long way.
 */
#include "exec/run/shortcut.h"

#include "exec/decide/proof.h"
#include "exec/run/loop.h"
#include "exec/state/state.h"

#include <assert.h>

/* All that was asked for and that could make a difference. */
static struct hash128
hash_request(const struct build_base *base, const struct exec_build *build)
{
    struct buffer text = {0};
    buffer_add_text(&text, base->build_file);
    buffer_add_char(&text, build->content ? 'c' : '-');
    buffer_add_char(&text, build->allow_outside ? 'o' : '-');
    for (uint32_t i = 0; i < build->target_count; i++) {
        buffer_add_text(&text, build->targets[i]);
    }
    struct hash128 hash = hash_default()->bytes(text.bytes, text.len);
    buffer_finish(&text);
    return hash;
}

/* False where nothing can be proved. */
static bool
make_claim(const struct build_base *base, const struct graph *graph,
           const struct exec_build *build, struct proof_claim *claim)
{
    assert(graph != NULL);
    if (build->dry_run || base->kept->graph != graph ||
        !state_stamp(base->state, &claim->stamp)) {
        return false;
    }
    claim->graph = base->kept->hash;
    claim->request = hash_request(base, build);
    claim->print = proof_print(state_dir(base->state));
    return true;
}

/* --- Taking it ------------------------------------------------------------------ */

struct telling {
    const struct exec_host *host;
    const struct graph *graph;
    int64_t began_us;
    uint32_t wanted;
    uint32_t finished;
};

static void
tell(const struct telling *telling, enum exec_event_type type,
     struct action_id action)
{
    if (telling->host->event == NULL) {
        return;
    }
    int64_t time_us = loop_now_us() - telling->began_us;
    struct exec_event event = {
        .type = type,
        .time_us = time_us,
        .graph = telling->graph,
        .action = action,
        .status = type == EVENT_ACTION_SKIP ? STATUS_UP_TO_DATE : STATUS_OK,
        .duration_us = type == EVENT_RUN_END ? time_us : 0,
        .output_fd = -1,
        .finished = telling->finished,
        .wanted = telling->wanted,
    };
    telling->host->event(telling->host->ctx, &event);
}

/* False if it names what is not there; all or nothing is told. */
static bool
actions_fit(const struct build_base *base, const struct graph *graph,
            const struct vec *actions)
{
    for (uint32_t i = 0; i < actions->count; i++) {
        struct action_id id = *(struct action_id *)vec_at(actions, i);
        if (id.n >= graph_action_count(graph)) {
            return false;
        }
        const struct action *action = graph_action(graph, id);
        struct slice paths;
        if ((action->flags & ACTION_DYNOUT) != 0 &&
            dynouts_value(base->dynouts, graph_cstr(graph, action->key),
                          &paths) == DYNOUT_UNKNOWN) {
            return false;
        }
    }
    return true;
}

/* As if each of them had been judged. */
static void
tell_all(const struct build_base *base, struct telling *telling,
         const struct vec *actions)
{
    tell(telling, EVENT_RUN_START, ACTION_NONE);
    telling->wanted = actions->count;
    for (uint32_t i = 0; i < actions->count; i++) {
        struct action_id id = *(struct action_id *)vec_at(actions, i);
        const struct action *action = graph_action(telling->graph, id);
        if ((action->flags & ACTION_DYNOUT) != 0) {
            dynouts_confirm(base->dynouts,
                            graph_cstr(telling->graph, action->key));
        }
        telling->finished++;
        tell(telling, EVENT_ACTION_SKIP, id);
    }
    tell(telling, EVENT_RUN_END, ACTION_NONE);
}

bool
shortcut_take(const struct build_base *base, const struct graph *graph,
              const struct exec_build *build, struct exec_result *result)
{
    struct telling telling = {.host = build->host,
                              .graph = graph,
                              .began_us = loop_now_us()};
    struct proof_claim claim;
    struct vec actions = vec_of(sizeof(struct action_id));
    bool holds = state_note(base->state) == NULL &&
                 make_claim(base, graph, build, &claim) &&
                 proof_holds(base->proof_path, base->root, &claim, &actions) &&
                 actions_fit(base, graph, &actions);
    if (holds) {
        tell_all(base, &telling, &actions);
        *result = (struct exec_result){
            .wanted = actions.count,
            .up_to_date = actions.count,
            .duration_us = loop_now_us() - telling.began_us,
        };
    }
    vec_finish(&actions);
    return holds;
}

/* --- Keeping it ------------------------------------------------------------------- */

void
shortcut_keep(const struct build_base *base, const struct judge *judge,
              const struct pass *pass, const struct exec_build *build,
              const struct exec_result *result)
{
    struct proof_claim claim;
    if (result->up_to_date != result->wanted || result->removed > 0 ||
        !make_claim(base, pass_graph(pass), build, &claim)) {
        return;
    }
    struct vec settled = pass_settled(pass);
    if (settled.count == result->wanted) {
        proof_save(base->proof_path, judge, &claim, &settled);
    }
    vec_finish(&settled);
}
