/* SPDX-License-Identifier: MIT */
/* `ronin doctor`: what this machine offers to builds, whether the records are
 * sound, and what to do about each. */
#include "runtime/cli/asking.h"
#include "runtime/json.h"
#include "runtime/progress.h"
#include "runtime/report.h"

#include <string.h>
#include <unistd.h>

static const struct option_row rows[] = {
    {'f', "file", "FILE", "the build file, instead of build.magma"},
    {'o', "output", "text|json", "the form of the answer"},
    {0, NULL, NULL, NULL},
};

enum { STATUS_BAD = 1 };

struct visit {
    struct buffer out;
    bool json;
    bool is_bad;
};

/* By enum exec_health: for people, and for programs. */
static const char *const marks[] = {"ok", "note", "no", "BAD"};
static const char *const words[] = {"fine", "limited", "absent", "bad"};

static void
add_finding(void *ctx, const struct exec_finding *finding)
{
    struct visit *visit = ctx;
    struct buffer *out = &visit->out;
    visit->is_bad = visit->is_bad || finding->health == HEALTH_BAD;
    if (!visit->json) {
        buffer_add_format(out, "%-5s%-12s%s\n", marks[finding->health],
                          finding->name, finding->found);
        if (finding->advice[0] != 0) {
            buffer_add_format(out, "%17s-> %s\n", "", finding->advice);
        }
        return;
    }
    buffer_add_str(out, out->len == 1 ? "\n{" : ",\n{");
    json_field_text(out, "name", finding->name);
    json_field_text(out, "health", words[finding->health]);
    json_field_text(out, "found", finding->found);
    if (finding->advice[0] != 0) {
        json_field_text(out, "advice", finding->advice);
    }
    buffer_add_char(out, '}');
}

/* An error is a finding here: what keeps the records from being opened. */
static void
add_error(struct visit *visit, const struct error *err)
{
    const struct exec_finding finding = {
        .name = "records",
        .health = HEALTH_BAD,
        .found = err->what,
        .advice = err->help == NULL ? "" : err->help,
    };
    add_finding(visit, &finding);
}

/* The records of the build file that is meant, if there is one here. */
static void
examine_records(struct visit *visit, const struct session_options *options)
{
    struct session *session = NULL;
    struct exec *exec = NULL;
    struct error err = {0};
    static const char place[] = ".ronin/state.db";
    if (!session_open(options, &session, &err)) {
        add_finding(visit, &(struct exec_finding){
                               .name = "records",
                               .health = HEALTH_ABSENT,
                               .found = "no build file here or above",
                               .advice = "go to a project, or name one by -C",
                           });
    } else if (access(place, F_OK) != 0) {
        add_finding(visit,
                    &(struct exec_finding){.name = "records",
                                           .health = HEALTH_FINE,
                                           .found = "nothing was built yet",
                                           .advice = ""});
    } else if (!session_exec(session, &exec, &err)) {
        add_error(visit, &err);
    } else {
        exec_examine_state(exec, add_finding, visit);
    }
    session_close(session);
    error_finish(&err);
}

static void
print_visit(struct visit *visit)
{
    if (visit->json) {
        buffer_add_str(&visit->out, "\n]\n");
        fwrite(visit->out.bytes, 1, visit->out.len, stdout);
        buffer_finish(&visit->out);
    } else {
        asking_print(&visit->out);
    }
}

static int
run(int argc, char **argv)
{
    struct options o;
    int id = OPTION_END;
    struct asking asking = {.session.read_only = true};
    options_init(&o, &command_doctor, argc, argv);
    while ((id = options_next(&o)) > OPTION_END) {
        (void)asking_option(&o, id, &asking);
    }
    if (id == OPTION_END && o.word_count > 0) {
        o.status =
            options_usage(&command_doctor, "doctor takes no words", NULL);
    }
    options_finish(&o);
    if (id == OPTION_STOP || o.status != 0) {
        return o.status;
    }
    struct visit visit = {.json = asking.json};
    if (visit.json) {
        buffer_add_char(&visit.out, '[');
    }
    // Each page of the records is read: of many of them a person is told.
    const struct progress_options options = {.kind = "bar"};
    struct progress *progress = progress_create(&options);
    progress_phase(progress, "reading records");
    exec_examine_machine(".", add_finding, &visit);
    examine_records(&visit, &asking.session);
    progress_destroy(progress);
    print_visit(&visit);
    return visit.is_bad ? STATUS_BAD : 0;
}

const struct command command_doctor = {
    .name = "doctor",
    .args = "[OPTION...]",
    .summary = "Tell what this machine offers, and whether all is sound.",
    .usage = "The exit status is 1 if something is to be put right.",
    .options = rows,
    .run = run,
};
