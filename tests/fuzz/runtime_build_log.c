/* SPDX-License-Identifier: MIT */
/*
 * The build log: whatever the bytes, entries that lie in them, each output once
 * and found by its name; and what is written of them reads as the same.
 */
#include "runtime/ninja/build_log.h"
#include "tests/fuzz/fuzz.h"

static const struct build_log_entry *
entry_at(const struct build_log *log, uint32_t i)
{
    return vec_at(&log->entries, i);
}

/* Entries of both are the same. */
static void
check_alike(const struct build_log *log, const struct build_log *again)
{
    FUZZ_HOLDS(again->version == log->version && again->fault == NULL);
    FUZZ_HOLDS(again->entries.count == log->entries.count);
    for (uint32_t i = 0; i < log->entries.count; i++) {
        const struct build_log_entry *a = entry_at(log, i);
        const struct build_log_entry *b = build_log_find(again, a->output);
        FUZZ_HOLDS(b != NULL && slice_equal(a->output, b->output));
        FUZZ_HOLDS(a->mtime_ns == b->mtime_ns && a->command == b->command);
        FUZZ_HOLDS(a->start_ms == b->start_ms && a->end_ms == b->end_ms);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct slice text = {(const char *)bytes, len};
    struct build_log log;
    struct build_log again;
    struct buffer out = {0};
    build_log_read(&log, text);
    FUZZ_HOLDS(log.whole <= len && log.entries.count <= log.line_count);
    FUZZ_HOLDS((log.version == 0) == (log.fault != NULL || len == 0));
    for (uint32_t i = 0; i < log.entries.count; i++) {
        const struct build_log_entry *entry = entry_at(&log, i);
        FUZZ_HOLDS(build_log_find(&log, entry->output) == entry);
        FUZZ_HOLDS(entry->output.bytes >= text.bytes &&
                   entry->output.bytes + entry->output.len <= text.bytes + len);
        if (i == 0) {
            build_log_add_header(&out, log.version);
        }
        build_log_add(&out, entry);
    }
    if (out.len > 0) {
        build_log_read(&again, buffer_slice(&out));
        check_alike(&log, &again);
        build_log_finish(&again);
    }
    buffer_finish(&out);
    build_log_finish(&log);
    return 0;
}
