/* SPDX-License-Identifier: MIT */
/*
 * Feeds files to a fuzz target, so that what was found once is tried by every
 * compiler, on machines without libFuzzer, too. Each file is a TAP line.
 */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

static int count;

/* Exact in size, so that a sanitizer sees a read behind the end. */
static void
replay_file(const char *path)
{
    struct stat st;
    FILE *file = fopen(path, "rb");
    if (file == NULL || fstat(fileno(file), &st) != 0) {
        perror(path);
        exit(2);
    }
    size_t len = (size_t)st.st_size;
    uint8_t *bytes = malloc(len == 0 ? 1 : len);
    assert(bytes != NULL);
    if (fread(bytes, 1, len, file) != len) {
        perror(path);
        exit(2);
    }
    fclose(file);
    printf("# begin %s\n", path);
    fflush(stdout);
    LLVMFuzzerTestOneInput(bytes, len);
    printf("ok %d - %s\n", ++count, path);
    free(bytes);
}

static int
compare(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void
replay_folder(const char *folder)
{
    struct dirent **entries = NULL;
    int found = scandir(folder, &entries, NULL, compare);
    for (int i = 0; i < found; i++) {
        char path[4096];
        snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.') {
            replay_file(path);
        }
        free(entries[i]);
    }
    free(entries);
}

int
main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        struct stat st;
        if (stat(argv[i], &st) != 0) {
            perror(argv[i]);
            return 2;
        }
        if (S_ISDIR(st.st_mode)) {
            replay_folder(argv[i]);
        } else {
            replay_file(argv[i]);
        }
    }
    printf("1..%d\n", count);
    return count == 0;
}
