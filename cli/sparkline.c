#include "sparkline.h"

#include <math.h>
#include <string.h>

const char *sparkline_level(unsigned level, bool ascii)
{
    static const char *const blocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const signs[] = {" ", "_", ".", "-", "=", "+", "*", "%", "#"};
    if (level > SPARKLINE_LEVELS)
        level = SPARKLINE_LEVELS;
    return ascii ? signs[level] : blocks[level];
}

static void find_range(const double *values, size_t n, double *least, double *most)
{
    *least = INFINITY;
    *most = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(values[i]))
            continue;
        *least = fmin(*least, values[i]);
        *most = fmax(*most, values[i]);
    }
}

static unsigned level_of(double value, double least, double most)
{
    if (isnan(value))
        return 0;
    if (value >= most)
        return most > least ? SPARKLINE_LEVELS : SPARKLINE_LEVELS / 2;
    if (value <= least)
        return 1;
    /* halves: the difference of two large numbers need not be finite */
    double share = (value / 2 - least / 2) / (most / 2 - least / 2);
    return 1 + (unsigned)(share * (SPARKLINE_LEVELS - 1) + 0.5);
}

char *sparkline_draw(char *out, const double *values, size_t n, bool ascii)
{
    double least, most;
    char *to = out;
    find_range(values, n, &least, &most);
    for (size_t i = 0; i < n; i++) {
        const char *level = sparkline_level(level_of(values[i], least, most), ascii);
        size_t len = strlen(level);
        memcpy(to, level, len);
        to += len;
    }
    *to = '\0';
    return out;
}
