/* SPDX-License-Identifier: MIT */
/* See escape.h. What is not understood in full is no sequence: it is spelled
 * out where it is shown, and so does no harm. */
#include "runtime/escape.h"

enum { ESCAPE = 0x1b, BELL = 0x07, LINK_MAX = 4096 };

size_t
escape_colour_len(const char *bytes, size_t len)
{
    if (len < 3 || bytes[0] != ESCAPE || bytes[1] != '[') {
        return 0;
    }
    for (size_t i = 2; i < len; i++) {
        if (bytes[i] == 'm') {
            return i + 1;
        }
        if (bytes[i] != ';' && (bytes[i] < '0' || bytes[i] > '9')) {
            return 0;
        }
    }
    return 0;
}

/* ESC [ K or ESC [ 0 K: nothing stands there yet. */
static size_t
clearing_len(const char *bytes, size_t len)
{
    if (len >= 3 && bytes[1] == '[' && bytes[2] == 'K') {
        return 3;
    }
    return len >= 4 && bytes[1] == '[' && bytes[2] == '0' && bytes[3] == 'K'
               ? 4
               : 0;
}

/* ESC ] 8 ; PARAMETERS ; ADDRESS, and then BEL or ESC \. */
static size_t
link_len(const char *bytes, size_t len)
{
    if (len < 5 || bytes[1] != ']' || bytes[2] != '8' || bytes[3] != ';') {
        return 0;
    }
    for (size_t i = 4; i < len && i < LINK_MAX; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c == BELL) {
            return i + 1;
        }
        if (c == ESCAPE) {
            return i + 1 < len && bytes[i + 1] == '\\' ? i + 2 : 0;
        }
        if (c < 0x20) {
            return 0;
        }
    }
    return 0;
}

size_t
escape_idle_len(const char *bytes, size_t len)
{
    if (len == 0 || bytes[0] != ESCAPE) {
        return 0;
    }
    size_t clearing = clearing_len(bytes, len);
    return clearing > 0 ? clearing : link_len(bytes, len);
}

void
escape_add_plain(struct buffer *out, struct slice text)
{
    for (size_t i = 0; i < text.len;) {
        size_t left = text.len - i;
        size_t used = escape_colour_len(text.bytes + i, left);
        used = used > 0 ? used : escape_idle_len(text.bytes + i, left);
        if (used == 0) {
            buffer_add_char(out, text.bytes[i]);
            used = 1;
        }
        i += used;
    }
}
