/* SPDX-License-Identifier: MIT */
#include "runtime/json.h"
#include "tests/lib/test.h"

#include <string.h>

static struct buffer out;

/* What json_string makes of some bytes; valid until the next call. */
static const char *
string_of(const char *bytes, size_t len)
{
    buffer_truncate(&out, 0);
    json_string(&out, bytes, len);
    return buffer_str(&out);
}

#define STRING_OF(literal) string_of(literal, sizeof(literal) - 1)

TEST(json_plain_text_stays)
{
    CHECK_EQ_STR(STRING_OF(""), "\"\"");
    CHECK_EQ_STR(STRING_OF("obj/main.o"), "\"obj/main.o\"");
    CHECK_EQ_STR(STRING_OF("gr\xc3\xbc\xc3\x9f"), "\"gr\xc3\xbc\xc3\x9f\"");
    CHECK_EQ_STR(STRING_OF("\xf0\x9f\x8d\xa3"), "\"\xf0\x9f\x8d\xa3\"");
}

TEST(json_escapes_what_it_must)
{
    CHECK_EQ_STR(STRING_OF("a\"b\\c"), "\"a\\\"b\\\\c\"");
    CHECK_EQ_STR(STRING_OF("\n\t\r\b\f"), "\"\\n\\t\\r\\b\\f\"");
    CHECK_EQ_STR(STRING_OF("\x01\x1b\x7f"), "\"\\u0001\\u001b\\u007f\"");
    CHECK_EQ_STR(STRING_OF("a\0b"), "\"a\\u0000b\"");
}

TEST(json_replaces_what_is_not_utf8)
{
    CHECK_EQ_STR(STRING_OF("a\xff"
                           "b"),
                 "\"a\xef\xbf\xbd"
                 "b\"");
    CHECK_EQ_STR(STRING_OF("\xc3"), "\"\xef\xbf\xbd\"");
    CHECK_EQ_STR(STRING_OF("\xc0\xaf"), "\"\xef\xbf\xbd\xef\xbf\xbd\"");
    /* A surrogate, and one above U+10FFFF. */
    CHECK(!json_is_utf8("\xed\xa0\x80", 3));
    CHECK(!json_is_utf8("\xf4\x90\x80\x80", 4));
    CHECK(!json_is_utf8("\xe0\x80\x80", 3));
    CHECK(json_is_utf8("\xf4\x8f\xbf\xbf", 4));
    CHECK(json_is_utf8("", 0));
}

TEST(json_bytes_follow_in_base64)
{
    buffer_truncate(&out, 0);
    buffer_add_char(&out, '{');
    json_field_bytes(&out, "a", "x", 1);
    json_field_bytes(&out, "b", "\xff", 1);
    json_field_bytes(&out, "c",
                     "\xff"
                     "a",
                     2);
    json_field_bytes(&out, "d",
                     "\xff"
                     "ab",
                     3);
    CHECK_EQ_STR(buffer_str(&out),
                 "{\"a\":\"x\",\"b\":\"\xef\xbf\xbd\",\"b_b64\":\"/w==\","
                 "\"c\":\"\xef\xbf\xbd"
                 "a\",\"c_b64\":\"/2E=\","
                 "\"d\":\"\xef\xbf\xbd"
                 "ab\",\"d_b64\":\"/2Fi\"");
}

TEST(json_fields_have_commas_between_them)
{
    buffer_truncate(&out, 0);
    buffer_add_char(&out, '{');
    json_field_int(&out, "n", -5);
    json_field_bool(&out, "t", true);
    json_field_text(&out, "none", NULL);
    json_field_text(&out, "s", "x");
    CHECK_EQ_STR(buffer_str(&out), "{\"n\":-5,\"t\":true,\"s\":\"x\"");
}

TEST(json_reasons_leave_out_what_is_absent)
{
    struct exec_reason reasons[2] = {
        {"always", NULL, NULL, NULL, false},
        {"env-changed", "CC", NULL, "clang", true},
    };
    buffer_truncate(&out, 0);
    buffer_add_char(&out, '{');
    json_field_reasons(&out, "why", reasons, 2);
    CHECK_EQ_STR(buffer_str(&out),
                 "{\"why\":[{\"code\":\"always\"},{\"code\":\"env-changed\","
                 "\"subject\":\"CC\",\"after\":\"clang\","
                 "\"discovered\":true}]");
    buffer_truncate(&out, 0);
    json_field_reasons(&out, "why", NULL, 0);
    CHECK_EQ_STR(buffer_str(&out), "\"why\":[]");
}
