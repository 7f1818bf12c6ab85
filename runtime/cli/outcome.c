/* SPDX-License-Identifier: MIT */
/*
 * See outcome.h. A failure is printed to a text first, which then goes to the
 * terminal as it is, into TAP as comments, and into XML escaped.
 */
#include "runtime/cli/outcome.h"

#include "runtime/report.h"
#include "runtime/script.h"
#include "runtime/terminal.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RED "\033[31m"
#define GREEN "\033[32m"
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

/* Where a failure is printed, and whether with colours. */
struct paper {
    FILE *out;
    bool colour;
};

Value
outcome_field(Value map, const char *key)
{
    Value value = magma_map_get(map, magma_keyword(key));
    return value_is(value, VALUE_ABSENT) ? VALUE_NIL : value;
}

/* Results come from the library, but a program may redefine it: what is no
 * integer counts as none. */
static int64_t
int_field(Value map, const char *key)
{
    Value value = outcome_field(map, key);
    return magma_is_int(value) ? magma_int_of(value) : 0;
}

/* --- One failure -------------------------------------------------------------------- */

/* Nothing where colours are not wanted: in files, TAP and XML. */
static void
paint(const struct paper *paper, const char *colour)
{
    if (paper->colour) {
        fputs(colour, paper->out);
    }
}

/* The lines of a text, the later ones below the first. */
static void
print_lines(const struct paper *paper, const char *label, const char *indent,
            struct magma_text text)
{
    fputs(label, paper->out);
    for (size_t at = 0; at < text.len || at == 0;) {
        const char *end = text.len == at
                              ? NULL
                              : memchr(text.bytes + at, '\n', text.len - at);
        size_t len =
            end == NULL ? text.len - at : (size_t)(end - text.bytes) - at;
        fputs(at == 0 ? "" : indent, paper->out);
        report_sanitised(paper->out, text.bytes + at, len);
        fputc('\n', paper->out);
        at += len + 1;
    }
}

/* Cut after many items: the differences below tell what matters in them. */
static void
print_value(const struct paper *paper, const char *label, const char *indent,
            Value value)
{
    enum { WIDTH = 72, ITEMS_MAX = 100 };
    print_lines(paper, label, indent,
                magma_text_of(magma_pretty(value, WIDTH, ITEMS_MAX)));
}

/* A text of the program between two of ours; nothing for nil. */
static void
print_text(const struct paper *paper, const char *before, Value text,
           const char *after)
{
    if (magma_is_string(text)) {
        struct magma_text t = magma_text_of(text);
        fputs(before, paper->out);
        report_sanitised(paper->out, t.bytes, t.len);
        fputs(after, paper->out);
    }
}

/* "    - x" in red for what was expected, "    + y" in green for what came. */
static void
print_side(const struct paper *paper, Value difference, const char *key,
           bool is_actual)
{
    Value value = magma_map_get(difference, magma_keyword(key));
    if (!value_is(value, VALUE_ABSENT)) {
        paint(paper, is_actual ? GREEN : RED);
        print_value(paper, is_actual ? "      + " : "      - ", "        ",
                    value);
        paint(paper, PLAIN);
    }
}

/* Each with the path to it; an empty path means the values as a whole. */
static void
print_differences(const struct paper *paper, Value differences)
{
    Value cursor = differences;
    Value difference = VALUE_NIL;
    while (!value_is_nil(cursor) && magma_next(&cursor, &difference)) {
        print_value(paper, "    differ at ", "      ",
                    outcome_field(difference, "path"));
        print_side(paper, difference, "expected", false);
        print_side(paper, difference, "actual", true);
    }
}

/* FAIL  name   file:line, then contexts, message, expected and actual. */
static void
print_failure(const struct paper *paper, Value test, Value failure)
{
    bool is_error =
        value_is(outcome_field(failure, "type"), magma_keyword("error"));
    Value actual = outcome_field(failure, "actual");
    Value line = outcome_field(failure, "line");
    paint(paper, BOLD RED);
    fputs(is_error ? "ERROR" : "FAIL", paper->out);
    paint(paper, PLAIN);
    print_text(paper, "  ", magma_display(test), "");
    print_text(paper, "   ", outcome_field(failure, "file"), "");
    if (magma_is_int(line)) {
        fprintf(paper->out, ":%" PRId64, magma_int_of(line));
    }
    fputc('\n', paper->out);
    Value cursor = outcome_field(failure, "contexts");
    Value context = VALUE_NIL;
    while (!value_is_nil(cursor) && magma_next(&cursor, &context)) {
        print_text(paper, "  ", magma_display(context), "\n");
    }
    print_text(paper, "  ", outcome_field(failure, "message"), "\n");
    print_value(paper, "  expected: ", "            ",
                outcome_field(failure, "expected"));
    if (magma_error(actual) != NULL) {
        fputs("    actual: ", paper->out);
        report_magma(paper->out, actual);
    } else {
        print_value(paper, "    actual: ", "            ", actual);
    }
    print_differences(paper, outcome_field(failure, "differences"));
}

/* All failures of a test, then what it printed. */
static void
print_failures(const struct paper *paper, Value result)
{
    Value failures = outcome_field(result, "failures");
    Value printed = outcome_field(result, "printed");
    for (uint32_t i = 0; i < magma_vector_count(failures); i++) {
        print_failure(paper, outcome_field(result, "test"),
                      magma_vector_at(failures, i));
    }
    if (magma_is_string(printed)) {
        struct magma_text text = magma_text_of(printed);
        while (text.len > 0 && text.bytes[text.len - 1] == '\n') {
            text.len--;
        }
        print_lines(paper, "  printed: ", "           ", text);
    }
}

/* --- TAP ------------------------------------------------------------------------------ */

/* Every line of a text behind "# ". */
static void
print_comments(const char *text, size_t len)
{
    bool at_start = true;
    for (size_t i = 0; i < len; i++) {
        fputs(at_start ? "# " : "", stdout);
        fputc(text[i], stdout);
        at_start = text[i] == '\n';
    }
}

/* A name in which TAP would see a directive or the start of one is defused. */
static void
print_tap(const struct outcome *outcome, bool failed, const char *name)
{
    printf("%sok %" PRIu64 " - ", failed ? "not " : "", outcome->tests);
    for (; *name != 0; name++) {
        fputs(*name == '#' || *name == '\\' ? "\\" : "", stdout);
        fputc(*name == '\n' ? ' ' : *name, stdout);
    }
    fputc('\n', stdout);
}

/* --- JUnit ---------------------------------------------------------------------------- */

/* Text of XML; what XML 1.0 cannot hold becomes a question mark. */
static void
print_xml(FILE *out, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)bytes[i];
        // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
        bool is_nothing = c == 0xef && i + 2 < len &&
                          (unsigned char)bytes[i + 1] == 0xbf &&
                          (unsigned char)bytes[i + 2] >= 0xbe;
        if (c == '&') {
            fputs("&amp;", out);
        } else if (c == '<') {
            fputs("&lt;", out);
        } else if (c == '>') {
            fputs("&gt;", out);
        } else if (c == '"') {
            fputs("&quot;", out);
        } else if ((c < 0x20 && c != '\t' && c != '\n') || is_nothing) {
            fputc('?', out);
            i += is_nothing ? 2 : 0;
        } else {
            fputc(c, out);
        }
    }
}

/* An attribute of any value, as `str` shows it. */
static void
print_xml_value(FILE *out, const char *name, Value value)
{
    struct magma_text text = magma_text_of(magma_display(value));
    fprintf(out, " %s=\"", name);
    print_xml(out, text.bytes, text.len);
    fputc('"', out);
}

/* The word that JUnit has for what went wrong. */
static const char *
junit_element(Value result)
{
    Value failures = outcome_field(result, "failures");
    for (uint32_t i = 0; i < magma_vector_count(failures); i++) {
        Value type = outcome_field(magma_vector_at(failures, i), "type");
        if (value_is(type, magma_keyword("error"))) {
            return "error";
        }
    }
    return "failure";
}

/* The first line of the failures is the message that tools show in lists; the
 * text of the element is all of them. */
static void
junit_case(FILE *out, Value ns, Value result, struct magma_text failures)
{
    Value file = outcome_field(result, "file");
    fputs("    <testcase", out);
    print_xml_value(out, "classname", ns);
    print_xml_value(out, "name", outcome_field(result, "test"));
    fprintf(out, " time=\"%.6f\"", (double)int_field(result, "us") / 1e6);
    if (!value_is_nil(file)) {
        print_xml_value(out, "file", file);
        print_xml_value(out, "line", outcome_field(result, "line"));
    }
    if (failures.len == 0) {
        fputs("/>\n", out);
        return;
    }
    const char *element = junit_element(result);
    const char *line = memchr(failures.bytes, '\n', failures.len);
    size_t len = line == NULL ? failures.len : (size_t)(line - failures.bytes);
    fprintf(out, ">\n      <%s message=\"", element);
    print_xml(out, failures.bytes, len);
    fputs("\">", out);
    print_xml(out, failures.bytes, failures.len);
    fprintf(out, "</%s>\n    </testcase>\n", element);
}

/* --- Adding up --------------------------------------------------------------------------- */

void
outcome_start(struct outcome *outcome, bool tap, bool junit, uint64_t seed)
{
    *outcome = (struct outcome){.tap = tap, .seed = seed};
    if (junit) {
        outcome->junit =
            open_memstream(&outcome->junit_text, &outcome->junit_len);
        assert(outcome->junit != NULL);
    }
    if (tap) {
        printf("TAP version 13\n# seed %" PRIu64 "\n", seed);
    }
}

/* The failures of a test where they are wanted. */
static void
tell(struct outcome *outcome, Value ns, Value result, struct magma_text text)
{
    if (outcome->tap) {
        struct magma_text test =
            magma_text_of(magma_display(outcome_field(result, "test")));
        char *name = NULL;
        int n = asprintf(&name, "%s/%s", magma_text_of(ns).bytes, test.bytes);
        assert(n >= 0);
        print_tap(outcome, text.len > 0, name);
        print_comments(text.bytes, text.len);
        free(name);
    }
    if (outcome->junit != NULL) {
        junit_case(outcome->junit, ns, result, text);
    }
}

/* The text is made once more for a terminal, because colours are part of it. */
static void
add_one(struct outcome *outcome, Value ns, Value result)
{
    Value failures = outcome_field(result, "failures");
    uint32_t failed = magma_vector_count(failures);
    char *text = NULL;
    size_t len = 0;
    struct paper page = {open_memstream(&text, &len), false};
    assert(page.out != NULL);
    outcome->tests++;
    outcome->failures += failed;
    outcome->assertions += failed + (uint64_t)int_field(result, "pass");
    outcome->took_us += int_field(result, "us");
    if (failed > 0) {
        print_failures(&page, result);
    }
    fclose(page.out);
    tell(outcome, ns, result, (struct magma_text){text, len});
    free(text);
    if (failed > 0 && !outcome->tap) {
        struct paper paper = {stdout, terminal_has_color(STDOUT_FILENO)};
        print_failures(&paper, result);
    }
}

/* A file is a suite, whatever its namespace is called. */
static void
begin_suite(struct outcome *outcome, const char *path)
{
    if (outcome->junit != NULL) {
        fputs("  <testsuite name=\"", outcome->junit);
        print_xml(outcome->junit, path, strlen(path));
        fputs("\">\n", outcome->junit);
    }
}

static void
end_suite(struct outcome *outcome)
{
    if (outcome->junit != NULL) {
        fputs("  </testsuite>\n", outcome->junit);
    }
}

void
outcome_add(struct outcome *outcome, const char *path, Value ns, Value results)
{
    assert(magma_is_vector(results));
    begin_suite(outcome, path);
    for (uint32_t i = 0; i < magma_vector_count(results); i++) {
        add_one(outcome, ns, magma_vector_at(results, i));
    }
    end_suite(outcome);
}

void
outcome_add_error(struct outcome *outcome, const char *path, Value thrown)
{
    outcome->failures++;
    if (outcome->tap) {
        outcome->tests++;
        print_tap(outcome, true, path);
    } else {
        printf("ERROR  %s\n", path);
    }
    script_report(thrown);
    begin_suite(outcome, path);
    if (outcome->junit != NULL) {
        fputs("    <testcase name=\"evaluation\"><error message=\"the file "
              "cannot be evaluated\"/></testcase>\n",
              outcome->junit);
    }
    end_suite(outcome);
}

static const char *
plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

void
outcome_print_sum(const struct outcome *o)
{
    if (o->tap) {
        printf("1..%" PRIu64 "\n", o->tests);
    }
    printf("%s%" PRIu64 " test%s, %" PRIu64 " assertion%s, %" PRIu64
           " failure%s (%" PRId64 " ms, seed %" PRIu64 ")\n",
           o->tap ? "# " : "", o->tests, plural(o->tests), o->assertions,
           plural(o->assertions), o->failures, plural(o->failures),
           o->took_us / 1000, o->seed);
}

bool
outcome_write_junit(struct outcome *outcome, const char *path)
{
    assert(outcome->junit != NULL);
    fflush(outcome->junit);
    FILE *out = fopen(path, "we");
    bool done = out != NULL;
    if (done) {
        fprintf(out,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "
                "tests=\"%" PRIu64 "\" failures=\"%" PRIu64
                "\" time=\"%.6f\">\n",
                outcome->tests, outcome->failures,
                (double)outcome->took_us / 1e6);
        fwrite(outcome->junit_text, 1, outcome->junit_len, out);
        fputs("</testsuites>\n", out);
        done = ferror(out) == 0;
        done = fclose(out) == 0 && done;
    }
    if (!done) {
        struct error err = {0};
        error_set_errno(&err, ERROR_CLASS_USAGE, errno, "cannot write %s",
                        path);
        report_error(stderr, &err);
    }
    return done;
}

void
outcome_finish(struct outcome *outcome)
{
    if (outcome->junit != NULL) {
        fclose(outcome->junit);
    }
    free(outcome->junit_text);
    *outcome = (struct outcome){0};
}
