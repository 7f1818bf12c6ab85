/* SPDX-License-Identifier: MIT */
/*
 * Tagged values. An instant is read by taking numbers of a fixed number of
 * digits from left to right; the calendar is the one of today, carried back
 * over all years, and counts days in eras of 400 years, which are all equally
 * long.
 */
#include "interp/data/tagged.h"

#include "interp/data/alloc.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

static Value
make(enum tagged_flag flag, Value tag, Value value)
{
    struct tagged_object *object = alloc_object(KIND_TAGGED, sizeof(*object));
    object->head.flags = (uint8_t)flag;
    object->tag = tag;
    object->value = value;
    return value_from_object(object);
}

Value
tagged_literal(Value tag, Value form)
{
    assert(symbol_is(tag));
    return make(TAGGED_LITERAL, tag, form);
}

Value
tagged_conditional(Value list, bool is_splicing)
{
    return make(TAGGED_CONDITIONAL, value_bool(is_splicing), list);
}

/* --- The calendar ---------------------------------------------------------- */

enum { DAYS_PER_ERA = 146097, YEARS_PER_ERA = 400, DAYS_TO_1970 = 719468 };
enum { MS_PER_MINUTE = 60000, MINUTES_PER_DAY = 1440 };
#define MS_PER_DAY INT64_C(86400000)

struct date {
    int64_t year;
    int month; /* from 1 */
    int day;   /* from 1 */
};

/* Days since 1970 began. A year counts from March here, so that the day that
 * comes every four years is its last. */
static int64_t
days_of(struct date date)
{
    int64_t year = date.month <= 2 ? date.year - 1 : date.year;
    int64_t era = (year >= 0 ? year : year - YEARS_PER_ERA + 1) / YEARS_PER_ERA;
    int64_t of_era = year - era * YEARS_PER_ERA;
    int64_t month = (date.month + 9) % 12;
    int64_t of_year = (153 * month + 2) / 5 + date.day - 1;
    return era * DAYS_PER_ERA + of_era * 365 + of_era / 4 - of_era / 100 +
           of_year - DAYS_TO_1970;
}

static struct date
date_of(int64_t days)
{
    days += DAYS_TO_1970;
    int64_t era = (days >= 0 ? days : days - DAYS_PER_ERA + 1) / DAYS_PER_ERA;
    int64_t of_era = days - era * DAYS_PER_ERA;
    int64_t years =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * years + years / 4 - years / 100);
    int64_t month = (5 * of_year + 2) / 153;
    struct date date = {.year = era * YEARS_PER_ERA + years,
                        .month = (int)(month < 10 ? month + 3 : month - 9),
                        .day = (int)(of_year - (153 * month + 2) / 5 + 1)};
    date.year += date.month <= 2;
    assert(date.month >= 1 && date.month <= 12 && date.day >= 1);
    return date;
}

static bool
is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
days_in(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    assert(month >= 1 && month <= 12);
    return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* --- Instants -------------------------------------------------------------- */

/* Takes exactly `width` digits behind a separator (0: none) if that is next.
 * False if it is not, or no such number from min to max follows; then *at is
 * where it was. */
struct part {
    char separator;
    int width;
    int min;
    int max;
};

static bool
take_part(const char **at, struct part part, int *number)
{
    const char *digits = *at;
    if (part.separator != 0 && *digits++ != part.separator) {
        return false;
    }
    int result = 0;
    for (int i = 0; i < part.width; i++) {
        if (digits[i] < '0' || digits[i] > '9') {
            return false;
        }
        result = result * 10 + (digits[i] - '0');
    }
    if (result < part.min || result > part.max) {
        return false;
    }
    *number = result;
    *at = digits + part.width;
    return true;
}

/* The milliseconds of ".123456"; 0 if no fraction is next. */
static int
take_fraction(const char **at)
{
    int millis = 0;
    int unit = 100;
    if ((*at)[0] != '.' || (*at)[1] < '0' || (*at)[1] > '9') {
        return 0;
    }
    for ((*at)++; **at >= '0' && **at <= '9'; (*at)++) {
        millis += unit * (**at - '0');
        unit /= 10;
    }
    return millis;
}

/* Z, +01:30 or nothing: how many minutes the clock there is ahead. */
static bool
take_offset(const char **at, int *minutes)
{
    *minutes = 0;
    if (**at == 'Z') {
        (*at)++;
        return true;
    }
    if (**at != '+' && **at != '-') {
        return true;
    }
    int sign = **at == '-' ? -1 : 1;
    int hour;
    int minute;
    if (!take_part(at, (struct part){**at, 2, 0, 23}, &hour) ||
        !take_part(at, (struct part){':', 2, 0, 59}, &minute)) {
        return false;
    }
    *minutes = sign * (hour * 60 + minute);
    return true;
}

/* The milliseconds since 1970 that a text writes; false if it writes none. */
static bool
read_instant(const char *at, int64_t *millis)
{
    int year;
    int month = 1;
    int day = 1;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int offset;
    int fraction = 0;
    if (!take_part(&at, (struct part){0, 4, 0, 9999}, &year)) {
        return false;
    }
    // Each part may be there only if the one before it is.
    bool more = take_part(&at, (struct part){'-', 2, 1, 12}, &month);
    more = more &&
           take_part(&at, (struct part){'-', 2, 1, days_in(year, month)}, &day);
    more = more && take_part(&at, (struct part){'T', 2, 0, 23}, &hour);
    more = more && take_part(&at, (struct part){':', 2, 0, 59}, &minute);
    int last_second = minute == 59 ? 60 : 59; // A leap second.
    more =
        more && take_part(&at, (struct part){':', 2, 0, last_second}, &second);
    if (more) {
        fraction = take_fraction(&at);
    }
    if (!take_offset(&at, &offset) || *at != 0) {
        return false;
    }
    *millis = days_of((struct date){year, month, day}) * MS_PER_DAY +
              ((int64_t)hour * 60 + minute - offset) * MS_PER_MINUTE +
              (int64_t)second * 1000 + fraction;
    return true;
}

/* The normal form, whose years have four digits. */
static Value
instant_text(int64_t millis)
{
    int64_t days = millis / MS_PER_DAY - (millis % MS_PER_DAY < 0 ? 1 : 0);
    int64_t rest = millis - days * MS_PER_DAY;
    struct date date = date_of(days);
    if (date.year < 0 || date.year > 9999) {
        return VALUE_ABSENT;
    }
    assert(rest >= 0 && rest < MS_PER_DAY);
    return text_format("%04d-%02d-%02dT%02d:%02d:%02d.%03d-00:00",
                       (int)date.year, date.month, date.day,
                       (int)(rest / (60 * MS_PER_MINUTE)),
                       (int)(rest / MS_PER_MINUTE % 60),
                       (int)(rest / 1000 % 60), (int)(rest % 1000));
}

Value
tagged_instant(Value text)
{
    int64_t millis;
    bool has_zero = strlen(text_bytes(text)) != text_byte_len(text);
    if (has_zero || !read_instant(text_bytes(text), &millis)) {
        return VALUE_ABSENT;
    }
    Value normal = instant_text(millis);
    return value_is(normal, VALUE_ABSENT)
               ? normal
               : make(TAGGED_INSTANT, symbol_from_cstring("inst"), normal);
}

int64_t
tagged_millis(Value instant)
{
    assert(tagged_is(instant, TAGGED_INSTANT));
    int64_t millis = 0;
    bool is_read =
        read_instant(text_bytes(tagged_object(instant)->value), &millis);
    assert(is_read);
    (void)is_read;
    return millis;
}

/* --- Uuids ----------------------------------------------------------------- */

enum { UUID_LEN = 36, UUID_HALF = 19 };

Value
tagged_uuid(Value text)
{
    static const int widths[] = {8, 4, 4, 4, 12};
    static const char digits[] = "0123456789abcdefABCDEF";
    char normal[UUID_LEN + 1];
    char *to = normal;
    const char *at = text_bytes(text);
    if (strlen(at) != text_byte_len(text)) {
        return VALUE_ABSENT;
    }
    for (int i = 0; i < 5; i++) {
        int count = (int)strspn(at, digits);
        if (count == 0 || count > widths[i] || at[count] != (i < 4 ? '-' : 0)) {
            return VALUE_ABSENT;
        }
        memset(to, '0', (size_t)(widths[i] - count));
        memcpy(to + widths[i] - count, at, (size_t)count);
        to += widths[i];
        *to++ = i < 4 ? '-' : '\0';
        at += count + (i < 4 ? 1 : 0);
    }
    assert(to == normal + sizeof(normal));
    return make(TAGGED_UUID, symbol_from_cstring("uuid"),
                text_lower(text_make(normal, UUID_LEN)));
}

/* --- Order ----------------------------------------------------------------- */

/* Of 16 hexadecimal digits as a number with sign. */
static int
compare_half(const char *a, const char *b)
{
    bool a_is_negative = a[0] >= '8';
    bool b_is_negative = b[0] >= '8';
    if (a_is_negative != b_is_negative) {
        return a_is_negative ? -1 : 1;
    }
    int order = strncmp(a, b, UUID_HALF - 1);
    return (order > 0) - (order < 0);
}

int
tagged_compare(Value a, Value b)
{
    Value a_text = tagged_object(a)->value;
    Value b_text = tagged_object(b)->value;
    if (tagged_is(a, TAGGED_INSTANT)) {
        return text_compare(a_text, b_text); // The longest unit is in front.
    }
    assert(tagged_is(a, TAGGED_UUID) && tagged_is(b, TAGGED_UUID));
    int order = compare_half(text_bytes(a_text), text_bytes(b_text));
    return order != 0 ? order
                      : compare_half(text_bytes(a_text) + UUID_HALF,
                                     text_bytes(b_text) + UUID_HALF);
}
