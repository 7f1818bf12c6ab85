/* SPDX-License-Identifier: MIT */
/* The parts of the REPL that need no terminal: what can be completed, how graphs
 * differ, which files changed, and lines that are queries. */
#include "interp/magma.h"
#include "runtime/additions.h"
#include "runtime/functions.h"
#include "runtime/load.h"
#include "runtime/repl/account.h"
#include "runtime/repl/complete.h"
#include "runtime/repl/question.h"
#include "runtime/repl/seen.h"
#include "tests/lib/test.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert(file != NULL);
    fputs(text, file);
    fclose(file);
}

/* The graph of a text as build.magma of a fresh folder, which stays the current
 * one. */
static struct graph *
graph_of(const char *text)
{
    int there = chdir(test_dir());
    assert(there == 0);
    write_file("build.magma", text);
    struct functions *functions = functions_create();
    struct load_options options = {.build_file = "build.magma"};
    struct load_result result = {0};
    struct error err = {0};
    bool done = load_build_file(&options, functions, &result, &err);
    assert(done);
    functions_destroy(functions);
    free(result.sources.bytes);
    return result.graph;
}

/* --- Choices ------------------------------------------------------------------- */

static const char *
joined(const struct choices *choices)
{
    static char text[2000];
    struct slice row = buffer_slice(&choices->rows);
    struct slice item;
    text[0] = 0;
    while (slice_next_text(&row, &item)) {
        size_t len = strlen(text);
        snprintf(text + len, sizeof(text) - len, "%s%s", len == 0 ? "" : " ",
                 item.bytes);
    }
    return text;
}

TEST(choices_are_sorted_and_each_there_once)
{
    struct choices choices = {0};
    choices_add(&choices, "", slice_of("beta"));
    choices_add(&choices, "al", slice_of("pha"));
    choices_add(&choices, "", slice_of("beta"));
    choices_add(&choices, "", slice_of("new\nline"));
    choices_sort(&choices);
    CHECK_EQ_STR(joined(&choices), "alpha beta");
    CHECK_EQ_INT(choices.count, 2);
    CHECK_EQ_INT(choices_common(&choices), 0);
    choices_finish(&choices);
}

TEST(what_choices_have_in_common_ends_between_characters)
{
    struct choices choices = {0};
    CHECK_EQ_INT(choices_common(&choices), 0);
    choices_add(&choices, "", slice_of("src/é"));
    choices_add(&choices, "", slice_of("src/è"));
    CHECK_EQ_INT(choices_common(&choices), 4);
    choices_finish(&choices);
}

/* --- Completion ------------------------------------------------------------------ */

/* The choices at the bar in a text, behind the column where they begin. */
static const char *
complete_at(const struct graph *g, const char *text)
{
    static char shown[2100];
    static char whole[1000];
    const char *bar = strchr(text, '|');
    assert(bar != NULL);
    size_t at = (size_t)(bar - text);
    snprintf(whole, sizeof(whole), "%.*s%s", (int)at, text, bar + 1);
    static const char keywords[] = "colour\0outer\0";
    struct complete_world world = {.graph = g,
                                   .keywords = {keywords,
                                                sizeof(keywords) - 1}};
    struct choices choices = {0};
    complete(&world, slice_of(whole), at, &choices);
    snprintf(shown, sizeof(shown), "%zu: %s", choices.start, joined(&choices));
    choices_finish(&choices);
    return shown;
}

static const char sample[] =
    "(action :outputs [\"out/main.o\"] :inputs {:ifwritten [\"src/main.c\"]}\n"
    "        :rule {:command [\"cc\"]})\n"
    "(action :name \"format\" :rule {:command [\"true\"]})\n"
    "(group \"outer\" \"out/main.o\")\n";

TEST(names_are_completed_by_what_is_visible)
{
    struct graph *g = graph_of(sample);
    CHECK_EQ_STR(complete_at(g, "(frequenc|"), "1: frequencies");
    CHECK_EQ_STR(complete_at(g, "(str/capit|"), "1: str/capitalize");
    CHECK_EQ_STR(complete_at(g, "(zzzz|"), "1: ");
    CHECK_EQ_STR(complete_at(g, "(map frequenc| x)"), "5: frequencies");
    graph_destroy(g);
}

TEST(keywords_are_those_of_the_file_and_of_calls)
{
    struct graph *g = graph_of(sample);
    CHECK_EQ_STR(complete_at(g, "(action :outp|"), "8: :outputs");
    CHECK_EQ_STR(complete_at(g, "(action :out|"), "8: :outputs");
    CHECK_EQ_STR(complete_at(g, "(f :oute|"), "3: :outer");
    CHECK_EQ_STR(complete_at(g, "{:ifwr|"), "1: :ifwritten");
    CHECK_EQ_STR(complete_at(g, "(dynout :va|"), "8: :vars");
    CHECK_EQ_STR(complete_at(g, "(action :inputs {:ifcr|"), "17: :ifcreated");
    graph_destroy(g);
}

TEST(strings_are_targets_and_files)
{
    struct graph *g = graph_of(sample);
    int made = mkdir("only-here", 0700);
    assert(made == 0);
    write_file("only-here/file.txt", "");
    write_file("only-here/.hidden", "");
    CHECK_EQ_STR(complete_at(g, "(f \"ou|"), "4: out/");
    CHECK_EQ_STR(complete_at(g, "(f \"out/|"), "4: out/main.o");
    CHECK_EQ_STR(complete_at(g, "(f \"for|"), "4: format");
    CHECK_EQ_STR(complete_at(g, "(f \":ou|"), "4: :outer");
    CHECK_EQ_STR(complete_at(g, "\"only|"), "1: only-here/");
    CHECK_EQ_STR(complete_at(g, "\"only-here/|"), "1: only-here/file.txt");
    CHECK_EQ_STR(complete_at(g, "\"only-here/.|"), "1: only-here/.hidden");
    CHECK_EQ_STR(complete_at(NULL, "\"out/ma|"), "1: ");
    graph_destroy(g);
}

TEST(where_the_cursor_is_decides)
{
    struct graph *g = graph_of(sample);
    // Behind a closed string, an escaped quote, a character, a comment.
    CHECK_EQ_STR(complete_at(g, "\"a\" frequenc|"), "4: frequencies");
    CHECK_EQ_STR(complete_at(g, "\"a\\\"out/m|"), "1: ");
    CHECK_EQ_STR(complete_at(g, "\\\" frequenc|"), "3: frequencies");
    CHECK_EQ_STR(complete_at(g, "; frequenc|"), "10: ");
    CHECK_EQ_STR(complete_at(g, "; \"\n frequenc|"), "5: frequencies");
    CHECK_EQ_STR(complete_at(g, "(action) :oute|"), "9: :outer");
    CHECK_EQ_STR(complete_at(g, "))) (action :rul|"), "12: :rule");
    CHECK_EQ_STR(complete_at(g, "#\"out/m|"), "2: out/main.o");
    graph_destroy(g);
}

TEST(queries_are_functions_and_targets)
{
    struct graph *g = graph_of(sample);
    CHECK_EQ_STR(complete_at(g, "? out/m|"), "2: out/main.o");
    CHECK_EQ_STR(complete_at(g, "  ? rdep|"), "4: rdeps");
    CHECK_EQ_STR(complete_at(g, "? rdep|"), "2: rdeps");
    graph_destroy(g);
}

TEST(keywords_are_gathered_from_a_text)
{
    struct buffer rows = {0};
    complete_gather_keywords(&rows, slice_of("{:a 1 :b/c ::d \"x:y\" :e}"));
    struct slice row = buffer_slice(&rows);
    struct slice name;
    const char *wanted[] = {"a", "b/c", "e"};
    for (size_t i = 0; i < 3; i++) {
        REQUIRE(slice_next_text(&row, &name));
        CHECK_EQ_STR(name.bytes, wanted[i]);
    }
    CHECK(!slice_next_text(&row, &name));
    buffer_finish(&rows);
}

/* --- Accounts ----------------------------------------------------------------------- */

static const char *
account(const struct graph *before, const struct graph *after)
{
    static char text[100];
    struct buffer out = {0};
    struct account account = account_of(before, after, NULL);
    account_describe(&account, &out);
    snprintf(text, sizeof(text), "%s", buffer_str(&out));
    buffer_finish(&out);
    return text;
}

TEST(an_account_counts_what_came_went_and_changed)
{
    struct graph *a = graph_of(sample);
    struct graph *same = graph_of(sample);
    struct graph *b = graph_of(
        "(action :outputs [\"out/main.o\"]\n"
        "        :rule [{:command [\"cc\" \"-O2\"]} {:transformer str}])\n"
        "(action :outputs [\"p\"] :rule {:command [\"true\"]})\n"
        "(action :outputs [\"q\"] :rule [{:transformer (fn [_] \"\")} "
        "{:write \"q\"}])\n");
    CHECK_EQ_STR(account(a, same), "the same actions");
    CHECK_EQ_STR(account(a, b), "+2 -1 ~1 actions");
    CHECK_EQ_STR(account(b, a), "+1 -2 ~1 actions");
    CHECK_EQ_STR(account(NULL, a), "+2 actions");
    CHECK_EQ_STR(account(a, NULL), "-2 actions");
    CHECK_EQ_STR(account(NULL, NULL), "the same actions");
    struct account one = {.changed = 1};
    struct buffer out = {0};
    account_describe(&one, &out);
    CHECK_EQ_STR(buffer_str(&out), "~1 action");
    buffer_finish(&out);
    graph_destroy(a);
    graph_destroy(same);
    graph_destroy(b);
}

/* An action with all that one may have, in pieces: each may be replaced. */
static const char *const pieces[] = {
    ":outputs [\"o\"]",
    ":inputs {:ifwritten [\"a\"]}",
    ":description \"says\"",
    ":pool \"console\"",
    ":depfile \"o.d\"",
    ":env [\"ONE\"]",
    ":order-only [\"b\"]",
    ":rspfile {:path \"r\" :content \"c\"}",
    ":implicit {:watch {\"dir\" (fn [event] true)}}",
    ":rule {:command [\"cc\"] :stdin \"a\" :env {\"V\" \"1\"}}",
};
static const struct {
    uint32_t piece;
    const char *other;
} others[] = {
    {1, ":inputs {:ifchanged [\"a\"]}"},
    {2, ":description \"says more\""},
    {3, ""},
    {4, ":depfile \"p.d\""},
    {5, ":env [\"TWO\"]"},
    {6, ":order-only [\"c\"]"},
    {7, ":rspfile {:path \"r\" :content \"d\"}"},
    {7, ":rspfile {:path \"s\" :content \"c\"}"},
    {8, ":implicit {:watch {\"dir\" (fn [event] false)}}"},
    {8, ":implicit {:watch {\"sub\" (fn [event] true)}}"},
    {9, ":rule {:command [\"c+\"] :stdin \"a\" :env {\"V\" \"1\"}}"},
    {9, ":rule {:command [\"cc\"] :stdin \"a\" :env {\"V\" \"2\"}}"},
    {9, ":rule {:command [\"cc\"] :env {\"V\" \"1\"}}"},
};

/* The graph with one piece replaced, somewhere else in the file. */
static struct graph *
graph_with(uint32_t piece, const char *other, const char *front)
{
    struct buffer text = {0};
    buffer_add_format(&text, "%s(action", front);
    for (uint32_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        buffer_add_format(&text, " %s", i == piece ? other : pieces[i]);
    }
    buffer_add_str(&text, ")\n");
    struct graph *graph = graph_of(buffer_str(&text));
    buffer_finish(&text);
    return graph;
}

TEST(an_account_sees_all_that_an_action_may_have)
{
    struct graph *base = graph_with(UINT32_MAX, "", "");
    struct graph *moved = graph_with(UINT32_MAX, "", "\n\n");
    CHECK_EQ_STR(account(base, moved), "the same actions");
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        struct graph *changed =
            graph_with(others[i].piece, others[i].other, "");
        if (strcmp(account(base, changed), "~1 action") != 0) {
            CHECK_EQ_STR(others[i].other, "told of");
        }
        graph_destroy(changed);
    }
    graph_destroy(base);
    graph_destroy(moved);
}

/* --- Files ------------------------------------------------------------------------------ */

TEST(files_that_change_come_or_go_are_seen)
{
    int there = chdir(test_dir());
    assert(there == 0);
    static const char paths[] = "one\0two";
    struct slice rows = {paths, sizeof(paths)};
    struct seen seen = {{0}};
    write_file("one", "1");
    seen_take(&seen, rows, seen_now() + 1000000000);
    CHECK(!seen_changed(&seen));
    write_file("two", "2");
    CHECK(seen_changed(&seen));
    seen_take(&seen, rows, seen_now() + 1000000000);
    CHECK(!seen_changed(&seen));
    write_file("one", "longer");
    CHECK(seen_changed(&seen));
    seen_take(&seen, rows, seen_now() + 1000000000);
    unlink("one");
    CHECK(seen_changed(&seen));
    // One that was written after the reading began is looked at again.
    write_file("one", "1");
    seen_take(&seen, rows, 0);
    CHECK(seen_changed(&seen));
    // Nor is another file of the same time and size the same.
    const struct timespec times[2] = {{1700000000, 0}, {1700000000, 0}};
    write_file("two", "2");
    write_file("other", "3");
    REQUIRE(utimensat(AT_FDCWD, "two", times, 0) == 0);
    REQUIRE(utimensat(AT_FDCWD, "other", times, 0) == 0);
    seen_take(&seen, rows, seen_now());
    CHECK(!seen_changed(&seen));
    REQUIRE(rename("other", "two") == 0);
    CHECK(seen_changed(&seen));
    seen_finish(&seen);
    CHECK(!seen_changed(&seen));
}

/* --- Queries ------------------------------------------------------------------------------ */

static const char *
form_of(const char *line)
{
    static char text[200];
    struct buffer out = {0};
    bool is = question_form(slice_of(line), &out);
    snprintf(text, sizeof(text), "%s", is ? buffer_str(&out) : "no query");
    buffer_finish(&out);
    return text;
}

TEST(lines_that_are_queries_become_calls)
{
    CHECK_EQ_STR(form_of("? a | deps\n"), "(ronin-repl/query \" a | deps\")");
    CHECK_EQ_STR(form_of("\n  | deps "), "(ronin-repl/query-on *1 \" deps\")");
    CHECK_EQ_STR(form_of("?\"a\\b\""), "(ronin-repl/query \"\\\"a\\\\b\\\"\")");
    CHECK_EQ_STR(form_of("(+ 1 2)"), "no query");
    CHECK_EQ_STR(form_of(""), "no query");
    CHECK_EQ_STR(form_of("  \n"), "no query");
}

/* --- Additions ------------------------------------------------------------------------------ */

static Value
read_body(void *arg)
{
    const char *text = arg;
    struct magma_reader *reader =
        magma_reader_create((struct magma_text){text, strlen(text)}, "typed");
    Value form = VALUE_NIL;
    struct error_place place;
    bool more = magma_read(reader, &form, &place);
    assert(more);
    magma_reader_destroy(reader);
    return form;
}

static Value
form(const char *text)
{
    Value value = VALUE_NIL;
    Value thrown = VALUE_NIL;
    bool done = magma_try(read_body, (void *)(uintptr_t)text, &value, &thrown);
    assert(done);
    return value;
}

static void
add(struct additions *a, const char *text, const char *keys, size_t len)
{
    struct addition addition = {.form = form(text),
                                .place = {.file = VALUE_NIL, .line = 1},
                                .ns = slice_of("user"),
                                .keys = {keys, len},
                                .value = VALUE_ABSENT};
    additions_add(a, &addition);
}

static const char *
described(const struct additions *a)
{
    static char text[200];
    struct buffer out = {0};
    additions_describe(a, &out);
    snprintf(text, sizeof(text), "%s", buffer_str(&out));
    buffer_finish(&out);
    return text;
}

TEST(forms_tell_what_they_define)
{
    load_start_language(NULL);
    CHECK_EQ_STR(additions_name_of(form("(defn f [] 1)")).bytes, "f");
    CHECK_EQ_STR(additions_name_of(form("(def ^:x g 1)")).bytes, "g");
    CHECK_EQ_INT(additions_name_of(form("(defmethod f 1 [] 1)")).len, 0);
    CHECK_EQ_INT(additions_name_of(form("(def)")).len, 0);
    CHECK_EQ_INT(additions_name_of(form("42")).len, 0);
    CHECK(additions_matters(form("(require 'a.b)")));
    CHECK(additions_matters(form("(defmethod f 1 [] 1)")));
    CHECK(!additions_matters(form("(+ 1 2)")));
    CHECK(!additions_matters(form("[def x]")));
}

TEST(what_is_typed_anew_takes_the_place_of_what_was)
{
    static const char x[] = "x\0";
    static const char both[] = "x\0y\0";
    load_start_language(NULL);
    struct additions *a = additions_create();
    add(a, "(def n 1)", "", 0);
    add(a, "(action :a)", x, sizeof(x) - 1);
    add(a, "(def n 2)", "", 0);
    CHECK_EQ_STR(described(a), "x, n");
    CHECK_EQ_INT(additions_instead(a, form("(def n 5)"), "user"), 1);
    CHECK_EQ_INT(additions_instead(a, form("(def n 5)"), "other"),
                 ADDITIONS_NONE);
    CHECK_EQ_INT(additions_instead(a, form("(n)"), "user"), ADDITIONS_NONE);
    CHECK(additions_take(a, ADDITIONS_NONE, "x"));
    CHECK(!additions_take(a, 0, "x"));
    CHECK(!additions_take(a, ADDITIONS_NONE, "y"));
    add(a, "(action :b)", both, sizeof(both) - 1);
    CHECK_EQ_STR(described(a), "n, x");
    CHECK_EQ_INT(additions_count(a), 2);
    additions_clear(a);
    CHECK_EQ_STR(described(a), "");
    additions_destroy(a);
}
