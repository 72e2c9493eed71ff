/* A schema, a zero byte, and data. The schema "S" stands for AvroStream's. Skipping and printing
 * agree on what the data are, and AvroStream's own decoder agrees with them. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "avro/avro_schema.h"
#include "avro/decode_json.h"
#include "avro/decode_stream.h"
#include "avro/decode_value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool holds)
{
    if (!holds)
        abort();
}

/* Data up to the first bad one or the end. Returns how many. */
static size_t print(const struct tlm_schema_tree *tree, const uint8_t *data, size_t len)
{
    const struct tlm_json_options forms[] = {{.max_bytes = 1 << 16},
                                             {.max_bytes = 1 << 16, .avro_encoding = true}};
    struct tlm_cursor skipping, printing;
    struct tlm_error error;
    struct tlm_buf out = {0};
    size_t n = 0;
    for (size_t form = 0; form < 2; form++) {
        bool ok = true;
        tlm__cursor_init(&skipping, data, len, NULL);
        tlm__cursor_init(&printing, data, len, &error);
        for (n = 0; ok && n < 100; n += ok) {
            tlm__buf_reset(&out);
            ok = tlm__value_json(&printing, tree->root, &forms[form], &out);
            bool skipped = tlm__value_skip(&skipping, tree->root);
            need(ok ? skipped && skipping.at == printing.at
                    : !skipped || printing.code == TLM_LIMIT);
        }
    }
    tlm__buf_release(&out);
    return n;
}

static uint64_t sum_of(const struct tlm_stream *stream)
{
    const struct tlm_stream_record *record = &stream->record;
    uint64_t sum = record->n_tags;
    for (size_t i = 0; i < record->n; i++) {
        struct tlm_items items = {0};
        uint64_t at = record->values[i];
        struct tlm_string text;
        double real;
        sum += (uint64_t)record->times_ns[i];
        switch ((enum tlm_type)(record->types ? record->types[i] : record->type)) {
        case TLM_DOUBLE:
        case TLM_LONG:
            sum += at;
            break;
        case TLM_STRING:
        case TLM_JSON:
            sum += tlm__stream_text(stream, at).len;
            break;
        case TLM_DOUBLE_ARRAY:
            while (tlm__stream_next_double(stream, &at, &items, &real))
                sum++;
            break;
        case TLM_STRING_ARRAY:
            while (tlm__stream_next_string(stream, &at, &items, &text))
                sum += text.len;
            break;
        }
    }
    return sum;
}

static void stream_check(const struct tlm_schema_tree *tree, const uint8_t *data, size_t len)
{
    struct tlm_stream stream = {0}, tags = {0};
    struct tlm_cursor cursor;
    struct tlm_error error = {0};
    uint64_t sum = 0;
    bool ok = true;
    tlm__cursor_init(&cursor, data, len, NULL);
    tlm__stream_begin(&stream, data, len, &error);
    tlm__stream_begin(&tags, data, len, NULL);
    while (ok && cursor.at < cursor.end) {
        bool generic = tlm__value_skip(&cursor, tree->root);
        ok = tlm__stream_next(&stream) && tlm__stream_points(&stream, TLM_WANT_POINTS);
        need(ok ? generic && cursor.at == stream.cursor.at
                : !generic || strstr(error.message, " timestamps, but "));
        if (!ok)
            break;
        sum += sum_of(&stream);
        need(tlm__stream_next(&tags) && tlm__stream_tags(&tags));
        need(tags.record.n == stream.record.n && tags.cursor.at == stream.cursor.at);
    }
    while (tlm__stream_next(&tags) && tlm__stream_tags(&tags))
        sum++;
    (void)sum;
    tlm__stream_release(&stream);
    tlm__stream_release(&tags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *zero = size ? memchr(data, 0, size) : NULL;
    size_t schema_len = zero ? (size_t)(zero - data) : size;
    const char *schema = (const char *)data;
    bool stream = schema_len == 1 && data[0] == 'S', is = false;
    struct tlm_schema_tree tree;
    struct tlm_error error;
    if (stream) {
        schema = tlm__avro_stream_schema;
        schema_len = strlen(schema);
    }
    if (tlm__schema_tree_parse(&tree, schema, schema_len, &error) != TLM_OK)
        return 0;
    size_t len = zero ? size - (size_t)(zero - data) - 1 : 0;
    uint8_t *copy = malloc(len ? len : 1);
    need(copy);
    if (len)
        memcpy(copy, zero + 1, len);
    print(&tree, copy, len);
    need(tlm__stream_schema(&tree, &is, NULL) == TLM_OK && (is || !stream));
    if (is)
        stream_check(&tree, copy, len);
    free(copy);
    tlm__schema_tree_release(&tree);
    return 0;
}
