/* SPDX-License-Identifier: MIT */
/* Fields that the history has. */
#include "runtime/query/values.h"

struct query_cell
query_value_of_past(struct query_world *world, uint32_t node,
                    enum query_field_id field, struct arena *arena)
{
    (void)world;
    (void)node;
    (void)field;
    (void)arena;
    return (struct query_cell){.is_null = true};
}
