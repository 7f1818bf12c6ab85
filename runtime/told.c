/* SPDX-License-Identifier: MIT */
/* See told.h. */
#include "runtime/told.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct told {
    struct action_id action;
    struct buffer row; /* reason after reason: four texts, "" for what is
                          missing */
    uint32_t count;
    char *error;
};

struct told_list
told_list(void)
{
    return (struct told_list){vec_of(sizeof(struct told))};
}

void
told_finish(struct told_list *list)
{
    for (uint32_t i = 0; i < list->items.count; i++) {
        struct told *told = vec_at(&list->items, i);
        buffer_finish(&told->row);
        free(told->error);
    }
    vec_finish(&list->items);
}

/* Copies: the reasons live as long as the event that brought them. */
void
told_add(struct told_list *list, struct action_id action,
         const struct exec_reason *reasons, uint32_t count, const char *error)
{
    struct told told = {.action = action, .count = count};
    for (uint32_t i = 0; i < count; i++) {
        const char *texts[] = {reasons[i].code, reasons[i].subject,
                               reasons[i].before, reasons[i].after};
        for (size_t t = 0; t < 4; t++) {
            buffer_add_text(&told.row, texts[t] == NULL ? "" : texts[t]);
        }
    }
    if (error != NULL) {
        told.error = mem_copy_str(error);
    }
    vec_push(&list->items, &told);
}

/* --- As values ------------------------------------------------------------------------ */

static void
put(Value *map, const char *key, Value value)
{
    *map = magma_map_assoc(*map, magma_keyword(key), value);
}

/* What is not known has no key, rather than an empty text. */
static void
put_text(Value *map, const char *key, const char *text)
{
    if (text != NULL && text[0] != 0) {
        put(map, key, magma_cstring(text));
    }
}

/* Codes are keywords, so that they can be compared and looked up. */
static Value
reason_map(const struct exec_reason *reason, bool with_change)
{
    Value map = magma_map();
    put(&map, "code", magma_keyword(reason->code));
    put_text(&map, "subject", reason->subject);
    if (with_change) {
        put_text(&map, "before", reason->before);
        put_text(&map, "after", reason->after);
    }
    return map;
}

Value
told_reasons(const struct exec_reason *reasons, uint32_t count)
{
    Value vector = magma_vector(NULL, 0);
    for (uint32_t i = 0; i < count; i++) {
        vector = magma_vector_conj(vector, reason_map(&reasons[i], true));
    }
    return vector;
}

/* The next reason of a row; false at its end. */
static bool
next_reason(struct slice *row, struct exec_reason *reason)
{
    const char **texts[] = {&reason->code, &reason->subject, &reason->before,
                            &reason->after};
    struct slice text;
    for (size_t t = 0; t < 4; t++) {
        if (!slice_next_text(row, &text)) {
            return false;
        }
        *texts[t] = text.bytes;
    }
    return true;
}

/* Only what is made before makes it run: it may come out the same. */
static bool
is_only_made_anew(const struct told *told)
{
    struct slice row = buffer_slice(&told->row);
    struct exec_reason reason;
    bool only = told->count > 0;
    while (only && next_reason(&row, &reason)) {
        only = strcmp(reason.after, "would be made anew") == 0;
    }
    return only;
}

static Value
reasons_of(const struct told *told, enum told_detail detail)
{
    Value reasons = magma_vector(NULL, 0);
    struct slice row = buffer_slice(&told->row);
    struct exec_reason reason;
    while (next_reason(&row, &reason)) {
        bool with_change =
            detail == TOLD_ALL || strcmp(reason.code, "env-changed") == 0;
        reasons = magma_vector_conj(reasons, reason_map(&reason, with_change));
    }
    return reasons;
}

/* By key and outputs, not by number: the graph may be another by the time it
 * is read. */
static Value
action_map(const struct told *told, const struct graph *g,
           enum told_detail detail)
{
    const struct action *a = graph_action(g, told->action);
    Value map = magma_map();
    Value outputs = magma_vector(NULL, 0);
    for (uint32_t o = 0; o < a->outputs.count; o++) {
        const char *path = graph_path(g, graph_output(g, a, o));
        outputs = magma_vector_conj(outputs, magma_cstring(path));
    }
    put(&map, "action", magma_cstring(graph_cstr(g, a->key)));
    put(&map, "outputs", outputs);
    put(&map, "reasons", reasons_of(told, detail));
    if (is_only_made_anew(told)) {
        put(&map, "may", VALUE_TRUE);
    }
    put_text(&map, "error", told->error);
    return map;
}

Value
told_make(const struct told_list *list, const struct graph *g,
          enum told_detail detail)
{
    Value result = magma_vector(NULL, 0);
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct told *told = vec_at(&list->items, i);
        result = magma_vector_conj(result, action_map(told, g, detail));
    }
    return result;
}
