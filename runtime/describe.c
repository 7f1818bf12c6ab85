/* SPDX-License-Identifier: MIT */
/* See describe.h. */
#include "runtime/describe.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

/* --- Names ------------------------------------------------------------------- */

void
describe_place(struct buffer *out, const struct graph *g,
               const struct place *place)
{
    if (place->line > 0) {
        buffer_add_format(out, "%s:%" PRIu32, graph_cstr(g, place->file),
                          place->line);
    }
}

void
describe_name(struct buffer *out, const struct graph *g,
              struct action_id action)
{
    const struct action *a = graph_action(g, action);
    struct slice name = graph_str(g, a->name);
    if (a->outputs.count > 0) {
        buffer_add_str(out, graph_path(g, graph_output(g, a, 0)));
    } else if (name.len > 0) {
        buffer_add(out, name.bytes, name.len);
    } else {
        buffer_add_str(out, a->flags & ACTION_DYNOUT ? "dynout:" : "action:");
        describe_place(out, g, &a->place);
    }
}

/* --- Commands ---------------------------------------------------------------- */

/* True for a byte that no shell looks at, or that is not ASCII. A dry run asks
 * for each byte of each command. */
static bool
is_plain(char byte)
{
    static bool plain[256];
    static const char signs[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789-_=+/.,:@%^";
    if (!plain[(unsigned char)signs[0]]) {
        for (size_t i = 0; i < sizeof(plain); i++) {
            plain[i] = i >= 0x80 || (i > 0 && strchr(signs, (int)i) != NULL);
        }
    }
    return plain[(unsigned char)byte];
}

void
describe_word(struct buffer *out, struct slice word)
{
    bool quote = word.len == 0;
    for (size_t i = 0; i < word.len && !quote; i++) {
        quote = !is_plain(word.bytes[i]);
    }
    if (!quote) {
        buffer_add(out, word.bytes, word.len);
        return;
    }
    buffer_add_char(out, '\'');
    for (size_t i = 0; i < word.len; i++) {
        if (word.bytes[i] == '\'') {
            buffer_add_str(out, "'\\''");
        } else {
            buffer_add_char(out, word.bytes[i]);
        }
    }
    buffer_add_char(out, '\'');
}

/* Redirections show as a shell has them. */
static void
add_stream(struct buffer *out, const struct graph *g, const char *sign,
           const struct stream *stream)
{
    if (stream->kind == STREAM_FILE) {
        buffer_add_str(out, sign);
        describe_word(out, graph_str(g, stream->path));
    }
}

static void
add_streams(struct buffer *out, const struct graph *g, const struct step *step)
{
    add_stream(out, g, " <", &step->in);
    add_stream(out, g, " >", &step->out);
    add_stream(out, g, " 2>", &step->err);
}

static void
add_words(struct buffer *out, const struct graph *g, const struct step *step)
{
    for (uint32_t i = 0; i < step->argv.count; i++) {
        buffer_add_str(out, i == 0 ? "" : " ");
        describe_word(out, graph_str(g, graph_arg(g, step, i)));
    }
}

/* A line that a ninja file gives to a shell is shown as it stands there. */
static void
add_line_or_words(struct buffer *out, const struct graph *g,
                  const struct action *a, const struct step *step)
{
    bool is_line = (a->flags & ACTION_AS_NINJA) != 0 && step->argv.count == 3 &&
                   strcmp(graph_cstr(g, graph_arg(g, step, 0)), "/bin/sh") == 0;
    if (is_line) {
        struct slice line = graph_str(g, graph_arg(g, step, 2));
        buffer_add(out, line.bytes, line.len);
    } else {
        add_words(out, g, step);
    }
}

void
describe_commands(struct buffer *out, const struct graph *g,
                  struct action_id action)
{
    const struct action *a = graph_action(g, action);
    for (uint32_t i = 0; i < a->steps.count; i++) {
        const struct step *step = graph_step(g, a, i);
        if (step->kind == STEP_COMMAND) {
            buffer_add_str(out, "  ");
            add_line_or_words(out, g, a, step);
            add_streams(out, g, step);
            buffer_add_char(out, '\n');
        }
    }
}

/* All commands on one line; false if there is none. */
static bool
add_commands(struct buffer *out, const struct graph *g, const struct action *a)
{
    bool any = false;
    for (uint32_t i = 0; i < a->steps.count; i++) {
        const struct step *step = graph_step(g, a, i);
        if (step->kind == STEP_COMMAND) {
            buffer_add_str(out, any ? " && " : "");
            add_line_or_words(out, g, a, step);
            add_streams(out, g, step);
            any = true;
        }
    }
    return any;
}

void
describe_step(struct buffer *out, const struct graph *g, const struct action *a,
              const struct step *step)
{
    struct slice dir = graph_str(g, step->dir);
    if (dir.len > 0) {
        buffer_add_str(out, "(cd ");
        describe_word(out, dir);
        buffer_add_str(out, " && ");
    }
    for (uint32_t i = 0; i + 1 < step->env.count; i += 2) {
        struct slice name = graph_str(g, graph_step_env(g, step, i));
        buffer_add_str(out, i == 0 ? "env " : "");
        buffer_add(out, name.bytes, name.len);
        buffer_add_char(out, '=');
        describe_word(out, graph_str(g, graph_step_env(g, step, i + 1)));
        buffer_add_char(out, ' ');
    }
    if (a == NULL) {
        add_words(out, g, step);
    } else {
        add_line_or_words(out, g, a, step);
    }
    buffer_add_str(out, dir.len > 0 ? ")" : "");
    add_streams(out, g, step); // Their paths are seen from the root.
}

bool
describe_shell(struct buffer *out, const struct graph *g,
               struct action_id action)
{
    const struct action *a = graph_action(g, action);
    bool any = false;
    for (uint32_t i = 0; i < a->steps.count; i++) {
        const struct step *step = graph_step(g, a, i);
        if (step->kind == STEP_COMMAND) {
            buffer_add_str(out, any ? " && " : "");
            describe_step(out, g, a, step);
            any = true;
        }
    }
    return any;
}

/* For actions without commands: what they leave behind. */
static void
add_steps(struct buffer *out, const struct graph *g, struct action_id action)
{
    const struct action *a = graph_action(g, action);
    const char *verb = a->flags & ACTION_DYNOUT ? "resolve " : "make ";
    for (uint32_t i = 0; i < a->steps.count; i++) {
        const struct step *step = graph_step(g, a, i);
        if (step->kind == STEP_WRITE) {
            buffer_add_str(out, "write ");
            buffer_add_str(out, graph_path(g, step->file));
            return;
        }
    }
    buffer_add_str(out, verb);
    describe_name(out, g, action);
}

void
describe_action(struct buffer *out, const struct graph *g,
                struct action_id action, bool full)
{
    const struct action *a = graph_action(g, action);
    struct slice text = graph_str(g, a->description);
    size_t start = out->len;
    if (text.len > 0 && !full) {
        buffer_add(out, text.bytes, text.len);
    } else if (!add_commands(out, g, a)) {
        if (text.len > 0) {
            buffer_add(out, text.bytes, text.len);
        } else {
            add_steps(out, g, action);
        }
    }
    for (size_t i = start; i < out->len; i++) {
        if (out->bytes[i] == '\n' || out->bytes[i] == '\t') {
            out->bytes[i] = ' ';
        }
    }
}

/* --- Reasons and times --------------------------------------------------------- */

/* %s is the subject; without one, the second text. */
static const struct reason_text {
    const char *code;
    const char *with;
    const char *without;
} reason_texts[] = {
    {"never-built", NULL, "it was never built"},
    {"forced", NULL, "it was asked for"},
    {"previous-failed", NULL, "its last run failed"},
    {"previous-interrupted", NULL, "its last run was interrupted"},
    {"output-missing", "the output %s is missing", "an output is missing"},
    {"output-modified", "the output %s was modified by something else",
     "an output was modified by something else"},
    {"output-kind", "the output %s is of another kind",
     "an output is of another kind"},
    {"command-changed", "command changed: %s", "command changed"},
    {"rule-code-changed", "the code of %s changed",
     "a function of its rule changed"},
    {"env-changed", "env %s changed", "its environment changed"},
    {"input-written", "%s changed", "an input changed"},
    {"input-changed", "%s changed", "an input changed"},
    {"input-created", "%s was created", "an input was created"},
    {"input-deleted", "%s was deleted", "an input was deleted"},
    {"input-added", "%s is a new input", "it has a new input"},
    {"input-removed", "%s is no longer an input", "it has an input less"},
    {"discovered-changed", "%s changed", "a discovered input changed"},
    {"depfile-bad", "the depfile %s could not be read",
     "its depfile could not be read"},
    {"watch-fired", "the watch on %s fired", "a watch fired"},
    {"always", NULL, "it always runs"},
    {"tool-changed", "the program %s is another one",
     "its program is another one"},
    {"state-lost", NULL, "what was known of it is lost"},
};

void
describe_reason(struct buffer *out, const struct exec_reason *reason)
{
    assert(reason->code != NULL);
    for (size_t i = 0; i < sizeof(reason_texts) / sizeof(reason_texts[0]);
         i++) {
        const struct reason_text *text = &reason_texts[i];
        if (strcmp(text->code, reason->code) != 0) {
            continue;
        }
        const char *hole = text->with == NULL || reason->subject == NULL
                               ? NULL
                               : strstr(text->with, "%s");
        if (hole == NULL) {
            buffer_add_str(out, text->without);
            return;
        }
        buffer_add(out, text->with, (size_t)(hole - text->with));
        buffer_add_str(out, reason->subject);
        buffer_add_str(out, hole + 2);
        return;
    }
    buffer_add_str(out,
                   reason->subject == NULL ? reason->code : reason->subject);
}

void
describe_duration(struct buffer *out, int64_t duration_us)
{
    int64_t ms = duration_us / 1000;
    if (ms < 1000) {
        buffer_add_format(out, "%" PRId64 " ms", ms);
    } else if (ms < INT64_C(60000)) {
        buffer_add_format(out, "%" PRId64 ".%02" PRId64 " s", ms / 1000,
                          ms % 1000 / 10);
    } else {
        buffer_add_format(out, "%" PRId64 ":%02" PRId64, ms / 60000,
                          ms / 1000 % 60);
    }
}
