/* SPDX-License-Identifier: MIT */
/* See rule.h. Each kind of step has one reader; keys are checked first. */
#include "runtime/rule.h"

#include "runtime/flatten.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { STEPS_MAX = 100000 };

static const char *const step_keys[] = {
    "command", "read",   "transformer", "transform", "write", "discovered",
    "stdin",   "stdout", "stderr",      "dir",       "env",   "value",
};
enum { STEP_KEY_COUNT = sizeof(step_keys) / sizeof(step_keys[0]) };
enum { STEP_KIND_KEYS = 6 };

void
rule_define_keys(void)
{
    magma_check_keys("a step", step_keys, STEP_KEY_COUNT);
}

/* The value of a key, or nil. */
static Value
get(Value map, const char *key)
{
    Value value = magma_map_get(map, magma_keyword(key));
    return value_is(value, VALUE_ABSENT) ? VALUE_NIL : value;
}

uint8_t
rule_edge_kinds(Value keyword)
{
    static const struct {
        const char *name;
        uint8_t kinds;
    } kinds[] = {
        {"ifwritten", EDGE_IFWRITTEN}, {"ifchanged", EDGE_IFCHANGED},
        {"ifcreated", EDGE_IFCREATED}, {"ifcreate", EDGE_IFCREATED},
        {"ifdeleted", EDGE_IFDELETED},
    };
    struct magma_text text = magma_text_of(keyword);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strlen(kinds[i].name) == text.len &&
            memcmp(kinds[i].name, text.bytes, text.len) == 0) {
            return kinds[i].kinds;
        }
    }
    return 0;
}

/* The index of a key of a step, or an error that names the nearest one. */
static unsigned
step_key_index(Value key)
{
    if (magma_is_keyword(key)) {
        struct magma_text text = magma_text_of(key);
        for (unsigned i = 0; i < STEP_KEY_COUNT; i++) {
            if (strlen(step_keys[i]) == text.len &&
                memcmp(step_keys[i], text.bytes, text.len) == 0) {
                return i;
            }
        }
    }
    struct magma_text shown = magma_text_of(magma_pretty(key, 40, 5));
    const char *near =
        magma_nearest(shown.bytes + (shown.bytes[0] == ':' ? 1 : 0), step_keys,
                      STEP_KEY_COUNT);
    char help[120];
    snprintf(help, sizeof(help),
             near != NULL ? "did you mean :%s?"
                          : "a step has :command, :read, :transformer, :write "
                            "or :discovered",
             near);
    error_throw_help(ERROR_KEY, help, "a step has no key %.*s", (int)shown.len,
                     shown.bytes);
}

/* Throws if a further key does not belong to a step of this kind. */
static void
check_extra(unsigned kind, unsigned extra)
{
    if (extra == STEP_KEY_COUNT) {
        return;
    }
    const char *of =
        strcmp(step_keys[extra], "value") == 0 ? "write" : "command";
    if (strcmp(step_keys[kind], of) != 0) {
        error_throw_help(ERROR_KEY, "take it away, or make two steps of it",
                         ":%s belongs to a :%s step, and this is a :%s step",
                         step_keys[extra], of, step_keys[kind]);
    }
}

/* Checks the keys of a step; returns the index of the one that says what it
 * does. */
static unsigned
check_keys(Value step)
{
    unsigned kind = STEP_KEY_COUNT;
    unsigned extra = STEP_KEY_COUNT;
    Value cursor = step;
    Value entry = VALUE_NIL;
    while (magma_next(&cursor, &entry)) {
        unsigned index = step_key_index(magma_vector_at(entry, 0));
        if (index >= STEP_KIND_KEYS) {
            extra = index;
            continue;
        }
        if (kind != STEP_KEY_COUNT) {
            error_throw_help(ERROR_VALUE, "make two steps of it, in a vector",
                             "a step cannot be both :%s and :%s",
                             step_keys[kind], step_keys[index]);
        }
        kind = index;
    }
    if (kind == STEP_KEY_COUNT) {
        struct magma_text shown = magma_text_of(magma_pretty(step, 60, 5));
        error_throw_help(ERROR_VALUE,
                         "give it one of :command, :read, :transformer, "
                         ":write, :discovered",
                         "a step that does nothing: %.*s", (int)shown.len,
                         shown.bytes);
    }
    check_extra(kind, extra);
    return kind;
}

/* What stands under :stdin, :stdout or :stderr: nothing, :string for the value
 * that steps pass on, or a path. */
static struct rule_stream
read_stream(Value step, const char *key)
{
    Value value = get(step, key);
    struct rule_stream stream = {STREAM_DEFAULT, VALUE_NIL};
    if (value_is_nil(value)) {
        return stream;
    }
    if (magma_is_keyword(value)) {
        struct magma_text text = magma_text_of(value);
        if (text.len != 6 || memcmp(text.bytes, "string", 6) != 0) {
            error_throw_help(ERROR_VALUE, "use :string or a path",
                             ":%s cannot be :%.*s", key, (int)text.len,
                             text.bytes);
        }
        stream.kind = STREAM_VALUE;
        return stream;
    }
    char what[16];
    snprintf(what, sizeof(what), ":%s", key);
    stream.kind = STREAM_FILE;
    stream.path = flatten_path(value, what);
    return stream;
}

/* Variables that the step sets for its process alone. */
static Value
read_env(Value env)
{
    Value pairs = magma_vector(NULL, 0);
    if (value_is_nil(env)) {
        return pairs;
    }
    if (!magma_is_map(env)) {
        error_throw_help(ERROR_TYPE, "as {\"NAME\" \"value\"}",
                         ":env of a step is a map of names to values");
    }
    Value cursor = env;
    Value entry = VALUE_NIL;
    while (magma_next(&cursor, &entry)) {
        Value name = magma_vector_at(entry, 0);
        Value words = flatten_words(magma_vector_at(entry, 1), ":env");
        struct magma_text text = {"", 0};
        if (magma_is_string(name)) {
            text = magma_text_of(name);
        }
        if (magma_vector_count(words) != 1 || text.len == 0 ||
            memchr(text.bytes, '=', text.len) != NULL) {
            error_throw_help(ERROR_VALUE, "as {\"NAME\" \"value\"}",
                             ":env of a step needs a name and one value each");
        }
        pairs = magma_vector_conj(pairs, magma_string(text.bytes, text.len));
        pairs = magma_vector_conj(pairs, magma_vector_at(words, 0));
    }
    return pairs;
}

/* There is no shell between, so a command in one string is a mistake. */
static void
read_command(Value step, Value argv, struct rule_step *out)
{
    out->kind = STEP_COMMAND;
    if (magma_is_string(argv)) {
        error_throw_help(ERROR_TYPE,
                         "split it into words, as [\"cc\" \"-c\" \"a.c\"]; "
                         "there is no shell",
                         ":command is a vector of words, not a string");
    }
    out->argv = flatten_words(argv, ":command");
    if (magma_vector_count(out->argv) == 0 ||
        magma_text_of(magma_vector_at(out->argv, 0)).len == 0) {
        error_throw_help(ERROR_VALUE, "begin with the program to run",
                         "an empty :command");
    }
    out->in = read_stream(step, "stdin");
    out->out = read_stream(step, "stdout");
    out->err = read_stream(step, "stderr");
    out->env = read_env(get(step, "env"));
    Value dir = get(step, "dir");
    if (!value_is_nil(dir)) {
        out->dir = flatten_path(dir, ":dir");
    }
}

/* The text is the value of the step before, or stands in the step itself. */
static void
read_write(Value step, Value path, struct rule_step *out)
{
    out->kind = STEP_WRITE;
    out->path = flatten_path(path, ":write");
    Value text = get(step, "value");
    if (!value_is_nil(text) && !magma_is_string(text)) {
        error_throw_help(ERROR_TYPE, "make a string of it, as (pr-str x)",
                         ":value of a :write step is a string");
    }
    out->text = text;
}

/* Every field gets a value that the collector can look at, used or not. */
static void
read_step(Value step, struct rule_step *out)
{
    if (!magma_is_map(step)) {
        struct magma_text shown = magma_text_of(magma_pretty(step, 60, 5));
        error_throw_help(ERROR_TYPE, "as {:command [\"cc\" \"a.c\"]}",
                         "a step is a map, and got %.*s", (int)shown.len,
                         shown.bytes);
    }
    *out = (struct rule_step){.argv = magma_vector(NULL, 0),
                              .env = magma_vector(NULL, 0),
                              .dir = VALUE_NIL,
                              .path = VALUE_NIL,
                              .text = VALUE_NIL,
                              .function = VALUE_NIL};
    const char *key = step_keys[check_keys(step)];
    Value value = get(step, key);
    if (strcmp(key, "command") == 0) {
        read_command(step, value, out);
    } else if (strcmp(key, "read") == 0) {
        out->kind = STEP_READ;
        out->path = flatten_path(value, ":read");
    } else if (strcmp(key, "write") == 0) {
        read_write(step, value, out);
    } else if (strcmp(key, "discovered") == 0) {
        out->kind = STEP_DISCOVERED;
        out->kinds = magma_is_keyword(value) ? rule_edge_kinds(value) : 0;
        if (out->kinds == 0) {
            error_throw_help(ERROR_VALUE, "as {:discovered :ifwritten}",
                             ":discovered needs an edge kind");
        }
    } else {
        out->kind = STEP_TRANSFORM;
        out->function = value;
        if (!magma_is_function(value)) {
            error_throw_help(ERROR_TYPE, "as {:transformer (fn [s] ...)}",
                             ":%s needs a function", key);
        }
    }
}

/* Throws where a step takes a value and no step before it gives one. */
static void
check_flow(const struct rule_steps *steps)
{
    bool given = false;
    if (steps->count == 0) {
        error_throw_help(ERROR_VALUE,
                         "an action that runs nothing says :phony true",
                         "a rule without steps");
    }
    for (uint32_t i = 0; i < steps->count; i++) {
        const struct rule_step *step = &steps->items[i];
        bool takes = step->kind == STEP_DISCOVERED ||
                     (step->kind == STEP_WRITE && value_is_nil(step->text)) ||
                     step->in.kind == STREAM_VALUE;
        if (takes && !given) {
            error_throw_help(ERROR_VALUE,
                             "begin with {:read path}, {:transformer f}, or a "
                             "command with :stdout :string",
                             "step %u takes the value of the step before it, "
                             "and there is none",
                             i + 1);
        }
        given =
            given || step->kind == STEP_READ || step->kind == STEP_TRANSFORM ||
            step->out.kind == STREAM_VALUE || step->err.kind == STREAM_VALUE;
    }
}

struct rule_steps
rule_expand(Value rule, Value vars)
{
    if (magma_is_function(rule)) {
        rule = magma_call(rule, &vars, 1);
    }
    if (magma_is_map(rule)) {
        rule = magma_vector(&rule, 1);
    }
    if (!magma_is_sequence(rule)) {
        struct magma_text shown = magma_text_of(magma_pretty(rule, 60, 5));
        error_throw_help(ERROR_TYPE,
                         "a rule is a map such as {:command [...]}, a vector "
                         "of them, or a function that returns either",
                         "a rule gave %.*s", (int)shown.len, shown.bytes);
    }
    struct rule_steps steps = {NULL, 0};
    uint32_t cap = 0;
    Value cursor = rule;
    Value step = VALUE_NIL;
    while (magma_next(&cursor, &step)) {
        if (steps.count == STEPS_MAX) {
            error_throw(ERROR_LIMIT, "a rule with more than %d steps",
                        STEPS_MAX);
        }
        if (steps.count == cap) {
            cap = cap == 0 ? 4 : cap * 2;
            struct rule_step *items = alloc(cap * sizeof(*items));
            if (steps.count > 0) {
                memcpy(items, steps.items, steps.count * sizeof(*items));
            }
            steps.items = items;
        }
        read_step(step, &steps.items[steps.count]);
        steps.count++;
    }
    check_flow(&steps);
    return steps;
}

/* --- Filling --------------------------------------------------------------- */

static struct str_id
intern(struct graph *graph, Value text)
{
    struct magma_text t = magma_text_of(text);
    return graph_intern(graph, t.bytes, t.len);
}

static struct stream
fill_stream(struct graph *graph, const struct rule_stream *stream)
{
    struct stream out = {stream->kind, {0}};
    if (stream->kind == STREAM_FILE) {
        out.path = intern(graph, stream->path);
    }
    return out;
}

/* Words are in the order in which the program gets them. */
static void
fill_command(struct graph *graph, const struct rule_step *in, struct step *step)
{
    step->dir =
        value_is_nil(in->dir) ? (struct str_id){0} : intern(graph, in->dir);
    step->in = fill_stream(graph, &in->in);
    step->out = fill_stream(graph, &in->out);
    step->err = fill_stream(graph, &in->err);
    Value cursor = in->argv;
    Value item = VALUE_NIL;
    while (magma_next(&cursor, &item)) {
        graph_add_arg(graph, intern(graph, item));
    }
    for (uint32_t i = 0; i + 1 < magma_vector_count(in->env); i += 2) {
        graph_add_step_env(graph, intern(graph, magma_vector_at(in->env, i)),
                           intern(graph, magma_vector_at(in->env, i + 1)));
    }
}

static struct file_id
fill_file(struct graph *graph, Value path)
{
    struct magma_text t = magma_text_of(path);
    return graph_add_file(graph, t.bytes, t.len);
}

void
rule_fill(struct graph *graph, struct functions *table,
          const struct rule_steps *steps)
{
    for (uint32_t i = 0; i < steps->count; i++) {
        const struct rule_step *in = &steps->items[i];
        struct step *step = graph_add_step(graph, in->kind);
        switch (in->kind) {
        case STEP_COMMAND:
            fill_command(graph, in, step);
            break;
        case STEP_READ:
            step->file = fill_file(graph, in->path);
            break;
        case STEP_TRANSFORM:
            step->function.number = functions_add(table, in->function);
            break;
        case STEP_WRITE:
            step->file = fill_file(graph, in->path);
            step->text =
                value_is_nil(in->text) ? STR_NONE : intern(graph, in->text);
            break;
        case STEP_DISCOVERED:
            step->kinds = in->kinds;
            break;
        }
    }
}
