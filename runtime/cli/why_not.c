/* SPDX-License-Identifier: MIT */
/* See why_not.h. */
#include "runtime/cli/why_not.h"

#include "runtime/cli/causes.h"
#include "runtime/describe.h"
#include "runtime/json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { INPUTS_SHOWN = 10 };

/* In what sense an output that was made again is the same to a reader. */
static const char *
sameness(uint8_t kinds)
{
    if (kinds & EDGE_IFWRITTEN) {
        return "was left untouched (ifwritten)";
    }
    return kinds & EDGE_IFCHANGED ? "has equal content (ifchanged)"
                                  : "only orders (order-only)";
}

/* One input that the run made again. */
static void
add_one_kept(struct buffer *out, const char *path, uint8_t kinds, bool json,
             bool first)
{
    if (json) {
        buffer_add_str(out, first ? "" : ",");
        json_string(out, path, strlen(path));
    } else {
        buffer_add_format(out, "  %s was made again and %s\n", path,
                          sameness(kinds));
    }
}

/* The inputs of an action that were made in the run, and came out the same. */
static uint32_t
add_kept_inputs(struct buffer *out, const struct causes *causes,
                const struct action *a, bool json, uint32_t count)
{
    const struct graph *g = causes->graph;
    for (uint32_t i = 0; i < a->inputs.count && count < INPUTS_SHOWN; i++) {
        const struct edge *edge = graph_input(g, a, i);
        struct file_id file = {edge->to.n};
        if (edge->to.type == NODE_FILE && !(edge->kinds & EDGE_VALIDATION) &&
            causes_of(causes, graph_producer(g, file)) != NULL) {
            add_one_kept(out, graph_path(g, file), edge->kinds, json,
                         count == 0);
            count++;
        }
    }
    return count;
}

/* Of the action itself; else of what it needs and did not run either. */
static uint32_t
add_kept(struct buffer *out, const struct causes *causes,
         struct action_id action, bool json)
{
    const struct graph *g = causes->graph;
    uint32_t count =
        add_kept_inputs(out, causes, graph_action(g, action), json, 0);
    if (count > 0) {
        return count;
    }
    struct node node = {NODE_ACTION, action.n};
    struct action_list needed = walk_needed(g, &node, 1);
    for (uint32_t i = needed.count; i-- > 0 && count < INPUTS_SHOWN;) {
        if (causes_of(causes, needed.ids[i]) == NULL) {
            count = add_kept_inputs(out, causes, graph_action(g, needed.ids[i]),
                                    json, count);
        }
    }
    action_list_finish(&needed);
    return count;
}

/* What its not running spared: it and all that depends on it. */
static void
add_saved(struct asking *asking, const struct causes *causes,
          struct action_id action, struct buffer *out)
{
    const struct action *a = graph_action(asking->graph, action);
    struct node node = {NODE_ACTION, action.n};
    if (a->outputs.count > 0) {
        node = (struct node){NODE_FILE, graph_output(asking->graph, a, 0).n};
    }
    struct action_list users = walk_users(asking->graph, node);
    struct action_list lists[2] = {{&action, 1}, users};
    int64_t saved_us = 0;
    uint32_t count = 0;
    for (int l = 0; l < 2; l++) {
        for (uint32_t i = 0; i < lists[l].count; i++) {
            struct action_id id = lists[l].ids[i];
            count +=
                causes_of(causes, id) == NULL &&
                asking_add_duration(asking, asking_key(asking, id), &saved_us);
        }
    }
    action_list_finish(&users);
    buffer_add_str(out, "  saved    about ");
    describe_duration(out, saved_us);
    buffer_add_format(out, ", %" PRIu32 " action%s\n", count,
                      count == 1 ? "" : "s");
}

/* The first of what it needs that did not run well: what waits for that does not
 * run. NULL if all did. */
static const struct ran *
find_failed(const struct causes *causes, struct action_id action)
{
    struct node node = {NODE_ACTION, action.n};
    struct action_list needed = walk_needed(causes->graph, &node, 1);
    const struct ran *failed = NULL;
    for (uint32_t i = 0; failed == NULL && i < needed.count; i++) {
        const struct ran *ran = causes_of(causes, needed.ids[i]);
        failed = ran != NULL && ran->status != STATUS_OK ? ran : NULL;
    }
    action_list_finish(&needed);
    return failed;
}

/* What a run was asked for. */
struct run_words {
    uint64_t run;
    char *words; /* NULL: not known */
};

static void
take_words(void *ctx, const struct exec_run *run)
{
    struct run_words *words = ctx;
    if (run->id == words->run && run->arguments != NULL) {
        free(words->words);
        words->words = mem_copy_str(run->arguments);
    }
}

/* Whoever asks expected it to run; so the answer is what kept it from that, or what
 * came out the same. */
static void
add_answer(struct asking *asking, const struct causes *causes,
           struct action_id action, struct buffer *out)
{
    const struct ran *failed = find_failed(causes, action);
    if (failed != NULL) {
        buffer_add_format(out, "  %s, on which it depends, %s\n",
                          asking_shown(failed->key),
                          failed->status == STATUS_FAILED ? "failed"
                          : failed->status == STATUS_KILLED
                              ? "was killed"
                              : "was interrupted");
        return;
    }
    if (add_kept(out, causes, action, false) > 0) {
        add_saved(asking, causes, action, out);
        return;
    }
    struct run_words run = {asking->run, NULL};
    struct error none = {0};
    (void)!exec_list_runs(asking->exec, take_words, &run, &none);
    error_finish(&none);
    buffer_add_format(out, "  nothing that it reads was made in that run%s%s\n",
                      run.words == NULL ? "" : ", which was ronin ",
                      run.words == NULL ? "" : run.words);
    free(run.words);
}

bool
why_not(struct asking *asking, const char *word, struct action_id action,
        struct error *err)
{
    struct causes causes = {.graph = NULL};
    if (!asking_find_run(asking, err)) {
        return false;
    }
    uint64_t run = asking->run;
    if (run == 0) {
        error_set(err, ERROR_CLASS_USAGE, "no run is recorded");
        error_set_help(err, "build something first");
        return false;
    }
    if (!causes_load(asking, run, &causes, err)) {
        causes_finish(&causes);
        return false;
    }
    bool did_run = causes_of(&causes, action) != NULL;
    struct buffer out = {0};
    if (asking->json) {
        buffer_add_char(&out, '{');
        json_field_text(&out, "path", asking_shown(asking_key(asking, action)));
        json_field_int(&out, "run", (int64_t)run);
        json_field_bool(&out, "did_run", did_run);
        const struct ran *failed = find_failed(&causes, action);
        json_field_text(&out, "failed",
                        failed == NULL ? NULL : asking_shown(failed->key));
        json_name(&out, "same");
        buffer_add_char(&out, '[');
        if (!did_run && failed == NULL) {
            (void)add_kept(&out, &causes, action, true);
        }
        buffer_add_str(&out, "]}\n");
        fwrite(buffer_str(&out), 1, out.len, stdout);
        buffer_finish(&out);
    } else if (did_run) {
        buffer_add_format(&out,
                          "%s  did run in run %" PRIu64
                          "; ronin why %s tells why\n",
                          word, run, word);
        asking_print(&out);
    } else {
        buffer_add_format(&out, "%s  did not run in run %" PRIu64 "\n", word,
                          run);
        add_answer(asking, &causes, action, &out);
        asking_print(&out);
    }
    causes_finish(&causes);
    return true;
}
