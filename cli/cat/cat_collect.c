#include "cat/cat_collect.h"

#include <stdlib.h>

#include "cat/cat_copy.h"
#include "cat/cat_error.h"
#include "cat/cat_rows.h"

enum { PIECE_BYTES = 1 << 20 }; /* of text that is written at once */

/* ---- in ------------------------------------------------------------------------------------- */

static void *begin(void *ctx)
{
    (void)ctx;
    return calloc(1, sizeof(struct cat_copies));
}

static void drop(void *ctx, void *batch)
{
    (void)ctx;
    cat_copies_release(batch);
    free(batch);
}

static enum tlm_code take_points(void *ctx, void *batch, const struct tlm_run_of_points *points,
                                 struct tlm_error *error)
{
    (void)ctx;
    return cat_copies_add(batch, points, 0) ? TLM_OK : cat_fail_memory(error);
}

static enum tlm_code end(void *ctx, void *batch, const struct tlm_block *block,
                         struct tlm_error *error)
{
    enum tlm_code code = TLM_OK;
    (void)block;
    for (struct cat_copy *copy; !code && (copy = cat_copies_take(batch));) {
        code = cat_table_add(ctx, &copy->points, error);
        free(copy);
    }
    drop(ctx, batch);
    return code;
}

void cat_collect_attach(struct cat_table *table, struct tlm_reading *reading)
{
    reading->ctx = table;
    reading->begin = begin;
    reading->points = take_points;
    reading->json = NULL;
    reading->end = end;
    reading->drop = drop;
}

/* ---- out ------------------------------------------------------------------------------------ */

static enum tlm_code flush(struct cat_rows *rows, struct cat_limit *limit, struct tlm_error *error)
{
    enum tlm_code code = cat_limit_rows(limit, &rows->text, rows->n, error);
    rows->text.len = 0;
    rows->n = 0;
    return code;
}

static bool add_cell(struct cat_rows *rows, const struct cat_table *table,
                     const struct cat_cell *cell, struct cat_text *value)
{
    bool typed = cell->typed || (cell->type == TLM_LONG && table->format->long_strings);
    value->len = 0;
    rows->type_longs = rows->type_longs || cell->type == TLM_DOUBLE;
    return cat_table_print(table, cell, value) &&
           cat_rows_cell(rows, cell->time_ns, (struct tlm_string){value->data, value->len}, typed,
                         cell->type);
}

static enum tlm_code write_column(struct cat_rows *rows, const struct cat_table *table,
                                  const struct cat_column *column, struct cat_limit *limit,
                                  struct tlm_error *error)
{
    struct cat_text value = {0};
    bool added = cat_rows_series(rows, column->channel, column->tags, column->n_tags);
    enum tlm_code code = TLM_OK;
    for (size_t i = 0; added && !code && i < column->n; i++) {
        added = add_cell(rows, table, &column->cells[i], &value);
        if (added && rows->text.len >= PIECE_BYTES)
            code = flush(rows, limit, error);
    }
    cat_text_release(&value);
    return added ? code : cat_fail_memory(error);
}

enum tlm_code cat_collect_write(const struct cat_table *table, struct cat_limit *limit,
                                struct tlm_error *error)
{
    struct cat_rows rows;
    enum tlm_code code = TLM_OK;
    cat_rows_init(&rows, table->format);
    for (size_t i = 0; i < table->n && !code; i++)
        code = write_column(&rows, table, &table->columns[i], limit, error);
    if (!code)
        code = flush(&rows, limit, error);
    cat_rows_release(&rows);
    return code;
}
