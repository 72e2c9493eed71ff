/* Reading Avro object container files (Avro 1.11, Object Container Files) of any schema. No byte
 * is trusted: what is wrong is TLM_DAMAGED, what is more than a limit TLM_LIMIT, both with
 * "FILE: byte N: ..." as their message. The file ends well between two blocks only. */
#ifndef TLM_AVRO_CONTAINER_READ_H
#define TLM_AVRO_CONTAINER_READ_H

#include "avro/container_input.h"
#include "avro/container_write.h"
#include "base/buf.h"
#include "tlm.h"

struct tlm_container;

struct tlm_container_limits {
    size_t header_max; /* bytes; 0: 64 MiB */
    size_t keys_max;   /* of the metadata; 0: 1 Mi */
    size_t block_max;  /* bytes of a block as it is in the file; 0: 1 GiB */
};

struct tlm_container_pair {
    struct tlm_string key, value; /* any bytes */
};

/* What the header says. Everything belongs to the container. */
struct tlm_container_info {
    const char *name;         /* of the file, for messages: the path, or "<stdin>" */
    uint64_t size;            /* of the file as it was opened, or TLM_SIZE_UNKNOWN */
    bool can_seek;            /* no pipe */
    struct tlm_string schema; /* avro.schema, as it is there */
    struct tlm_string codec;  /* avro.codec, or "null" when that is absent; not checked */
    const uint8_t *sync;      /* TLM_SYNC_BYTES */
    const struct tlm_container_pair *pairs; /* all metadata in order, also keys that repeat */
    size_t n_pairs;
    const uint8_t *header; /* all of it, from the magic to the sync marker */
    size_t header_len;     /* where the first block begins */
};

struct tlm_block_head {
    uint64_t offset;  /* where the block begins */
    uint64_t records; /* may be 0: then the data holds nothing, which the reader has to check */
    uint64_t size;    /* of the data, as it is compressed */
    size_t head_len;  /* bytes before the data */
};

/* Where the block after this one begins. */
static inline uint64_t tlm__block_end(const struct tlm_block_head *block)
{
    return block->offset + block->head_len + block->size + TLM_SYNC_BYTES;
}

/* Opens and reads the header. path and fd as in container_input.h. limits may be NULL. */
enum tlm_code tlm__container_open(struct tlm_container **container, const char *path, int fd,
                                  const struct tlm_container_limits *limits,
                                  struct tlm_error *error);
enum tlm_code tlm__container_open_input(struct tlm_container **container,
                                        const struct tlm_open_input *input,
                                        struct tlm_error *error);
void tlm__container_close(struct tlm_container *container); /* NULL is fine */
const struct tlm_container_info *tlm__container_info(const struct tlm_container *container);
/* The value of a key; the last one when the key repeats, as other readers do. False: no such key.
 */
bool tlm__container_find(const struct tlm_container *container, const char *key,
                         struct tlm_string *value);

/* The next block. *got is false at the end of the file, where it ends well. data is replaced by
 * the block's, which is followed by TLM_SYNC_BYTES more that may be read; it comes only after the
 * sync marker behind it was found right. After an error the container is where the error is: only
 * seek, info and close make sense. */
enum tlm_code tlm__container_read(struct tlm_container *container, struct tlm_block_head *block,
                                  struct tlm_buf *data, bool *got, struct tlm_error *error);
/* The same in two steps, for a reader that wants to know how large a block is first: next, then
 * data or skip. Skipping reads no data where the input can seek, but checks the sync marker. */
enum tlm_code tlm__container_next(struct tlm_container *container, struct tlm_block_head *block,
                                  bool *got, struct tlm_error *error);
enum tlm_code tlm__container_data(struct tlm_container *container,
                                  const struct tlm_block_head *block, struct tlm_buf *data,
                                  struct tlm_error *error);
enum tlm_code tlm__container_skip(struct tlm_container *container,
                                  const struct tlm_block_head *block, struct tlm_error *error);
/* Goes to a block's beginning (or the file's end), as next told it. A pipe is TLM_ARGUMENT; an
 * offset that no sync marker precedes is TLM_DAMAGED. */
enum tlm_code tlm__container_seek(struct tlm_container *container, uint64_t offset,
                                  struct tlm_error *error);

/* The byte that is read next: between two blocks, where the next one begins. */
uint64_t tlm__container_offset(const struct tlm_container *container);
/* True when reading on would have to wait for somebody at the other end of a pipe. */
bool tlm__container_would_wait(const struct tlm_container *container);

/* ---- for others that walk through such files ------------------------------------------------- */

#define TLM_BLOCK_HEAD_MAX 20 /* bytes of a block before its data, at most */

/* Reads head_len, records and size of a block from its first bytes. NULL, or what is wrong at
 * byte *at of them; a head that is cut short is "the file ends inside a block". */
const char *tlm__block_head_parse(const uint8_t *bytes, size_t len, struct tlm_block_head *block,
                                  size_t *at);
/* The input, for tlm__container_input_at only. */
const struct tlm_container_input *tlm__container_source(const struct tlm_container *container);

#endif
