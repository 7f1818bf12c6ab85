/* SPDX-License-Identifier: MIT */
/* The sources that were edited last, as the index has them. */
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
