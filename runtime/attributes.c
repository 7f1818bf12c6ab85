/* SPDX-License-Identifier: MIT */
/* See attributes.h. */
#include "runtime/attributes.h"

#include "exec/exec.h"
#include "runtime/rule.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const char *const action_keys[] = {
    "outputs",       "inputs",
    "implicit",      "order-only",
    "rule",          "name",
    "env",           "depfile",
    "deps",          "pool",
    "generator",     "description",
    "validations",   "implicit-outputs",
    "may-not-write", "keep-on-fail",
    "restat",        "phony",
    "vars",          "dyndep",
    "rspfile",       "msvc-prefix",
    "run",           "trace",
    "cost",          "as-ninja",
};
static const char *const dynout_keys[] = {
    "inputs", "implicit", "env", "rule", "vars",
};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void
attributes_define_keys(void)
{
    magma_check_keys("action", action_keys, COUNT(action_keys));
    magma_check_keys("dynout", dynout_keys, COUNT(dynout_keys));
}

/* The value of a key as given, or nil. */
static Value
get(const struct attributes *a, const char *key)
{
    Value value = magma_map_get(a->map, magma_keyword(key));
    return value_is(value, VALUE_ABSENT) ? VALUE_NIL : value;
}

_Noreturn void
attributes_refuse(const char *key, const char *wanted, Value got)
{
    struct magma_text shown = magma_text_of(magma_pretty(got, 60, 5));
    error_throw(ERROR_TYPE, ":%s is %s, and got %.*s", key, wanted,
                (int)shown.len, shown.bytes);
}

static bool
text_is(Value v, const char *text)
{
    struct magma_text t = magma_text_of(v);
    return t.len == strlen(text) && memcmp(t.bytes, text, t.len) == 0;
}

/* A wrong key is most often a misspelt one: the nearest is named. */
static void
check_key(Value key, const char *who, const char *const *keys, size_t count)
{
    for (size_t i = 0; magma_is_keyword(key) && i < count; i++) {
        if (text_is(key, keys[i])) {
            return;
        }
    }
    struct magma_text shown = magma_text_of(magma_pretty(key, 40, 5));
    const char *near = NULL;
    if (magma_is_keyword(key)) {
        near = magma_nearest(magma_text_of(key).bytes, keys, count);
    }
    char help[160];
    if (near != NULL) {
        snprintf(help, sizeof(help), "did you mean :%s?", near);
    } else if (!magma_is_keyword(key)) {
        snprintf(help, sizeof(help),
                 "keys and values alternate: is a value missing before it?");
    } else {
        snprintf(help, sizeof(help),
                 "what a build file wants to tell its rules goes under "
                 ":vars {...}");
    }
    error_throw_help(ERROR_KEY, help, "%s has no key %.*s", who, (int)shown.len,
                     shown.bytes);
}

/* Gathers keyword arguments, or one map, in a map with known keys. */
static Value
read_map(Value *args, uint32_t argc, const char *who, const char *const *keys,
         size_t count)
{
    Value map = magma_map();
    if (argc == 1 && magma_is_map(args[0])) {
        map = args[0];
        Value cursor = map;
        Value entry = VALUE_NIL;
        while (magma_next(&cursor, &entry)) {
            check_key(magma_vector_at(entry, 0), who, keys, count);
        }
        return map;
    }
    for (uint32_t i = 0; i < argc; i += 2) {
        check_key(args[i], who, keys, count);
        struct magma_text key = magma_text_of(args[i]);
        if (i + 1 == argc) {
            error_throw(ERROR_ARITY, "%s: no value after :%.*s", who,
                        (int)key.len, key.bytes);
        }
        if (!value_is(magma_map_get(map, args[i]), VALUE_ABSENT)) {
            error_throw(ERROR_KEY, "%s: :%.*s is given twice", who,
                        (int)key.len, key.bytes);
        }
        map = magma_map_assoc(map, args[i], args[i + 1]);
    }
    return map;
}

/* --- Inputs ---------------------------------------------------------------- */

static void
note_pending(struct attributes *a, Value pending)
{
    if (value_is_nil(a->pending)) {
        a->pending = pending;
    }
}

/* A handle of an action that waits for a dynout makes its user wait too. */
static void
note_pending_handles(struct attributes *a, Value items)
{
    uint32_t count = magma_vector_count(items);
    for (uint32_t i = 0; i < count; i++) {
        Value item = magma_vector_at(items, i);
        if (magma_is_handle(item, "action")) {
            const struct handle_object *handle =
                (const struct handle_object *)value_object(item);
            Value pending =
                magma_map_get(handle->data, magma_keyword("pending"));
            if (!value_is(pending, VALUE_ABSENT) && !value_is_nil(pending)) {
                note_pending(a, pending);
            }
        }
    }
}

static Value
read_list(struct attributes *a, Value value, const char *what)
{
    struct flat flat = flatten_paths(value, what);
    if (!value_is_nil(flat.pending)) {
        note_pending(a, flat.pending);
    }
    note_pending_handles(a, flat.items);
    return flat.items;
}

/* Each kind under each key is a list of its own, so that the written order
 * and the kind of every path are known. */
static void
add_list(struct attributes *a, Value items, uint8_t kinds, bool explicit_)
{
    if (a->input_count == INPUT_LISTS_MAX) {
        error_throw(ERROR_LIMIT, "more than %d lists of inputs in one action",
                    INPUT_LISTS_MAX);
    }
    a->inputs[a->input_count++] = (struct input_list){items, kinds, explicit_};
}

/* A group holds members of any kind, so it cannot say when one of them counts
 * as changed. */
static void
refuse_groups(Value items, const char *kind, size_t kind_len)
{
    uint32_t count = magma_vector_count(items);
    for (uint32_t i = 0; i < count; i++) {
        if (magma_is_handle(magma_vector_at(items, i), "group")) {
            error_throw_help(
                ERROR_TYPE,
                "keep the members in a variable, (def parts [...]), and use "
                "it for both: (group \"all\" parts) and {:ifwritten parts}",
                "a group cannot stand under :%.*s, since a group has no kind",
                (int)kind_len, kind);
        }
    }
}

/* Predicates are kept as functions: they get numbers when the graph is filled. */
static void
read_watches(struct attributes *a, Value watches)
{
    if (!magma_is_map(watches)) {
        error_throw_help(ERROR_TYPE, "as {:watch {\"src\" predicate}}",
                         ":watch takes a map of folders to predicates");
    }
    Value cursor = watches;
    Value entry = VALUE_NIL;
    while (magma_next(&cursor, &entry)) {
        if (a->watch_count == WATCHES_MAX) {
            error_throw(ERROR_LIMIT, "more than %d watched folders",
                        WATCHES_MAX);
        }
        Value predicate = magma_vector_at(entry, 1);
        if (!magma_is_function(predicate)) {
            error_throw_help(ERROR_TYPE,
                             "it is called with {:path ... :kind :created}",
                             "a :watch predicate must be a function");
        }
        a->watches[a->watch_count++] = (struct watch_entry){
            flatten_path(magma_vector_at(entry, 0), ":watch"), predicate};
    }
}

/* Throws: no kind of edge has this name. */
_Noreturn static void
refuse_kind(struct magma_text shown)
{
    static const char *const names[] = {"ifwritten", "ifchanged", "ifcreated",
                                        "ifdeleted", "watch"};
    const char *near = NULL;
    if (shown.bytes[0] == ':') {
        near = magma_nearest(shown.bytes + 1, names, COUNT(names));
    }
    char help[120];
    snprintf(help, sizeof(help),
             near != NULL ? "did you mean :%s?"
                          : "the kinds are :ifwritten :ifchanged :ifcreated "
                            ":ifdeleted :watch, and :always alone",
             near);
    error_throw_help(ERROR_KEY, help, "no edge kind %.*s", (int)shown.len,
                     shown.bytes);
}

/* One map of edge kinds to paths. */
static void
read_kinds(struct attributes *a, Value map, bool explicit_)
{
    Value cursor = map;
    Value entry = VALUE_NIL;
    while (magma_next(&cursor, &entry)) {
        Value key = magma_vector_at(entry, 0);
        Value value = magma_vector_at(entry, 1);
        if (magma_is_keyword(key) && text_is(key, "watch")) {
            read_watches(a, value);
            continue;
        }
        uint8_t kinds = magma_is_keyword(key) ? rule_edge_kinds(key) : 0;
        struct magma_text shown = magma_text_of(magma_pretty(key, 40, 5));
        if (kinds == 0) {
            refuse_kind(shown);
        }
        Value items = read_list(a, value, shown.bytes);
        refuse_groups(items, shown.bytes + 1, shown.len - 1);
        add_list(a, items, kinds, explicit_);
    }
}

/* The value of :inputs or :implicit: :always, a map of kinds, or a vector of
 * such maps as (ifwritten ...) and its siblings return them. */
static void
read_inputs(struct attributes *a, const char *key, bool explicit_)
{
    Value value = get(a, key);
    if (value_is_nil(value)) {
        return;
    }
    if (magma_is_keyword(value) && text_is(value, "always")) {
        a->flags |= ACTION_ALWAYS;
        return;
    }
    if (magma_is_map(value)) {
        read_kinds(a, value, explicit_);
        return;
    }
    bool maps = magma_is_vector(value);
    for (uint32_t i = 0; maps && i < magma_vector_count(value); i++) {
        maps = magma_is_map(magma_vector_at(value, i));
    }
    if (!maps) {
        error_throw_help(
            ERROR_TYPE,
            "say when a change counts: {:ifwritten [...]} (attributes), "
            "{:ifchanged [...]} (content), {:ifcreated [...]}, "
            "{:ifdeleted [...]}, {:watch {dir predicate}}, or :always",
            ":%s is a map of edge kinds to paths", key);
    }
    for (uint32_t i = 0; i < magma_vector_count(value); i++) {
        read_kinds(a, magma_vector_at(value, i), explicit_);
    }
}

/* --- Other keys -------------------------------------------------------------- */

static Value
read_string(const struct attributes *a, const char *key)
{
    Value value = get(a, key);
    if (!value_is_nil(value) &&
        (!magma_is_string(value) || magma_text_of(value).len == 0)) {
        attributes_refuse(key, "a string that is not empty", value);
    }
    return value;
}

/* Truth must be said as true: a string such as "no" would count as true. */
static void
read_flag(struct attributes *a, const char *key, uint32_t flag)
{
    Value value = get(a, key);
    if (value_is_nil(value) || value_is(value, VALUE_FALSE)) {
        return;
    }
    if (!value_is(value, VALUE_TRUE)) {
        attributes_refuse(key, "true or false", value);
    }
    a->flags |= flag;
}

/* The variables that count, or :inherit, which passes on everything and counts
 * nothing. */
static void
read_env(struct attributes *a)
{
    Value value = get(a, "env");
    a->env = magma_vector(NULL, 0);
    if (magma_is_keyword(value)) {
        if (!text_is(value, "inherit")) {
            error_throw_help(ERROR_VALUE, "list the names, or say :inherit",
                             ":env is a vector of names, or :inherit");
        }
        a->flags |= ACTION_ENV_INHERIT;
        return;
    }
    if (magma_is_map(value)) {
        error_throw_help(ERROR_TYPE,
                         "a variable with a value of its own goes into the "
                         "step: {:command [...] :env {\"A\" \"b\"}}",
                         ":env of an action lists names, and got a map");
    }
    a->env = flatten_words(value, ":env");
    for (uint32_t i = 0; i < magma_vector_count(a->env); i++) {
        struct magma_text name = magma_text_of(magma_vector_at(a->env, i));
        bool digit =
            name.len > 0 && name.bytes[0] >= '0' && name.bytes[0] <= '9';
        if (name.len == 0 || digit ||
            memchr(name.bytes, '=', name.len) != NULL) {
            error_throw_help(ERROR_VALUE, "as :env [\"CC\" \"CFLAGS\"]",
                             "\"%.*s\" is no name of a variable", (int)name.len,
                             name.bytes);
        }
    }
}

/* A list that cannot hold handles, such as :outputs. */
static Value
only_paths(struct attributes *a, const char *key)
{
    char what[40];
    snprintf(what, sizeof(what), ":%s", key);
    Value items = read_list(a, get(a, key), what);
    for (uint32_t i = 0; i < magma_vector_count(items); i++) {
        if (!magma_is_string(magma_vector_at(items, i))) {
            error_throw(ERROR_TYPE, ":%s takes paths, and got a handle", key);
        }
    }
    return items;
}

/* A path, or {kind path} where what the depfile names counts otherwise than by
 * attributes. */
static void
read_depfile(struct attributes *a)
{
    Value value = get(a, "depfile");
    a->depfile = VALUE_NIL;
    a->depfile_kinds = EDGE_IFWRITTEN;
    if (magma_is_map(value) && magma_map_count(value) == 1) {
        Value cursor = value;
        Value entry = VALUE_NIL;
        magma_next(&cursor, &entry);
        Value kind = magma_vector_at(entry, 0);
        a->depfile_kinds = magma_is_keyword(kind) ? rule_edge_kinds(kind) : 0;
        value = magma_vector_at(entry, 1);
        if (a->depfile_kinds != EDGE_IFWRITTEN &&
            a->depfile_kinds != EDGE_IFCHANGED) {
            error_throw_help(ERROR_VALUE, "as {:ifchanged \"main.d\"}",
                             "what a depfile names is :ifwritten or "
                             ":ifchanged");
        }
    }
    if (!value_is_nil(value)) {
        a->depfile = flatten_path(value, ":depfile");
    }
    Value deps = get(a, "deps");
    if (value_is_nil(deps)) {
        return;
    }
    if (magma_is_keyword(deps) && text_is(deps, "msvc")) {
        if (!value_is_nil(a->depfile)) {
            error_throw_help(ERROR_VALUE, "take away one of the two",
                             ":deps :msvc reads what the command prints, and "
                             "no :depfile");
        }
        a->flags |= ACTION_DEPS_MSVC;
        return;
    }
    if (!magma_is_keyword(deps) || !text_is(deps, "gcc")) {
        error_throw_help(ERROR_VALUE,
                         "use :gcc, with a :depfile, or :msvc without one",
                         "this :deps is not known");
    }
    if (value_is_nil(a->depfile)) {
        error_throw_help(ERROR_VALUE, "as :depfile \"main.d\" :deps :gcc",
                         ":deps without a :depfile to read");
    }
    a->flags |= ACTION_DEPS_GCC;
}

/* The dyndep file has to be made before it can be read, whatever else the
 * action needs it for. */
static void
read_details(struct attributes *a)
{
    detail_read(a->map, &a->detail);
    if (!value_is_nil(a->detail.msvc_prefix) &&
        (a->flags & ACTION_DEPS_MSVC) == 0) {
        error_throw_help(ERROR_VALUE, "say :deps :msvc",
                         ":msvc-prefix without :deps :msvc");
    }
    // What ninja builds names it among its inputs.
    if (!value_is_nil(a->detail.dyndep) && (a->flags & ACTION_AS_NINJA) == 0) {
        add_list(a, magma_vector(&a->detail.dyndep, 1), EDGE_ORDER_ONLY, false);
    }
}

/* A pool is named by string, by keyword, or by the handle that (pool ...) gave. */
static void
read_pool(struct attributes *a)
{
    a->pool = get(a, "pool");
    if (magma_is_handle(a->pool, "pool")) {
        a->pool = ((struct handle_object *)value_object(a->pool))->data;
    } else if (magma_is_keyword(a->pool)) {
        struct magma_text name = magma_text_of(a->pool);
        a->pool = magma_string(name.bytes, name.len);
    } else {
        a->pool = read_string(a, "pool");
    }
}

/* What actions and dynouts have in common. */
static void
begin(struct attributes *a, Value map)
{
    memset(a, 0, sizeof(*a));
    a->map = map;
    a->pending = VALUE_NIL;
    a->name = VALUE_NIL;
    a->description = VALUE_NIL;
    a->detail = (struct detail_values){.dyndep = VALUE_NIL,
                                       .rspfile = VALUE_NIL,
                                       .rsp_content = VALUE_NIL,
                                       .msvc_prefix = VALUE_NIL,
                                       .run = VALUE_NIL,
                                       .trace = VALUE_NIL};
    a->depfile = VALUE_NIL;
    a->pool = VALUE_NIL;
    a->outputs = magma_vector(NULL, 0);
    a->implicit_outputs = a->outputs;
    a->rule = get(a, "rule");
    if (!value_is_nil(get(a, "vars")) && !magma_is_map(get(a, "vars"))) {
        attributes_refuse("vars", "a map", get(a, "vars"));
    }
    read_inputs(a, "inputs", true);
    read_inputs(a, "implicit", false);
    read_env(a);
}

void
attributes_read_action(Value *args, uint32_t argc, struct attributes *out)
{
    begin(out, read_map(args, argc, "action", action_keys, COUNT(action_keys)));
    out->outputs = only_paths(out, "outputs");
    out->implicit_outputs = only_paths(out, "implicit-outputs");
    add_list(out, read_list(out, get(out, "order-only"), ":order-only"),
             EDGE_ORDER_ONLY, false);
    add_list(out, read_list(out, get(out, "validations"), ":validations"),
             EDGE_VALIDATION, false);
    out->name = read_string(out, "name");
    out->description = read_string(out, "description");
    read_flag(out, "as-ninja", ACTION_AS_NINJA);
    read_depfile(out);
    read_details(out);
    read_pool(out);
    read_flag(out, "generator", ACTION_GENERATOR);
    read_flag(out, "may-not-write", ACTION_MAY_NOT_WRITE);
    read_flag(out, "keep-on-fail", ACTION_KEEP_ON_FAIL);
    read_flag(out, "restat", ACTION_RESTAT);
    read_flag(out, "phony", ACTION_PHONY);
    if ((out->flags & ACTION_PHONY) != 0 && !value_is_nil(out->rule)) {
        error_throw_help(ERROR_VALUE, "take away the :rule, or the :phony",
                         "a :phony action runs nothing, and has a :rule");
    }
}

void
attributes_read_dynout(Value *args, uint32_t argc, struct attributes *out)
{
    begin(out, read_map(args, argc, "dynout", dynout_keys, COUNT(dynout_keys)));
    out->flags |= ACTION_DYNOUT;
    if (value_is_nil(out->rule)) {
        error_throw_help(ERROR_VALUE,
                         "as :rule [{:read \"list\"} {:transformer "
                         "#(str/split % #\"\\n\")}]",
                         "a dynout needs a :rule that gives its paths");
    }
}

/* --- What a rule sees ---------------------------------------------------------- */

/* The paths of the lists that `keep` asks for; a handle gives its outputs. */
static Value
input_paths(const struct attributes *a, bool explicit_)
{
    Value paths = magma_vector(NULL, 0);
    for (uint32_t i = 0; i < a->input_count; i++) {
        const struct input_list *list = &a->inputs[i];
        if (list->explicit_ != explicit_ ||
            (list->kinds & (EDGE_ORDER_ONLY | EDGE_VALIDATION)) != 0) {
            continue;
        }
        Value words = flatten_words(list->items, ":inputs");
        for (uint32_t j = 0; j < magma_vector_count(words); j++) {
            paths = magma_vector_conj(paths, magma_vector_at(words, j));
        }
    }
    return paths;
}

/* Short for the long line. */
static Value
put(Value map, const char *key, Value value)
{
    return magma_map_assoc(map, magma_keyword(key), value);
}

Value
attributes_vars(const struct attributes *a)
{
    /* What stands under :vars is there by its own names too, unless an
     * attribute of the action has the name. */
    Value own = get(a, "vars");
    Value vars = magma_is_map(own) ? own : magma_map();
    Value cursor = a->map;
    Value entry = VALUE_NIL;
    while (magma_next(&cursor, &entry)) {
        vars = magma_map_assoc(vars, magma_vector_at(entry, 0),
                               magma_vector_at(entry, 1));
    }
    Value inputs = input_paths(a, true);
    vars = put(vars, "inputs", inputs);
    vars = put(vars, "in", inputs);
    vars = put(vars, "implicit", input_paths(a, false));
    vars = put(vars, "outputs", a->outputs);
    vars =
        put(vars, "out",
            magma_vector_count(a->outputs) == 1 ? magma_vector_at(a->outputs, 0)
                                                : a->outputs);
    if (!value_is_nil(a->depfile)) {
        vars = put(vars, "depfile", a->depfile);
    }
    if (!value_is_nil(a->detail.rspfile)) {
        vars = put(vars, "rspfile", a->detail.rspfile);
    }
    return vars;
}
