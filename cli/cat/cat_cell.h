/* A value at a time, held in memory. */
#ifndef CAT_CELL_H
#define CAT_CELL_H

#include "tlm.h"

struct cat_cell {
    int64_t time_ns;
    enum tlm_type type;
    bool typed;    /* see cat_value_add */
    uint64_t bits; /* of a double or int64_t; else where its text is in the table's heap */
};

#endif
