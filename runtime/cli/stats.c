/* SPDX-License-Identifier: MIT */
/* `ronin stats`: where the time of a run went. */
#include "runtime/cli/asking.h"
#include "runtime/describe.h"
#include "runtime/json.h"
#include "runtime/timeline.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_SHOWN = 5, PATH_SHOWN = 12 };

static const struct option_row rows[] = {
    {'f', "file", "FILE", "the build file, instead of build.magma"},
    {'o', "output", "text|json", "the form of the answer"},
    {0, NULL, NULL, NULL},
};

struct stats {
    const struct timeline *timeline;
    int64_t wall_us;
    int64_t work_us; /* of all actions */
    int64_t cpu_us;
    int64_t path_us; /* of those on the critical path */
    int64_t peak_kib;
    uint32_t peak_item;
    int64_t mean_us;   /* of the latest runs of all actions */
    uint32_t *longest; /* items, the longest first */
};

/* --- Gathering --------------------------------------------------------------- */

struct mean {
    int64_t sum_us;
    int64_t count;
};

static void
add_latest(void *ctx, const struct exec_action_run *run)
{
    struct mean *mean = ctx;
    if (run->status == STATUS_OK) {
        mean->sum_us += run->duration_us;
        mean->count++;
    }
}

/* The longest first; at equal times in the order of the run. */
static int
compare_duration(const void *a, const void *b, void *ctx)
{
    const struct timeline *timeline = ctx;
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    int64_t x_us = timeline_at(timeline, x)->duration_us;
    int64_t y_us = timeline_at(timeline, y)->duration_us;
    if (x_us != y_us) {
        return x_us > y_us ? -1 : 1;
    }
    return x < y ? -1 : x > y;
}

static void
sum_items(struct stats *stats)
{
    const struct timeline *timeline = stats->timeline;
    int64_t last_us = 0;
    for (uint32_t i = 0; i < timeline->items.count; i++) {
        const struct timeline_item *item = timeline_at(timeline, i);
        stats->work_us += item->duration_us;
        stats->cpu_us += item->cpu_us;
        stats->path_us += item->is_critical ? item->duration_us : 0;
        if (item->peak_kib > stats->peak_kib) {
            stats->peak_kib = item->peak_kib;
            stats->peak_item = i;
        }
        int64_t end_us = timeline_end_us(item);
        last_us = end_us > last_us ? end_us : last_us;
        stats->longest[i] = i;
    }
    const struct exec_run *run = &timeline->run;
    stats->wall_us = run->ended_unix_us == 0
                         ? last_us
                         : run->ended_unix_us - run->started_unix_us;
    qsort_r(stats->longest, timeline->items.count, sizeof(uint32_t),
            compare_duration, (void *)(uintptr_t)timeline);
}

/* How many at a time, in hundredths. */
static int64_t
parallel_of(const struct stats *stats)
{
    return stats->wall_us == 0 ? 0 : stats->work_us * 100 / stats->wall_us;
}

static int64_t
saved_us(const struct stats *stats)
{
    return stats->mean_us * stats->timeline->run.cut_off;
}

/* --- Text ------------------------------------------------------------------------ */

/*   longest       bin/server 18.20 s */
static void
add_longest(struct buffer *out, const struct stats *stats)
{
    const struct timeline *timeline = stats->timeline;
    for (uint32_t i = 0; i < timeline->items.count && i < LONGEST_SHOWN; i++) {
        const struct timeline_item *item =
            timeline_at(timeline, stats->longest[i]);
        buffer_add_str(out, i == 0 ? "  longest        " : "                 ");
        describe_duration(out, item->duration_us);
        buffer_add_format(out, "  %s%s\n", asking_shown(item->key),
                          item->is_critical ? "  (critical)" : "");
    }
}

static void
add_path(struct buffer *out, const struct stats *stats)
{
    const struct timeline *timeline = stats->timeline;
    uint32_t count = timeline->path.count;
    if (count == 0) {
        return;
    }
    buffer_add_str(out, "  critical path  ");
    describe_duration(out, stats->path_us);
    buffer_add_format(out, ", %" PRId64 " %% of the time: ",
                      stats->wall_us == 0
                          ? 0
                          : stats->path_us * 100 / stats->wall_us);
    for (uint32_t i = 0; i < count && i < PATH_SHOWN; i++) {
        uint32_t item = *(uint32_t *)vec_at(&timeline->path, i);
        buffer_add_str(out, i == 0 ? "" : " \xe2\x86\x92 ");
        buffer_add_str(out, asking_shown(timeline_at(timeline, item)->key));
    }
    buffer_add_str(out, count > PATH_SHOWN ? " \xe2\x86\x92 ...\n" : "\n");
}

static void
add_counts(struct buffer *out, const struct stats *stats)
{
    const struct exec_run *run = &stats->timeline->run;
    buffer_add_format(out, "  actions        %" PRIu32 " ran", run->ran);
    if (run->failed > 0) {
        buffer_add_format(out, ", %" PRIu32 " failed", run->failed);
    }
    buffer_add_format(out, ", %" PRIu32 " up to date", run->up_to_date);
    if (run->cut_off > 0) {
        buffer_add_format(out, ", %" PRIu32 " cut off: saved about ",
                          run->cut_off);
        describe_duration(out, saved_us(stats));
    }
    buffer_add_char(out, '\n');
}

static void
print_text(const struct stats *stats)
{
    const struct timeline *timeline = stats->timeline;
    const struct exec_run *run = &timeline->run;
    struct buffer out = {0};
    buffer_add_format(&out, "run %" PRIu64 " of %" PRIu32 "  ", run->id,
                      timeline->run_count);
    asking_time(&out, run->started_unix_us);
    buffer_add_format(&out, "  %s\n  time           ", timeline->arguments);
    describe_duration(&out, stats->wall_us);
    buffer_add_str(&out, " for ");
    describe_duration(&out, stats->work_us);
    buffer_add_format(&out,
                      " of work: %" PRId64 ".%02" PRId64
                      " at a time, at most %" PRIu32 "\n",
                      parallel_of(stats) / 100, parallel_of(stats) % 100,
                      timeline->lane_count);
    add_counts(&out, stats);
    add_longest(&out, stats);
    add_path(&out, stats);
    buffer_add_str(&out, "  processors     ");
    describe_duration(&out, stats->cpu_us);
    if (stats->peak_kib > 0) {
        buffer_add_format(&out,
                          "\n  memory         %" PRId64 " MiB at most, by %s",
                          stats->peak_kib / 1024,
                          asking_shown(
                              timeline_at(timeline, stats->peak_item)->key));
    }
    buffer_add_char(&out, '\n');
    asking_print(&out);
}

/* --- JSON ------------------------------------------------------------------------- */

static void
add_action(struct buffer *out, const struct timeline_item *item)
{
    buffer_add_char(out, '{');
    json_field_text(out, "path", asking_shown(item->key));
    json_field_int(out, "dur", item->duration_us);
    json_field_bool(out, "critical", item->is_critical);
    buffer_add_char(out, '}');
}

static void
print_json(const struct stats *stats)
{
    const struct timeline *timeline = stats->timeline;
    const struct exec_run *run = &timeline->run;
    struct buffer out = {0};
    buffer_add_char(&out, '{');
    json_field_int(&out, "run", (int64_t)run->id);
    json_field_int(&out, "runs", timeline->run_count);
    json_field_int(&out, "started", run->started_unix_us);
    json_field_text(&out, "args", timeline->arguments);
    json_field_int(&out, "dur", stats->wall_us);
    json_field_int(&out, "work", stats->work_us);
    json_field_int(&out, "cpu", stats->cpu_us);
    json_field_int(&out, "rss", stats->peak_kib);
    json_field_int(&out, "lanes", timeline->lane_count);
    json_field_int(&out, "ran", run->ran);
    json_field_int(&out, "failed", run->failed);
    json_field_int(&out, "up_to_date", run->up_to_date);
    json_field_int(&out, "cut_off", run->cut_off);
    json_field_int(&out, "saved", saved_us(stats));
    json_field_int(&out, "critical", stats->path_us);
    json_name(&out, "path");
    buffer_add_char(&out, '[');
    for (uint32_t i = 0; i < timeline->path.count; i++) {
        buffer_add_str(&out, i == 0 ? "" : ",");
        add_action(&out, timeline_at(timeline,
                                     *(uint32_t *)vec_at(&timeline->path, i)));
    }
    buffer_add_char(&out, ']');
    json_name(&out, "longest");
    buffer_add_char(&out, '[');
    for (uint32_t i = 0; i < timeline->items.count && i < LONGEST_SHOWN; i++) {
        buffer_add_str(&out, i == 0 ? "" : ",");
        add_action(&out, timeline_at(timeline, stats->longest[i]));
    }
    buffer_add_str(&out, "]}\n");
    fwrite(out.bytes, 1, out.len, stdout);
    buffer_finish(&out);
}

/* The critical path needs the graph, which may be broken by now. */
static bool
answer_stats(struct asking *asking, struct error *err)
{
    struct timeline timeline;
    struct mean mean = {0, 0};
    const struct exec_action_run_sink sink = {add_latest, &mean};
    struct error ignored = {0};
    bool done =
        timeline_load(asking->exec, asking->run, false, &timeline, err) &&
        exec_list_action_runs(asking->exec, 0, &sink, err);
    if (done) {
        struct stats stats = {
            .timeline = &timeline,
            .mean_us = mean.count == 0 ? 0 : mean.sum_us / mean.count,
            .longest = mem_alloc(timeline.items.count + 1u, sizeof(uint32_t)),
        };
        if (asking_graph(asking, &ignored)) {
            timeline_find_path(&timeline, asking->graph);
        } else {
            error_finish(&ignored);
        }
        sum_items(&stats);
        (asking->json ? print_json : print_text)(&stats);
        free(stats.longest);
    }
    timeline_finish(&timeline);
    return done;
}

static int
run_stats(int argc, char **argv)
{
    return asking_about_run(&command_stats, argc, argv, answer_stats);
}

const struct command command_stats = {
    .name = "stats",
    .args = "[OPTION...] [RUN]",
    .summary = "Tell where the time of a run went.",
    .usage =
        "Without a number the last run that did something: how much ran at "
        "a time, what took\nlongest, which way decided when it ended.",
    .options = rows,
    .run = run_stats,
};
