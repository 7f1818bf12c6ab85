/* SPDX-License-Identifier: MIT */
/* Fields that the history has. */
#include "runtime/query/values.h"
#include "runtime/query/world_past.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct query_cell nothing = {.is_null = true};

static struct query_cell
text_cell(const char *text)
{
    return text == NULL ? nothing : (struct query_cell){.text = slice_of(text)};
}

static struct query_cell
number_cell(int64_t number)
{
    return (struct query_cell){.number = number};
}

/* --- Hashes -------------------------------------------------------------------------- */

static struct query_cell
hash_cell(struct hash128 hash, struct arena *arena)
{
    char text[HASH_TEXT_SIZE];
    hash_to_text(hash, text);
    return text_cell(arena_copy(arena, text, strlen(text)));
}

/* Of a file its content now, of an action its last manifest. */
static struct query_cell
hash_of(struct query_world *world, uint32_t node, struct arena *arena)
{
    struct hash128 hash;
    struct exec_record record;
    if (query_world_type(world, node) == QUERY_NODE_ACTION) {
        return query_world_record(world, node, &record) && record.has_manifest
                   ? hash_cell(record.manifest, arena)
                   : nothing;
    }
    return query_world_hash_file(world, node, &hash) ? hash_cell(hash, arena)
                                                     : nothing;
}

/* --- The last run ----------------------------------------------------------------------- */

static struct query_cell
average_of(struct query_world *world, uint32_t node, bool wants_runs)
{
    int64_t runs = 0;
    int64_t average = 0;
    bool known = query_world_average(world, node, &runs, &average);
    if (wants_runs) {
        return number_cell(runs);
    }
    return known && average >= 0 ? number_cell(average) : nothing;
}

static struct query_cell
output_of(struct query_world *world, uint32_t node, struct arena *arena)
{
    struct slice output;
    return query_world_output(world, node, arena, &output)
               ? (struct query_cell){.text = output}
               : nothing;
}

/* Of what would run now, why it would; else why it ran the last time. */
static struct query_cell
why_of(struct query_world *world, uint32_t node)
{
    const char *next = query_world_next_reason(world, node);
    if (next != NULL) {
        return text_cell(next);
    }
    const struct query_past *past = query_world_past(world, node);
    return past->run != 0 && past->why[0] != '\0' ? text_cell(past->why)
                                                  : nothing;
}

static struct query_cell
past_of(struct query_world *world, uint32_t node, enum query_field_id field)
{
    const struct query_past *past = query_world_past(world, node);
    if (past->run == 0) {
        return nothing;
    }
    switch ((int)field) {
    case FIELD_DURATION:
        return number_cell(past->duration_us);
    case FIELD_EXIT:
        return number_cell(past->exit_code);
    case FIELD_RSS:
        return past->peak_bytes > 0 ? number_cell(past->peak_bytes) : nothing;
    case FIELD_STARTED:
        return number_cell(past->started_us);
    default:
        break;
    }
    assert(false && "a field of the last run");
    return nothing;
}

/* What keeps a dry build from being asked is told once. */
static struct query_cell
state_of(struct query_world *world, uint32_t node)
{
    const char *state = NULL;
    struct error err = {0};
    if (!query_world_state(world, node, &state, &err)) {
        query_world_note(world, "what would run is not known: %s", err.what);
        error_finish(&err);
        return nothing;
    }
    return text_cell(state);
}

static struct query_cell
manifest_of(struct query_world *world, uint32_t node, struct arena *arena)
{
    struct buffer text = {0};
    query_world_tell_manifest(world, node, &text);
    struct query_cell cell =
        text_cell(arena_copy(arena, buffer_str(&text), text.len));
    cell.is_null = text.len == 0;
    buffer_finish(&text);
    return cell;
}

static struct query_cell
slack_of(struct query_world *world, uint32_t node)
{
    int64_t slack = 0;
    return query_world_slack(world, node, &slack) ? number_cell(slack)
                                                  : nothing;
}

struct query_cell
query_value_of_past(struct query_world *world, uint32_t node,
                    enum query_field_id field, struct arena *arena)
{
    switch ((int)field) {
    case FIELD_HASH:
        return hash_of(world, node, arena);
    case FIELD_AVG:
    case FIELD_RUNS:
        return average_of(world, node, field == FIELD_RUNS);
    case FIELD_OUTPUT:
        return output_of(world, node, arena);
    case FIELD_WHY:
        return why_of(world, node);
    case FIELD_DURATION:
    case FIELD_EXIT:
    case FIELD_RSS:
    case FIELD_STARTED:
        return past_of(world, node, field);
    case FIELD_STATE:
        return state_of(world, node);
    case FIELD_CHANGE:
        return text_cell(query_world_change(world, node));
    case FIELD_CRITICAL:
        return (struct query_cell){.is_true =
                                       query_world_is_critical(world, node)};
    case FIELD_SLACK:
        return slack_of(world, node);
    case FIELD_MANIFEST:
        return manifest_of(world, node, arena);
    default:
        // Nothing is traced yet, and strangers have no other fields.
        return nothing;
    }
}
