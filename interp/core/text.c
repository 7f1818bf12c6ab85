/* SPDX-License-Identifier: MIT */
/*
 * Strings, names, and reading values from strings.
 *
 * str prints its arguments as they are, nil as nothing; pr-str and its like
 * are in output.c. parse-long and its like give nil for what is no such text,
 * and throw for what is no string: a typing mistake should not look like bad
 * input. Names are not checked: (keyword "a b") makes a keyword that does not
 * read back, as in Clojure. read-string takes the first form of a text and
 * evaluates nothing.
 */
#include "interp/core/support.h"
#include "interp/data/alloc.h"
#include "interp/data/map.h"
#include "interp/data/namespace.h"
#include "interp/data/set.h"
#include "interp/data/tagged.h"
#include "interp/read/pretty.h"
#include "interp/read/print.h"
#include "interp/read/reader.h"

#include <assert.h>
#include <string.h>

static void
expect_string(Value v, const char *operation)
{
    if (!text_is(v)) {
        error_throw(ERROR_TYPE, "%s expects a string, found %s", operation,
                    value_shown(v));
    }
}

/* --- Strings --------------------------------------------------------------- */

enum { PLAIN_MAX = 16 };

/* Strings, small integers and nil, which are nearly all that str is given: the
 * length is known before the string is made. */
struct plain {
    size_t byte_len;
    size_t char_len;
    char digits[PLAIN_MAX][TEXT_INT_MAX];
    uint32_t digit_count[PLAIN_MAX];
};

/* False if there is anything else among them, or too many. */
static bool
measure_plain(struct plain *plain, const Value *args, uint32_t argc)
{
    plain->byte_len = 0;
    plain->char_len = 0;
    for (uint32_t i = 0; i < argc && argc <= PLAIN_MAX; i++) {
        if (text_is(args[i])) {
            plain->byte_len += text_byte_len(args[i]);
            plain->char_len += text_len(args[i]);
        } else if (value_is_int(args[i])) {
            uint32_t digits =
                text_int_digits(value_small_int(args[i]), plain->digits[i]);
            plain->digit_count[i] = digits;
            plain->byte_len += digits;
            plain->char_len += digits;
        } else if (!value_is_nil(args[i])) {
            return false;
        }
    }
    return argc <= PLAIN_MAX;
}

static Value
join_plain(const struct plain *plain, const Value *args, uint32_t argc)
{
    char *at;
    Value text = text_reserve(plain->byte_len, plain->char_len, &at);
    for (uint32_t i = 0; i < argc; i++) {
        const char *from = "";
        uint32_t len = 0;
        if (text_is(args[i])) {
            from = text_bytes(args[i]);
            len = text_byte_len(args[i]);
        } else if (value_is_int(args[i])) {
            len = plain->digit_count[i];
            from = plain->digits[i] + TEXT_INT_MAX - len;
        }
        memcpy(at, from, len);
        at += len;
    }
    assert((size_t)(at - text_bytes(text)) == plain->byte_len);
    return text;
}

/* (str & values) */
static Value
core_str(Value *args, uint32_t argc)
{
    if (argc == 1 && text_is(args[0])) {
        return args[0];
    }
    struct plain plain;
    if (measure_plain(&plain, args, argc)) {
        return join_plain(&plain, args, argc);
    }
    struct text_builder builder;
    text_builder_init(&builder);
    for (uint32_t i = 0; i < argc; i++) {
        print_append(&builder, args[i], PRINT_STR);
    }
    return text_builder_string(&builder);
}

/* (subs s start), (subs s start end) */
static Value
core_subs(Value *args, uint32_t argc)
{
    expect_string(args[0], "subs");
    int64_t len = text_len(args[0]);
    int64_t start = number_expect_int(args[1], "subs");
    int64_t end = argc > 2 ? number_expect_int(args[2], "subs") : len;
    if (start < 0 || end < start || end > len) {
        error_throw(ERROR_INDEX,
                    "subs: %lld to %lld is no part of a string of %lld "
                    "characters",
                    (long long)start, (long long)end, (long long)len);
    }
    return text_sub(args[0], (uint32_t)start, (uint32_t)end);
}

/* (starts-with? s prefix) */
static Value
core_starts_with(Value *args, uint32_t argc)
{
    (void)argc;
    expect_string(args[0], "starts-with?");
    expect_string(args[1], "starts-with?");
    return value_bool(text_starts_with(args[0], args[1]));
}

/* (ends-with? s suffix) */
static Value
core_ends_with(Value *args, uint32_t argc)
{
    (void)argc;
    expect_string(args[0], "ends-with?");
    expect_string(args[1], "ends-with?");
    return value_bool(text_ends_with(args[0], args[1]));
}

/* (char n) */
static Value
core_char(Value *args, uint32_t argc)
{
    (void)argc;
    if (value_is_char(args[0])) {
        return args[0];
    }
    int64_t code = number_expect_int(args[0], "char");
    if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
        error_throw(ERROR_VALUE, "char: %lld is no character's code point",
                    (long long)code);
    }
    return value_char((uint32_t)code);
}

/* --- Names ----------------------------------------------------------------- */

/* A symbol or keyword. */
static bool
is_name(Value v)
{
    return symbol_is(v) || symbol_is_keyword(v);
}

/* Says which argument of which function is no name. */
static _Noreturn void
fail_name(const char *operation, Value v)
{
    error_throw(ERROR_TYPE, "%s expects a string, symbol or keyword, found %s",
                operation, value_shown(v));
}

/* (name x) */
static Value
core_name(Value *args, uint32_t argc)
{
    (void)argc;
    if (text_is(args[0])) {
        return args[0];
    }
    if (!is_name(args[0])) {
        fail_name("name", args[0]);
    }
    return symbol_name(args[0]);
}

/* (namespace x) */
static Value
core_namespace(Value *args, uint32_t argc)
{
    (void)argc;
    if (!is_name(args[0])) {
        error_throw(ERROR_TYPE,
                    "namespace expects a symbol or keyword, found %s",
                    value_shown(args[0]));
    }
    return symbol_ns(args[0]);
}

/* The namespace argument of keyword and symbol: a name, string or nil. */
static Value
namespace_argument(Value v, const char *operation)
{
    if (value_is_nil(v) || text_is(v)) {
        return v;
    }
    if (value_is_kind(v, KIND_NAMESPACE)) {
        v = ((const struct namespace_object *)value_object(v))->name;
    }
    if (!is_name(v)) {
        fail_name(operation, v);
    }
    return symbol_full_name(v);
}

/* (keyword name), (keyword ns name) */
static Value
core_keyword(Value *args, uint32_t argc)
{
    Value v = args[0];
    if (argc == 2) {
        Value ns = namespace_argument(args[0], "keyword");
        return keyword_make(ns, core_name(&args[1], 1));
    }
    if (symbol_is_keyword(v)) {
        return v;
    }
    if (symbol_is(v)) {
        return keyword_make(symbol_ns(v), symbol_name(v));
    }
    if (text_is(v)) {
        return keyword_intern(text_bytes(v), text_byte_len(v));
    }
    return VALUE_NIL;
}

/* (symbol name), (symbol ns name) */
static Value
core_symbol(Value *args, uint32_t argc)
{
    Value v = args[0];
    if (argc == 2) {
        Value ns = namespace_argument(args[0], "symbol");
        return symbol_make(ns, core_name(&args[1], 1));
    }
    if (symbol_is(v)) {
        return v;
    }
    if (text_is(v)) {
        return symbol_intern(text_bytes(v), text_byte_len(v));
    }
    if (symbol_is_keyword(v)) {
        return symbol_make(symbol_ns(v), symbol_name(v));
    }
    if (value_is_kind(v, KIND_VAR)) {
        const struct var_object *var =
            (const struct var_object *)value_object(v);
        const struct namespace_object *ns =
            (const struct namespace_object *)value_object(var->ns);
        return symbol_make(symbol_full_name(ns->name), symbol_name(var->name));
    }
    fail_name("symbol", v);
}

/* (gensym), (gensym prefix) */
static Value
core_gensym(Value *args, uint32_t argc)
{
    Value prefix = argc == 0 ? text_from_cstring("G__")
                             : print_to_string(args[0], PRINT_STR);
    Value name = text_format("%s%llu", text_bytes(prefix),
                             (unsigned long long)reader_gensym_next());
    return symbol_make(VALUE_NIL, name);
}

/* --- Parsing --------------------------------------------------------------- */

/* ABSENT is for C alone; programs see nil. */
static Value
or_nil(Value v)
{
    return value_is(v, VALUE_ABSENT) ? VALUE_NIL : v;
}

/* (parse-long s) */
static Value
core_parse_long(Value *args, uint32_t argc)
{
    (void)argc;
    expect_string(args[0], "parse-long");
    return or_nil(
        number_parse_long(text_bytes(args[0]), text_byte_len(args[0])));
}

/* (parse-double s) */
static Value
core_parse_double(Value *args, uint32_t argc)
{
    (void)argc;
    expect_string(args[0], "parse-double");
    return or_nil(
        number_parse_double(text_bytes(args[0]), text_byte_len(args[0])));
}

/* (parse-boolean s) */
static Value
core_parse_boolean(Value *args, uint32_t argc)
{
    (void)argc;
    expect_string(args[0], "parse-boolean");
    if (text_equal_cstring(args[0], "true")) {
        return VALUE_TRUE;
    }
    return text_equal_cstring(args[0], "false") ? VALUE_FALSE : VALUE_NIL;
}

/* A key of an options map; ABSENT when it is not there. */
static Value
option(Value options, const char *name)
{
    if (value_is_nil(options)) {
        return VALUE_ABSENT;
    }
    if (!map_is(options)) {
        error_throw(ERROR_TYPE,
                    "read-string expects a map of options, found %s",
                    value_shown(options));
    }
    return map_get(options, keyword_from_cstring(name));
}

/* The first form of a string; without one the :eof of the options, or ABSENT. */
static Value
read_first(Value string, Value options, enum reader_mode mode)
{
    expect_string(string, "read-string");
    struct reader *reader =
        reader_create(text_bytes(string), text_byte_len(string), VALUE_NIL,
                      mode);
    Value readers = or_nil(option(options, "readers"));
    if (!value_is_nil(readers) && !map_is(readers)) {
        error_throw(ERROR_TYPE,
                    "read-string expects a map as :readers, found %s",
                    value_shown(readers));
    }
    reader_set_tags(reader, readers, or_nil(option(options, "default")));
    Value features = option(options, "features");
    reader_set_conditionals(reader,
                            value_is(or_nil(option(options, "read-cond")),
                                     keyword_from_cstring("preserve")),
                            set_is(features) ? features : VALUE_NIL);
    Value form;
    return reader_read(reader, &form, NULL) ? form : option(options, "eof");
}

/* (read-string s), (read-string options s) */
static Value
core_read_string(Value *args, uint32_t argc)
{
    Value options = argc == 2 ? args[0] : VALUE_NIL;
    Value form = read_first(args[argc - 1], options, READER_DATA);
    if (value_is(form, VALUE_ABSENT)) {
        error_throw(ERROR_VALUE, "read-string: there is no form in the text");
    }
    return form;
}

/* (read-string s), (read-string options s) */
static Value
edn_read_string(Value *args, uint32_t argc)
{
    if (value_is_nil(args[argc - 1])) {
        return VALUE_NIL;
    }
    Value options = argc == 2 ? args[0] : VALUE_NIL;
    Value form = read_first(args[argc - 1], options, READER_EDN);
    if (value_is(form, VALUE_ABSENT) && argc == 2) {
        error_throw_help(ERROR_VALUE, "Give the options an :eof.",
                         "read-string: there is no form in the text");
    }
    return or_nil(form);
}

/* --- Tagged values ----------------------------------------------------------- */

/* (tagged-literal tag value) */
static Value
core_tagged_literal(Value *args, uint32_t argc)
{
    (void)argc;
    if (!symbol_is(args[0])) {
        error_throw(ERROR_TYPE, "tagged-literal expects a symbol, found %s",
                    value_shown(args[0]));
    }
    return tagged_literal(args[0], args[1]);
}

/* (reader-conditional form splicing?) */
static Value
core_reader_conditional(Value *args, uint32_t argc)
{
    (void)argc;
    return tagged_conditional(args[0], value_is_true(args[1]));
}

/* (inst-ms inst) */
static Value
core_inst_ms(Value *args, uint32_t argc)
{
    (void)argc;
    if (!tagged_is(args[0], TAGGED_INSTANT)) {
        core_throw_type("inst-ms", "an #inst", args[0]);
    }
    return number_int(tagged_millis(args[0]));
}

/* (parse-uuid s) */
static Value
core_parse_uuid(Value *args, uint32_t argc)
{
    (void)argc;
    expect_string(args[0], "parse-uuid");
    return or_nil(tagged_uuid(args[0]));
}

static const struct builtin core_rows[] = {
    {"str", 0, ARGS_ANY, core_str, "[& values]",
     "The texts of all values, joined; nil is empty.", "0.1"},
    {"subs", 2, 3, core_subs, "[s start] [s start end]",
     "The characters from start up to end.", "0.1"},
    {"starts-with?", 2, 2, core_starts_with, "[s prefix]",
     "True if s begins with prefix.", "0.1"},
    {"ends-with?", 2, 2, core_ends_with, "[s suffix]",
     "True if s ends with suffix.", "0.1"},
    {"char", 1, 1, core_char, "[n]", "The character of a code point.", "0.1"},
    {"name", 1, 1, core_name, "[x]",
     "The name of a symbol or keyword, or the string itself.", "0.1"},
    {"namespace", 1, 1, core_namespace, "[x]",
     "The namespace of a symbol or keyword, or nil.", "0.1"},
    {"keyword", 1, 2, core_keyword, "[name] [ns name]",
     "The keyword of this name; nil for what has none.", "0.1"},
    {"symbol", 1, 2, core_symbol, "[name] [ns name]",
     "The symbol of this name.", "0.1"},
    {"gensym", 0, 1, core_gensym, "[] [prefix]",
     "A symbol with a new name; the same in every evaluation.", "0.1"},
    {"parse-long", 1, 1, core_parse_long, "[s]",
     "The integer that s writes, or nil.", "0.1"},
    {"parse-double", 1, 1, core_parse_double, "[s]",
     "The double that s writes, or nil.", "0.1"},
    {"parse-boolean", 1, 1, core_parse_boolean, "[s]",
     "true or false as s says, else nil.", "0.1"},
    {"parse-uuid", 1, 1, core_parse_uuid, "[s]",
     "The #uuid that s writes, or nil.", "0.1"},
    {"tagged-literal", 2, 2, core_tagged_literal, "[tag value]",
     "The value with a tag, as #tag value reads.", "0.1"},
    {"reader-conditional", 2, 2, core_reader_conditional, "[form splicing?]",
     "The list of a #?(...) or #?@(...) as a value.", "0.1"},
    {"inst-ms", 1, 1, core_inst_ms, "[inst]",
     "The milliseconds from the beginning of 1970 to an #inst.", "0.1"},
    {"inst-ms*", 1, 1, core_inst_ms, "[inst]", "As inst-ms.", "0.1"},
    {"read-string", 1, 2, core_read_string, "[s] [options s]",
     "The first form of a text. Options: :eof, :readers, :default; :features, "
     "and :read-cond :preserve, for #?(...).",
     "0.1"},
};

static const struct builtin edn_rows[] = {
    {"read-string", 1, 2, edn_read_string, "[s] [options s]",
     "The first value of a text that is data only, or nil. Options: :eof, "
     ":readers by tag, :default of the other tags.",
     "0.1"},
};

const struct core_table core_text[] = {
    {"clojure.core", core_rows, CORE_COUNT(core_rows)},
    {"clojure.edn", edn_rows, CORE_COUNT(edn_rows)},
    {NULL, NULL, 0},
};
