/* SPDX-License-Identifier: MIT */
/*
 * Interned names. Two open-addressed tables, one for symbols and one for
 * keywords, grow by doubling and never shrink: names are few and small.
 * The hash is that of the name, mixed with the kind, so that :a and a differ.
 */
#include "interp/data/symbol.h"

#include "interp/data/alloc.h"
#include "interp/data/hash.h"
#include "interp/data/text.h"

#include <assert.h>
#include <string.h>

struct table {
    enum kind kind;
    uint32_t count;
    uint32_t cap; /* a power of two, or 0 */
    struct symbol_object **slots;
};

static struct table symbols = {.kind = KIND_SYMBOL};
static struct table keywords = {.kind = KIND_KEYWORD};

/* A name in the making: ns is NULL when there is none. */
struct name {
    const char *ns;
    size_t ns_len;
    const char *name;
    size_t name_len;
    uint32_t hash;
};

static bool
text_is_slice(Value text, const char *bytes, size_t len)
{
    return text_byte_len(text) == len &&
           memcmp(text_bytes(text), bytes, len) == 0;
}

/* Compares the hash first: a longer look is nearly always a hit. */
static bool
is_name(const struct symbol_object *symbol, const struct name *name)
{
    if (symbol->head.hash != name->hash ||
        value_is_nil(symbol->ns) != (name->ns == NULL) ||
        !text_is_slice(symbol->name, name->name, name->name_len)) {
        return false;
    }
    return name->ns == NULL ||
           text_is_slice(symbol->ns, name->ns, name->ns_len);
}

/* The slot of the name, or the free one where it belongs. */
static uint32_t
slot_of(const struct table *table, const struct name *name)
{
    uint32_t mask = table->cap - 1;
    uint32_t i = name->hash & mask;
    while (table->slots[i] != NULL && !is_name(table->slots[i], name)) {
        i = (i + 1) & mask;
    }
    return i;
}

/* Doubles the table; cached hashes make that cheap. */
static void
grow(struct table *table)
{
    uint32_t cap = table->cap == 0 ? 1024 : table->cap * 2;
    struct symbol_object **slots = alloc(cap * sizeof(struct symbol_object *));
    for (uint32_t i = 0; i < table->cap; i++) {
        struct symbol_object *symbol = table->slots[i];
        if (symbol == NULL) {
            continue;
        }
        uint32_t to = symbol->head.hash & (cap - 1);
        while (slots[to] != NULL) {
            to = (to + 1) & (cap - 1);
        }
        slots[to] = symbol;
    }
    table->slots = slots;
    table->cap = cap;
}

/* Computed from bytes, before there is an object that could cache it. */
static void
set_hash(struct name *name, enum kind kind)
{
    uint64_t hash = hash_bytes(name->name, name->name_len);
    if (name->ns != NULL) {
        hash |= (uint64_t)hash_bytes(name->ns, name->ns_len) << 32;
    }
    name->hash = hash_word(hash + (uint64_t)kind);
}

/* ns and name, when not nil, are used instead of new strings. */
static Value
intern(struct table *table, struct name *name, Value ns, Value name_text)
{
    set_hash(name, table->kind);
    if (table->count * 2 >= table->cap) {
        grow(table);
    }
    uint32_t slot = slot_of(table, name);
    if (table->slots[slot] != NULL) {
        return value_from_object(table->slots[slot]);
    }
    if (name->ns != NULL && value_is_nil(ns)) {
        ns = text_make(name->ns, name->ns_len);
    }
    if (value_is_nil(name_text)) {
        name_text = text_make(name->name, name->name_len);
    }
    struct symbol_object *symbol =
        alloc_object(table->kind, sizeof(struct symbol_object));
    symbol->head.hash = name->hash;
    symbol->ns = ns;
    symbol->name = name_text;
    symbol->meta = VALUE_NIL;
    table->slots[slot] = symbol;
    table->count++;
    return value_from_object(symbol);
}

/* Interns text that may have a namespace in front of a slash. */
static Value
intern_split(struct table *table, const char *text, size_t len)
{
    struct name name = {.name = text, .name_len = len};
    const char *slash = len > 1 ? memchr(text, '/', len) : NULL;
    // "/" and "/x" have no namespace, and neither has "x/".
    if (slash != NULL && slash != text && slash != text + len - 1) {
        name.ns = text;
        name.ns_len = (size_t)(slash - text);
        name.name = slash + 1;
        name.name_len = len - name.ns_len - 1;
    }
    if (!text_is_valid(text, len)) {
        Value valid = text_make(text, len);
        return intern_split(table, text_bytes(valid), text_byte_len(valid));
    }
    return intern(table, &name, VALUE_NIL, VALUE_NIL);
}

/* Interns parts that are strings already, which are shared. */
static Value
intern_parts(struct table *table, Value ns, Value name_text)
{
    assert(text_is(name_text));
    struct name name = {.name = text_bytes(name_text),
                        .name_len = text_byte_len(name_text)};
    if (!value_is_nil(ns)) {
        assert(text_is(ns));
        name.ns = text_bytes(ns);
        name.ns_len = text_byte_len(ns);
    }
    return intern(table, &name, ns, name_text);
}

Value
symbol_intern(const char *text, size_t len)
{
    return intern_split(&symbols, text, len);
}

Value
symbol_from_cstring(const char *text)
{
    return symbol_intern(text, strlen(text));
}

Value
symbol_make(Value ns, Value name)
{
    return intern_parts(&symbols, ns, name);
}

Value
keyword_intern(const char *text, size_t len)
{
    return intern_split(&keywords, text, len);
}

/* C code asks for the same few keywords again and again, by literals of its
 * own. What the last text at an address was is looked up there; the bytes are
 * compared all the same, since a buffer may hold another name by now. */
Value
keyword_from_cstring(const char *text)
{
    enum { RECENT_BITS = 8 };
    static Value recent[1 << RECENT_BITS];
    uint32_t mixed = (uint32_t)(uintptr_t)text * 2654435761U;
    Value *slot = &recent[mixed >> (32 - RECENT_BITS)];
    if (slot->bits != 0 && value_is_nil(symbol_ns(*slot)) &&
        text_equal_cstring(symbol_name(*slot), text)) {
        return *slot;
    }
    *slot = keyword_intern(text, strlen(text));
    return *slot;
}

Value
keyword_make(Value ns, Value name)
{
    return intern_parts(&keywords, ns, name);
}

Value
symbol_full_name(Value v)
{
    assert(symbol_is(v) || symbol_is_keyword(v));
    Value ns = symbol_ns(v);
    if (value_is_nil(ns)) {
        return symbol_name(v);
    }
    struct text_builder builder;
    text_builder_init(&builder);
    text_builder_add_text(&builder, ns);
    text_builder_add(&builder, "/", 1);
    text_builder_add_text(&builder, symbol_name(v));
    return text_builder_string(&builder);
}

int
symbol_compare(Value a, Value b)
{
    Value a_ns = symbol_ns(a);
    Value b_ns = symbol_ns(b);
    if (value_is_nil(a_ns) != value_is_nil(b_ns)) {
        return value_is_nil(a_ns) ? -1 : 1;
    }
    int order = value_is_nil(a_ns) ? 0 : text_compare(a_ns, b_ns);
    return order != 0 ? order : text_compare(symbol_name(a), symbol_name(b));
}

Value
symbol_with_meta(Value symbol, Value meta)
{
    assert(symbol_is(symbol));
    if (value_is_nil(meta)) {
        return symbol_make(symbol_ns(symbol), symbol_name(symbol));
    }
    const struct symbol_object *from =
        (const struct symbol_object *)value_object(symbol);
    struct symbol_object *copy =
        alloc_object(KIND_SYMBOL, sizeof(struct symbol_object));
    *copy = *from;
    copy->meta = meta;
    return value_from_object(copy);
}
