/* SPDX-License-Identifier: MIT */
/*
 * See complete.h. The text in front of the cursor is walked once, only to see
 * whether the cursor is in a string or a comment and which call is open there: it
 * is no complete program, so the reader is of no use.
 */
#include "runtime/repl/complete.h"

#include "interp/magma.h"
#include "runtime/query/function.h"

#include <assert.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* --- Where the cursor is ----------------------------------------------------------- */

enum where { WHERE_CODE, WHERE_STRING, WHERE_COMMENT };

struct scan {
    struct slice text; /* ends at the cursor */
    size_t at;
    enum where where;
    size_t string;   /* where the open string begins, behind its quote */
    struct vec open; /* of size_t: where the open brackets are */
};

/* The end of a string, or of the text. */
static void
scan_string(struct scan *scan)
{
    scan->where = WHERE_STRING;
    scan->string = scan->at;
    while (scan->at < scan->text.len) {
        char c = scan->text.bytes[scan->at++];
        if (c == '\\' && scan->at < scan->text.len) {
            scan->at++;
        } else if (c == '"') {
            scan->where = WHERE_CODE;
            return;
        }
    }
}

static void
scan_comment(struct scan *scan)
{
    size_t left = scan->text.len - scan->at;
    const char *from = scan->text.bytes + scan->at;
    const char *end = left == 0 ? NULL : memchr(from, '\n', left);
    if (end == NULL) {
        scan->where = WHERE_COMMENT;
        scan->at = scan->text.len;
    } else {
        scan->at += (size_t)(end - from) + 1;
    }
}

/* One character of code, and what it opens. */
static void
scan_one(struct scan *scan)
{
    size_t at = scan->at++;
    switch (scan->text.bytes[at]) {
    case '"':
        scan_string(scan);
        break;
    case ';':
        scan_comment(scan);
        break;
    case '\\':
        scan->at += scan->at < scan->text.len ? 1 : 0;
        break;
    case '(':
    case '[':
    case '{':
        vec_push(&scan->open, &at);
        break;
    case ')':
    case ']':
    case '}':
        if (scan->open.count > 0) {
            vec_pop(&scan->open);
        }
        break;
    default:
        break;
    }
}

/* From the beginning each time: what is typed at a prompt is short, and
 * nothing has to be kept true while it is edited. */
static struct scan
scan_text(struct slice text)
{
    struct scan scan = {.text = text, .open = vec_of(sizeof(size_t))};
    while (scan.at < text.len) {
        scan_one(&scan);
    }
    return scan;
}

/* What ends a name; bytes beyond ASCII are part of it. */
static bool
ends_word(char c)
{
    return c == 0 || strchr(" \t\r\n,\"();[]{}'`~^@", c) != NULL;
}

/* The name of the function whose call is the innermost open bracket; empty if
 * that is no call. */
static struct slice
open_call(const struct scan *scan)
{
    struct slice name = {"", 0};
    if (scan->open.count == 0) {
        return name;
    }
    size_t at = *(size_t *)vec_at(&scan->open, scan->open.count - 1);
    if (scan->text.bytes[at] == '(') {
        name.bytes = scan->text.bytes + at + 1;
        while (at + 1 + name.len < scan->text.len &&
               !ends_word(name.bytes[name.len])) {
            name.len++;
        }
    }
    return name;
}

/* --- Paths -------------------------------------------------------------------------- */

/* A text that begins like the prefix, up to the end of the folder that follows
 * it. */
static void
offer_path(struct choices *out, struct slice prefix, struct slice path)
{
    if (path.len < prefix.len ||
        memcmp(path.bytes, prefix.bytes, prefix.len) != 0) {
        return;
    }
    const char *slash =
        path.len == prefix.len
            ? NULL
            : memchr(path.bytes + prefix.len, '/', path.len - prefix.len);
    if (slash != NULL) {
        path.len = (size_t)(slash - path.bytes) + 1;
    }
    choices_add(out, "", path);
}

/* Files of the graph, named actions, and groups with their colon. */
static void
offer_targets(const struct graph *g, struct slice prefix, struct choices *out)
{
    for (uint32_t i = 0; i < graph_file_count(g); i++) {
        const char *path = graph_path(g, (struct file_id){i});
        offer_path(out, prefix, slice_of(path));
    }
    for (uint32_t i = 0; i < graph_action_count(g); i++) {
        const struct action *a = graph_action(g, (struct action_id){i});
        struct slice name = graph_str(g, a->name);
        if (name.len > 0) {
            offer_path(out, prefix, name);
        }
    }
    for (uint32_t i = 0; i < graph_group_count(g); i++) {
        struct buffer name = {0};
        buffer_add_char(&name, ':');
        struct slice text =
            graph_str(g, graph_group(g, (struct group_id){i})->name);
        buffer_add(&name, text.bytes, text.len);
        offer_path(out, prefix, buffer_slice(&name));
        buffer_finish(&name);
    }
}

static bool
is_folder(const char *folder, const struct dirent *entry)
{
    if (entry->d_type != DT_UNKNOWN && entry->d_type != DT_LNK) {
        return entry->d_type == DT_DIR;
    }
    char *path = path_join(folder, entry->d_name);
    struct stat st;
    bool is = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
    free(path);
    return is;
}

/* What is on disk; hidden files only where the dot was typed. */
static void
offer_files(struct slice prefix, struct choices *out)
{
    size_t dir_len = prefix.len;
    while (dir_len > 0 && prefix.bytes[dir_len - 1] != '/') {
        dir_len--;
    }
    struct slice name = {prefix.bytes + dir_len, prefix.len - dir_len};
    char *before = strndup(prefix.bytes, dir_len);
    assert(before != NULL);
    const char *folder = dir_len == 0 ? "." : before;
    DIR *dir = opendir(folder);
    struct dirent *entry;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        const char *found = entry->d_name;
        if (strncmp(found, name.bytes, name.len) == 0 &&
            (found[0] != '.' || name.len > 0) && strcmp(found, ".") != 0 &&
            strcmp(found, "..") != 0) {
            struct buffer text = {0};
            buffer_add_format(&text, "%s%s", found,
                              is_folder(folder, entry) ? "/" : "");
            choices_add(out, before, buffer_slice(&text));
            buffer_finish(&text);
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
    free(before);
}

/* Targets first: a file that is built may not be on disk yet. */
static void
complete_path(const struct complete_world *world, struct slice prefix,
              struct choices *out)
{
    if (world->graph != NULL) {
        offer_targets(world->graph, prefix, out);
    }
    offer_files(prefix, out);
}

/* --- Queries ---------------------------------------------------------------------------- */

/* A line that begins with one of these is a query. */
static bool
is_query(struct slice text)
{
    size_t at = 0;
    while (at < text.len && strchr(" \t\n", text.bytes[at]) != NULL) {
        at++;
    }
    return at < text.len && (text.bytes[at] == '?' || text.bytes[at] == '|');
}

/* Words of a query are targets and functions. */
static void
complete_query(const struct complete_world *world, struct slice text,
               struct choices *out)
{
    size_t start = text.len;
    while (start > 0 &&
           strchr(" \t\n,()'\"?|", text.bytes[start - 1]) == NULL) {
        start--;
    }
    struct slice prefix = {text.bytes + start, text.len - start};
    out->start = start;
    uint32_t count = 0;
    const struct query_function *functions = query_functions(&count);
    for (uint32_t i = 0; i < count; i++) {
        if (strncmp(functions[i].name, prefix.bytes, prefix.len) == 0) {
            choices_add(out, "", slice_of(functions[i].name));
        }
    }
    complete_path(world, prefix, out);
}

/* --- Names ------------------------------------------------------------------------------- */

/* Without the colon, as the tables of keys have them. */
static void
offer_keyword(struct choices *out, struct slice prefix, struct slice name)
{
    if (name.len >= prefix.len &&
        memcmp(name.bytes, prefix.bytes, prefix.len) == 0) {
        choices_add(out, ":", name);
    }
}

static void
offer_keys(struct choices *out, struct slice prefix, const char *function)
{
    size_t count = 0;
    const char *const *keys = magma_keys(function, &count);
    for (size_t i = 0; i < count; i++) {
        offer_keyword(out, prefix, slice_of(keys[i]));
    }
}

/* Right in a call of action or dynout only their keys make sense. */
static void
complete_keyword(const struct complete_world *world, const struct scan *scan,
                 struct slice prefix, struct choices *out)
{
    static const char *const kinds[] = {"ifwritten", "ifchanged", "ifcreated",
                                        "ifdeleted", "watch",     "always"};
    struct slice call = open_call(scan);
    if (slice_equal(call, slice_of("action")) ||
        slice_equal(call, slice_of("dynout"))) {
        offer_keys(out, prefix, call.bytes[0] == 'a' ? "action" : "dynout");
        return;
    }
    offer_keys(out, prefix, "action");
    offer_keys(out, prefix, "a step");
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        offer_keyword(out, prefix, slice_of(kinds[i]));
    }
    struct slice row = world->keywords;
    struct slice name;
    while (slice_next_text(&row, &name)) {
        offer_keyword(out, prefix, name);
    }
}

/* The body of magma_try: a budget may be spent. */
static Value
names_body(void *arg)
{
    return magma_completions(arg);
}

static void
complete_symbol(struct slice prefix, struct choices *out)
{
    Value names = VALUE_NIL;
    Value thrown = VALUE_NIL;
    char *text = strndup(prefix.bytes, prefix.len);
    assert(text != NULL);
    if (magma_try(names_body, text, &names, &thrown)) {
        for (uint32_t i = 0; i < magma_vector_count(names); i++) {
            struct magma_text name = magma_text_of(magma_vector_at(names, i));
            choices_add(out, "", (struct slice){name.bytes, name.len});
        }
    }
    free(text);
}

/* What stands in front of the cursor up to where a name can begin; a colon
 * makes it a keyword. */
static void
complete_word(const struct complete_world *world, const struct scan *scan,
              struct choices *out)
{
    struct slice text = scan->text;
    size_t start = text.len;
    while (start > 0 && !ends_word(text.bytes[start - 1])) {
        start--;
    }
    struct slice word = {text.bytes + start, text.len - start};
    out->start = start;
    if (word.len > 0 && word.bytes[0] == ':') {
        word.bytes++;
        word.len--;
        complete_keyword(world, scan, word, out);
    } else {
        complete_symbol(word, out);
    }
}

void
complete(const struct complete_world *world, struct slice text, size_t at,
         struct choices *out)
{
    assert(at <= text.len);
    text.len = at;
    out->start = at;
    if (is_query(text)) {
        complete_query(world, text, out);
    } else {
        struct scan scan = scan_text(text);
        if (scan.where == WHERE_STRING) {
            out->start = scan.string;
            struct slice prefix = {text.bytes + scan.string,
                                   text.len - scan.string};
            complete_path(world, prefix, out);
        } else if (scan.where == WHERE_CODE) {
            complete_word(world, &scan, out);
        }
        vec_finish(&scan.open);
    }
    choices_sort(out);
}

void
complete_gather_keywords(struct buffer *rows, struct slice text)
{
    for (size_t at = 0; at < text.len; at++) {
        bool begins =
            text.bytes[at] == ':' && (at == 0 || ends_word(text.bytes[at - 1]));
        size_t len = 0;
        while (begins && at + 1 + len < text.len &&
               !ends_word(text.bytes[at + 1 + len])) {
            len++;
        }
        if (len > 0 && text.bytes[at + 1] != ':') {
            buffer_add(rows, text.bytes + at + 1, len);
            buffer_add_char(rows, 0);
            at += len;
        }
    }
}
