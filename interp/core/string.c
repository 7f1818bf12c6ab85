/* SPDX-License-Identifier: MIT */
/*
 * clojure.string, with its corner cases: split drops empty strings at the end
 * unless a limit is given, replace takes strings, characters, regexes and
 * functions. split also takes its first two arguments in the other order.
 *
 * Positions are counted in characters; ASCII text, which knows that it is, is
 * indexed without counting. A part of a string is a copy, unless it is the
 * whole. What takes any value as text in Clojure (upper-case :a) does so here;
 * the others throw for what is no string, nil included (but for blank?).
 */
#include "interp/core/support.h"
#include "interp/data/regex.h"
#include "interp/read/pretty.h"
#include "interp/read/print.h"

#include <assert.h>
#include <string.h>

static Value
expect_string(Value v, const char *operation)
{
    if (!text_is(v)) {
        error_throw(ERROR_TYPE, "%s expects a string, found %s", operation,
                    value_shown(v));
    }
    return v;
}

/* What is looked for or put in: a string, or a character as one. */
static Value
string_or_char(Value v, const char *operation)
{
    if (value_is_char(v)) {
        return text_from_char(value_char_codepoint(v));
    }
    return expect_string(v, operation);
}

/* The text of anything but nil: upper-case and its like take keywords too. */
static Value
text_of(Value v, const char *operation)
{
    if (value_is_nil(v)) {
        expect_string(v, operation);
    }
    return print_to_string(v, PRINT_STR);
}

/* (normalize s), (normalize s form) */
static Value
string_normalize(Value *args, uint32_t argc)
{
    static const char *const forms[] = {[TEXT_NFC] = "nfc",
                                        [TEXT_NFD] = "nfd",
                                        [TEXT_NFKC] = "nfkc",
                                        [TEXT_NFKD] = "nfkd"};
    Value text = expect_string(args[0], "normalize");
    for (size_t i = 0; i < CORE_COUNT(forms); i++) {
        if (argc == 1 || value_is(args[1], keyword_from_cstring(forms[i]))) {
            return text_normalize(text, (enum text_form)i);
        }
    }
    error_throw_help(ERROR_VALUE, "Known are :nfc, :nfd, :nfkc and :nfkd.",
                     "normalize: %s is no normal form of Unicode",
                     value_shown(args[1]));
}

/* --- Joining and splitting -------------------------------------------------- */

/* (join coll), (join separator coll) */
static Value
string_join(Value *args, uint32_t argc)
{
    Value separator =
        argc == 2 ? print_to_string(args[0], PRINT_STR) : text_make("", 0);
    struct text_builder builder;
    struct seq_iter iter;
    Value item;
    bool is_first = true;
    text_builder_init(&builder);
    seq_iter_take(&iter, &args[argc - 1]);
    while (seq_iter_next(&iter, &item)) {
        if (!is_first) {
            text_builder_add_text(&builder, separator);
        }
        is_first = false;
        print_append(&builder, item, PRINT_STR);
    }
    return text_builder_string(&builder);
}

/* Without the empty strings at its end. */
static Value
without_empty_end(struct core_buffer *parts)
{
    while (parts->count > 0 &&
           text_byte_len(parts->items[parts->count - 1]) == 0) {
        parts->count--;
    }
    return vector_from_array(parts->items, parts->count);
}

/* The parts of text between matches: at most `limit` if that is positive; 0
 * drops empty strings at the end. */
static Value
split_by(Value text, Value regex, int64_t limit)
{
    struct core_buffer parts = {0};
    struct regex_match match;
    uint32_t len = text_byte_len(text);
    uint32_t start = 0;
    uint32_t from = 0;
    while ((limit <= 0 || parts.count + 1 < limit) && from <= len &&
           regex_find(regex, text, from, &match)) {
        // An empty match at the start splits nothing off.
        if (match.end > 0) {
            core_buffer_add(&parts, text_slice(text, start, match.start));
            start = match.end;
        }
        from = regex_after(&match);
    }
    if (parts.count == 0) {
        return vector_from_array(&text, 1);
    }
    core_buffer_add(&parts, text_slice(text, start, len));
    return limit == 0 ? without_empty_end(&parts)
                      : vector_from_array(parts.items, parts.count);
}

/* (split s re), (split s re limit), (split re s), (split re s limit) */
static Value
string_split(Value *args, uint32_t argc)
{
    bool is_swapped = regex_is(args[0]);
    Value text = args[is_swapped ? 1 : 0];
    Value regex = args[is_swapped ? 0 : 1];
    if (!regex_is(regex)) {
        error_throw_help(ERROR_TYPE, "Write the separator as #\"...\".",
                         "split expects a string and a regex, found %s and %s",
                         value_shown(args[0]), value_shown(args[1]));
    }
    expect_string(text, "split");
    int64_t limit = argc > 2 ? number_expect_int(args[2], "split") : 0;
    return split_by(text, regex, limit);
}

/* (split-lines s) */
static Value
string_split_lines(Value *args, uint32_t argc)
{
    (void)argc;
    Value text = expect_string(args[0], "split-lines");
    struct core_buffer lines = {0};
    const char *bytes = text_bytes(text);
    uint32_t len = text_byte_len(text);
    uint32_t start = 0;
    if (len == 0) {
        return vector_from_array(&text, 1);
    }
    for (uint32_t i = 0; i < len; i++) {
        if (bytes[i] == '\n') {
            bool is_crlf = i > start && bytes[i - 1] == '\r';
            core_buffer_add(&lines,
                            text_slice(text, start, is_crlf ? i - 1 : i));
            start = i + 1;
        }
    }
    core_buffer_add(&lines, text_slice(text, start, len));
    return without_empty_end(&lines);
}

/* --- Replacing --------------------------------------------------------------- */

/* Each match is replaced by what f gives for it. */
static Value
replace_by_function(Value text, Value regex, Value f, bool is_all)
{
    struct text_builder builder;
    struct regex_match match;
    uint32_t start = 0;
    uint32_t from = 0;
    text_builder_init(&builder);
    while (from <= text_byte_len(text) &&
           regex_find(regex, text, from, &match)) {
        Value replacement = invoke1(f, regex_match_value(&match));
        expect_string(replacement, "replace: the function's result");
        text_builder_add(&builder, text_bytes(text) + start,
                         match.start - start);
        text_builder_add_text(&builder, replacement);
        start = match.end;
        from = regex_after(&match);
        if (!is_all) {
            break;
        }
    }
    text_builder_add(&builder, text_bytes(text) + start,
                     text_byte_len(text) - start);
    return text_builder_string(&builder);
}

/* What stands for a match: text with $1 or a function for that of a regex,
 * else text for text. */
static Value
replace(Value *args, bool is_all, const char *operation)
{
    Value text = text_of(args[0], operation);
    if (regex_is(args[1])) {
        if (text_is(args[2])) {
            return regex_replace(args[1], text, args[2], is_all);
        }
        return replace_by_function(text, args[1], args[2], is_all);
    }
    Value from = string_or_char(args[1], operation);
    Value to = string_or_char(args[2], operation);
    return is_all ? text_replace(text, from, to)
                  : text_replace_first(text, from, to);
}

/* (replace s match replacement) */
static Value
string_replace(Value *args, uint32_t argc)
{
    (void)argc;
    return replace(args, true, "replace");
}

/* (replace-first s match replacement) */
static Value
string_replace_first(Value *args, uint32_t argc)
{
    (void)argc;
    return replace(args, false, "replace-first");
}

/* (re-quote-replacement s) */
static Value
string_re_quote_replacement(Value *args, uint32_t argc)
{
    (void)argc;
    return regex_quote_replacement(text_of(args[0], "re-quote-replacement"));
}

/* (escape s f) */
static Value
string_escape(Value *args, uint32_t argc)
{
    (void)argc;
    Value text = expect_string(args[0], "escape");
    struct text_builder builder;
    const char *bytes = text_bytes(text);
    uint32_t len = text_byte_len(text);
    text_builder_init(&builder);
    for (uint32_t i = 0; i < len;) {
        uint32_t codepoint;
        uint32_t step = text_decode(bytes + i, len - i, &codepoint);
        Value replacement = invoke1(args[1], value_char(codepoint));
        if (value_is_nil(replacement)) {
            text_builder_add(&builder, bytes + i, step);
        } else {
            print_append(&builder, replacement, PRINT_STR);
        }
        i += step;
    }
    return text_builder_string(&builder);
}

/* --- Trimming and case -------------------------------------------------------- */

/* (trim s) */
static Value
string_trim(Value *args, uint32_t argc)
{
    (void)argc;
    return text_trim(expect_string(args[0], "trim"), true, true);
}

/* (triml s) */
static Value
string_triml(Value *args, uint32_t argc)
{
    (void)argc;
    return text_trim(expect_string(args[0], "triml"), true, false);
}

/* (trimr s) */
static Value
string_trimr(Value *args, uint32_t argc)
{
    (void)argc;
    return text_trim(expect_string(args[0], "trimr"), false, true);
}

/* (trim-newline s) */
static Value
string_trim_newline(Value *args, uint32_t argc)
{
    (void)argc;
    Value text = expect_string(args[0], "trim-newline");
    const char *bytes = text_bytes(text);
    uint32_t end = text_byte_len(text);
    while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
        end--;
    }
    return text_slice(text, 0, end);
}

/* (upper-case s) */
static Value
string_upper_case(Value *args, uint32_t argc)
{
    (void)argc;
    return text_upper(text_of(args[0], "upper-case"));
}

/* (lower-case s) */
static Value
string_lower_case(Value *args, uint32_t argc)
{
    (void)argc;
    return text_lower(text_of(args[0], "lower-case"));
}

/* (capitalize s) */
static Value
string_capitalize(Value *args, uint32_t argc)
{
    (void)argc;
    return text_capitalize(text_of(args[0], "capitalize"));
}

/* (reverse s) */
static Value
string_reverse(Value *args, uint32_t argc)
{
    (void)argc;
    return text_reverse(expect_string(args[0], "reverse"));
}

/* --- Questions ----------------------------------------------------------------- */

/* (blank? s) */
static Value
string_is_blank(Value *args, uint32_t argc)
{
    (void)argc;
    return value_bool(value_is_nil(args[0]) ||
                      text_is_blank(expect_string(args[0], "blank?")));
}

/* (starts-with? s prefix) */
static Value
string_starts_with(Value *args, uint32_t argc)
{
    (void)argc;
    Value text = text_of(args[0], "starts-with?");
    return value_bool(
        text_starts_with(text, expect_string(args[1], "starts-with?")));
}

/* (ends-with? s suffix) */
static Value
string_ends_with(Value *args, uint32_t argc)
{
    (void)argc;
    Value text = text_of(args[0], "ends-with?");
    return value_bool(
        text_ends_with(text, expect_string(args[1], "ends-with?")));
}

/* (includes? s part) */
static Value
string_includes(Value *args, uint32_t argc)
{
    (void)argc;
    Value text = text_of(args[0], "includes?");
    Value part = expect_string(args[1], "includes?");
    return value_bool(text_find(text, part, 0) >= 0);
}

static Value
index_or_nil(Value text, int64_t byte_offset)
{
    return byte_offset < 0
               ? VALUE_NIL
               : number_int(text_char_index(text, (uint32_t)byte_offset));
}

/* The byte offset of an index argument, which may lie outside of the text. */
static uint32_t
offset_of(Value text, Value index, const char *operation)
{
    int64_t from = number_expect_int(index, operation);
    int64_t len = text_len(text);
    from = from < 0 ? 0 : from > len ? len : from;
    return text_byte_offset(text, (uint32_t)from);
}

/* (index-of s part), (index-of s part from) */
static Value
string_index_of(Value *args, uint32_t argc)
{
    Value text = text_of(args[0], "index-of");
    Value part = string_or_char(args[1], "index-of");
    uint32_t from = argc > 2 ? offset_of(text, args[2], "index-of") : 0;
    return index_or_nil(text, text_find(text, part, from));
}

/* (last-index-of s part), (last-index-of s part from) */
static Value
string_last_index_of(Value *args, uint32_t argc)
{
    Value text = text_of(args[0], "last-index-of");
    Value part = string_or_char(args[1], "last-index-of");
    uint32_t from = text_byte_len(text);
    if (argc > 2) {
        if (number_expect_int(args[2], "last-index-of") < 0) {
            return VALUE_NIL;
        }
        from = offset_of(text, args[2], "last-index-of");
    }
    return index_or_nil(text, text_find_last(text, part, from));
}

static const struct builtin rows[] = {
    {"join", 1, 2, string_join, "[coll] [separator coll]",
     "The texts of all items, with the separator between them.", "0.1"},
    {"split", 2, 3, string_split, "[s re] [s re limit] [re s] [re s limit]",
     "The parts of s between matches of re, as a vector. Empty strings at the "
     "end are dropped, but for a limit of parts other than 0.",
     "0.1"},
    {"split-lines", 1, 1, string_split_lines, "[s]",
     "The lines of s, which end in \\n or \\r\\n.", "0.1"},
    {"replace", 3, 3, string_replace, "[s match replacement]",
     "s with every match replaced. match: string, character or regex; with a "
     "regex, the replacement may have $1, or be a function of the match.",
     "0.1"},
    {"replace-first", 3, 3, string_replace_first, "[s match replacement]",
     "As replace, for the first match only.", "0.1"},
    {"re-quote-replacement", 1, 1, string_re_quote_replacement, "[s]",
     "A replacement that stands for s literally.", "0.1"},
    {"escape", 2, 2, string_escape, "[s f]",
     "s with each character c replaced by (f c), unless that is nil.", "0.1"},
    {"trim", 1, 1, string_trim, "[s]", "s without white space at both ends.",
     "0.1"},
    {"triml", 1, 1, string_triml, "[s]", "s without white space at its start.",
     "0.1"},
    {"trimr", 1, 1, string_trimr, "[s]", "s without white space at its end.",
     "0.1"},
    {"trim-newline", 1, 1, string_trim_newline, "[s]",
     "s without line ends at its end.", "0.1"},
    {"upper-case", 1, 1, string_upper_case, "[s]", "s in upper case.", "0.1"},
    {"lower-case", 1, 1, string_lower_case, "[s]", "s in lower case.", "0.1"},
    {"capitalize", 1, 1, string_capitalize, "[s]",
     "s with its first character in upper case, the others in lower case.",
     "0.1"},
    {"reverse", 1, 1, string_reverse, "[s]", "s from its end.", "0.1"},
    {"normalize", 1, 2, string_normalize, "[s] [s form]",
     "s in a normal form of Unicode, so that texts that look the same are the "
     "same: :nfc (composed, unless another is given), :nfd (taken apart), "
     ":nfkc or :nfkd (without ligatures, widths and the like).",
     "0.1"},
    {"blank?", 1, 1, string_is_blank, "[s]",
     "True for nil, the empty string, and white space.", "0.1"},
    {"starts-with?", 2, 2, string_starts_with, "[s prefix]",
     "True if s begins with prefix.", "0.1"},
    {"ends-with?", 2, 2, string_ends_with, "[s suffix]",
     "True if s ends with suffix.", "0.1"},
    {"includes?", 2, 2, string_includes, "[s part]",
     "True if part is somewhere in s.", "0.1"},
    {"index-of", 2, 3, string_index_of, "[s part] [s part from]",
     "Where part first is in s, or nil.", "0.1"},
    {"last-index-of", 2, 3, string_last_index_of, "[s part] [s part from]",
     "Where part last is in s, or nil.", "0.1"},
};

const struct core_table core_string[] = {
    {"clojure.string", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
