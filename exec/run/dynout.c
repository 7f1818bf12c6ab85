/* SPDX-License-Identifier: MIT */
/*
 * The database is asked once for each key; afterwards the entry is what counts.
 */
#include "exec/run/dynout.h"

#include "exec/base/memory.h"
#include "exec/state/state.h"

#include <assert.h>
#include <stdlib.h>

struct entry {
    char *key;
    enum exec_dynout_state state;
    char *value;
    size_t len;
    uint32_t changes; /* in this run */
    bool fresh;       /* the graph was made with another value */
};

static struct slice
key_of(const void *owner, uint32_t value)
{
    const struct dynouts *dynouts = owner;
    const struct entry *entry = vec_at(&dynouts->entries, value);
    return slice_of(entry->key);
}

void
dynouts_init(struct dynouts *dynouts, struct state *state)
{
    *dynouts = (struct dynouts){.state = state};
    dynouts->entries = vec_of(sizeof(struct entry));
}

void
dynouts_finish(struct dynouts *dynouts)
{
    for (uint32_t i = 0; i < dynouts->entries.count; i++) {
        struct entry *entry = vec_at(&dynouts->entries, i);
        free(entry->key);
        free(entry->value);
    }
    vec_finish(&dynouts->entries);
    table_finish(&dynouts->table);
}

void
dynouts_begin(struct dynouts *dynouts)
{
    for (uint32_t i = 0; i < dynouts->entries.count; i++) {
        struct entry *entry = vec_at(&dynouts->entries, i);
        entry->changes = 0;
        entry->fresh = false;
        if (entry->state == DYNOUT_RESOLVED) {
            entry->state = DYNOUT_STORED;
        }
    }
}

static struct entry *
find(struct dynouts *dynouts, const char *key)
{
    assert(*key != '\0');
    struct slice wanted = slice_of(key);
    uint32_t at = table_find(&dynouts->table, key_of, dynouts, wanted);
    if (at == TABLE_NONE) {
        struct entry *entry = vec_add(&dynouts->entries);
        entry->key = mem_copy_str(key);
        if (state_find_value(dynouts->state, key, &entry->value, &entry->len)) {
            entry->state = DYNOUT_STORED;
        }
        at = dynouts->entries.count - 1;
        table_find_or_add(&dynouts->table, key_of, dynouts, wanted, at);
    }
    return vec_at(&dynouts->entries, at);
}

enum exec_dynout_state
dynouts_value(struct dynouts *dynouts, const char *key, struct slice *paths)
{
    const struct entry *entry = find(dynouts, key);
    *paths = (struct slice){entry->value, entry->len};
    return entry->state;
}

uint32_t
dynouts_resolve(struct dynouts *dynouts, const char *key, struct slice paths)
{
    assert(paths.len == 0 || paths.bytes[paths.len - 1] == '\0');
    struct entry *entry = find(dynouts, key);
    struct slice before = {entry->value, entry->len};
    bool changed =
        entry->state == DYNOUT_UNKNOWN || !slice_equal(before, paths);
    if (changed) {
        free(entry->value);
        entry->value = mem_copy(paths.bytes, paths.len);
        entry->len = paths.len;
        entry->fresh = true;
        entry->changes++;
    }
    entry->state = DYNOUT_RESOLVED;
    return entry->changes;
}

bool
dynouts_confirm(struct dynouts *dynouts, const char *key)
{
    struct entry *entry = find(dynouts, key);
    if (entry->state == DYNOUT_UNKNOWN) {
        return false;
    }
    entry->state = DYNOUT_RESOLVED;
    return true;
}

bool
dynouts_is_fresh(struct dynouts *dynouts, const char *key)
{
    return find(dynouts, key)->fresh;
}

void
dynouts_loaded(struct dynouts *dynouts)
{
    for (uint32_t i = 0; i < dynouts->entries.count; i++) {
        struct entry *entry = vec_at(&dynouts->entries, i);
        entry->fresh = false;
    }
}
