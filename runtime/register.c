/* SPDX-License-Identifier: MIT */
/*
 * See registry.h: actions and dynouts. Everything that can throw is done
 * before the graph is touched.
 */
#include "runtime/registry.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* One path or handle of an input list. Throws nothing: handles were checked. */
static void
fill_input(struct registry *r, Value item, const struct input_list *list)
{
    if (magma_is_string(item)) {
        struct node node = {NODE_FILE, registry_file(r, item).n};
        graph_add_input(r->graph, node, list->kinds, list->explicit_);
        return;
    }
    const struct handle_object *handle =
        (const struct handle_object *)value_object(item);
    if (magma_is_handle(item, "group")) {
        struct node node = {NODE_GROUP, (uint32_t)handle->id};
        graph_add_input(r->graph, node, list->kinds, list->explicit_);
        return;
    }
    Value outputs = magma_map_get(handle->data, magma_keyword("outputs"));
    uint32_t count = magma_vector_count(outputs);
    for (uint32_t i = 0; i < count; i++) {
        fill_input(r, magma_vector_at(outputs, i), list);
    }
    if (count == 0) {
        struct node node = {NODE_ACTION, registry_number(r, item)};
        graph_add_input(r->graph, node, list->kinds, list->explicit_);
    }
}

/* Everything that is flat already goes into the action that was begun. */
static void
fill_lists(struct registry *r, const struct attributes *a)
{
    for (uint32_t i = 0; i < a->input_count; i++) {
        const struct input_list *list = &a->inputs[i];
        for (uint32_t j = 0; j < magma_vector_count(list->items); j++) {
            fill_input(r, magma_vector_at(list->items, j), list);
        }
    }
    for (uint32_t i = 0; i < magma_vector_count(a->outputs); i++) {
        graph_add_output(r->graph,
                         registry_file(r, magma_vector_at(a->outputs, i)));
    }
    for (uint32_t i = 0; i < magma_vector_count(a->implicit_outputs); i++) {
        graph_add_output(r->graph,
                         registry_file(r, magma_vector_at(a->implicit_outputs,
                                                          i)));
    }
    for (uint32_t i = 0; i < magma_vector_count(a->env); i++) {
        graph_add_env(r->graph, registry_intern(r, magma_vector_at(a->env, i)));
    }
    for (uint32_t i = 0; i < a->watch_count; i++) {
        struct watch watch = {.dir = registry_file(r, a->watches[i].dir)};
        watch.predicate.number =
            functions_add(r->functions, a->watches[i].predicate);
        graph_add_watch(r->graph, watch);
    }
}

/* Handles that do not belong to this graph are found before it is touched. */
static void
check_handles(struct registry *r, const struct attributes *a)
{
    for (uint32_t i = 0; i < a->input_count; i++) {
        Value items = a->inputs[i].items;
        for (uint32_t j = 0; j < magma_vector_count(items); j++) {
            Value item = magma_vector_at(items, j);
            if (magma_is_handle(item, "action") &&
                !registry_is_taken(r,
                                   magma_text_of(registry_key(item)).bytes)) {
                registry_number(r, item);
            }
        }
    }
}

/* An output outside the root would be removed and replaced there, too; ninja
 * allows that, and a phony action makes nothing. */
static void
check_outputs(struct registry *r, uint32_t flags, Value outputs)
{
    bool outside = r->options.allow_outside ||
                   (flags & (ACTION_AS_NINJA | ACTION_PHONY)) != 0;
    for (uint32_t i = 0; i < magma_vector_count(outputs); i++) {
        struct magma_text path = magma_text_of(magma_vector_at(outputs, i));
        if (!outside && path_is_outside(path.bytes)) {
            error_throw_help(ERROR_VALUE,
                             "outputs belong below the build root; "
                             "--allow-outside allows others",
                             "the output %.*s lies outside the build root",
                             (int)path.len, path.bytes);
        }
        if (path.len == 1 && path.bytes[0] == '.') {
            error_throw(ERROR_VALUE, "the build root cannot be an output");
        }
        if (strcmp(path.bytes, ".ronin") == 0 ||
            strncmp(path.bytes, ".ronin/", 7) == 0) {
            error_throw_help(ERROR_VALUE, "choose another folder for it",
                             "the output %.*s lies in ronin's own folder",
                             (int)path.len, path.bytes);
        }
    }
}

static bool
contains(Value items, Value path)
{
    for (uint32_t i = 0; i < magma_vector_count(items); i++) {
        if (value_equal(magma_vector_at(items, i), path)) {
            return true;
        }
    }
    return false;
}

/* What a step writes must be known as an output, or nobody could depend on it
 * or clean it. */
static void
check_write(const struct attributes *a, Value path)
{
    if (contains(a->outputs, path) || contains(a->implicit_outputs, path)) {
        return;
    }
    struct magma_text t = magma_text_of(path);
    char help[400];
    snprintf(help, sizeof(help), "declare it: :outputs [\"%.*s\"]",
             (int)(t.len < 300 ? t.len : 300), t.bytes);
    error_throw_help(ERROR_VALUE, help,
                     "a step writes %.*s, which is no output of its action",
                     (int)t.len, t.bytes);
}

/* A step reads what is declared, or what an earlier step of it wrote. */
static void
check_read(const struct attributes *a, Value path)
{
    for (uint32_t i = 0; i < a->input_count; i++) {
        if (contains(flatten_words(a->inputs[i].items, ":inputs"), path)) {
            return;
        }
    }
    if (contains(a->outputs, path) || contains(a->implicit_outputs, path)) {
        return;
    }
    struct magma_text t = magma_text_of(path);
    char help[400];
    snprintf(help, sizeof(help),
             "declare it: :implicit {:ifchanged [\"%.*s\"]}",
             (int)(t.len < 300 ? t.len : 300), t.bytes);
    error_throw_help(ERROR_VALUE, help,
                     "a step reads %.*s, which is no input of its action",
                     (int)t.len, t.bytes);
}

/* The paths of steps against what the action declares. */
static void
check_steps(const struct attributes *a, const struct rule_steps *steps)
{
    for (uint32_t i = 0; i < steps->count; i++) {
        const struct rule_step *step = &steps->items[i];
        if (step->kind == STEP_WRITE) {
            check_write(a, step->path);
        } else if (step->kind == STEP_READ) {
            check_read(a, step->path);
        } else if (step->kind == STEP_COMMAND) {
            if (step->in.kind == STREAM_FILE) {
                check_read(a, step->in.path);
            }
            if (step->out.kind == STREAM_FILE) {
                check_write(a, step->out.path);
            }
            if (step->err.kind == STREAM_FILE) {
                check_write(a, step->err.path);
            }
        }
    }
}

/* What the action is known by from one graph to the next: see registry.h. */
static Value
action_key(struct registry *r, const struct attributes *a, Value site)
{
    char text[700];
    if (magma_vector_count(a->outputs) > 0) {
        return magma_vector_at(a->outputs, 0);
    }
    if (magma_vector_count(a->implicit_outputs) > 0) {
        return magma_vector_at(a->implicit_outputs, 0);
    }
    if (!value_is_nil(a->name)) {
        struct magma_text name = magma_text_of(a->name);
        snprintf(text, sizeof(text), "name:%.*s",
                 (int)(name.len < 600 ? name.len : 600), name.bytes);
        return magma_cstring(text);
    }
    if (value_is_nil(a->pending) && !registry_has_origins(r, site)) {
        error_throw_help(ERROR_VALUE,
                         "give it :outputs, or a :name to ask for it by",
                         "an action with neither :outputs nor :name");
    }
    struct magma_text t = magma_text_of(site);
    snprintf(text, sizeof(text), "at:%.*s", (int)t.len, t.bytes);
    return magma_cstring(text);
}

/* Pool 0 is none. */
static struct pool_id
find_pool(struct registry *r, const struct attributes *a)
{
    struct pool_id pool = {0};
    if (value_is_nil(a->pool)) {
        return pool;
    }
    struct magma_text name = magma_text_of(a->pool);
    if (!graph_find_pool(r->graph, registry_intern(r, a->pool), &pool)) {
        error_throw_help(ERROR_UNKNOWN,
                         "declare it before it is used: (pool \"name\" 4)",
                         "no pool is named \"%.*s\"", (int)name.len,
                         name.bytes);
    }
    return pool;
}

struct slice
registry_rule_name(Value rule)
{
    if (!magma_is_function(rule)) {
        return (struct slice){"", 0};
    }
    struct magma_text name = magma_function_name(rule);
    const char *slash = memrchr(name.bytes, '/', name.len);
    const char *start = slash == NULL ? name.bytes : slash + 1;
    return (struct slice){start, name.len - (size_t)(start - name.bytes)};
}

/* The fields that need no list. */
static void
fill_fields(struct registry *r, const struct attributes *a, Value key,
            const struct error_place *place, struct action *action)
{
    action->key = registry_intern(r, key);
    action->name = value_is_nil(a->name) ? (struct str_id){0}
                                         : registry_intern(r, a->name);
    action->description = value_is_nil(a->description)
                              ? (struct str_id){0}
                              : registry_intern(r, a->description);
    struct slice rule = registry_rule_name(a->rule);
    action->rule = graph_intern(r->graph, rule.bytes, rule.len);
    action->place = registry_place(r, place);
    action->flags = a->flags;
    action->depfile =
        value_is_nil(a->depfile) ? FILE_NONE : registry_file(r, a->depfile);
    action->depfile_kinds = a->depfile_kinds;
}

/* The handle of an action or dynout. */
static Value
make_handle(const char *type, const struct attributes *a, Value key)
{
    Value data = magma_map();
    data = magma_map_assoc(data, magma_keyword("key"), key);
    data = magma_map_assoc(data, magma_keyword("name"),
                           value_is_nil(a->name) ? key : a->name);
    Value outputs = a->outputs;
    for (uint32_t i = 0; i < magma_vector_count(a->implicit_outputs); i++) {
        outputs =
            magma_vector_conj(outputs, magma_vector_at(a->implicit_outputs, i));
    }
    data = magma_map_assoc(data, magma_keyword("outputs"), outputs);
    if (!value_is_nil(a->pending)) {
        data = magma_map_assoc(data, magma_keyword("pending"), a->pending);
    }
    return magma_handle(type, magma_fingerprint(key).low, data);
}

/* Evaluates the rule, then fills the graph: after graph_begin_action nothing
 * throws. */
static Value
register_node(struct registry *r, struct attributes *a, Value key, Value site,
              const struct error_place *place)
{
    struct rule_steps steps = {NULL, 0};
    Value rsp_text = VALUE_NIL;
    if (value_is_nil(a->pending) && !value_is_nil(a->rule)) {
        Value vars = attributes_vars(a);
        steps = rule_expand(a->rule, vars);
        check_steps(a, &steps);
        rsp_text = detail_rsp_text(&a->detail, vars);
    }
    check_handles(r, a);
    struct pool_id pool = find_pool(r, a);
    if (!value_is_nil(a->pending)) {
        a->flags |= ACTION_PENDING;
        registry_add_origin(r, site, a->pending);
    }
    struct action *action = NULL;
    struct action_id id = graph_begin_action(r->graph, &action);
    fill_fields(r, a, key, place, action);
    action->pool = pool;
    fill_lists(r, a);
    registry_fill_origins(r, site);
    registry_fill_origins(r, registry_form_site(r));
    rule_fill(r->graph, r->functions, &steps);
    detail_fill(r->graph, &a->detail, rsp_text);
    graph_end_action(r->graph);
    Value number = magma_int(id.n);
    registry_assoc(r, SLOT_ACTIONS, key, number);
    if (!value_is_nil(a->name)) {
        registry_assoc(r, SLOT_NAMED, a->name, number);
    }
    return number;
}

/* True if a later form makes one of the outputs, or has the name. */
static bool
is_taken(const struct registry *r, const struct attributes *a)
{
    Value lists[2] = {a->outputs, a->implicit_outputs};
    for (size_t l = 0; r->options.taken != NULL && l < 2; l++) {
        for (uint32_t i = 0; i < magma_vector_count(lists[l]); i++) {
            Value path = magma_vector_at(lists[l], i);
            if (registry_is_taken(r, magma_text_of(path).bytes)) {
                return true;
            }
        }
    }
    return !value_is_nil(a->name) &&
           registry_is_taken(r, magma_text_of(a->name).bytes);
}

Value
register_action(struct registry *r, struct attributes *a,
                const struct error_place *place)
{
    if (value_is_nil(a->rule) && (a->flags & ACTION_PHONY) == 0) {
        error_throw_help(ERROR_VALUE,
                         "as :rule {:command [...]}; an action that runs "
                         "nothing says :phony true",
                         "an action without a :rule");
    }
    check_outputs(r, a->flags, a->outputs);
    check_outputs(r, a->flags, a->implicit_outputs);
    if (!value_is_nil(a->detail.rspfile)) {
        check_outputs(r, a->flags, magma_vector(&a->detail.rspfile, 1));
    }
    Value site = registry_site(r, place);
    Value key = action_key(r, a, site);
    if (!is_taken(r, a)) {
        register_node(r, a, key, site, place);
    }
    Value handle = make_handle("action", a, key);
    if (!value_is_nil(a->name)) {
        registry_conj(r, SLOT_NAMES, a->name);
        registry_conj(r, SLOT_NAMES, handle);
    }
    return handle;
}

Value
register_dynout(struct registry *r, struct attributes *a,
                const struct error_place *place)
{
    struct magma_fingerprint print = magma_fingerprint(a->map);
    char text[64];
    snprintf(text, sizeof(text), "dynout:%016" PRIx64 "%016" PRIx64, print.high,
             print.low);
    Value key = magma_cstring(text);
    Value handle = make_handle("dynout", a, key);
    if (value_is_nil(registry_get(r, SLOT_ACTIONS, key))) {
        register_node(r, a, key, key, place);
    }
    return handle;
}
