/* Reproducible random numbers, and a check that is cheap enough for millions of them. */
#ifndef TLM_TESTS_RANDOM_H
#define TLM_TESTS_RANDOM_H

#include <check.h>
#include <stddef.h>
#include <stdint.h>

/* ck_assert_msg that costs nothing while it holds: check reports each of its own to its parent. */
#define HOLDS(condition, ...)          \
    do {                               \
        if (!(condition))              \
            ck_abort_msg(__VA_ARGS__); \
    } while (0)

/* splitmix64; any state is a seed. */
static inline uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* 0 .. n - 1 */
static inline size_t below(uint64_t *state, size_t n)
{
    return (size_t)(draw(state) % n);
}

#endif
