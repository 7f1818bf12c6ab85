/* SPDX-License-Identifier: MIT */
/*
 * `ronin fmt`: lays Magma out. Only white space changes, so what a file means,
 * and every fingerprint, stays. See spec/cli/fmt.md.
 */
#include "runtime/cli/command.h"
#include "runtime/cli/find.h"
#include "runtime/report.h"
#include "runtime/script.h"
#include "runtime/whole_file.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { CHANGES_STATUS = 1, USAGE_STATUS = 2, FILES_STATUS = 4 };

static const struct option_row option_rows[] = {
    {OPTION_CHECK, "check", NULL, "name what would change, and change nothing"},
    {0, NULL, NULL, NULL},
};

/* What is laid out, and the outcome: a string value. */
struct request {
    const char *name; /* for messages */
    const char *bytes;
    size_t len;
    Value text;
};

static Value
layout_body(void *arg)
{
    const struct request *request = arg;
    struct magma_text text = {request->bytes, request->len};
    return magma_layout(text, request->name);
}

/* False with a message when the text is no program. */
static bool
lay_out(struct request *request)
{
    Value thrown = VALUE_NIL;
    report_add_source(request->name, request->bytes, request->len);
    if (magma_try(layout_body, request, &request->text, &thrown)) {
        return true;
    }
    script_report(thrown);
    return false;
}

/* A file that is laid out already is not written: its time stays. */
static bool
changes(const struct request *request)
{
    struct magma_text text = magma_text_of(request->text);
    return text.len != request->len ||
           memcmp(text.bytes, request->bytes, text.len) != 0;
}

/* --- Writing ------------------------------------------------------------- */

static int
write_file(const char *path, Value text)
{
    struct magma_text wanted = magma_text_of(text);
    struct error err = {0};
    if (whole_file_write(path, (struct slice){wanted.bytes, wanted.len},
                         &err)) {
        printf("%s\n", path);
        return 0;
    }
    report_error(stderr, &err);
    return FILES_STATUS;
}

/* --- Running ------------------------------------------------------------- */

/* What is laid out already is not written, so that its time stays. */
static int
format_file(const char *path, bool check)
{
    size_t len = 0;
    char *bytes = script_read(path, &len);
    if (bytes == NULL) {
        return USAGE_STATUS;
    }
    struct request request = {path, bytes, len, VALUE_NIL};
    if (!lay_out(&request)) {
        return CHANGES_STATUS; /* the text stays: the report may show it */
    }
    int status = 0;
    if (changes(&request) && check) {
        printf("%s\n", path);
        status = CHANGES_STATUS;
    } else if (changes(&request)) {
        status = write_file(path, request.text);
    }
    report_add_source(path, "", 0);
    free(bytes);
    return status;
}

/* A filter, for editors. */
static int
format_input(bool check)
{
    size_t len = 0;
    char *bytes = script_read("-", &len);
    if (bytes == NULL) {
        return USAGE_STATUS;
    }
    struct request request = {"<stdin>", bytes, len, VALUE_NIL};
    bool done = lay_out(&request);
    bool differs = done && changes(&request);
    if (done && !check) {
        struct magma_text text = magma_text_of(request.text);
        fwrite(text.bytes, 1, text.len, stdout);
    }
    free(bytes);
    return !done || (check && differs) ? CHANGES_STATUS : 0;
}

/* All files are looked at; the worst status counts. */
static int
format_all(struct options *o, bool check)
{
    struct paths files = {NULL, 0, 0};
    session_start_language(stdout);
    if (o->word_count == 1 && strcmp(o->words[0], "-") == 0) {
        return format_input(check);
    }
    int status = find_words(o, ".magma", &files) ? 0 : USAGE_STATUS;
    for (size_t i = 0; status != USAGE_STATUS && i < files.count; i++) {
        int one = format_file(files.items[i], check);
        status = one > status ? one : status;
    }
    paths_finish(&files);
    return status;
}

static int
run(int argc, char **argv)
{
    struct options o;
    bool check = false;
    int id;
    options_init(&o, &command_fmt, argc, argv);
    while ((id = options_next(&o)) > 0) {
        assert(id == OPTION_CHECK);
        check = true;
    }
    int status = id == OPTION_END ? format_all(&o, check) : o.status;
    options_finish(&o);
    return status;
}

const struct command command_fmt = {
    .name = "fmt",
    .args = "[--check] [FILE|FOLDER...]",
    .summary = "Lay Magma files out.",
    .usage = "Only white space changes. Files that changed are named; without "
             "words it is all\n*.magma files below the current folder; - "
             "reads standard input and prints it laid out.",
    .options = option_rows,
    .run = run,
};
