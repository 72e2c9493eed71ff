/* Finds what is whole in a damaged or cut container file. Blocks are found by the sync marker
 * before and behind them, so that damage costs the blocks it is in and no others. A block is good
 * when its count, its size and the marker behind it fit, its data can be decompressed, with the
 * codec's checksum right, and the caller's check accepts it. */
#ifndef TLM_AVRO_SALVAGE_H
#define TLM_AVRO_SALVAGE_H

#include "avro/container_read.h"
#include "avro/decompress.h"

struct tlm_salvage_block {
    struct tlm_block_head head;
    const uint8_t *raw; /* followed by TLM_RAW_SLACK bytes that may be read */
    size_t raw_len;
};

/* A run of good blocks, or of bytes that are not. */
struct tlm_salvage_range {
    bool good;
    uint64_t from, to; /* bytes of the file; `to` is behind the last one */
    uint64_t blocks,
        records;     /* of a bad range: only those whose size is right but not their data */
    const char *why; /* of a bad range: what is wrong where it begins */
};

struct tlm_salvage_options {
    /* Whose header is taken when the file's own is damaged: another file of the same schema and
     * codec. NULL: a damaged header is the end. */
    const struct tlm_container *like;
    const struct tlm_container_limits *limits; /* or NULL */
    size_t raw_max;                            /* 0: TLM_RAW_MAX */
    /* Called for each block that is good so far, in order. TLM_DAMAGED, TLM_INPUT and TLM_LIMIT:
     * the block is bad, for the reason in error. Another code ends the run. May be NULL; without,
     * codecs that have no checksum let changed bytes pass. */
    enum tlm_code (*check)(void *ctx, const struct tlm_salvage_block *block,
                           struct tlm_error *error);
    /* Called for each range, in order; together they are all bytes from info's start to size. A
     * code ends the run. */
    enum tlm_code (*range)(void *ctx, const struct tlm_salvage_range *range,
                           struct tlm_error *error);
    void *ctx;
};

struct tlm_salvage_info {
    const struct tlm_container_info *header; /* the file's own, or that of `like` */
    bool own_header;
    /* The marker that is between the blocks; another one than the header's when that is damaged
     * and the blocks agree about it. */
    uint8_t sync[TLM_SYNC_BYTES];
    bool own_sync;  /* it is the one in the file's own header */
    uint64_t start; /* where blocks may begin: behind the header, or 0 when that is damaged */
    uint64_t size;  /* of the file */
};

struct tlm_salvage;

/* path and fd as in container_input.h; a pipe is TLM_INPUT. A header that is damaged with no
 * `like`, and a file that has its sync marker nowhere, is TLM_DAMAGED. Options are copied. */
enum tlm_code tlm__salvage_open(struct tlm_salvage **salvage, const char *path, int fd,
                                const struct tlm_salvage_options *options, struct tlm_error *error);
void tlm__salvage_close(struct tlm_salvage *salvage); /* NULL is fine */
const struct tlm_salvage_info *tlm__salvage_info(const struct tlm_salvage *salvage);
/* Walks through the file. */
enum tlm_code tlm__salvage_run(struct tlm_salvage *salvage, struct tlm_error *error);
/* Copies bytes of the file, for ranges that are kept as they are. *got is less than len only where
 * the file ends. */
enum tlm_code tlm__salvage_bytes(const struct tlm_salvage *salvage, uint64_t from, void *bytes,
                                 size_t len, size_t *got, struct tlm_error *error);

#endif
