#include "verify_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "verify_fail.h"
#include "verify_with.h"

/* ---- the content, with --full ---------------------------------------------------------------- */

/* What a block holds, and in the end the file. */
struct tally {
    uint64_t points, backwards;
    int64_t first_ns, last_ns;
};

struct content {
    struct tally sum;
    struct verify_result *result;
    uint64_t end; /* behind the last block */
};

static void *begin(void *ctx)
{
    (void)ctx;
    struct tally *tally = malloc(sizeof *tally);
    if (tally)
        *tally = (struct tally){.first_ns = INT64_MAX, .last_ns = INT64_MIN};
    return tally;
}

static enum tlm_code add_points(void *ctx, void *batch, const struct tlm_run_of_points *points,
                                struct tlm_error *error)
{
    (void)ctx;
    (void)error;
    struct tally *tally = batch;
    const int64_t *times = points->timestamps_ns;
    int64_t first = times[0], last = times[0];
    bool back = false;
    for (size_t i = 1; i < points->n; i++) {
        back |= times[i] < times[i - 1];
        first = times[i] < first ? times[i] : first;
        last = times[i] > last ? times[i] : last;
    }
    tally->points += points->n;
    tally->backwards += back;
    tally->first_ns = first < tally->first_ns ? first : tally->first_ns;
    tally->last_ns = last > tally->last_ns ? last : tally->last_ns;
    return TLM_OK;
}

/* That it could be made is all that matters. */
static enum tlm_code pass_json(void *ctx, void *batch, struct tlm_string line,
                               struct tlm_error *error)
{
    (void)ctx;
    (void)batch;
    (void)line;
    (void)error;
    return TLM_OK;
}

static void drop(void *ctx, void *batch)
{
    (void)ctx;
    free(batch);
}

static enum tlm_code end(void *ctx, void *batch, const struct tlm_block *block,
                         struct tlm_error *error)
{
    (void)error;
    struct content *content = ctx;
    struct tally *sum = &content->sum, *tally = batch;
    sum->points += tally->points;
    sum->backwards += tally->backwards;
    sum->first_ns = tally->first_ns < sum->first_ns ? tally->first_ns : sum->first_ns;
    sum->last_ns = tally->last_ns > sum->last_ns ? tally->last_ns : sum->last_ns;
    content->result->blocks++;
    content->result->records += block->records;
    content->end = block->offset + block->bytes;
    free(tally);
    return TLM_OK;
}

static enum tlm_code check_points(const struct tlm_file_info *info, const struct tally *found,
                                  struct tlm_error *error)
{
    if (!info->has_figures || !info->has_points)
        return TLM_OK;
    if (info->points != found->points)
        return verify_fail(error, "%s: %" PRIu64 " points are in it, but its header says %" PRIu64,
                           info->path, found->points, info->points);
    if (!found->points)
        return TLM_OK;
    if (info->first_ns != found->first_ns || info->last_ns != found->last_ns)
        return verify_fail(error,
                           "%s: its times go from %" PRId64 " to %" PRId64
                           ", but its header says from %" PRId64 " to %" PRId64,
                           info->path, found->first_ns, found->last_ns, info->first_ns,
                           info->last_ns);
    return TLM_OK;
}

static enum tlm_code read_content(struct tlm_file *file, const struct verify_args *args,
                                  struct content *content, struct tlm_error *error)
{
    struct tlm_reading reading = {
        .threads = (unsigned)args->threads,
        .ctx = content,
        .begin = begin,
        .points = add_points,
        .json = pass_json,
        .end = end,
        .drop = drop,
    };
    tlm_selection_init(&reading.selection);
    content->sum = (struct tally){.first_ns = INT64_MAX, .last_ns = INT64_MIN};
    enum tlm_code code = tlm_file_read(file, &reading, error);
    content->result->has_points = tlm_file_info(file)->has_points;
    content->result->points = content->sum.points;
    content->result->backwards = content->sum.backwards;
    return code;
}

/* ---- the blocks, without --full -------------------------------------------------------------- */

static enum tlm_code walk(struct tlm_file *file, struct content *content, struct tlm_error *error)
{
    struct tlm_block block;
    bool got = true;
    enum tlm_code code = TLM_OK;
    while (!code) {
        code = tlm_file_next_block(file, false, &block, &got, error);
        if (code || !got)
            break;
        content->result->blocks++;
        content->result->records += block.records;
        content->end = block.offset + block.bytes;
    }
    return code;
}

/* ---- both ------------------------------------------------------------------------------------ */

static enum tlm_code check_records(const struct tlm_file_info *info, const struct content *content,
                                   struct tlm_error *error)
{
    uint64_t records = content->result->records;
    if (info->unfinished)
        return verify_fail(error,
                           "%s: byte %" PRIu64 ": ends here, after %" PRIu64
                           " records, but was not finished: its header has blank figures",
                           info->path, content->end, records);
    if (info->has_figures && info->records != records)
        return verify_fail(error,
                           "%s: byte %" PRIu64 ": ends here, after %" PRIu64
                           " records, but its header says %" PRIu64,
                           info->path, content->end, records, info->records);
    return TLM_OK;
}

static void find_part(const struct tlm_file_info *info, struct verify_result *result)
{
    for (size_t i = 0; i < info->n_metadata; i++) {
        const struct tlm_file_pair *pair = &info->metadata[i];
        uint64_t index = 0;
        size_t digits = 0;
        if (pair->key.len != strlen("tlm.part") || memcmp(pair->key.data, "tlm.part", 8) != 0)
            continue;
        for (; digits < pair->value.len && digits < 18; digits++) {
            unsigned digit = (unsigned)(pair->value.data[digits] - '0');
            if (digit > 9)
                break;
            index = index * 10 + digit;
        }
        result->has_part = digits && digits == pair->value.len;
        result->part = index;
    }
}

static bool is_codec_of_avro_c(const char *codec)
{
    return strcmp(codec, "null") == 0 || strcmp(codec, "deflate") == 0 ||
           strcmp(codec, "snappy") == 0;
}

static enum tlm_code check_file(struct tlm_file *file, const struct verify_args *args,
                                struct verify_result *result, struct tlm_error *error)
{
    const struct tlm_file_info *info = tlm_file_info(file);
    struct content content = {.result = result, .end = info->header_bytes};
    result->bytes = info->bytes;
    result->has_figures = info->has_figures;
    result->points = info->has_figures ? info->points : 0;
    result->not_compared = args->with == VERIFY_WITH_AVRO_C && !is_codec_of_avro_c(info->codec);
    find_part(info, result);
    enum tlm_code code =
        args->full ? read_content(file, args, &content, error) : walk(file, &content, error);
    if (!code)
        code = check_records(info, &content, error);
    if (!code && args->full)
        code = check_points(info, &content.sum, error);
    if (!code && args->strict && result->backwards)
        code = verify_fail(error, "%s: times go back in %" PRIu64 " records", info->path,
                           result->backwards);
    return code;
}

enum tlm_code verify_file(const char *path, const struct verify_args *args,
                          struct verify_result *result, struct tlm_error *error)
{
    struct tlm_file *file = NULL;
    *result = (struct verify_result){.bytes = TLM_SIZE_UNKNOWN};
    enum tlm_code code = tlm_file_open(&file, path, error);
    if (!code)
        code = check_file(file, args, result, error);
    tlm_file_close(file);
    if (!code && args->with == VERIFY_WITH_AVRO_C && !result->not_compared)
        code = verify_with_avro_c(path, args, result, error);
    return code;
}
