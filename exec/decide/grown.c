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
    struct vec links; /* of struct link */
    uint8_t *is_made; /* by file of the graph: it has such a maker */
    uint32_t
        *of_groups; /* by group: place of its first maker + 1; 0: not asked */
    struct vec
        makers;      /* of struct action_id: lists that end with ACTION_NONE */
    uint32_t *asked; /* by group: the last question that came to it */
    uint32_t question;
};

/* Where the list of those is that have no maker. */
#define EMPTY_LIST 0

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
        uint32_t file =
            reader.bad ? TABLE_NONE : files_of_version(judge->files, id);
        if (file != TABLE_NONE && record_producer(judge, file).n == ID_NONE) {
            struct file_id known = record_in_graph(judge, file);
            add_maker(grown, file, maker);
            if (known.n != ID_NONE) {
                grown->is_made[known.n] = 1;
            }
        }
    }
}

struct grown *
grown_create(struct judge *judge)
{
    assert(judge->growers != NULL && judge->files != NULL);
    struct grown *grown = mem_alloc(1, sizeof(*grown));
    size_t groups = graph_group_count(judge->graph);
    grown->links = vec_of(sizeof(struct link));
    grown->is_made = mem_alloc((size_t)graph_file_count(judge->graph) + 1, 1);
    grown->of_groups = mem_alloc(groups + 1, sizeof(uint32_t));
    grown->asked = mem_alloc(groups + 1, sizeof(uint32_t));
    grown->makers = vec_of(sizeof(struct action_id));
    vec_push(&grown->makers, &ACTION_NONE);
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
    free(grown->is_made);
    free(grown->of_groups);
    free(grown->asked);
    vec_finish(&grown->makers);
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

static void
find_by_id(struct judge *judge, struct file_id file, struct vec *makers)
{
    if (judge->grown->is_made[file.n] != 0) {
        find(judge->grown, record_file(judge, file), makers);
    }
}

/* One group of a question, without the groups in it: these are added to `groups`,
 * each once. */
static void
look_into(struct judge *judge, uint32_t n, struct vec *groups,
          struct vec *makers)
{
    struct grown *grown = judge->grown;
    const struct group *group = graph_group(judge->graph, (struct group_id){n});
    for (uint32_t i = 0; i < group->members.count; i++) {
        struct node member = graph_member(judge->graph, group, i);
        if (member.type == NODE_FILE) {
            find_by_id(judge, (struct file_id){member.n}, makers);
        } else if (member.type == NODE_GROUP &&
                   grown->asked[member.n] != grown->question) {
            grown->asked[member.n] = grown->question;
            vec_push(groups, &member.n);
        }
    }
}

/* Keeps what was found in a group and all that is in it: many may read one group. */
static void
keep_makers(struct grown *grown, const struct vec *groups,
            const struct vec *makers)
{
    uint32_t *group = vec_at(groups, 0);
    if (makers->count == 0) {
        for (uint32_t i = 0; i < groups->count; i++) {
            group = vec_at(groups, i);
            grown->of_groups[*group] = EMPTY_LIST + 1;
        }
        return;
    }
    grown->of_groups[*group] = grown->makers.count + 1;
    vec_push_all(&grown->makers, makers->items, makers->count);
    vec_push(&grown->makers, &ACTION_NONE);
}

/* Those in the group, and in the groups in it, each once. */
static void
find_in_group(struct judge *judge, uint32_t group, struct vec *makers)
{
    struct grown *grown = judge->grown;
    if (grown->of_groups[group] == 0) {
        struct vec groups = vec_of(sizeof(uint32_t));
        struct vec found = vec_of(sizeof(struct action_id));
        grown->asked[group] = ++grown->question;
        vec_push(&groups, &group);
        for (uint32_t i = 0; i < groups.count; i++) {
            look_into(judge, *(uint32_t *)vec_at(&groups, i), &groups, &found);
        }
        vec_sort_numbers(&found);
        keep_makers(grown, &groups, &found);
        vec_finish(&groups);
        vec_finish(&found);
    }
    uint32_t place = grown->of_groups[group] - 1;
    const struct action_id *maker = vec_at(&grown->makers, place);
    for (; maker->n != ID_NONE; maker++) {
        vec_push(makers, maker);
    }
}

void
grown_find(struct judge *judge, struct node node, struct vec *makers)
{
    assert(judge->grown != NULL);
    if (judge->grown->links.count == 0) {
        return;
    }
    if (node.type == NODE_FILE) {
        find_by_id(judge, (struct file_id){node.n}, makers);
    } else if (node.type == NODE_GROUP) {
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
