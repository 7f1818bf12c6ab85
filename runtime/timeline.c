/* SPDX-License-Identifier: MIT */
/*
 * See timeline.h. The history has starts and durations in microseconds, not who
 * ran on which job: lanes are given out anew, as a person would draw them.
 */
#include "runtime/timeline.h"

#include "runtime/json.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Clocks of the start and of the end before it are read one after the other. */
#define SLACK_US 2000

const struct timeline_item *
timeline_at(const struct timeline *timeline, uint32_t index)
{
    return vec_at(&timeline->items, index);
}

int64_t
timeline_end_us(const struct timeline_item *item)
{
    return item->start_us + item->duration_us;
}

/* --- Loading ---------------------------------------------------------------- */

struct loading {
    struct timeline *timeline;
    uint64_t wanted; /* 0: the last one */
    bool found;
    bool texts;
};

static void
on_run(void *ctx, const struct exec_run *run)
{
    struct loading *loading = ctx;
    struct timeline *timeline = loading->timeline;
    timeline->run_count++;
    if (loading->wanted == 0 || loading->wanted == run->id) {
        free(timeline->arguments);
        timeline->run = *run;
        timeline->arguments = mem_copy(run->arguments, strlen(run->arguments));
        timeline->run.arguments = timeline->arguments;
        loading->found = true;
    }
}

/* A field without the bracket that stands before it. */
static char *
take_field(struct buffer *field)
{
    char *text = mem_copy(field->bytes + 1, field->len - 1);
    buffer_finish(field);
    return text;
}

static char *
output_fields(const struct exec_action_run *run)
{
    struct buffer field = {0};
    buffer_add_char(&field, '{');
    json_field_bytes(&field, "output", run->output_len == 0 ? "" : run->output,
                     run->output_len);
    return take_field(&field);
}

static char *
why_field(const struct exec_action_run *run)
{
    struct buffer field = {0};
    buffer_add_char(&field, '{');
    json_field_reasons(&field, "why", run->reasons, run->reason_count);
    return take_field(&field);
}

static void
on_action_run(void *ctx, const struct exec_action_run *run)
{
    struct loading *loading = ctx;
    struct timeline *timeline = loading->timeline;
    struct timeline_item item = {
        .key = mem_copy(run->key, strlen(run->key)),
        .start_us = run->started_unix_us - timeline->run.started_unix_us,
        .duration_us = run->duration_us,
        .cpu_us = run->cpu_us,
        .peak_kib = run->peak_kib,
        .exit_code = run->exit_code,
        .signal = run->signal,
        .status = run->status,
    };
    // The clock of the day may have been set back meanwhile.
    item.start_us = item.start_us < 0 ? 0 : item.start_us;
    item.duration_us = item.duration_us < 0 ? 0 : item.duration_us;
    if (loading->texts) {
        item.why = why_field(run);
        item.output = output_fields(run);
    }
    vec_push(&timeline->items, &item);
}

static int
compare_start(const void *a, const void *b)
{
    const struct timeline_item *x = a;
    const struct timeline_item *y = b;
    if (x->start_us != y->start_us) {
        return x->start_us < y->start_us ? -1 : 1;
    }
    return strcmp(x->key, y->key);
}

/* Each gets the lowest lane whose last one has ended. */
static void
give_lanes(struct timeline *timeline)
{
    struct vec ends = vec_of(sizeof(int64_t));
    for (uint32_t i = 0; i < timeline->items.count; i++) {
        struct timeline_item *item = vec_at(&timeline->items, i);
        uint32_t lane = 0;
        while (
            lane<ends.count &&*(int64_t *)vec_at(&ends, lane)> item->start_us) {
            lane++;
        }
        if (lane == ends.count) {
            (void)vec_add(&ends);
        }
        *(int64_t *)vec_at(&ends, lane) = timeline_end_us(item);
        item->lane = lane;
    }
    timeline->lane_count = ends.count;
    vec_finish(&ends);
}

bool
timeline_load(struct exec *exec, uint64_t run, bool texts,
              struct timeline *timeline, struct error *err)
{
    struct loading loading = {timeline, run, false, texts};
    *timeline = (struct timeline){
        .items = vec_of(sizeof(struct timeline_item)),
        .path = vec_of(sizeof(uint32_t)),
    };
    if (!exec_list_runs(exec, on_run, &loading, err)) {
        return false;
    }
    if (!loading.found && run == 0) {
        error_set(err, ERROR_CLASS_USAGE, "no run is recorded");
        error_set_help(err, "runs that had nothing to do are not kept");
        return false;
    }
    if (!loading.found) {
        error_set(err, ERROR_CLASS_USAGE, "there is no run %" PRIu64, run);
        error_set_help(err, "ronin runs lists those that are kept");
        return false;
    }
    const struct exec_action_run_sink sink = {on_action_run, &loading};
    if (!exec_list_action_runs(exec, timeline->run.id, &sink, err)) {
        return false;
    }
    if (timeline->items.count > 1) {
        qsort(timeline->items.items, timeline->items.count,
              sizeof(struct timeline_item), compare_start);
    }
    give_lanes(timeline);
    return true;
}

void
timeline_finish(struct timeline *timeline)
{
    for (uint32_t i = 0; i < timeline->items.count; i++) {
        struct timeline_item *item = vec_at(&timeline->items, i);
        free(item->key);
        free(item->why);
        free(item->output);
    }
    vec_finish(&timeline->items);
    vec_finish(&timeline->path);
    free(timeline->arguments);
}

/* --- The critical path --------------------------------------------------------- */

/* By action of the graph: the item + 1, 0 for what did not run. */
static uint32_t *
items_by_action(const struct timeline *timeline, const struct graph *g)
{
    uint32_t *items = mem_alloc(graph_action_count(g), sizeof(*items));
    for (uint32_t i = 0; i < timeline->items.count; i++) {
        const char *key = timeline_at(timeline, i)->key;
        struct action_id id = graph_find_key(g, key, strlen(key));
        if (id.n != ID_NONE) {
            items[id.n] = i + 1;
        }
    }
    return items;
}

/* Of all that the action needs, directly or not, what ended last before it
 * started; UINT32_MAX if it waited for nothing that ran. */
static uint32_t
waited_for(const struct timeline *timeline, const struct graph *g,
           const uint32_t *items, uint32_t at)
{
    const struct timeline_item *item = timeline_at(timeline, at);
    struct action_id id = graph_find_key(g, item->key, strlen(item->key));
    if (id.n == ID_NONE) {
        return UINT32_MAX;
    }
    struct node node = {NODE_ACTION, id.n};
    struct action_list needed = walk_needed(g, &node, 1);
    uint32_t last = UINT32_MAX;
    for (uint32_t i = 0; i < needed.count; i++) {
        uint32_t found = items[needed.ids[i].n];
        if (found == 0 || found - 1 == at) {
            continue;
        }
        const struct timeline_item *other = timeline_at(timeline, found - 1);
        // What is validated does not wait for what validates it.
        if (timeline_end_us(other) <= item->start_us + SLACK_US &&
            other->start_us < item->start_us &&
            (last == UINT32_MAX ||
             timeline_end_us(other) >
                 timeline_end_us(timeline_at(timeline, last)))) {
            last = found - 1;
        }
    }
    action_list_finish(&needed);
    return last;
}

void
timeline_find_path(struct timeline *timeline, const struct graph *g)
{
    uint32_t at = UINT32_MAX;
    for (uint32_t i = 0; i < timeline->items.count; i++) {
        if (at == UINT32_MAX ||
            timeline_end_us(timeline_at(timeline, i)) >
                timeline_end_us(timeline_at(timeline, at))) {
            at = i;
        }
    }
    uint32_t *items = items_by_action(timeline, g);
    for (; at != UINT32_MAX; at = waited_for(timeline, g, items, at)) {
        struct timeline_item *item = vec_at(&timeline->items, at);
        assert(!item->is_critical); // each starts before the one after it
        item->is_critical = true;
        vec_push(&timeline->path, &at);
    }
    free(items);
    uint32_t count = timeline->path.count;
    for (uint32_t i = 0; i < count / 2; i++) {
        uint32_t *a = vec_at(&timeline->path, i);
        uint32_t *b = vec_at(&timeline->path, count - 1 - i);
        uint32_t swapped = *a;
        *a = *b;
        *b = swapped;
    }
}

/* --- Moments --------------------------------------------------------------------- */

/* At one time ends come first, so that counters do not jump; but each start
 * before its own end. */
static int
compare_moment(const void *a, const void *b)
{
    const struct timeline_moment *x = a;
    const struct timeline_moment *y = b;
    if (x->time_us != y->time_us) {
        return x->time_us < y->time_us ? -1 : 1;
    }
    if (x->item == y->item) {
        return (int)x->is_end - (int)y->is_end;
    }
    if (x->is_end != y->is_end) {
        return (int)y->is_end - (int)x->is_end;
    }
    return x->item < y->item ? -1 : 1;
}

struct vec
timeline_moments(const struct timeline *timeline)
{
    struct vec moments = vec_of(sizeof(struct timeline_moment));
    for (uint32_t i = 0; i < timeline->items.count; i++) {
        const struct timeline_item *item = timeline_at(timeline, i);
        // One that took no time at all still ends after it starts.
        int64_t end_us = timeline_end_us(item);
        struct timeline_moment start = {item->start_us, i, false};
        struct timeline_moment end = {
            end_us > item->start_us ? end_us : item->start_us + 1, i, true};
        vec_push(&moments, &start);
        vec_push(&moments, &end);
    }
    if (moments.count > 1) {
        qsort(moments.items, moments.count, sizeof(struct timeline_moment),
              compare_moment);
    }
    return moments;
}
