/* SPDX-License-Identifier: MIT */
/*
 * The printer: what a form prints as reads back to a form that prints as the
 * same, on one line and over several.
 */
#include "tests/fuzz/fuzz.h"
#include "tests/lib/magma_host.h"

/* The first form of a text, or ABSENT; its own throw ends the case. */
static Value
read_one(struct magma_text text)
{
    struct magma_reader *reader = magma_reader_create(text, "fuzz.magma");
    Value form = VALUE_ABSENT;
    struct error_place place;
    if (!magma_read(reader, &form, &place)) {
        form = VALUE_ABSENT;
    }
    magma_reader_destroy(reader);
    return form;
}

static Value
read_body(void *arg)
{
    return read_one(*(struct magma_text *)arg);
}

static Value
print_body(void *arg)
{
    return magma_print(*(Value *)arg);
}

static Value
pretty_body(void *arg)
{
    return magma_pretty(*(Value *)arg, 40, 1000000);
}

/* True unless a budget is spent. */
static bool
print(magma_body body, Value form, Value *text)
{
    Value thrown = VALUE_NIL;
    bool printed = magma_try(body, &form, text, &thrown);
    FUZZ_HOLDS(printed || magma_error_type(thrown) == ERROR_LIMIT);
    return printed;
}

/* Reads what was printed, and compares its print with the first one. */
static void
check(Value printed, Value first)
{
    struct magma_text text = magma_text_of(printed);
    Value form = VALUE_ABSENT;
    Value again = VALUE_NIL;
    Value thrown = VALUE_NIL;
    if (!magma_try(read_body, &text, &form, &thrown)) {
        // A regex, say, prints as a literal of another mode.
        fprintf(stderr, "printed: %.*s\n", (int)text.len, text.bytes);
        FUZZ_HOLDS(magma_error_type(thrown) == ERROR_LIMIT);
        return;
    }
    FUZZ_HOLDS(!value_is(form, VALUE_ABSENT));
    if (print(print_body, form, &again)) {
        struct magma_text a = magma_text_of(first);
        struct magma_text b = magma_text_of(again);
        if (a.len != b.len || memcmp(a.bytes, b.bytes, a.len) != 0) {
            fprintf(stderr, "first: %s\nagain: %s\n", a.bytes, b.bytes);
        }
        FUZZ_HOLDS(a.len == b.len && memcmp(a.bytes, b.bytes, a.len) == 0);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    host_start();
    magma_set_limits(&(struct magma_limits){.steps = 100000,
                                            .depth = 300,
                                            .memory_bytes = 64 << 20});
    struct magma_text text = {(const char *)bytes, len};
    Value form = VALUE_ABSENT;
    Value thrown = VALUE_NIL;
    Value line = VALUE_NIL;
    Value pretty = VALUE_NIL;
    if (magma_try(read_body, &text, &form, &thrown) &&
        !value_is(form, VALUE_ABSENT) && print(print_body, form, &line)) {
        check(line, line);
        if (print(pretty_body, form, &pretty)) {
            check(pretty, line);
        }
    }
    return 0;
}
