/*
 * Reads AvroStream files with avro-c's data-file reader and counts points: what reading costs with
 * that library, however little is done with the values.
 *
 *   count_avro_c FILE...
 */
#include <avro.h>
#include <inttypes.h>
#include <stdio.h>

/* Returns avro-c's status: EOF when all was well. */
static int count(avro_file_reader_t reader, avro_value_t *record, uint64_t *points)
{
    avro_value_t values;
    size_t n = 0;
    int status;
    while ((status = avro_file_reader_read_value(reader, record)) == 0) {
        if (avro_value_get_by_index(record, 2, &values, NULL) || avro_value_get_size(&values, &n))
            return 1;
        *points += n;
        avro_value_reset(record);
    }
    return status;
}

static int count_file(const char *path, uint64_t *points)
{
    avro_file_reader_t reader;
    if (avro_file_reader(path, &reader) != 0)
        return 1;
    avro_schema_t schema = avro_file_reader_get_writer_schema(reader);
    avro_value_iface_t *iface = avro_generic_class_from_schema(schema);
    avro_value_t record;
    avro_generic_value_new(iface, &record);
    int status = count(reader, &record, points);
    avro_value_decref(&record);
    avro_value_iface_decref(iface);
    avro_schema_decref(schema);
    avro_file_reader_close(reader);
    return status != EOF;
}

int main(int argc, char **argv)
{
    uint64_t points = 0;
    for (int i = 1; i < argc; i++)
        if (count_file(argv[i], &points)) {
            fprintf(stderr, "%s: %s\n", argv[i], avro_strerror());
            return 1;
        }
    printf("%" PRIu64 "\n", points);
    return 0;
}
