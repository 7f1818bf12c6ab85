/* SPDX-License-Identifier: MIT */
/*
 * What stands on the terminal while a build runs: lines that stay, and below
 * them a few that are drawn anew, by a thread of their own, so that they live
 * on while this one reads a large file or evaluates a build file. See
 * spec/build/output.md.
 *
 * What the thread is given to draw is plain memory, guarded by the lock of the
 * screen: screen_lock before it is changed, screen_unlock after.
 */
#ifndef RUNTIME_SCREEN_H
#define RUNTIME_SCREEN_H

#include "runtime/frame.h"

#include <stdbool.h>
#include <stdint.h>

struct screen;

#define SCREEN_NEVER INT64_MAX

struct screen_options {
    void *ctx;
    /* Says what is to be seen now; no line: nothing. NULL: nothing ever is. */
    void (*paint)(void *ctx, struct frame *frame, int64_t now_us);
    /* Called when time has passed; tells in how many microseconds again. It
     * may print by screen_print_locked. NULL: it need not be. */
    int64_t (*tick)(void *ctx, int64_t now_us);
    bool color;
};

/* With neither function there is no thread, and only lines that stay. */
struct screen *screen_create(const struct screen_options *options);
/* Leaves nothing of what was drawn. NULL is fine. */
void screen_destroy(struct screen *screen);

void screen_lock(struct screen *screen);
/* What was changed is drawn soon. */
void screen_unlock(struct screen *screen);

/* Prints lines that stay to descriptor 1 or 2, above what is drawn. */
void screen_print(struct screen *screen, int fd, const char *bytes, size_t len);
/* The same for who has the lock. */
void screen_print_locked(struct screen *screen, int fd, const char *bytes,
                         size_t len);

/* Takes what is drawn away, as often as it is asked for, until screen_show was
 * called as often. With `hold`, lines that stay wait until then too: somebody
 * else has the terminal. */
void screen_hide(struct screen *screen, bool hold);
void screen_show(struct screen *screen);

/* The monotonic clock, as paint and tick get it. */
int64_t screen_now_us(void);

#endif
