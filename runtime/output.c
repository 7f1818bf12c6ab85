/* SPDX-License-Identifier: MIT */
/*
 * A long output is a file that is mapped: only the ends that are shown are
 * looked at, so that gigabytes of it cost no memory.
 */
#include "runtime/output.h"

#include "runtime/escape.h"
#include "runtime/report.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

enum {
    LINES_SHOWN = 100,  /* of a long output, at either end */
    END_MAX = 64 << 10, /* and not more bytes than this */
    WHOLE_MAX = 1 << 20 /* what is not longer is shown whole */
};

/* What a terminal would show of a line that was drawn over: what comes after
 * the last carriage return. One at the very end belongs to the newline. */
static void
show_line(FILE *out, const char *line, size_t len,
          const struct output_style *style)
{
    if (style->raw) {
        fwrite(line, 1, len, out);
        fputc('\n', out);
        return;
    }
    while (len > 0 && line[len - 1] == '\r') {
        len--;
    }
    const char *back = len > 0 ? memrchr(line, '\r', len) : NULL;
    size_t skipped = back != NULL ? (size_t)(back + 1 - line) : 0;
    report_sanitised_as(out, line + skipped, len - skipped, style->color);
    fputc('\n', out);
}

/* A colour that was not taken back must not be that of all that follows. */
static void
end_colour(FILE *out, const char *bytes, size_t len,
           const struct output_style *style)
{
    size_t part = len < END_MAX ? len : END_MAX;
    const char *end = bytes + len;
    const char *last = part > 0 ? memrchr(end - part, 0x1b, part) : NULL;
    size_t size =
        last == NULL ? 0 : escape_colour_len(last, (size_t)(end - last));
    bool is_reset = size == 3 || (size == 4 && last[2] == '0');
    if (style->color && !style->raw && size > 0 && !is_reset) {
        fputs("\033[0m", out);
    }
}

/* Line by line; the last one may have no end. */
static void
show_lines(FILE *out, const char *bytes, size_t len,
           const struct output_style *style)
{
    const char *all = bytes;
    size_t all_len = len;
    while (len > 0) {
        const char *newline = memchr(bytes, '\n', len);
        size_t n = newline != NULL ? (size_t)(newline - bytes) : len;
        show_line(out, bytes, n, style);
        n += newline != NULL;
        bytes += n;
        len -= n;
    }
    end_colour(out, all, all_len, style);
}

/* How many bytes the first lines have. */
static size_t
head_len(const char *bytes, size_t len)
{
    size_t max = len < END_MAX ? len : END_MAX;
    size_t at = 0;
    for (int lines = 0; lines < LINES_SHOWN && at < max; lines++) {
        const char *newline = memchr(bytes + at, '\n', max - at);
        at = newline != NULL ? (size_t)(newline + 1 - bytes) : max;
    }
    return at;
}

/* The same of the last ones. */
static size_t
tail_len(const char *bytes, size_t len)
{
    size_t max = len < END_MAX ? len : END_MAX;
    const char *start = bytes + (len - max);
    size_t end = max > 0 && start[max - 1] == '\n' ? max - 1 : max;
    for (int lines = 0; lines < LINES_SHOWN; lines++) {
        const char *newline = memrchr(start, '\n', end);
        if (newline == NULL) {
            return max;
        }
        end = (size_t)(newline - start);
    }
    return max - (end + 1);
}

/* Where a person finds what was left out, now or while it ran. */
static void
show_path(FILE *out, const char *before, const char *path)
{
    fprintf(out, "%sall of it is in ", before);
    report_sanitised_as(out, path, strlen(path), false);
    fputc('\n', out);
}

void
output_show(FILE *out, const struct exec_event *event,
            const struct output_style *style)
{
    assert(event->output_shown <= event->output_len);
    const char *bytes = event->output + event->output_shown;
    size_t len = event->output_len - event->output_shown;
    if (len <= WHOLE_MAX) {
        show_lines(out, bytes, len, style);
        if (event->output_path != NULL) {
            show_path(out, "... ", event->output_path);
        }
        return;
    }
    size_t head = head_len(bytes, len);
    size_t tail = tail_len(bytes, len);
    show_lines(out, bytes, head, style);
    fprintf(out, "... %" PRIu64 " bytes are left out here",
            (uint64_t)(len - head - tail));
    if (event->output_path != NULL) {
        show_path(out, ": ", event->output_path);
    } else {
        fputc('\n', out);
    }
    show_lines(out, bytes + (len - tail), tail, style);
}

/* As output_telling_line, of one part; true if it speaks of an error. */
static bool
telling_part(const char *bytes, size_t len, struct slice *best)
{
    for (size_t at = 0; at < len;) {
        const char *end = memchr(bytes + at, '\n', len - at);
        size_t n = end == NULL ? len - at : (size_t)(end - bytes) - at;
        struct slice line = {bytes + at, n};
        if (memmem(line.bytes, n, "error", 5) != NULL ||
            memmem(line.bytes, n, "Error", 5) != NULL) {
            *best = line;
            return true;
        }
        if (n > 0) {
            *best = line;
        }
        at += n + 1;
    }
    return false;
}

struct slice
output_telling_line(const char *bytes, size_t len)
{
    struct slice best = {"", 0};
    size_t part = len <= WHOLE_MAX ? len : END_MAX;
    if (!telling_part(bytes, part, &best) && part < len) {
        (void)telling_part(bytes + (len - part), part, &best);
    }
    return best;
}
