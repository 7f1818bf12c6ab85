/* SPDX-License-Identifier: MIT */
/*
 * In which order ready actions start, and what each is likely to take: from
 * the runs of the past. An action comes the sooner the longer the way from it
 * to the end of the build is (the critical path); ties go by the graph. What
 * never ran is taken to cost what others with the same program do. See
 * spec/build/scheduling.md.
 */
#ifndef EXEC_RUN_SCHEDULE_H
#define EXEC_RUN_SCHEDULE_H

#include "exec/run/plan.h"
#include "exec/state/state.h"

/* By action of one graph. */
struct schedule {
    uint64_t *durations_us; /* expected; never 0 */
    uint64_t *longest_us;   /* to the end of the build; NULL before an order */
    uint8_t *known;         /* the duration comes from the action's own past */
    uint32_t known_count;
    uint64_t *peaks_kib; /* expected; 0: nothing worth a thought */
    uint32_t count;
};

/* Reads the past. Failure only means that nothing is known. */
void schedule_load(struct schedule *schedule, struct state *state,
                   const struct graph *g);
void schedule_finish(struct schedule *schedule);

/* Orders what is not done yet by the critical path. */
void schedule_order(struct schedule *schedule, const struct graph *g,
                    struct plan *plan);
/* Those first behind which the most actions wait one for the other, whatever each
 * of them takes: what has no past but the graph. Phony ones do not count. */
void schedule_order_by_count(const struct graph *g, struct plan *plan);
/* Orders by chance, the same for the same seed: actions by their keys, so that
 * it does not depend on their number. */
void schedule_shuffle(const struct graph *g, uint64_t seed, struct plan *plan);

#endif
