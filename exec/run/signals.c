/* SPDX-License-Identifier: MIT */
/* See signals.h. */
#include "exec/run/signals.h"

#include "exec/run/interrupt.h"

#include <assert.h>
#include <pthread.h>
#include <unistd.h>

#define KILL_DELAY_MS 2000

static const int end_signals[END_SIGNAL_COUNT] = {SIGINT, SIGTERM, SIGHUP};

/* Asked for two seconds: now they are not asked any more. */
static void
on_kill_due(void *ctx)
{
    struct signals *s = ctx;
    loop_stop(s->kill_timer);
    s->kill_timer = NULL;
    pass_stop(s->pass, SIGKILL);
}

/* The second one, whichever it is, makes it short. */
static void
on_end_signal(void *ctx, int signal)
{
    struct signals *s = ctx;
    if (*s->ended_by != 0) {
        pass_stop(s->pass, SIGKILL);
        return;
    }
    *s->ended_by = signal;
    pass_stop(s->pass, signal);
    s->kill_timer = loop_after(s->loop, KILL_DELAY_MS, on_kill_due, s);
}

/* Whoever draws on the terminal leaves it to the shell meanwhile. */
static void
tell(struct signals *s, enum exec_event_type type)
{
    struct exec_event event = {.type = type,
                               .action = ACTION_NONE,
                               .output_fd = -1};
    pass_send(s->pass, &event);
}

/* ^Z: the commands have sessions of their own, so that they stop only if we
 * tell them. */
static void
on_stop_signal(void *ctx, int signal)
{
    struct signals *s = ctx;
    (void)signal;
    steps_signal(s->steps, SIGSTOP);
    tell(s, EVENT_PAUSE);
    kill(getpid(), SIGSTOP);
    tell(s, EVENT_RESUME);
    steps_signal(s->steps, SIGCONT);
}

void
signals_watch(struct signals *s)
{
    assert(s->loop != NULL && s->pass != NULL && s->ended_by != NULL);
    interrupt_reset();
    s->is_watching = true;
    for (int i = 0; i < END_SIGNAL_COUNT; i++) {
        sigaction(end_signals[i], NULL, &s->before[i]);
        // What nohup or a shell had ignored stays ignored.
        if (s->before[i].sa_handler != SIG_IGN) {
            s->end_watches[i] =
                loop_signal(s->loop, end_signals[i], on_end_signal, s);
            interrupt_watch(end_signals[i]);
        }
    }
    s->stop_watch = loop_signal(s->loop, SIGTSTP, on_stop_signal, s);
}

/* The loop leaves none, so that a signal which came then would end the process:
 * it waits until those are back that were there before. */
static void
give_back(struct signals *s)
{
    sigset_t ends;
    sigset_t mask;
    sigemptyset(&ends);
    for (int i = 0; i < END_SIGNAL_COUNT; i++) {
        sigaddset(&ends, end_signals[i]);
    }
    pthread_sigmask(SIG_BLOCK, &ends, &mask);
    for (int i = 0; i < END_SIGNAL_COUNT; i++) {
        loop_stop(s->end_watches[i]);
        sigaction(end_signals[i], &s->before[i], NULL);
    }
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
}

void
signals_unwatch(struct signals *s)
{
    if (s->is_watching) {
        give_back(s);
    }
    loop_stop(s->stop_watch);
    loop_stop(s->kill_timer);
    s->is_watching = false;
}
