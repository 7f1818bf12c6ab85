/* SPDX-License-Identifier: MIT */
/*
 * A handler calls the one that was there before, which is the loop's and only
 * writes to a pipe. Signals belong to the process, and so does what is here.
 */
#include "exec/run/interrupt.h"

#include "exec/backend/hash.h"
#include "exec/exec.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>

static struct {
    void (*hook)(void);
    volatile sig_atomic_t came;
    void (*before[NSIG])(int signal);
} interrupt;

static void
on_signal(int signal)
{
    int saved = errno;
    interrupt.came = 1;
    hash_stop(true);
    if (interrupt.hook != NULL) {
        interrupt.hook();
    }
    interrupt.before[signal](signal);
    errno = saved;
}

void
exec_set_interrupt(void (*hook)(void))
{
    interrupt.hook = hook;
}

void
interrupt_watch(int signal)
{
    assert(signal > 0 && signal < NSIG);
    struct sigaction action;
    int status = sigaction(signal, NULL, &action);
    assert(status == 0 && (action.sa_flags & SA_SIGINFO) == 0);
    if (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN) {
        return;
    }
    assert(action.sa_handler != on_signal);
    interrupt.before[signal] = action.sa_handler;
    action.sa_handler = on_signal;
    status = sigaction(signal, &action, NULL);
    assert(status == 0);
}

void
interrupt_reset(void)
{
    interrupt.came = 0;
    hash_stop(false);
}

bool
interrupt_came(void)
{
    return interrupt.came != 0;
}
