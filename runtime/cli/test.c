/* SPDX-License-Identifier: MIT */
/*
 * `ronin test`: runs the tests in *_test.magma files, each file as a program
 * of its own. See spec/cli/test.md.
 */
#include "runtime/attempt.h"
#include "runtime/cli/command.h"
#include "runtime/cli/find.h"
#include "runtime/cli/outcome.h"
#include "runtime/graphview.h"
#include "runtime/load.h"
#include "runtime/script.h"
#include "runtime/testing.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FAILED_STATUS = 1 };

static const char suffix[] = "_test.magma";

static const struct option_row option_rows[] = {
    {OPTION_FOCUS, "focus", "NAME", "only tests with NAME in NS/TEST; again"},
    {OPTION_SEED, "seed", "N", "the order, and the numbers of properties"},
    {OPTION_LIST, "list", NULL, "only tell which tests there are"},
    {OPTION_FAIL_FAST, "fail-fast", NULL, "stop after the first that fails"},
    {OPTION_ACCEPT, "accept", NULL, "golden files become what tests have"},
    {OPTION_TAP, "tap", NULL, "print TAP"},
    {OPTION_JUNIT, "junit", "FILE", "write JUnit's XML to FILE"},
    {OPTION_TIMEOUT, "timeout", "TIME", "what one test may take, such as 10s"},
    {OPTION_FUEL, "fuel", "N", "steps that one test may take"},
    {OPTION_MEMORY, "memory", "N", "memory that it may use, such as 4G"},
    {OPTION_DEPTH, "depth", "N", "how deeply its calls may nest"},
    {0, NULL, NULL, NULL},
};

/* What was asked for. */
struct request {
    struct session_options session;
    struct attempt_limits limits;
    struct paths files;
    const char **focus; /* words; malloc'ed */
    uint32_t focus_count;
    uint64_t seed;
    const char *junit;
    bool has_seed;
    bool list;
    bool fail_fast;
    bool tap;
    bool accept;
};

/* --- Running ------------------------------------------------------------------------ */

/* What a file without an `ns` form can use as it is. */
static const char prelude[] =
    "(require '[clojure.test :refer [deftest is are testing use-fixtures]]\n"
    "         '[graph :refer [load-graph command-of steps-of inputs-of\n"
    "                         outputs-of action-of deps rdeps targets\n"
    "                         graph-data with-files simulate would-run\n"
    "                         reasons-of run-transformer]]\n"
    "         '[golden :refer [matches-golden?]])";
/* Its value is the function that takes the options. */
static const char run_tests[] =
    "(let [ns (ns-name *ns*)]\n"
    "  (fn [{:keys [list] :as options}]\n"
    "    [(str ns)\n"
    "     (if list\n"
    "       (clojure.test/list-ns ns options)\n"
    "       (clojure.test/run-ns ns (assoc options :attempt attempt*)))]))";

/* One file that is run. */
struct run {
    const struct request *request;
    struct outcome *outcome;
    const char *path;
    Value function;
};

static void
put(Value *map, const char *key, Value value)
{
    *map = magma_map_assoc(*map, magma_keyword(key), value);
}

/* The options of clojure.test/run-ns. */
static Value
options_of(const struct request *request)
{
    Value options = magma_map();
    Value focus = magma_vector(NULL, 0);
    for (uint32_t i = 0; i < request->focus_count; i++) {
        focus = magma_vector_conj(focus, magma_cstring(request->focus[i]));
    }
    put(&options, "focus", focus);
    put(&options, "seed", magma_int((int64_t)request->seed));
    put(&options, "list", request->list ? VALUE_TRUE : VALUE_FALSE);
    put(&options, "fail-fast", request->fail_fast ? VALUE_TRUE : VALUE_FALSE);
    return options;
}

/* One line a test, with where it stands: for editors and for --focus. */
static void
list_tests(struct outcome *outcome, Value ns, Value tests)
{
    outcome->tests += magma_vector_count(tests);
    for (uint32_t i = 0; i < magma_vector_count(tests); i++) {
        Value test = magma_vector_at(tests, i);
        Value line = outcome_field(test, "line");
        printf("%s/%s   %s:%" PRId64 "\n", magma_text_of(ns).bytes,
               magma_text_of(magma_display(outcome_field(test, "test"))).bytes,
               magma_text_of(magma_display(outcome_field(test, "file"))).bytes,
               magma_is_int(line) ? magma_int_of(line) : 0);
    }
}

static Value
run_body(void *arg)
{
    const struct run *run = arg;
    Value options = options_of(run->request);
    Value pair = magma_call(run->function, &options, 1);
    Value ns = magma_vector_at(pair, 0);
    Value results = magma_vector_at(pair, 1);
    if (run->request->list) {
        list_tests(run->outcome, ns, results);
    } else {
        outcome_add(run->outcome, run->path, ns, results);
    }
    return VALUE_NIL;
}

/* Evaluates a file and runs its tests; false with what was thrown. */
static bool
run_text(struct run *run, const char *text, size_t len, Value *thrown)
{
    Value ignored = VALUE_NIL;
    struct script before = {"ronin test", prelude, sizeof(prelude) - 1, NULL};
    struct script file = {run->path, text, len, NULL};
    struct script after = {"ronin test", run_tests, sizeof(run_tests) - 1,
                           NULL};
    return script_eval(&before, &ignored, thrown) &&
           script_eval(&file, &ignored, thrown) &&
           script_eval(&after, &run->function, thrown) &&
           magma_try(run_body, run, &ignored, thrown);
}

/* Runs one file as a program of its own; false if it is not to be read. */
static bool
run_file(struct run *run)
{
    size_t len = 0;
    char *text = script_read(run->path, &len);
    if (text == NULL) {
        return false;
    }
    size_t dir_len = path_dir_len(run->path, strlen(run->path));
    char *folder =
        dir_len == 0 ? mem_copy_str(".") : strndup(run->path, dir_len);
    assert(folder != NULL);
    load_set_namespace_folder(folder);
    magma_reset();
    magma_set_limits(&run->request->limits.budgets);
    graphview_set_base(folder, &run->request->limits.budgets);
    Value thrown = VALUE_NIL;
    bool done = run_text(run, text, len, &thrown);
    if (!done) {
        outcome_add_error(run->outcome, run->path, thrown);
    }
    graphview_set_base(NULL, NULL);
    load_set_namespace_folder(NULL);
    free(folder);
    return done; /* the text stays: errors may show lines of it */
}

/* No tests at all is a failure: somebody expected some. */
static int
sum_up(const struct request *request, struct outcome *outcome)
{
    bool is_empty = outcome->tests == 0 && outcome->failures == 0;
    if (is_empty && request->focus_count > 0) {
        printf("no tests: none has a name with what --focus asks for\n");
    } else if (is_empty) {
        printf("no tests: %zu file%s named *%s\n", request->files.count,
               request->files.count == 1 ? "" : "s", suffix);
    } else if (!request->list) {
        outcome_print_sum(outcome);
    }
    bool written =
        outcome->junit == NULL || outcome_write_junit(outcome, request->junit);
    return is_empty || outcome->failures > 0 || !written ? FAILED_STATUS : 0;
}

/* Each file is a program of its own, so that no test sees another's names. */
static int
run_files(const struct request *request)
{
    struct outcome outcome;
    bool all_read = true;
    session_start_language(stdout);
    graphview_define();
    attempt_define();
    testing_set_accept(request->accept, request->tap);
    attempt_set_limits(&request->limits);
    outcome_start(&outcome, request->tap && !request->list,
                  request->junit != NULL && !request->list, request->seed);
    for (size_t i = 0; i < request->files.count; i++) {
        struct run run = {.request = request,
                          .outcome = &outcome,
                          .path = request->files.items[i]};
        all_read = run_file(&run) && all_read;
        if (request->fail_fast && outcome.failures > 0) {
            break;
        }
    }
    int status = sum_up(request, &outcome);
    outcome_finish(&outcome);
    return all_read ? status : FAILED_STATUS;
}

/* --- The command line ----------------------------------------------------------------- */

/* Words of the command line live as long as the program. */
static void
add_focus(struct request *request, const char *word)
{
    request->focus = mem_resize(request->focus, request->focus_count + 1,
                                sizeof(*request->focus));
    request->focus[request->focus_count++] = word;
}

static void
take_option(struct options *o, int id, struct request *request)
{
    switch (id) {
    case OPTION_FOCUS:
        add_focus(request, o->value);
        break;
    case OPTION_SEED:
        request->has_seed = true;
        options_number(o, 0, INT64_MAX, &request->seed);
        break;
    case OPTION_LIST:
        request->list = true;
        break;
    case OPTION_FAIL_FAST:
        request->fail_fast = true;
        break;
    case OPTION_ACCEPT:
        request->accept = true;
        break;
    case OPTION_TAP:
        request->tap = true;
        break;
    case OPTION_JUNIT:
        request->junit = o->value;
        break;
    case OPTION_TIMEOUT:
        options_time(o, &request->limits.timeout_ms);
        break;
    default:
        options_session(o, id, &request->session);
    }
}

/* Another order on each run, small enough to be typed again. */
static uint64_t
new_seed(void)
{
    enum { SEEDS = 1000000 };
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return ((uint64_t)now.tv_sec * 7919 + (uint64_t)now.tv_nsec / 1000) % SEEDS;
}

static int
run(int argc, char **argv)
{
    struct options o;
    struct request request = {.session = {.read_only = true}};
    int id;
    options_init(&o, &command_test, argc, argv);
    while ((id = options_next(&o)) > 0 && o.status == 0) {
        take_option(&o, id, &request);
    }
    request.limits.budgets =
        (struct magma_limits){.steps = request.session.fuel,
                              .depth = request.session.depth,
                              .memory_bytes = request.session.memory_bytes};
    if (!request.has_seed) {
        request.seed = new_seed();
    }
    int status = o.status;
    if (id == OPTION_END && status == 0) {
        status =
            find_words(&o, suffix, &request.files) ? run_files(&request) : 2;
    }
    paths_finish(&request.files);
    free(request.focus);
    options_finish(&o);
    return status;
}

const struct command command_test = {
    .name = "test",
    .args = "[OPTION...] [FILE|FOLDER...]",
    .summary = "Run the tests in *_test.magma files.",
    .usage = "Without words, it runs all below the current folder. Tests may "
             "load a build file and\nassert on its commands:\n\n"
             "  (deftest main\n"
             "    (let [g (load-graph \"build.magma\")]\n"
             "      (is (= \"cc\" (first (command-of g \"main\"))))))",
    .options = option_rows,
    .run = run,
};
