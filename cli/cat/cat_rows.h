/* Long rows: one for each point, with its channel, tags, timestamp and value. */
#ifndef CAT_ROWS_H
#define CAT_ROWS_H

#include "cat/cat_value.h"

/* The names of the columns, with the end of the line; "" for JSON. */
const char *cat_rows_header(const struct cat_format *format);

struct cat_rows {
    const struct cat_format *format;
    struct cat_time time;
    struct cat_text prefix; /* what all rows of the series at hand begin with */
    struct cat_text text;   /* whole rows */
    uint64_t n;             /* rows in it */
    bool type_longs;        /* of this series: say that integers are */
    char middle[16], end[4];
    size_t middle_len, end_len;
};

void cat_rows_init(struct cat_rows *rows, const struct cat_format *format);
void cat_rows_release(struct cat_rows *rows);

/* These return false when memory is out. */

/* Rows from now on are of this series. */
bool cat_rows_series(struct cat_rows *rows, struct tlm_string channel,
                     const struct tlm_file_pair *tags, size_t n_tags);
/* Points `from` to before `to`, of that series. */
bool cat_rows_points(struct cat_rows *rows, const struct tlm_run_of_points *points, size_t from,
                     size_t to);
/* One point, whose value is text already. */
bool cat_rows_cell(struct cat_rows *rows, int64_t time_ns, struct tlm_string cell, bool typed,
                   enum tlm_type type);

/* So many points of the series at hand are not much text, unless their values are long. At least
 * one. */
size_t cat_rows_chunk(const struct cat_rows *rows);

/* The length of the first n rows of a text that has at least as many. */
size_t cat_rows_length(const struct cat_format *format, const char *text, size_t len, uint64_t n);
/* Appends rows that name no type to `out`, each with the type long. */
bool cat_rows_add_typed(const struct cat_format *format, struct cat_text *out, const char *text,
                        size_t len);

#endif
