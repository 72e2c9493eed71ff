/* The numbers of points, whatever type they have. */
#ifndef POINT_NUMBER_H
#define POINT_NUMBER_H

#include <math.h>

#include "tlm.h"

/* The number of point i, NaN when it is none. */
static inline double point_number(const struct tlm_run_of_points *points, size_t i)
{
    if (points->reals)
        return points->reals[i];
    if (points->integers)
        return (double)points->integers[i];
    enum tlm_type type = points->types ? (enum tlm_type)points->types[i] : points->type;
    return type == TLM_DOUBLE ? points->values[i].real
           : type == TLM_LONG ? (double)points->values[i].integer
                              : NAN;
}

#endif
