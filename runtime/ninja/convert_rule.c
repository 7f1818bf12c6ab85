/* SPDX-License-Identifier: MIT */
/*
 * A rule becomes a function of an edge. What its texts need is bound by `let`
 * under the names that ninja has for it, so that its command reads as before:
 *
 *     (defn cc [edge]
 *       (let [in (ninja/in edge)
 *             flags (:flags edge flags)]
 *         {:command (str "cc " flags " -c " in)}))
 */
#include "runtime/ninja/convert_rule.h"

#include "runtime/ninja/convert_text.h"

#include <assert.h>
#include <string.h>

/* The lists that texts name, and how they are called where they stand for words
 * of a shell, and where not. */
static const struct list_name {
    const char *ninja;
    const char *symbols[2];
} lists[] = {
    {"in", {"in-plain", "in"}},
    {"out", {"out-plain", "out"}},
    {"in_newline", {"in-newline-plain", "in-newline"}},
};
enum { LIST_COUNT = sizeof(lists) / sizeof(lists[0]) };

struct rule_writer {
    const struct plans *plans;
    const struct rule_plan *plan;
    struct buffer *out;
    struct vec defined; /* struct rule_var *: variables of this file */
    struct magma_text_parts parts;
    struct buffer symbol;
    bool is_quoted;
    uint32_t active;       /* bits: keys that are being written */
    uint32_t lists_needed; /* bits: two for each list */
    uint64_t vars_needed;  /* bits: of the first 64 variables */
};

/* --- Variables ----------------------------------------------------------------- */

/* True if a rule that is written into this file has the name. */
static bool
is_rule_name(const struct rule_writer *w, struct slice name)
{
    for (uint32_t i = 0; i < w->plans->rules.count; i++) {
        const struct rule_plan *plan = vec_at(&w->plans->rules, i);
        if (plan->file == w->plan->file &&
            slice_equal(plan->rule->name, name)) {
            return true;
        }
    }
    return false;
}

static void
add_variable_symbol(const struct rule_writer *w, struct slice name,
                    struct buffer *out)
{
    magma_add_symbol(out, name);
    buffer_add_str(out, is_rule_name(w, name) ? "+" : "");
}

/* The usual value as an expression: its symbol where the file defines it so,
 * else the text itself. */
static void
add_usual(const struct rule_writer *w, const struct rule_var *var,
          struct buffer *out)
{
    for (uint32_t i = 0; i < w->defined.count; i++) {
        const struct rule_var *known = vec_at(&w->defined, i);
        if (slice_equal(known->name, var->name)) {
            if (slice_equal(known->usual, var->usual)) {
                add_variable_symbol(w, var->name, out);
            } else {
                magma_add_string(out, var->usual);
            }
            return;
        }
    }
    assert(var->usual.len == 0);
    buffer_add_str(out, "\"\"");
}

/* Defines what the rule's variables usually are, unless that was done. */
static void
define_variables(struct rule_writer *w)
{
    for (uint32_t i = 0; i < w->plan->vars.count; i++) {
        const struct rule_var *var = vec_at(&w->plan->vars, i);
        bool is_known = var->usual.len == 0;
        for (uint32_t k = 0; !is_known && k < w->defined.count; k++) {
            const struct rule_var *known = vec_at(&w->defined, k);
            is_known = slice_equal(known->name, var->name);
        }
        if (!is_known) {
            vec_push(&w->defined, var);
            buffer_add_str(w->out, "(def ");
            add_variable_symbol(w, var->name, w->out);
            buffer_add_char(w->out, ' ');
            magma_add_string(w->out, var->usual);
            buffer_add_str(w->out, ")\n");
        }
    }
}

/* --- Texts ------------------------------------------------------------------------ */

static bool
add_list(struct rule_writer *w, struct slice name)
{
    for (uint32_t i = 0; i < LIST_COUNT; i++) {
        if (slice_equal(name, slice_of(lists[i].ninja))) {
            w->lists_needed |= 1U << (2 * i + w->is_quoted);
            magma_parts_add(&w->parts, lists[i].symbols[w->is_quoted]);
            return true;
        }
    }
    return false;
}

static bool add_name(void *ctx, struct slice name, struct buffer *out);

/* A key of the rule inside of another: its text, or what the edge says. */
static void
add_key(struct rule_writer *w, enum ninja_key key)
{
    const struct ninja_text *text = &w->plan->rule->texts[key];
    if ((w->active & 1U << key) != 0) {
        return; // No edge asks for it: reading the graph would have failed.
    }
    w->active |= 1U << key;
    if ((w->plan->overridden & 1U << key) == 0) {
        ninja_text_expand(text, add_name, w, &w->parts.literal);
    } else {
        struct magma_text_parts outer = w->parts;
        struct buffer expression = {0};
        w->parts = (struct magma_text_parts){0};
        ninja_text_expand(text, add_name, w, &w->parts.literal);
        buffer_add_format(&expression, "(:%s edge ", ninja_key_name(key));
        magma_parts_write(&w->parts, &expression);
        buffer_add_char(&expression, ')');
        magma_parts_finish(&w->parts);
        w->parts = outer;
        magma_parts_add(&w->parts, buffer_str(&expression));
        buffer_finish(&expression);
    }
    w->active &= ~(1U << key);
}

/* As ninja_text_expand asks. */
static bool
add_name(void *ctx, struct slice name, struct buffer *out)
{
    struct rule_writer *w = ctx;
    int key = ninja_key_of(name);
    (void)out; // It is the literal of the parts.
    if (add_list(w, name)) {
        return true;
    }
    if (key >= 0 && (w->plan->rule->bound & 1U << key) != 0) {
        add_key(w, (enum ninja_key)key);
        return true;
    }
    const struct rule_var *var = rule_var_find(w->plan, name);
    assert(var != NULL);
    buffer_truncate(&w->symbol, 0);
    if (var->varies) {
        const struct rule_var *first = w->plan->vars.items;
        w->vars_needed |= 1ULL << ((uint64_t)(var - first) & 63);
        magma_add_symbol(&w->symbol, name);
    } else if (var->usual.len > 0) {
        add_usual(w, var, &w->symbol);
    }
    if (w->symbol.len > 0) {
        magma_parts_add(&w->parts, buffer_str(&w->symbol));
    }
    return true;
}

/* The expression of a key, without what an edge says of it: build takes that
 * by itself. */
static void
write_key(struct rule_writer *w, enum ninja_key key, struct buffer *out)
{
    w->is_quoted = key == NINJA_KEY_COMMAND || key == NINJA_KEY_DESCRIPTION ||
                   key == NINJA_KEY_RSPFILE_CONTENT;
    w->active = 1U << key;
    ninja_text_expand(&w->plan->rule->texts[key], add_name, w,
                      &w->parts.literal);
    magma_parts_write(&w->parts, out);
}

/* --- Functions ---------------------------------------------------------------------- */

/* The map that the function gives, one key on each line. */
static void
write_map(struct rule_writer *w, struct buffer *out)
{
    static const enum ninja_key order[] = {
        NINJA_KEY_COMMAND, NINJA_KEY_DESCRIPTION, NINJA_KEY_DEPFILE,
        NINJA_KEY_DEPS,    NINJA_KEY_MSVC_PREFIX, NINJA_KEY_DYNDEP,
        NINJA_KEY_POOL,    NINJA_KEY_GENERATOR,   NINJA_KEY_RESTAT,
    };
    uint32_t bound = w->plan->rule->bound;
    const char *between = "{";
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        if ((bound & 1U << order[i]) != 0) {
            buffer_add_format(out, "%s:%s ", between, ninja_key_name(order[i]));
            write_key(w, order[i], out);
            between = "\n     ";
        }
    }
    if ((bound & 1U << NINJA_KEY_RSPFILE) != 0) {
        buffer_add_format(out, "%s:rspfile (ninja/response-file ", between);
        write_key(w, NINJA_KEY_RSPFILE, out);
        buffer_add_char(out, ' ');
        write_key(w, NINJA_KEY_RSPFILE_CONTENT, out);
        buffer_add_char(out, ')');
    }
    buffer_add_char(out, '}');
}

/* What the texts need, as `let` binds it; false if they need nothing. */
static bool
write_bindings(struct rule_writer *w, struct buffer *out)
{
    const char *between = "[";
    for (uint32_t i = 0; i < 2 * LIST_COUNT; i++) {
        if ((w->lists_needed & 1U << i) != 0) {
            const char *symbol = lists[i / 2].symbols[i % 2];
            buffer_add_format(out, "%s%s (ninja/%s edge)", between, symbol,
                              symbol);
            between = "\n        ";
        }
    }
    for (uint32_t i = 0; i < w->plan->vars.count; i++) {
        const struct rule_var *var = vec_at(&w->plan->vars, i);
        if (!var->varies || (w->vars_needed & 1ULL << (i & 63)) == 0) {
            continue;
        }
        buffer_add_str(out, between);
        magma_add_symbol(out, var->name);
        buffer_add_str(out, " (");
        magma_add_keyword(out, var->name);
        buffer_add_str(out, " edge");
        if (var->usual.len > 0) {
            buffer_add_char(out, ' ');
            add_usual(w, var, out);
        }
        buffer_add_char(out, ')');
        between = "\n        ";
    }
    bool any = between[0] != '[';
    buffer_add_str(out, any ? "]" : "");
    return any;
}

static void
write_rule(struct rule_writer *w)
{
    struct buffer map = {0};
    struct buffer bindings = {0};
    w->lists_needed = 0;
    w->vars_needed = 0;
    define_variables(w);
    write_map(w, &map);
    bool any = write_bindings(w, &bindings);
    buffer_add_str(w->out, "(defn ");
    magma_add_symbol(w->out, w->plan->rule->name);
    buffer_add_str(w->out, " [edge]\n  ");
    if (any) {
        buffer_add_format(w->out, "(let %s\n    %s)", buffer_str(&bindings),
                          buffer_str(&map));
    } else {
        buffer_add_str(w->out, buffer_str(&map));
    }
    buffer_add_str(w->out, ")\n\n");
    buffer_finish(&map);
    buffer_finish(&bindings);
}

void
convert_rules(const struct plans *plans, uint32_t file, struct buffer *out)
{
    struct rule_writer w = {.plans = plans,
                            .out = out,
                            .defined = vec_of(sizeof(struct rule_var))};
    for (uint32_t i = 0; i < plans->rules.count; i++) {
        w.plan = vec_at(&plans->rules, i);
        if (w.plan->file == file) {
            write_rule(&w);
        }
    }
    vec_finish(&w.defined);
    magma_parts_finish(&w.parts);
    buffer_finish(&w.symbol);
}
