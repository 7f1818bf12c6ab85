/* SPDX-License-Identifier: MIT */
/*
 * Runs .magma files whose comments say what is expected of the form before
 * them, on its last line or on lines right behind it:
 *
 *     ;=> text      the value prints as this text
 *     ;=> = expr    the value is = to the value of this expression
 *     ;! text       an error, whose message contains this text
 *     ;!at 3:5      an error at this line and column
 *     ;~> text      this line is printed (one comment a line)
 *
 * Each file is a program of its own. A form without a comment is evaluated and
 * must not fail. The output is TAP, one line an expectation. The folder of the
 * standard library is $STDLIB, or stdlib. With $RUNNER_COLLECT=n, memory is
 * collected at every n-th allocation of a form; with $RUNNER_POISON=1, free
 * objects are filled with a pattern.
 */
#include "interp/magma.h"

#include "interp/data/alloc.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text {
    char *bytes;
    size_t len;
};

struct program {
    const char *file;
    struct text source;
    struct magma_reader *reader;
    size_t at; /* behind the last form */
    uint32_t line;
    uint32_t checks;
};

/* One form while its expectations are looked at. */
struct outcome {
    const char *form; /* its source */
    size_t form_len;
    uint32_t line;
    bool is_error;
    bool is_expected_error;
    Value value;
    Value printed; /* pr-str of the value */
    Value error;
    size_t output_at; /* of the next ;~> */
};

static unsigned total;
static unsigned failed;
static struct text output; /* printed by the form */
static uint32_t collect_every;

/* --- The host --------------------------------------------------------------- */

static bool
read_file(const char *path, struct text *text)
{
    FILE *stream = fopen(path, "rb");
    if (stream == NULL) {
        return false;
    }
    char buf[65536];
    size_t n;
    *text = (struct text){malloc(1), 0};
    while ((n = fread(buf, 1, sizeof(buf), stream)) > 0) {
        text->bytes = realloc(text->bytes, text->len + n + 1);
        assert(text->bytes != NULL);
        memcpy(text->bytes + text->len, buf, n);
        text->len += n;
    }
    text->bytes[text->len] = 0;
    fclose(stream);
    return true;
}

/* Namespaces come from beside the file that runs, then from the library. */
static const char *program_file = "";

static bool
load(void *ctx, const char *path, struct magma_source *source)
{
    (void)ctx;
    const char *library = getenv("STDLIB");
    const char *slash = strrchr(program_file, '/');
    int dir_len = slash == NULL ? 0 : (int)(slash - program_file + 1);
    const char *name = strncmp(path, "clojure/", 8) == 0 ? path + 8 : path;
    char *names[2];
    struct text read = {NULL, 0};
    if (asprintf(&names[0], "%.*s%s.magma", dir_len, program_file, path) < 0 ||
        asprintf(&names[1], "%s/%s.magma", library ? library : "stdlib", name) <
            0) {
        abort();
    }
    for (int i = 0; i < 2; i++) {
        if (source->file == NULL && read_file(names[i], &read)) {
            source->file = names[i];
            source->is_library = i == 1;
        } else {
            free(names[i]);
        }
    }
    source->text = read.bytes;
    source->len = read.len;
    return source->file != NULL;
}

static void
keep_output(void *ctx, const char *bytes, size_t len)
{
    (void)ctx;
    output.bytes = realloc(output.bytes, output.len + len + 1);
    assert(output.bytes != NULL);
    memcpy(output.bytes + output.len, bytes, len);
    output.len += len;
    output.bytes[output.len] = 0;
}

/* --- Reporting --------------------------------------------------------------- */

/* One line of TAP, with the form's first line cut short. */
static bool
report(struct program *program, const struct outcome *outcome, bool held)
{
    int len = 0;
    while ((size_t)len < outcome->form_len && len < 60 &&
           outcome->form[len] != '\n' && outcome->form[len] != '#') {
        len++;
    }
    total++;
    failed += held ? 0 : 1;
    program->checks++;
    printf("%sok %u - %s:%u %.*s\n", held ? "" : "not ", total, program->file,
           outcome->line, len, outcome->form);
    return held;
}

static void
explain(const char *what, const char *bytes, size_t len)
{
    printf("#   %s ", what);
    for (size_t i = 0; i < len; i++) {
        fputs(bytes[i] == '\n' ? "\n#     " : "", stdout);
        if (bytes[i] != '\n') {
            putchar(bytes[i]);
        }
    }
    putchar('\n');
}

static struct magma_text
message_of(Value thrown)
{
    if (!value_is_kind(thrown, KIND_ERROR)) {
        return (struct magma_text){"(a value that is no error)", 26};
    }
    return magma_text_of(magma_error(thrown)->message);
}

static void
explain_error(const struct outcome *outcome)
{
    struct magma_text message = message_of(outcome->error);
    explain("error   ", message.bytes, message.len);
    if (value_is_kind(outcome->error, KIND_ERROR)) {
        const struct error_object *error = magma_error(outcome->error);
        printf("#   at       %u:%u\n", error->place.line, error->place.column);
    }
}

/* --- Evaluation ---------------------------------------------------------------- */

static Value
eval_text(void *arg)
{
    return magma_eval_text(*(struct magma_text *)arg, "expected");
}

static Value
eval_form(void *arg)
{
    struct outcome *outcome = arg;
    outcome->value = magma_eval(outcome->value);
    return VALUE_NIL;
}

static Value
print_value(void *arg)
{
    struct outcome *outcome = arg;
    outcome->printed = magma_print(outcome->value);
    return VALUE_NIL;
}

struct pair {
    Value a;
    Value b;
};

static Value
compare(void *arg)
{
    const struct pair *pair = arg;
    return value_bool(value_equal(pair->a, pair->b));
}

struct reading {
    struct magma_reader *reader;
    Value form;
    struct error_place place;
};

static Value
read_form(void *arg)
{
    struct reading *reading = arg;
    return value_bool(
        magma_read(reading->reader, &reading->form, &reading->place));
}

/* --- Expectations ---------------------------------------------------------------- */

static struct magma_text
trimmed(const char *bytes, size_t len)
{
    while (len > 0 && (bytes[0] == ' ' || bytes[0] == '\t')) {
        bytes++;
        len--;
    }
    while (len > 0 && strchr(" \t\r", bytes[len - 1]) != NULL) {
        len--;
    }
    return (struct magma_text){bytes, len};
}

static void
check_equal(struct program *program, struct outcome *outcome,
            struct magma_text expected)
{
    struct magma_text expr = trimmed(expected.bytes + 1, expected.len - 1);
    struct pair pair = {.a = outcome->value};
    Value result;
    Value thrown;
    bool held = magma_try(eval_text, &expr, &pair.b, &thrown) &&
                magma_try(compare, &pair, &result, &thrown) &&
                value_is_true(result);
    if (!report(program, outcome, held)) {
        struct magma_text printed = magma_text_of(outcome->printed);
        explain("is      ", printed.bytes, printed.len);
        explain("expected", expected.bytes, expected.len);
    }
}

static void
check_value(struct program *program, struct outcome *outcome,
            struct magma_text expected)
{
    if (outcome->is_error) {
        report(program, outcome, false);
        explain("expected", expected.bytes, expected.len);
        explain_error(outcome);
        return;
    }
    if (expected.len > 1 && memcmp(expected.bytes, "= ", 2) == 0) {
        check_equal(program, outcome, expected);
        return;
    }
    struct magma_text printed = magma_text_of(outcome->printed);
    bool held = printed.len == expected.len &&
                memcmp(printed.bytes, expected.bytes, expected.len) == 0;
    if (!report(program, outcome, held)) {
        explain("is      ", printed.bytes, printed.len);
        explain("expected", expected.bytes, expected.len);
    }
}

static void
check_error(struct program *program, struct outcome *outcome,
            struct magma_text expected)
{
    bool held = false;
    if (outcome->is_error) {
        struct magma_text message = message_of(outcome->error);
        held = memmem(message.bytes, message.len, expected.bytes,
                      expected.len) != NULL;
    }
    if (report(program, outcome, held)) {
        return;
    }
    explain("expected", expected.bytes, expected.len);
    if (outcome->is_error) {
        explain_error(outcome);
    } else {
        printf("#   but there was no error\n");
    }
}

static void
check_place(struct program *program, struct outcome *outcome,
            struct magma_text expected)
{
    char place[32] = "";
    if (outcome->is_error && value_is_kind(outcome->error, KIND_ERROR)) {
        const struct error_object *error = magma_error(outcome->error);
        snprintf(place, sizeof(place), "%u:%u", error->place.line,
                 error->place.column);
    }
    bool held = strlen(place) == expected.len &&
                memcmp(place, expected.bytes, expected.len) == 0;
    if (!report(program, outcome, held)) {
        explain("expected", expected.bytes, expected.len);
        explain("at      ", place, strlen(place));
    }
}

/* One line of what was printed. */
static void
check_output(struct program *program, struct outcome *outcome,
             struct magma_text expected)
{
    const char *rest = output.bytes + outcome->output_at;
    size_t rest_len = output.len - outcome->output_at;
    const char *end = rest_len == 0 ? NULL : memchr(rest, '\n', rest_len);
    size_t len = end == NULL ? rest_len : (size_t)(end - rest);
    bool held = len == expected.len &&
                (len == 0 || memcmp(rest, expected.bytes, len) == 0);
    outcome->output_at += end == NULL ? len : len + 1;
    if (!report(program, outcome, held)) {
        explain("expected", expected.bytes, expected.len);
        explain("printed ", rest_len == 0 ? "" : rest, len);
    }
}

static const struct marker {
    const char *mark;
    bool is_error;
    bool is_exact; /* blanks count but for the first */
    void (*check)(struct program *program, struct outcome *outcome,
                  struct magma_text expected);
} markers[] = {
    {";=>", false, false, check_value},
    {";!at", true, false, check_place},
    {";!", true, false, check_error},
    {";~>", false, true, check_output},
};

/* The marker of the comment at `comment`, or NULL. */
static const struct marker *
marker_of(const char *comment, size_t len)
{
    for (size_t i = 0; i < sizeof(markers) / sizeof(markers[0]); i++) {
        size_t mark_len = strlen(markers[i].mark);
        if (len >= mark_len &&
            memcmp(comment, markers[i].mark, mark_len) == 0) {
            return &markers[i];
        }
    }
    return NULL;
}

/* The next expectation at or behind *at: only blanks, and one line end at a
 * time, may stand before it. */
static const struct marker *
next_marker(const struct program *program, size_t *at,
            struct magma_text *expected)
{
    const char *bytes = program->source.bytes;
    size_t end = program->source.len;
    size_t i = *at;
    unsigned lines = 0;
    while (i < end && strchr(" \t\r\n", bytes[i]) != NULL && lines < 2) {
        lines += bytes[i] == '\n' ? 1 : 0;
        i++;
    }
    const char *stop = i < end ? memchr(bytes + i, '\n', end - i) : NULL;
    size_t len = stop == NULL ? end - i : (size_t)(stop - bytes) - i;
    const struct marker *marker = lines < 2 ? marker_of(bytes + i, len) : NULL;
    if (marker != NULL) {
        size_t mark_len = strlen(marker->mark);
        if (marker->is_exact) {
            mark_len += len > mark_len && bytes[i + mark_len] == ' ' ? 1 : 0;
            *expected =
                (struct magma_text){bytes + i + mark_len, len - mark_len};
        } else {
            *expected = trimmed(bytes + i + mark_len, len - mark_len);
        }
        *at = i + len;
    }
    return marker;
}

static void
check_outcome(struct program *program, struct outcome *outcome)
{
    const struct marker *marker;
    struct magma_text expected;
    size_t at = program->at;
    while ((marker = next_marker(program, &at, &expected)) != NULL) {
        outcome->is_expected_error |= marker->is_error;
        marker->check(program, outcome, expected);
    }
    if (outcome->is_error && !outcome->is_expected_error) {
        report(program, outcome, false);
        explain_error(outcome);
    }
}

/* --- Programs ----------------------------------------------------------------- */

/* Moves `at` to a line and column, which are behind it. */
static void
move_to(struct program *program, uint32_t line, uint32_t column)
{
    const char *bytes = program->source.bytes;
    size_t i = 0;
    for (uint32_t n = 1; n < line; n++) {
        const char *end = memchr(bytes + i, '\n', program->source.len - i);
        assert(end != NULL);
        i = (size_t)(end - bytes) + 1;
    }
    bool has_mark = line == 1 && program->source.len > 2 &&
                    memcmp(bytes, "\xef\xbb\xbf", 3) == 0;
    i += has_mark ? 3 : 0;
    for (uint32_t n = 1; n < column; n++) {
        i++;
        while (((unsigned char)bytes[i] & 0xc0) == 0x80) {
            i++;
        }
    }
    program->at = i;
}

static bool
has_value_marker(const struct program *program)
{
    struct magma_text expected;
    size_t at = program->at;
    return next_marker(program, &at, &expected) != NULL;
}

/* A form that cannot be read ends the program; what is expected of it stands
 * in the first marked line behind the last form. */
static void
run_unreadable(struct program *program, Value thrown)
{
    const char *rest = program->source.bytes + program->at;
    const char *mark = strstr(rest, ";!");
    struct outcome outcome = {.form = rest,
                              .form_len = strcspn(rest, "\n"),
                              .is_error = true,
                              .error = thrown};
    outcome.line =
        value_is_kind(thrown, KIND_ERROR) ? magma_error(thrown)->place.line : 0;
    program->at = mark == NULL ? program->source.len
                               : (size_t)(mark - program->source.bytes);
    check_outcome(program, &outcome);
}

/* Runs the next form; false at the end. */
static bool
run_form(struct program *program)
{
    struct reading reading = {.reader = program->reader};
    Value result;
    Value thrown = VALUE_NIL;
    if (!magma_try(read_form, &reading, &result, &thrown)) {
        run_unreadable(program, thrown);
        return false;
    }
    if (!value_is_true(result)) {
        return false;
    }
    move_to(program, reading.place.line, reading.place.column);
    size_t start = program->at;
    move_to(program, reading.place.end_line, reading.place.end_column);
    struct outcome outcome = {.form = program->source.bytes + start,
                              .form_len = program->at - start,
                              .line = reading.place.line,
                              .value = reading.form,
                              .printed = VALUE_NIL,
                              .error = VALUE_NIL};
    output.len = 0;
    magma_set_limits(&(struct magma_limits){0});
    alloc_collect_every(collect_every);
    outcome.is_error =
        !magma_try(eval_form, &outcome, &result, &outcome.error) ||
        (has_value_marker(program) &&
         !magma_try(print_value, &outcome, &result, &outcome.error));
    alloc_collect_every(0);
    check_outcome(program, &outcome);
    return true;
}

static Value
open_reader(void *arg)
{
    struct program *program = arg;
    struct magma_text text = {program->source.bytes, program->source.len};
    program->reader = magma_reader_create(text, program->file);
    return VALUE_NIL;
}

static void
run_program(const char *file)
{
    struct program program = {.file = file};
    struct outcome whole = {.form = "", .line = 1};
    if (!read_file(file, &program.source)) {
        report(&program, &whole, false);
        printf("#   the file cannot be read\n");
        return;
    }
    program_file = file;
    magma_reset();
    Value result;
    Value thrown;
    if (magma_try(open_reader, &program, &result, &thrown)) {
        while (run_form(&program)) {
        }
    } else {
        run_unreadable(&program, thrown);
    }
    if (program.checks == 0) {
        report(&program, &whole, false);
        printf("#   the file expects nothing\n");
    }
    if (program.reader != NULL) {
        magma_reader_destroy(program.reader);
    }
    free(program.source.bytes);
}

int
main(int argc, char **argv)
{
    static const struct magma_host host = {.load = load, .print = keep_output};
    setvbuf(stdout, NULL, _IOLBF, 0);
    const char *every = getenv("RUNNER_COLLECT");
    if (getenv("RUNNER_POISON") != NULL) {
        alloc_poison(true);
    }
    collect_every = every == NULL ? 0 : (uint32_t)strtoul(every, NULL, 10);
    magma_start(&host);
    for (int i = 1; i < argc; i++) {
        run_program(argv[i]);
    }
    printf("1..%u\n", total);
    free(output.bytes);
    return failed == 0 ? 0 : 1;
}
