/* The records of a block, encoded one behind the other. */
#ifndef TLM_AVRO_RECORDS_H
#define TLM_AVRO_RECORDS_H

#include "avro/encode.h"
#include "avro/layout.h"

/* A column that later records may have, too. */
struct tlm_recent_column {
    const void *items; /* eight bytes each */
    size_t n;
    enum tlm_type type;            /* of values */
    size_t record;                 /* the first one that has it */
    struct tlm_column_bytes bytes; /* of that one */
    size_t last; /* where it, or a repeat of it, was last in the records as a whole */
};

enum { TLM_RECENT_COLUMNS = 16 };

/* The latest columns that differ from each other. {0} is empty. */
struct tlm_recent {
    struct tlm_recent_column columns[TLM_RECENT_COLUMNS]; /* a ring */
    size_t n;
};

/* {0} is empty. */
struct tlm_records {
    struct tlm_buf bytes;     /* of the records, without what the layout says is left out */
    struct tlm_layout layout; /* spans of the longer columns */
    size_t n;
    bool whole; /* to be set beforehand: nothing is left out */
    struct tlm_recent times, values;
};

void tlm__records_reset(struct tlm_records *records); /* empties, keeps the memory */
void tlm__records_release(struct tlm_records *records);
/* Appends a record of all points, whose columns must stay readable until the next reset: the
 * timestamps of series that come from the same rows are encoded once, and so are numbers of idle
 * channels. *times_of is the first record that has the same timestamps, this one itself as a rule.
 * False: memory is out. */
bool tlm__records_add(struct tlm_records *records, const struct tlm_series_header *header,
                      const struct tlm_points *points, size_t *times_of);

#endif
