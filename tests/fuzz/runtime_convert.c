/* SPDX-License-Identifier: MIT */
/*
 * Conversion: a ninja file that makes a graph is converted, unless it is no
 * text, and what was made evaluates to the same graph.
 */
#include "runtime/ninja/convert.h"
#include "runtime/ninja/import.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/ninja_files.h"

static void
convert(void)
{
    struct conversion made;
    struct error err = {0};
    if (!ninja_convert("build.ninja", "build.magma", ninja_files_read, &made,
                       &err)) {
        FUZZ_HOLDS(strstr(err.what, "not UTF-8") != NULL);
    } else if (!conversion_holds("build.ninja", "build.magma", ninja_files_read,
                                 &made, &err)) {
        const struct converted_file *file = vec_at(&made.files, 0);
        fprintf(stderr, "%s\n%s\n", err.what, buffer_str(&file->text));
        FUZZ_HOLDS(err.what == NULL);
    }
    error_finish(&err);
    conversion_finish(&made);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct ninja_import direct;
    struct error err = {0};
    ninja_files_split(bytes, len);
    bool done = ninja_import("build.ninja", ninja_files_read, &direct, &err);
    error_finish(&err);
    ninja_import_finish(&direct);
    if (done) {
        convert();
    }
    return 0;
}
