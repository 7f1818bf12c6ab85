/* SPDX-License-Identifier: MIT */
#include "runtime/frame.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <string.h>

static struct frame frame;

static void
begin(uint32_t columns)
{
    frame_reset(&frame, columns, 24);
}

TEST(frame_keeps_lines_within_their_width)
{
    begin(10);
    frame_add_str(&frame, "0123456789 and more");
    CHECK_EQ_INT(frame_room(&frame), 0);
    frame_add_str(&frame, "nothing of this");
    frame_end_line(&frame);
    frame_add_str(&frame, "short");
    CHECK_EQ_INT(frame_room(&frame), 5);
    frame_pad(&frame, 8);
    frame_add_str(&frame, "xyz");
    frame_end_line(&frame);
    CHECK_EQ_STR(buffer_str(&frame.bytes),
                 "01234\xe2\x80\xa6more\nshort   xy\n");
    CHECK_EQ_INT(frame.line_count, 2);
    CHECK_EQ_INT(frame.widths[0], 10);
    CHECK_EQ_INT(frame.widths[1], 10);
    frame_finish(&frame);
}

TEST(frame_counts_columns_and_not_bytes)
{
    begin(6);
    frame_add_str(&frame, "\xe6\xbc\xa2\xe5\xad\x97"); /* two of two columns */
    CHECK_EQ_INT(frame_room(&frame), 2);
    frame_color(&frame, "\033[31m");
    CHECK_EQ_INT(frame_room(&frame), 2);
    CHECK(strchr(buffer_str(&frame.bytes), '\033') == NULL);
    frame.color = true;
    frame_color(&frame, "\033[31m");
    CHECK_EQ_INT(frame_room(&frame), 2);
    CHECK(strchr(buffer_str(&frame.bytes), '\033') != NULL);
    frame.color = false;
    frame_end_line(&frame);
    CHECK_EQ_INT(frame.widths[0], 4);
    frame_finish(&frame);
}

/* A terminal that has become narrower has broken the lines. */
TEST(frame_knows_the_rows_of_another_width)
{
    begin(20);
    frame_add_str(&frame, "0123456789012345678");
    frame_end_line(&frame);
    frame_end_line(&frame);
    frame_add_str(&frame, "0123456789");
    frame_end_line(&frame);
    CHECK_EQ_INT(frame_rows_at(&frame, 20), 3);
    CHECK_EQ_INT(frame_rows_at(&frame, 40), 3);
    CHECK_EQ_INT(frame_rows_at(&frame, 10), 4);
    CHECK_EQ_INT(frame_rows_at(&frame, 9), 6);
    CHECK_EQ_INT(frame_rows_at(&frame, 1), 30);
    frame_finish(&frame);
}

TEST(frame_drops_what_has_no_row)
{
    begin(4);
    for (int i = 0; i < FRAME_LINES_MAX + 5; i++) {
        frame_add_str(&frame, "x");
        frame_pad(&frame, 3);
        frame_end_line(&frame);
    }
    CHECK_EQ_INT(frame.line_count, FRAME_LINES_MAX);
    CHECK_EQ_INT(frame.bytes.len, FRAME_LINES_MAX * 4);
    frame_finish(&frame);
}

TEST(frame_lives_in_one_column)
{
    begin(1);
    frame_add_str(&frame, "\xe6\xbc\xa2");
    frame_add_str(&frame, "ab");
    frame_end_line(&frame);
    CHECK_EQ_STR(buffer_str(&frame.bytes), "a\n");
    frame_finish(&frame);
}
