#include <string.h>

#include "base/error.h"
#include "recut.h"

void tlm__recut_reader_release(struct tlm_recut_reader *reader)
{
    tlm__container_close(reader->container);
    tlm__buf_release(&reader->bytes);
    tlm__decompressor_free(reader->decompressor);
    tlm__stream_release(&reader->stream);
    tlm__picker_release(&reader->picker);
    *reader = (struct tlm_recut_reader){0};
}

static enum tlm_code go_to_file(struct tlm_recut_reader *reader, uint32_t file,
                                struct tlm_error *error)
{
    if (reader->container && reader->file == file)
        return TLM_OK;
    tlm__container_close(reader->container);
    reader->container = NULL;
    reader->file = file;
    return tlm__container_open(&reader->container, reader->recut->sources[file].path, -1, NULL,
                               error);
}

static enum tlm_code fail_changed(const struct tlm_recut_reader *reader,
                                  const struct tlm_recut_block *block, struct tlm_error *error)
{
    return tlm__fail_byte(error, TLM_DAMAGED, reader->recut->sources[block->file].path,
                          block->offset, "the file changed while it was being read");
}

/* Bytes of the block's file, the last ones being the block's sync marker. */
static enum tlm_code read_end(struct tlm_recut_reader *reader, const struct tlm_recut_block *block,
                              size_t len, struct tlm_error *error)
{
    size_t got = 0;
    enum tlm_code code = tlm__recut_go_on(reader->recut, error);
    if (!code)
        code = go_to_file(reader, block->file, error);
    if (code)
        return code;
    tlm__buf_reset(&reader->bytes);
    if (!tlm__buf_reserve(&reader->bytes, len))
        return tlm__fail_memory(error, len);
    code = tlm__container_input_at(tlm__container_source(reader->container),
                                   block->offset + block->bytes - len, reader->bytes.data, len,
                                   &got, error);
    if (code)
        return code;
    reader->bytes.len = len;
    const uint8_t *sync = reader->recut->sources[block->file].sync;
    if (got < len || memcmp(reader->bytes.data + len - TLM_SYNC_BYTES, sync, TLM_SYNC_BYTES) != 0)
        return fail_changed(reader, block, error);
    return TLM_OK;
}

enum tlm_code tlm__recut_find(struct tlm_recut_reader *reader, const struct tlm_recut_block *block,
                              struct tlm_paste *found, struct tlm_error *error)
{
    uint64_t base;
    enum tlm_code code = read_end(reader, block, TLM_SYNC_BYTES, error);
    if (code)
        return code;
    found->fd = tlm__container_input_fd(tlm__container_source(reader->container), &base);
    found->offset = base + block->offset;
    found->bytes = block->bytes;
    found->tally = block->tally;
    return TLM_OK;
}

static enum tlm_code unpack(struct tlm_recut_reader *reader, const struct tlm_recut_block *block,
                            struct tlm_string *raw, struct tlm_error *error)
{
    struct tlm_block_head head = {.offset = block->offset};
    size_t at;
    enum tlm_code code = read_end(reader, block, (size_t)block->bytes, error);
    if (code)
        return code;
    if (tlm__block_head_parse(reader->bytes.data, reader->bytes.len, &head, &at) ||
        head.head_len + head.size + TLM_SYNC_BYTES != block->bytes)
        return fail_changed(reader, block, error);
    const struct tlm_packed packed = {.unpacker = reader->recut->sources[block->file].unpacker,
                                      .data = reader->bytes.data + head.head_len,
                                      .len = (size_t)head.size};
    if (!reader->decompressor)
        reader->decompressor = tlm__decompressor_new();
    if (!reader->decompressor)
        return tlm__fail_memory(error, 0);
    return tlm__decompress(reader->decompressor, &packed, raw, error);
}

struct taking {
    enum tlm_code (*take)(void *ctx, const struct tlm_run_of_points *points,
                          struct tlm_error *error);
    void *ctx;
};

static enum tlm_code take_points(void *ctx, void *batch, const struct tlm_run_of_points *points,
                                 struct tlm_error *error)
{
    const struct taking *taking = batch;
    (void)ctx;
    return taking->take(taking->ctx, points, error);
}

enum tlm_code
tlm__recut_decode(struct tlm_recut_reader *reader, const struct tlm_recut_block *block,
                  enum tlm_code (*take)(void *ctx, const struct tlm_run_of_points *points,
                                        struct tlm_error *error),
                  void *ctx, struct tlm_error *error)
{
    struct taking taking = {take, ctx};
    struct tlm_string raw = {"", 0};
    reader->picker.selection = &reader->recut->options->selection;
    const struct tlm_picking picking = {&reader->stream, &reader->picker, take_points, NULL,
                                        &taking};
    enum tlm_code code = unpack(reader, block, &raw, error);
    if (!code)
        code = tlm__pick_block(&picking, (const uint8_t *)raw.data, raw.len, block->tally.records,
                               error);
    reader->recut->result->blocks_decoded += !code;
    return code;
}
