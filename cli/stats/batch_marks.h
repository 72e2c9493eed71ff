/* What the curve of a record is made of. */
#ifndef BATCH_MARKS_H
#define BATCH_MARKS_H

#include "stats/stats_batch.h"

/* Adds them, if curves are wanted, once the record's moments are known. False: memory is out. */
bool batch_add_marks(struct stats_batch *batch, const struct stats_rules *rules,
                     const struct tlm_run_of_points *points, struct stats_record *record);

#endif
