/* SPDX-License-Identifier: MIT */
/*
 * Throwing and catching. Handlers form a chain on the C stack, innermost
 * first; the value thrown travels in the handler, where the collector sees it.
 *
 * This is the only place that jumps. Because nothing but collected memory is
 * held across a call that may throw, there is nothing to clean up: the VM puts
 * back its frames by a mark, and everything else is garbage. An error is made
 * before it is thrown and gets place and trace from the VM then; thrown again,
 * it keeps them.
 */
#include "interp/data/error.h"

#include "interp/data/alloc.h"
#include "interp/data/map.h"
#include "interp/data/number.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/vector.h"

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

struct handler {
    struct handler *previous;
    Value thrown;
    uint64_t mark;
    jmp_buf jump;
};

static struct handler *handler_top;
static struct error_hooks hooks;

static const char *const type_names[] = {
    [ERROR_ARITY] = "arity",       [ERROR_TYPE] = "type",
    [ERROR_OVERFLOW] = "overflow", [ERROR_INDEX] = "index",
    [ERROR_KEY] = "key",           [ERROR_STATE] = "state",
    [ERROR_SYNTAX] = "syntax",     [ERROR_UNKNOWN] = "unknown",
    [ERROR_LIMIT] = "limit",       [ERROR_VALUE] = "value",
    [ERROR_USER] = "user",         [ERROR_ASSERT] = "assert",
    [ERROR_REFUSED] = "refused",   [ERROR_SUSPENDED] = "suspended",
};

const char *
error_type_name(enum error_type type)
{
    assert((size_t)type < sizeof(type_names) / sizeof(type_names[0]));
    return type_names[type];
}

void
error_set_hooks(const struct error_hooks *new_hooks)
{
    hooks = *new_hooks;
}

/* An error with nothing known but its type and message. */
static struct error_object *
make_object(enum error_type type, Value message)
{
    assert(text_is(message));
    struct error_object *error =
        alloc_object(KIND_ERROR, sizeof(struct error_object));
    error->head.flags = (uint8_t)type;
    error->message = message;
    error->help = VALUE_NIL;
    error->data = VALUE_NIL;
    error->cause = VALUE_NIL;
    error->trace = VALUE_NIL;
    error->place.file = VALUE_NIL;
    error->other.file = VALUE_NIL;
    return error;
}

Value
error_make(enum error_type type, Value message, Value data, Value cause)
{
    assert(value_is_nil(cause) || value_is_kind(cause, KIND_ERROR));
    struct error_object *error = make_object(type, message);
    error->data = data;
    error->cause = cause;
    return value_from_object(error);
}

void
error_add_trace(struct error_object *error, Value name,
                const struct error_place *place)
{
    Value pairs[8] = {
        keyword_from_cstring("fn"),     name,
        keyword_from_cstring("file"),   place->file,
        keyword_from_cstring("line"),   number_int(place->line),
        keyword_from_cstring("column"), number_int(place->column)};
    Value trace = vector_is(error->trace) ? error->trace : vector_empty();
    error->trace = vector_conj(trace, map_from_pairs(pairs, 4));
}

/* A throw that nobody catches is a bug of the caller. */
static void
report_uncaught(Value thrown)
{
    if (!value_is_kind(thrown, KIND_ERROR)) {
        fprintf(stderr, "ronin: uncaught value was thrown\n");
        return;
    }
    const struct error_object *error =
        (const struct error_object *)value_object(thrown);
    fprintf(stderr, "ronin: uncaught error: %s\n", text_bytes(error->message));
}

/* Goes to the innermost handler, which pops itself. */
_Noreturn static void
jump(Value thrown)
{
    struct handler *handler = handler_top;
    if (handler == NULL) {
        report_uncaught(thrown);
    }
    assert(handler != NULL);
    handler->thrown = thrown;
    _longjmp(handler->jump, 1);
}

void
error_throw_value(Value thrown)
{
    if (value_is_kind(thrown, KIND_ERROR) && hooks.fill_trace != NULL) {
        struct error_object *error =
            (struct error_object *)value_object(thrown);
        if (value_is_nil(error->trace) &&
            error->head.flags != ERROR_SUSPENDED) {
            hooks.fill_trace(error);
        }
    }
    jump(thrown);
}

void
error_throw(enum error_type type, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Value message = text_format_list(format, args);
    va_end(args);
    error_throw_value(value_from_object(make_object(type, message)));
}

void
error_throw_help(enum error_type type, const char *help, const char *format,
                 ...)
{
    va_list args;
    va_start(args, format);
    Value message = text_format_list(format, args);
    va_end(args);
    struct error_object *error = make_object(type, message);
    error->help = help == NULL ? VALUE_NIL : text_from_cstring(help);
    error_throw_value(value_from_object(error));
}

void
error_throw_at(const struct error_place *place, enum error_type type,
               const char *help, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Value message = text_format_list(format, args);
    va_end(args);
    struct error_object *error = make_object(type, message);
    error->help = help == NULL ? VALUE_NIL : text_from_cstring(help);
    error->place = *place;
    error_throw_value(value_from_object(error));
}

void
error_throw_two(const struct error_place places[2], enum error_type type,
                const char *help, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Value message = text_format_list(format, args);
    va_end(args);
    struct error_object *error = make_object(type, message);
    error->help = help == NULL ? VALUE_NIL : text_from_cstring(help);
    error->place = places[0];
    error->other = places[1];
    error_throw_value(value_from_object(error));
}

void
error_suspend(Value on)
{
    struct error_object *error =
        make_object(ERROR_SUSPENDED,
                    text_from_cstring("this is not resolved yet"));
    error->data = on;
    jump(value_from_object(error));
}

bool
error_is_awaited(void)
{
    return handler_top != NULL;
}

bool
error_try(error_body body, void *arg, Value *result, Value *thrown)
{
    struct handler handler = {.previous = handler_top, .thrown = VALUE_NIL};
    handler.mark = hooks.mark == NULL ? 0 : hooks.mark();
    handler_top = &handler;
    if (_setjmp(handler.jump) == 0) {
        *result = body(arg);
        assert(handler_top == &handler);
        handler_top = handler.previous;
        return true;
    }
    handler_top = handler.previous;
    if (hooks.unwind != NULL) {
        hooks.unwind(handler.mark);
    }
    *thrown = handler.thrown;
    return false;
}
