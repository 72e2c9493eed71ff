#include "bench/spread.h"

#include <stdbool.h>

static bool comes_before(const double *values, size_t a, size_t b)
{
    return values[a] < values[b] || (a < b && values[a] == values[b]);
}

/* Index of the value that would stand at `rank` if they were sorted. */
static size_t at_rank(const double *values, size_t n, size_t rank)
{
    for (size_t i = 0; i < n; i++) {
        size_t before = 0;
        for (size_t k = 0; k < n; k++)
            before += comes_before(values, k, i);
        if (before == rank)
            return i;
    }
    return 0;
}

size_t bench_spread_middle(const double *values, size_t n)
{
    return at_rank(values, n, (n - 1) / 2);
}

struct bench_spread bench_spread_of(const double *values, size_t n)
{
    double lower = values[bench_spread_middle(values, n)];
    double upper = values[at_rank(values, n, n / 2)];
    return (struct bench_spread){
        .median = (lower + upper) / 2,
        .min = values[at_rank(values, n, 0)],
        .max = values[at_rank(values, n, n - 1)],
    };
}

double bench_spread_percent(const struct bench_spread *spread)
{
    return spread->median > 0 ? 100 * (spread->max - spread->min) / spread->median : 0;
}
