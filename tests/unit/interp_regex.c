/* SPDX-License-Identifier: MIT */
#include "tests/lib/values.h"

#include "interp/data/regex.h"
#include "interp/data/regex_java.h"

#include <string.h>

static Value
regex(const char *source)
{
    return regex_make(string(source));
}

/* The first match of a pattern as a string, groups with "|" between. */
static const char *
first(const char *pattern, const char *text)
{
    struct regex_match match;
    if (!regex_find(regex(pattern), string(text), 0, &match)) {
        return NULL;
    }
    Value v = regex_match_value(&match);
    if (text_is(v)) {
        return text_bytes(v);
    }
    struct text_builder builder;
    text_builder_init(&builder);
    for (uint32_t i = 0; i < vector_count(v); i++) {
        Value group = vector_at(v, i);
        text_builder_add(&builder, "|", i > 0);
        text_builder_add_text(&builder, text_is(group) ? group : string("nil"));
    }
    return text_bytes(text_builder_string(&builder));
}

static const char *
replaced(const char *pattern, const char *text, const char *with)
{
    return bytes_of(
        regex_replace(regex(pattern), string(text), string(with), true));
}

struct task {
    const char *pattern;
    const char *text;
    const char *with;
};

static Value
run_task(void *arg)
{
    const struct task *task = arg;
    return regex_replace(regex(task->pattern), string(task->text),
                         string(task->with), true);
}

static const char *
refusal(const char *pattern, const char *text, const char *with)
{
    struct task task = {pattern, text, with};
    return thrown_by(run_task, &task);
}

TEST(finding)
{
    CHECK_EQ_STR(first("b+", "abbbc"), "bbb");
    CHECK_EQ_STR(first("x", "abc"), NULL);
    CHECK_EQ_STR(first("(a)(b)?", "ac"), "a|a|nil");
    CHECK_EQ_STR(first("(\\d+)-(\\d+)", "see 12-345"), "12-345|12|345");
    CHECK_EQ_STR(first("", "abc"), "");
    CHECK_EQ_STR(first("(?i)ABC", "xabc"), "abc");
}

TEST(characters_are_code_points)
{
    CHECK_EQ_STR(first("^.$", "😀"), "😀");
    CHECK_EQ_STR(first("[é-ü]+", "aéü"), "éü");
    CHECK_EQ_STR(first("\\u00e9", "aé"), "é");
    CHECK_EQ_STR(first("\\p{L}+", "12äb"), "äb");
}

TEST(classes_of_java)
{
    CHECK_EQ_STR(first("\\p{Alpha}+", "12ab3"), "ab");
    CHECK_EQ_STR(first("[\\p{Digit}_]+", "ab1_2"), "1_2");
    CHECK_EQ_STR(first("\\P{Alpha}+", "ab12"), "12");
    CHECK_EQ_STR(first("\\p{javaLowerCase}+", "ABcd"), "cd");
    CHECK_EQ_STR(first("\\p{IsAlphabetic}+", "1äb"), "äb");
    CHECK_EQ_STR(first("\\\\p\\{Alpha}", "\\p{Alpha}"), "\\p{Alpha}");
}

TEST(whole_text)
{
    struct regex_match match;
    CHECK(regex_matches(regex("a+"), string("aaa"), &match));
    CHECK_EQ_INT(match.end, 3);
    CHECK(!regex_matches(regex("a+"), string("aab"), &match));
    CHECK(!regex_matches(regex("a+"), string("baa"), &match));
    CHECK(regex_matches(regex("a|ab"), string("ab"), &match));
    CHECK(!regex_matches(regex("a$"), string("a\n"), &match));
}

TEST(going_on)
{
    struct regex_match match;
    Value text = string("aébé");
    Value pattern = regex("é");
    REQUIRE(regex_find(pattern, text, 0, &match));
    CHECK_EQ_INT(match.start, 1);
    REQUIRE(regex_find(pattern, text, regex_after(&match), &match));
    CHECK_EQ_INT(match.start, 4);
    CHECK(!regex_find(pattern, text, regex_after(&match), &match));
}

TEST(empty_matches_come_to_an_end)
{
    struct regex_match match;
    Value text = string("é1");
    Value pattern = regex("x*");
    int count = 0;
    uint32_t from = 0;
    while (regex_find(pattern, text, from, &match)) {
        count++;
        from = regex_after(&match);
        REQUIRE(count < 10);
    }
    CHECK_EQ_INT(count, 3);
}

TEST(what_stands_before_is_seen)
{
    struct regex_match match;
    CHECK(regex_find(regex("(?<=a)b"), string("ab"), 1, &match));
    CHECK(!regex_find(regex("^b"), string("ab"), 1, &match));
}

TEST(replacing)
{
    CHECK_EQ_STR(replaced("b", "abcb", "x"), "axcx");
    CHECK_EQ_STR(replaced("(a)(b)", "abab", "$2$1"), "baba");
    CHECK_EQ_STR(replaced("(?<x>a)", "ab", "<${x}>"), "<a>b");
    CHECK_EQ_STR(replaced("a", "a", "\\$1"), "$1");
    CHECK_EQ_STR(replaced("a", "a", "\\\\"), "\\");
    CHECK_EQ_STR(replaced("(a)", "a", "$10"), "a0");
    CHECK_EQ_STR(replaced("x*", "é1", "-"), "-é-1-");
    CHECK_EQ_STR(replaced("x", "abc", "y"), "abc");
    CHECK_EQ_STR(replaced("(x)?a", "a", "[$1]"), "[]");
    CHECK_EQ_STR(bytes_of(regex_replace(regex("b"), string("abb"), string("x"),
                                        false)),
                 "axb");
}

TEST(bad_replacements_are_errors)
{
    CHECK_EQ_STR(refusal("a", "a", "$1"), "The pattern has no group 1");
    CHECK_EQ_STR(refusal("a", "a", "$"),
                 "The replacement has a $ without a group");
    CHECK_EQ_STR(refusal("a", "a", "${x}"), "The pattern has no group named x");
    CHECK_EQ_STR(refusal("a", "a", "${x"), "The replacement has ${ without }");
}

TEST(bad_patterns_say_where)
{
    CHECK(strstr(refusal("ab(", "", ""), "at character 3: (") != NULL);
    CHECK(strstr(refusal("éb(c", "", ""), "at character 3: (") != NULL);
    CHECK(refusal("[", "", "") != NULL);
    CHECK(refusal("a{2,1}", "", "") != NULL);
}

TEST(hostile_patterns_end)
{
    char text[60];
    memset(text, 'a', sizeof(text));
    text[sizeof(text) - 1] = 0;
    CHECK_EQ_STR(refusal("(a+)+$b", text, ""), NULL);
    CHECK_EQ_STR(refusal("^(a|a?)+$",
                         strcat(strcpy(text, "aaaaaaaaaaaaaaaa"
                                             "aaaaaaaaaaaaaaaa"),
                                "!"),
                         ""),
                 "Matching #\"^(a|a?)+$\" takes too long");
}

TEST(quoting)
{
    CHECK_EQ_STR(bytes_of(regex_replace(regex("x"), string("x"),
                                        regex_quote_replacement(string("$1\\")),
                                        true)),
                 "$1\\");
}

TEST(more_patterns_than_the_cache_holds)
{
    enum { PATTERNS = 1500 };
    Value patterns = vector_empty();
    for (int i = 0; i < PATTERNS; i++) {
        Value source = text_format("^%d$", i);
        patterns = vector_conj(patterns, regex_make(source));
    }
    struct regex_match match;
    for (int i = 0; i < PATTERNS; i++) {
        Value pattern = vector_at(patterns, (uint32_t)i);
        CHECK(regex_find(pattern, text_format("%d", i), 0, &match));
    }
    regex_cache_clear();
    CHECK(regex_find(vector_at(patterns, 5), string("5"), 0, &match));
    CHECK_EQ_STR(bytes_of(regex_source(vector_at(patterns, 5))), "^5$");
}

TEST(kinds)
{
    CHECK(regex_is(regex("a")));
    CHECK(!regex_is(string("a")));
}

TEST(groups_survive_a_collection_at_every_call)
{
    Value pattern = regex("(\\w+) (\\w+)");
    Value text = string("hello world");
    alloc_collect_every(1);
    struct regex_match match;
    bool found = regex_find(pattern, text, 0, &match);
    Value again = regex_replace(pattern, text, string("$2 $1"), true);
    alloc_collect_every(0);
    REQUIRE(found);
    CHECK_EQ_STR(bytes_of(vector_at(match.groups, 2)), "world");
    CHECK_EQ_STR(bytes_of(again), "world hello");
}

/* What PCRE2 gets for a pattern of Java's. */
static const char *
translated(const char *pattern)
{
    return text_bytes(regex_java_translate(text_from_cstring(pattern)).pattern);
}

TEST(java_becomes_pcre2)
{
    CHECK_EQ_STR(translated("ab+"), "ab+");
    CHECK_EQ_STR(translated("\\d(?<x>a)"), "\\d(?<x>a)");
    CHECK_EQ_STR(translated("[a-c]"), "[a-c]");
    CHECK_EQ_STR(translated("[a-c&&[^b]]"), "(?:(?=[a-c])[^b])");
    CHECK_EQ_STR(translated("[^a&&b]"), "(?:(?!(?:(?=[a])[b]))(?s:.))");
    CHECK_EQ_STR(translated("[a[bc]]"), "[abc]");
    CHECK_EQ_STR(translated("[a[^b]]"), "(?:[a]|[^b])");
    CHECK_EQ_STR(translated("\\Q(\\E"), "\\(");
    CHECK_EQ_STR(translated("(?x) a # (\n b"), "ab");
    CHECK_EQ_STR(translated("(?U)\\w"), "(*UCP)\\w");
    CHECK_EQ_STR(translated("(a)\\11"), "(a)\\g{1}1");
}

/* Faults are told where they stand in what was written. */
TEST(places_survive_translation)
{
    struct regex_java java =
        regex_java_translate(text_from_cstring("\\Qab\\E[x&&y]z()"));
    const char *pattern = text_bytes(java.pattern);
    uint32_t open = (uint32_t)(strrchr(pattern, '(') - pattern);
    CHECK_EQ_INT(regex_java_offset(&java, open), 13);
    CHECK_EQ_INT(regex_java_offset(&java, open - 1), 12);
    CHECK_EQ_INT(regex_java_offset(&java, 1), 0);
}
