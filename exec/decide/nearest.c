/* SPDX-License-Identifier: MIT */
/*
 * Distance is the number of letters to insert, remove, replace or swap with
 * their neighbour. Names longer than NAME_MAX_LEN are not compared.
 */
#include "exec/decide/nearest.h"

#include "exec/base/memory.h"
#include "exec/base/path.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_MAX_LEN 255
#define ENTRIES_MAX 20000

static unsigned
least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* The letters to change; more than any limit if a name is too long. */
static unsigned
distance_of(const char *a, const char *b)
{
    size_t a_len = strlen(a);
    size_t b_len = strlen(b);
    if (a_len > NAME_MAX_LEN || b_len > NAME_MAX_LEN) {
        return NAME_MAX_LEN;
    }
    /* Three rows of the table: two letters back, one back, and this one. */
    unsigned rows[3][NAME_MAX_LEN + 1];
    for (unsigned k = 0; k <= b_len; k++) {
        rows[0][k] = k;
    }
    for (size_t i = 1; i <= a_len; i++) {
        unsigned *row = rows[i % 3];
        const unsigned *back = rows[(i + 2) % 3];
        const unsigned *back2 = rows[(i + 1) % 3];
        row[0] = (unsigned)i;
        for (size_t k = 1; k <= b_len; k++) {
            unsigned cost = a[i - 1] != b[k - 1];
            row[k] = least(back[k] + 1, row[k - 1] + 1);
            row[k] = least(row[k], back[k - 1] + cost);
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] &&
                a[i - 2] == b[k - 1]) {
                row[k] = least(row[k], back2[k - 2] + 1);
            }
        }
    }
    return rows[a_len % 3][b_len];
}

void
nearest_init(struct nearest *nearest, const char *wanted)
{
    size_t len = strlen(wanted);
    unsigned third = (unsigned)(len < 30 ? len / 3 : 10);
    *nearest =
        (struct nearest){.wanted = wanted, .limit = third > 0 ? third : 1};
    nearest->distance = nearest->limit + 1;
}

void
nearest_try(struct nearest *nearest, const char *candidate)
{
    assert(nearest->wanted);
    size_t a = strlen(nearest->wanted);
    size_t b = strlen(candidate);
    if ((a > b ? a - b : b - a) >= nearest->distance) {
        return;
    }
    unsigned distance = distance_of(nearest->wanted, candidate);
    if (distance < nearest->distance) {
        free(nearest->best);
        nearest->best = mem_copy(candidate, b);
        nearest->distance = distance;
    }
}

void
nearest_finish(struct nearest *nearest)
{
    free(nearest->best);
    nearest->best = NULL;
}

/* NULL if it is no folder, or cannot be read. */
static DIR *
open_folder(int root_fd, const char *path)
{
    int fd = openat(root_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (fd >= 0 && !dir) {
        close(fd);
    }
    return dir;
}

/* Tries all names of a folder. */
static void
try_folder(struct nearest *nearest, int root_fd, const char *folder)
{
    DIR *dir = open_folder(root_fd, folder);
    const struct dirent *item;
    for (int i = 0; dir && i < ENTRIES_MAX && (item = readdir(dir)); i++) {
        if (item->d_name[0] != '.' || nearest->wanted[0] == '.') {
            nearest_try(nearest, item->d_name);
        }
    }
    if (dir) {
        closedir(dir);
    }
}

/* A folder beside `folder` (or in it) that has a file of that name. */
static char *
in_other_folder(int root_fd, const char *folder, const char *name)
{
    DIR *dir = open_folder(root_fd, folder);
    const struct dirent *item;
    char *found = NULL;
    for (int i = 0; dir && !found && i < ENTRIES_MAX && (item = readdir(dir));
         i++) {
        if (item->d_name[0] == '.' ||
            (item->d_type != DT_DIR && item->d_type != DT_UNKNOWN)) {
            continue;
        }
        char *raw = mem_format("%s/%s/%s", folder, item->d_name, name);
        if (faccessat(root_fd, raw, F_OK, 0) == 0) {
            found = path_canonical(raw, strlen(raw));
        }
        free(raw);
    }
    if (dir) {
        closedir(dir);
    }
    return found;
}

char *
nearest_file(int root_fd, const char *path)
{
    assert(path);
    size_t dir_len = path_dir_len(path, strlen(path));
    char *folder = dir_len > 0 ? mem_copy(path, dir_len)
                               : mem_copy_str(path[0] == '/' ? "/" : ".");
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    struct nearest nearest;
    nearest_init(&nearest, name);
    try_folder(&nearest, root_fd, folder);
    char *found = nearest.best ? path_join(folder, nearest.best) : NULL;
    nearest_finish(&nearest);
    if (!found) {
        size_t up_len = path_dir_len(folder, strlen(folder));
        char *up = up_len > 0 ? mem_copy(folder, up_len) : mem_copy_str(".");
        found = in_other_folder(root_fd, folder, name);
        found = found || path[0] == '/' ? found
                                        : in_other_folder(root_fd, up, name);
        free(up);
    }
    free(folder);
    return found;
}
