/* The rows of one chunk of text, as points: what the parsers make and the writer takes. */
#ifndef TLM_ROWS_ROWS_H
#define TLM_ROWS_ROWS_H

#include "base/arena.h"
#include "tlm.h"

/* Every text handed to a parser has this many readable bytes behind its end. */
#define TLM_TEXT_PADDING 64

/* Kinds of a cell: enum tlm_type, and integers whose type their series decides (int_as auto). */
#define TLM_CELL_INT 6u
/* In frames: the row has no value in this column. */
#define TLM_CELL_NONE 7u
#define TLM_CHANNEL_MAX ((1u << 28) - 1)
/* Short texts are copied as so many bytes, whatever their length. */
#define TLM_TEXT_COPY 32

/* One point of a row. */
struct tlm_cell {
    union {
        double real;
        int64_t integer;
        /* STRING, JSON: text. DOUBLE_ARRAY: doubles, unaligned. STRING_ARRAY: for each item a
         * uint32_t length and its bytes, unaligned. Points into the chunk or the arena. */
        const char *bytes;
    } value;
    uint32_t length;       /* of bytes */
    uint32_t channel : 28; /* number in tlm_columns' channels */
    uint32_t kind : 4;
};

struct tlm_row {
    int64_t time_ns;
    uint32_t tags;  /* number in tlm_columns' tag sets */
    uint32_t cells; /* how many follow, in the order of the text */
};

/* One column of a frame: an element for each row. */
struct tlm_frame_column {
    uint32_t channel;
    uint8_t kind;         /* of all rows: TLM_DOUBLE, TLM_LONG, TLM_CELL_INT or TLM_STRING */
    const uint8_t *kinds; /* NULL, or the kind of each row, also TLM_CELL_NONE, for `kind` */
    /* Bits of a double or int64_t, or where a text is: in the chunk, the arena or a constant. The
     * TLM_TEXT_COPY bytes from there on are readable. */
    const uint64_t *values;
    const uint32_t *lengths; /* of the texts; NULL: there are none */
};

/* Consecutive rows of one layout, in columns: what the hot lanes make. The arrays live until
 * tlm__rows_reset. */
struct tlm_frame {
    size_t rows_before; /* good rows of this chunk that come before, in frames or not */
    size_t n_rows;      /* at least 1 */
    size_t n_columns;
    uint32_t tags;            /* number in tlm_columns' tag sets */
    const uint32_t *row_tags; /* NULL, or such a number for each row, for `tags` */
    const int64_t *times_ns;  /* n_rows */
    /* n_columns, of different channels, in the order of the text. */
    const struct tlm_frame_column *columns;
};

struct tlm_bad_row {
    enum tlm_code code;
    size_t rows_before; /* good rows of this chunk that come before it, in frames or not */
    uint64_t row, line, byte;
    const char *text; /* borrowed from the chunk */
    size_t text_len;
    const char *reason; /* in the arena */
};

struct tlm_rows_slab {
    uint64_t *words;
    size_t n_words;
};

/* {0} is empty. */
struct tlm_rows {
    struct tlm_row *rows;
    size_t n_rows, rows_cap;
    struct tlm_cell *cells;
    size_t n_cells, cells_cap;
    struct tlm_frame *frames;
    size_t n_frames, frames_cap;
    size_t frame_rows;           /* in all frames */
    struct tlm_rows_slab *slabs; /* memory of the frames' columns, kept for reuse */
    size_t n_slabs, slab, slab_used;
    struct tlm_bad_row *bad;
    size_t n_bad, bad_cap;
    struct tlm_arena arena;
};

/* Appends a frame; fills in its rows_before. False: memory is out. */
bool tlm__rows_add_frame(struct tlm_rows *rows, const struct tlm_frame *frame);
/* Memory for columns, aligned to 64 bytes, that lives until tlm__rows_reset; NULL: it is out. */
uint64_t *tlm__rows_take_words(struct tlm_rows *rows, size_t n);
void tlm__rows_reset(struct tlm_rows *rows);
void tlm__rows_release(struct tlm_rows *rows);
size_t tlm__rows_bytes(const struct tlm_rows *rows); /* memory held */

#endif
