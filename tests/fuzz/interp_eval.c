/* SPDX-License-Identifier: MIT */
/*
 * Reading, expanding, compiling and running with small budgets, then what is
 * done with values afterwards: fingerprints and both printers.
 */
#include "tests/fuzz/fuzz.h"
#include "tests/lib/magma_host.h"

static Value
eval_body(void *arg)
{
    const struct magma_text *text = arg;
    Value value = magma_eval_text(*text, "fuzz.magma");
    if (magma_is_function(value)) {
        magma_fingerprint(value);
    }
    magma_print(value);
    return magma_pretty(value, 72, 20);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    host_start();
    magma_set_limits(&(struct magma_limits){.steps = 20000,
                                            .depth = 300,
                                            .memory_bytes = 256 << 20});
    struct magma_text text = {(const char *)bytes, len};
    Value result = VALUE_NIL;
    Value thrown = VALUE_NIL;
    magma_try(eval_body, &text, &result, &thrown);
    return 0;
}
