/* SPDX-License-Identifier: MIT */
/*
 * See progress.h. The tally takes each event up under the lock of the screen,
 * then the kind that was chosen says what is to be said.
 */
#include "runtime/progress.h"

#include "runtime/progress/registry.h"
#include "runtime/terminal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Who waits for so long has turned to something else. */
#define NOTIFY_AFTER_US (10 * 1000 * 1000)

struct progress {
    struct progress_options options;
    struct stage stage;
    const struct progress_backend *backend;
    void *self;
};

/* The first of the two that is set. */
static bool
check_format(struct error *err)
{
    static const char *const names[] = {"RONIN_STATUS", "NINJA_STATUS"};
    for (int i = 0; i < 2; i++) {
        const char *format = getenv(names[i]);
        char bad = 0;
        if (format != NULL && !placeholder_letters_known(format, &bad)) {
            error_set(err, ERROR_CLASS_USAGE, "unknown placeholder %%%c in %s",
                      bad == 0 ? ' ' : bad, names[i]);
            error_set_help(err, "the letters are s t r u f o c p e w E W P, "
                                "and %%%% is a percent sign");
            return false;
        }
        if (format != NULL) {
            break;
        }
    }
    return true;
}

bool
progress_check(const struct progress_options *options, struct error *err)
{
    if (options->kind != NULL && strcmp(options->kind, "auto") != 0 &&
        progress_find(options->kind) == NULL) {
        error_set(err, ERROR_CLASS_USAGE, "--progress does not know %s",
                  options->kind);
        error_set_help(err, "it takes %s", progress_names());
        return false;
    }
    return check_format(err);
}

struct progress *
progress_create(const struct progress_options *options)
{
    struct progress *p = mem_alloc(1, sizeof(*p));
    p->options = *options;
    p->backend = progress_choose(options);
    assert(p->backend != NULL);
    stage_init(&p->stage, &p->options);
    p->self = p->backend->create(&p->stage);
    bool smart = terminal_is_smart(STDOUT_FILENO);
    bool looked_at = p->backend->ticks_anywhere || isatty(STDOUT_FILENO);
    struct screen_options screen = {
        .ctx = p->self,
        .paint = smart ? p->backend->paint : NULL,
        .tick = looked_at ? p->backend->tick : NULL,
        .color = terminal_has_color(STDOUT_FILENO),
    };
    p->stage.screen = screen_create(&screen);
    return p;
}

void
progress_destroy(struct progress *p)
{
    if (p == NULL) {
        return;
    }
    screen_destroy(p->stage.screen);
    p->backend->destroy(p->self);
    stage_finish(&p->stage);
    free(p);
}

bool
progress_wants_outlook(const struct progress *p)
{
    return p->backend->wants_outlook || strpbrk(p->stage.format, "EWP") != NULL;
}

bool
progress_wants_all(const struct progress *p)
{
    return p->backend->wants_all;
}

void
progress_loaded(struct progress *p, const struct graph *graph, bool evaluated,
                int64_t duration_us)
{
    if (p->backend->loaded != NULL) {
        p->backend->loaded(p->self, graph, evaluated, duration_us);
    }
}

void
progress_phase(struct progress *p, const char *what)
{
    screen_lock(p->stage.screen);
    tally_phase(&p->stage.tally, what, screen_now_us());
    screen_unlock(p->stage.screen);
    if (p->backend->phase != NULL) {
        p->backend->phase(p->self, what);
    }
}

void
progress_event(struct progress *p, const struct exec_event *event)
{
    struct screen *screen = p->stage.screen;
    if (event->type == EVENT_PAUSE) {
        screen_hide(screen, false);
        return;
    }
    if (event->type == EVENT_RESUME) {
        screen_show(screen);
        return;
    }
    screen_lock(screen);
    tally_event(&p->stage.tally, event, screen_now_us());
    screen_unlock(screen);
    p->backend->event(p->self, event);
}

/* The two ways that terminals have to tell the desktop, and a bell. */
static void
notify(const struct progress_end *end)
{
    const char *how = end->done                  ? "built"
                      : end->result->signal != 0 ? "interrupted"
                                                 : "failed";
    int fd = isatty(STDERR_FILENO) ? STDERR_FILENO : STDOUT_FILENO;
    struct buffer text = {0};
    if (!terminal_is_smart(fd)) {
        return;
    }
    buffer_add_format(&text,
                      "\033]9;ronin: %s\033\\\033]777;notify;ronin;%s\033\\\a",
                      how, how);
    (void)terminal_write(fd, text.bytes, text.len);
    buffer_finish(&text);
}

/* What takes less was waited for. */
static int64_t
notify_after_us(void)
{
    const char *ms = getenv("RONIN_NOTIFY_MS");
    long value = ms == NULL ? 0 : strtol(ms, NULL, 10);
    return value > 0 ? (int64_t)value * 1000 : NOTIFY_AFTER_US;
}

bool
progress_finish(struct progress *p, const struct progress_end *end)
{
    screen_hide(p->stage.screen, false);
    bool said = p->backend->finish(p->self, end);
    if (p->options.notify && end->result->duration_us >= notify_after_us()) {
        notify(end);
    }
    return said;
}
