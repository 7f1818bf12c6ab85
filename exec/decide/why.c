/* SPDX-License-Identifier: MIT */
/*
 * The reasons were recorded when the action was judged, from the difference
 * of its manifest to the files of then; what did not differ is counted from
 * the two manifests.
 */
#include "exec/decide/why.h"

#include "exec/base/memory.h"
#include "exec/base/vec.h"
#include "exec/decide/history.h"
#include "exec/decide/manifest.h"
#include "exec/decide/reasons.h"
#include "exec/state/past.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* --- Counting --------------------------------------------------------------------- */

/* The versions of all inputs of a manifest, sorted. A file that is declared under
 * :ifchanged and was discovered as well is in both lists. */
static struct vec
input_versions(struct state *state, uint32_t id)
{
    struct vec ids = vec_of(sizeof(uint32_t));
    struct state_manifest manifest;
    struct manifest_reader reader;
    if (!state_find_manifest(state, id, &manifest)) {
        return ids;
    }
    bool is_open =
        manifest_open((struct slice){manifest.body, manifest.body_len},
                      &reader);
    for (int list = 0; is_open && list < 2; list++) {
        for (uint32_t n = manifest_read_count(&reader); n > 0; n--) {
            uint32_t version;
            (void)manifest_read_file(&reader, &version);
            vec_push(&ids, &version);
        }
    }
    free(manifest.body);
    vec_sort_numbers(&ids);
    return ids;
}

/* Equal versions in both manifests. */
static uint32_t
count_same(struct state *state, uint32_t before, uint32_t after)
{
    struct vec a = input_versions(state, before);
    struct vec b = input_versions(state, after);
    uint32_t same = 0;
    uint32_t i = 0;
    uint32_t k = 0;
    while (i < a.count && k < b.count) {
        uint32_t one = *(uint32_t *)vec_at(&a, i);
        uint32_t other = *(uint32_t *)vec_at(&b, k);
        same += one == other;
        i += one <= other;
        k += one >= other;
    }
    vec_finish(&a);
    vec_finish(&b);
    return same;
}

/* --- What was discovered --------------------------------------------------------- */

/* Notes of each reason about that path whether the path was discovered. */
static void
mark_path(struct exec_why *why, const char *path, bool discovered)
{
    for (uint32_t i = 0; i < why->reason_count; i++) {
        struct exec_reason *reason = &why->reasons[i];
        if (reason->subject != NULL &&
            strncmp(reason->code, "input-", 6) == 0 &&
            strcmp(reason->subject, path) == 0) {
            reason->discovered = discovered;
        }
    }
}

/* The manifest of before has both lists; what is in both was declared. */
static void
mark_discovered(struct state *state, uint32_t before, struct exec_why *why)
{
    struct state_manifest manifest;
    struct manifest_reader reader;
    struct vec declared = vec_of(sizeof(uint32_t));
    if (!state_find_manifest(state, before, &manifest)) {
        return;
    }
    bool is_open =
        manifest_open((struct slice){manifest.body, manifest.body_len},
                      &reader);
    for (int list = 0; is_open && list < 2; list++) {
        for (uint32_t n = manifest_read_count(&reader); n > 0; n--) {
            uint32_t id;
            char *path;
            struct file_version version;
            (void)manifest_read_file(&reader, &id);
            if (list == 0) {
                vec_push(&declared, &id);
            } else if (state_find_version(state, id, &path, &version)) {
                mark_path(why, path, true);
                free(path);
            }
        }
    }
    free(manifest.body);
    for (uint32_t i = 0; i < declared.count; i++) {
        char *path;
        struct file_version version;
        uint32_t id = *(uint32_t *)vec_at(&declared, i);
        if (state_find_version(state, id, &path, &version)) {
            mark_path(why, path, false);
            free(path);
        }
    }
    vec_finish(&declared);
}

/* --- Answering ------------------------------------------------------------------------ */

/* The reasons, and their texts, which exec_why_finish frees. */
static void
take_reasons(struct exec_why *why, struct slice row)
{
    assert(!why->reasons);
    why->texts = mem_copy(row.bytes, row.len);
    why->reasons =
        reasons_load((struct slice){why->texts, row.len}, &why->reason_count);
}

bool
why_answer(struct state *state, const char *action_key, uint64_t of_run,
           struct exec_why *why, struct error *err)
{
    assert(action_key);
    struct state_action_run run;
    char *text = NULL;
    *why = (struct exec_why){0};
    if (!state_find_action_run(state, action_key, of_run, &run, &text)) {
        return history_is_missing(action_key, of_run, err);
    }
    why->run = run.run;
    why->ended_unix_us = run.started_unix_us + run.duration_us;
    why->duration_us = run.duration_us;
    why->exit_code = run.exit_code;
    why->signal = run.signal;
    why->same_inputs = count_same(state, run.previous, run.manifest);
    take_reasons(why, run.reasons);
    mark_discovered(state, run.previous, why);
    free(text);
    return true;
}

void
exec_why_finish(struct exec_why *why)
{
    free(why->reasons);
    free(why->texts);
    *why = (struct exec_why){0};
}
