#include "moments.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define FRACTION_BITS 52
#define FRACTION ((UINT64_C(1) << FRACTION_BITS) - 1)
#define ONE (UINT64_C(1) << FRACTION_BITS) /* that is not written before a fraction */
#define EXPONENTS 2048u
#define SPECIAL (EXPONENTS - 1) /* the exponent of NaN and infinities */
#define BIAS 1023
#define LEAST_SCALED 63u /* the least exponent whose numbers can be made integers of 63 bits */
/* So many fractions of 53 bits fit into a place of 64 bits. */
#define PIECE 2048u
/* Fewer numbers are not worth looking for the places that were used. */
#define FEW 32u

/* Fractions and their squares, added up by exponent (and sign); all 0 between pieces. */
struct moments_lanes {
    uint64_t sums[2 * EXPONENTS];
    exact_uint128 squares[EXPONENTS];
};

struct moments_lanes *moments_lanes_new(void)
{
    return calloc(1, sizeof(struct moments_lanes));
}

void moments_lanes_free(struct moments_lanes *lanes)
{
    free(lanes);
}

void moments_release(struct moments *moments)
{
    exact_sum_release(&moments->sum);
    exact_sum_release(&moments->squares);
}

void moments_reset(struct moments *moments)
{
    struct exact_sum sum = moments->sum, squares = moments->squares;
    exact_sum_reset(&sum);
    exact_sum_reset(&squares);
    *moments = (struct moments){.sum = sum, .squares = squares};
}

/* ---- doubles -------------------------------------------------------------------------------- */

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static unsigned exponent_of(uint64_t bits)
{
    return (unsigned)(bits >> FRACTION_BITS) % EXPONENTS;
}

/* With the bit that is not written. */
static uint64_t fraction_of(uint64_t bits)
{
    return (bits & FRACTION) | (uint64_t)(exponent_of(bits) != 0) << FRACTION_BITS;
}

/* Where a fraction begins, counted from 2^MOMENTS_UNIT. */
static unsigned position_of(unsigned exponent)
{
    return exponent ? exponent - 1 : 0;
}

static bool add_one(struct moments *moments, double value)
{
    uint64_t bits = bits_of(value), fraction = fraction_of(bits);
    unsigned position = position_of(exponent_of(bits));
    if (exponent_of(bits) == SPECIAL)
        return true;
    return exact_sum_add(&moments->sum, fraction, position, bits >> 63) &&
           exact_sum_add(&moments->squares, (exact_uint128)fraction * fraction, 2 * position,
                         false);
}

static void put(struct moments_lanes *lanes, double value)
{
    uint64_t bits = bits_of(value), fraction = fraction_of(bits);
    lanes->sums[bits >> FRACTION_BITS] += fraction;
    lanes->squares[exponent_of(bits)] += (exact_uint128)fraction * fraction;
}

static bool add_difference(struct exact_sum *sum, exact_uint128 plus, exact_uint128 minus,
                           unsigned position)
{
    bool negative = plus < minus;
    return exact_sum_add(sum, negative ? minus - plus : plus - minus, position, negative);
}

/* Takes what the places of exponents up to `last` hold over into the sums, and makes them 0. */
static bool take_over(struct moments *moments, struct moments_lanes *lanes, unsigned last)
{
    bool taken = true;
    for (unsigned e = 0; e <= last; e++) {
        if (!lanes->squares[e])
            continue;
        if (e != SPECIAL)
            taken =
                add_difference(&moments->sum, lanes->sums[e], lanes->sums[e + EXPONENTS],
                               position_of(e)) &&
                exact_sum_add(&moments->squares, lanes->squares[e], 2 * position_of(e), false) &&
                taken;
        lanes->sums[e] = lanes->sums[e + EXPONENTS] = 0;
        lanes->squares[e] = 0;
    }
    return taken;
}

/* Integers and their squares, added up. */
struct totals {
    exact_uint128 sum; /* modulo 2^128 */
    exact_uint128 squares;
    uint64_t over; /* 2^128 in the squares */
};

static inline void add_square(struct totals *totals, exact_uint128 square)
{
    totals->squares += square;
    totals->over += totals->squares < square;
}

static inline exact_uint128 square_of(int64_t value)
{
    return (exact_uint128)((exact_int128)value * value);
}

static inline void add_integer(struct totals *totals, int64_t value)
{
    const exact_int128 wide = value;
    totals->sum += (exact_uint128)wide;
    add_square(totals, square_of(value));
}

/* The same for two, whose squares together have 127 bits at most. */
static inline void add_two(struct totals *totals, int64_t a, int64_t b)
{
    totals->sum += (exact_uint128)((exact_int128)a + b);
    add_square(totals, square_of(a) + square_of(b));
}

/* Integers in units of 2^position. */
static bool add_totals(struct moments *moments, const struct totals *totals, unsigned position)
{
    bool negative = totals->sum >> 127;
    return exact_sum_add(&moments->sum, negative ? -totals->sum : totals->sum, position,
                         negative) &&
           exact_sum_add(&moments->squares, totals->squares, 2 * position, false) &&
           exact_sum_add(&moments->squares, totals->over, 2 * position + 128, false);
}

/* Bits may have been lost of it. */
static inline bool is_small(int64_t scaled)
{
    return (uint64_t)scaled + ONE < 2 * ONE;
}

/* True: it went to the place of its exponent. */
static inline bool add_one_scaled(struct totals *totals, struct moments_lanes *lanes, double value,
                                  double scale)
{
    int64_t scaled = (int64_t)(value * scale);
    if (is_small(scaled))
        put(lanes, value);
    else
        add_integer(totals, scaled);
    return is_small(scaled);
}

/* Numbers of which the largest has this exponent become integers of 63 bits. Those too small for
 * that go to the places of their exponents. */
static bool add_scaled(struct moments *moments, struct moments_lanes *lanes, const double *values,
                       size_t n, unsigned exponent)
{
    struct totals totals = {0};
    const double scale = ldexp(1, 62 + BIAS - (int)exponent);
    bool odd = n % 2 && add_one_scaled(&totals, lanes, values[n - 1], scale);
    for (size_t i = 0; i + 2 <= n; i += 2) {
        int64_t a = (int64_t)(values[i] * scale), b = (int64_t)(values[i + 1] * scale);
        if (!is_small(a) && !is_small(b)) {
            add_two(&totals, a, b);
            continue;
        }
        odd |= add_one_scaled(&totals, lanes, values[i], scale);
        odd |= add_one_scaled(&totals, lanes, values[i + 1], scale);
    }
    return add_totals(moments, &totals, exponent - 1 - 10) &&
           (!odd || take_over(moments, lanes, exponent));
}

/* The same for numbers of one sign, of which none is too small for that. */
static bool add_alike(struct moments *moments, const double *values, size_t n, unsigned exponent)
{
    struct totals totals = {0};
    const bool negative = values[0] < 0;
    const double scale = ldexp(negative ? -1 : 1, 62 + BIAS - (int)exponent);
    uint64_t last = n % 2 ? (uint64_t)(int64_t)(values[n - 1] * scale) : 0;
    totals.sum = last;
    totals.squares = (exact_uint128)last * last;
    for (size_t i = 0; i + 2 <= n; i += 2) {
        uint64_t a = (uint64_t)(int64_t)(values[i] * scale);
        uint64_t b = (uint64_t)(int64_t)(values[i + 1] * scale);
        totals.sum += a;
        totals.sum += b;
        add_square(&totals, (exact_uint128)a * a + (exact_uint128)b * b);
    }
    if (negative)
        totals.sum = -totals.sum;
    return add_totals(moments, &totals, exponent - 1 - 10);
}

static void count_special(struct moments *moments, const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        moments->nan += isnan(values[i]) != 0;
        moments->infinite += isinf(values[i]) != 0;
    }
}

/* The range of one piece, of which NaN is not part: it is never less nor more. */
struct range {
    double least, most;
    double zero; /* NaN when there is a number that is not finite */
};

static inline void reach(struct range *range, double value)
{
    range->least = value < range->least ? value : range->least;
    range->most = value > range->most ? value : range->most;
    range->zero += value * 0;
}

#ifdef __SSE2__
/* Of the numbers up to the last multiple of four; *n becomes how many these are. */
static struct range range_of_fours(const double *values, size_t *n)
{
    const __m128d none = _mm_setzero_pd();
    __m128d least[2] = {_mm_set1_pd(INFINITY), _mm_set1_pd(INFINITY)};
    __m128d most[2] = {_mm_set1_pd(-INFINITY), _mm_set1_pd(-INFINITY)}, zero[2] = {none, none};
    *n -= *n % 4;
    for (size_t i = 0; i < *n; i += 4)
        for (size_t k = 0; k < 2; k++) {
            const __m128d pair = _mm_loadu_pd(values + i + 2 * k);
            least[k] = _mm_min_pd(pair, least[k]); /* the second one when one is NaN */
            most[k] = _mm_max_pd(pair, most[k]);
            zero[k] = _mm_add_pd(zero[k], _mm_mul_pd(pair, none));
        }
    double ends[2], tops[2], zeros[2];
    _mm_storeu_pd(ends, _mm_min_pd(least[0], least[1]));
    _mm_storeu_pd(tops, _mm_max_pd(most[0], most[1]));
    _mm_storeu_pd(zeros, _mm_add_pd(zero[0], zero[1]));
    return (struct range){ends[0] < ends[1] ? ends[0] : ends[1],
                          tops[0] > tops[1] ? tops[0] : tops[1], zeros[0] + zeros[1]};
}
#else
static struct range range_of_fours(const double *values, size_t *n)
{
    (void)values;
    *n = 0;
    return (struct range){INFINITY, -INFINITY, 0};
}
#endif

static struct range range_of(const double *values, size_t n)
{
    size_t i = n;
    struct range range = range_of_fours(values, &i);
    for (; i < n; i++)
        reach(&range, values[i]);
    return range;
}

static bool add_sums(struct moments *moments, struct moments_lanes *lanes, const double *values,
                     size_t n, const struct range *range)
{
    bool added = true;
    const unsigned a = exponent_of(bits_of(range->least)), b = exponent_of(bits_of(range->most));
    const unsigned low = a < b ? a : b, exponent = a < b ? b : a;
    if (!isnan(range->zero) && exponent >= LEAST_SCALED && n > 2)
        return (range->least > 0 || range->most < 0) && exponent - low <= 10
                   ? add_alike(moments, values, n, exponent)
                   : add_scaled(moments, lanes, values, n, exponent);
    if (n < FEW) {
        for (size_t i = 0; i < n && added; i++)
            added = add_one(moments, values[i]);
        return added;
    }
    for (size_t i = 0; i < n; i++)
        put(lanes, values[i]);
    return take_over(moments, lanes, SPECIAL);
}

static void widen(struct moments *moments, const struct range *range, uint64_t n)
{
    bool first = moments->reals == 0;
    if (!n)
        return;
    moments->least_real =
        first || range->least < moments->least_real ? range->least : moments->least_real;
    moments->most_real =
        first || range->most > moments->most_real ? range->most : moments->most_real;
    moments->reals += n;
}

static bool add_piece(struct moments *moments, struct moments_lanes *lanes, const double *values,
                      size_t n)
{
    const struct range range = range_of(values, n);
    const uint64_t nan = moments->nan;
    if (isnan(range.zero))
        count_special(moments, values, n);
    widen(moments, &range, n - (moments->nan - nan));
    return add_sums(moments, lanes, values, n, &range);
}

bool moments_add_reals(struct moments *moments, struct moments_lanes *lanes, const double *values,
                       size_t n)
{
    for (size_t i = 0; i < n; i += PIECE)
        if (!add_piece(moments, lanes, values + i, n - i < PIECE ? n - i : PIECE))
            return false;
    return true;
}

/* ---- longs ---------------------------------------------------------------------------------- */

bool moments_add_integers(struct moments *moments, const int64_t *values, size_t n)
{
    struct totals totals = {0};
    int64_t least = INT64_MAX, most = INT64_MIN;
    for (size_t i = 0; i < n; i++) {
        least = values[i] < least ? values[i] : least;
        most = values[i] > most ? values[i] : most;
        add_integer(&totals, values[i]);
    }
    const struct moments range = {.integers = n, .least_integer = least, .most_integer = most};
    moments_merge_range(moments, &range);
    return add_totals(moments, &totals, -MOMENTS_UNIT);
}

/* ---- together ------------------------------------------------------------------------------- */

void moments_merge_range(struct moments *into, const struct moments *from)
{
    bool first = !into->reals;
    if (from->reals) {
        into->least_real =
            first || from->least_real < into->least_real ? from->least_real : into->least_real;
        into->most_real =
            first || from->most_real > into->most_real ? from->most_real : into->most_real;
    }
    first = !into->integers;
    if (from->integers) {
        bool less = first || from->least_integer < into->least_integer;
        bool more = first || from->most_integer > into->most_integer;
        into->least_integer = less ? from->least_integer : into->least_integer;
        into->most_integer = more ? from->most_integer : into->most_integer;
    }
    into->reals += from->reals;
    into->integers += from->integers;
    into->nan += from->nan;
    into->infinite += from->infinite;
}

/* ---- asking --------------------------------------------------------------------------------- */

uint64_t moments_finite(const struct moments *moments)
{
    return moments->reals + moments->integers - moments->infinite;
}

double moments_mean(const struct moments *moments)
{
    return exact_sum_mean(&moments->sum, moments_finite(moments), MOMENTS_UNIT);
}

double moments_deviation(const struct moments *moments)
{
    return exact_sum_deviation(&moments->sum, &moments->squares, moments_finite(moments),
                               MOMENTS_UNIT);
}

static int compare_mixed(double real, int64_t integer)
{
    if (real < -0x1p63)
        return -1;
    if (real >= 0x1p63)
        return 1;
    int64_t whole = (int64_t)real;
    double rest = real - (double)whole; /* exact: there is none from 2^53 on */
    if (whole != integer)
        return whole < integer ? -1 : 1;
    return (rest > 0) - (rest < 0);
}

int moments_compare(struct moments_number a, struct moments_number b)
{
    if (a.is_integer && b.is_integer)
        return (a.integer > b.integer) - (a.integer < b.integer);
    if (a.is_integer)
        return -compare_mixed(b.real, a.integer);
    if (b.is_integer)
        return compare_mixed(a.real, b.integer);
    return (a.real > b.real) - (a.real < b.real);
}

double moments_real(struct moments_number number)
{
    return number.is_integer ? (double)number.integer : number.real;
}

static struct moments_number pick(const struct moments *moments, double real, int64_t integer,
                                  int sign)
{
    struct moments_number a = {.is_integer = false, .real = real};
    struct moments_number b = {.is_integer = true, .integer = integer};
    if (!moments->integers)
        return a;
    return moments->reals && sign * moments_compare(a, b) < 0 ? a : b;
}

struct moments_number moments_least(const struct moments *moments)
{
    return pick(moments, moments->least_real, moments->least_integer, 1);
}

struct moments_number moments_most(const struct moments *moments)
{
    return pick(moments, moments->most_real, moments->most_integer, -1);
}
