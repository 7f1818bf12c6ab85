/* SPDX-License-Identifier: MIT */
/*
 * format: the directives of Java's Formatter that make sense here,
 *
 *     %[index$][flags][width][.precision]conversion
 *
 * with conversions a b c d e f g h n o s x % and, where Java has them, their
 * capitals. Doubles are
 * rounded half up on their shortest decimal digits, as Java does, and not on
 * their exact binary value, as printf does: so 1.005 to two places is 1.01.
 */
#include "interp/core/output.h"
#include "interp/core/support.h"
#include "interp/data/alloc.h"
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
    uint32_t previous; /* the last one used; UINT32_MAX: none yet */
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

/* Where a directive keeps a flag; NULL for what is none. */
static bool *
flag_of(struct directive *d, char flag)
{
    switch (flag) {
    case '-':
        return &d->left;
    case '+':
        return &d->plus;
    case ' ':
        return &d->space;
    case '0':
        return &d->zero;
    case ',':
        return &d->comma;
    case '(':
        return &d->parens;
    case '#':
        return &d->alternate;
    case '<':
        return &d->is_previous;
    default:
        return NULL;
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
    bool *flag;
    while ((flag = flag_of(&d, **at)) != NULL) {
        (*at)++;
        d.text_len = (uint32_t)(*at - d.text);
        if (*flag) {
            fail_directive(&d, "has a flag twice");
        }
        *flag = true;
    }
    d.width = take_digits(at);
    if (**at == '.') {
        (*at)++;
        d.text_len = (uint32_t)(*at - d.text);
        if (**at < '0' || **at > '9') {
            fail_directive(&d, "has a point without a precision");
        }
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

/* What a conversion takes, as Java has it: flags beside - and whether it may
 * have a precision. */
static const struct rule {
    char conversion;
    bool has_upper;
    bool has_precision;
    const char *flags;
} rules[] = {
    {'b', true, true, ""},        {'h', true, true, ""},
    {'s', true, true, ""},        {'c', true, false, ""},
    {'d', false, false, "+ 0,("}, {'o', false, false, "#0+ ("},
    {'x', true, false, "#0+ ("},  {'f', false, true, "#+ 0,("},
    {'e', true, true, "#+ 0("},   {'g', true, true, "+ 0,("},
    {'a', true, true, "#+ 0"},    {'%', false, false, ""},
    {'n', false, false, ""},
};

static const struct rule *
rule_of(const struct directive *d)
{
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if (rules[i].conversion == d->conversion &&
            (rules[i].has_upper || !d->is_upper)) {
            return &rules[i];
        }
    }
    fail_directive(d, d->conversion == 't'
                          ? "formats a time, which Magma does not"
                          : "is not a known directive");
}

/* Throws for what contradicts itself or its conversion. */
static void
check_directive(struct directive *d)
{
    static const char flags[] = "+ 0,(#";
    const struct rule *rule = rule_of(d);
    for (const char *flag = flags; *flag != 0; flag++) {
        const bool *is_set = flag_of(d, *flag);
        assert(is_set != NULL);
        if (*is_set && strchr(rule->flags, *flag) == NULL) {
            Value why =
                text_format("has a flag that %%%c does not take: %s",
                            d->conversion,
                            *flag == ' ' ? "a blank" : (char[]){*flag, 0});
            fail_directive(d, text_bytes(why));
        }
    }
    if (d->precision >= 0 && !rule->has_precision) {
        fail_directive(d, "takes no precision");
    }
    if (d->conversion == 'n' && (d->width > 0 || d->left)) {
        fail_directive(d, "takes no width");
    }
    if ((d->left || d->zero) && d->width == 0) {
        fail_directive(d, "needs a width");
    }
    if (d->left && d->zero) {
        fail_directive(d, "has the flags - and 0, which exclude each other");
    }
    if (d->plus && d->space) {
        fail_directive(d,
                       "has the flags + and blank, which exclude each other");
    }
}

/* By its index, that of the directive before (<), or the next in the row. */
static Value
argument(struct formatter *f, const struct directive *d)
{
    uint32_t index = f->next;
    if (d->is_previous) {
        index = f->previous;
        if (index == UINT32_MAX) {
            fail_directive(d, "has no directive before it");
        }
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
    // Zeros stand behind 0x.
    size_t prefix_len =
        body.len > 2 && memcmp(body.bytes, "0x", 2) == 0 ? 2 : 0;
    text_builder_add(&all, body.bytes, prefix_len);
    for (size_t i = len; d->zero && i < d->width; i++) {
        text_builder_add_cstring(&all, "0");
    }
    text_builder_add(&all, body.bytes + prefix_len, body.len - prefix_len);
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
                         (int)d->text_len, d->text, value_shown(v));
    }
    if (d->conversion != 'd' && (d->plus || d->space || d->parens)) {
        fail_directive(d, "shows the bits, which have no sign");
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
                    (int)d->text_len, d->text, value_shown(v));
    }
    add_padded(f, d, text_from_char((uint32_t)code));
}

/* --- Doubles ------------------------------------------------------------------- */

/* 0.DIGITS times ten to the power of `point`. The digits are never written
 * again. */
struct digits {
    const char *digits;
    int64_t count;
    int64_t point;
};

/* The shortest digits that give this positive, finite number. */
static struct digits
decimal_of(double number)
{
    char text[40];
    int places = FORMAT_DIGITS_MAX - 3;
    do {
        snprintf(text, sizeof(text), "%.*e", places, number);
        places++;
    } while (places < FORMAT_DIGITS_MAX &&
             memcmp(&(double){strtod(text, NULL)}, &number, sizeof(number)) !=
                 0);
    const char *exponent = strchr(text, 'e');
    char *digits = alloc_atomic(sizeof(text));
    struct digits decimal = {.digits = digits};
    for (const char *c = text; c < exponent; c++) {
        if (*c != '.') {
            digits[decimal.count++] = *c;
        }
    }
    while (decimal.count > 1 && digits[decimal.count - 1] == '0') {
        decimal.count--;
    }
    decimal.point = digits[0] == '0' ? 1 : atoi(exponent + 1) + 1;
    return decimal;
}

/* All digits of a decimal, without its sign. */
static struct digits
decimal_of_wide(Value v)
{
    Value unscaled = decimal_unscaled(v);
    bool is_negative = big_sign(unscaled) < 0;
    Value text = big_text(is_negative ? big_neg(unscaled) : unscaled, 10);
    int64_t count = text_byte_len(text);
    return (struct digits){.digits = text_bytes(text),
                           .count = count,
                           .point = count - decimal_scale(v)};
}

/* The first `keep` digits (which may be none or more than there are), rounded
 * half up. */
static struct digits
digits_round(struct digits decimal, int64_t keep)
{
    if (keep >= decimal.count) {
        return decimal;
    }
    bool is_up = keep >= 0 && decimal.digits[keep] >= '5';
    keep = keep < 0 ? 0 : keep;
    decimal.count = keep;
    while (is_up && keep > 0 && decimal.digits[keep - 1] == '9') {
        keep--;
    }
    char *digits = alloc_atomic((size_t)decimal.count + 2);
    memcpy(digits, decimal.digits, (size_t)keep);
    memset(digits + keep, '0', (size_t)(decimal.count - keep) + 1);
    decimal.digits = digits;
    if (is_up && keep > 0) {
        digits[keep - 1]++;
    } else if (is_up) { // 999 became 1000.
        digits[0] = '1';
        decimal.count++;
        decimal.point++;
    }
    return decimal;
}

/* The digit at a power of ten: place 0 is the first before the point. */
static char
decimal_digit(const struct digits *decimal, int64_t index)
{
    return index >= 0 && index < decimal->count ? decimal->digits[index] : '0';
}

/* A point stands before digits, or where the flag # wants it. */
static void
add_point(struct text_builder *out, const struct directive *d,
          int64_t precision)
{
    if (precision > 0 || d->alternate) {
        text_builder_add_cstring(out, ".");
    }
}

/* Fixed notation; returns the length of the whole part. */
static size_t
write_fixed(struct text_builder *out, const struct directive *d,
            struct digits decimal, int64_t precision)
{
    if (decimal.digits[0] == '0') {
        decimal.point = 1; // Zero, of any scale.
    }
    if (decimal.point > FORMAT_WIDTH_MAX) {
        fail_directive(d, "would write more than a million digits: use %e");
    }
    decimal = digits_round(decimal, decimal.point + precision);
    for (int64_t i = 0; i < decimal.point; i++) {
        char digit = decimal_digit(&decimal, i);
        text_builder_add(out, &digit, 1);
    }
    if (decimal.point <= 0) {
        text_builder_add_cstring(out, "0");
    }
    size_t whole_len = out->len;
    add_point(out, d, precision);
    for (int64_t i = 0; i < precision; i++) {
        char digit = decimal_digit(&decimal, decimal.point + i);
        text_builder_add(out, &digit, 1);
    }
    return whole_len;
}

/* One digit, a point, the others, and an exponent of two digits at least. */
static size_t
write_scientific(struct text_builder *out, const struct directive *d,
                 struct digits decimal, int64_t precision)
{
    decimal = digits_round(decimal, precision + 1);
    for (int64_t i = 0; i <= precision; i++) {
        char digit = decimal_digit(&decimal, i);
        text_builder_add(out, &digit, 1);
        if (i == 0) {
            add_point(out, d, precision);
        }
    }
    int64_t exponent = decimal.point - 1;
    char text[32];
    snprintf(text, sizeof(text), "e%c%02lld", exponent < 0 ? '-' : '+',
             llabs((long long)exponent));
    text_builder_add_cstring(out, text);
    return 1;
}

/* %g: fixed notation from 0.0001 up to 10 to the power of the precision, which
 * is looked at after rounding. */
static size_t
write_general(struct text_builder *out, const struct directive *d,
              struct digits decimal)
{
    int64_t precision = d->precision < 0 ? 6 : d->precision;
    precision = precision == 0 ? 1 : precision;
    struct digits seen = digits_round(decimal, precision);
    if (decimal.digits[0] == '0') {
        return write_fixed(out, d, decimal, precision - 1);
    }
    if (seen.point > -4 && seen.point <= precision) {
        return write_fixed(out, d, decimal, precision - seen.point);
    }
    return write_scientific(out, d, decimal, precision - 1);
}

/* Hexadecimal digits of the bits, as 0x1.8p3. */
static void
write_bits(struct text_builder *out, double number, int64_t precision)
{
    Value text = precision < 0 ? text_format("%a", number)
                               : text_format("%.*a", (int)precision, number);
    const char *bytes = text_bytes(text);
    const char *power = strchr(bytes, 'p');
    bool has_point = memchr(bytes, '.', (size_t)(power - bytes)) != NULL;
    text_builder_add(out, bytes, (size_t)(power - bytes));
    text_builder_add_cstring(out, has_point ? "p" : ".0p");
    text_builder_add_cstring(out, power + (power[1] == '+' ? 2 : 1));
}

/* What is neither finite nor a number: no zeros, and no commas. */
static void
add_special(struct formatter *f, const struct directive *d, double number)
{
    struct text_builder name;
    text_builder_init(&name);
    text_builder_add_cstring(&name, isnan(number) ? "NaN" : "Infinity");
    struct directive plain = *d;
    plain.zero = false;
    plain.comma = false;
    plain.plus = d->plus && !isnan(number);
    plain.space = d->space && !isnan(number);
    bool is_negative = signbit(number) != 0 && !isnan(number);
    add_number(f, &plain, is_negative, &name, name.len);
}

static void
add_double(struct formatter *f, const struct directive *d, Value v)
{
    bool is_wide = decimal_is(v) && d->conversion != 'a';
    if (!is_wide && !number_is_double(v)) {
        error_throw_help(ERROR_TYPE, "Use (double x), or %d.",
                         "format: %.*s expects a double, found %s",
                         (int)d->text_len, d->text, value_shown(v));
    }
    double number = is_wide ? 0 : number_to_double(v);
    if (!isfinite(number)) {
        add_special(f, d, number);
        return;
    }
    bool is_negative = is_wide ? decimal_sign(v) < 0 : signbit(number) != 0;
    struct text_builder digits;
    text_builder_init(&digits);
    if (d->conversion == 'a') {
        write_bits(&digits, fabs(number), d->precision);
        add_number(f, d, is_negative, &digits, digits.len);
        return;
    }
    struct digits decimal =
        is_wide ? decimal_of_wide(v) : decimal_of(fabs(number));
    int64_t precision = d->precision < 0 ? 6 : d->precision;
    size_t whole_len = d->conversion == 'f'
                           ? write_fixed(&digits, d, decimal, precision)
                       : d->conversion == 'e'
                           ? write_scientific(&digits, d, decimal, precision)
                           : write_general(&digits, d, decimal);
    add_number(f, d, is_negative, &digits, whole_len);
}

/* --- Hashes -------------------------------------------------------------------- */

/* Java's hash of a text: over its halves of 16 bits. */
static uint32_t
text_java_hash(Value text)
{
    uint32_t hash = 0;
    const char *bytes = text_bytes(text);
    uint32_t len = text_byte_len(text);
    for (uint32_t i = 0; i < len;) {
        uint32_t code;
        i += text_decode(bytes + i, len - i, &code);
        if (code >= 0x10000) {
            hash = hash * 31 + (0xd7c0 + (code >> 10));
            code = 0xdc00 + (code & 0x3ff);
        }
        hash = hash * 31 + code;
    }
    return hash;
}

/* %h: the hash that Java has for what is simple; the others have one of their
 * own here, so that it would mean nothing. */
static void
add_hash(struct formatter *f, const struct directive *d, Value v)
{
    uint64_t bits;
    if (text_is(v)) {
        bits = text_java_hash(v);
    } else if (value_is_char(v)) {
        bits = value_char_codepoint(v);
    } else if (value_kind(v) == KIND_BOOL) {
        bits = value_is_true(v) ? 1231 : 1237;
    } else if (number_is_int(v)) {
        bits = (uint64_t)number_to_int(v);
    } else if (number_is_double(v)) {
        double number = number_to_double(v);
        memcpy(&bits, &number, sizeof(bits));
    } else {
        error_throw_help(ERROR_TYPE, "Use (hash x) and %x.",
                         "format: %.*s expects a string, character, boolean or "
                         "number, found %s",
                         (int)d->text_len, d->text, value_shown(v));
    }
    Value text = text_format("%" PRIx32, (uint32_t)(bits ^ (bits >> 32)));
    add_string(f, d, text);
}

/* --- format -------------------------------------------------------------------- */

static void
add_argument(struct formatter *f, const struct directive *d)
{
    Value v = argument(f, d);
    if (d->conversion == 'b') {
        add_string(f, d, value_bool(value_is_true(v)));
    } else if (d->conversion == 's' || value_is_nil(v)) {
        add_string(f, d, v);
    } else if (d->conversion == 'h') {
        add_hash(f, d, v);
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
                    value_shown(args[0]));
    }
    struct formatter f = {.format = args[0],
                          .args = args + 1,
                          .argc = argc - 1,
                          .previous = UINT32_MAX};
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
        check_directive(&d);
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
     "A text made by directives: %s %d %x %o %c %b %h %f %e %g %a %n %%, "
     "with argument index, flags, width and precision.",
     "0.1"},
    {"printf", 1, ARGS_ANY, core_printf, "[format & args]",
     "Prints what format gives.", "0.1"},
};

const struct core_table core_format[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
