/* SPDX-License-Identifier: MIT */
/* The checks of a machine: one const struct each, in the order in which they
 * are told. A system has its own table of them. */
#ifndef EXEC_HEALTH_MACHINE_CHECKS_H
#define EXEC_HEALTH_MACHINE_CHECKS_H

#include "exec/base/buffer.h"
#include "exec/health/health.h"

#include <stdint.h>

/* Where a check looks; tests have folders of their own. */
struct check_place {
    const char *root; /* the build root */
    const char *proc; /* "/proc" */
    const char *dev;  /* "/dev" */
};

struct machine_check {
    const char *name;
    /* Looks, and writes what is found, and what could be done about it. */
    enum exec_health (*look)(const struct check_place *place,
                             struct buffer *found, struct buffer *advice);
};

extern const struct machine_check machine_checks[];
extern const uint32_t machine_check_count;

#endif
