/* SPDX-License-Identifier: MIT */
#include "exec/run/jobs.h"

#include "exec/base/memory.h"
#include "exec/run/machine.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/resource.h>

/* Descriptors that a running command takes, and that all else takes. */
#define FDS_PER_COMMAND 2
#define FDS_OF_OURS 28
/* The jobserver that was joined decides, not we. */
#define JOBS_JOINED 1024

uint32_t
exec_processor_count(void)
{
    return machine_processors(&machine_real);
}

uint32_t
jobs_possible(uint32_t jobs)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
        limit.rlim_cur == RLIM_INFINITY) {
        return jobs;
    }
    uint64_t files = limit.rlim_cur;
    uint64_t possible =
        files > FDS_OF_OURS ? (files - FDS_OF_OURS) / FDS_PER_COMMAND : 1;
    possible = possible > 0 ? possible : 1;
    return possible < jobs ? (uint32_t)possible : jobs;
}

struct jobserver *
jobs_choose(struct exec_build *options, char **note)
{
    assert(options->jobs >= 1);
    uint32_t possible = jobs_possible(options->jobs);
    *note = NULL;
    if (possible < options->jobs && options->jobs != EXEC_JOBS_ANY) {
        *note = mem_format("the limit of open files (ulimit -n) allows -j%u",
                           possible);
    }
    options->jobs = possible;
    struct jobserver_options jobserver_options = {
        .style = options->dry_run ? JOBSERVER_NONE : options->jobserver,
        .jobs = possible,
        .jobs_given = options->jobs_given,
        .makeflags = getenv("MAKEFLAGS"),
        .path = getenv("PATH"),
    };
    struct jobserver *jobserver = jobserver_create(&jobserver_options);
    const char *lost = NULL;
    if (jobserver_is_joined(jobserver)) {
        options->jobs = jobs_possible(JOBS_JOINED);
        free(*note);
        *note = NULL;
    } else if (jobserver_is_lost(jobserver, &lost)) {
        options->jobs = 1;
        free(*note);
        *note = mem_copy_str(lost);
    }
    return jobserver;
}
