/* What the records of one block come to: made on any thread, added up on one. */
#ifndef BLOCK_SUMMARY_H
#define BLOCK_SUMMARY_H

#include "inspect/channel_table.h"

/* Numbers that lie together in time. */
struct summary_mark {
    int64_t ns;
    double sum;
    uint64_t n;
};

struct summary_record {
    size_t name, name_len; /* in `names` */
    uint64_t channel_hash, series_hash;
    struct channel_figures figures;
    size_t marks, n_marks; /* in `marks` */
};

struct block_summary {
    uint64_t seed;    /* of the hashes */
    int64_t grain_ns; /* numbers nearer than this become one mark */
    struct summary_record *records;
    size_t n_records, records_room;
    struct summary_mark *marks;
    size_t n_marks, marks_room;
    char *names;
    size_t names_len, names_room;
};

struct block_summary *block_summary_new(uint64_t seed, int64_t grain_ns);
void block_summary_free(struct block_summary *summary); /* NULL is fine */
/* False: memory is out. */
bool block_summary_add(struct block_summary *summary, const struct tlm_run_of_points *points);
/* Adds it to the table. False: memory is out. */
bool block_summary_merge(const struct block_summary *summary, struct channel_table *table);

#endif
