/* SPDX-License-Identifier: MIT */
/* `ronin log` and `ronin warnings`: what actions printed. */
#include "runtime/cli/asking.h"
#include "runtime/describe.h"
#include "runtime/json.h"
#include "runtime/report.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct option_row log_rows[] = {
    {'f', "file", "FILE", "the build file, instead of build.magma"},
    {'o', "output", "text|json", "the form of the answer"},
    {OPTION_RUN, "run", "N", "of run N, instead of the last one"},
    {OPTION_FAILED, "failed", NULL, "only what failed"},
    {0, NULL, NULL, NULL},
};

static const struct option_row warnings_rows[] = {
    {'f', "file", "FILE", "the build file, instead of build.magma"},
    {'o', "output", "text|json", "the form of the answer"},
    {0, NULL, NULL, NULL},
};

struct logging {
    struct asking asking;
    bool failed;     /* only those */
    bool quiet_too;  /* also what printed nothing */
    bool up_to_date; /* only what is, and is in the graph */
    uint32_t count;
};

/* --- One action ------------------------------------------------------------------ */

/* main.o  ok in run 42 (2 min ago, 1.31 s) */
static void
add_head(struct buffer *out, const struct exec_action_run *run)
{
    buffer_add_format(out, "%s  %s", asking_shown(run->key),
                      asking_status(run->status));
    if (run->status == STATUS_FAILED) {
        buffer_add_format(out, ", exit %d,", run->exit_code);
    } else if (run->status == STATUS_KILLED) {
        buffer_add_format(out, " by signal %d", run->signal);
    }
    buffer_add_format(out, " in run %" PRIu64 " (", run->run);
    asking_age(out, run->started_unix_us + run->duration_us);
    buffer_add_str(out, ", ");
    describe_duration(out, run->duration_us);
    buffer_add_str(out, ")\n");
}

/* Bytes that are not UTF-8 come in base64 besides. */
static void
print_json(const struct exec_action_run *run)
{
    struct buffer out = {0};
    buffer_add_char(&out, '{');
    json_field_text(&out, "path", asking_shown(run->key));
    json_field_int(&out, "run", (int64_t)run->run);
    json_field_text(&out, "status", asking_status(run->status));
    if (run->signal != 0) {
        json_field_int(&out, "signal", run->signal);
    } else {
        json_field_int(&out, "exit", run->exit_code);
    }
    json_field_int(&out, "started", run->started_unix_us);
    json_field_int(&out, "dur", run->duration_us);
    json_field_int(&out, "cpu", run->cpu_us);
    json_field_int(&out, "rss", run->peak_kib);
    json_field_bytes(&out, "output", run->output, run->output_len);
    buffer_add_str(&out, "}\n");
    fwrite(buffer_str(&out), 1, out.len, stdout);
    buffer_finish(&out);
}

/* As it was printed, made harmless to the terminal. */
static void
print_text(const struct exec_action_run *run)
{
    struct buffer out = {0};
    add_head(&out, run);
    buffer_add(&out, run->output, run->output_len);
    if (run->output_len > 0 && run->output[run->output_len - 1] != '\n') {
        buffer_add_char(&out, '\n');
    }
    asking_print(&out);
}

/* True if the action is still there: what left the graph warns nobody. */
static bool
is_in_graph(const struct logging *logging, const char *key)
{
    return graph_find_key(logging->asking.graph, key, strlen(key)).n != ID_NONE;
}

/* Drops what is not asked for, and prints the rest as it comes. */
static void
on_action_run(void *ctx, const struct exec_action_run *run)
{
    struct logging *logging = ctx;
    bool is_failure = run->status != STATUS_OK;
    if ((logging->failed && !is_failure) ||
        (!logging->quiet_too && run->output_len == 0 && !is_failure) ||
        (logging->up_to_date &&
         (is_failure || !is_in_graph(logging, run->key)))) {
        return;
    }
    logging->count++;
    (logging->asking.json ? print_json : print_text)(run);
}

/* --- log -------------------------------------------------------------------------- */

/* Who names an action wants its end, also when it printed nothing. */
static bool
log_targets(struct logging *logging, struct error *err)
{
    struct asking *asking = &logging->asking;
    const struct exec_action_run_sink sink = {on_action_run, logging};
    logging->quiet_too = true;
    for (uint32_t i = 0; i < asking->options->word_count; i++) {
        struct action_id action = ACTION_NONE;
        if (!asking_action(asking, asking->options->words[i], &action, err) ||
            !exec_find_action_run(asking->exec, asking_key(asking, action),
                                  asking->run, &sink, err)) {
            return false;
        }
    }
    return true;
}

/* Of targets, or of a whole run. */
static bool
answer_log(struct asking *asking, struct error *err)
{
    struct logging *logging = asking->ctx;
    const struct exec_action_run_sink sink = {on_action_run, logging};
    if (asking->options->word_count > 0) {
        return log_targets(logging, err);
    }
    if (!asking_find_run(asking, err)) {
        return false;
    }
    if (asking->run != 0 &&
        !exec_list_action_runs(asking->exec, asking->run, &sink, err)) {
        return false;
    }
    if (logging->count == 0 && !asking->json) {
        if (asking->run == 0) {
            fputs("no run is recorded\n", stdout);
        } else {
            printf(logging->failed ? "nothing failed in run %" PRIu64 "\n"
                                   : "run %" PRIu64 " printed nothing\n",
                   asking->run);
        }
    }
    return true;
}

/* False if there is something wrong with them, which was printed. */
static bool
read_options(struct options *o, struct logging *logging)
{
    for (;;) {
        int id = options_next(o);
        if (id == OPTION_END) {
            return o->status == 0;
        }
        if (id == OPTION_STOP) {
            return false;
        }
        if (id == OPTION_FAILED) {
            logging->failed = true;
        } else if (!asking_option(o, id, &logging->asking)) {
            assert(false && "an option of the table is not handled");
        }
        if (o->status != 0) {
            return false;
        }
    }
}

/* Of one action its last output or that of a run; without a target, of all
 * that said something in the last run. */
static int
run_log(int argc, char **argv)
{
    struct options o;
    struct logging logging = {.asking = {.session = {.read_only = true}}};
    logging.asking.ctx = &logging;
    options_init(&o, &command_log, argc, argv);
    bool go = read_options(&o, &logging);
    int status = o.status;
    if (go) {
        status = asking_answer(&o, &logging.asking, answer_log);
    }
    options_finish(&o);
    return status;
}

const struct command command_log = {
    .name = "log",
    .args = "[OPTION...] [TARGET...]",
    .summary = "Show what actions printed when they ran last.",
    .usage = "Without targets: all that printed something, or failed, in the "
             "last run.\n\n"
             "  ronin log obj/main.o\n"
             "  ronin log --failed",
    .options = log_rows,
    .run = run_log,
};

/* --- warnings ---------------------------------------------------------------------- */

/* The latest run of each action, whichever run of ronin that was. */
static bool
answer_warnings(struct asking *asking, struct error *err)
{
    struct logging *logging = asking->ctx;
    const struct exec_action_run_sink sink = {on_action_run, logging};
    if (!asking_graph(asking, err) ||
        !exec_list_action_runs(asking->exec, 0, &sink, err)) {
        return false;
    }
    if (logging->count == 0 && !asking->json) {
        fputs("no action that succeeded printed anything\n", stdout);
    }
    return true;
}

/* What is printed is the stored output of actions that are up to date: it is
 * still true, and a build with nothing to do does not repeat it. */
static int
run_warnings(int argc, char **argv)
{
    struct options o;
    struct logging logging = {.asking = {.session = {.read_only = true}},
                              .up_to_date = true};
    logging.asking.ctx = &logging;
    options_init(&o, &command_warnings, argc, argv);
    bool go = read_options(&o, &logging);
    int status = o.status;
    if (go && o.word_count > 0) {
        status =
            options_usage(&command_warnings, "ronin warnings takes no targets",
                          "ronin log TARGET tells of one action");
    } else if (go) {
        status = asking_answer(&o, &logging.asking, answer_warnings);
    }
    options_finish(&o);
    return status;
}

const struct command command_warnings = {
    .name = "warnings",
    .args = "[OPTION...]",
    .summary = "Show again what actions printed that succeeded.",
    .usage = "A build shows it only when an action runs; the compiler's "
             "warnings are still true\nwhen nothing is to be done.",
    .options = warnings_rows,
    .run = run_warnings,
};
