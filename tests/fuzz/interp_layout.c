/* SPDX-License-Identifier: MIT */
/*
 * The layout of source text: what was laid out stays when it is laid out again,
 * and reads as the same forms as before.
 */
#include "tests/fuzz/fuzz.h"
#include "tests/lib/magma_host.h"

static Value
layout_body(void *arg)
{
    return magma_layout(*(struct magma_text *)arg, "fuzz.magma");
}

static void
limit(void)
{
    magma_set_limits(&(struct magma_limits){.steps = 1000000,
                                            .depth = 300,
                                            .memory_bytes = 64 << 20});
}

/* All forms of a text, printed one a line. Names that the reader makes up
 * begin anew, so that two readings can be compared. */
static Value
forms_body(void *arg)
{
    magma_reset();
    limit();
    struct magma_reader *reader =
        magma_reader_create(*(struct magma_text *)arg, "fuzz.magma");
    Value form = VALUE_NIL;
    Value all = magma_vector(NULL, 0);
    struct error_place place;
    while (magma_read(reader, &form, &place)) {
        all = magma_vector_conj(all, form);
    }
    magma_reader_destroy(reader);
    return magma_print(all);
}

static bool
is_same(struct magma_text a, struct magma_text b)
{
    if (a.len == b.len && memcmp(a.bytes, b.bytes, a.len) == 0) {
        return true;
    }
    fprintf(stderr, "--- one:\n%.*s\n--- other:\n%.*s\n", (int)a.len, a.bytes,
            (int)b.len, b.bytes);
    return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    host_start();
    // Nested syntax-quotes grow without end; forms_body resets this.
    limit();
    struct magma_text text = {(const char *)bytes, len};
    Value first = VALUE_NIL;
    Value second = VALUE_NIL;
    Value before = VALUE_NIL;
    Value after = VALUE_NIL;
    Value thrown = VALUE_NIL;
    if (!magma_try(layout_body, &text, &first, &thrown)) {
        FUZZ_HOLDS(magma_error(thrown) != NULL);
        return 0;
    }
    struct magma_text once = magma_text_of(first);
    if (!magma_try(layout_body, &once, &second, &thrown)) {
        FUZZ_HOLDS(magma_error_type(thrown) == ERROR_LIMIT);
        return 0;
    }
    FUZZ_HOLDS(is_same(once, magma_text_of(second)));
    // A name of a namespace that is not there is an error of reading alone.
    if (magma_try(forms_body, &text, &before, &thrown)) {
        bool done = magma_try(forms_body, &once, &after, &thrown);
        FUZZ_HOLDS(done || magma_error_type(thrown) == ERROR_LIMIT);
        FUZZ_HOLDS(!done ||
                   is_same(magma_text_of(before), magma_text_of(after)));
    }
    return 0;
}
