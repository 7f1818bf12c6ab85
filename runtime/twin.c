/* SPDX-License-Identifier: MIT */
/* See twin.h. Ids agree because everything is added in the order of the ids. */
#include "runtime/twin.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Folders of a twin for what lies outside: "/usr/x" and "../x". */
#define ABSOLUTE "%root"
#define ABOVE "%up"

struct twin {
    const struct graph *from;
    struct graph *to;
    const struct twin_discovery *known;
    uint32_t known_count;
};

/* --- Paths --------------------------------------------------------------------------- */

char *
twin_path(const char *path)
{
    struct buffer text = {0};
    if (path[0] == '/') {
        buffer_add_str(&text, ABSOLUTE);
    }
    while (strncmp(path, "..", 2) == 0 && (path[2] == '/' || path[2] == 0)) {
        buffer_add_str(&text, ABOVE);
        path += 2;
        if (strncmp(path, "/..", 3) == 0 && (path[3] == '/' || path[3] == 0)) {
            buffer_add_char(&text, '/');
            path++;
        }
    }
    buffer_add_str(&text, path);
    return buffer_take(&text);
}

char *
twin_original(const char *path)
{
    struct buffer text = {0};
    size_t root = strlen(ABSOLUTE);
    size_t up = strlen(ABOVE);
    if (strncmp(path, ABSOLUTE "/", root + 1) == 0) {
        path += root;
    }
    while (strncmp(path, ABOVE, up) == 0 &&
           (path[up] == '/' || path[up] == 0)) {
        buffer_add_str(&text, path[up] == '/' ? "../" : "..");
        path += path[up] == '/' ? up + 1 : up;
    }
    buffer_add_str(&text, path);
    return buffer_take(&text);
}

/* The same file of the twin, under its own path. */
static struct file_id
add_file(struct twin *twin, struct file_id file)
{
    char *path = twin_path(graph_path(twin->from, file));
    struct file_id id = graph_add_file(twin->to, path, strlen(path));
    free(path);
    return id;
}

static struct str_id
add_text(struct twin *twin, struct str_id text)
{
    struct slice bytes = graph_str(twin->from, text);
    return graph_intern(twin->to, bytes.bytes, bytes.len);
}

static struct node
add_node(struct twin *twin, struct node node)
{
    if (node.type == NODE_FILE) {
        node.n = add_file(twin, (struct file_id){node.n}).n;
    }
    return node;
}

static struct place
add_place(struct twin *twin, const struct place *place)
{
    return (struct place){.file = add_text(twin, place->file),
                          .line = place->line,
                          .column = place->column};
}

/* --- Steps ---------------------------------------------------------------------------- */

/* The text is any, but the same each time: a second run changes nothing. */
static void
add_write(struct twin *twin, struct file_id file, const char *text)
{
    struct step *step = graph_add_step(twin->to, STEP_WRITE);
    step->file = file;
    step->text = graph_intern(twin->to, text, strlen(text));
}

/* True if the action has the path among its outputs. */
static bool
makes(const struct twin *twin, const struct action *a, const char *path)
{
    for (uint32_t i = 0; i < a->outputs.count; i++) {
        struct file_id output = graph_output(twin->from, a, i);
        if (strcmp(graph_path(twin->from, output), path) == 0) {
            return true;
        }
    }
    return false;
}

/* A space in a depfile's path stands behind a backslash. */
static void
add_depfile_path(struct buffer *text, const char *path)
{
    char *mapped = twin_path(path);
    buffer_add_char(text, ' ');
    for (const char *at = mapped; *at != 0; at++) {
        if (*at == ' ' || *at == '#') {
            buffer_add_char(text, '\\');
        }
        buffer_add_char(text, *at);
    }
    free(mapped);
}

/* A depfile is kept where something is known that stands in it: the twin's last
 * step writes it, and the executor reads it as it does any other. */
static void
add_depfile(struct twin *twin, const struct action *a, struct action *copy)
{
    struct buffer text = {0};
    for (uint32_t i = 0; i < twin->known_count; i++) {
        if (makes(twin, a, twin->known[i].output)) {
            add_depfile_path(&text, twin->known[i].input);
        }
    }
    if (text.len > 0 && a->outputs.count > 0) {
        struct buffer file = {0};
        char *output =
            twin_path(graph_path(twin->from, graph_output(twin->from, a, 0)));
        char *depfile = twin_path(".ronin-simulated.d");
        buffer_add_format(&file, "%s:%s\n", output, buffer_str(&text));
        copy->depfile =
            a->depfile.n != ID_NONE
                ? add_file(twin, a->depfile)
                : graph_add_file(twin->to, depfile, strlen(depfile));
        copy->depfile_kinds =
            a->depfile_kinds == 0 ? (uint8_t)EDGE_IFWRITTEN : a->depfile_kinds;
        add_write(twin, copy->depfile, buffer_str(&file));
        free(depfile);
        free(output);
        buffer_finish(&file);
    }
    buffer_finish(&text);
}

/* A dynout has a value instead of outputs: the host gives it. */
static void
add_steps(struct twin *twin, const struct action *a, struct action *copy)
{
    if ((a->flags & ACTION_DYNOUT) != 0) {
        graph_add_step(twin->to, STEP_TRANSFORM)->function =
            (struct function_ref){.number = 0};
        return;
    }
    if ((a->flags & ACTION_PHONY) != 0) {
        return;
    }
    for (uint32_t i = 0; i < a->outputs.count; i++) {
        struct file_id output = graph_output(twin->from, a, i);
        add_write(twin, add_file(twin, output), graph_path(twin->from, output));
    }
    add_depfile(twin, a, copy);
}

/* --- Actions --------------------------------------------------------------------------- */

/* All that decides when an action is dirty, as it is. */
static void
add_lists(struct twin *twin, const struct action *a)
{
    for (uint32_t i = 0; i < a->inputs.count; i++) {
        const struct edge *edge = graph_input(twin->from, a, i);
        graph_add_input(twin->to, add_node(twin, edge->to), edge->kinds,
                        edge->explicit_);
    }
    for (uint32_t i = 0; i < a->outputs.count; i++) {
        graph_add_output(twin->to,
                         add_file(twin, graph_output(twin->from, a, i)));
    }
    for (uint32_t i = 0; i < a->env.count; i++) {
        graph_add_env(twin->to,
                      add_text(twin, graph_env_name(twin->from, a, i)));
    }
    for (uint32_t i = 0; i < a->watches.count; i++) {
        struct watch watch = *graph_watch(twin->from, a, i);
        watch.dir = add_file(twin, watch.dir);
        graph_add_watch(twin->to, watch);
    }
}

/* An action that waits for a dynout is taken as it stands: dynouts of a twin
 * have no values. */
static void
add_action(struct twin *twin, struct action_id id)
{
    enum {
        KEPT = ACTION_DYNOUT | ACTION_ALWAYS | ACTION_GENERATOR |
               ACTION_ENV_INHERIT | ACTION_PHONY | ACTION_MAY_NOT_WRITE |
               ACTION_MISSING_OK
    };
    const struct action *a = graph_action(twin->from, id);
    struct str_id key = add_text(twin, a->key);
    struct str_id name = add_text(twin, a->name);
    struct place place = add_place(twin, &a->place);
    struct action *copy = NULL;
    struct action_id made = graph_begin_action(twin->to, &copy);
    assert(made.n == id.n);
    (void)made;
    copy->key = key;
    copy->name = name;
    copy->place = place;
    copy->flags = a->flags & KEPT;
    add_lists(twin, a);
    add_steps(twin, a, copy);
    graph_end_action(twin->to);
}

static void
add_group(struct twin *twin, struct group_id id)
{
    const struct group *group = graph_group(twin->from, id);
    struct group_id made =
        graph_begin_group(twin->to, add_text(twin, group->name),
                          add_place(twin, &group->place));
    assert(made.n == id.n);
    (void)made;
    for (uint32_t i = 0; i < group->members.count; i++) {
        graph_add_member(twin->to,
                         add_node(twin, graph_member(twin->from, group, i)));
    }
    graph_end_group(twin->to);
}

struct graph *
twin_make(const struct graph *g, const struct twin_discovery *known,
          uint32_t count)
{
    struct twin twin = {g, graph_create(), known, count};
    for (uint32_t i = 0; i < graph_action_count(g); i++) {
        add_action(&twin, (struct action_id){i});
    }
    for (uint32_t i = 0; i < graph_group_count(g); i++) {
        add_group(&twin, (struct group_id){i});
    }
    return twin.to;
}
