/* What the values of a channel are drawn against: from where to where, and the marks. */
#ifndef VALUE_SCALE_H
#define VALUE_SCALE_H

#include "plot/axis.h"
#include "plot/curve.h"
#include "plot/series_points.h"

/* Numbers from least to most, with some room around them; any range when least > most. */
void value_scale_numbers(struct curve_scale *scale, double least, double most);
/* n states, one level each. */
void value_scale_states(struct curve_scale *scale, size_t n);
/* How many points there are in each column: the columns become bars that begin at 0. */
void value_scale_counts(struct curve_scale *scale, struct pyramid_sum *columns, unsigned n);

/* At most `most` marks with their texts (see axis_values), of states one each. Returns how many. */
size_t value_scale_marks(struct axis_mark *marks, const struct curve_scale *scale, unsigned most,
                         bool whole);
size_t value_scale_state_marks(struct axis_mark *marks, const struct states *states);

/* Columns without points that a line may cross, each column_ns long, so that holes in data of so
 * many points within span_ns are left open. */
unsigned value_scale_bridge(uint64_t points, uint64_t span_ns, double column_ns, unsigned columns);

#endif
