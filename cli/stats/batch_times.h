/* The times of a record. */
#ifndef BATCH_TIMES_H
#define BATCH_TIMES_H

#include "stats/stats_batch.h"

/* Adds them, unless those of the record before are the same. False: memory is out. */
bool batch_add_times(struct stats_batch *batch, const struct stats_rules *rules,
                     const struct tlm_run_of_points *points, struct stats_record *record);

#endif
