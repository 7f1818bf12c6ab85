/* SPDX-License-Identifier: MIT */
/* See answers.h. */
#include "runtime/answers.h"

#include <assert.h>

static Value
cell_value(enum query_field_type type, const struct query_cell *cell)
{
    if (cell->is_null) {
        return VALUE_NIL;
    }
    switch (type) {
    case FIELD_TEXT:
        return magma_string(cell->text.bytes, cell->text.len);
    case FIELD_LIST: {
        Value list = magma_vector(NULL, 0);
        for (uint32_t i = 0; i < cell->list.count; i++) {
            const struct slice *item = &cell->list.items[i];
            list =
                magma_vector_conj(list, magma_string(item->bytes, item->len));
        }
        return list;
    }
    case FIELD_BOOL:
        return cell->is_true ? VALUE_TRUE : VALUE_FALSE;
    case FIELD_COUNT:
    case FIELD_BYTES:
    case FIELD_TIME:
    case FIELD_INSTANT:
        return magma_int(cell->number);
    }
    assert(false && "a type that does not exist");
    return VALUE_NIL;
}

/* n_inputs is :n-inputs. */
static Value
column_key(const char *name)
{
    struct buffer text = {0};
    buffer_add_str(&text, name);
    for (size_t i = 0; i < text.len; i++) {
        text.bytes[i] = text.bytes[i] == '_' ? '-' : text.bytes[i];
    }
    Value key = magma_keyword(buffer_str(&text));
    buffer_finish(&text);
    return key;
}

struct answering {
    const struct query_rows *rows;
    struct query_world *world;
    Value actions; /* of the data, in the order of the graph */
};

/* A set of targets is their paths; one of actions the maps of the data. */
static Value
member_value(const struct answering *a, uint32_t row)
{
    struct action_id action =
        query_world_action_of(a->world, a->rows->nodes[row]);
    if (magma_is_vector(a->actions) && a->rows->set_type == QUERY_ACTIONS &&
        action.n != ID_NONE && action.n < magma_vector_count(a->actions)) {
        return magma_vector_at(a->actions, action.n);
    }
    return cell_value(a->rows->columns[0].type, &a->rows->cells[row]);
}

static Value
row_value(const struct query_rows *rows, uint32_t row)
{
    Value map = magma_map();
    for (uint32_t i = 0; i < rows->column_count; i++) {
        map = magma_map_assoc(
            map, column_key(rows->columns[i].name),
            cell_value(rows->columns[i].type,
                       &rows->cells[(size_t)row * rows->column_count + i]));
    }
    return map;
}

Value
answers_tag(Value set, enum query_set_type type)
{
    return magma_vector_tagged(set,
                               type == QUERY_ACTIONS ? "actions" : "targets");
}

Value
answers_make(const struct query_rows *rows, struct query_world *world,
             Value actions)
{
    const struct answering answering = {rows, world, actions};
    const struct answering *a = &answering;
    if (rows->is_scalar) {
        return cell_value(rows->columns[0].type, &rows->cells[0]);
    }
    Value result = magma_vector(NULL, 0);
    for (uint32_t row = 0; row < rows->row_count; row++) {
        result = magma_vector_conj(result, rows->is_set ? member_value(a, row)
                                                        : row_value(rows, row));
    }
    return rows->is_set ? answers_tag(result, rows->set_type) : result;
}
