/* SPDX-License-Identifier: MIT */
#include "runtime/query/rows.h"

#include "runtime/describe.h"
#include "runtime/query/eval.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

void
query_rows_finish(struct query_rows *rows)
{
    arena_finish(&rows->arena);
    arena_finish(&rows->texts);
    query_set_finish(&rows->alone);
    *rows = (struct query_rows){.row_count = 0};
}

void
query_rows_of_set(struct query_world *world, const struct query_set *set,
                  enum query_order order, struct query_rows *rows)
{
    uint32_t *nodes = query_set_ordered(world, set, order);
    query_rows_start(rows, 1, set->count);
    rows->set_type = set->type;
    rows->is_set = rows->is_of_members = true;
    query_set_inherit(&rows->alone, set);
    rows->columns[0] = (struct query_column){"path", FIELD_TEXT};
    for (uint32_t i = 0; i < set->count; i++) {
        rows->nodes[i] = nodes[i];
        rows->cells[i].text = query_world_shown(world, nodes[i]);
    }
    free(nodes);
}

void
query_rows_start(struct query_rows *rows, uint32_t columns, uint32_t count)
{
    *rows = (struct query_rows){.column_count = columns, .row_count = count};
    rows->columns = arena_alloc(&rows->arena, columns * sizeof(*rows->columns));
    rows->cells = arena_alloc(&rows->arena,
                              (size_t)columns * count * sizeof(*rows->cells));
    rows->nodes = arena_alloc(&rows->arena, count * sizeof(*rows->nodes));
    for (uint32_t i = 0; i < count; i++) {
        rows->nodes[i] = QUERY_NODE_NONE;
    }
}

/* "2026-03-01 12:03:56", where the person is. */
static void
add_instant(struct buffer *out, int64_t unix_us)
{
    time_t then = (time_t)(unix_us / 1000000);
    struct tm when;
    char text[64];
    if (localtime_r(&then, &when) != NULL &&
        strftime(text, sizeof(text), "%F %H:%M:%S", &when) > 0) {
        buffer_add_str(out, text);
    }
}

void
query_cell_text(enum query_field_type type, const struct query_cell *cell,
                struct buffer *out)
{
    if (cell->is_null) {
        return;
    }
    switch (type) {
    case FIELD_TEXT:
        buffer_add(out, cell->text.bytes, cell->text.len);
        return;
    case FIELD_LIST:
        for (uint32_t i = 0; i < cell->list.count; i++) {
            const struct slice *item = &cell->list.items[i];
            buffer_add_str(out, i == 0 ? "" : " ");
            buffer_add(out, item->bytes, item->len);
        }
        return;
    case FIELD_COUNT:
    case FIELD_BYTES:
        buffer_add_format(out, "%" PRId64, cell->number);
        return;
    case FIELD_TIME:
        describe_duration(out, cell->number);
        return;
    case FIELD_INSTANT:
        add_instant(out, cell->number);
        return;
    case FIELD_BOOL:
        buffer_add_str(out, cell->is_true ? "true" : "false");
        return;
    }
    assert(false && "a type that does not exist");
}
