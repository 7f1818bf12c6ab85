/* SPDX-License-Identifier: MIT */
/*
 * See commands.h. While the executor runs no value is made: what it tells is kept
 * as plain memory first.
 */
#include "runtime/repl/commands.h"

#include "runtime/excerpt.h"
#include "runtime/functions.h"
#include "runtime/graphview.h"
#include "runtime/progress.h"
#include "runtime/repl/question.h"
#include "runtime/repl/repl.h"
#include "runtime/report.h"
#include "runtime/simulation.h"
#include "runtime/told.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* A map is a value: the variable gets the longer one. */
static void
put(Value *map, const char *key, Value value)
{
    *map = magma_map_assoc(*map, magma_keyword(key), value);
}

/* The copy, for forms that are typed; what a file says is to be the same
 * wherever it is read. */
static struct copy *
asked_copy(const char *who)
{
    switch (copy_ask(repl_copy())) {
    case COPY_READING:
        error_throw_help(ERROR_STATE,
                         "type it; a build file only describes a graph",
                         "%s works only at the prompt", who);
    case COPY_ADDED:
        error_throw_help(ERROR_STATE, "type one after the other",
                         "A form that adds to the graph cannot ask %s", who);
    case COPY_READY:
        break;
    }
    return repl_copy();
}

/* ^C while the copy was made, or while something else had the budgets. */
static void
end_if_interrupted(void)
{
    if (repl_is_interrupted()) {
        error_throw(ERROR_LIMIT, "The evaluation was interrupted");
    }
}

/* What is wrong with the copy is shown as what it is, with its place. */
static const struct graph *
asked_graph(struct copy *c)
{
    const struct graph *graph = NULL;
    struct error err = {0};
    if (copy_session(c) == NULL) {
        error_throw_help(ERROR_STATE,
                         "(reload) reads the build file again; ronin repl -f "
                         "FILE names one",
                         "There is no graph");
    }
    if (!copy_graph(c, &graph, &err)) {
        fflush(stdout);
        report_error(stderr, &err);
        error_throw_help(ERROR_STATE,
                         "type it anew as it should be; (reload) drops all "
                         "that was typed",
                         "What was typed makes no graph");
    }
    end_if_interrupted();
    return graph;
}

/* --- The graph ------------------------------------------------------------------------ */

static Value *view; /* of the graph of view_version */
static uint32_t view_version;

/* Made on the first call after each making of the graph. */
static Value
builtin_graph(Value *args, uint32_t argc)
{
    (void)args, (void)argc;
    struct copy *c = asked_copy("graph");
    const struct graph *graph = asked_graph(c);
    if (value_is_nil(*view) || view_version != copy_version(c)) {
        *view = graphview_make(graph);
        view_version = copy_version(c);
    }
    return *view;
}

/* The word of a target, as a C string. */
static const char *
target_word(Value word)
{
    if (!magma_is_string(word)) {
        error_throw_help(ERROR_TYPE,
                         "a file, a named action, or a group as \":all\"",
                         "A target is a string");
    }
    return magma_text_of(word).bytes;
}

/* The action that makes a target; throws if there is none. */
static struct action_id
target_action(const struct graph *g, Value word)
{
    struct node node;
    struct error err = {0};
    const char *text = target_word(word);
    if (!exec_find_target(g, text, &node, &err)) {
        graphview_throw(&err);
    }
    struct action_id action = {node.n};
    if (node.type == NODE_FILE) {
        action = graph_producer(g, (struct file_id){node.n});
    }
    if (node.type == NODE_GROUP || action.n == ID_NONE) {
        error_throw(ERROR_VALUE,
                    node.type == NODE_GROUP
                        ? "%s is a group: ask about one of its members"
                        : "No action makes %s: it is a source",
                    text);
    }
    return action;
}

/* Targets as the executor takes them: the texts belong to the values. */
static const char **
target_words(const Value *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        (void)target_word(words[i]);
    }
    const char **targets = mem_alloc(count + 1u, sizeof(*targets));
    for (uint32_t i = 0; i < count; i++) {
        targets[i] = magma_text_of(words[i]).bytes;
    }
    return targets;
}

/* --- Planning ------------------------------------------------------------------------------ */

struct planning {
    struct exec_build build;
    struct told_list told;
};

static void
on_plan_event(void *ctx, const struct exec_event *event)
{
    struct planning *planning = ctx;
    if (event->type == EVENT_ACTION_START) {
        told_add(&planning->told, event->action, event->reasons,
                 event->reason_count, NULL);
    } else if (event->type == EVENT_ACTION_END &&
               event->status == STATUS_FAILED) {
        told_add(&planning->told, event->action, event->reasons,
                 event->reason_count,
                 event->text == NULL ? "failed" : event->text);
    }
}

/* With the functions of the copy, which watch predicates may call. */
static bool
plan_inside(void *ctx, struct copy *c, struct error *err)
{
    struct planning *planning = ctx;
    struct session_listener listener = {on_plan_event, planning};
    struct exec_result result = {0};
    bool done = session_build(copy_session(c), &planning->build, &listener,
                              &result, err);
    if (!done && err->class == ERROR_CLASS_BUILD && result.signal == 0) {
        error_finish(err); // Told with its action.
        done = true;
    }
    return done;
}

/* (plan "x" "y") */
static Value
builtin_plan(Value *args, uint32_t argc)
{
    struct copy *c = asked_copy("plan");
    const struct graph *graph = asked_graph(c);
    copy_look_again(c);
    struct planning planning = {.told = told_list()};
    const char **targets = target_words(args, argc);
    planning.build = (struct exec_build){.targets = targets,
                                         .target_count = argc,
                                         .jobs = 1,
                                         .jobs_given = true,
                                         .jobserver = JOBSERVER_NONE,
                                         .dry_run = true,
                                         .arguments = "plan"};
    struct error err = {0};
    bool done = copy_with_program(c, plan_inside, &planning, &err);
    functions_forget_interrupt();
    free(targets);
    Value plan = done ? told_make(&planning.told, graph, TOLD_ALL) : VALUE_NIL;
    told_finish(&planning.told);
    if (!done) {
        graphview_throw(&err);
    }
    return plan;
}

/* --- Building ------------------------------------------------------------------------------- */

struct building {
    struct exec_build build;
    struct exec_result result;
    struct progress *progress;
    struct session *session;
    bool is_told; /* of an interrupt */
};

/* An interrupt that came before the executor listened is passed on to it. */
static void
on_build_event(void *ctx, const struct exec_event *event)
{
    struct building *building = ctx;
    if (repl_is_interrupted() && !building->is_told && repl_lacks_signals()) {
        building->is_told = true;
        raise(SIGINT);
    }
    progress_event(building->progress, event);
}

/* The program of the build takes the place of all others meanwhile. */
static bool
build_apart(struct building *building, struct error *err)
{
    struct session_listener listener = {on_build_event, building};
    Value program = magma_program_save();
    bool done = session_build(building->session, &building->build, &listener,
                              &building->result, err);
    magma_program_restore(program);
    return done;
}

static Value
result_map(const struct exec_result *result, bool done)
{
    const char *status = result->signal != 0 ? "interrupted"
                         : done              ? "ok"
                                             : "failed";
    Value map = magma_map();
    put(&map, "status", magma_keyword(status));
    put(&map, "ran", magma_int(result->ran));
    put(&map, "failed", magma_int(result->failed));
    put(&map, "not-run", magma_int(result->not_run));
    put(&map, "up-to-date", magma_int(result->up_to_date));
    put(&map, "removed", magma_int(result->removed));
    put(&map, "ms", magma_int(result->duration_us / 1000));
    return map;
}

/* Failures of actions are shown as in any build, and told in the result; only
 * what is no build at all is thrown. */
static Value
finish_build(struct copy *c, struct building *building, bool done,
             struct error *err)
{
    bool is_told =
        done || err->class == ERROR_CLASS_BUILD || building->result.signal != 0;
    if (is_told) {
        const struct progress_end end = {
            .result = &building->result,
            .done = done,
            .exit_status = done ? 0 : 1,
            .message = err->what,
        };
        (void)progress_finish(building->progress, &end);
        error_finish(err);
    }
    progress_destroy(building->progress);
    session_close(building->session);
    functions_forget_interrupt();
    copy_has_built(c);
    if (!is_told) {
        graphview_throw(err);
    }
    return result_map(&building->result, done);
}

/* (build "x" "y") */
static Value
builtin_build(Value *args, uint32_t argc)
{
    struct copy *c = asked_copy("build");
    (void)asked_graph(c); // What is wrong with it is said before anything runs.
    struct building building = {0};
    struct error err = {0};
    struct progress_options options = {0};
    if (!copy_open_build(c, &building.session, &err)) {
        graphview_throw(&err);
    }
    const char **targets = target_words(args, argc);
    building.build = (struct exec_build){.targets = targets,
                                         .target_count = argc,
                                         .jobs = exec_processor_count(),
                                         .failures_max = 1,
                                         .brief = true,
                                         .arguments = "repl"};
    options.jobs = building.build.jobs;
    building.progress = progress_create(&options);
    building.build.outlook = progress_wants_outlook(building.progress);
    fflush(stdout);
    bool done = build_apart(&building, &err);
    free(targets);
    fflush(stdout);
    return finish_build(c, &building, done, &err);
}

/* --- Why -------------------------------------------------------------------------------------- */

static uint64_t
run_number(Value run)
{
    if (!magma_is_int(run) || magma_int_of(run) < 1) {
        error_throw_help(ERROR_TYPE, "ronin runs lists them",
                         "A run is told by its number");
    }
    return (uint64_t)magma_int_of(run);
}

/* Plain data, from which a program can go on; ronin why says it in
 * sentences. */
static Value
why_map(const struct exec_why *why)
{
    Value map = magma_map();
    put(&map, "run", magma_int((int64_t)why->run));
    put(&map, "ended", magma_int(why->ended_unix_us / 1000000));
    put(&map, "ms", magma_int(why->duration_us / 1000));
    put(&map, "exit", magma_int(why->exit_code));
    if (why->signal != 0) {
        put(&map, "signal", magma_int(why->signal));
    }
    put(&map, "reasons", told_reasons(why->reasons, why->reason_count));
    put(&map, "same-inputs", magma_int(why->same_inputs));
    return map;
}

/* (why "x"), (why "x" 41) */
static Value
builtin_why(Value *args, uint32_t argc)
{
    struct copy *c = asked_copy("why");
    const struct graph *graph = asked_graph(c);
    struct action_id action = target_action(graph, args[0]);
    copy_look_again(c);
    struct exec *exec = NULL;
    struct error err = {0};
    struct exec_why why = {0};
    uint64_t run = argc > 1 ? run_number(args[1]) : 0;
    const char *key = graph_cstr(graph, graph_action(graph, action)->key);
    if (!session_exec(copy_session(c), &exec, &err) ||
        !exec_why(exec, key, run, &why, &err)) {
        graphview_throw(&err);
    }
    Value map = why_map(&why);
    exec_why_finish(&why);
    return map;
}

/* --- Steps ------------------------------------------------------------------------------------ */

struct stepping {
    struct functions *functions;
    uint32_t number;
    Value input;
    Value result;
    Value thrown;
    bool is_done;
};

static Value
step_body(void *arg)
{
    const struct stepping *stepping = arg;
    Value function = functions_value(stepping->functions, stepping->number);
    Value input = stepping->input;
    return magma_call(function, &input, 1);
}

/* The function is one of the program that runs now. */
static bool
run_inside(void *ctx, struct copy *c, struct error *err)
{
    struct stepping *stepping = ctx;
    (void)err;
    stepping->functions = session_functions(copy_session(c));
    stepping->is_done =
        magma_try(step_body, stepping, &stepping->result, &stepping->thrown);
    return true;
}

/* What a step is called by people. */
static const char *
step_name(enum step_kind kind)
{
    static const char *const names[] = {
        [STEP_COMMAND] = ":command",       [STEP_READ] = ":read",
        [STEP_TRANSFORM] = ":transformer", [STEP_WRITE] = ":write",
        [STEP_DISCOVERED] = ":discovered",
    };
    return names[kind];
}

/* (run-step "x" 1 "text") */
static Value
builtin_run_step(Value *args, uint32_t argc)
{
    (void)argc;
    struct copy *c = asked_copy("run-step");
    const struct graph *g = asked_graph(c);
    const struct action *a = graph_action(g, target_action(g, args[0]));
    if (!magma_is_int(args[1]) || magma_int_of(args[1]) < 0 ||
        magma_int_of(args[1]) >= a->steps.count) {
        error_throw_help(ERROR_INDEX, "(steps-of \"x\") shows them, from 0 on",
                         "%s has %u steps", target_word(args[0]),
                         (unsigned)a->steps.count);
    }
    uint32_t index = (uint32_t)magma_int_of(args[1]);
    const struct step *step = graph_step(g, a, index);
    if (step->kind != STEP_TRANSFORM) {
        error_throw_help(ERROR_VALUE, "(build \"x\") runs the others",
                         "Step %u of %s is a %s: only a :transformer can be "
                         "run on data",
                         (unsigned)index, target_word(args[0]),
                         step_name(step->kind));
    }
    struct stepping stepping = {.number = step->function.number,
                                .input = args[2]};
    struct error err = {0};
    if (!copy_with_program(c, run_inside, &stepping, &err)) {
        graphview_throw(&err);
    }
    if (!stepping.is_done) {
        error_throw_value(stepping.thrown);
    }
    return stepping.result;
}

/* --- Simulating --------------------------------------------------------------------------------- */

struct simulating {
    const struct graphview_use *use;
    const struct graph *graph;
};

/* The functions belong to the program of the copy, so it runs meanwhile. */
static bool
simulate_inside(void *ctx, struct copy *c, struct error *err)
{
    struct simulating *simulating = ctx;
    return simulating->use->inside(simulating->use->ctx, simulating->graph,
                                   session_functions(copy_session(c)), err);
}

/* As simulation_run asks. */
static bool
with_copy(void *ctx, const struct graphview_use *use, struct error *err)
{
    struct copy *c = ctx;
    struct simulating simulating = {.use = use};
    simulating.graph = asked_graph(c);
    bool done = copy_with_program(c, simulate_inside, &simulating, err);
    functions_forget_interrupt();
    return done && use->outside(use->ctx, simulating.graph, err);
}

/* (simulate {:touch ["a.h"]}) */
static Value
builtin_simulate(Value *args, uint32_t argc)
{
    (void)argc;
    struct simulation_graph graph = {with_copy, asked_copy("simulate")};
    return simulation_run(&graph, args[0]);
}

/* --- Queries -------------------------------------------------------------------------------------- */

/* Whatever is asked, it is asked of the copy as it is now, and of records as
 * they are now. */
static Value
answer_query(Value text, Value subject)
{
    struct copy *c = asked_copy("query");
    if (!magma_is_string(text)) {
        error_throw_help(ERROR_TYPE, "as in (query \"app | deps\")",
                         "A query is a string");
    }
    const struct graph *graph = asked_graph(c);
    copy_look_again(c);
    return question_answer(c, graph, magma_text_of(text), subject);
}

static Value
builtin_query(Value *args, uint32_t argc)
{
    (void)argc;
    return answer_query(args[0], VALUE_ABSENT);
}

static Value
builtin_query_on(Value *args, uint32_t argc)
{
    (void)argc;
    return answer_query(args[1], args[0]);
}

/* (graph-at -1), (graph-at "last-ok") */
static Value
builtin_graph_at(Value *args, uint32_t argc)
{
    (void)argc;
    struct copy *c = asked_copy("graph-at");
    if (!magma_is_int(args[0]) && !magma_is_string(args[0])) {
        error_throw_help(ERROR_TYPE,
                         "-1 is the last one; ronin runs lists them; also "
                         "\"last-ok\", or a day",
                         "A run is told by its number");
    }
    const struct graph *graph = asked_graph(c);
    copy_look_again(c);
    Value run = magma_display(args[0]);
    return question_graph_at(c, graph, magma_text_of(run).bytes);
}

/* --- The REPL itself ------------------------------------------------------------------------------ */

/* Asks for it: the form that called this must end first. */
static Value
builtin_reload(Value *args, uint32_t argc)
{
    (void)args, (void)argc;
    (void)asked_copy("reload");
    repl_ask_reload();
    return VALUE_NIL;
}

static Value
builtin_exit(Value *args, uint32_t argc)
{
    (void)args, (void)argc;
    (void)asked_copy("exit");
    repl_ask_exit();
    return VALUE_NIL;
}

/* 1 to 3: the last values; 0: the last error. */
static Value
builtin_result(Value *args, uint32_t argc)
{
    (void)argc;
    struct talk *talk = talk_current();
    int64_t n = magma_is_int(args[0]) ? magma_int_of(args[0]) : 0;
    if (talk == NULL) {
        return VALUE_NIL;
    }
    return n >= 1 && n <= TALK_VALUES ? *talk->values[n - 1] : *talk->error;
}

/* Of what the person types, as programs of Clojure know it. */
static Value
builtin_read_line(Value *args, uint32_t argc)
{
    (void)args, (void)argc;
    (void)asked_copy("read-line");
    struct talk *talk = talk_current();
    char *line = talk == NULL || talk->read_line == NULL
                     ? NULL
                     : talk->read_line(talk->ctx);
    if (line == NULL) {
        return VALUE_NIL;
    }
    size_t len = strlen(line);
    len -= len > 0 && line[len - 1] == '\n' ? 1 : 0;
    Value text = magma_string(line, len);
    free(line);
    return text;
}

struct form_reading {
    struct magma_reader *reader;
    struct error_place place;
    bool is_there;
};

static Value
read_form(void *arg)
{
    struct form_reading *r = arg;
    Value form = VALUE_NIL;
    r->is_there = magma_read(r->reader, &form, &r->place);
    return VALUE_NIL;
}

/* So many lines on, or at the end. */
static const char *
lines_on(const char *at, int64_t lines)
{
    for (; lines > 0 && *at != '\0'; lines--) {
        const char *end = strchr(at, '\n');
        at = end == NULL ? at + strlen(at) : end + 1;
    }
    return at;
}

/* Whole lines of a file, or of what was typed, as they are now. What cannot be
 * read any more has no text. */
static Value
builtin_form_text(Value *args, uint32_t argc)
{
    (void)argc;
    Value ignored = VALUE_NIL;
    Value thrown = VALUE_NIL;
    Value found = VALUE_NIL;
    size_t len = 0;
    if (!magma_is_string(args[0]) || !magma_is_int(args[1])) {
        return VALUE_NIL;
    }
    char *bytes = excerpt_source(magma_text_of(args[0]).bytes, &len);
    const char *start =
        bytes == NULL ? "" : lines_on(bytes, magma_int_of(args[1]) - 1);
    struct form_reading reading = {
        .reader = magma_reader_create((struct magma_text){start, strlen(start)},
                                      "source")};
    if (magma_try(read_form, &reading, &ignored, &thrown) && reading.is_there) {
        size_t size = (size_t)(lines_on(start, reading.place.end_line) - start);
        found = magma_string(start, size - (start[size - 1] == '\n'));
    }
    magma_reader_destroy(reading.reader);
    free(bytes);
    return found;
}

static const struct builtin rows[] = {
    {"graph", 0, 0, builtin_graph, "[]",
     "The graph as plain data: that of the build file, with what was typed.",
     "0.1"},
    {"graph-at", 1, 1, builtin_graph_at, "[run]",
     "The graph that a run was made from, as plain data: (graph-at -1) of the "
     "last one, also 42, \"last-ok\" or \"2026-03-01\".",
     "0.1"},
    {"plan", 0, ARGS_ANY, builtin_plan, "[& targets]",
     "What a build of the targets (without any: of the default) would run now, "
     "and why: a vector of {:action :outputs :reasons}. Nothing runs.",
     "0.1"},
    {"build", 0, ARGS_ANY, builtin_build, "[& targets]",
     "Builds the targets (without any: the default), and returns how it went: "
     "{:status :ok :ran 1 ...}; :status may also be :failed or :interrupted.",
     "0.1"},
    {"why", 1, 2, builtin_why, "[target] [target run]",
     "Why the action that makes a target ran last, or in the run of a number.",
     "0.1"},
    {"run-step", 3, 3, builtin_run_step, "[target index input]",
     "What the :transformer at an index of the steps of a target makes of an "
     "input.",
     "0.1"},
    {"simulate", 1, 1, builtin_simulate, "[changes]",
     "What would run if all were up to date and then something changed: "
     "{:touch [\"a.h\"]}, also :edit, :delete, :create, :env, :discovered and "
     ":targets.",
     "0.1"},
    {"query", 1, 1, builtin_query, "[text]",
     "What a query answers, as a line behind ? does: a vector of paths, of "
     "maps "
     "where fields were chosen, or a number.",
     "0.1"},
    {"query-on", 2, 2, builtin_query_on, "[paths text]",
     "The same of a query that goes on from paths, as a line behind | does "
     "from "
     "*1.",
     "0.1"},
    {"form-text", 2, 2, builtin_form_text, "[file line]",
     "The text of the form that begins on a line of a file, or of what was "
     "typed; or nil.",
     "0.1"},
    {"reload", 0, 0, builtin_reload, "[]",
     "Goes back to what the build file says, after this form.", "0.1"},
    {"exit", 0, 0, builtin_exit, "[]",
     "Leaves the REPL; so does the end of the input.", "0.1"},
};

static const struct builtin core_rows[] = {
    {"repl-result*", 1, 1, builtin_result, "[n]",
     "The value behind *1, *2, *3 and, for 0, *e.", "0.1"},
    {"read-line", 0, 0, builtin_read_line, "[]",
     "The next line of what is typed, or nil at its end.", "0.1"},
};

void
commands_define(void)
{
    if (view == NULL) {
        view = magma_root_create();
        *view = VALUE_NIL;
    }
    magma_define("ronin-repl", rows, sizeof(rows) / sizeof(rows[0]));
    magma_define("clojure.core", core_rows,
                 sizeof(core_rows) / sizeof(core_rows[0]));
}
