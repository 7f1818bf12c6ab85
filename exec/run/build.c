/* SPDX-License-Identifier: MIT */
/*
 * The order of a build: generators of the build file first, and again until
 * the graph stays as it is; then what the targets need; orphans go when the
 * graph is known to be whole.
 */
#include "exec/run/build.h"

#include "exec/base/memory.h"
#include "exec/decide/lineage.h"
#include "exec/run/early.h"
#include "exec/run/growth.h"
#include "exec/run/interrupt.h"
#include "exec/run/jobs.h"
#include "exec/run/outcome.h"
#include "exec/run/pass.h"
#include "exec/run/shortcut.h"
#include "exec/run/signals.h"
#include "exec/run/sources.h"
#include "exec/state/state.h"

#include <assert.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROUNDS_MAX 3

enum goal { GOAL_SOURCES, GOAL_TARGETS };

struct build {
    const struct build_base *base;
    const struct exec_host *host;
    const struct exec_build *options;
    struct exec_result *result;
    struct graph **graph;
    struct loop *loop;
    struct jobserver *jobserver;
    struct steps *steps;
    struct judge *judge;
    struct pass *pass;
    struct signals signals;
    struct state_run run;
    int64_t began_us;
    bool by_need;      /* rows of the database are read as they are met */
    bool want_dynouts; /* a word or an input may come from any of them */
    bool orphans_done;
    bool began_early; /* something runs before anything is wanted */
};

/* --- Events ----------------------------------------------------------------- */

/* About the run as a whole. */
static void
send_event(struct build *b, enum exec_event_type type, const char *text)
{
    struct exec_event event = {
        .type = type, .action = ACTION_NONE, .output_fd = -1, .text = text};
    event.signal = b->result->signal;
    event.duration_us = loop_now_us() - b->began_us;
    pass_send(b->pass, &event);
}

/* What may take long where there are many records or files; NULL: it is over. */
static void
tell_phase(const struct build *b, const char *what)
{
    struct exec_event event = {.type = EVENT_PHASE,
                               .action = ACTION_NONE,
                               .output_fd = -1,
                               .text = what};
    if (b->host->event != NULL) {
        b->host->event(b->host->ctx, &event);
    }
}

/* --- Setting up and down ------------------------------------------------------- */

/* Loop, judge and jobserver are there by now. */
static bool
set_up_steps(struct build *b, const struct exec_build *options,
             struct error *err)
{
    struct steps_options steps_options = {
        .loop = b->loop,
        .root = b->base->root,
        .state_dir = state_dir(b->base->state),
        .host = b->host,
        .tools = judge_tools(b->judge),
        .jobserver = b->jobserver,
        .allow_outside = options->allow_outside,
        .keep_depfiles = options->keep_depfiles,
        .keep_rspfiles = options->keep_rspfiles,
        .pty = options->pty,
    };
    return steps_create(&steps_options, &b->steps, err);
}

/* For the plan; not before all has been looked at. */
static const uint8_t *
settled_before(const struct shortcut *shortcut)
{
    return shortcut->surveyor != NULL ? NULL : shortcut_settled(shortcut);
}

static bool
set_up(struct build *b, struct exec_build *options, struct error *err)
{
    b->began_us = loop_now_us();
    b->run.started_unix_us = loop_unix_us();
    const char *arguments =
        options->arguments != NULL ? options->arguments : "";
    if (!options->dry_run &&
        !state_begin_run(b->base->state, arguments, b->run.started_unix_us,
                         &b->run.id, err)) {
        return false;
    }
    struct judge_options judge_options = {
        .root = b->base->root,
        .build_file = b->base->build_file,
        .run = b->run.id,
        .content = options->content,
        .dry_run = options->dry_run,
        .by_need = b->by_need,
        .settled = shortcut_settled(b->base->shortcut),
        .host = b->host,
    };
    if (!loop_create(&b->loop, err)) {
        return false;
    }
    char *note = NULL;
    b->judge = judge_create(b->base->state, *b->graph, &judge_options);
    b->jobserver = jobs_choose(options, &note);
    if (!set_up_steps(b, options, err)) {
        free(note);
        return false;
    }
    if (state_was_lost(b->base->state)) {
        shortcut_drop(b->base->shortcut);
    }
    b->orphans_done = shortcut_orphans_done(b->base->shortcut);
    struct pass_options pass_options = {
        .loop = b->loop,
        .steps = b->steps,
        .judge = b->judge,
        .state = b->base->state,
        .dynouts = b->base->dynouts,
        .jobserver = b->jobserver,
        .settled = settled_before(b->base->shortcut),
        .settled_needs = &b->base->shortcut->survey.needs,
        .host = b->host,
        .build = options,
        .result = b->result,
        .began_us = b->began_us,
    };
    b->pass = pass_create(&pass_options, *b->graph);
    b->signals = (struct signals){.loop = b->loop,
                                  .steps = b->steps,
                                  .pass = b->pass,
                                  .ended_by = &b->result->signal};
    signals_watch(&b->signals);
    send_event(b, EVENT_RUN_START, NULL);
    if (state_note(b->base->state) != NULL) {
        send_event(b, EVENT_STATE_NOTE, state_note(b->base->state));
    }
    if (note != NULL) {
        send_event(b, EVENT_NOTE, note);
        free(note);
    }
    return true;
}

/* Also after half of a set-up. */
static void
tear_down(struct build *b)
{
    assert(b->base);
    signals_unwatch(&b->signals);
    if (b->pass != NULL) {
        *b->graph = pass_base_graph(b->pass);
    }
    pass_destroy(b->pass);
    steps_destroy(b->steps);
    if (b->judge != NULL) {
        judge_destroy(b->judge);
    }
    jobserver_destroy(b->jobserver);
    loop_destroy(b->loop);
}

/* --- What is wanted ---------------------------------------------------------------- */

/* True if an action makes any of them. */
static bool
want_sources(struct build *b)
{
    bool any = false;
    for (uint32_t i = 0; i < b->options->source_count; i++) {
        struct action_id producer = sources_producer(*b->graph, b->options, i);
        if (producer.n != ID_NONE) {
            pass_want(b->pass, (struct node){NODE_ACTION, producer.n});
            any = true;
        }
    }
    return any;
}

static void
want_all(struct build *b)
{
    for (uint32_t i = 0; i < graph_action_count(*b->graph); i++) {
        pass_want(b->pass, (struct node){NODE_ACTION, i});
    }
}

/* Dynouts that forms of the build file wait for, whatever the targets are. */
static void
want_needed(struct build *b)
{
    const struct graph *g = *b->graph;
    for (uint32_t i = 0; i < graph_action_count(g); i++) {
        if ((graph_action(g, (struct action_id){i})->flags & ACTION_NEEDED) !=
            0) {
            pass_want(b->pass, (struct node){NODE_ACTION, i});
        }
    }
}

static bool
is_pending_graph(const struct graph *g)
{
    for (uint32_t i = 0; i < graph_action_count(g); i++) {
        if ((graph_action(g, (struct action_id){i})->flags & ACTION_NEEDED) !=
            0) {
            return true;
        }
    }
    return false;
}

/* With those who made it by their dyndep files, which the graph does not tell. */
static void
want_target(struct build *b, struct node node)
{
    pass_want(b->pass, node);
    if (node.type != NODE_ACTION) {
        pass_want_growers(b->pass, node);
    }
}

/* Nobody named a target: the group default, else everything. While forms are
 * not evaluated yet, one of them may still define that group. */
static void
want_default(struct build *b)
{
    const char *name = "default";
    struct group_id group = graph_find_group(*b->graph, name, strlen(name));
    if (group.n != ID_NONE && !b->options->everything) {
        want_target(b, (struct node){NODE_GROUP, group.n});
    } else if (!is_pending_graph(*b->graph)) {
        want_all(b);
    }
}

/* What a word means now: what is there, or what an action makes. */
static bool
find_target(struct build *b, const char *word, struct node *node,
            struct error *err)
{
    return exec_find_target(*b->graph, word, node, err) &&
           (node->type != NODE_FILE ||
            judge_check_target(b->judge, (struct file_id){node->n}, err));
}

/* Wants the targets. An unknown one is an error unless a dynout that is still
 * to be resolved may bring it. */
static bool
want_targets(struct build *b, struct error *err)
{
    assert(b->options->target_count == 0 || b->options->targets);
    want_needed(b);
    if (b->options->target_count == 0) {
        want_default(b);
    }
    for (uint32_t i = 0; i < b->options->target_count; i++) {
        struct node node;
        struct error unknown = {0};
        if (find_target(b, b->options->targets[i], &node, &unknown)) {
            want_target(b, node);
        } else if (pass_want_dynouts(b->pass)) {
            b->want_dynouts = true;
            error_finish(&unknown);
        } else {
            *err = unknown;
            return false;
        }
    }
    if (b->want_dynouts) {
        pass_want_dynouts(b->pass);
    }
    return true;
}

/* --- Reaching a goal ----------------------------------------------------------------- */

/* A new graph from the host; *differs tells whether it is another one. */
static bool
reload(struct build *b, bool *differs, struct error *err)
{
    assert(b->host->reload);
    struct graph *old = pass_base_graph(b->pass);
    struct graph *fresh = old;
    // Values of dynouts are asked for by it, and state is read.
    if (!b->host->reload(b->host->ctx, old, &fresh, err)) {
        if (interrupt_came()) {
            loop_turn(b->loop, false); // The signal is told.
        }
        return false;
    }
    dynouts_loaded(b->base->dynouts);
    if (fresh == old) {
        *differs = false;
        pass_keep_graph(b->pass);
        return true;
    }
    *differs = !hash_equal(graph_hash(old), graph_hash(fresh));
    b->orphans_done = b->orphans_done && !*differs;
    *b->graph = fresh;
    pass_set_graph(b->pass, fresh);
    return true;
}

/* The graph with what dyndep files name, or a new one of the host. */
static bool
renew_graph(struct build *b, struct error *err)
{
    bool differs;
    if (!pass_grows(b->pass)) {
        return reload(b, &differs, err);
    }
    b->orphans_done = false; // A file may name other outputs now.
    return pass_grow(b->pass, b->base->root, b->graph, err);
}

/* Under a new graph everything is wanted anew. */
static bool
want_goal(struct build *b, enum goal goal, struct error *err)
{
    pass_expect_more(b->pass, goal == GOAL_SOURCES);
    pass_set_goal(b->pass, goal == GOAL_SOURCES);
    if (goal == GOAL_SOURCES) {
        want_needed(b);
        want_sources(b);
        return true;
    }
    // They are settled, but for a graph that a dynout brought, and in a dry run:
    // that they would run is shown, and nothing is loaded. What is not wanted
    // here is not asked about by the next build.
    want_sources(b);
    return want_targets(b, err);
}

/* Wants the goal, and finds out what will run for it. */
static bool
want_and_foresee(struct build *b, enum goal goal, struct error *err)
{
    bool grows = true;
    while (grows) {
        if (!want_goal(b, goal, err)) {
            return false;
        }
        if (b->options->expects && !pass_grows(b->pass)) {
            pass_foresee(b->pass);
        }
        grows = pass_grows(b->pass);
        if (grows && !renew_graph(b, err)) {
            return false;
        }
    }
    return true;
}

static bool
check_group(struct build *b, struct group_id group, struct error *err)
{
    return group.n == ID_NONE || judge_check_group(b->judge, group, err);
}

/* Members of wanted groups must exist; asked when dynouts have brought all that
 * they bring. Groups under :order-only are checked with their users. */
static bool
check_groups(struct build *b, struct error *err)
{
    const struct graph *g = *b->graph;
    if (b->options->target_count == 0) {
        const char *name = "default";
        struct group_id group = graph_find_group(g, name, strlen(name));
        if (group.n != ID_NONE && !b->options->everything) {
            return check_group(b, group, err);
        }
        uint32_t count = graph_group_count(g);
        for (uint32_t i = 0; i < count; i++) {
            if (!check_group(b, (struct group_id){i}, err)) {
                return false;
            }
        }
    }
    for (uint32_t i = 0; i < b->options->target_count; i++) {
        struct node node;
        struct error ignored = {0};
        if (!exec_find_target(g, b->options->targets[i], &node, &ignored)) {
            error_finish(&ignored);
        } else if (node.type == NODE_GROUP &&
                   !check_group(b, (struct group_id){node.n}, err)) {
            return false;
        }
    }
    return true;
}

/* Actions with missing inputs are judged again while a dynout may bring what
 * they miss. Then the first is an error of the build file, unless the build has
 * failed already: then each of them is one more failed action. */
static bool
want_deferred(struct build *b, bool *more, struct error *err)
{
    b->want_dynouts = true;
    *more = true;
    if (pass_want_dynouts(b->pass)) {
        return true;
    }
    if (b->result->failed > 0) {
        pass_fail_deferred(b->pass);
        return true;
    }
    *more = pass_check_deferred(b->pass, err);
    return *more;
}

/* A member of a group may be missing because a dynout that nobody asked for
 * would bring what makes it. */
static bool
want_members(struct build *b, bool *more, struct error *err)
{
    if (check_groups(b, err)) {
        return true;
    }
    if (b->want_dynouts || !pass_want_dynouts(b->pass)) {
        return false;
    }
    b->want_dynouts = true;
    *more = true;
    error_finish(err);
    return true;
}

/* After everything that could be done: whether something new is wanted. */
static bool
want_more(struct build *b, enum goal goal, bool *more, struct error *err)
{
    *more = false;
    if (pass_is_stopped(b->pass)) {
        return true;
    }
    if (pass_has_deferred(b->pass)) {
        return want_deferred(b, more, err);
    }
    if (b->result->failed > 0) {
        return true;
    }
    if (goal == GOAL_TARGETS && b->want_dynouts) {
        // All dynouts are settled: unknown words are errors now.
        return want_targets(b, err) && check_groups(b, err);
    }
    return goal != GOAL_TARGETS || want_members(b, more, err);
}

/* Until everything that the goal needs is done, over any graphs. */
static bool
reach(struct build *b, enum goal goal, struct error *err)
{
    if (!want_and_foresee(b, goal, err)) {
        return false;
    }
    for (;;) {
        bool more = false;
        switch (pass_run(b->pass, err)) {
        case PASS_FAILED:
            return false;
        case PASS_RELOAD:
            if (!renew_graph(b, err) || !want_and_foresee(b, goal, err)) {
                return false;
            }
            continue;
        case PASS_DONE:
            if (!want_more(b, goal, &more, err)) {
                return false;
            }
            break;
        }
        if (!more) {
            return true;
        }
    }
}

/* --- Generators ----------------------------------------------------------------------- */

/* One round: runs the generators, and loads the build file again if one of its
 * sources came out different. */
static bool
generate_once(struct build *b, bool *again, uint32_t round, struct error *err)
{
    struct hash128 *before = sources_hash(*b->graph, b->options, b->base->root);
    bool reached = reach(b, GOAL_SOURCES, err);
    uint32_t changed =
        sources_changed(*b->graph, b->options, b->base->root, before);
    free(before);
    *again = false;
    if (!reached || pass_is_stopped(b->pass) ||
        changed >= b->options->source_count) {
        return reached;
    }
    uint32_t rounds_max =
        b->options->rounds_max > 0 ? b->options->rounds_max : ROUNDS_MAX;
    if (round >= rounds_max) {
        error_set(err, ERROR_CLASS_GRAPH,
                  "%s still comes out different after %u rounds of making it "
                  "and loading the build file",
                  b->options->sources[changed], round);
        error_set_help(err, "the action that makes it should write the same "
                            "bytes when nothing changed");
        return false;
    }
    return reload(b, again, err);
}

/* What began before anything was wanted is not waited for, then. */
static bool
needs_no_generator(const struct build *b)
{
    return b->began_early &&
           sources_are_settled(*b->graph, b->options,
                               shortcut_settled(b->base->shortcut));
}

/* Not in a dry run: there the generators are wanted with the targets. Not for
 * orphans alone either: a generator itself may ask for their removal. */
static bool
generate(struct build *b, struct error *err)
{
    if (b->options->dry_run || b->options->orphans == ORPHANS_ONLY ||
        needs_no_generator(b) || !want_sources(b)) {
        return true;
    }
    bool again = true;
    for (uint32_t round = 1; again; round++) {
        if (!generate_once(b, &again, round, err)) {
            return false;
        }
        if (b->result->failed > 0 || pass_is_stopped(b->pass)) {
            break;
        }
    }
    return true;
}

/* --- Orphans ---------------------------------------------------------------------------- */

static void
on_removed(void *ctx, const char *path)
{
    struct build *b = ctx;
    b->result->removed++;
    struct exec_event event = {.type = EVENT_REMOVED,
                               .action = ACTION_NONE,
                               .output_fd = -1,
                               .text = path};
    pass_send(b->pass, &event);
}

/* The state of the dynout about which least is known. */
static enum exec_dynout_state
least_resolved(const struct build *b)
{
    const struct graph *g = *b->graph;
    enum exec_dynout_state least = DYNOUT_RESOLVED;
    for (uint32_t i = 0; i < graph_action_count(g); i++) {
        const struct action *action = graph_action(g, (struct action_id){i});
        if ((action->flags & ACTION_DYNOUT) != 0) {
            struct slice paths;
            enum exec_dynout_state state =
                dynouts_value(b->base->dynouts, graph_cstr(g, action->key),
                              &paths);
            least = state < least ? state : least;
        }
    }
    return least;
}

static bool
is_to_grow(const struct graph *g)
{
    uint32_t i = 0;
    while (i < graph_action_count(g) &&
           !growth_is_due(g, (struct action_id){i})) {
        i++;
    }
    return i < graph_action_count(g);
}

/* Whether nothing can be added to the graph any more: by any dynout or dyndep
 * file before the targets were built; by dynouts without any value afterwards. */
static bool
is_whole(const struct build *b, bool built)
{
    enum exec_dynout_state least = least_resolved(b);
    return least == DYNOUT_RESOLVED ? built || !is_to_grow(*b->graph)
                                    : built && least == DYNOUT_STORED;
}

/* Once in a build, as soon as the graph is whole. */
static bool
remove_orphans(struct build *b, bool built, struct error *err)
{
    if (b->orphans_done || pass_is_stopped(b->pass) || !is_whole(b, built) ||
        b->options->orphans == ORPHANS_KEEP) {
        return true;
    }
    struct judge_orphans orphans = {.dry_run = b->options->dry_run,
                                    .is_final =
                                        least_resolved(b) == DYNOUT_RESOLVED,
                                    .removed = on_removed,
                                    .ctx = b};
    tell_phase(b, "removing orphans");
    bool done = judge_remove_orphans(b->judge, &orphans, err);
    tell_phase(b, NULL);
    b->orphans_done = !orphans.has_kept;
    return done;
}

/* --- All of it ---------------------------------------------------------------------------- */

static bool
begin_early(struct build *b, struct error *err)
{
    struct early early = {
        .shortcut = b->base->shortcut,
        .pass = b->pass,
        .judge = b->judge,
        .graph = *b->graph,
        .build = b->options,
        .result = b->result,
        .by_need = b->by_need,
        .began = &b->began_early,
    };
    return early_run(&early, err);
}

/* False with the error; failed actions are in the counts. What failed early does
 * not keep the rest from being wanted, so that all is counted. */
static bool
build_all(struct build *b, struct error *err)
{
    if (!begin_early(b, err)) {
        return false;
    }
    uint32_t failed = b->result->failed;
    if (!generate(b, err)) {
        return false;
    }
    if (b->options->dry_run && b->options->expects) {
        if (!reach(b, GOAL_SOURCES, err)) {
            return false;
        }
        if (b->result->ran > 0) {
            return true; // The graph behind them is not known.
        }
    }
    if (b->result->failed > failed ||
        (failed == 0 && pass_is_stopped(b->pass))) {
        return true;
    }
    return remove_orphans(b, false, err) &&
           (b->options->orphans == ORPHANS_ONLY ||
            (reach(b, GOAL_TARGETS, err) && remove_orphans(b, true, err)));
}

/* The database of an older ronin is brought up to date here, too. */
static bool
read_records(struct build *b, struct error *err)
{
    const struct exec_build *build = b->options;
    struct state *state = b->base->state;
    tell_phase(b, "reading records");
    bool done = state_ready(state, err) &&
                (build->made_from == NULL ||
                 state_inherit(state, build->made_from, err));
    tell_phase(b, NULL);
    return done;
}

/* A dry run leaves no trace. */
static bool
end_run(struct build *b, struct error *err)
{
    assert(b->run.started_unix_us > 0);
    struct state_run *run = &b->run;
    run->ended_unix_us = run->started_unix_us + loop_now_us() - b->began_us;
    run->ran = b->result->ran;
    run->failed = b->result->failed;
    run->up_to_date = b->result->up_to_date;
    run->cut_off = b->result->cut_off;
    if (b->options->dry_run) {
        return true;
    }
    struct state *state = b->base->state;
    const char *snapshot = b->base->kept->graph ? b->base->snapshot_path : NULL;
    bool recorded =
        !state_has_run(state) ||
        lineage_record(state, *b->graph, b->base->root, snapshot, err);
    bool committed =
        recorded && state_end_run(state, run, err) && state_commit(state, err);
    state_rest(state);
    return committed;
}

bool
build_is_done(const struct build_base *base, struct graph *graph,
              const struct exec_build *build, struct exec_result *result)
{
    dynouts_begin(base->dynouts);
    bool done = build->orphans != ORPHANS_ONLY &&
                jobs_possible(build->jobs) == build->jobs &&
                shortcut_take(base->shortcut, base, graph, build, result);
    if (done) {
        shortcut_drop(base->shortcut);
    }
    return done;
}

bool
build_run(const struct build_base *base, struct graph **graph,
          const struct exec_build *build, struct exec_result *result,
          struct error *err)
{
    assert(build->jobs >= 1);
    *result = (struct exec_result){0};
    struct exec_build options = *build;
    struct build b = {
        .base = base,
        .host = build->host,
        .options = &options,
        .result = result,
        .graph = graph,
    };
    if (build_is_done(base, *graph, build, result)) {
        return true;
    }
    // The rows of a database that somebody else may have written are loaded
    // all at once, so that damage shows before anything is done.
    b.by_need =
        state_is_assumed(base->state) && shortcut_is_small(base->shortcut);
    if (!read_records(&b, err)) {
        shortcut_drop(base->shortcut);
        return false;
    }
    bool done = set_up(&b, &options, err);
    if (done) {
        done = build_all(&b, err);
        if (!done) {
            pass_drain(b.pass);
        }
        done = done && outcome_check(result, err);
        tell_phase(&b, "writing records");
        struct error late = {0};
        b.run.exit_status = outcome_status(result, done, err);
        if (!end_run(&b, &late) && done) {
            done = false;
            *err = late;
        } else {
            error_finish(&late);
        }
        result->wanted = pass_wanted(b.pass);
        result->warnings =
            build->dry_run ? 0 : outcome_warnings(base->state, *graph);
        struct shortcut_end end = {b.judge, b.pass, done, b.orphans_done,
                                   result->warnings};
        shortcut_keep(base->shortcut, base, build, &end);
        tell_phase(&b, NULL);
        result->duration_us = loop_now_us() - b.began_us;
        send_event(&b, EVENT_RUN_END, err->what);
    }
    tear_down(&b);
    shortcut_drop(base->shortcut);
    return done;
}
