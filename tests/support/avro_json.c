/* avro_json [--avro-encoding | --avro-c=N | --skip] SCHEMA DATA: prints the data of a file, encoded
 * one behind the other by the schema in another file, as JSON lines; with --avro-c the first N as
 * avro-c does; with --skip checks them only and prints how many there are. Exit: 0, or 1 with the
 * reason on stderr. */
#include <avro.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "avro/decode_json.h"
#include "avro/decode_value.h"

static char *read_all(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t got = 0;
    *len = 0;
    do {
        text = realloc(text, *len + 65536);
        if (!file || !text) {
            perror(path);
            exit(2);
        }
        *len += got = fread(text + *len, 1, 65536, file);
    } while (got);
    fclose(file);
    return text;
}

static int print_avro_c(const char *schema_text, size_t schema_len, const char *data, size_t len,
                        unsigned long n)
{
    avro_schema_t schema;
    if (avro_schema_from_json_length(schema_text, schema_len, &schema) != 0) {
        fprintf(stderr, "%s\n", avro_strerror());
        return 1;
    }
    avro_reader_t reader = avro_reader_memory(data, (int64_t)len);
    avro_value_iface_t *iface = avro_generic_class_from_schema(schema);
    avro_value_t value;
    char *json;
    avro_generic_value_new(iface, &value);
    while (n-- > 0 && avro_value_read(reader, &value) == 0 &&
           avro_value_to_json(&value, 1, &json) == 0) {
        puts(json);
        free(json);
        avro_value_reset(&value);
    }
    avro_value_decref(&value);
    avro_value_iface_decref(iface);
    avro_reader_free(reader);
    avro_schema_decref(schema);
    return 0;
}

static int print_lines(struct tlm_cursor *cursor, const struct tlm_schema_tree *tree,
                       const struct tlm_json_options *options)
{
    struct tlm_buf line = {0};
    bool ok = true;
    while (ok && cursor->at < cursor->end) {
        tlm__buf_reset(&line);
        ok = tlm__value_json(cursor, tree->root, options, &line) &&
             tlm__buf_append_byte(&line, '\n');
        if (ok)
            fwrite(line.data, 1, line.len, stdout);
    }
    tlm__buf_release(&line);
    return !ok;
}

static int count(struct tlm_cursor *cursor, const struct tlm_schema_tree *tree)
{
    size_t n = 0;
    for (; cursor->at < cursor->end; n++)
        if (!tlm__value_skip(cursor, tree->root))
            return 1;
    printf("%zu\n", n);
    return 0;
}

int main(int argc, char **argv)
{
    const char *how = argc == 4 ? argv[1] : "";
    if (argc != 3 && argc != 4)
        return 2;
    size_t schema_len, len;
    char *schema = read_all(argv[argc - 2], &schema_len), *data = read_all(argv[argc - 1], &len);
    struct tlm_schema_tree tree;
    struct tlm_cursor cursor;
    struct tlm_error error = {0};
    struct tlm_json_options options = {.avro_encoding = strcmp(how, "--avro-encoding") == 0};
    int status = 1;
    tlm__cursor_init(&cursor, data, len, &error);
    if (strncmp(how, "--avro-c=", 9) == 0)
        status = print_avro_c(schema, schema_len, data, len, strtoul(how + 9, NULL, 10));
    else if (tlm__schema_tree_parse(&tree, schema, schema_len, &error) == TLM_OK) {
        status = strcmp(how, "--skip") == 0 ? count(&cursor, &tree)
                                            : print_lines(&cursor, &tree, &options);
        tlm__schema_tree_release(&tree);
    }
    if (error.message[0])
        fprintf(stderr, "%s\n", error.message);
    free(schema);
    free(data);
    return status;
}
