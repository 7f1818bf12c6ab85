/* SPDX-License-Identifier: MIT */
/*
 * Neighbours of one rule stand in one call, and what they all say stands once, in
 * front of them: a generator writes the flags of a target with each of its
 * files. Phony edges are groups, or actions that bring files together.
 */
#include "runtime/ninja/convert_edge.h"

#include "runtime/ninja/convert_text.h"

#include <assert.h>
#include <string.h>

enum {
    RUN_MAX = 200, /* edges in one call */
    LONG_TEXT = 16 /* one that neighbours have in common ends a call when it
                      changes, if it is as long as this */
};

static const struct ninja_edge *
edge_at(const struct edge_writer *w, uint32_t place)
{
    return &((const struct kept_edge *)vec_at(&w->statements->edges, place))
                ->edge;
}

/* --- Bindings -------------------------------------------------------------------- */

/* The number of bindings that an edge can have: its keys, then the variables of
 * its rule. */
static uint32_t
binding_count(const struct rule_plan *plan)
{
    return NINJA_KEY_COUNT + plan->vars.count;
}

static struct slice
binding_name(const struct rule_plan *plan, uint32_t i)
{
    if (i < NINJA_KEY_COUNT) {
        return slice_of(ninja_key_name((enum ninja_key)i));
    }
    return ((const struct rule_var *)vec_at(&plan->vars, i - NINJA_KEY_COUNT))
        ->name;
}

/* True with the value if the edge has to say it, because its rule would give
 * another one. */
static bool
edge_binding(const struct rule_plan *plan, const struct ninja_edge *edge,
             uint32_t i, struct slice *value)
{
    if (i < NINJA_KEY_COUNT) {
        return edge_says_key(edge, (enum ninja_key)i, value);
    }
    const struct rule_var *var = vec_at(&plan->vars, i - NINJA_KEY_COUNT);
    if (!var->varies || ninja_key_of(var->name) >= 0) {
        return false;
    }
    *value = edge_variable(edge, var->name);
    return !slice_equal(*value, var->usual);
}

/* True if both say the same of it, or nothing. */
static bool
same_binding(const struct rule_plan *plan, const struct ninja_edge *a,
             const struct ninja_edge *b, uint32_t i)
{
    struct slice of_a = {"", 0};
    struct slice of_b = {"", 0};
    bool a_says = edge_binding(plan, a, i, &of_a);
    bool b_says = edge_binding(plan, b, i, &of_b);
    return a_says == b_says && slice_equal(of_a, of_b);
}

/* --- Runs of edges ---------------------------------------------------------------- */

/* The edges that one call holds. */
struct run {
    const struct rule_plan *plan;
    uint32_t first;
    uint32_t end;
    uint64_t shared; /* bits: bindings that all of them have alike */
};

/* Only the first 64 bindings can be shared; more is beyond any generator. */
static uint64_t
shared_bits(const struct run *run, const struct ninja_edge *a,
            const struct ninja_edge *b)
{
    uint64_t bits = 0;
    uint32_t count = binding_count(run->plan);
    for (uint32_t i = 0; i < count && i < 64; i++) {
        if (same_binding(run->plan, a, b, i)) {
            bits |= 1ULL << i;
        }
    }
    return bits;
}

/* True if something long would no longer be shared. */
static bool
loses_much(const struct run *run, const struct ninja_edge *edge, uint64_t lost)
{
    struct slice value;
    for (uint32_t i = 0; lost != 0; i++, lost >>= 1) {
        if ((lost & 1) != 0 && edge_binding(run->plan, edge, i, &value) &&
            value.len >= LONG_TEXT) {
            return true;
        }
    }
    return false;
}

/* The second edge of a run may share little with the first: what differs from
 * edge to edge (a depfile, say) is seen by that. Only from the third on does a
 * difference mean that another target begins. */
static struct run
find_run(const struct edge_writer *w, uint32_t first, uint32_t end)
{
    const struct ninja_edge *head = edge_at(w, first);
    struct run run = {plans_find(w->plans, head->rule), first, first + 1,
                      UINT64_MAX};
    while (run.end < end && run.end - first < RUN_MAX) {
        const struct ninja_edge *edge = edge_at(w, run.end);
        if (edge->rule != head->rule) {
            break;
        }
        uint64_t both = run.shared & shared_bits(&run, head, edge);
        if (run.end > first + 1 && loses_much(&run, head, run.shared & ~both)) {
            break;
        }
        run.shared = both;
        run.end++;
    }
    if (run.end == first + 1) {
        run.shared = 0;
    }
    return run;
}

/* Adds a map of bindings: those in `bits`, or of all behind the first 64. */
static void
write_bindings(struct edge_writer *w, const struct run *run, uint32_t place,
               uint64_t bits, const char *before)
{
    const struct ninja_edge *edge = edge_at(w, place);
    uint32_t count = binding_count(run->plan);
    struct slice value;
    bool any = false;
    for (uint32_t i = 0; i < count; i++) {
        bool wanted = i < 64 ? (bits & 1ULL << i) != 0 : run->shared != bits;
        if (!wanted || !edge_binding(run->plan, edge, i, &value)) {
            continue;
        }
        buffer_add_str(w->out, before);
        buffer_add_char(w->out, any ? ' ' : '{');
        magma_add_keyword(w->out, binding_name(run->plan, i));
        buffer_add_char(w->out, ' ');
        magma_add_string(w->out, value);
        any = true;
    }
    buffer_add_str(w->out, any ? "}" : "");
}

/* --- Edges ------------------------------------------------------------------------- */

/* Outputs: those that the rule sees, then the others behind a mark. A single one
 * needs no brackets. */
static void
write_outputs(struct edge_writer *w, const struct ninja_edge *edge)
{
    uint32_t seen = edge->counts[NINJA_OUTPUTS];
    uint32_t count = seen + edge->counts[NINJA_IMPLICIT_OUTPUTS];
    buffer_add_str(w->out, count == 1 && seen == 1 ? "" : "[");
    for (uint32_t i = 0; i < count; i++) {
        buffer_add_str(w->out, i > 0 ? " " : "");
        buffer_add_str(w->out, i == seen ? ":implicit " : "");
        magma_add_string(w->out, edge->paths[i].path);
    }
    buffer_add_str(w->out, count == 1 && seen == 1 ? "" : "]");
}

/* The mark that stands before inputs of another sort than those before. */
static const char *
mark_of(const struct ninja_input *input)
{
    if (input->is_explicit) {
        return "";
    }
    return (input->kinds & EDGE_ORDER_ONLY) != 0   ? ":order-only"
           : (input->kinds & EDGE_VALIDATION) != 0 ? ":validations"
                                                   : ":implicit";
}

static void
write_inputs(struct edge_writer *w, const struct ninja_edge *edge)
{
    const char *last = "";
    w->inputs.count = 0;
    statements_inputs(w->statements, edge, &w->inputs);
    buffer_add_char(w->out, '[');
    for (uint32_t i = 0; i < w->inputs.count; i++) {
        const struct ninja_input *input = vec_at(&w->inputs, i);
        const char *mark = mark_of(input);
        buffer_add_str(w->out, i > 0 ? " " : "");
        if (strcmp(mark, last) != 0) {
            buffer_add_format(w->out, "%s ", mark);
            last = mark;
        }
        magma_add_string(w->out, input->path);
    }
    buffer_add_char(w->out, ']');
}

/* One edge on a line, as in the ninja file. */
static void
write_run(struct edge_writer *w, const struct run *run)
{
    buffer_add_str(w->out, "(ninja/build ");
    w->rule_symbol(w->ctx, run->plan, w->out);
    if (run->shared != 0) {
        write_bindings(w, run, run->first, run->shared, "\n  ");
    }
    for (uint32_t i = run->first; i < run->end; i++) {
        const struct ninja_edge *edge = edge_at(w, i);
        buffer_add_str(w->out, "\n  [");
        write_outputs(w, edge);
        buffer_add_char(w->out, ' ');
        write_inputs(w, edge);
        write_bindings(w, run, i, ~run->shared, "\n   ");
        buffer_add_char(w->out, ']');
    }
    buffer_add_str(w->out, ")\n");
}

/* --- Phony edges --------------------------------------------------------------------- */

void
convert_paths(struct edge_writer *w, const struct slice *paths, uint32_t count,
              const char *indent)
{
    size_t len = 0;
    for (uint32_t i = 0; i < count; i++) {
        len += paths[i].len + 3;
    }
    buffer_add_char(w->out, '[');
    for (uint32_t i = 0; i < count; i++) {
        buffer_add_str(w->out, i == 0 ? "" : len < 60 ? " " : indent);
        magma_add_string(w->out,
                         ninja_from_root(&w->statements->root, paths[i]));
    }
    buffer_add_char(w->out, ']');
}

/* The paths of some lists that follow each other. */
static void
write_lists(struct edge_writer *w, const struct ninja_edge *edge,
            enum ninja_list first, enum ninja_list last, const char *indent)
{
    struct vec paths = vec_of(sizeof(struct slice));
    const struct ninja_path *path = ninja_edge_list(edge, first);
    for (int list = (int)first; list <= (int)last; list++) {
        for (uint32_t i = 0; i < edge->counts[list]; i++, path++) {
            vec_push(&paths, &path->path);
        }
    }
    convert_paths(w, paths.items, paths.count, indent);
    vec_finish(&paths);
}

/* All outputs of a phony edge stand for the same. */
static void
write_group(struct edge_writer *w, const struct ninja_edge *edge)
{
    uint32_t outputs =
        edge->counts[NINJA_OUTPUTS] + edge->counts[NINJA_IMPLICIT_OUTPUTS];
    for (uint32_t i = 0; i < outputs; i++) {
        buffer_add_str(w->out, "(group ");
        magma_add_string(w->out, ninja_from_root(&w->statements->root,
                                                 edge->paths[i].path));
        buffer_add_str(w->out, " ");
        write_lists(w, edge, NINJA_INPUTS, NINJA_ORDER_ONLY, "\n   ");
        buffer_add_str(w->out, ")\n");
    }
}

static void
write_phony(struct edge_writer *w, const struct ninja_edge *edge)
{
    static const struct {
        enum ninja_list list;
        const char *before;
        const char *after;
    } keys[] = {
        {NINJA_INPUTS, "\n        :inputs {:ifwritten ", "}"},
        {NINJA_IMPLICIT, "\n        :implicit {:ifwritten ", "}"},
        {NINJA_ORDER_ONLY, "\n        :order-only ", ""},
        {NINJA_VALIDATIONS, "\n        :validations ", ""},
    };
    buffer_add_str(w->out, "(action :outputs ");
    write_lists(w, edge, NINJA_OUTPUTS, NINJA_IMPLICIT_OUTPUTS,
                "\n                  ");
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (edge->counts[keys[i].list] > 0) {
            buffer_add_str(w->out, keys[i].before);
            write_lists(w, edge, keys[i].list, keys[i].list, "\n          ");
            buffer_add_str(w->out, keys[i].after);
        }
    }
    buffer_add_str(w->out, "\n        :phony true)\n");
}

uint32_t
convert_edges(struct edge_writer *w, uint32_t first, uint32_t end)
{
    const struct kept_edge *kept = vec_at(&w->statements->edges, first);
    assert(first < end);
    if (w->inputs.item_size == 0) {
        w->inputs = vec_of(sizeof(struct ninja_input));
    }
    if (kept->role == PHONY_GROUP) {
        write_group(w, &kept->edge);
        return first + 1;
    }
    if (kept->role == PHONY_ACTION) {
        write_phony(w, &kept->edge);
        return first + 1;
    }
    struct run run = find_run(w, first, end);
    write_run(w, &run);
    return run.end;
}
