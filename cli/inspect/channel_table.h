/* What is known of each channel, and how many series there are. */
#ifndef CHANNEL_TABLE_H
#define CHANNEL_TABLE_H

#include <stdbool.h>

#include "inspect/value_history.h"
#include "tlm.h"

/* Figures of some points of one channel. {0} is of none. */
struct channel_figures {
    uint64_t points;
    uint64_t raw_bytes; /* of the records, decompressed */
    unsigned types;     /* 1 << enum tlm_type of those that occur */
    int64_t first_ns, last_ns;
    uint64_t reals, integers; /* numbers that are in the next four: no NaN */
    double least_real, most_real;
    int64_t least_integer, most_integer;
};

/* Adds b to a. */
void channel_figures_add(struct channel_figures *a, const struct channel_figures *b);

struct channel {
    char *name; /* ends with NUL, which may also be inside */
    size_t name_len;
    uint64_t hash;
    struct channel_figures figures;
    struct value_history *history; /* of numbers; NULL: there are none, or too many channels */
};

struct channel_table {
    struct channel *items;
    size_t n;
    struct channel_figures all; /* of all channels together */
    size_t n_series;
    /* below: the inside */
    size_t capacity;
    uint32_t *slots; /* item + 1, or 0 */
    size_t n_slots;
    uint64_t *series; /* their hashes, 0: free */
    size_t n_series_slots;
};

/* {0} is ready. */
void channel_table_release(struct channel_table *table);
/* The channel of this name (which hashes so), made if need be. NULL: memory is out. */
struct channel *channel_table_get(struct channel_table *table, const char *name, size_t len,
                                  uint64_t hash);
/* Counts a series, given by a hash, when it is new. False: memory is out. */
bool channel_table_series(struct channel_table *table, uint64_t hash);

enum channel_order { CHANNEL_BY_NAME, CHANNEL_BY_POINTS, CHANNEL_BY_BYTES, CHANNEL_BY_RATE };
/* Sorts the items, most first but for names. Nothing can be got from the table afterwards. */
void channel_table_sort(struct channel_table *table, enum channel_order order);
/* Points a second; 0 when there is no telling. */
double channel_figures_rate(const struct channel_figures *figures);

#endif
