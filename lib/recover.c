#include "recover.h"

#include <stdlib.h>
#include <string.h>

#include "avro/decode_value.h"
#include "base/error.h"

#define PIECE_BYTES ((size_t)1 << 20)

/* ---- blocks --------------------------------------------------------------------------------- */

/* Points and times of a block. */
struct tally {
    uint64_t points;
    int64_t first_ns, last_ns;
};

static void count_times(struct tally *tally, const struct tlm_stream_record *record)
{
    for (size_t i = 0; i < record->n; i++) {
        int64_t time_ns = record->times_ns[i];
        tally->first_ns = time_ns < tally->first_ns ? time_ns : tally->first_ns;
        tally->last_ns = time_ns > tally->last_ns ? time_ns : tally->last_ns;
    }
    tally->points += record->n;
}

static enum tlm_code check_points(struct tlm_rescue *rescue, const struct tlm_salvage_block *block,
                                  struct tally *tally, struct tlm_error *error)
{
    struct tlm_stream *stream = &rescue->stream;
    tlm__stream_begin(stream, block->raw, block->raw_len, error);
    for (uint64_t i = 0; i < block->head.records; i++) {
        if (!tlm__stream_next(stream) || !tlm__stream_points(stream, TLM_WANT_POINTS))
            return stream->cursor.code;
        count_times(tally, &stream->record);
    }
    return tlm__stream_end(stream) ? TLM_OK : stream->cursor.code;
}

/* Whether all of a block can be read; then it is kept. */
static enum tlm_code check_block(void *ctx, const struct tlm_salvage_block *block,
                                 struct tlm_error *error)
{
    struct tlm_rescue *rescue = ctx;
    struct tlm_recovery *result = rescue->result;
    struct tally tally = {0, INT64_MAX, INT64_MIN};
    enum tlm_code code = result->has_points
                             ? check_points(rescue, block, &tally, error)
                             : tlm__block_check(&rescue->tree, block->raw, block->raw_len,
                                                block->head.records, error);
    if (code)
        return code;
    result->points += tally.points;
    if (tally.first_ns < result->first_ns)
        result->first_ns = tally.first_ns;
    if (tally.last_ns > result->last_ns)
        result->last_ns = tally.last_ns;
    return TLM_OK;
}

/* ---- the output ----------------------------------------------------------------------------- */

/* The header as it is, or that of `like` with the marker of the blocks. */
static enum tlm_code write_header(struct tlm_rescue *rescue, struct tlm_error *error)
{
    const struct tlm_salvage_info *info = tlm__salvage_info(rescue->salvage);
    size_t len = info->header->header_len - TLM_SYNC_BYTES;
    enum tlm_code code = tlm__part_write(rescue->part, info->header->header, len, error);
    return code ? code : tlm__part_write(rescue->part, info->sync, TLM_SYNC_BYTES, error);
}

static enum tlm_code open_output(struct tlm_rescue *rescue, struct tlm_error *error)
{
    const struct tlm_part_request request = {
        .folder = rescue->folder,
        .name = rescue->name,
        .force = rescue->options->force,
        .on_note = rescue->options->on_note,
        .ctx = rescue->options->ctx,
    };
    enum tlm_code code = tlm__part_create(&rescue->part, &request, error);
    return code ? code : write_header(rescue, error);
}

static enum tlm_code copy_range(struct tlm_rescue *rescue, const struct tlm_salvage_range *range,
                                struct tlm_error *error)
{
    uint8_t *piece = malloc(PIECE_BYTES);
    enum tlm_code code = piece ? TLM_OK : tlm__fail_memory(error, PIECE_BYTES);
    for (uint64_t at = range->from; at < range->to && !code;) {
        size_t len = range->to - at < PIECE_BYTES ? (size_t)(range->to - at) : PIECE_BYTES;
        size_t got = 0;
        code = tlm__salvage_bytes(rescue->salvage, at, piece, len, &got, error);
        if (!code && got < len)
            code = tlm__fail_byte(error, TLM_IO, rescue->options->path, at + got,
                                  "the file got shorter meanwhile");
        if (!code)
            code = tlm__part_write(rescue->part, piece, len, error);
        at += len;
    }
    free(piece);
    return code;
}

static enum tlm_code keep_range(struct tlm_rescue *rescue, const struct tlm_salvage_range *range,
                                struct tlm_error *error)
{
    rescue->result->blocks += range->blocks;
    rescue->result->records += range->records;
    rescue->good_end = range->to;
    if (!rescue->folder)
        return TLM_OK;
    enum tlm_code code = rescue->part ? TLM_OK : open_output(rescue, error);
    return code ? code : copy_range(rescue, range, error);
}

static enum tlm_code take_range(void *ctx, const struct tlm_salvage_range *range,
                                struct tlm_error *error)
{
    struct tlm_rescue *rescue = ctx;
    struct tlm_recovery *result = rescue->result;
    if (range->good)
        return keep_range(rescue, range, error);
    const struct tlm_lost_range lost = {range->from, range->to, range->blocks, range->records,
                                        range->why};
    result->lost_bytes += range->to - range->from;
    result->lost_ranges++;
    if (rescue->options->on_lost)
        rescue->options->on_lost(rescue->options->ctx, &lost);
    return TLM_OK;
}

/* ---- the walk ------------------------------------------------------------------------------- */

static enum tlm_code read_schema(struct tlm_rescue *rescue, struct tlm_error *error)
{
    struct tlm_string schema = tlm__salvage_info(rescue->salvage)->header->schema;
    struct tlm_error found = {0};
    enum tlm_code code = tlm__schema_tree_parse(&rescue->tree, schema.data, schema.len, &found);
    if (code)
        return tlm__fail(error, code, "%s: the schema in the header: %s", rescue->options->path,
                         found.message);
    return tlm__stream_schema(&rescue->tree, &rescue->result->has_points, error);
}

static enum tlm_code open_input(struct tlm_rescue *rescue, int fd, struct tlm_error *error)
{
    const struct tlm_recover_options *options = rescue->options;
    enum tlm_code code = TLM_OK;
    if (options->like)
        code = tlm__container_open(&rescue->like, options->like, -1, NULL, error);
    const struct tlm_salvage_options salvage = {
        .like = rescue->like, .check = check_block, .range = take_range, .ctx = rescue};
    if (!code)
        code = tlm__salvage_open(&rescue->salvage, options->path, fd, &salvage, error);
    if (code)
        return code;
    const struct tlm_salvage_info *info = tlm__salvage_info(rescue->salvage);
    rescue->result->bytes = info->size;
    rescue->result->own_header = info->own_header;
    rescue->good_end = info->start;
    tlm__figures_read(info->header, &rescue->figures);
    return read_schema(rescue, error);
}

static uint64_t missing(int64_t said, uint64_t kept)
{
    return (uint64_t)said > kept ? (uint64_t)said - kept : 0;
}

/* The figures of another file's header say nothing about this one. */
static void sum_up(struct tlm_rescue *rescue)
{
    struct tlm_recovery *result = rescue->result;
    const struct tlm_figures *figures = &rescue->figures;
    result->unfinished = result->own_header && figures->blank;
    result->has_figures = result->own_header && figures->known;
    if (result->has_figures) {
        result->lost_records = missing(figures->values[TLM_FIGURE_RECORDS], result->records);
        result->lost_points = missing(figures->values[TLM_FIGURE_POINTS], result->points);
    }
    result->complete = result->own_header && !result->lost_ranges && !result->lost_records &&
                       (!result->lost_points || !result->has_points);
    if (!result->points)
        result->first_ns = result->last_ns = 0;
}

enum tlm_code tlm__rescue_run(struct tlm_rescue *rescue, int fd, struct tlm_error *error)
{
    *rescue->result = (struct tlm_recovery){.first_ns = INT64_MAX, .last_ns = INT64_MIN};
    enum tlm_code code = open_input(rescue, fd, error);
    if (!code)
        code = tlm__salvage_run(rescue->salvage, error);
    sum_up(rescue);
    if (!code && !rescue->result->records)
        return tlm__fail(error, TLM_DAMAGED, "%s: there is no whole block in it: nothing to keep",
                         rescue->options->path);
    return code;
}

void tlm__rescue_release(struct tlm_rescue *rescue)
{
    if (rescue->part)
        tlm__part_discard(rescue->part);
    tlm__part_free(rescue->part);
    tlm__stream_release(&rescue->stream);
    tlm__schema_tree_release(&rescue->tree);
    tlm__salvage_close(rescue->salvage);
    tlm__container_close(rescue->like);
}

void tlm__rescue_figures(const struct tlm_rescue *rescue, char texts[TLM_FIGURES][TLM_FIGURE_WIDTH])
{
    const struct tlm_recovery *result = rescue->result;
    tlm__container_figure(texts[TLM_FIGURE_POINTS], (int64_t)result->points);
    tlm__container_figure(texts[TLM_FIGURE_RECORDS], (int64_t)result->records);
    tlm__container_figure(texts[TLM_FIGURE_FIRST_NS], result->first_ns);
    tlm__container_figure(texts[TLM_FIGURE_LAST_NS], result->last_ns);
}

/* ---- into a file of its own ------------------------------------------------------------------ */

static enum tlm_code publish(struct tlm_rescue *rescue, struct tlm_error *error)
{
    char texts[TLM_FIGURES][TLM_FIGURE_WIDTH];
    enum tlm_code code = TLM_OK;
    tlm__rescue_figures(rescue, texts);
    for (size_t i = 0; i < TLM_FIGURES && !code; i++)
        if (rescue->figures.offsets[i])
            code = tlm__part_patch(rescue->part, rescue->figures.offsets[i], texts[i],
                                   TLM_FIGURE_WIDTH, error);
    if (!code)
        code = tlm__part_sync(rescue->part, error);
    if (!code)
        code = tlm__part_publish(rescue->part, true, error);
    tlm__part_free(rescue->part); /* it holds all that there is: never discarded from here on */
    rescue->part = NULL;
    return code;
}

/* The folder of a path, "" for the current one. Heap, or NULL. */
static char *folder_of(const char *path, const char *name)
{
    size_t len = (size_t)(name - path);
    while (len > 1 && path[len - 1] == '/')
        len--;
    return strndup(path, len);
}

static enum tlm_code open_folder(struct tlm_rescue *rescue, struct tlm_folder *folder,
                                 struct tlm_error *error)
{
    const struct tlm_recover_options *options = rescue->options;
    const char *slash = strrchr(options->output, '/');
    const char *inputs[] = {options->path, options->like};
    rescue->name = slash ? slash + 1 : options->output;
    char *path = folder_of(options->output, rescue->name);
    if (!path)
        return tlm__fail_memory(error, strlen(options->output));
    enum tlm_code code = tlm__folder_open(folder, path, false, error);
    free(path);
    if (code)
        return code;
    rescue->folder = folder;
    return tlm__folder_protect(folder, inputs, options->like ? 2 : 1, error);
}

enum tlm_code tlm_recover(const struct tlm_recover_options *options, struct tlm_recovery *recovery,
                          struct tlm_error *error)
{
    struct tlm_rescue rescue = {.options = options, .result = recovery};
    struct tlm_folder folder = {.fd = -1};
    enum tlm_code code = TLM_OK;
    *recovery = (struct tlm_recovery){0};
    if (options->output)
        code = open_folder(&rescue, &folder, error);
    if (!code)
        code = tlm__rescue_run(&rescue, -1, error);
    if (!code && rescue.part)
        code = publish(&rescue, error);
    tlm__rescue_release(&rescue);
    if (rescue.folder)
        tlm__folder_release(&folder);
    return code;
}
