/* The figures of each line of the table: of each series, or of what these are put together to. */
#ifndef STATS_LINES_H
#define STATS_LINES_H

#include "inspect/value_history.h"
#include "stats/sketch.h"
#include "stats/stats_batch.h"

struct stats_line {
    char *key; /* a byte, then texts, each after its length, a size_t. Of each series: the channel,
                * then key and value of each tag; of each channel: it; of each value of a tag: that
                * value, if there is one */
    size_t key_len;
    uint64_t hash;
    uint64_t points, raw_bytes, disk_bytes;
    unsigned types; /* 1 << enum tlm_type */
    int64_t first_ns, last_ns;
    struct moments moments;
    struct sketch reals, integers, intervals;
    struct interval_totals totals; /* of all its series */
    struct gaps gaps;
    struct text_counts texts;
    struct stats_lengths lengths;
    struct value_history *history; /* NULL: none is wanted, or too many lines */
    /* stats_settle_gaps finds these */
    uint64_t median, jitter;       /* of the intervals */
    uint64_t beyond;               /* intervals longer than this are gaps */
    uint64_t gap_count, gap_total; /* of those that are known */
    bool recount;                  /* there are others: it takes reading again to count them */
};

struct stats_clock;

struct stats_lines {
    struct stats_line **items; /* in order of first appearance until they are sorted */
    size_t n, room;
    uint32_t *slots; /* item + 1, or 0 */
    size_t n_slots;
    struct stats_clock *clocks; /* of each series */
    size_t n_clocks, clock_slots;
    struct sketch_limits limits;
    struct text_limits text_limits; /* of each line */
    size_t most_histories;
    uint64_t memory_bytes;
    struct ranks *ranks;
    struct stats_full *full;
    uint64_t unchecked; /* records since memory was looked at, */
    size_t n_checked;   /* and how many lines there were then */
    bool recounts;      /* reading again: only intervals beyond those of `beyond` count */
};

/* False: memory is out. memory_bytes: most that the figures may take. */
bool stats_lines_init(struct stats_lines *lines, uint64_t memory_bytes);
void stats_lines_release(struct stats_lines *lines);
/* Adds what is in a block. TLM_NO_MEMORY, or TLM_LIMIT: there are too many lines for the memory. */
enum tlm_code stats_lines_add(struct stats_lines *lines, struct stats_batch *batch,
                              const struct stats_rules *rules, const struct tlm_block *block);
/* Once all is read. False: memory is out. */
bool stats_lines_finish(const struct stats_lines *lines, struct stats_line *line);
/* Forgets the latest times, to read everything again for the gaps of those lines that
 * are to be recounted. */
void stats_lines_recount(struct stats_lines *lines);

/* Text i of the key; false: there is none. */
bool stats_line_text(const struct stats_line *line, size_t i, struct tlm_string *text);

#endif
