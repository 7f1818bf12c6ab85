/* SPDX-License-Identifier: MIT */
#include "runtime/screen.h"
#include "tests/lib/test.h"

#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#define DEADLINE_US (20 * 1000000)

static atomic_int ticks;
static atomic_int paints;
static int before;

static int64_t
tick(void *ctx, int64_t now_us)
{
    (void)ctx;
    (void)now_us;
    ticks++;
    return SCREEN_NEVER;
}

static void
paint(void *ctx, struct frame *frame, int64_t now_us)
{
    (void)ctx;
    (void)now_us;
    paints++;
    frame_add_str(frame, "here");
    frame_end_line(frame);
}

/* Waits for another one; false if it does not come. */
static bool
comes(const atomic_int *count, int last)
{
    int64_t end_us = screen_now_us() + DEADLINE_US;
    while (*count <= last && screen_now_us() < end_us) {
        sched_yield();
    }
    return *count > last;
}

static void
change(struct screen *screen)
{
    screen_lock(screen);
    screen_unlock(screen);
}

/* Each change is looked at, and not the first one alone. */
TEST(screen_ticks_after_each_change)
{
    struct screen *screen =
        screen_create(&(struct screen_options){.tick = tick});
    CHECK(comes(&ticks, 0));
    for (int i = 0; i < 4; i++) {
        int last = ticks;
        change(screen);
        CHECK(comes(&ticks, last));
    }
    screen_destroy(screen);
}

static void
silence(bool silent)
{
    if (silent) {
        int null = open("/dev/null", O_WRONLY);
        before = dup(STDOUT_FILENO);
        REQUIRE(null >= 0 && dup2(null, STDOUT_FILENO) == STDOUT_FILENO);
        close(null);
    } else {
        REQUIRE(dup2(before, STDOUT_FILENO) == STDOUT_FILENO);
        close(before);
    }
}

/* However much happens: ten pictures take nine twentieths of a second. */
TEST(screen_draws_at_most_twenty_times_a_second)
{
    fflush(stdout);
    silence(true);
    struct screen *screen =
        screen_create(&(struct screen_options){.paint = paint});
    int64_t end_us = screen_now_us() + DEADLINE_US;
    while (paints < 1 && screen_now_us() < end_us) {
        change(screen);
    }
    int64_t began_us = screen_now_us();
    int first = paints;
    while (paints < first + 9 && screen_now_us() < end_us) {
        change(screen);
        screen_print(screen, STDOUT_FILENO, "a line\n", 7);
    }
    int64_t took_us = screen_now_us() - began_us;
    screen_destroy(screen);
    silence(false);
    CHECK(paints >= first + 9);
    // The first of them may have been just about to be drawn.
    CHECK(took_us >= 8 * 50 * 1000);
}
