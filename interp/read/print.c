/* SPDX-License-Identifier: MIT */
/*
 * The printer. A container that is being printed has a level, which knows how
 * to go on; levels form a chain in collected memory, and those given up are
 * used again. So depth costs heap, and a value nested a million deep prints.
 *
 * Styles differ in strings, characters and nil alone. What the printer cannot
 * know (functions, multimethods) it asks from hooks, which also charge for the
 * work: a sequence without end ends in an error of the limits. The text is
 * built whole; nobody sees half of it.
 */
#include "interp/read/print.h"

#include "interp/data/alloc.h"
#include "interp/data/error.h"
#include "interp/data/list.h"
#include "interp/data/map.h"
#include "interp/data/namespace.h"
#include "interp/data/number.h"
#include "interp/data/protocol.h"
#include "interp/data/record.h"
#include "interp/data/regex.h"
#include "interp/data/seq.h"
#include "interp/data/set.h"
#include "interp/data/symbol.h"
#include "interp/data/tagged.h"
#include "interp/data/text.h"
#include "interp/data/type.h"
#include "interp/data/vector.h"
#include "interp/read/open.h"

#include <assert.h>
#include <string.h>

static const struct print_hooks *hooks;

void
print_set_hooks(const struct print_hooks *new_hooks)
{
    hooks = new_hooks;
}

/* --- Atoms ---------------------------------------------------------------- */

/* A string in quotes, as it is read. */
static void
append_quoted(struct text_builder *builder, Value string)
{
    assert(text_is(string));
    static const char specials[] = "\"\\\n\t\r\f\b";
    static const char *const escapes[] = {"\\\"", "\\\\", "\\n", "\\t",
                                          "\\r",  "\\f",  "\\b"};
    uint32_t len = text_byte_len(string);
    uint32_t from = 0;
    text_builder_add_cstring(builder, "\"");
    for (uint32_t i = 0; i < len; i++) {
        char byte = text_bytes(string)[i];
        const char *found = byte == 0 ? NULL : strchr(specials, byte);
        if (found != NULL) {
            text_builder_add(builder, text_bytes(string) + from, i - from);
            text_builder_add_cstring(builder, escapes[found - specials]);
            from = i + 1;
        }
    }
    text_builder_add(builder, text_bytes(string) + from, len - from);
    text_builder_add_cstring(builder, "\"");
}

/* A character as \a, or by its name. */
static void
append_char(struct text_builder *builder, uint32_t codepoint)
{
    static const struct {
        uint32_t codepoint;
        const char *name;
    } names[] = {{'\n', "newline"}, {' ', "space"},      {'\t', "tab"},
                 {'\r', "return"},  {'\b', "backspace"}, {'\f', "formfeed"}};
    assert(codepoint <= 0x10ffff);
    text_builder_add_cstring(builder, "\\");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].codepoint == codepoint) {
            text_builder_add_cstring(builder, names[i].name);
            return;
        }
    }
    text_builder_add_char(builder, codepoint);
}

static void
append_number(struct text_builder *builder, Value v, bool is_display)
{
    if (!number_is_int(v) && !number_is_double(v)) {
        text_builder_add_text(builder, number_text(v, !is_display));
        return;
    }
    char text[NUMBER_TEXT_MAX];
    if (value_is_int(v)) {
        uint32_t digits = text_int_digits(value_small_int(v), text);
        text_builder_add(builder, text + TEXT_INT_MAX - digits, digits);
        return;
    }
    size_t len = is_display ? number_display(v, text) : number_print(v, text);
    text_builder_add(builder, text, len);
}

/* The source between quotes; a quote in it gets a backslash, unless it has
 * one. */
static void
append_regex(struct text_builder *builder, Value source)
{
    assert(text_is(source));
    const char *bytes = text_bytes(source);
    uint32_t len = text_byte_len(source);
    text_builder_add_cstring(builder, "#\"");
    for (uint32_t i = 0; i < len; i++) {
        if (bytes[i] == '\\' && i + 1 < len) {
            text_builder_add(builder, bytes + i, 2);
            i++;
        } else if (bytes[i] == '"') {
            text_builder_add_cstring(builder, "\\\"");
        } else {
            text_builder_add(builder, bytes + i, 1);
        }
    }
    text_builder_add_cstring(builder, "\"");
}

/* :ns/name, or without the colon */
static void
append_name(struct text_builder *builder, Value v)
{
    const struct symbol_object *symbol =
        (const struct symbol_object *)value_object(v);
    if (symbol->head.kind == KIND_KEYWORD) {
        text_builder_add_cstring(builder, ":");
    }
    if (!value_is_nil(symbol->ns)) {
        text_builder_add_text(builder, symbol->ns);
        text_builder_add_cstring(builder, "/");
    }
    text_builder_add_text(builder, symbol->name);
}

/* A name may have bytes of every kind in it, 0 too. */
static Value
tag_prefix(Value tag)
{
    struct text_builder builder;
    text_builder_init(&builder);
    text_builder_add_cstring(&builder, "#");
    text_builder_add_text(&builder, symbol_full_name(tag));
    text_builder_add_cstring(&builder, " ");
    return text_builder_string(&builder);
}

/* Text and simple values; false for what is not one. */
static bool
append_atom(struct text_builder *builder, Value v, enum print_style style)
{
    bool is_readable = style == PRINT_READABLE;
    switch (value_kind(v)) {
    case KIND_NIL:
        text_builder_add_cstring(builder, style == PRINT_STR ? "" : "nil");
        return true;
    case KIND_BOOL:
        text_builder_add_cstring(builder, value_is_true(v) ? "true" : "false");
        return true;
    case KIND_CHAR:
        if (is_readable) {
            append_char(builder, value_char_codepoint(v));
        } else {
            text_builder_add_char(builder, value_char_codepoint(v));
        }
        return true;
    case KIND_INT:
    case KIND_DOUBLE:
    case KIND_BIGINT:
    case KIND_RATIO:
    case KIND_DECIMAL:
        append_number(builder, v, style == PRINT_STR);
        return true;
    case KIND_STRING:
        if (is_readable) {
            append_quoted(builder, v);
        } else {
            text_builder_add_text(builder, v);
        }
        return true;
    case KIND_SYMBOL:
    case KIND_KEYWORD:
        append_name(builder, v);
        return true;
    case KIND_REGEX:
        if (style == PRINT_STR) {
            text_builder_add_text(builder, regex_source(v));
        } else {
            append_regex(builder, regex_source(v));
        }
        return true;
    case KIND_TAGGED:
        if (!tagged_is(v, TAGGED_INSTANT) && !tagged_is(v, TAGGED_UUID)) {
            return false;
        }
        // As text, it is that alone; printed it is a literal, however plain.
        if (style == PRINT_STR) {
            text_builder_add_text(builder, tagged_object(v)->value);
        } else {
            text_builder_add_text(builder, tag_prefix(tagged_object(v)->tag));
            append_quoted(builder, tagged_object(v)->value);
        }
        return true;
    default:
        return false;
    }
}

/* --- Things that have no literal ------------------------------------------ */

static Value
pair(Value map, const char *key, Value value)
{
    return map_assoc(map, keyword_from_cstring(key), value);
}

/* An error as a map of what a reader of it wants. */
static Value
error_map(const struct error_object *error)
{
    Value type = keyword_from_cstring(
        error_type_name((enum error_type)error->head.flags));
    Value map =
        pair(pair(map_empty(), "type", type), "message", error->message);
    if (!value_is_nil(error->data)) {
        map = pair(map, "data", error->data);
    }
    if (!value_is_nil(error->cause)) {
        map = pair(map, "cause", error->cause);
    }
    return map;
}

/* The value that stands for a handle: its name, or its id. */
static Value
handle_name(const struct handle_object *handle)
{
    Value name = handle->data;
    if (map_is(name)) {
        name = map_get_keyword(name, keyword_from_cstring("name"));
    }
    bool is_name = text_is(name) || symbol_is(name) || symbol_is_keyword(name);
    return is_name ? name : number_int((int64_t)handle->id);
}

/* name[content] */
static void
open_boxed(struct open *open, const char *name, Value content)
{
    open->prefix = text_format("#%s[", name);
    open->content = content;
    open->suffix = "]";
}

/* #'ns/name */
static void
open_var(struct open *open, const struct var_object *var)
{
    const struct namespace_object *ns =
        (const struct namespace_object *)value_object(var->ns);
    open->prefix = text_format("#'%s/%s", text_bytes(symbol_name(ns->name)),
                               text_bytes(symbol_name(var->name)));
}

/* Functions and multimethods: the VM knows their names. */
static void
open_described(struct open *open, Value v)
{
    static const char *const names[] = {
        [KIND_FUNCTION] = "function", [KIND_MULTI] = "multimethod"};
    Value text = VALUE_NIL;
    if (hooks != NULL && hooks->describe != NULL) {
        text = hooks->describe(v, &open->content);
    }
    open->prefix =
        value_is_nil(text) ? text_format("#%s[]", names[value_kind(v)]) : text;
}

/* Atoms and volatiles show what they hold now, matchers what they look for. */
static void
open_cell(struct open *open, const struct cell_object *cell)
{
    if (cell->head.flags & CELL_MATCHER) {
        open_boxed(open, "matcher", vector_at(cell->value, 0));
        return;
    }
    open_boxed(open, cell->head.flags & CELL_VOLATILE ? "volatile" : "atom",
               cell->value);
}

/* Printing does not force a delay. */
static void
open_delay(struct open *open, const struct delay_object *delay)
{
    if (value_is(delay->value, VALUE_ABSENT)) {
        open->prefix = text_from_cstring("#delay[pending]");
    } else {
        open_boxed(open, "delay", delay->value);
    }
}

/* Types, and what has methods by them. */
static void
open_typed(struct open *open, Value v)
{
    switch (value_kind(v)) {
    case KIND_METHOD:
        open->prefix =
            text_format("#function[%s]",
                        text_bytes(symbol_full_name(method_object(v)->name)));
        break;
    case KIND_PROTOCOL:
        open->prefix =
            text_format("#protocol[%s]",
                        text_bytes(symbol_full_name(protocol_object(v)->name)));
        break;
    case KIND_TYPE:
        open->prefix = type_object(v)->name;
        break;
    case KIND_RECORD:
        open->prefix =
            text_format("#%s",
                        text_bytes(type_object(record_object(v)->type)->name));
        open->content = record_object(v)->map;
        break;
    default:
        assert(value_is_kind(v, KIND_REIFIED));
        open->prefix = text_from_cstring("#reified[]");
    }
}

struct open
open_value(Value v)
{
    struct open open = {VALUE_NIL, VALUE_ABSENT, ""};
    const void *object = value_object(v); // Of the kinds that are objects.
    const struct builtin_object *builtin = object;
    const struct tagged_object *tagged = object;
    switch (value_kind(v)) {
    case KIND_FUNCTION:
    case KIND_MULTI:
        open_described(&open, v);
        break;
    case KIND_METHOD:
    case KIND_PROTOCOL:
    case KIND_TYPE:
    case KIND_RECORD:
    case KIND_REIFIED:
        open_typed(&open, v);
        break;
    case KIND_BUILTIN:
        open.prefix = text_format("#function[%s/%s]", text_bytes(builtin->ns),
                                  builtin->spec->name);
        break;
    case KIND_VAR:
        open_var(&open, object);
        break;
    case KIND_NAMESPACE:
        open_boxed(&open, "namespace",
                   ((const struct namespace_object *)object)->name);
        break;
    case KIND_ERROR:
        open.prefix = text_from_cstring("#error ");
        open.content = error_map(object);
        break;
    case KIND_CELL:
        open_cell(&open, object);
        break;
    case KIND_DELAY:
        open_delay(&open, object);
        break;
    case KIND_REDUCED:
        open_boxed(&open, "reduced",
                   ((const struct reduced_object *)object)->value);
        break;
    case KIND_TRANSIENT:
        open.prefix = text_from_cstring("#transient[]");
        break;
    case KIND_TAGGED:
        if (tagged_is(v, TAGGED_CONDITIONAL)) {
            open.prefix =
                text_from_cstring(value_is_true(tagged->tag) ? "#?@" : "#?");
        } else {
            open.prefix = tag_prefix(tagged->tag);
        }
        open.content = tagged->value;
        break;
    case KIND_HANDLE:
        open_boxed(&open, ((const struct handle_object *)object)->type,
                   handle_name(object));
        break;
    case KIND_UNBOUND:
        open.prefix = text_from_cstring("#unbound[]");
        break;
    default:
        open.prefix = text_format("#%s[]", value_kind_text(value_kind(v)));
    }
    return open;
}

/* --- Containers ------------------------------------------------------------ */

/* Items printed between two reports of work. */
enum { WORK_ITEMS = 256 };

struct level {
    struct level *parent;
    struct level *spare; /* a level that was used above this one */
    enum open_shape shape;
    const char *closer;
    bool is_first;
    Value single; /* of OPEN_SINGLE: what is left to print, or ABSENT */
    Value value;  /* of a map: the value whose key was printed, or ABSENT */
    Value ns;     /* of a map: what open_common_namespace says */
    struct seq_cursor cursor;
    union {
        struct map_iter map;
        struct set_iter set;
    } iter;
};

enum open_shape
open_shape(Value v)
{
    switch (value_kind(v)) {
    case KIND_LIST:
    case KIND_LAZY:
    case KIND_CHUNK:
    case KIND_RANGE:
        return OPEN_LIST;
    case KIND_VECTOR:
        return OPEN_VECTOR;
    case KIND_MAP:
        return OPEN_MAP;
    case KIND_SET:
        return OPEN_SET;
    case KIND_SORTED_MAP:
        return OPEN_SORTED_MAP;
    case KIND_SORTED_SET:
        return OPEN_SORTED_SET;
    default:
        return OPEN_SINGLE;
    }
}

static const char *
open_bracket(enum open_shape shape)
{
    static const char *const brackets[] = {
        [OPEN_LIST] = "(", [OPEN_VECTOR] = "[",     [OPEN_MAP] = "{",
        [OPEN_SET] = "#{", [OPEN_SORTED_MAP] = "{", [OPEN_SORTED_SET] = "#{",
        [OPEN_SINGLE] = ""};
    return brackets[shape];
}

const char *
open_closer(enum open_shape shape)
{
    static const char *const closers[] = {
        [OPEN_LIST] = ")", [OPEN_VECTOR] = "]",     [OPEN_MAP] = "}",
        [OPEN_SET] = "}",  [OPEN_SORTED_MAP] = "}", [OPEN_SORTED_SET] = "}",
        [OPEN_SINGLE] = ""};
    return closers[shape];
}

void
open_add(struct text_builder *builder, Value v, enum open_shape shape, Value ns)
{
    Value tag = shape == OPEN_VECTOR ? vector_tag(v) : VALUE_NIL;
    if (!value_is_nil(ns)) {
        text_builder_add_cstring(builder, "#:");
        text_builder_add_text(builder, ns);
    } else if (!value_is_nil(tag)) {
        text_builder_add_cstring(builder, "#");
        text_builder_add_text(builder, symbol_name(tag));
    }
    text_builder_add_cstring(builder, open_bracket(shape));
}

/* The namespace of a key that reads back when it is written apart from it, or
 * nil: a/b/c would not. */
static Value
separable_namespace(Value key)
{
    if (!symbol_is(key) && !symbol_is_keyword(key)) {
        return VALUE_NIL;
    }
    bool is_plain = strchr(text_bytes(symbol_name(key)), '/') == NULL;
    return is_plain ? symbol_ns(key) : VALUE_NIL;
}

Value
open_common_namespace(Value map, enum open_shape shape)
{
    struct seq_iter iter;
    Value entry;
    Value ns = VALUE_NIL;
    if (shape != OPEN_MAP && shape != OPEN_SORTED_MAP) {
        return VALUE_NIL;
    }
    seq_iter_init(&iter, map);
    while (seq_iter_next(&iter, &entry)) {
        Value own = separable_namespace(vector_at(entry, 0));
        if (value_is_nil(own) || (!value_is_nil(ns) && !text_equal(ns, own))) {
            return VALUE_NIL;
        }
        ns = own;
    }
    return ns;
}

Value
open_plain_key(Value key)
{
    return symbol_is(key) ? symbol_make(VALUE_NIL, symbol_name(key))
                          : keyword_make(VALUE_NIL, symbol_name(key));
}

struct printer {
    struct text_builder *builder;
    enum print_style style; /* inside of containers */
    struct level *top;
    struct level *unused;
    uint32_t items; /* not yet reported as work */
};

/* A level for a container of this shape, used again where possible. */
static struct level *
push(struct printer *printer, enum open_shape shape)
{
    struct level *level = printer->unused;
    if (level == NULL) {
        level = alloc(sizeof(*level));
    } else {
        printer->unused = level->spare;
    }
    *level = (struct level){.parent = printer->top,
                            .shape = shape,
                            .closer = open_closer(shape),
                            .is_first = true,
                            .single = VALUE_ABSENT,
                            .value = VALUE_ABSENT,
                            .ns = VALUE_NIL};
    printer->top = level;
    return level;
}

static void
pop(struct printer *printer)
{
    struct level *level = printer->top;
    assert(level != NULL);
    text_builder_add_cstring(printer->builder, level->closer);
    printer->top = level->parent;
    level->parent = NULL;
    level->spare = printer->unused;
    printer->unused = level;
}

/* What is neither atom nor collection: its prefix, and what it holds. */
static void
push_single(struct printer *printer, Value v)
{
    struct open open = open_value(v);
    text_builder_add_text(printer->builder, open.prefix);
    if (value_is(open.content, VALUE_ABSENT)) {
        text_builder_add_cstring(printer->builder, open.suffix);
        return;
    }
    struct level *level = push(printer, OPEN_SINGLE);
    level->single = open.content;
    level->closer = open.suffix;
}

static void
push_container(struct printer *printer, Value v)
{
    enum open_shape shape = open_shape(v);
    if (shape == OPEN_SINGLE) {
        push_single(printer, v);
        return;
    }
    Value ns = open_common_namespace(v, shape);
    open_add(printer->builder, v, shape, ns);
    struct level *level = push(printer, shape);
    level->ns = ns;
    if (shape == OPEN_MAP) {
        map_iter_init(&level->iter.map, v);
    } else if (shape == OPEN_SET) {
        set_iter_init(&level->iter.set, v);
    } else {
        bool is_sorted = shape >= OPEN_SORTED_MAP;
        seq_cursor_init(&level->cursor, is_sorted ? seq_of(v) : v);
    }
}

static bool
next_entry(struct level *level, Value *key, Value *value)
{
    if (level->shape == OPEN_MAP) {
        return map_iter_next(&level->iter.map, key, value);
    }
    Value entry;
    if (!seq_cursor_next(&level->cursor, &entry)) {
        return false;
    }
    assert(vector_count(entry) == 2);
    *key = vector_at(entry, 0);
    *value = vector_at(entry, 1);
    return true;
}

/* The next key or value of a map; *separator goes before it. */
static bool
next_of_map(struct level *level, Value *item, const char **separator)
{
    if (!value_is(level->value, VALUE_ABSENT)) {
        *item = level->value;
        *separator = " ";
        level->value = VALUE_ABSENT;
        return true;
    }
    *separator = ", ";
    if (!next_entry(level, item, &level->value)) {
        return false;
    }
    if (!value_is_nil(level->ns)) {
        *item = open_plain_key(*item);
    }
    return true;
}

static bool
next_item(struct level *level, Value *item, const char **separator)
{
    *separator = " ";
    switch (level->shape) {
    case OPEN_MAP:
    case OPEN_SORTED_MAP:
        return next_of_map(level, item, separator);
    case OPEN_SET:
        return set_iter_next(&level->iter.set, item);
    case OPEN_SINGLE:
        *item = level->single;
        level->single = VALUE_ABSENT;
        return !value_is(*item, VALUE_ABSENT);
    case OPEN_LIST:
    case OPEN_VECTOR:
    case OPEN_SORTED_SET:
        break;
    }
    return seq_cursor_next(&level->cursor, item);
}

/* Reports work now and then. */
static void
count_item(struct printer *printer)
{
    printer->items++;
    if (printer->items < WORK_ITEMS) {
        return;
    }
    printer->items = 0;
    if (hooks != NULL && hooks->work != NULL) {
        hooks->work(WORK_ITEMS);
    }
}

/* Prints items of open containers until one opens a new one. */
static void
print_items(struct printer *printer)
{
    while (printer->top != NULL) {
        struct level *level = printer->top;
        Value item;
        const char *separator;
        if (!next_item(level, &item, &separator)) {
            pop(printer);
            continue;
        }
        count_item(printer);
        if (!level->is_first) {
            text_builder_add_cstring(printer->builder, separator);
        }
        level->is_first = false;
        if (!append_atom(printer->builder, item, printer->style)) {
            push_container(printer, item);
        }
    }
}

void
print_append(struct text_builder *builder, Value v, enum print_style style)
{
    bool is_named = style != PRINT_READABLE && value_is_kind(v, KIND_NAMESPACE);
    if (is_named) {
        v = ((const struct namespace_object *)value_object(v))->name;
    }
    if (append_atom(builder, v, style)) {
        return;
    }
    struct printer printer = {.builder = builder,
                              .style = style == PRINT_PLAIN ? PRINT_PLAIN
                                                            : PRINT_READABLE};
    push_container(&printer, v);
    print_items(&printer);
}

Value
print_to_string(Value v, enum print_style style)
{
    if (text_is(v) && style != PRINT_READABLE) {
        return v;
    }
    struct text_builder builder;
    text_builder_init(&builder);
    print_append(&builder, v, style);
    return text_builder_string(&builder);
}
