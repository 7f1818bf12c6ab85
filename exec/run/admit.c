/* SPDX-License-Identifier: MIT */
/*
 * Both readings are kept for a moment: asking the kernel before each of many
 * short commands would cost more than it tells.
 */
#include "exec/run/admit.h"

#include <assert.h>
#include <stddef.h>

#define LOAD_READ_US 50000
#define FREE_READ_US 100000

void
admission_init(struct admission *admission, const struct machine *machine,
               uint32_t load_max)
{
    assert(machine != NULL);
    *admission = (struct admission){
        .machine = machine,
        .load_max = load_max,
        .load_read_us = INT64_MIN,
        .free_read_us = INT64_MIN,
    };
}

/* True once the reading is older than `age_us`, or there is none. */
static bool
is_old(int64_t read_us, int64_t now_us, int64_t age_us)
{
    return read_us == INT64_MIN || now_us - read_us >= age_us;
}

bool
admission_has_load(struct admission *admission, int64_t now_us)
{
    if (admission->load_max == 0) {
        return true;
    }
    if (is_old(admission->load_read_us, now_us, LOAD_READ_US)) {
        admission->load = machine_runnable(admission->machine);
        admission->load_read_us = now_us;
        admission->started_since = 0;
    }
    // What has just started does not run yet, but will.
    uint64_t load = (uint64_t)admission->load + admission->started_since;
    return load < admission->load_max;
}

bool
admission_has_memory(struct admission *admission, uint64_t peak_kib,
                     uint64_t growth_kib, int64_t now_us)
{
    if (peak_kib < ADMIT_PEAK_KIB_MIN) {
        return true;
    }
    if (is_old(admission->free_read_us, now_us, FREE_READ_US)) {
        admission->free_kib = machine_free_kib(admission->machine);
        admission->free_read_us = now_us;
    }
    return growth_kib <= admission->free_kib &&
           peak_kib <= admission->free_kib - growth_kib;
}

void
admission_started(struct admission *admission)
{
    admission->started_since++;
}

uint64_t
admission_growth_kib(uint64_t peak_kib, int64_t elapsed_us,
                     uint64_t expected_us)
{
    uint64_t elapsed = elapsed_us > 0 ? (uint64_t)elapsed_us : 0;
    if (expected_us == 0 || elapsed >= expected_us) {
        return 0;
    }
    double rest = (double)(expected_us - elapsed) / (double)expected_us;
    return (uint64_t)((double)peak_kib * rest);
}
