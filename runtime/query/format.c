/* SPDX-License-Identifier: MIT */
/* See format.h. */
#include "runtime/query/format.h"

#include "runtime/json.h"

#include <assert.h>
#include <string.h>

static const struct query_format formats[] = {
    {"text", "one row a line, fields parted by tabs", true, false,
     query_print_text},
    {"json", "one array of objects", false, false, query_print_json},
    {"jsonl", "one object a line", false, false, query_print_jsonl},
    {"edn", "a vector of maps", false, false, query_print_edn},
    {"nul", "each field and a zero byte", false, false, query_print_nul},
    {"count", "how many rows there are", false, false, query_print_count},
    {"tree", "what needs what, by indentation", true, true, query_print_tree},
    {"dot", "a graph for Graphviz", false, true, query_print_dot},
    {"mermaid", "a graph for Mermaid", false, true, query_print_mermaid},
    {"html", "a page to look around in", false, true, query_print_html},
    {"compdb", "a compilation database", false, true, query_print_compdb},
    {"sh", "a script that runs the commands", false, true, query_print_sh},
};

/* Few enough to be looked at one after the other. */
const struct query_format *
query_format_find(const char *name)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (strcmp(formats[i].name, name) == 0) {
            return &formats[i];
        }
    }
    return NULL;
}

/* --- Bytes that are no text --------------------------------------------------- */

/* The length of the character at the start; 0 if it is none that can be seen. */
static size_t
visible_len(struct slice text)
{
    unsigned char first = (unsigned char)text.bytes[0];
    if (first < 0x20 || first == 0x7f) {
        return 0;
    }
    size_t len = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    bool is_c1 =
        first == 0xc2 && text.len > 1 && (unsigned char)text.bytes[1] < 0xa0;
    return len <= text.len && !is_c1 && json_is_utf8(text.bytes, len) ? len : 0;
}

/* Every character can be seen, and none of them is a C1 control, which many
 * terminals obey although it is spelled in two bytes. */
static bool
is_visible(struct slice text)
{
    // What looks like the quoted form has to be quoted itself.
    if (text.len >= 2 && memcmp(text.bytes, "$'", 2) == 0) {
        return false;
    }
    while (text.len > 0) {
        size_t len = visible_len(text);
        if (len == 0) {
            return false;
        }
        text = (struct slice){text.bytes + len, text.len - len};
    }
    return true;
}

/* As bash, zsh and ksh read it between $' and '. Three octal digits end by
 * themselves; hexadecimal ones go on in ksh as long as there are any. */
static void
add_byte_escape(struct buffer *out, char byte)
{
    static const char named[] = "\a\b\t\n\v\f\r\033'\\";
    static const char letters[] = "abtnvfre'\\";
    const char *at = byte == 0 ? NULL : strchr(named, byte);
    if (at != NULL) {
        buffer_add_char(out, '\\');
        buffer_add_char(out, letters[at - named]);
    } else {
        buffer_add_format(out, "\\%03o", (unsigned char)byte);
    }
}

void
query_add_visible(struct buffer *out, struct slice text)
{
    if (is_visible(text)) {
        buffer_add(out, text.bytes, text.len);
        return;
    }
    buffer_add_str(out, "$'");
    while (text.len > 0) {
        size_t len = visible_len(text);
        bool plain = len > 0 && text.bytes[0] != '\'' && text.bytes[0] != '\\';
        if (plain) {
            buffer_add(out, text.bytes, len);
        } else {
            add_byte_escape(out, text.bytes[0]);
            len = 1;
        }
        text = (struct slice){text.bytes + len, text.len - len};
    }
    buffer_add_char(out, '\'');
}
