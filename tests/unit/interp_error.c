/* SPDX-License-Identifier: MIT */
#include "tests/lib/values.h"

#include <string.h>

static const struct error_object *
error_of(Value thrown)
{
    return (const struct error_object *)value_object(thrown);
}

static Value
return_arg(void *arg)
{
    return *(Value *)arg;
}

TEST(a_body_that_returns_gives_its_result)
{
    Value arg = integer(42);
    Value result = VALUE_NIL;
    Value thrown = VALUE_NIL;
    CHECK(error_try(return_arg, &arg, &result, &thrown));
    CHECK(value_is(result, integer(42)));
    CHECK(value_is_nil(thrown));
}

static Value
throw_formatted(void *arg)
{
    error_throw(ERROR_TYPE, "Cannot add %d and %s", 41, (const char *)arg);
}

TEST(a_throw_carries_type_and_message)
{
    char text[] = "oops";
    Value result;
    Value thrown;
    REQUIRE(!error_try(throw_formatted, text, &result, &thrown));
    REQUIRE(value_is_kind(thrown, KIND_ERROR));
    const struct error_object *error = error_of(thrown);
    CHECK_EQ_STR(bytes_of(error->message), "Cannot add 41 and oops");
    CHECK_EQ_INT(error->head.flags, ERROR_TYPE);
    CHECK(value_is_nil(error->help));
    CHECK(value_is_nil(error->data));
    CHECK(value_is_nil(error->cause));
    CHECK(value_is_nil(error->trace));
    CHECK_EQ_INT(error->place.line, 0);
}

static Value
throw_with_help(void *arg)
{
    (void)arg;
    error_throw_help(ERROR_REFUSED, "Use {:read path}.", "no %s", "slurp");
}

TEST(help_is_kept)
{
    Value result;
    Value thrown;
    REQUIRE(!error_try(throw_with_help, NULL, &result, &thrown));
    CHECK_EQ_STR(bytes_of(error_of(thrown)->help), "Use {:read path}.");
    CHECK_EQ_STR(bytes_of(error_of(thrown)->message), "no slurp");
}

static Value
throw_at_place(void *arg)
{
    (void)arg;
    struct error_place place = {string("a.magma"), 3, 5, 3, 9};
    error_throw_at(&place, ERROR_SYNTAX, NULL, "odd");
}

TEST(place_is_kept)
{
    Value result;
    Value thrown;
    REQUIRE(!error_try(throw_at_place, NULL, &result, &thrown));
    CHECK_EQ_STR(bytes_of(error_of(thrown)->place.file), "a.magma");
    CHECK_EQ_INT(error_of(thrown)->place.line, 3);
    CHECK_EQ_INT(error_of(thrown)->place.end_column, 9);
    CHECK(value_is_nil(error_of(thrown)->help));
}

static Value
throw_arg(void *arg)
{
    error_throw_value(*(Value *)arg);
}

TEST(any_value_can_be_thrown)
{
    Value arg = keyword("stop");
    Value result;
    Value thrown;
    CHECK(!error_try(throw_arg, &arg, &result, &thrown));
    CHECK(value_is(thrown, arg));
}

TEST(made_errors_keep_what_they_are_given)
{
    Value cause = error_make(ERROR_KEY, string("inner"), VALUE_NIL, VALUE_NIL);
    Value error = error_make(ERROR_USER, string("outer"), integer(1), cause);
    CHECK_EQ_INT(error_of(error)->head.flags, ERROR_USER);
    CHECK(value_is(error_of(error)->data, integer(1)));
    CHECK(value_is(error_of(error)->cause, cause));
}

static Value
catch_inner(void *arg)
{
    Value result;
    Value thrown;
    if (error_try(throw_formatted, arg, &result, &thrown)) {
        return VALUE_NIL;
    }
    error_throw(ERROR_STATE, "again: %s",
                text_bytes(error_of(thrown)->message));
}

TEST(handlers_nest)
{
    char text[] = "x";
    CHECK_EQ_STR(thrown_by(catch_inner, text), "again: Cannot add 41 and x");
    CHECK_EQ_STR(thrown_by(catch_inner, text), "again: Cannot add 41 and x");
}

static Value
suspend(void *arg)
{
    (void)arg;
    error_suspend(integer(9));
}

TEST(suspension_says_what_for)
{
    Value result;
    Value thrown;
    REQUIRE(!error_try(suspend, NULL, &result, &thrown));
    CHECK_EQ_INT(error_of(thrown)->head.flags, ERROR_SUSPENDED);
    CHECK(value_is(error_of(thrown)->data, integer(9)));
}

static uint64_t unwound_to;
static int filled;

static uint64_t
mark(void)
{
    return 77;
}

static void
unwind(uint64_t to)
{
    unwound_to = to;
}

static void
fill(struct error_object *error)
{
    filled++;
    error->trace = vector_empty();
}

TEST(hooks_fill_traces_once_and_unwind)
{
    struct error_hooks hooks = {fill, mark, unwind};
    error_set_hooks(&hooks);
    Value error = error_make(ERROR_USER, string("m"), VALUE_NIL, VALUE_NIL);
    Value result;
    Value thrown;
    CHECK(!error_try(throw_arg, &error, &result, &thrown));
    CHECK(!error_try(throw_arg, &error, &result, &thrown));
    CHECK_EQ_INT(filled, 1);
    CHECK_EQ_INT(unwound_to, 77);
    CHECK(vector_is(error_of(thrown)->trace));
    CHECK(!error_try(suspend, NULL, &result, &thrown));
    CHECK_EQ_INT(filled, 1);
    hooks = (struct error_hooks){NULL, NULL, NULL};
    error_set_hooks(&hooks);
}

TEST(types_have_names)
{
    CHECK_EQ_STR(error_type_name(ERROR_ARITY), "arity");
    CHECK_EQ_STR(error_type_name(ERROR_SUSPENDED), "suspended");
    for (int type = ERROR_ARITY; type <= ERROR_SUSPENDED; type++) {
        CHECK(error_type_name((enum error_type)type) != NULL);
    }
}

static Value
throw_long(void *arg)
{
    error_throw(ERROR_VALUE, "%s", (const char *)arg);
}

TEST(long_messages_are_whole)
{
    char text[5000];
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = 0;
    CHECK_EQ_STR(thrown_by(throw_long, text), text);
}

static Value
call_forever(Value *args, uint32_t argc)
{
    (void)args;
    (void)argc;
    return invoke0(values_captured);
}

static const struct builtin forever_row = {.name = "forever",
                                           .function = call_forever};

static Value
run_forever(void *arg)
{
    (void)arg;
    struct builtin_object *object = (struct builtin_object *)value_object(
        values_function(&forever_row, VALUE_NIL));
    object->captured = value_from_object(object);
    return invoke0(object->captured);
}

TEST(endless_calls_through_c_end_in_an_error)
{
    CHECK_EQ_STR(thrown_by(run_forever, NULL), "This is nested too deeply");
}
