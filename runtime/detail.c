/* SPDX-License-Identifier: MIT */
/* See detail.h. What the executor only keeps for others is checked here all
 * the same, so that a mistake shows where it was made. */
#include "runtime/detail.h"

#include "runtime/attributes.h"
#include "runtime/flatten.h"

#include <assert.h>
#include <string.h>

enum { COST_MAX = 1000000 };

static bool
is_keyword(Value value, const char *name)
{
    if (!magma_is_keyword(value)) {
        return false;
    }
    struct magma_text text = magma_text_of(value);
    return text.len == strlen(name) && memcmp(text.bytes, name, text.len) == 0;
}

/* The value under a key of a map inside an attribute, or nil. */
static Value
inner(Value map, const char *key)
{
    Value value = magma_map_get(map, magma_keyword(key));
    return value_is(value, VALUE_ABSENT) ? VALUE_NIL : value;
}

/* {:path "x.rsp" :content ...}: what the content may be is known only when it
 * is wanted, for a function may give it. */
static void
read_rspfile(Value value, struct detail_values *out)
{
    if (value_is_nil(value)) {
        return;
    }
    Value path = magma_is_map(value) ? inner(value, "path") : VALUE_NIL;
    if (value_is_nil(path) || magma_map_count(value) != 2 ||
        value_is_nil(inner(value, "content"))) {
        error_throw_help(ERROR_TYPE,
                         "as {:path \"x.rsp\" :content (fn [vars] (:in vars))}",
                         ":rspfile is a map of :path and :content");
    }
    out->rspfile = flatten_path(path, ":rspfile");
    out->rsp_content = inner(value, "content");
}

/* Words, or a map that has them under :argv. */
static void
read_run(Value value, struct detail_values *out)
{
    if (value_is_nil(value)) {
        return;
    }
    Value argv = magma_is_map(value) ? inner(value, "argv") : value;
    if (!magma_is_sequence(argv) ||
        magma_vector_count(flatten_words(argv, ":run")) == 0) {
        error_throw_help(ERROR_TYPE,
                         "as [\"./server\" \"-p\" 8080], or "
                         "{:argv [...] :restart :signal}",
                         ":run is a command, or a map that has one under "
                         ":argv");
    }
    out->run = magma_print(value);
}

/* The word of :trace: off, warn or error; anything else names what to pass
 * over. */
static bool
read_level(Value value, uint32_t *level)
{
    static const char *const names[] = {
        [TRACE_OFF] = "off", [TRACE_WARN] = "warn", [TRACE_ERROR] = "error"};
    for (uint32_t i = TRACE_OFF; i <= TRACE_ERROR; i++) {
        if (is_keyword(value, names[i])) {
            *level = i;
            return true;
        }
    }
    return false;
}

/* A level, or a map with one and with what is to be passed over. */
static void
read_trace(Value value, struct detail_values *out)
{
    if (value_is_nil(value)) {
        return;
    }
    Value level = value;
    if (magma_is_map(value)) {
        level = inner(value, "level");
        out->trace = magma_print(value);
        if (value_is_nil(level)) {
            return;
        }
    }
    if (!read_level(level, &out->trace_level)) {
        error_throw_help(ERROR_VALUE,
                         "as :warn, or {:level :warn :allow [...]}",
                         ":trace is :off, :warn or :error, or a map with one "
                         "of them under :level");
    }
}

/* A weight, not a time: how much more than others of its rule. */
static void
read_cost(Value value, struct detail_values *out)
{
    if (value_is_nil(value)) {
        return;
    }
    if (!magma_is_int(value) || magma_int_of(value) < 1 ||
        magma_int_of(value) > COST_MAX) {
        attributes_refuse("cost", "an integer from 1 to 1000000", value);
    }
    out->cost = (uint32_t)magma_int_of(value);
}

void
detail_read(Value map, struct detail_values *out)
{
    *out = (struct detail_values){
        .dyndep = VALUE_NIL,
        .rspfile = VALUE_NIL,
        .rsp_content = VALUE_NIL,
        .msvc_prefix = inner(map, "msvc-prefix"),
        .run = VALUE_NIL,
        .trace = VALUE_NIL,
    };
    Value dyndep = inner(map, "dyndep");
    if (!value_is_nil(dyndep)) {
        out->dyndep = flatten_path(dyndep, ":dyndep");
    }
    if (!value_is_nil(out->msvc_prefix) &&
        (!magma_is_string(out->msvc_prefix) ||
         magma_text_of(out->msvc_prefix).len == 0)) {
        attributes_refuse("msvc-prefix", "a string that is not empty",
                          out->msvc_prefix);
    }
    read_rspfile(inner(map, "rspfile"), out);
    read_run(inner(map, "run"), out);
    read_trace(inner(map, "trace"), out);
    read_cost(inner(map, "cost"), out);
}

/* Words stand one on a line, as all who read response files take them. */
static Value
join_lines(Value content)
{
    Value words = flatten_words(content, ":content of :rspfile");
    uint32_t count = magma_vector_count(words);
    size_t len = 0;
    for (uint32_t i = 0; i < count; i++) {
        len += magma_text_of(magma_vector_at(words, i)).len + 1;
    }
    char *bytes = alloc_atomic(len + 1);
    size_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct magma_text word = magma_text_of(magma_vector_at(words, i));
        memcpy(bytes + at, word.bytes, word.len);
        at += word.len;
        bytes[at++] = '\n';
    }
    assert(at == len);
    return magma_string(bytes, len);
}

Value
detail_rsp_text(const struct detail_values *values, Value vars)
{
    Value content = values->rsp_content;
    if (value_is_nil(values->rspfile)) {
        return VALUE_NIL;
    }
    if (magma_is_function(content)) {
        content = magma_call(content, &vars, 1);
    }
    if (!magma_is_string(content)) {
        content = join_lines(content);
    }
    struct magma_text text = magma_text_of(content);
    if (memchr(text.bytes, 0, text.len) != NULL) {
        error_throw(ERROR_VALUE, "the :content of :rspfile has a zero byte");
    }
    return content;
}

/* --- Filling --------------------------------------------------------------- */

/* Nil is no file. */
static struct file_id
file_of(struct graph *graph, Value path)
{
    if (value_is_nil(path)) {
        return FILE_NONE;
    }
    struct magma_text text = magma_text_of(path);
    return graph_add_file(graph, text.bytes, text.len);
}

/* Nil is no text. */
static struct str_id
str_of(struct graph *graph, Value text)
{
    if (value_is_nil(text)) {
        return (struct str_id){0};
    }
    struct magma_text t = magma_text_of(text);
    return graph_intern(graph, t.bytes, t.len);
}

void
detail_fill(struct graph *graph, const struct detail_values *values,
            Value rsp_text)
{
    bool given = values->cost != 0 || values->trace_level != TRACE_AS_BUILD;
    const Value texts[] = {values->dyndep, values->rspfile, values->msvc_prefix,
                           values->run, values->trace};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        given = given || !value_is_nil(texts[i]);
    }
    if (!given) {
        return;
    }
    struct detail *detail = graph_add_detail(graph);
    detail->dyndep = file_of(graph, values->dyndep);
    detail->rspfile = file_of(graph, values->rspfile);
    detail->rsp_text = str_of(graph, rsp_text);
    detail->msvc_prefix = str_of(graph, values->msvc_prefix);
    detail->run = str_of(graph, values->run);
    detail->trace = str_of(graph, values->trace);
    detail->trace_level = values->trace_level;
    detail->cost = values->cost;
}
