/* SPDX-License-Identifier: MIT */
#include "tests/lib/values.h"

#include "interp/data/map.h"
#include "interp/data/namespace.h"

static Value
symbol(const char *name)
{
    return symbol_from_cstring(name);
}

static struct var_object *
var_of(Value var)
{
    return (struct var_object *)value_object(var);
}

static Value
define(Value ns, const char *name)
{
    return namespace_intern(ns, symbol(name));
}

static Value
resolve(Value ns, const char *name)
{
    bool is_private;
    return namespace_resolve(ns, symbol(name), &is_private);
}

TEST(namespaces_are_made_once)
{
    CHECK(value_is(namespace_find(symbol("once.a")), VALUE_ABSENT));
    Value ns = namespace_ensure(symbol("once.a"));
    CHECK(value_is_kind(ns, KIND_NAMESPACE));
    CHECK(value_is(namespace_ensure(symbol("once.a")), ns));
    CHECK(value_is(namespace_find(symbol("once.a")), ns));
}

TEST(the_first_current_one_is_user)
{
    namespace_reset();
    CHECK(value_is(namespace_current(), namespace_find(symbol("user"))));
    Value other = namespace_ensure(symbol("other"));
    namespace_set_current(other);
    CHECK(value_is(namespace_current(), other));
    namespace_reset();
}

TEST(vars_are_interned_unbound)
{
    Value ns = namespace_ensure(symbol("vars"));
    Value var = define(ns, "x");
    CHECK(value_is(define(ns, "x"), var));
    CHECK(value_is(var_of(var)->value, VALUE_UNBOUND));
    CHECK(value_is(var_of(var)->ns, ns));
    CHECK(value_is(var_of(var)->name, symbol("x")));
    CHECK(value_is(resolve(ns, "x"), var));
    CHECK(value_is(resolve(ns, "y"), VALUE_ABSENT));
}

TEST(qualified_names_go_by_namespace_or_alias)
{
    Value from = namespace_ensure(symbol("q.from"));
    Value to = namespace_ensure(symbol("q.to"));
    Value var = define(to, "f");
    CHECK(value_is(resolve(from, "q.to/f"), var));
    CHECK(value_is(resolve(from, "t/f"), VALUE_ABSENT));
    namespace_alias(from, symbol("t"), to);
    CHECK(value_is(resolve(from, "t/f"), var));
    CHECK(value_is(resolve(from, "t/g"), VALUE_ABSENT));
    CHECK(value_is(resolve(to, "t/f"), VALUE_ABSENT));
}

TEST(private_vars_are_seen_from_inside_only)
{
    Value inside = namespace_ensure(symbol("p.in"));
    Value outside = namespace_ensure(symbol("p.out"));
    Value var = define(inside, "secret");
    value_object(var)->flags = VAR_PRIVATE;
    bool is_private = true;
    CHECK(value_is(namespace_resolve(inside, symbol("secret"), &is_private),
                   var));
    CHECK(!is_private);
    CHECK(
        value_is(namespace_resolve(inside, symbol("p.in/secret"), &is_private),
                 var));
    CHECK(!is_private);
    CHECK(
        value_is(namespace_resolve(outside, symbol("p.in/secret"), &is_private),
                 VALUE_ABSENT));
    CHECK(is_private);
}

TEST(referred_names_come_after_own_ones)
{
    Value ns = namespace_ensure(symbol("r.a"));
    Value other = namespace_ensure(symbol("r.b"));
    Value var = define(other, "f");
    namespace_refer(ns, symbol("f"), var);
    namespace_refer(ns, symbol("renamed"), var);
    CHECK(value_is(resolve(ns, "f"), var));
    CHECK(value_is(resolve(ns, "renamed"), var));
    Value own = define(ns, "f");
    CHECK(value_is(resolve(ns, "f"), own));
}

TEST(the_core_is_seen_by_all)
{
    Value core = namespace_ensure(symbol("clojure.core"));
    Value var = define(core, "inc");
    Value hidden = define(core, "hidden");
    value_object(hidden)->flags = VAR_PRIVATE;
    Value ns = namespace_ensure(symbol("c.a"));
    CHECK(value_is(resolve(ns, "inc"), var));
    CHECK(value_is(resolve(ns, "clojure.core/inc"), var));
    CHECK(value_is(resolve(ns, "hidden"), VALUE_ABSENT));
    CHECK_EQ_INT(
        map_count(((struct namespace_object *)value_object(ns))->refers), 0);
}

struct alias_case {
    Value ns;
    Value alias;
    Value target;
};

static Value
run_alias(void *arg)
{
    const struct alias_case *alias = arg;
    namespace_alias(alias->ns, alias->alias, alias->target);
    return VALUE_NIL;
}

TEST(an_alias_stands_for_one_namespace)
{
    struct alias_case alias = {namespace_ensure(symbol("al.a")), symbol("s"),
                               namespace_ensure(symbol("al.b"))};
    CHECK_EQ_STR(thrown_by(run_alias, &alias), NULL);
    CHECK_EQ_STR(thrown_by(run_alias, &alias), NULL);
    alias.target = namespace_ensure(symbol("al.c"));
    CHECK_EQ_STR(thrown_by(run_alias, &alias),
                 "The alias s already stands for al.b");
}

static const char *
nearest(Value ns, const char *name)
{
    return bytes_of(namespace_nearest(ns, symbol(name)));
}

TEST(near_names_are_found)
{
    Value ns = namespace_ensure(symbol("near.a"));
    define(ns, "outputs-of");
    define(namespace_ensure(symbol("clojure.core")), "mapcat");
    Value other = namespace_ensure(symbol("near.b"));
    define(other, "split-lines");
    Value hidden = define(other, "split-lanes");
    value_object(hidden)->flags = VAR_PRIVATE;
    namespace_alias(ns, symbol("strings"), other);
    CHECK_EQ_STR(nearest(ns, "output-of"), "outputs-of");
    CHECK_EQ_STR(nearest(ns, "mapcta"), "mapcat");
    CHECK_EQ_STR(nearest(ns, "zzzzzzzz"), NULL);
    CHECK_EQ_STR(nearest(ns, "strings/split-line"), "strings/split-lines");
    CHECK_EQ_STR(nearest(ns, "string/split-lines"), "strings/split-lines");
    CHECK_EQ_STR(nearest(ns, "strings/qqqqqqqq"), NULL);
}

TEST(ties_do_not_depend_on_the_order_of_definition)
{
    Value a = namespace_ensure(symbol("tie.a"));
    define(a, "cab1");
    define(a, "cab2");
    Value b = namespace_ensure(symbol("tie.b"));
    define(b, "cab2");
    define(b, "cab1");
    CHECK_EQ_STR(nearest(a, "cab3"), nearest(b, "cab3"));
}

TEST(intern_takes_symbols_with_metadata)
{
    Value ns = namespace_ensure(symbol("m.a"));
    Value with = symbol_with_meta(symbol("x"), map_empty());
    Value var = namespace_intern(ns, with);
    CHECK(value_is(resolve(ns, "x"), var));
    bool is_private;
    CHECK(value_is(namespace_resolve(ns, with, &is_private), var));
    CHECK(
        value_is(namespace_ensure(symbol_with_meta(symbol("m.a"), map_empty())),
                 ns));
}

TEST(reset_keeps_what_was_sealed)
{
    Value core = namespace_ensure(symbol("clojure.core"));
    Value var = define(core, "sealed-one");
    namespace_seal();
    CHECK_EQ_INT(value_object(var)->flags & VAR_SEALED, VAR_SEALED);
    Value user = namespace_current();
    define(user, "mine");
    namespace_ensure(symbol("made.later"));
    namespace_reset();
    CHECK(!value_is(namespace_current(), user));
    CHECK(value_is(resolve(namespace_current(), "mine"), VALUE_ABSENT));
    CHECK(value_is(resolve(namespace_current(), "sealed-one"), var));
    CHECK(value_is(namespace_find(symbol("made.later")), VALUE_ABSENT));
}
