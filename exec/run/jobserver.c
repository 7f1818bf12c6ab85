/* SPDX-License-Identifier: MIT */
/*
 * The pipe belongs to everybody who has it, and so do its flags: it is opened
 * once more, by its name below /proc, to be read without blocking. A served
 * pipe is known to commands by that name as well ("fifo:"), which needs neither
 * a file nor open descriptors. A make before 4.4 knows only numbers of
 * descriptors and dies of anything else, so that where such a make is on PATH
 * the commands that name make get the pipe itself, and others nothing.
 */
#include "exec/run/jobserver.h"

#include "exec/base/buffer.h"
#include "exec/base/memory.h"
#include "exec/base/vec.h"
#include "exec/run/guard.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define TOKEN '+'
/* A pipe has room for so many tokens without blocking. */
#define TOKENS_MAX 4096

enum role { ROLE_NONE, ROLE_JOINED, ROLE_LOST, ROLE_SERVES };

struct jobserver {
    enum role role;
    enum jobserver_style style;
    int fds[2];        /* the pipe for those that get descriptors; or -1 */
    int read_fd;       /* our own, without blocking */
    int write_fd;      /* likewise */
    struct vec tokens; /* char: taken, to be given back as they are */
    uint32_t served;   /* tokens that there are in all */
    char *flags;       /* MAKEFLAGS as it was */
    char *variable;    /* MAKEFLAGS for commands that are told of it */
    char *without;     /* for the others; NULL: as it is */
    bool is_picky;     /* only commands that name make are told */
    char *note;
    char *path;
};

/* --- Descriptors -------------------------------------------------------------- */

static void
close_fd(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

static bool
is_pipe(int fd)
{
    struct stat info;
    return fstat(fd, &info) == 0 && S_ISFIFO(info.st_mode);
}

/* Another opening of an open pipe, with flags of its own. */
static int
open_again(int fd, int flags)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    return open(path, flags | O_NONBLOCK | O_CLOEXEC);
}

/* Opens our own ends of a pipe. */
static bool
open_ends(struct jobserver *js, int read_from, int write_to)
{
    js->read_fd = open_again(read_from, O_RDONLY);
    js->write_fd = open_again(write_to, O_WRONLY);
    return js->read_fd >= 0 && js->write_fd >= 0;
}

/* --- MAKEFLAGS -------------------------------------------------------------------- */

/* The value of the last word that tells of a jobserver, with its length, or
 * NULL. */
static const char *
find_auth(const char *flags, size_t *len)
{
    static const char *const names[] = {"--jobserver-auth=",
                                        "--jobserver-fds="};
    const char *found = NULL;
    for (const char *at = flags; at != NULL && *at != '\0';) {
        at += strspn(at, " ");
        size_t word = strcspn(at, " ");
        if (word == 2 && strncmp(at, "--", 2) == 0) {
            break; // What follows are variables.
        }
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
            size_t name = strlen(names[i]);
            if (word > name && strncmp(at, names[i], name) == 0) {
                found = at + name;
                *len = word - name;
            }
        }
        at += word;
    }
    return found;
}

/* make -n writes its one-letter flags first, without a dash. */
static bool
is_dry_run(const char *flags)
{
    size_t len = strcspn(flags, " ");
    return len > 0 && flags[0] != '-' && memchr(flags, '=', len) == NULL &&
           memchr(flags, 'n', len) != NULL;
}

/* MAKEFLAGS without what it says of jobs, and with `more` at its place. */
static char *
flags_with(const char *flags, const char *more)
{
    struct buffer text = {0};
    bool over = false; // behind "--" are variables
    bool first = true;
    buffer_add_str(&text, "MAKEFLAGS=");
    for (const char *at = flags; *at != '\0'; first = false) {
        size_t space = strspn(at, " ");
        const char *word = at + space;
        size_t len = strcspn(word, " ");
        bool starts_over = len == 2 && strncmp(word, "--", 2) == 0;
        if (starts_over && !over) {
            buffer_add_str(&text, more);
            over = true;
        }
        bool is_jobs = !over && (strncmp(word, "-j", 2) == 0 ||
                                 strncmp(word, "--jobserver-", 12) == 0);
        if (!is_jobs) {
            buffer_add(&text, at, first || text.len > 10 ? space : 0);
            buffer_add(&text, word, len);
        }
        at = word + len;
    }
    if (!over) {
        buffer_add_str(&text, more);
    }
    return buffer_take(&text);
}

/* --- Joining --------------------------------------------------------------------------- */

static void
lose(struct jobserver *js, const char *auth, size_t len)
{
    close_fd(&js->read_fd);
    close_fd(&js->write_fd);
    js->fds[0] = -1;
    js->fds[1] = -1;
    js->role = ROLE_LOST;
    js->note = mem_format("the jobserver %.*s of MAKEFLAGS cannot be used: "
                          "going on with -j1 (a rule of make needs + before "
                          "ronin; -j N overrides)",
                          (int)(len < 200 ? len : 200), auth);
}

/* "fifo:PATH", or the two ends as "3,4"; negative ones mean that make has
 * closed them. */
static void
join(struct jobserver *js, const char *auth, size_t len)
{
    char *text = mem_copy(auth, len);
    int ends[2];
    char rest;
    bool joined = false;
    if (strncmp(text, "fifo:", 5) == 0) {
        js->read_fd = open(text + 5, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        js->write_fd = open(text + 5, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
        joined = js->read_fd >= 0 && js->write_fd >= 0 && is_pipe(js->read_fd);
    } else if (sscanf(text, "%d,%d%c", &ends[0], &ends[1], &rest) == 2 &&
               ends[0] > 2 && ends[1] > 2 && is_pipe(ends[0]) &&
               is_pipe(ends[1]) && open_ends(js, ends[0], ends[1])) {
        joined = true;
        js->fds[0] = ends[0];
        js->fds[1] = ends[1];
    }
    if (joined) {
        js->role = ROLE_JOINED;
        guard_serve(js->write_fd);
    } else {
        lose(js, auth, len);
    }
    free(text);
}

/* --- Serving ---------------------------------------------------------------------------- */

/* True if the program on PATH is a make that knows jobservers by name: the
 * word is in its text. Without a make there is none to be confused. */
static bool
make_knows_names(const char *path)
{
    bool knows = true;
    for (const char *at = path; at != NULL && *at != '\0';) {
        size_t len = strcspn(at, ":");
        char *file = mem_format("%.*s/make", (int)len, at);
        int fd = open(file, O_RDONLY | O_CLOEXEC);
        free(file);
        at += len + (at[len] == ':');
        struct stat info;
        if (fd < 0 || fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) ||
            info.st_size <= 0) {
            close_fd(&fd);
            continue;
        }
        size_t size = (size_t)info.st_size;
        void *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
        close(fd);
        if (bytes != MAP_FAILED) {
            knows = memmem(bytes, size, "fifo:", 5) != NULL;
            munmap(bytes, size);
        }
        break;
    }
    return knows;
}

/* Puts tokens back until all are there that are not taken. */
static void
fill(struct jobserver *js, uint32_t count)
{
    static const char token = TOKEN;
    while (count > 0 && write(js->write_fd, &token, 1) == 1) {
        count--;
    }
}

/* Which way commands can be told, where nobody said it. */
static void
choose_style(struct jobserver *js)
{
    if (js->style != JOBSERVER_AUTO) {
        return;
    }
    js->style = JOBSERVER_FIFO;
    if (!make_knows_names(js->path)) {
        js->style = JOBSERVER_PIPE;
        js->is_picky = true;
        js->without = *js->flags != '\0' ? flags_with(js->flags, "") : NULL;
    }
}

/* The first command is about to start: the pipe, with its tokens. */
static void
serve(struct jobserver *js)
{
    int ends[2];
    if (js->role != ROLE_NONE || js->served == 0 ||
        pipe2(ends, O_CLOEXEC) != 0) {
        return;
    }
    if (!open_ends(js, ends[0], ends[1])) {
        close(ends[0]);
        close(ends[1]);
        close_fd(&js->read_fd);
        close_fd(&js->write_fd);
        return;
    }
    js->role = ROLE_SERVES;
    fill(js, js->served);
    choose_style(js);
    char more[160];
    if (js->style == JOBSERVER_PIPE) {
        js->fds[0] = ends[0];
        js->fds[1] = ends[1];
        snprintf(more, sizeof(more), " -j%u --jobserver-auth=%d,%d",
                 js->served + 1, ends[0], ends[1]);
    } else {
        // Our own ends keep the pipe.
        close(ends[1]);
        snprintf(more, sizeof(more),
                 " -j%u --jobserver-auth=fifo:/proc/%d/fd/%d", js->served + 1,
                 (int)getpid(), ends[0]);
        js->fds[0] = ends[0]; // has the name; closed with the others
    }
    js->variable = flags_with(js->flags, more);
}

/* --- Life --------------------------------------------------------------------------------- */

struct jobserver *
jobserver_create(const struct jobserver_options *options)
{
    struct jobserver *js = mem_alloc(1, sizeof(*js));
    const char *flags = options->makeflags != NULL ? options->makeflags : "";
    *js = (struct jobserver){.style = options->style,
                             .fds = {-1, -1},
                             .read_fd = -1,
                             .write_fd = -1,
                             .tokens = vec_of(1)};
    if (options->style == JOBSERVER_NONE) {
        return js;
    }
    size_t len = 0;
    const char *auth = find_auth(flags, &len);
    if (auth != NULL && !options->jobs_given && !is_dry_run(flags)) {
        join(js, auth, len);
        return js;
    }
    uint32_t others = options->jobs > 0 ? options->jobs - 1 : 0;
    js->served = others < TOKENS_MAX ? others : TOKENS_MAX;
    js->path = mem_copy_str(options->path);
    js->flags = mem_copy_str(flags);
    return js;
}

/* All that was taken goes back first. */
void
jobserver_destroy(struct jobserver *js)
{
    if (js == NULL) {
        return;
    }
    jobserver_release(js, 0);
    if (js->role == ROLE_SERVES) {
        close_fd(&js->fds[0]);
        close_fd(&js->fds[1]);
    }
    close_fd(&js->read_fd);
    close_fd(&js->write_fd);
    vec_finish(&js->tokens);
    free(js->flags);
    free(js->variable);
    free(js->without);
    free(js->note);
    free(js->path);
    free(js);
}

bool
jobserver_is_joined(const struct jobserver *js)
{
    return js->role == ROLE_JOINED;
}

bool
jobserver_is_lost(const struct jobserver *js, const char **note)
{
    *note = js->note;
    return js->role == ROLE_LOST;
}

/* --- Tokens --------------------------------------------------------------------------------- */

/* Our own pipe ends with us; that of somebody else is waited on. */
static void
note_taken(const struct jobserver *js, char token)
{
    if (js->role == ROLE_JOINED) {
        guard_note_token(token);
    }
}

static void
note_given(const struct jobserver *js)
{
    if (js->role == ROLE_JOINED) {
        guard_forget_token();
    }
}

bool
jobserver_acquire(struct jobserver *js, uint32_t running)
{
    if (running > 0) {
        serve(js);
    }
    if (js->role != ROLE_JOINED && js->role != ROLE_SERVES) {
        return true;
    }
    while (js->tokens.count < running) {
        char token;
        ssize_t len = read(js->read_fd, &token, 1);
        if (len < 0 && errno == EINTR) {
            continue;
        }
        if (len != 1) {
            return false;
        }
        vec_push(&js->tokens, &token);
        note_taken(js, token);
    }
    return true;
}

/* Nothing runs that could have a token: what a killed command took with it is
 * made anew, and what is one too many taken out. */
static void
settle(struct jobserver *js)
{
    int there = 0;
    if (ioctl(js->read_fd, FIONREAD, &there) != 0 || there < 0) {
        return;
    }
    uint32_t count = (uint32_t)there;
    char token;
    while (count > js->served && read(js->read_fd, &token, 1) == 1) {
        count--;
    }
    if (count < js->served) {
        fill(js, js->served - count);
    }
}

void
jobserver_release(struct jobserver *js, uint32_t running)
{
    uint32_t needed = running > 0 ? running - 1 : 0;
    while (js->tokens.count > needed) {
        const char *token = vec_at(&js->tokens, js->tokens.count - 1);
        ssize_t len = write(js->write_fd, token, 1);
        if (len < 0 && errno == EINTR) {
            continue;
        }
        (void)vec_pop(&js->tokens); // Also where nobody is left to take it.
        note_given(js);
    }
    if (running == 0 && js->role == ROLE_SERVES) {
        settle(js);
    }
}

int
jobserver_wait_fd(const struct jobserver *js)
{
    assert(js->read_fd >= 0);
    return fcntl(js->read_fd, F_DUPFD_CLOEXEC, 3);
}

/* --- Sharing --------------------------------------------------------------------------------- */

/* True if one of the words names make, also within a script. */
static bool
names_make(const char *const *argv)
{
    bool found = false;
    for (; *argv != NULL && !found; argv++) {
        found = strstr(*argv, "make") != NULL || strstr(*argv, "MAKE") != NULL;
    }
    return found;
}

struct jobserver_share
jobserver_share(struct jobserver *js, const char *const *argv)
{
    struct jobserver_share share = {NULL, {-1, -1}};
    serve(js);
    if (js->role == ROLE_SERVES) {
        bool gets = !js->is_picky || names_make(argv);
        share.variable = gets ? js->variable : js->without;
        if (js->style == JOBSERVER_PIPE && gets) {
            share.fds[0] = js->fds[0];
            share.fds[1] = js->fds[1];
        }
    } else if (js->role == ROLE_JOINED && js->fds[0] >= 0) {
        share.fds[0] = js->fds[0];
        share.fds[1] = js->fds[1];
    }
    return share;
}
