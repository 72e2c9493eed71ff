/* dump_avro_c FILE...: prints what avro-c finds in AvroStream files, for tests to compare.
 *   R CHANNEL [KEY VALUE]...    a record, texts as hex ("-" is an empty one), then its points:
 *   TIME BRANCH PAYLOAD         branch is the number in the union; a double is the hex of its bits
 * Exit: 0 read to the end, 1 avro-c refuses a file. */
#include <avro.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void print_text(const avro_value_t *value)
{
    const char *text;
    size_t len;
    avro_value_get_string(value, &text, &len); /* len counts the NUL */
    if (len == 1)
        putchar('-');
    for (size_t i = 0; i + 1 < len; i++)
        printf("%02x", (unsigned char)text[i]);
}

static void print_key(const char *key)
{
    for (; *key; key++)
        printf("%02x", (unsigned char)*key);
}

static void print_double(const avro_value_t *value)
{
    double real = 0;
    uint64_t bits;
    avro_value_get_double(value, &real);
    memcpy(&bits, &real, sizeof bits);
    printf("%016" PRIx64, bits);
}

static void print_items(const avro_value_t *record)
{
    avro_value_t items, item;
    size_t n = 0;
    avro_value_get_by_index(record, 0, &items, NULL);
    avro_value_get_size(&items, &n);
    for (size_t i = 0; i < n; i++) {
        avro_value_get_by_index(&items, i, &item, NULL);
        if (i)
            putchar(',');
        if (avro_value_get_type(&item) == AVRO_DOUBLE)
            print_double(&item);
        else
            print_text(&item);
    }
}

static void print_value(const avro_value_t *value)
{
    avro_value_t branch, text;
    int number = -1;
    int64_t integer = 0;
    avro_value_get_discriminant(value, &number);
    avro_value_get_current_branch(value, &branch);
    printf("%d ", number);
    switch (number) {
    case 0:
        print_double(&branch);
        break;
    case 1:
        print_text(&branch);
        break;
    case 2:
        avro_value_get_long(&branch, &integer);
        printf("%" PRId64, integer);
        break;
    case 3:
    case 4:
        print_items(&branch);
        break;
    default:
        avro_value_get_by_index(&branch, 0, &text, NULL);
        print_text(&text);
    }
    putchar('\n');
}

static void print_record(const avro_value_t *record)
{
    avro_value_t field, times, values;
    const char *key;
    size_t n = 0, n_values = 0;
    avro_value_get_by_index(record, 0, &field, NULL);
    printf("R ");
    print_text(&field);
    avro_value_get_by_index(record, 3, &field, NULL);
    avro_value_get_size(&field, &n);
    for (size_t i = 0; i < n; i++) {
        avro_value_t tag;
        avro_value_get_by_index(&field, i, &tag, &key);
        putchar(' ');
        print_key(key);
        putchar(' ');
        print_text(&tag);
    }
    putchar('\n');
    avro_value_get_by_index(record, 1, &times, NULL);
    avro_value_get_by_index(record, 2, &values, NULL);
    avro_value_get_size(&times, &n);
    avro_value_get_size(&values, &n_values);
    if (n != n_values)
        puts("timestamps and values differ in number");
    for (size_t i = 0; i < n && i < n_values; i++) {
        int64_t time = 0;
        avro_value_get_by_index(&times, i, &field, NULL);
        avro_value_get_long(&field, &time);
        printf("%" PRId64 " ", time);
        avro_value_get_by_index(&values, i, &field, NULL);
        print_value(&field);
    }
}

static int print_file(const char *path)
{
    avro_file_reader_t reader;
    if (avro_file_reader(path, &reader) != 0) {
        fprintf(stderr, "%s: %s\n", path, avro_strerror());
        return 1;
    }
    avro_schema_t schema = avro_file_reader_get_writer_schema(reader);
    avro_value_iface_t *iface = avro_generic_class_from_schema(schema);
    avro_value_t record;
    avro_generic_value_new(iface, &record);
    int status;
    while ((status = avro_file_reader_read_value(reader, &record)) == 0) {
        print_record(&record);
        avro_value_reset(&record);
    }
    if (status != EOF)
        fprintf(stderr, "%s: %s\n", path, avro_strerror());
    avro_value_decref(&record);
    avro_value_iface_decref(iface);
    avro_schema_decref(schema);
    avro_file_reader_close(reader);
    return status == EOF ? 0 : 1;
}

int main(int argc, char **argv)
{
    int status = 0;
    for (int i = 1; i < argc; i++)
        status |= print_file(argv[i]);
    return status;
}
