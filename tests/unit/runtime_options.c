/* SPDX-License-Identifier: MIT */
#include "runtime/cli/command.h"
#include "runtime/cli/options.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The words of a command line, split as main does; "verb: word word". */
static const char *
split(const char *line)
{
    static char text[512];
    static char copy[512];
    char *argv[32] = {NULL};
    int argc = 0;
    snprintf(copy, sizeof(copy), "%s", line);
    for (char *word = strtok(copy, " "); word != NULL;
         word = strtok(NULL, " ")) {
        argv[argc++] = word;
    }
    char **words = NULL;
    const struct command *command = command_split(argc, argv, &words);
    snprintf(text, sizeof(text), "%s:", command == NULL ? "-" : command->name);
    for (char **word = words + 1; *word != NULL; word++) {
        size_t len = strlen(text);
        snprintf(text + len, sizeof(text) - len, " %s", *word);
    }
    free(words);
    return text;
}

TEST(options_first_word_is_the_verb)
{
    CHECK_EQ_STR(split("ronin why x"), "why: x");
    CHECK_EQ_STR(split("ronin -C dir build x"), "build: -C dir x");
    CHECK_EQ_STR(split("ronin -j 4 -v clean"), "clean: -j 4 -v");
    CHECK_EQ_STR(split("ronin -vj 4 clean"), "clean: -vj 4");
    CHECK_EQ_STR(split("ronin --color=never eval f"), "eval: --color=never f");
    CHECK_EQ_STR(split("ronin --color never eval f"), "eval: --color never f");
}

TEST(options_other_words_are_targets)
{
    CHECK_EQ_STR(split("ronin"), "-:");
    CHECK_EQ_STR(split("ronin main"), "-: main");
    CHECK_EQ_STR(split("ronin main why"), "-: main why");
    CHECK_EQ_STR(split("ronin -- why"), "-: -- why");
    CHECK_EQ_STR(split("ronin -j4"), "-: -j4");
    CHECK_EQ_STR(split("ronin -C why main"), "-: -C why main");
}

/* Options for a verb with the value "value". */
static struct options
with_value(const char *value)
{
    struct options o = {.command = &command_build, .value = value};
    return o;
}

static bool
bytes_of(const char *value, uint64_t *bytes)
{
    struct options o = with_value(value);
    bool good = options_bytes(&o, bytes);
    CHECK_EQ_INT(o.status, good ? 0 : 2);
    return good;
}

/* Messages of what is meant to fail go nowhere. */
static void
silence(bool on)
{
    static int saved = -1;
    fflush(stderr);
    if (on) {
        saved = dup(STDERR_FILENO);
        FILE *sink = freopen("/dev/null", "w", stderr);
        REQUIRE(sink != NULL);
    } else {
        dup2(saved, STDERR_FILENO);
        close(saved);
    }
}

TEST(options_bytes_have_units)
{
    uint64_t n = 0;
    CHECK(bytes_of("10", &n));
    CHECK_EQ_INT(n, 10);
    CHECK(bytes_of("2K", &n));
    CHECK_EQ_INT(n, 2048);
    CHECK(bytes_of("3M", &n));
    CHECK_EQ_INT(n, 3 << 20);
    CHECK(bytes_of("4G", &n));
    CHECK_EQ_INT(n, (intmax_t)4 << 30);
    silence(true);
    CHECK(!bytes_of("", &n));
    CHECK(!bytes_of("0", &n));
    CHECK(!bytes_of("x", &n));
    CHECK(!bytes_of("4T", &n));
    CHECK(!bytes_of("4GB", &n));
    CHECK(!bytes_of("-1", &n));
    CHECK(!bytes_of("99999999999999999999", &n));
    CHECK(!bytes_of("18446744073709551615G", &n));
    silence(false);
}

TEST(options_numbers_have_bounds)
{
    uint64_t n = 0;
    struct options o = with_value("7");
    CHECK(options_number(&o, 1, 10, &n));
    CHECK_EQ_INT(n, 7);
    silence(true);
    const char *bad[] = {"0", "11", "abc", "", "7x", "-7", "+7", " 7"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        o = with_value(bad[i]);
        CHECK(!options_number(&o, 1, 10, &n));
        CHECK_EQ_INT(o.status, 2);
    }
    silence(false);
}

TEST(options_are_found_by_letter_and_name)
{
    bool attached = false;
    const struct option_row *rows = command_build.options;
    const struct option_row *row = options_find(rows, "-j4", &attached);
    REQUIRE(row != NULL);
    CHECK_EQ_INT(row->id, 'j');
    CHECK(attached);
    row = options_find(rows, "-j", &attached);
    CHECK(row != NULL && !attached);
    row = options_find(rows, "--events", &attached);
    CHECK(row != NULL && row->id == OPTION_EVENTS && !attached);
    row = options_find(rows, "--events=x", &attached);
    CHECK(row != NULL && attached);
    CHECK(options_find(rows, "-", &attached) == NULL);
    CHECK(options_find(rows, "word", &attached) == NULL);
    CHECK(options_find(rows, "--nothing", &attached) == NULL);
}
