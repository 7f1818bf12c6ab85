/* SPDX-License-Identifier: MIT */
/* See repl.h. */
#include "runtime/repl/repl.h"

#include "runtime/graphview.h"
#include "runtime/repl/commands.h"
#include "runtime/repl/question.h"
#include "runtime/report.h"
#include "runtime/script.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PRINT_LENGTH = 50, PRINT_LEVEL = 8, NO_LIMIT = 0 };

static struct {
    struct session_options options;
    struct copy *copy;
    struct talk *talk; /* whose form is evaluated, or was last */
    bool reload;       /* asked for by the form that runs */
    bool exit;
    volatile sig_atomic_t evaluating;
    volatile sig_atomic_t interrupted; /* while it was */
    void (*on_idle_signal)(void);
} repl;

struct copy *
repl_copy(void)
{
    return repl.copy;
}

void
repl_ask_reload(void)
{
    repl.reload = true;
}

void
repl_ask_exit(void)
{
    repl.exit = true;
}

bool
repl_is_exiting(void)
{
    return repl.exit;
}

/* --- Interrupts --------------------------------------------------------------------- */

bool
repl_interrupt(void)
{
    if (repl.evaluating == 0) {
        return false;
    }
    repl.interrupted = 1;
    magma_interrupt();
    return true;
}

bool
repl_is_interrupted(void)
{
    return repl.interrupted != 0;
}

/* Of what is not an evaluation, the wait for a line is what ends. */
static void
on_interrupt(int signal)
{
    (void)signal;
    if (!repl_interrupt() && repl.on_idle_signal != NULL) {
        repl.on_idle_signal();
    }
}

static void
catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

bool
repl_lacks_signals(void)
{
    struct sigaction action;
    return sigaction(SIGINT, NULL, &action) == 0 &&
           action.sa_handler != on_interrupt;
}

void
repl_on_idle_signal(void (*call)(void))
{
    repl.on_idle_signal = call;
}

/* --- Bounds of printing ------------------------------------------------------------------- */

static Value
bound_body(void *arg)
{
    const char *name = *(const char **)arg;
    return magma_eval_text((struct magma_text){name, strlen(name)}, "repl");
}

/* How much of a value is shown: what (def *print-length* 10) says at the prompt;
 * nil is no limit. */
static uint32_t
bound_of(const char *name, uint32_t otherwise)
{
    Value bound = VALUE_NIL;
    Value thrown = VALUE_NIL;
    if (!magma_try(bound_body, &name, &bound, &thrown)) {
        return otherwise;
    }
    if (magma_is_int(bound) && magma_int_of(bound) > 0 &&
        magma_int_of(bound) < INT32_MAX) {
        return (uint32_t)magma_int_of(bound);
    }
    return value_is_nil(bound) ? NO_LIMIT : otherwise;
}

/* --- Reading the build file ------------------------------------------------------------ */

/* Evaluates a text of ours, for what it does. */
static void
run_own(const char *name, const char *text)
{
    Value result = VALUE_NIL;
    Value thrown = VALUE_NIL;
    struct script script = {name, text, strlen(text), NULL};
    if (!script_eval(&script, &result, &thrown)) {
        script_report(thrown);
    }
}

static const struct {
    const char *ns;
    const char *names[12];
    size_t count;
} at_hand[] = {
    {"ronin-repl",
     {"graph", "graph-at", "plan", "build", "why", "run-step", "simulate",
      "query", "reload", "exit"},
     10},
    {"ronin-prompt",
     {"command-of", "steps-of", "deps", "rdeps", "pp", "help", "source"},
     7},
    {"clojure.repl", {"doc", "apropos", "dir", "find-doc"}, 4},
};

static Value
refer_body(void *arg)
{
    (void)arg;
    for (size_t i = 0; i < sizeof(at_hand) / sizeof(at_hand[0]); i++) {
        magma_refer(at_hand[i].ns, at_hand[i].names, at_hand[i].count);
    }
    return VALUE_NIL;
}

/* Names that a person expects at a prompt, unless the namespace has them. A file
 * of the user's may stand in the place of one that these are from. */
static void
put_at_hand(void)
{
    Value ignored = VALUE_NIL;
    Value thrown = VALUE_NIL;
    static const char length[] = "(def *print-length* 50)";
    static const char level[] = "(def *print-level* 8)";
    if (bound_of("*print-length*", 0) == 0) {
        run_own("repl", length);
    }
    if (bound_of("*print-level*", 0) == 0) {
        run_own("repl", level);
    }
    if (!magma_try(refer_body, NULL, &ignored, &thrown)) {
        script_report(thrown);
    }
}

/* Whatever comes of it, the namespace that is current then has all that is
 * expected at a prompt. */
static void
read_file(enum copy_reading how)
{
    struct error err = {0};
    struct buffer account = {0};
    repl.evaluating = 1;
    bool done = copy_read(repl.copy, how, &account, &err);
    repl.evaluating = 0;
    fflush(stdout);
    if (done) {
        fputs(buffer_str(&account), stderr);
    } else {
        report_error(stderr, &err);
    }
    buffer_finish(&account);
    put_at_hand();
}

/* What was typed is kept: people type because they are trying something out. */
void
repl_refresh(void)
{
    if (copy_is_stale(repl.copy)) {
        read_file(COPY_KEEP);
    }
}

void
repl_start(const struct session_options *options)
{
    repl.options = *options;
    catch_signals();
    session_start_language(stdout);
    commands_define();
    graphview_define();
    magma_reset();
    repl.copy = copy_create(options);
    read_file(COPY_KEEP);
}

void
repl_finish(void)
{
    copy_destroy(repl.copy);
    repl.copy = NULL;
}

/* --- Talks ------------------------------------------------------------------------------ */

/* Values are rooted: a talk lives in plain memory. */
void
talk_init(struct talk *talk)
{
    for (int i = 0; i < TALK_VALUES; i++) {
        talk->values[i] = magma_root_create();
        *talk->values[i] = VALUE_NIL;
    }
    talk->error = magma_root_create();
    *talk->error = VALUE_NIL;
}

/* The next form of another talk must not believe that this one was the last. */
void
talk_finish(struct talk *talk)
{
    for (int i = 0; i < TALK_VALUES; i++) {
        magma_root_destroy(talk->values[i]);
    }
    magma_root_destroy(talk->error);
    free(talk->ns);
    if (repl.talk == talk) {
        repl.talk = NULL;
    }
}

struct talk *
talk_current(void)
{
    return repl.talk;
}

/* *1 and the others are plain definitions, made anew where they are seen. */
static void
define_results(void)
{
    run_own("repl", "(def *1 (repl-result* 1))(def *2 (repl-result* 2))"
                    "(def *3 (repl-result* 3))(def *e (repl-result* 0))");
}

/* The namespace in which the person was, with his values. */
static void
enter(struct talk *talk)
{
    bool is_other = repl.talk != talk;
    repl.talk = talk;
    if (talk->ns != NULL && strcmp(talk->ns, magma_namespace()) != 0) {
        magma_set_namespace(talk->ns);
        is_other = true;
    }
    if (is_other) {
        define_results();
    }
}

/* Where the last form left us: a new namespace gets what every one has. */
static void
note_namespace(struct talk *talk)
{
    if (talk->ns == NULL || strcmp(talk->ns, magma_namespace()) != 0) {
        free(talk->ns);
        talk->ns = mem_copy_str(magma_namespace());
        put_at_hand();
    }
}

/* An error that was shown can be looked at, as *e. */
static void
show_error(struct talk *talk, Value thrown)
{
    talk->error_thrown(talk->ctx, thrown);
    *talk->error = thrown;
    define_results();
}

/* --- Printing --------------------------------------------------------------------------- */

struct printing {
    Value value;
    uint32_t width;
};

static Value
print_body(void *arg)
{
    const struct printing *printing = arg;
    return magma_pretty_cut(printing->value, printing->width,
                            bound_of("*print-length*", PRINT_LENGTH),
                            bound_of("*print-level*", PRINT_LEVEL));
}

/* Prints and keeps a value. Printing realises lazy ones, so it may fail. */
static void
show_value(struct talk *talk, Value value)
{
    struct printing printing = {.value = value, .width = talk->width};
    Value text = VALUE_NIL;
    Value thrown = VALUE_NIL;
    if (!magma_try(print_body, &printing, &text, &thrown)) {
        show_error(talk, thrown);
        return;
    }
    struct magma_text bytes = magma_text_of(text);
    talk->value(talk->ctx, (struct slice){bytes.bytes, bytes.len});
    for (int i = TALK_VALUES - 1; i > 0; i--) {
        *talk->values[i] = *talk->values[i - 1];
    }
    *talk->values[0] = value;
    define_results();
}

/* --- Evaluating -------------------------------------------------------------------------- */

struct reading {
    struct magma_reader *reader;
    Value form;
    struct error_place place;
    bool more;
};

/* Reading may throw as well, and its errors have places. */
static Value
read_body(void *arg)
{
    struct reading *step = arg;
    step->more = magma_read(step->reader, &step->form, &step->place);
    return VALUE_NIL;
}

static Value
eval_body(void *arg)
{
    const struct reading *step = arg;
    return magma_eval_at(step->form, &step->place);
}

/* What a form asked for is done when nothing of it runs any more. */
static void
do_what_was_asked(void)
{
    if (repl.reload) {
        repl.reload = false;
        read_file(COPY_FORGET);
    }
}

/* Evaluates one form and shows what came of it; false if it failed. */
static bool
evaluate_form(struct talk *talk, struct reading *step)
{
    struct magma_limits limits = {.steps = repl.options.fuel,
                                  .depth = repl.options.depth,
                                  .memory_bytes = repl.options.memory_bytes};
    Value value = VALUE_NIL;
    Value thrown = VALUE_NIL;
    char *ns = mem_copy_str(magma_namespace());
    struct copy_form form = {.form = step->form,
                             .place = step->place,
                             .ns = ns};
    copy_form_begin(repl.copy);
    magma_set_limits(&limits);
    repl.interrupted = 0;
    repl.evaluating = 1;
    if (talk->is_cancelled) {
        (void)repl_interrupt(); // It came before there was anything to end.
    }
    form.is_done = magma_try(eval_body, step, &value, &thrown);
    bool is_taken = copy_form_end(repl.copy, &form);
    free(ns);
    if (form.is_done) {
        show_value(talk, value);
    } else {
        show_error(talk, thrown);
    }
    if (!is_taken) {
        fflush(stdout);
        fputs("ronin: what this form added to the graph is left out, for it "
              "also asked\n",
              stderr);
    }
    repl.evaluating = 0;
    do_what_was_asked();
    note_namespace(talk);
    fflush(stdout);
    return form.is_done;
}

/* Where the line after the one of a reading error begins. */
static size_t
after_line(struct slice text, uint32_t line)
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
evaluate_forms(struct talk *talk, struct slice text, const char *name)
{
    struct reading step = {.form = VALUE_NIL, .more = true};
    step.place.file = VALUE_NIL;
    step.reader =
        magma_reader_create((struct magma_text){text.bytes, text.len}, name);
    size_t done = text.len;
    while (!repl.exit && !talk->is_cancelled) {
        Value ignored = VALUE_NIL;
        Value thrown = VALUE_NIL;
        if (!magma_try(read_body, &step, &ignored, &thrown)) {
            const struct error_object *error = magma_error(thrown);
            if (!talk->stops_at_errors) {
                done = after_line(text, error == NULL ? 0 : error->place.line);
            }
            show_error(talk, thrown);
            break;
        }
        if (!step.more ||
            (!evaluate_form(talk, &step) && talk->stops_at_errors)) {
            break;
        }
    }
    magma_reader_destroy(step.reader);
    return done;
}

void
talk_evaluate(struct talk *talk, struct slice text, const char *name)
{
    // Errors may show its lines later, and functions of it live on.
    struct buffer kept = {0};
    if (!question_form(text, &kept)) {
        buffer_add(&kept, text.bytes, text.len);
    }
    size_t len = kept.len;
    char *bytes = buffer_take(&kept);
    size_t at = 0;
    enter(talk);
    while (at < len && !repl.exit && !talk->is_cancelled) {
        char own[32];
        struct slice rest = {bytes + at, len - at};
        snprintf(own, sizeof(own), "repl-%u", ++talk->inputs);
        const char *shown = name == NULL ? own : name;
        report_add_source(shown, rest.bytes, rest.len);
        at += evaluate_forms(talk, rest, shown);
    }
}
