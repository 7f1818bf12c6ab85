/* SPDX-License-Identifier: MIT */
/* Programs are searched once; variables are cheap to ask for. */
#include "exec/decide/tools.h"

#include "exec/backend/hash.h"
#include "exec/base/memory.h"
#include "exec/base/path.h"
#include "exec/base/table.h"
#include "exec/base/vec.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct tool {
    char *name;
    char *path;
};

struct tools {
    const char *search; /* PATH */
    char *root;
    struct vec items; /* of struct tool */
    struct table table;
};

/* The name of a tool, for the table. */
static struct slice
tool_name(const void *owner, uint32_t value)
{
    const struct tools *tools = owner;
    const struct tool *tool = vec_at(&tools->items, value);
    return slice_of(tool->name);
}

struct tools *
tools_create(const char *root)
{
    struct tools *tools = mem_alloc(1, sizeof *tools);
    tools->items = vec_of(sizeof(struct tool));
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
    vec_finish(&tools->items);
    table_finish(&tools->table);
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

uint64_t
tools_answer(struct tools *tools, const char *question)
{
    assert(question[0] == '/' && question[1] == '/');
    const char *name = question + 3;
    const char *answer =
        question[2] == 'T' ? tools_find(tools, name) : getenv(name);
    if (answer == NULL) {
        return 1;
    }
    uint64_t number = hash_xxh3.bytes(answer, strlen(answer)).low;
    return number > 1 ? number : 2;
}
