/* Inside the hot lane: its state, the block of rows at hand, and the frame that takes it.
 *   hot_lane.c    when the lane tries, learns and stops; which rows make a block
 *   hot_column.c  the values of one column of a block
 *   hot_group.c   arrays and objects: the values of a column inside them
 *   hot_cell.c    one value on its own, when the loops for whole columns have refused it
 *   hot_tags.c    the tag sets of a block
 *   hot_frame.c   columns that grow by blocks, frames */
#ifndef TLM_ROWS_HOT_BLOCK_H
#define TLM_ROWS_HOT_BLOCK_H

#include "rows/hot_index.h"
#include "rows/hot_lane.h"
#include "rows/hot_time.h"

/* Up to TLM_HOT_ROWS rows from the index. */
struct tlm_hot_block {
    const uint32_t *entries;
    size_t n;    /* rows */
    size_t good; /* of them, from the first one on, as far as is known */
    struct tlm_hot_spans spans;
    /* The array or object whose parts are being taken. */
    uint32_t group_start[TLM_HOT_ROWS];
    uint64_t *items; /* of an array of numbers: row by row */
};

/* What the values of a block are, by row. */
struct tlm_hot_kinds {
    uint64_t doubles, longs, ints, texts, nulls; /* as they are delivered */
    uint64_t integers;                           /* as the text shows them */
    uint64_t words;                              /* nulls, true and false */
};

/* As struct tlm_frame_column. */
struct tlm_hot_column {
    uint64_t *values;
    uint32_t *lengths;
    uint8_t *kinds;
    uint8_t kind;
};

/* The rows that are being made into a frame. */
struct tlm_hot_frame {
    size_t n, cap; /* rows */
    int64_t *times_ns;
    struct tlm_hot_column *columns;
    uint32_t tags;
    uint32_t *row_tags;
};

/* Tag sets by the texts of the tag columns. */
struct tlm_hot_tags {
    struct tlm_intern keys;
    uint32_t *sets; /* by number in keys */
    uint32_t cap;
    struct tlm_buf key;
};

struct tlm_hot_lane {
    struct tlm_assembler *assembler;
    const struct tlm_hot_level *level;
    bool json, off;
    bool no_memory;
    struct tlm_name *const *names; /* CSV */
    size_t n_names;
    struct tlm_hot_layout layout, spare;
    bool wants_texts; /* the layout is to be learned anew, for texts */
    struct tlm_hot_index index;
    struct tlm_hot_times times;
    struct tlm_hot_tags tags;
    const char *text; /* the chunk */
    size_t len;
    size_t seen_at, seen_size; /* a good row that the parser took last, size 0: none */
    uint32_t seen_tags;
    unsigned rest, next_rest; /* rows to leave to the parser */
    size_t expected;          /* rows that the next frame may have */
    struct tlm_hot_frame frame;
};

static inline uint64_t tlm__low_bits(size_t n)
{
    return n < 64 ? (UINT64_C(1) << n) - 1 : UINT64_MAX;
}

/* Rows from the first of the marked ones on are not good. */
static inline void tlm__hot_limit(struct tlm_hot_block *block, uint64_t bad)
{
    bad &= tlm__low_bits(block->good);
    if (bad)
        block->good = (size_t)__builtin_ctzll(bad);
}

/* ---- frames ---------------------------------------------------------------------------------- */

/* Ends the frame at hand and starts one at `at` of the chunk. False: memory is out. */
bool tlm__hot_frame_begin(struct tlm_hot_lane *lane, size_t at);
bool tlm__hot_frame_end(struct tlm_hot_lane *lane);
/* Says what the values of the block's good rows are, which have been put behind the column's.
 * False: memory is out. */
bool tlm__hot_frame_kinds(struct tlm_hot_lane *lane, struct tlm_hot_column *column, size_t good,
                          const struct tlm_hot_kinds *kinds);
/* Makes room for lengths. False: memory is out. */
bool tlm__hot_frame_lengths(struct tlm_hot_lane *lane, struct tlm_hot_column *column);

/* ---- columns --------------------------------------------------------------------------------- */

/* Takes the blanks of CSV from around the values. */
void tlm__hot_trim(const char *text, struct tlm_hot_spans *spans, size_t n);
/* Takes the values whose spans are in the block. Where memory is out, lane->no_memory is set. */
void tlm__hot_take_cells(struct tlm_hot_lane *lane, struct tlm_hot_block *block,
                         struct tlm_hot_value *value);

/* The part of an array or object whose spans are in the block. As tlm__hot_take_cells. */
void tlm__hot_take_part(struct tlm_hot_lane *lane, struct tlm_hot_block *block,
                        struct tlm_hot_value *value);

/* ---- values ---------------------------------------------------------------------------------- */

struct tlm_hot_cell {
    uint8_t kind;  /* as in struct tlm_frame_column */
    bool integer;  /* as the text shows it */
    bool word;     /* null, true or false */
    uint64_t bits; /* or where a text is */
    uint32_t length;
};

/* The value as the parser would read it. False: it is left to the parser. */
bool tlm__hot_read_cell(struct tlm_hot_lane *lane, const char *p, size_t len,
                        struct tlm_hot_cell *cell);
/* The text of a tag; data NULL: it has none. False: it is left to the parser. */
bool tlm__hot_read_tag(const struct tlm_hot_lane *lane, const char *p, size_t len,
                       struct tlm_string *text);
/* True when a value that is not wanted is well-formed. */
bool tlm__hot_is_skippable(const struct tlm_hot_lane *lane, const char *p, size_t len);

/* ---- tags ------------------------------------------------------------------------------------ */

/* The tag sets of the block's good rows to the frame. */
void tlm__hot_take_tags(struct tlm_hot_lane *lane, struct tlm_hot_block *block);
/* Another layout has other tag columns. */
void tlm__hot_tags_reset(struct tlm_hot_tags *tags);
void tlm__hot_tags_release(struct tlm_hot_tags *tags);

#endif
