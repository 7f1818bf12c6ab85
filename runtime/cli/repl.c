/* SPDX-License-Identifier: MIT */
/* `ronin repl`: forms, evaluated with the graph of the build file at hand. */
#include "runtime/repl/repl.h"
#include "runtime/cli/command.h"
#include "runtime/repl/nrepl.h"
#include "runtime/repl/prompt.h"
#include "runtime/report.h"

#include <stdlib.h>

static const struct option_row option_rows[] = {
    {'f', "file", "FILE", "the build file, instead of build.magma"},
    {OPTION_NREPL, "nrepl", NULL, "serve editors, on a free port or on PORT"},
    {OPTION_FUEL, "fuel", "N", "steps that one form may take"},
    {OPTION_MEMORY, "memory", "N", "memory that it may use, such as 4G"},
    {OPTION_DEPTH, "depth", "N", "how deeply its calls may nest"},
    {0, NULL, NULL, NULL},
};

/* What the command line asks for. */
struct request {
    struct session_options session;
    bool nrepl;
    uint16_t port;
};

/* The word behind --nrepl; without one any port will do. */
static void
take_words(struct options *o, struct request *request)
{
    char *end = NULL;
    unsigned long port =
        o->word_count == 1 ? strtoul(o->words[0], &end, 10) : 0;
    if (o->word_count == 0) {
        return;
    }
    if (!request->nrepl) {
        o->status =
            options_usage(o->command, "ronin repl takes no words", NULL);
    } else if (o->word_count > 1 || *end != 0 || port == 0 ||
               port > UINT16_MAX) {
        o->status = options_usage(o->command, "--nrepl takes one port",
                                  "a number from 1 to 65535, or none");
    }
    request->port = (uint16_t)port;
}

/* False when the program is to end with o->status. */
static bool
read_options(struct options *o, struct request *request)
{
    int id = OPTION_END;
    while (o->status == 0 && (id = options_next(o)) > 0) {
        if (id == OPTION_NREPL) {
            request->nrepl = true;
        } else {
            options_session(o, id, &request->session);
        }
    }
    if (id == OPTION_END && o->status == 0) {
        take_words(o, request);
    }
    return id == OPTION_END && o->status == 0;
}

static int
run(int argc, char **argv)
{
    struct options o;
    struct request request = {.session = {.on_wait = report_waiting}};
    struct error err = {0};
    options_init(&o, &command_repl, argc, argv);
    bool go = read_options(&o, &request);
    int status = o.status;
    options_finish(&o);
    if (!go) {
        return status;
    }
    repl_start(&request.session);
    if (!request.nrepl) {
        prompt_run();
    } else if (!nrepl_run(request.port, &err)) {
        status = report_exit_status(&err);
        report_error(stderr, &err);
    }
    repl_finish();
    return status;
}

const struct command command_repl = {
    .name = "repl",
    .args = "[OPTION...] [--nrepl [PORT]]",
    .summary = "Evaluate forms, with the graph of the build file at hand.",
    .usage = "(help) tells what there is. Input may come through a pipe.\n\n"
             "  echo '(command-of \"main\")' | ronin repl\n"
             "  ronin repl --nrepl              for editors",
    .options = option_rows,
    .builds = true,
    .run = run,
};
