/* Files into a table, and rows out of it. */
#ifndef CAT_COLLECT_H
#define CAT_COLLECT_H

#include "cat/cat_limit.h"
#include "cat/cat_table.h"

/* Fills in what a reading calls; the table outlives it. Files without points are refused. */
void cat_collect_attach(struct cat_table *table, struct tlm_reading *reading);
/* Long rows of a settled table, one series after the other. TLM_STOPPED: no more are wanted. */
enum tlm_code cat_collect_write(const struct cat_table *table, struct cat_limit *limit,
                                struct tlm_error *error);

#endif
