/* SPDX-License-Identifier: MIT */
#include "exec/decide/dyndep.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <string.h>

/* The statements as text: "out|more more:in in" for each, a line each; or what
 * the error says, with its place. */
static const char *
parsed_bytes(const char *text, size_t len)
{
    static char shown[2000];
    struct dyndep dyndep = {0};
    struct error err = {0};
    struct buffer out = {0};
    if (!dyndep_parse("dd", (struct slice){text, len}, &dyndep, &err)) {
        buffer_add_format(&out, "%s %s", err.where != NULL ? err.where : "-",
                          err.what);
    }
    for (uint32_t i = 0; err.what == NULL && i < dyndep.entries.count; i++) {
        const struct dyndep_entry *entry = vec_at(&dyndep.entries, i);
        buffer_add_str(&out, dyndep_text(&dyndep, entry->output));
        uint32_t at = entry->outputs;
        for (uint32_t k = 0; k < entry->output_count; k++) {
            buffer_add_str(&out, k == 0 ? "|" : " ");
            buffer_add_str(&out, dyndep_text(&dyndep, at));
            at += (uint32_t)strlen(dyndep_text(&dyndep, at)) + 1;
        }
        at = entry->inputs;
        for (uint32_t k = 0; k < entry->input_count; k++) {
            buffer_add_str(&out, k == 0 ? ":" : " ");
            buffer_add_str(&out, dyndep_text(&dyndep, at));
            at += (uint32_t)strlen(dyndep_text(&dyndep, at)) + 1;
        }
        buffer_add_str(&out, entry->restat ? "!\n" : "\n");
    }
    snprintf(shown, sizeof(shown), "%s", buffer_str(&out));
    buffer_finish(&out);
    error_finish(&err);
    dyndep_finish(&dyndep);
    return shown;
}

static const char *
parsed(const char *text)
{
    return parsed_bytes(text, strlen(text));
}

#define V "ninja_dyndep_version = 1\n"

TEST(statements_name_inputs_and_outputs)
{
    CHECK_EQ_STR(parsed(V), "");
    CHECK_EQ_STR(parsed(V "build a: dyndep\n"), "a\n");
    CHECK_EQ_STR(parsed(V "build a: dyndep | b c\n"), "a:b c\n");
    CHECK_EQ_STR(parsed(V "build a | x y: dyndep\n"), "a|x y\n");
    CHECK_EQ_STR(parsed(V "build a|x:dyndep|b\n"), "a|x:b\n");
    CHECK_EQ_STR(parsed(V "build b: dyndep | c\nbuild a: dyndep | d\n"),
                 "a:d\nb:c\n");
}

TEST(restat_stands_further_in)
{
    CHECK_EQ_STR(parsed(V "build a: dyndep\n  restat = 1\n"), "a!\n");
    CHECK_EQ_STR(parsed(V "build a: dyndep\n  restat =\n"), "a\n");
    CHECK_EQ_STR(parsed(V "build a: dyndep\n restat=1\nbuild b: dyndep\n"),
                 "a!\nb\n");
    CHECK_EQ_STR(parsed(V "build a: dyndep\n\n# x\n  restat = 1"), "a!\n");
    CHECK_EQ_STR(
        parsed(V "build a: dyndep\n  pool = x\n"),
        "dd:3:3 not a dyndep file: only \"restat = 1\" can stand here");
}

TEST(lines_may_end_anyhow)
{
    CHECK_EQ_STR(parsed("ninja_dyndep_version = 1"), "");
    CHECK_EQ_STR(parsed("ninja_dyndep_version=1.0\r\nbuild a: dyndep | b\r\n"),
                 "a:b\n");
    CHECK_EQ_STR(parsed("# x\n\n  # y\n   \n" V "build a: dyndep"), "a\n");
    CHECK_EQ_STR(parsed(V "build $\n   a: $\n dyndep | $\r\n b\n"), "a:b\n");
    CHECK_EQ_STR(parsed(V "build a: dyndep | b# c\n"), "a:b# c\n");
    CHECK_EQ_STR(parsed(V "   "), "");
}

TEST(paths_are_escaped_and_canonical)
{
    CHECK_EQ_STR(parsed(V "build ./a: dyndep | x/../b y//c\n"), "a:b y/c\n");
    CHECK_EQ_STR(parsed(V "build a$ b: dyndep | c$:d e$$f\n"), "a b:c:d e$f\n");
    CHECK_EQ_STR(parsed(V "build a: dyndep | \xc3\xa9\n"), "a:\xc3\xa9\n");
    CHECK_EQ_STR(parsed(V "build a: dyndep | ${x}\n"),
                 "dd:2:19 not a dyndep file: \"$\" stands before a blank, ':', "
                 "'$' or the end of a line");
}

TEST(versions_are_checked)
{
    const char *missing =
        "dd:1:1 not a dyndep file: it does not begin with its "
        "version";
    CHECK_EQ_STR(parsed(""), missing);
    CHECK_EQ_STR(parsed("build a: dyndep\n"), missing);
    CHECK_EQ_STR(parsed("ninja_dyndep_versions = 1\n"), missing);
    CHECK_EQ_STR(parsed("ninja_dyndep_version = 1-extra\n"), "");
    CHECK_EQ_STR(parsed("ninja_dyndep_version = 1.0-extra\n"), "");
    const char *unknown = "dd:1:24 not a dyndep file: only version 1 is known";
    CHECK_EQ_STR(parsed("ninja_dyndep_version = 2\n"), unknown);
    CHECK_EQ_STR(parsed("ninja_dyndep_version = 1.1\n"), unknown);
    CHECK_EQ_STR(parsed("ninja_dyndep_version = \n"), unknown);
    CHECK_EQ_STR(parsed(V V), "dd:2:1 not a dyndep file: a line begins with "
                              "\"build\"");
}

TEST(what_is_no_statement_says_where)
{
    CHECK_EQ_STR(
        parsed(V "build a b: dyndep\n"),
        "dd:2:7 not a dyndep file: one output stands before the '|' or "
        "':', by which its action is known");
    CHECK_EQ_STR(
        parsed(V "build : dyndep\n"),
        "dd:2:7 not a dyndep file: one output stands before the '|' or "
        "':', by which its action is known");
    CHECK_EQ_STR(
        parsed(V "build a\n"),
        "dd:2:8 not a dyndep file: a ':' is missing after the outputs");
    CHECK_EQ_STR(parsed(V "build a: cc\n"),
                 "dd:2:10 not a dyndep file: \"dyndep\" stands behind the ':'");
    CHECK_EQ_STR(parsed(V "build a: dyndep b\n"),
                 "dd:2:17 not a dyndep file: the line should end here");
    CHECK_EQ_STR(parsed(V "build a: dyndep || b\n"),
                 "dd:2:17 not a dyndep file: the line should end here");
    CHECK_EQ_STR(parsed(V "rule x\n"),
                 "dd:2:1 not a dyndep file: a line begins "
                 "with \"build\"");
    CHECK_EQ_STR(parsed(V "build a: dyndep\nbuild ./a: dyndep\n"),
                 "- dd: two statements about a");
    CHECK_EQ_STR(parsed_bytes(V "build a\0b: dyndep\n", sizeof(V) + 17),
                 "dd:2:8 not a dyndep file: it has a zero byte");
}

TEST(outputs_are_found)
{
    struct dyndep dyndep = {0};
    struct error err = {0};
    struct buffer text = {0};
    buffer_add_str(&text, V);
    for (unsigned i = 0; i < 1000; i++) {
        buffer_add_format(&text, "build o%u: dyndep | i%u\n", i * 7 % 1000, i);
    }
    REQUIRE(dyndep_parse("dd", buffer_slice(&text), &dyndep, &err));
    CHECK_EQ_INT(dyndep.entries.count, 1000);
    for (unsigned i = 0; i < 1000; i++) {
        char name[20];
        snprintf(name, sizeof(name), "o%u", i);
        const struct dyndep_entry *entry = dyndep_find(&dyndep, name);
        REQUIRE(entry != NULL);
        CHECK_EQ_STR(dyndep_text(&dyndep, entry->output), name);
        CHECK_EQ_INT(entry->input_count, 1);
    }
    CHECK(dyndep_find(&dyndep, "o1000") == NULL);
    CHECK(dyndep_find(&dyndep, "") == NULL);
    dyndep_finish(&dyndep);
    buffer_finish(&text);
}
