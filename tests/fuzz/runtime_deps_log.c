/* SPDX-License-Identifier: MIT */
/*
 * The deps log: whatever the bytes, what is good of them is known, reads again
 * as the same without a fault, and takes more behind it.
 */
#include "runtime/ninja/deps_log.h"
#include "tests/fuzz/fuzz.h"

/* Whoever is asked about answers, and only with paths that have a number. */
static void
check_paths(const struct deps_log *log)
{
    uint32_t outputs = 0;
    for (uint32_t i = 0; i < deps_log_path_count(log); i++) {
        struct slice path = deps_log_path(log, i);
        struct deps deps;
        FUZZ_HOLDS(path.len > 0);
        if (!deps_log_find(log, path, &deps)) {
            continue;
        }
        outputs++;
        for (uint32_t k = 0; k < deps.count; k++) {
            FUZZ_HOLDS(deps_log_input(log, path, k).len > 0);
        }
    }
    FUZZ_HOLDS(outputs == log->output_count);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct deps_log log = {0};
    struct deps_log again = {0};
    buffer_add(&log.bytes, bytes, len);
    deps_log_read(&log);
    FUZZ_HOLDS(log.whole <= len && log.output_count <= log.record_count);
    check_paths(&log);
    if (log.whole == 0) {
        deps_log_finish(&log);
        return 0;
    }
    struct deps deps;
    struct slice output = {"made", 4};
    (void)deps_log_add(&log, output, 1, (struct slice){"in", 3});
    FUZZ_HOLDS(deps_log_find(&log, output, &deps) && deps.count == 1);
    buffer_add(&again.bytes, log.bytes.bytes, log.bytes.len);
    deps_log_read(&again);
    FUZZ_HOLDS(again.fault == NULL && again.whole == log.whole);
    FUZZ_HOLDS(deps_log_path_count(&again) == deps_log_path_count(&log));
    check_paths(&again);
    deps_log_finish(&again);
    deps_log_finish(&log);
    return 0;
}
