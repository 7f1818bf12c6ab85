/* SPDX-License-Identifier: MIT */
/*
 * A hash table from bytes to 32-bit numbers. The bytes themselves live where
 * the owner keeps them: a function tells the key of a number, usually an index
 * of the owner's array. There is no removal; the slots hold no pointers and
 * may be written to a file and mapped again.
 */
#ifndef EXEC_BASE_TABLE_H
#define EXEC_BASE_TABLE_H

#include "exec/base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

#define TABLE_NONE UINT32_MAX

struct table_slot {
    uint32_t hash;
    uint32_t value_plus_1; /* 0: empty */
};

struct table_wanted {
    struct slice key;
    uint32_t hash; /* table_hash of it */
};

/* The key of a value that is in the table. */
typedef struct slice (*table_key)(const void *owner, uint32_t value);

struct table {
    struct table_slot *slots;
    uint32_t cap; /* a power of two, or 0 */
    uint32_t count;
};

/* Room for so many values in all without growing. */
void table_reserve(struct table *table, uint32_t count);
/* The hash of a key, for those who have it looked for more than once, or later. */
uint32_t table_hash(struct slice key);
/* False if no key has this hash. */
bool table_has_hash(const struct table *table, uint32_t hash);
/* Has the slot of a key fetched that is going to be looked for. */
void table_prefetch(const struct table *table, uint32_t hash);
/* The value under a key, or TABLE_NONE. */
uint32_t table_find(const struct table *table, table_key key, const void *owner,
                    struct slice wanted);
/* The value under the key; if there is none, `value` is put there and
 * returned. Its key is not asked for before the next call. */
uint32_t
table_find_or_add(struct table *table, table_key key, const void *owner,
                  struct slice wanted, uint32_t value);
/* The same of a key whose hash is known. */
uint32_t
table_find_or_add_hashed(struct table *table, table_key key, const void *owner,
                         struct table_wanted wanted, uint32_t value);
/* Puts many values in at once, in about a third of the time. False as soon as two
 * of them have one key; the table is good for nothing but table_finish then. */
bool table_fill(struct table *table, table_key key, const void *owner,
                const uint32_t *values, uint32_t count);
/* Frees the slots; the table is empty and usable afterwards. */
void table_finish(struct table *table);

#endif
