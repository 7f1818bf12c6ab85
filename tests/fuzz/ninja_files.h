/* SPDX-License-Identifier: MIT */
/*
 * Ninja files in the bytes of a fuzz target: 0xff ends one, the first is
 * build.ninja, and those behind it are called 1, 2 and so on. Nothing else can
 * be included, and no disk is read.
 */
#ifndef TESTS_FUZZ_NINJA_FILES_H
#define TESTS_FUZZ_NINJA_FILES_H

#include "runtime/ninja/parser.h"

#include <stdint.h>
#include <string.h>

enum { NINJA_FILES_MAX = 8, NINJA_FILE_END = 0xff };

static struct slice ninja_files[NINJA_FILES_MAX];
static uint32_t ninja_file_count;

static void
ninja_files_split(const uint8_t *bytes, size_t len)
{
    struct slice rest = {(const char *)bytes, len};
    ninja_file_count = 0;
    while (ninja_file_count < NINJA_FILES_MAX) {
        const char *end = memchr(rest.bytes, NINJA_FILE_END, rest.len);
        size_t size = end == NULL ? rest.len : (size_t)(end - rest.bytes);
        ninja_files[ninja_file_count++] = (struct slice){rest.bytes, size};
        if (end == NULL) {
            return;
        }
        rest = (struct slice){end + 1, rest.len - size - 1};
    }
}

/* As ninja_parser_create asks. */
static bool
ninja_files_read(const char *path, char **bytes, size_t *len, struct error *err)
{
    uint32_t number = ninja_file_count;
    if (strcmp(path, "build.ninja") == 0) {
        number = 0;
    } else if (path[0] >= '1' && path[0] <= '9' && path[1] == 0) {
        number = (uint32_t)(path[0] - '0');
    }
    if (number >= ninja_file_count) {
        return error_set(err, ERROR_CLASS_GRAPH, "%s is not there", path);
    }
    *bytes = mem_copy(ninja_files[number].bytes, ninja_files[number].len);
    *len = ninja_files[number].len;
    return true;
}

#endif
