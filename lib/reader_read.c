#include <inttypes.h>
#include <stdlib.h>

#include "avro/decode_json.h"
#include "base/error.h"
#include "base/pool.h"
#include "reader.h"
#include "reader_blocks.h"

/* What work makes of a block until it is delivered. */
struct slot {
    struct tlm_stream stream;
    struct tlm_picker picker;
    struct tlm_buf line;
    void *batch; /* NULL: there is none */
};

struct read_run {
    struct tlm_file *file;
    const struct tlm_reading *reading;
    struct slot *slots;
    unsigned n_slots;
};

/* ---- on any thread -------------------------------------------------------------------------- */

static enum tlm_code read_points(struct read_run *run, struct slot *slot,
                                 const struct tlm_read_block *block, struct tlm_error *error)
{
    const struct tlm_reading *reading = run->reading;
    const struct tlm_picking picking = {&slot->stream, &slot->picker, reading->points, reading->ctx,
                                        slot->batch};
    slot->picker.run.offset = block->head.offset;
    return tlm__pick_block(&picking, block->raw, block->raw_len, block->head.records, error);
}

static enum tlm_code read_json(struct read_run *run, struct slot *slot,
                               const struct tlm_read_block *block, struct tlm_error *error)
{
    static const struct tlm_json_options plain = {0};
    const struct tlm_reading *reading = run->reading;
    struct tlm_cursor cursor;
    tlm__cursor_init(&cursor, block->raw, block->raw_len, error);
    for (uint64_t i = 0; i < block->head.records; i++) {
        tlm__buf_reset(&slot->line);
        if (!tlm__value_json(&cursor, run->file->tree.root, &plain, &slot->line))
            return cursor.code;
        struct tlm_string line = {(const char *)slot->line.data, slot->line.len};
        enum tlm_code code = reading->json(reading->ctx, slot->batch, line, error);
        if (code)
            return code;
    }
    return tlm__cursor_finish(&cursor) ? TLM_OK : cursor.code;
}

static bool has_points(const struct read_run *run)
{
    return run->file->info.has_points && run->reading->points;
}

static enum tlm_code work(void *ctx, const struct tlm_read_block *block, struct tlm_error *error)
{
    struct read_run *run = ctx;
    struct slot *slot = &run->slots[block->slot];
    slot->batch = run->reading->begin(run->reading->ctx);
    if (!slot->batch)
        return tlm__fail_memory(error, 0);
    return has_points(run) ? read_points(run, slot, block, error)
                           : read_json(run, slot, block, error);
}

/* ---- in order ------------------------------------------------------------------------------- */

static enum tlm_code deliver(void *ctx, const struct tlm_read_block *block, struct tlm_error *error)
{
    struct read_run *run = ctx;
    void *batch = run->slots[block->slot].batch;
    const struct tlm_block done = {
        .offset = block->head.offset,
        .records = block->head.records,
        .bytes = tlm__block_end(&block->head) - block->head.offset,
        .data_bytes = block->head.size,
        .raw_bytes = block->raw_len,
    };
    run->slots[block->slot].batch = NULL;
    run->file->records += done.records;
    return run->reading->end(run->reading->ctx, batch, &done, error);
}

static bool holds_nothing(const struct tlm_file *file, const struct tlm_selection *selection)
{
    const struct tlm_file_info *info = &file->info;
    return info->has_points && info->has_figures &&
           (info->last_ns < selection->from_ns ||
            (info->first_ns >= selection->to_ns && selection->to_ns != INT64_MAX));
}

enum tlm_code tlm__file_end(const struct tlm_file *file, struct tlm_error *error)
{
    const struct tlm_file_info *info = &file->info;
    if (!info->has_points || !info->has_figures || file->records >= info->records)
        return TLM_OK;
    return tlm__fail_byte(error, TLM_DAMAGED, info->path, tlm__container_offset(file->container),
                          "ends here, after %" PRIu64 " records, but its header says %" PRIu64,
                          file->records, info->records);
}

static bool make_slots(struct read_run *run, unsigned n)
{
    run->slots = calloc(n, sizeof *run->slots);
    run->n_slots = run->slots ? n : 0;
    for (unsigned i = 0; i < run->n_slots; i++)
        run->slots[i].picker.selection = &run->reading->selection;
    return run->slots != NULL;
}

static void release_slots(struct read_run *run)
{
    for (unsigned i = 0; i < run->n_slots; i++) {
        struct slot *slot = &run->slots[i];
        if (slot->batch)
            run->reading->drop(run->reading->ctx, slot->batch);
        tlm__stream_release(&slot->stream);
        tlm__picker_release(&slot->picker);
        tlm__buf_release(&slot->line);
    }
    free(run->slots);
}

enum tlm_code tlm_file_read(struct tlm_file *file, const struct tlm_reading *reading,
                            struct tlm_error *error)
{
    struct read_run run = {.file = file, .reading = reading};
    struct tlm_block_reader *blocks = NULL;
    struct tlm_block_reader_options options = {.work = work, .deliver = deliver, .ctx = &run};
    if (!has_points(&run) && !reading->json)
        return tlm__fail(error, TLM_INPUT, "%s: holds no telemetry: its schema is %s",
                         file->info.path, file->info.schema_name);
    if (has_points(&run) && holds_nothing(file, &reading->selection))
        return TLM_OK;
    enum tlm_code code = tlm__pool_new(&options.pool, reading->threads, error);
    if (!code)
        code = tlm__block_reader_new(&blocks, &options, error);
    if (!code && !make_slots(&run, tlm__block_reader_slots(blocks)))
        code = tlm__fail_memory(error, sizeof *run.slots);
    if (!code)
        code = tlm__block_reader_run(blocks, file->container, UINT64_MAX, error);
    if (!code)
        code = tlm__file_end(file, error);
    tlm__block_reader_free(blocks);
    release_slots(&run);
    tlm__pool_free(options.pool);
    return code;
}
