/* SPDX-License-Identifier: MIT */
/*
 * Names of ninja's are made of letters, digits, `_`, `-` and dots; so a plus
 * tells two symbols apart that would be one, and nothing else can be called so.
 */
#include "runtime/ninja/convert_text.h"

#include <stdio.h>
#include <string.h>

/* Line ends stay visible as such, since response files have many; what is not
 * printable is written by its number. */
void
magma_add_string(struct buffer *out, struct slice text)
{
    buffer_add_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        char c = text.bytes[i];
        if (c == '"' || c == '\\') {
            buffer_add_char(out, '\\');
            buffer_add_char(out, c);
        } else if (c == '\n') {
            buffer_add_str(out, "\\n");
        } else if ((unsigned char)c < ' ' || c == 127) {
            buffer_add_format(out, "\\u%04x", (unsigned)c);
        } else {
            buffer_add_char(out, c);
        }
    }
    buffer_add_char(out, '"');
}

void
magma_add_keyword(struct buffer *out, struct slice name)
{
    buffer_add_char(out, ':');
    buffer_add(out, name.bytes, name.len);
}

void
magma_add_symbol(struct buffer *out, struct slice name)
{
    // What converted files write themselves; forms cannot be shadowed.
    static const char *const taken[] = {
        "action",     "catch",    "def",       "defn",
        "do",         "edge",     "finally",   "fn",
        "group",      "if",       "in",        "let",
        "loop",       "new",      "nil",       "ns",
        "out",        "pool",     "quote",     "recur",
        "require",    "set!",     "str",       "true",
        "false",      "throw",    "try",       "var",
        "in-newline", "in-plain", "out-plain", "in-newline-plain",
    };
    bool is_taken = false;
    for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
        is_taken = is_taken || slice_equal(name, slice_of(taken[i]));
    }
    bool is_letter = (name.bytes[0] >= 'a' && name.bytes[0] <= 'z') ||
                     (name.bytes[0] >= 'A' && name.bytes[0] <= 'Z') ||
                     name.bytes[0] == '_';
    buffer_add_str(out, is_letter ? "" : "n");
    for (size_t i = 0; i < name.len; i++) {
        // A dot would be part of a namespace; no name of ninja's has a plus.
        buffer_add_char(out, name.bytes[i] == '.' ? '+' : name.bytes[i]);
    }
    buffer_add_str(out, is_taken ? "+" : "");
}

/* Literals that follow each other are one. */
static void
end_literal(struct magma_text_parts *parts)
{
    if (parts->literal.len > 0) {
        buffer_add_str(&parts->items, parts->count == 0 ? "" : " ");
        magma_add_string(&parts->items, buffer_slice(&parts->literal));
        buffer_truncate(&parts->literal, 0);
        parts->count++;
        parts->literals++;
    }
}

void
magma_parts_add(struct magma_text_parts *parts, const char *expression)
{
    end_literal(parts);
    buffer_add_str(&parts->items, parts->count == 0 ? "" : " ");
    buffer_add_str(&parts->items, expression);
    parts->count++;
}

/* One part needs no call: what is not bound is nil, which stands for "". */
void
magma_parts_write(struct magma_text_parts *parts, struct buffer *out)
{
    end_literal(parts);
    if (parts->count == 0) {
        buffer_add_str(out, "\"\"");
    } else if (parts->count == 1) {
        buffer_add_str(out, buffer_str(&parts->items));
    } else {
        buffer_add_format(out, "(str %s)", buffer_str(&parts->items));
    }
    buffer_truncate(&parts->items, 0);
    parts->count = 0;
    parts->literals = 0;
}

void
magma_parts_finish(struct magma_text_parts *parts)
{
    buffer_finish(&parts->items);
    buffer_finish(&parts->literal);
}
