/* SPDX-License-Identifier: MIT */
/* See terminal.h. */
#include "runtime/terminal.h"

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

uint32_t
terminal_columns(int fd)
{
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return size.ws_col;
    }
    return 80;
}

size_t
terminal_fit(const char *bytes, size_t len, uint32_t columns)
{
    uint32_t used = 0;
    size_t at = 0;
    while (at < len) {
        size_t next = at + 1;
        while (next < len && ((unsigned char)bytes[next] & 0xc0) == 0x80) {
            next++;
        }
        used += (unsigned char)bytes[at] >= 0xe1 ? 2 : 1;
        if (used > columns) {
            return at;
        }
        at = next;
    }
    return len;
}
