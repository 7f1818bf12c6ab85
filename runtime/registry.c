/* SPDX-License-Identifier: MIT */
/* See registry.h: the life of a registry, its forms, and its groups. */
#include "runtime/registry.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct registry *active;

struct registry *
registry_active(void)
{
    return active;
}

struct registry *
registry_create(struct functions *functions,
                const struct register_options *options)
{
    struct registry *r = mem_alloc(1, sizeof(*r));
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
    if (r->own_origins != NULL) {
        magma_root_destroy(r->own_origins);
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

Value
registry_get(struct registry *r, enum slot slot, Value key)
{
    return map_get(*r->slots[slot], key);
}

void
registry_assoc(struct registry *r, enum slot slot, Value key, Value value)
{
    *r->slots[slot] = magma_map_assoc(*r->slots[slot], key, value);
}

void
registry_conj(struct registry *r, enum slot slot, Value value)
{
    *r->slots[slot] = magma_vector_conj(*r->slots[slot], value);
}

Value
registry_form_site(struct registry *r)
{
    char text[32];
    snprintf(text, sizeof(text), "form %" PRIu32, r->form);
    return magma_cstring(text);
}

/* The site of the call that is being registered. */
Value
registry_site(struct registry *r, const struct error_place *place)
{
    char text[600];
    struct magma_text file = magma_text_of(
        magma_is_string(place->file) ? place->file : magma_cstring("?"));
    snprintf(text, sizeof(text), "%" PRIu32 "/%.*s:%" PRIu32 ":%" PRIu32,
             r->form, (int)(file.len < 500 ? file.len : 500), file.bytes,
             place->line, place->column);
    Value site = magma_cstring(text);
    Value count = registry_get(r, SLOT_COUNTS, site);
    int64_t n = magma_is_int(count) ? magma_int_of(count) : 0;
    registry_assoc(r, SLOT_COUNTS, site, magma_int(n + 1));
    size_t len = strlen(text);
    snprintf(text + len, sizeof(text) - len, "#%" PRId64, n);
    return magma_cstring(text);
}

Value
registry_key(Value handle)
{
    const struct handle_object *h =
        (const struct handle_object *)value_object(handle);
    return magma_map_get(h->data, magma_keyword("key"));
}

/* Remembers that what is registered at `site` depends on a dynout. */
void
registry_add_origin(struct registry *r, Value site, Value dynout)
{
    Value key = registry_key(dynout);
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

bool
registry_has_origins(struct registry *r, Value site)
{
    return !value_is_nil(map_get(*r->options.origins, site));
}

/* Adds the edges on dynouts to the action that is being filled. */
void
registry_fill_origins(struct registry *r, Value site)
{
    Value keys = map_get(*r->options.origins, site);
    uint32_t count = magma_is_vector(keys) ? magma_vector_count(keys) : 0;
    for (uint32_t i = 0; i < count; i++) {
        Value number = registry_get(r, SLOT_ACTIONS, magma_vector_at(keys, i));
        if (magma_is_int(number)) {
            struct node node = {NODE_ACTION, (uint32_t)magma_int_of(number)};
            graph_add_input(r->graph, node, EDGE_DYNOUT, false);
        }
    }
}

struct str_id
registry_intern(struct registry *r, Value text)
{
    struct magma_text t = magma_text_of(text);
    return graph_intern(r->graph, t.bytes, t.len);
}

struct place
registry_place(struct registry *r, const struct error_place *place)
{
    struct place out = {{0}, place->line, place->column};
    if (magma_is_string(place->file)) {
        out.file = registry_intern(r, place->file);
    }
    return out;
}

static struct str_id
intern_text(struct registry *r, struct magma_text text)
{
    return graph_intern(r->graph, text.bytes, text.len);
}

void
register_query(struct registry *r, const struct register_query *query,
               const struct error_place *place)
{
    graph_add_query(r->graph, (struct named_query){
                                  .name = intern_text(r, query->name),
                                  .params = intern_text(r, query->params),
                                  .text = intern_text(r, query->text),
                                  .place = registry_place(r, place),
                              });
}

struct file_id
registry_file(struct registry *r, Value path)
{
    struct magma_text t = magma_text_of(path);
    return graph_add_file(r->graph, t.bytes, t.len);
}

uint32_t
registry_number(struct registry *r, Value handle)
{
    Value number = registry_get(r, SLOT_ACTIONS, registry_key(handle));
    if (!magma_is_int(number)) {
        error_throw_help(ERROR_STATE,
                         "an action belongs to the evaluation that made it",
                         "this action is not part of the graph");
    }
    return (uint32_t)magma_int_of(number);
}

bool
registry_is_taken(const struct registry *r, const char *key)
{
    return r->options.taken != NULL &&
           r->options.taken(r->options.taken_ctx, key);
}

/* --- Groups ---------------------------------------------------------------- */

uint32_t
registry_group_index(const struct registry *r, Value name)
{
    Value groups = *r->slots[SLOT_GROUPS];
    uint32_t count = magma_vector_count(groups);
    for (uint32_t i = 0; i < count; i++) {
        if (value_equal(magma_vector_at(magma_vector_at(groups, i), 0), name)) {
            return i;
        }
    }
    return count;
}

/* What words mean when all nodes are there. */
struct names {
    struct registry *r;
    bool *is_made; /* by file: some action has it as an output */
    uint32_t files;
    struct table groups; /* name -> index */
};

static struct slice
group_name(const void *owner, uint32_t index)
{
    const struct registry *r = owner;
    Value row = magma_vector_at(*r->slots[SLOT_GROUPS], index);
    struct magma_text name = magma_text_of(magma_vector_at(row, 0));
    return (struct slice){name.bytes, name.len};
}

static void
names_begin(struct names *names, struct registry *r)
{
    const struct graph *g = r->graph;
    *names = (struct names){.r = r, .files = graph_file_count(g)};
    names->is_made = alloc_atomic(names->files + 1u);
    memset(names->is_made, 0, names->files);
    for (uint32_t n = 0; n < graph_action_count(g); n++) {
        const struct action *a = graph_action(g, (struct action_id){n});
        for (uint32_t i = 0; i < a->outputs.count; i++) {
            names->is_made[graph_output(g, a, i).n] = true;
        }
    }
    uint32_t groups = magma_vector_count(*r->slots[SLOT_GROUPS]);
    for (uint32_t i = 0; i < groups; i++) {
        table_find_or_add(&names->groups, group_name, r, group_name(r, i), i);
    }
}

static bool
is_made(const struct names *names, struct slice path)
{
    struct file_id file =
        graph_find_file(names->r->graph, path.bytes, path.len);
    return file.n < names->files && names->is_made[file.n];
}

/* The node that a word in a group means: an output, a named action, a group
 * of the file, else a file. */
static struct node
member_node(const struct names *names, Value word)
{
    struct registry *r = names->r;
    struct magma_text text = magma_text_of(word);
    struct slice path = {text.bytes, text.len};
    if (!is_made(names, path)) {
        Value named = registry_get(r, SLOT_NAMED, word);
        if (magma_is_int(named)) {
            return (struct node){NODE_ACTION, (uint32_t)magma_int_of(named)};
        }
        uint32_t group = table_find(&names->groups, group_name, r, path);
        if (group != TABLE_NONE) {
            return (struct node){NODE_GROUP, group};
        }
    }
    return (struct node){NODE_FILE, registry_file(r, word).n};
}

/* A path that nothing makes and that a group has as its name is the group, where
 * a group may stand: as graph_resolve_names asks. */
static void
resolve_name(void *ctx, struct file_id file, struct node *node)
{
    const struct names *names = ctx;
    if (file.n < names->files && names->is_made[file.n]) {
        return;
    }
    uint32_t group = table_find(&names->groups, group_name, names->r,
                                slice_of(graph_path(names->r->graph, file)));
    if (group != TABLE_NONE) {
        *node = (struct node){NODE_GROUP, group};
    }
}

/* Members as nodes; a group that waits for dynouts wants them too. */
static void
fill_group(const struct names *names, uint32_t index)
{
    struct registry *r = names->r;
    Value row = magma_vector_at(*r->slots[SLOT_GROUPS], index);
    Value items = magma_vector_at(row, 1);
    graph_begin_group(r->graph, registry_intern(r, magma_vector_at(row, 0)),
                      r->group_places[index]);
    for (uint32_t i = 0; i < magma_vector_count(items); i++) {
        Value item = magma_vector_at(items, i);
        if (magma_is_string(item)) {
            graph_add_member(r->graph, member_node(names, item));
        } else if (magma_is_handle(item, "group")) {
            uint64_t id = ((struct handle_object *)value_object(item))->id;
            graph_add_member(r->graph, (struct node){NODE_GROUP, (uint32_t)id});
        } else {
            graph_add_member(r->graph, (struct node){NODE_ACTION,
                                                     registry_number(r, item)});
        }
    }
    Value keys = map_get(*r->options.origins, magma_vector_at(row, 0));
    uint32_t count = magma_is_vector(keys) ? magma_vector_count(keys) : 0;
    for (uint32_t i = 0; i < count; i++) {
        Value number = registry_get(r, SLOT_ACTIONS, magma_vector_at(keys, i));
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
    r->action_mark = graph_action_count(r->graph);
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
    registry_add_origin(r, registry_form_site(r), on);
    Value number = registry_get(r, SLOT_ACTIONS, registry_key(on));
    if (magma_is_int(number)) {
        graph_need_action(r->graph,
                          (struct action_id){(uint32_t)magma_int_of(number)});
    }
}

void
register_form_drop(struct registry *r)
{
    for (int i = 0; i < SLOT_COUNT; i++) {
        *r->slots[i] = *r->saved[i];
    }
    graph_rewind(r->graph, r->mark);
    functions_rewind(r->functions, r->function_mark);
}

/* Adds a name, behind its colon where it is that of a group. */
static void
add_key(struct buffer *rows, const char *before, struct slice name)
{
    if (name.len > 0) {
        buffer_add_str(rows, before);
        buffer_add(rows, name.bytes, name.len);
        buffer_add_char(rows, 0);
    }
}

/* A group that took the place of another has no new row: all rows that differ
 * from those at the beginning of the form are looked for. */
static void
add_group_keys(const struct registry *r, struct buffer *rows)
{
    Value before = *r->saved[SLOT_GROUPS];
    Value after = *r->slots[SLOT_GROUPS];
    uint32_t count_before = magma_vector_count(before);
    for (uint32_t i = 0; i < magma_vector_count(after); i++) {
        Value row = magma_vector_at(after, i);
        if (i >= count_before || !value_is(row, magma_vector_at(before, i))) {
            struct magma_text name = magma_text_of(magma_vector_at(row, 0));
            add_key(rows, ":", (struct slice){name.bytes, name.len});
        }
    }
}

void
register_form_keys(const struct registry *r, struct buffer *rows)
{
    const struct graph *g = r->graph;
    for (uint32_t i = r->action_mark; i < graph_action_count(g); i++) {
        const struct action *a = graph_action(g, (struct action_id){i});
        for (uint32_t o = 0; o < a->outputs.count; o++) {
            const char *path = graph_path(g, graph_output(g, a, o));
            add_key(rows, "", slice_of(path));
        }
        add_key(rows, "", graph_str(g, a->name));
    }
    add_group_keys(r, rows);
}

void
register_set_late(struct registry *r)
{
    r->is_late = true;
}

/* --- After the end ------------------------------------------------------------------- */

/* Values of dynouts are known to builds alone. */
static bool
no_value(void *ctx, const char *key, struct slice *paths)
{
    (void)ctx, (void)key, (void)paths;
    return false;
}

static void
no_waiting(void *ctx, const char *key)
{
    (void)ctx, (void)key;
}

void
register_reopen(struct registry *r, const struct graph *made)
{
    assert(r->graph == NULL && r->own_origins == NULL);
    r->graph = graph_create();
    for (uint32_t i = 1; i < graph_pool_count(made); i++) {
        const struct pool *pool = graph_pool(made, (struct pool_id){i});
        struct slice name = graph_str(made, pool->name);
        struct pool_id id;
        bool added =
            graph_add_pool(r->graph,
                           graph_intern(r->graph, name.bytes, name.len),
                           pool->depth, &id);
        assert(added);
        (void)added;
    }
    r->own_origins = magma_root_create();
    *r->own_origins = magma_map();
    r->options.origins = r->own_origins;
    r->options.dynouts =
        (struct register_dynouts){.value = no_value, .waits = no_waiting};
    r->options.taken = NULL;
    r->is_late = true;
}

/* As graph_set_fingerprints asks. */
static struct hash128
fingerprint_of(void *ctx, uint32_t number)
{
    return functions_fingerprint(ctx, number);
}

/* The body of magma_try: handles of another graph throw. */
static Value
finish_body(void *arg)
{
    const struct names *names = arg;
    uint32_t count = magma_vector_count(*names->r->slots[SLOT_GROUPS]);
    for (uint32_t i = 0; i < count; i++) {
        fill_group(names, i);
    }
    return VALUE_NIL;
}

bool
register_finish(struct registry *r, struct graph **graph, struct error *err)
{
    Value result = VALUE_NIL;
    Value thrown = VALUE_NIL;
    struct names names;
    names_begin(&names, r);
    bool done = magma_try(finish_body, &names, &result, &thrown);
    if (names.groups.count > 0) {
        graph_resolve_names(r->graph, resolve_name, &names);
    }
    table_finish(&names.groups);
    if (!done) {
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
