/* Files straight through to long rows, or to records where they hold no points. Rows are made of
 * blocks on several threads, and written in the order of the file. */
#ifndef CAT_STREAM_H
#define CAT_STREAM_H

#include "cat/cat_limit.h"

struct cat_stream;

/* limit gets the rows and outlives the stream. NULL: memory is out. */
struct cat_stream *cat_stream_new(struct cat_limit *limit);
void cat_stream_free(struct cat_stream *stream); /* NULL is fine */

/* Fills in what a reading calls. records: files without points are wanted, too. */
void cat_stream_attach(struct cat_stream *stream, bool records, struct tlm_reading *reading);

#endif
