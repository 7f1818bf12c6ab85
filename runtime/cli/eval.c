/* SPDX-License-Identifier: MIT */
/*
 * `ronin eval`: expressions and scripts. Only here a program may read and
 * write files by itself: it makes no graph that must come out the same.
 */
#include "runtime/cli/command.h"
#include "runtime/load.h"
#include "runtime/script.h"
#include "runtime/source.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FAILED_STATUS = 1, USAGE_STATUS = 2 };

static const struct option_row option_rows[] = {
    {'e', "expression", "EXPR", "evaluate EXPR and print its value"},
    {OPTION_PATH, "path", "DIR", "where namespaces are looked for"},
    {OPTION_FUEL, "fuel", "N", "steps that the evaluation may take"},
    {OPTION_MEMORY, "memory", "N", "memory that it may use, such as 4G"},
    {OPTION_DEPTH, "depth", "N", "how deeply its calls may nest"},
    {0, NULL, NULL, NULL},
};

struct request {
    struct session_options session; /* of which the budgets are used */
    const char *path;
    const char **expressions;
    uint32_t expression_count;
};

/* --- What scripts have besides ------------------------------------------------- */

static Value *command_line_args;

_Noreturn static void
throw_file_error(const char *doing, const char *path, int errnum)
{
    error_throw(ERROR_VALUE, "Cannot %s %s: %s", doing, path, strerror(errnum));
}

/* Valid while the value lives. */
static const char *
path_argument(Value path, const char *who)
{
    if (!magma_is_string(path)) {
        error_throw(ERROR_TYPE, "%s takes a path, which is a string", who);
    }
    return magma_text_of(path).bytes;
}

/* Bytes that are not UTF-8 become U+FFFD. */
static Value
builtin_slurp(Value *args, uint32_t argc)
{
    (void)argc;
    const char *path = path_argument(args[0], "slurp");
    char *bytes = NULL;
    size_t len = 0;
    struct error err = {0};
    if (!source_read_file(path, &bytes, &len, &err)) {
        Value message = magma_cstring(err.what);
        error_finish(&err);
        error_throw(ERROR_VALUE, "%s", magma_text_of(message).bytes);
    }
    Value text = magma_string(bytes, len);
    free(bytes);
    return text;
}

/* Writes all; 0 or an errno value. */
static int
write_file(const char *path, struct magma_text text, int flags)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0666);
    if (fd < 0) {
        return errno;
    }
    size_t done = 0;
    while (done < text.len) {
        ssize_t n = write(fd, text.bytes + done, text.len - done);
        if (n < 0 && errno != EINTR) {
            int errnum = errno;
            close(fd);
            return errnum;
        }
        done += n < 0 ? 0 : (size_t)n;
    }
    return close(fd) == 0 ? 0 : errno;
}

/* (spit path content), (spit path content :append true) */
static Value
builtin_spit(Value *args, uint32_t argc)
{
    const char *path = path_argument(args[0], "spit");
    int flags = O_TRUNC;
    if (argc == 4 && value_is(args[2], magma_keyword("append"))) {
        flags = value_is_true(args[3]) ? O_APPEND : O_TRUNC;
    } else if (argc != 2) {
        error_throw(ERROR_VALUE, "spit knows no option but :append true");
    }
    Value content = magma_display(args[1]);
    int errnum = write_file(path, magma_text_of(content), flags);
    if (errnum != 0) {
        throw_file_error("write", path, errnum);
    }
    return VALUE_NIL;
}

static const struct builtin rows[] = {
    {"slurp", 1, 1, builtin_slurp, "[path]", "The text of a file.", "0.1"},
    {"spit", 2, 4, builtin_spit, "[path content & {:keys [append]}]",
     "Writes a text to a file.", "0.1"},
};

/* The name is bound in the namespace of each form, which an `ns` changes. */
static void
bind_arguments(void)
{
    magma_bind_weak("*command-line-args*", *command_line_args);
}

/* A zero-terminated array of words as a vector; nil for none, as people of
 * Clojure know it. */
static Value
arguments_body(void *arg)
{
    char **words = arg;
    Value vector = VALUE_NIL;
    for (; *words != NULL; words++) {
        vector = value_is_nil(vector) ? magma_vector(NULL, 0) : vector;
        vector = magma_vector_conj(vector, magma_cstring(*words));
    }
    return vector;
}

/* --- Running ---------------------------------------------------------------------- */

/* Says what went wrong, if anything did. */
static bool
run_script(const struct script *script, bool print)
{
    Value result = VALUE_NIL;
    Value text = VALUE_NIL;
    Value thrown = VALUE_NIL;
    if (!script_eval(script, &result, &thrown) ||
        (print && !script_print(result, &text, &thrown))) {
        script_report(thrown);
        return false;
    }
    if (print) {
        struct magma_text bytes = magma_text_of(text);
        fwrite(bytes.bytes, 1, bytes.len, stdout);
        fputc('\n', stdout);
    }
    return true;
}

/* They are one program; an error ends it. */
static bool
run_expressions(const struct request *request)
{
    bool done = true;
    for (uint32_t i = 0; done && i < request->expression_count; i++) {
        char name[32] = "-e";
        if (i > 0) {
            snprintf(name, sizeof(name), "-e (%u)", i + 1);
        }
        const char *text = request->expressions[i];
        struct script script = {name, text, strlen(text), bind_arguments};
        done = run_script(&script, true);
    }
    return done;
}

/* The folder of a script, where its namespaces are; malloc'ed or NULL. */
static char *
script_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder =
        slash == NULL ? NULL : strndup(path, (size_t)(slash - path) + 1);
    assert(slash == NULL || folder != NULL);
    return folder;
}

/* Prints only what the script prints. */
static int
run_file(const char *path, const struct request *request)
{
    size_t len = 0;
    char *text = script_read(path, &len);
    if (text == NULL) {
        return USAGE_STATUS;
    }
    char *folder = request->path == NULL ? script_folder(path) : NULL;
    if (folder != NULL) {
        load_set_namespace_folder(folder);
    }
    struct script script = {strcmp(path, "-") == 0 ? "<stdin>" : path, text,
                            len, bind_arguments};
    bool done = run_script(&script, false);
    load_set_namespace_folder(NULL);
    free(folder);
    free(text);
    return done ? 0 : FAILED_STATUS;
}

/* Starts the language, and gives scripts what build files do not have. */
static int
evaluate(struct options *o, const struct request *request)
{
    session_start_language(stdout);
    magma_define("clojure.core", rows, sizeof(rows) / sizeof(rows[0]));
    magma_reset();
    struct magma_limits limits = {.steps = request->session.fuel,
                                  .depth = request->session.depth,
                                  .memory_bytes =
                                      request->session.memory_bytes};
    magma_set_limits(&limits);
    load_set_namespace_folder(request->path);
    command_line_args = magma_root_create();
    Value thrown = VALUE_NIL;
    int status = FAILED_STATUS;
    char **arguments = o->words + (request->expression_count > 0 ? 0 : 1);
    if (!magma_try(arguments_body, arguments, command_line_args, &thrown)) {
        script_report(thrown);
    } else if (request->expression_count > 0) {
        status = run_expressions(request) ? 0 : FAILED_STATUS;
    } else {
        status = run_file(o->words[0], request);
    }
    magma_root_destroy(command_line_args);
    return status;
}

static bool
read_options(struct options *o, struct request *request)
{
    int id;
    while ((id = options_next(o)) != OPTION_END) {
        if (id == OPTION_STOP) {
            return false;
        }
        if (options_session(o, id, &request->session)) {
            if (o->status != 0) {
                return false;
            }
        } else if (id == OPTION_PATH) {
            request->path = o->value;
        } else {
            assert(id == 'e');
            request->expressions[request->expression_count++] = o->value;
        }
    }
    if (request->expression_count == 0 && o->word_count == 0) {
        o->status = options_usage(o->command, "ronin eval needs a file",
                                  "name a script, - for standard input, or "
                                  "-e EXPR");
        return false;
    }
    return true;
}

static int
run(int argc, char **argv)
{
    struct options o;
    struct request request = {0};
    request.expressions =
        mem_alloc((size_t)argc + 1, sizeof(*request.expressions));
    options_init(&o, &command_eval, argc, argv);
    int status = read_options(&o, &request) ? evaluate(&o, &request) : o.status;
    options_finish(&o);
    free(request.expressions);
    return status;
}

const struct command command_eval = {
    .name = "eval",
    .args = "[OPTION...] FILE [ARG...]",
    .summary = "Run a Magma script, or evaluate -e EXPR.",
    .usage = "A script has println, slurp, spit and *command-line-args*; - "
             "reads it from\nstandard input.\n\n"
             "  ronin eval -e '(+ 1 2)'\n"
             "  ronin eval tools/report.magma out.txt",
    .options = option_rows,
    .words_end_options = true,
    .run = run,
};
