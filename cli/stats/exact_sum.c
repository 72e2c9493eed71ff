#include "exact_sum.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Words of a number that is worked on: squares of doubles have 4196 bits, and sums of 2^64 of them
 * times their number 128 more. */
enum { MOST_WORDS = 80 };

void exact_sum_release(struct exact_sum *sum)
{
    free(sum->words);
    *sum = (struct exact_sum){0};
}

void exact_sum_reset(struct exact_sum *sum)
{
    sum->low = sum->n = 0;
}

/* ---- adding --------------------------------------------------------------------------------- */

static uint64_t sign_word(const struct exact_sum *sum)
{
    return sum->n && sum->words[sum->n - 1] >> 63 ? UINT64_MAX : 0;
}

static bool make_room(struct exact_sum *sum, unsigned n)
{
    if (n <= sum->room)
        return true;
    unsigned room = n + n / 4;
    uint64_t *words = realloc(sum->words, room * sizeof *words);
    if (!words)
        return false;
    sum->words = words;
    sum->room = room;
    return true;
}

/* Makes words from..to (one behind the last) part of it, and the topmost one a mere sign, so that
 * one addition to them does not overflow. */
static bool reach(struct exact_sum *sum, unsigned from, unsigned to)
{
    if (!sum->n)
        sum->low = from;
    unsigned below = from < sum->low ? sum->low - from : 0, top = sum->low + sum->n;
    uint64_t sign = sign_word(sum);
    bool full = sum->n && sum->words[sum->n - 1] != sign;
    unsigned wanted = to > top + full ? to : top + full;
    if (!below && wanted == top)
        return true;
    if (!make_room(sum, below + wanted - sum->low))
        return false;
    memmove(sum->words + below, sum->words, sum->n * sizeof *sum->words);
    memset(sum->words, 0, below * sizeof *sum->words);
    for (unsigned i = below + sum->n; i < below + wanted - sum->low; i++)
        sum->words[i] = sign;
    sum->n = below + wanted - sum->low;
    sum->low -= below;
    return true;
}

static void add_words(uint64_t *to, unsigned n_to, const uint64_t *words, unsigned n, uint64_t rest)
{
    uint64_t carry = 0;
    for (unsigned i = 0; i < n_to; i++) {
        uint64_t word = i < n ? words[i] : rest;
        if (i >= n && word + carry == 0) /* neither changes anything any more */
            return;
        uint64_t sum = to[i] + word, over = sum < word;
        to[i] = sum + carry;
        carry = over + (to[i] < carry);
    }
}

bool exact_sum_merge(struct exact_sum *sum, unsigned low, const uint64_t *words, unsigned n)
{
    if (!n)
        return true;
    if (!reach(sum, low, low + n + 1))
        return false;
    add_words(sum->words + (low - sum->low), sum->n - (low - sum->low), words, n,
              words[n - 1] >> 63 ? UINT64_MAX : 0);
    return true;
}

bool exact_sum_add(struct exact_sum *sum, exact_uint128 value, unsigned position, bool negative)
{
    unsigned shift = position % 64;
    uint64_t low = (uint64_t)value, high = (uint64_t)(value >> 64);
    uint64_t words[4] = {low << shift, high << shift, 0, 0};
    if (shift) {
        words[1] |= low >> (64 - shift);
        words[2] = high >> (64 - shift);
    }
    if (!value)
        return true;
    if (negative) {
        uint64_t carry = 1;
        for (unsigned i = 0; i < 4; i++) {
            words[i] = ~words[i] + carry;
            carry = carry && !words[i];
        }
    }
    unsigned n = 4; /* without words that are mere sign */
    while (n > 1 && words[n - 1] == (words[n - 2] >> 63 ? UINT64_MAX : 0))
        n--;
    return exact_sum_merge(sum, position / 64, words, n);
}

/* ---- asking --------------------------------------------------------------------------------- */

/* A number that is not negative, from 2^0 on. */
struct number {
    unsigned n;
    uint64_t words[2 * MOST_WORDS];
};

static void trim(struct number *number)
{
    while (number->n && !number->words[number->n - 1])
        number->n--;
}

/* The magnitude of a sum, from word `base` on. Returns whether it is negative. */
static bool take(struct number *number, const struct exact_sum *sum, unsigned base)
{
    bool negative = sign_word(sum) != 0;
    uint64_t carry = negative;
    number->n = sum->n ? sum->low - base + sum->n : 0;
    memset(number->words, 0, number->n * sizeof *number->words);
    for (unsigned i = 0; i < sum->n; i++) {
        uint64_t word = (negative ? ~sum->words[i] : sum->words[i]) + carry;
        carry = carry && !word;
        number->words[sum->low - base + i] = word;
    }
    trim(number);
    return negative;
}

/* Returns the rest. */
static uint64_t divide(struct number *number, uint64_t by)
{
    exact_uint128 rest = 0;
    for (unsigned i = number->n; i-- > 0;) {
        rest = rest << 64 | number->words[i];
        number->words[i] = (uint64_t)(rest / by);
        rest %= by;
    }
    trim(number);
    return (uint64_t)rest;
}

static void multiply(struct number *number, uint64_t by)
{
    exact_uint128 carry = 0;
    for (unsigned i = 0; i < number->n; i++) {
        carry += (exact_uint128)number->words[i] * by;
        number->words[i] = (uint64_t)carry;
        carry >>= 64;
    }
    number->words[number->n++] = (uint64_t)carry;
    trim(number);
}

static void square(struct number *out, const struct number *number)
{
    out->n = 2 * number->n;
    memset(out->words, 0, out->n * sizeof *out->words);
    for (unsigned i = 0; i < number->n; i++) {
        exact_uint128 carry = 0;
        for (unsigned k = 0; k < number->n; k++) {
            carry += (exact_uint128)number->words[i] * number->words[k] + out->words[i + k];
            out->words[i + k] = (uint64_t)carry;
            carry >>= 64;
        }
        out->words[i + number->n] = (uint64_t)carry;
    }
    trim(out);
}

/* a - b, which is not negative. */
static void subtract(struct number *a, const struct number *b)
{
    uint64_t borrow = 0;
    for (unsigned i = 0; i < a->n; i++) {
        uint64_t word = i < b->n ? b->words[i] : 0, was = a->words[i];
        a->words[i] = was - word - borrow;
        borrow = was < word || (borrow && was == word);
    }
    trim(a);
}

static unsigned bits_of(const struct number *number)
{
    return number->n ? 64 * number->n - (unsigned)__builtin_clzll(number->words[number->n - 1]) : 0;
}

/* 64 bits from bit `from` on; 0 where there are none. */
static uint64_t bits_at(const struct number *number, unsigned from)
{
    unsigned word = from / 64, shift = from % 64;
    uint64_t low = word < number->n ? number->words[word] : 0;
    uint64_t high = word + 1 < number->n ? number->words[word + 1] : 0;
    return shift ? low >> shift | high << (64 - shift) : low;
}

static bool any_below(const struct number *number, unsigned end)
{
    for (unsigned i = 0; i < end / 64 && i < number->n; i++)
        if (number->words[i])
            return true;
    return end % 64 && end / 64 < number->n &&
           number->words[end / 64] & ((UINT64_C(1) << end % 64) - 1);
}

double exact_sum_mean(const struct exact_sum *sum, uint64_t n, int unit)
{
    struct number number;
    bool negative = take(&number, sum, 0);
    if (!number.n)
        return 0;
    /* a word of fraction, to round by */
    memmove(number.words + 1, number.words, number.n++ * sizeof *number.words);
    number.words[0] = 0;
    bool rest = divide(&number, n) != 0;
    unsigned bits = bits_of(&number), from = bits > 53 + 64 ? bits - 53 : 64;
    uint64_t digits = bits_at(&number, from);
    bool half = bits_at(&number, from - 1) & 1, more = rest || any_below(&number, from - 1);
    digits += half && (more || digits & 1);
    double value = ldexp((double)digits, (int)from - 64 + unit);
    return negative ? -value : value;
}

double exact_sum_deviation(const struct exact_sum *sum, const struct exact_sum *squares, uint64_t n,
                           int unit)
{
    /* n^2 times the variance: n * sum of squares - sum^2 */
    struct number number, squared, variance;
    unsigned base = sum->low < squares->low / 2 ? sum->low : squares->low / 2;
    take(&number, sum, base);
    square(&squared, &number);
    take(&variance, squares, 2 * base);
    multiply(&variance, n);
    subtract(&variance, &squared);
    unsigned bits = bits_of(&variance), from = bits > 64 ? (bits - 63) / 2 * 2 : 0;
    double root = sqrt((double)bits_at(&variance, from));
    double value = ldexp(root / (double)n, (int)(from / 2 + 64 * base) + unit);
    return value < DBL_MAX ? value : DBL_MAX; /* it is no larger than the largest number */
}
