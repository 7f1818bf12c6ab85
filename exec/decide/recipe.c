/* SPDX-License-Identifier: MIT */
/*
 * The text is a row of entries: a tag, a name and a value, the last two behind
 * their lengths. The tag STEP begins a step; entries before the first belong
 * to the action. To tell a difference, arguments are compared by position
 * between the first and the last that differ; all else by tag and name.
 */
#include "exec/decide/recipe.h"

#include "exec/base/memory.h"
#include "exec/state/body.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum tag {
    TAG_FLAG = 'F',
    TAG_ENV = 'E',   /* a variable under :env */
    TAG_UNSET = 'U', /* one that is not set */
    TAG_DEPFILE = 'd',
    TAG_WATCH = 'w',   /* folder, fingerprint */
    TAG_RSPFILE = 'r', /* path, text */
    TAG_DYNDEP = 'y',
    TAG_MSVC = 'm', /* prefix of lines that name inputs */
    TAG_STEP = 'P',
    TAG_ARG = 'A',
    TAG_TOOL = 'T',
    TAG_DIR = 'D',
    TAG_STEP_ENV = 'S', /* a variable set for one process */
    TAG_STDIN = 'I',
    TAG_STDOUT = 'O',
    TAG_STDERR = 'R',
    TAG_FILE = 'f',
    TAG_TEXT = 't',
    TAG_FUNCTION = 'X',
    TAG_KINDS = 'K'
};

/* --- Writing --------------------------------------------------------------------- */

/* Lengths are in front, so that no text can look like another. */
static void
entry(struct buffer *out, enum tag tag, struct slice name, struct slice value)
{
    buffer_add_char(out, (char)tag);
    body_add_bytes(out, name);
    body_add_bytes(out, value);
}

static struct slice
nothing(void)
{
    return (struct slice){"", 0};
}

/* A stream that is not redirected writes nothing. */
static void
write_stream(const struct graph *g, struct buffer *out, enum tag tag,
             const struct stream *stream)
{
    switch (stream->kind) {
    case STREAM_DEFAULT:
        return;
    case STREAM_VALUE:
        entry(out, tag, slice_of("value"), nothing());
        return;
    case STREAM_FILE:
        entry(out, tag, slice_of("file"), graph_str(g, stream->path));
        return;
    }
}

/* The program of a step, as PATH is searched for it: its own, where it sets one.
 * False if it runs none. */
static bool
program_of(const struct graph *g, const struct step *step,
           struct program *program)
{
    if (step->kind != STEP_COMMAND || step->argv.count == 0) {
        return false;
    }
    program->name = graph_cstr(g, graph_arg(g, step, 0));
    program->dir = graph_cstr(g, step->dir);
    program->path = NULL;
    for (uint32_t i = 0; i + 1 < step->env.count; i += 2) {
        struct slice name = graph_str(g, graph_step_env(g, step, i));
        if (slice_equal(name, slice_of("PATH"))) {
            program->path = graph_cstr(g, graph_step_env(g, step, i + 1));
        }
    }
    return true;
}

static void
write_command(const struct graph *g, const struct step *step,
              struct tools *tools, struct buffer *out)
{
    for (uint32_t i = 0; i < step->argv.count; i++) {
        entry(out, TAG_ARG, nothing(), graph_str(g, graph_arg(g, step, i)));
    }
    for (uint32_t i = 0; i + 1 < step->env.count; i += 2) {
        struct slice name = graph_str(g, graph_step_env(g, step, i));
        entry(out, TAG_STEP_ENV, name,
              graph_str(g, graph_step_env(g, step, i + 1)));
    }
    struct program program;
    if (program_of(g, step, &program)) {
        entry(out, TAG_TOOL, slice_of(program.name),
              slice_of(tools_find(tools, &program)));
    }
    if (graph_str(g, step->dir).len > 0) {
        entry(out, TAG_DIR, nothing(), graph_str(g, step->dir));
    }
    write_stream(g, out, TAG_STDIN, &step->in);
    write_stream(g, out, TAG_STDOUT, &step->out);
    write_stream(g, out, TAG_STDERR, &step->err);
}

static void
write_fingerprint(struct buffer *out, enum tag tag, struct slice name,
                  struct hash128 fingerprint)
{
    char text[HASH_TEXT_SIZE];
    hash_to_text(fingerprint, text);
    entry(out, tag, name, slice_of(text));
}

static void
write_kinds(struct buffer *out, uint8_t kinds)
{
    char digits[3];
    size_t at = sizeof digits;
    unsigned rest = kinds;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    struct slice text = {digits + at, sizeof digits - at};
    entry(out, TAG_KINDS, nothing(), text);
}

static void
write_step(const struct graph *g, const struct step *step, struct tools *tools,
           struct buffer *out)
{
    static const char *const names[] = {"command", "read", "transformer",
                                        "write", "discovered"};
    assert(step->kind <= STEP_DISCOVERED);
    entry(out, TAG_STEP, slice_of(names[step->kind]), nothing());
    switch (step->kind) {
    case STEP_COMMAND:
        write_command(g, step, tools, out);
        break;
    case STEP_READ:
    case STEP_WRITE:
        entry(out, TAG_FILE, nothing(), slice_of(graph_path(g, step->file)));
        if (step->kind == STEP_WRITE && step->text.n != ID_NONE) {
            entry(out, TAG_TEXT, nothing(), graph_str(g, step->text));
        }
        break;
    case STEP_TRANSFORM:
        write_fingerprint(out, TAG_FUNCTION, nothing(),
                          step->function.fingerprint);
        break;
    case STEP_DISCOVERED:
        write_kinds(out, step->kinds);
        break;
    }
}

/* How it is traced, run and scheduled changes nothing of what it makes. */
static void
write_detail(const struct graph *g, const struct action *a, struct buffer *out)
{
    const struct detail *detail = graph_detail(g, a);
    if (detail->rspfile.n != ID_NONE) {
        entry(out, TAG_RSPFILE, slice_of(graph_path(g, detail->rspfile)),
              graph_str(g, detail->rsp_text));
    }
    if (detail->dyndep.n != ID_NONE) {
        entry(out, TAG_DYNDEP, nothing(),
              slice_of(graph_path(g, detail->dyndep)));
    }
    if (a->flags & ACTION_DEPS_MSVC) {
        entry(out, TAG_MSVC, nothing(), graph_str(g, detail->msvc_prefix));
    }
}

void
recipe_write(const struct graph *g, const struct action *a, struct tools *tools,
             struct buffer *out)
{
    if (a->flags & ACTION_ENV_INHERIT) {
        entry(out, TAG_FLAG, slice_of("inherit"), nothing());
    }
    for (uint32_t i = 0; i < a->env.count; i++) {
        const char *name = graph_cstr(g, graph_env_name(g, a, i));
        const char *value = getenv(name);
        entry(out, value ? TAG_ENV : TAG_UNSET, slice_of(name),
              value ? slice_of(value) : nothing());
    }
    if (a->depfile.n != ID_NONE) {
        entry(out, TAG_DEPFILE, nothing(), slice_of(graph_path(g, a->depfile)));
        write_kinds(out, a->depfile_kinds);
    }
    write_detail(g, a, out);
    for (uint32_t i = 0; i < a->watches.count; i++) {
        const struct watch *watch = graph_watch(g, a, i);
        write_fingerprint(out, TAG_WATCH, slice_of(graph_path(g, watch->dir)),
                          watch->predicate.fingerprint);
    }
    for (uint32_t i = 0; i < a->steps.count; i++) {
        write_step(g, graph_step(g, a, i), tools, out);
    }
}

void
recipe_ask(const struct graph *g, const struct action *a,
           void (*call)(void *ctx, const char *question), void *ctx)
{
    struct buffer question = {0};
    for (uint32_t i = 0; i < a->env.count; i++) {
        buffer_truncate(&question, 0);
        tools_ask_variable(graph_cstr(g, graph_env_name(g, a, i)), &question);
        call(ctx, buffer_str(&question));
    }
    for (uint32_t i = 0; i < a->steps.count; i++) {
        struct program program;
        if (program_of(g, graph_step(g, a, i), &program) &&
            !strchr(program.name, '/')) {
            buffer_truncate(&question, 0);
            tools_ask_program(&program, &question);
            call(ctx, buffer_str(&question));
        }
    }
    buffer_finish(&question);
}

/* --- Telling differences ---------------------------------------------------------- */

struct item {
    enum tag tag;
    uint32_t step; /* 0: of the action itself */
    uint32_t index;
    bool unset; /* the variable has no value, not even an empty one */
    struct slice name;
    struct slice value;
};

/* The entries; arguments apart from all others. */
struct items {
    struct vec args;
    struct vec others;
};

/* A text that was cut short is read as far as it goes. */
static void
read_items(struct slice text, struct items *items)
{
    items->args = vec_of(sizeof(struct item));
    items->others = vec_of(sizeof(struct item));
    uint32_t step = 0;
    uint32_t index = 0;
    while (text.len > 0) {
        struct item item = {.tag = (enum tag)text.bytes[0]};
        text = (struct slice){text.bytes + 1, text.len - 1};
        if (!body_take_bytes(&text, &item.name) ||
            !body_take_bytes(&text, &item.value)) {
            return;
        }
        if (item.tag == TAG_STEP) {
            step++;
            index = 0;
        }
        item.step = step;
        item.index = item.tag == TAG_ARG ? index++ : 0;
        /* Set and unset is one variable. */
        item.unset = item.tag == TAG_UNSET;
        item.tag = item.unset ? TAG_ENV : item.tag;
        vec_push(item.tag == TAG_ARG ? &items->args : &items->others, &item);
    }
}

struct slice
recipe_depfile(struct slice text)
{
    while (text.len > 0) {
        char tag = text.bytes[0];
        struct slice name;
        struct slice value;
        text = (struct slice){text.bytes + 1, text.len - 1};
        if (!body_take_bytes(&text, &name) || !body_take_bytes(&text, &value)) {
            break;
        }
        if (tag == TAG_DEPFILE) {
            return value;
        }
    }
    return nothing();
}

/* Bytewise, the shorter first. */
static int
compare_slices(struct slice a, struct slice b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = memcmp(a.bytes, b.bytes, len);
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* The order in which differences are told: by step, then by tag. */
static int
compare_items(const void *left, const void *right)
{
    const struct item *a = left;
    const struct item *b = right;
    if (a->step != b->step) {
        return a->step < b->step ? -1 : 1;
    }
    if (a->tag != b->tag) {
        return a->tag < b->tag ? -1 : 1;
    }
    return compare_slices(a->name, b->name);
}

/* The stable code of a difference. */
static const char *
code_of(enum tag tag)
{
    if (tag == TAG_ENV) {
        return "env-changed";
    }
    if (tag == TAG_TOOL) {
        return "tool-changed";
    }
    return tag == TAG_FUNCTION || tag == TAG_WATCH ? "rule-code-changed"
                                                   : "command-changed";
}

/* What differs, in words. */
static char *
subject_of(const struct item *item)
{
    const char *what = "";
    switch (item->tag) {
    case TAG_ENV:
    case TAG_TOOL:
        return mem_copy(item->name.bytes, item->name.len);
    case TAG_WATCH:
        return mem_format("the watch on %.*s", (int)item->name.len,
                          item->name.bytes);
    case TAG_STEP_ENV:
        return mem_format("step %u env %.*s", item->step, (int)item->name.len,
                          item->name.bytes);
    case TAG_ARG:
        return item->step == 1
                   ? mem_format("argv[%u]", item->index)
                   : mem_format("step %u argv[%u]", item->step, item->index);
    case TAG_FUNCTION:
        return mem_format("step %u", item->step);
    case TAG_DIR:
        what = "folder";
        break;
    case TAG_STDIN:
        what = "stdin";
        break;
    case TAG_STDOUT:
        what = "stdout";
        break;
    case TAG_STDERR:
        what = "stderr";
        break;
    case TAG_FILE:
        what = "file";
        break;
    case TAG_TEXT:
        what = "written text";
        break;
    case TAG_KINDS:
        what = "kind of discovered inputs";
        break;
    case TAG_RSPFILE:
        return mem_format("response file %.*s", (int)item->name.len,
                          item->name.bytes);
    case TAG_DYNDEP:
        return mem_copy_str("dyndep file");
    case TAG_MSVC:
        return mem_copy_str("prefix of included files");
    case TAG_DEPFILE:
        return mem_copy_str("depfile");
    case TAG_FLAG:
        return mem_copy_str("env inherit");
    case TAG_STEP:
    case TAG_UNSET:
        what = "kind";
        break;
    }
    return mem_format("step %u %s", item->step, what);
}

/* For a person: what an item says, cut where it would fill the screen. */
static char *
value_of(const struct item *item)
{
    if (!item || item->unset) {
        return NULL;
    }
    struct slice value = item->tag == TAG_STEP ? item->name : item->value;
    size_t limit = 400;
    return value.len <= limit ? mem_copy(value.bytes, value.len)
                              : mem_format("%.*s... (%zu bytes)", (int)limit,
                                           value.bytes, value.len);
}

/* One of the two may be NULL: added, or removed. */
static void
tell(struct reasons *reasons, const struct item *before,
     const struct item *after)
{
    const struct item *item = after ? after : before;
    assert(item);
    char *subject = subject_of(item);
    char *old_value = value_of(before);
    char *new_value = value_of(after);
    reasons_add(reasons, code_of(item->tag), subject, old_value, new_value);
    free(subject);
    free(old_value);
    free(new_value);
}

/* Sorted, so that one pass finds what was added, removed and changed. */
static void
diff_others(struct vec *before, struct vec *after, struct reasons *reasons)
{
    if (before->count > 0) {
        qsort(before->items, before->count, sizeof(struct item), compare_items);
    }
    if (after->count > 0) {
        qsort(after->items, after->count, sizeof(struct item), compare_items);
    }
    uint32_t i = 0;
    uint32_t k = 0;
    while (i < before->count || k < after->count) {
        const struct item *a = i < before->count ? vec_at(before, i) : NULL;
        const struct item *b = k < after->count ? vec_at(after, k) : NULL;
        int order = !a ? 1 : !b ? -1 : compare_items(a, b);
        if (order != 0) {
            tell(reasons, order < 0 ? a : NULL, order < 0 ? NULL : b);
        } else if (a->unset != b->unset || !slice_equal(a->value, b->value)) {
            tell(reasons, a, b);
        }
        i += order <= 0;
        k += order >= 0;
    }
}

static bool
args_equal(const struct vec *before, uint32_t i, const struct vec *after,
           uint32_t k)
{
    const struct item *a = vec_at(before, i);
    const struct item *b = vec_at(after, k);
    return a->step == b->step && slice_equal(a->value, b->value);
}

/* Equally many are told in pairs; else all between the first and the last
 * that differ are told as removed and added. */
static void
diff_args(const struct vec *before, const struct vec *after,
          struct reasons *reasons)
{
    uint32_t first = 0;
    uint32_t ends[2] = {before->count, after->count};
    while (first < ends[0] && first < ends[1] &&
           args_equal(before, first, after, first)) {
        first++;
    }
    while (ends[0] > first && ends[1] > first &&
           args_equal(before, ends[0] - 1, after, ends[1] - 1)) {
        ends[0]--;
        ends[1]--;
    }
    bool in_pairs = ends[0] == ends[1];
    for (uint32_t i = first; i < ends[0]; i++) {
        bool equal = in_pairs && args_equal(before, i, after, i);
        if (!equal) {
            tell(reasons, vec_at(before, i),
                 in_pairs ? vec_at(after, i) : NULL);
        }
    }
    for (uint32_t k = first; !in_pairs && k < ends[1]; k++) {
        tell(reasons, NULL, vec_at(after, k));
    }
}

void
recipe_diff(struct slice before, struct slice after, struct reasons *reasons)
{
    assert(before.bytes && after.bytes);
    struct items old_items;
    struct items new_items;
    read_items(before, &old_items);
    read_items(after, &new_items);
    diff_args(&old_items.args, &new_items.args, reasons);
    diff_others(&old_items.others, &new_items.others, reasons);
    vec_finish(&old_items.args);
    vec_finish(&old_items.others);
    vec_finish(&new_items.args);
    vec_finish(&new_items.others);
}
