/* SPDX-License-Identifier: MIT */
/*
 * The past is one query over the latest runs. Each action takes up to five of
 * them, the newest counting most; medians of the rest come from sorted arrays.
 */
#include "exec/run/schedule.h"

#include "exec/base/memory.h"
#include "exec/base/vec.h"
#include "exec/graph/walk.h"
#include "exec/state/past.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define RUNS_MAX 5
/* Each run counts six tenths of the one after it. */
#define FADE_NUMERATOR 6
#define FADE_DENOMINATOR 10
/* Not more rows than this are read, however large the graph is. */
#define ROWS_MAX 1000000
/* What an action is taken to cost when nothing at all is known. */
#define DURATION_DEFAULT_US 1000

/* The runs of one action so far, the newest first. */
struct past {
    uint64_t weight; /* of the next run, in parts of 10^RUNS_MAX */
    uint64_t weights;
    uint64_t sum;
    uint64_t peak_kib;
    uint32_t runs;
};

struct loading {
    const struct graph *g;
    struct past *pasts; /* by action */
};

/* A number of an action, to be sorted by. */
struct ranked {
    uint64_t number;
    uint64_t class;
    uint32_t action;
};

/* --- The past -------------------------------------------------------------- */

static void
add_cost(void *ctx, const struct state_cost *cost)
{
    struct loading *loading = ctx;
    struct action_id id =
        graph_find_key(loading->g, cost->key, strlen(cost->key));
    if (id.n == ID_NONE) {
        return;
    }
    struct past *past = &loading->pasts[id.n];
    if (past->runs == RUNS_MAX) {
        return;
    }
    if (past->runs++ == 0) {
        past->weight = 100000;
    }
    uint64_t duration = cost->duration_us > 0 ? (uint64_t)cost->duration_us : 1;
    uint64_t peak = cost->peak_kib > 0 ? (uint64_t)cost->peak_kib : 0;
    past->sum += past->weight * duration;
    past->weights += past->weight;
    past->weight = past->weight * FADE_NUMERATOR / FADE_DENOMINATOR;
    past->peak_kib = peak > past->peak_kib ? peak : past->peak_kib;
}

/* Actions with one program and one :cost are a class. */
static uint64_t
class_of(const struct graph *g, uint32_t number)
{
    const struct action *a = graph_action(g, (struct action_id){number});
    uint64_t cost = graph_detail(g, a)->cost;
    for (uint32_t i = 0; i < a->steps.count; i++) {
        const struct step *step = graph_step(g, a, i);
        if (step->kind == STEP_COMMAND && step->argv.count > 0) {
            return cost << 32 | graph_arg(g, step, 0).n;
        }
    }
    return cost << 32 | ID_NONE;
}

/* By class, and within it by number. */
static int
compare_class(const void *a, const void *b)
{
    const struct ranked *x = a;
    const struct ranked *y = b;
    if (x->class != y->class) {
        return x->class < y->class ? -1 : 1;
    }
    return x->number < y->number ? -1 : x->number > y->number;
}

static int
compare_number(const void *a, const void *b)
{
    const struct ranked *x = a;
    const struct ranked *y = b;
    return x->number < y->number ? -1 : x->number > y->number;
}

/* For bsearch in an array that is sorted by class. */
static int
compare_to_class(const void *class, const void *item)
{
    uint64_t wanted = *(const uint64_t *)class;
    uint64_t has = ((const struct ranked *)item)->class;
    return wanted < has ? -1 : wanted > has;
}

/* The median of a class among known costs, sorted by class; or 0. */
static uint64_t
class_median(const struct ranked *known, uint32_t count, uint64_t class)
{
    const struct ranked *hit =
        count == 0
            ? NULL
            : bsearch(&class, known, count, sizeof(*known), compare_to_class);
    if (hit == NULL) {
        return 0;
    }
    const struct ranked *first = hit;
    const struct ranked *last = hit;
    while (first > known && first[-1].class == class) {
        first--;
    }
    while (last + 1 < known + count && last[1].class == class) {
        last++;
    }
    return first[(last - first) / 2].number;
}

/* Gives actions without a past the median of their class, or of all. */
static void
guess_unknown(struct schedule *schedule, const struct graph *g)
{
    struct vec known = vec_of(sizeof(struct ranked));
    for (uint32_t i = 0; i < schedule->count; i++) {
        if (schedule->durations_us[i] != 0) {
            struct ranked item = {schedule->durations_us[i], class_of(g, i), i};
            vec_push(&known, &item);
        }
    }
    uint64_t median = DURATION_DEFAULT_US;
    if (known.count > 0) {
        qsort(known.items, known.count, sizeof(struct ranked), compare_number);
        median = ((struct ranked *)vec_at(&known, known.count / 2))->number;
        qsort(known.items, known.count, sizeof(struct ranked), compare_class);
    }
    uint64_t class = 0; // of the action before: mostly the same
    uint64_t guess = 0;
    for (uint32_t i = 0; i < schedule->count; i++) {
        if (schedule->durations_us[i] != 0) {
            continue;
        }
        uint64_t own = class_of(g, i);
        if (own != class || guess == 0) {
            class = own;
            guess = class_median(known.items, known.count, class);
            guess = guess == 0 ? median : guess;
        }
        schedule->durations_us[i] = guess;
    }
    vec_finish(&known);
}

/* A command starts within our memory, so that its peak is never told to be less
 * than ours was. */
static uint64_t
own_peak_kib(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (uint64_t)usage.ru_maxrss : 0;
}

void
schedule_load(struct schedule *schedule, struct state *state,
              const struct graph *g)
{
    uint32_t count = graph_action_count(g);
    struct loading loading = {g, mem_alloc(count, sizeof(struct past))};
    uint64_t rows = (uint64_t)count * RUNS_MAX;
    struct error ignored = {0};
    *schedule = (struct schedule){
        .durations_us = mem_alloc(count, sizeof(uint64_t)),
        .peaks_kib = mem_alloc(count, sizeof(uint64_t)),
        .known = mem_alloc(count, sizeof(uint8_t)),
        .count = count,
    };
    if (!state_load_costs(state, rows < ROWS_MAX ? rows : ROWS_MAX, add_cost,
                          &loading, &ignored)) {
        error_finish(&ignored);
    }
    uint64_t own_kib = own_peak_kib();
    for (uint32_t i = 0; i < count; i++) {
        const struct past *past = &loading.pasts[i];
        if (past->runs > 0) {
            assert(past->weights > 0);
            uint64_t mean = past->sum / past->weights;
            schedule->durations_us[i] = mean > 0 ? mean : 1;
            schedule->known[i] = 1;
            schedule->known_count++;
            schedule->peaks_kib[i] =
                past->peak_kib > own_kib ? past->peak_kib : 0;
        }
    }
    free(loading.pasts);
    guess_unknown(schedule, g);
}

void
schedule_finish(struct schedule *schedule)
{
    free(schedule->durations_us);
    free(schedule->longest_us);
    free(schedule->known);
    free(schedule->peaks_kib);
    *schedule = (struct schedule){0};
}

/* --- Orders ------------------------------------------------------------------ */

/* The greatest number first; ties by the graph. */
static int
compare_rank(const void *a, const void *b)
{
    const struct ranked *x = a;
    const struct ranked *y = b;
    if (x->number != y->number) {
        return x->number > y->number ? -1 : 1;
    }
    return x->action < y->action ? -1 : x->action > y->action;
}

/* Hands the order of the numbers to the plan. */
static void
order_by(const uint64_t *numbers, uint32_t count, struct plan *plan)
{
    struct ranked *items = mem_alloc(count, sizeof(*items));
    for (uint32_t i = 0; i < count; i++) {
        items[i] = (struct ranked){.number = numbers[i], .action = i};
    }
    qsort(items, count, sizeof(*items), compare_rank);
    uint32_t *places = mem_alloc(count, sizeof(*places));
    for (uint32_t i = 0; i < count; i++) {
        places[items[i].action] = i;
    }
    free(items);
    plan_set_order(plan, places);
}

void
schedule_order(struct schedule *schedule, const struct graph *g,
               struct plan *plan)
{
    uint32_t count = graph_action_count(g);
    assert(schedule->count == count);
    uint64_t *costs = mem_alloc(count, sizeof(*costs));
    uint64_t *longest = mem_alloc(count, sizeof(*longest));
    for (uint32_t i = 0; i < count; i++) {
        // What will not run makes no way longer.
        enum plan_state state = plan_state(plan, (struct action_id){i});
        bool counts =
            state == PLAN_WAITING || state == PLAN_READY || state == PLAN_TAKEN;
        costs[i] = counts ? schedule->durations_us[i] : 0;
    }
    walk_longest(g, costs, longest);
    order_by(longest, count, plan);
    free(costs);
    free(schedule->longest_us);
    schedule->longest_us = longest;
}

void
schedule_order_by_count(const struct graph *g, struct plan *plan)
{
    uint32_t count = graph_action_count(g);
    uint64_t *costs = mem_alloc(count, sizeof(*costs));
    uint64_t *longest = mem_alloc(count, sizeof(*longest));
    for (uint32_t i = 0; i < count; i++) {
        struct action_id id = {i};
        costs[i] = plan_state(plan, id) != PLAN_UNWANTED &&
                   (graph_action(g, id)->flags & ACTION_PHONY) == 0;
    }
    walk_longest(g, costs, longest);
    order_by(longest, count, plan);
    free(costs);
    free(longest);
}

/* A step of splitmix64: every bit of the seed reaches every bit. */
static uint64_t
mix(uint64_t seed)
{
    seed += 0x9e3779b97f4a7c15U;
    seed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9U;
    seed = (seed ^ (seed >> 27)) * 0x94d049bb133111ebU;
    return seed ^ (seed >> 31);
}

void
schedule_shuffle(const struct graph *g, uint64_t seed, struct plan *plan)
{
    uint32_t count = graph_action_count(g);
    uint64_t *numbers = mem_alloc(count, sizeof(*numbers));
    for (uint32_t i = 0; i < count; i++) {
        const struct action *a = graph_action(g, (struct action_id){i});
        struct slice key = graph_str(g, a->key);
        struct hash128 hash = hash_default()->bytes(key.bytes, key.len);
        numbers[i] = mix(seed ^ hash.low);
    }
    order_by(numbers, count, plan);
    free(numbers);
}
