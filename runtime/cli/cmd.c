/* SPDX-License-Identifier: MIT */
/* `ronin cmd`: the commands of an action, to be typed into a shell. */
#include "runtime/cli/asking.h"
#include "runtime/describe.h"
#include "runtime/json.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct option_row rows[] = {
    {'f', "file", "FILE", "the build file, instead of build.magma"},
    {'o', "output", "text|json", "the form of the answer"},
    {0, NULL, NULL, NULL},
};

/* --- As JSON -------------------------------------------------------------------------- */

static void
json_stream(struct buffer *out, const struct graph *g, const char *name,
            const struct stream *stream)
{
    if (stream->kind == STREAM_FILE) {
        struct slice path = graph_str(g, stream->path);
        json_field_bytes(out, name, path.bytes, path.len);
    }
}

/* Only what the step says: argv, and what differs from the default. */
static void
json_command(struct buffer *out, const struct graph *g, const struct step *step)
{
    buffer_add_char(out, '{');
    json_name(out, "argv");
    buffer_add_char(out, '[');
    for (uint32_t i = 0; i < step->argv.count; i++) {
        struct slice word = graph_str(g, graph_arg(g, step, i));
        buffer_add_str(out, i == 0 ? "" : ",");
        json_string(out, word.bytes, word.len);
    }
    buffer_add_char(out, ']');
    if (step->env.count > 0) {
        json_name(out, "env");
        buffer_add_char(out, '{');
        for (uint32_t i = 0; i + 1 < step->env.count; i += 2) {
            struct slice value = graph_str(g, graph_step_env(g, step, i + 1));
            json_field_bytes(out, graph_cstr(g, graph_step_env(g, step, i)),
                             value.bytes, value.len);
        }
        buffer_add_char(out, '}');
    }
    struct slice dir = graph_str(g, step->dir);
    if (dir.len > 0) {
        json_field_bytes(out, "dir", dir.bytes, dir.len);
    }
    json_stream(out, g, "stdin", &step->in);
    json_stream(out, g, "stdout", &step->out);
    json_stream(out, g, "stderr", &step->err);
    buffer_add_char(out, '}');
}

/* --- The verb --------------------------------------------------------------------------- */

/* Steps without a process are not a shell's business. */
static void
add_action(struct asking *asking, struct action_id id, struct buffer *out)
{
    const struct graph *g = asking->graph;
    const struct action *a = graph_action(g, id);
    uint32_t count = 0;
    if (asking->json) {
        buffer_add_char(out, '{');
        json_field_text(out, "path", asking_shown(asking_key(asking, id)));
        json_name(out, "commands");
        buffer_add_char(out, '[');
    }
    for (uint32_t i = 0; i < a->steps.count; i++) {
        const struct step *step = graph_step(g, a, i);
        if (step->kind != STEP_COMMAND) {
            continue;
        }
        if (asking->json) {
            buffer_add_str(out, count == 0 ? "" : ",");
            json_command(out, g, step);
        } else {
            describe_step(out, g, NULL, step);
            buffer_add_char(out, '\n');
        }
        count++;
    }
    if (asking->json) {
        buffer_add_str(out, "]}\n");
    } else if (count == 0) {
        buffer_add_format(out, "# %s runs no command\n",
                          asking_shown(asking_key(asking, id)));
    }
}

/* Not made harmless when it goes to a program: it must be what runs. Words
 * with control characters are quoted by describe_word in any case. */
static bool
answer(struct asking *asking, struct error *err)
{
    for (uint32_t i = 0; i < asking->options->word_count; i++) {
        struct action_id action = ACTION_NONE;
        struct buffer out = {0};
        if (!asking_action(asking, asking->options->words[i], &action, err)) {
            return false;
        }
        add_action(asking, action, &out);
        if (asking->json || !isatty(STDOUT_FILENO)) {
            fwrite(buffer_str(&out), 1, out.len, stdout);
            buffer_finish(&out);
        } else {
            asking_print(&out);
        }
    }
    return true;
}

static int
run(int argc, char **argv)
{
    struct options o;
    struct asking asking = {.session = {.read_only = true}};
    int id = 0;
    options_init(&o, &command_cmd, argc, argv);
    while ((id = options_next(&o)) != OPTION_END && id != OPTION_STOP) {
        (void)asking_option(&o, id, &asking);
    }
    int status = o.status;
    if (id == OPTION_END && status == 0) {
        status = o.word_count > 0
                     ? asking_answer(&o, &asking, answer)
                     : options_usage(&command_cmd, "ronin cmd needs a target",
                                     "name a file that an action makes");
    }
    options_finish(&o);
    return status;
}

const struct command command_cmd = {
    .name = "cmd",
    .args = "[OPTION...] TARGET...",
    .summary = "Show the commands of an action, quoted for a shell.",
    .usage = "They run in the build root.\n\n"
             "  eval \"$(ronin cmd obj/main.o)\"",
    .options = rows,
    .run = run,
};
