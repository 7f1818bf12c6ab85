/* SPDX-License-Identifier: MIT */
/*
 * Watched folders of an action: the events since the listing that its last
 * run began with, and what the predicates say of them. When all say no, the
 * listing of now becomes the one to compare with, so that nothing is asked
 * twice; when one says yes, that happens with the end of the run.
 */
#include "exec/decide/watched.h"

#include "exec/base/memory.h"
#include "exec/decide/listing.h"
#include "exec/decide/record.h"
#include "exec/state/past.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* --- Asking --------------------------------------------------------------------------- */

struct question {
    struct judge *judge;
    struct record *record;
    const struct watch *watch;
    uint32_t fired;
    bool failed;
    bool stale;
    struct error *err;
};

/* One event, put to the predicate of the watch. */
static void
ask(void *ctx, const char *path, bool is_dir, enum exec_watch_event event)
{
    static const char *const names[] = {"ifcreated", "ifwritten", "ifdeleted"};
    struct question *q = ctx;
    const struct exec_host *host = q->judge->options.host;
    bool fires = false;
    (void)is_dir;
    if (q->failed || ours_made(record_ours(q->judge), path)) {
        return;
    }
    assert(host && host->watch);
    struct exec_watched watched = {path, event};
    enum exec_answer answer =
        host->watch(host->ctx, q->watch->predicate, &watched, &fires, q->err);
    q->failed = answer != ANSWER_OK;
    q->stale = answer == ANSWER_STALE;
    if (!q->failed && fires) {
        struct manifest_event fired = {mem_copy_str(path), (uint8_t)event};
        vec_push(&q->record->events, &fired);
        reasons_add(&q->judge->reasons, "watch-fired", path, NULL,
                    names[event]);
        q->fired++;
    }
}

/* The listing of now, read once for each judgement. */
static struct slice
read_pending(struct judge *judge, struct record *record, const char *dir)
{
    assert(*dir);
    for (uint32_t i = 0; i < record->listings.count; i++) {
        struct pending_listing *known = vec_at(&record->listings, i);
        if (strcmp(known->dir, dir) == 0) {
            return (struct slice){buffer_str(&known->listing),
                                  known->listing.len};
        }
    }
    struct pending_listing *pending = vec_add(&record->listings);
    pending->dir = mem_copy_str(dir);
    listing_read(files_root_fd(judge->files), dir, &pending->listing);
    return (struct slice){buffer_str(&pending->listing), pending->listing.len};
}

void
watched_prepare(struct judge *judge, const struct action *a,
                struct record *record)
{
    for (uint32_t i = 0; i < a->watches.count; i++) {
        const struct watch *watch = graph_watch(judge->graph, a, i);
        (void)read_pending(judge, record, graph_path(judge->graph, watch->dir));
    }
}

/* No event fired: they are not to be asked about again. */
static bool
move_baseline(struct judge *judge, const struct record *record,
              struct error *err)
{
    assert(!judge->options.dry_run);
    for (uint32_t i = 0; i < record->listings.count; i++) {
        const struct pending_listing *pending = vec_at(&record->listings, i);
        struct slice now = {buffer_str(&pending->listing),
                            pending->listing.len};
        char *before = NULL;
        size_t len = 0;
        bool same = state_find_listing(judge->state, record->key, pending->dir,
                                       &before, &len) &&
                    slice_equal(now, (struct slice){before, len});
        free(before);
        if (!same && !state_put_listing(judge->state, record->key, pending->dir,
                                        now, err)) {
            return false;
        }
    }
    return true;
}

bool
watched_judge(struct judge *judge, const struct action *a,
              struct record *record, bool *stale, struct error *err)
{
    assert(stale);
    struct question q = {.judge = judge, .record = record, .err = err};
    if (a->watches.count == 0) {
        return true;
    }
    record_forget_watched(record);
    for (uint32_t i = 0; i < a->watches.count && !q.failed; i++) {
        q.watch = graph_watch(judge->graph, a, i);
        const char *dir = graph_path(judge->graph, q.watch->dir);
        char *before = NULL;
        size_t len = 0;
        struct slice now = read_pending(judge, record, dir);
        if (state_find_listing(judge->state, record->key, dir, &before, &len)) {
            listing_compare((struct slice){before, len}, now, ask, &q);
        }
        free(before);
    }
    *stale = q.stale;
    if (q.failed || q.stale) {
        return false;
    }
    /* A dirty action stores it when it has run. */
    bool is_clean = judge->reasons.items.count == 0;
    return !is_clean || judge->options.dry_run ||
           move_baseline(judge, record, err);
}

struct stillness {
    struct judge *judge;
    bool moved;
};

/* What ronin wrote does not count here either. */
static void
note_event(void *ctx, const char *path, bool is_dir,
           enum exec_watch_event event)
{
    struct stillness *still = ctx;
    (void)is_dir;
    (void)event;
    if (!ours_made(record_ours(still->judge), path)) {
        still->moved = true;
    }
}

bool
watched_is_still(struct judge *judge, const struct record *record,
                 const struct watch *watch)
{
    const char *dir = graph_path(judge->graph, watch->dir);
    struct stillness still = {judge, false};
    char *before = NULL;
    size_t len = 0;
    if (!state_find_listing(judge->state, record->key, dir, &before, &len)) {
        return false;
    }
    struct buffer now = {0};
    listing_read(files_root_fd(judge->files), dir, &now);
    listing_compare((struct slice){before, len}, buffer_slice(&now), note_event,
                    &still);
    buffer_finish(&now);
    free(before);
    return !still.moved;
}
