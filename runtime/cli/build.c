/* SPDX-License-Identifier: MIT */
/* `ronin build`, and `ronin` alone. */
#include "runtime/cli/command.h"
#include "runtime/events.h"
#include "runtime/progress.h"
#include "runtime/report.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

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

/* Opens the session and builds the words. */
static bool
build_words(const struct options *o, struct request *request,
            struct listeners *to, struct exec_result *result, struct error *err)
{
    struct session *session = NULL;
    const struct graph *graph = NULL;
    if (!session_open(&request->session, &session, err)) {
        return false;
    }
    char **targets = calloc(o->word_count + 1u, sizeof(*targets));
    assert(targets != NULL);
    // Words are looked up in the graph; without any it may not be needed.
    bool done = o->word_count == 0 || session_graph(session, &graph, err);
    for (uint32_t i = 0; done && i < o->word_count; i++) {
        targets[i] = session_target(session, o->words[i]);
    }
    if (done) {
        request->build.targets = (const char *const *)targets;
        request->build.target_count = o->word_count;
        request->build.brief = to->events == NULL;
        struct session_listener listener = {on_event, to};
        done = session_build(session, &request->build, &listener, result, err);
    }
    for (uint32_t i = 0; i < o->word_count; i++) {
        free(targets[i]);
    }
    free(targets);
    session_close(session);
    return done;
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
    bool said =
        (done || err.class == ERROR_CLASS_BUILD || result.signal != 0) &&
        progress_finish(to->progress, &result, done);
    if (err.class == ERROR_CLASS_USAGE && err.help == NULL &&
        o->word_count > 0) {
        const char *verb = command_nearest(o->words[0]);
        if (verb != NULL) {
            error_set_help(&err, "did you mean ronin %s?", verb);
        }
    }
    if (said || done) {
        error_finish(&err);
    } else {
        report_error(stderr, &err);
    }
    return status;
}

static int
run(int argc, char **argv)
{
    struct options o;
    struct request request = {.session = {.on_wait = report_waiting}};
    struct listeners to = {NULL, NULL};
    struct error err = {0};
    char *words = join_words(argc, argv);
    options_init(&o, &command_build, argc, argv);
    bool go = read_request(&o, &request);
    int status = o.status;
    if (go && request.events != NULL &&
        !events_open(request.events, &to.events, &err)) {
        status = report_exit_status(&err);
        report_error(stderr, &err);
        go = false;
    }
    if (go) {
        if (to.events != NULL) {
            events_set_run(to.events, argv, request.build.jobs);
        }
        request.build.arguments = words;
        to.progress = progress_create(&request.progress);
        status = build(&o, &request, &to);
        progress_destroy(to.progress);
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
