/* SPDX-License-Identifier: MIT */
/*
 * The only writer of vars after their making.
 *
 * Between definition_begin and definition_keep or _undo the vars that a form
 * defines are noted. A form that is suspended is undone: its vars are pending
 * then, and whoever reads one is suspended, too. Whatever changes a var drops
 * all fingerprints, which may have walked through it.
 */
#include "interp/compile/definition.h"

#include "interp/compile/fingerprint.h"
#include "interp/compile/form.h"
#include "interp/data/error.h"
#include "interp/data/map.h"
#include "interp/data/namespace.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"

#include <assert.h>

static struct {
    bool is_noting;
    Value ns;
    struct form_list_builder vars;
} noted = {.ns = {0}};

void
definition_begin(void)
{
    noted.is_noting = true;
    noted.ns = namespace_current();
    assert(value_is_kind(noted.ns, KIND_NAMESPACE));
    noted.vars = (struct form_list_builder){0};
}

struct definition_notes
definition_pause(void)
{
    struct definition_notes notes = {noted.is_noting};
    noted.is_noting = false;
    return notes;
}

void
definition_resume(struct definition_notes notes)
{
    noted.is_noting = notes.is_noting;
}

void
definition_keep(void)
{
    noted.is_noting = false;
    noted.vars = (struct form_list_builder){0};
}

uint32_t
definition_mark(void)
{
    return noted.vars.count;
}

void
definition_settle(uint32_t mark)
{
    if (mark < noted.vars.count) {
        noted.vars.count = mark;
    }
}

static struct var_object *
var_of(Value var)
{
    assert(value_is_kind(var, KIND_VAR));
    return (struct var_object *)value_object(var);
}

void
definition_undo(Value on)
{
    assert(noted.is_noting);
    for (uint32_t i = 0; i < noted.vars.count; i++) {
        struct var_object *var = var_of(noted.vars.at[i]);
        var->value = VALUE_UNBOUND;
        var->head.flags = VAR_PENDING;
        var->pending_on = on;
    }
    namespace_set_current(noted.ns);
    definition_keep();
    fingerprint_forget();
}

void
definition_note(Value var)
{
    assert(value_is_kind(var, KIND_VAR));
    if (noted.is_noting) {
        form_add(&noted.vars, var);
    }
}

static bool
is_set(Value meta, const char *key)
{
    Value value = map_get(meta, form_keyword(key));
    return !value_is(value, VALUE_ABSENT) && value_is_true(value);
}

static void
set_meta(struct var_object *var, Value meta)
{
    var->meta = meta;
    uint8_t flags = var->head.flags & (uint8_t) ~(VAR_MACRO | VAR_PRIVATE);
    if (is_set(meta, "macro")) {
        flags |= VAR_MACRO;
    }
    if (is_set(meta, "private")) {
        flags |= VAR_PRIVATE;
    }
    var->head.flags = flags;
}

void
definition_set(Value var, Value value, Value meta)
{
    struct var_object *object = var_of(var);
    if ((object->head.flags & VAR_SEALED) != 0) {
        error_throw_help(ERROR_STATE,
                         "Define it in a namespace of your own; there it may "
                         "have the same name.",
                         "Cannot redefine %s of the core",
                         text_bytes(symbol_name(object->name)));
    }
    definition_note(var);
    if (!value_is(value, VALUE_ABSENT)) {
        object->value = value;
        object->pending_on = VALUE_NIL;
        object->head.flags &= (uint8_t) ~(VAR_WEAK | VAR_PENDING);
        object->head.extra = 0; // it is no instruction of the compiler's
    }
    if (map_is(meta)) {
        set_meta(object, meta);
    }
    fingerprint_forget();
}
