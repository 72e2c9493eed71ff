#include "avro/records.h"

#include <string.h>

/* Points of a record from which its columns are spans: short records are compressed better all
 * together. */
enum { SPAN_MIN = 128 };

void tlm__records_reset(struct tlm_records *records)
{
    tlm__buf_reset(&records->bytes);
    tlm__layout_reset(&records->layout);
    records->n = records->times.n = records->values.n = 0;
}

void tlm__records_release(struct tlm_records *records)
{
    tlm__buf_release(&records->bytes);
    tlm__layout_release(&records->layout);
    *records = (struct tlm_records){0};
}

/* ---- columns that come again -------------------------------------------------------------------
 */

static bool is_same(const struct tlm_recent_column *recent, const struct tlm_recent_column *column)
{
    const uint64_t *a = recent->items, *b = column->items;
    const size_t n = column->n;
    return recent->n == n && recent->type == column->type &&
           (a == b || (a[0] == b[0] && a[n - 1] == b[n - 1] && memcmp(a, b, n * sizeof *a) == 0));
}

static struct tlm_recent_column *find(struct tlm_recent *recent,
                                      const struct tlm_recent_column *column)
{
    size_t oldest = recent->n < TLM_RECENT_COLUMNS ? 0 : recent->n - TLM_RECENT_COLUMNS;
    for (size_t i = recent->n; i-- > oldest;)
        if (is_same(&recent->columns[i % TLM_RECENT_COLUMNS], column))
            return &recent->columns[i % TLM_RECENT_COLUMNS];
    return NULL;
}

/* ---- a column of the record that is being added ------------------------------------------------
 */

struct column {
    struct tlm_recent *recent; /* where such columns are remembered; NULL: they are not */
    struct tlm_recent_column self, *twin; /* twin: the same one of an earlier record, or NULL */
    enum tlm_span_kind kind;
};

static struct column times_column(struct tlm_records *records, const struct tlm_points *points)
{
    struct column column = {
        .recent = &records->times,
        .self = {.items = points->times_ns, .n = points->n, .record = records->n},
        .kind = TLM_SPAN_TIMES,
    };
    column.twin = find(&records->times, &column.self);
    return column;
}

static struct column values_column(struct tlm_records *records, const struct tlm_points *points)
{
    static const enum tlm_span_kind kinds[TLM_TYPES] = {
        [TLM_DOUBLE] = TLM_SPAN_VALUES,       [TLM_STRING] = TLM_SPAN_STRINGS,
        [TLM_LONG] = TLM_SPAN_OTHERS,         [TLM_DOUBLE_ARRAY] = TLM_SPAN_ARRAYS,
        [TLM_STRING_ARRAY] = TLM_SPAN_OTHERS, [TLM_JSON] = TLM_SPAN_JSON,
    };
    struct column column = {.kind = points->types ? TLM_SPAN_OTHERS : kinds[points->type]};
    if (points->types || (points->type != TLM_DOUBLE && points->type != TLM_LONG))
        return column;
    column.recent = &records->values;
    column.self = (struct tlm_recent_column){
        .items = points->values, .n = points->n, .type = points->type, .record = records->n};
    column.twin = find(&records->values, &column.self);
    return column;
}

static void remember(struct column *column, const struct tlm_column_bytes *made, size_t here)
{
    struct tlm_recent *recent = column->recent;
    column->self.bytes = *made;
    column->self.last = here;
    recent->columns[recent->n++ % TLM_RECENT_COLUMNS] = column->self;
}

/* Once the record was written, with what is known left out or not. */
static bool settle(struct tlm_records *records, struct column *column,
                   const struct tlm_column_bytes *made, bool is_long)
{
    const size_t here = made->at + records->layout.left_out;
    struct tlm_span span = {.at = made->at, .len = made->len, .kind = column->kind};
    if (column->recent && !column->twin)
        remember(column, made, here);
    if (!is_long)
        return true;
    if (column->twin && !records->whole) {
        span.kind = TLM_SPAN_REPEAT;
        span.from = column->twin->bytes.at;
        span.back = here - column->twin->last;
        column->twin->last = here;
    }
    return tlm__layout_add(&records->layout, &span);
}

bool tlm__records_add(struct tlm_records *records, const struct tlm_series_header *header,
                      const struct tlm_points *points, size_t *times_of)
{
    const bool is_long = points->n >= SPAN_MIN;
    struct column times = times_column(records, points), values = values_column(records, points);
    struct tlm_known_columns known = {.leave_out = is_long && !records->whole};
    struct tlm_encoded made;
    if (times.twin)
        known.times = times.twin->bytes;
    if (values.twin)
        known.values = values.twin->bytes;
    if (!tlm__encode_record(&records->bytes, header, points, &known, &made))
        return false;
    *times_of = times.twin ? times.twin->record : records->n;
    records->n++;
    return settle(records, &times, &made.times, is_long) &&
           settle(records, &values, &made.values, is_long);
}
