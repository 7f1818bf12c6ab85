/* SPDX-License-Identifier: MIT */
/*
 * Opening what the descriptors 0, 1 and 2 will be, and following the process
 * to its end. A value for stdin is passed as a file in memory: nothing has to
 * be fed to it while it runs.
 */
#include "exec/run/command.h"

#include "exec/base/memory.h"
#include "exec/base/path.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

/* The descriptors of a command that is being started. */
struct fds {
    int child[3];     /* what it gets */
    int output_read;  /* our end of the captured output, or -1 */
    int output_write; /* its end, or -1 */
    int value_read;
    int value_write;
    int opened[3]; /* files that are ours to close, or -1 */
};

/* Descriptors that were never opened are -1. */
static void
close_fd(int fd)
{
    if (fd >= 0) {
        close(fd);
    }
}

/* What only the child needs. */
static void
close_child_ends(struct fds *fds)
{
    close_fd(fds->output_write);
    close_fd(fds->value_write);
    for (int i = 0; i < 3; i++) {
        close_fd(fds->opened[i]);
    }
}

/* Leaves errno as it is, for it may be a shortage that passes. */
static bool
set_open_error(struct error *err, const char *what, const char *path)
{
    int errnum = errno;
    error_set_errno(err, ERROR_CLASS_BUILD, errnum, "cannot open %s %s", what,
                    path);
    errno = errnum;
    return false;
}

/* A file in memory with these bytes, to be read from its start. */
static int
open_bytes(const struct slice *bytes)
{
    int fd = memfd_create("stdin", MFD_CLOEXEC);
    size_t done = 0;
    while (fd >= 0 && done < bytes->len) {
        ssize_t len = write(fd, bytes->bytes + done, bytes->len - done);
        if (len < 0 && errno != EINTR) {
            int errnum = errno;
            close(fd);
            errno = errnum;
            return -1;
        }
        done += len > 0 ? (size_t)len : 0;
    }
    if (fd >= 0) {
        lseek(fd, 0, SEEK_SET);
    }
    return fd;
}

/* A file, the value, our own terminal, or nothing to read. */
static bool
open_in(struct fds *fds, const struct command_base *base,
        const struct command_start *start, struct error *err)
{
    const struct stream *in = &start->step->in;
    if (in->kind == STREAM_FILE) {
        const char *path = graph_cstr(start->graph, in->path);
        int flags = O_RDONLY | O_CLOEXEC;
        fds->opened[0] = openat(base->disk.root_fd, path, flags);
        fds->child[0] = fds->opened[0];
        return fds->child[0] >= 0 || set_open_error(err, "stdin", path);
    }
    if (start->stdin_bytes != NULL) {
        fds->opened[0] = open_bytes(start->stdin_bytes);
        fds->child[0] = fds->opened[0];
        return fds->child[0] >= 0 || set_open_error(err, "memory for", "stdin");
    }
    fds->child[0] = start->console ? 0 : base->null_fd;
    return true;
}

/* One pipe for both streams, if it was opened for the other one. */
static bool
open_pipe(int *read_end, int *write_end, struct error *err)
{
    int ends[2];
    if (*write_end >= 0) {
        return true; // stdout and stderr go into one, in order.
    }
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return set_open_error(err, "a pipe for", "output");
    }
    *read_end = ends[0];
    *write_end = ends[1];
    return true;
}

/* A pseudo terminal for both streams. It is nobody's controlling terminal, and
 * what is written to it comes out byte for byte. */
static bool
open_terminal(struct fds *fds, const struct command_base *base,
              struct error *err)
{
    char name[64];
    if (fds->output_write >= 0) {
        return true;
    }
    int ours = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (ours < 0) {
        return set_open_error(err, "a terminal for", "output");
    }
    fds->output_read = ours;
    if (grantpt(ours) != 0 || unlockpt(ours) != 0 ||
        ptsname_r(ours, name, sizeof(name)) != 0) {
        return set_open_error(err, "a terminal for", "output");
    }
    fds->output_write = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    struct termios modes;
    if (fds->output_write < 0 || tcgetattr(fds->output_write, &modes) != 0) {
        return set_open_error(err, "the terminal", name);
    }
    modes.c_oflag &= ~(tcflag_t)OPOST;
    struct winsize size = {.ws_col = base->pty.columns,
                           .ws_row = base->pty.rows};
    if (tcsetattr(fds->output_write, TCSANOW, &modes) != 0 ||
        ioctl(fds->output_write, TIOCSWINSZ, &size) != 0) {
        return set_open_error(err, "the terminal", name);
    }
    return true;
}

/* Where captured output goes. */
static bool
open_output(struct fds *fds, const struct command_base *base, struct error *err)
{
    return base->pty.columns > 0
               ? open_terminal(fds, base, err)
               : open_pipe(&fds->output_read, &fds->output_write, err);
}

/* An error that is no shortage must not look like one. */
static bool
open_out_file(struct fds *fds, int number, struct command_base *base,
              const char *path, struct error *err)
{
    if (!disk_make_parent(&base->disk, path, err)) {
        errno = 0;
        return false;
    }
    int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
    fds->opened[number] = openat(base->disk.root_fd, path, flags, 0666);
    fds->child[number] = fds->opened[number];
    const char *what = number == 1 ? "stdout" : "stderr";
    return fds->child[number] >= 0 || set_open_error(err, what, path);
}

/* number is 1 or 2. Both in one file share its position. */
static bool
open_out(struct fds *fds, int number, struct command_base *base,
         const struct command_start *start, struct error *err)
{
    const struct step *step = start->step;
    const struct stream *out = number == 1 ? &step->out : &step->err;
    switch (out->kind) {
    case STREAM_FILE:
        if (number == 2 && step->out.kind == STREAM_FILE &&
            step->out.path.n == out->path.n) {
            fds->child[2] = fds->child[1];
            return true;
        }
        return open_out_file(fds, number, base,
                             graph_cstr(start->graph, out->path), err);
    case STREAM_VALUE:
        if (!open_pipe(&fds->value_read, &fds->value_write, err)) {
            return false;
        }
        fds->child[number] = fds->value_write;
        return true;
    case STREAM_DEFAULT:
        break;
    }
    if (start->console) {
        fds->child[number] = number;
        return true;
    }
    if (!open_output(fds, base, err)) {
        return false;
    }
    fds->child[number] = fds->output_write;
    return true;
}

/* --- While it runs ------------------------------------------------------------ */

/* Comes in the order in which the command wrote it. */
static void
on_output(void *ctx, const char *bytes, size_t len)
{
    struct command *command = ctx;
    command->output_ended = len == 0;
    output_add(command->output, command->base->spill_dir, bytes, len);
}

/* A value is kept in memory whole: the next step needs it so. */
static void
on_value(void *ctx, const char *bytes, size_t len)
{
    struct command *command = ctx;
    command->value_ended = len == 0;
    buffer_add(command->value, bytes, len);
}

/* Takes what the process left in a pipe. */
static void
end_pipe(struct command *command, struct loop_watch **watch, const bool *ended)
{
    if (*watch == NULL) {
        return;
    }
    if (!*ended) {
        loop_drain(*watch);
    }
    command->pipe_held = command->pipe_held || !*ended;
    loop_stop(*watch);
    *watch = NULL;
}

/* Reaped first: its pipes can get nothing more from it then. */
static void
on_ended(void *ctx)
{
    struct command *command = ctx;
    struct spawn_end end;
    if (!spawn_reap(&command->process, &end)) {
        return;
    }
    loop_stop(command->process_watch);
    command->process_watch = NULL;
    end_pipe(command, &command->output_watch, &command->output_ended);
    end_pipe(command, &command->value_watch, &command->value_ended);
    if (!command->pipe_held) {
        guard_release_pipe(command->guarded);
    }
    command->guarded = NULL;
    command->call(command->ctx, &end);
}

/* The process runs already: a failure here would lose it. */
static void
watch_process(struct command *command, const struct fds *fds)
{
    struct loop *loop = command->base->loop;
    command->output_ended = false;
    command->value_ended = false;
    command->pipe_held = false;
    if (fds->output_read >= 0) {
        command->output_watch =
            loop_read(loop, fds->output_read, on_output, command);
        assert(command->output_watch != NULL);
    }
    if (fds->value_read >= 0) {
        command->value_watch =
            loop_read(loop, fds->value_read, on_value, command);
        assert(command->value_watch != NULL);
    }
    command->process_watch =
        loop_readable(loop, command->process.pidfd, on_ended, command);
    assert(command->process_watch != NULL);
}

/* --- Starting ------------------------------------------------------------------ */

/* What execve is given: a script is told how it was called, by a path as that
 * was written. NULL: PATH has it nowhere. */
static const char *
find_program(struct tools *tools, const struct program *program)
{
    const char *path = tools_find(tools, program);
    return *path != '\0' ? path : NULL;
}

/* In a graph of ninja's a command line is the shell's, and what is run without one
 * only means the same. Where it cannot be run, the shell says so, in its own words
 * and with its own status. */
static void
add_shell(struct vec *words, const struct vec *argv)
{
    static const char *const front[] = {SPAWN_SHELL, "-c", "\"$@\"",
                                        SPAWN_SHELL};
    vec_push_all(words, front, sizeof(front) / sizeof(front[0]));
    vec_push_all(words, argv->items, argv->count);
}

/* Everything that is made for it lives only until it has started. */
static enum spawn_status
spawn(struct command *command, const struct command_start *start,
      const struct fds *fds, struct error *err)
{
    const struct step *step = start->step;
    const struct graph *g = start->graph;
    const struct command_base *base = command->base;
    struct vec argv = vec_of(sizeof(const char *));
    for (uint32_t i = 0; i < step->argv.count; i++) {
        const char *arg = graph_cstr(g, graph_arg(g, step, i));
        vec_push(&argv, &arg);
    }
    vec_add(&argv);
    struct jobserver_share share = {NULL, {-1, -1}};
    if (base->jobserver != NULL) {
        share = jobserver_share(base->jobserver, argv.items);
    }
    char *dir = path_join(base->disk.root, graph_cstr(g, step->dir));
    struct env env = {.dir = dir};
    struct env_base env_base = base->env;
    env_base.makeflags = share.variable;
    env_make(&env, &env_base, g, start->action, step);
    struct program program = {
        .name = *(const char **)vec_at(&argv, 0),
        .dir = graph_cstr(g, step->dir),
        .path = env_value(&env, "PATH"),
    };
    struct vec by_shell = vec_of(sizeof(const char *));
    if ((start->action->flags & ACTION_AS_NINJA) != 0) {
        add_shell(&by_shell, &argv);
    }
    struct spawn_options options = {
        .program = find_program(base->tools, &program),
        .argv = argv.items,
        .env = env_array(&env),
        .dir = dir,
        .fds = {fds->child[0], fds->child[1], fds->child[2]},
        .shared = {share.fds[0], share.fds[1]},
        .console = start->console,
        .by_shell = by_shell.items,
    };
    enum spawn_status status = spawn_start(&options, &command->process, err);
    free(dir);
    vec_finish(&by_shell);
    vec_finish(&argv);
    env_finish(&env);
    return status;
}

/* The guard gets to know the pipe before anybody can hold it. */
static void
guard_output(struct command *command, const struct fds *fds)
{
    struct stat info;
    command->guarded = NULL;
    // Terminals are no pipes: whoever holds one is not looked for.
    if (fds->output_read >= 0 && fstat(fds->output_read, &info) == 0 &&
        S_ISFIFO(info.st_mode)) {
        command->guarded = guard_take_pipe((uint64_t)info.st_ino);
    }
}

enum spawn_status
command_start(struct command *command, struct command_base *base,
              const struct command_start *start, struct error *err)
{
    assert(start->step->kind == STEP_COMMAND && start->step->argv.count > 0);
    command->base = base;
    struct fds fds = {{-1, -1, -1}, -1, -1, -1, -1, {-1, -1, -1}};
    bool opened = open_in(&fds, base, start, err) &&
                  open_out(&fds, 1, base, start, err) &&
                  open_out(&fds, 2, base, start, err);
    enum spawn_status status = SPAWN_FAILED;
    if (opened) {
        guard_output(command, &fds);
        status = spawn(command, start, &fds, err);
    } else if (errno == EMFILE || errno == ENFILE) {
        error_finish(err);
        status = SPAWN_BUSY;
    }
    close_child_ends(&fds);
    if (status == SPAWN_OK) {
        watch_process(command, &fds);
    } else {
        close_fd(fds.output_read);
        close_fd(fds.value_read);
        guard_release_pipe(command->guarded);
        command->guarded = NULL;
    }
    return status;
}
