/* Blocks on their way from series to the file: encoded and compressed in parallel, written in
 * order. How points are divided into records and blocks depends on the points alone. */
#ifndef TLM_WRITER_BLOCKS_H
#define TLM_WRITER_BLOCKS_H

#include "writer.h"

/* The largest number of jobs at work. */
unsigned tlm__blocks_window(const struct tlm_writer *writer);
bool tlm__blocks_init(struct tlm_writer *writer);
void tlm__blocks_release(struct tlm_writer *writer); /* when the pool is gone */

/* Adds up to `most` further points of a series that are leaving to the block being planned; starts
 * the work on blocks that are full and writes those that are done. */
enum tlm_code tlm__blocks_add(struct tlm_writer *writer, struct tlm_held *held,
                              const struct tlm_series_header *header, size_t most);
/* Ends the block being planned. */
enum tlm_code tlm__blocks_end(struct tlm_writer *writer);
/* How many points of each of n series a block holds, when all series are to be in each block. */
size_t tlm__blocks_slice(const struct tlm_writer *writer, size_t n_series);
/* Whether blocks are at work or wait to be written. */
static inline bool tlm__blocks_pending(const struct tlm_writer *writer)
{
    return writer->first_block < writer->next_block;
}
/* Writes those that can be written without waiting. */
enum tlm_code tlm__blocks_write_done(struct tlm_writer *writer);
/* Returns when all blocks have been made: the points that left are not needed any more. */
void tlm__blocks_wait_made(struct tlm_writer *writer);
/* Returns when no thread is at work on a block. */
void tlm__blocks_wait(struct tlm_writer *writer);
/* Ends the last block and returns when all have been written. */
enum tlm_code tlm__blocks_finish(struct tlm_writer *writer);

#endif
