/* SPDX-License-Identifier: MIT */
#include "runtime/ninja/command.h"

#include "runtime/source.h"

#include <assert.h>

/* The key of an edge in the table. */
static struct slice
first_output(const void *owner, uint32_t index)
{
    const struct ninja_commands *c = owner;
    const struct kept_edge *kept = vec_at(&c->statements.edges, index);
    return kept->edge.paths[0].path;
}

/* Once. A file that has become unreadable is no error here: the words that the
 * graph holds are shown instead. */
static void
read_file(struct ninja_commands *c, const char *file)
{
    struct error ignored = {0};
    assert(!c->read);
    c->read = true;
    if (!statements_read(&c->statements, file, source_read_file, &ignored)) {
        error_finish(&ignored);
        c->broken = true;
        return;
    }
    for (uint32_t i = 0; i < c->statements.edges.count; i++) {
        table_find_or_add(&c->by_output, first_output, c, first_output(c, i),
                          i);
    }
}

bool
ninja_commands_add(struct ninja_commands *c, const char *file,
                   const char *output, struct buffer *out)
{
    if (!c->read) {
        read_file(c, file);
    }
    uint32_t place = c->broken ? TABLE_NONE
                               : table_find(&c->by_output, first_output, c,
                                            slice_of(output));
    if (place == TABLE_NONE) {
        return false;
    }
    struct error ignored = {0};
    const struct kept_edge *kept = vec_at(&c->statements.edges, place);
    bool done =
        ninja_edge_value(&kept->edge, NINJA_KEY_COMMAND, true, out, &ignored);
    error_finish(&ignored);
    return done;
}

void
ninja_commands_finish(struct ninja_commands *c)
{
    if (c->read) {
        statements_finish(&c->statements);
    }
    table_finish(&c->by_output);
    *c = (struct ninja_commands){0};
}
