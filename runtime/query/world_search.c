/* SPDX-License-Identifier: MIT */
/* Files that are not asked of the graph: those on disk, and those that standard
 * input names. */
#include "runtime/query/match.h"
#include "runtime/query/world_parts.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* --- Disk -------------------------------------------------------------------------------- */

struct search {
    struct query_world *world;
    const struct query_match *match;
    struct query_set *found;
    struct vec folders; /* of char *, owned: still to be looked through */
};

/* The longest front of a glob that has no sign of patterns, up to a slash: where
 * the search begins. "" is the root. */
static char *
fixed_front(const struct query_match *match)
{
    const char *pattern = match->pattern.bytes;
    size_t len = 0;
    if (match->kind != PATTERN_GLOB || match->last_part) {
        return mem_copy("", 0);
    }
    for (size_t i = 0;
         pattern[i] != '\0' && strchr("*?[\\", pattern[i]) == NULL; i++) {
        len = pattern[i] == '/' ? i : len;
    }
    return mem_copy(pattern, len);
}

/* Folders of version control and of ours are not looked into. */
static bool
is_passed_over(const char *name)
{
    static const char *const names[] = {".", "..", ".git", ".ronin"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Links are listed and not followed, so that no search is endless. */
static void
look_at(struct search *search, const char *folder, const char *name)
{
    struct stat st;
    char *path = folder[0] == '\0' ? mem_copy_str(name)
                                   : mem_format("%s/%s", folder, name);
    bool known = lstat(path, &st) == 0;
    if (known && S_ISDIR(st.st_mode)) {
        vec_push(&search->folders, &path);
        return;
    }
    if (known && query_match_text(search->match, slice_of(path))) {
        query_set_add(search->found,
                      query_world_add_path(search->world, slice_of(path)));
    }
    free(path);
}

void
query_world_search_disk(struct query_world *world,
                        const struct query_match *match,
                        struct query_set *found)
{
    struct search search = {world, match, found, vec_of(sizeof(char *))};
    char *front = fixed_front(match);
    vec_push(&search.folders, &front);
    while (search.folders.count > 0) {
        char *folder = *(char **)vec_pop(&search.folders);
        DIR *dir = opendir(folder[0] == '\0' ? "." : folder);
        struct dirent *entry;
        while (dir != NULL && (entry = readdir(dir)) != NULL) {
            if (!is_passed_over(entry->d_name)) {
                look_at(&search, folder, entry->d_name);
            }
        }
        if (dir != NULL) {
            closedir(dir);
        }
        free(folder);
    }
    vec_finish(&search.folders);
}

/* --- Standard input ------------------------------------------------------------------------ */

uint32_t
query_world_read_paths(struct query_world *world, struct query_set *found)
{
    char *line = NULL;
    size_t cap = 0;
    uint32_t unknown = 0;
    ssize_t len = 0;
    while (world->options.in != NULL &&
           (len = getline(&line, &cap, world->options.in)) >= 0) {
        while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r')) {
            line[--len] = '\0';
        }
        uint32_t node = QUERY_NODE_NONE;
        if (len == 0) {
            continue;
        }
        if (query_world_knows(world, line, QUERY_WORD_ANY, &node)) {
            query_set_add(found, node);
        } else {
            unknown++;
        }
    }
    free(line);
    return unknown;
}
