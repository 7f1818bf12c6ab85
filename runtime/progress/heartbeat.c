/* SPDX-License-Identifier: MIT */
/* See heartbeat.h. */
#include "runtime/progress/heartbeat.h"

#include "runtime/describe.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

enum { PHASE_AFTER_US = 500 * 1000, NAMED_MAX = 3 };

#define EVERY_US (INT64_C(60) * 1000000)

/* Tests need not wait for a minute. */
static int64_t
interval_us(void)
{
    const char *ms = getenv("RONIN_HEARTBEAT_MS");
    long value = ms == NULL ? 0 : strtol(ms, NULL, 10);
    return value > 0 ? (int64_t)value * 1000 : EVERY_US;
}

/* "[3/12] still running: main.o (1:10), net.o (12.00 s) and 4 more" */
static void
print_running(struct stage *stage, int64_t now_us)
{
    const struct tally *tally = &stage->tally;
    struct buffer text = {0};
    buffer_add_format(&text, "[%" PRIu32 "/%s%" PRIu32 "] still running: ",
                      tally->finished, tally->at_least ? "\xe2\x89\xa5 " : "",
                      tally->wanted);
    for (uint32_t i = 0; i < tally->running.count && i < NAMED_MAX; i++) {
        const struct tally_running *running = vec_at(&tally->running, i);
        buffer_add_str(&text, i == 0 ? "" : ", ");
        buffer_add_str(&text, running->name);
        buffer_add_str(&text, " (");
        describe_duration(&text, now_us - running->began_us);
        buffer_add_str(&text, ")");
    }
    if (tally->running.count > NAMED_MAX) {
        buffer_add_format(&text, " and %" PRIu32 " more",
                          tally->running.count - NAMED_MAX);
    }
    buffer_add_char(&text, '\n');
    screen_print_locked(stage->screen, STDOUT_FILENO, text.bytes, text.len);
    buffer_finish(&text);
}

int64_t
heartbeat_tell_phase(struct heartbeat *heartbeat, struct stage *stage,
                     int64_t now_us)
{
    struct buffer text = {0};
    int64_t since_us = tally_add_doing(&stage->tally, &text);
    bool is_due = now_us >= since_us + PHASE_AFTER_US;
    int64_t next_us = SCREEN_NEVER;
    if (since_us < 0 || since_us == heartbeat->phase_us) {
        // There is nothing, or nothing new.
    } else if (!is_due) {
        next_us = since_us + PHASE_AFTER_US - now_us;
    } else {
        buffer_add_char(&text, '\n');
        screen_print_locked(stage->screen, STDOUT_FILENO, text.bytes, text.len);
        heartbeat->phase_us = since_us;
    }
    buffer_finish(&text);
    return next_us;
}

int64_t
heartbeat_tick(struct heartbeat *heartbeat, struct stage *stage, int64_t now_us)
{
    int64_t phase_us = heartbeat_tell_phase(heartbeat, stage, now_us);
    if (heartbeat->beat_us == 0) {
        heartbeat->beat_us = now_us;
    }
    int64_t due_us = heartbeat->beat_us + interval_us();
    if (now_us >= due_us) {
        if (stage->tally.running.count > 0) {
            print_running(stage, now_us);
        }
        heartbeat->beat_us = now_us;
        due_us = now_us + interval_us();
    }
    int64_t beat_us = due_us - now_us;
    return beat_us < phase_us ? beat_us : phase_us;
}
