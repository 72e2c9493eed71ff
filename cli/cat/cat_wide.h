/* Wide rows: one for each time, with a column for each series. */
#ifndef CAT_WIDE_H
#define CAT_WIDE_H

#include "cat/cat_limit.h"
#include "cat/cat_table.h"

enum cat_fill { CAT_FILL_NONE, CAT_FILL_LAST };

/* The table has been settled. A series that has several points at one time makes as many rows of
 * that time. TLM_STOPPED: the limit wants no more. */
enum tlm_code cat_wide_write(const struct cat_table *table, enum cat_fill fill,
                             struct cat_limit *limit, struct tlm_error *error);

#endif
