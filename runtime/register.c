/* SPDX-License-Identifier: MIT */
/*
 * See register.h.
 *
 * Identity. An action's key is its first output, or "name:NAME", or its site;
 * a dynout's is the fingerprint of what it declares, so that moving it in the
 * file changes nothing and two equal ones are one. A site is where and when an
 * action was registered: "FORM/file:line:column#n" for the n-th time in that
 * form. It tells that an action of this evaluation is the one that waited for
 * a dynout in an earlier one.
 *
 * Everything here that is a Value hangs on one rooted vector of slots, so that
 * a form is undone by putting the slots back.
 */
#include "runtime/register.h"

#include "runtime/attributes.h"
#include "runtime/rule.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum slot {
    SLOT_NAMES,   /* vector: names of the form's actions and their handles */
    SLOT_REDO,    /* vector: argument maps of the form's dynouts */
    SLOT_COUNTS,  /* map: site without number -> how often, in this form */
    SLOT_ACTIONS, /* map: action key -> number */
    SLOT_NAMED,   /* map: action name -> number */
    SLOT_OUTPUTS, /* map: output path -> number of its action */
    SLOT_GROUPS,  /* vector: [name items pending handle] */
    SLOT_COUNT
};

struct registry {
    struct graph *graph;
    struct functions *functions;
    struct register_options options;
    Value *slots[SLOT_COUNT];
    Value *saved[SLOT_COUNT]; /* at the beginning of the form */
    struct graph_mark mark;
    uint32_t function_mark;
    uint32_t form;
    struct place *group_places; /* by index in SLOT_GROUPS */
    uint32_t group_cap;
};

static struct registry *active;

static struct registry *
registry_now(const char *who)
{
    if (active == NULL) {
        error_throw_help(ERROR_STATE,
                         "put it into the build file, or load one with "
                         "(load-graph \"build.magma\")",
                         "%s works only while a build file is evaluated", who);
    }
    return active;
}

struct registry *
registry_create(struct functions *functions,
                const struct register_options *options)
{
    struct registry *r = calloc(1, sizeof(*r));
    assert(r != NULL);
    r->graph = graph_create();
    r->functions = functions;
    r->options = *options;
    functions_rewind(functions, 0);
    for (int i = 0; i < SLOT_COUNT; i++) {
        r->slots[i] = magma_root_create();
        r->saved[i] = magma_root_create();
        *r->slots[i] = VALUE_NIL;
    }
    *r->slots[SLOT_ACTIONS] = magma_map();
    *r->slots[SLOT_NAMED] = magma_map();
    *r->slots[SLOT_OUTPUTS] = magma_map();
    *r->slots[SLOT_GROUPS] = magma_vector(NULL, 0);
    return r;
}

void
registry_destroy(struct registry *r)
{
    if (r == NULL) {
        return;
    }
    if (active == r) {
        active = NULL;
    }
    for (int i = 0; i < SLOT_COUNT; i++) {
        magma_root_destroy(r->slots[i]);
        magma_root_destroy(r->saved[i]);
    }
    graph_destroy(r->graph);
    free(r->group_places);
    free(r);
}

void
registry_use(struct registry *r)
{
    active = r;
}

/* --- Sites and origins ------------------------------------------------------- */

static Value
map_get(Value map, Value key)
{
    Value value = magma_map_get(map, key);
    return value_is(value, VALUE_ABSENT) ? VALUE_NIL : value;
}

static void
slot_assoc(struct registry *r, enum slot slot, Value key, Value value)
{
    *r->slots[slot] = magma_map_assoc(*r->slots[slot], key, value);
}

static void
slot_conj(struct registry *r, enum slot slot, Value value)
{
    *r->slots[slot] = magma_vector_conj(*r->slots[slot], value);
}

static Value
form_origin_key(uint32_t form)
{
    char text[32];
    snprintf(text, sizeof(text), "form %" PRIu32, form);
    return magma_cstring(text);
}

/* The site of the call that is being registered. */
static Value
site_now(struct registry *r, const struct error_place *place)
{
    char text[600];
    struct magma_text file = magma_text_of(
        magma_is_string(place->file) ? place->file : magma_cstring("?"));
    snprintf(text, sizeof(text), "%" PRIu32 "/%.*s:%" PRIu32 ":%" PRIu32,
             r->form, (int)(file.len < 500 ? file.len : 500), file.bytes,
             place->line, place->column);
    Value site = magma_cstring(text);
    Value count = map_get(*r->slots[SLOT_COUNTS], site);
    int64_t n = magma_is_int(count) ? magma_int_of(count) : 0;
    slot_assoc(r, SLOT_COUNTS, site, magma_int(n + 1));
    size_t len = strlen(text);
    snprintf(text + len, sizeof(text) - len, "#%" PRId64, n);
    return magma_cstring(text);
}

static Value
dynout_key(Value handle)
{
    const struct handle_object *h =
        (const struct handle_object *)value_object(handle);
    return magma_map_get(h->data, magma_keyword("key"));
}

/* Remembers that what is registered at `site` depends on a dynout. */
static void
add_origin(struct registry *r, Value site, Value dynout)
{
    Value key = dynout_key(dynout);
    r->options.dynouts.waits(r->options.dynouts.ctx, magma_text_of(key).bytes);
    Value keys = map_get(*r->options.origins, site);
    if (value_is_nil(keys)) {
        keys = magma_vector(NULL, 0);
    }
    for (uint32_t i = 0; i < magma_vector_count(keys); i++) {
        if (value_equal(magma_vector_at(keys, i), key)) {
            return;
        }
    }
    *r->options.origins = magma_map_assoc(*r->options.origins, site,
                                          magma_vector_conj(keys, key));
}

/* Adds the edges on dynouts to the action that is being filled. */
static void
fill_origins(struct registry *r, Value site)
{
    Value keys = map_get(*r->options.origins, site);
    uint32_t count = magma_is_vector(keys) ? magma_vector_count(keys) : 0;
    for (uint32_t i = 0; i < count; i++) {
        Value number =
            map_get(*r->slots[SLOT_ACTIONS], magma_vector_at(keys, i));
        if (magma_is_int(number)) {
            struct node node = {NODE_ACTION, (uint32_t)magma_int_of(number)};
            graph_add_input(r->graph, node, EDGE_DYNOUT, false);
        }
    }
}

/* --- Actions ------------------------------------------------------------------- */

static struct str_id
intern(struct registry *r, Value text)
{
    struct magma_text t = magma_text_of(text);
    return graph_intern(r->graph, t.bytes, t.len);
}

static struct place
place_in_graph(struct registry *r, const struct error_place *place)
{
    struct place out = {{0}, place->line, place->column};
    if (magma_is_string(place->file)) {
        out.file = intern(r, place->file);
    }
    return out;
}

static struct file_id
add_file(struct registry *r, Value path)
{
    struct magma_text t = magma_text_of(path);
    return graph_add_file(r->graph, t.bytes, t.len);
}

static uint32_t
handle_number(struct registry *r, Value handle)
{
    Value number = map_get(*r->slots[SLOT_ACTIONS], dynout_key(handle));
    if (!magma_is_int(number)) {
        error_throw_help(ERROR_STATE,
                         "an action belongs to the evaluation that made it",
                         "this action is not part of the graph");
    }
    return (uint32_t)magma_int_of(number);
}

/* One path or handle of an input list. Throws nothing: handles were checked. */
static void
fill_input(struct registry *r, Value item, const struct input_list *list)
{
    if (magma_is_string(item)) {
        struct node node = {NODE_FILE, add_file(r, item).n};
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
        struct node node = {NODE_ACTION, handle_number(r, item)};
        graph_add_input(r->graph, node, list->kinds, list->explicit_);
    }
}

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
        graph_add_output(r->graph, add_file(r, magma_vector_at(a->outputs, i)));
    }
    for (uint32_t i = 0; i < magma_vector_count(a->implicit_outputs); i++) {
        graph_add_output(r->graph,
                         add_file(r, magma_vector_at(a->implicit_outputs, i)));
    }
    for (uint32_t i = 0; i < magma_vector_count(a->env); i++) {
        graph_add_env(r->graph, intern(r, magma_vector_at(a->env, i)));
    }
    for (uint32_t i = 0; i < a->watch_count; i++) {
        struct watch watch = {.dir = add_file(r, a->watches[i].dir)};
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
            if (magma_is_handle(magma_vector_at(items, j), "action")) {
                handle_number(r, magma_vector_at(items, j));
            }
        }
    }
}

static void
check_outputs(struct registry *r, Value outputs)
{
    for (uint32_t i = 0; i < magma_vector_count(outputs); i++) {
        struct magma_text path = magma_text_of(magma_vector_at(outputs, i));
        if (!r->options.allow_outside && path_is_outside(path.bytes)) {
            error_throw_help(ERROR_VALUE,
                             "outputs belong below the build root; "
                             "--allow-outside allows others",
                             "the output %.*s lies outside the build root",
                             (int)path.len, path.bytes);
        }
        if (path.len == 1 && path.bytes[0] == '.') {
            error_throw(ERROR_VALUE, "the build root cannot be an output");
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

static void
check_write(const struct attributes *a, Value path)
{
    if (contains(a->outputs, path) || contains(a->implicit_outputs, path)) {
        return;
    }
    struct magma_text t = magma_text_of(path);
    error_throw_help(ERROR_VALUE, "declare it: :outputs [\"...\"]",
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
    error_throw_help(ERROR_VALUE,
                     "declare it: :implicit {:ifchanged [\"...\"]}",
                     "a step reads %.*s, which is no input of its action",
                     (int)t.len, t.bytes);
}

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
    if (value_is_nil(a->pending) &&
        value_is_nil(map_get(*r->options.origins, site))) {
        error_throw_help(ERROR_VALUE,
                         "give it :outputs, or a :name to ask for it by",
                         "an action with neither :outputs nor :name");
    }
    struct magma_text t = magma_text_of(site);
    snprintf(text, sizeof(text), "at:%.*s", (int)t.len, t.bytes);
    return magma_cstring(text);
}

static struct pool_id
find_pool(struct registry *r, const struct attributes *a)
{
    struct pool_id pool = {0};
    if (value_is_nil(a->pool)) {
        return pool;
    }
    struct magma_text name = magma_text_of(a->pool);
    if (!graph_find_pool(r->graph, intern(r, a->pool), &pool)) {
        error_throw_help(ERROR_UNKNOWN,
                         "declare it before it is used: (pool \"name\" 4)",
                         "no pool is named \"%.*s\"", (int)name.len,
                         name.bytes);
    }
    return pool;
}

static void
fill_fields(struct registry *r, const struct attributes *a, Value key,
            const struct error_place *place, struct action *action)
{
    action->key = intern(r, key);
    action->name =
        value_is_nil(a->name) ? (struct str_id){0} : intern(r, a->name);
    action->description = value_is_nil(a->description)
                              ? (struct str_id){0}
                              : intern(r, a->description);
    action->place = place_in_graph(r, place);
    action->flags = a->flags;
    action->depfile =
        value_is_nil(a->depfile) ? FILE_NONE : add_file(r, a->depfile);
    action->depfile_kinds = a->depfile_kinds;
}

/* Evaluates the rule, then fills the graph: after graph_begin_action nothing
 * throws. */
static Value
register_node(struct registry *r, struct attributes *a, Value key, Value site,
              const struct error_place *place)
{
    struct rule_steps steps = {NULL, 0};
    if (value_is_nil(a->pending) && !value_is_nil(a->rule)) {
        steps = rule_expand(a->rule, attributes_vars(a));
        check_steps(a, &steps);
    }
    check_handles(r, a);
    struct pool_id pool = find_pool(r, a);
    if (!value_is_nil(a->pending)) {
        a->flags |= ACTION_PENDING;
        add_origin(r, site, a->pending);
    }
    struct action *action = NULL;
    struct action_id id = graph_begin_action(r->graph, &action);
    fill_fields(r, a, key, place, action);
    action->pool = pool;
    fill_lists(r, a);
    fill_origins(r, site);
    fill_origins(r, form_origin_key(r->form));
    rule_fill(r->graph, r->functions, &steps);
    graph_end_action(r->graph);
    Value number = magma_int(id.n);
    slot_assoc(r, SLOT_ACTIONS, key, number);
    if (!value_is_nil(a->name)) {
        slot_assoc(r, SLOT_NAMED, a->name, number);
    }
    for (uint32_t i = 0; i < magma_vector_count(a->outputs); i++) {
        slot_assoc(r, SLOT_OUTPUTS, magma_vector_at(a->outputs, i), number);
    }
    return number;
}

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

static Value
builtin_action(Value *args, uint32_t argc)
{
    struct registry *r = registry_now("action");
    struct error_place place = magma_call_place();
    struct attributes a;
    attributes_read_action(args, argc, &a);
    if (value_is_nil(a.rule) && (a.flags & ACTION_PHONY) == 0) {
        error_throw_help(ERROR_VALUE,
                         "as :rule {:command [...]}; an action that runs "
                         "nothing says :phony true",
                         "an action without a :rule");
    }
    check_outputs(r, a.outputs);
    check_outputs(r, a.implicit_outputs);
    Value site = site_now(r, &place);
    Value key = action_key(r, &a, site);
    register_node(r, &a, key, site, &place);
    Value handle = make_handle("action", &a, key);
    if (!value_is_nil(a.name)) {
        slot_conj(r, SLOT_NAMES, a.name);
        slot_conj(r, SLOT_NAMES, handle);
    }
    return handle;
}

/* --- Dynouts --------------------------------------------------------------------- */

/* Called when the sequence is first looked at. */
static Value
dynout_paths(Value *args, uint32_t argc)
{
    (void)args;
    (void)argc;
    Value handle = magma_captured();
    struct registry *r = active;
    if (r == NULL) {
        error_throw_help(ERROR_STATE,
                         "its paths are known only while the graph is made",
                         "a dynout was looked at by a step");
    }
    Value key = dynout_key(handle);
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

static Value
register_dynout(struct registry *r, struct attributes *a,
                const struct error_place *place)
{
    struct magma_fingerprint print = magma_fingerprint(a->map);
    char text[64];
    snprintf(text, sizeof(text), "dynout:%016" PRIx64 "%016" PRIx64, print.high,
             print.low);
    Value key = magma_cstring(text);
    Value handle = make_handle("dynout", a, key);
    if (value_is_nil(map_get(*r->slots[SLOT_ACTIONS], key))) {
        register_node(r, a, key, key, place);
    }
    return handle;
}

static Value
builtin_dynout(Value *args, uint32_t argc)
{
    struct registry *r = registry_now("dynout");
    struct error_place place = magma_call_place();
    struct attributes a;
    attributes_read_dynout(args, argc, &a);
    Value handle = register_dynout(r, &a, &place);
    slot_conj(r, SLOT_REDO, a.map);
    return magma_lazy(magma_builtin(&dynout_paths_row, handle));
}

/* --- Groups and pools -------------------------------------------------------------- */

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
        add_origin(r, args[0], flat.pending);
    }
    uint32_t index = magma_vector_count(*r->slots[SLOT_GROUPS]);
    if (index >= r->group_cap) {
        r->group_cap = r->group_cap == 0 ? 8 : r->group_cap * 2;
        r->group_places =
            realloc(r->group_places, r->group_cap * sizeof(struct place));
        assert(r->group_places != NULL);
    }
    r->group_places[index] = place_in_graph(r, &place);
    Value row[2] = {args[0], flat.items};
    slot_conj(r, SLOT_GROUPS, magma_vector(row, 2));
    Value data = magma_map_assoc(magma_map(), magma_keyword("name"), args[0]);
    return magma_handle("group", index, data);
}

static Value
builtin_pool(Value *args, uint32_t argc)
{
    (void)argc;
    struct registry *r = registry_now("pool");
    if (!magma_is_string(args[0]) || !magma_is_int(args[1]) ||
        magma_int_of(args[1]) < 1 || magma_int_of(args[1]) > INT32_MAX) {
        error_throw_help(ERROR_TYPE, "as (pool \"link\" 4)",
                         "a pool has a name and a depth of 1 or more");
    }
    struct pool_id id;
    if (!graph_add_pool(r->graph, intern(r, args[0]),
                        (uint32_t)magma_int_of(args[1]), &id)) {
        struct magma_text name = magma_text_of(args[0]);
        error_throw(ERROR_VALUE, "the pool %.*s has another depth already",
                    (int)name.len, name.bytes);
    }
    return magma_handle("pool", id.n, args[0]);
}

/* The node that a word in a group means: an output, a named action, a group
 * of the file, else a file. */
static struct node
member_node(struct registry *r, Value word)
{
    if (value_is_nil(map_get(*r->slots[SLOT_OUTPUTS], word))) {
        Value named = map_get(*r->slots[SLOT_NAMED], word);
        if (magma_is_int(named)) {
            return (struct node){NODE_ACTION, (uint32_t)magma_int_of(named)};
        }
        Value groups = *r->slots[SLOT_GROUPS];
        for (uint32_t i = 0; i < magma_vector_count(groups); i++) {
            Value row = magma_vector_at(groups, i);
            if (value_equal(magma_vector_at(row, 0), word)) {
                return (struct node){NODE_GROUP, i};
            }
        }
    }
    return (struct node){NODE_FILE, add_file(r, word).n};
}

static void
fill_group(struct registry *r, uint32_t index)
{
    Value row = magma_vector_at(*r->slots[SLOT_GROUPS], index);
    Value items = magma_vector_at(row, 1);
    graph_begin_group(r->graph, intern(r, magma_vector_at(row, 0)),
                      r->group_places[index]);
    for (uint32_t i = 0; i < magma_vector_count(items); i++) {
        Value item = magma_vector_at(items, i);
        if (magma_is_string(item)) {
            graph_add_member(r->graph, member_node(r, item));
        } else if (magma_is_handle(item, "group")) {
            uint64_t id = ((struct handle_object *)value_object(item))->id;
            graph_add_member(r->graph, (struct node){NODE_GROUP, (uint32_t)id});
        } else {
            graph_add_member(r->graph, (struct node){NODE_ACTION,
                                                     handle_number(r, item)});
        }
    }
    Value keys = map_get(*r->options.origins, magma_vector_at(row, 0));
    uint32_t count = magma_is_vector(keys) ? magma_vector_count(keys) : 0;
    for (uint32_t i = 0; i < count; i++) {
        Value number =
            map_get(*r->slots[SLOT_ACTIONS], magma_vector_at(keys, i));
        if (magma_is_int(number)) {
            graph_add_member(r->graph,
                             (struct node){NODE_ACTION,
                                           (uint32_t)magma_int_of(number)});
        }
    }
    graph_end_group(r->graph);
}

/* --- Forms --------------------------------------------------------------------------- */

void
register_form_begin(struct registry *r, uint32_t form)
{
    r->form = form;
    *r->slots[SLOT_NAMES] = magma_vector(NULL, 0);
    *r->slots[SLOT_REDO] = magma_vector(NULL, 0);
    *r->slots[SLOT_COUNTS] = magma_map();
    for (int i = 0; i < SLOT_COUNT; i++) {
        *r->saved[i] = *r->slots[i];
    }
    r->mark = graph_mark(r->graph);
    r->function_mark = functions_count(r->functions);
}

void
register_form_keep(struct registry *r)
{
    Value names = *r->slots[SLOT_NAMES];
    for (uint32_t i = 0; i + 1 < magma_vector_count(names); i += 2) {
        magma_bind_weak(magma_text_of(magma_vector_at(names, i)).bytes,
                        magma_vector_at(names, i + 1));
    }
}

void
register_form_undo(struct registry *r, Value on)
{
    Value redo = *r->slots[SLOT_REDO];
    for (int i = 0; i < SLOT_COUNT; i++) {
        *r->slots[i] = *r->saved[i];
    }
    graph_rewind(r->graph, r->mark);
    functions_rewind(r->functions, r->function_mark);
    struct error_place nowhere = {.file = VALUE_NIL};
    for (uint32_t i = 0; i < magma_vector_count(redo); i++) {
        Value map = magma_vector_at(redo, i);
        struct attributes a;
        attributes_read_dynout(&map, 1, &a);
        register_dynout(r, &a, &nowhere);
    }
    add_origin(r, form_origin_key(r->form), on);
    Value number = map_get(*r->slots[SLOT_ACTIONS], dynout_key(on));
    if (magma_is_int(number)) {
        graph_need_action(r->graph,
                          (struct action_id){(uint32_t)magma_int_of(number)});
    }
}

static struct hash128
fingerprint_of(void *ctx, uint32_t number)
{
    return functions_fingerprint(ctx, number);
}

static Value
finish_body(void *arg)
{
    struct registry *r = arg;
    uint32_t count = magma_vector_count(*r->slots[SLOT_GROUPS]);
    for (uint32_t i = 0; i < count; i++) {
        fill_group(r, i);
    }
    return VALUE_NIL;
}

bool
register_finish(struct registry *r, struct graph **graph, struct error *err)
{
    Value result = VALUE_NIL;
    Value thrown = VALUE_NIL;
    if (!magma_try(finish_body, r, &result, &thrown)) {
        struct magma_text text = magma_text_of(magma_error(thrown)->message);
        return error_set(err, ERROR_CLASS_GRAPH, "%.*s", (int)text.len,
                         text.bytes);
    }
    graph_set_fingerprints(r->graph, fingerprint_of, r->functions);
    if (!graph_seal(r->graph, err)) {
        return false;
    }
    *graph = r->graph;
    r->graph = NULL;
    return true;
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
}
