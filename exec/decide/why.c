/* SPDX-License-Identifier: MIT */
/*
 * The reasons were recorded when the action was judged, from the difference
 * of its manifest to the files of then; what did not differ is counted from
 * the two manifests.
 */
#include "exec/decide/why.h"

#include "exec/base/memory.h"
#include "exec/base/vec.h"
#include "exec/decide/manifest.h"
#include "exec/decide/reasons.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* --- Counting --------------------------------------------------------------------- */

/* For qsort. */
static int
compare_ids(const void *left, const void *right)
{
    const uint32_t *a = left;
    const uint32_t *b = right;
    return (*a > *b) - (*a < *b);
}

/* The versions of all inputs of a manifest, sorted. */
static struct vec
input_versions(struct state *state, struct hash128 manifest)
{
    struct vec ids = vec_of(sizeof(uint32_t));
    struct hash128 command;
    struct manifest_reader reader;
    char *body = NULL;
    size_t len = 0;
    if (!state_find_manifest(state, manifest, &command, &body, &len)) {
        return ids;
    }
    bool is_open = manifest_open((struct slice){body, len}, &reader);
    for (int list = 0; is_open && list < 2; list++) {
        for (uint32_t n = manifest_read_count(&reader); n > 0; n--) {
            uint32_t id;
            (void)manifest_read_file(&reader, &id);
            vec_push(&ids, &id);
        }
    }
    free(body);
    if (ids.count > 0) {
        qsort(ids.items, ids.count, sizeof(uint32_t), compare_ids);
    }
    return ids;
}

/* Equal versions in both manifests. */
static uint32_t
count_same(struct state *state, struct hash128 before, struct hash128 after)
{
    struct vec a = input_versions(state, before);
    struct vec b = input_versions(state, after);
    uint32_t same = 0;
    uint32_t i = 0;
    uint32_t k = 0;
    while (i < a.count && k < b.count) {
        int order = compare_ids(vec_at(&a, i), vec_at(&b, k));
        same += order == 0;
        i += order <= 0;
        k += order >= 0;
    }
    vec_finish(&a);
    vec_finish(&b);
    return same;
}

/* --- Answering ------------------------------------------------------------------------ */

/* The same place of a text in a copy of its row. */
static const char *
moved(const char *text, const char *from, const char *to)
{
    assert(!text || text >= from);
    return text ? to + (text - from) : NULL;
}

/* The reasons and their texts as one block, which exec_why_finish frees. */
static void
take_reasons(struct exec_why *why, struct slice row)
{
    assert(!why->reasons);
    uint32_t count;
    struct exec_reason *items = reasons_load(row, &count);
    size_t size = count * sizeof *items;
    char *block = mem_alloc(size + row.len + 1, 1);
    char *texts = block + size;
    memcpy(texts, row.bytes, row.len);
    for (uint32_t i = 0; i < count; i++) {
        items[i] = (struct exec_reason){
            moved(items[i].code, row.bytes, texts),
            moved(items[i].subject, row.bytes, texts),
            moved(items[i].before, row.bytes, texts),
            moved(items[i].after, row.bytes, texts),
        };
    }
    if (count > 0) {
        memcpy(block, items, size);
    }
    free(items);
    why->reasons = (struct exec_reason *)(void *)block;
    why->reason_count = count;
}

bool
why_answer(struct state *state, const char *action_key, struct exec_why *why,
           struct error *err)
{
    assert(action_key);
    struct state_action_run run;
    char *text = NULL;
    *why = (struct exec_why){0};
    if (!state_last_action_run(state, action_key, &run, &text)) {
        error_set(err, ERROR_CLASS_USAGE,
                  "no run of %s is recorded, so there is nothing to explain",
                  action_key);
        error_set_help(err, "build it first, or look at the spelling");
        return false;
    }
    why->run = run.run;
    why->ended_unix_us = run.started_unix_us + run.duration_us;
    why->duration_us = run.duration_us;
    why->exit_code = run.exit_code;
    why->signal = run.signal;
    why->same_inputs = count_same(state, run.previous, run.manifest);
    take_reasons(why, run.reasons);
    free(text);
    return true;
}

void
exec_why_finish(struct exec_why *why)
{
    free(why->reasons);
    *why = (struct exec_why){0};
}
