/* SPDX-License-Identifier: MIT */
/* See find.h. */
#include "runtime/cli/find.h"

#include "runtime/report.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A copy of the path. */
static void
paths_add(struct paths *paths, const char *path)
{
    if (paths->count == paths->cap) {
        paths->cap = paths->cap == 0 ? 16 : 2 * paths->cap;
        paths->items =
            mem_resize(paths->items, paths->cap, sizeof(*paths->items));
    }
    char *copy = mem_copy_str(path);
    paths->items[paths->count++] = copy;
}

void
paths_finish(struct paths *paths)
{
    for (size_t i = 0; i < paths->count; i++) {
        free(paths->items[i]);
    }
    free(paths->items);
    *paths = (struct paths){NULL, 0, 0};
}

/* A file that is called as the suffix alone has no name. */
static bool
has_suffix(const char *name, const char *suffix)
{
    size_t len = strlen(name);
    size_t tail = strlen(suffix);
    return len > tail && strcmp(name + len - tail, suffix) == 0;
}

struct search {
    const char *suffix;
    struct paths folders; /* that are left to look at */
    struct paths *files;
};

/* Sorts the entry into folders and files; no links are followed. */
static void
look_at(struct search *search, const char *path, const char *name)
{
    struct stat st;
    if (lstat(path, &st) != 0) {
        return;
    }
    if (S_ISDIR(st.st_mode) && name[0] != '.') {
        paths_add(&search->folders, path);
    } else if (S_ISREG(st.st_mode) && has_suffix(name, search->suffix)) {
        paths_add(search->files, path);
    }
}

/* A folder that cannot be read is told and left out. */
static void
list_folder(struct search *search, const char *folder)
{
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        fprintf(stderr, "ronin: note: cannot read the folder %s: %s\n", folder,
                strerror(errno));
        return;
    }
    struct dirent *entry;
    while ((entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 &&
            strcmp(entry->d_name, "..") != 0) {
            char *path = path_join(folder, entry->d_name);
            look_at(search, path, entry->d_name);
            free(path);
        }
    }
    closedir(dir);
}

static int
compare_paths(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Folders that begin with a dot are passed over, and links are not followed. */
static void
find_below(const char *start, const char *suffix, struct paths *files)
{
    struct search search = {.suffix = suffix, .files = files};
    size_t first = files->count;
    paths_add(&search.folders, start);
    while (search.folders.count > 0) {
        char *folder = search.folders.items[--search.folders.count];
        list_folder(&search, folder);
        free(folder);
    }
    paths_finish(&search.folders);
    if (files->count > first) {
        qsort(files->items + first, files->count - first, sizeof(*files->items),
              compare_paths);
    }
}

/* A path, or the name at its end, looks like the pattern. */
static bool
matches(const char *pattern, const char *path)
{
    const char *slash = strrchr(path, '/');
    return fnmatch(pattern, path, 0) == 0 ||
           (slash != NULL && fnmatch(pattern, slash + 1, 0) == 0);
}

/* Adds what matches, of all below the current folder; false if nothing does. */
static bool
find_matching(const char *pattern, const char *suffix, struct paths *files)
{
    struct paths all = {0};
    size_t before = files->count;
    find_below(".", suffix, &all);
    for (size_t i = 0; i < all.count; i++) {
        if (matches(pattern, all.items[i])) {
            paths_add(files, all.items[i]);
        }
    }
    paths_finish(&all);
    return files->count > before;
}

/* A word that no file is called as, but that matches some. */
static bool
is_pattern(const char *word)
{
    return strpbrk(word, "*?[") != NULL;
}

bool
find_words(const struct options *o, const char *suffix, struct paths *files)
{
    for (uint32_t i = 0; i < o->word_count; i++) {
        struct stat st;
        bool exists = stat(o->words[i], &st) == 0;
        int errnum = errno;
        if (!exists && is_pattern(o->words[i]) &&
            find_matching(o->words[i], suffix, files)) {
            continue;
        }
        if (!exists) {
            struct error err = {0};
            error_set_errno(&err, ERROR_CLASS_USAGE, errnum, "cannot read %s",
                            o->words[i]);
            report_error(stderr, &err);
            return false;
        }
        if (S_ISDIR(st.st_mode)) {
            find_below(o->words[i], suffix, files);
        } else {
            paths_add(files, o->words[i]);
        }
    }
    if (o->word_count == 0) {
        find_below(".", suffix, files);
    }
    return true;
}
