/* Inside the reader: one open file and what is selected of it.
 *   reader.c         open, header, blocks one by one
 *   reader_read.c    tlm_file_read: blocks in parallel, what the callbacks make of them in order
 *   reader_select.c  which records and points of a block are wanted
 *   reader_blocks.c  container to raw blocks: knows nothing of records */
#ifndef TLM_READER_H
#define TLM_READER_H

#include "avro/container_read.h"
#include "avro/decode_stream.h"
#include "avro/decompress.h"
#include "base/arena.h"

struct tlm_file {
    struct tlm_container *container;
    struct tlm_file_info info;
    struct tlm_schema_tree tree;
    uint64_t records;                      /* of the blocks that have been passed */
    struct tlm_decompressor *decompressor; /* of tlm_file_next_block */
    struct tlm_buf data;
    struct tlm_arena arena;
};

/* The record at hand of a block, as the callback gets it. {0} is ready; keeps its memory. */
struct tlm_picker {
    const struct tlm_selection *selection;
    struct tlm_buf name;               /* the last channel's, NUL-terminated */
    bool wanted;                       /* that channel is */
    struct tlm_buf tags;               /* struct tlm_file_pair */
    struct tlm_buf times, bits, types; /* of the selected points, when those are not all */
    struct tlm_buf values;             /* union tlm_point_value */
    struct tlm_arena arena;            /* items of arrays */
    struct tlm_run_of_points run;
};

void tlm__picker_release(struct tlm_picker *picker);
/* How the records of a block are picked, and who gets them. */
struct tlm_picking {
    struct tlm_stream *stream;
    struct tlm_picker *picker;
    enum tlm_code (*points)(void *ctx, void *batch, const struct tlm_run_of_points *points,
                            struct tlm_error *error);
    void *ctx, *batch;
};
/* Calls points for each record of the block of which points are selected, and checks that it ends
 * behind the last one. */
enum tlm_code tlm__pick_block(const struct tlm_picking *picking, const uint8_t *raw, size_t len,
                              uint64_t records, struct tlm_error *error);

/* At the end of a file: one that was cut at the end of a block looks whole but for what its header
 * says. */
enum tlm_code tlm__file_end(const struct tlm_file *file, struct tlm_error *error);

#endif
