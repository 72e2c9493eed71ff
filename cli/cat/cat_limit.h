/* Rows on their way out: all, only the first ones, or only the last ones. */
#ifndef CAT_LIMIT_H
#define CAT_LIMIT_H

#include "cat/cat_format.h"
#include "cat/cat_sink.h"
#include "cat/cat_text.h"

#define CAT_LIMIT_NONE UINT64_MAX

struct cat_held;

/* The caller sets the first block; the rest starts as zero. */
struct cat_limit {
    struct cat_sink *sink;
    const struct cat_format *format;
    const char *header;  /* the first line; NULL: there is none (any more) */
    uint64_t head, tail; /* rows, or CAT_LIMIT_NONE; one of them at most */

    uint64_t passed; /* rows written */
    struct cat_held *first, *last;
    uint64_t held; /* rows in these */
};

/* Writes n whole rows, or keeps them: then text is empty afterwards. TLM_STOPPED: no more rows are
 * wanted. */
enum tlm_code cat_limit_rows(struct cat_limit *limit, struct cat_text *text, uint64_t n,
                             struct tlm_error *error);
/* No more rows come: writes what was kept, and the header where there was no row. */
enum tlm_code cat_limit_finish(struct cat_limit *limit, struct tlm_error *error);
void cat_limit_release(struct cat_limit *limit);

#endif
