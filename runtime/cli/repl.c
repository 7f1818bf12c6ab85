/* SPDX-License-Identifier: MIT */
/* `ronin repl`: forms, evaluated with the graph of the build file at hand. */
#include "runtime/repl/repl.h"
#include "runtime/cli/command.h"
#include "runtime/repl/prompt.h"
#include "runtime/report.h"

static const struct option_row option_rows[] = {
    {'f', "file", "FILE", "the build file, instead of build.magma"},
    {OPTION_FUEL, "fuel", "N", "steps that one form may take"},
    {OPTION_MEMORY, "memory", "N", "memory that it may use, such as 4G"},
    {OPTION_DEPTH, "depth", "N", "how deeply its calls may nest"},
    {0, NULL, NULL, NULL},
};

static int
run(int argc, char **argv)
{
    struct options o;
    int id;
    struct session_options session = {.on_wait = report_waiting};
    options_init(&o, &command_repl, argc, argv);
    while ((id = options_next(&o)) > 0 && o.status == 0) {
        options_session(&o, id, &session);
    }
    if (id == OPTION_END && o.word_count > 0) {
        o.status = options_usage(o.command, "ronin repl takes no words", NULL);
    }
    bool go = id == OPTION_END && o.status == 0;
    options_finish(&o);
    if (!go) {
        return o.status;
    }
    repl_start(&session);
    prompt_run();
    repl_finish();
    return 0;
}

const struct command command_repl = {
    .name = "repl",
    .args = "[OPTION...]",
    .summary = "Evaluate forms, with the graph of the build file at hand.",
    .usage = "(help) tells what there is. Input may come through a pipe.\n\n"
             "  echo '(command-of \"main\")' | ronin repl",
    .options = option_rows,
    .builds = true,
    .run = run,
};
