/* SPDX-License-Identifier: MIT */
/*
 * A record begins with its size, whose highest bit tells what it is: a path, up
 * to three zeros, and its number upside down; or the number of an output, its
 * time in two halves, and the numbers of what it read. All of them are
 * 32 bits, in the order of the machine, as ninja writes them.
 *
 *     size       | path ... 0 0 0 | ~number
 *     size | top | output | time low | time high | input | input | ...
 *
 * Nothing is copied out of the bytes: a path is known by where it stands, and
 * of an output the last record is, so that a log of a hundred thousand outputs
 * costs two small arrays. What is added goes through the reader as well: it is
 * the one place that knows what a good record is.
 *
 * A number that is not the next one means that two programs appended at once,
 * each counting by itself. From there on numbers mean nothing any more, and so
 * all that follows is given up, though its records may look good.
 */
#include "runtime/ninja/deps_log.h"

#include <assert.h>
#include <string.h>

#define SIGNATURE "# ninjadeps\n"
#define VERSION 4
#define HEADER_LEN (sizeof(SIGNATURE) - 1 + 4)
#define RECORD_MAX ((1U << 19) - 1)
#define DEPS_BIT 0x80000000U
#define NONE UINT32_MAX

struct deps_path {
    size_t at; /* in the bytes */
    size_t len;
    size_t deps; /* where the numbers of its record begin; 0: none */
    uint32_t count;
    int64_t mtime_ns;
};

/* --- Numbers -------------------------------------------------------------------------- */

static uint32_t
number_at(const struct deps_log *log, size_t at)
{
    uint32_t number;
    assert(at + sizeof(number) <= log->bytes.len);
    memcpy(&number, log->bytes.bytes + at, sizeof(number));
    return number;
}

static void
add_number(struct buffer *out, uint32_t number)
{
    buffer_add(out, &number, sizeof(number));
}

static struct deps_path *
path_at(const struct deps_log *log, uint32_t number)
{
    return vec_at(&log->paths, number);
}

/* The key of a path in the table. */
static struct slice
text_of(const void *owner, uint32_t number)
{
    const struct deps_log *log = owner;
    const struct deps_path *path = path_at(log, number);
    return (struct slice){log->bytes.bytes + path->at, path->len};
}

static uint32_t
number_of(const struct deps_log *log, struct slice path)
{
    uint32_t number = table_find(&log->by_path, text_of, log, path);
    return number == TABLE_NONE ? NONE : number;
}

/* --- Reading ---------------------------------------------------------------------------- */

/* A path with its number, which is the next one and no other. */
static bool
read_path(struct deps_log *log, size_t at, uint32_t size)
{
    if (size <= 4) {
        return false;
    }
    struct deps_path path = {.at = at, .len = size - 4};
    for (int i = 0;
         i < 3 && path.len > 0 && log->bytes.bytes[at + path.len - 1] == '\0';
         i++) {
        path.len--;
    }
    uint32_t number = log->paths.count;
    if (path.len == 0 || number_at(log, at + size - 4) != ~number) {
        return false;
    }
    vec_push(&log->paths, &path);
    if (table_find_or_add(&log->by_path, text_of, log, text_of(log, number),
                          number) != number) {
        (void)vec_pop(&log->paths);
        return false;
    }
    return true;
}

/* What an output read: of all records of one, the last counts. */
static bool
read_deps(struct deps_log *log, size_t at, uint32_t size)
{
    enum { FIXED = 12 };
    if (size < FIXED || size % 4 != 0) {
        return false;
    }
    uint32_t output = number_at(log, at);
    bool known = output < log->paths.count;
    for (size_t i = at + FIXED; known && i < at + size; i += 4) {
        known = number_at(log, i) < log->paths.count;
    }
    if (!known) {
        return false;
    }
    struct deps_path *path = path_at(log, output);
    log->record_count++;
    log->output_count += path->deps == 0;
    path->deps = at + FIXED;
    path->count = (size - FIXED) / 4;
    path->mtime_ns = (int64_t)((uint64_t)number_at(log, at + 8) << 32 |
                               number_at(log, at + 4));
    return true;
}

/* False at a header that is not that of this version. */
static bool
read_header(struct deps_log *log)
{
    size_t len = strlen(SIGNATURE);
    bool is_signed = log->bytes.len >= HEADER_LEN &&
                     memcmp(log->bytes.bytes, SIGNATURE, len) == 0;
    uint32_t version = is_signed ? number_at(log, len) : 0;
    if (version != VERSION) {
        log->fault = version == 1
                         ? "deps log version change; rebuilding"
                         : "bad deps log signature or version; starting over";
        return false;
    }
    log->whole = HEADER_LEN;
    return true;
}

void
deps_log_read(struct deps_log *log)
{
    log->paths.item_size = sizeof(struct deps_path);
    log->fault = NULL;
    if (log->bytes.len == 0 || (log->whole == 0 && !read_header(log))) {
        return;
    }
    while (log->whole < log->bytes.len) {
        size_t left = log->bytes.len - log->whole;
        uint32_t size = left < 4 ? 0 : number_at(log, log->whole);
        bool is_deps = (size & DEPS_BIT) != 0;
        size &= ~DEPS_BIT;
        if (size == 0 || size > RECORD_MAX || size > left - 4 ||
            !(is_deps ? read_deps(log, log->whole + 4, size)
                      : read_path(log, log->whole + 4, size))) {
            log->fault = "premature end of file; recovering";
            buffer_truncate(&log->bytes, log->whole);
            return;
        }
        log->whole += size + 4;
    }
}

void
deps_log_finish(struct deps_log *log)
{
    buffer_finish(&log->bytes);
    vec_finish(&log->paths);
    table_finish(&log->by_path);
    *log = (struct deps_log){0};
}

/* --- Asking ------------------------------------------------------------------------------ */

bool
deps_log_find(const struct deps_log *log, struct slice output,
              struct deps *deps)
{
    uint32_t number = number_of(log, output);
    if (number == NONE || path_at(log, number)->deps == 0) {
        return false;
    }
    const struct deps_path *path = path_at(log, number);
    *deps = (struct deps){path->mtime_ns, path->count};
    return true;
}

struct slice
deps_log_input(const struct deps_log *log, struct slice output, uint32_t index)
{
    const struct deps_path *path = path_at(log, number_of(log, output));
    assert(index < path->count);
    return text_of(log, number_at(log, path->deps + 4 * (size_t)index));
}

uint32_t
deps_log_path_count(const struct deps_log *log)
{
    return log->paths.count;
}

struct slice
deps_log_path(const struct deps_log *log, uint32_t number)
{
    return text_of(log, number);
}

/* --- Writing ------------------------------------------------------------------------------ */

/* True if that is what is known already. */
static bool
is_known(const struct deps_log *log, struct slice output, int64_t mtime_ns,
         struct slice inputs)
{
    struct deps deps;
    struct slice input;
    if (!deps_log_find(log, output, &deps) || deps.mtime_ns != mtime_ns) {
        return false;
    }
    uint32_t count = 0;
    while (inputs.len > 0 && slice_next_text(&inputs, &input)) {
        if (count >= deps.count ||
            !slice_equal(input, deps_log_input(log, output, count))) {
            return false;
        }
        count++;
    }
    return count == deps.count;
}

/* Adds a path that has no number yet; false if it is too long for a record. */
static bool
add_path(struct deps_log *log, struct slice path)
{
    if (number_of(log, path) != NONE) {
        return true;
    }
    uint32_t padding = (4 - (uint32_t)(path.len % 4)) % 4;
    if (path.len == 0 || path.len + padding + 4 > RECORD_MAX) {
        return false;
    }
    add_number(&log->bytes, (uint32_t)path.len + padding + 4);
    buffer_add(&log->bytes, path.bytes, path.len);
    buffer_add(&log->bytes, "\0\0\0", padding);
    add_number(&log->bytes, ~log->paths.count);
    deps_log_read(log);
    return true;
}

void
deps_log_begin(struct deps_log *log)
{
    assert(log->bytes.len == 0);
    buffer_add_str(&log->bytes, SIGNATURE);
    add_number(&log->bytes, VERSION);
    deps_log_read(log);
}

bool
deps_log_add(struct deps_log *log, struct slice output, int64_t mtime_ns,
             struct slice inputs)
{
    struct slice input;
    struct slice row = inputs;
    if (is_known(log, output, mtime_ns, inputs)) {
        return false;
    }
    if (log->bytes.len == 0) {
        deps_log_begin(log);
    }
    bool fits = add_path(log, output);
    uint32_t count = 0;
    while (fits && row.len > 0 && slice_next_text(&row, &input)) {
        fits = add_path(log, input);
        count++;
    }
    if (!fits || count > (RECORD_MAX - 12) / 4) {
        return false;
    }
    uint64_t mtime = (uint64_t)mtime_ns;
    add_number(&log->bytes, (12 + 4 * count) | DEPS_BIT);
    add_number(&log->bytes, number_of(log, output));
    add_number(&log->bytes, (uint32_t)mtime);
    add_number(&log->bytes, (uint32_t)(mtime >> 32));
    while (inputs.len > 0 && slice_next_text(&inputs, &input)) {
        add_number(&log->bytes, number_of(log, input));
    }
    deps_log_read(log);
    assert(log->fault == NULL);
    return true;
}

bool
deps_log_is_long(const struct deps_log *log)
{
    enum { RECORDS_MIN = 1000, RATIO = 3 };
    return log->record_count > RECORDS_MIN &&
           log->record_count / RATIO > log->output_count;
}
