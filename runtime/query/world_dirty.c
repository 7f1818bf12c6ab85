/* SPDX-License-Identifier: MIT */
/*
 * What would run now. A build of everything is asked in a session of its own,
 * dry, so that a graph which it makes anew does not replace the one that is
 * queried; where nothing is to be done it looks at the files and at nothing else.
 */
#include "runtime/query/world_parts.h"

#include "runtime/describe.h"

#include <assert.h>
#include <string.h>

/* An action that would be started. Those that only follow others have no reason
 * of their own. */
static void
on_event(void *ctx, const struct exec_event *event)
{
    struct query_world *world = ctx;
    if (event->type != EVENT_ACTION_START || event->graph == NULL) {
        return;
    }
    struct buffer why = {0};
    const struct action *a = graph_action(event->graph, event->action);
    uint32_t node = query_world_add_key(world, graph_str(event->graph, a->key));
    if (event->reason_count > 0) {
        describe_reason(&why, &event->reasons[0]);
    } else {
        buffer_add_str(&why, "something that it reads would be made again");
    }
    query_set_add(&world->past.dirty, node);
    *(const char **)world_slot(world, &world->past.next, node) =
        world_keep(world, buffer_str(&why));
    buffer_finish(&why);
}

/* The session has changed to the root, so that its build file is named from
 * there. */
static bool
ask_build(struct query_world *world, struct error *err)
{
    struct session_options options = *world->options.options;
    struct session *session = NULL;
    struct exec_build build = {.jobs = 1, .dry_run = true, .everything = true};
    const struct session_listener listener = {on_event, world};
    struct exec_result result = {0};
    options.build_file = session_build_file(world->options.session);
    assert(options.read_only);
    bool done = session_open(&options, &session, err) &&
                session_build(session, &build, &listener, &result, err);
    session_close(session);
    return done;
}

bool
query_world_dirty(struct query_world *world, const struct query_set **dirty,
                  struct error *err)
{
    struct world_past *past = &world->past;
    bool can_ask =
        world->options.session != NULL && world->options.options != NULL;
    *dirty = &past->dirty;
    if (past->has_dirty || !can_ask) {
        return true;
    }
    past->has_dirty = true;
    return ask_build(world, err);
}

const char *
query_world_next_reason(const struct query_world *world, uint32_t node)
{
    return node < world->past.next.count
               ? *(const char **)vec_at(&world->past.next, node)
               : NULL;
}

bool
query_world_record(struct query_world *world, uint32_t node,
                   struct exec_record *record)
{
    *record = (struct exec_record){.is_found = false};
    return world->options.exec != NULL &&
           exec_find_record(world->options.exec,
                            query_world_key(world, node).bytes, record);
}

void
query_world_tell_manifest(struct query_world *world, uint32_t node,
                          struct buffer *out)
{
    if (world->options.exec != NULL) {
        exec_tell_manifest(world->options.exec,
                           query_world_key(world, node).bytes, out);
    }
}

/* What runs is recorded as begun; what was begun and is dirty while nobody builds
 * was killed together with its build. */
bool
query_world_state(struct query_world *world, uint32_t node, const char **state,
                  struct error *err)
{
    const struct query_set *dirty = NULL;
    struct exec_record record = {.is_found = false};
    *state = "clean";
    if (!query_world_dirty(world, &dirty, err)) {
        return false;
    }
    if (query_set_has(dirty, node)) {
        (void)query_world_record(world, node, &record);
        *state = "dirty";
    }
    if (record.is_started && exec_is_building(world->options.exec)) {
        *state = "running";
    } else if (record.has_failed) {
        *state = "failed";
    }
    return true;
}
