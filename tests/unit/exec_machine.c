/* SPDX-License-Identifier: MIT */
#include "exec/base/memory.h"
#include "exec/run/admit.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char *proc;
static char *cgroup;
static struct machine machine;

/* Writes a file of the made-up machine, and the folders above it. */
static void
put(const char *dir, const char *name, const char *text)
{
    char *path = mem_format("%s/%s", dir, name);
    for (char *slash = strchr(path + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, 0777);
        *slash = '/';
    }
    FILE *stream = fopen(path, "we");
    if (CHECK(stream != NULL)) {
        fputs(text, stream);
        fclose(stream);
    }
    free(path);
}

/* A machine without any file. */
static void
make_machine(const char *name)
{
    free(proc);
    free(cgroup);
    proc = mem_format("%s/%s/proc", test_dir(), name);
    cgroup = mem_format("%s/%s/cgroup", test_dir(), name);
    machine = (struct machine){proc, cgroup};
}

TEST(machine_without_files)
{
    make_machine("empty");
    CHECK(machine_processors(&machine) >= 1);
    CHECK(machine_free_kib(&machine) == UINT64_MAX);
    CHECK_EQ_INT(machine_runnable(&machine), 0);
}

TEST(machine_real_one)
{
    CHECK(machine_processors(&machine_real) >= 1);
    CHECK(machine_free_kib(&machine_real) > 0);
}

TEST(machine_counts_runnable_tasks_without_us)
{
    make_machine("load");
    put(proc, "loadavg", "0.20 0.18 0.12 5/310 11206\n");
    CHECK_EQ_INT(machine_runnable(&machine), 4);
    put(proc, "loadavg", "0.20 0.18\n");
    CHECK_EQ_INT(machine_runnable(&machine), 0);
}

TEST(machine_processors_by_quota)
{
    make_machine("quota");
    put(proc, "self/cgroup", "0::/a/b\n");
    put(cgroup, "a/b/cpu.max", "max 100000\n");
    uint32_t all = machine_processors(&machine);
    put(cgroup, "a/cpu.max", "50000 100000\n"); // a parent limits as well
    CHECK_EQ_INT(machine_processors(&machine), 1);
    put(cgroup, "a/cpu.max", "100000000 100000\n"); // 1000 processors
    CHECK_EQ_INT(machine_processors(&machine), all);
    make_machine("quota1");
    put(proc, "self/cgroup", "4:memory:/x\n3:cpu,cpuacct:/x\n");
    put(cgroup, "cpu/x/cpu.cfs_quota_us", "-1\n");
    put(cgroup, "cpu/x/cpu.cfs_period_us", "100000\n");
    CHECK_EQ_INT(machine_processors(&machine), all);
    put(cgroup, "cpu/x/cpu.cfs_quota_us", "99999\n");
    CHECK_EQ_INT(machine_processors(&machine), 1);
}

TEST(machine_memory_of_machine_and_groups)
{
    make_machine("memory");
    put(proc, "meminfo",
        "MemTotal:       24684084 kB\nMemFree: 1 kB\n"
        "MemAvailable:    4000000 kB\n");
    CHECK_EQ_INT(machine_free_kib(&machine), 4000000);
    put(proc, "self/cgroup", "0::/job\n");
    put(cgroup, "job/memory.max", "max\n");
    put(cgroup, "job/memory.current", "1048576\n");
    CHECK_EQ_INT(machine_free_kib(&machine), 4000000);
    put(cgroup, "job/memory.max", "104857600\n"); // 100 MiB
    CHECK_EQ_INT(machine_free_kib(&machine), 99 * 1024);
    put(cgroup, "job/memory.stat", "anon 1\ninactive_file 524288\n");
    CHECK_EQ_INT(machine_free_kib(&machine), 99 * 1024 + 512);
    put(cgroup, "memory.max", "2048\n"); // the parent is over its limit
    put(cgroup, "memory.current", "4096\n");
    CHECK_EQ_INT(machine_free_kib(&machine), 0);
    make_machine("memory1");
    put(proc, "self/cgroup", "4:memory:/not/seen/here\n");
    put(cgroup, "memory/memory.limit_in_bytes", "2097152\n");
    put(cgroup, "memory/memory.usage_in_bytes", "1048576\n");
    CHECK_EQ_INT(machine_free_kib(&machine), 1024);
}

TEST(admission_by_load)
{
    make_machine("admit");
    put(proc, "loadavg", "0 0 0 3/310 11206\n"); // two others
    struct admission admission;
    admission_init(&admission, &machine, 4);
    CHECK(admission_has_load(&admission, 0));
    admission_started(&admission);
    CHECK(admission_has_load(&admission, 1000));
    admission_started(&admission);
    CHECK(!admission_has_load(&admission, 2000));  // two and two just started
    CHECK(admission_has_load(&admission, 100000)); // read again
    put(proc, "loadavg", "0 0 0 5/310 11206\n");
    CHECK(!admission_has_load(&admission, 200000));
    admission_init(&admission, &machine, 0);
    CHECK(admission_has_load(&admission, 300000));
}

TEST(admission_by_memory)
{
    make_machine("fits");
    put(proc, "meminfo", "MemAvailable: 1000000 kB\n");
    struct admission admission;
    admission_init(&admission, &machine, 0);
    CHECK(admission_has_memory(&admission, 1000000, 0, 0));
    CHECK(!admission_has_memory(&admission, 1000001, 0, 1));
    CHECK(!admission_has_memory(&admission, 600000, 500000, 2));
    CHECK(!admission_has_memory(&admission, 600000, 2000000, 3));
    CHECK(admission_has_memory(&admission, 1000, 2000000, 4)); // a small one
    put(proc, "meminfo", "MemAvailable: 2000000 kB\n");
    CHECK(!admission_has_memory(&admission, 1000001, 0, 5)); // not yet read
    CHECK(admission_has_memory(&admission, 1000001, 0, 200000));
}

TEST(admission_growth)
{
    CHECK_EQ_INT(admission_growth_kib(1000, 0, 100), 1000);
    CHECK_EQ_INT(admission_growth_kib(1000, 25, 100), 750);
    CHECK_EQ_INT(admission_growth_kib(1000, 100, 100), 0);
    CHECK_EQ_INT(admission_growth_kib(1000, 500, 100), 0);
    CHECK_EQ_INT(admission_growth_kib(1000, -5, 100), 1000);
    CHECK_EQ_INT(admission_growth_kib(1000, 5, 0), 0);
}
