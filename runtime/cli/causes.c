/* SPDX-License-Identifier: MIT */
/* What made an action run ended before it, so one walk in the order of the
 * endings finds all root causes. */
#include "runtime/cli/causes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* More different causes than a person reads become one. */
#define ROOTS_MAX 1000

/* --- Reading ------------------------------------------------------------------ */

static char *
copy_text(const char *text)
{
    if (text == NULL) {
        return NULL;
    }
    char *copy = mem_copy_str(text);
    return copy;
}

/* The row is gone when this returns, so its texts are copied. */
static void
add_ran(void *ctx, const struct exec_action_run *run)
{
    struct causes *causes = ctx;
    if (causes->count == causes->cap) {
        causes->cap = causes->cap * 2 + 64;
        causes->items =
            mem_resize(causes->items, causes->cap, sizeof(*causes->items));
    }
    struct ran *ran = &causes->items[causes->count++];
    *ran = (struct ran){
        .key = copy_text(run->key),
        .action = graph_find_key(causes->graph, run->key, strlen(run->key)),
        .status = run->status,
        .duration_us = run->duration_us,
        .reason_count = run->reason_count,
    };
    ran->reasons = mem_alloc(run->reason_count + 1u, sizeof(*ran->reasons));
    for (uint32_t i = 0; i < run->reason_count; i++) {
        ran->reasons[i] = (struct exec_reason){
            .code = copy_text(run->reasons[i].code),
            .subject = copy_text(run->reasons[i].subject),
            .before = copy_text(run->reasons[i].before),
            .after = copy_text(run->reasons[i].after),
        };
    }
    if (ran->action.n != ID_NONE) {
        causes->by_action[ran->action.n] = causes->count;
    }
}

bool
causes_load(struct asking *asking, uint64_t run, struct causes *causes,
            struct error *err)
{
    assert(asking->graph != NULL && run != 0);
    *causes = (struct causes){.graph = asking->graph};
    causes->by_action = mem_alloc(graph_action_count(asking->graph) + 1u,
                                  sizeof(*causes->by_action));
    const struct exec_action_run_sink sink = {add_ran, causes};
    return exec_list_action_runs(asking->exec, run, &sink, err);
}

void
causes_finish(struct causes *causes)
{
    for (uint32_t i = 0; i < causes->count; i++) {
        struct ran *ran = &causes->items[i];
        for (uint32_t k = 0; k < ran->reason_count; k++) {
            free((void *)(uintptr_t)ran->reasons[k].code);
            free((void *)(uintptr_t)ran->reasons[k].subject);
            free((void *)(uintptr_t)ran->reasons[k].before);
            free((void *)(uintptr_t)ran->reasons[k].after);
        }
        free(ran->reasons);
        free(ran->key);
    }
    free(causes->items);
    free(causes->by_action);
    free(causes->roots);
    *causes = (struct causes){.graph = NULL};
}

/* --- Following ---------------------------------------------------------------- */

const struct ran *
causes_of(const struct causes *causes, struct action_id action)
{
    uint32_t place = action.n == ID_NONE ? 0 : causes->by_action[action.n];
    return place == 0 ? NULL : &causes->items[place - 1];
}

/* Reasons about inputs; all others are about the action itself. */
static bool
is_about_input(const struct exec_reason *reason)
{
    return reason->subject != NULL &&
           (strncmp(reason->code, "input-", 6) == 0 ||
            strcmp(reason->code, "discovered-changed") == 0 ||
            strcmp(reason->code, "dynout-changed") == 0);
}

const struct ran *
causes_behind(const struct causes *causes, const struct exec_reason *reason)
{
    if (!is_about_input(reason)) {
        return NULL;
    }
    const struct graph *g = causes->graph;
    size_t len = strlen(reason->subject);
    struct file_id file = graph_find_file(g, reason->subject, len);
    struct action_id action = file.n == ID_NONE
                                  ? graph_find_key(g, reason->subject, len)
                                  : graph_producer(g, file);
    if (action.n == ID_NONE) {
        action = graph_find_action_name(g, reason->subject, len);
    }
    return causes_of(causes, action);
}

/* A reason of the action's own comes before one that somebody made. */
const struct exec_reason *
causes_leading(const struct causes *causes, const struct ran *ran)
{
    for (uint32_t i = 0; i < ran->reason_count; i++) {
        if (causes_behind(causes, &ran->reasons[i]) == NULL) {
            return &ran->reasons[i];
        }
    }
    return ran->reason_count > 0 ? &ran->reasons[0] : NULL;
}

/* --- Root causes ------------------------------------------------------------------ */

/* NULL equals NULL alone. */
static bool
same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* The place of a root cause. What is changed in a command is told for each
 * action apart, so only the difference itself is compared. */
static uint32_t
find_root(struct causes *causes, const struct exec_reason *reason)
{
    static const struct exec_reason nothing = {.code = "forced"};
    const struct exec_reason *wanted = reason == NULL ? &nothing : reason;
    for (uint32_t i = 0; i < causes->root_count; i++) {
        const struct exec_reason *known = &causes->roots[i].reason;
        if (strcmp(known->code, wanted->code) == 0 &&
            same_text(known->subject, wanted->subject) &&
            same_text(known->before, wanted->before) &&
            same_text(known->after, wanted->after)) {
            return i;
        }
    }
    if (causes->root_count == ROOTS_MAX) {
        return ROOTS_MAX - 1;
    }
    causes->roots[causes->root_count] = (struct root){.reason = *wanted};
    return causes->root_count++;
}

/* Most actions first; then the most time. */
static int
compare_roots(const void *left, const void *right)
{
    const struct root *a = left;
    const struct root *b = right;
    if (a->action_count != b->action_count) {
        return a->action_count < b->action_count ? 1 : -1;
    }
    return (a->duration_us < b->duration_us) -
           (a->duration_us > b->duration_us);
}

void
causes_find_roots(struct causes *causes)
{
    causes->roots = mem_alloc(ROOTS_MAX, sizeof(*causes->roots));
    for (uint32_t i = 0; i < causes->count; i++) {
        struct ran *ran = &causes->items[i];
        const struct exec_reason *reason = causes_leading(causes, ran);
        const struct ran *behind =
            reason == NULL ? NULL : causes_behind(causes, reason);
        /* Only what ended before can have been the cause. */
        bool is_derived = behind != NULL && behind < ran;
        ran->root = is_derived ? behind->root : find_root(causes, reason);
        struct root *root = &causes->roots[ran->root];
        bool is_longest =
            root->action_count == 0 ||
            ran->duration_us > causes->items[root->longest].duration_us;
        root->longest = is_longest ? i : root->longest;
        root->action_count++;
        root->duration_us += ran->duration_us;
    }
    qsort(causes->roots, causes->root_count, sizeof(*causes->roots),
          compare_roots);
}
