/* SPDX-License-Identifier: MIT */
/* What words of a query name, and what a person may have meant by a word that
 * names nothing. */
#include "runtime/query/world_parts.h"

#include "interp/magma.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* --- Near names ------------------------------------------------------------------ */

enum { NEAR_MAX = 4 };

/* What stands in the graph: files, names of actions, groups. */
static void
add_graph_names(const struct query_world *world, bool groups_only,
                struct vec *names)
{
    const struct graph *g = world->graph;
    uint32_t first = groups_only ? world->first_group : 0;
    for (uint32_t node = first; node < world->first_stranger; node++) {
        struct action_id action = query_world_action_of(world, node);
        const char *name = query_world_is_target(world, node)
                               ? query_world_path(world, node).bytes
                               : "";
        if (action.n != ID_NONE) {
            name = graph_cstr(g, graph_action(g, action)->name);
        }
        if (name[0] != '\0') {
            vec_push(names, &name);
        }
    }
}

/* All that a word could have named: also what actions discovered and the graph
 * does not know. */
static struct vec
all_names(struct query_world *world, bool groups_only)
{
    struct vec names = vec_of(sizeof(const char *));
    const struct query_set *found =
        groups_only ? NULL : query_world_discovered(world);
    uint32_t node = world->first_stranger;
    add_graph_names(world, groups_only, &names);
    for (; found != NULL && query_set_next(found, &node); node++) {
        const char *name = query_world_path(world, node).bytes;
        vec_push(&names, &name);
    }
    return names;
}

static const char *
last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* Whether two paths end alike; with `stem`, up to the first dot of the name. A
 * folder has no name. */
static bool
is_named_alike(const char *path, const char *word, bool stem)
{
    const char *name = last_part(path);
    const char *wanted = last_part(word);
    size_t len = stem ? strcspn(name, ".") : strlen(name);
    return len > 0 && len == strlen(wanted) && memcmp(name, wanted, len) == 0;
}

/* Takes a name out of the list, so that the next one is found. */
static void
take_out(struct vec *names, const char *name)
{
    const char **items = names->items;
    for (uint32_t i = 0; i < names->count; i++) {
        if (strcmp(items[i], name) == 0) {
            items[i] = items[names->count - 1];
            vec_pop(names);
            return;
        }
    }
}

/* A name that nothing but a group has is told with its colon: alone it may be a
 * function, and in quotes it is none of a group. */
static bool
is_group_alone(const struct query_world *world, const char *name)
{
    const struct graph *g = world->graph;
    size_t len = strlen(name);
    return graph_find_group(g, name, len).n != ID_NONE &&
           graph_find_file(g, name, len).n == ID_NONE &&
           graph_find_action_name(g, name, len).n == ID_NONE;
}

/* Moves names that are alike from the list to those that are told. */
static uint32_t
take_alike(struct vec *names, const char *word, bool stem, const char **near,
           uint32_t count)
{
    uint32_t before = count;
    const char **items = names->items;
    for (uint32_t i = 0; i < names->count && count < NEAR_MAX; i++) {
        if (is_named_alike(items[i], word, stem)) {
            near[count++] = items[i];
        }
    }
    for (uint32_t i = before; i < count; i++) {
        take_out(names, near[i]);
    }
    return count;
}

/* "did you mean a, b or c?": files of that name in other folders first, then
 * those that have an ending besides, then what is spelled nearly like it. */
static void
suggest(struct query_world *world, const char *word, bool groups_only,
        struct error *err)
{
    struct vec names = all_names(world, groups_only);
    const char *near[NEAR_MAX];
    uint32_t count = take_alike(&names, word, false, near, 0);
    count = take_alike(&names, word, true, near, count);
    while (count < NEAR_MAX - 1 && names.count > 0) {
        near[count] = magma_nearest(word, names.items, names.count);
        if (near[count] == NULL) {
            break;
        }
        take_out(&names, near[count++]);
    }
    struct buffer text = {0};
    for (uint32_t i = 0; i < count; i++) {
        const char *before = i == 0 ? "" : i + 1 == count ? " or " : ", ";
        bool colon = groups_only || is_group_alone(world, near[i]);
        buffer_add_format(&text, "%s%s%s", before, colon ? ":" : "", near[i]);
    }
    if (count > 0) {
        error_set_help(err, "did you mean %s?", buffer_str(&text));
    } else {
        error_set_help(err, "a target is a file of the graph, a named action "
                            "or a :group; present(…) takes what may be absent");
    }
    buffer_finish(&text);
    vec_finish(&names);
}

/* --- Finding ------------------------------------------------------------------------ */

/* The whole path of a word, as seen from the folder of the person. */
static char *
whole_path(const struct session *session, const char *word)
{
    char *folder = path_join(session_root(session), session_folder(session));
    char *whole = path_join(folder, word);
    free(folder);
    return whole;
}

char *
query_world_seen(const struct query_world *world, const char *word)
{
    const struct session *session = world->options.session;
    if (session == NULL) {
        return path_canonical(word, strlen(word));
    }
    char *whole = whole_path(session, word);
    char *path = path_relative(session_root(session), whole);
    free(whole);
    return path;
}

static bool
find_path(struct query_world *world, const char *path, uint32_t *node)
{
    struct file_id file = graph_find_file(world->graph, path, strlen(path));
    *node = file.n;
    return file.n != ID_NONE || world_find_discovered(world, path, node);
}

/* As seen from the folder of the person, else from the root; else as the whole
 * path, which compilers tell of what they read. */
static bool
find_file(struct query_world *world, const char *word, uint32_t *node)
{
    const struct session *session = world->options.session;
    char *path = query_world_seen(world, word);
    char *rooted = path_canonical(word, strlen(word));
    bool found = find_path(world, path, node) ||
                 (strcmp(path, rooted) != 0 && find_path(world, rooted, node));
    if (!found && session != NULL) {
        char *whole = whole_path(session, word);
        found = find_path(world, whole, node);
        free(whole);
    }
    free(path);
    free(rooted);
    return found;
}

static bool
find_action(const struct query_world *world, const char *word, uint32_t *node)
{
    struct action_id action =
        graph_find_action_name(world->graph, word, strlen(word));
    if (action.n == ID_NONE) {
        return false;
    }
    *node = query_world_action(world, action);
    return true;
}

static bool
find_group(const struct query_world *world, const char *word, uint32_t *node)
{
    struct group_id group = graph_find_group(world->graph, word, strlen(word));
    if (group.n == ID_NONE) {
        return false;
    }
    *node = query_world_node(world, (struct node){NODE_GROUP, group.n});
    return true;
}

bool
query_world_knows(struct query_world *world, const char *word,
                  enum query_word kind, uint32_t *node)
{
    bool is_group = kind == QUERY_WORD_GROUP;
    if (kind == QUERY_WORD_ANY && word[0] == ':') {
        return find_group(world, word + 1, node);
    }
    return (!is_group && find_file(world, word, node)) ||
           (!is_group && find_action(world, word, node)) ||
           (kind != QUERY_WORD_LITERAL && find_group(world, word, node));
}

bool
query_world_find(struct query_world *world, const char *word,
                 enum query_word kind, uint32_t *node, struct error *err)
{
    bool is_group = kind == QUERY_WORD_GROUP;
    if (query_world_knows(world, word, kind, node)) {
        return true;
    }
    error_set(err, ERROR_CLASS_USAGE, "unknown %s %s",
              is_group ? "group" : "target", word);
    error_set_code(err, ERROR_CODE_TARGET);
    suggest(world, word, is_group, err);
    return false;
}

/* --- Ids ---------------------------------------------------------------------------- */

void
query_world_id(const struct query_world *world, uint32_t node,
               char id[QUERY_ID_SIZE])
{
    struct slice key = query_world_key(world, node);
    char digits[HASH_TEXT_SIZE];
    assert(HASH_TEXT_SIZE > QUERY_ID_SIZE);
    hash_to_text(hash_default()->bytes(key.bytes, key.len), digits);
    memcpy(id, digits, QUERY_ID_SIZE - 1);
    id[QUERY_ID_SIZE - 1] = '\0';
}

void
query_world_find_id(struct query_world *world, struct slice digits,
                    struct query_set *set)
{
    char id[QUERY_ID_SIZE];
    for (uint32_t node = world->first_action; node < world->first_group;
         node++) {
        query_world_id(world, node, id);
        if (digits.len < QUERY_ID_SIZE &&
            memcmp(id, digits.bytes, digits.len) == 0) {
            query_set_add(set, node);
        }
    }
}
