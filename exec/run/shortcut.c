/* SPDX-License-Identifier: MIT */
/*
 * An index is about one graph and one state of the database. What cannot be
 * settled by it (a note to be told, a graph that is not that of the snapshot)
 * takes the long way.
 */
#include "exec/run/shortcut.h"

#include "exec/decide/index_make.h"
#include "exec/graph/snapshot.h"
#include "exec/run/loop.h"
#include "exec/state/state.h"

#include <assert.h>

/* So many actions are judged by rows read one by one, rather than all loaded. */
#define SMALL_PART 16
#define SMALL_COUNT 16

/* All that was asked for and that could make a difference. */
static struct hash128
hash_request(const struct build_base *base, const struct exec_build *build)
{
    struct buffer text = {0};
    buffer_add_text(&text, base->build_file);
    buffer_add_char(&text, build->allow_outside ? 'o' : '-');
    buffer_add_str(&text, build->everything ? "all" : "");
    for (uint32_t i = 0; i < build->target_count; i++) {
        buffer_add_text(&text, build->targets[i]);
    }
    struct hash128 hash = hash_default()->bytes(text.bytes, text.len);
    buffer_finish(&text);
    return hash;
}

/* False where nothing can be known. */
static bool
make_claim(const struct build_base *base, const struct graph *graph,
           struct index_claim *claim)
{
    assert(graph != NULL);
    claim->graph = base->kept->hash;
    return base->kept->graph == graph &&
           state_stamp(base->state, &claim->stamp);
}

/* --- Taking it ------------------------------------------------------------------ */

struct telling {
    const struct exec_host *host;
    const struct graph *graph;
    int64_t began_us;
    uint32_t wanted;
    uint32_t finished;
    bool is_brief; /* the graph is not looked into */
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
        .graph = telling->is_brief ? NULL : telling->graph,
        .action = action,
        .status = type == EVENT_ACTION_SKIP ? STATUS_UP_TO_DATE : STATUS_OK,
        .duration_us = type == EVENT_RUN_END ? time_us : 0,
        .output_fd = -1,
        .finished = telling->finished,
        .wanted = telling->wanted,
    };
    telling->host->event(telling->host->ctx, &event);
}

/* False if one of them is to be judged; all or nothing is told. */
static bool
all_are_settled(const struct shortcut *shortcut, const struct build_base *base,
                const struct graph *graph, const struct index_wanted *wanted)
{
    for (uint32_t i = 0; i < wanted->count; i++) {
        struct action_id id = {wanted->actions[i]};
        if (!shortcut->survey.settled[id.n]) {
            return false;
        }
        if (base->kept->dynout_count == 0) {
            continue;
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
         const struct index_wanted *wanted)
{
    tell(telling, EVENT_RUN_START, ACTION_NONE);
    telling->wanted = wanted->counted;
    telling->finished = telling->is_brief ? wanted->counted : 0;
    for (uint32_t i = 0; i < wanted->count && !telling->is_brief; i++) {
        struct action_id id = {wanted->actions[i]};
        const struct action *action = graph_action(telling->graph, id);
        if ((action->flags & ACTION_DYNOUT) != 0) {
            bool known =
                dynouts_confirm(base->dynouts,
                                graph_cstr(telling->graph, action->key));
            assert(known); // as all_are_settled has seen
            (void)known;
        }
        if ((action->flags & ACTION_PHONY) == 0) {
            telling->finished++;
            tell(telling, EVENT_ACTION_SKIP, id);
        }
    }
    tell(telling, EVENT_RUN_END, ACTION_NONE);
}

/* True if files of earlier graphs are to be removed before anything runs. */
static bool
removes_first(const struct shortcut *shortcut, const struct exec_build *build)
{
    return build->orphans == ORPHANS_ONLY ||
           (build->orphans == ORPHANS_REMOVE &&
            !index_orphans_done(&shortcut->index));
}

/* What the same request wanted the last time; false if that may be otherwise
 * now, or if something comes before all commands. */
static bool
find_startable(const struct shortcut *shortcut, const struct build_base *base,
               const struct exec_build *build, struct index_wanted *wanted)
{
    return !build->dry_run && !removes_first(shortcut, build) &&
           base->kept->dynout_count == 0 && state_is_assumed(base->state) &&
           index_wanted(&shortcut->index, hash_request(base, build), wanted);
}

/* False if nothing is settled by it. */
static bool
look(struct shortcut *shortcut, const struct build_base *base,
     const struct exec_build *build, struct surveyor *surveyor)
{
    struct index_wanted wanted;
    if (surveyor == NULL) {
        return false;
    }
    if (find_startable(shortcut, base, build, &wanted) &&
        survey_find_early(surveyor, wanted.actions, wanted.count)) {
        shortcut->surveyor = surveyor;
        return true;
    }
    return survey_end(surveyor, &shortcut->survey);
}

static bool
survey(struct shortcut *shortcut, const struct build_base *base,
       struct graph *graph, const struct exec_build *build)
{
    struct index_claim claim;
    struct survey_request request = {.root = base->root,
                                     .graph = graph,
                                     .index = &shortcut->index,
                                     .content = build->content};
    shortcut->graph = graph_serial(graph);
    if (state_note(base->state) != NULL || !make_claim(base, graph, &claim) ||
        !index_open(base->index_path, &claim, &shortcut->index)) {
        return false;
    }
    if (shortcut->index.action_count != graph_action_count(graph) ||
        !look(shortcut, base, build, survey_start(&request))) {
        shortcut_drop(shortcut);
        shortcut->graph = graph_serial(graph); // It need not be tried again.
        return false;
    }
    return true;
}

/* Of a hundred thousand files on a slow disk somebody is told. */
static bool
told_survey(struct shortcut *shortcut, const struct build_base *base,
            struct graph *graph, const struct exec_build *build)
{
    struct exec_event event = {.type = EVENT_PHASE,
                               .action = ACTION_NONE,
                               .output_fd = -1,
                               .text = "scanning"};
    if (build->host->event != NULL) {
        build->host->event(build->host->ctx, &event);
    }
    bool done = survey(shortcut, base, graph, build);
    event.text = NULL;
    if (build->host->event != NULL) {
        build->host->event(build->host->ctx, &event);
    }
    return done;
}

bool
shortcut_take(struct shortcut *shortcut, const struct build_base *base,
              struct graph *graph, const struct exec_build *build,
              struct exec_result *result)
{
    struct telling telling = {
        .host = build->host,
        .graph = graph,
        .began_us = loop_now_us(),
        .is_brief = build->brief && base->kept->dynout_count == 0,
    };
    struct index_wanted wanted;
    if (shortcut->graph == graph_serial(graph) ||
        !told_survey(shortcut, base, graph, build) ||
        shortcut->surveyor != NULL || build->dry_run ||
        (!telling.is_brief && !snapshot_check(graph)) ||
        !index_wanted(&shortcut->index, hash_request(base, build), &wanted) ||
        !all_are_settled(shortcut, base, graph, &wanted)) {
        return false;
    }
    index_keep_print(base->index_path, &shortcut->index,
                     state_dir(base->state));
    tell_all(base, &telling, &wanted);
    *result = (struct exec_result){
        .wanted = wanted.counted,
        .up_to_date = wanted.counted,
        .warnings = index_warnings(&shortcut->index),
        .duration_us = loop_now_us() - telling.began_us,
    };
    return true;
}

void
shortcut_look_to_end(struct shortcut *shortcut)
{
    struct surveyor *surveyor = shortcut->surveyor;
    shortcut->surveyor = NULL;
    if (surveyor != NULL && !survey_end(surveyor, &shortcut->survey)) {
        uint64_t graph = shortcut->graph;
        shortcut_drop(shortcut);
        shortcut->graph = graph;
    }
}

const uint8_t *
shortcut_settled(const struct shortcut *shortcut)
{
    return shortcut->surveyor != NULL ? survey_sure(shortcut->surveyor)
                                      : shortcut->survey.settled;
}

bool
shortcut_is_small(const struct shortcut *shortcut)
{
    return shortcut->surveyor != NULL ||
           (shortcut->survey.settled != NULL &&
            shortcut->survey.open_count <=
                shortcut->index.action_count / SMALL_PART + SMALL_COUNT);
}

bool
shortcut_orphans_done(const struct shortcut *shortcut)
{
    return shortcut->index.map != NULL && index_orphans_done(&shortcut->index);
}

void
shortcut_drop(struct shortcut *shortcut)
{
    survey_cancel(shortcut->surveyor);
    shortcut->surveyor = NULL;
    survey_finish(&shortcut->survey);
    index_close(&shortcut->index);
    shortcut->graph = 0;
}

/* --- Keeping it ------------------------------------------------------------------- */

void
shortcut_keep(struct shortcut *shortcut, const struct build_base *base,
              const struct exec_build *build, const struct shortcut_end *end)
{
    const struct graph *graph = pass_base_graph(end->pass);
    struct index_update update = {.path = base->index_path,
                                  .orphans_done = end->orphans_done,
                                  .warnings = end->warnings};
    // Where it was not looked to the end, too little is known.
    if (build->dry_run || shortcut->surveyor != NULL ||
        !make_claim(base, graph, &update.claim)) {
        return;
    }
    struct vec wanted = vec_of(sizeof(struct action_id));
    // One that is about orphans alone wanted nothing, and says nothing of others.
    if (end->done && build->orphans != ORPHANS_ONLY) {
        wanted = pass_settled(end->pass);
        update.request = hash_request(base, build);
    }
    update.wanted = &wanted;
    if (shortcut->survey.settled != NULL &&
        shortcut->graph == graph_serial(graph) &&
        index_lists_hold(&shortcut->index) &&
        index_open_readers(&shortcut->index)) {
        update.old = &shortcut->index;
        update.settled = shortcut->survey.settled;
    }
    judge_save_index(end->judge, &update);
    vec_finish(&wanted);
}
