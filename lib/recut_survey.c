#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "avro/salvage.h"
#include "base/error.h"
#include "reader_blocks.h"
#include "recut.h"

/* What a block holds. */
struct found {
    struct tlm_stream stream;
    struct tlm_picker picker;
    struct tlm_tally tally;
    struct tlm_buf names; /* of keys, each behind its length, as they follow each other */
    size_t last_name;     /* where that of the last record is */
};

struct survey {
    struct tlm_recut *recut;
    struct tlm_block_reader *blocks;
    struct found *found; /* for each slot of `blocks`; one more for what is salvaged */
    unsigned n_found;
    struct tlm_intern inodes; /* of the inputs */
    uint32_t file;
    uint64_t records; /* that were read of it */
};

/* ---- what is in a block --------------------------------------------------------------------- */

struct tlm_string tlm__recut_key_name(const struct tlm_recut_keys *keys,
                                      const struct tlm_run_of_points *points)
{
    const size_t len = keys->tag ? strlen(keys->tag) : 0;
    if (keys->split == TLM_SPLIT_CHANNEL)
        return points->channel;
    for (size_t i = 0; keys->split == TLM_SPLIT_TAG && keys->tag && i < points->n_tags; i++)
        if (points->tags[i].key.len == len && memcmp(points->tags[i].key.data, keys->tag, len) == 0)
            return points->tags[i].value;
    return (struct tlm_string){"", 0};
}

static bool is_last_name(const struct found *found, struct tlm_string name)
{
    if (!found->names.len)
        return false;
    const uint8_t *last = found->names.data + found->last_name;
    uint32_t len;
    memcpy(&len, last, sizeof len);
    return len == name.len && memcmp(last + sizeof len, name.data, len) == 0;
}

static bool add_name(struct found *found, struct tlm_string name)
{
    if (is_last_name(found, name))
        return true;
    uint32_t len = (uint32_t)name.len;
    found->last_name = found->names.len;
    return tlm__buf_append(&found->names, &len, sizeof len) &&
           tlm__buf_append(&found->names, name.data, len);
}

static enum tlm_code add_record(void *ctx, void *batch, const struct tlm_run_of_points *points,
                                struct tlm_error *error)
{
    const struct survey *survey = ctx;
    struct found *found = batch;
    struct tlm_tally *tally = &found->tally;
    for (size_t i = 0; i < points->n; i++) {
        int64_t time_ns = points->timestamps_ns[i];
        tally->first_ns = time_ns < tally->first_ns ? time_ns : tally->first_ns;
        tally->last_ns = time_ns > tally->last_ns ? time_ns : tally->last_ns;
    }
    tally->points += points->n;
    tally->records++;
    return add_name(found, tlm__recut_key_name(&survey->recut->keys, points))
               ? TLM_OK
               : tlm__fail_memory(error, found->names.len);
}

static enum tlm_code look(struct survey *survey, struct found *found, const uint8_t *raw,
                          size_t len, uint64_t records, struct tlm_error *error)
{
    found->tally = (struct tlm_tally){.first_ns = INT64_MAX, .last_ns = INT64_MIN};
    tlm__buf_reset(&found->names);
    found->picker.selection = &survey->recut->options->selection;
    const struct tlm_picking picking = {&found->stream, &found->picker, add_record, survey, found};
    enum tlm_code code = tlm__pick_block(&picking, raw, len, records, error);
    found->tally.records = records;
    return code;
}

/* The key that all records have. */
static bool find_key(struct tlm_recut_keys *keys, const struct found *found, uint32_t *key)
{
    *key = TLM_INTERN_NONE;
    for (size_t at = 0; at < found->names.len;) {
        uint32_t len, one;
        memcpy(&len, found->names.data + at, sizeof len);
        one = tlm__intern_add(&keys->names, (const char *)found->names.data + at + sizeof len, len);
        if (one == TLM_INTERN_NONE)
            return false;
        *key = at && one != *key ? TLM_RECUT_MIXED : one;
        at += sizeof len + len;
    }
    return true;
}

static enum tlm_code note_block(struct survey *survey, const struct tlm_block_head *head,
                                const struct found *found, struct tlm_error *error)
{
    struct tlm_recut *recut = survey->recut;
    struct tlm_recut_block block = {
        .offset = head->offset,
        .bytes = tlm__block_end(head) - head->offset,
        .tally = found->tally,
        .file = survey->file,
    };
    if (!block.tally.points)
        return TLM_OK;
    if (!find_key(&recut->keys, found, &block.key) ||
        !tlm__buf_append(&recut->blocks, &block, sizeof block))
        return tlm__fail_memory(error, recut->blocks.len);
    return TLM_OK;
}

/* ---- a file --------------------------------------------------------------------------------- */

static enum tlm_code work(void *ctx, const struct tlm_read_block *block, struct tlm_error *error)
{
    struct survey *survey = ctx;
    return look(survey, &survey->found[block->slot], block->raw, block->raw_len,
                block->head.records, error);
}

static enum tlm_code deliver(void *ctx, const struct tlm_read_block *block, struct tlm_error *error)
{
    struct survey *survey = ctx;
    survey->records += block->head.records;
    enum tlm_code code = note_block(survey, &block->head, &survey->found[block->slot], error);
    return code ? code : tlm__recut_go_on(survey->recut, error);
}

static enum tlm_code read_blocks(struct survey *survey, struct tlm_file *file,
                                 struct tlm_error *error)
{
    if (file->info.unfinished)
        return tlm__fail(error, TLM_DAMAGED,
                         "%s was not finished by its writer: tlm recover makes a whole file of it",
                         file->info.path);
    survey->records = 0;
    enum tlm_code code = tlm__block_reader_run(survey->blocks, file->container, UINT64_MAX, error);
    file->records = survey->records;
    return code ? code : tlm__file_end(file, error);
}

static enum tlm_code check_source(struct survey *survey, struct tlm_recut_source *source,
                                  struct tlm_error *error)
{
    const struct {
        dev_t device;
        ino_t inode;
    } id = {source->info.st_dev, source->info.st_ino};
    uint32_t known = survey->inodes.len;
    if (!S_ISREG(source->info.st_mode))
        return tlm__fail(error, TLM_ARGUMENT,
                         "%s is no regular file: inputs are read more than once", source->path);
    uint32_t number = tlm__intern_add(&survey->inodes, (const char *)&id, sizeof id);
    if (number == TLM_INTERN_NONE)
        return tlm__fail_memory(error, sizeof id);
    if (number < known)
        return tlm__fail(error, TLM_ARGUMENT, "%s is given twice", source->path);
    return TLM_OK;
}

static enum tlm_code open_source(struct survey *survey, struct tlm_recut_source *source,
                                 struct tlm_file **file, struct tlm_error *error)
{
    if (strcmp(source->path, "-") == 0)
        return tlm__fail(error, TLM_ARGUMENT,
                         "standard input cannot be cut: inputs are read more than once");
    if (stat(source->path, &source->info) != 0)
        return tlm__fail_errno(error, TLM_IO, errno, "%s", source->path);
    enum tlm_code code = check_source(survey, source, error);
    if (!code)
        code = tlm_file_open(file, source->path, error);
    if (!code && !(*file)->info.has_points)
        code = tlm__fail(error, TLM_INPUT, "%s holds no telemetry: its schema is %s", source->path,
                         (*file)->info.schema_name);
    return code;
}

/* ---- what is whole of a damaged file -------------------------------------------------------- */

static enum tlm_code check_salvaged(void *ctx, const struct tlm_salvage_block *block,
                                    struct tlm_error *error)
{
    struct survey *survey = ctx;
    struct found *found = &survey->found[survey->n_found - 1];
    enum tlm_code code =
        look(survey, found, block->raw, block->raw_len, block->head.records, error);
    survey->records += code ? 0 : block->head.records;
    return code ? code : note_block(survey, &block->head, found, error);
}

static void lose(const struct survey *survey, const char *path, const struct tlm_lost_range *lost)
{
    const struct tlm_recut_options *options = survey->recut->options;
    struct tlm_recut_result *result = survey->recut->result;
    result->lost_bytes += lost->to - lost->from;
    result->lost_records += lost->records;
    if (options->on_lost)
        options->on_lost(options->ctx, path, lost);
}

static enum tlm_code note_range(void *ctx, const struct tlm_salvage_range *range,
                                struct tlm_error *error)
{
    struct survey *survey = ctx;
    const struct tlm_lost_range lost = {range->from, range->to, range->blocks, range->records,
                                        range->why};
    (void)error;
    if (!range->good)
        lose(survey, survey->recut->sources[survey->file].path, &lost);
    return TLM_OK;
}

/* Records that the header tells of and nothing else does. */
static void lose_untold(const struct survey *survey, const struct tlm_file *file, uint64_t told)
{
    struct tlm_recut_result *result = survey->recut->result;
    if (!file || !file->info.has_figures || file->info.records <= survey->records)
        return;
    uint64_t lost = file->info.records - survey->records;
    if (lost > told)
        result->lost_records += lost - told;
}

/* Also counts the file, which is NULL when it could not be opened. */
static enum tlm_code salvage(struct survey *survey, const struct tlm_file *file,
                             const struct tlm_error *why, struct tlm_error *error)
{
    struct tlm_recut_source *source = &survey->recut->sources[survey->file];
    const struct tlm_salvage_options options = {
        .check = check_salvaged, .range = note_range, .ctx = survey};
    const uint64_t bytes = (uint64_t)source->info.st_size;
    const uint64_t lost = survey->recut->result->lost_records;
    struct tlm_salvage *salvage = NULL;
    survey->recut->result->lost_files++;
    survey->records = 0;
    enum tlm_code code = tlm__salvage_open(&salvage, source->path, -1, &options, error);
    if (!code) {
        memcpy(source->sync, tlm__salvage_info(salvage)->sync, sizeof source->sync);
        code = tlm__salvage_run(salvage, error);
    }
    tlm__salvage_close(salvage);
    lose_untold(survey, file, survey->recut->result->lost_records - lost);
    if (code == TLM_DAMAGED) {
        lose(survey, source->path, &(struct tlm_lost_range){0, bytes, 0, 0, why->message});
        code = TLM_OK;
    }
    return code;
}

/* ---- codec and metadata --------------------------------------------------------------------- */

static bool is_text(struct tlm_string text, const char *other)
{
    return strlen(other) == text.len && memcmp(text.data, other, text.len) == 0;
}

static bool is_codec(const struct tlm_file *file, enum tlm_codec codec)
{
    return strcmp(file->info.codec, tlm__codec_name(codec)) == 0;
}

static void choose_codec(struct tlm_recut *recut, const struct tlm_file *file)
{
    static const enum tlm_codec known[] = {TLM_CODEC_SNAPPY, TLM_CODEC_NULL, TLM_CODEC_DEFLATE,
                                           TLM_CODEC_ZSTANDARD};
    recut->codec = recut->options->recode ? recut->options->writer.codec : TLM_CODEC_SNAPPY;
    for (size_t i = 0; i < sizeof known / sizeof *known && !recut->options->recode; i++)
        if (is_codec(file, known[i]))
            recut->codec = known[i];
}

static bool has_value(const struct tlm_file *file, const struct tlm_metadata *pair)
{
    bool same = false;
    for (size_t i = 0; i < file->info.n_metadata; i++)
        if (is_text(file->info.metadata[i].key, pair->key))
            same = is_text(file->info.metadata[i].value, pair->value);
    return same;
}

static bool is_kept(const struct tlm_recut *recut, const struct tlm_file_pair *pair)
{
    const struct tlm_writer_options *writer = &recut->options->writer;
    if (!pair->key.len || memchr(pair->key.data, 0, pair->key.len) ||
        (pair->value.len && memchr(pair->value.data, 0, pair->value.len)))
        return false;
    for (size_t i = 0; i < writer->n_metadata; i++)
        if (is_text(pair->key, writer->metadata[i].key))
            return false;
    return !(pair->key.len >= 5 && memcmp(pair->key.data, "avro.", 5) == 0) &&
           !(pair->key.len >= 4 && memcmp(pair->key.data, "tlm.", 4) == 0) &&
           !(writer->dataset_rid && is_text(pair->key, "nominal.dataset_rid"));
}

/* The last one of a key counts, as for other readers. */
static bool is_last_of_key(const struct tlm_file *file, size_t i)
{
    const struct tlm_string key = file->info.metadata[i].key;
    for (size_t k = i + 1; k < file->info.n_metadata; k++) {
        const struct tlm_string other = file->info.metadata[k].key;
        if (other.len == key.len && memcmp(other.data, key.data, key.len) == 0)
            return false;
    }
    return true;
}

/* What the first file says, as far as the others say the same. */
static enum tlm_code keep_metadata(struct tlm_recut *recut, const struct tlm_file *file, bool first,
                                   struct tlm_error *error)
{
    struct tlm_metadata *pairs = (struct tlm_metadata *)(void *)recut->metadata.data;
    size_t n = recut->metadata.len / sizeof *pairs, kept = 0;
    for (size_t i = 0; i < n; i++)
        if (has_value(file, &pairs[i]))
            pairs[kept++] = pairs[i];
    recut->metadata.len = kept * sizeof *pairs;
    for (size_t i = 0; first && i < file->info.n_metadata; i++) {
        const struct tlm_file_pair *pair = &file->info.metadata[i];
        if (!is_kept(recut, pair) || !is_last_of_key(file, i))
            continue;
        struct tlm_metadata copy = {
            tlm__arena_text(&recut->arena, pair->key.data, pair->key.len),
            tlm__arena_text(&recut->arena, pair->value.data, pair->value.len)};
        if (!copy.key || !copy.value || !tlm__buf_append(&recut->metadata, &copy, sizeof copy))
            return tlm__fail_memory(error, sizeof copy);
    }
    return TLM_OK;
}

/* ---- all files ------------------------------------------------------------------------------ */

static enum tlm_code survey_file(struct survey *survey, struct tlm_error *error)
{
    struct tlm_recut *recut = survey->recut;
    struct tlm_recut_source *source = &recut->sources[survey->file];
    struct tlm_file *file = NULL;
    struct tlm_error why = {0};
    const size_t before = recut->blocks.len;
    enum tlm_code code = open_source(survey, source, &file, &why);
    if (!code && file) {
        if (!recut->result->files)
            choose_codec(recut, file);
        code = keep_metadata(recut, file, !recut->result->files++, &why);
        source->copies = is_codec(file, recut->codec);
        memcpy(source->sync, file->info.sync_marker, sizeof source->sync);
    }
    if (!code && file)
        code = tlm__unpacker_of_name(tlm__container_info(file->container)->codec, &source->unpacker,
                                     &why);
    if (!code && file)
        code = read_blocks(survey, file, &why);
    if (code == TLM_DAMAGED && recut->options->skip_damaged) {
        recut->blocks.len = before;
        code = salvage(survey, file, &why, &why);
    }
    if (code && error)
        *error = why;
    recut->result->bytes_in += (uint64_t)source->info.st_size;
    tlm_file_close(file);
    return code;
}

static bool make_found(struct survey *survey)
{
    survey->n_found = tlm__block_reader_slots(survey->blocks) + 1;
    survey->found = calloc(survey->n_found, sizeof *survey->found);
    return survey->found != NULL;
}

static void release(struct survey *survey)
{
    for (unsigned i = 0; survey->found && i < survey->n_found; i++) {
        tlm__stream_release(&survey->found[i].stream);
        tlm__picker_release(&survey->found[i].picker);
        tlm__buf_release(&survey->found[i].names);
    }
    free(survey->found);
    tlm__intern_release(&survey->inodes);
    tlm__block_reader_free(survey->blocks);
}

static void find_span(struct tlm_recut *recut)
{
    recut->first_ns = INT64_MAX;
    recut->last_ns = INT64_MIN;
    for (size_t i = 0; i < tlm__recut_n_blocks(recut); i++) {
        const struct tlm_tally *tally = &tlm__recut_block(recut, i)->tally;
        recut->first_ns = tally->first_ns < recut->first_ns ? tally->first_ns : recut->first_ns;
        recut->last_ns = tally->last_ns > recut->last_ns ? tally->last_ns : recut->last_ns;
    }
}

enum tlm_code tlm__recut_survey(struct tlm_recut *recut, struct tlm_error *error)
{
    const struct tlm_recut_options *options = recut->options;
    struct survey survey = {.recut = recut};
    struct tlm_block_reader_options reading = {.memory_bytes =
                                                   (size_t)options->writer.memory_bytes / 2,
                                               .work = work,
                                               .deliver = deliver,
                                               .ctx = &survey};
    enum tlm_code code = tlm__pool_new(&reading.pool, options->writer.threads, error);
    if (!code)
        code = tlm__block_reader_new(&survey.blocks, &reading, error);
    if (!code && !make_found(&survey))
        code = tlm__fail_memory(error, sizeof *survey.found);
    for (; survey.file < options->n_paths && !code; survey.file++) {
        recut->sources[survey.file].path = options->paths[survey.file];
        code = survey_file(&survey, error);
    }
    release(&survey);
    tlm__pool_free(reading.pool);
    find_span(recut);
    return code;
}
