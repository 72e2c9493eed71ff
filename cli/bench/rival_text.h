/* Text by jansson, and by libcsv and strtod, into a rival_writer. */
#ifndef BENCH_RIVAL_TEXT_H
#define BENCH_RIVAL_TEXT_H

#include "bench/rival_avro.h"

/* JSON lines, wide or long (channel, timestamp, value) as the first row is. Rows that cannot be
 * read are passed over. */
enum tlm_code rival_read_jsonl(struct rival_writer *writer, const char *in, const char *time,
                               struct tlm_error *error);
/* Likewise; the first record names the columns. */
enum tlm_code rival_read_csv(struct rival_writer *writer, const char *in, const char *time,
                             struct tlm_error *error);

/* Epoch nanoseconds or RFC 3339. */
bool rival_time_parse(const char *text, int64_t *ns);

#endif
