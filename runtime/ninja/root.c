/* SPDX-License-Identifier: MIT */
#include "runtime/ninja/root.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where the folder cannot be told nothing is below it, which is safe: absolute
 * paths then stay as they are. */
struct ninja_root
ninja_root_here(void)
{
    char *here = getcwd(NULL, 0);
    bool is_slash = here != NULL && here[1] == '\0';
    struct ninja_root root = {0};
    root.path = mem_format("%s/", here == NULL || is_slash ? "" : here);
    root.len = strlen(root.path);
    free(here);
    return root;
}

void
ninja_root_finish(struct ninja_root *root)
{
    free(root->path);
    *root = (struct ninja_root){0};
}

struct slice
ninja_from_root(const struct ninja_root *root, struct slice path)
{
    bool below =
        path.len > root->len && memcmp(path.bytes, root->path, root->len) == 0;
    return below ? (struct slice){path.bytes + root->len, path.len - root->len}
                 : path;
}
