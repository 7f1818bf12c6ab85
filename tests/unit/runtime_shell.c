/* SPDX-License-Identifier: MIT */
/* Every line is also given to the shell itself: what is split must be split in
 * the same way. */
#include "runtime/ninja/shell.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The words between < and >; "sh" if it is for the shell. */
static char *
split(const char *line)
{
    struct buffer words = {0};
    struct buffer shown = {0};
    uint32_t count = 0;
    if (shell_split(slice_of(line), &words, &count)) {
        struct slice row = buffer_slice(&words);
        struct slice word;
        while (slice_next_text(&row, &word)) {
            buffer_add_format(&shown, "<%s>", word.bytes);
        }
    } else {
        buffer_add_str(&shown, "sh");
    }
    buffer_finish(&words);
    return buffer_take(&shown);
}

/* What a shell makes of the line's words, without running them. */
static char *
split_by_shell(const char *line)
{
    char *path = mem_format("%s/line", test_dir());
    FILE *file = fopen(path, "w");
    fprintf(file, "set -f; set -- %s\nfor w; do printf '<%%s>' \"$w\"; done\n",
            line);
    fclose(file);
    char *command = mem_format("/bin/sh %s", path);
    FILE *pipe = popen(command, "r");
    struct buffer out = {0};
    char part[256];
    size_t len = 0;
    while ((len = fread(part, 1, sizeof(part), pipe)) > 0) {
        buffer_add(&out, part, len);
    }
    pclose(pipe);
    free(command);
    free(path);
    return buffer_take(&out);
}

/* The line is split, into the very words of the shell. */
static void
check_split(const char *line, const char *expected)
{
    char *ours = split(line);
    char *theirs = split_by_shell(line);
    CHECK_EQ_STR(ours, expected);
    CHECK_EQ_STR(theirs, expected);
    free(ours);
    free(theirs);
}

static void
check_shell(const char *line)
{
    char *ours = split(line);
    if (!CHECK_EQ_STR(ours, "sh")) {
        fprintf(stderr, "# line: %s\n", line);
    }
    free(ours);
}

TEST(shell_splits_plain_words)
{
    check_split("cc -c a.c -o a.o", "<cc><-c><a.c><-o><a.o>");
    check_split("  cc\t-c  a.c ", "<cc><-c><a.c>");
    check_split("cc -DX=1 --std=c99 a@b %c +d ^e ,f ]g",
                "<cc><-DX=1><--std=c99><a@b><%c><+d><^e><,f><]g>");
    check_split("cc a#b x~y", "<cc><a#b><x~y>");
    check_split("'-x' -x +x", "<-x><-x><+x>");
    check_split("cc \xc3\xa4\xff z", "<cc><\xc3\xa4\xff><z>");
}

TEST(shell_splits_quoted_words)
{
    check_split("cc '-DX=\"a b\"' '' z", "<cc><-DX=\"a b\"><><z>");
    check_split("cc \"a b\"'c d'e \"\"", "<cc><a bc de><>");
    check_split("cc -DX=\\\"a\\\" b\\ c \\$HOME \\#d",
                "<cc><-DX=\"a\"><b c><$HOME><#d>");
    check_split("cc \"a\\\"b\\\\c\\d\\$e\"", "<cc><a\"b\\c\\d$e>");
    check_split("cc '*' \"?\" '$x' '~' \\~ \"~\" '#'",
                "<cc><*><?><$x><~><~><~><#>");
    check_split("cc 'a;b' \"c&d\" 'e|f' '(g)' \"{h,i}\"",
                "<cc><a;b><c&d><e|f><(g)><{h,i}>");
}

TEST(shell_keeps_operators)
{
    static const char *const lines[] = {
        "a && b",    "a || b", "a | b",  "a ; b",  "a &",      "(a)",
        "a > b",     "a <b",   "a 2>&1", "a\nb",   "a `b`",    "a $b",
        "a $(b)",    "a *.c",  "a b?",   "a [bc]", "a {b,c}",  "a \"$b\"",
        "a \"`b`\"", "a 'b",   "a \"b",  "a \\",   "a b\\\nc", "a \"b\\\nc\"",
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        check_shell(lines[i]);
    }
}

TEST(shell_keeps_what_depends_on_the_place)
{
    check_shell("X=1 cc");
    check_shell("cc # comment");
    check_shell("cc ~/x");
    check_shell("cc --prefix=~/x");
    check_shell("cc a:~/x");
    check_shell("#");
    check_shell("");
    check_shell("   ");
    check_shell("'' a");
}

TEST(shell_keeps_its_own_words)
{
    static const char *const lines[] = {
        "cd x",
        "echo a\\n",
        "exit 3",
        "test -f x",
        "[ -f x ]",
        ". ./x",
        ": a",
        "if a",
        "while a",
        "export A",
        "'cd' x",
        "true",
        "printf x",
        "exec cc",
        "! a",
        // Of other shells than the usual one, and options of all of them.
        "bind x",
        "disown x",
        "]] x",
        "print x",
        "%1",
        "'%1' x",
        "-x cc",
        "+x cc",
        "-- cc",
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        check_shell(lines[i]);
    }
}

TEST(shell_leaves_neutral_commands_out)
{
    char *words = split(": && cc a.o -o a && :");
    CHECK_EQ_STR(words, "<cc><a.o><-o><a>");
    free(words);
    words = split(":  && : && cc a.o && : && :");
    CHECK_EQ_STR(words, "<cc><a.o>");
    free(words);
    check_shell(": && cc a && strip a && :");
    check_shell(": && cd x && :");
    check_shell("cc a || true && :");
    check_shell(": &&");
    check_shell(": && :");
}

TEST(shell_gives_the_whole_line_to_the_shell)
{
    struct buffer words = {0};
    uint32_t count = 0;
    CHECK(!shell_split(slice_of(": && a | b && :"), &words, &count));
    CHECK_EQ_INT(count, 3);
    static const char expected[] = "/bin/sh\0-c\0: && a | b && :";
    CHECK_EQ_INT(words.len, sizeof(expected));
    CHECK_EQ_MEM(words.bytes, expected, sizeof(expected));
    buffer_finish(&words);
}

/* --- Lines that nobody thought of ------------------------------------------------- */

/* A line of pieces that mean something to a shell, in any order. */
static char *
random_line(uint64_t *seed)
{
    static const char *const pieces[] = {
        "a", "b.c", "\xc3\xa9", " ",  " ", "\t", "'", "'", "\"", "\"", "\\",
        "~", "=",   ":",        "#",  "$", "*",  "[", "]", ";",  "&",  "|",
        "!", "{",   "}",        "-x", "/", "%",  "(", "`", "<",
    };
    struct buffer line = {0};
    buffer_add_str(&line, "x");
    for (int i = 0; i < 12; i++) {
        *seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
        // The plain ones come often, or hardly a line would be split.
        uint64_t pick = *seed >> 33;
        size_t some = (pick & 7) < 6 ? 14 : sizeof(pieces) / sizeof(pieces[0]);
        buffer_add_str(&line, pieces[(pick >> 3) % some]);
    }
    return buffer_take(&line);
}

TEST(shell_agrees_on_random_lines)
{
    uint64_t seed = 20;
    uint32_t split_lines = 0;
    for (int i = 0; i < 1500; i++) {
        char *line = random_line(&seed);
        char *ours = split(line);
        if (strcmp(ours, "sh") != 0) {
            char *theirs = split_by_shell(line);
            if (!CHECK_EQ_STR(theirs, ours)) {
                fprintf(stderr, "# line: %s\n", line);
            }
            free(theirs);
            split_lines++;
        }
        free(ours);
        free(line);
    }
    CHECK(split_lines > 100);
}

/* The words of a line that another one goes before are those that it has alone. */
static void
check_next(struct shell_row *row, const char *line)
{
    struct buffer words = {0};
    uint32_t count = 0;
    uint32_t same = 0;
    (void)shell_split(slice_of(line), &words, &count);
    struct slice left = buffer_slice(&words);
    struct slice word;
    shell_row_next(row, slice_of(line), &same);
    bool agrees = CHECK_EQ_INT(row->ends.count, count) && CHECK(same <= count);
    for (uint32_t i = 0; agrees && slice_next_text(&left, &word); i++) {
        agrees = CHECK_EQ_STR(shell_row_word(row, i).bytes, word.bytes) &&
                 CHECK_EQ_INT(shell_row_word(row, i).len, word.len);
    }
    if (!agrees) {
        fprintf(stderr, "# line: %s\n", line);
    }
    buffer_finish(&words);
}

TEST(shell_splits_line_after_line)
{
    static const char *const lines[] = {
        "cc -c a.c -o a.o",
        "cc -c b.c -o b.o",
        "cc -c b.c -o b.o",
        "cc -c b.c",
        "cc -c b.cc",
        "cc -c b.c | cat",
        "cc -c b.c -o b.o",
        ": && cc -c b.c",
        ": && cc -c b.c && :",
        "cc -c 'b c' d",
        "cc -c 'b c'x d",
        "cc -c 'b c'x  d",
        "cc",
        "",
        "cc x=~ y",
        "cc x=",
        "x=1 cc",
        "x",
        "'' a",
        "' a",
        "x \\",
        "-x",
        "echo a",
        "cc #",
    };
    struct shell_row row = shell_row_create();
    size_t count = sizeof(lines) / sizeof(lines[0]);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < count; k++) { // Each one behind each.
            check_next(&row, lines[i]);
            check_next(&row, lines[k]);
        }
    }
    uint32_t same = 0;
    shell_row_next(&row, slice_of("cc -O2 -c a.c"), &same);
    shell_row_next(&row, slice_of("cc -O2 -c b.c"), &same);
    CHECK_EQ_INT(same, 3);
    shell_row_next(&row, slice_of("cc -O22 -c b.c"), &same);
    CHECK_EQ_INT(same, 1);
    shell_row_finish(&row);
}

/* Lines that begin with a part of the one before, as those of one rule do. */
TEST(shell_splits_random_lines_one_after_the_other)
{
    uint64_t seed = 21;
    struct shell_row row = shell_row_create();
    char *before = random_line(&seed);
    for (int i = 0; i < 20000; i++) {
        char *line = random_line(&seed);
        size_t cut = (size_t)(seed >> 40) % (strlen(before) + 1);
        char *mixed = mem_format("%.*s%s", (int)cut, before, line);
        mixed[strlen(mixed) < 80 ? strlen(mixed) : 80] = 0;
        check_next(&row, mixed);
        free(before);
        free(line);
        before = mixed;
    }
    free(before);
    shell_row_finish(&row);
}
