/* Points in memory, series by series, for rows that can only be made when all points are known. */
#ifndef CAT_TABLE_H
#define CAT_TABLE_H

#include "cat/cat_bucket.h"
#include "cat/cat_text.h"
#include "cat/cat_value.h"

/* A series. */
struct cat_column {
    uint64_t hash;
    struct tlm_string channel;
    struct tlm_file_pair *tags;
    size_t n_tags;
    struct cat_cell *cells; /* sorted by time once the table is settled */
    size_t n, cap;
    bool sorted;
    struct cat_buckets buckets; /* until the table is settled, where points are summed up */
};

/* The caller sets the first block; the rest starts as zero. */
struct cat_table {
    const struct cat_format *format;
    uint64_t every_ns; /* 0: points stay as they are */
    enum cat_aggregate aggregate;
    uint64_t memory_bytes; /* budget */

    struct cat_column *columns; /* in the order of their first points */
    size_t n, cap;
    uint32_t *slots; /* number of a column and 1, by hash */
    size_t n_slots;
    struct cat_text heap; /* for each text its length, a uint64_t, and its bytes */
    uint64_t bytes;       /* of all of it */
    uint64_t points;      /* that came */
    uint64_t left_out;    /* of these: values that the aggregate cannot take */
};

enum tlm_code cat_table_add(struct cat_table *table, const struct tlm_run_of_points *points,
                            struct tlm_error *error);
/* All points have come: sorts them; those of one time stay in their order. */
enum tlm_code cat_table_settle(struct cat_table *table, struct tlm_error *error);
void cat_table_release(struct cat_table *table);

/* Appends the text of a cell. False: memory is out. */
bool cat_table_print(const struct cat_table *table, const struct cat_cell *cell,
                     struct cat_text *out);

#endif
