#include "cat/cat_limit.h"

#include <stdlib.h>

#include "cat/cat_error.h"
#include "cat/cat_rows.h"

/* Rows that may be among the last ones. */
struct cat_held {
    struct cat_held *next;
    struct cat_text text;
    uint64_t n;
};

static enum tlm_code put_header(struct cat_limit *limit, struct tlm_error *error)
{
    const char *header = limit->header;
    limit->header = NULL;
    return header ? cat_sink_write(limit->sink, header, strlen(header), error) : TLM_OK;
}

/* ---- the first ones ------------------------------------------------------------------------- */

static enum tlm_code pass(struct cat_limit *limit, const struct cat_text *text, uint64_t n,
                          struct tlm_error *error)
{
    size_t len = text->len;
    uint64_t left = limit->head - limit->passed;
    if (n > left) {
        n = left;
        len = cat_rows_length(limit->format, text->data, text->len, n);
    }
    enum tlm_code code = put_header(limit, error);
    if (!code)
        code = cat_sink_write(limit->sink, text->data, len, error);
    limit->passed += n;
    return code || limit->passed < limit->head ? code : TLM_STOPPED;
}

/* ---- the last ones -------------------------------------------------------------------------- */

static void drop_first(struct cat_limit *limit)
{
    struct cat_held *held = limit->first;
    limit->first = held->next;
    if (!held->next)
        limit->last = NULL;
    limit->held -= held->n;
    cat_text_release(&held->text);
    free(held);
}

static enum tlm_code keep(struct cat_limit *limit, struct cat_text *text, uint64_t n,
                          struct tlm_error *error)
{
    struct cat_held *held = malloc(sizeof *held);
    if (!held)
        return cat_fail_memory(error);
    *held = (struct cat_held){.text = *text, .n = n};
    *text = (struct cat_text){0};
    char *exact = held->text.len ? realloc(held->text.data, held->text.len) : NULL;
    if (exact) {
        held->text.data = exact;
        held->text.cap = held->text.len;
    }
    if (limit->last)
        limit->last->next = held;
    else
        limit->first = held;
    limit->last = held;
    limit->held += n;
    while (limit->first && limit->held - limit->first->n >= limit->tail)
        drop_first(limit);
    return TLM_OK;
}

static enum tlm_code put_held(struct cat_limit *limit, struct tlm_error *error)
{
    enum tlm_code code = TLM_OK;
    uint64_t over = limit->held > limit->tail ? limit->held - limit->tail : 0;
    while (limit->first && !code) {
        const struct cat_text *text = &limit->first->text;
        size_t from = cat_rows_length(limit->format, text->data, text->len, over);
        code = cat_sink_write(limit->sink, text->data + from, text->len - from, error);
        over = 0;
        drop_first(limit);
    }
    return code;
}

/* ---- both ----------------------------------------------------------------------------------- */

enum tlm_code cat_limit_rows(struct cat_limit *limit, struct cat_text *text, uint64_t n,
                             struct tlm_error *error)
{
    if (!n)
        return TLM_OK;
    return limit->tail == CAT_LIMIT_NONE ? pass(limit, text, n, error)
                                         : keep(limit, text, n, error);
}

enum tlm_code cat_limit_finish(struct cat_limit *limit, struct tlm_error *error)
{
    enum tlm_code code = put_header(limit, error);
    return code ? code : put_held(limit, error);
}

void cat_limit_release(struct cat_limit *limit)
{
    while (limit->first)
        drop_first(limit);
}
