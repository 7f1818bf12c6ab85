/* SPDX-License-Identifier: MIT */
/* What build files call: action, dynout, group, pool, and the edge kinds. All
 * go through the one door, register.h. */
#include "runtime/ninja/edges.h"
#include "runtime/registry.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The registry, or an error that says where these functions belong. */
static struct registry *
registry_now(const char *who)
{
    struct registry *active = registry_active();
    if (active == NULL) {
        error_throw_help(ERROR_STATE,
                         "put it into the build file, or load one with "
                         "(load-graph \"build.magma\")",
                         "%s works only while a build file is evaluated", who);
    }
    return active;
}

/* (action :outputs [...] :rule ...) */
static Value
builtin_action(Value *args, uint32_t argc)
{
    struct registry *r = registry_now("action");
    struct error_place place = magma_call_place();
    struct attributes a;
    attributes_read_action(args, argc, &a);
    return register_action(r, &a, &place);
}

/* Called when the sequence is first looked at. */
static Value
dynout_paths(Value *args, uint32_t argc)
{
    (void)args;
    (void)argc;
    Value handle = magma_captured();
    struct registry *r = registry_active();
    if (r == NULL) {
        error_throw_help(ERROR_STATE,
                         "its paths are known only while the graph is made",
                         "a dynout was looked at by a step");
    }
    Value key = registry_key(handle);
    struct slice paths = {NULL, 0};
    if (!r->options.dynouts.value(r->options.dynouts.ctx,
                                  magma_text_of(key).bytes, &paths)) {
        error_suspend(handle);
    }
    Value items = magma_vector(NULL, 0);
    for (size_t at = 0; at < paths.len;) {
        size_t len = strlen(paths.bytes + at);
        items = magma_vector_conj(items, magma_string(paths.bytes + at, len));
        at += len + 1;
    }
    return items;
}

static const struct builtin dynout_paths_row = {
    "dynout-paths", 0, 0, dynout_paths, "[]", "The paths of a dynout.", "0.1"};

/* (dynout :inputs ... :rule ...): a lazy sequence, so that whatever is made of
 * it stays lazy until a list of paths is needed. */
static Value
builtin_dynout(Value *args, uint32_t argc)
{
    struct registry *r = registry_now("dynout");
    struct error_place place = magma_call_place();
    struct attributes a;
    attributes_read_dynout(args, argc, &a);
    Value handle = register_dynout(r, &a, &place);
    registry_conj(r, SLOT_REDO, a.map);
    return magma_lazy(magma_builtin(&dynout_paths_row, handle));
}

/* (group name members...): what waits for a dynout joins when it is known. */
static Value
builtin_group(Value *args, uint32_t argc)
{
    struct registry *r = registry_now("group");
    struct error_place place = magma_call_place();
    if (!magma_is_string(args[0]) || magma_text_of(args[0]).len == 0) {
        error_throw_help(ERROR_TYPE, "as (group \"all\" [\"main\" docs])",
                         "the name of a group is a string");
    }
    Value members = magma_vector(args + 1, argc - 1);
    struct flat flat = flatten_paths(members, "group");
    if (!value_is_nil(flat.pending)) {
        registry_add_origin(r, args[0], flat.pending);
    }
    uint32_t count = magma_vector_count(*r->slots[SLOT_GROUPS]);
    uint32_t index = r->is_late ? registry_group_index(r, args[0]) : count;
    if (index >= r->group_cap) {
        r->group_cap = r->group_cap == 0 ? 8 : r->group_cap * 2;
        r->group_places =
            mem_resize(r->group_places, r->group_cap, sizeof(struct place));
    }
    r->group_places[index] = registry_place(r, &place);
    Value row[2] = {args[0], flat.items};
    Value rows = magma_vector(NULL, 0);
    for (uint32_t i = 0; index < count && i < count; i++) {
        Value old = magma_vector_at(*r->slots[SLOT_GROUPS], i);
        rows = magma_vector_conj(rows, i == index ? magma_vector(row, 2) : old);
    }
    if (index < count) {
        *r->slots[SLOT_GROUPS] = rows;
    } else {
        registry_conj(r, SLOT_GROUPS, magma_vector(row, 2));
    }
    Value data = magma_map_assoc(magma_map(), magma_keyword("name"), args[0]);
    return magma_handle("group", index, data);
}

/* (pool name depth) */
static Value
builtin_pool(Value *args, uint32_t argc)
{
    (void)argc;
    struct registry *r = registry_now("pool");
    if (!magma_is_string(args[0]) || magma_text_of(args[0]).len == 0 ||
        !magma_is_int(args[1]) || magma_int_of(args[1]) < 0 ||
        magma_int_of(args[1]) > INT32_MAX) {
        error_throw_help(ERROR_TYPE, "as (pool \"link\" 4)",
                         "a pool has a name and a depth, 0 for no limit");
    }
    struct pool_id id;
    if (!graph_add_pool(r->graph, registry_intern(r, args[0]),
                        (uint32_t)magma_int_of(args[1]), &id)) {
        struct magma_text name = magma_text_of(args[0]);
        error_throw_help(ERROR_VALUE,
                         "declare it once; console is built in, of depth 1",
                         "the pool %.*s has another depth already",
                         (int)name.len, name.bytes);
    }
    return magma_handle("pool", id.n, args[0]);
}

/* --- Builtins ---------------------------------------------------------------------------- */

static Value
kind_map(const char *kind, Value *args, uint32_t argc)
{
    return magma_map_assoc(magma_map(), magma_keyword(kind),
                           magma_vector(args, argc));
}

static Value
builtin_ifwritten(Value *args, uint32_t argc)
{
    return kind_map("ifwritten", args, argc);
}

static Value
builtin_ifchanged(Value *args, uint32_t argc)
{
    return kind_map("ifchanged", args, argc);
}

static Value
builtin_ifcreated(Value *args, uint32_t argc)
{
    return kind_map("ifcreated", args, argc);
}

static Value
builtin_ifdeleted(Value *args, uint32_t argc)
{
    return kind_map("ifdeleted", args, argc);
}

static const struct builtin rows[] = {
    {"action", 1, ARGS_ANY, builtin_action,
     "[& {:keys [outputs inputs implicit order-only rule name env depfile "
     "deps pool generator description validations vars]}]",
     "Describes a step of the build: what it reads, what it writes, and the "
     "rule that runs it. Returns a handle.",
     "0.1"},
    {"dynout", 1, ARGS_ANY, builtin_dynout,
     "[& {:keys [inputs implicit env rule vars]}]",
     "A sequence of paths that becomes known during the build.", "0.1"},
    {"group", 1, ARGS_ANY, builtin_group, "[name & members]",
     "Names a set of files, actions and groups.", "0.1"},
    {"pool", 2, 2, builtin_pool, "[name depth]",
     "Limits how many actions of the pool run at once.", "0.1"},
    {"ifwritten", 0, ARGS_ANY, builtin_ifwritten, "[& paths]",
     "Inputs that count when their attributes change.", "0.1"},
    {"ifchanged", 0, ARGS_ANY, builtin_ifchanged, "[& paths]",
     "Inputs that count when their content changes.", "0.1"},
    {"ifcreated", 0, ARGS_ANY, builtin_ifcreated, "[& paths]",
     "Paths that count when they come to exist.", "0.1"},
    {"ifdeleted", 0, ARGS_ANY, builtin_ifdeleted, "[& paths]",
     "Paths that count when they cease to exist.", "0.1"},
};

void
register_define(void)
{
    magma_define("clojure.core", rows, sizeof(rows) / sizeof(rows[0]));
    ninja_define();
    attributes_define_keys();
    rule_define_keys();
}
