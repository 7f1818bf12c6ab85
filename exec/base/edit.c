/* SPDX-License-Identifier: MIT */
/*
 * Edits follow each other: how many bytes both texts have in common, how many
 * come in then (twice that, and one more if the base does not lose as many),
 * how many it loses if these are not as many, and the bytes that come in. They
 * end where the text does.
 */
#include "exec/base/edit.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* So far from a difference it is looked for what both texts have again. */
#define REACH 96
/* So many bytes in a row are no chance. */
#define AGAIN 4

static size_t
smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t
common(struct slice a, struct slice b)
{
    size_t len = smaller(a.len, b.len);
    size_t i = 0;
    while (i < len && a.bytes[i] == b.bytes[i]) {
        i++;
    }
    return i;
}

static struct slice
behind(struct slice text, size_t len)
{
    assert(len <= text.len);
    return (struct slice){text.bytes + len, text.len - len};
}

static bool
is_again(struct slice base, size_t lost, struct slice text, size_t in)
{
    if (lost == base.len && in == text.len) {
        return true;
    }
    return base.len - lost >= AGAIN && text.len - in >= AGAIN &&
           memcmp(base.bytes + lost, text.bytes + in, AGAIN) == 0;
}

/* The nearest place from which on they are alike: what is lost up to there, and
 * what comes in; else all that is left. */
static void
find_again(struct slice base, struct slice text, size_t *lost, size_t *in)
{
    size_t most_lost = smaller(base.len, REACH);
    size_t most_in = smaller(text.len, REACH);
    for (size_t sum = 1; sum <= most_lost + most_in; sum++) {
        // Most often as much is lost as comes in: from the middle outwards.
        for (size_t off = sum % 2; off <= sum; off += 2) {
            size_t few = (sum - off) / 2;
            size_t many = sum - few;
            if (few <= most_lost && many <= most_in &&
                is_again(base, few, text, many)) {
                *lost = few;
                *in = many;
                return;
            }
            if (many <= most_lost && few <= most_in &&
                is_again(base, many, text, few)) {
                *lost = many;
                *in = few;
                return;
            }
        }
    }
    *lost = base.len;
    *in = text.len;
}

bool
edit_add(struct slice base, struct slice text, size_t room, struct buffer *out)
{
    size_t start = out->len;
    while (text.len > 0 && out->len - start <= room) {
        size_t same = common(base, text);
        varint_add(out, same);
        base = behind(base, same);
        text = behind(text, same);
        if (text.len == 0) {
            break;
        }
        size_t lost = 0;
        size_t in = 0;
        find_again(base, text, &lost, &in);
        varint_add(out, in << 1 | (lost != in));
        if (lost != in) {
            varint_add(out, lost);
        }
        buffer_add(out, text.bytes, in);
        base = behind(base, lost);
        text = behind(text, in);
    }
    bool fits = out->len - start <= room;
    if (!fits) {
        buffer_truncate(out, start);
    }
    return fits;
}

/* One edit; false if it does not fit. */
static bool
apply(struct slice *base, struct slice *edits, size_t most, struct buffer *text)
{
    uint64_t same;
    uint64_t in = 0;
    if (!varint_take(edits, &same) || same > base->len ||
        same > most - text->len) {
        return false;
    }
    buffer_add(text, base->bytes, (size_t)same);
    *base = behind(*base, (size_t)same);
    if (edits->len == 0) {
        return true;
    }
    if (!varint_take(edits, &in)) {
        return false;
    }
    uint64_t lost = in >> 1;
    if ((in & 1) != 0 && !varint_take(edits, &lost)) {
        return false;
    }
    in >>= 1;
    if (in > edits->len || in > most - text->len || lost > base->len) {
        return false;
    }
    buffer_add(text, edits->bytes, (size_t)in);
    *edits = behind(*edits, (size_t)in);
    *base = behind(*base, (size_t)lost);
    return true;
}

char *
edit_open(struct slice base, struct slice edits, size_t most, size_t *len)
{
    struct buffer text = {0};
    bool held = true;
    while (held && edits.len > 0) {
        held = apply(&base, &edits, most, &text);
    }
    *len = text.len;
    if (!held) {
        buffer_finish(&text);
        return NULL;
    }
    buffer_add_char(&text, 0);
    return buffer_take(&text);
}
