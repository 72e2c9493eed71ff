#include "reader_blocks.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/error.h"

#define MEMORY_BYTES ((size_t)256 << 20)
/* A share that blocks of usual writers never exceed. */
#define SHARE_MIN ((size_t)1 << 20)

/* One block at work. */
struct slot {
    struct tlm_job job;
    struct tlm_block_reader *reader; /* what it reads of it does not change meanwhile */
    struct tlm_decompressor *decompressor;
    struct tlm_buf packed;
    struct tlm_read_block block;
    size_t raw_max; /* of this try */
    bool busy, large;
    enum tlm_code code;
    struct tlm_error error;
};

struct tlm_block_reader {
    struct tlm_block_reader_options options;
    struct slot *slots;
    unsigned n_slots, next, oldest; /* next == oldest: none is busy, or all are */
    size_t share;                   /* packed and raw bytes each that a slot may hold */
    /* of this run */
    enum tlm_unpacker unpacker;
    const char *name;
    uint64_t number;
};

/* ---- memory --------------------------------------------------------------------------------- */

/* Slots that a budget feeds, twice as many as threads at most. */
static unsigned count_slots(const struct tlm_block_reader_options *options)
{
    unsigned threads = tlm__pool_threads(options->pool);
    size_t most = options->memory_bytes / 2 / SHARE_MIN, wanted = threads == 1 ? 1 : 2 * threads;
    wanted = wanted < most ? wanted : most;
    return wanted ? (unsigned)wanted : 1;
}

enum tlm_code tlm__block_reader_new(struct tlm_block_reader **reader,
                                    const struct tlm_block_reader_options *options,
                                    struct tlm_error *error)
{
    struct tlm_block_reader *made = calloc(1, sizeof *made);
    if (!made)
        return tlm__fail_memory(error, sizeof *made);
    made->options = *options;
    if (!made->options.raw_max)
        made->options.raw_max = TLM_RAW_MAX;
    if (!made->options.memory_bytes)
        made->options.memory_bytes = MEMORY_BYTES;
    made->n_slots = count_slots(&made->options);
    made->share = made->options.memory_bytes / 2 / made->n_slots;
    made->slots = calloc(made->n_slots, sizeof *made->slots);
    bool done = made->slots;
    for (unsigned i = 0; done && i < made->n_slots; i++) {
        made->slots[i].reader = made;
        made->slots[i].block.slot = i;
        made->slots[i].decompressor = tlm__decompressor_new();
        done = made->slots[i].decompressor;
    }
    if (!done) {
        tlm__block_reader_free(made);
        return tlm__fail_memory(error, sizeof *made->slots);
    }
    *reader = made;
    return TLM_OK;
}

void tlm__block_reader_free(struct tlm_block_reader *reader)
{
    if (!reader)
        return;
    for (unsigned i = 0; reader->slots && i < reader->n_slots; i++) {
        tlm__decompressor_free(reader->slots[i].decompressor);
        tlm__buf_release(&reader->slots[i].packed);
    }
    free(reader->slots);
    free(reader);
}

unsigned tlm__block_reader_slots(const struct tlm_block_reader *reader)
{
    return reader->n_slots;
}

static void give_back(struct slot *slot)
{
    size_t share = slot->reader->share;
    tlm__decompressor_trim(slot->decompressor, share + share / 2);
    if (slot->packed.cap > share + share / 2)
        tlm__buf_release(&slot->packed);
}

/* ---- the work ------------------------------------------------------------------------------- */

/* Says where the block is of which the error tells. */
static void place_error(struct slot *slot)
{
    const struct tlm_block_head *head = &slot->block.head;
    struct tlm_error told = slot->error;
    if (slot->code == TLM_DAMAGED || slot->code == TLM_INPUT || slot->code == TLM_LIMIT)
        tlm__fail_byte(&slot->error, slot->code, slot->reader->name, head->offset,
                       "in the block of %" PRIu64 " records there: %s", head->records,
                       told.message);
}

static enum tlm_code unpack(struct slot *slot)
{
    const struct tlm_packed packed = {slot->reader->unpacker, slot->packed.data,
                                      (size_t)slot->block.head.size, slot->raw_max};
    struct tlm_string raw = {NULL, 0};
    enum tlm_code code = tlm__decompress(slot->decompressor, &packed, &raw, &slot->error);
    slot->block.raw = (const uint8_t *)raw.data;
    slot->block.raw_len = raw.len;
    return code;
}

static void work(void *argument)
{
    struct slot *slot = argument;
    const struct tlm_block_reader_options *options = &slot->reader->options;
    slot->code = unpack(slot);
    slot->large = slot->code == TLM_LIMIT && slot->raw_max < options->raw_max;
    if (slot->large) /* to be tried again when it is this block's turn */
        return;
    if (!slot->code && !slot->block.head.records && slot->block.raw_len)
        slot->code =
            tlm__fail(&slot->error, TLM_DAMAGED, "%zu bytes of no record", slot->block.raw_len);
    if (!slot->code && slot->block.head.records && options->work)
        slot->code = options->work(options->ctx, &slot->block, &slot->error);
    if (slot->code)
        place_error(slot);
}

/* ---- in order ------------------------------------------------------------------------------- */

static unsigned after(const struct tlm_block_reader *reader, unsigned slot)
{
    return slot + 1 == reader->n_slots ? 0 : slot + 1;
}

static enum tlm_code pass_on(struct tlm_block_reader *reader, struct slot *slot,
                             struct tlm_error *error)
{
    const struct tlm_block_reader_options *options = &reader->options;
    if (slot->large) { /* alone among those that have more than their share */
        slot->raw_max = options->raw_max;
        work(slot);
    }
    if (slot->code) {
        if (error)
            *error = slot->error;
        return slot->code;
    }
    if (!slot->block.head.records)
        return TLM_OK;
    slot->block.number = reader->number++;
    return options->deliver ? options->deliver(options->ctx, &slot->block, error) : TLM_OK;
}

/* Waits for the oldest block, and delivers it unless there was an error before. */
static enum tlm_code settle(struct tlm_block_reader *reader, enum tlm_code before,
                            struct tlm_error *error)
{
    struct slot *slot = &reader->slots[reader->oldest];
    tlm__pool_wait(reader->options.pool, &slot->job);
    enum tlm_code code = before ? before : pass_on(reader, slot, error);
    slot->busy = false;
    give_back(slot);
    reader->oldest = after(reader, reader->oldest);
    return code;
}

/* Settles all, whatever happens. */
static enum tlm_code settle_all(struct tlm_block_reader *reader, enum tlm_code code,
                                struct tlm_error *error)
{
    while (reader->slots[reader->oldest].busy)
        code = settle(reader, code, error);
    return code;
}

static enum tlm_code start(struct tlm_block_reader *reader, struct tlm_container *container,
                           const struct tlm_block_head *head, struct tlm_error *error)
{
    struct slot *slot = &reader->slots[reader->next];
    enum tlm_code code = tlm__container_data(container, head, &slot->packed, error);
    if (code)
        return code;
    size_t most = reader->options.raw_max;
    slot->block.head = *head;
    slot->raw_max = reader->n_slots > 1 && reader->share < most ? reader->share : most;
    slot->busy = true;
    slot->job = (struct tlm_job){.run = work, .argument = slot};
    tlm__pool_submit(reader->options.pool, &slot->job);
    reader->next = after(reader, reader->next);
    return TLM_OK;
}

/* Reads the next block and starts the work on it; *more is false when there is none. What is
 * returned is an error of delivering; one of reading goes to *failed, and comes later. */
static enum tlm_code advance(struct tlm_block_reader *reader, struct tlm_container *container,
                             bool *more, struct tlm_error *reading, struct tlm_error *error)
{
    struct tlm_block_head head;
    bool large;
    if (tlm__container_would_wait(container)) { /* those who wait for us get what there is */
        enum tlm_code settled = settle_all(reader, TLM_OK, error);
        if (settled)
            return settled;
    }
    reading->code = tlm__container_next(container, &head, more, reading);
    *more = *more && !reading->code;
    if (!*more)
        return TLM_OK;
    large = head.size > reader->share;
    enum tlm_code code = TLM_OK;
    if (large)
        code = settle_all(reader, TLM_OK, error);
    else if (reader->slots[reader->next].busy)
        code = settle(reader, TLM_OK, error);
    if (code)
        return code;
    reading->code = start(reader, container, &head, reading);
    *more = !reading->code;
    return *more && large ? settle_all(reader, TLM_OK, error) : TLM_OK;
}

enum tlm_code tlm__block_reader_run(struct tlm_block_reader *reader,
                                    struct tlm_container *container, uint64_t until,
                                    struct tlm_error *error)
{
    const struct tlm_container_info *info = tlm__container_info(container);
    struct tlm_error reading = {.code = TLM_OK};
    enum tlm_code code = tlm__unpacker_of_name(info->codec, &reader->unpacker, &reading);
    if (code) {
        tlm__fail(error, code, "%s: %s", info->name, reading.message);
        return code;
    }
    reader->name = info->name;
    reader->number = 0;
    for (bool more = true; more && !code;)
        if (tlm__container_offset(container) >= until)
            more = false;
        else
            code = advance(reader, container, &more, &reading, error);
    code = settle_all(reader, code, error);
    if (!code && reading.code && error)
        *error = reading;
    return code ? code : reading.code;
}
