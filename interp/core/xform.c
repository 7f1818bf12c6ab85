/* SPDX-License-Identifier: MIT */
/*
 * Transducers. One is a builtin that captured [kind argument]; called with a
 * reducing function it gives a step: a builtin that captured
 * [kind argument next cell], where the cell holds what the step remembers.
 */
#include "interp/core/support.h"
#include "interp/data/map.h"
#include "interp/data/set.h"
#include "interp/vm/call.h"

#include <assert.h>

/* The state of the step that runs. */
struct pipe {
    enum core_xform kind;
    Value arg;
    Value next;
    Value cell;
};

/* Hands an item on to what comes after this step. */
static Value
send(const struct pipe *pipe, Value result, Value item)
{
    return invoke2(pipe->next, result, item);
}

/* Once: what is reduced already stays as it is. */
static Value
ensure_reduced(Value result)
{
    return core_is_reduced(result) ? result : core_reduced(result);
}

/* The counter of take, drop and their like. */
static int64_t
pipe_number(const struct pipe *pipe)
{
    return number_to_int(core_cell_value(pipe->cell));
}

static void
pipe_set_number(const struct pipe *pipe, int64_t n)
{
    core_cell_set(pipe->cell, number_int(n));
}

/* --- One item --------------------------------------------------------------- */

static Value
item_map(const struct pipe *pipe, Value result, Value item)
{
    return send(pipe, result, invoke1(pipe->arg, item));
}

static Value
item_filter(const struct pipe *pipe, Value result, Value item)
{
    bool holds = value_is_true(invoke1(pipe->arg, item));
    bool wanted = pipe->kind == XFORM_FILTER;
    return holds == wanted ? send(pipe, result, item) : result;
}

static Value
item_keep(const struct pipe *pipe, Value result, Value item)
{
    Value kept = invoke1(pipe->arg, item);
    return value_is_nil(kept) ? result : send(pipe, result, kept);
}

static Value
item_indexed(const struct pipe *pipe, Value result, Value item)
{
    int64_t index = pipe_number(pipe);
    pipe_set_number(pipe, index + 1);
    Value made = invoke2(pipe->arg, number_int(index), item);
    if (pipe->kind == XFORM_KEEP_INDEXED && value_is_nil(made)) {
        return result;
    }
    return send(pipe, result, made);
}

/* Ends within an inner collection when the result is reduced. */
static Value
item_cat(const struct pipe *pipe, Value result, Value item)
{
    Value coll = pipe->kind == XFORM_MAPCAT ? invoke1(pipe->arg, item) : item;
    struct seq_iter iter;
    seq_iter_init(&iter, coll);
    Value inner;
    while (!core_is_reduced(result) && seq_iter_next(&iter, &inner)) {
        result = send(pipe, result, inner);
    }
    return result;
}

/* The last item that is wanted already ends the walk: no further one is
 * asked for, which may be dear or never come. */
static Value
item_take(const struct pipe *pipe, Value result, Value item)
{
    int64_t left = pipe_number(pipe);
    pipe_set_number(pipe, left - 1);
    if (left > 0) {
        result = send(pipe, result, item);
    }
    return left - 1 > 0 ? result : ensure_reduced(result);
}

static Value
item_drop(const struct pipe *pipe, Value result, Value item)
{
    int64_t left = pipe_number(pipe);
    if (left <= 0) {
        return send(pipe, result, item);
    }
    pipe_set_number(pipe, left - 1);
    return result;
}

static Value
item_take_while(const struct pipe *pipe, Value result, Value item)
{
    return value_is_true(invoke1(pipe->arg, item)) ? send(pipe, result, item)
                                                   : core_reduced(result);
}

static Value
item_drop_while(const struct pipe *pipe, Value result, Value item)
{
    if (!value_is_true(core_cell_value(pipe->cell))) {
        if (value_is_true(invoke1(pipe->arg, item))) {
            return result;
        }
        core_cell_set(pipe->cell, VALUE_TRUE);
    }
    return send(pipe, result, item);
}

static Value
item_take_nth(const struct pipe *pipe, Value result, Value item)
{
    int64_t index = pipe_number(pipe);
    pipe_set_number(pipe, index + 1);
    return index % number_to_int(pipe->arg) == 0 ? send(pipe, result, item)
                                                 : result;
}

/* What was seen is a set in the cell; it lives as long as the walk. */
static Value
item_distinct(const struct pipe *pipe, Value result, Value item)
{
    Value seen = core_cell_value(pipe->cell);
    if (!value_is(set_get(seen, item), VALUE_ABSENT)) {
        return result;
    }
    core_cell_set(pipe->cell, set_conj(seen, item));
    return send(pipe, result, item);
}

/* The cell holds a vector of the previous item, or nil. */
static Value
item_dedupe(const struct pipe *pipe, Value result, Value item)
{
    Value previous = core_cell_value(pipe->cell);
    if (vector_is(previous) && value_equal(vector_at(previous, 0), item)) {
        return result;
    }
    core_cell_set(pipe->cell, vector_from_array(&item, 1));
    return send(pipe, result, item);
}

/* The separator may end the walk, then the item is not sent. */
static Value
item_interpose(const struct pipe *pipe, Value result, Value item)
{
    if (value_is_true(core_cell_value(pipe->cell))) {
        result = send(pipe, result, pipe->arg);
        if (core_is_reduced(result)) {
            return result;
        }
    }
    core_cell_set(pipe->cell, VALUE_TRUE);
    return send(pipe, result, item);
}

static Value
item_replace(const struct pipe *pipe, Value result, Value item)
{
    return send(pipe, result, core_get(pipe->arg, item, item));
}

/* The cell holds the vector of the group so far. */
static Value
item_partition_all(const struct pipe *pipe, Value result, Value item)
{
    Value group = vector_conj(core_cell_value(pipe->cell), item);
    bool is_full = vector_count(group) >= number_to_int(pipe->arg);
    core_cell_set(pipe->cell, is_full ? vector_empty() : group);
    return is_full ? send(pipe, result, group) : result;
}

/* The cell holds [group key], or the empty vector. */
static Value
item_partition_by(const struct pipe *pipe, Value result, Value item)
{
    Value state = core_cell_value(pipe->cell);
    Value key = invoke1(pipe->arg, item);
    Value single = vector_from_array(&item, 1);
    if (vector_count(state) == 0) {
        core_cell_set(pipe->cell, vector_2(single, key));
        return result;
    }
    Value group = vector_at(state, 0);
    if (value_equal(vector_at(state, 1), key)) {
        core_cell_set(pipe->cell, vector_2(vector_conj(group, item), key));
        return result;
    }
    core_cell_set(pipe->cell, vector_2(single, key));
    result = send(pipe, result, group);
    if (core_is_reduced(result)) {
        core_cell_set(pipe->cell, vector_empty());
    }
    return result;
}

/* Under this key halt-when hands its result to its own completion. */
static Value
halt_key(void)
{
    return keyword_from_cstring("clojure.core/halt");
}

/* The argument is [pred] or [pred f]. */
static Value
item_halt_when(const struct pipe *pipe, Value result, Value item)
{
    if (!value_is_true(invoke1(vector_at(pipe->arg, 0), item))) {
        return send(pipe, result, item);
    }
    Value last = item;
    if (vector_count(pipe->arg) == 2) {
        Value so_far = invoke1(pipe->next, result);
        last = invoke2(vector_at(pipe->arg, 1), so_far, item);
    }
    return core_reduced(map_assoc(map_empty(), halt_key(), last));
}

/* --- Steps --------------------------------------------------------------------- */

/* What is left of a group at the end. */
static Value
finish_group(const struct pipe *pipe, Value result)
{
    Value state = core_cell_value(pipe->cell);
    if (vector_count(state) == 0) {
        return result;
    }
    Value group =
        pipe->kind == XFORM_PARTITION_BY ? vector_at(state, 0) : state;
    core_cell_set(pipe->cell, vector_empty());
    return core_unreduced(send(pipe, result, group));
}

/* Sends what is left (partition-all, partition-by) before the completion of
 * the next step. */
static Value
pipe_finish(const struct pipe *pipe, Value result)
{
    if (pipe->kind == XFORM_PARTITION_ALL || pipe->kind == XFORM_PARTITION_BY) {
        result = finish_group(pipe, result);
    }
    if (pipe->kind == XFORM_HALT_WHEN && map_is(result)) {
        Value halted = map_get(result, halt_key());
        if (!value_is(halted, VALUE_ABSENT)) {
            return halted;
        }
    }
    return invoke1(pipe->next, result);
}

static Value (*const item_functions[XFORM_COUNT])(const struct pipe *pipe,
                                                  Value result, Value item) = {
    [XFORM_MAP] = item_map,
    [XFORM_FILTER] = item_filter,
    [XFORM_REMOVE] = item_filter,
    [XFORM_KEEP] = item_keep,
    [XFORM_MAP_INDEXED] = item_indexed,
    [XFORM_KEEP_INDEXED] = item_indexed,
    [XFORM_MAPCAT] = item_cat,
    [XFORM_CAT] = item_cat,
    [XFORM_TAKE] = item_take,
    [XFORM_DROP] = item_drop,
    [XFORM_TAKE_WHILE] = item_take_while,
    [XFORM_DROP_WHILE] = item_drop_while,
    [XFORM_TAKE_NTH] = item_take_nth,
    [XFORM_DISTINCT] = item_distinct,
    [XFORM_DEDUPE] = item_dedupe,
    [XFORM_INTERPOSE] = item_interpose,
    [XFORM_REPLACE] = item_replace,
    [XFORM_PARTITION_ALL] = item_partition_all,
    [XFORM_PARTITION_BY] = item_partition_by,
    [XFORM_HALT_WHEN] = item_halt_when,
};

/* Called with nothing, a result, or a result and an item, as any reducing
 * function. */
static Value
step_run(Value *args, uint32_t argc)
{
    Value state = call_captured();
    struct pipe pipe = {
        .kind = (enum core_xform)number_to_int(core_captured_at(state, 0)),
        .arg = core_captured_at(state, 1),
        .next = core_captured_at(state, 2),
        .cell = core_captured_at(state, 3),
    };
    if (argc == 0) {
        return invoke0(pipe.next);
    }
    if (argc == 1) {
        return pipe_finish(&pipe, args[0]);
    }
    if (argc == 2) {
        return item_functions[pipe.kind](&pipe, args[0], args[1]);
    }
    if (pipe.kind != XFORM_MAP) {
        error_throw(ERROR_ARITY,
                    "a transducer's step takes 2 arguments, got %u", argc);
    }
    return send(&pipe, args[0], invoke(pipe.arg, args + 1, argc - 1));
}

static const struct builtin row_step =
    CORE_INNER("transducer-step", 0, ARGS_ANY, step_run);

/* What a fresh step remembers. */
static Value
initial_state(enum core_xform kind, Value arg)
{
    switch (kind) {
    case XFORM_TAKE:
    case XFORM_DROP:
        return arg;
    case XFORM_MAP_INDEXED:
    case XFORM_KEEP_INDEXED:
    case XFORM_TAKE_NTH:
        return number_int(0);
    case XFORM_DISTINCT:
        return set_empty();
    case XFORM_PARTITION_ALL:
    case XFORM_PARTITION_BY:
        return vector_empty();
    default:
        return VALUE_NIL;
    }
}

/* A new cell for each walk: a transducer itself remembers nothing and can be
 * used again. */
static Value
make_step(Value xform, Value next)
{
    Value kind = core_captured_at(xform, 0);
    Value arg = core_captured_at(xform, 1);
    enum core_xform number = (enum core_xform)number_to_int(kind);
    assert(number < XFORM_COUNT);
    Value cell = core_cell(initial_state(number, arg));
    return core_builtin(&row_step, core_state_4(kind, arg, next, cell));
}

static Value
xform_run(Value *args, uint32_t argc)
{
    assert(argc == 1);
    return make_step(call_captured(), args[0]);
}

static const struct builtin row_xform =
    CORE_INNER("transducer", 1, 1, xform_run);

Value
core_xform_make(enum core_xform kind, Value arg)
{
    return core_builtin(&row_xform, vector_2(number_int(kind), arg));
}

/* --- As functions ------------------------------------------------------------------ */

/* (cat rf) */
static Value
xform_cat(Value *args, uint32_t argc)
{
    assert(argc == 1);
    Value xform = vector_2(number_int(XFORM_CAT), VALUE_NIL);
    return make_step(xform, args[0]);
}

/* (halt-when pred), (halt-when pred f) */
static Value
xform_halt_when(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    return core_xform_make(XFORM_HALT_WHEN, vector_from_array(args, argc));
}

/* --- sequence -------------------------------------------------------------------------
 *
 * A lazy sequence of what a transducer lets through. The pipeline remembers
 * things, so a step that throws would leave it half fed: it is marked broken
 * then, and the next attempt builds it anew and drops what was given already.
 */

/* Positions in the pipeline's vector, which its cell holds. */
enum { PIPE_STEP, PIPE_SOURCES, PIPE_BUFFER, PIPE_OK };

/* The last step of a pipeline: puts items into its buffer. */
static Value
step_collect(Value *args, uint32_t argc)
{
    if (argc == 2) {
        Value buffer = call_captured();
        core_cell_set(buffer, vector_conj(core_cell_value(buffer), args[1]));
    }
    return argc == 0 ? VALUE_NIL : args[0];
}

static const struct builtin row_collect =
    CORE_INNER("sequence", 0, 2, step_collect);

/* The whole chain of steps over a buffer, and the sources that it will be
 * fed from. */
static Value
pipeline_make(Value xform, Value sources)
{
    Value buffer = core_cell(vector_empty());
    Value step = invoke1(xform, core_builtin(&row_collect, buffer));
    return core_cell(core_state_4(step, sources, buffer, VALUE_TRUE));
}

/* Feeds one item (of each source): false when the sources are at their end or
 * the step has had enough. */
static bool
pipeline_feed(Value step, Value *sources)
{
    struct core_buffer next = {0};
    struct core_buffer items = {0};
    core_buffer_add(&items, VALUE_NIL);
    for (uint32_t i = 0; i < vector_count(*sources); i++) {
        Value seq = seq_of(vector_at(*sources, i));
        if (value_is_nil(seq)) {
            return false;
        }
        core_buffer_add(&items, seq_first(seq));
        core_buffer_add(&next, seq_rest(seq));
    }
    *sources = vector_from_array(next.items, next.count);
    return !core_is_reduced(invoke(step, items.items, items.count));
}

/* Feeds until something came out; what came, and the end in *at_end. */
static Value
pipeline_advance(Value pipeline, bool *at_end)
{
    Value state = core_cell_value(pipeline);
    Value step = vector_at(state, PIPE_STEP);
    Value sources = vector_at(state, PIPE_SOURCES);
    Value buffer = vector_at(state, PIPE_BUFFER);
    // What breaks is repaired from the start: so it need not hold the sources.
    state = vector_assoc(state, PIPE_OK, VALUE_FALSE);
    core_cell_set(pipeline, vector_assoc(state, PIPE_SOURCES, VALUE_NIL));
    *at_end = false;
    while (!*at_end && vector_count(core_cell_value(buffer)) == 0) {
        *at_end = !pipeline_feed(step, &sources);
    }
    if (*at_end) {
        invoke1(step, VALUE_NIL);
    }
    Value out = core_cell_value(buffer);
    core_cell_set(buffer, vector_empty());
    core_cell_set(pipeline, core_state_4(step, sources, buffer, VALUE_TRUE));
    return out;
}

/* Builds the pipeline anew and drops the first `given` items. */
static void
pipeline_repair(Value pipeline, Value state, int64_t given)
{
    Value fresh =
        pipeline_make(core_captured_at(state, 0), core_captured_at(state, 1));
    core_cell_set(pipeline,
                  vector_assoc(core_cell_value(fresh), PIPE_OK, VALUE_FALSE));
    bool at_end = false;
    while (given > 0 && !at_end) {
        given -= vector_count(pipeline_advance(fresh, &at_end));
    }
    core_cell_set(pipeline, core_cell_value(fresh));
}

/* State: [xform sources pipeline given]; the sources as they were before anyone
 * looked, for a repair. */
static Value
next_sequence(const struct core_step *self, Value state)
{
    Value pipeline = core_captured_at(state, 2);
    int64_t given = number_to_int(core_captured_at(state, 3));
    if (!value_is_true(vector_at(core_cell_value(pipeline), PIPE_OK))) {
        pipeline_repair(pipeline, state, given);
    }
    bool at_end;
    Value out = pipeline_advance(pipeline, &at_end);
    if (at_end) {
        return seq_of(out);
    }
    struct core_buffer items = {0};
    core_buffer_add_all(&items, out);
    state = core_state_4(core_captured_at(state, 0), core_captured_at(state, 1),
                         pipeline, number_int(given + items.count));
    return seq_chunk(items.items, items.count, core_lazy_make(self, state));
}

static const struct core_step step_sequence =
    CORE_STEP("sequence", next_sequence);

/* (sequence coll), (sequence xform coll & colls) */
static Value
xform_sequence(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    if (argc == 1) {
        Value seq = seq_is(args[0]) ? args[0] : seq_of(args[0]);
        return value_is_nil(seq) ? list_empty() : seq;
    }
    Value sources = vector_from_array(args + 1, argc - 1);
    Value pipeline = pipeline_make(args[0], sources);
    for (uint32_t i = 1; i < argc; i++) {
        args[i] = seq_recipe(args[i]);
    }
    sources = vector_from_array(args + 1, argc - 1);
    Value state = core_state_4(args[0], sources, pipeline, number_int(0));
    return core_lazy_make(&step_sequence, state);
}

/* (eduction xform... coll) */
static Value
xform_eduction(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    Value result = args[argc - 1];
    for (uint32_t i = 0; i + 1 < argc; i++) {
        Value pair[2] = {args[i], result};
        result = xform_sequence(pair, 2);
    }
    return argc == 1 ? xform_sequence(args, 1) : result;
}

static const struct builtin rows[] = {
    {"cat", 1, 1, xform_cat, "[rf]",
     "A transducer that concatenates collections.", "0.1"},
    {"halt-when", 1, 2, xform_halt_when, "[pred] [pred f]",
     "A transducer that ends with the first item for which pred holds.", "0.1"},
    {"sequence", 1, ARGS_ANY, xform_sequence, "[coll] [xform coll & colls]",
     "A sequence (never nil) of the transformed items, lazily.", "0.1"},
    {"eduction", 1, ARGS_ANY, xform_eduction, "[xforms* coll]",
     "The items transformed by each transducer in turn, lazily.", "0.1"},
};

const struct core_table core_xform[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
