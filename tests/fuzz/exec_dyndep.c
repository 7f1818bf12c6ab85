/* SPDX-License-Identifier: MIT */
/*
 * Dyndep files: whatever the bytes, either an error with a text, or statements
 * whose outputs are found by their names and whose paths are not empty.
 */
#include "exec/decide/dyndep.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* A row of so many texts lies inside of the texts. */
static void
check_row(const struct dyndep *dyndep, uint32_t at, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        FUZZ_HOLDS(at < dyndep->texts.len);
        size_t len = strlen(dyndep_text(dyndep, at));
        FUZZ_HOLDS(len > 0);
        at += (uint32_t)len + 1;
    }
    FUZZ_HOLDS(at <= dyndep->texts.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct dyndep dyndep = {0};
    struct error err = {0};
    struct slice text = {(const char *)bytes, len};
    if (!dyndep_parse("dd", text, &dyndep, &err)) {
        FUZZ_HOLDS(err.what != NULL && err.class == ERROR_CLASS_BUILD);
    } else {
        for (uint32_t i = 0; i < dyndep.entries.count; i++) {
            const struct dyndep_entry *entry = vec_at(&dyndep.entries, i);
            const char *output = dyndep_text(&dyndep, entry->output);
            FUZZ_HOLDS(dyndep_find(&dyndep, output) == entry);
            check_row(&dyndep, entry->outputs, entry->output_count);
            check_row(&dyndep, entry->inputs, entry->input_count);
        }
    }
    error_finish(&err);
    dyndep_finish(&dyndep);
    return 0;
}
