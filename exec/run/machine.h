/* SPDX-License-Identifier: MIT */
/*
 * What the machine has left for commands, as the kernel tells it in files: of
 * the machine itself, and of the control groups that ronin runs in (both
 * versions). Whatever cannot be read limits nothing.
 */
#ifndef EXEC_RUN_MACHINE_H
#define EXEC_RUN_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

/* Where the files are. Tests have folders of their own. */
struct machine {
    const char *proc;   /* "/proc" */
    const char *cgroup; /* "/sys/fs/cgroup" */
};
extern const struct machine machine_real;

/* How many commands can compute at once: processors that we may run on, or
 * the part of them that the control groups grant, rounded up. At least 1. */
uint32_t machine_processors(const struct machine *machine);
/* Memory that commands can take without swapping; UINT64_MAX: not known. */
uint64_t machine_free_kib(const struct machine *machine);
/* Tasks of the whole system that run or wait for a processor, without the one
 * that asks. */
uint32_t machine_runnable(const struct machine *machine);

/* The number in a file of the kernel that holds nothing else; false if it cannot
 * be read. */
bool machine_read_number(const char *dir, const char *name, uint64_t *number);

#endif
