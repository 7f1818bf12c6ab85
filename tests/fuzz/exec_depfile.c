/* SPDX-License-Identifier: MIT */
/*
 * Depfiles: whatever the bytes, either an error with a text, or rows of
 * canonical paths, each once, and as many inputs as were counted.
 */
#include "exec/base/path.h"
#include "exec/decide/depfile.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* How many texts the row has; each is canonical and ends in the row. */
static uint32_t
check_row(const struct buffer *row, int are_paths)
{
    uint32_t count = 0;
    for (size_t at = 0; at < row->len; count++) {
        const char *text = row->bytes + at;
        FUZZ_HOLDS(memchr(text, 0, row->len - at) != NULL);
        size_t len = strlen(text);
        char *canonical = path_canonical(text, len);
        FUZZ_HOLDS(len > 0 && (!are_paths || strcmp(canonical, text) == 0));
        free(canonical);
        at += len + 1;
    }
    return count;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct depfile depfile = {0};
    struct error err = {0};
    struct slice text = {(const char *)bytes, len};
    if (!depfile_parse("d", text, &depfile, &err)) {
        FUZZ_HOLDS(err.what != NULL && err.class == ERROR_CLASS_BUILD);
    } else {
        FUZZ_HOLDS(check_row(&depfile.inputs, 1) == depfile.input_count);
        check_row(&depfile.outputs, 1);
        check_row(&depfile.env, 0);
    }
    error_finish(&err);
    depfile_finish(&depfile);
    return 0;
}
