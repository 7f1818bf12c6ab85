/* SPDX-License-Identifier: MIT */
/*
 * Regular expressions. A regex_object holds its source and the slot of a cache
 * in plain memory, direct-mapped by the source's hash; the slot is filled anew
 * when another pattern took it. No error is thrown while PCRE2 is at work or
 * while a match block is held: results are copied out first.
 */
#include "interp/data/regex.h"

#include "interp/data/alloc.h"
#include "interp/data/error.h"
#include "interp/data/hash.h"
#include "interp/data/regex_java.h"
#include "interp/data/regex_set.h"
#include "interp/data/text.h"
#include "interp/data/vector.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <assert.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

enum {
    CACHE_SLOTS = 256,
    MATCH_LIMIT = 5000000,
    DEPTH_LIMIT = 5000000, /* the heap is the limit of it */
    HEAP_LIMIT_KIB = 64 * 1024
};

struct cached {
    char *source; /* malloc'ed; NULL: empty slot */
    size_t source_len;
    pcre2_code *code;
    pcre2_match_data *match;
    struct regex_set set; /* answers instead, if it can */
};

static struct cached cache[CACHE_SLOTS];
static pcre2_match_context *limits;
static pcre2_compile_context *dialect;

/* --- The cache ------------------------------------------------------------- */

/* Empties a slot; free functions of PCRE2 take NULL. */
static void
drop(struct cached *slot)
{
    pcre2_match_data_free(slot->match);
    pcre2_code_free(slot->code);
    free(slot->source);
    *slot = (struct cached){.source = NULL};
}

void
regex_cache_clear(void)
{
    for (size_t i = 0; i < CACHE_SLOTS; i++) {
        drop(&cache[i]);
    }
    pcre2_match_context_free(limits);
    pcre2_compile_context_free(dialect);
    limits = NULL;
    dialect = NULL;
}

/* The limits hold for every match; they are never changed afterwards. A line
 * ends in \n, \r or both, as in Java, which counts three rare ones besides. */
static void
make_limits(void)
{
    if (limits == NULL) {
        limits = pcre2_match_context_create(NULL);
        dialect = pcre2_compile_context_create(NULL);
        assert(limits != NULL && dialect != NULL);
        pcre2_set_newline(dialect, PCRE2_NEWLINE_ANYCRLF);
        pcre2_set_match_limit(limits, MATCH_LIMIT);
        pcre2_set_depth_limit(limits, DEPTH_LIMIT);
        pcre2_set_heap_limit(limits, HEAP_LIMIT_KIB);
    }
}

/* byte_offset: in what PCRE2 saw. */
_Noreturn static void
throw_bad_pattern(Value source, const struct regex_java *java, int code,
                  size_t byte_offset)
{
    PCRE2_UCHAR message[128];
    pcre2_get_error_message(code, message, sizeof(message));
    uint32_t len = text_byte_len(source);
    uint32_t offset = regex_java_offset(java, byte_offset);
    uint32_t column = text_char_index(source, offset < len ? offset : len);
    error_throw(ERROR_SYNTAX, "Bad regular expression at character %u: %s",
                column + 1, (const char *)message);
}

/* --- Compiling -------------------------------------------------------------- */

/* Fills a slot. The old pattern goes only after the new one has compiled. */
static void
compile(struct cached *slot, Value source)
{
    int code;
    PCRE2_SIZE offset;
    size_t len = text_byte_len(source);
    struct regex_java java = regex_java_translate(source);
    make_limits();
    pcre2_code *compiled =
        pcre2_compile((PCRE2_SPTR)text_bytes(java.pattern),
                      text_byte_len(java.pattern),
                      PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_NEVER_BACKSLASH_C,
                      &code, &offset, dialect);
    if (compiled == NULL) {
        throw_bad_pattern(source, &java, code, offset);
    }
    drop(slot);
    slot->code = compiled;
    slot->match = pcre2_match_data_create_from_pattern(compiled, NULL);
    slot->source = malloc(len + 1);
    assert(slot->match != NULL && slot->source != NULL);
    memcpy(slot->source, text_bytes(source), len + 1);
    slot->source_len = len;
    regex_set_read(&slot->set, slot->source, len);
}

/* The compiled pattern of a source; stays valid until the next call here. */
static struct cached *
compiled_of(Value source)
{
    size_t len = text_byte_len(source);
    struct cached *slot = &cache[value_hash(source) % CACHE_SLOTS];
    if (slot->source == NULL || slot->source_len != len ||
        memcmp(slot->source, text_bytes(source), len) != 0) {
        compile(slot, source);
    }
    return slot;
}

Value
regex_make(Value source)
{
    assert(text_is(source));
    compiled_of(source);
    struct regex_object *regex =
        alloc_object(KIND_REGEX, sizeof(struct regex_object));
    regex->source = source;
    regex->cache = value_hash(source) % CACHE_SLOTS;
    return value_from_object(regex);
}

Value
regex_source(Value regex)
{
    assert(regex_is(regex));
    return ((const struct regex_object *)value_object(regex))->source;
}

/* --- Matching ---------------------------------------------------------------- */

/* Groups as strings: [0] is the whole match, nil for what took no part. */
static Value
groups_of(const pcre2_match_data *data, Value text, uint32_t count)
{
    // The match block may be used again by what runs in between: nothing here
    // runs programs, and offsets are read one by one.
    const PCRE2_SIZE *offsets =
        pcre2_get_ovector_pointer((pcre2_match_data *)(uintptr_t)data);
    Value groups = vector_empty();
    for (uint32_t i = 0; i < count; i++) {
        PCRE2_SIZE start = offsets[(size_t)2 * i];
        PCRE2_SIZE end = offsets[(size_t)2 * i + 1];
        bool took_part = start != PCRE2_UNSET && start <= end;
        groups =
            vector_conj(groups, took_part ? text_slice(text, (uint32_t)start,
                                                       (uint32_t)end)
                                          : VALUE_NIL);
    }
    return groups;
}

_Noreturn static void
throw_match_failed(Value source, int code)
{
    switch (code) {
    case PCRE2_ERROR_MATCHLIMIT:
    case PCRE2_ERROR_DEPTHLIMIT:
    case PCRE2_ERROR_HEAPLIMIT:
        error_throw_help(ERROR_LIMIT,
                         "Make the pattern less ambiguous: nested repeats "
                         "such as (a+)+ try every split.",
                         "Matching #\"%s\" takes too long", text_bytes(source));
    default:
        error_throw(ERROR_VALUE, "Matching #\"%s\" failed (PCRE2 error %d)",
                    text_bytes(source), code);
    }
}

/* Starts at `from` but sees what stands before it. */
static bool
match_at(Value regex, uint32_t from, uint32_t options,
         struct regex_match *match)
{
    Value source = regex_source(regex);
    struct cached *slot = compiled_of(source);
    int code = pcre2_match(slot->code, (PCRE2_SPTR)text_bytes(match->text),
                           text_byte_len(match->text), from,
                           options | PCRE2_NO_UTF_CHECK, slot->match, limits);
    if (code == PCRE2_ERROR_NOMATCH) {
        return false;
    }
    if (code < 0) {
        throw_match_failed(source, code);
    }
    const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(slot->match);
    match->start = (uint32_t)offsets[0];
    match->end = (uint32_t)offsets[1];
    if (match->start > match->end) { // \K inside of a lookahead.
        match->start = match->end;
    }
    uint32_t count = pcre2_get_ovector_count(slot->match);
    match->groups =
        count > 1 ? groups_of(slot->match, match->text, count) : VALUE_NIL;
    return true;
}

bool
regex_find(Value regex, Value text, uint32_t from_byte,
           struct regex_match *match)
{
    assert(text_is(text));
    match->text = text;
    if (from_byte > text_byte_len(text)) {
        return false;
    }
    const struct regex_set *set = &compiled_of(regex_source(regex))->set;
    uint32_t range[2];
    if (!set->is_known) {
        return match_at(regex, from_byte, 0, match);
    }
    if (!regex_set_find(set, text_bytes(text), text_byte_len(text), from_byte,
                        range)) {
        return false;
    }
    match->start = range[0];
    match->end = range[1];
    match->groups = VALUE_NIL;
    return true;
}

bool
regex_matches(Value regex, Value text, struct regex_match *match)
{
    assert(text_is(text));
    match->text = text;
    return match_at(regex, 0, PCRE2_ANCHORED | PCRE2_ENDANCHORED, match);
}

uint32_t
regex_after(const struct regex_match *match)
{
    if (match->end > match->start) {
        return match->end;
    }
    uint32_t len = text_byte_len(match->text);
    if (match->end == len) {
        return len + 1;
    }
    uint32_t codepoint;
    return match->end + text_decode(text_bytes(match->text) + match->end,
                                    len - match->end, &codepoint);
}

Value
regex_match_value(const struct regex_match *match)
{
    return value_is_nil(match->groups)
               ? text_slice(match->text, match->start, match->end)
               : match->groups;
}

/* --- Replacing ----------------------------------------------------------------- */

/* A replacement that is being read. */
struct template
{
    Value regex;
    const char *bytes;
    size_t len;
    size_t at;
};

/* The text of a group of the match; nothing for one that took no part. */
static void
add_group(struct text_builder *out, const struct regex_match *match,
          uint32_t group)
{
    if (group == 0) {
        text_builder_add(out, text_bytes(match->text) + match->start,
                         match->end - match->start);
        return;
    }
    uint32_t count =
        value_is_nil(match->groups) ? 1 : vector_count(match->groups);
    if (group >= count) {
        error_throw(ERROR_INDEX, "The pattern has no group %u", group);
    }
    Value text = vector_at(match->groups, group);
    if (!value_is_nil(text)) {
        text_builder_add_text(out, text);
    }
}

/* The number of the group in "{name}", whose brace is at template->at. */
static uint32_t
read_group_name(struct template *template)
{
    const char *start = template->bytes + template->at + 1;
    const char *close = memchr(start, '}', template->len - template->at - 1);
    if (close == NULL) {
        error_throw(ERROR_VALUE, "The replacement has ${ without }");
    }
    Value name = text_make(start, (size_t)(close - start));
    int number = pcre2_substring_number_from_name(
        compiled_of(regex_source(template->regex))->code,
        (PCRE2_SPTR)text_bytes(name));
    if (number < 0) {
        error_throw(ERROR_KEY, "The pattern has no group named %s",
                    text_bytes(name));
    }
    template->at = (size_t)(close + 1 - template->bytes);
    return (uint32_t)number;
}

/* As in Java, digits are taken as long as such a group exists. */
static uint32_t
read_group_number(struct template *template, uint32_t group_count)
{
    uint32_t number = 0;
    size_t first = template->at;
    while (template->at < template->len) {
        char c = template->bytes[template->at];
        bool is_digit = c >= '0' && c <= '9';
        uint32_t more = number * 10 + (uint32_t)(c - '0');
        if (!is_digit || (template->at > first && more > group_count)) {
            break;
        }
        number = more;
        template->at++;
    }
    if (template->at == first) {
        error_throw_help(ERROR_VALUE, "Write \\\\$ for the character itself.",
                         "The replacement has a $ without a group");
    }
    return number;
}

/* The replacement with its groups filled in. */
static void
add_replacement(struct text_builder *out, struct template *template,
                const struct regex_match *match)
{
    uint32_t group_count =
        value_is_nil(match->groups) ? 0 : vector_count(match->groups) - 1;
    template->at = 0;
    while (template->at < template->len) {
        char c = template->bytes[template->at++];
        bool has_more = template->at < template->len;
        if (c == '\\' && !has_more) {
            error_throw_help(ERROR_VALUE,
                             "Write \\\\ for the character itself.",
                             "The replacement ends in a \\");
        }
        if (c == '\\') {
            text_builder_add(out, template->bytes + template->at++, 1);
        } else if (c == '$' && has_more &&
                   template->bytes[template->at] == '{') {
            add_group(out, match, read_group_name(template));
        } else if (c == '$') {
            add_group(out, match, read_group_number(template, group_count));
        } else {
            text_builder_add(out, &c, 1);
        }
    }
}

Value
regex_replace(Value regex, Value text, Value replacement, bool all)
{
    struct template template = {regex, text_bytes(replacement),
                                text_byte_len(replacement), 0};
    struct text_builder out;
    text_builder_init(&out);
    struct regex_match match;
    uint32_t done = 0;
    uint32_t from = 0;
    while (regex_find(regex, text, from, &match)) {
        text_builder_add(&out, text_bytes(text) + done, match.start - done);
        add_replacement(&out, &template, &match);
        done = match.end;
        from = regex_after(&match);
        if (!all) {
            break;
        }
    }
    if (from == 0) {
        return text;
    }
    text_builder_add(&out, text_bytes(text) + done, text_byte_len(text) - done);
    return text_builder_string(&out);
}

/* A backslash before each special byte; all of them are ASCII. */
static Value
escape(Value text, const char *special)
{
    struct text_builder out;
    text_builder_init(&out);
    const char *bytes = text_bytes(text);
    for (uint32_t i = 0; i < text_byte_len(text); i++) {
        if (bytes[i] != 0 && strchr(special, bytes[i]) != NULL) {
            text_builder_add(&out, "\\", 1);
        }
        text_builder_add(&out, bytes + i, 1);
    }
    return text_builder_string(&out);
}

Value
regex_quote_replacement(Value text)
{
    return escape(text, "\\$");
}

/* --- Without the language ------------------------------------------------------- */

struct regex_plain {
    pcre2_code *code;
    pcre2_match_data *match;
};

/* What is not UTF-8 matches nothing but what surrounds it. */
struct regex_plain *
regex_plain_make(const char *source, size_t len, struct regex_fault *fault)
{
    int code;
    make_limits();
    pcre2_code *compiled = pcre2_compile((PCRE2_SPTR)source, len,
                                         PCRE2_UTF | PCRE2_MATCH_INVALID_UTF |
                                             PCRE2_NEVER_BACKSLASH_C,
                                         &code, &fault->offset, dialect);
    if (compiled == NULL) {
        pcre2_get_error_message(code, (PCRE2_UCHAR *)fault->what,
                                sizeof(fault->what));
        return NULL;
    }
    struct regex_plain *plain = malloc(sizeof(*plain));
    assert(plain != NULL);
    plain->code = compiled;
    plain->match = pcre2_match_data_create_from_pattern(compiled, NULL);
    assert(plain->match != NULL);
    return plain;
}

bool
regex_plain_finds(const struct regex_plain *plain, const char *text, size_t len)
{
    return pcre2_match(plain->code, (PCRE2_SPTR)text, len, 0, 0, plain->match,
                       limits) >= 0;
}

void
regex_plain_free(struct regex_plain *plain)
{
    if (plain != NULL) {
        pcre2_match_data_free(plain->match);
        pcre2_code_free(plain->code);
        free(plain);
    }
}
