/* SPDX-License-Identifier: MIT */
/*
 * `ronin repl`: reads forms, evaluates them, prints their values, and has the
 * graph of the build file at hand.
 *
 * Input is taken as it comes. What was read is evaluated when no form is left
 * open; on a terminal that is after each line.
 */
#include "runtime/cli/command.h"
#include "runtime/graphview.h"
#include "runtime/report.h"
#include "runtime/script.h"
#include "runtime/terminal.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { READ_SIZE = 64 * 1024, RESULTS = 3 };

static const struct option_row option_rows[] = {
    {'f', "file", "FILE", "the build file, instead of build.magma"},
    {OPTION_FUEL, "fuel", "N", "steps that one form may take"},
    {OPTION_MEMORY, "memory", "N", "memory that it may use, such as 4G"},
    {OPTION_DEPTH, "depth", "N", "how deeply its calls may nest"},
    {0, NULL, NULL, NULL},
};

/* There is one REPL, and the functions that it defines act on it. */
static struct {
    struct session_options options;
    struct session *session; /* NULL: there is no build file */
    Value *view;             /* the graph as data, or nil */
    Value *results[RESULTS]; /* *1 *2 *3 */
    Value *error;            /* *e */
    bool is_terminal;
    bool reload; /* asked for by the form that runs */
    bool exit;
    struct buffer input; /* read, not evaluated */
    uint32_t inputs;     /* how many were evaluated */
    volatile sig_atomic_t evaluating;
    volatile sig_atomic_t interrupted; /* at the prompt */
} repl;

/* A signal ends the evaluation, or empties the line that is typed. */
static void
on_interrupt(int signal)
{
    (void)signal;
    if (repl.evaluating) {
        magma_interrupt();
    } else {
        repl.interrupted = 1;
    }
}

/* --- Functions of the REPL --------------------------------------------------------- */

/* Made on the first call after each loading. */
static Value
builtin_graph(Value *args, uint32_t argc)
{
    (void)args;
    (void)argc;
    if (!value_is_nil(*repl.view)) {
        return *repl.view;
    }
    const struct graph *graph = NULL;
    struct error err = {0};
    if (repl.session == NULL || !session_graph(repl.session, &graph, &err)) {
        error_finish(&err);
        error_throw_help(ERROR_STATE,
                         "(reload) reads the build file again; ronin repl -f "
                         "FILE names one",
                         "There is no graph");
    }
    *repl.view = graphview_make(graph);
    return *repl.view;
}

/* Asks for it: the form that called this must end first. */
static Value
builtin_reload(Value *args, uint32_t argc)
{
    (void)args;
    (void)argc;
    repl.reload = true;
    return VALUE_NIL;
}

static Value
builtin_exit(Value *args, uint32_t argc)
{
    (void)args;
    (void)argc;
    repl.exit = true;
    return VALUE_NIL;
}

static Value
builtin_help(Value *args, uint32_t argc)
{
    (void)args;
    (void)argc;
    fputs("(graph)           the graph of the build file, as data\n"
          "(command-of \"x\")  the command of the action that makes x\n"
          "(deps \"x\")        all that x needs\n"
          "(reload)          read the build file again\n"
          "*1 *2 *3 *e       the last values, the last error\n"
          "(doc name)        what a function does\n"
          "(exit)            or end of input: leave\n",
          stdout);
    return VALUE_NIL;
}

/* What define_results reads. */
static Value
builtin_result(Value *args, uint32_t argc)
{
    (void)argc;
    int64_t n = magma_int_of(args[0]);
    return n >= 1 && n <= RESULTS ? *repl.results[n - 1] : *repl.error;
}

static const struct builtin rows[] = {
    {"graph", 0, 0, builtin_graph, "[]",
     "The graph of the build file as plain data.", "0.1"},
    {"reload", 0, 0, builtin_reload, "[]",
     "Reads the build file again, after this form.", "0.1"},
    {"exit", 0, 0, builtin_exit, "[]", "Leaves the REPL.", "0.1"},
    {"help", 0, 0, builtin_help, "[]", "What the REPL offers.", "0.1"},
    {"repl-result*", 1, 1, builtin_result, "[n]",
     "The value behind *1, *2, *3 and, for 0, *e.", "0.1"},
};

/* One-argument forms ask the graph of the REPL. A name that the build file
 * has for itself stays its own. */
static const char definitions[] =
    "(require 'graph)\n"
    "(bind-repl* \"command-of\"\n"
    "  (fn ([target] (graph/command-of (graph) target))\n"
    "      ([g target] (graph/command-of g target))))\n"
    "(bind-repl* \"deps\"\n"
    "  (fn ([target] (graph/deps (graph) target))\n"
    "      ([g target] (graph/deps g target))))\n";

/* A name that any later definition may replace. */
static Value
builtin_bind(Value *args, uint32_t argc)
{
    (void)argc;
    magma_bind_weak(magma_text_of(args[0]).bytes, args[1]);
    return VALUE_NIL;
}

static const struct builtin bind_rows[] = {
    {"bind-repl*", 2, 2, builtin_bind, "[name value]",
     "Binds a name unless it is taken.", "0.1"},
};

/* --- The build file ------------------------------------------------------------------- */

/* In namespace user, after the build file was evaluated. */
static void
define_helpers(void)
{
    Value result = VALUE_NIL;
    Value thrown = VALUE_NIL;
    struct script script = {"repl", definitions, sizeof(definitions) - 1, NULL};
    if (!script_eval(&script, &result, &thrown)) {
        script_report(thrown);
    }
}

/* Evaluates the build file, if there is one; says what is wrong with it. */
static void
load_session(void)
{
    struct error err = {0};
    *repl.view = VALUE_NIL;
    session_close(repl.session);
    repl.session = NULL;
    bool found = session_open(&repl.options, &repl.session, &err);
    if (!found && repl.options.build_file == NULL) {
        error_finish(&err); /* a REPL without a build file */
    }
    const struct graph *graph = NULL;
    repl.evaluating = 1;
    bool loaded = found && session_evaluate(repl.session, &err) &&
                  session_graph(repl.session, &graph, &err);
    repl.evaluating = 0;
    if (err.what != NULL) {
        fflush(stdout);
        report_error(stderr, &err);
    } else if (loaded && repl.is_terminal) {
        fprintf(stdout, "%s: %u actions\n", session_build_file(repl.session),
                graph_action_count(graph));
    }
    if (!found) {
        magma_reset();
    }
    define_helpers();
}

/* --- Evaluating ------------------------------------------------------------------------- */

struct reading {
    struct magma_reader *reader;
    bool more;
    struct error_place place;
};

static Value
read_body(void *arg)
{
    struct reading *step = arg;
    Value form = VALUE_NIL;
    step->more = magma_read(step->reader, &form, &step->place);
    return form;
}

static Value
eval_body(void *arg)
{
    return magma_eval(*(Value *)arg);
}

/* *1 and the others are plain definitions, made anew. */
static void
define_results(bool failed)
{
    static const char values[] = "(def *3 (repl-result* 3))"
                                 "(def *2 (repl-result* 2))"
                                 "(def *1 (repl-result* 1))";
    static const char error[] = "(def *e (repl-result* 0))";
    Value result = VALUE_NIL;
    Value thrown = VALUE_NIL;
    struct script script = {"repl", failed ? error : values,
                            failed ? sizeof(error) - 1 : sizeof(values) - 1,
                            NULL};
    if (!script_eval(&script, &result, &thrown)) {
        script_report(thrown);
    }
}

/* Prints and keeps what was thrown. */
static void
show_error(Value thrown)
{
    script_report(thrown);
    *repl.error = thrown;
    define_results(true);
}

/* Prints and keeps a value. Printing realises lazy ones, so it may fail. */
static void
show_value(Value value)
{
    Value text = VALUE_NIL;
    Value thrown = VALUE_NIL;
    uint32_t width = terminal_columns(STDOUT_FILENO);
    if (!script_pretty(value, width, &text, &thrown)) {
        show_error(thrown);
        return;
    }
    struct magma_text bytes = magma_text_of(text);
    fwrite(bytes.bytes, 1, bytes.len, stdout);
    fputc('\n', stdout);
    for (int i = RESULTS - 1; i > 0; i--) {
        *repl.results[i] = *repl.results[i - 1];
    }
    *repl.results[0] = value;
    define_results(false);
}

/* Evaluates one form and shows what came of it. */
static void
evaluate_form(Value form)
{
    struct magma_limits limits = {.steps = repl.options.fuel,
                                  .depth = repl.options.depth,
                                  .memory_bytes = repl.options.memory_bytes};
    Value value = VALUE_NIL;
    Value thrown = VALUE_NIL;
    magma_set_limits(&limits);
    repl.evaluating = 1;
    bool done = magma_try(eval_body, &form, &value, &thrown);
    if (done) {
        show_value(value);
    } else {
        show_error(thrown);
    }
    repl.evaluating = 0;
    fflush(stdout);
    if (repl.reload) {
        repl.reload = false;
        load_session();
    }
}

/* Where the line after the one of a reading error begins. */
static size_t
after_line(struct magma_text text, uint32_t line)
{
    size_t at = 0;
    for (uint32_t n = 0; n < line && at < text.len; n++) {
        const char *end = memchr(text.bytes + at, '\n', text.len - at);
        at = end == NULL ? text.len : (size_t)(end - text.bytes) + 1;
    }
    return line == 0 ? text.len : at;
}

/* Evaluates forms up to the end, or to one that cannot be read; returns how
 * much of the text is done. */
static size_t
evaluate_text(struct magma_text text, const char *name)
{
    struct reading step = {magma_reader_create(text, name), true, {.line = 0}};
    size_t done = text.len;
    while (!repl.exit) {
        Value form = VALUE_NIL;
        Value thrown = VALUE_NIL;
        if (!magma_try(read_body, &step, &form, &thrown)) {
            const struct error_object *error = magma_error(thrown);
            done = after_line(text, error == NULL ? 0 : error->place.line);
            show_error(thrown);
            break;
        }
        if (!step.more) {
            break;
        }
        evaluate_form(form);
    }
    magma_reader_destroy(step.reader);
    return done;
}

/* Evaluates what was read. Errors may show its lines later, so the text
 * stays. */
static void
evaluate_input(void)
{
    size_t len = repl.input.len;
    char *bytes = buffer_take(&repl.input);
    size_t at = 0;
    while (at < len && !repl.exit) {
        char name[32];
        snprintf(name, sizeof(name), "repl-%u", ++repl.inputs);
        struct magma_text text = {bytes + at, len - at};
        report_add_source(name, text.bytes, text.len);
        at += evaluate_text(text, name);
    }
}

/* --- Reading ------------------------------------------------------------------------------ */

/* Nothing for a pipe: what is printed there are values alone. */
static void
prompt(void)
{
    if (repl.is_terminal) {
        fputs(repl.input.len == 0 ? "user=> " : "  ...> ", stdout);
        fflush(stdout);
    }
}

/* True while brackets are open: the next line belongs to this form. */
static Value
incomplete_body(void *arg)
{
    (void)arg;
    struct magma_text text = {repl.input.bytes, repl.input.len};
    return value_bool(magma_is_incomplete(text));
}

/* False while a line or a form is open. Blank input is complete as well. */
static bool
input_is_complete(void)
{
    Value incomplete = VALUE_FALSE;
    Value thrown = VALUE_NIL;
    if (repl.input.len == 0 || repl.input.bytes[repl.input.len - 1] != '\n') {
        return false;
    }
    return !magma_try(incomplete_body, NULL, &incomplete, &thrown) ||
           !value_is_true(incomplete);
}

/* Reads more; false at the end of the input. */
static bool
read_input(void)
{
    char *room = buffer_reserve(&repl.input, READ_SIZE);
    ssize_t n = read(STDIN_FILENO, room, READ_SIZE);
    if (n > 0) {
        repl.input.len += (size_t)n;
        repl.input.bytes[repl.input.len] = 0;
        return true;
    }
    if (n < 0 && errno == EINTR) {
        if (repl.interrupted) {
            repl.interrupted = 0;
            buffer_truncate(&repl.input, 0);
            fputc('\n', stdout);
        }
        return true;
    }
    return false;
}

/* The end of the input ends an open form, which is then an error. */
static void
run_loop(void)
{
    bool more = true;
    while (more && !repl.exit) {
        prompt();
        more = read_input();
        if (repl.input.len > 0 && (!more || input_is_complete())) {
            evaluate_input();
        }
    }
    if (!more && repl.is_terminal) {
        fputc('\n', stdout);
    }
}

/* What lives as long as the REPL. */
static void
start(void)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    repl.is_terminal = isatty(STDIN_FILENO) != 0;
    session_start_language(stdout);
    magma_define("clojure.core", rows, sizeof(rows) / sizeof(rows[0]));
    magma_define("clojure.core", bind_rows, 1);
    graphview_define();
    repl.view = magma_root_create();
    repl.error = magma_root_create();
    *repl.view = VALUE_NIL;
    *repl.error = VALUE_NIL;
    for (int i = 0; i < RESULTS; i++) {
        repl.results[i] = magma_root_create();
        *repl.results[i] = VALUE_NIL;
    }
    if (repl.is_terminal) {
        fputs("ronin " RONIN_VERSION "; (help) tells more\n", stdout);
    }
}

static int
run(int argc, char **argv)
{
    struct options o;
    int id;
    repl.options = (struct session_options){.read_only = true};
    options_init(&o, &command_repl, argc, argv);
    while ((id = options_next(&o)) > 0 && o.status == 0) {
        options_session(&o, id, &repl.options);
    }
    if (id == OPTION_END && o.word_count > 0) {
        o.status = options_usage(o.command, "ronin repl takes no words", NULL);
    }
    bool go = id == OPTION_END && o.status == 0;
    options_finish(&o);
    if (!go) {
        return o.status;
    }
    start();
    load_session();
    run_loop();
    session_close(repl.session);
    buffer_finish(&repl.input);
    return 0;
}

const struct command command_repl = {
    .name = "repl",
    .args = "[OPTION...]",
    .summary = "Evaluate forms, with the graph of the build file at hand.",
    .usage = "(help) tells what there is. Input may come through a pipe.\n\n"
             "  echo '(command-of \"main\")' | ronin repl",
    .options = option_rows,
    .run = run,
};
