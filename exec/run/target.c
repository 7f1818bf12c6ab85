/* SPDX-License-Identifier: MIT */
/*
 * What a word on the command line means: a file, else an action by name, else
 * a group; ":x" is always the group x. Behind exec_find_target.
 */
#include "exec/base/memory.h"
#include "exec/base/path.h"
#include "exec/exec.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define NEAREST_MAX 3
#define DISTANCE_MAX 3
#define WORD_MAX 128

/* The nearest names so far, the best first. */
struct nearest {
    const char *word;
    size_t word_len;
    const char *prefix; /* ":" where only groups are meant */
    struct {
        const char *name;
        uint32_t distance;
    } best[NEAREST_MAX];
    uint32_t count;
};

static uint32_t
least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* How many letters must change to get from a to b; DISTANCE_MAX + 1 when it
 * is more than counts. */
static uint32_t
distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t longer = a_len > b_len ? a_len - b_len : b_len - a_len;
    if (longer > DISTANCE_MAX || b_len >= WORD_MAX) {
        return DISTANCE_MAX + 1;
    }
    uint32_t row[WORD_MAX + 1];
    for (uint32_t j = 0; j <= b_len; j++) {
        row[j] = j;
    }
    for (uint32_t i = 1; i <= a_len; i++) {
        uint32_t diagonal = row[0];
        uint32_t row_least = row[0] = i;
        for (uint32_t j = 1; j <= b_len; j++) {
            uint32_t above = row[j];
            uint32_t replaced = diagonal + (a[i - 1] != b[j - 1]);
            row[j] = least(replaced, least(above, row[j - 1]) + 1);
            row_least = least(row_least, row[j]);
            diagonal = above;
        }
        if (row_least > DISTANCE_MAX) {
            return DISTANCE_MAX + 1;
        }
    }
    return row[b_len];
}

static void
consider(struct nearest *nearest, const char *name)
{
    size_t len = strlen(name);
    uint32_t away = distance(nearest->word, nearest->word_len, name, len);
    if (len == 0 || away > DISTANCE_MAX || away >= nearest->word_len) {
        return;
    }
    uint32_t at = nearest->count;
    while (at > 0 && nearest->best[at - 1].distance > away) {
        at--;
    }
    if (at == NEAREST_MAX) {
        return;
    }
    if (nearest->count < NEAREST_MAX) {
        nearest->count++;
    }
    for (uint32_t i = nearest->count - 1; i > at; i--) {
        nearest->best[i] = nearest->best[i - 1];
    }
    nearest->best[at].name = name;
    nearest->best[at].distance = away;
}

static void
consider_all(struct nearest *nearest, const struct graph *g, bool groups_only)
{
    for (uint32_t i = 0; i < graph_group_count(g); i++) {
        const struct group *group = graph_group(g, (struct group_id){i});
        consider(nearest, graph_cstr(g, group->name));
    }
    for (uint32_t i = 0; !groups_only && i < graph_action_count(g); i++) {
        const struct action *action = graph_action(g, (struct action_id){i});
        consider(nearest, graph_cstr(g, action->name));
        for (uint32_t k = 0; k < action->outputs.count; k++) {
            consider(nearest, graph_path(g, graph_output(g, action, k)));
        }
    }
}

static bool
set_unknown(const struct graph *g, const char *word, struct error *err)
{
    bool group = word[0] == ':';
    error_set(err, ERROR_CLASS_USAGE, "unknown target %s", word);
    struct nearest nearest = {.word = word + group,
                              .word_len = strlen(word + group),
                              .prefix = group ? ":" : ""};
    if (nearest.word_len < WORD_MAX) {
        consider_all(&nearest, g, group);
    }
    struct buffer names = {0};
    for (uint32_t i = 0; i < nearest.count; i++) {
        buffer_add_format(&names, "%s%s%s", i > 0 ? ", " : "", nearest.prefix,
                          nearest.best[i].name);
    }
    if (nearest.count > 0) {
        error_set_help(err, "did you mean %s?", buffer_str(&names));
    }
    buffer_finish(&names);
    return false;
}

static bool
find_group(const struct graph *g, const char *name, struct node *node)
{
    struct group_id group = graph_find_group(g, name, strlen(name));
    *node = (struct node){NODE_GROUP, group.n};
    return group.n != ID_NONE;
}

bool
exec_find_target(const struct graph *g, const char *word, struct node *node,
                 struct error *err)
{
    if (word[0] == ':') {
        return find_group(g, word + 1, node) || set_unknown(g, word, err);
    }
    char *path = path_canonical(word, strlen(word));
    struct file_id file = graph_find_file(g, path, strlen(path));
    free(path);
    if (file.n != ID_NONE) {
        *node = (struct node){NODE_FILE, file.n};
        return true;
    }
    struct action_id action = graph_find_action_name(g, word, strlen(word));
    if (action.n != ID_NONE) {
        *node = (struct node){NODE_ACTION, action.n};
        return true;
    }
    return find_group(g, word, node) || set_unknown(g, word, err);
}
