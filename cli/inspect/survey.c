#include "survey.h"

#include <inttypes.h>
#include <stdio.h>

#include "inspect/survey_read.h"

/* ---- taking --------------------------------------------------------------------------------- */

static void note(struct survey *survey, enum tlm_code code)
{
    survey->code = code;
}

/* Counts the blocks that are left. */
static void walk(struct survey *survey, bool unpack)
{
    struct tlm_block block;
    bool got = true;
    while (!survey->code) {
        note(survey, tlm_file_next_block(survey->file, unpack, &block, &got, &survey->error));
        if (survey->code || !got)
            break;
        survey_count(survey, &block);
        if (!unpack)
            continue;
        survey->read_blocks++;
        survey->read_records += block.records;
        survey->read_data_bytes += block.data_bytes;
        survey->read_raw_bytes += block.raw_bytes;
    }
    survey->counted = !survey->code;
}

static bool is_small(const struct survey *survey, const struct survey_options *options)
{
    return options->depth == SURVEY_FULL || survey->info->bytes == TLM_SIZE_UNKNOWN ||
           survey->info->bytes <= options->sample_above / survey_slowness(survey->info->codec);
}

static bool is_selective(const struct tlm_selection *selection)
{
    return selection->channels.len || selection->excludes.len || selection->tags.len ||
           selection->from_ns != INT64_MIN || selection->to_ns != INT64_MAX;
}

static void take_points(struct survey *survey, const struct survey_options *options)
{
    if (is_small(survey, options)) {
        note(survey, survey_read_all(survey, options));
        survey->counted = !survey->code;
        /* a file of another time is left at its header */
        if (!survey->code && !survey->blocks)
            walk(survey, false);
        return;
    }
    walk(survey, false);
    struct tlm_error error = {.code = TLM_OK};
    survey->sampled = true;
    enum tlm_code code = survey_read_some(survey, options, &error);
    if (!code || survey->code)
        return;
    note(survey, code);
    survey->error = error;
}

/* A file cut at the end of a block looks whole but for what the header says. */
static void compare_figures(struct survey *survey)
{
    const struct tlm_file_info *info = survey->info;
    if (survey->code || !info->has_points || !info->has_figures || survey->records == info->records)
        return;
    survey->error = (struct tlm_error){
        .code = TLM_DAMAGED,
        .byte = info->header_bytes + survey->bytes,
    };
    snprintf(survey->error.message, sizeof survey->error.message,
             "%.400s: byte %" PRIu64 ": ends here, after %" PRIu64
             " records, but its header says %" PRIu64,
             info->path, survey->error.byte, survey->records, info->records);
    note(survey, TLM_DAMAGED);
    survey->counted = false;
}

void survey_take(struct survey *survey, const char *path, const struct survey_options *options)
{
    *survey = (struct survey){.selective = is_selective(&options->selection)};
    note(survey, tlm_file_open(&survey->file, path, &survey->error));
    if (survey->code)
        return;
    survey->info = tlm_file_info(survey->file);
    if (!survey->info->has_points)
        walk(survey, options->depth != SURVEY_HEADS && is_small(survey, options));
    else if (options->depth == SURVEY_HEADS && survey->info->has_figures && !survey->selective)
        walk(survey, false);
    else
        take_points(survey, options);
    compare_figures(survey);
}

void survey_release(struct survey *survey)
{
    tlm_file_close(survey->file);
    channel_table_release(&survey->channels);
    *survey = (struct survey){0};
}

/* ---- asking --------------------------------------------------------------------------------- */

/* The header's figures are of all points, whether they are still there or not. */
static bool has_figures(const struct survey *survey)
{
    return survey->info->has_figures && !survey->selective && survey->counted &&
           (!survey->read || survey->sampled);
}

double survey_scale(const struct survey *survey)
{
    if (!survey->sampled || !survey->read_records)
        return 1;
    if (has_figures(survey) && survey->channels.all.points)
        return (double)survey->info->points / (double)survey->channels.all.points;
    return (double)survey->records / (double)survey->read_records;
}

uint64_t survey_scaled(const struct survey *survey, uint64_t count)
{
    double scale = survey_scale(survey);
    return scale > 1 ? (uint64_t)((double)count * scale + 0.5) : count;
}

bool survey_points(const struct survey *survey, uint64_t *points, bool *exact)
{
    bool header = has_figures(survey);
    *exact = header || !survey->sampled;
    *points = header ? survey->info->points : survey_scaled(survey, survey->channels.all.points);
    return header || survey->read;
}

bool survey_span(const struct survey *survey, int64_t *first_ns, int64_t *last_ns)
{
    bool header = has_figures(survey);
    if (header ? !survey->info->points : !survey->channels.all.points)
        return false;
    *first_ns = header ? survey->info->first_ns : survey->channels.all.first_ns;
    *last_ns = header ? survey->info->last_ns : survey->channels.all.last_ns;
    return true;
}

double survey_ratio(const struct survey *survey)
{
    if (!survey->read_data_bytes || !survey->read_raw_bytes)
        return 0;
    return (double)survey->read_raw_bytes / (double)survey->read_data_bytes;
}
