/* Points as a reader gives them, turned into what series hold. */
#ifndef TLM_POINTS_STORED_H
#define TLM_POINTS_STORED_H

#include "writer_value.h"

/* Appends the set of a record's tags as tlm__tags_encode does; a NUL in one is TLM_INPUT. */
enum tlm_code tlm__stored_tags(struct tlm_buf *set, const struct tlm_run_of_points *points,
                               struct tlm_error *error);
/* Point i as it is stored; valid until the next call. scratch keeps what has to be put together.
 * False: memory is out. */
bool tlm__stored_from_run(const struct tlm_run_of_points *points, size_t i, struct tlm_buf *scratch,
                          struct tlm_stored *stored);
/* Point i of columns, whose bytes are at *heap_at; moves that behind them. */
struct tlm_stored tlm__stored_from_points(const struct tlm_points *points, size_t i,
                                          size_t *heap_at);

#endif
