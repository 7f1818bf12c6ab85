/* SPDX-License-Identifier: MIT */
/*
 * A run goes from step to step until it starts a command, and goes on from
 * there when the command has ended. One whose command could not be started for
 * a shortage waits until another command ends, or for a moment. Runs that have
 * ended stand in a queue until they are taken, so that nobody is called back
 * from within steps_start.
 */
#include "exec/run/step.h"

#include "exec/base/memory.h"
#include "exec/base/path.h"
#include "exec/decide/depfile.h"
#include "exec/decide/msvc.h"
#include "exec/run/command.h"
#include "exec/run/interrupt.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUSY_RETRY_MS 50
/* Ten seconds without any command of ours that could end: then it is said. */
#define BUSY_RETRIES_MAX 200

enum run_state { RUN_BUSY, RUN_COMMAND, RUN_ENDED };

struct step_run {
    struct steps *steps;
    const struct graph *graph;
    const struct action *action;
    void *ctx;
    enum run_state state;
    uint32_t next_step;
    uint32_t busy_retries;
    struct exec_value value; /* what the last step gave */
    struct command command;
    struct buffer command_value;
    struct step_result result;
    struct step_run *next; /* in the list of its state */
    struct step_run *previous;
};

/* A doubly linked list; order is the order of joining. */
struct run_list {
    struct step_run *first;
    struct step_run *last;
    uint32_t count;
};

struct steps {
    struct command_base base;
    const struct exec_host *host;
    char *spill_dir;
    struct run_list lists[RUN_ENDED + 1]; /* by enum run_state */
    struct loop_watch *retry;
    bool stopping;
    bool keep_depfiles; /* as asked for */
    bool keep_rspfiles;
};

/* --- Lists ------------------------------------------------------------------- */

/* Puts a run at the end of the list of a state. */
static void
join(struct step_run *run, enum run_state state)
{
    struct run_list *list = &run->steps->lists[state];
    run->state = state;
    run->next = NULL;
    run->previous = list->last;
    if (list->last != NULL) {
        list->last->next = run;
    } else {
        list->first = run;
    }
    list->last = run;
    list->count++;
}

/* Takes a run out of the list it is in. */
static void
leave(struct step_run *run)
{
    struct run_list *list = &run->steps->lists[run->state];
    assert(list->count > 0);
    list->count--;
    if (run->previous != NULL) {
        run->previous->next = run->next;
    } else {
        list->first = run->next;
    }
    if (run->next != NULL) {
        run->next->previous = run->previous;
    } else {
        list->last = run->previous;
    }
}

/* --- Making ------------------------------------------------------------------- */

bool
steps_create(const struct steps_options *options, struct steps **steps,
             struct error *err)
{
    struct steps *new_steps = mem_alloc(1, sizeof(*new_steps));
    struct command_base *base = &new_steps->base;
    if (!disk_init(&base->disk, options->root, options->allow_outside, err)) {
        free(new_steps);
        return false;
    }
    base->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (base->null_fd < 0) {
        error_set_errno(err, ERROR_CLASS_SYSTEM, errno,
                        "cannot open /dev/null");
        disk_finish(&base->disk);
        free(new_steps);
        return false;
    }
    env_base_init(&base->env);
    spawn_learn_signals();
    base->loop = options->loop;
    base->tools = options->tools;
    base->jobserver = options->jobserver;
    new_steps->keep_depfiles = options->keep_depfiles;
    new_steps->keep_rspfiles = options->keep_rspfiles;
    new_steps->spill_dir = mem_copy_str(options->state_dir);
    base->spill_dir = new_steps->spill_dir;
    base->pty = options->pty;
    new_steps->host = options->host;
    *steps = new_steps;
    return true;
}

void
steps_destroy(struct steps *steps)
{
    if (steps == NULL) {
        return;
    }
    for (int i = RUN_BUSY; i <= RUN_ENDED; i++) {
        assert(steps->lists[i].count == 0);
    }
    loop_stop(steps->retry);
    disk_finish(&steps->base.disk);
    env_base_finish(&steps->base.env);
    close(steps->base.null_fd);
    free(steps->spill_dir);
    free(steps);
}

/* --- Values ------------------------------------------------------------------------ */

/* Forgets the value of the last step. */
static void
drop_value(struct step_run *run)
{
    if (run->value.kind == EXEC_VALUE_BYTES) {
        free(run->value.bytes);
    } else if (run->value.kind == EXEC_VALUE_HOST) {
        run->steps->host->value_drop(run->steps->host->ctx, &run->value);
    }
    run->value = (struct exec_value){0};
}

/* The step that the messages speak of, counted from 1. */
static unsigned
step_number(const struct step_run *run)
{
    return run->next_step + 1;
}

/* The bytes of the value; *owned is what to free, or NULL. */
static bool
value_bytes(struct step_run *run, struct slice *bytes, char **owned,
            struct error *err)
{
    const struct exec_host *host = run->steps->host;
    *owned = NULL;
    switch (run->value.kind) {
    case EXEC_VALUE_NONE:
        error_set(err, ERROR_CLASS_BUILD,
                  "step %u wants a value, and there is none", step_number(run));
        error_set_help(err, "a command before it gives one with :stdout "
                            ":string");
        return false;
    case EXEC_VALUE_BYTES:
        *bytes = (struct slice){run->value.bytes, run->value.len};
        return true;
    case EXEC_VALUE_HOST:
        if (!host->value_bytes(host->ctx, &run->value, owned, &bytes->len,
                               err)) {
            return error_set(err, ERROR_CLASS_BUILD, "step %u wants a string",
                             step_number(run));
        }
        bytes->bytes = *owned;
        return true;
    }
    return false;
}

/* Adds the paths of the value to a row. */
static bool
value_paths(struct step_run *run, struct buffer *row, const char *what,
            struct error *err)
{
    const struct exec_host *host = run->steps->host;
    if (run->value.kind != EXEC_VALUE_HOST) {
        error_set(err, ERROR_CLASS_BUILD, "%s wants a list of paths, not %s",
                  what,
                  run->value.kind == EXEC_VALUE_NONE ? "nothing" : "text");
        error_set_help(err, "a step {:transformer …} before it can make one");
        return false;
    }
    char *paths = NULL;
    size_t len = 0;
    if (!host->value_paths(host->ctx, &run->value, &paths, &len, err)) {
        return error_set(err, ERROR_CLASS_BUILD, "%s wants a list of paths",
                         what);
    }
    buffer_add(row, paths, len);
    free(paths);
    return true;
}

/* --- Steps that happen in place --------------------------------------------------- */

/* Replaces the value. */
static bool
read_step(struct step_run *run, const struct step *step, struct error *err)
{
    struct buffer content = {0};
    const char *path = graph_path(run->graph, step->file);
    if (!disk_read(&run->steps->base.disk, path, &content, err)) {
        buffer_finish(&content);
        return false;
    }
    drop_value(run);
    run->value.kind = EXEC_VALUE_BYTES;
    run->value.step = step_number(run);
    run->value.len = content.len;
    run->value.bytes = buffer_take(&content);
    return true;
}

/* The value, if it was written, passes along. */
static bool
write_step(struct step_run *run, const struct step *step, struct error *err)
{
    struct slice bytes;
    char *owned = NULL;
    if (step->text.n != STR_NONE.n) {
        bytes = graph_str(run->graph, step->text);
    } else if (!value_bytes(run, &bytes, &owned, err)) {
        return false;
    }
    const char *path = graph_path(run->graph, step->file);
    bool done = disk_write(&run->steps->base.disk, path, bytes, err);
    free(owned);
    return done;
}

/* The host takes the old value over, also when it fails. */
static bool
transform_step(struct step_run *run, const struct step *step, bool *stale,
               struct error *err)
{
    const struct exec_host *host = run->steps->host;
    struct exec_value in = run->value;
    run->value = (struct exec_value){0};
    enum exec_answer answer =
        host->call(host->ctx, step->function, in, &run->value, err);
    *stale = answer == ANSWER_STALE;
    return answer == ANSWER_OK;
}

/* Looks at the value, which passes along. */
static bool
discovered_step(struct step_run *run, const struct step *step,
                struct error *err)
{
    run->result.discovered_kinds |= step->kinds;
    return value_paths(run, &run->result.discovered, "the step :discovered",
                       err);
}

static bool
run_in_place(struct step_run *run, const struct step *step, bool *stale,
             struct error *err)
{
    switch (step->kind) {
    case STEP_READ:
        return read_step(run, step, err);
    case STEP_TRANSFORM:
        return transform_step(run, step, stale, err);
    case STEP_WRITE:
        return write_step(run, step, err);
    case STEP_DISCOVERED:
        return discovered_step(run, step, err);
    case STEP_COMMAND:
        break;
    }
    assert(false);
    return false;
}

/* --- The end of a run ------------------------------------------------------------------ */

/* Takes the lines that name inputs out of what was printed. */
static void
filter_output(struct step_run *run)
{
    struct step_result *result = &run->result;
    const struct detail *detail = graph_detail(run->graph, run->action);
    const char *prefix = graph_cstr(run->graph, detail->msvc_prefix);
    struct output kept = {.fd = -1};
    struct slice text = output_view(&result->output);
    prefix = *prefix != '\0' ? prefix : MSVC_PREFIX;
    while (text.len > 0) {
        const char *end = memchr(text.bytes, '\n', text.len);
        size_t len = end != NULL ? (size_t)(end - text.bytes) + 1 : text.len;
        struct slice line = {text.bytes, end != NULL ? len - 1 : len};
        line.len -= line.len > 0 && line.bytes[line.len - 1] == '\r';
        if (!msvc_take_line(prefix, line, &result->discovered)) {
            output_add(&kept, run->steps->spill_dir, text.bytes, len);
        }
        text = (struct slice){text.bytes + len, text.len - len};
    }
    output_finish(&result->output);
    result->output = kept;
    result->discovered_kinds |= EDGE_IFWRITTEN;
}

/* From here on the run belongs to whoever takes it. */
static void
end_run(struct step_run *run, enum step_end end)
{
    run->result.end = end;
    run->result.duration_us = loop_now_us() - run->result.started_us;
    if ((run->action->flags & ACTION_DEPS_MSVC) != 0) {
        filter_output(run);
    }
    drop_value(run);
    buffer_finish(&run->command_value);
    tools_expire(run->steps->base.tools);
    join(run, RUN_ENDED);
}

/* What failed because it was interrupted was not its own fault. */
static enum step_end
end_of_failure(struct step_run *run, bool stale)
{
    if (interrupt_came()) {
        error_finish(&run->result.err);
        return STEP_END_STOPPED;
    }
    return stale ? STEP_END_STALE : STEP_END_FAILED;
}

/* The paths are canonical already, each there once. */
static bool
parse_depfile(struct step_run *run, const char *path, struct slice text,
              struct error *err)
{
    struct depfile depfile = {0};
    struct step_result *result = &run->result;
    bool done = depfile_parse(path, text, &depfile, err);
    if (done) {
        buffer_add(&result->discovered, depfile.inputs.bytes,
                   depfile.inputs.len);
        buffer_add(&result->discovered_env, depfile.env.bytes, depfile.env.len);
        result->discovered_kinds |= run->action->depfile_kinds;
    }
    depfile_finish(&depfile);
    return done;
}

/* A depfile that is not there would mean inputs that are not known: an error,
 * but where a missing output is none. */
static bool
is_fine_without(const struct step_run *run, const char *path, struct error *err)
{
    error_finish(err);
    return (run->action->flags & ACTION_MAY_NOT_WRITE) != 0 ||
           error_set(err, ERROR_CLASS_BUILD,
                     "the command did not write its depfile %s", path);
}

static bool
read_depfile(struct step_run *run, struct error *err)
{
    if (run->action->depfile.n == FILE_NONE.n) {
        return true;
    }
    const char *path = graph_path(run->graph, run->action->depfile);
    struct disk *disk = &run->steps->base.disk;
    struct buffer text = {0};
    bool absent;
    bool done = disk_read_written(disk, path, &text, &absent, err);
    if (done) {
        done = parse_depfile(run, path, buffer_slice(&text), err);
    } else if (absent) {
        done = is_fine_without(run, path, err);
    }
    buffer_finish(&text);
    if (done && !absent && (run->action->flags & ACTION_DEPS_GCC) != 0 &&
        !run->steps->keep_depfiles) {
        disk_remove_later(disk, path);
    }
    return done;
}

/* --- The response file ------------------------------------------------------ */

/* The path, or NULL if the action has none. */
static const char *
rspfile_of(const struct step_run *run)
{
    const struct detail *detail = graph_detail(run->graph, run->action);
    return detail->rspfile.n == ID_NONE
               ? NULL
               : graph_path(run->graph, detail->rspfile);
}

/* There before the first step, so that every command can read it. */
static bool
write_rspfile(struct step_run *run, struct error *err)
{
    const char *path = rspfile_of(run);
    const struct detail *detail = graph_detail(run->graph, run->action);
    return path == NULL ||
           disk_write(&run->steps->base.disk, path,
                      graph_str(run->graph, detail->rsp_text), err);
}

/* It stays when something failed, so that a person can run the command. */
static void
drop_rspfile(const struct step_run *run)
{
    const char *path = rspfile_of(run);
    if (path != NULL && !run->steps->keep_rspfiles) {
        (void)unlinkat(run->steps->base.disk.root_fd, path, 0);
    }
}

/* --- Done ------------------------------------------------------------------ */

/* All steps are done: what they left is read. */
static void
finish_run(struct step_run *run)
{
    struct error *err = &run->result.err;
    bool done = read_depfile(run, err);
    if (done && (run->action->flags & ACTION_DYNOUT) != 0) {
        done = value_paths(run, &run->result.value, "a dynout", err);
    }
    if (done) {
        drop_rspfile(run);
    }
    end_run(run, done ? STEP_END_OK : end_of_failure(run, false));
}

/* --- Commands ------------------------------------------------------------------------- */

static void advance(struct step_run *run);

/* Another command has ended, or a moment has passed. */
static void
on_retry(void *ctx)
{
    struct steps *steps = ctx;
    loop_stop(steps->retry);
    steps->retry = NULL;
    // Those that are still busy join the list anew, behind these.
    for (uint32_t i = steps->lists[RUN_BUSY].count; i > 0; i--) {
        struct step_run *run = steps->lists[RUN_BUSY].first;
        leave(run);
        advance(run);
    }
}

static void
wait_busy(struct step_run *run)
{
    struct steps *steps = run->steps;
    bool alone = steps->lists[RUN_COMMAND].count == 0;
    run->busy_retries = alone ? run->busy_retries + 1 : 0;
    if (run->busy_retries > BUSY_RETRIES_MAX) {
        error_set(&run->result.err, ERROR_CLASS_SYSTEM,
                  "cannot start a command: the system gives no more processes "
                  "or open files");
        error_set_help(&run->result.err, "see ulimit -u and ulimit -n");
        end_run(run, STEP_END_FAILED);
        return;
    }
    join(run, RUN_BUSY);
    if (steps->retry == NULL) {
        steps->retry =
            loop_after(steps->base.loop, BUSY_RETRY_MS, on_retry, steps);
    }
}

/* Either stream, or both together. */
static bool
gives_value(const struct step *step)
{
    return step->out.kind == STREAM_VALUE || step->err.kind == STREAM_VALUE;
}

/* The next step's value is what the command wrote, if it was asked for. */
static void
take_command_value(struct step_run *run)
{
    const struct step *step =
        graph_step(run->graph, run->action, run->next_step);
    drop_value(run);
    if (gives_value(step)) {
        run->value.kind = EXEC_VALUE_BYTES;
        run->value.step = step_number(run);
        run->value.len = run->command_value.len;
        buffer_add(&run->command_value, "", 0);
        run->value.bytes = buffer_take(&run->command_value);
        if (run->value.bytes == NULL) {
            run->value.bytes = mem_copy("", 0);
        }
    }
}

/* Other commands wait for what this one has freed. */
static void
on_command_ended(void *ctx, const struct spawn_end *end)
{
    struct step_run *run = ctx;
    struct steps *steps = run->steps;
    struct step_result *result = &run->result;
    leave(run);
    result->cpu_us += end->cpu_us;
    if (end->peak_kib > result->peak_kib) {
        result->peak_kib = end->peak_kib;
    }
    // What is left of a group that we end ourselves is no surprise.
    if (run->command.pipe_held && !steps->stopping) {
        result->note = "left a process behind that holds its output open";
    }
    result->exit_code = end->exit_code;
    result->signal = end->signal;
    if (end->signal != 0) {
        end_run(run, steps->stopping ? STEP_END_STOPPED : STEP_END_KILLED);
    } else if (end->exit_code != 0) {
        end_run(run, steps->stopping ? STEP_END_STOPPED : STEP_END_FAILED);
    } else {
        take_command_value(run);
        tools_expire(steps->base.tools);
        run->next_step++;
        advance(run);
    }
    if (steps->lists[RUN_BUSY].count > 0 && steps->retry != NULL) {
        on_retry(steps);
    }
}

/* A value goes to stdin unless the step says something else. */
static enum spawn_status
start_command(struct step_run *run, const struct step *step)
{
    struct slice bytes = {"", 0};
    char *owned = NULL;
    struct error *err = &run->result.err;
    bool wants_value =
        step->in.kind == STREAM_VALUE ||
        (step->in.kind == STREAM_DEFAULT && run->value.kind != EXEC_VALUE_NONE);
    if (wants_value && !value_bytes(run, &bytes, &owned, err)) {
        return SPAWN_FAILED;
    }
    run->command.output = &run->result.output;
    run->command.value = &run->command_value;
    run->command.call = on_command_ended;
    run->command.ctx = run;
    struct command_start start = {
        .graph = run->graph,
        .action = run->action,
        .step = step,
        .stdin_bytes = wants_value ? &bytes : NULL,
        .console = run->action->pool.n == 1,
    };
    enum spawn_status status =
        command_start(&run->command, &run->steps->base, &start, err);
    free(owned);
    return status;
}

static bool
is_stopping(const struct steps *steps)
{
    return steps->stopping || interrupt_came();
}

/* Goes on until a command runs, or the end. */
static void
advance(struct step_run *run)
{
    while (!is_stopping(run->steps) &&
           run->next_step < run->action->steps.count) {
        const struct step *step =
            graph_step(run->graph, run->action, run->next_step);
        if (step->kind == STEP_COMMAND) {
            switch (start_command(run, step)) {
            case SPAWN_OK:
                run->busy_retries = 0;
                join(run, RUN_COMMAND);
                return;
            case SPAWN_BUSY:
                wait_busy(run);
                return;
            case SPAWN_FAILED:
                end_run(run, end_of_failure(run, false));
                return;
            }
        }
        bool stale = false;
        if (!run_in_place(run, step, &stale, &run->result.err)) {
            end_run(run, end_of_failure(run, stale));
            return;
        }
        run->next_step++;
    }
    if (run->next_step < run->action->steps.count) {
        end_run(run, STEP_END_STOPPED);
    } else {
        finish_run(run);
    }
}

/* Files that are named together mostly stand together: one look is enough. */
static bool
make_folders_of(struct step_run *run, struct disk *disk, struct error *err)
{
    const struct action *action = run->action;
    const char *before = NULL;
    for (uint32_t i = 0; i <= action->outputs.count; i++) {
        struct file_id file = i < action->outputs.count
                                  ? graph_output(run->graph, action, i)
                                  : action->depfile;
        if (file.n == FILE_NONE.n) {
            continue;
        }
        const char *path = graph_path(run->graph, file);
        if ((before == NULL || !path_share_dir(before, path)) &&
            !disk_make_parent(disk, path, err)) {
            return false;
        }
        before = path;
    }
    return true;
}

/* Of outputs and depfile; streams and writes make their own. Ninja writes
 * anywhere. */
static bool
make_folders(struct step_run *run, struct error *err)
{
    struct disk *disk = &run->steps->base.disk;
    bool allowed = disk->allow_outside;
    disk->allow_outside =
        allowed || (run->action->flags & ACTION_AS_NINJA) != 0;
    bool done = make_folders_of(run, disk, err);
    disk->allow_outside = allowed;
    return done;
}

struct buffer
steps_take_folders(struct steps *steps)
{
    struct buffer row = steps->base.disk.made;
    steps->base.disk.made = (struct buffer){0};
    return row;
}

/* --- From outside --------------------------------------------------------------- */

struct step_run *
steps_start(struct steps *steps, const struct graph *graph,
            struct action_id action, void *ctx)
{
    struct step_run *run = mem_alloc(1, sizeof(*run));
    run->steps = steps;
    run->graph = graph;
    run->action = graph_action(graph, action);
    run->ctx = ctx;
    run->result.output.fd = -1;
    if ((run->action->flags & ACTION_DEPS_GCC) != 0 &&
        run->action->depfile.n != FILE_NONE.n) {
        disk_expect(&steps->base.disk, graph_path(graph, run->action->depfile));
    }
    run->result.started_us = loop_now_us();
    run->result.started_unix_us = loop_unix_us();
    if (run->action->steps.count > 0 &&
        !(make_folders(run, &run->result.err) &&
          write_rspfile(run, &run->result.err))) {
        end_run(run, STEP_END_FAILED);
    } else {
        advance(run);
    }
    return run;
}

bool
steps_has_ended(const struct steps *steps)
{
    return steps->lists[RUN_ENDED].count > 0;
}

struct step_run *
steps_take_ended(struct steps *steps)
{
    struct step_run *run = steps->lists[RUN_ENDED].first;
    if (run != NULL) {
        leave(run);
    }
    return run;
}

void *
step_run_ctx(const struct step_run *run)
{
    return run->ctx;
}

struct step_result *
step_run_result(struct step_run *run)
{
    return &run->result;
}

void
step_run_destroy(struct step_run *run)
{
    struct step_result *result = &run->result;
    output_finish(&result->output);
    buffer_finish(&result->discovered);
    buffer_finish(&result->discovered_env);
    buffer_finish(&result->value);
    error_finish(&result->err);
    free(run);
}

uint32_t
steps_busy(const struct steps *steps)
{
    return steps->lists[RUN_BUSY].count;
}

void
steps_signal(struct steps *steps, int signal)
{
    struct step_run *run = steps->lists[RUN_COMMAND].first;
    for (; run != NULL; run = run->next) {
        spawn_signal(&run->command.process, signal);
    }
}

void
steps_stop(struct steps *steps, int signal)
{
    steps->stopping = true;
    steps_signal(steps, signal);
    // A stopped process acts on nothing but this and SIGKILL.
    steps_signal(steps, SIGCONT);
    while (steps->lists[RUN_BUSY].count > 0) {
        struct step_run *run = steps->lists[RUN_BUSY].first;
        leave(run);
        end_run(run, STEP_END_STOPPED);
    }
}

/* Few commands run at a time: no index is worth it. */
static bool
is_running(void *ctx, pid_t pid)
{
    const struct steps *steps = ctx;
    const struct step_run *run = steps->lists[RUN_COMMAND].first;
    for (; run != NULL; run = run->next) {
        if (run->command.process.pid == pid) {
            return true;
        }
    }
    return false;
}

void
steps_reap_strays(struct steps *steps)
{
    guard_reap_strays(is_running, steps);
}
