/* What is in a file: the header, the blocks, and the points of all channels; of large files a part
 * of them. */
#ifndef SURVEY_H
#define SURVEY_H

#include "inspect/channel_table.h"

enum survey_depth {
    SURVEY_HEADS,  /* blocks are counted; records only of files whose header has no figures */
    SURVEY_SAMPLE, /* records are read, of files above `sample_above` bytes some */
    SURVEY_FULL    /* all records */
};

struct survey_options {
    enum survey_depth depth;
    uint64_t sample_above; /* bytes; less for codecs that are slow */
    uint64_t sample_bytes; /* compressed, that are read of such a file; less likewise */
    unsigned threads;
    struct tlm_selection selection;
};

struct survey {
    struct tlm_file *file; /* NULL: it could not be opened */
    const struct tlm_file_info *info;
    uint64_t blocks, records;   /* as the blocks say */
    uint64_t bytes, data_bytes; /* of these blocks; compressed data in them */
    bool counted;               /* those are of the whole file: no error came first */
    bool selective;             /* the options leave points out */
    bool read;                  /* the next ones and the channels are known */
    bool sampled;               /* but only of some blocks */
    uint64_t read_blocks, read_records, read_data_bytes, read_raw_bytes;
    struct channel_table channels;
    enum tlm_code code; /* what ended it, and why */
    struct tlm_error error;
};

/* Opens and reads it, as far as it goes: what is known before an error stays. */
void survey_take(struct survey *survey, const char *path, const struct survey_options *options);
void survey_release(struct survey *survey);

/* By how much to multiply counts of what was read: 1 when all was. */
double survey_scale(const struct survey *survey);
/* False: how many points there are is not known. */
bool survey_points(const struct survey *survey, uint64_t *points, bool *exact);
/* A count of what was read, for the whole file. */
uint64_t survey_scaled(const struct survey *survey, uint64_t count);
/* First and last timestamp. False: there are none, or it is not known. */
bool survey_span(const struct survey *survey, int64_t *first_ns, int64_t *last_ns);
/* Decompressed size divided by the compressed one; 0: not known. */
double survey_ratio(const struct survey *survey);

#endif
