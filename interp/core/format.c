/* SPDX-License-Identifier: MIT */
/*
 * format: the directives of Java's Formatter that make sense here,
 *
 *     %[index$][flags][width][.precision]conversion
 *
 * with conversions b c d e f g n o s x % and their capitals. Doubles are
 * rounded half up on their shortest decimal digits, as Java does, and not on
 * their exact binary value, as printf does: so 1.005 to two places is 1.01.
 */
#include "interp/core/output.h"
#include "interp/core/support.h"
#include "interp/data/big.h"
#include "interp/data/decimal.h"
#include "interp/read/pretty.h"
#include "interp/read/print.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FORMAT_WIDTH_MAX = 1000000, FORMAT_DIGITS_MAX = 17 };

struct directive {
    bool left;      /* - */
    bool plus;      /* + */
    bool space;     /* a blank in front of positive numbers */
    bool zero;      /* 0 */
    bool comma;     /* , */
    bool parens;    /* ( */
    bool alternate; /* # */
    uint32_t width;
    int64_t precision; /* -1: none */
    uint32_t index;    /* of the argument, from 1; 0: the next */
    bool is_previous;  /* < */
    char conversion;   /* in lower case */
    bool is_upper;
    const char *text; /* the whole directive, for messages */
    uint32_t text_len;
};

struct formatter {
    Value format;
    const Value *args;
    uint32_t argc;
    uint32_t next;     /* argument of the next plain directive, from 0 */
    uint32_t previous; /* the last one used */
    struct text_builder out;
};

/* --- Parsing ----------------------------------------------------------------- */

static _Noreturn void
fail_directive(const struct directive *d, const char *why)
{
    error_throw(ERROR_VALUE, "format: %.*s %s", (int)d->text_len, d->text, why);
}

/* Digits at *at as a number, cut at a bound that is too large for any use. */
static uint32_t
take_digits(const char **at)
{
    uint32_t number = 0;
    while (**at >= '0' && **at <= '9') {
        number = number * 10 + (uint32_t)(**at - '0');
        if (number > FORMAT_WIDTH_MAX) {
            error_throw(ERROR_VALUE, "format: a width or precision is above %d",
                        FORMAT_WIDTH_MAX);
        }
        (*at)++;
    }
    return number;
}

/* Notes a flag of the directive; false for what is none. */
static bool
take_flag(struct directive *d, char flag)
{
    switch (flag) {
    case '-':
        d->left = true;
        return true;
    case '+':
        d->plus = true;
        return true;
    case ' ':
        d->space = true;
        return true;
    case '0':
        d->zero = true;
        return true;
    case ',':
        d->comma = true;
        return true;
    case '(':
        d->parens = true;
        return true;
    case '#':
        d->alternate = true;
        return true;
    case '<':
        d->is_previous = true;
        return true;
    default:
        return false;
    }
}

/* Parses what follows a %; moves *at behind it. */
static struct directive
take_directive(const char **at)
{
    struct directive d = {.precision = -1, .text = *at - 1};
    const char *start = *at;
    uint32_t index = take_digits(at);
    if (index > 0 && **at == '$') {
        d.index = index;
        (*at)++;
    } else {
        *at = start;
    }
    while (take_flag(&d, **at)) {
        (*at)++;
    }
    d.width = take_digits(at);
    if (**at == '.') {
        (*at)++;
        d.precision = take_digits(at);
    }
    char conversion = **at;
    if (conversion == 0) {
        d.text_len = (uint32_t)(*at - d.text);
        fail_directive(&d, "has no conversion");
    }
    (*at)++;
    d.text_len = (uint32_t)(*at - d.text);
    d.is_upper = conversion >= 'A' && conversion <= 'Z';
    d.conversion = d.is_upper ? (char)(conversion + ('a' - 'A')) : conversion;
    return d;
}

/* By its index, that of the directive before (<), or the next in the row. */
static Value
argument(struct formatter *f, const struct directive *d)
{
    uint32_t index = f->next;
    if (d->is_previous) {
        index = f->previous;
    } else if (d->index > 0) {
        index = d->index - 1;
    } else {
        f->next++;
    }
    if (index >= f->argc) {
        error_throw(ERROR_VALUE, "format: %.*s has no argument: %u given",
                    (int)d->text_len, d->text, f->argc);
    }
    f->previous = index;
    return f->args[index];
}

/* --- Writing ------------------------------------------------------------------ */

/* Adds text, cut to the precision, filled up to the width. */
static void
add_padded(struct formatter *f, const struct directive *d, Value text)
{
    if (d->is_upper) {
        text = text_upper(text);
    }
    uint32_t len = text_len(text);
    uint32_t fill = d->width > len ? d->width - len : 0;
    for (uint32_t i = 0; !d->left && i < fill; i++) {
        text_builder_add_cstring(&f->out, " ");
    }
    text_builder_add_text(&f->out, text);
    for (uint32_t i = 0; d->left && i < fill; i++) {
        text_builder_add_cstring(&f->out, " ");
    }
}

/* nil is "null", as in Java; a precision cuts after so many characters. */
static void
add_string(struct formatter *f, const struct directive *d, Value v)
{
    Value text = value_is_nil(v) ? text_from_cstring("null")
                                 : print_to_string(v, PRINT_STR);
    if (d->precision >= 0 && d->precision < text_len(text)) {
        text = text_sub(text, 0, (uint32_t)d->precision);
    }
    add_padded(f, d, text);
}

/* Writes the digits of a whole part with commas between groups of three. */
static void
add_grouped(struct text_builder *builder, const char *digits, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) {
            text_builder_add_cstring(builder, ",");
        }
        text_builder_add(builder, digits + i, 1);
    }
}

/* Adds a number: its sign, zeros up to the width, and its digits, of which the
 * first `whole_len` are its whole part. */
static void
add_number(struct formatter *f, const struct directive *d, bool is_negative,
           const struct text_builder *digits, size_t whole_len)
{
    struct text_builder body;
    text_builder_init(&body);
    if (d->comma) {
        add_grouped(&body, digits->bytes, whole_len);
    } else {
        text_builder_add(&body, digits->bytes, whole_len);
    }
    text_builder_add(&body, digits->bytes + whole_len, digits->len - whole_len);
    const char *sign = is_negative ? (d->parens ? "(" : "-")
                       : d->plus   ? "+"
                       : d->space  ? " "
                                   : "";
    const char *end = is_negative && d->parens ? ")" : "";
    struct text_builder all;
    text_builder_init(&all);
    text_builder_add_cstring(&all, sign);
    size_t len = strlen(sign) + body.len + strlen(end);
    for (size_t i = len; d->zero && i < d->width; i++) {
        text_builder_add_cstring(&all, "0");
    }
    text_builder_add(&all, body.bytes, body.len);
    text_builder_add_cstring(&all, end);
    add_padded(f, d, text_builder_string(&all));
}

/* A big integer shows its sign in every radix, as it has no width. */
static void
add_big(struct formatter *f, const struct directive *d, Value v)
{
    bool is_negative = big_sign(v) < 0;
    int radix = d->conversion == 'd' ? 10 : d->conversion == 'x' ? 16 : 8;
    const char *prefix = radix == 16 ? "0x" : radix == 8 ? "0" : "";
    struct text_builder digits;
    text_builder_init(&digits);
    text_builder_add_cstring(&digits, d->alternate ? prefix : "");
    text_builder_add_text(&digits,
                          big_text(is_negative ? big_neg(v) : v, radix));
    add_number(f, d, is_negative, &digits, digits.len);
}

/* A double is no integer here, even 1.0, as in Java. */
static void
add_integer(struct formatter *f, const struct directive *d, Value v)
{
    if (big_is(v)) {
        add_big(f, d, v);
        return;
    }
    if (!number_is_int(v)) {
        error_throw_help(ERROR_TYPE, "Use (long x), or %s.",
                         "format: %.*s expects an integer, found %s",
                         (int)d->text_len, d->text,
                         text_bytes(pretty_brief(v)));
    }
    int64_t number = number_to_int(v);
    char text[32];
    struct text_builder digits;
    text_builder_init(&digits);
    if (d->conversion == 'd') {
        uint64_t size = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
        snprintf(text, sizeof(text), "%" PRIu64, size);
    } else if (d->conversion == 'x') {
        snprintf(text, sizeof(text), d->alternate ? "0x%" PRIx64 : "%" PRIx64,
                 (uint64_t)number);
    } else {
        snprintf(text, sizeof(text), d->alternate ? "0%" PRIo64 : "%" PRIo64,
                 (uint64_t)number);
    }
    text_builder_add_cstring(&digits, text);
    // Hexadecimal and octal show the bits, so they have no sign.
    bool is_negative = d->conversion == 'd' && number < 0;
    add_number(f, d, is_negative, &digits, strlen(text));
}

static void
add_char(struct formatter *f, const struct directive *d, Value v)
{
    if (value_is_nil(v)) {
        add_padded(f, d, text_from_cstring("null"));
        return;
    }
    int64_t code = value_is_char(v) ? (int64_t)value_char_codepoint(v) : -1;
    if (number_is_int(v)) {
        code = number_to_int(v);
    }
    if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
        error_throw(ERROR_TYPE, "format: %.*s expects a character, found %s",
                    (int)d->text_len, d->text, text_bytes(pretty_brief(v)));
    }
    add_padded(f, d, text_from_char((uint32_t)code));
}

/* --- Doubles ------------------------------------------------------------------- */

/* 0.DIGITS times ten to the power of `point`. */
struct decimal {
    char digits[FORMAT_DIGITS_MAX + 2];
    int count;
    int point;
};

/* The shortest digits that give this positive, finite number. */
static struct decimal
decimal_of(double number)
{
    struct decimal decimal = {.count = 0};
    char text[40];
    int places = FORMAT_DIGITS_MAX - 3;
    do {
        snprintf(text, sizeof(text), "%.*e", places, number);
        places++;
    } while (places < FORMAT_DIGITS_MAX &&
             memcmp(&(double){strtod(text, NULL)}, &number, sizeof(number)) !=
                 0);
    const char *exponent = strchr(text, 'e');
    for (const char *c = text; c < exponent; c++) {
        if (*c != '.') {
            decimal.digits[decimal.count++] = *c;
        }
    }
    while (decimal.count > 1 && decimal.digits[decimal.count - 1] == '0') {
        decimal.count--;
    }
    decimal.point = atoi(exponent + 1) + 1;
    if (decimal.digits[0] == '0') {
        decimal.point = 1;
    }
    return decimal;
}

/* Keeps the first `keep` digits (which may be none or more than there are),
 * rounding half up. */
static void
digits_round(struct decimal *decimal, int64_t keep)
{
    if (keep >= decimal->count) {
        return;
    }
    bool is_up = keep >= 0 && decimal->digits[keep] >= '5';
    decimal->count = keep < 0 ? 0 : (int)keep;
    int i = decimal->count;
    while (is_up && i > 0) {
        i--;
        if (decimal->digits[i] != '9') {
            decimal->digits[i]++;
            return;
        }
        decimal->digits[i] = '0';
    }
    if (is_up) {
        memmove(decimal->digits + 1, decimal->digits, (size_t)decimal->count);
        decimal->digits[0] = '1';
        decimal->count++;
        decimal->point++;
    }
}

/* The digit at a power of ten: place 0 is the first before the point. */
static char
decimal_digit(const struct decimal *decimal, int64_t index)
{
    return index >= 0 && index < decimal->count ? decimal->digits[index] : '0';
}

/* Fixed notation; returns the length of the whole part. */
static size_t
write_fixed(struct text_builder *out, struct decimal decimal, int64_t precision)
{
    digits_round(&decimal, decimal.point + precision);
    for (int i = 0; i < decimal.point; i++) {
        char digit = decimal_digit(&decimal, i);
        text_builder_add(out, &digit, 1);
    }
    if (decimal.point <= 0) {
        text_builder_add_cstring(out, "0");
    }
    size_t whole_len = out->len;
    if (precision > 0) {
        text_builder_add_cstring(out, ".");
    }
    for (int64_t i = 0; i < precision; i++) {
        char digit = decimal_digit(&decimal, decimal.point + i);
        text_builder_add(out, &digit, 1);
    }
    return whole_len;
}

/* One digit, a point, the others, and an exponent of two digits at least. */
static size_t
write_scientific(struct text_builder *out, struct decimal decimal,
                 int64_t precision)
{
    bool is_zero = decimal.digits[0] == '0';
    digits_round(&decimal, precision + 1);
    for (int64_t i = 0; i <= precision; i++) {
        char digit = decimal_digit(&decimal, i);
        text_builder_add(out, &digit, 1);
        if (i == 0 && precision > 0) {
            text_builder_add_cstring(out, ".");
        }
    }
    int exponent = is_zero ? 0 : decimal.point - 1;
    char text[16];
    snprintf(text, sizeof(text), "e%c%02d", exponent < 0 ? '-' : '+',
             abs(exponent));
    text_builder_add_cstring(out, text);
    return 1;
}

/* %g: fixed notation from 0.0001 up to 10 to the power of the precision. */
static size_t
write_general(struct text_builder *out, struct decimal decimal,
              int64_t precision)
{
    precision = precision == 0 ? 1 : precision;
    struct decimal rounded = decimal;
    digits_round(&rounded, precision);
    bool is_zero = decimal.digits[0] == '0';
    if (is_zero || (rounded.point > -4 && rounded.point <= precision)) {
        return write_fixed(out, decimal, precision - rounded.point);
    }
    return write_scientific(out, decimal, precision - 1);
}

/* %f of a decimal: rounded half up on all of its digits, of which there may be
 * more than a double has. */
static void
add_decimal(struct formatter *f, const struct directive *d, Value v)
{
    int64_t places = d->precision < 0 ? 6 : d->precision;
    Value unscaled =
        decimal_unscaled(decimal_rescale(v, places, DECIMAL_HALF_UP));
    bool is_negative = decimal_sign(v) < 0;
    Value text =
        big_text(big_sign(unscaled) < 0 ? big_neg(unscaled) : unscaled, 10);
    struct text_builder padded;
    text_builder_init(&padded);
    for (int64_t i = text_byte_len(text); i <= places; i++) {
        text_builder_add_cstring(&padded, "0");
    }
    text_builder_add_text(&padded, text);
    size_t whole_len = padded.len - (size_t)places;
    struct text_builder digits;
    text_builder_init(&digits);
    text_builder_add(&digits, padded.bytes, whole_len);
    if (places > 0) {
        text_builder_add_cstring(&digits, ".");
        text_builder_add(&digits, padded.bytes + whole_len, (size_t)places);
    }
    add_number(f, d, is_negative, &digits, whole_len);
}

static void
add_double(struct formatter *f, const struct directive *d, Value v)
{
    if (decimal_is(v) && d->conversion == 'f') {
        add_decimal(f, d, v);
        return;
    }
    if (!number_is_double(v)) {
        error_throw_help(ERROR_TYPE, "Use (double x), or %d.",
                         "format: %.*s expects a double, found %s",
                         (int)d->text_len, d->text,
                         text_bytes(pretty_brief(v)));
    }
    double number = number_to_double(v);
    bool is_negative = signbit(number) != 0 && !isnan(number);
    struct text_builder digits;
    text_builder_init(&digits);
    if (!isfinite(number)) {
        text_builder_add_cstring(&digits, isnan(number) ? "NaN" : "Infinity");
        struct directive plain = *d;
        plain.zero = false;
        plain.comma = false;
        plain.plus = d->plus && !isnan(number);
        add_number(f, &plain, is_negative, &digits, digits.len);
        return;
    }
    struct decimal decimal = decimal_of(fabs(number));
    int64_t precision = d->precision < 0 ? 6 : d->precision;
    size_t whole_len =
        d->conversion == 'f'   ? write_fixed(&digits, decimal, precision)
        : d->conversion == 'e' ? write_scientific(&digits, decimal, precision)
                               : write_general(&digits, decimal, precision);
    add_number(f, d, is_negative, &digits, whole_len);
}

/* --- format -------------------------------------------------------------------- */

static void
add_argument(struct formatter *f, const struct directive *d)
{
    if (strchr("bscdoxefg", d->conversion) == NULL ||
        (d->is_upper && strchr("dof", d->conversion) != NULL)) {
        fail_directive(d, "is not a known directive");
    }
    if ((d->left || d->zero) && d->width == 0) {
        fail_directive(d, "needs a width");
    }
    Value v = argument(f, d);
    bool is_number = strchr("doxefg", d->conversion) != NULL;
    if (d->conversion == 's' || (is_number && value_is_nil(v))) {
        add_string(f, d, v);
    } else if (d->conversion == 'b') {
        add_string(f, d, value_bool(value_is_true(v)));
    } else if (d->conversion == 'c') {
        add_char(f, d, v);
    } else if (strchr("dox", d->conversion) != NULL) {
        add_integer(f, d, v);
    } else {
        add_double(f, d, v);
    }
}

/* (format format & args) */
static Value
format(Value *args, uint32_t argc)
{
    if (!text_is(args[0])) {
        error_throw(ERROR_TYPE, "format expects a string, found %s",
                    text_bytes(pretty_brief(args[0])));
    }
    struct formatter f = {.format = args[0],
                          .args = args + 1,
                          .argc = argc - 1};
    text_builder_init(&f.out);
    const char *at = text_bytes(args[0]);
    const char *end = at + text_byte_len(args[0]);
    while (at < end) {
        const char *percent = memchr(at, '%', (size_t)(end - at));
        const char *stop = percent == NULL ? end : percent;
        text_builder_add(&f.out, at, (size_t)(stop - at));
        if (percent == NULL) {
            break;
        }
        at = percent + 1;
        struct directive d = take_directive(&at);
        if (d.conversion == 'n') {
            text_builder_add_cstring(&f.out, "\n");
        } else if (d.conversion == '%') {
            add_padded(&f, &d, text_from_cstring("%"));
        } else {
            add_argument(&f, &d);
        }
    }
    return text_builder_string(&f.out);
}

/* (printf format & args) */
static Value
core_printf(Value *args, uint32_t argc)
{
    Value text = format(args, argc);
    output_write(text_bytes(text), text_byte_len(text));
    return VALUE_NIL;
}

static const struct builtin rows[] = {
    {"format", 1, ARGS_ANY, format, "[format & args]",
     "A text made by directives: %s %d %x %o %c %b %f %e %g %n %%, with "
     "argument index, flags, width and precision.",
     "0.1"},
    {"printf", 1, ARGS_ANY, core_printf, "[format & args]",
     "Prints what format gives.", "0.1"},
};

const struct core_table core_format[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
