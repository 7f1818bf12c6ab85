/* SPDX-License-Identifier: MIT */
/* `ronin runs`, `ronin diff RUN RUN` and `ronin gc`: the history as a whole. */
#include "runtime/cli/asking.h"
#include "runtime/describe.h"
#include "runtime/json.h"
#include "runtime/progress.h"
#include "runtime/report.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct option_row reading_rows[] = {
    {'f', "file", "FILE", "the build file, instead of build.magma"},
    {'o', "output", "text|json", "the form of the answer"},
    {0, NULL, NULL, NULL},
};

/* False when the program is to end with o->status. */
static bool
read_options(struct options *o, struct asking *asking)
{
    for (;;) {
        int id = options_next(o);
        if (id == OPTION_END) {
            return o->status == 0;
        }
        if (id == OPTION_STOP) {
            return false;
        }
        bool known = asking_option(o, id, asking);
        assert(known && "an option of the table is not handled");
        (void)known;
        if (o->status != 0) {
            return false;
        }
    }
}

/* --- runs ---------------------------------------------------------------------- */

/* A run that did not end has neither end nor exit. */
static void
add_run_json(struct buffer *out, const struct exec_run *run)
{
    buffer_add_char(out, '{');
    json_field_int(out, "run", (int64_t)run->id);
    json_field_int(out, "started", run->started_unix_us);
    if (run->ended_unix_us != 0) {
        json_field_int(out, "ended", run->ended_unix_us);
        json_field_int(out, "exit", run->exit_status);
    }
    json_field_int(out, "ran", run->ran);
    json_field_int(out, "failed", run->failed);
    json_field_int(out, "up_to_date", run->up_to_date);
    json_field_int(out, "cut_off", run->cut_off);
    json_field_int(out, "graph", (int64_t)run->graph);
    json_field_text(out, "args", run->arguments);
    buffer_add_str(out, "}\n");
}

/*   42  12:03:56  18 ran, 31 cut off, 412 up to date  22.50 s  build -j4 */
static void
add_run_text(struct buffer *out, const struct exec_run *run)
{
    buffer_add_format(out, "%4" PRIu64 "  ", run->id);
    asking_time(out, run->started_unix_us);
    buffer_add_format(out, "  %" PRIu32 " ran", run->ran);
    if (run->failed > 0) {
        buffer_add_format(out, ", %" PRIu32 " failed", run->failed);
    }
    if (run->cut_off > 0) {
        buffer_add_format(out, ", %" PRIu32 " cut off", run->cut_off);
    }
    buffer_add_format(out, ", %" PRIu32 " up to date  ", run->up_to_date);
    if (run->ended_unix_us == 0) {
        buffer_add_str(out, "did not end");
    } else {
        describe_duration(out, run->ended_unix_us - run->started_unix_us);
        if (run->exit_status != 0) {
            buffer_add_format(out, ", exit %d", run->exit_status);
        }
    }
    buffer_add_format(out, "  %s\n", run->arguments);
}

/* What one callback needs to print. */
struct printing {
    struct buffer out;
    bool json;
};

/* One line, or one object, for each run that is kept. */
static void
on_run(void *ctx, const struct exec_run *run)
{
    struct printing *printing = ctx;
    (printing->json ? add_run_json : add_run_text)(&printing->out, run);
}

/* All that was gathered: for a program as it is, for a person made harmless. */
static void
print(struct printing *printing)
{
    if (printing->json) {
        fwrite(buffer_str(&printing->out), 1, printing->out.len, stdout);
        buffer_finish(&printing->out);
    } else {
        asking_print(&printing->out);
    }
}

/* The newest first: it is the one that is asked for. */
static bool
answer_runs(struct asking *asking, struct error *err)
{
    struct printing printing = {.json = asking->json};
    bool done = exec_list_runs(asking->exec, on_run, &printing, err);
    if (done && printing.out.len == 0 && !asking->json) {
        buffer_add_str(&printing.out, "no run is recorded\n");
    }
    print(&printing);
    return done;
}

static int
run_runs(int argc, char **argv)
{
    struct options o;
    struct asking asking = {.session = {.read_only = true}};
    options_init(&o, &command_runs, argc, argv);
    bool go = read_options(&o, &asking);
    int status = o.status;
    if (go && o.word_count > 0) {
        status = options_usage(&command_runs, "ronin runs takes no targets",
                               "ronin log TARGET tells of one action");
    } else if (go) {
        status = asking_answer(&o, &asking, answer_runs);
    }
    options_finish(&o);
    return status;
}

const struct command command_runs = {
    .name = "runs",
    .args = "[OPTION...]",
    .summary = "List the runs that are remembered.",
    .usage = "Runs that had nothing to do are not in it. ronin gc tells how "
             "many are kept.",
    .options = reading_rows,
    .run = run_runs,
};

/* --- diff ------------------------------------------------------------------------ */

/* ~ main.o  command, inputs */
static void
on_change(void *ctx, const char *key, uint32_t changes)
{
    static const struct {
        uint32_t bit;
        const char *word;
    } words[] = {{GRAPH_COMMAND, "command"},
                 {GRAPH_INPUTS, "inputs"},
                 {GRAPH_OUTPUTS, "outputs"}};
    struct printing *printing = ctx;
    struct buffer *out = &printing->out;
    const char *kind = changes & GRAPH_ADDED     ? "added"
                       : changes & GRAPH_REMOVED ? "removed"
                                                 : "changed";
    if (printing->json) {
        buffer_add_char(out, '{');
        json_field_text(out, "path", asking_shown(key));
        json_field_text(out, "change", kind);
        json_name(out, "what");
        buffer_add_char(out, '[');
    } else {
        buffer_add_format(out, "%c %s",
                          changes & GRAPH_ADDED     ? '+'
                          : changes & GRAPH_REMOVED ? '-'
                                                    : '~',
                          asking_shown(key));
    }
    bool first = true;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if ((changes & words[i].bit) == 0) {
            continue;
        }
        if (printing->json) {
            buffer_add_format(out, "%s\"%s\"", first ? "" : ",", words[i].word);
        } else {
            buffer_add_format(out, "%s%s", first ? "  " : ", ", words[i].word);
        }
        first = false;
    }
    buffer_add_str(out, printing->json ? "]}\n" : "\n");
}

/* Both runs must still have their graphs. */
static bool
answer_diff(struct asking *asking, struct error *err)
{
    struct printing printing = {.json = asking->json};
    const struct exec_graph_sink sink = {on_change, &printing};
    uint64_t runs[2];
    for (int i = 0; i < 2; i++) {
        if (!asking_take_run(asking->options->words[i], &runs[i], err)) {
            return false;
        }
    }
    bool done = exec_diff(asking->exec, runs[0], runs[1], &sink, err);
    if (done && printing.out.len == 0 && !asking->json) {
        buffer_add_str(&printing.out, "the graph was the same\n");
    }
    print(&printing);
    return done;
}

/* Two numbers of runs, the older one first by habit: any order is answered. */
static int
run_diff(int argc, char **argv)
{
    struct options o;
    struct asking asking = {.session = {.read_only = true}};
    options_init(&o, &command_diff, argc, argv);
    bool go = read_options(&o, &asking);
    int status = o.status;
    if (go && o.word_count != 2) {
        status = options_usage(&command_diff, "ronin diff needs two runs",
                               "such as: ronin diff 41 42");
    } else if (go) {
        status = asking_answer(&o, &asking, answer_diff);
    }
    options_finish(&o);
    return status;
}

const struct command command_diff = {
    .name = "diff",
    .args = "[OPTION...] RUN RUN",
    .summary = "Tell what changed in the graph between two runs.",
    .usage = "A line an action: + it came, - it went, ~ it changed, and in "
             "what.\n\n"
             "  ronin diff 41 42",
    .options = reading_rows,
    .run = run_diff,
};

/* --- gc --------------------------------------------------------------------------- */

static const struct option_row gc_rows[] = {
    {'f', "file", "FILE", "the build file, instead of build.magma"},
    {OPTION_KEEP_RUNS, "runs", "N", "keep the last N runs (default 50)"},
    {OPTION_KEEP_BYTES, "size", "N", "keep at most so much (default 256M)"},
    {OPTION_NO_WAIT, "no-wait", NULL, "fail if another ronin builds here"},
    {0, NULL, NULL, NULL},
};

/* The only verb here that takes the lock and writes. */
static bool
answer_gc(struct asking *asking, struct error *err)
{
    struct exec_prune *prune = asking->ctx;
    const struct progress_options options = {.kind = NULL};
    struct progress *progress = progress_create(&options);
    progress_phase(progress, "forgetting old runs");
    bool done = exec_prune(asking->exec, prune, err);
    progress_destroy(progress);
    if (!done) {
        return false;
    }
    printf("forgot %" PRIu32 " run%s; .ronin/state.db has %" PRId64
           " KiB, had %" PRId64 "\n",
           prune->forgotten, prune->forgotten == 1 ? "" : "s",
           prune->size_after / 1024, prune->size_before / 1024);
    return true;
}

/* Limits may be lower than what is kept by default, never none at all. */
static bool
read_gc(struct options *o, struct asking *asking, struct exec_prune *prune)
{
    for (;;) {
        int id = options_next(o);
        uint64_t number = 0;
        if (id == OPTION_END) {
            return o->status == 0;
        }
        if (id == OPTION_STOP) {
            return false;
        }
        if (id == OPTION_KEEP_RUNS) {
            (void)options_number(o, 1, 1000000, &number);
            prune->runs = (uint32_t)number;
        } else if (id == OPTION_KEEP_BYTES) {
            (void)options_bytes(o, &number);
            prune->bytes = number > INT64_MAX ? INT64_MAX : (int64_t)number;
        } else {
            (void)asking_option(o, id, asking);
        }
        if (o->status != 0) {
            return false;
        }
    }
}

static int
run_gc(int argc, char **argv)
{
    struct options o;
    struct exec_prune prune = {0};
    struct asking asking = {.session = {.on_wait = report_waiting},
                            .ctx = &prune};
    options_init(&o, &command_gc, argc, argv);
    bool go = read_gc(&o, &asking, &prune);
    int status = o.status;
    if (go) {
        status = asking_answer(&o, &asking, answer_gc);
    }
    options_finish(&o);
    return status;
}

const struct command command_gc = {
    .name = "gc",
    .args = "[OPTION...]",
    .summary = "Forget old runs, and give their room back to the disk.",
    .usage = "Builds do the first by themselves. The latest run of each "
             "action stays, and so\ndoes all that decides whether an action "
             "is up to date.",
    .options = gc_rows,
    .run = run_gc,
};
