/* SPDX-License-Identifier: MIT */
/* The checks of the machine, on folders that stand for /proc and /dev. */
#include "exec/health/machine_checks.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char root[512];
static char proc[600];

static void
make_folder(const char *path)
{
    char name[700];
    snprintf(name, sizeof(name), "%s/%s", root, path);
    REQUIRE(mkdir(name, 0755) == 0);
}

static void
write_number(const char *path, long number)
{
    char name[700];
    snprintf(name, sizeof(name), "%s/%s", proc, path);
    FILE *stream = fopen(name, "we");
    REQUIRE(stream != NULL);
    fprintf(stream, "%ld\n", number);
    fclose(stream);
}

/* A world of its own for a test. */
static void
make_world(const char *name)
{
    static const char *const folders[] = {"proc",
                                          "proc/sys",
                                          "proc/sys/fs",
                                          "proc/sys/fs/inotify",
                                          "proc/sys/kernel",
                                          "proc/sys/kernel/yama",
                                          "dev"};
    snprintf(root, sizeof(root), "%s/%s", test_dir(), name);
    REQUIRE(mkdir(root, 0755) == 0);
    snprintf(proc, sizeof(proc), "%s/proc", root);
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        make_folder(folders[i]);
    }
}

/* What a check says of the world, its texts one after the other. */
static enum exec_health
check(const char *name, char text[512])
{
    char dev[600];
    snprintf(dev, sizeof(dev), "%s/dev", root);
    const struct check_place place = {root, proc, dev};
    for (uint32_t i = 0; i < machine_check_count; i++) {
        if (strcmp(machine_checks[i].name, name) == 0) {
            struct buffer found = {0};
            struct buffer advice = {0};
            enum exec_health health =
                machine_checks[i].look(&place, &found, &advice);
            snprintf(text, 512, "%s|%s", buffer_str(&found),
                     buffer_str(&advice));
            buffer_finish(&found);
            buffer_finish(&advice);
            return health;
        }
    }
    CHECK_EQ_STR(name, "the name of a check");
    return HEALTH_BAD;
}

TEST(few_watches_are_a_limit_with_advice)
{
    char text[512];
    make_world("watches");
    CHECK_EQ_INT(check("watches", text), HEALTH_ABSENT);
    write_number("sys/fs/inotify/max_user_watches", 8192);
    write_number("sys/fs/inotify/max_user_instances", 128);
    CHECK_EQ_INT(check("watches", text), HEALTH_LIMITED);
    CHECK_EQ_STR(text, "8192 folders, 128 programs at once|for large trees: "
                       "sysctl fs.inotify.max_user_watches=65536");
    write_number("sys/fs/inotify/max_user_watches", 65536);
    CHECK_EQ_INT(check("watches", text), HEALTH_FINE);
}

TEST(tracing_may_be_for_administrators)
{
    char text[512];
    make_world("ptrace");
    CHECK_EQ_INT(check("ptrace", text), HEALTH_FINE);
    write_number("sys/kernel/yama/ptrace_scope", 1);
    CHECK_EQ_INT(check("ptrace", text), HEALTH_FINE);
    write_number("sys/kernel/yama/ptrace_scope", 2);
    CHECK_EQ_INT(check("ptrace", text), HEALTH_ABSENT);
    CHECK(strstr(text, "ptrace_scope=1") != NULL);
    write_number("sys/kernel/yama/ptrace_scope", 3);
    CHECK_EQ_INT(check("ptrace", text), HEALTH_ABSENT);
    CHECK(strstr(text, "forbidden") != NULL);
}

TEST(devices_that_are_not_there_are_absent)
{
    char text[512];
    char device[700];
    make_world("devices");
    CHECK_EQ_INT(check("fuse", text), HEALTH_ABSENT);
    CHECK(strstr(text, "modprobe fuse") != NULL);
    CHECK_EQ_INT(check("terminals", text), HEALTH_ABSENT);
    snprintf(device, sizeof(device), "%s/dev/fuse", root);
    FILE *stream = fopen(device, "we");
    REQUIRE(stream != NULL);
    fclose(stream);
    CHECK_EQ_INT(check("fuse", text), HEALTH_FINE);
}

TEST(little_memory_is_a_limit)
{
    char text[512];
    make_world("memory");
    char name[700];
    snprintf(name, sizeof(name), "%s/meminfo", proc);
    FILE *stream = fopen(name, "we");
    REQUIRE(stream != NULL);
    fputs("MemTotal: 400000 kB\nMemAvailable: 200000 kB\n", stream);
    fclose(stream);
    CHECK_EQ_INT(check("processors", text), HEALTH_LIMITED);
    CHECK(strstr(text, "0.2 GiB of memory free") != NULL);
}

TEST(time_stamps_are_measured_and_leave_nothing)
{
    char text[512];
    make_world("times");
    enum exec_health health = check("timestamps", text);
    CHECK(health == HEALTH_FINE || health == HEALTH_LIMITED);
    CHECK(strstr(text, "apart") != NULL ||
          strstr(text, "not measured") != NULL);
}
