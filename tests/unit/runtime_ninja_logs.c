/* SPDX-License-Identifier: MIT */
/* ninja's logs: hashes as ninja writes them, texts and bytes of any kind, and a
 * file that several write. */
#include "runtime/ninja/build_log.h"
#include "runtime/ninja/deps_log.h"
#include "runtime/ninja/log_file.h"
#include "runtime/ninja/log_hash.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- Hashes ---------------------------------------------------------------------- */

/* What ninja 1.11.1 and ninja 1.14 wrote for a command of so many characters. */
static const struct {
    size_t len;
    uint64_t murmur;
    uint64_t rapid;
} recorded[] = {
    {1, UINT64_C(0x2e49d2477c6737f0), UINT64_C(0xa2da22321247804b)},
    {2, UINT64_C(0x98fe9d468fefab13), UINT64_C(0x4a480f4c6395d231)},
    {3, UINT64_C(0xf2d1360f1675bfb3), UINT64_C(0xbae980166742c4ce)},
    {4, UINT64_C(0xd9de49a40064b387), UINT64_C(0x275a9b5516fb682a)},
    {5, UINT64_C(0x888dae49510109d8), UINT64_C(0x1d8d0ffa612b4444)},
    {7, UINT64_C(0x4bf2d4484c517582), UINT64_C(0x141de8c140464e48)},
    {8, UINT64_C(0x3b93bd3a660b3dcc), UINT64_C(0x710abe93fcd8905a)},
    {9, UINT64_C(0x95b5879d3be3e66f), UINT64_C(0x74e0235890cea572)},
    {15, UINT64_C(0x3e292ac9967dec4f), UINT64_C(0xef97e6b2b87952b1)},
    {16, UINT64_C(0x19d5e67552d4b79e), UINT64_C(0xee27a5f36ce8fa9d)},
    {17, UINT64_C(0xe571af017148cf64), UINT64_C(0xd9b42f4d76a18721)},
    {24, UINT64_C(0x9b1ffd1a3cc2c747), UINT64_C(0x60cb8f85a36f4302)},
    {31, UINT64_C(0xd8c998c1ca7e9a6), UINT64_C(0xec1e8ca7c7d21e5c)},
    {32, UINT64_C(0x46ccfd53b52fe608), UINT64_C(0x9c42212f5effa40d)},
    {33, UINT64_C(0x66a31b12a8e9e4ab), UINT64_C(0xd3ff422ac552c032)},
    {47, UINT64_C(0x2381fa734a9f5e8e), UINT64_C(0xa938fbbbeed707f3)},
    {48, UINT64_C(0xa678cf7342b1f0d6), UINT64_C(0xeb35fb833cd6eb19)},
    {49, UINT64_C(0x9382a17a4419fbc4), UINT64_C(0x6fcbfa8db1bd138c)},
    {64, UINT64_C(0x34002c54c1bc65ff), UINT64_C(0x314338f0f710f352)},
    {65, UINT64_C(0x3c5a50a9dc1b144d), UINT64_C(0x90695ba146fb2cd4)},
    {95, UINT64_C(0xd66932e07604e4d8), UINT64_C(0x72b9ea8bc2c4b5f)},
    {96, UINT64_C(0x416ee797c1ccf58d), UINT64_C(0xf64840577879b809)},
    {97, UINT64_C(0x349a291428191903), UINT64_C(0x8351b63dc1d964d4)},
    {144, UINT64_C(0x8e303cde64df47fd), UINT64_C(0xe70024a984c38988)},
    {145, UINT64_C(0x75be54ac59918d16), UINT64_C(0xf8b8b90699cd82b)},
    {300, UINT64_C(0x5faf2b8329858011), UINT64_C(0x4b52a2f9f5b2442e)},
};

/* That command: a letter or digit for each place. */
static char *
command_of(size_t len)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    struct buffer text = {0};
    buffer_add_str(&text, ": ");
    for (size_t i = 0; text.len < len; i++) {
        buffer_add_char(&text, letters[i * 7 % 36]);
    }
    buffer_truncate(&text, len);
    return buffer_take(&text);
}

TEST(hashes_are_those_of_ninja)
{
    for (size_t i = 0; i < sizeof(recorded) / sizeof(recorded[0]); i++) {
        char *command = command_of(recorded[i].len);
        struct slice text = {command, recorded[i].len};
        CHECK_EQ_INT(log_hash_murmur(text), recorded[i].murmur);
        CHECK_EQ_INT(log_hash_rapid(text), recorded[i].rapid);
        CHECK_EQ_INT(build_log_hash(5, text), recorded[i].murmur);
        CHECK_EQ_INT(build_log_hash(6, text), recorded[i].murmur);
        CHECK_EQ_INT(build_log_hash(7, text), recorded[i].rapid);
        free(command);
    }
    CHECK(log_hash_murmur(slice_of("")) != log_hash_rapid(slice_of("")));
}

/* --- The build log ------------------------------------------------------------------ */

static struct build_log
read_build_log(const char *text)
{
    struct build_log log;
    build_log_read(&log, slice_of(text));
    return log;
}

TEST(last_line_of_an_output_counts)
{
    struct build_log log = read_build_log("# ninja log v6\n"
                                          "1\t2\t30\ta\tff\n"
                                          "3\t4\t50\ta b\t1\n"
                                          "5\t6\t70\ta\tABC\n");
    CHECK_EQ_INT(log.version, 6);
    CHECK_EQ_INT(log.line_count, 3);
    CHECK_EQ_INT(log.entries.count, 2);
    const struct build_log_entry *entry = build_log_find(&log, slice_of("a"));
    REQUIRE(entry != NULL);
    CHECK_EQ_INT(entry->start_ms, 5);
    CHECK_EQ_INT(entry->end_ms, 6);
    CHECK_EQ_INT(entry->mtime_ns, 70);
    CHECK_EQ_INT(entry->command, 0xabc);
    REQUIRE(build_log_find(&log, slice_of("a b")) != NULL);
    CHECK(build_log_find(&log, slice_of("b")) == NULL);
    build_log_finish(&log);
}

TEST(lines_that_are_none_are_passed_over)
{
    struct build_log log = read_build_log("# ninja log v7\n"
                                          "rubbish\n"
                                          "1\t2\t3\n"
                                          "\n"
                                          "x\ty\tz\tout\tnothing\n"
                                          "1\t2\t3\tcut\t4");
    CHECK_EQ_INT(log.version, 7);
    CHECK_EQ_INT(log.entries.count, 1);
    const struct build_log_entry *entry = build_log_find(&log, slice_of("out"));
    REQUIRE(entry != NULL);
    CHECK_EQ_INT(entry->mtime_ns, 0);
    CHECK_EQ_INT(entry->command, 0);
    CHECK(build_log_find(&log, slice_of("cut")) == NULL);
    CHECK_EQ_INT(log.whole, strlen("# ninja log v7\nrubbish\n1\t2\t3\n\n"
                                   "x\ty\tz\tout\tnothing\n"));
    build_log_finish(&log);
}

TEST(logs_of_other_versions_are_no_logs)
{
    static const struct {
        const char *text;
        const char *fault;
    } rows[] = {
        {"", NULL},
        {"# ninja log v5\n", NULL},
        {"# ninja log v4\n", "build log version is too old; starting over"},
        {"# ninja log v8\n", "build log version is too new; starting over"},
        {"# ninja log v99999999999999999999\n",
         "build log version is too new; starting over"},
        {"# ninja log v", "build log version is too old; starting over"},
        {"something else", "build log version is too old; starting over"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct build_log log = read_build_log(rows[i].text);
        CHECK_EQ_INT(log.version, i == 1 ? 5 : 0);
        CHECK((log.fault == NULL) == (rows[i].fault == NULL));
        if (log.fault != NULL && rows[i].fault != NULL) {
            CHECK_EQ_STR(log.fault, rows[i].fault);
        }
        CHECK(build_log_find(&log, slice_of("a")) == NULL);
        build_log_finish(&log);
    }
}

TEST(what_is_written_is_read)
{
    struct buffer text = {0};
    struct build_log_entry entry = {.start_ms = 12,
                                    .end_ms = 345,
                                    .mtime_ns = INT64_C(1795901835123345489),
                                    .output = slice_of("dir/some out"),
                                    .command = UINT64_C(0x97215d5579033)};
    build_log_add_header(&text, 7);
    build_log_add(&text, &entry);
    CHECK_EQ_STR(buffer_str(&text),
                 "# ninja log v7\n12\t345\t1795901835123345489"
                 "\tdir/some out\t97215d5579033\n");
    struct build_log log;
    build_log_read(&log, buffer_slice(&text));
    const struct build_log_entry *found = build_log_find(&log, entry.output);
    REQUIRE(found != NULL);
    CHECK_EQ_INT(found->mtime_ns, entry.mtime_ns);
    CHECK_EQ_INT(found->command, entry.command);
    build_log_finish(&log);
    buffer_finish(&text);
}

TEST(many_older_lines_make_a_log_long)
{
    struct buffer text = {0};
    build_log_add_header(&text, 7);
    for (int i = 0; i < 120; i++) {
        buffer_add_format(&text, "1\t2\t3\tout%d\t4\n", i % 30);
    }
    struct build_log log;
    build_log_read(&log, buffer_slice(&text));
    CHECK(build_log_is_long(&log));
    build_log_finish(&log);
    buffer_finish(&text);
    text = (struct buffer){0};
    build_log_add_header(&text, 7);
    for (int i = 0; i < 120; i++) {
        buffer_add_format(&text, "1\t2\t3\tout%d\t4\n", i % 60);
    }
    build_log_read(&log, buffer_slice(&text));
    CHECK(!build_log_is_long(&log));
    build_log_finish(&log);
    buffer_finish(&text);
}

/* --- The deps log --------------------------------------------------------------------- */

static struct slice
row_of(const char *texts, size_t len)
{
    return (struct slice){texts, len};
}

/* What is known of an output, as one line. */
static char *
told(const struct deps_log *log, const char *output)
{
    struct deps deps;
    if (!deps_log_find(log, slice_of(output), &deps)) {
        return mem_copy_str("nothing");
    }
    struct buffer text = {0};
    buffer_add_format(&text, "%ld:", (long)deps.mtime_ns);
    for (uint32_t i = 0; i < deps.count; i++) {
        struct slice input = deps_log_input(log, slice_of(output), i);
        buffer_add_char(&text, ' ');
        buffer_add(&text, input.bytes, input.len);
    }
    return buffer_take(&text);
}

#define CHECK_TOLD(log, output, expected) \
    do {                                  \
        char *text_ = told(log, output);  \
        CHECK_EQ_STR(text_, expected);    \
        free(text_);                      \
    } while (0)

/* Two outputs and a later record of the first. */
static struct deps_log
some_deps(void)
{
    struct deps_log log = {0};
    CHECK(deps_log_add(&log, slice_of("a.o"), 7, row_of("a.c\0h.h", 8)));
    CHECK(deps_log_add(&log, slice_of("b.o"), INT64_C(1795901835123345489),
                       row_of("b.c\0h.h", 8)));
    CHECK(deps_log_add(&log, slice_of("a.o"), 8, row_of("a.c", 4)));
    return log;
}

TEST(deps_are_found_again)
{
    struct deps_log log = some_deps();
    CHECK_TOLD(&log, "a.o", "8: a.c");
    CHECK_TOLD(&log, "b.o", "1795901835123345489: b.c h.h");
    CHECK_TOLD(&log, "h.h", "nothing");
    CHECK_TOLD(&log, "never", "nothing");
    CHECK_EQ_INT(log.record_count, 3);
    CHECK_EQ_INT(log.output_count, 2);
    // What is known already is not written again; nothing to read is something.
    CHECK(!deps_log_add(&log, slice_of("a.o"), 8, row_of("a.c", 4)));
    CHECK(deps_log_add(&log, slice_of("a.o"), 8, row_of("", 0)));
    CHECK_TOLD(&log, "a.o", "8:");
    struct deps_log other = {0};
    buffer_add(&other.bytes, log.bytes.bytes, log.bytes.len);
    deps_log_read(&other);
    CHECK(other.fault == NULL);
    CHECK_EQ_INT(other.whole, log.bytes.len);
    CHECK_TOLD(&other, "b.o", "1795901835123345489: b.c h.h");
    deps_log_finish(&other);
    deps_log_finish(&log);
}

/* Cut off anywhere, what is whole before the cut is still known, and more can be
 * added behind it. */
TEST(cut_off_deps_are_known_up_to_the_cut)
{
    struct deps_log log = some_deps();
    for (size_t len = 16; len < log.bytes.len; len++) {
        struct deps_log cut = {0};
        buffer_add(&cut.bytes, log.bytes.bytes, len);
        deps_log_read(&cut);
        CHECK(cut.whole <= len);
        CHECK((cut.whole == len) == (cut.fault == NULL));
        CHECK(deps_log_add(&cut, slice_of("c.o"), 1, row_of("c.c", 4)));
        CHECK_TOLD(&cut, "c.o", "1: c.c");
        struct deps_log again = {0};
        buffer_add(&again.bytes, cut.bytes.bytes, cut.bytes.len);
        deps_log_read(&again);
        CHECK(again.fault == NULL);
        CHECK_TOLD(&again, "c.o", "1: c.c");
        deps_log_finish(&again);
        deps_log_finish(&cut);
    }
    deps_log_finish(&log);
}

TEST(bytes_that_are_no_deps_log_are_told)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *fault;
    } rows[] = {
        {"# ninjadeps\n\4\0\0\0", 16, NULL},
        {"# ninjadeps\n\4\0\0", 15,
         "bad deps log signature or version; starting over"},
        {"# ninjadeps\n\1\0\0\0", 16, "deps log version change; rebuilding"},
        {"# ninjadeps\n\5\0\0\0", 16,
         "bad deps log signature or version; starting over"},
        {"something that is none", 22,
         "bad deps log signature or version; starting over"},
        {"# ninjadeps\n\4\0\0\0\0\0\0\0", 20,
         "premature end of file; recovering"},
        // A number that is not the next one: two wrote at once.
        {"# ninjadeps\n\4\0\0\0\10\0\0\0a.o\0\376\377\377\377", 28,
         "premature end of file; recovering"},
        // A record of an output that has no number.
        {"# ninjadeps\n\4\0\0\0\14\0\0\200\0\0\0\0\1\0\0\0\0\0\0\0", 32,
         "premature end of file; recovering"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct deps_log log = {0};
        buffer_add(&log.bytes, rows[i].bytes, rows[i].len);
        deps_log_read(&log);
        CHECK((log.fault == NULL) == (rows[i].fault == NULL));
        if (log.fault != NULL && rows[i].fault != NULL) {
            CHECK_EQ_STR(log.fault, rows[i].fault);
        }
        CHECK_EQ_INT(deps_log_path_count(&log), 0);
        deps_log_finish(&log);
    }
}

TEST(paths_that_no_record_holds_are_left_out)
{
    struct deps_log log = {0};
    size_t len = (size_t)1 << 20;
    char *path = mem_alloc(len + 1, 1);
    memset(path, 'x', len);
    CHECK(!deps_log_add(&log, (struct slice){path, len}, 1, row_of("a", 2)));
    CHECK(!deps_log_add(&log, slice_of("o"), 1, row_of(path, len + 1)));
    CHECK_TOLD(&log, "o", "nothing");
    CHECK(deps_log_add(&log, slice_of("o"), 1, row_of("a", 2)));
    CHECK_TOLD(&log, "o", "1: a");
    free(path);
    deps_log_finish(&log);
}

/* --- The file ------------------------------------------------------------------------------ */

static char *
path_in_test(const char *name)
{
    return mem_format("%s/%s", test_dir(), name);
}

static char *
content_of(const char *path)
{
    struct log_file file = {.path = path, .fd = -1};
    struct buffer bytes = {0};
    struct error err = {0};
    CHECK(log_file_load(&file, &bytes, &err));
    error_finish(&err);
    return buffer_take(&bytes);
}

TEST(files_are_made_only_to_be_written)
{
    char *path = path_in_test("deep/er/log");
    struct log_file file = {.path = path, .fd = -1};
    struct error err = {0};
    struct stat st;
    struct buffer bytes = {0};
    REQUIRE(log_file_lock(&file, false, &err));
    CHECK_EQ_INT(file.fd, -1);
    CHECK(log_file_load(&file, &bytes, &err));
    CHECK_EQ_INT(bytes.len, 0);
    CHECK(stat(path, &st) != 0);
    REQUIRE(log_file_lock(&file, true, &err));
    CHECK(log_file_append(&file, 0, slice_of("one two"), &err));
    CHECK(log_file_append(&file, 3, slice_of(" three"), &err));
    CHECK_EQ_INT(file.size, 9);
    log_file_unlock(&file);
    char *text = content_of(path);
    CHECK_EQ_STR(text, "one three");
    free(text);
    free(path);
}

/* Who waited for the lock of a file that was replaced meanwhile writes to the
 * new one. */
TEST(replaced_files_are_opened_again)
{
    char *path = path_in_test("replaced");
    struct error err = {0};
    struct log_file one = {.path = path, .fd = -1};
    struct log_file two = {.path = path, .fd = -1};
    REQUIRE(log_file_lock(&one, true, &err));
    uint64_t inode = one.inode;
    CHECK(log_file_append(&one, 0, slice_of("old"), &err));
    CHECK(log_file_replace(&one, slice_of("new"), &err));
    CHECK(one.inode != inode);
    CHECK_EQ_INT(one.size, 3);
    log_file_unlock(&one);
    REQUIRE(log_file_lock(&two, true, &err));
    CHECK_EQ_INT(two.size, 3);
    CHECK(log_file_append(&two, two.size, slice_of("er"), &err));
    log_file_unlock(&two);
    char *text = content_of(path);
    CHECK_EQ_STR(text, "newer");
    free(text);
    free(path);
}

TEST(folders_are_no_logs)
{
    struct log_file file = {.path = test_dir(), .fd = -1};
    struct error err = {0};
    struct buffer bytes = {0};
    CHECK(!log_file_lock(&file, true, &err));
    CHECK(err.what != NULL && strstr(err.what, "cannot open") != NULL);
    error_finish(&err);
    CHECK(!log_file_load(&file, &bytes, &err));
    error_finish(&err);
    buffer_finish(&bytes);
}
