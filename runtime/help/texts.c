/* SPDX-License-Identifier: MIT */
/* See texts.h. */
#include "runtime/help/texts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define TEXT(name, path)                     \
    extern const char help_##name##_start[]; \
    extern const char help_##name##_end[];
#include "runtime/help/texts.inc"
#undef TEXT

static const struct {
    const char *file;
    const char *start;
    const char *end;
} texts[] = {
#define TEXT(name, path) {path, help_##name##_start, help_##name##_end},
#include "runtime/help/texts.inc"
#undef TEXT
};

enum { TEXT_COUNT = sizeof(texts) / sizeof(texts[0]) };

static const char chapters[] = "spec/";
enum { SUFFIX_LEN = sizeof(".md") - 1 };

/* --- Finding -------------------------------------------------------------------- */

static struct help_text
text_at(uint32_t i)
{
    return (struct help_text){texts[i].file,
                              {texts[i].start,
                               (size_t)(texts[i].end - texts[i].start)}};
}

bool
help_file(const char *file, struct help_text *text)
{
    for (uint32_t i = 0; i < TEXT_COUNT; i++) {
        if (strcmp(texts[i].file, file) == 0) {
            *text = text_at(i);
            return true;
        }
    }
    return false;
}

/* "build/edges" of "spec/build/edges.md"; length 0 for what is no chapter. */
static struct slice
name_of(const char *file)
{
    size_t head = sizeof(chapters) - 1;
    if (strncmp(file, chapters, head) != 0) {
        return (struct slice){file, 0};
    }
    return (struct slice){file + head, strlen(file) - head - SUFFIX_LEN};
}

/* What is behind the last slash. */
static struct slice
last_part(struct slice name)
{
    for (size_t i = name.len; i > 0; i--) {
        if (name.bytes[i - 1] == '/') {
            return (struct slice){name.bytes + i, name.len - i};
        }
    }
    return name;
}

/* A whole name wins; a last part must be the only one of its kind. */
bool
help_chapter(const char *name, struct help_text *chapter)
{
    struct slice wanted = slice_of(name);
    uint32_t matches = 0;
    for (uint32_t i = 0; i < TEXT_COUNT; i++) {
        struct slice whole = name_of(texts[i].file);
        if (whole.len == 0) {
            continue;
        }
        if (slice_equal(whole, wanted)) {
            *chapter = text_at(i);
            return true;
        }
        if (slice_equal(last_part(whole), wanted)) {
            *chapter = text_at(i);
            matches++;
        }
    }
    return matches == 1;
}

/* The heading: the first line, behind "# ". */
static char *
title_of(struct slice text)
{
    assert(text.len > 2 && text.bytes[0] == '#');
    const char *end = memchr(text.bytes, '\n', text.len);
    assert(end != NULL);
    return strndup(text.bytes + 2, (size_t)(end - text.bytes) - 2);
}

bool
help_chapter_at(uint32_t index, char **name, char **title)
{
    for (uint32_t i = 0; i < TEXT_COUNT; i++) {
        struct slice whole = name_of(texts[i].file);
        if (whole.len > 0 && index-- == 0) {
            *name = strndup(whole.bytes, whole.len);
            *title = title_of(text_at(i).text);
            assert(*name != NULL && *title != NULL);
            return true;
        }
    }
    return false;
}

/* --- Showing --------------------------------------------------------------------- */

/* The length of a link "[text](target)" at the start, or 0; *text gets what is
 * to be read. */
static size_t
read_link(struct slice line, struct slice *text)
{
    const char *close =
        line.bytes[0] == '[' ? memchr(line.bytes, ']', line.len) : NULL;
    size_t behind = close == NULL ? line.len : (size_t)(close - line.bytes) + 1;
    if (behind >= line.len || line.bytes[behind] != '(') {
        return 0;
    }
    const char *end = memchr(line.bytes + behind, ')', line.len - behind);
    if (end == NULL) {
        return 0;
    }
    *text = (struct slice){line.bytes + 1, behind - 2};
    return (size_t)(end - line.bytes) + 1;
}

/* Links lose their targets, which nobody can follow here; code stays as it is,
 * brackets and all. */
static void
render_line(struct slice line, struct buffer *out)
{
    bool is_code = false;
    for (size_t i = 0; i < line.len;) {
        struct slice rest = {line.bytes + i, line.len - i};
        struct slice text;
        is_code = rest.bytes[0] == '`' ? !is_code : is_code;
        size_t len = is_code ? 0 : read_link(rest, &text);
        if (len > 0) {
            buffer_add(out, text.bytes, text.len);
        } else {
            buffer_add_char(out, rest.bytes[0]);
        }
        i += len > 0 ? len : 1;
    }
    buffer_add_char(out, '\n');
}

void
help_render(struct slice markdown, struct buffer *out)
{
    static const char fence[] = "```";
    bool in_code = false;
    while (markdown.len > 0) {
        const char *end = memchr(markdown.bytes, '\n', markdown.len);
        size_t len =
            end == NULL ? markdown.len : (size_t)(end - markdown.bytes);
        struct slice line = {markdown.bytes, len};
        len += end == NULL ? 0 : 1;
        markdown = (struct slice){markdown.bytes + len, markdown.len - len};
        if (line.len >= 3 && memcmp(line.bytes, fence, 3) == 0) {
            in_code = !in_code;
        } else if (in_code) {
            buffer_add_str(out, line.len > 0 ? "    " : "");
            buffer_add(out, line.bytes, line.len);
            buffer_add_char(out, '\n');
        } else {
            render_line(line, out);
        }
    }
}
