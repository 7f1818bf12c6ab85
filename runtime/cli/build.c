/* SPDX-License-Identifier: MIT */
/* `ronin build`, and `ronin` alone. */
#include "runtime/cli/command.h"
#include "runtime/cli/failed.h"
#include "runtime/describe.h"
#include "runtime/events.h"
#include "runtime/progress.h"
#include "runtime/report.h"
#include "runtime/settings.h"
#include "runtime/terminal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { JOBS_MAX = 100000, SIGNAL_STATUS = 128 };

static const struct option_row rows[] = {
    {'f', "file", "FILE", "the build file, instead of build.magma"},
    {'j', "jobs", "N", "run at most N actions at once"},
    {'k', "keep-going", "N", "stop after N failures (0: never; default 1)"},
    {OPTION_FAIL_FAST, "fail-fast", NULL, "on the last of them end what runs"},
    {'l', "load", "N", "start nothing while N tasks of the system run"},
    {OPTION_SHUFFLE, "shuffle", "SEED", "start what is ready in random order"},
    {OPTION_JOBSERVER, "jobserver", "auto|fifo|pipe|none",
     "how make below finds our jobs"},
    {'n', "dry-run", NULL, "show what would run, and why"},
    {'v', "verbose", NULL, "show whole commands"},
    {OPTION_QUIET, "quiet", NULL, "show only what actions print"},
    {OPTION_PROGRESS, "progress", "auto|bar|line|plain|json|github|none",
     "what is shown meanwhile"},
    {OPTION_PTY, "pty", "auto|on|off", "give commands a terminal to print to"},
    {OPTION_RAW, "raw", NULL, "show what actions print as it is"},
    {OPTION_NOTIFY, "notify", NULL, "tell the desktop when a long build ends"},
    {OPTION_FAILED, "failed", NULL, "build what failed when it ran last"},
    {OPTION_EXPLAIN, "explain", NULL, "show why each action runs"},
    {OPTION_EVENTS, "events", "FILE", "write JSON lines to FILE, or to fd:N"},
    {OPTION_CONTENT, "content", NULL, "take every :ifwritten as :ifchanged"},
    {OPTION_ALLOW_OUTSIDE, "allow-outside", NULL,
     "allow outputs outside the build root"},
    {OPTION_NO_WAIT, "no-wait", NULL, "fail if another ronin builds here"},
    {OPTION_STATE, "state", "memory|reset",
     "record nothing, or throw away what is recorded"},
    {OPTION_HASH, "hash", "xxh3|sha256", "how content is hashed"},
    {OPTION_STAT, "stat", "direct|cached", "how files are looked at"},
    {OPTION_FUEL, "fuel", "N", "steps that an evaluation may take"},
    {OPTION_MEMORY, "memory", "N", "memory that it may use, such as 4G"},
    {OPTION_DEPTH, "depth", "N", "how deeply its calls may nest"},
    {0, NULL, NULL, NULL},
};

/* All that the command line asks for. */
struct request {
    struct session_options session;
    struct progress_options progress;
    struct exec_build build;
    const char *events;
    bool pty_given;
    bool failed; /* the targets are those that failed */
    bool nothing_failed;
};

/* What events go to. */
struct listeners {
    struct progress *progress;
    struct events *events;
};

/* Counts of actions; status is set if it is none. */
static void
take_number(struct options *o, uint64_t min, uint32_t *out)
{
    uint64_t number = 0;
    if (options_number(o, min, JOBS_MAX, &number)) {
        *out = (uint32_t)number;
    }
}

/* How commands find the jobserver. */
static void
take_jobserver(struct options *o, struct request *request)
{
    static const char *const names[] = {"auto", "fifo", "pipe", "none"};
    for (int i = 0; i < 4; i++) {
        if (strcmp(o->value, names[i]) == 0) {
            request->build.jobserver = (enum jobserver_style)i;
            return;
        }
    }
    o->status = options_usage(o->command, "--jobserver does not know that word",
                              "it takes auto, fifo, pipe or none");
}

/* Whether commands print to a terminal; false for a word that says neither. */
static bool
set_pty(struct request *request, const char *when)
{
    bool on = strcmp(when, "on") == 0;
    if (strcmp(when, "auto") == 0) {
        // Where colours are shown, tools may as well use them.
        on = terminal_is_smart(STDOUT_FILENO) &&
             terminal_has_color(STDOUT_FILENO);
    } else if (!on && strcmp(when, "off") != 0) {
        return false;
    }
    if (on) {
        request->build.pty =
            (struct exec_pty){(uint16_t)terminal_columns(STDOUT_FILENO),
                              (uint16_t)terminal_rows(STDOUT_FILENO)};
    }
    request->pty_given = true;
    return true;
}

static void
take_pty(struct options *o, struct request *request)
{
    if (!set_pty(request, o->value)) {
        o->status = options_usage(o->command, "--pty does not know that word",
                                  "it takes auto, on or off");
    }
}

/* What is configured, unless the command line says it. */
static bool
take_settings(struct request *request, const char *root, struct error *err)
{
    struct settings settings = {0};
    if (request->pty_given || request->build.dry_run) {
        return true;
    }
    bool done = settings_read(root, &settings, err);
    const struct setting *pty =
        done ? settings_find(&settings, SETTING_PTY) : NULL;
    if (pty != NULL && !set_pty(request, pty->value)) {
        error_set(err, ERROR_CLASS_USAGE,
                  SETTING_PTY " does not know that word");
        error_set_help(err, "it takes auto, on or off");
        done = settings_fail_value(pty, err);
    }
    settings_finish(&settings);
    return done;
}

/* One option of this verb alone. */
static void
take_option(struct options *o, int id, struct request *request)
{
    switch (id) {
    case 'j':
        take_number(o, 1, &request->build.jobs);
        request->build.jobs_given = true;
        break;
    case 'l':
        take_number(o, 1, &request->build.load_max);
        break;
    case OPTION_FAIL_FAST:
        request->build.fail_fast = true;
        break;
    case OPTION_SHUFFLE:
        request->build.shuffle = true;
        options_number(o, 0, UINT64_MAX, &request->build.shuffle_seed);
        break;
    case OPTION_JOBSERVER:
        take_jobserver(o, request);
        break;
    case 'k':
        take_number(o, 0, &request->build.failures_max);
        break;
    case 'n':
        request->build.dry_run = true;
        request->session.read_only = true;
        request->progress.dry_run = true;
        request->progress.explain = true;
        break;
    case 'v':
        request->progress.verbose = true;
        break;
    case OPTION_QUIET:
        request->progress.quiet = true;
        break;
    case OPTION_PROGRESS:
        request->progress.kind = o->value;
        break;
    case OPTION_PTY:
        take_pty(o, request);
        break;
    case OPTION_RAW:
        request->progress.raw = true;
        break;
    case OPTION_NOTIFY:
        request->progress.notify = true;
        break;
    case OPTION_FAILED:
        request->failed = true;
        break;
    case OPTION_EXPLAIN:
        request->progress.explain = true;
        break;
    case OPTION_EVENTS:
        request->events = o->value;
        break;
    case OPTION_CONTENT:
        request->build.content = true;
        break;
    default:
        assert(false && "an option of the table is not handled");
    }
}

/* False when the program is to end with o->status. */
static bool
read_request(struct options *o, struct request *request)
{
    request->build.failures_max = 1;
    for (;;) {
        int id = options_next(o);
        if (id == OPTION_END) {
            break;
        }
        if (id == OPTION_STOP) {
            return false;
        }
        if (!options_session(o, id, &request->session)) {
            take_option(o, id, request);
        }
        if (o->status != 0) {
            return false;
        }
    }
    if (request->build.jobs == 0) {
        request->build.jobs = exec_processor_count();
    }
    return true;
}

/* How the graph comes about. */
static void
on_phase(void *ctx, const char *what)
{
    const struct listeners *to = ctx;
    progress_phase(to->progress, what);
    if (to->events != NULL) {
        events_add_phase(to->events, what);
    }
}

/* Said at once; and nothing else is said to go on meanwhile. */
static void
on_wait(void *ctx, int pid, const char *command)
{
    report_waiting(ctx, pid, command);
    on_phase(ctx, EVENTS_WAITING);
}

static void
on_loaded(void *ctx, const struct graph *graph, bool evaluated,
          int64_t duration_us)
{
    const struct listeners *to = ctx;
    progress_loaded(to->progress, graph, evaluated, duration_us);
    if (to->events != NULL) {
        events_add_loaded(to->events, graph, evaluated, duration_us);
    }
}

/* The person first: a tool that blocks must not hold the line back. */
static void
on_event(void *ctx, const struct exec_event *event)
{
    const struct listeners *to = ctx;
    progress_event(to->progress, event);
    if (to->events != NULL) {
        events_add(to->events, event);
    }
}

/* The command line as one text, for the record of the run. */
static char *
join_words(int argc, char **argv)
{
    struct buffer text = {0};
    for (int i = 0; i < argc; i++) {
        buffer_add_str(&text, i == 0 ? "" : " ");
        buffer_add_str(&text, argv[i]);
    }
    return buffer_take(&text);
}

/* The words as seen from the root; or, for --failed, those of what failed. */
static bool
find_words(const struct options *o, const struct request *request,
           struct session *session, struct vec *words, struct error *err)
{
    const struct graph *graph = NULL;
    if (request->failed) {
        return failed_targets(session, words, err);
    }
    // Words are looked up in the graph; without any it may not be needed.
    if (o->word_count > 0 && !session_graph(session, &graph, err)) {
        return false;
    }
    for (uint32_t i = 0; i < o->word_count; i++) {
        char *word = session_target(session, o->words[i]);
        vec_push(words, &word);
    }
    return true;
}

/* Opens the session and builds the words. */
static bool
build_words(const struct options *o, struct request *request,
            struct listeners *to, struct exec_result *result, struct error *err)
{
    struct session *session = NULL;
    struct vec words = vec_of(sizeof(char *));
    if (!session_open(&request->session, &session, err)) {
        return false;
    }
    bool done = take_settings(request, session_root(session), err) &&
                find_words(o, request, session, &words, err);
    request->nothing_failed = done && request->failed && words.count == 0;
    if (done && !request->nothing_failed) {
        request->build.targets = (const char *const *)words.items;
        request->build.target_count = words.count;
        request->build.brief =
            to->events == NULL && !progress_wants_all(to->progress);
        struct session_listener listener = {on_event, to};
        done = session_build(session, &request->build, &listener, result, err);
    }
    for (uint32_t i = 0; i < words.count; i++) {
        free(*(char **)vec_at(&words, i));
    }
    vec_finish(&words);
    session_close(session);
    return done;
}

/* A single word that is nearly a verb, and no target or in no project, was
 * perhaps meant as one; what looks like a path was not. */
static void
add_verb_help(const struct options *o, struct error *err)
{
    bool is_unknown = err->class == ERROR_CLASS_USAGE ||
                      err->code == ERROR_CODE_TARGET ||
                      err->code == ERROR_CODE_PROJECT;
    if (!is_unknown || o->word_count != 1 ||
        strpbrk(o->words[0], "./:") != NULL) {
        return;
    }
    const char *verb = command_nearest(o->words[0]);
    if (verb != NULL) {
        error_drop_help(err);
        error_set_help(err, "did you mean ronin %s?", verb);
    }
}

/* Builds, and closes what events went to: run.end has the exit status. */
static int
build(const struct options *o, struct request *request, struct listeners *to)
{
    struct exec_result result = {0};
    struct error err = {0};
    bool done = build_words(o, request, to, &result, &err);
    int status = done ? 0 : report_exit_status(&err);
    if (result.signal != 0) {
        status = SIGNAL_STATUS + result.signal;
    }
    struct events_end end = {&result, status, err.what};
    events_close(to->events, &end);
    struct progress_end last = {&result, done, status, err.what};
    bool told = false;
    if (request->nothing_failed) {
        puts("nothing failed when it ran last");
    } else {
        told = progress_finish(to->progress, &last);
    }
    bool said =
        told && (done || err.class == ERROR_CLASS_BUILD || result.signal != 0);
    add_verb_help(o, &err);
    if (said || done) {
        error_finish(&err);
    } else {
        report_error(stderr, &err);
    }
    return status;
}

/* Everything that the words allow has been read: now it begins. */
static int
start(const struct options *o, struct request *request, char **argv)
{
    struct listeners to = {NULL, NULL};
    struct error err = {0};
    if (!progress_check(&request->progress, &err) ||
        (request->events != NULL &&
         !events_open(request->events, &to.events, &err))) {
        int status = report_exit_status(&err);
        report_error(stderr, &err);
        return status;
    }
    if (to.events != NULL) {
        events_set_run(to.events, argv, request->build.jobs);
    }
    request->progress.jobs = request->build.jobs;
    request->progress.arguments = argv;
    to.progress = progress_create(&request->progress);
    request->session.watcher =
        (struct session_watcher){&to, on_phase, on_loaded};
    request->session.on_wait = on_wait;
    request->session.on_wait_ctx = &to;
    request->build.outlook =
        to.events != NULL || progress_wants_outlook(to.progress);
    int status = build(o, request, &to);
    progress_destroy(to.progress);
    return status;
}

/* The options that verbs in hints need to mean the same; malloc'ed. */
static char *
where_of(const struct options *o, const struct request *request)
{
    struct buffer text = {0};
    buffer_add(&text, buffer_str(&o->where), o->where.len);
    if (request->session.build_file != NULL) {
        buffer_add_str(&text, "-f ");
        describe_word(&text, slice_of(request->session.build_file));
        buffer_add_char(&text, ' ');
    }
    buffer_add(&text, "", 0);
    return buffer_take(&text);
}

static int
run(int argc, char **argv)
{
    struct options o;
    struct request request = {0};
    char *words = join_words(argc, argv);
    options_init(&o, &command_build, argc, argv);
    bool go = read_request(&o, &request);
    int status = o.status;
    if (go && request.failed && o.word_count > 0) {
        status = options_usage(&command_build, "--failed takes no targets",
                               "it builds what failed when it ran last");
    } else if (go) {
        char *where = where_of(&o, &request);
        request.build.arguments = words;
        request.progress.where = where;
        status = start(&o, &request, argv);
        free(where);
    }
    options_finish(&o);
    free(words);
    return status;
}

const struct command command_build = {
    .name = "build",
    .args = "[OPTION...] [TARGET...]",
    .summary = "Build targets: files, named actions, groups (:name).",
    .usage = "Without targets it builds the group default, or everything.\n"
             "Exit status: 0 built, 1 an action failed, 2 wrong usage, 3 the "
             "build file or its\ngraph is wrong, 4 ronin's own files, 128+N "
             "ended by signal N.\n\n"
             "  ronin -j4 main          build main\n"
             "  ronin build -k 0 :all   build the group all, whatever fails",
    .options = rows,
    .builds = true,
    .run = run,
};
