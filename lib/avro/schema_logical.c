#include "avro/schema_logical.h"

#include <string.h>

#define UUID_BYTES 16
#define DURATION_BYTES 12

static const struct {
    const char *name;
    enum tlm_schema_kind kind;
    enum tlm_logical logical;
    size_t size; /* FIXED: bytes it must have, or 0 */
} annotations[] = {
    {"decimal", TLM_KIND_BYTES, TLM_LOGICAL_DECIMAL, 0},
    {"decimal", TLM_KIND_FIXED, TLM_LOGICAL_DECIMAL, 0},
    {"uuid", TLM_KIND_STRING, TLM_LOGICAL_UUID, 0},
    {"uuid", TLM_KIND_FIXED, TLM_LOGICAL_UUID, UUID_BYTES},
    {"date", TLM_KIND_INT, TLM_LOGICAL_DATE, 0},
    {"time-millis", TLM_KIND_INT, TLM_LOGICAL_TIME_MILLIS, 0},
    {"time-micros", TLM_KIND_LONG, TLM_LOGICAL_TIME_MICROS, 0},
    {"timestamp-millis", TLM_KIND_LONG, TLM_LOGICAL_TIMESTAMP_MILLIS, 0},
    {"timestamp-micros", TLM_KIND_LONG, TLM_LOGICAL_TIMESTAMP_MICROS, 0},
    {"timestamp-nanos", TLM_KIND_LONG, TLM_LOGICAL_TIMESTAMP_NANOS, 0},
    {"local-timestamp-millis", TLM_KIND_LONG, TLM_LOGICAL_LOCAL_MILLIS, 0},
    {"local-timestamp-micros", TLM_KIND_LONG, TLM_LOGICAL_LOCAL_MICROS, 0},
    {"local-timestamp-nanos", TLM_KIND_LONG, TLM_LOGICAL_LOCAL_NANOS, 0},
    {"duration", TLM_KIND_FIXED, TLM_LOGICAL_DURATION, DURATION_BYTES},
};

/* Decimal digits that any two's complement number of so many bytes has: floor(log10(2^bits)). */
static int64_t digits_of(size_t bytes)
{
    if (bytes == 0)
        return 0;
    if (bytes > TLM_DECIMAL_DIGITS_MAX)
        return TLM_DECIMAL_DIGITS_MAX;
    return (int64_t)((8 * bytes - 1) * 30102999566 / 100000000000);
}

static bool set_decimal(struct tlm_schema_node *node, const struct tlm_logical_text *text)
{
    int64_t most = TLM_DECIMAL_DIGITS_MAX;
    if (node->kind == TLM_KIND_FIXED && digits_of(node->size) < most)
        most = digits_of(node->size);
    if (text->precision < 1 || text->precision > most || text->scale < 0 ||
        text->scale > text->precision)
        return false;
    node->precision = (unsigned)text->precision;
    node->scale = (unsigned)text->scale;
    return true;
}

void tlm__logical_set(struct tlm_schema_node *node, const struct tlm_logical_text *text)
{
    for (size_t i = 0; i < sizeof annotations / sizeof annotations[0]; i++) {
        if (annotations[i].kind != node->kind || strcmp(annotations[i].name, text->name) != 0)
            continue;
        if (annotations[i].size && annotations[i].size != node->size)
            return;
        if (annotations[i].logical == TLM_LOGICAL_DECIMAL && !set_decimal(node, text))
            return;
        node->logical = annotations[i].logical;
        return;
    }
}
