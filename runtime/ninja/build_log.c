/* SPDX-License-Identifier: MIT */
/*
 * ninja reads this file leniently, and so do we: what a line lacks, or has too
 * much of, costs that line and nothing else. The price of passing a line over is
 * that a command runs again; the price of a misread one would be that it does
 * not. So a line without its end, which may have lost digits of its hash, is
 * none.
 */
#include "runtime/ninja/build_log.h"

#include "runtime/ninja/log_hash.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define HEADER "# ninja log v"

/* --- Reading ------------------------------------------------------------------------ */

/* The key of an entry in the table. */
static struct slice
output_of(const void *owner, uint32_t place)
{
    const struct build_log *log = owner;
    return ((const struct build_log_entry *)vec_at(&log->entries, place))
        ->output;
}

/* Takes the text up to the next tab off the line; false if there is none. */
static bool
take_field(struct slice *line, struct slice *field)
{
    const char *tab =
        line->len == 0 ? NULL : memchr(line->bytes, '\t', line->len);
    if (tab == NULL) {
        return false;
    }
    *field = (struct slice){line->bytes, (size_t)(tab - line->bytes)};
    line->bytes = tab + 1;
    line->len -= field->len + 1;
    return true;
}

/* As many digits as there are, as ninja reads numbers: what follows them does
 * not count, and nothing is 0. Too large ones are cut. */
static int64_t
number_of(struct slice text)
{
    bool negative = text.len > 0 && text.bytes[0] == '-';
    int64_t number = 0;
    for (size_t i = negative; i < text.len; i++) {
        int digit = text.bytes[i] - '0';
        if (digit < 0 || digit > 9) {
            break;
        }
        number =
            number > (INT64_MAX - 9) / 10 ? INT64_MAX - 9 : number * 10 + digit;
    }
    return negative ? -number : number;
}

static uint64_t
hexadecimal_of(struct slice text)
{
    static const char digits[] = "0123456789abcdef";
    uint64_t number = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char *digit =
            text.bytes[i] == '\0' ? NULL : strchr(digits, text.bytes[i] | 0x20);
        if (digit == NULL) {
            break;
        }
        number = number << 4 | (uint64_t)(digit - digits);
    }
    return number;
}

/* One line: what is none is passed over. */
static void
read_line(struct build_log *log, struct slice line, size_t at)
{
    struct slice fields[4];
    for (size_t i = 0; i < 4; i++) {
        if (!take_field(&line, &fields[i])) {
            return;
        }
    }
    struct build_log_entry entry = {
        .start_ms = number_of(fields[0]),
        .end_ms = number_of(fields[1]),
        .mtime_ns = number_of(fields[2]),
        .output = fields[3],
        .command = hexadecimal_of(line),
        .at = at,
    };
    uint32_t fresh = log->entries.count;
    uint32_t place =
        table_find_or_add(&log->by_output, output_of, log, entry.output, fresh);
    if (place == fresh) {
        vec_push(&log->entries, &entry);
    } else {
        *(struct build_log_entry *)vec_at(&log->entries, place) = entry;
    }
    log->line_count++;
}

int
build_log_version(struct slice text)
{
    size_t len = strlen(HEADER);
    if (text.len <= len || memcmp(text.bytes, HEADER, len) != 0) {
        return 0;
    }
    int64_t version =
        number_of((struct slice){text.bytes + len, text.len - len});
    return version > INT32_MAX ? INT32_MAX : (int)version;
}

void
build_log_read(struct build_log *log, struct slice text)
{
    *log =
        (struct build_log){.entries = vec_of(sizeof(struct build_log_entry))};
    if (text.len == 0) {
        return;
    }
    int version = build_log_version(text);
    if (version < BUILD_LOG_OLDEST || version > BUILD_LOG_NEWEST) {
        log->fault = version < BUILD_LOG_OLDEST
                         ? "build log version is too old; starting over"
                         : "build log version is too new; starting over";
        return;
    }
    log->version = version;
    const char *end;
    while (log->whole < text.len &&
           (end = memchr(text.bytes + log->whole, '\n',
                         text.len - log->whole)) != NULL) {
        const char *line = text.bytes + log->whole;
        read_line(log, (struct slice){line, (size_t)(end - line)}, log->whole);
        log->whole = (size_t)(end - text.bytes) + 1;
    }
}

void
build_log_finish(struct build_log *log)
{
    vec_finish(&log->entries);
    table_finish(&log->by_output);
    *log = (struct build_log){0};
}

const struct build_log_entry *
build_log_find(const struct build_log *log, struct slice output)
{
    if (log->version == 0) {
        return NULL;
    }
    uint32_t place = table_find(&log->by_output, output_of, log, output);
    return place == TABLE_NONE ? NULL : vec_at(&log->entries, place);
}

/* --- Writing ------------------------------------------------------------------------- */

uint64_t
build_log_hash(int version, struct slice command)
{
    assert(version >= BUILD_LOG_OLDEST && version <= BUILD_LOG_NEWEST);
    return version >= BUILD_LOG_RAPID ? log_hash_rapid(command)
                                      : log_hash_murmur(command);
}

void
build_log_add_header(struct buffer *out, int version)
{
    buffer_add_format(out, HEADER "%d\n", version);
}

void
build_log_add(struct buffer *out, const struct build_log_entry *entry)
{
    buffer_add_format(out, "%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t",
                      entry->start_ms, entry->end_ms, entry->mtime_ns);
    buffer_add(out, entry->output.bytes, entry->output.len);
    buffer_add_format(out, "\t%" PRIx64 "\n", entry->command);
}

bool
build_log_is_long(const struct build_log *log)
{
    enum { LINES_MIN = 100, RATIO = 3 };
    return log->line_count > LINES_MIN &&
           log->line_count / RATIO > log->entries.count;
}
