/* SPDX-License-Identifier: MIT */
/* See terminal.h. */
#include "runtime/terminal.h"

#include "interp/magma.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static enum { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } color_wanted;

bool
terminal_set_color(const char *when)
{
    if (strcmp(when, "auto") == 0) {
        color_wanted = COLOR_AUTO;
    } else if (strcmp(when, "always") == 0) {
        color_wanted = COLOR_ALWAYS;
    } else if (strcmp(when, "never") == 0) {
        color_wanted = COLOR_NEVER;
    } else {
        return false;
    }
    return true;
}

/* Set, not empty, and not "0". */
static bool
env_is_on(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != 0 && strcmp(value, "0") != 0;
}

static bool
env_has_text(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != 0;
}

bool
terminal_has_color(int fd)
{
    if (color_wanted != COLOR_AUTO) {
        return color_wanted == COLOR_ALWAYS;
    }
    if (env_is_on("FORCE_COLOR")) {
        return true;
    }
    if (env_has_text("NO_COLOR")) {
        return false;
    }
    if (env_is_on("CLICOLOR_FORCE")) {
        return true;
    }
    if (env_has_text("CLICOLOR") && !env_is_on("CLICOLOR")) {
        return false;
    }
    return terminal_is_smart(fd);
}

bool
terminal_is_smart(int fd)
{
    const char *term = getenv("TERM");
    return isatty(fd) && term != NULL && strcmp(term, "dumb") != 0;
}

/* False where the terminal does not say. */
static bool
ask_size(int fd, struct winsize *size)
{
    return ioctl(fd, TIOCGWINSZ, size) == 0 && size->ws_col > 0 &&
           size->ws_row > 0;
}

uint32_t
terminal_columns(int fd)
{
    struct winsize size;
    return ask_size(fd, &size) ? size.ws_col : 80;
}

uint32_t
terminal_rows(int fd)
{
    struct winsize size;
    return ask_size(fd, &size) ? size.ws_row : 24;
}

size_t
terminal_fit(const char *bytes, size_t len, uint32_t columns)
{
    return magma_fit(bytes, len, columns);
}

void
terminal_add_elided(struct buffer *out, struct slice text, uint32_t columns)
{
    size_t len = magma_fit(text.bytes, text.len, columns);
    if (len == text.len || columns < 3) {
        buffer_add(out, text.bytes, len);
        return;
    }
    uint32_t front = columns / 2;
    len = magma_fit(text.bytes, text.len, front);
    buffer_add(out, text.bytes, len);
    buffer_add_str(out, "\xe2\x80\xa6");
    len = magma_fit_end(text.bytes, text.len, columns - 1 - front);
    buffer_add(out, text.bytes + text.len - len, len);
}

bool
terminal_write(int fd, const char *bytes, size_t len)
{
    size_t done = 0;
    while (done < len) {
        ssize_t n = write(fd, bytes + done, len - done);
        if (n > 0) {
            done += (size_t)n;
        } else if (n < 0 && errno == EAGAIN) {
            // Somebody who shares the terminal asked not to wait for it.
            struct pollfd ready = {.fd = fd, .events = POLLOUT};
            (void)poll(&ready, 1, -1);
        } else if (n < 0 && errno != EINTR) {
            return false;
        }
    }
    return true;
}

static void (*owner)(bool give);

void
terminal_set_owner(void (*give)(bool give))
{
    owner = give;
}

void
terminal_take(void)
{
    if (owner != NULL) {
        owner(true);
    }
}

void
terminal_give_back(void)
{
    if (owner != NULL) {
        owner(false);
    }
}
