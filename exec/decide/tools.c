/* SPDX-License-Identifier: MIT */
/*
 * Time is counted in turns, which tools_expire ends. An answer holds as long as
 * none of the folders that it rests on is known to have changed after the turn
 * that it was found in. A folder that was written a moment ago may be written
 * again without another stamp, so it counts as changed each time.
 */
#include "exec/decide/tools.h"

#include "exec/backend/hash.h"
#include "exec/backend/stat.h"
#include "exec/base/memory.h"
#include "exec/base/path.h"
#include "exec/base/table.h"
#include "exec/base/vec.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where there is no PATH. */
#define PATH_DEFAULT "/usr/bin:/bin"
/* The coarsest stamps that file systems have. */
#define GRAIN_NS ((int64_t)2000000000)

/* Of a variable that is not set, and of what is no question. */
#define NO_ANSWER 1

/* A folder of a PATH. */
struct folder {
    char *path;             /* absolute */
    struct file_stat stamp; /* as it was looked at last */
    uint32_t looked;        /* the turn of that, 0: never */
    uint32_t changed;       /* the last turn that met it changed */
};

struct tool {
    char *name;
    char *path;      /* "" if it is nowhere */
    uint32_t found;  /* the turn of the search; 0: it must not be believed */
    uint32_t rested; /* how many folders were searched */
    bool has_moved;  /* another path was found before */
};

/* One PATH, as seen from one folder, and what was searched there. */
struct search {
    char *key;
    size_t key_len;
    struct vec folders; /* of struct folder */
    struct vec items;   /* of struct tool */
    struct table table; /* by name */
};

struct tools {
    const char *path; /* our PATH */
    char *root;
    struct vec searches; /* of struct search */
    struct table table;  /* by key */
    struct buffer key;   /* made here */
    uint32_t turn;
};

static struct slice
search_key(const void *owner, uint32_t value)
{
    const struct tools *tools = owner;
    const struct search *search = vec_at(&tools->searches, value);
    return (struct slice){search->key, search->key_len};
}

static struct slice
tool_name(const void *owner, uint32_t value)
{
    const struct search *search = owner;
    const struct tool *tool = vec_at(&search->items, value);
    return slice_of(tool->name);
}

struct tools *
tools_create(const char *root)
{
    struct tools *tools = mem_alloc(1, sizeof *tools);
    tools->searches = vec_of(sizeof(struct search));
    tools->root = mem_copy_str(root);
    tools->path = getenv("PATH");
    if (!tools->path) {
        tools->path = PATH_DEFAULT;
    }
    tools->turn = 1;
    return tools;
}

static void
search_finish(struct search *search)
{
    for (uint32_t i = 0; i < search->items.count; i++) {
        struct tool *tool = vec_at(&search->items, i);
        free(tool->name);
        free(tool->path);
    }
    for (uint32_t i = 0; i < search->folders.count; i++) {
        free(((struct folder *)vec_at(&search->folders, i))->path);
    }
    vec_finish(&search->items);
    vec_finish(&search->folders);
    table_finish(&search->table);
    free(search->key);
}

void
tools_destroy(struct tools *tools)
{
    if (!tools) {
        return;
    }
    for (uint32_t i = 0; i < tools->searches.count; i++) {
        search_finish(vec_at(&tools->searches, i));
    }
    vec_finish(&tools->searches);
    table_finish(&tools->table);
    buffer_finish(&tools->key);
    free(tools->root);
    free(tools);
}

void
tools_expire(struct tools *tools)
{
    tools->turn++;
}

/* --- Folders ---------------------------------------------------------------- */

/* The next part of a PATH; false behind the last. An empty part is the working
 * folder. */
static bool
next_part(const char **at, struct slice *part)
{
    if (*at == NULL) {
        return false;
    }
    part->bytes = *at;
    part->len = strcspn(*at, ":");
    *at = part->bytes[part->len] != '\0' ? part->bytes + part->len + 1 : NULL;
    return true;
}

/* True if it means something else in another folder. */
static bool
is_relative(const char *path)
{
    struct slice part;
    for (const char *at = path; next_part(&at, &part);) {
        if (part.len == 0 || part.bytes[0] != '/') {
            return true;
        }
    }
    return false;
}

static void
add_folders(const char *dir, const char *path, struct vec *folders)
{
    struct slice part;
    for (const char *at = path; next_part(&at, &part);) {
        char *text = mem_copy(part.bytes, part.len);
        struct folder *folder = vec_add(folders);
        folder->path = path_join(dir, part.len > 0 ? text : ".");
        free(text);
    }
}

/* Where nothing in a PATH is relative, all folders share one search. */
static struct search *
find_search(struct tools *tools, const struct program *program)
{
    const char *path = program->path != NULL ? program->path : tools->path;
    const char *dir = is_relative(path) ? program->dir : "";
    buffer_truncate(&tools->key, 0);
    buffer_add(&tools->key, dir, strlen(dir) + 1);
    buffer_add(&tools->key, path, strlen(path));
    struct slice key = buffer_slice(&tools->key);
    uint32_t next = tools->searches.count;
    uint32_t place =
        table_find_or_add(&tools->table, search_key, tools, key, next);
    if (place == next) {
        struct search *search = vec_add(&tools->searches);
        char *from = path_join(tools->root, dir);
        search->key = mem_copy(key.bytes, key.len);
        search->key_len = key.len;
        search->folders = vec_of(sizeof(struct folder));
        search->items = vec_of(sizeof(struct tool));
        add_folders(from, path, &search->folders);
        free(from);
    }
    return vec_at(&tools->searches, place);
}

/* --- Answers that hold ------------------------------------------------------ */

static bool
same_folder(const struct file_stat *a, const struct file_stat *b)
{
    return a->exists == b->exists && a->inode == b->inode && a->dev == b->dev &&
           a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns;
}

/* Looks at a folder, once in a turn. */
static void
look(struct tools *tools, struct folder *folder)
{
    if (folder->looked == tools->turn) {
        return;
    }
    struct file_stat now;
    stat_default()->look_fresh(AT_FDCWD, folder->path, &now);
    bool is_recent = now.exists && now.mtime_ns > now.seen_ns - GRAIN_NS;
    if (folder->looked == 0 || is_recent ||
        !same_folder(&now, &folder->stamp)) {
        folder->changed = tools->turn;
    }
    folder->stamp = now;
    folder->looked = tools->turn;
}

/* In the turn of the search itself nothing can have changed. All folders are
 * looked at, so that the next search is the last if they stay as they are. */
static bool
holds(struct tools *tools, struct search *search, const struct tool *tool)
{
    bool is_known = tool->found != 0;
    for (uint32_t i = 0; tool->found != tools->turn && i < tool->rested; i++) {
        struct folder *folder = vec_at(&search->folders, i);
        look(tools, folder);
        is_known = is_known && folder->changed <= tool->found;
    }
    return is_known;
}

/* True if the error says that there is no file that could be looked at. */
static bool
is_nothing(int errnum)
{
    return errnum == ENOENT || errnum == ENOTDIR || errnum == EACCES ||
           errnum == ELOOP || errnum == ENAMETOOLONG;
}

/* What execvp would take. A file that is none yet may become one while its
 * folder stays as it is, as linkers do it: then nothing is to be kept. Nor if the
 * look failed: who starts the program is told why it cannot be had. */
static bool
is_program(const char *path, bool *may_become)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        bool is_unknown = !is_nothing(errno);
        *may_become = *may_become || is_unknown;
        return is_unknown;
    }
    bool is =
        S_ISREG(st.st_mode) && faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0;
    *may_become = *may_become || !is;
    return is;
}

/* The path, malloc'ed, and what it rests on. */
static char *
search_folders(const struct search *search, struct tool *tool, bool *may_become)
{
    tool->rested = 0;
    while (tool->rested < search->folders.count) {
        const struct folder *folder = vec_at(&search->folders, tool->rested++);
        char *path = mem_format("%s/%s", folder->path, tool->name);
        if (is_program(path, may_become)) {
            return path;
        }
        free(path);
    }
    return mem_copy_str("");
}

static const struct tool *
find_tool(struct tools *tools, const struct program *program)
{
    struct search *search = find_search(tools, program);
    uint32_t next = search->items.count;
    uint32_t place = table_find_or_add(&search->table, tool_name, search,
                                       slice_of(program->name), next);
    if (place == next) {
        struct tool *new_tool = vec_add(&search->items);
        new_tool->name = mem_copy_str(program->name);
    }
    struct tool *tool = vec_at(&search->items, place);
    if (!holds(tools, search, tool)) {
        bool may_become = false;
        char *path = search_folders(search, tool, &may_become);
        tool->has_moved =
            tool->has_moved || (tool->path && strcmp(tool->path, path) != 0);
        free(tool->path);
        tool->path = path;
        tool->found = may_become ? 0 : tools->turn;
    }
    return tool;
}

const char *
tools_find(struct tools *tools, const struct program *program)
{
    assert(program->name != NULL && program->dir != NULL);
    const char *name = program->name;
    bool is_searched = *name != '\0' && !strchr(name, '/');
    return is_searched ? find_tool(tools, program)->path : name;
}

/* --- Questions ---------------------------------------------------------------- */

static void
add_text(struct buffer *out, const char *text)
{
    buffer_add_format(out, "%zu:%s", strlen(text), text);
}

/* Only what is not as usual makes the question longer. */
void
tools_ask_program(const struct program *program, struct buffer *question)
{
    assert(strchr(program->name, '/') == NULL);
    if (program->path == NULL && *program->dir == '\0') {
        buffer_add_str(question, "//T");
    } else {
        buffer_add_str(question, program->path != NULL ? "//P" : "//D");
        add_text(question, program->dir);
        if (program->path != NULL) {
            add_text(question, program->path);
        }
    }
    buffer_add_str(question, program->name);
}

void
tools_ask_variable(const char *name, struct buffer *question)
{
    buffer_add_str(question, "//E");
    buffer_add_str(question, name);
}

/* Takes one of those texts, malloc'ed; NULL if there is none. */
static char *
take_text(const char **at)
{
    char *end;
    unsigned long len = strtoul(*at, &end, 10);
    if (end == *at || *end != ':' || strlen(end + 1) < len) {
        return NULL;
    }
    *at = end + 1 + len;
    return mem_copy(end + 1, len);
}

static uint64_t
number_of(const char *answer)
{
    uint64_t number = hash_xxh3.bytes(answer, strlen(answer)).low;
    return number > 1 ? number : 2;
}

static uint64_t
answer_program(struct tools *tools, const char *question)
{
    const char *at = question + 3;
    bool has_path = question[2] == 'P';
    char *dir = question[2] == 'T' ? mem_copy_str("") : take_text(&at);
    char *path = dir != NULL && has_path ? take_text(&at) : NULL;
    uint64_t number = NO_ANSWER;
    if (dir != NULL && (path != NULL || !has_path)) {
        struct program program = {at, dir, path};
        const struct tool *tool = find_tool(tools, &program);
        number = tool->has_moved ? 0 : number_of(tool->path);
    }
    free(dir);
    free(path);
    return number;
}

uint64_t
tools_answer(struct tools *tools, const char *question)
{
    assert(question[0] == '/' && question[1] == '/');
    if (question[2] != 'E') {
        return answer_program(tools, question);
    }
    const char *value = getenv(question + 3);
    return value != NULL ? number_of(value) : NO_ANSWER;
}
