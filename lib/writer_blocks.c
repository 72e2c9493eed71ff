#include "writer_blocks.h"

#include <stdlib.h>
#include <string.h>

#include "avro/records.h"
#include "avro/varint.h"
#include "base/clock.h"
#include "base/error.h"

/* The most bytes that a record takes beside its channel, tags and points. */
enum { RECORD_OVERHEAD = 4 * TLM_VARINT_MAX };
/* A point's time, its branch, and a number or the length of its text. */
enum { POINT_BYTES = TLM_VARINT_MAX + 1 + TLM_VARINT_MAX };

/* Points of a record such that the timestamps of the record before are within 64 KiB, where snappy
 * refers to them in three bytes. */
enum { SLICE_MAX = 3600 };

/* One record: n points of a series. */
struct item {
    struct tlm_held *held;
    const struct tlm_series_header *header;
    struct tlm_points points;
    struct tlm_points_sum sum;
};

/* One block. */
struct tlm_block_job {
    struct tlm_job job, written; /* written: a promise */
    struct tlm_writer *writer;   /* what it reads of it does not change meanwhile */
    struct tlm_compressor *compressor;
    struct item *items;
    size_t n_items, cap;
    size_t planned; /* bytes, at most */

    struct tlm_records records;
    struct tlm_buf block;
    bool is_ready; /* to be written in turn; turn_lock guards it */
    uint64_t encode_ns, compress_ns, write_ns;
    enum tlm_code code;
    struct tlm_error error;
};

/* ---- the work ------------------------------------------------------------------------------- */

static enum tlm_code encode(struct tlm_block_job *block)
{
    tlm__records_reset(&block->records);
    for (size_t i = 0; i < block->n_items; i++) {
        struct item *item = &block->items[i];
        size_t times_of;
        if (!tlm__records_add(&block->records, item->header, &item->points, &times_of))
            return tlm__fail_memory(&block->error, block->planned);
        tlm__points_sum(&item->points, times_of < i ? &block->items[times_of].sum : NULL,
                        &item->sum);
    }
    return TLM_OK;
}

static void compress(struct tlm_block_job *block)
{
    uint64_t start = tlm__clock_monotonic_ns();
    block->code = encode(block);
    uint64_t encoded = tlm__clock_monotonic_ns();
    block->encode_ns = encoded - start;
    if (block->code)
        return;
    tlm__buf_reset(&block->block);
    const struct tlm_buf *bytes = &block->records.bytes;
    tlm__compressor_hint(block->compressor, &block->records.layout);
    block->code = tlm__container_block(block->compressor, block->n_items, bytes->data, bytes->len,
                                       block->writer->sync, &block->block, &block->error);
    block->compress_ns = tlm__clock_monotonic_ns() - encoded;
}

static struct tlm_block_job *block_at(struct tlm_writer *w, size_t number)
{
    return &w->blocks[number % w->n_blocks];
}

static void write_bytes(struct tlm_writer *w, struct tlm_block_job *block)
{
    uint64_t start = tlm__clock_monotonic_ns();
    block->code = tlm__part_write(w->part.file, block->block.data, block->block.len, &block->error);
    block->write_ns = tlm__clock_monotonic_ns() - start;
}

/* Behind a block that is missing nothing is written. */
static void write_or_fail(struct tlm_writer *w, struct tlm_block_job *block)
{
    if (!block->code && w->turn_failed)
        block->code = TLM_IO; /* the failure before it is the one that is told */
    if (!block->code)
        write_bytes(w, block);
    w->turn_failed = block->code;
}

/* Writes the block whose turn it is. False: it is not made yet, or somebody else writes it. */
static bool write_next(struct tlm_writer *w)
{
    pthread_mutex_lock(&w->turn_lock);
    struct tlm_block_job *block = block_at(w, w->turn);
    bool mine = !w->turn_taken && block->is_ready;
    w->turn_taken |= mine;
    pthread_mutex_unlock(&w->turn_lock);
    if (!mine)
        return false;
    write_or_fail(w, block);
    pthread_mutex_lock(&w->turn_lock);
    w->turn_taken = block->is_ready = false;
    w->turn++;
    pthread_mutex_unlock(&w->turn_lock);
    tlm__pool_keep(w->pool, &block->written);
    return true;
}

/* A worker that made a block writes it if it is the next one, and those behind it that others made
 * meanwhile. So one thread at a time writes, in order, and nobody waits to do so. */
static void write_in_turn(void *writer)
{
    while (write_next(writer))
        ;
}

static void run(void *argument)
{
    struct tlm_block_job *block = argument;
    compress(block);
    pthread_mutex_lock(&block->writer->turn_lock);
    block->is_ready = tlm__writer_writes_in_turn(block->writer);
    pthread_mutex_unlock(&block->writer->turn_lock);
}

/* ---- in order ------------------------------------------------------------------------------- */

static struct tlm_tally add_up(const struct tlm_block_job *block)
{
    struct tlm_tally tally = {.first_ns = INT64_MAX, .last_ns = INT64_MIN};
    for (size_t i = 0; i < block->n_items; i++) {
        const struct item *item = &block->items[i];
        tally.points += item->points.n;
        tally.first_ns = item->sum.first_ns < tally.first_ns ? item->sum.first_ns : tally.first_ns;
        tally.last_ns = item->sum.last_ns > tally.last_ns ? item->sum.last_ns : tally.last_ns;
    }
    tally.records = block->n_items;
    return tally;
}

/* Until the first block was made and, if that goes in turn, written: here, if no worker does. No
 * more than that one, for as long as this takes the workers are not given more to do. */
static void wait_for(struct tlm_writer *w, struct tlm_block_job *block)
{
    tlm__pool_wait(w->pool, &block->job);
    if (!tlm__pool_is_done(w->pool, &block->written))
        write_next(w);
    tlm__pool_wait(w->pool, &block->written);
}

/* Waits for a block, and writes it if that does not go in turn. */
static enum tlm_code write_block(struct tlm_writer *w, struct tlm_block_job *block)
{
    wait_for(w, block);
    w->stats.encode_ns += block->encode_ns;
    w->stats.compress_ns += block->compress_ns;
    w->stats.write_ns += block->write_ns;
    if (block->code) {
        w->error = block->error;
        return block->code;
    }
    struct tlm_tally tally = add_up(block);
    enum tlm_code code = tlm__writer_write_block(w, &block->block, &tally);
    if (code)
        return code;
    w->leaving_points -= tally.points;
    w->stats.blocks++;
    w->stats.records += tally.records;
    w->stats.bytes_raw += block->records.bytes.len + block->records.layout.left_out;
    for (size_t i = 0; i < block->n_items; i++)
        tlm__held_wrote(block->items[i].held, block->items[i].points.n, &block->items[i].sum);
    return TLM_OK;
}

static enum tlm_code write_first(struct tlm_writer *w)
{
    struct tlm_block_job *block = block_at(w, w->first_block);
    enum tlm_code code = write_block(w, block);
    if (code)
        return code;
    block->n_items = 0;
    block->planned = 0;
    w->first_block++;
    return TLM_OK;
}

static struct tlm_block_job *planned_block(struct tlm_writer *w)
{
    return block_at(w, w->next_block);
}

/* Starts the work on the planned block; the next one is ready for planning afterwards. */
static enum tlm_code submit(struct tlm_writer *w)
{
    struct tlm_block_job *block = planned_block(w);
    if (!block->n_items)
        return TLM_OK;
    block->job = (struct tlm_job){.run = run, .argument = block, .then = write_in_turn, .owner = w};
    if (tlm__writer_writes_in_turn(w))
        tlm__pool_promise(w->pool, &block->written);
    tlm__pool_submit(w->pool, &block->job);
    w->next_block++;
    return w->next_block - w->first_block < w->n_blocks ? TLM_OK : write_first(w);
}

/* ---- the plan ------------------------------------------------------------------------------- */

static bool add_item(struct tlm_block_job *block, const struct item *item, size_t bytes)
{
    if (block->n_items == block->cap) {
        size_t cap = block->cap ? block->cap * 2 : 32;
        struct item *items = realloc(block->items, cap * sizeof *items);
        if (!items)
            return false;
        block->items = items;
        block->cap = cap;
    }
    block->items[block->n_items++] = *item;
    block->planned += bytes;
    return true;
}

static bool has_text(const struct tlm_points *points, size_t i)
{
    enum tlm_type type = points->types ? (enum tlm_type)points->types[i] : points->type;
    return type != TLM_DOUBLE && type != TLM_LONG;
}

/* The most that a point with so much text takes: with a count and an end for an array; items of
 * an array of strings may have longer lengths than in the heap. */
static size_t point_bytes(const struct tlm_points *points, size_t i, size_t text)
{
    enum tlm_type type = points->types ? (enum tlm_type)points->types[i] : points->type;
    if (type == TLM_STRING_ARRAY)
        return POINT_BYTES + text + text / 4;
    return TLM_VARINT_MAX + 2 + tlm__varint_size((int64_t)(text | 1 << 10)) + text;
}

/* How many points from the front make a record of at most `room` bytes, at least one; *bytes is
 * what they take at most, *heap_bytes their text. Text in arrays takes no more than in the heap. */
static size_t fit(const struct tlm_points *points, size_t overhead, size_t room, size_t *bytes,
                  size_t *heap_bytes)
{
    size_t n = 0;
    *bytes = overhead;
    *heap_bytes = 0;
    if (!points->types && !has_text(points, 0)) {
        n = room > overhead ? (room - overhead) / POINT_BYTES : 0;
        n = n < points->n ? n : points->n;
        n = n ? n : 1;
        *bytes += n * POINT_BYTES;
        return n;
    }
    for (; n < points->n; n++) {
        size_t text = has_text(points, n) ? (size_t)points->values[n] : 0;
        size_t more = point_bytes(points, n, text);
        if (n && (more > room || *bytes > room - more))
            break;
        *bytes += more;
        *heap_bytes += text;
    }
    return n;
}

enum tlm_code tlm__blocks_add(struct tlm_writer *w, struct tlm_held *held,
                              const struct tlm_series_header *header, size_t most)
{
    size_t overhead = RECORD_OVERHEAD + header->channel.len + header->tags.len;
    size_t limit = w->options.block_bytes, left = held->leaving.n - held->planned;
    for (left = left < most ? left : most; left;) {
        struct tlm_block_job *block = planned_block(w);
        struct item item = {.held = held, .header = header, .points = tlm__held_view(held)};
        size_t bytes, heap_bytes;
        item.points.n = left;
        item.points.n = fit(&item.points, overhead, limit, &bytes, &heap_bytes);
        if (block->n_items && block->planned + bytes > limit) {
            enum tlm_code code = submit(w);
            if (code)
                return code;
            block = planned_block(w);
        }
        if (!add_item(block, &item, bytes))
            return tlm__fail_memory(&w->error, sizeof item);
        held->planned += item.points.n;
        held->planned_heap += heap_bytes;
        left -= item.points.n;
    }
    return TLM_OK;
}

enum tlm_code tlm__blocks_end(struct tlm_writer *w)
{
    return submit(w);
}

size_t tlm__blocks_slice(const struct tlm_writer *w, size_t n_series)
{
    size_t points = w->options.block_bytes / POINT_BYTES / n_series;
    return points < SLICE_MAX ? points : SLICE_MAX;
}

static bool is_written(struct tlm_writer *w, struct tlm_block_job *block)
{
    return tlm__pool_is_done(w->pool, &block->job) &&
           (tlm__pool_is_done(w->pool, &block->written) || write_next(w));
}

enum tlm_code tlm__blocks_write_done(struct tlm_writer *w)
{
    enum tlm_code code = TLM_OK;
    while (!code && tlm__blocks_pending(w) && is_written(w, block_at(w, w->first_block)))
        code = write_first(w);
    return code;
}

void tlm__blocks_wait_made(struct tlm_writer *w)
{
    for (size_t i = w->first_block; i < w->next_block; i++)
        tlm__pool_wait(w->pool, &block_at(w, i)->job);
}

void tlm__blocks_wait(struct tlm_writer *w)
{
    for (size_t i = w->first_block; i < w->next_block; i++)
        wait_for(w, block_at(w, i));
}

enum tlm_code tlm__blocks_finish(struct tlm_writer *w)
{
    enum tlm_code code = submit(w);
    while (!code && tlm__blocks_pending(w))
        code = write_first(w);
    tlm__blocks_wait(w); /* after a failure */
    return code;
}

/* ---- memory --------------------------------------------------------------------------------- */

/* Several for each thread, as far as an eighth of the budget goes: one is planned, others
 * wait to be written. */
unsigned tlm__blocks_window(const struct tlm_writer *w)
{
    uint64_t most = w->options.memory_bytes / 8 / (2 * w->options.block_bytes);
    uint64_t wanted = tlm__pool_threads(w->pool) == 1 ? 1 : 4 * tlm__pool_threads(w->pool) + 1;
    wanted = wanted < most ? wanted : most;
    return wanted ? (unsigned)wanted : 1;
}

bool tlm__blocks_init(struct tlm_writer *w)
{
    w->n_blocks = tlm__blocks_window(w);
    w->blocks = calloc(w->n_blocks, sizeof *w->blocks);
    for (size_t i = 0; w->blocks && i < w->n_blocks; i++) {
        w->blocks[i].writer = w;
        w->blocks[i].records.whole = w->options.codec != TLM_CODEC_SNAPPY;
        w->blocks[i].compressor = tlm__compressor_new(w->options.codec);
        if (!w->blocks[i].compressor)
            return false;
    }
    return w->blocks != NULL;
}

void tlm__blocks_release(struct tlm_writer *w)
{
    for (size_t i = 0; w->blocks && i < w->n_blocks; i++) {
        tlm__compressor_free(w->blocks[i].compressor);
        tlm__records_release(&w->blocks[i].records);
        tlm__buf_release(&w->blocks[i].block);
        free(w->blocks[i].items);
    }
    free(w->blocks);
}
