/* SPDX-License-Identifier: MIT */
/*
 * Outputs are read from the manifests of the last successes, which are at hand or
 * few. Most files have no such maker, so that one look into an array tells.
 */
#include "exec/decide/grown.h"

#include "exec/base/memory.h"

#include <assert.h>
#include <stdlib.h>

/* One who made a file. */
struct link {
    struct action_id maker;
    uint32_t next; /* place of the next one + 1; 0: none */
};

struct grown {
    uint32_t *first; /* by file: place of the first link + 1; 0: none */
    uint32_t first_count;
    struct vec links;     /* of struct link */
    uint8_t *groups_free; /* by group: none of its files has such a maker */
};

/* --- Making it ------------------------------------------------------------------ */

static void
add_maker(struct grown *grown, uint32_t file, struct action_id maker)
{
    if (file >= grown->first_count) {
        uint32_t count = file * 2 + 64;
        grown->first = mem_resize(grown->first, count, sizeof(*grown->first));
        for (uint32_t i = grown->first_count; i < count; i++) {
            grown->first[i] = 0;
        }
        grown->first_count = count;
    }
    struct link link = {maker, grown->first[file]};
    vec_push(&grown->links, &link);
    grown->first[file] = grown->links.count;
}

/* The third list of a manifest is what was made. */
static void
read_outputs(struct grown *grown, struct judge *judge, struct action_id maker)
{
    struct manifest_reader reader;
    uint32_t id;
    if (!manifest_open(record_of(judge, maker)->body, &reader)) {
        return;
    }
    manifest_skip_files(&reader, 2); // inputs, discovered
    for (uint32_t n = manifest_read_count(&reader); n > 0; n--) {
        (void)manifest_read_file(&reader, &id);
        const struct file_version *version =
            reader.bad ? NULL : files_version(judge->files, id);
        uint32_t file = version != NULL
                            ? files_of_version(judge->files, version)
                            : TABLE_NONE;
        if (file != TABLE_NONE && record_producer(judge, file).n == ID_NONE) {
            add_maker(grown, file, maker);
        }
    }
}

struct grown *
grown_create(struct judge *judge)
{
    assert(judge->growers != NULL && judge->files != NULL);
    struct grown *grown = mem_alloc(1, sizeof(*grown));
    grown->links = vec_of(sizeof(struct link));
    grown->groups_free =
        mem_alloc((size_t)graph_group_count(judge->graph) + 1, 1);
    for (uint32_t i = 0; i < judge->growers->count; i++) {
        struct action_id id = *(struct action_id *)vec_at(judge->growers, i);
        if (!record_is_settled_before(judge, id)) {
            read_outputs(grown, judge, id);
        }
    }
    return grown;
}

void
grown_destroy(struct grown *grown)
{
    if (grown == NULL) {
        return;
    }
    free(grown->first);
    free(grown->groups_free);
    vec_finish(&grown->links);
    free(grown);
}

/* --- Asking ---------------------------------------------------------------------- */

static void
find(const struct grown *grown, uint32_t file, struct vec *makers)
{
    uint32_t next = file < grown->first_count ? grown->first[file] : 0;
    while (next != 0) {
        const struct link *link = vec_at(&grown->links, next - 1);
        vec_push(makers, &link->maker);
        next = link->next;
    }
}

/* Those in the group, and in the groups in it, each group once: one that was left
 * without a maker need not be looked into again. */
static void
find_in_group(struct judge *judge, uint32_t group, struct vec *makers)
{
    struct grown *grown = judge->grown;
    struct vec stack = vec_of(sizeof(uint32_t));
    uint32_t before = makers->count;
    uint8_t *seen = mem_alloc((size_t)graph_group_count(judge->graph) + 1, 1);
    vec_push(&stack, &group);
    while (stack.count > 0) {
        uint32_t n = *(uint32_t *)vec_pop(&stack);
        const struct group *at =
            graph_group(judge->graph, (struct group_id){n});
        uint32_t count =
            seen[n] != 0 || grown->groups_free[n] != 0 ? 0 : at->members.count;
        seen[n] = 1;
        for (uint32_t i = 0; i < count; i++) {
            struct node member = graph_member(judge->graph, at, i);
            if (member.type == NODE_GROUP) {
                vec_push(&stack, &member.n);
            } else if (member.type == NODE_FILE) {
                struct file_id file = {member.n};
                find(grown, record_file(judge, file), makers);
            }
        }
    }
    grown->groups_free[group] = makers->count == before;
    free(seen);
    vec_finish(&stack);
}

void
grown_find(struct judge *judge, struct node node, struct vec *makers)
{
    assert(judge->grown != NULL);
    if (judge->grown->links.count == 0) {
        return;
    }
    if (node.type == NODE_FILE) {
        struct file_id file = {node.n};
        find(judge->grown, record_file(judge, file), makers);
    } else if (node.type == NODE_GROUP && !judge->grown->groups_free[node.n]) {
        find_in_group(judge, node.n, makers);
    }
}

void
grown_find_all(struct judge *judge, struct action_id action, struct vec *makers)
{
    const struct graph *g = judge->graph;
    const struct action *a = graph_action(g, action);
    const struct grown *grown = judge->grown;
    assert(grown != NULL);
    if (grown->links.count == 0) {
        return;
    }
    for (uint32_t i = 0; i < a->inputs.count; i++) {
        grown_find(judge, graph_input(g, a, i)->to, makers);
    }
    for (uint32_t i = 0; i < judge->last.discovered.count; i++) {
        const struct manifest_file *item = vec_at(&judge->last.discovered, i);
        find(grown, item->file, makers);
    }
}
