/* SPDX-License-Identifier: MIT */
/*
 * See placeholder.h. Each placeholder is a row: its letter, its name, and what
 * adds it. The texts are byte for byte those of ninja, since people parse them.
 */
#include "runtime/placeholder.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#define HOUR_US (INT64_C(3600) * 1000000)

void
rate_add(struct rate *rate, int64_t time_us)
{
    rate->ends_us[rate->count % RATE_WINDOW] = time_us;
    rate->count++;
}

/* --- Texts ------------------------------------------------------------------ */

static void
add_count(struct buffer *out, uint32_t count)
{
    buffer_add_format(out, "%" PRIu32, count);
}

/* Of nothing, nothing. */
static void
add_percent(struct buffer *out, uint64_t part, uint64_t whole)
{
    uint32_t percent = whole == 0 ? 0 : (uint32_t)(part * 100 / whole);
    buffer_add_format(out, "%3" PRIu32 "%%", percent);
}

/* So many a second; a question mark while there is nothing to tell it by. */
static void
add_rate(struct buffer *out, uint32_t count, int64_t time_us)
{
    if (time_us <= 0) {
        buffer_add_char(out, '?');
    } else {
        buffer_add_format(out, "%.1f", count * 1e6 / (double)time_us);
    }
}

/* "02:03", and "1:02:03" as soon as what runs or what is left takes an hour, so
 * that both have one form. */
static void
add_clock(struct buffer *out, const struct status_numbers *n, int64_t time_us)
{
    if (time_us < 0) {
        buffer_add_char(out, '?');
        return;
    }
    int64_t s = time_us / 1000000;
    if (n->time_us >= HOUR_US || n->left_us >= HOUR_US) {
        buffer_add_format(out, "%" PRId64 ":%02" PRId64 ":%02" PRId64, s / 3600,
                          s / 60 % 60, s % 60);
    } else {
        buffer_add_format(out, "%02" PRId64 ":%02" PRId64, s / 60, s % 60);
    }
}

static void
add_seconds(struct buffer *out, int64_t time_us)
{
    if (time_us < 0) {
        buffer_add_char(out, '?');
    } else {
        buffer_add_format(out, "%.3f", (double)time_us / 1e6);
    }
}

/* --- The table ---------------------------------------------------------------- */

typedef void add_fn(struct buffer *out, const struct status_numbers *n);

static void
add_started(struct buffer *out, const struct status_numbers *n)
{
    add_count(out, n->started);
}

static void
add_total(struct buffer *out, const struct status_numbers *n)
{
    buffer_add_str(out, n->at_least ? "\xe2\x89\xa5 " : "");
    add_count(out, n->total);
}

/* Actions that were up to date have not started here, but have ended: whoever
 * fills the numbers in counts them as started too. */
static void
add_running(struct buffer *out, const struct status_numbers *n)
{
    assert(n->finished <= n->started);
    add_count(out, n->started - n->finished + n->ending);
}

/* The total may fall behind for a moment, when the graph shrinks. */
static void
add_unstarted(struct buffer *out, const struct status_numbers *n)
{
    add_count(out, n->total > n->started ? n->total - n->started : 0);
}

static void
add_finished(struct buffer *out, const struct status_numbers *n)
{
    add_count(out, n->finished);
}

static void
add_overall_rate(struct buffer *out, const struct status_numbers *n)
{
    add_rate(out, n->finished, n->time_us);
}

/* The time between the first and the last of the window. */
static void
add_current_rate(struct buffer *out, const struct status_numbers *n)
{
    const struct rate *rate = n->rate;
    uint32_t ended = rate == NULL ? 0 : rate->count;
    uint32_t count = ended < RATE_WINDOW ? ended : RATE_WINDOW;
    if (count < 2) {
        buffer_add_char(out, '?');
        return;
    }
    int64_t first = rate->ends_us[(ended - count) % RATE_WINDOW];
    int64_t last = rate->ends_us[(ended - 1) % RATE_WINDOW];
    add_rate(out, count - 1, last - first);
}

static void
add_progress(struct buffer *out, const struct status_numbers *n)
{
    add_percent(out, n->finished, n->total);
}

static void
add_elapsed_seconds(struct buffer *out, const struct status_numbers *n)
{
    add_seconds(out, n->time_us);
}

static void
add_elapsed(struct buffer *out, const struct status_numbers *n)
{
    add_clock(out, n, n->time_us);
}

static void
add_eta_seconds(struct buffer *out, const struct status_numbers *n)
{
    add_seconds(out, n->left_us);
}

static void
add_eta(struct buffer *out, const struct status_numbers *n)
{
    add_clock(out, n, n->left_us);
}

/* Of the time that it will have taken at the end. */
static void
add_predicted(struct buffer *out, const struct status_numbers *n)
{
    int64_t left_us = n->left_us < 0 ? 0 : n->left_us;
    uint64_t whole = n->left_us < 0 ? 0 : (uint64_t)(n->time_us + left_us);
    add_percent(out, (uint64_t)n->time_us, whole);
}

static void
add_description(struct buffer *out, const struct status_numbers *n)
{
    buffer_add(out, n->description.bytes, n->description.len);
}

static const struct placeholder {
    char letter; /* 0: it has a name only */
    const char *name;
    add_fn *add;
} placeholders[] = {
    {'s', "started", add_started},
    {'t', "total", add_total},
    {'r', "running", add_running},
    {'u', "remaining", add_unstarted},
    {'f', "finished", add_finished},
    {'o', "rate", add_overall_rate},
    {'c', "current_rate", add_current_rate},
    {'p', "progress", add_progress},
    {'e', "elapsed_seconds", add_elapsed_seconds},
    {'w', "elapsed", add_elapsed},
    {'E', "eta_seconds", add_eta_seconds},
    {'W', "eta", add_eta},
    {'P', "predicted_progress", add_predicted},
    {0, "description", add_description},
};

#define PLACEHOLDER_COUNT (sizeof(placeholders) / sizeof(placeholders[0]))

static const struct placeholder *
find_letter(char letter)
{
    for (size_t i = 0; letter != '\0' && i < PLACEHOLDER_COUNT; i++) {
        if (placeholders[i].letter == letter) {
            return &placeholders[i];
        }
    }
    return NULL;
}

static const struct placeholder *
find_name(struct slice name)
{
    for (size_t i = 0; i < PLACEHOLDER_COUNT; i++) {
        if (strlen(placeholders[i].name) == name.len &&
            memcmp(placeholders[i].name, name.bytes, name.len) == 0) {
            return &placeholders[i];
        }
    }
    return NULL;
}

/* --- Letters --------------------------------------------------------------------- */

/* Without numbers the format is only looked at. */
static bool
walk_letters(struct buffer *out, const char *format,
             const struct status_numbers *numbers, char *bad)
{
    bool known = true;
    for (const char *at = format; *at != '\0'; at++) {
        const struct placeholder *found = NULL;
        if (*at == '%') {
            found = find_letter(at[1]);
        }
        if (*at == '%' && found == NULL && at[1] != '%') {
            *bad = known ? at[1] : *bad;
            known = false;
        } else if (*at == '%') {
            at++;
        }
        if (numbers != NULL && found != NULL) {
            found->add(out, numbers);
        } else if (numbers != NULL) {
            buffer_add_char(out, *at);
        }
    }
    return known;
}

void
placeholder_add_letters(struct buffer *out, const char *format,
                        const struct status_numbers *numbers)
{
    char ignored = 0;
    (void)walk_letters(out, format, numbers, &ignored);
}

bool
placeholder_letters_known(const char *format, char *bad)
{
    return walk_letters(NULL, format, NULL, bad);
}

/* --- Names ------------------------------------------------------------------------ */

/* The name behind a dollar sign, and how many bytes that takes with it; a name
 * without bytes if there is none. */
static struct slice
name_at(const char *at, size_t *used)
{
    bool braced = at[1] == '{';
    const char *start = at + 1 + braced;
    size_t len = 0;
    while (isalnum((unsigned char)start[len]) || start[len] == '_') {
        len++;
    }
    if (braced && start[len] != '}') {
        len = 0;
    }
    *used = len == 0 ? 1 : 1 + len + (braced ? 2 : 0);
    return (struct slice){start, len};
}

static bool
walk_names(struct buffer *out, const char *format,
           const struct status_numbers *numbers, struct slice *bad)
{
    bool known = true;
    for (const char *at = format; *at != '\0';) {
        size_t used = 1;
        const struct placeholder *found = NULL;
        if (*at == '$' && at[1] != '$') {
            struct slice name = name_at(at, &used);
            found = find_name(name);
            *bad = found == NULL && known ? name : *bad;
            known = known && found != NULL;
        }
        if (numbers != NULL && found != NULL) {
            found->add(out, numbers);
        } else if (numbers != NULL) {
            buffer_add(out, at, used);
        }
        at += used + (*at == '$' && at[1] == '$');
    }
    return known;
}

void
placeholder_add_names(struct buffer *out, const char *format,
                      const struct status_numbers *numbers)
{
    struct slice ignored = {NULL, 0};
    (void)walk_names(out, format, numbers, &ignored);
}

bool
placeholder_names_known(const char *format, struct slice *bad)
{
    return walk_names(NULL, format, NULL, bad);
}
