/* SPDX-License-Identifier: MIT */
/*
 * The reader: whatever the bytes, forms or a syntax error with a place that is
 * inside of the text; and a text that is complete is not called incomplete.
 */
#include "tests/fuzz/fuzz.h"
#include "tests/lib/magma_host.h"

struct reading {
    struct magma_text text;
    struct error_place place;
};

/* Places of forms go forwards. */
static Value
read_body(void *arg)
{
    struct reading *reading = arg;
    struct magma_reader *reader =
        magma_reader_create(reading->text, "fuzz.magma");
    Value form = VALUE_NIL;
    uint32_t line = 0;
    while (magma_read(reader, &form, &reading->place)) {
        FUZZ_HOLDS(reading->place.line >= line);
        FUZZ_HOLDS(reading->place.end_line >= reading->place.line);
        line = reading->place.line;
    }
    magma_reader_destroy(reader);
    return VALUE_NIL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    host_start();
    magma_set_limits(&(struct magma_limits){.steps = 20000,
                                            .depth = 300,
                                            .memory_bytes = 64 << 20});
    struct reading reading = {.text = {(const char *)bytes, len}};
    Value result = VALUE_NIL;
    Value thrown = VALUE_NIL;
    bool incomplete = magma_is_incomplete(reading.text);
    if (magma_try(read_body, &reading, &result, &thrown)) {
        FUZZ_HOLDS(!incomplete);
        return 0;
    }
    const struct error_object *error = magma_error(thrown);
    FUZZ_HOLDS(error != NULL);
    FUZZ_HOLDS(magma_error_type(thrown) == ERROR_LIMIT ||
               (error->place.line > 0 && error->place.column > 0));
    return 0;
}
