/* SPDX-License-Identifier: MIT */
/* The parser of queries: its tree as EDN, or "COLUMN: error (help)". */
#include "runtime/query/parser.h"
#include "tests/lib/test.h"

#include <stdlib.h>
#include <string.h>

static char *
parse(const char *text)
{
    struct query query;
    struct error err = {0};
    struct buffer out = {0};
    if (query_parse(slice_of(text), &query, &err)) {
        query_print(query.root, &out);
        struct slice hints = buffer_slice(&query.hints);
        struct slice hint;
        while (slice_next_text(&hints, &hint)) {
            buffer_add_format(&out, " hint: %s", hint.bytes);
        }
    } else {
        buffer_add_format(&out, "%s: %s",
                          err.where == NULL ? "" : strrchr(err.where, ':') + 1,
                          err.what);
        if (err.help != NULL) {
            buffer_add_format(&out, " (%s)", err.help);
        }
        error_finish(&err);
    }
    query_finish(&query);
    return buffer_take(&out);
}

static void
check_parses(const char *text, const char *expected)
{
    char *tree = parse(text);
    CHECK_EQ_STR(tree, expected);
    free(tree);
}

/* Both texts have the same tree. */
static void
check_same(const char *a, const char *b)
{
    char *tree = parse(a);
    check_parses(b, tree);
    CHECK(tree[0] == '[');
    free(tree);
}

/* --- The three of the first document ------------------------------------------- */

TEST(query_seed_pipe)
{
    check_parses("./src/hello_world | deps | inputs \"*.c++\" | emit commands",
                 "[:emit [:command] [:inputs [:pat :glob \"*.c++\"] "
                 "[:deps [:target \"./src/hello_world\"]]]]");
}

TEST(query_seed_call)
{
    check_parses("emit(commands, inputs(\".*cpp\", deps(./src/hello_world)))",
                 "[:emit [:command] [:inputs [:pat :re \".*cpp\"] "
                 "[:deps [:target \"./src/hello_world\"]]]]");
}

TEST(query_seed_subquery)
{
    check_parses("glob \"src/**\" | except subquery(glob(\"src/package/**\") | "
                 "executable)",
                 "[:except [:glob [:pat :glob \"src/**\"]] [:subquery "
                 "[:executable [:glob [:pat :glob \"src/package/**\"]]]]]");
}

/* --- Targets -------------------------------------------------------------------- */

TEST(query_targets)
{
    check_parses("app", "[:target \"app\"]");
    check_parses("./all", "[:target \"./all\"]");
    check_parses(":all", "[:group-target \"all\"]");
    check_parses("'all'", "[:literal \"all\"]");
    check_parses("\"a \\\"b\\\\\"", "[:literal \"a \\\"b\\\\\"]");
    check_parses("#1a2b", "[:id \"1a2b\"]");
    check_parses("#xyz", "[:target \"#xyz\"]");
    check_parses("lib+x=1", "[:target \"lib+x=1\"]");
    check_parses("src/**.c", "[:glob [:pat :glob \"src/**.c\"]]");
    check_parses("a # comment\n | deps", "[:deps [:target \"a\"]]");
}

TEST(query_sources_take_words_beside_them)
{
    check_parses("all", "[:all]");
    check_parses("set a 'b' :c", "[:set [:target \"a\"] [:literal \"b\"] "
                                 "[:group-target \"c\"]]");
    check_parses("built -2 | count", "[:count [:built \"-2\"]]");
    check_parses("failed", "[:failed]");
    check_parses("diff -2 -1", "[:diff \"-2\" \"-1\"]");
    check_parses("actions app", "[:actions [:target \"app\"]]");
    check_parses("group tests", "[:group \"tests\"]");
    check_parses("at(-1, deps(app))", "[:at \"-1\" [:deps [:target \"app\"]]]");
}

/* --- Sets ------------------------------------------------------------------------ */

TEST(query_set_operations_go_from_the_left)
{
    check_parses("a + b - c ^ d",
                 "[:intersect [:except [:union [:target \"a\"] [:target "
                 "\"b\"]] [:target \"c\"]] [:target \"d\"]]");
    check_same("a + b - c ^ d", "((a union b) except c) intersect d");
    check_parses("a - (b | deps)",
                 "[:except [:target \"a\"] [:deps [:target \"b\"]]]");
    check_parses("a+b", "[:target \"a+b\"]");
    check_same("a | union b except c", "a union (b except c)");
}

TEST(query_pipe_and_call_agree)
{
    check_same("app | deps 2", "deps(app, 2)");
    check_same("app | deps 2 edges=explicit", "deps(app, 2, edges=explicit)");
    check_same("app | rdeps within=:all", "rdeps(app, within=:all)");
    check_same("app | rdeps within=(a | deps)", "rdeps(app, within=(deps(a)))");
    check_same("app | somepath src/z.h", "somepath(app, src/z.h)");
    check_same("app | inputs re:x", "inputs(x, app)");
    check_same("app | inputs *.c", "inputs(glob:*.c, app)");
    check_same("app | inputs exact:\"a b\"", "inputs(exact:\"a b\", app)");
    check_same("app | deps | sort -duration | first 10 | emit duration path",
               "emit(duration, path, first(10, sort(-duration, deps(app))))");
    check_same("app | emit(why, path)", "emit(why, path, app)");
    check_same("app | emit", "emit(app)");
    check_same("app | kind source", "kind(source, app)");
    check_same("actions | where runs > 3", "where(runs > 3, actions)");
    check_same("actions | select runs", "actions() | where(runs)");
    check_same("all | top 3", "first(3, all)");
}

TEST(query_edges)
{
    check_parses("a | reads edges=discovered,-order",
                 "[:reads [:target \"a\"] {:edges [\"discovered\" "
                 "\"-order\"]}]");
    check_parses("deps(a, edges=explicit,implicit)",
                 "[:deps [:target \"a\"] nil {:edges [\"explicit\" "
                 "\"implicit\"]}]");
    check_parses("a | deps edges=implict",
                 "10: no edges are called implict (explicit, implicit, order, "
                 "discovered, dyn or watch, or -NAME for all but that)");
}

/* --- Predicates -------------------------------------------------------------------- */

TEST(query_predicates)
{
    check_parses("actions | where command =~ \"-O0\" and not outputs =~ "
                 "\"debug/\" | count",
                 "[:count [:where [:and [:matches :command \"-O0\"] [:not "
                 "[:matches :outputs \"debug/\"]]] [:actions]]]");
    check_parses("actions | where rule == link or (n_outputs == 0 and runs)",
                 "[:where [:or [:= :rule \"link\"] [:and [:= :n_outputs "
                 "\"0\"] [:set :runs]]] [:actions]]");
    check_parses("all | where kind in [source, generated]",
                 "[:where [:in :kind \"source\" \"generated\"] [:all]]");
    check_parses("all | where kind in [ a 'b]' ]",
                 "[:where [:in :kind \"a\" \"b]\"] [:all]]");
    check_parses("all | where path in []", "[:where [:in :path] [:all]]");
    check_parses("all | where not not size >= 1M",
                 "[:where [:not [:not [:>= :size \"1M\"]]] [:all]]");
}

/* --- Let --------------------------------------------------------------------------- */

TEST(query_let)
{
    check_parses("let L = (src/lib/** | rdeps) in :tests | deps | intersect $L",
                 "[:let \"L\" [:rdeps [:glob [:pat :glob \"src/lib/**\"]]] "
                 "[:intersect [:deps [:group-target \"tests\"]] [:var "
                 "\"L\"]]]");
    check_same("let x = a | deps in $x", "let x = (a | deps) in ($x)");
    check_same("let x = actions | where kind in [a] in $x",
               "let x = (actions | where kind in [a]) in $x");
    check_parses("let x = a in let y = $x in $y",
                 "[:let \"x\" [:target \"a\"] [:let \"y\" [:var \"x\"] [:var "
                 "\"y\"]]]");
}

/* --- Errors -------------------------------------------------------------------------- */

TEST(query_errors_say_where_and_what)
{
    static const struct {
        const char *text;
        const char *error;
    } rows[] = {
        {"", "1: expected a target or a function, and got the end (as in: app "
             "| deps | sources)"},
        {"app | dep", "7: no function is named dep (did you mean deps?)"},
        {"app |", "6: expected a function behind |, and got the end"},
        {"deps app", "1: deps needs a set in front of it (write TARGET | deps "
                     "or deps(TARGET); a file of this name is ./deps)"},
        {"app | deps 2 except x",
         "14: except cannot stand behind a stage (write | except)"},
        {"except a", "1: except stands between two sets"},
        {"(a | deps", "1: this bracket is never closed"},
        {"deps(a", "7: the bracket of deps is never closed"},
        {"deps(a, 2, 3)", "10: deps takes no more than this, and got ,"},
        {"\"app", "1: this quote is never closed (put another \" behind the "
                  "text)"},
        {"a b", "3: expected | or the end, and got b (several targets are "
                "joined by union, or listed behind set)"},
        {"a | emit pth", "10: no field is named pth (did you mean path?)"},
        {"emit(pth, path, a)", "6: no field is named pth (did you mean path?)"},
        {"actions | where duraton > 1",
         "17: no field is named duraton (did you mean duration?)"},
        {"actions | where duration >", "27: expected a value behind >"},
        {"actions | where kind in [a", "25: this list is never closed"},
        {"a | first", "10: first needs a number (as in: actions | first 10)"},
        {"a | first 99999999999999999999", "11: a number that is too large"},
        {"a | inputs",
         "11: inputs needs a pattern (as in: app | deps | inputs \"*.c\")"},
        {"a | glob x", "10: glob begins a query, and takes no set (join two "
                       "sets by | union, | intersect or | except)"},
        {"$x", "1: no let gives $x a value (write let x = QUERY in QUERY)"},
        {"let x = a", "1: this let has no `in`"},
        {"let x a in b", "5: expected NAME = behind let (as in: let x = app | "
                         "deps in $x | sources)"},
        {"sort(a)", "6: no field is named a"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        check_parses(rows[i].text, rows[i].error);
    }
}

TEST(query_depth_is_bounded)
{
    struct buffer text = {0};
    for (int i = 0; i < 100000; i++) {
        buffer_add_char(&text, '(');
    }
    check_parses(buffer_str(&text), "202: brackets nested deeper than 200");
    buffer_truncate(&text, 0);
    buffer_add_str(&text, "a");
    for (int i = 0; i < 100000; i++) {
        buffer_add_str(&text, " | deps");
    }
    char *tree = parse(buffer_str(&text));
    CHECK(strncmp(tree, "[:deps [:deps", 13) == 0);
    free(tree);
    buffer_finish(&text);
}

TEST(query_hint_at_a_likely_mistake)
{
    check_parses("a | deps | except b | deps",
                 "[:deps [:except [:deps [:target \"a\"]] [:target \"b\"]]] "
                 "hint: `| deps` takes the result of `except` on; for the "
                 "other meaning write `| except (… | deps)`");
    check_same("a | except (b) | count", "a | except b | count");
}

TEST(query_zero_byte_is_an_error)
{
    static const char text[] = "act\0ions | count";
    struct query query;
    struct error err = {0};
    CHECK(!query_parse((struct slice){text, sizeof(text) - 1}, &query, &err));
    CHECK_EQ_STR(err.what, "a zero byte stands in the query");
    CHECK_EQ_STR(err.where, "query:1:4");
    error_finish(&err);
    query_finish(&query);
}

/* --- Names ------------------------------------------------------------------------- */

/* The names of a configuration, and a query with them. */
static void
check_named(const char *settings, const char *text, const char *expected)
{
    struct settings rows = {.rows = {0}};
    struct query_names names = {.rows = {0}};
    struct query query = {.root = NULL};
    struct error err = {0};
    struct buffer out = {0};
    if (settings_add(&rows, "ronin.conf", slice_of(settings), &err) &&
        query_names_of_settings(&names, &rows, &err) &&
        query_parse_with(slice_of(text), &names, &query, &err)) {
        query_print(query.root, &out);
    } else {
        buffer_add_format(&out, "%s %s", err.where, err.what);
    }
    CHECK_EQ_STR(buffer_str(&out), expected);
    error_finish(&err);
    buffer_finish(&out);
    query_finish(&query);
    query_names_finish(&names);
    settings_finish(&rows);
}

TEST(query_names_become_parts_of_the_tree)
{
    static const char settings[] = "# names\n"
                                   "query.mine = all | sources\n"
                                   "query.up(x) = $x | rdeps 2\r\n"
                                   "\n"
                                   "query.two(a b)=let a = $b in up($a) - $b\n"
                                   "query.last = mine | emit path size";
    check_named(settings, "mine", "[:sources [:all]]");
    check_named(settings, "mine | deps", "[:deps [:sources [:all]]]");
    check_named(settings, "\"mine\" | deps", "[:deps [:literal \"mine\"]]");
    check_named(settings, "./mine", "[:target \"./mine\"]");
    check_named(settings, "q | up | count",
                "[:count [:let \"up:x\" [:target \"q\"] "
                "[:rdeps [:var \"up:x\"] 2]]]");
    check_named(settings, "let up = q in up(q) + $up",
                "[:let \"up\" [:target \"q\"] [:union [:let \"up:x\" "
                "[:target \"q\"] [:rdeps [:var \"up:x\"] 2]] [:var \"up\"]]]");
    // A set that is given sees no name of the text that it is given to.
    check_named(settings, "let a = q in a | two $a",
                "[:let \"a\" [:target \"q\"] [:let \"two:a\" [:target \"a\"] "
                "[:let \"two:b\" [:var \"a\"] [:let \"a\" [:var \"two:b\"] "
                "[:except [:let \"up:x\" [:var \"a\"] [:rdeps [:var \"up:x\"] "
                "2]] [:var \"two:b\"]]]]]]");
    check_named(settings, "last | count",
                "[:count [:emit [:path :size] "
                "[:sources [:all]]]]");
    check_named(settings, "allpaths(mine, (mine | up))",
                "[:allpaths [:sources [:all]] [:let \"up:x\" [:sources [:all]] "
                "[:rdeps [:var \"up:x\"] 2]]]");
}

TEST(query_names_that_are_alike)
{
    // The later one counts, and may use the earlier one.
    check_named("query.a(x) = $x | deps\nquery.a(x) = a($x) | count\n", "q | a",
                "[:let \"a':x\" [:target \"q\"] [:count [:let \"a:x\" "
                "[:var \"a':x\"] [:deps [:var \"a:x\"]]]]]");
}

TEST(query_names_that_are_wrong)
{
    check_named("query.a(x) = $x | dps\n", "q | a",
                "ronin.conf:1:19 no function is named dps");
    check_named("  query.a(x)   =    $y\n", "q | a",
                "ronin.conf:1:21 no let gives $y a value");
    check_named("query.a = b c", "a",
                "ronin.conf:1:13 expected | or the end, and got c");
    check_named("query.a = 'b", "a",
                "ronin.conf:1:11 this quote is never closed");
    check_named("query.a = b\n c\n", "a",
                "ronin.conf:2:2 this line is no setting");
    check_named("query.a(b,c d,(e) = b", "a",
                "ronin.conf:1:1 (e cannot be a name in queries");
    check_named("query.a(a b c d e f g h i j k l m n o p q) = b", "a",
                "ronin.conf:1:1 a query of more than 16 sets");
    check_named("query.in = b", "a",
                "ronin.conf:1:1 in is a word of the query language");
    check_named("query.-a = b", "a",
                "ronin.conf:1:1 -a cannot be a name in queries");
    check_named("query.a = b", "q | a",
                "query:1:5 a begins a query, and takes "
                "no set");
    check_named("query.a(x) = $x", "a(", "query:1:1 a needs a set for $x");
    check_named("query.a(x) = $x", "a(b",
                "query:1:4 the bracket of a is never "
                "closed");
    check_named("query.a(x) = $x", "a(b, c)",
                "query:1:4 a takes no more than 1 "
                "set");
}

/* Each use doubles the tree: it ends before memory does. */
TEST(query_names_that_grow)
{
    struct buffer settings = {0};
    buffer_add_str(&settings, "query.n0 = q\n");
    for (int i = 1; i < 40; i++) {
        buffer_add_format(&settings, "query.n%d = n%d + n%d\n", i, i - 1,
                          i - 1);
    }
    check_named(buffer_str(&settings), "n1",
                "[:union [:target \"q\"] "
                "[:target \"q\"]]");
    check_named(buffer_str(&settings), "n39",
                "ronin.conf:4:17 named queries put in more than 1000 times");
    buffer_finish(&settings);
}
