/* SPDX-License-Identifier: MIT */
/* See load.h. */
#include "runtime/load.h"

#include "runtime/querying.h"
#include "runtime/register.h"
#include "runtime/report.h"
#include "runtime/source.h"
#include "runtime/terminal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Texts of zero-terminated strings, one after the other. */
struct words {
    char *bytes;
    size_t len;
};

/* One loading of one build file; one round after the other. */
struct load {
    const struct load_options *options;
    struct functions *functions;
    struct registry *registry;
    Value *origins;
    struct words allowed; /* dynouts that may be answered in this round */
    struct words refused; /* whose stored values led to an error */
    struct words waiting; /* that something of this round waits for */
    struct words sources;
    struct vec placed; /* of bool: additions that stood for forms */
    uint32_t addition; /* the one that is evaluated, or ADDITIONS_NONE */
    char *printed;     /* what the program printed in this round */
    size_t printed_len;
    uint32_t form;
};

static struct load *loading; /* the one that is under way */
static FILE *print_to;
static const char *namespace_folder;
static bool
    core_is_loaded; /* before that, a core.magma of the user's is none */

/* --- Lists of words --------------------------------------------------------- */

static bool
words_contain(const struct words *words, const char *word)
{
    for (size_t at = 0; at < words->len; at += strlen(words->bytes + at) + 1) {
        if (strcmp(words->bytes + at, word) == 0) {
            return true;
        }
    }
    return false;
}

/* Adds a word unless it is there; true if it was added. */
static bool
words_add(struct words *words, const char *word)
{
    if (words_contain(words, word)) {
        return false;
    }
    size_t len = strlen(word) + 1;
    words->bytes = mem_resize(words->bytes, words->len + len, 1);
    memcpy(words->bytes + words->len, word, len);
    words->len += len;
    return true;
}

static void
words_finish(struct words *words)
{
    free(words->bytes);
    *words = (struct words){NULL, 0};
}

/* --- What the language asks of its host ---------------------------------------- */

static void
host_print(void *ctx, const char *bytes, size_t len)
{
    (void)ctx;
    if (loading == NULL) {
        terminal_take();
        fwrite(bytes, 1, len, print_to);
        terminal_give_back();
        return;
    }
    loading->printed =
        mem_resize(loading->printed, loading->printed_len + len, 1);
    memcpy(loading->printed + loading->printed_len, bytes, len);
    loading->printed_len += len;
}

/* A file that is not there is a source, too: should it come to be, it takes
 * the place of what was read instead. */
static void
note_missing(const char *name)
{
    if (loading != NULL) {
        words_add(&loading->sources, name);
    }
}

/* Tries DIR/PATH with each suffix of the language. */
static bool
load_from_folder(const char *dir, const char *path, struct magma_source *source)
{
    static const char *const suffixes[] = {".magma", ".cljc", ".clj"};
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        char name[4096];
        int n = snprintf(name, sizeof(name), "%s%s%s%s", dir,
                         dir[0] == 0 ? "" : "/", path, suffixes[i]);
        struct error ignored = {0};
        if (n < 0 || (size_t)n >= sizeof(name)) {
            continue;
        }
        if (source_exists(name) == 0) {
            note_missing(name);
            continue;
        }
        if (source_read_for_graph(name, &source->text, &source->len,
                                  &ignored)) {
            source->file = mem_copy_str(name);
            assert(source->file != NULL);
            return true;
        }
        error_finish(&ignored);
    }
    return false;
}

static bool
host_load(void *ctx, const char *path, struct magma_source *source)
{
    (void)ctx;
    if (path[0] == '/' || strstr(path, "..") != NULL) {
        return false;
    }
    if (core_is_loaded &&
        (load_from_folder("", path, source) ||
         (namespace_folder != NULL &&
          load_from_folder(namespace_folder, path, source)))) {
        if (loading != NULL) {
            words_add(&loading->sources, source->file);
        }
        return true;
    }
    struct slice builtin;
    const char *name = NULL;
    if (!source_builtin(path, &builtin, &name)) {
        return false;
    }
    report_add_source(name, builtin.bytes, builtin.len);
    source->text = mem_alloc(1, builtin.len + 1);
    source->file = mem_copy_str(name);
    memcpy(source->text, builtin.bytes, builtin.len + 1);
    source->len = builtin.len;
    source->is_library = true;
    return true;
}

void
load_set_namespace_folder(const char *folder)
{
    namespace_folder = folder;
}

void
load_start_language(FILE *out)
{
    if (out != NULL || print_to == NULL) {
        print_to = out == NULL ? stderr : out;
    }
    if (core_is_loaded) {
        return;
    }
    static const struct magma_host host = {.ctx = NULL,
                                           .load = host_load,
                                           .print = host_print};
    magma_start(&host);
    core_is_loaded = true;
    register_define();
    querying_define();
}

/* --- Dynouts --------------------------------------------------------------------- */

/* Only what this round may know: see evaluate_rounds. */
static bool
dynout_value(void *ctx, const char *key, struct slice *paths)
{
    struct load *load = ctx;
    return words_contain(&load->allowed, key) &&
           exec_dynout_value(load->options->exec, key, paths) != DYNOUT_UNKNOWN;
}

/* Gathers what a next round could answer. */
static void
dynout_waits(void *ctx, const char *key)
{
    struct load *load = ctx;
    words_add(&load->waiting, key);
}

/* Allows the dynouts that something waits for and whose value is known; true
 * if there was a new one. */
static bool
allow_known(struct load *load)
{
    bool any = false;
    struct exec *exec = load->options->exec;
    for (size_t at = 0; exec != NULL && at < load->waiting.len;) {
        const char *key = load->waiting.bytes + at;
        struct slice paths;
        if (!words_contain(&load->refused, key) &&
            exec_dynout_value(exec, key, &paths) != DYNOUT_UNKNOWN) {
            any = words_add(&load->allowed, key) || any;
        }
        at += strlen(key) + 1;
    }
    return any;
}

/* An error may come from a value of an earlier run that is no longer true:
 * such values are put aside; true if there was one. */
static bool
refuse_stored(struct load *load)
{
    bool any = false;
    for (size_t at = 0; at < load->allowed.len;) {
        const char *key = load->allowed.bytes + at;
        struct slice paths;
        if (exec_dynout_value(load->options->exec, key, &paths) ==
            DYNOUT_STORED) {
            any = words_add(&load->refused, key) || any;
        }
        at += strlen(key) + 1;
    }
    words_finish(&load->allowed);
    return any;
}

/* --- Forms -------------------------------------------------------------------------- */

struct form_step {
    struct load *load;
    struct magma_reader *reader;
    Value form;
    struct error_place place;
    Value value; /* of an addition: what it once gave, or VALUE_ABSENT */
    bool more;
};

/* The body of magma_try. */
static Value
read_body(void *arg)
{
    struct form_step *step = arg;
    step->more = magma_read(step->reader, &step->form, &step->place);
    return VALUE_NIL;
}

/* Names are bound inside, because binding them may throw. */
static Value
eval_body(void *arg)
{
    struct form_step *step = arg;
    magma_eval_at(step->form, &step->place);
    register_form_keep(step->load->registry);
    return VALUE_NIL;
}

/* The body of magma_try. */
static Value
undo_body(void *arg)
{
    void **args = arg;
    register_form_undo(args[0], *(Value *)args[1]);
    return VALUE_NIL;
}

/* Undoes a form that waits for a dynout; what prevents that is thrown on. */
static bool
suspend_form(struct load *load, Value on, Value *thrown)
{
    Value result = VALUE_NIL;
    void *args[2] = {load->registry, &on};
    magma_form_undo(on);
    magma_set_open(on);
    return magma_try(undo_body, args, &result, thrown);
}

/* Runs one form: kept, undone because it waits, or failed. */
static bool
evaluate_form(struct form_step *step, Value *thrown)
{
    struct load *load = step->load;
    size_t printed = load->printed_len;
    Value result = VALUE_NIL;
    magma_form_begin();
    register_form_begin(load->registry, load->form++);
    if (magma_try(eval_body, step, &result, thrown)) {
        magma_form_keep();
        return true;
    }
    if (magma_error_type(*thrown) != ERROR_SUSPENDED) {
        magma_form_keep();
        return false;
    }
    load->printed_len = printed;
    return suspend_form(load, magma_error(*thrown)->data, thrown);
}

/* While a file is checked, an error does not hide the ones behind it; but
 * without its namespaces nothing is as it should be. */
static bool
goes_on(const struct form_step *step, Value thrown)
{
    static const char *const heads[] = {"ns", "require", "use", "in-ns"};
    magma_check_thrown(step->form, thrown);
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        if (magma_is_call_of(step->form, heads[i])) {
            return false;
        }
    }
    return true;
}

/* --- Additions ------------------------------------------------------------------------ */

static bool
has_additions(const struct load *load)
{
    return load->options->additions != NULL &&
           additions_count(load->options->additions) > 0;
}

/* As register_options has it. */
static bool
is_taken(void *ctx, const char *key)
{
    const struct load *load = ctx;
    return additions_take(load->options->additions, load->addition, key);
}

/* Puts an addition in the place of the form that was read. */
static void
take_addition(struct form_step *step, uint32_t index)
{
    struct load *load = step->load;
    struct addition addition = additions_at(load->options->additions, index);
    step->form = addition.form;
    step->place = addition.place;
    step->value = addition.value;
    load->addition = index;
    *(bool *)vec_at(&load->placed, index) = true;
}

/* What defines the same name comes instead of a form of the file. */
static void
replace_form(struct form_step *step)
{
    struct load *load = step->load;
    load->addition = ADDITIONS_NONE;
    step->value = VALUE_ABSENT;
    if (has_additions(load)) {
        uint32_t index = additions_instead(load->options->additions, step->form,
                                           magma_namespace());
        if (index != ADDITIONS_NONE) {
            take_addition(step, index);
        }
    }
}

/* What only a session had, such as *1, is no longer there: then the value that
 * the form had will do. */
static bool
use_value(const struct form_step *step, const Value *thrown)
{
    return magma_error_type(*thrown) != ERROR_LIMIT &&
           !value_is(step->value, VALUE_ABSENT) &&
           additions_bind(additions_name_of(step->form), step->value);
}

static bool
evaluate_addition(struct form_step *step, Value *thrown)
{
    return evaluate_form(step, thrown) || use_value(step, thrown);
}

/* Those that stood for no form of the file, each in its namespace. */
static bool
evaluate_additions(struct form_step *step, Value *thrown)
{
    struct load *load = step->load;
    uint32_t count =
        has_additions(load) ? additions_count(load->options->additions) : 0;
    bool done = true;
    register_set_late(load->registry);
    for (uint32_t i = 0; done && i < count; i++) {
        if (!*(bool *)vec_at(&load->placed, i)) {
            take_addition(step, i);
            magma_set_namespace(
                additions_at(load->options->additions, i).ns.bytes);
            done = evaluate_addition(step, thrown);
        }
    }
    return done;
}

/* All forms in order; those that wait do not stop the ones behind them. */
static bool
evaluate_forms(struct load *load, struct magma_text text, Value *thrown)
{
    struct form_step step = {
        .load = load, .form = VALUE_NIL, .value = VALUE_ABSENT, .more = true};
    step.place.file = VALUE_NIL;
    Value result = VALUE_NIL;
    step.reader = magma_reader_create(text, load->options->build_file);
    bool done = true;
    while (done) {
        done = magma_try(read_body, &step, &result, thrown);
        if (!done && load->options->check) {
            magma_check_thrown(VALUE_NIL, *thrown);
        }
        if (!done || !step.more) {
            break;
        }
        replace_form(&step);
        done = evaluate_addition(&step, thrown) ||
               (load->options->check && goes_on(&step, *thrown));
    }
    magma_reader_destroy(step.reader);
    return done && evaluate_additions(&step, thrown);
}

/* --- Rounds --------------------------------------------------------------------------- */

/* One evaluation, from an empty program to a sealed graph. */
static bool
evaluate_round(struct load *load, struct magma_text text, struct graph **graph,
               struct error *err)
{
    struct register_options options = {
        .allow_outside = load->options->allow_outside,
        .dynouts = {load, dynout_value, dynout_waits},
        .origins = load->origins,
        .taken = has_additions(load) ? is_taken : NULL,
        .taken_ctx = load,
    };
    if (has_additions(load)) {
        vec_resize(&load->placed, 0);
        vec_resize(&load->placed, additions_count(load->options->additions));
    }
    words_finish(&load->waiting);
    load->printed_len = 0;
    load->form = 0;
    magma_reset();
    magma_set_open(VALUE_NIL);
    if (load->options->check) {
        magma_check_round();
    }
    functions_begin(&load->options->limits);
    load->registry = registry_create(load->functions, &options);
    registry_use(load->registry);
    Value thrown = VALUE_NIL;
    bool done = evaluate_forms(load, text, &thrown);
    if (done && load->options->check) {
        done = magma_check_finish();
        thrown = VALUE_NIL;
    }
    if (!done) {
        report_magma_as_error(thrown, ERROR_CLASS_GRAPH, err);
    }
    done = done && register_finish(load->registry, graph, err);
    registry_use(NULL);
    if (done && load->options->additions != NULL) {
        register_reopen(load->registry, *graph);
    } else {
        registry_destroy(load->registry);
        load->registry = NULL;
    }
    return done;
}

/* Until no dynout with a known value is waited for. An error that a value of an
 * earlier run may have caused is tried again without such values. */
static bool
evaluate_rounds(struct load *load, struct magma_text text, struct graph **graph,
                struct error *err)
{
    for (;;) {
        if (evaluate_round(load, text, graph, err)) {
            if (!allow_known(load)) {
                return true;
            }
            graph_destroy(*graph);
            *graph = NULL;
            registry_destroy(load->registry);
            load->registry = NULL;
        } else if (refuse_stored(load)) {
            error_finish(err);
        } else {
            return false;
        }
    }
}

bool
load_build_file(const struct load_options *options, struct functions *functions,
                struct load_result *result, struct error *err)
{
    char *bytes = NULL;
    size_t len = 0;
    if (!source_read_for_graph(options->build_file, &bytes, &len, err)) {
        return false;
    }
    load_start_language(NULL);
    functions_set_limits(functions, &options->limits);
    struct load load = {.options = options,
                        .functions = functions,
                        .placed = vec_of(sizeof(bool)),
                        .addition = ADDITIONS_NONE};
    struct load *outer = loading;
    loading = &load;
    load.origins = magma_root_create();
    *load.origins = magma_map();
    words_add(&load.sources, options->build_file);
    struct magma_text text = {bytes, len};
    bool done = evaluate_rounds(&load, text, &result->graph, err);
    loading = outer;
    if (load.printed_len > 0) {
        terminal_take();
        fwrite(load.printed, 1, load.printed_len, stderr);
        terminal_give_back();
    }
    magma_root_destroy(load.origins);
    words_finish(&load.allowed);
    words_finish(&load.refused);
    words_finish(&load.waiting);
    vec_finish(&load.placed);
    result->registry = load.registry;
    result->sources.bytes = load.sources.bytes;
    result->sources.len = load.sources.len;
    free(load.printed);
    free(bytes);
    return done;
}
