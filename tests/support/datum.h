/* Bytes of Avro data, and what decoders make of them. */
#ifndef TLM_TESTS_DATUM_H
#define TLM_TESTS_DATUM_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "avro/decode_json.h"
#include "avro/decode_value.h"

/* A literal and its length without the NUL. */
#define BYTES(literal) (literal), sizeof(literal) - 1

static inline struct tlm_schema_tree schema_of(const char *text)
{
    struct tlm_schema_tree tree;
    struct tlm_error error = {0};
    enum tlm_code code = tlm__schema_tree_parse(&tree, text, strlen(text), &error);
    ck_assert_msg(code == TLM_OK, "%.200s: %s", text, error.message);
    return tree;
}

/* In memory that ends where the bytes end, for the sanitizers. */
static inline uint8_t *exactly(const void *bytes, size_t len)
{
    uint8_t *copy = malloc(len ? len : 1);
    ck_assert_ptr_nonnull(copy);
    if (len)
        memcpy(copy, bytes, len);
    return copy;
}

/* All data of the bytes, one in a line, to out (with a NUL behind). */
static inline enum tlm_code json_of(const char *schema, const void *bytes, size_t len,
                                    const struct tlm_json_options *options, struct tlm_buf *out,
                                    struct tlm_error *error)
{
    struct tlm_schema_tree tree = schema_of(schema);
    struct tlm_cursor cursor;
    uint8_t *copy = exactly(bytes, len);
    bool ok = true;
    tlm__cursor_init(&cursor, copy, len, error);
    while (ok && cursor.at < cursor.end)
        ok = tlm__value_json(&cursor, tree.root, options, out) && tlm__buf_append_byte(out, '\n');
    tlm__buf_append_text(out, "");
    tlm__schema_tree_release(&tree);
    free(copy);
    return cursor.code;
}

static inline void check_json_with(const struct tlm_json_options *options, const char *schema,
                                   const void *bytes, size_t len, const char *wanted)
{
    struct tlm_buf out = {0};
    struct tlm_error error = {0};
    enum tlm_code code = json_of(schema, bytes, len, options, &out, &error);
    ck_assert_msg(code == TLM_OK, "%s: %s", schema, error.message);
    ck_assert_str_eq((const char *)out.data, wanted);
    tlm__buf_release(&out);
}

static inline void check_json(const char *schema, const void *bytes, size_t len, const char *wanted)
{
    const struct tlm_json_options options = {0};
    check_json_with(&options, schema, bytes, len, wanted);
}

/* Skipping and printing `records` data fails with the same message, and without one as well. */
static inline void check_refused(const char *schema, const void *bytes, size_t len,
                                 uint64_t records, enum tlm_code code, const char *message)
{
    struct tlm_schema_tree tree = schema_of(schema);
    const struct tlm_json_options options = {0};
    struct tlm_error error = {0};
    struct tlm_buf out = {0};
    struct tlm_cursor cursor;
    uint8_t *copy = exactly(bytes, len);
    ck_assert_int_eq(tlm__block_check(&tree, copy, len, records, &error), code);
    ck_assert_str_eq(error.message, message);
    ck_assert_int_eq(tlm__block_check(&tree, copy, len, records, NULL), code);
    error = (struct tlm_error){0};
    tlm__cursor_init(&cursor, copy, len, &error);
    bool ok = true;
    for (uint64_t i = 0; ok && i < records; i++)
        ok = tlm__value_json(&cursor, tree.root, &options, &out);
    ok = ok && tlm__cursor_finish(&cursor);
    ck_assert(!ok);
    ck_assert_str_eq(error.message, message);
    tlm__buf_release(&out);
    tlm__schema_tree_release(&tree);
    free(copy);
}

#endif
