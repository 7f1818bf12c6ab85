/* SPDX-License-Identifier: MIT */
/*
 * What a value reaches is written as bytes, and the bytes are hashed.
 *
 * Objects with an identity (functions, code, vars, lazy sequences, delays,
 * cells, multimethods) are written as the number under which they were found;
 * their content follows in that order, so cycles end. Collections are written
 * inside out: when one is complete, its bytes are replaced by their hash, which
 * is kept by address. So shared parts are walked once, however often they are
 * reached, and shared or copied parts give the same bytes.
 *
 * A var has a hash of its own, computed once until a var changes; whatever
 * else is hashed takes that instead of walking into the var again.
 */
#include "interp/compile/fingerprint.h"

#include "interp/compile/code.h"
#include "interp/compile/form.h"
#include "interp/data/alloc.h"
#include "interp/data/list.h"
#include "interp/data/map.h"
#include "interp/data/multi.h"
#include "interp/data/namespace.h"
#include "interp/data/number.h"
#include "interp/data/protocol.h"
#include "interp/data/record.h"
#include "interp/data/seq.h"
#include "interp/data/set.h"
#include "interp/data/sorted.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/type.h"
#include "interp/data/vector.h"

#include <assert.h>
#include <string.h>

/* Goes into every hash: a change of what builtins or instructions mean takes
 * a new number. */
enum { FINGERPRINT_REVISION = 3 };

/* Tags besides the kinds. */
enum {
    TAG_OBJECT = KIND_ABSENT + 1, /* its number follows */
    TAG_VAR,                      /* its hash follows */
    TAG_DIGEST                    /* the hash of a collection follows */
};

/* From addresses to numbers or hashes: open addressing. */
struct table {
    uint64_t *keys; /* 0: free */
    struct hash_wide *values;
    uint32_t count;
    uint32_t cap; /* power of two */
};

/* What is to be written: a value, or the end of a collection. */
struct task {
    Value value;
    size_t start; /* of the collection's bytes */
    uint64_t key; /* its address; 0: not an end */
};

struct writer {
    struct text_builder out;
    struct task *tasks;
    uint32_t task_count;
    uint32_t task_cap;
    struct table digests;
    struct table numbers;
    struct form_list_builder objects; /* by number */
    bool is_var; /* a var's own hash: walks into other vars */
};

/* Hashes of vars, and of whole values asked for, until a var changes. */
static struct {
    struct table vars;
    struct table values;
    struct form_list_builder alive; /* what the keys are addresses of */
} cache;

void
fingerprint_forget(void)
{
    if (cache.alive.count > 0) {
        memset(&cache, 0, sizeof(cache));
    }
}

/* --- Tables ------------------------------------------------------------------ */

static uint32_t
table_slot(const struct table *table, uint64_t key)
{
    assert(key != 0 && table->count < table->cap);
    uint32_t slot = hash_word(key) & (table->cap - 1);
    while (table->keys[slot] != 0 && table->keys[slot] != key) {
        slot = (slot + 1) & (table->cap - 1);
    }
    return slot;
}

static const struct hash_wide *
table_get(const struct table *table, uint64_t key)
{
    if (table->cap == 0) {
        return NULL;
    }
    uint32_t slot = table_slot(table, key);
    return table->keys[slot] == 0 ? NULL : &table->values[slot];
}

static void
table_grow(struct table *table)
{
    struct table old = *table;
    table->cap = old.cap == 0 ? 64 : old.cap * 2;
    table->keys = alloc_atomic(sizeof(uint64_t) * table->cap);
    memset(table->keys, 0, sizeof(uint64_t) * table->cap);
    table->values = alloc_atomic(sizeof(struct hash_wide) * table->cap);
    for (uint32_t i = 0; i < old.cap; i++) {
        if (old.keys[i] != 0) {
            uint32_t slot = table_slot(table, old.keys[i]);
            table->keys[slot] = old.keys[i];
            table->values[slot] = old.values[i];
        }
    }
}

static void
table_put(struct table *table, uint64_t key, struct hash_wide value)
{
    if (table->count * 2 >= table->cap) {
        table_grow(table);
    }
    uint32_t slot = table_slot(table, key);
    table->count += table->keys[slot] == 0;
    table->keys[slot] = key;
    table->values[slot] = value;
}

/* --- Bytes --------------------------------------------------------------------- */

static void
put(struct writer *w, const void *bytes, size_t len)
{
    text_builder_add(&w->out, bytes, len);
}

static void
put_number(struct writer *w, uint64_t number)
{
    put(w, &number, sizeof(number));
}

static void
put_tag(struct writer *w, int tag)
{
    put_number(w, (uint64_t)tag);
}

static void
put_text(struct writer *w, Value text)
{
    if (!text_is(text)) {
        put_number(w, UINT64_MAX);
        return;
    }
    put_number(w, text_byte_len(text));
    put(w, text_bytes(text), text_byte_len(text));
}

/* Length of a name without the number of a gensym: "p__12" and "x__3__auto__"
 * stand for "p__" and "x__". */
static size_t
stable_len(const char *name, size_t len)
{
    for (size_t i = 0; i + 2 < len; i++) {
        if (name[i] == '_' && name[i + 1] == '_' && name[i + 2] >= '0' &&
            name[i + 2] <= '9') {
            return i + 2;
        }
    }
    return len;
}

static void
put_symbol(struct writer *w, Value symbol)
{
    Value name = symbol_name(symbol);
    size_t len = stable_len(text_bytes(name), text_byte_len(name));
    put_text(w, symbol_ns(symbol));
    put_number(w, len);
    put(w, text_bytes(name), len);
}

/* --- Tasks ------------------------------------------------------------------------ */

static void
push(struct writer *w, struct task task)
{
    if (w->task_count == w->task_cap) {
        uint32_t cap = w->task_cap == 0 ? 64 : w->task_cap * 2;
        struct task *more = alloc(sizeof(struct task) * cap);
        if (w->task_count > 0) {
            memcpy(more, w->tasks, sizeof(struct task) * w->task_count);
        }
        w->tasks = more;
        w->task_cap = cap;
    }
    w->tasks[w->task_count++] = task;
}

static void
push_value(struct writer *w, Value value)
{
    push(w, (struct task){.value = value});
}

/* To be written in the order of the array. */
static void
push_all(struct writer *w, const Value *items, uint32_t count)
{
    for (uint32_t i = count; i > 0; i--) {
        push_value(w, items[i - 1]);
    }
}

/* What tells an object from others. A lazy sequence is its thunk, which copies
 * of it have, too: but not the function that the thunk is. */
static uint64_t
identity_of(Value object)
{
    if (value_is_kind(object, KIND_LAZY)) {
        return ((const struct lazy_object *)value_object(object))->thunk.bits |
               1;
    }
    return object.bits;
}

static void
put_object(struct writer *w, Value object)
{
    uint64_t identity = identity_of(object);
    const struct hash_wide *known = table_get(&w->numbers, identity);
    uint64_t number = w->objects.count;
    if (known != NULL) {
        number = known->low;
    } else {
        table_put(&w->numbers, identity, (struct hash_wide){number, 0});
        form_add(&w->objects, object);
    }
    put_tag(w, TAG_OBJECT);
    put_number(w, number);
}

/* --- Collections -------------------------------------------------------------------- */

/* The items of a sequence as far as they are there; then its lazy tail, its
 * range, or nil. */
static void
collect_sequence(struct form_list_builder *items, Value at)
{
    while ((value_is_kind(at, KIND_LIST) && !list_is_empty(at)) ||
           value_is_kind(at, KIND_CHUNK)) {
        form_add(items, seq_first(at));
        at = seq_rest(at);
    }
    form_add(items, list_is_empty(at) ? VALUE_NIL : at);
}

static void
collect_sorted(struct form_list_builder *items, Value sorted)
{
    form_add(items, sorted_object(sorted)->comparator);
    struct sorted_iter iter;
    sorted_iter_init(&iter, sorted, false);
    Value key;
    Value value;
    while (sorted_iter_next(&iter, &key, &value)) {
        form_add(items, key);
        form_add(items, value);
    }
}

static void
collect_hashed(struct form_list_builder *items, Value collection)
{
    Value key;
    Value value;
    if (map_is(collection)) {
        struct map_iter iter;
        map_iter_init(&iter, collection);
        while (map_iter_next(&iter, &key, &value)) {
            form_add(items, key);
            form_add(items, value);
        }
        return;
    }
    struct set_iter iter;
    set_iter_init(&iter, collection);
    while (set_iter_next(&iter, &key)) {
        form_add(items, key);
    }
}

static void
collect(struct form_list_builder *items, Value collection)
{
    switch (value_kind(collection)) {
    case KIND_VECTOR:
        for (uint32_t i = 0; i < vector_count(collection); i++) {
            form_add(items, vector_at(collection, i));
        }
        break;
    case KIND_LIST:
    case KIND_CHUNK:
        collect_sequence(items, collection);
        break;
    case KIND_SORTED_MAP:
    case KIND_SORTED_SET:
        collect_sorted(items, collection);
        break;
    case KIND_RECORD:
        form_add(items, record_object(collection)->type);
        form_add(items, record_object(collection)->map);
        break;
    default:
        collect_hashed(items, collection);
        break;
    }
}

static void
put_digest(struct writer *w, struct hash_wide digest)
{
    put_tag(w, TAG_DIGEST);
    put(w, &digest, sizeof(digest));
}

static void
begin_collection(struct writer *w, Value collection)
{
    const struct hash_wide *known = table_get(&w->digests, collection.bits);
    if (known != NULL) {
        put_digest(w, *known);
        return;
    }
    push(w, (struct task){collection, w->out.len, collection.bits});
    struct form_list_builder items = {0};
    collect(&items, collection);
    enum kind kind = value_kind(collection);
    put_tag(w, kind == KIND_CHUNK ? KIND_LIST : (int)kind);
    put_number(w, items.count);
    push_all(w, items.at, items.count);
}

static void
end_collection(struct writer *w, const struct task *end)
{
    assert(end->start <= w->out.len);
    struct hash_wide digest =
        hash_bytes_wide(w->out.bytes + end->start, w->out.len - end->start);
    table_put(&w->digests, end->key, digest);
    w->out.len = end->start;
    put_digest(w, digest);
}

/* --- Values --------------------------------------------------------------------------- */

static struct hash_wide hash_of(Value v, bool is_var);

/* In the hash of a var, other vars are objects like all else, or a cycle of
 * definitions would never end; anywhere else a var is its own hash. */
static void
put_var(struct writer *w, Value var)
{
    if (w->is_var) {
        put_object(w, var);
        return;
    }
    const struct hash_wide *known = table_get(&cache.vars, var.bits);
    struct hash_wide hash;
    if (known != NULL) {
        hash = *known;
    } else {
        hash = hash_of(var, true);
        table_put(&cache.vars, var.bits, hash);
        form_add(&cache.alive, var);
    }
    put_tag(w, TAG_VAR);
    put(w, &hash, sizeof(hash));
}

static void
put_builtin(struct writer *w, Value v)
{
    const struct builtin_object *builtin =
        (const struct builtin_object *)value_object(v);
    put_text(w, builtin->ns);
    put_text(w, text_from_cstring(builtin->spec->name));
    push_value(w, builtin->captured);
}

static void
put_error(struct writer *w, Value v)
{
    const struct error_object *error =
        (const struct error_object *)value_object(v);
    put_number(w, error->head.flags);
    put_text(w, error->message);
    push_value(w, error->cause);
    push_value(w, error->data);
}

static void
put_range(struct writer *w, Value v)
{
    const struct range_object *range =
        (const struct range_object *)value_object(v);
    put_number(w, (uint64_t)range->from);
    put_number(w, (uint64_t)range->count);
    put_number(w, (uint64_t)range->by);
}

static void
put_double(struct writer *w, Value v)
{
    double number = number_to_double(v);
    put(w, &number, sizeof(number));
}

static void
put_handle(struct writer *w, Value v)
{
    const struct handle_object *handle =
        (const struct handle_object *)value_object(v);
    put_text(w, text_from_cstring(handle->type));
    put_number(w, handle->id);
}

static void
put_namespace(struct writer *w, Value v)
{
    put_symbol(w, ((const struct namespace_object *)value_object(v))->name);
}

/* Everything that is neither a collection nor has an identity. */
static void
put_plain(struct writer *w, Value v)
{
    enum kind kind = value_kind(v);
    put_tag(w, (int)kind);
    switch (kind) {
    case KIND_INT:
        put_number(w, (uint64_t)number_to_int(v));
        break;
    case KIND_DOUBLE:
        put_double(w, v);
        break;
    case KIND_BIGINT:
    case KIND_RATIO:
    case KIND_DECIMAL:
        put_text(w, number_text(v, true));
        break;
    case KIND_STRING:
        put_text(w, v);
        break;
    case KIND_SYMBOL:
    case KIND_KEYWORD:
        put_symbol(w, v);
        break;
    case KIND_RANGE:
        put_range(w, v);
        break;
    case KIND_BUILTIN:
        put_builtin(w, v);
        break;
    case KIND_NAMESPACE:
        put_namespace(w, v);
        break;
    case KIND_REGEX:
        put_text(w, ((const struct regex_object *)value_object(v))->source);
        break;
    case KIND_ERROR:
        put_error(w, v);
        break;
    case KIND_REDUCED:
        push_value(w, ((const struct reduced_object *)value_object(v))->value);
        break;
    case KIND_TAGGED:
        push_value(w, ((const struct tagged_object *)value_object(v))->value);
        push_value(w, ((const struct tagged_object *)value_object(v))->tag);
        break;
    case KIND_HANDLE:
        put_handle(w, v);
        break;
    case KIND_TYPE:
        put_text(w, type_object(v)->name);
        push_value(w, type_object(v)->fields);
        break;
    default:
        put_number(w, value_is_object(v) ? 0 : (uint64_t)v.bits);
        break;
    }
}

static void
put_value(struct writer *w, Value v)
{
    switch (value_kind(v)) {
    case KIND_LIST:
    case KIND_VECTOR:
    case KIND_MAP:
    case KIND_SET:
    case KIND_SORTED_MAP:
    case KIND_SORTED_SET:
    case KIND_CHUNK:
    case KIND_RECORD:
        begin_collection(w, v);
        break;
    case KIND_FUNCTION:
    case KIND_CODE:
    case KIND_LAZY:
    case KIND_DELAY:
    case KIND_CELL:
    case KIND_MULTI:
    case KIND_PROTOCOL:
    case KIND_METHOD:
    case KIND_REIFIED:
        put_object(w, v);
        break;
    case KIND_VAR:
        put_var(w, v);
        break;
    default:
        put_plain(w, v);
        break;
    }
}

static void
work_off(struct writer *w)
{
    while (w->task_count > 0) {
        struct task task = w->tasks[--w->task_count];
        if (task.key != 0) {
            end_collection(w, &task);
        } else {
            put_value(w, task.value);
        }
    }
}

/* --- Objects -------------------------------------------------------------------------------- */

/* Words name registers, constants by number and jumps by distance: no names of
 * locals, no places. What the constants are follows. */
static void
write_code(struct writer *w, const struct code_object *code)
{
    assert(code->arity_count > 0);
    put_number(w, code->captured_count);
    put_number(w, code->arity_count);
    for (uint32_t i = 0; i < code->arity_count; i++) {
        put_number(w, code->arities[i].entry);
        put_number(w, code->arities[i].required);
        put_number(w, code->arities[i].variadic);
    }
    put_number(w, code->word_count);
    put(w, code->words, sizeof(uint64_t) * code->word_count);
    put_number(w, code->constant_count);
    push_all(w, code->constants, code->constant_count);
}

static void
write_function(struct writer *w, const struct function_object *function)
{
    assert(function->head.extra == code_of(function->code)->captured_count);
    push_all(w, function->captured, function->head.extra);
    push_value(w, function->code);
}

static void
write_multi(struct writer *w, const struct multi_object *multi)
{
    push_value(w, multi->prefers);
    push_value(w, multi->methods);
    push_value(w, value_is_nil(multi->hierarchy) ? multi_hierarchy_global()
                                                 : multi->hierarchy);
    push_value(w, multi->default_key);
    push_value(w, multi->dispatch);
}

static void
write_object(struct writer *w, Value v)
{
    const struct object *object = value_object(v);
    put_tag(w, object->kind);
    switch ((enum kind)object->kind) {
    case KIND_FUNCTION:
        write_function(w, (const struct function_object *)object);
        break;
    case KIND_CODE:
        write_code(w, (const struct code_object *)object);
        break;
    case KIND_LAZY:
        push_value(w, ((const struct lazy_object *)object)->thunk);
        break;
    case KIND_DELAY:
        push_value(w, ((const struct delay_object *)object)->thunk);
        break;
    case KIND_CELL:
        // What memoize or a transducer remembers changes with each call.
        if (object->flags != CELL_CACHE) {
            push_value(w, ((const struct cell_object *)object)->value);
        }
        break;
    case KIND_MULTI:
        write_multi(w, (const struct multi_object *)object);
        break;
    case KIND_PROTOCOL:
        // Whoever has methods now, and what they are.
        push_value(w, ((const struct protocol_object *)object)->impls);
        push_value(w, ((const struct protocol_object *)object)->name);
        break;
    case KIND_METHOD:
        push_value(w, ((const struct method_object *)object)->protocol);
        push_value(w, ((const struct method_object *)object)->key);
        break;
    case KIND_REIFIED:
        push_value(w, ((const struct reified_object *)object)->methods);
        break;
    default:
        assert(object->kind == KIND_VAR);
        push_value(w, ((const struct var_object *)object)->value);
        break;
    }
    work_off(w);
}

static struct hash_wide
hash_of(Value v, bool is_var)
{
    struct writer writer = {.is_var = is_var};
    text_builder_init(&writer.out);
    put_number(&writer, FINGERPRINT_REVISION);
    push_value(&writer, v);
    work_off(&writer);
    for (uint32_t i = 0; i < writer.objects.count; i++) {
        write_object(&writer, writer.objects.at[i]);
    }
    return hash_bytes_wide(writer.out.bytes, writer.out.len);
}

struct hash_wide
fingerprint_of(Value v)
{
    const struct hash_wide *known = table_get(&cache.values, v.bits);
    if (known != NULL) {
        return *known;
    }
    struct hash_wide hash = hash_of(v, false);
    if (value_is_kind(v, KIND_FUNCTION)) {
        table_put(&cache.values, v.bits, hash);
        form_add(&cache.alive, v);
    }
    return hash;
}
