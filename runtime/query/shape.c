/* SPDX-License-Identifier: MIT */
/* Functions that order, cut and add up, and those that end in rows. */
#include "runtime/query/eval_parts.h"
#include "runtime/query/values.h"

#include <stdlib.h>
#include <string.h>

static const struct query_field *
field_of(struct eval *e, const struct query_node *node)
{
    const struct query_field *field = query_field_find(node->text);
    assert(field != NULL);
    query_world_note_field(e->world, field->id);
    return field;
}

/* --- Order --------------------------------------------------------------------------------- */

struct sorted {
    struct query_cell cell;
    uint32_t node;
    uint32_t place; /* before the sorting: equal ones stay in order */
};

/* What qsort cannot be told otherwise. */
static struct {
    enum query_field_type type;
    bool descending;
} sorting;

/* Nulls stay at the end, whichever way it goes. */
static int
compare_sorted(const void *left, const void *right)
{
    const struct sorted *a = left;
    const struct sorted *b = right;
    int order = query_cell_compare(sorting.type, &a->cell, &b->cell);
    bool null = a->cell.is_null || b->cell.is_null;
    if (order != 0) {
        return sorting.descending && !null ? -order : order;
    }
    return (a->place > b->place) - (a->place < b->place);
}

static bool
shape_sort(struct eval *e, const struct query_node *node,
           struct query_value *value)
{
    const struct query_node *by = eval_argument(node);
    const struct query_field *field = field_of(e, by);
    struct arena arena = {0};
    eval_suit(e, value, field->of);
    uint32_t count = value->set.count;
    uint32_t *nodes =
        query_set_ordered(e->world, &value->set, e->options->order);
    struct sorted *items = mem_alloc((size_t)count + 1, sizeof(*items));
    for (uint32_t i = 0; i < count; i++) {
        items[i] = (struct sorted){query_value_of(e->world, nodes[i], field->id,
                                                  &arena),
                                   nodes[i], i};
    }
    sorting.type = field->type;
    sorting.descending = by->descending;
    qsort(items, count, sizeof(*items), compare_sorted);
    for (uint32_t i = 0; i < count; i++) {
        nodes[i] = items[i].node;
    }
    free(value->set.order);
    value->set.order = nodes;
    free(items);
    arena_finish(&arena);
    return true;
}

static bool
shape_first(struct eval *e, const struct query_node *node,
            struct query_value *value)
{
    int64_t wanted = eval_argument(node)->number;
    uint32_t count =
        wanted < value->set.count ? (uint32_t)wanted : value->set.count;
    uint32_t *nodes =
        query_set_ordered(e->world, &value->set, e->options->order);
    struct query_set first = {.type = value->set.type};
    for (uint32_t i = 0; i < count; i++) {
        query_set_add(&first, nodes[i]);
    }
    first.order = nodes;
    query_set_inherit(&first, &value->set);
    eval_give(value, first);
    return true;
}

/* --- Numbers --------------------------------------------------------------------------------- */

static void
give_number(struct query_value *value, const char *name,
            enum query_field_type type, int64_t number)
{
    query_value_finish(value);
    value->kind = QUERY_VALUE_ROWS;
    query_rows_start(&value->rows, 1, 1);
    value->rows.is_scalar = true;
    value->rows.columns[0] = (struct query_column){name, type};
    value->rows.cells[0].number = number;
}

static bool
shape_count(struct eval *e, const struct query_node *node,
            struct query_value *value)
{
    (void)e;
    (void)node;
    give_number(value, "count", FIELD_COUNT, value->set.count);
    return true;
}

static bool
shape_sum(struct eval *e, const struct query_node *node,
          struct query_value *value)
{
    const struct query_node *by = eval_argument(node);
    const struct query_field *field = field_of(e, by);
    struct arena arena = {0};
    int64_t sum = 0;
    if (field->type != FIELD_COUNT && field->type != FIELD_BYTES &&
        field->type != FIELD_TIME) {
        eval_fail(e, by, "%s cannot be summed up", field->name);
        error_set_help(e->err, "numbers, sizes and durations can: as in "
                               "actions | sum duration");
        return false;
    }
    eval_suit(e, value, field->of);
    for (uint32_t at = 0; query_set_next(&value->set, &at); at++) {
        struct query_cell cell =
            query_value_of(e->world, at, field->id, &arena);
        sum += cell.is_null ? 0 : cell.number;
    }
    arena_finish(&arena);
    give_number(value, field->name, field->type, sum);
    return true;
}

/* --- Tally -------------------------------------------------------------------------------------- */

struct bin {
    struct query_cell cell;
    int64_t count;
};

static int
compare_cells(const void *left, const void *right)
{
    const struct bin *a = left;
    const struct bin *b = right;
    return query_cell_compare(sorting.type, &a->cell, &b->cell);
}

/* The most frequent first, then by value. */
static int
compare_bins(const void *left, const void *right)
{
    const struct bin *a = left;
    const struct bin *b = right;
    if (a->count != b->count) {
        return a->count > b->count ? -1 : 1;
    }
    return query_cell_compare(sorting.type, &a->cell, &b->cell);
}

/* Of a list, each item counts by itself. */
static void
add_bins(struct vec *bins, enum query_field_type type, struct query_cell cell)
{
    struct bin bin = {cell, 1};
    if (type != FIELD_LIST) {
        vec_push(bins, &bin);
        return;
    }
    for (uint32_t i = 0; !cell.is_null && i < cell.list.count; i++) {
        bin.cell = (struct query_cell){.text = cell.list.items[i]};
        vec_push(bins, &bin);
    }
}

/* Joins neighbours that are equal. */
static void
join_bins(struct vec *bins)
{
    struct bin *items = bins->items;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < bins->count; i++) {
        if (kept > 0 && compare_cells(&items[kept - 1], &items[i]) == 0) {
            items[kept - 1].count += items[i].count;
        } else {
            items[kept++] = items[i];
        }
    }
    bins->count = kept;
}

static bool
shape_tally(struct eval *e, const struct query_node *node,
            struct query_value *value)
{
    const struct query_field *field = field_of(e, eval_argument(node));
    struct vec bins = vec_of(sizeof(struct bin));
    struct arena arena = {0};
    eval_suit(e, value, field->of);
    for (uint32_t at = 0; query_set_next(&value->set, &at); at++) {
        add_bins(&bins, field->type,
                 query_value_of(e->world, at, field->id, &arena));
    }
    sorting.type = field->type == FIELD_LIST ? FIELD_TEXT : field->type;
    if (bins.count > 0) {
        qsort(bins.items, bins.count, sizeof(struct bin), compare_cells);
        join_bins(&bins);
        qsort(bins.items, bins.count, sizeof(struct bin), compare_bins);
    }
    query_value_finish(value);
    value->kind = QUERY_VALUE_ROWS;
    query_rows_start(&value->rows, 2, bins.count);
    value->rows.texts = arena;
    value->rows.columns[0] = (struct query_column){field->name, sorting.type};
    value->rows.columns[1] = (struct query_column){"count", FIELD_COUNT};
    for (uint32_t i = 0; i < bins.count; i++) {
        const struct bin *bin = vec_at(&bins, i);
        value->rows.cells[(size_t)2 * i] = bin->cell;
        value->rows.cells[(size_t)2 * i + 1].number = bin->count;
    }
    vec_finish(&bins);
    return true;
}

/* --- Emit ------------------------------------------------------------------------------------------ */

static bool
shape_emit(struct eval *e, const struct query_node *node,
           struct query_value *value)
{
    const struct query_node *fields = eval_argument(node);
    unsigned of = 0;
    assert(fields->kind == QUERY_FIELDS && fields->count > 0);
    for (uint32_t i = 0; i < fields->count; i++) {
        unsigned one = field_of(e, fields->items[i])->of;
        of |= one == (FIELD_OF_ACTIONS | FIELD_OF_TARGETS) ? 0 : one;
    }
    eval_suit(e, value, of);
    struct query_rows rows;
    uint32_t count = value->set.count;
    uint32_t *nodes =
        query_set_ordered(e->world, &value->set, e->options->order);
    query_rows_start(&rows, fields->count, count);
    rows.set_type = value->set.type;
    rows.is_of_members = true;
    for (uint32_t k = 0; k < fields->count; k++) {
        const struct query_field *field = field_of(e, fields->items[k]);
        rows.columns[k] = (struct query_column){field->name, field->type};
        for (uint32_t i = 0; i < count; i++) {
            rows.nodes[i] = nodes[i];
            rows.cells[(size_t)i * fields->count + k] =
                query_value_of(e->world, nodes[i], field->id, &rows.texts);
        }
    }
    free(nodes);
    query_set_inherit(&rows.alone, &value->set);
    query_value_finish(value);
    value->kind = QUERY_VALUE_ROWS;
    value->rows = rows;
    return true;
}

eval_fn *
eval_shape(enum query_op op)
{
    static const struct eval_row rows[] = {
        {OP_SORT, shape_sort}, {OP_FIRST, shape_first}, {OP_COUNT, shape_count},
        {OP_SUM, shape_sum},   {OP_TALLY, shape_tally}, {OP_EMIT, shape_emit},
    };
    return eval_find(rows, sizeof(rows) / sizeof(rows[0]), op);
}
