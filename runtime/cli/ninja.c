/* SPDX-License-Identifier: MIT */
/*
 * `ronin ninja`, and ronin called as `ninja`, `ninja-build` or `samu`: the
 * options, words and exit codes of ninja, so that build files generators and
 * IDEs need not know the difference. Nothing is opened before it is needed: a
 * configure step asks for --version dozens of times.
 */
#include "runtime/cli/command.h"
#include "runtime/ninja/status.h"
#include "runtime/ninja/tools.h"
#include "runtime/placeholder.h"
#include "runtime/session.h"

#include "interp/magma.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What programs that look for features of ninja are told. */
#define NINJA_VERSION "1.14.0.ronin"

enum {
    OPT_VERSION = 256,
    OPT_QUIET,
    OPT_STATUS,
    ROUNDS_MAX = 100,
    NO_STATUS = -1
};

struct ninja {
    struct session_options session;
    struct ninja_status_options status;
    struct exec_build build;
    const char *folder;
    const char *tool;
    bool refuses_cycles; /* -w phonycycle=err */
    char **words;        /* targets, as they were written */
    uint32_t word_count;
};

static const struct option longs[] = {
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, OPT_VERSION},
    {"verbose", no_argument, NULL, 'v'},
    {"quiet", no_argument, NULL, OPT_QUIET},
    {"status", required_argument, NULL, OPT_STATUS},
    {NULL, 0, NULL, 0},
};

/* --- Words ---------------------------------------------------------------------- */

/* As ninja guesses: enough that a processor never waits. */
static uint32_t
default_jobs(void)
{
    uint32_t processors = exec_processor_count();
    return processors < 2 ? 2 : processors == 2 ? 3 : processors + 2;
}

/* ninja's own words, so that who knows ninja knows this. It ends with 1. */
static int
usage(void)
{
    fprintf(stderr,
            "usage: ninja [options] [targets...]\n\n"
            "if targets are unspecified, builds the 'default' target (see "
            "manual).\n\noptions:\n"
            "  --version      print ninja version (\"" NINJA_VERSION "\")\n"
            "  -v, --verbose  show all command lines while building\n"
            "  --quiet        don't show progress status, just command "
            "output\n"
            "  --status FMT   progress status format, with $names\n\n"
            "  -C DIR   change to DIR before doing anything else\n"
            "  -f FILE  specify input build file [default=build.ninja]\n\n"
            "  -j N     run N jobs in parallel (0 means infinity) "
            "[default=%u on this system]\n"
            "  -k N     keep going until N jobs fail (0 means infinity) "
            "[default=1]\n"
            "  -l N     do not start new jobs if the load average is greater "
            "than N\n"
            "  -n       dry run (don't run commands but act like they "
            "succeeded)\n\n"
            "  -d MODE  enable debugging (use '-d list' to list modes)\n"
            "  -t TOOL  run a subtool (use '-t list' to list subtools)\n"
            "    terminates toplevel options; further flags are passed to the "
            "tool\n"
            "  -w FLAG  adjust warnings (use '-w list' to list warnings)\n",
            default_jobs());
    return 1;
}

/* "ninja: fatal: ..."; always 1. */
static int
fatal(const char *what)
{
    fprintf(stderr, "ninja: fatal: %s\n", what);
    return 1;
}

/* What the executor and ninja word in their own ways; malloc'ed. */
static char *
ninja_words(struct error *err)
{
    if (err->subject == NULL) {
        return mem_copy_str(err->what);
    }
    if (err->code != ERROR_CODE_MISSING && err->code != ERROR_CODE_CYCLE) {
        return mem_format("multiple rules generate %s", err->subject);
    }
    free(err->where); // ninja tells no place of these.
    err->where = NULL;
    if (err->code == ERROR_CODE_CYCLE) {
        return mem_format("dependency cycle: %s", err->subject);
    }
    return mem_format("'%s', needed by '%s', missing and no known rule to make "
                      "it",
                      err->subject, err->needer);
}

/* "ninja: error: ...", with the line and a caret where there is a place. */
static int
print_error(struct error *err)
{
    char *what = ninja_words(err);
    char *colon = err->where == NULL ? NULL : strrchr(err->where, ':');
    if (colon == NULL) {
        fprintf(stderr, "ninja: error: %s\n", what);
        free(what);
        error_finish(err);
        return 1;
    }
    unsigned column = (unsigned)atoi(colon + 1);
    *colon = '\0'; // ninja tells no column, but shows it.
    fprintf(stderr, "ninja: error: %s: %s\n", err->where, what);
    free(what);
    char *line_colon = strrchr(err->where, ':');
    unsigned long line = strtoul(line_colon + 1, NULL, 10);
    *line_colon = '\0';
    FILE *file = fopen(err->where, "r");
    char *text = NULL;
    size_t cap = 0;
    ssize_t len = -1;
    for (unsigned long i = 0; file != NULL && i < line; i++) {
        len = getline(&text, &cap, file);
    }
    enum { SHOWN_MAX = 72 };
    if (len >= 0 && column > 1 && column <= SHOWN_MAX) {
        int shown = (int)strcspn(text, "\n");
        fprintf(stderr, "%.*s%s\n%*s^ near here\n",
                shown < SHOWN_MAX ? shown : SHOWN_MAX, text,
                shown < SHOWN_MAX ? "" : "...", (int)column - 1, "");
    }
    free(text);
    if (file != NULL) {
        fclose(file);
    }
    error_finish(err);
    return 1;
}

/* --- Options ---------------------------------------------------------------------- */

/* A whole number, negative ones too; false for anything else. */
static bool
read_int(const char *text, long *number)
{
    char *end = NULL;
    errno = 0;
    *number = strtol(text, &end, 10);
    return errno == 0 && end != text && *end == '\0';
}

/* A word of a list such as -d's; status to end with, or NO_STATUS. */
static int
unknown_word(const char *kind, const char *word, const char *const *words,
             size_t count)
{
    const char *near = magma_nearest(word, words, count);
    fprintf(stderr, "ninja: error: unknown %s '%s'", kind, word);
    if (near != NULL) {
        fprintf(stderr, ", did you mean '%s'?", near);
    }
    fputc('\n', stderr);
    return 1;
}

/* -d: what ninja prints or keeps for whoever looks for a fault. */
static int
take_debug(struct ninja *n, const char *mode)
{
    static const char *const modes[] = {"stats", "explain", "keepdepfile",
                                        "keeprsp"};
    if (strcmp(mode, "list") == 0) {
        puts("debugging modes:\n"
             "  stats        print operation counts/timing info\n"
             "  explain      explain what caused a command to execute\n"
             "  keepdepfile  don't delete depfiles after they are read by "
             "ninja\n"
             "  keeprsp      don't delete @response files on success\n"
             "multiple modes can be enabled via -d FOO -d BAR");
        return 1;
    }
    bool *const flags[] = {&n->status.stats, &n->status.explain,
                           &n->build.keep_depfiles, &n->build.keep_rspfiles};
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        if (strcmp(mode, modes[i]) == 0) {
            *flags[i] = true;
            return NO_STATUS;
        }
    }
    return unknown_word("debug setting", mode, modes, 4);
}

/* -w: what becomes of phony edges that name themselves. */
static int
take_warning(struct ninja *n, const char *flag)
{
    static const char *const flags[] = {"phonycycle=err", "phonycycle=warn"};
    if (strcmp(flag, "list") == 0) {
        puts("warning flags:\n"
             "  phonycycle={err,warn}  phony build statement references "
             "itself");
        return 1;
    }
    if (strncmp(flag, "dupbuild=", 9) == 0 ||
        strncmp(flag, "depfilemulti=", 13) == 0) {
        fprintf(stderr, "ninja: warning: deprecated warning '%.*s'\n",
                (int)strcspn(flag, "="), flag);
        return NO_STATUS;
    }
    for (size_t i = 0; i < 2; i++) {
        if (strcmp(flag, flags[i]) == 0) {
            n->refuses_cycles = i == 0;
            return NO_STATUS;
        }
    }
    return unknown_word("warning flag", flag, flags, 2);
}

/* -j, -k and -l. */
static int
take_number(struct ninja *n, int letter, const char *text)
{
    long number = 0;
    char *end = NULL;
    if (letter == 'l') {
        double load = strtod(text, &end);
        if (end == text || *end != '\0' || !isfinite(load)) {
            return fatal("-l parameter not numeric: did you mean -l 0.0?");
        }
        n->build.load_max = load > 0 ? (uint32_t)ceil(load) : 0;
        return NO_STATUS;
    }
    if (!read_int(text, &number) || (letter == 'j' && number < 0)) {
        return fatal(letter == 'j' ? "invalid -j parameter"
                                   : "-k parameter not numeric; did you mean "
                                     "-k 0?");
    }
    if (letter == 'j') {
        n->build.jobs = number == 0 || number > EXEC_JOBS_ANY
                            ? EXEC_JOBS_ANY
                            : (uint32_t)number;
        n->build.jobs_given = true;
    } else {
        n->build.failures_max =
            number <= 0 || number > UINT32_MAX ? 0 : (uint32_t)number;
    }
    return NO_STATUS;
}

/* One option; the status to end with, or NO_STATUS. */
static int
take_option(struct ninja *n, int letter, const char *value)
{
    switch (letter) {
    case 'd':
        return take_debug(n, value);
    case 'f':
        n->session.build_file = value;
        return NO_STATUS;
    case 'j':
    case 'k':
    case 'l':
        return take_number(n, letter, value);
    case 'n':
        n->build.dry_run = true;
        n->session.read_only = true;
        return NO_STATUS;
    case 't':
        n->tool = value;
        return NO_STATUS;
    case 'v':
    case OPT_QUIET: // the last one says how much is told
        n->status.verbose = letter == 'v';
        n->status.quiet = letter == OPT_QUIET;
        return NO_STATUS;
    case OPT_STATUS:
        n->status.line = value;
        return NO_STATUS;
    case 'w':
        return take_warning(n, value);
    case 'C':
        n->folder = value;
        return NO_STATUS;
    case OPT_VERSION:
        puts(NINJA_VERSION);
        return 0;
    default:
        return usage();
    }
}

/* The build file must be there, in ninja's words. */
static bool
file_is_there(const char *file, struct error *err)
{
    return access(file, F_OK) == 0 ||
           error_set(err, ERROR_CLASS_GRAPH, "loading '%s': %s", file,
                     strerror(errno));
}

/* What is odd about a file, in ninja's words. */
static void
on_warning(void *ctx, const char *file, uint32_t line, const char *what)
{
    (void)ctx;
    (void)file;
    (void)line;
    fprintf(stderr, "ninja: warning: %s\n", what);
}

/* --- Building ------------------------------------------------------------------------ */

/* Words as targets; `^` and spelling are looked up in the file, and only for
 * words that the graph does not know as they are. */
static bool
set_targets(struct ninja *n, struct session *session, const char **targets,
            struct error *err)
{
    char **words = n->words;
    uint32_t count = n->word_count;
    const struct graph *graph = NULL;
    struct view view = {0};
    bool opened = false;
    bool done = count == 0 || session_graph(session, &graph, err);
    for (uint32_t i = 0; done && i < count; i++) {
        struct node node;
        struct error unknown = {0};
        targets[i] = session_target(session, words[i]);
        if (exec_find_target(graph, targets[i], &node, &unknown)) {
            continue;
        }
        error_finish(&unknown);
        const struct view_node *found = NULL;
        done = (opened || view_open(&view, n->session.build_file, err)) &&
               view_target(&view, words[i], &found, err);
        opened = true;
        if (done) {
            free((void *)(uintptr_t)targets[i]);
            targets[i] = mem_copy(found->path.bytes, found->path.len);
        }
    }
    if (opened) {
        view_close(&view);
    }
    return done;
}

/* -w phonycycle=err: no phony edge that is needed names itself. The file is read
 * for that, whatever is known of it. */
static bool
check_cycles(struct ninja *n, struct error *err)
{
    struct view view = {0};
    struct vec nodes = vec_of(sizeof(const struct view_node *));
    struct vec places = vec_of(sizeof(uint32_t));
    bool done = view_open(&view, n->session.build_file, err) &&
                view_targets(&view, n->words, (int)n->word_count, &nodes, err);
    if (done) {
        tool_needed_edges(&view, &nodes, false, &places);
    }
    for (uint32_t i = 0; done && i < places.count; i++) {
        const struct ninja_edge *edge =
            view_edge(&view, *(uint32_t *)vec_at(&places, i));
        if (edge->names_itself) {
            char *name =
                mem_copy(edge->paths[0].path.bytes, edge->paths[0].path.len);
            done = error_set(err, ERROR_CLASS_GRAPH,
                             "dependency cycle: %s -> %s [-w phonycycle=err]",
                             name, name);
            free(name);
        }
    }
    vec_finish(&nodes);
    vec_finish(&places);
    view_close(&view);
    return done;
}

/* Builds, and tells the end in ninja's words. */
static int
build(struct ninja *n)
{
    uint32_t count = n->word_count;
    struct session *session = NULL;
    struct exec_result result = {0};
    struct error err = {0};
    struct ninja_status *status = ninja_status_create(&n->status);
    const char **targets = mem_alloc(count + 1u, sizeof(*targets));
    n->session.commands = ninja_status_commands(status);
    bool done = file_is_there(n->session.build_file, &err) &&
                (!n->refuses_cycles || check_cycles(n, &err)) &&
                session_open(&n->session, &session, &err) &&
                set_targets(n, session, targets, &err);
    if (done) {
        n->build.targets = targets;
        n->build.target_count = count;
        n->build.brief = true;
        n->build.expects = true;
        n->build.orphans = ORPHANS_KEEP;
        n->build.rounds_max = ROUNDS_MAX;
        struct session_listener listener = {ninja_status_event, status};
        done = session_build(session, &n->build, &listener, &result, &err);
    }
    int code = ninja_status_finish(status, &result, done);
    if (!done && result.failed == 0 && result.signal == 0) {
        code = print_error(&err);
    }
    error_finish(&err);
    ninja_status_destroy(status);
    session_close(session);
    for (uint32_t i = 0; i < count; i++) {
        free((void *)(uintptr_t)targets[i]);
    }
    free(targets);
    return code;
}

/* --- Tools ------------------------------------------------------------------------------ */

/* The file is read first, unless the tool works without: a configure step calls
 * restat where there is none yet. */
static int
run_tool(const struct ninja *n, int argc, char **argv)
{
    const struct ninja_tool *tool = ninja_tool_find(n->tool);
    struct error err = {0};
    struct view view = {0};
    struct ninja_call call = {.file = n->session.build_file,
                              .dry_run = n->build.dry_run,
                              .verbose = n->status.verbose || n->build.dry_run,
                              .argc = argc,
                              .argv = argv};
    assert(tool != NULL);
    bool done =
        tool->knows == TOOL_NO_FILE ||
        (file_is_there(call.file, &err) && view_open(&view, call.file, &err));
    if (done && tool->knows == TOOL_DYNDEP) {
        view_grow(&view);
    }
    int code = done ? tool->run(&call, &view, &err) : 1;
    if (err.what != NULL) {
        code = print_error(&err);
    }
    if (tool->knows != TOOL_NO_FILE) {
        view_close(&view);
    }
    return code;
}

/* The tool is one, or what is said instead; NO_STATUS to go on. */
static int
check_tool(const char *name)
{
    char what[300];
    if (strcmp(name, "list") == 0) {
        ninja_tool_list();
        return 0;
    }
    if (ninja_tool_find(name) != NULL) {
        return NO_STATUS;
    }
    const char *near = ninja_tool_nearest(name);
    snprintf(what, sizeof(what), "unknown tool '%.100s'%s%s%s", name,
             near == NULL ? "" : ", did you mean '", near == NULL ? "" : near,
             near == NULL ? "" : "'?");
    return fatal(what);
}

/* --- All of it ---------------------------------------------------------------------------- */

/* What the environment says, and what ninja does when nobody says anything. */
static void
set_defaults(struct ninja *n)
{
    const char *content = getenv("RONIN_CONTENT");
    *n = (struct ninja){.session = {.build_file = "build.ninja",
                                    .is_ninja = true,
                                    .on_warning = on_warning}};
    n->build.failures_max = 1;
    n->build.content = content != NULL && strcmp(content, "1") == 0;
    n->build.arguments = "ninja";
    n->status.format = getenv("NINJA_STATUS");
}

/* Before anything is printed by them. */
static int
check_formats(const struct ninja *n)
{
    char letter = 0;
    struct slice name;
    char what[200];
    if (n->status.line != NULL &&
        !placeholder_names_known(n->status.line, &name)) {
        snprintf(what, sizeof(what),
                 "unknown variable '%.*s' in --status format",
                 name.len < 100 ? (int)name.len : 100, name.bytes);
        return fatal(what);
    }
    if (n->status.line == NULL && n->status.format != NULL &&
        !placeholder_letters_known(n->status.format, &letter)) {
        snprintf(what, sizeof(what),
                 "unknown placeholder '%%%c' in $NINJA_STATUS", letter);
        return fatal(what);
    }
    return NO_STATUS;
}

/* -C, before anything is looked for. */
static int
enter_folder(const struct ninja *n)
{
    if (n->folder == NULL) {
        return NO_STATUS;
    }
    // Editors that follow build output look for this line.
    if (n->tool == NULL && !n->status.quiet) {
        printf("ninja: Entering directory `%s'\n", n->folder);
        fflush(stdout);
    }
    if (chdir(n->folder) == 0) {
        return NO_STATUS;
    }
    char what[4400];
    snprintf(what, sizeof(what), "chdir to '%.4000s' - %s", n->folder,
             strerror(errno));
    return fatal(what);
}

static int
run(int argc, char **argv)
{
    struct ninja n;
    int status = NO_STATUS;
    int letter = 0;
    set_defaults(&n);
    optind = 0;
    while (status == NO_STATUS && n.tool == NULL &&
           (letter = getopt_long(argc, argv, "d:f:j:k:l:nt:vw:C:h", longs,
                                 NULL)) != -1) {
        status = take_option(&n, letter, optarg);
    }
    if (status == NO_STATUS && n.tool != NULL) {
        status = check_tool(n.tool);
    }
    if (status == NO_STATUS) {
        status = check_formats(&n);
    }
    if (status == NO_STATUS) {
        status = enter_folder(&n);
    }
    if (status != NO_STATUS) {
        return status;
    }
    if (n.tool != NULL) {
        argv[optind - 1] = (char *)(uintptr_t)n.tool;
        return run_tool(&n, argc - optind + 1, argv + optind - 1);
    }
    if (!n.build.jobs_given) { // Whoever only asks looks at no processor.
        n.build.jobs = default_jobs();
    }
    n.status.file = n.session.build_file;
    n.status.dry_run = n.build.dry_run;
    n.status.failures_max = n.build.failures_max;
    n.build.outlook = ninja_status_wants_outlook(&n.status);
    struct error ignored = {0};
    if (!exec_guard_start(&ignored)) {
        error_finish(&ignored);
    }
    n.words = argv + optind;
    n.word_count = (uint32_t)(argc - optind);
    return build(&n);
}

const struct command command_ninja = {
    .name = "ninja",
    .args = "[OPTION...] [TARGET...]",
    .summary = "Be ninja: its options, tools and output, on build.ninja.",
    .usage = "ronin called as ninja, ninja-build or samu does the same.\n\n"
             "  ronin ninja -C out -j4 all     as ninja -C out -j4 all\n"
             "  ronin ninja -t list            the tools",
    .options = NULL,
    .run = run,
};
