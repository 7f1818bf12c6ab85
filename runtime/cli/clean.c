/* SPDX-License-Identifier: MIT */
/* `ronin clean`: removes what was built, and nothing else. */
#include "runtime/cli/command.h"
#include "runtime/report.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct option_row rows[] = {
    {'f', "file", "FILE", "the build file, instead of build.magma"},
    {'n', "dry-run", NULL, "show what would be removed"},
    {OPTION_NO_WAIT, "no-wait", NULL, "fail if another ronin builds here"},
    {0, NULL, NULL, NULL},
};

struct clean {
    struct session_options session;
    bool dry_run;
    uint32_t count;
};

/* A line a file, as it goes. */
static void
on_removed(void *ctx, const char *path)
{
    struct clean *clean = ctx;
    clean->count++;
    fputs(clean->dry_run ? "would remove " : "removed ", stdout);
    report_sanitised(stdout, path, strlen(path));
    fputc('\n', stdout);
}

/* Targets mean what they mean to build: all that they need. */
static bool
clean_words(const struct options *o, struct session *session,
            struct clean *clean, struct error *err)
{
    struct exec *exec = NULL;
    const struct graph *graph = NULL;
    if (!session_exec(session, &exec, err) ||
        !session_graph(session, &graph, err)) {
        return false;
    }
    char **targets = mem_alloc(o->word_count + 1u, sizeof(*targets));
    for (uint32_t i = 0; i < o->word_count; i++) {
        targets[i] = session_target(session, o->words[i]);
    }
    struct exec_clean request = {
        .targets = (const char *const *)targets,
        .target_count = o->word_count,
        .dry_run = clean->dry_run,
        .removed = on_removed,
        .ctx = clean,
    };
    bool done = exec_clean(exec, graph, &request, err);
    for (uint32_t i = 0; i < o->word_count; i++) {
        free(targets[i]);
    }
    free(targets);
    return done;
}

/* False if there is something wrong with them, which was printed. */
static bool
read_options(struct options *o, struct clean *clean)
{
    int id;
    while ((id = options_next(o)) != OPTION_END) {
        if (id == OPTION_STOP) {
            return false;
        }
        if (id == 'n') {
            clean->dry_run = true;
        } else {
            options_session(o, id, &clean->session);
        }
    }
    return true;
}

static int
run(int argc, char **argv)
{
    struct options o;
    struct clean clean = {.session = {.on_wait = report_waiting}};
    struct session *session = NULL;
    struct error err = {0};
    options_init(&o, &command_clean, argc, argv);
    bool go = read_options(&o, &clean);
    int status = o.status;
    if (go) {
        bool done = session_open(&clean.session, &session, &err) &&
                    clean_words(&o, session, &clean, &err);
        session_close(session);
        status = done ? 0 : report_exit_status(&err);
        if (done) {
            fprintf(stdout, "%s %u file%s\n",
                    clean.dry_run ? "would remove" : "removed", clean.count,
                    clean.count == 1 ? "" : "s");
        } else {
            report_error(stderr, &err);
        }
    }
    options_finish(&o);
    return status;
}

const struct command command_clean = {
    .name = "clean",
    .args = "[OPTION...] [TARGET...]",
    .summary = "Remove what was built: all of it, or what targets need.",
    .usage = "Outputs of generators stay, and so does what ronin did not make "
             "or what has been\nchanged since.",
    .options = rows,
    .run = run,
};
