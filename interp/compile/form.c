/* SPDX-License-Identifier: MIT */
/*
 * Forms as arrays and lists. Macros may hand over lazy sequences, so nothing
 * here counts on a form being a list.
 */
#include "interp/compile/form.h"

#include "interp/data/alloc.h"
#include "interp/data/list.h"
#include "interp/data/seq.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/vector.h"
#include "interp/read/print.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_SHOWN_MAX = 60 };

void
form_add(struct form_list_builder *builder, Value item)
{
    if (builder->count == builder->cap) {
        uint32_t cap = builder->cap == 0 ? 8 : builder->cap * 2;
        assert(cap > builder->cap);
        Value *bigger = alloc(sizeof(Value) * cap);
        if (builder->count > 0) {
            memcpy(bigger, builder->at, sizeof(Value) * builder->count);
        }
        builder->at = bigger;
        builder->cap = cap;
    }
    builder->at[builder->count++] = item;
}

struct form_items
form_items(Value form)
{
    struct form_list_builder builder = {0};
    struct seq_iter iter;
    seq_iter_init(&iter, form);
    Value item;
    while (seq_iter_next(&iter, &item)) {
        form_add(&builder, item);
    }
    return (struct form_items){builder.at, builder.count};
}

bool
form_is_list(Value form)
{
    return seq_is(form);
}

bool
form_is_simple_symbol(Value form)
{
    return symbol_is(form) && value_is_nil(symbol_ns(form));
}

bool
form_is_symbol_named(Value form, const char *name)
{
    if (!symbol_is(form) || !text_equal_cstring(symbol_name(form), name)) {
        return false;
    }
    Value ns = symbol_ns(form);
    return value_is_nil(ns) || text_equal_cstring(ns, "clojure.core");
}

Value
form_cons_items(Value first, const Value *items, uint32_t count)
{
    return list_cons(first, list_from_array(items, count));
}

Value
form_core(const char *name)
{
    return symbol_make(text_from_cstring("clojure.core"),
                       text_from_cstring(name));
}

Value
form_symbol(const char *name)
{
    return symbol_from_cstring(name);
}

Value
form_keyword(const char *name)
{
    return keyword_from_cstring(name);
}

/* For messages; valid until the next call, which no message outlives.
 * Shows what a collection holds only by its kind: it may be huge. */
const char *
form_text(Value form)
{
    static char shown[TEXT_SHOWN_MAX + 8];
    if (form_is_list(form)) {
        Value head = seq_first(form);
        snprintf(shown, sizeof(shown), "(%.40s ...)",
                 symbol_is(head) ? text_bytes(symbol_full_name(head)) : "...");
        return shown;
    }
    enum kind kind = value_kind(form);
    if (kind == KIND_VECTOR || kind == KIND_MAP || kind == KIND_SET) {
        return value_kind_text(kind);
    }
    Value text = print_to_string(form, PRINT_READABLE);
    if (text_byte_len(text) <= TEXT_SHOWN_MAX) {
        snprintf(shown, sizeof(shown), "%s", text_bytes(text));
        return shown;
    }
    uint32_t end = text_len(text) < TEXT_SHOWN_MAX / 4 ? text_len(text)
                                                       : TEXT_SHOWN_MAX / 4;
    snprintf(shown, sizeof(shown), "%s...", text_bytes(text_sub(text, 0, end)));
    return shown;
}
