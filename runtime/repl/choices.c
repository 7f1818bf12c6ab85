/* SPDX-License-Identifier: MIT */
/* See choices.h. */
#include "runtime/repl/choices.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A path with a newline in it can be built, but not typed at a prompt. */
static bool
has_control(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        if (c < ' ' || c == 0x7f) {
            return true;
        }
    }
    return false;
}

void
choices_add(struct choices *choices, const char *before, struct slice text)
{
    if (!has_control(text)) {
        buffer_add_str(&choices->rows, before);
        buffer_add(&choices->rows, text.bytes, text.len);
        buffer_add_char(&choices->rows, 0);
        choices->count++;
    }
}

/* By bytes, so that the order is the same everywhere. */
static int
compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void
choices_sort(struct choices *choices)
{
    const char **texts = mem_alloc(choices->count + 1u, sizeof(*texts));
    struct slice row = buffer_slice(&choices->rows);
    struct slice text;
    uint32_t count = 0;
    while (slice_next_text(&row, &text)) {
        texts[count++] = text.bytes;
    }
    assert(count == choices->count);
    qsort(texts, count, sizeof(*texts), compare);
    struct choices sorted = {.start = choices->start};
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(texts[i - 1], texts[i]) != 0) {
            buffer_add_text(&sorted.rows, texts[i]);
            sorted.count++;
        }
    }
    free(texts);
    buffer_finish(&choices->rows);
    *choices = sorted;
}

void
choices_finish(struct choices *choices)
{
    buffer_finish(&choices->rows);
    choices->count = 0;
}

size_t
choices_common(const struct choices *choices)
{
    struct slice row = buffer_slice(&choices->rows);
    struct slice first;
    struct slice text;
    if (!slice_next_text(&row, &first)) {
        return 0;
    }
    size_t len = first.len;
    while (slice_next_text(&row, &text)) {
        size_t same = 0;
        while (same < len && first.bytes[same] == text.bytes[same]) {
            same++;
        }
        len = same;
    }
    while (len > 0 && ((unsigned char)first.bytes[len] & 0xc0) == 0x80) {
        len--;
    }
    return len;
}
