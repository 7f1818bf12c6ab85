/* SPDX-License-Identifier: MIT */
/*
 * In a row, an absent text is empty: no reason has an empty text of its own
 * except a value before or after, where "" and none say the same. Codes that
 * were known when the form was made are one letter there: with a hundred
 * thousand actions, their names alone would take megabytes.
 */
#include "exec/decide/reasons.h"

#include "exec/base/memory.h"

#include <assert.h>
#include <string.h>
#include <time.h>

void
reasons_init(struct reasons *reasons)
{
    *reasons = (struct reasons){.items = vec_of(sizeof(struct exec_reason))};
}

void
reasons_clear(struct reasons *reasons)
{
    arena_finish(&reasons->texts);
    vec_finish(&reasons->items);
}

/* A copy that lives as long as the list. */
static const char *
keep(struct reasons *reasons, const char *text)
{
    return text ? arena_copy(&reasons->texts, text, strlen(text)) : NULL;
}

void
reasons_add(struct reasons *reasons, const char *code, const char *subject,
            const char *before, const char *after)
{
    assert(code && *code);
    struct exec_reason reason = {.code = code,
                                 .subject = keep(reasons, subject),
                                 .before = keep(reasons, before),
                                 .after = keep(reasons, after)};
    vec_push(&reasons->items, &reason);
}

struct exec_reason *
reasons_items(const struct reasons *reasons)
{
    return reasons->items.items;
}

const char *
reasons_attributes(struct reasons *reasons, const struct file_version *version)
{
    assert(version);
    if (version->kind == KIND_NONE) {
        return "absent";
    }
    time_t seconds = (time_t)(version->mtime_ns / 1000000000);
    long part_us = (long)(version->mtime_ns % 1000000000) / 1000;
    struct tm tm;
    char when[64] = "?";
    if (localtime_r(&seconds, &tm)) {
        (void)strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", &tm);
    }
    const char *kind = version->kind == KIND_DIR    ? "folder, "
                       : version->kind == KIND_LINK ? "dangling link, "
                                                    : "";
    return arena_format(&reasons->texts, "%ssize %lld, mode %o, mtime %s.%06ld",
                        kind, (long long)version->size, version->mode & 07777U,
                        when, part_us);
}

const char *
reasons_hash(struct reasons *reasons, struct hash128 hash)
{
    char text[HASH_TEXT_SIZE];
    hash_to_text(hash, text);
    return arena_format(&reasons->texts, "%.16s", text);
}

/* The letter is the place, from 'A' on. New codes go to the end. */
static const char *const lettered[] = {
    "never-built",
    "forced",
    "previous-failed",
    "previous-interrupted",
    "output-missing",
    "output-modified",
    "output-kind",
    "command-changed",
    "rule-code-changed",
    "env-changed",
    "input-written",
    "input-changed",
    "input-created",
    "input-deleted",
    "input-added",
    "input-removed",
    "discovered-changed",
    "depfile-bad",
    "dynout-changed",
    "watch-fired",
    "always",
    "tool-changed",
    "state-lost",
};

#define LETTERED (sizeof lettered / sizeof lettered[0])

const char *const *
exec_reason_codes(uint32_t *count)
{
    *count = LETTERED;
    return lettered;
}

static void
save_code(const char *code, struct buffer *row)
{
    for (size_t i = 0; i < LETTERED; i++) {
        if (strcmp(lettered[i], code) == 0) {
            buffer_add_char(row, (char)('A' + i));
            buffer_add_char(row, 0);
            return;
        }
    }
    buffer_add_text(row, code);
}

/* What a letter stands for; a name is itself. */
static const char *
load_code(const char *text)
{
    size_t place = (size_t)(text[0] - 'A');
    bool is_letter = text[0] >= 'A' && text[1] == 0 && place < LETTERED;
    return is_letter ? lettered[place] : text;
}

void
reasons_save(const struct reasons *reasons, struct buffer *row)
{
    for (uint32_t i = 0; i < reasons->items.count; i++) {
        const struct exec_reason *reason = vec_at(&reasons->items, i);
        save_code(reason->code, row);
        buffer_add_text(row, reason->subject ? reason->subject : "");
        buffer_add_text(row, reason->before ? reason->before : "");
        buffer_add_text(row, reason->after ? reason->after : "");
    }
}

/* "" at the end of the row. */
static const char *
next_text(struct slice *row)
{
    struct slice text;
    /* A row that was damaged may end in the middle of a text. */
    if (row->len == 0 || !memchr(row->bytes, 0, row->len)) {
        row->len = 0;
        return "";
    }
    return slice_next_text(row, &text) ? text.bytes : "";
}

static const char *
or_none(const char *text)
{
    return *text ? text : NULL;
}

struct exec_reason *
reasons_load(struct slice row, uint32_t *count)
{
    assert(count);
    struct vec items = vec_of(sizeof(struct exec_reason));
    while (row.len > 0) {
        struct exec_reason reason = {.code = load_code(next_text(&row))};
        reason.subject = or_none(next_text(&row));
        reason.before = or_none(next_text(&row));
        reason.after = or_none(next_text(&row));
        if (*reason.code) {
            vec_push(&items, &reason);
        }
    }
    *count = items.count;
    return items.items;
}
