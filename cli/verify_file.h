/* Whether one file is whole. */
#ifndef VERIFY_FILE_H
#define VERIFY_FILE_H

#include "verify_args.h"

struct verify_result {
    uint64_t bytes; /* TLM_SIZE_UNKNOWN: a pipe */
    uint64_t blocks, records;
    uint64_t points;    /* as they were counted (has_points), or as the header says (has_figures) */
    bool has_points;    /* they were counted */
    bool has_figures;   /* the header has figures, which are as true as was looked */
    uint64_t backwards; /* records whose times are not in order */
    bool not_compared;  /* avro-c does not know the codec */
    bool has_part;
    uint64_t part; /* index */
};

/* Anything but TLM_OK: the file is bad or cannot be read, for the reason in error. */
enum tlm_code verify_file(const char *path, const struct verify_args *args,
                          struct verify_result *result, struct tlm_error *error);

#endif
