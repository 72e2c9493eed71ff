/* What the records of one block come to: made on any thread, added up in order on one. */
#ifndef STATS_BATCH_H
#define STATS_BATCH_H

#include "stats/intervals.h"
#include "stats/moments.h"
#include "stats/ranks.h"
#include "stats/text_counts.h"
#include "tlm.h"

enum stats_by { STATS_EACH_SERIES, STATS_EACH_CHANNEL, STATS_EACH_TAG };

/* Lines that have so many numbers that they want groups of them only: hashes of lines, plus 1 for
 * longs. A line that is missing costs time and nothing else. */
#define STATS_FULL 4096u
struct stats_full {
    _Atomic uint64_t hashes[STATS_FULL];
};

/* How batches are made. */
struct stats_rules {
    enum stats_by by;
    struct tlm_string tag; /* of STATS_EACH_TAG */
    double gap_factor;     /* a gap is longer than so many times the median, */
    uint64_t gap_ns;       /* or than this, if it is not 0 */
    uint64_t seed;         /* of the hashes */
    const struct stats_full *full;
    bool curves;
    int64_t grain_ns; /* points nearer than this become one mark of a curve */
};

/* Some numbers, in `numbers` of the batch. */
struct stats_piece {
    enum { PIECE_NONE, PIECE_SAME, PIECE_RAW, PIECE_GROUPS } kind;
    size_t at; /* the one, or all; GROUPS: those too, if `raw`: a sketch may want them */
    bool raw;
    uint64_t n;                 /* numbers that it stands for */
    struct ranks_extent extent; /* of all, if it is known */
    bool has_extent;
    size_t groups, k; /* GROUPS: in `groups` of the batch */
    uint64_t error;   /* of these */
};

/* The times of a record; records of a block often share them. */
struct stats_times {
    size_t at, n;                  /* themselves, in `numbers` */
    int64_t first, last;           /* least and most */
    int64_t begin, latest;         /* the first in order, and the latest in the end */
    struct interval_totals totals; /* without what was before the record */
    struct stats_piece steps;
    size_t gaps, n_gaps; /* in `gaps` */
    uint64_t dropped;
};

struct stats_words {
    unsigned low, n;
    size_t at; /* in `words` */
};

/* Items of arrays. */
struct stats_lengths {
    uint64_t n, sum, least, most;
};

struct stats_record {
    size_t key, key_len; /* of its line, in `keys` */
    uint64_t key_hash, series_hash;
    uint64_t points, raw_bytes;
    unsigned types;         /* 1 << enum tlm_type */
    struct moments moments; /* without its sums, which are */
    struct stats_words sum, squares;
    struct stats_piece reals, integers;
    struct stats_lengths lengths;
    size_t times;          /* in `times` */
    size_t texts, n_texts; /* in `texts` */
    bool texts_left_out;
    size_t marks, n_marks; /* in `marks` */
};

struct stats_mark {
    int64_t ns;
    double sum;
    uint64_t n;
};

struct stats_text {
    size_t at, len; /* in `keys` */
    uint64_t hash, count;
};

struct stats_batch {
    struct stats_batch *next;
    struct stats_record *records;
    size_t n_records, records_room;
    struct stats_times *times;
    size_t n_times, times_room;
    int64_t *numbers;
    size_t n_numbers, numbers_room;
    struct ranks_group *groups;
    size_t n_groups, groups_room;
    uint64_t *words;
    size_t n_words, words_room;
    struct gap *gaps;
    size_t n_gaps, gaps_room;
    struct stats_text *texts;
    size_t n_texts, texts_room;
    struct stats_mark *marks;
    size_t n_marks, marks_room;
    char *keys;
    size_t n_keys, keys_room;
    /* below: what it is made with */
    struct ranks *ranks;
    struct moments_lanes *lanes;
    struct moments moments;
    struct text_counts counts;
    int64_t *spare[4];
    size_t spare_room[4];
};

struct stats_batch *stats_batch_new(void);        /* NULL: memory is out */
void stats_batch_free(struct stats_batch *batch); /* NULL is fine */
void stats_batch_reset(struct stats_batch *batch);
/* Both return false when memory is out. */
bool stats_batch_add(struct stats_batch *batch, const struct stats_rules *rules,
                     const struct tlm_run_of_points *points);
/* What the times come to when the latest before them was `latest`, as the last of `times`; the same
 * times, which are `n` from `at` on. */
bool stats_batch_times(struct stats_batch *batch, const struct stats_rules *rules, size_t at,
                       size_t n, bool any, int64_t latest);

#endif
