/* SPDX-License-Identifier: MIT */
/*
 * A saved row has two texts to a question: its kind and the name, then the
 * answer.
 */
#include "exec/decide/tools.h"

#include "exec/base/memory.h"
#include "exec/base/path.h"
#include "exec/base/table.h"
#include "exec/base/vec.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum question {
    ASKED_TOOL = 'T',
    ASKED_ENV = 'E',  /* a variable that is set */
    ASKED_UNSET = 'U' /* one that is not */
};

struct tool {
    char *name;
    char *path;
};

struct tools {
    const char *search; /* PATH */
    char *root;
    struct vec items; /* of struct tool */
    struct table table;
    struct vec env; /* of char *: names */
    struct table env_table;
};

/* The name of a tool, for the table. */
static struct slice
tool_name(const void *owner, uint32_t value)
{
    const struct tools *tools = owner;
    const struct tool *tool = vec_at(&tools->items, value);
    return slice_of(tool->name);
}

/* The name of a variable, for its table. */
static struct slice
env_name(const void *owner, uint32_t value)
{
    const struct tools *tools = owner;
    return slice_of(*(char **)vec_at(&tools->env, value));
}

struct tools *
tools_create(const char *root)
{
    struct tools *tools = mem_alloc(1, sizeof *tools);
    tools->items = vec_of(sizeof(struct tool));
    tools->env = vec_of(sizeof(char *));
    tools->root = mem_copy_str(root);
    tools->search = getenv("PATH");
    if (!tools->search) {
        tools->search = "/usr/local/bin:/usr/bin:/bin";
    }
    return tools;
}

void
tools_destroy(struct tools *tools)
{
    if (!tools) {
        return;
    }
    for (uint32_t i = 0; i < tools->items.count; i++) {
        struct tool *tool = vec_at(&tools->items, i);
        free(tool->name);
        free(tool->path);
    }
    for (uint32_t i = 0; i < tools->env.count; i++) {
        free(*(char **)vec_at(&tools->env, i));
    }
    vec_finish(&tools->items);
    vec_finish(&tools->env);
    table_finish(&tools->table);
    table_finish(&tools->env_table);
    free(tools->root);
    free(tools);
}

/* What execvp would take. */
static bool
is_program(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
           access(path, X_OK) == 0;
}

/* The first folder of PATH that has the program; "" if none has. */
static char *
search_path(const struct tools *tools, const char *name)
{
    const char *at = tools->search;
    while (true) {
        size_t len = strcspn(at, ":");
        /* An empty part is the working folder, which is the root. */
        char *dir = mem_copy(len > 0 ? at : ".", len > 0 ? len : 1);
        char *in_dir = mem_format("%s/%s", dir, name);
        char *path = path_join(tools->root, in_dir);
        bool found = is_program(path);
        free(dir);
        free(in_dir);
        if (found) {
            return path;
        }
        free(path);
        at += len;
        if (*at == 0) {
            return mem_copy_str("");
        }
        at++;
    }
}

const char *
tools_find(struct tools *tools, const char *name)
{
    assert(*name);
    if (strchr(name, '/')) {
        return name;
    }
    uint32_t next = tools->items.count;
    uint32_t place = table_find_or_add(&tools->table, tool_name, tools,
                                       slice_of(name), next);
    if (place == next) {
        struct tool tool = {mem_copy_str(name), search_path(tools, name)};
        vec_push(&tools->items, &tool);
    }
    const struct tool *tool = vec_at(&tools->items, place);
    return tool->path;
}

const char *
tools_env(struct tools *tools, const char *name)
{
    uint32_t next = tools->env.count;
    if (table_find_or_add(&tools->env_table, env_name, tools, slice_of(name),
                          next) == next) {
        char *copy = mem_copy_str(name);
        vec_push(&tools->env, &copy);
    }
    return getenv(name);
}

/* --- Asking again ---------------------------------------------------------------- */

static void
save(struct buffer *row, enum question question, const char *name,
     const char *answer)
{
    buffer_add_char(row, (char)question);
    buffer_add_text(row, name);
    buffer_add_text(row, answer);
}

void
tools_save(const struct tools *tools, struct buffer *row)
{
    for (uint32_t i = 0; i < tools->items.count; i++) {
        const struct tool *tool = vec_at(&tools->items, i);
        save(row, ASKED_TOOL, tool->name, tool->path);
    }
    for (uint32_t i = 0; i < tools->env.count; i++) {
        const char *name = *(char **)vec_at(&tools->env, i);
        const char *value = getenv(name);
        save(row, value ? ASKED_ENV : ASKED_UNSET, name, value ? value : "");
    }
}

/* A name without a kind, or of no known one, has no answer. */
static bool
answer_same(struct tools *tools, const char *asked, const char *answer)
{
    const char *name = asked + (*asked != '\0');
    const char *value = getenv(name);
    switch (*asked) {
    case ASKED_TOOL:
        return *name != '\0' && strcmp(tools_find(tools, name), answer) == 0;
    case ASKED_ENV:
        return value && strcmp(value, answer) == 0;
    case ASKED_UNSET:
        return !value;
    default:
        return false;
    }
}

bool
tools_same(const char *root, struct slice row)
{
    struct tools *tools = tools_create(root);
    struct slice asked;
    struct slice answer;
    bool same = true;
    while (same && slice_next_text(&row, &asked)) {
        same = slice_next_text(&row, &answer) &&
               answer_same(tools, asked.bytes, answer.bytes);
    }
    tools_destroy(tools);
    return same;
}
