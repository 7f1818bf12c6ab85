/* SPDX-License-Identifier: MIT */
/* The tree becomes a row of tests in the order in which a stack computes them,
 * so that no depth is recursed on for each node. */
#include "runtime/query/condition.h"

#include "runtime/query/parser.h"

#include "runtime/query/match.h"
#include "runtime/query/values.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A comparison, or an operator on what was computed before it. */
struct condition_test {
    enum query_kind kind;
    enum query_compare compare;
    const struct query_field *field;
    struct query_cell *values; /* owned; of the field's type */
    uint32_t count;
    struct query_match match; /* of MATCHES, MATCHES_NOT */
};

/* --- Values ---------------------------------------------------------------------------- */

struct unit {
    const char *name;
    int64_t factor;
};

/* A number with a unit behind it; in a row of units the first is meant where none
 * is written. */
static bool
read_number(const char *text, const struct unit *units, int64_t *number)
{
    char *end = NULL;
    errno = 0;
    double value = strtod(text, &end);
    if (end == text || errno != 0 || strpbrk(text, "xXnN") != NULL) {
        return false;
    }
    for (const struct unit *unit = units; unit->name != NULL; unit++) {
        bool bare = *end == '\0' && unit == units;
        if (bare || strcmp(end, unit->name) == 0) {
            double scaled = value * (double)unit->factor;
            if (scaled > 9e18 || scaled < -9e18) {
                return false;
            }
            *number = (int64_t)scaled;
            return true;
        }
    }
    return false;
}

static bool
read_instant(const char *text, int64_t *unix_us)
{
    static const char *const formats[] = {"%Y-%m-%dT%H:%M:%S",
                                          "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M",
                                          "%Y-%m-%d"};
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        struct tm when = {.tm_isdst = -1};
        const char *end = strptime(text, formats[i], &when);
        if (end != NULL && *end == '\0') {
            *unix_us = (int64_t)mktime(&when) * 1000000;
            return true;
        }
    }
    return false;
}

static bool
read_bool(const char *text, bool *truth)
{
    *truth = strcmp(text, "true") == 0;
    return *truth || strcmp(text, "false") == 0;
}

bool
query_value_read(enum query_field_type type, struct slice text,
                 struct query_cell *cell)
{
    static const struct unit counts[] = {
        {"", 1}, {"k", 1000}, {"M", 1000000}, {"G", 1000000000}, {NULL, 0}};
    static const struct unit bytes[] = {{"", 1},
                                        {"k", 1024},
                                        {"K", 1024},
                                        {"M", INT64_C(1) << 20},
                                        {"G", INT64_C(1) << 30},
                                        {NULL, 0}};
    static const struct unit times[] = {{"ms", 1000},
                                        {"s", 1000000},
                                        {"m", 60000000},
                                        {"h", INT64_C(3600000000)},
                                        {"us", 1},
                                        {NULL, 0}};
    *cell = (struct query_cell){.is_null = false};
    switch (type) {
    case FIELD_TEXT:
    case FIELD_LIST:
        cell->text = text;
        return true;
    case FIELD_COUNT:
        return read_number(text.bytes, counts, &cell->number);
    case FIELD_BYTES:
        return read_number(text.bytes, bytes, &cell->number);
    case FIELD_TIME:
        return read_number(text.bytes, times, &cell->number);
    case FIELD_INSTANT:
        return read_instant(text.bytes, &cell->number);
    case FIELD_BOOL:
        return read_bool(text.bytes, &cell->is_true);
    }
    return false;
}

/* --- Making ready --------------------------------------------------------------------------- */

static const char *
example_of(enum query_field_type type)
{
    switch (type) {
    case FIELD_COUNT:
        return "a number, such as 10 or 2k";
    case FIELD_BYTES:
        return "a size, such as 4096, 10k or 1M";
    case FIELD_TIME:
        return "a duration, such as 250ms, 2s, 5m or 1h";
    case FIELD_INSTANT:
        return "a moment, such as 2026-03-01 or 2026-03-01T12:00:00";
    case FIELD_BOOL:
        return "true or false";
    case FIELD_TEXT:
    case FIELD_LIST:
        break;
    }
    return "a text";
}

static bool
fail_value(const struct query_node *value, const struct query_field *field,
           struct error *err)
{
    error_set(err, ERROR_CLASS_USAGE, "%s cannot be compared with %s",
              field->name, value->text.bytes);
    error_set_help(err, "it takes %s", example_of(field->type));
    return query_node_blame(value, err);
}

static bool
start_match(struct condition_test *test, const struct query_node *value,
            struct error *err)
{
    if (test->field->type != FIELD_TEXT && test->field->type != FIELD_LIST) {
        error_set(err, ERROR_CLASS_USAGE,
                  "%s is no text, so that no pattern "
                  "matches it",
                  test->field->name);
        error_set_help(err, "compare it by == != < <= > >=");
        return query_node_blame(value, err);
    }
    if (query_match_start(&test->match, PATTERN_REGEX, value->text, err)) {
        return true;
    }
    return query_node_blame(value, err);
}

static bool
start_compare(struct query_condition *condition, const struct query_node *node,
              struct condition_test *test, struct error *err)
{
    const struct query_field *field = query_field_find(node->items[0]->text);
    assert(field != NULL);
    test->compare = node->compare;
    test->field = field;
    query_world_note_field(condition->world, field->id);
    if (field->of != (FIELD_OF_ACTIONS | FIELD_OF_TARGETS)) {
        condition->of |= field->of;
    }
    if (node->compare == QUERY_MATCHES || node->compare == QUERY_MATCHES_NOT) {
        return start_match(test, node->items[1], err);
    }
    test->count = node->count - 1;
    test->values = mem_alloc(test->count, sizeof(*test->values));
    for (uint32_t i = 0; i < test->count; i++) {
        const struct query_node *value = node->items[i + 1];
        if (!query_value_read(field->type, value->text, &test->values[i])) {
            return fail_value(value, field, err);
        }
    }
    return true;
}

/* Operands go before their operators. The stack holds what is to be done: a node
 * is put off once, behind its operands. */
struct pending {
    const struct query_node *node;
    bool is_put_off;
};

bool
query_condition_start(struct query_condition *condition,
                      struct query_world *world, const struct query_node *node,
                      struct error *err)
{
    struct vec steps = vec_of(sizeof(struct pending));
    struct pending step = {node, false};
    bool done = true;
    *condition = (struct query_condition){
        .world = world, .tests = vec_of(sizeof(struct condition_test))};
    vec_push(&steps, &step);
    while (done && steps.count > 0) {
        step = *(struct pending *)vec_pop(&steps);
        bool is_compare = step.node->kind == QUERY_COMPARE;
        if (is_compare || step.is_put_off) {
            struct condition_test *test = vec_add(&condition->tests);
            test->kind = step.node->kind;
            done =
                !is_compare || start_compare(condition, step.node, test, err);
            continue;
        }
        step.is_put_off = true;
        vec_push(&steps, &step);
        for (uint32_t i = 0; i < step.node->count; i++) {
            struct pending operand = {step.node->items[i], false};
            vec_push(&steps, &operand);
        }
    }
    vec_finish(&steps);
    if (!done) {
        query_condition_finish(condition);
    }
    return done;
}

void
query_condition_finish(struct query_condition *condition)
{
    for (uint32_t i = 0; i < condition->tests.count; i++) {
        struct condition_test *test = vec_at(&condition->tests, i);
        query_match_finish(&test->match);
        free(test->values);
    }
    vec_finish(&condition->tests);
}

/* --- Asking --------------------------------------------------------------------------------------- */

/* A field alone: whether there is something. */
static bool
is_set(enum query_field_type type, const struct query_cell *cell)
{
    if (cell->is_null) {
        return false;
    }
    switch (type) {
    case FIELD_TEXT:
        return cell->text.len > 0;
    case FIELD_LIST:
        return cell->list.count > 0;
    case FIELD_BOOL:
        return cell->is_true;
    case FIELD_COUNT:
    case FIELD_BYTES:
    case FIELD_TIME:
    case FIELD_INSTANT:
        break;
    }
    return cell->number != 0;
}

/* One item against what it is compared with. */
static bool
item_holds(const struct condition_test *test, enum query_field_type type,
           const struct query_cell *item)
{
    if (test->compare == QUERY_MATCHES || test->compare == QUERY_MATCHES_NOT) {
        return query_match_text(&test->match, item->text);
    }
    for (uint32_t i = 0; i < test->count; i++) {
        int order = query_cell_compare(type, item, &test->values[i]);
        bool holds = false;
        switch (test->compare) {
        case QUERY_LESS:
            holds = order < 0;
            break;
        case QUERY_LESS_EQUAL:
            holds = order <= 0;
            break;
        case QUERY_GREATER:
            holds = order > 0;
            break;
        case QUERY_GREATER_EQUAL:
            holds = order >= 0;
            break;
        case QUERY_EQUAL:
        case QUERY_NOT_EQUAL:
        case QUERY_IN:
        case QUERY_IS_SET:
        case QUERY_MATCHES:
        case QUERY_MATCHES_NOT:
            holds = order == 0;
            break;
        }
        if (holds) {
            return true;
        }
    }
    return false;
}

static bool
test_holds(const struct condition_test *test, const struct query_cell *cell)
{
    bool negated =
        test->compare == QUERY_NOT_EQUAL || test->compare == QUERY_MATCHES_NOT;
    bool any = false;
    if (test->compare == QUERY_IS_SET) {
        return is_set(test->field->type, cell);
    }
    if (cell->is_null) {
        return negated;
    }
    if (test->field->type != FIELD_LIST) {
        return item_holds(test, test->field->type, cell) != negated;
    }
    for (uint32_t i = 0; !any && i < cell->list.count; i++) {
        struct query_cell item = {.text = cell->list.items[i]};
        any = item_holds(test, FIELD_TEXT, &item);
    }
    return any != negated;
}

bool
query_condition_keep(void *ctx, uint32_t node)
{
    struct query_condition *condition = ctx;
    struct arena arena = {0};
    struct vec truths = vec_of(sizeof(bool));
    for (uint32_t i = 0; i < condition->tests.count; i++) {
        const struct condition_test *test = vec_at(&condition->tests, i);
        bool truth = false;
        if (test->kind == QUERY_COMPARE) {
            struct query_cell cell =
                query_value_of(condition->world, node, test->field->id, &arena);
            truth = test_holds(test, &cell);
        } else {
            bool right = *(bool *)vec_pop(&truths);
            truth = test->kind == QUERY_NOT ? !right : right;
            if (test->kind != QUERY_NOT) {
                bool left = *(bool *)vec_pop(&truths);
                truth = test->kind == QUERY_AND ? left && right : left || right;
            }
        }
        vec_push(&truths, &truth);
    }
    assert(truths.count == 1);
    bool kept = *(bool *)vec_at(&truths, 0);
    vec_finish(&truths);
    arena_finish(&arena);
    return kept;
}
