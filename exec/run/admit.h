/* SPDX-License-Identifier: MIT */
/*
 * Whether one more command may start beside those that run: by the load of the
 * machine (-l) and by the memory that the command took at most in the past.
 * With nothing running everything may start, so that nothing waits for ever.
 * See spec/build/scheduling.md.
 */
#ifndef EXEC_RUN_ADMIT_H
#define EXEC_RUN_ADMIT_H

#include "exec/run/machine.h"

#include <stdbool.h>

/* Commands that never took so much are not worth a look at the memory. */
#define ADMIT_PEAK_KIB_MIN ((uint64_t)32 << 10)

struct admission {
    const struct machine *machine;
    uint32_t load_max; /* 0: any */
    int64_t load_read_us;
    uint32_t load;          /* as it was read */
    uint32_t started_since; /* commands that the reading cannot have seen */
    int64_t free_read_us;
    uint64_t free_kib; /* as it was read */
};

void admission_init(struct admission *admission, const struct machine *machine,
                    uint32_t load_max);
/* False while as many tasks run as -l allows. */
bool admission_has_load(struct admission *admission, int64_t now_us);
/* False if a command with such a peak does not fit beside what runs, which is
 * expected to grow by `growth_kib` more. */
bool admission_has_memory(struct admission *admission, uint64_t peak_kib,
                          uint64_t growth_kib, int64_t now_us);
/* A command has started. */
void admission_started(struct admission *admission);

/* What a running command is expected to take still: it is taken to grow
 * evenly over its expected duration. */
uint64_t admission_growth_kib(uint64_t peak_kib, int64_t elapsed_us,
                              uint64_t expected_us);

#endif
