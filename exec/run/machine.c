/* SPDX-License-Identifier: MIT */
/*
 * A control group may be seen at the path that /proc/self/cgroup names, or, in
 * a container, at the root of the mount; its parents limit it as well. So all
 * folders from the path upwards are asked, and the smallest answer counts.
 */
#include "exec/run/machine.h"

#include "exec/base/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct machine machine_real = {"/proc", "/sys/fs/cgroup"};

#define TEXT_SIZE 8192

/* --- Files of the kernel ------------------------------------------------------ */

/* The beginning of a small file; false if there is none. */
static bool
read_text(const char *dir, const char *name, char text[TEXT_SIZE])
{
    char *path = mem_format("%s/%s", dir, name);
    FILE *stream = fopen(path, "re");
    free(path);
    if (stream == NULL) {
        return false;
    }
    size_t len = fread(text, 1, TEXT_SIZE - 1, stream);
    fclose(stream);
    text[len] = '\0';
    return len > 0;
}

/* The number after a name at the start of a line; false if it is not there. */
static bool
find_number(const char *text, const char *name, uint64_t *number)
{
    size_t len = strlen(name);
    for (const char *line = text; line != NULL && *line != '\0';) {
        if (strncmp(line, name, len) == 0) {
            return sscanf(line + len, "%" SCNu64, number) == 1;
        }
        line = strchr(line, '\n');
        line = line != NULL ? line + 1 : NULL;
    }
    return false;
}

bool
machine_read_number(const char *dir, const char *name, uint64_t *number)
{
    char text[TEXT_SIZE];
    return read_text(dir, name, text) && find_number(text, "", number);
}

/* --- Control groups ------------------------------------------------------------- */

/* Looks at one folder of a group, and lowers what it finds too high. */
typedef void group_fn(const char *dir, bool unified, uint64_t *least);

/* True if a comma-separated list has the word. */
static bool
has_word(const char *list, size_t len, const char *word)
{
    size_t word_len = strlen(word);
    for (size_t at = 0; at < len;) {
        size_t n = strcspn(list + at, ",:");
        if (n == word_len && strncmp(list + at, word, n) == 0) {
            return true;
        }
        at += n + 1;
    }
    return false;
}

/* All folders from a group up to its mount. */
static void
ask_folders(const char *mount, const char *path, bool unified, group_fn *ask,
            uint64_t *least)
{
    char *dir = mem_format("%s%s", mount, strcmp(path, "/") == 0 ? "" : path);
    size_t mount_len = strlen(mount);
    for (;;) {
        ask(dir, unified, least);
        char *slash = strrchr(dir, '/');
        if (strlen(dir) <= mount_len || slash < dir + mount_len) {
            break;
        }
        *slash = '\0';
    }
    free(dir);
}

/* All groups of this process that have the controller. Lines are
 * "number:controllers:path"; without controllers it is the unified tree. */
static void
ask_groups(const struct machine *machine, const char *controller, group_fn *ask,
           uint64_t *least)
{
    char text[TEXT_SIZE];
    if (!read_text(machine->proc, "self/cgroup", text)) {
        return;
    }
    char *rest = text;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        char *list = strchr(line, ':');
        char *path = list != NULL ? strchr(list + 1, ':') : NULL;
        if (path == NULL) {
            continue;
        }
        size_t len = (size_t)(path - list - 1);
        if (len == 0) {
            ask_folders(machine->cgroup, path + 1, true, ask, least);
        } else if (has_word(list + 1, len, controller)) {
            char *mount = mem_format("%s/%s", machine->cgroup, controller);
            ask_folders(mount, path + 1, false, ask, least);
            free(mount);
        }
    }
}

/* --- Processors ------------------------------------------------------------------ */

/* A quota and its period, as whole processors. */
static void
ask_processors(const char *dir, bool unified, uint64_t *least)
{
    char text[TEXT_SIZE];
    uint64_t quota = 0;
    uint64_t period = 0;
    if (unified) {
        if (!read_text(dir, "cpu.max", text) ||
            sscanf(text, "%" SCNu64 " %" SCNu64, &quota, &period) != 2) {
            return;
        }
    } else if (!machine_read_number(dir, "cpu.cfs_quota_us", &quota) ||
               !machine_read_number(dir, "cpu.cfs_period_us", &period) ||
               quota > INT64_MAX) { // -1 is no limit
        return;
    }
    if (period > 0) {
        uint64_t count = quota / period + (quota % period > 0);
        count = count > 0 ? count : 1;
        *least = count < *least ? count : *least;
    }
}

/* The set grows until it has room for all processors of the machine. */
static uint32_t
affinity_count(void)
{
    for (size_t count = CPU_SETSIZE; count <= (size_t)1 << 16; count *= 2) {
        cpu_set_t *set = CPU_ALLOC(count);
        if (set == NULL) {
            break;
        }
        size_t size = CPU_ALLOC_SIZE(count);
        int status = sched_getaffinity(0, size, set);
        int errnum = errno;
        int found = status == 0 ? CPU_COUNT_S(size, set) : 0;
        CPU_FREE(set);
        if (status == 0 || errnum != EINVAL) {
            return found > 0 ? (uint32_t)found : 1;
        }
    }
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (uint32_t)online : 1;
}

uint32_t
machine_processors(const struct machine *machine)
{
    uint64_t least = affinity_count();
    ask_groups(machine, "cpu", ask_processors, &least);
    return (uint32_t)least;
}

/* --- Memory ---------------------------------------------------------------------- */

/* What a group may still take: pages of files that nobody used lately can be
 * dropped at any time, so they count as free. */
static void
ask_memory(const char *dir, bool unified, uint64_t *least)
{
    char text[TEXT_SIZE];
    uint64_t limit = 0;
    uint64_t used = 0;
    uint64_t idle = 0;
    if (!machine_read_number(dir,
                             unified ? "memory.max" : "memory.limit_in_bytes",
                             &limit) ||
        !machine_read_number(
            dir, unified ? "memory.current" : "memory.usage_in_bytes", &used)) {
        return;
    }
    if (read_text(dir, "memory.stat", text) &&
        !find_number(text, "total_inactive_file ", &idle)) {
        (void)find_number(text, "inactive_file ", &idle);
    }
    used = used > idle ? used - idle : 0;
    uint64_t free_kib = limit > used ? (limit - used) / 1024 : 0;
    *least = free_kib < *least ? free_kib : *least;
}

uint64_t
machine_free_kib(const struct machine *machine)
{
    char text[TEXT_SIZE];
    uint64_t least = UINT64_MAX;
    if (!read_text(machine->proc, "meminfo", text) ||
        !find_number(text, "MemAvailable:", &least)) {
        least = UINT64_MAX;
    }
    ask_groups(machine, "memory", ask_memory, &least);
    return least;
}

/* --- Load -------------------------------------------------------------------------- */

/* "0.20 0.18 0.12 2/310 11206": the fourth field counts what can run now, where
 * the averages before it lag behind by a minute. */
uint32_t
machine_runnable(const struct machine *machine)
{
    char text[TEXT_SIZE];
    uint32_t runnable = 0;
    if (!read_text(machine->proc, "loadavg", text) ||
        sscanf(text, "%*s %*s %*s %" SCNu32, &runnable) != 1) {
        return 0;
    }
    return runnable > 0 ? runnable - 1 : 0;
}
