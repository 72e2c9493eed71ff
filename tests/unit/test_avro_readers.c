/* Whole files, as avro-c and python3-avro read them. */
#include "support/unit.h"

#include <avro.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "avro/avro_schema.h"
#include "avro/container_write.h"
#include "avro/encode.h"
#include "base/tags.h"
#include "support/random_points.h"

static const uint8_t sync_marker[] = "0123456789abcdef";

/* ---- a file of random series ---------------------------------------------------------------- */

#define SERIES_MAX 4

/* A series and how far it was written and read back. */
struct series {
    struct random_points points;
    struct tlm_tag tags[5];
    size_t n_tags;
    char channel[16];
    struct tlm_series_header header;
    size_t written, written_heap, read, read_heap;
};

struct file {
    struct random random;
    struct series series[SERIES_MAX];
    size_t n_series, records;
    size_t order[20000]; /* of each record: its series */
    struct tlm_buf raw, out;
    size_t in_block;
    struct tlm_compressor *compressor;
};

static void series_init(struct series *series, struct random *random)
{
    static const char *const keys[] = {"host", "a", "vessel", "\xc3\xa4", "z"};
    static const char *const values[] = {"", "x", "a longer value, with spaces", "\xe2\x82\xac"};
    *series = (struct series){0};
    random_points_init(&series->points, random, 1 + random_below(random, 500));
    snprintf(series->channel, sizeof series->channel, "c%zu", random_below(random, 100000));
    series->n_tags = random_below(random, 6);
    for (size_t i = 0; i < series->n_tags; i++)
        series->tags[i] = (struct tlm_tag){keys[i], values[random_below(random, 4)]};
    struct tlm_buf set = {0};
    const char *duplicate;
    ck_assert(tlm__tags_encode(&set, series->tags, series->n_tags, &duplicate));
    ck_assert(
        tlm__series_header_init(&series->header, series->channel, (const char *)set.data, set.len));
    tlm__buf_release(&set);
}

static void end_block(struct file *file)
{
    ck_assert_int_eq(tlm__container_block(file->compressor, file->in_block, file->raw.data,
                                          file->raw.len, sync_marker, &file->out, NULL),
                     TLM_OK);
    tlm__buf_reset(&file->raw);
    file->in_block = 0;
}

static size_t heap_bytes(const struct tlm_points *points)
{
    size_t bytes = 0;
    for (size_t i = 0; i < points->n; i++) {
        enum tlm_type type = points->types ? (enum tlm_type)points->types[i] : points->type;
        bytes += type == TLM_DOUBLE || type == TLM_LONG ? 0 : (size_t)points->values[i];
    }
    return bytes;
}

/* Writes the next record of the series, with up to `most` points. */
static void write_record(struct file *file, size_t number, size_t most)
{
    struct series *series = &file->series[number];
    size_t left = series->points.n - series->written;
    struct tlm_points view = random_points_view(&series->points, series->written,
                                                left < most ? left : most, series->written_heap);
    struct tlm_encoded made;
    ck_assert(tlm__encode_record(&file->raw, &series->header, &view, NULL, &made));
    series->written += view.n;
    series->written_heap += heap_bytes(&view);
    ck_assert_uint_lt(file->records, sizeof file->order / sizeof file->order[0]);
    file->order[file->records++] = number;
    file->in_block++;
}

static void file_init(struct file *file, uint64_t seed, enum tlm_codec codec)
{
    *file = (struct file){.random = {seed}, .compressor = tlm__compressor_new(codec)};
    file->n_series = 1 + random_below(&file->random, SERIES_MAX);
    for (size_t i = 0; i < file->n_series; i++)
        series_init(&file->series[i], &file->random);
    struct tlm_container_header header = {.schema = tlm__avro_stream_schema,
                                          .codec = tlm__codec_name(codec),
                                          .sync = sync_marker,
                                          .figures = true};
    size_t offsets[TLM_FIGURES];
    ck_assert(tlm__container_header(&header, &file->out, offsets));
    size_t most = random_below(&file->random, 2) ? 10 : 1000;
    for (size_t left = file->n_series; left;) {
        size_t number = random_below(&file->random, file->n_series);
        struct series *series = &file->series[number];
        if (series->written == series->points.n)
            continue;
        write_record(file, number, 1 + random_below(&file->random, most));
        left -= series->written == series->points.n;
        if (!left || random_below(&file->random, 4) == 0)
            end_block(file);
    }
}

static void file_release(struct file *file)
{
    for (size_t i = 0; i < file->n_series; i++) {
        random_points_release(&file->series[i].points);
        tlm__series_header_release(&file->series[i].header);
    }
    tlm__buf_release(&file->raw);
    tlm__buf_release(&file->out);
    tlm__compressor_free(file->compressor);
}

/* ---- read with avro-c ----------------------------------------------------------------------- */

static avro_value_t child(const avro_value_t *parent, size_t index)
{
    avro_value_t value;
    ck_assert_int_eq(avro_value_get_by_index(parent, index, &value, NULL), 0);
    return value;
}

static size_t size_of(const avro_value_t *value)
{
    size_t size;
    ck_assert_int_eq(avro_value_get_size(value, &size), 0);
    return size;
}

static void check_text(const avro_value_t *value, const void *text, size_t len)
{
    const char *got;
    size_t size;
    ck_assert_int_eq(avro_value_get_string(value, &got, &size), 0);
    ck_assert_uint_eq(size, len + 1); /* avro-c counts its NUL */
    if (len)
        ck_assert_mem_eq(got, text, len);
}

static void check_double(const avro_value_t *value, uint64_t bits)
{
    double got;
    uint64_t got_bits;
    ck_assert_int_eq(avro_value_get_double(value, &got), 0);
    memcpy(&got_bits, &got, sizeof got_bits);
    ck_assert_uint_eq(got_bits, bits);
}

static void check_double_array(const avro_value_t *array, const uint8_t *heap, size_t len)
{
    ck_assert_uint_eq(size_of(array), len / 8);
    for (size_t i = 0; i < len / 8; i++) {
        uint64_t bits;
        memcpy(&bits, heap + 8 * i, 8);
        avro_value_t item = child(array, i);
        check_double(&item, bits);
    }
}

static void check_string_array(const avro_value_t *array, const uint8_t *heap, size_t len)
{
    size_t n = 0;
    for (size_t at = 0; at < len; n++) {
        uint32_t item_len;
        memcpy(&item_len, heap + at, sizeof item_len);
        avro_value_t item = child(array, n);
        check_text(&item, heap + at + sizeof item_len, item_len);
        at += sizeof item_len + item_len;
    }
    ck_assert_uint_eq(size_of(array), n);
}

/* Compares a value with the next point of the series and steps over it. */
static void check_value(struct series *series, const avro_value_t *value)
{
    struct tlm_points points =
        random_points_view(&series->points, series->read, 1, series->read_heap);
    enum tlm_type type = points.types ? (enum tlm_type)points.types[0] : points.type;
    size_t len = type == TLM_DOUBLE || type == TLM_LONG ? 0 : (size_t)points.values[0];
    int branch;
    int64_t number;
    avro_value_t got, inner;
    ck_assert_int_eq(avro_value_get_discriminant(value, &branch), 0);
    ck_assert_int_eq(branch, (int)type);
    ck_assert_int_eq(avro_value_get_current_branch(value, &got), 0);
    switch (type) {
    case TLM_DOUBLE:
        check_double(&got, points.values[0]);
        break;
    case TLM_LONG:
        ck_assert_int_eq(avro_value_get_long(&got, &number), 0);
        ck_assert_int_eq(number, (int64_t)points.values[0]);
        break;
    case TLM_STRING:
        check_text(&got, points.heap, len);
        break;
    case TLM_JSON:
        inner = child(&got, 0);
        check_text(&inner, points.heap, len);
        break;
    case TLM_DOUBLE_ARRAY:
        inner = child(&got, 0);
        check_double_array(&inner, points.heap, len);
        break;
    case TLM_STRING_ARRAY:
        inner = child(&got, 0);
        check_string_array(&inner, points.heap, len);
        break;
    }
    series->read++;
    series->read_heap += len;
}

static void check_record(struct series *series, const avro_value_t *record)
{
    avro_value_t channel = child(record, 0), times = child(record, 1);
    avro_value_t values = child(record, 2), tags = child(record, 3);
    check_text(&channel, series->channel, strlen(series->channel));
    size_t n = size_of(&times);
    ck_assert_uint_gt(n, 0);
    ck_assert_uint_eq(size_of(&values), n);
    ck_assert_uint_le(series->read + n, series->points.n);
    for (size_t i = 0; i < n; i++) {
        int64_t got, expected;
        avro_value_t time = child(&times, i), value = child(&values, i);
        ck_assert_int_eq(avro_value_get_long(&time, &got), 0);
        memcpy(&expected, series->points.times.data + 8 * series->read, 8);
        ck_assert_int_eq(got, expected);
        check_value(series, &value);
    }
    ck_assert_uint_eq(size_of(&tags), series->n_tags);
    for (size_t i = 0; i < series->n_tags; i++) {
        avro_value_t tag;
        ck_assert_int_eq(avro_value_get_by_name(&tags, series->tags[i].key, &tag, NULL), 0);
        check_text(&tag, series->tags[i].value, strlen(series->tags[i].value));
    }
}

static FILE *temporary(const struct tlm_buf *bytes)
{
    FILE *stream = tmpfile();
    ck_assert_ptr_nonnull(stream);
    ck_assert_uint_eq(fwrite(bytes->data, 1, bytes->len, stream), bytes->len);
    rewind(stream);
    return stream;
}

static void check_with_avro_c(struct file *file)
{
    avro_file_reader_t reader;
    FILE *stream = temporary(&file->out);
    ck_assert_msg(avro_file_reader_fp(stream, "test", 0, &reader) == 0, "%s", avro_strerror());
    avro_schema_t schema = avro_file_reader_get_writer_schema(reader);
    avro_value_iface_t *class = avro_generic_class_from_schema(schema);
    avro_value_t record;
    ck_assert_int_eq(avro_generic_value_new(class, &record), 0);
    for (size_t i = 0; i < file->records; i++) {
        avro_value_reset(&record);
        ck_assert_msg(avro_file_reader_read_value(reader, &record) == 0, "%s", avro_strerror());
        check_record(&file->series[file->order[i]], &record);
    }
    ck_assert_int_ne(avro_file_reader_read_value(reader, &record), 0);
    for (size_t i = 0; i < file->n_series; i++)
        ck_assert_uint_eq(file->series[i].read, file->series[i].points.n);
    avro_value_decref(&record);
    avro_value_iface_decref(class);
    avro_schema_decref(schema);
    avro_file_reader_close(reader);
    fclose(stream);
}

/* avro-c of Debian 12 knows these codecs, and not zstandard. */
START_TEST(test_random_files_with_avro_c)
{
    static const enum tlm_codec codecs[] = {TLM_CODEC_SNAPPY, TLM_CODEC_NULL, TLM_CODEC_DEFLATE};
    struct file *file = malloc(sizeof *file);
    for (uint64_t seed = 1; seed <= 45; seed++) {
        file_init(file, seed, codecs[seed % 3]);
        check_with_avro_c(file);
        file_release(file);
    }
    free(file);
}
END_TEST

/* ---- read with python3-avro ----------------------------------------------------------------- */

/* Runs the script on these bytes; returns its exit code and, in text, what it printed. */
static int run_readavro(const struct tlm_buf *bytes, const char *options, char *text, size_t size)
{
    static const char script[] = "tests/support/readavro.py";
    ck_assert_msg(access(script, X_OK) == 0, "run this from the top of the tree: no %s", script);
    char name[] = "/tmp/tlm-test-XXXXXX", command[256];
    int fd = mkstemp(name);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, bytes->data, bytes->len), (ssize_t)bytes->len);
    close(fd);
    snprintf(command, sizeof command, "%s %s - <%s 2>&1", script, options, name);
    FILE *output = popen(command, "r");
    ck_assert_ptr_nonnull(output);
    text[fread(text, 1, size - 1, output)] = '\0';
    int status = pclose(output);
    unlink(name);
    ck_assert(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* bytes: the double or int64_t itself, or the point's bytes in the heap. */
static void add(struct random_points *points, int64_t time, enum tlm_type type, const void *bytes,
                size_t len)
{
    uint64_t value = len;
    uint8_t byte = (uint8_t)type;
    if (type == TLM_DOUBLE || type == TLM_LONG)
        memcpy(&value, bytes, sizeof value);
    else
        random_append(&points->heap, bytes, len);
    random_append(&points->times, &time, sizeof time);
    random_append(&points->values, &value, sizeof value);
    random_append(&points->types, &byte, 1);
    points->n++;
}

static struct random_points all_types(void)
{
    const uint64_t bits[] = {0x3ff8000000000000, 0x7ff8000000000000, 0xfff0000000000000};
    const int64_t least = INT64_MIN;
    struct random_points points = {0};
    add(&points, 1704067200123456789, TLM_DOUBLE, &bits[0], 8);
    add(&points, 1, TLM_STRING, "\xe2\x82\xac\"", 4);
    add(&points, -1, TLM_LONG, &least, 8);
    add(&points, INT64_MIN, TLM_DOUBLE_ARRAY, bits, 16);
    add(&points, INT64_MAX, TLM_STRING_ARRAY, (const uint32_t[]){0, 0}, 8);
    add(&points, 0, TLM_JSON, "{\"a\":[1.10]}", 12);
    add(&points, 5, TLM_DOUBLE, &bits[2], 8);
    add(&points, 5, TLM_DOUBLE, &bits[1], 8);
    add(&points, 6, TLM_DOUBLE_ARRAY, "", 0);
    add(&points, 6, TLM_STRING_ARRAY, "", 0);
    return points;
}

static const char all_types_lines[] =
    "{'channel':'all','tags':{'a':'\\'','b':'2'},'timestamp':1704067200123456789,"
    "'type':'double','value':1.5}\n"
    "{'channel':'all','tags':{'a':'\\'','b':'2'},'timestamp':1,"
    "'type':'string','value':'\xe2\x82\xac\\''}\n"
    "{'channel':'all','tags':{'a':'\\'','b':'2'},'timestamp':-1,"
    "'type':'long','value':-9223372036854775808}\n"
    "{'channel':'all','tags':{'a':'\\'','b':'2'},'timestamp':-9223372036854775808,"
    "'type':'DoubleArray','value':[1.5,'NaN']}\n"
    "{'channel':'all','tags':{'a':'\\'','b':'2'},'timestamp':9223372036854775807,"
    "'type':'StringArray','value':['','']}\n"
    "{'channel':'all','tags':{'a':'\\'','b':'2'},'timestamp':0,"
    "'type':'JsonStruct','value':'{\\'a\\':[1.10]}'}\n"
    "{'channel':'all','tags':{'a':'\\'','b':'2'},'timestamp':5,"
    "'type':'double','value':'-Infinity'}\n"
    "{'channel':'all','tags':{'a':'\\'','b':'2'},'timestamp':5,"
    "'type':'double','value':'NaN'}\n"
    "{'channel':'all','tags':{'a':'\\'','b':'2'},'timestamp':6,"
    "'type':'DoubleArray','value':[]}\n"
    "{'channel':'all','tags':{'a':'\\'','b':'2'},'timestamp':6,"
    "'type':'StringArray','value':[]}\n";

/* One record, twice, in two blocks. */
static void write_all_types(struct tlm_buf *out, enum tlm_codec codec)
{
    static const struct tlm_metadata metadata[] = {{"tlm.part", "7"}};
    struct tlm_container_header header = {
        tlm__avro_stream_schema, tlm__codec_name(codec), metadata, 1, sync_marker, false};
    struct tlm_tag tags[] = {{"b", "2"}, {"a", "\""}};
    struct random_points points = all_types();
    struct tlm_points view = random_points_view(&points, 0, points.n, 0);
    struct tlm_compressor *compressor = tlm__compressor_new(codec);
    struct tlm_series_header series;
    struct tlm_encoded made;
    struct tlm_buf raw = {0}, set = {0};
    const char *duplicate;
    ck_assert(tlm__tags_encode(&set, tags, 2, &duplicate));
    ck_assert(tlm__series_header_init(&series, "all", (const char *)set.data, set.len));
    ck_assert(tlm__encode_record(&raw, &series, &view, NULL, &made));
    ck_assert(tlm__container_header(&header, out, NULL));
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(
            tlm__container_block(compressor, 1, raw.data, raw.len, sync_marker, out, NULL), TLM_OK);
    tlm__series_header_release(&series);
    tlm__compressor_free(compressor);
    random_points_release(&points);
    tlm__buf_release(&raw);
    tlm__buf_release(&set);
}

static void double_quotes(char *text)
{
    for (; *text; text++)
        if (*text == '\'')
            *text = '"';
}

START_TEST(test_all_codecs_with_python)
{
    char expected[2 * sizeof all_types_lines], meta[100], text[8192];
    snprintf(expected, sizeof expected, "%s%s", all_types_lines, all_types_lines);
    double_quotes(expected);
    for (int codec = TLM_CODEC_SNAPPY; codec <= TLM_CODEC_ZSTANDARD; codec++) {
        struct tlm_buf bytes = {0};
        write_all_types(&bytes, (enum tlm_codec)codec);
        int status = run_readavro(&bytes, "", text, sizeof text);
        ck_assert_str_eq(text, expected);
        ck_assert_int_eq(status, 0);
        snprintf(meta, sizeof meta, "{\"avro.codec\":\"%s\",\"tlm.part\":\"7\"}\n",
                 tlm__codec_name((enum tlm_codec)codec));
        ck_assert_int_eq(run_readavro(&bytes, "--meta", text, sizeof text), 0);
        ck_assert_str_eq(text, meta);
        tlm__buf_release(&bytes);
    }
}
END_TEST

/* Blocks with their sizes: the script checks those. */
START_TEST(test_random_files_with_python)
{
    struct file *file = malloc(sizeof *file);
    char *text = malloc(1 << 22);
    for (uint64_t seed = 101; seed <= 108; seed++) {
        file_init(file, seed, (enum tlm_codec)(seed % 4));
        ck_assert_msg(run_readavro(&file->out, "--records", text, 1 << 22) == 0, "%s", text);
        size_t lines = 0;
        for (const char *at = text; (at = strchr(at, '\n')); at++)
            lines++;
        ck_assert_uint_eq(lines, file->records);
        file_release(file);
    }
    free(file);
    free(text);
}
END_TEST

/* The eyes are open: damage is seen. */
START_TEST(test_python_sees_damage)
{
    char text[8192];
    for (int codec = TLM_CODEC_SNAPPY; codec <= TLM_CODEC_ZSTANDARD; codec++) {
        struct tlm_buf bytes = {0};
        write_all_types(&bytes, (enum tlm_codec)codec);
        bytes.len -= 7; /* cut short */
        ck_assert_int_eq(run_readavro(&bytes, "", text, sizeof text), 1);
        bytes.len += 7;
        bytes.data[bytes.len - 1] ^= 1; /* sync marker */
        ck_assert_int_eq(run_readavro(&bytes, "", text, sizeof text), 1);
        ck_assert_ptr_nonnull(strstr(text, "sync marker"));
        bytes.data[bytes.len - 1] ^= 1;
        bytes.data[bytes.len - 17] ^= 1; /* the map's end, a checksum, or the stream's end */
        ck_assert_int_eq(run_readavro(&bytes, "", text, sizeof text), 1);
        tlm__buf_release(&bytes);
    }
}
END_TEST

UNIT_MAIN("avro_readers", test_random_files_with_avro_c, test_all_codecs_with_python,
          test_random_files_with_python, test_python_sees_damage)
