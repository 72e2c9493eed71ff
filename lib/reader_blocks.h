/* Blocks on their way from a container file to whoever wants what is in them: read in order,
 * decompressed and worked on in parallel, delivered in order. Knows nothing of what is in a block.
 */
#ifndef TLM_READER_BLOCKS_H
#define TLM_READER_BLOCKS_H

#include "avro/container_read.h"
#include "avro/decompress.h"
#include "base/pool.h"

/* A block for work and deliver; valid during the call. */
struct tlm_read_block {
    struct tlm_block_head head;
    uint64_t number;    /* in this run, from 0; blocks without records are not counted */
    const uint8_t *raw; /* followed by TLM_RAW_SLACK bytes that may be read */
    size_t raw_len;
    unsigned slot; /* below tlm__block_reader_slots; the same in work and deliver, and no other
                    * block's in between: where the caller keeps what work made of it */
};

struct tlm_block_reader_options {
    struct tlm_pool *pool; /* must outlive the reader */
    size_t raw_max;        /* of a block's raw bytes; 0: TLM_RAW_MAX */
    size_t memory_bytes;   /* for blocks, packed and raw; 0: 256 MiB. One block that is larger than
                            * its share is read alone. */
    /* On any thread of the pool, several at once: decode, sum up. May be NULL. Its TLM_DAMAGED,
     * TLM_INPUT and TLM_LIMIT get the file and the byte of the block put before their message. */
    enum tlm_code (*work)(void *ctx, const struct tlm_read_block *block, struct tlm_error *error);
    /* On the thread that called run, in the order of the file. May be NULL. Any code ends the run
     * and is returned, with its error as it is: TLM_STOPPED for enough. */
    enum tlm_code (*deliver)(void *ctx, const struct tlm_read_block *block,
                             struct tlm_error *error);
    void *ctx;
};

struct tlm_block_reader;
/* Options are copied. */
enum tlm_code tlm__block_reader_new(struct tlm_block_reader **reader,
                                    const struct tlm_block_reader_options *options,
                                    struct tlm_error *error);
void tlm__block_reader_free(struct tlm_block_reader *reader); /* NULL is fine */
unsigned tlm__block_reader_slots(const struct tlm_block_reader *reader);

/* Reads from where the container is to the first block that begins at byte `until` or behind it;
 * UINT64_MAX is the end of the file. Every block before the first error has been delivered when
 * that error is returned. May be called again, also with another container. */
enum tlm_code tlm__block_reader_run(struct tlm_block_reader *reader,
                                    struct tlm_container *container, uint64_t until,
                                    struct tlm_error *error);

#endif
