/* SPDX-License-Identifier: MIT */
/* See script.h. */
#include "runtime/script.h"

#include "runtime/report.h"
#include "runtime/source.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* Where the evaluation of a text is. */
struct reading {
    struct magma_reader *reader;
    void (*before_form)(void);
    bool more;
};

/* Reads and evaluates one form. */
static Value
step_body(void *arg)
{
    struct reading *step = arg;
    Value form = VALUE_NIL;
    struct error_place place;
    step->more = magma_read(step->reader, &form, &place);
    if (!step->more) {
        return VALUE_NIL;
    }
    if (step->before_form != NULL) {
        step->before_form();
    }
    return magma_eval_at(form, &place);
}

bool
script_eval(const struct script *script, Value *result, Value *thrown)
{
    struct magma_text text = {script->text, script->len};
    report_add_source(script->name, script->text, script->len);
    struct reading step = {NULL, script->before_form, true};
    step.reader = magma_reader_create(text, script->name);
    *result = VALUE_NIL;
    bool done = true;
    while (done) {
        Value value = VALUE_NIL;
        done = magma_try(step_body, &step, &value, thrown);
        if (!done || !step.more) {
            break;
        }
        *result = value;
    }
    magma_reader_destroy(step.reader);
    return done;
}

static Value
print_body(void *arg)
{
    return magma_print(*(Value *)arg);
}

bool
script_print(Value value, Value *text, Value *thrown)
{
    return magma_try(print_body, &value, text, thrown);
}

struct pretty {
    Value value;
    uint32_t width;
};

static Value
pretty_body(void *arg)
{
    enum { ITEMS_MAX = 50 };
    struct pretty *pretty = arg;
    return magma_pretty(pretty->value, pretty->width, ITEMS_MAX);
}

bool
script_pretty(Value value, uint32_t width, Value *text, Value *thrown)
{
    struct pretty pretty = {value, width};
    return magma_try(pretty_body, &pretty, text, thrown);
}

/* Data that is part of an error may be lazy, and throw. */
static Value
report_body(void *arg)
{
    report_magma(stderr, *(Value *)arg);
    return VALUE_NIL;
}

void
script_report(Value thrown)
{
    Value result = VALUE_NIL;
    Value again = VALUE_NIL;
    fflush(stdout);
    if (!magma_try(report_body, &thrown, &result, &again)) {
        fputs("ronin: error[R0502]: an error that cannot be printed\n", stderr);
    }
}

char *
script_read(const char *path, size_t *len)
{
    char *bytes = NULL;
    struct error err = {0};
    assert(path != NULL);
    const char *file = strcmp(path, "-") == 0 ? "/dev/stdin" : path;
    if (!source_read_file(file, &bytes, len, &err)) {
        report_error(stderr, &err);
        return NULL;
    }
    return bytes;
}
