/* Points and blocks of other files on their way into a writer, as they are: nothing of them is
 * checked or converted. Each takes the writer's lock and latches errors. */
#ifndef TLM_WRITER_PASTE_H
#define TLM_WRITER_PASTE_H

#include "writer.h"

/* Adds points [from, to) of a record to their series. A name with a NUL in it is TLM_INPUT. */
enum tlm_code tlm__writer_take_points(struct tlm_writer *writer,
                                      const struct tlm_run_of_points *points, size_t from,
                                      size_t to, struct tlm_error *error);

/* Adds points [from, to) of columns to a series like the one that `like` is. *heap_at is where the
 * bytes of the first one are, and then where those of the next one would be. */
enum tlm_code tlm__writer_take_columns(struct tlm_writer *writer, const struct tlm_held *like,
                                       const struct tlm_points *points, size_t from, size_t to,
                                       size_t *heap_at, struct tlm_error *error);

/* Whether a whole block of so many bytes can become one of the writer's without passing a limit of
 * points or size; perhaps in the next part. */
bool tlm__writer_fits(struct tlm_writer *writer, uint64_t bytes, uint64_t points);
/* A block in another file. */
struct tlm_paste {
    int fd;
    uint64_t offset, bytes; /* with its sync marker, instead of which it gets the writer's */
    struct tlm_tally tally;
};
/* Puts such a block, which has the writer's codec, behind all that came before. */
enum tlm_code tlm__writer_paste(struct tlm_writer *writer, const struct tlm_paste *block,
                                struct tlm_error *error);

#endif
