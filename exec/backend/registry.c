/* SPDX-License-Identifier: MIT */
#include "exec/backend/registry.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* The first of each is the default. */
static const struct hash_backend *const hashes[] = {&hash_xxh3, &hash_sha256};
static const struct stat_backend *const stats[] = {&stat_direct, &stat_cached};

const struct hash_backend *
registry_hash(const char *name)
{
    for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
        if (strcmp(hashes[i]->name, name) == 0) {
            return hashes[i];
        }
    }
    return NULL;
}

const struct stat_backend *
registry_stat(const char *name)
{
    for (size_t i = 0; i < sizeof(stats) / sizeof(stats[0]); i++) {
        if (strcmp(stats[i]->name, name) == 0) {
            return stats[i];
        }
    }
    return NULL;
}

const struct hash_backend *
hash_default(void)
{
    return hashes[0];
}

const struct stat_backend *
stat_default(void)
{
    return stats[0];
}

bool
hash_equal(struct hash128 a, struct hash128 b)
{
    return a.low == b.low && a.high == b.high;
}

void
hash_to_text(struct hash128 hash, char text[HASH_TEXT_SIZE])
{
    snprintf(text, HASH_TEXT_SIZE, "%016llx%016llx",
             (unsigned long long)hash.high, (unsigned long long)hash.low);
}

bool
file_stat_same(const struct file_stat *a, const struct file_stat *b)
{
    return a->exists == b->exists && a->kind == b->kind && a->mode == b->mode &&
           a->size == b->size && a->mtime_ns == b->mtime_ns &&
           a->ctime_ns == b->ctime_ns && a->inode == b->inode &&
           a->dev == b->dev;
}
