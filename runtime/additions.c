/* SPDX-License-Identifier: MIT */
/* See additions.h. Values hang on one rooted vector, a row for each item. */
#include "runtime/additions.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum column { COLUMN_FORM, COLUMN_FILE, COLUMN_VALUE, COLUMNS };

struct item {
    char *name; /* what it defines, or NULL */
    char *ns;
    struct buffer keys;
    struct error_place place; /* its file is in the row */
};

struct additions {
    struct vec items;
    Value *rows; /* vector of vectors: enum column */
};

struct additions *
additions_create(void)
{
    struct additions *a = mem_alloc(1, sizeof(*a));
    a->items = vec_of(sizeof(struct item));
    a->rows = magma_root_create();
    *a->rows = magma_vector(NULL, 0);
    return a;
}

/* The values of an item are not its own: they hang on the rows, and go with
 * them. */
static void
finish_item(struct item *item)
{
    free(item->name);
    free(item->ns);
    buffer_finish(&item->keys);
}

/* Rows and items go together: an index means the same in both. */
void
additions_clear(struct additions *a)
{
    for (uint32_t i = 0; i < a->items.count; i++) {
        finish_item(vec_at(&a->items, i));
    }
    vec_resize(&a->items, 0);
    *a->rows = magma_vector(NULL, 0);
}

void
additions_destroy(struct additions *a)
{
    if (a != NULL) {
        additions_clear(a);
        vec_finish(&a->items);
        magma_root_destroy(a->rows);
        free(a);
    }
}

uint32_t
additions_count(const struct additions *a)
{
    return a->items.count;
}

/* --- Forms ------------------------------------------------------------------------- */

/* The item of a list at an index, or nil. */
static Value
part(Value form, int index)
{
    Value cursor = form;
    Value item = VALUE_NIL;
    for (int i = 0; i <= index; i++) {
        if (!magma_next(&cursor, &item)) {
            return VALUE_NIL;
        }
    }
    return item;
}

struct magma_text
additions_name_of(Value form)
{
    // Not defmethod and such: there may be many of one name.
    static const char *const heads[] = {"def",      "defn",     "defn-",
                                        "defmacro", "defmulti", "defonce",
                                        "defrecord"};
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        if (magma_is_call_of(form, heads[i])) {
            Value name = part(form, 1);
            if (value_is_kind(name, KIND_SYMBOL)) {
                return magma_text_of(name);
            }
        }
    }
    return (struct magma_text){"", 0};
}

/* What addition-value* gives. */
static Value *bound;

static Value
builtin_value(Value *args, uint32_t argc)
{
    (void)args, (void)argc;
    return *bound;
}

static const struct builtin value_rows[] = {
    {"addition-value*", 0, 0, builtin_value, "[]",
     "The value that a name is to have.", "0.1"},
};

/* A definition as a text, because only the compiler makes vars that later
 * forms of the copy see. */
static Value
bind_body(void *arg)
{
    const struct buffer *text = arg;
    return magma_eval_text((struct magma_text){text->bytes, text->len},
                           "addition");
}

bool
additions_bind(struct magma_text name, Value value)
{
    if (bound == NULL) {
        bound = magma_root_create();
        magma_define("clojure.core", value_rows,
                     sizeof(value_rows) / sizeof(value_rows[0]));
    }
    struct buffer text = {0};
    Value ignored = VALUE_NIL;
    Value thrown = VALUE_NIL;
    buffer_add_format(&text, "(def %.*s (addition-value*))", (int)name.len,
                      name.bytes);
    *bound = value;
    bool done = magma_try(bind_body, &text, &ignored, &thrown);
    *bound = VALUE_NIL;
    buffer_finish(&text);
    return done;
}

bool
additions_matters(Value form)
{
    static const char *const heads[] = {"require",       "alias",
                                        "extend-type",   "extend-protocol",
                                        "extend",        "derive",
                                        "prefer-method", "defmethod",
                                        "defprotocol",   "deftype",
                                        "defquery",      "ns"};
    bool matters = additions_name_of(form).len > 0;
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        matters = matters || magma_is_call_of(form, heads[i]);
    }
    return matters;
}

/* --- The list ------------------------------------------------------------------------ */

/* What it has in plain memory. */
static struct item *
item_at(const struct additions *a, uint32_t index)
{
    return vec_at(&a->items, index);
}

/* Where a definition of this name stands, or ADDITIONS_NONE. */
static uint32_t
find_name(const struct additions *a, struct magma_text name, struct slice ns)
{
    for (uint32_t i = 0; name.len > 0 && i < a->items.count; i++) {
        const struct item *item = item_at(a, i);
        if (item->name != NULL && strlen(item->name) == name.len &&
            memcmp(item->name, name.bytes, name.len) == 0 &&
            slice_equal(slice_of(item->ns), ns)) {
            return i;
        }
    }
    return ADDITIONS_NONE;
}

/* What an item has of the language, kept where the collector sees it. */
static Value
row_at(const struct additions *a, uint32_t index)
{
    return magma_vector_at(*a->rows, index);
}

/* The rows anew, without one: it is the last of its name that counts. */
static void
remove_at(struct additions *a, uint32_t index)
{
    Value rows = magma_vector(NULL, 0);
    for (uint32_t i = 0; i < a->items.count; i++) {
        if (i != index) {
            rows = magma_vector_conj(rows, row_at(a, i));
        }
    }
    finish_item(item_at(a, index));
    for (uint32_t i = index; i + 1 < a->items.count; i++) {
        *item_at(a, i) = *item_at(a, i + 1);
    }
    vec_resize(&a->items, a->items.count - 1);
    *a->rows = rows;
}

/* Keys are few, so that a walk costs less than a table would. */
static bool
has_key(const struct item *item, const char *key)
{
    struct slice row = buffer_slice(&item->keys);
    struct slice text;
    while (slice_next_text(&row, &text)) {
        if (strcmp(text.bytes, key) == 0) {
            return true;
        }
    }
    return false;
}

/* True if the newest item makes all of the actions and groups that one made. */
static bool
is_superseded(const struct additions *a, uint32_t index)
{
    const struct item *item = item_at(a, index);
    struct slice row = buffer_slice(&item->keys);
    struct slice text;
    bool is = item->name == NULL && row.len > 0;
    while (is && slice_next_text(&row, &text)) {
        is = has_key(item_at(a, a->items.count - 1), text.bytes);
    }
    return is;
}

void
additions_add(struct additions *a, const struct addition *addition)
{
    Value cells[COLUMNS] = {addition->form, addition->place.file,
                            addition->value};
    bool has_value = !value_is(addition->value, VALUE_ABSENT);
    Value row = magma_vector(cells, has_value ? COLUMNS : COLUMN_VALUE);
    struct magma_text name = additions_name_of(addition->form);
    uint32_t before = find_name(a, name, addition->ns);
    *a->rows = magma_vector_conj(*a->rows, row);
    struct item item = {.place = addition->place};
    item.place.file = VALUE_NIL;
    item.name = name.len == 0 ? NULL : strndup(name.bytes, name.len);
    item.ns = strndup(addition->ns.bytes, addition->ns.len);
    assert(item.ns != NULL && (name.len == 0 || item.name != NULL));
    buffer_add(&item.keys, addition->keys.bytes, addition->keys.len);
    vec_push(&a->items, &item);
    if (before != ADDITIONS_NONE) {
        remove_at(a, before);
    }
    for (uint32_t i = a->items.count - 1; i-- > 0;) {
        if (is_superseded(a, i)) {
            remove_at(a, i);
        }
    }
}

struct addition
additions_at(const struct additions *a, uint32_t index)
{
    const struct item *item = item_at(a, index);
    Value row = row_at(a, index);
    struct addition addition = {
        .form = magma_vector_at(row, COLUMN_FORM),
        .place = item->place,
        .ns = slice_of(item->ns),
        .keys = buffer_slice(&item->keys),
        .value = magma_vector_count(row) == COLUMNS
                     ? magma_vector_at(row, COLUMN_VALUE)
                     : VALUE_ABSENT,
    };
    addition.place.file = magma_vector_at(row, COLUMN_FILE);
    return addition;
}

uint32_t
additions_instead(const struct additions *a, Value form, const char *ns)
{
    return find_name(a, additions_name_of(form), slice_of(ns));
}

/* Only later ones: an action that was typed first is replaced by one that
 * was typed after it, and never the other way. */
bool
additions_take(const struct additions *a, uint32_t index, const char *key)
{
    uint32_t first = index == ADDITIONS_NONE ? 0 : index + 1;
    for (uint32_t i = first; i < a->items.count; i++) {
        if (has_key(item_at(a, i), key)) {
            return true;
        }
    }
    return false;
}

void
additions_describe(const struct additions *a, struct buffer *out)
{
    for (uint32_t i = 0; i < a->items.count; i++) {
        const struct item *item = item_at(a, i);
        struct slice row = buffer_slice(&item->keys);
        struct slice text;
        const char *shown = item->name;
        if (shown == NULL && slice_next_text(&row, &text)) {
            shown = text.bytes;
        }
        if (shown != NULL) {
            buffer_add_format(out, "%s%s", out->len == 0 ? "" : ", ", shown);
        }
    }
}
