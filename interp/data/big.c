/* SPDX-License-Identifier: MIT */
/*
 * Integers of any size over GMP's mpz.
 *
 * A value is seen by GMP without being copied: an mpz_t that borrows its limbs
 * (view). A result is computed in GMP's memory, which is collected, and then
 * copied into an object of exactly its size; nothing has to be freed when
 * somebody throws afterwards. Between two calls of GMP nothing of its state is
 * alive but what mpz_t variables on the C stack hold.
 */
#include "interp/data/big.h"

#include "interp/data/alloc.h"
#include "interp/data/hash.h"
#include "interp/data/number.h"
#include "interp/data/text.h"

#include <assert.h>
#include <gmp.h>
#include <limits.h>
#include <math.h>
#include <string.h>

_Static_assert(GMP_NUMB_BITS == 64, "limbs are words of 64 bits");
_Static_assert(sizeof(mp_limb_t) == sizeof(uint64_t), "limbs are uint64_t");

enum {
    LIMB_BITS = 64,
    /* Below so many limbs the ordinary accounting of memory is enough. */
    LIMBS_SMALL = 1024,
    /* GMP keeps some temporaries of the result's size. */
    SCRATCH_FACTOR = 4,
    DOUBLE_BITS_MAX = 1024
};

/* --- GMP and the collector ---------------------------------------------------- */

static void *
take(size_t size)
{
    return alloc_for_library(size);
}

static void *
take_again(void *block, size_t old_size, size_t size)
{
    void *moved = alloc_for_library(size);
    memcpy(moved, block, old_size < size ? old_size : size);
    alloc_library_free(block, old_size);
    return moved;
}

static void
give_back(void *block, size_t size)
{
    alloc_library_free(block, size);
}

/* Before each operation that makes something: asks for the room of so many
 * limbs, and counts `work` limbs as looked at. */
static void
reserve(uint64_t limbs, uint64_t work)
{
    static bool is_started;
    if (!is_started) {
        mp_set_memory_functions(take, take_again, give_back);
        is_started = true;
    }
    if (limbs >= LIMBS_SMALL) {
        uint64_t bytes = UINT64_MAX;
        if (limbs < UINT64_MAX / (SCRATCH_FACTOR * sizeof(mp_limb_t))) {
            bytes = limbs * SCRATCH_FACTOR * sizeof(mp_limb_t);
        }
        alloc_reserve(bytes);
        alloc_count_work(work * sizeof(mp_limb_t));
    }
}

/* --- Values and mpz_t ------------------------------------------------------------ */

/* Room for what GMP is shown of a value. */
struct view {
    mpz_t z;
    mp_limb_t limb;
};

static const struct bigint_object *
object_of(Value v)
{
    assert(big_is(v));
    return (const struct bigint_object *)value_object(v);
}

/* Read only, as long as the value and the view are there. */
static mpz_srcptr
view(struct view *view, Value v)
{
    if (number_is_int(v)) {
        int64_t n = number_to_int(v);
        view->limb = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
        mpz_roinit_n(view->z, &view->limb, n < 0 ? -1 : n > 0);
    } else {
        const struct bigint_object *object = object_of(v);
        mpz_roinit_n(view->z, object->limbs, object->size);
    }
    return view->z;
}

static uint64_t
limbs_of(Value v)
{
    if (number_is_int(v)) {
        return 1;
    }
    int64_t size = object_of(v)->size;
    return (uint64_t)(size < 0 ? -size : size);
}

static Value
make(const mp_limb_t *limbs, int64_t size)
{
    size_t bytes = (size_t)(size < 0 ? -size : size) * sizeof(mp_limb_t);
    struct bigint_object *object =
        alloc_atomic_object(KIND_BIGINT, sizeof(struct bigint_object) + bytes);
    object->size = size;
    if (bytes > 0) {
        memcpy(object->limbs, limbs, bytes);
    }
    return value_from_object(object);
}

/* The result of an operation; gives GMP's memory back. */
static Value
finish(mpz_t z)
{
    int64_t size = (int64_t)mpz_size(z);
    Value v = make(mpz_limbs_read(z), mpz_sgn(z) < 0 ? -size : size);
    mpz_clear(z);
    return v;
}

Value
big_from_int(int64_t n)
{
    mp_limb_t limb = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    return make(&limb, n < 0 ? -1 : n > 0);
}

bool
big_to_int(Value v, int64_t *number)
{
    if (number_is_int(v)) {
        *number = number_to_int(v);
        return true;
    }
    const struct bigint_object *object = object_of(v);
    uint64_t limb = object->size == 0 ? 0 : object->limbs[0];
    bool is_negative = object->size < 0;
    if (limbs_of(v) > 1 || limb > (uint64_t)INT64_MAX + is_negative) {
        return false;
    }
    *number = (int64_t)(is_negative ? 0 - limb : limb);
    return true;
}

Value
big_compact(Value v)
{
    int64_t number;
    return big_to_int(v, &number) ? number_int(number) : v;
}

Value
big_widen(Value v)
{
    return big_is(v) ? v : big_from_int(number_to_int(v));
}

/* The top 64 bits, of which the lowest tells of those that were cut off: so
 * the conversion rounds as if it saw all of them. */
double
big_to_double(Value v)
{
    if (number_is_int(v)) {
        return (double)number_to_int(v);
    }
    struct view room;
    mpz_srcptr z = view(&room, v);
    size_t bits = mpz_sizeinbase(z, 2);
    int sign = mpz_sgn(z);
    if (bits > DOUBLE_BITS_MAX) {
        return sign < 0 ? -HUGE_VAL : HUGE_VAL;
    }
    size_t cut = bits > LIMB_BITS ? bits - LIMB_BITS : 0;
    size_t index = cut / LIMB_BITS;
    unsigned shift = cut % LIMB_BITS;
    uint64_t top = mpz_getlimbn(z, (mp_size_t)index) >> shift;
    if (shift > 0) {
        top |= mpz_getlimbn(z, (mp_size_t)index + 1) << (LIMB_BITS - shift);
    }
    if (cut > 0 && mpz_scan1(z, 0) < cut) {
        top |= 1;
    }
    return sign * ldexp((double)top, (int)cut);
}

/* --- Arithmetic ---------------------------------------------------------------------- */

static uint64_t
larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* Multiplying and dividing cost more than their limbs, and less than the
 * square of them; a factor that grows with the size is near enough to end
 * what would take for ever. */
static uint64_t
work_of(uint64_t a, uint64_t b)
{
    uint64_t most = 1024;
    uint64_t least = a < b ? a : b;
    return larger(a, b) * (least < most ? least : most);
}

Value
big_add(Value a, Value b)
{
    uint64_t limbs = larger(limbs_of(a), limbs_of(b)) + 1;
    reserve(limbs, limbs);
    struct view rooms[2];
    mpz_t z;
    mpz_init2(z, limbs * LIMB_BITS);
    mpz_add(z, view(&rooms[0], a), view(&rooms[1], b));
    return finish(z);
}

Value
big_sub(Value a, Value b)
{
    uint64_t limbs = larger(limbs_of(a), limbs_of(b)) + 1;
    reserve(limbs, limbs);
    struct view rooms[2];
    mpz_t z;
    mpz_init2(z, limbs * LIMB_BITS);
    mpz_sub(z, view(&rooms[0], a), view(&rooms[1], b));
    return finish(z);
}

Value
big_mul(Value a, Value b)
{
    uint64_t limbs = limbs_of(a) + limbs_of(b);
    reserve(limbs, work_of(limbs_of(a), limbs_of(b)));
    struct view rooms[2];
    mpz_t z;
    mpz_init2(z, limbs * LIMB_BITS);
    mpz_mul(z, view(&rooms[0], a), view(&rooms[1], b));
    return finish(z);
}

Value
big_quot(Value a, Value b)
{
    assert(big_sign(b) != 0);
    reserve(limbs_of(a) + 1, work_of(limbs_of(a), limbs_of(b)));
    struct view rooms[2];
    mpz_t z;
    mpz_init(z);
    mpz_tdiv_q(z, view(&rooms[0], a), view(&rooms[1], b));
    return finish(z);
}

int64_t
big_take_factor(Value *v, uint32_t factor)
{
    assert(big_sign(*v) != 0 && factor > 1);
    reserve(limbs_of(*v) + 1, work_of(limbs_of(*v), limbs_of(*v)));
    struct view room;
    mpz_t z;
    mpz_t by;
    mpz_init(z);
    mpz_init_set_ui(by, factor);
    int64_t count = (int64_t)mpz_remove(z, view(&room, *v), by);
    mpz_clear(by);
    *v = finish(z);
    return count;
}

Value
big_rem(Value a, Value b)
{
    assert(big_sign(b) != 0);
    reserve(limbs_of(a) + 1, work_of(limbs_of(a), limbs_of(b)));
    struct view rooms[2];
    mpz_t z;
    mpz_init(z);
    mpz_tdiv_r(z, view(&rooms[0], a), view(&rooms[1], b));
    return finish(z);
}

Value
big_neg(Value a)
{
    reserve(limbs_of(a), limbs_of(a));
    struct view room;
    mpz_t z;
    mpz_init(z);
    mpz_neg(z, view(&room, a));
    return finish(z);
}

Value
big_gcd(Value a, Value b)
{
    reserve(larger(limbs_of(a), limbs_of(b)) + 1,
            work_of(limbs_of(a), limbs_of(b)) * 4);
    struct view rooms[2];
    mpz_t z;
    mpz_init(z);
    mpz_gcd(z, view(&rooms[0], a), view(&rooms[1], b));
    return finish(z);
}

Value
big_power(int64_t base, uint64_t exponent)
{
    assert(base >= 0);
    uint64_t bits = 1;
    while (bits < LIMB_BITS && (base >> bits) != 0) {
        bits++;
    }
    uint64_t limbs = UINT64_MAX;
    if (exponent < UINT64_MAX / LIMB_BITS) {
        limbs = exponent * bits / LIMB_BITS + 1;
    }
    reserve(limbs, work_of(limbs, limbs));
    mpz_t z;
    mpz_init(z);
    mpz_ui_pow_ui(z, (unsigned long)base, exponent);
    return finish(z);
}

/* --- Comparing ------------------------------------------------------------------------- */

int
big_sign(Value a)
{
    if (number_is_int(a)) {
        int64_t n = number_to_int(a);
        return (n > 0) - (n < 0);
    }
    int64_t size = object_of(a)->size;
    return (size > 0) - (size < 0);
}

int
big_compare(Value a, Value b)
{
    struct view rooms[2];
    int order = mpz_cmp(view(&rooms[0], a), view(&rooms[1], b));
    return (order > 0) - (order < 0);
}

int
big_compare_double(Value a, double number)
{
    assert(!isnan(number));
    if (isinf(number)) {
        return number > 0 ? -1 : 1;
    }
    struct view room;
    int order = mpz_cmp_d(view(&room, a), number);
    return (order > 0) - (order < 0);
}

bool
big_is_even(Value a)
{
    struct view room;
    return mpz_even_p(view(&room, a)) != 0;
}

uint32_t
big_hash(Value a)
{
    int64_t number;
    if (big_to_int(a, &number)) {
        return hash_word((uint64_t)number);
    }
    const struct bigint_object *object = object_of(a);
    uint32_t hash =
        hash_bytes(object->limbs, limbs_of(a) * sizeof(object->limbs[0]));
    return hash_word((uint64_t)(object->size < 0) << 32 | hash);
}

/* --- Decimal digits ---------------------------------------------------------------------- */

uint64_t
big_digits(Value a)
{
    reserve(limbs_of(a), work_of(limbs_of(a), limbs_of(a)));
    struct view room;
    mpz_srcptr z = view(&room, a);
    size_t digits = mpz_sizeinbase(z, 10);
    if (digits <= 1) {
        return 1;
    }
    // It may be one too many: then the number is below that power of ten.
    mpz_t power;
    mpz_init(power);
    mpz_ui_pow_ui(power, 10, digits - 1);
    bool is_less = mpz_cmpabs(z, power) < 0;
    mpz_clear(power);
    return is_less ? digits - 1 : digits;
}

Value
big_strip_zeros(Value a, uint64_t most, uint64_t *count)
{
    assert(big_sign(a) != 0);
    *count = 0;
    if (most == 0 || !big_is_even(a)) {
        return a;
    }
    reserve(limbs_of(a) * 2, work_of(limbs_of(a), limbs_of(a)));
    struct view room;
    mpz_t z;
    mpz_t ten;
    mpz_init(z);
    mpz_init_set_ui(ten, 10);
    uint64_t removed = mpz_remove(z, view(&room, a), ten);
    if (removed > most) {
        mpz_ui_pow_ui(ten, 10, removed - most);
        mpz_mul(z, z, ten);
        removed = most;
    }
    mpz_clear(ten);
    *count = removed;
    return finish(z);
}

/* --- Text ---------------------------------------------------------------------------------- */

Value
big_text(Value a, int radix)
{
    assert(radix >= 2 && radix <= 36);
    reserve(limbs_of(a) * 2, work_of(limbs_of(a), limbs_of(a)) * 2);
    struct view room;
    mpz_srcptr z = view(&room, a);
    char *text = alloc_atomic(mpz_sizeinbase(z, radix) + 2);
    mpz_get_str(text, radix, z);
    return text_from_cstring(text);
}

Value
big_parse(const char *digits, size_t len, int radix, bool is_negative)
{
    assert(len > 0 && radix >= 2 && radix <= 36);
    uint64_t limbs = len / 10 + 1;
    reserve(limbs, work_of(limbs, limbs) * 2);
    char *copy = alloc_atomic(len + 1);
    memcpy(copy, digits, len);
    copy[len] = 0;
    mpz_t z;
    mpz_init(z);
    int failed = mpz_set_str(z, copy, radix);
    assert(failed == 0);
    (void)failed;
    if (is_negative) {
        mpz_neg(z, z);
    }
    return finish(z);
}
