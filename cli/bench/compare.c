#include "bench/compare.h"

#include <string.h>

/* The first old row of that name that no earlier pair has. */
static const struct bench_row *find(const struct bench_row *rows, size_t n, const char *name,
                                    const struct bench_pair *pairs, size_t n_pairs)
{
    size_t taken = 0;
    for (size_t i = 0; i < n_pairs; i++)
        taken += strcmp(pairs[i].name, name) == 0;
    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i].name, name) == 0 && taken-- == 0)
            return &rows[i];
    return NULL;
}

size_t bench_compare(const struct bench_row *old_rows, size_t n_old,
                     const struct bench_row *new_rows, size_t n_new, struct bench_pair *pairs)
{
    size_t n = 0;
    for (size_t i = 0; i < n_new; i++) {
        const struct bench_row *old = find(old_rows, n_old, new_rows[i].name, pairs, n);
        pairs[n++] =
            (struct bench_pair){new_rows[i].name, old ? old->seconds : 0, new_rows[i].seconds};
    }
    for (size_t i = 0; i < n_old; i++) {
        size_t before = 0, there = 0;
        for (size_t k = 0; k < i; k++)
            before += strcmp(old_rows[k].name, old_rows[i].name) == 0;
        for (size_t k = 0; k < n_new; k++)
            there += strcmp(new_rows[k].name, old_rows[i].name) == 0;
        if (before >= there)
            pairs[n++] = (struct bench_pair){old_rows[i].name, old_rows[i].seconds, 0};
    }
    return n;
}

double bench_pair_ratio(const struct bench_pair *pair)
{
    return pair->old_seconds > 0 ? pair->new_seconds / pair->old_seconds : 0;
}
