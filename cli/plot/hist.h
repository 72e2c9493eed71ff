/* How often which value occurs in a channel. */
#ifndef HIST_H
#define HIST_H

#include "plot/bins.h"
#include "plot/draw_source.h"
#include "plot/text_counts.h"

#define HIST_BINS 20u /* at most, when nothing else is asked for */

struct hist {
    const char *name; /* of the channel, as it was asked for; borrowed */
    uint64_t points;
    size_t n_series;
    uint64_t numbers;           /* finite ones; of arrays of numbers each item */
    uint64_t nan, above, below; /* NaN, Infinity, -Infinity */
    uint64_t other;             /* arrays of texts */
    struct bins_range range;    /* of the finite numbers */
    struct bins bins;
    struct text_counts texts; /* sorted */
};

/* How the bins are to be. */
struct hist_wish {
    bool growing;
    size_t exactly; /* 0: as many as look well, but at most */
    size_t most;
};

/* Reads all points of the channel, or of those that match: once when the numbers fit into half of
 * the memory there is, else twice. To be released in any case. */
enum tlm_code hist_read(struct hist *hist, struct draw_source *source, const char *channel,
                        const struct hist_wish *wish, struct tlm_error *error);
void hist_release(struct hist *hist);

#define HIST_TEXT 256
/* "1,234 numbers  min -0.5  max 12  3 NaN"; returns out. */
char *hist_figures(const struct hist *hist, char out[HIST_TEXT]);

#endif
