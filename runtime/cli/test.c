/* SPDX-License-Identifier: MIT */
/*
 * `ronin test`: runs the tests in *_test.magma files, each file as a program
 * of its own. See spec/cli/test.md.
 */
#include "runtime/cli/command.h"
#include "runtime/cli/find.h"
#include "runtime/cli/script.h"
#include "runtime/graphview.h"
#include "runtime/load.h"
#include "runtime/report.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FAILED_STATUS = 1 };

static const char suffix[] = "_test.magma";

static const struct option_row option_rows[] = {
    {OPTION_FUEL, "fuel", "N", "steps that one file may take"},
    {OPTION_MEMORY, "memory", "N", "memory that it may use, such as 4G"},
    {OPTION_DEPTH, "depth", "N", "how deeply its calls may nest"},
    {0, NULL, NULL, NULL},
};

struct totals {
    uint64_t tests;
    uint64_t assertions;
    uint64_t failures;
};

/* --- Results ------------------------------------------------------------------------ */

/* nil for what is absent. */
static Value
field(Value map, const char *key)
{
    Value value = magma_map_get(map, magma_keyword(key));
    return value_is(value, VALUE_ABSENT) ? VALUE_NIL : value;
}

/* The lines of a value, below each other. */
static void
print_value(const char *label, Value value)
{
    enum { WIDTH = 72, ITEMS_MAX = 100 };
    struct magma_text text =
        magma_text_of(magma_pretty(value, WIDTH, ITEMS_MAX));
    fputs(label, stdout);
    for (size_t at = 0; at < text.len;) {
        const char *end = memchr(text.bytes + at, '\n', text.len - at);
        size_t len =
            end == NULL ? text.len - at : (size_t)(end - text.bytes) - at;
        fprintf(stdout, "%s%.*s\n", at == 0 ? "" : "            ", (int)len,
                text.bytes + at);
        at += len + 1;
    }
}

/* A text of the program between two of ours; nothing for nil. */
static void
print_text(const char *before, Value text, const char *after)
{
    if (magma_is_string(text)) {
        struct magma_text t = magma_text_of(text);
        fputs(before, stdout);
        report_sanitised(stdout, t.bytes, t.len);
        fputs(after, stdout);
    }
}

/* FAIL  name   file:line, then contexts, message, expected and actual. */
static void
print_failure(Value test, Value failure)
{
    bool is_error = value_is(field(failure, "type"), magma_keyword("error"));
    Value actual = field(failure, "actual");
    Value line = field(failure, "line");
    print_text(is_error ? "ERROR  " : "FAIL  ", magma_display(test), "");
    print_text("   ", field(failure, "file"), "");
    if (magma_is_int(line)) {
        fprintf(stdout, ":%lld", (long long)magma_int_of(line));
    }
    fputc('\n', stdout);
    Value cursor = field(failure, "contexts");
    Value context = VALUE_NIL;
    while (!value_is_nil(cursor) && magma_next(&cursor, &context)) {
        print_text("  ", magma_display(context), "\n");
    }
    print_text("  ", field(failure, "message"), "\n");
    print_value("  expected: ", field(failure, "expected"));
    if (magma_error(actual) != NULL) {
        fputs("    actual: ", stdout);
        report_magma(stdout, actual);
    } else {
        print_value("    actual: ", actual);
    }
}

struct results {
    Value value; /* vector of {:test :pass :failures} */
    struct totals *totals;
};

/* Prints the failures and adds up. */
static Value
results_body(void *arg)
{
    struct results *results = arg;
    uint32_t count = magma_vector_count(results->value);
    for (uint32_t i = 0; i < count; i++) {
        Value result = magma_vector_at(results->value, i);
        Value pass = field(result, "pass");
        Value failures = field(result, "failures");
        uint32_t failed =
            magma_is_vector(failures) ? magma_vector_count(failures) : 0;
        for (uint32_t f = 0; f < failed; f++) {
            print_failure(field(result, "test"), magma_vector_at(failures, f));
        }
        results->totals->tests++;
        results->totals->failures += failed;
        results->totals->assertions +=
            failed + (magma_is_int(pass) ? (uint64_t)magma_int_of(pass) : 0);
    }
    return VALUE_NIL;
}

/* --- Running ------------------------------------------------------------------------ */

/* What a file without an `ns` form can use as it is. */
static const char prelude[] =
    "(require '[clojure.test :refer [deftest is are testing use-fixtures]]\n"
    "         '[graph :refer [load-graph command-of steps-of inputs-of\n"
    "                         outputs-of action-of deps targets]])";
static const char run_tests[] = "(vec (clojure.test/run-ns (ns-name *ns*)))";

/* Evaluates a file and runs its tests; false with what was thrown. */
static bool
run_text(const char *path, const char *text, size_t len, struct totals *totals,
         Value *thrown)
{
    Value result = VALUE_NIL;
    Value ignored = VALUE_NIL;
    struct script before = {"ronin test", prelude, sizeof(prelude) - 1, NULL};
    struct script file = {path, text, len, NULL};
    struct script after = {"ronin test", run_tests, sizeof(run_tests) - 1,
                           NULL};
    if (!script_eval(&before, &result, thrown) ||
        !script_eval(&file, &result, thrown) ||
        !script_eval(&after, &result, thrown)) {
        return false;
    }
    struct results results = {result, totals};
    return magma_try(results_body, &results, &ignored, thrown);
}

/* Runs one file as a program of its own. What it prints comes at once. */
static bool
run_file(const char *path, const struct session_options *options,
         struct totals *totals)
{
    size_t len = 0;
    char *text = script_read(path, &len);
    if (text == NULL) {
        return false;
    }
    size_t dir_len = path_dir_len(path, strlen(path));
    char *folder = dir_len == 0 ? strdup(".") : strndup(path, dir_len);
    assert(folder != NULL);
    load_set_namespace_folder(folder);
    magma_reset();
    struct magma_limits limits = {.steps = options->fuel,
                                  .depth = options->depth,
                                  .memory_bytes = options->memory_bytes};
    magma_set_limits(&limits);
    graphview_set_base(folder, &limits);
    Value thrown = VALUE_NIL;
    bool done = run_text(path, text, len, totals, &thrown);
    if (!done) {
        fprintf(stdout, "ERROR  %s\n", path);
        script_report(thrown);
        totals->failures++;
    }
    graphview_set_base(NULL, NULL);
    load_set_namespace_folder(NULL);
    free(folder);
    return done; /* the text stays: errors may show lines of it */
}

/* No tests at all is a failure: somebody expected some. */
static int
run_files(const struct paths *files, const struct session_options *options)
{
    struct totals totals = {0, 0, 0};
    bool all_read = true;
    session_start_language(stdout);
    graphview_define();
    for (size_t i = 0; i < files->count; i++) {
        all_read = run_file(files->items[i], options, &totals) && all_read;
    }
    if (totals.tests == 0 && totals.failures == 0) {
        fprintf(stdout, "no tests: %zu file%s named *%s\n", files->count,
                files->count == 1 ? "" : "s", suffix);
        return FAILED_STATUS;
    }
    fprintf(stdout, "%llu test%s, %llu assertion%s, %llu failure%s\n",
            (unsigned long long)totals.tests, totals.tests == 1 ? "" : "s",
            (unsigned long long)totals.assertions,
            totals.assertions == 1 ? "" : "s",
            (unsigned long long)totals.failures,
            totals.failures == 1 ? "" : "s");
    return totals.failures == 0 && all_read ? 0 : FAILED_STATUS;
}

static int
run(int argc, char **argv)
{
    struct options o;
    struct session_options options = {.read_only = true};
    struct paths files = {0};
    int id;
    options_init(&o, &command_test, argc, argv);
    while ((id = options_next(&o)) > 0 && o.status == 0) {
        options_session(&o, id, &options);
    }
    int status = o.status;
    if (id == OPTION_END && status == 0) {
        status =
            find_words(&o, suffix, &files) ? run_files(&files, &options) : 2;
    }
    paths_finish(&files);
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
