/* SPDX-License-Identifier: MIT */
/*
 * See functions.h. Two rooted vectors: functions by number, and values in
 * flight by slot (a dropped slot is reused).
 */
#include "runtime/functions.h"

#include "runtime/flatten.h"
#include "runtime/report.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* What a predicate may take for one event unless --fuel says otherwise: it is
 * asked for every file of a folder, so it has far less than other functions. It
 * has steps and no clock, or verdicts would differ between machines. */
enum { PREDICATE_STEPS = 1000000 };

struct functions {
    Value **items; /* roots */
    uint32_t count;
    uint32_t cap;
    Value **values; /* roots of values in flight; nil: free */
    uint32_t value_count;
    uint32_t value_cap;
    struct magma_limits limits; /* of each call */
};

/* Once asked to end, always: fresh budgets forget that magma_interrupt was
 * called. In a signal handler. */
static volatile sig_atomic_t interrupted;

/* Called from a signal handler: it only sets what the interpreter looks at. */
static void
interrupt(void)
{
    interrupted = 1;
    magma_interrupt();
}

void
functions_forget_interrupt(void)
{
    interrupted = 0;
}

void
functions_begin(const struct magma_limits *limits)
{
    magma_set_limits(limits);
    if (interrupted) {
        magma_interrupt();
    }
}

struct functions *
functions_create(void)
{
    exec_set_interrupt(interrupt);
    struct functions *table = mem_alloc(1, sizeof(*table));
    return table;
}

void
functions_set_limits(struct functions *table, const struct magma_limits *limits)
{
    table->limits = *limits;
}

void
functions_destroy(struct functions *table)
{
    if (table == NULL) {
        return;
    }
    functions_rewind(table, 0);
    for (uint32_t i = 0; i < table->value_count; i++) {
        magma_root_destroy(table->values[i]);
    }
    free(table->items);
    free(table->values);
    free(table);
}

/* Appends a root with a value to a growing array of roots. */
static uint32_t
roots_push(Value ***items, uint32_t *count, uint32_t *cap, Value value)
{
    if (*count == *cap) {
        *cap = *cap == 0 ? 16 : *cap * 2;
        *items = mem_resize(*items, *cap, sizeof(**items));
    }
    Value *root = magma_root_create();
    *root = value;
    (*items)[*count] = root;
    return (*count)++;
}

uint32_t
functions_add(struct functions *table, Value function)
{
    return roots_push(&table->items, &table->count, &table->cap, function);
}

uint32_t
functions_count(const struct functions *table)
{
    return table->count;
}

Value
functions_value(const struct functions *table, uint32_t number)
{
    assert(number < table->count);
    return *table->items[number];
}

void
functions_rewind(struct functions *table, uint32_t count)
{
    assert(count <= table->count);
    while (table->count > count) {
        magma_root_destroy(table->items[--table->count]);
    }
}

/* The body of magma_try. */
static Value
fingerprint_body(void *arg)
{
    struct magma_fingerprint *out = ((void **)arg)[1];
    *out = magma_fingerprint(*(Value *)((void **)arg)[0]);
    return VALUE_NIL;
}

struct hash128
functions_fingerprint(struct functions *table, uint32_t number)
{
    assert(number < table->count);
    struct magma_fingerprint print = {0, 0};
    void *arg[2] = {table->items[number], &print};
    Value result = VALUE_NIL;
    Value error = VALUE_NIL;
    bool done = magma_try(fingerprint_body, arg, &result, &error);
    /* A value that cannot be hashed is as good as one that always differs:
     * all zero never equals a real fingerprint. */
    return done ? (struct hash128){print.low, print.high}
                : (struct hash128){0, 0};
}

/* Fingerprints are cached by the language, so asking again is cheap. */
static bool
has_fingerprint(struct functions *table, uint32_t number, struct hash128 hash)
{
    struct hash128 now = functions_fingerprint(table, number);
    return now.low == hash.low && now.high == hash.high;
}

bool
functions_find(struct functions *table, struct function_ref *ref)
{
    if (ref->number < table->count &&
        has_fingerprint(table, ref->number, ref->fingerprint)) {
        return true;
    }
    for (uint32_t i = 0; i < table->count; i++) {
        if (has_fingerprint(table, i, ref->fingerprint)) {
            ref->number = i;
            return true;
        }
    }
    return false;
}

/* --- Values in flight ----------------------------------------------------- */

/* A number for a value that the executor holds between two steps. */
static uint32_t
value_keep(struct functions *table, Value value)
{
    for (uint32_t i = 0; i < table->value_count; i++) {
        if (value_is_nil(*table->values[i])) {
            *table->values[i] = value;
            return i;
        }
    }
    return roots_push(&table->values, &table->value_count, &table->value_cap,
                      value);
}

/* Bytes become a string each time they are looked at: they are looked at once. */
static Value
value_of(struct functions *table, const struct exec_value *value)
{
    switch (value->kind) {
    case EXEC_VALUE_NONE:
        return VALUE_NIL;
    case EXEC_VALUE_BYTES:
        return magma_string(value->bytes, value->len);
    case EXEC_VALUE_HOST:
        assert(value->host < table->value_count);
        return *table->values[value->host];
    }
    return VALUE_NIL;
}

void
functions_value_drop(struct functions *table, struct exec_value *value)
{
    if (value->kind == EXEC_VALUE_BYTES) {
        free(value->bytes);
    } else if (value->kind == EXEC_VALUE_HOST) {
        assert(value->host < table->value_count);
        *table->values[value->host] = VALUE_NIL;
    }
    *value = (struct exec_value){0};
}

/* What exec holds is plain memory. */
static char *
copy_bytes(struct magma_text text, size_t *len)
{
    char *bytes = mem_alloc(1, text.len + 1);
    memcpy(bytes, text.bytes, text.len);
    bytes[text.len] = 0;
    *len = text.len;
    return bytes;
}

/* --- Calls ------------------------------------------------------------------- */

struct call {
    struct functions *table;
    const struct exec_value *value;
    uint32_t number;
    const char *path;
    const char *event;
    struct exec_value *out;
    char **bytes;
    size_t *len;
};

/* Runs a body; what it throws becomes an error of exec. */
static bool
run(magma_body body, struct call *call, Value *result, struct error *err)
{
    Value thrown = VALUE_NIL;
    if (magma_try(body, call, result, &thrown)) {
        return true;
    }
    return report_magma_as_error(thrown, ERROR_CLASS_BUILD, err);
}

/* Strings leave as bytes, since most go to a file or a command next. */
static Value
call_body(void *arg)
{
    struct call *call = arg;
    Value in = value_of(call->table, call->value);
    Value out = magma_call(*call->table->items[call->number], &in, 1);
    if (value_is_nil(out)) {
        *call->out = (struct exec_value){0};
    } else if (magma_is_string(out)) {
        call->out->kind = EXEC_VALUE_BYTES;
        call->out->bytes = copy_bytes(magma_text_of(out), &call->out->len);
    } else {
        call->out->kind = EXEC_VALUE_HOST;
        call->out->host = value_keep(call->table, out);
    }
    return VALUE_NIL;
}

/* What is no text would come back changed, so it does not go in. */
static bool
check_text(const struct exec_value *value, struct error *err)
{
    size_t at;
    if (value->kind != EXEC_VALUE_BYTES ||
        magma_is_utf8(value->bytes, value->len, &at)) {
        return true;
    }
    error_set(err, ERROR_CLASS_BUILD,
              "the value of step %u is not UTF-8 (byte %zu)", value->step, at);
    error_set_help(err, "use a command, or keep it out of :transformer");
    return false;
}

bool
functions_call(struct functions *table, uint32_t number, struct exec_value in,
               struct exec_value *out, struct error *err)
{
    assert(number < table->count);
    if (!check_text(&in, err)) {
        functions_value_drop(table, &in);
        return false;
    }
    functions_begin(&table->limits);
    struct call call = {
        .table = table, .value = &in, .number = number, .out = out};
    Value result = VALUE_NIL;
    bool done = run(call_body, &call, &result, err);
    functions_value_drop(table, &in);
    return done;
}

/* The event is a map, as predicates expect it. */
static Value
watch_body(void *arg)
{
    struct call *call = arg;
    Value event = magma_map();
    event = magma_map_assoc(event, magma_keyword("path"),
                            magma_cstring(call->path));
    event = magma_map_assoc(event, magma_keyword("kind"),
                            magma_keyword(call->event));
    return magma_call(*call->table->items[call->number], &event, 1);
}

bool
functions_watch(struct functions *table, uint32_t number,
                const struct exec_watched *watched, bool *fires,
                struct error *err)
{
    static const char *const names[] = {"created", "modified", "deleted"};
    assert(number < table->count);
    struct magma_limits limits = table->limits;
    limits.steps = limits.steps == 0 ? PREDICATE_STEPS : limits.steps;
    functions_begin(&limits);
    struct call call = {.table = table,
                        .number = number,
                        .path = watched->path,
                        .event = names[watched->event]};
    Value result = VALUE_NIL;
    if (!run(watch_body, &call, &result, err)) {
        return false;
    }
    *fires = value_is_true(result);
    return true;
}

/* The body of magma_try. */
static Value
bytes_body(void *arg)
{
    struct call *call = arg;
    Value value = value_of(call->table, call->value);
    if (!magma_is_string(value)) {
        struct magma_text shown = magma_text_of(magma_pretty(value, 60, 5));
        error_throw_help(ERROR_TYPE,
                         "end the step before it with a function that "
                         "returns a string, as (str/join \"\\n\" lines)",
                         "this step needs a string, and got %.*s",
                         (int)shown.len, shown.bytes);
    }
    *call->bytes = copy_bytes(magma_text_of(value), call->len);
    return VALUE_NIL;
}

bool
functions_value_bytes(struct functions *table, const struct exec_value *value,
                      char **bytes, size_t *len, struct error *err)
{
    struct call call = {
        .table = table, .value = value, .bytes = bytes, .len = len};
    Value result = VALUE_NIL;
    return run(bytes_body, &call, &result, err);
}

/* Handles mean nothing while a build runs, so only strings are paths here. */
static Value
paths_body(void *arg)
{
    struct call *call = arg;
    Value value = value_of(call->table, call->value);
    if (magma_is_string(value)) {
        error_throw_help(ERROR_TYPE,
                         "split it, as with #(str/split % #\"\\n\")",
                         "a list of paths is needed here, and got a string");
    }
    Value items = flatten_paths(value, "this list of paths").items;
    uint32_t count = magma_vector_count(items);
    size_t len = 0;
    for (uint32_t i = 0; i < count; i++) {
        Value item = magma_vector_at(items, i);
        if (!magma_is_string(item)) {
            error_throw(ERROR_TYPE, "a list of paths cannot hold a handle");
        }
        len += magma_text_of(item).len + 1;
    }
    char *paths = mem_alloc(1, len + 1);
    size_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct magma_text text = magma_text_of(magma_vector_at(items, i));
        memcpy(paths + at, text.bytes, text.len);
        at += text.len;
        paths[at++] = 0;
    }
    *call->bytes = paths;
    *call->len = len;
    return VALUE_NIL;
}

bool
functions_value_paths(struct functions *table, const struct exec_value *value,
                      char **paths, size_t *len, struct error *err)
{
    struct call call = {
        .table = table, .value = value, .bytes = paths, .len = len};
    Value result = VALUE_NIL;
    return run(paths_body, &call, &result, err);
}
