#include "avro/container_read.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "avro/container_header.h"
#include "avro/decompress.h"
#include "base/error.h"

#define BLOCK_MAX ((size_t)1 << 30)
/* What is taken for the data of a block at once, where the size of the file is not known. */
#define PIECE_BYTES ((size_t)4 << 20)

_Static_assert(TLM_RAW_SLACK <= TLM_SYNC_BYTES, "the sync marker is the slack of a block");

struct tlm_container {
    struct tlm_container_input *input;
    struct tlm_container_header_in header;
    struct tlm_container_info info;
    size_t block_max;
};

/* ---- open and close ------------------------------------------------------------------------- */

static void fill_info(struct tlm_container *container)
{
    struct tlm_container_info *info = &container->info;
    const struct tlm_container_header_in *header = &container->header;
    *info = (struct tlm_container_info){
        .name = tlm__container_input_name(container->input),
        .size = tlm__container_input_size(container->input),
        .can_seek = tlm__container_input_can_seek(container->input),
        .codec = {"null", 4},
        .sync = header->bytes.data + header->bytes.len - TLM_SYNC_BYTES,
        .pairs = header->pairs,
        .n_pairs = header->n_pairs,
        .header = header->bytes.data,
        .header_len = header->bytes.len,
    };
    tlm__container_find(container, "avro.codec", &info->codec);
}

/* Takes over the input. */
static enum tlm_code make(struct tlm_container **container, struct tlm_container_input *input,
                          const struct tlm_container_limits *limits, struct tlm_error *error)
{
    static const struct tlm_container_limits usual = {0};
    struct tlm_container *made = calloc(1, sizeof *made);
    if (!made) {
        tlm__container_input_free(input);
        return tlm__fail_memory(error, sizeof *made);
    }
    limits = limits ? limits : &usual;
    made->input = input;
    made->block_max = limits->block_max ? limits->block_max : BLOCK_MAX;
    enum tlm_code code = tlm__container_header_read(&made->header, input, limits, error);
    if (!code) {
        fill_info(made);
        if (!tlm__container_find(made, "avro.schema", &made->info.schema))
            code = tlm__fail_byte(error, TLM_DAMAGED, made->info.name, 0,
                                  "the header has no avro.schema");
    }
    if (code)
        tlm__container_close(made);
    else
        *container = made;
    return code;
}

enum tlm_code tlm__container_open(struct tlm_container **container, const char *path, int fd,
                                  const struct tlm_container_limits *limits,
                                  struct tlm_error *error)
{
    struct tlm_container_input *input;
    enum tlm_code code = tlm__container_input_open(&input, path, fd, error);
    return code ? code : make(container, input, limits, error);
}

enum tlm_code tlm__container_open_input(struct tlm_container **container,
                                        const struct tlm_open_input *from, struct tlm_error *error)
{
    struct tlm_container_input *input;
    enum tlm_code code = tlm__container_input_open(&input, from->name, from->fd, error);
    if (code)
        return code;
    tlm__container_input_put_back(input, from->head, from->head_len);
    return make(container, input, NULL, error);
}

void tlm__container_close(struct tlm_container *container)
{
    if (!container)
        return;
    tlm__container_header_release(&container->header);
    tlm__container_input_free(container->input);
    free(container);
}

const struct tlm_container_info *tlm__container_info(const struct tlm_container *container)
{
    return &container->info;
}

const struct tlm_container_input *tlm__container_source(const struct tlm_container *container)
{
    return container->input;
}

uint64_t tlm__container_offset(const struct tlm_container *container)
{
    return tlm__container_input_offset(container->input);
}

bool tlm__container_would_wait(const struct tlm_container *container)
{
    return tlm__container_input_would_wait(container->input);
}

bool tlm__container_find(const struct tlm_container *container, const char *key,
                         struct tlm_string *value)
{
    size_t len = strlen(key);
    for (size_t i = container->header.n_pairs; i-- > 0;) {
        const struct tlm_container_pair *pair = &container->header.pairs[i];
        if (pair->key.len == len && memcmp(pair->key.data, key, len) == 0) {
            *value = pair->value;
            return true;
        }
    }
    return false;
}

/* ---- blocks --------------------------------------------------------------------------------- */

const char *tlm__block_head_parse(const uint8_t *bytes, size_t len, struct tlm_block_head *block,
                                  size_t *at)
{
    static const char cut[] = "the file ends inside a block";
    int64_t records, size;
    *at = 0;
    size_t used = tlm__varint_parse(bytes, len, &records);
    if (!used)
        return len < TLM_VARINT_MAX ? cut : "a block's count of records is no number";
    if (records < 0)
        return "a block's count of records is negative";
    *at = used;
    size_t more = tlm__varint_parse(bytes + used, len - used, &size);
    if (!more)
        return len - used < TLM_VARINT_MAX ? cut : "a block's size is no number";
    if (size < 0)
        return "a block's size is negative";
    block->records = (uint64_t)records;
    block->size = (uint64_t)size;
    block->head_len = used + more;
    return NULL;
}

static enum tlm_code fail_cut(const struct tlm_container *container,
                              const struct tlm_block_head *block, struct tlm_error *error)
{
    return tlm__fail_byte(
        error, TLM_DAMAGED, container->info.name, tlm__container_input_offset(container->input),
        "the file ends inside the block that begins at byte %" PRIu64, block->offset);
}

/* The size against what is left of the file, and against the limit. */
static enum tlm_code check_size(const struct tlm_container *container,
                                const struct tlm_block_head *block, struct tlm_error *error)
{
    const struct tlm_container_info *info = &container->info;
    if (info->size != TLM_SIZE_UNKNOWN) {
        uint64_t data_at = block->offset + block->head_len;
        uint64_t left = data_at < info->size ? info->size - data_at : 0;
        if (left < TLM_SYNC_BYTES || block->size > left - TLM_SYNC_BYTES)
            return tlm__fail_byte(error, TLM_DAMAGED, info->name, block->offset,
                                  "a block of %" PRIu64 " bytes, but %" PRIu64
                                  " bytes are left in the file",
                                  block->size, left);
    }
    if (block->size > container->block_max)
        return tlm__fail_byte(error, TLM_LIMIT, info->name, block->offset,
                              "a block of %" PRIu64 " bytes is over the limit of %zu bytes",
                              block->size, container->block_max);
    return TLM_OK;
}

/* At the end of the input between two blocks: a file that was longer is cut. */
static enum tlm_code check_end(const struct tlm_container *container, uint64_t offset,
                               struct tlm_error *error)
{
    uint64_t size = container->info.size;
    if (size == TLM_SIZE_UNKNOWN || offset >= size)
        return TLM_OK;
    return tlm__fail_byte(error, TLM_DAMAGED, container->info.name, offset,
                          "the file got shorter than the %" PRIu64 " bytes it had", size);
}

enum tlm_code tlm__container_next(struct tlm_container *container, struct tlm_block_head *block,
                                  bool *got, struct tlm_error *error)
{
    const uint8_t *bytes;
    size_t len, at = 0;
    struct tlm_block_head head = {.offset = tlm__container_input_offset(container->input)};
    enum tlm_code code =
        tlm__container_input_peek(container->input, TLM_BLOCK_HEAD_MAX, &bytes, &len, error);
    if (code)
        return code;
    if (!len) {
        code = check_end(container, head.offset, error);
        if (!code)
            *got = false;
        return code;
    }
    const char *wrong = tlm__block_head_parse(bytes, len, &head, &at);
    if (wrong)
        return tlm__fail_byte(error, TLM_DAMAGED, container->info.name, head.offset + at, "%s",
                              wrong);
    code = check_size(container, &head, error);
    if (code)
        return code;
    uint64_t skipped; /* what was just peeked at */
    code = tlm__container_input_skip(container->input, head.head_len, &skipped, error);
    if (code)
        return code;
    *block = head;
    *got = true;
    return TLM_OK;
}

static enum tlm_code check_sync(const struct tlm_container *container,
                                const struct tlm_block_head *block, const uint8_t *found,
                                struct tlm_error *error)
{
    if (memcmp(found, container->info.sync, TLM_SYNC_BYTES) == 0)
        return TLM_OK;
    return tlm__fail_byte(
        error, TLM_DAMAGED, container->info.name, tlm__block_end(block) - TLM_SYNC_BYTES,
        "no sync marker behind the block that begins at byte %" PRIu64, block->offset);
}

/* Data and marker. Where the size of the file is not known, memory grows with what really comes. */
static enum tlm_code take_data(struct tlm_container *container, const struct tlm_block_head *block,
                               struct tlm_buf *data, struct tlm_error *error)
{
    size_t whole = (size_t)block->size + TLM_SYNC_BYTES;
    bool known = container->info.size != TLM_SIZE_UNKNOWN;
    tlm__buf_reset(data);
    while (data->len < whole) {
        size_t piece = whole - data->len, got = 0;
        if (!known && piece > PIECE_BYTES)
            piece = PIECE_BYTES;
        if (!tlm__buf_reserve(data, piece))
            return tlm__fail_memory(error, whole);
        enum tlm_code code =
            tlm__container_input_take(container->input, data->data + data->len, piece, &got, error);
        if (code)
            return code;
        data->len += got;
        if (got < piece)
            return fail_cut(container, block, error);
    }
    return TLM_OK;
}

enum tlm_code tlm__container_data(struct tlm_container *container,
                                  const struct tlm_block_head *block, struct tlm_buf *data,
                                  struct tlm_error *error)
{
    enum tlm_code code = take_data(container, block, data, error);
    if (!code)
        code = check_sync(container, block, data->data + block->size, error);
    if (code)
        tlm__buf_reset(data);
    else
        data->len = (size_t)block->size;
    return code;
}

enum tlm_code tlm__container_skip(struct tlm_container *container,
                                  const struct tlm_block_head *block, struct tlm_error *error)
{
    uint8_t found[TLM_SYNC_BYTES];
    const uint8_t *ahead;
    uint64_t skipped = 0;
    size_t got = 0;
    enum tlm_code code = tlm__container_input_skip(container->input, block->size, &skipped, error);
    if (!code && skipped < block->size)
        return fail_cut(container, block, error);
    if (!code) /* reads the marker and the head of the next block at once */
        code = tlm__container_input_peek(container->input, TLM_SYNC_BYTES + TLM_BLOCK_HEAD_MAX,
                                         &ahead, &got, error);
    if (!code)
        code = tlm__container_input_take(container->input, found, sizeof found, &got, error);
    if (code)
        return code;
    return got < sizeof found ? fail_cut(container, block, error)
                              : check_sync(container, block, found, error);
}

enum tlm_code tlm__container_read(struct tlm_container *container, struct tlm_block_head *block,
                                  struct tlm_buf *data, bool *got, struct tlm_error *error)
{
    struct tlm_block_head head;
    bool any = false;
    enum tlm_code code = tlm__container_next(container, &head, &any, error);
    if (!code && any)
        code = tlm__container_data(container, &head, data, error);
    if (code)
        return code;
    if (any)
        *block = head;
    *got = any;
    return TLM_OK;
}

enum tlm_code tlm__container_seek(struct tlm_container *container, uint64_t offset,
                                  struct tlm_error *error)
{
    const struct tlm_container_info *info = &container->info;
    uint8_t before[TLM_SYNC_BYTES];
    size_t got = 0;
    if (!info->can_seek)
        return tlm__fail(error, TLM_ARGUMENT, "%s is no file that can be read from byte %" PRIu64,
                         info->name, offset);
    if (offset < info->header_len || offset > info->size)
        return tlm__fail_byte(error, TLM_DAMAGED, info->name, offset, "no block can begin there");
    enum tlm_code code = tlm__container_input_at(container->input, offset - TLM_SYNC_BYTES, before,
                                                 sizeof before, &got, error);
    if (code)
        return code;
    if (got < sizeof before || memcmp(before, info->sync, sizeof before) != 0)
        return tlm__fail_byte(error, TLM_DAMAGED, info->name, offset,
                              "no block can begin there: no sync marker precedes");
    tlm__container_input_seek(container->input, offset);
    return TLM_OK;
}
