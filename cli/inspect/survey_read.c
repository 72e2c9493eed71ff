#include "survey_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/block_summary.h"
#include "inspect/text_hash.h"

#define GRAINS 256      /* marks over the span of a file */
#define GROUP_BLOCKS 8u /* that lie together in a sample: a batch may take several */
#define MOST_GROUPS 32u
#define MOST_STEPS 400000u /* over block heads, to reach the groups */

struct run {
    struct survey *survey;
    uint64_t seed;
    int64_t grain_ns;
    bool counts;   /* blocks are new to the survey */
    uint64_t left; /* blocks until it is enough; 0: no end */
};

static enum tlm_code fail_memory(struct tlm_error *error)
{
    *error = (struct tlm_error){.code = TLM_NO_MEMORY};
    snprintf(error->message, sizeof error->message, "out of memory");
    return TLM_NO_MEMORY;
}

void survey_count(struct survey *survey, const struct tlm_block *block)
{
    survey->blocks++;
    survey->records += block->records;
    survey->bytes += block->bytes;
    survey->data_bytes += block->data_bytes;
}

unsigned survey_slowness(const char *codec)
{
    static const struct {
        const char *codec;
        unsigned times;
    } slow[] = {{"zstandard", 2}, {"deflate", 4}, {"xz", 16}, {"bzip2", 32}};
    for (size_t i = 0; i < sizeof slow / sizeof slow[0]; i++)
        if (strcmp(codec, slow[i].codec) == 0)
            return slow[i].times;
    return 1;
}

/* ---- callbacks ------------------------------------------------------------------------------ */

static void *begin(void *ctx)
{
    const struct run *run = ctx;
    return block_summary_new(run->seed, run->grain_ns);
}

static enum tlm_code points(void *ctx, void *batch, const struct tlm_run_of_points *found,
                            struct tlm_error *error)
{
    (void)ctx;
    return block_summary_add(batch, found) ? TLM_OK : fail_memory(error);
}

static enum tlm_code end(void *ctx, void *batch, const struct tlm_block *block,
                         struct tlm_error *error)
{
    struct run *run = ctx;
    struct survey *survey = run->survey;
    bool merged = block_summary_merge(batch, &survey->channels);
    block_summary_free(batch);
    if (!merged)
        return fail_memory(error);
    if (run->counts)
        survey_count(survey, block);
    survey->read_blocks++;
    survey->read_records += block->records;
    survey->read_data_bytes += block->data_bytes;
    survey->read_raw_bytes += block->raw_bytes;
    return run->left && --run->left == 0 ? TLM_STOPPED : TLM_OK;
}

static void drop(void *ctx, void *batch)
{
    (void)ctx;
    block_summary_free(batch);
}

static void run_init(struct run *run, struct survey *survey)
{
    const struct tlm_file_info *info = survey->info;
    *run = (struct run){.survey = survey, .seed = text_hash_seed()};
    if (info->has_figures && info->last_ns > info->first_ns)
        run->grain_ns = (int64_t)(((uint64_t)info->last_ns - (uint64_t)info->first_ns) / GRAINS);
    survey->read = true;
}

static enum tlm_code read_on(struct run *run, struct tlm_file *file,
                             const struct survey_options *options, struct tlm_error *error)
{
    const struct tlm_reading reading = {
        .threads = options->threads,
        .selection = options->selection,
        .ctx = run,
        .begin = begin,
        .points = points,
        .end = end,
        .drop = drop,
    };
    enum tlm_code code = tlm_file_read(file, &reading, error);
    return code == TLM_STOPPED ? TLM_OK : code;
}

enum tlm_code survey_read_all(struct survey *survey, const struct survey_options *options)
{
    struct run run;
    run_init(&run, survey);
    run.counts = true;
    return read_on(&run, survey->file, options, &survey->error);
}

/* ---- a sample ------------------------------------------------------------------------------- */

/* Groups of blocks that lie together, the first at the start of the file, the last at its end. */
struct sample {
    uint64_t groups, length;
};

static struct sample plan(const struct survey *survey, uint64_t sample_bytes)
{
    uint64_t n = survey->blocks;
    double bytes = (double)sample_bytes / survey_slowness(survey->info->codec);
    double share = survey->data_bytes ? bytes / (double)survey->data_bytes : 1;
    uint64_t wanted = share < 1 ? (uint64_t)((double)n * share) : n;
    struct sample sample = {.length = wanted >= 2 * GROUP_BLOCKS ? GROUP_BLOCKS : 1};
    sample.groups = wanted / sample.length;
    if (sample.groups > MOST_GROUPS)
        sample.groups = MOST_GROUPS;
    if (n && sample.groups > 2 * MOST_STEPS / n)
        sample.groups = 2 * MOST_STEPS / n;
    if (sample.groups < 2)
        sample.groups = 2;
    return sample;
}

/* Reads `n` blocks after passing over `skip`. The file is opened anew, since one that was left in
 * the middle of reading cannot go on. */
static enum tlm_code read_group(struct run *run, const struct survey_options *options,
                                uint64_t skip, uint64_t n, struct tlm_error *error)
{
    struct tlm_file *file;
    struct tlm_block block;
    bool got = true;
    enum tlm_code code = tlm_file_open(&file, run->survey->info->path, error);
    if (code)
        return code;
    for (; skip && got && !code; skip--)
        code = tlm_file_next_block(file, false, &block, &got, error);
    run->left = n;
    if (!code && got)
        code = read_on(run, file, options, error);
    tlm_file_close(file);
    return code;
}

enum tlm_code survey_read_some(struct survey *survey, const struct survey_options *options,
                               struct tlm_error *error)
{
    struct run run;
    struct survey_options alone = *options;
    const struct sample sample = plan(survey, options->sample_bytes);
    uint64_t n = survey->blocks;
    enum tlm_code code = TLM_OK;
    run_init(&run, survey);
    alone.threads = 1; /* more would read far beyond the group */
    if (n < 2 * sample.length)
        return n ? read_group(&run, &alone, 0, n, error) : TLM_OK;
    uint64_t done = 0;
    for (uint64_t i = 0; i < sample.groups && !code; i++) {
        double share = (double)i / (double)(sample.groups - 1);
        uint64_t at = (uint64_t)((double)(n - sample.length) * share + 0.5);
        at = at < done ? done : at;
        uint64_t length = at + sample.length > n ? n - at : sample.length;
        if (length)
            code = read_group(&run, &alone, at, length, error);
        done = at + length;
    }
    return code;
}
