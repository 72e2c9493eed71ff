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
/* Whether records of the stream's current channel are wanted. False in *wanted for one that is not.
 * Returns false when memory is out. */
bool tlm__picker_channel(struct tlm_picker *picker, const struct tlm_stream *stream, bool *wanted);
/* Decodes the current record as far as it is selected; picker->run.n is 0 when nothing of it is.
 * On failure the stream's cursor has the code, or memory is out (TLM_NO_MEMORY). */
enum tlm_code tlm__picker_take(struct tlm_picker *picker, struct tlm_stream *stream);

#endif
