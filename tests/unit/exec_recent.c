/* SPDX-License-Identifier: MIT */
/* What the index knows of files: which were edited last, and who looks at them. */
#include "exec/base/buffer.h"
#include "exec/base/memory.h"
#include "exec/decide/index.h"
#include "tests/lib/test.h"

#include <stdlib.h>
#include <string.h>

/* An index of so many sources and one output behind them, which follows on
 * another one (NULL: none) that saw the changed items change. */
static bool
follow(const struct index *from, const uint8_t *changed, uint32_t sources,
       struct index *index)
{
    struct index_image image;
    const struct index_claim claim = {{1, 2}, {3, 4}};
    char *path = mem_format("%s/recent-index", test_dir());
    const struct scan_dir top = {0, 0};
    index_image_init(&image, 0);
    image.claim = claim;
    buffer_add_text(&image.texts, "");
    vec_push(&image.dirs, &top);
    for (uint32_t i = 0; i <= sources; i++) {
        const struct scan_file item = {7, 0, i == sources};
        vec_push(&image.files, &item);
    }
    if (from != NULL) {
        index_add_recent(&image, from, changed);
    }
    index_add_row(&image, NULL, 0);
    index_write(&image, path, test_dir());
    index_image_finish(&image);
    bool opened = index_open(path, &claim, index);
    free(path);
    return opened;
}

static void
check_recent(const struct index *index, const char *expected)
{
    struct buffer text = {0};
    uint32_t count;
    const uint32_t *recent = index_recent(index, &count);
    for (uint32_t i = 0; i < count; i++) {
        buffer_add_format(&text, "%u ", recent[i]);
    }
    CHECK_EQ_STR(buffer_str(&text), expected);
    buffer_finish(&text);
}

/* Outputs change in every run: they are none. */
TEST(sources_that_changed_last_come_first)
{
    struct index one;
    struct index two;
    struct index three;
    REQUIRE(follow(NULL, NULL, 4, &one));
    check_recent(&one, "");
    REQUIRE(follow(&one, (const uint8_t[]){0, 1, 0, 1, 1}, 4, &two));
    check_recent(&two, "1 3 ");
    REQUIRE(follow(&two, (const uint8_t[]){1, 0, 0, 1, 1}, 4, &three));
    check_recent(&three, "0 3 1 ");
    index_close(&one);
    index_close(&two);
    index_close(&three);
}

TEST(only_so_many_are_recent)
{
    struct index one;
    struct index two;
    uint8_t changed[101];
    uint32_t count;
    memset(changed, 1, sizeof(changed));
    REQUIRE(follow(NULL, NULL, 100, &one));
    REQUIRE(follow(&one, changed, 100, &two));
    (void)index_recent(&two, &count);
    CHECK_EQ_INT(count, INDEX_RECENT_MAX);
    index_close(&one);
    index_close(&two);
}

/* --- Who looks at what ------------------------------------------------------- */

/* An index of files a, b and c, of which the second action makes c; its actions
 * look at `rows`, or at what they did. */
static bool
index_readers(const struct index *from, const char *const rows[3],
              struct index *index)
{
    struct index_image image;
    const struct index_claim claim = {{1, 2}, {3, 4}};
    char *path = mem_format("%s/readers-index", test_dir());
    const struct scan_dir top = {0, 0};
    index_image_init(&image, 3);
    image.claim = claim;
    buffer_add_text(&image.texts, "");
    vec_push(&image.dirs, &top);
    for (uint32_t i = 0; i < 3; i++) {
        const struct scan_file item = {7, 0, i == 2 ? 2 : 0};
        vec_push(&image.files, &item);
    }
    if (from != NULL) {
        index_copy_readers(&image, from);
    }
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t items[3];
        uint32_t count = 0;
        for (const char *at = rows[i]; at != NULL && *at != '\0'; at++) {
            items[count++] = (uint32_t)(*at - 'a');
        }
        if (rows[i] == NULL) {
            index_copy_row(&image, from, i);
        } else {
            index_add_row(&image, items, count);
        }
    }
    index_add_row(&image, (const uint32_t[]){0, 1, 2}, 3); // of groups
    index_write(&image, path, test_dir());
    index_image_finish(&image);
    bool opened = index_open(path, &claim, index) && index_open_readers(index);
    free(path);
    return opened;
}

static void
check_reader(const struct index *index, uint32_t item, uint32_t action,
             bool more)
{
    struct index_reader reader = index_reader(index, item);
    CHECK_EQ_INT(reader.action, action);
    CHECK_EQ_INT(reader.more, more);
}

TEST(who_looks_at_a_file_is_known)
{
    struct index index;
    REQUIRE(index_readers(NULL, (const char *const[]){"a", "ac", "c"}, &index));
    check_reader(&index, 0, 0, true);
    check_reader(&index, 1, INDEX_NOBODY, false);
    check_reader(&index, 2, 2, false); // Its maker does not count.
    index_close(&index);
}

/* Nobody is forgotten: who has stopped looking is said to look. */
TEST(readers_are_kept_from_one_index_to_the_next)
{
    struct index one;
    struct index two;
    REQUIRE(index_readers(NULL, (const char *const[]){"a", "c", "b"}, &one));
    REQUIRE(index_readers(&one, (const char *const[]){NULL, "bc", NULL}, &two));
    check_reader(&two, 0, 0, false);
    check_reader(&two, 1, 2, true);
    check_reader(&two, 2, INDEX_NOBODY, false);
    index_close(&one);
    REQUIRE(index_readers(&two, (const char *const[]){"", NULL, NULL}, &one));
    check_reader(&one, 0, 0, false);
    index_close(&one);
    index_close(&two);
}
