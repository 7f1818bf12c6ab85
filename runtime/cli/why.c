/* SPDX-License-Identifier: MIT */
/*
 * `ronin why`: why an action ran, did not run, or would run; without a target,
 * the root causes of a run. All from what was recorded: the manifest before a
 * run and the one after it.
 */
#include "runtime/cli/asking.h"
#include "runtime/cli/causes.h"
#include "runtime/cli/forecast.h"
#include "runtime/cli/why_not.h"
#include "runtime/describe.h"
#include "runtime/json.h"
#include "runtime/report.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    NAME_WIDTH = 40,
    REASONS_SHOWN = 10,
    CHAIN_MAX = 1000,
    ROOTS_SHOWN = 20
};

static const struct option_row rows[] = {
    {'f', "file", "FILE", "the build file, instead of build.magma"},
    {'o', "output", "text|json", "the form of the answer"},
    {OPTION_RUN, "run", "N", "in run N, instead of the last time"},
    {OPTION_CHAIN, "chain", NULL, "the path from the root cause to the target"},
    {OPTION_NOT, "not", NULL, "why it did not run in the last run"},
    {OPTION_NEXT, "next", NULL, "why it would run now"},
    {OPTION_ALL, "all", NULL, "all reasons, not only the first ten"},
    {0, NULL, NULL, NULL},
};

struct why_request {
    struct asking asking;
    bool chain;
    bool not ;
    bool next;
    bool all;
};

/* --- As text ----------------------------------------------------------------- */

/* main.o  rebuilt in run 42 (2 min ago, 1.31 s) */
static void
add_head(struct buffer *out, const char *name, const struct exec_why *why)
{
    buffer_add_str(out, name);
    buffer_add_format(out, "  %s in run %" PRIu64 " (",
                      why->signal != 0      ? "was killed"
                      : why->exit_code != 0 ? "failed"
                                            : "rebuilt",
                      why->run);
    asking_age(out, why->ended_unix_us);
    buffer_add_str(out, ", ");
    describe_duration(out, why->duration_us);
    buffer_add_str(out, ")\n");
}

/* The sentence and its code. */
static void
add_sentence(struct buffer *out, const struct exec_reason *reason)
{
    size_t start = out->len;
    describe_reason(out, reason);
    size_t width = out->len - start;
    buffer_add_format(out, "%*s[%s%s]\n",
                      width < NAME_WIDTH ? (int)(NAME_WIDTH - width) : 2, "",
                      reason->code, reason->discovered ? ", discovered" : "");
}

/* True if both texts are rows of attributes that have the same names in the same
 * order; adds those that differ: "size 12 → 14, mtime 16:11 → 16:12". */
static bool
add_attributes(struct buffer *out, const char *before, const char *after)
{
    size_t start = out->len;
    while (*before != 0 && *after != 0) {
        size_t name = strcspn(before, " ") + 1;
        size_t lens[2] = {strcspn(before, ","), strcspn(after, ",")};
        if (name > lens[0] || name > lens[1] ||
            memcmp(before, after, name) != 0) {
            break;
        }
        if (lens[0] != lens[1] || memcmp(before, after, lens[0]) != 0) {
            buffer_add_format(out, "%s%.*s \xe2\x86\x92 %.*s",
                              out->len > start ? ", " : "", (int)lens[0],
                              before, (int)(lens[1] - name), after + name);
        }
        before += lens[0] + strspn(before + lens[0], ", ");
        after += lens[1] + strspn(after + lens[1], ", ");
    }
    bool is_told = *before == 0 && *after == 0 && out->len > start;
    buffer_truncate(out, is_told ? out->len : start);
    return is_told;
}

/* What differs goes on a line of its own. */
static void
add_reason(struct buffer *out, const struct exec_reason *reason, bool first)
{
    bool is_file = strncmp(reason->code, "input-", 6) == 0 ||
                   strncmp(reason->code, "output-", 7) == 0;
    buffer_add_str(out, first ? "  because  " : "  and      ");
    add_sentence(out, reason);
    if (reason->before == NULL && reason->after == NULL) {
        return;
    }
    buffer_add_str(out, "             ");
    if (!is_file || reason->before == NULL || reason->after == NULL ||
        !add_attributes(out, reason->before, reason->after)) {
        bool is_env = strcmp(reason->code, "env-changed") == 0;
        const char *none = is_env ? "unset" : "none";
        buffer_add_format(out, "%s \xe2\x86\x92 %s",
                          reason->before == NULL ? none : reason->before,
                          reason->after == NULL ? none : reason->after);
    }
    buffer_add_char(out, '\n');
}

/*            └ made by tools/conf.h, which ran because
 *                tools/mkconf.py changed                     [input-changed] */
static void
add_chain(struct buffer *out, const struct causes *causes,
          const struct exec_reason *reason)
{
    const struct ran *ran = causes_behind(causes, reason);
    int indent = 11;
    for (int depth = 0; ran != NULL && depth < CHAIN_MAX; depth++) {
        const struct exec_reason *next = causes_leading(causes, ran);
        buffer_add_format(out, "%*s\xe2\x94\x94 %s ran%s\n", indent, "",
                          asking_shown(ran->key),
                          next == NULL ? "" : " because");
        indent += indent < 40 ? 2 : 0;
        if (next == NULL) {
            return;
        }
        buffer_add_format(out, "%*s", indent, "");
        add_sentence(out, next);
        const struct ran *behind = causes_behind(causes, next);
        ran = behind != NULL && behind < ran ? behind : NULL;
    }
}

static bool
has_code(const struct exec_why *why, const char *part)
{
    uint32_t i = 0;
    while (i < why->reason_count &&
           strstr(why->reasons[i].code, part) == NULL) {
        i++;
    }
    return i < why->reason_count;
}

/* What was compared and did not differ: `same     command, 2 other inputs, outputs`.
 * Without a run before there was nothing to compare. */
static void
add_same(struct buffer *out, const struct exec_why *why)
{
    bool is_compared = !has_code(why, "never-built") &&
                       !has_code(why, "state-lost") &&
                       !has_code(why, "previous-");
    size_t start = out->len;
    if (is_compared && !has_code(why, "command-") && !has_code(why, "rule-") &&
        !has_code(why, "tool-")) {
        buffer_add_str(out, "command");
    }
    if (why->same_inputs > 0) {
        buffer_add_format(out, "%s%" PRIu32 " other input%s",
                          out->len > start ? ", " : "", why->same_inputs,
                          why->same_inputs == 1 ? "" : "s");
    }
    if (is_compared && !has_code(why, "output-")) {
        buffer_add_format(out, "%soutputs", out->len > start ? ", " : "");
    }
}

/* now      would run, after 2 other actions: main.o changed  [input-written] */
static void
add_now(struct buffer *out, const struct forecast *now)
{
    if (now == NULL) {
        return;
    }
    buffer_add_str(out, "  now      ");
    if (now->fault != NULL) {
        buffer_add_format(out, "cannot be built: %s\n", now->fault);
    } else if (!now->would_run) {
        buffer_add_str(out, "up to date\n");
    } else {
        buffer_add_str(out, "would run");
        if (now->before > 0) {
            buffer_add_format(out, ", after %" PRIu32 " other action%s",
                              now->before, now->before == 1 ? "" : "s");
        }
        if (now->reason.code != NULL) {
            buffer_add_str(out, ": ");
            describe_reason(out, &now->reason);
            buffer_add_format(out, "  [%s]", now->reason.code);
        }
        buffer_add_char(out, '\n');
    }
}

/* All of the answer. A run that was forced has nothing to tell. */
static void
print_text(const struct why_request *request, const char *name,
           const struct exec_why *why, const struct causes *causes,
           const struct forecast *now)
{
    struct buffer out = {0};
    add_head(&out, name, why);
    uint32_t shown = why->reason_count;
    if (!request->all && shown > REASONS_SHOWN) {
        shown = REASONS_SHOWN;
    }
    for (uint32_t i = 0; i < shown; i++) {
        add_reason(&out, &why->reasons[i], i == 0);
        add_chain(&out, causes, &why->reasons[i]);
    }
    if (shown < why->reason_count) {
        buffer_add_format(&out,
                          "  and      %" PRIu32
                          " more reasons (--all shows them)\n",
                          why->reason_count - shown);
    }
    if (why->reason_count == 0) {
        buffer_add_str(&out, "  nothing that it reads differs from the run "
                             "before\n");
    }
    struct buffer same = {0};
    add_same(&same, why);
    if (same.len > 0) {
        buffer_add_format(&out, "  same     %s\n", buffer_str(&same));
    }
    buffer_finish(&same);
    add_now(&out, now);
    asking_print(&out);
}

/* --- The chain ------------------------------------------------------------------- */

/* The actions from the root cause to the target: places in *links, malloc'ed. */
static const struct ran **
find_chain(const struct causes *causes, const struct ran *end, uint32_t *count)
{
    const struct ran **links = mem_alloc(CHAIN_MAX, sizeof(*links));
    *count = 0;
    while (end != NULL && *count < CHAIN_MAX) {
        links[(*count)++] = end;
        const struct exec_reason *reason = causes_leading(causes, end);
        const struct ran *behind =
            reason == NULL ? NULL : causes_behind(causes, reason);
        end = behind != NULL && behind < end ? behind : NULL;
    }
    return links;
}

/* The root cause first, the target last. */
static void
print_chain(const struct causes *causes, const struct ran *end)
{
    uint32_t count = 0;
    const struct ran **links = find_chain(causes, end, &count);
    struct buffer out = {0};
    for (uint32_t i = count; i-- > 0;) {
        const struct exec_reason *reason = causes_leading(causes, links[i]);
        if (i == count - 1 && reason != NULL) {
            add_sentence(&out, reason);
        }
        buffer_add_format(&out, "%*s\xe2\x86\x92 %s\n",
                          (int)(count - i < 20 ? 2 * (count - i) : 40), "",
                          asking_shown(links[i]->key));
    }
    free(links);
    asking_print(&out);
}

/* --- As JSON ------------------------------------------------------------------- */

/* Keys from the root cause to the target. */
static void
json_chain(struct buffer *out, const struct causes *causes,
           const struct ran *end)
{
    uint32_t count = 0;
    const struct ran **links = find_chain(causes, end, &count);
    json_name(out, "chain");
    buffer_add_char(out, '[');
    for (uint32_t i = count; i-- > 0;) {
        const char *shown = asking_shown(links[i]->key);
        json_string(out, shown, strlen(shown));
        buffer_add_str(out, i == 0 ? "" : ",");
    }
    buffer_add_char(out, ']');
    const struct exec_reason *root =
        count > 0 ? causes_leading(causes, links[count - 1]) : NULL;
    if (root != NULL) {
        json_field_reasons(out, "root", root, 1);
    }
    free(links);
}

/* One object a target, with the fields of the event stream. */
static void
print_json(const char *name, const struct exec_why *why,
           const struct causes *causes, struct action_id action,
           const struct forecast *now)
{
    struct buffer out = {0};
    buffer_add_char(&out, '{');
    json_field_text(&out, "path", name);
    json_field_int(&out, "run", (int64_t)why->run);
    json_field_int(&out, "ended", why->ended_unix_us);
    json_field_int(&out, "dur", why->duration_us);
    if (why->signal != 0) {
        json_field_int(&out, "signal", why->signal);
    } else {
        json_field_int(&out, "exit", why->exit_code);
    }
    json_field_reasons(&out, "why", why->reasons, why->reason_count);
    json_chain(&out, causes, causes_of(causes, action));
    json_field_int(&out, "same_inputs", why->same_inputs);
    if (now != NULL && now->fault == NULL) {
        json_field_bool(&out, "would_run", now->would_run);
    }
    buffer_add_str(&out, "}\n");
    fwrite(buffer_str(&out), 1, out.len, stdout);
    buffer_finish(&out);
}

/* --- A target that ran ------------------------------------------------------------ */

/* The run that is asked for, with the whole of it read for the chains. Who names a
 * run asks about the past, and not how things are now. */
static bool
explain(struct why_request *request, const char *word, struct action_id action,
        struct error *err)
{
    struct asking *asking = &request->asking;
    struct exec_why why = {0};
    struct causes causes = {.graph = NULL};
    struct forecast forecast = {.action = action};
    const struct forecast *now = asking->run == 0 ? &forecast : NULL;
    bool done = exec_why(asking->exec, asking_key(asking, action), asking->run,
                         &why, err) &&
                causes_load(asking, why.run, &causes, err);
    const struct ran *ran = done ? causes_of(&causes, action) : NULL;
    bool is_chain = request->chain && ran != NULL && !asking->json;
    if (done && now != NULL && !is_chain) {
        forecast_try(asking, word, action, &forecast);
    }
    if (done) {
        struct buffer name = {0};
        describe_name(&name, asking->graph, action);
        if (asking->json) {
            print_json(buffer_str(&name), &why, &causes, action, now);
        } else if (is_chain) {
            print_chain(&causes, ran);
        } else {
            print_text(request, buffer_str(&name), &why, &causes, now);
        }
        buffer_finish(&name);
    }
    forecast_finish(&forecast);
    causes_finish(&causes);
    exec_why_finish(&why);
    return done;
}

/* --- A target that would run ------------------------------------------------------- */

/* In words or as one object. */
static void
print_forecast(const struct forecast *forecast, const char *word, bool json)
{
    struct buffer out = {0};
    const struct exec_reason *reason = &forecast->reason;
    uint32_t count = reason->code != NULL;
    if (json) {
        buffer_add_char(&out, '{');
        json_field_text(&out, "path", word);
        json_field_bool(&out, "would_run", forecast->would_run);
        json_field_reasons(&out, "why", reason, count);
        json_field_int(&out, "before", forecast->before);
        json_field_int(&out, "expected", forecast->expected_us);
        buffer_add_str(&out, "}\n");
        fwrite(buffer_str(&out), 1, out.len, stdout);
        buffer_finish(&out);
        return;
    }
    if (!forecast->would_run) {
        buffer_add_format(&out, "%s  is up to date\n", word);
    } else {
        buffer_add_format(&out,
                          "%s  would run, after %" PRIu32
                          " other action%s, in about ",
                          word, forecast->before,
                          forecast->before == 1 ? "" : "s");
        describe_duration(&out, forecast->expected_us);
        buffer_add_str(&out, " of work\n");
        if (count > 0) {
            add_reason(&out, reason, true);
        } else if (forecast->before > 0) {
            buffer_add_str(&out, "  because  something that it reads would be "
                                 "made again\n");
        }
    }
    asking_print(&out);
}

static bool
explain_next(struct why_request *request, const char *word,
             struct action_id action, struct error *err)
{
    struct forecast forecast;
    bool done = forecast_make(&request->asking, word, action, &forecast, err);
    if (done) {
        print_forecast(&forecast, word, request->asking.json);
    }
    forecast_finish(&forecast);
    return done;
}

/* --- A whole run --------------------------------------------------------------------- */

/* The head of the run that is asked for. */
struct run_head {
    uint64_t wanted; /* 0: the last one */
    struct exec_run run;
};

/* The run that was asked for; without a number, the last that is told. */
static void
take_head(void *ctx, const struct exec_run *run)
{
    struct run_head *head = ctx;
    if (head->wanted == 0 || run->id == head->wanted) {
        head->run = *run;
        head->run.arguments = NULL; /* it is gone when this returns */
    }
}

/* run 42  12:03:56  18 ran, 31 cut off early, 412 up to date  22.50 s */
static void
add_run_head(struct buffer *out, const struct exec_run *run)
{
    buffer_add_format(out, "run %" PRIu64 "  ", run->id);
    asking_time(out, run->started_unix_us);
    buffer_add_format(out, "  %" PRIu32 " ran", run->ran);
    if (run->failed > 0) {
        buffer_add_format(out, ", %" PRIu32 " failed", run->failed);
    }
    if (run->cut_off > 0) {
        buffer_add_format(out, ", %" PRIu32 " cut off early", run->cut_off);
    }
    buffer_add_format(out, ", %" PRIu32 " up to date  ", run->up_to_date);
    if (run->ended_unix_us == 0) {
        buffer_add_str(out, "did not end");
    } else {
        describe_duration(out, run->ended_unix_us - run->started_unix_us);
    }
    buffer_add_char(out, '\n');
}

/*   1  src/config.h changed  [input-written]  → 16 actions, 21.40 s; longest x */
static void
print_roots(const struct run_head *head, const struct causes *causes, bool all)
{
    struct buffer out = {0};
    add_run_head(&out, &head->run);
    uint32_t shown = causes->root_count;
    shown = all || shown < ROOTS_SHOWN ? shown : ROOTS_SHOWN;
    for (uint32_t i = 0; i < shown; i++) {
        const struct root *root = &causes->roots[i];
        size_t start = out.len;
        buffer_add_format(&out, "%3" PRIu32 "  ", i + 1);
        describe_reason(&out, &root->reason);
        if (root->reason.before != NULL || root->reason.after != NULL) {
            buffer_add_str(&out, root->reason.before == NULL ? " +" : "");
        }
        size_t width = out.len - start;
        buffer_add_format(&out, "%*s[%s]  \xe2\x86\x92 %" PRIu32 " action%s, ",
                          width < NAME_WIDTH ? (int)(NAME_WIDTH - width) : 2,
                          "", root->reason.code, root->action_count,
                          root->action_count == 1 ? "" : "s");
        describe_duration(&out, root->duration_us);
        buffer_add_format(&out, "; longest %s\n",
                          asking_shown(causes->items[root->longest].key));
    }
    if (shown < causes->root_count) {
        buffer_add_format(&out,
                          "     and %" PRIu32
                          " more causes (--all shows them)\n",
                          causes->root_count - shown);
    }
    asking_print(&out);
}

/* The same as the text, for programs. */
static void
print_roots_json(const struct run_head *head, const struct causes *causes)
{
    struct buffer out = {0};
    buffer_add_char(&out, '{');
    json_field_int(&out, "run", (int64_t)head->run.id);
    json_field_int(&out, "started", head->run.started_unix_us);
    json_field_int(&out, "ran", head->run.ran);
    json_field_int(&out, "failed", head->run.failed);
    json_field_int(&out, "cut_off", head->run.cut_off);
    json_field_int(&out, "up_to_date", head->run.up_to_date);
    json_name(&out, "causes");
    buffer_add_char(&out, '[');
    for (uint32_t i = 0; i < causes->root_count; i++) {
        const struct root *root = &causes->roots[i];
        buffer_add_str(&out, i == 0 ? "{" : ",{");
        json_field_reasons(&out, "why", &root->reason, 1);
        json_field_int(&out, "actions", root->action_count);
        json_field_int(&out, "dur", root->duration_us);
        json_field_text(&out, "longest",
                        asking_shown(causes->items[root->longest].key));
        buffer_add_char(&out, '}');
    }
    buffer_add_str(&out, "]}\n");
    fwrite(buffer_str(&out), 1, out.len, stdout);
    buffer_finish(&out);
}

/* Without a target: the run as a whole. */
static bool
explain_run(struct why_request *request, struct error *err)
{
    struct asking *asking = &request->asking;
    if (!asking_find_run(asking, err)) {
        return false;
    }
    struct run_head head = {.wanted = asking->run};
    struct causes causes = {.graph = NULL};
    if (!exec_list_runs(asking->exec, take_head, &head, err)) {
        return false;
    }
    if (head.run.id == 0) {
        error_set(err, ERROR_CLASS_USAGE, "no run is recorded");
        error_set_help(err, "build something first");
        return false;
    }
    bool done = asking_graph(asking, err) &&
                causes_load(asking, head.run.id, &causes, err);
    if (done) {
        causes_find_roots(&causes);
        if (asking->json) {
            print_roots_json(&head, &causes);
        } else {
            print_roots(&head, &causes, request->all);
        }
    }
    causes_finish(&causes);
    return done;
}

/* --- The verb -------------------------------------------------------------------- */

/* Each word in turn; the first that is wrong ends it. */
static bool
answer(struct asking *asking, struct error *err)
{
    struct why_request *request = asking->ctx;
    const struct options *o = asking->options;
    bool done = o->word_count > 0 || explain_run(request, err);
    for (uint32_t i = 0; done && i < o->word_count; i++) {
        struct action_id action = ACTION_NONE;
        done =
            asking_action(asking, o->words[i], &action, err) &&
            (request->not    ? why_not(asking, o->words[i], action, err)
             : request->next ? explain_next(request, o->words[i], action, err)
                             : explain(request, o->words[i], action, err));
    }
    return done;
}

/* One option of this verb alone; each only says yes. */
static void
take_option(int id, struct why_request *request)
{
    request->chain = request->chain || id == OPTION_CHAIN;
    request->not = request->not || id == OPTION_NOT;
    request->next = request->next || id == OPTION_NEXT;
    request->all = request->all || id == OPTION_ALL;
}

static bool
read_options(struct options *o, struct why_request *request)
{
    int id;
    while ((id = options_next(o)) != OPTION_END) {
        if (id == OPTION_STOP) {
            return false;
        }
        if (!asking_option(o, id, &request->asking)) {
            take_option(id, request);
        }
        if (o->status != 0) {
            return false;
        }
    }
    if (o->word_count == 0 &&
        (request->not || request->next || request->chain)) {
        o->status = options_usage(o->command, "this needs a target",
                                  "name a file that an action makes");
        return false;
    }
    return true;
}

static int
run(int argc, char **argv)
{
    struct options o;
    struct why_request request = {.asking = {.session = {.read_only = true}}};
    request.asking.ctx = &request;
    options_init(&o, &command_why, argc, argv);
    bool go = read_options(&o, &request);
    int status = o.status;
    if (go) {
        status = asking_answer(&o, &request.asking, answer);
    }
    options_finish(&o);
    return status;
}

const struct command command_why = {
    .name = "why",
    .args = "[OPTION...] [TARGET...]",
    .summary = "Tell why an action ran, or what made the last run.",
    .usage = "The answer is the difference between what was recorded before "
             "that run and after it.\n\n"
             "  ronin why                    the root causes of the last run\n"
             "  ronin why obj/main.o\n"
             "  ronin why --run 41 --chain main\n"
             "  ronin why --not main         why it did not run\n"
             "  ronin why --next main        why it would run now",
    .options = rows,
    .run = run,
};
