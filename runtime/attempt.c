/* SPDX-License-Identifier: MIT */
/*
 * See attempt.h. Time is watched by an interval timer whose signal interrupts
 * the machine; it comes again and again, because a build file that the function
 * loads begins with fresh budgets, which forget an interrupt.
 */
#include "runtime/attempt.h"

#include "runtime/load.h"
#include "runtime/source.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

enum { AGAIN_US = 20000, MS_PER_S = 1000, US_PER_MS = 1000 };

static const struct attempt_limits *limits;
static volatile sig_atomic_t is_late;

/* --- Time --------------------------------------------------------------------------- */

static void
on_alarm(int number)
{
    (void)number;
    is_late = 1;
    magma_interrupt();
}

/* Starts the timer; 0 stops it. */
static void
set_timer(uint64_t ms)
{
    struct itimerval timer = {0};
    timer.it_value.tv_sec = (time_t)(ms / MS_PER_S);
    timer.it_value.tv_usec = (suseconds_t)(ms % MS_PER_S) * US_PER_MS;
    timer.it_interval.tv_usec = ms == 0 ? 0 : AGAIN_US;
    int failed = setitimer(ITIMER_REAL, &timer, NULL);
    assert(failed == 0);
    (void)failed;
}

static int64_t
now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* --- The call ------------------------------------------------------------------------ */

static Value
call_body(void *arg)
{
    return magma_call(*(Value *)arg, NULL, 0);
}

static void
put(Value *map, const char *key, Value value)
{
    *map = magma_map_assoc(*map, magma_keyword(key), value);
}

static Value
builtin_attempt(Value *args, uint32_t argc)
{
    assert(argc == 1 && limits != NULL);
    char *printed = NULL;
    size_t printed_len = 0;
    FILE *out = open_memstream(&printed, &printed_len);
    assert(out != NULL);
    Value ignored = VALUE_NIL;
    Value thrown = VALUE_NIL;
    Value outcome = magma_map();
    load_start_language(out);
    uint32_t overlays = source_overlay_count();
    is_late = 0;
    magma_set_limits(&limits->budgets);
    int64_t began = now_us();
    set_timer(limits->timeout_ms);
    bool done = magma_try(call_body, &args[0], &ignored, &thrown);
    set_timer(0);
    int64_t took = now_us() - began;
    magma_set_limits(&limits->budgets); // Forgets an alarm that came too late.
    load_start_language(stdout);
    source_overlay_drop(overlays); // What a limit kept with-files from doing.
    fclose(out);
    put(&outcome, "us", magma_int(took));
    if (!done) {
        put(&outcome, "thrown", thrown);
    }
    if (!done && is_late) {
        put(&outcome, "late", VALUE_TRUE);
    }
    if (printed_len > 0) {
        put(&outcome, "printed", magma_string(printed, printed_len));
    }
    free(printed);
    return outcome;
}

static const struct builtin rows[] = {
    {"attempt*", 1, 1, builtin_attempt, "[f]",
     "Calls f with budgets of its own: a map of what came of it.", "0.1"},
};

void
attempt_define(void)
{
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGALRM, &action, NULL);
    magma_define("clojure.core", rows, sizeof(rows) / sizeof(rows[0]));
}

void
attempt_set_limits(const struct attempt_limits *given)
{
    limits = given;
}
