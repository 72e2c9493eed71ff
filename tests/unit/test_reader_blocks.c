#include "support/unit.h"

#include <avro.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "reader_blocks.h"
#include "support/containers.h"
#include "support/scratch.h"

/* Reads files of longs; what came is in `values`. */
struct reading {
    struct tlm_pool *pool;
    struct tlm_block_reader *reader;
    int64_t firsts[64]; /* of each slot: what work found in its block */
    uint64_t delivered, blocks, stop_after;
    int64_t next;   /* the long that should come next */
    bool strange;   /* another one came */
    bool any_bytes; /* the blocks hold no longs */
    atomic_size_t bytes;
};

static struct tlm_error error;

static enum tlm_code work(void *ctx, const struct tlm_read_block *block, struct tlm_error *why)
{
    struct reading *reading = ctx;
    atomic_fetch_add(&reading->bytes, block->raw_len);
    if (reading->any_bytes)
        return TLM_OK;
    return containers_check(block->raw, block->raw_len, block->head.records,
                            &reading->firsts[block->slot], why);
}

static enum tlm_code deliver(void *ctx, const struct tlm_read_block *block, struct tlm_error *why)
{
    struct reading *reading = ctx;
    if (reading->stop_after && reading->blocks == reading->stop_after)
        return tlm__fail(why, TLM_STOPPED, "enough");
    HOLDS(block->number == reading->blocks, "block %" PRIu64, block->number);
    reading->strange |= reading->firsts[block->slot] != reading->next;
    reading->next += (int64_t)block->head.records;
    reading->delivered += block->head.records;
    reading->blocks++;
    return TLM_OK;
}

static void start(struct reading *reading, unsigned threads, size_t raw_max, size_t memory)
{
    *reading = (struct reading){.any_bytes = false};
    ck_assert_int_eq(tlm__pool_new(&reading->pool, threads, &error), TLM_OK);
    const struct tlm_block_reader_options options = {
        .pool = reading->pool,
        .raw_max = raw_max,
        .memory_bytes = memory,
        .work = work,
        .deliver = deliver,
        .ctx = reading,
    };
    ck_assert_int_eq(tlm__block_reader_new(&reading->reader, &options, &error), TLM_OK);
    ck_assert_uint_le(tlm__block_reader_slots(reading->reader), 64);
}

static void stop(struct reading *reading)
{
    tlm__block_reader_free(reading->reader);
    tlm__pool_free(reading->pool);
}

static enum tlm_code run(struct reading *reading, struct tlm_container *container)
{
    reading->delivered = reading->blocks = 0;
    reading->next = 0;
    reading->strange = false;
    return tlm__block_reader_run(reading->reader, container, UINT64_MAX, &error);
}

/* A file of a descriptor, which is closed. */
static enum tlm_code run_fd(struct reading *reading, int fd)
{
    struct tlm_container *container;
    reading->delivered = 0;
    enum tlm_code code = tlm__container_open(&container, "x.avro", fd, NULL, &error);
    if (!code) {
        code = run(reading, container);
        tlm__container_close(container);
    }
    close(fd);
    return code;
}

START_TEST(every_codec_in_order)
{
    struct tlm_buf file = {0};
    size_t borders[101];
    for (unsigned threads = 1; threads <= 3; threads++) {
        struct reading reading;
        start(&reading, threads, 0, 0);
        for (size_t c = 0; c < CONTAINERS_CODECS; c++) {
            tlm__buf_reset(&file);
            containers_file(&file, containers_codecs[c], 100, 500, borders);
            ck_assert_int_eq(run_fd(&reading, containers_fd(file.data, file.len)), TLM_OK);
            ck_assert(reading.delivered == 50000 && reading.blocks == 100 && !reading.strange);
        }
        stop(&reading);
    }
    tlm__buf_release(&file);
}
END_TEST

/* From a border to a border, as several readers of one file would. */
START_TEST(parts_of_a_file)
{
    struct tlm_buf file = {0};
    struct tlm_container *container;
    struct reading reading;
    size_t borders[11];
    containers_file(&file, "snappy", 10, 500, borders);
    start(&reading, 2, 0, 0);
    int fd = containers_fd(file.data, file.len);
    ck_assert_int_eq(tlm__container_open(&container, "x.avro", fd, NULL, &error), TLM_OK);
    for (size_t from = 0; from <= 10; from++)
        for (size_t to = from; to <= 10; to++) {
            ck_assert_int_eq(tlm__container_seek(container, borders[from], &error), TLM_OK);
            reading.delivered = reading.blocks = 0;
            reading.next = (int64_t)from * 500;
            ck_assert_int_eq(tlm__block_reader_run(reading.reader, container, borders[to], &error),
                             TLM_OK);
            ck_assert(reading.delivered == (to - from) * 500 && !reading.strange);
            ck_assert_uint_eq(tlm__container_offset(container), borders[to]);
        }
    tlm__container_close(container);
    stop(&reading);
    tlm__buf_release(&file);
}
END_TEST

START_TEST(enough)
{
    struct tlm_buf file = {0};
    struct reading reading;
    size_t borders[51];
    containers_file(&file, "deflate", 50, 500, borders);
    start(&reading, 2, 0, 0);
    reading.stop_after = 7;
    ck_assert_int_eq(run_fd(&reading, containers_fd(file.data, file.len)), TLM_STOPPED);
    ck_assert_str_eq(error.message, "enough");
    ck_assert_uint_eq(reading.blocks, 7);
    stop(&reading);
    tlm__buf_release(&file);
}
END_TEST

START_TEST(blocks_without_records)
{
    struct tlm_buf file = {0};
    struct reading reading;
    start(&reading, 2, 0, 0);
    for (size_t c = 0; c < CONTAINERS_CODECS; c++) {
        const char *codec = containers_codecs[c];
        tlm__buf_reset(&file);
        containers_header(&file, codec);
        containers_longs(&file, codec, 0, 0);
        containers_longs(&file, codec, 0, 9);
        containers_longs(&file, codec, 0, 0);
        containers_longs(&file, codec, 0, 0);
        containers_longs(&file, codec, 9, 9);
        containers_longs(&file, codec, 0, 0);
        ck_assert_int_eq(run_fd(&reading, containers_fd(file.data, file.len)), TLM_OK);
        ck_assert(reading.delivered == 18 && reading.blocks == 2 && !reading.strange);
        /* one that says so and holds something */
        size_t bad = file.len;
        containers_longs(&file, codec, 18, 9);
        file.data[bad] = 0;
        ck_assert_int_eq(run_fd(&reading, containers_fd(file.data, file.len)), TLM_DAMAGED);
        ck_assert_uint_eq(error.byte, bad);
        ck_assert_ptr_nonnull(strstr(error.message, "9 bytes of no record"));
        ck_assert_uint_eq(reading.delivered, 18);
    }
    stop(&reading);
    tlm__buf_release(&file);
}
END_TEST

/* The first error of the file, whatever went wrong first, after all that is before it. */
START_TEST(the_first_error)
{
    struct tlm_buf file = {0};
    struct reading reading;
    size_t borders[31];
    containers_file(&file, "snappy", 30, 5000, borders);
    file.data[borders[20] + 40] ^= 1;           /* no matter which byte: the CRC tells */
    memset(file.data + borders[22] - 10, 0, 5); /* a sync marker */
    for (unsigned threads = 1; threads <= 2; threads++) {
        start(&reading, threads, 0, 0);
        for (int i = 0; i < 20; i++) {
            ck_assert_int_eq(run_fd(&reading, containers_fd(file.data, file.len)), TLM_DAMAGED);
            ck_assert_uint_eq(reading.blocks, 20);
            ck_assert_uint_eq(error.byte, borders[20]);
            ck_assert_ptr_nonnull(strstr(error.message, "snappy"));
            ck_assert_int_eq(strncmp(error.message, "x.avro: byte ", 13), 0);
        }
        stop(&reading);
    }
    tlm__buf_release(&file);
}
END_TEST

START_TEST(an_unknown_codec)
{
    struct tlm_buf file = {0};
    struct reading reading;
    containers_header(&file, "lz77");
    start(&reading, 2, 0, 0);
    ck_assert_int_eq(run_fd(&reading, containers_fd(file.data, file.len)), TLM_INPUT);
    ck_assert_ptr_nonnull(strstr(error.message, "x.avro: codec \"lz77\""));
    stop(&reading);
    tlm__buf_release(&file);
}
END_TEST

/* Blocks that are larger than their share of the memory, between usual ones; and more than the
 * cap. */
START_TEST(large_blocks)
{
    struct tlm_buf file = {0};
    struct reading reading;
    const int64_t sizes[] = {100, 3000000, 100, 100, 2000000, 2500000, 100};
    for (size_t c = 0; c < 4; c++) {
        tlm__buf_reset(&file);
        containers_header(&file, containers_codecs[c]);
        int64_t first = 0;
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; first += sizes[i++])
            containers_longs(&file, containers_codecs[c], first, sizes[i]);
        start(&reading, 3, 0, 4 << 20); /* a share of 1 MiB */
        ck_assert_uint_eq(tlm__block_reader_slots(reading.reader), 2);
        ck_assert_int_eq(run_fd(&reading, containers_fd(file.data, file.len)), TLM_OK);
        ck_assert(reading.delivered == (uint64_t)first && !reading.strange);
        stop(&reading);
        start(&reading, 3, 5000000, 4 << 20);
        ck_assert_int_eq(run_fd(&reading, containers_fd(file.data, file.len)), TLM_LIMIT);
        ck_assert_ptr_nonnull(strstr(error.message, "5000000 bytes"));
        ck_assert_uint_eq(reading.blocks, 1);
        stop(&reading);
    }
    tlm__buf_release(&file);
}
END_TEST

/* What has come through a pipe is delivered before the next wait. */
START_TEST(a_slow_pipe)
{
    struct tlm_buf file = {0};
    size_t borders[4];
    int there[2], back[2];
    containers_file(&file, "snappy", 3, 50, borders);
    ck_assert(pipe(there) == 0 && pipe(back) == 0);
    pid_t writer = fork();
    if (writer == 0) { /* sends a block only when the one before has been seen */
        size_t from = 0;
        char seen;
        close(back[1]);
        for (size_t i = 0; i < 4; from = borders[i++])
            if (write(there[1], file.data + from, borders[i] - from) < 0 ||
                (i && read(back[0], &seen, 1) != 1))
                _exit(1);
        _exit(0);
    }
    close(there[1]);
    close(back[0]);
    struct tlm_container *container;
    struct reading reading;
    start(&reading, 2, 0, 0);
    ck_assert_int_eq(tlm__container_open(&container, "pipe", there[0], NULL, &error), TLM_OK);
    for (size_t i = 0; i < 3; i++) {
        reading.next = (int64_t)i * 50;
        ck_assert_int_eq(tlm__block_reader_run(reading.reader, container, borders[i] + 1, &error),
                         TLM_OK);
        ck_assert(reading.delivered == (i + 1) * 50 && !reading.strange);
        reading.blocks = 0;
        ck_assert_int_eq(write(back[1], "x", 1), 1);
    }
    tlm__container_close(container);
    stop(&reading);
    tlm__buf_release(&file);
}
END_TEST

/* ---- damage --------------------------------------------------------------------------------- */

/* Every truncation of a file of every codec: what is before the cut, then an error. */
START_TEST(every_truncation)
{
    struct tlm_buf file = {0};
    size_t borders[5];
    struct reading reading;
    start(&reading, 2, 0, 0);
    for (size_t c = 0; c < CONTAINERS_CODECS; c++) {
        tlm__buf_reset(&file);
        containers_file(&file, containers_codecs[c], 4, 20, borders);
        for (size_t len = 0; len < file.len; len++)
            for (int by_pipe = 0; by_pipe < 2; by_pipe++) {
                uint64_t whole = 0;
                bool at_border = len == borders[0];
                for (size_t i = 1; i <= 4 && borders[i] <= len; i++) {
                    whole = i * 20;
                    at_border = borders[i] == len;
                }
                int fd = by_pipe ? containers_pipe(file.data, len) : containers_fd(file.data, len);
                enum tlm_code code = run_fd(&reading, fd);
                HOLDS(code == (at_border ? TLM_OK : TLM_DAMAGED), "%s cut at %zu: %d",
                      containers_codecs[c], len, code);
                HOLDS(reading.delivered == whole && (!whole || !reading.strange),
                      "%s cut at %zu: %" PRIu64, containers_codecs[c], len, reading.delivered);
                if (code)
                    HOLDS(strncmp(error.message, "x.avro: byte ", 13) == 0, "%s", error.message);
            }
    }
    stop(&reading);
    tlm__buf_release(&file);
}
END_TEST

/* Every bit of a file of every codec flipped. Blocks before the flip come; where the codec has a
 * checksum no wrong record ever does, also not where the flip is in the header. */
START_TEST(every_flip)
{
    struct tlm_buf file = {0};
    size_t borders[5];
    struct reading reading;
    start(&reading, 1, 1 << 20, 0);
    for (size_t c = 0; c < CONTAINERS_CODECS; c++) {
        const char *codec = containers_codecs[c];
        tlm__buf_reset(&file);
        containers_file(&file, codec, 4, 20, borders);
        bool checked = c == 1 || c >= 4;
        size_t passed = 0;
        for (size_t bit = 0; bit < file.len * 8; bit++) {
            size_t byte = bit / 8, block = 0;
            file.data[byte] ^= (uint8_t)(1 << bit % 8);
            enum tlm_code code = run_fd(&reading, containers_fd(file.data, file.len));
            file.data[byte] ^= (uint8_t)(1 << bit % 8);
            while (block < 4 && borders[block + 1] <= byte)
                block++;
            if (code)
                HOLDS(code == TLM_DAMAGED || code == TLM_LIMIT || code == TLM_INPUT,
                      "%s bit %zu: %d", codec, bit, code);
            if (code && strstr(error.message, "codec \"") == NULL)
                HOLDS(strncmp(error.message, "x.avro: byte ", 13) == 0, "%s", error.message);
            if (byte >= borders[0])
                HOLDS(reading.delivered >= block * 20, "%s bit %zu", codec, bit);
            if (byte >= borders[0] && checked) /* the level of bzip2 may change: it means less */
                HOLDS(!code || reading.delivered == block * 20, "%s bit %zu", codec, bit);
            if (byte >= borders[0] && c == 1)
                HOLDS(code, "%s bit %zu passes", codec, bit);
            if (checked || byte < borders[0])
                HOLDS(!reading.delivered || !reading.strange, "%s bit %zu: wrong", codec, bit);
            if (!code) {
                HOLDS(reading.delivered == 80, "%s bit %zu: %" PRIu64, codec, bit,
                      reading.delivered);
                passed++;
            }
        }
        ck_assert_uint_gt(passed, 0); /* flips in the schema, if nowhere else */
    }
    stop(&reading);
    tlm__buf_release(&file);
}
END_TEST

/* ---- files of others ------------------------------------------------------------------------ */

static int64_t take_long(const uint8_t **at, const uint8_t *end)
{
    uint64_t bits = 0;
    for (unsigned shift = 0;; shift += 7) {
        HOLDS(*at < end && shift < 64, "cut short");
        bits |= (uint64_t)(**at & 0x7f) << shift;
        if (*(*at)++ < 0x80)
            return (int64_t)(bits >> 1 ^ -(bits & 1));
    }
}

/* Records {n: long, text: string} as tests/support/make_containers.py writes them. */
static enum tlm_code deliver_rows(void *ctx, const struct tlm_read_block *block,
                                  struct tlm_error *why)
{
    int64_t *next = ctx;
    const uint8_t *at = block->raw, *end = at + block->raw_len;
    (void)why;
    for (uint64_t i = 0; i < block->head.records; i++, ++*next) {
        char text[32];
        ck_assert_int_eq(take_long(&at, end), *next);
        snprintf(text, sizeof text, "row %" PRId64, *next);
        ck_assert_int_eq(take_long(&at, end), (int64_t)strlen(text));
        ck_assert_int_eq(memcmp(at, text, strlen(text)), 0);
        at += strlen(text);
    }
    ck_assert_ptr_eq(at, end);
    return TLM_OK;
}

static void read_rows(const char *path, int64_t expected)
{
    struct tlm_pool *pool;
    struct tlm_block_reader *reader;
    struct tlm_container *container;
    int64_t rows = 0;
    ck_assert_int_eq(tlm__pool_new(&pool, 2, &error), TLM_OK);
    const struct tlm_block_reader_options options = {
        .pool = pool, .deliver = deliver_rows, .ctx = &rows};
    ck_assert_int_eq(tlm__block_reader_new(&reader, &options, &error), TLM_OK);
    ck_assert_msg(!tlm__container_open(&container, path, -1, NULL, &error), "%s", error.message);
    ck_assert_msg(!tlm__block_reader_run(reader, container, UINT64_MAX, &error), "%s: %s", path,
                  error.message);
    ck_assert_int_eq(rows, expected);
    tlm__container_close(container);
    tlm__block_reader_free(reader);
    tlm__pool_free(pool);
}

START_TEST(files_of_python)
{
    static const char *const names[] = {"python-null",      "python-deflate", "python-snappy",
                                        "python-zstandard", "python-bzip2",   "xz",
                                        "map-blocks"};
    const char *tests = getenv("TESTS");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/data/containers/%s.avro", tests ? tests : "tests",
                 names[i]);
        read_rows(path, 300);
    }
}
END_TEST

START_TEST(files_of_avro_c)
{
    static const char schema_text[] =
        "{\"type\":\"record\",\"name\":\"row\",\"fields\":[{\"name\":\"n\",\"type\":\"long\"},"
        "{\"name\":\"text\",\"type\":\"string\"}]}";
    static const char *const codecs[] = {"null", "deflate", "snappy"};
    scratch_enter();
    for (size_t c = 0; c < sizeof codecs / sizeof codecs[0]; c++) {
        avro_schema_t schema;
        avro_file_writer_t writer;
        avro_value_t row, field;
        ck_assert_int_eq(avro_schema_from_json_length(schema_text, sizeof schema_text - 1, &schema),
                         0);
        avro_value_iface_t *iface = avro_generic_class_from_schema(schema);
        avro_generic_value_new(iface, &row);
        ck_assert_msg(
            !avro_file_writer_create_with_codec(codecs[c], schema, &writer, codecs[c], 20000),
            "%s: %s", codecs[c], avro_strerror());
        for (int i = 0; i < 20000; i++) {
            char text[32];
            avro_value_get_by_index(&row, 0, &field, NULL);
            avro_value_set_long(&field, i);
            snprintf(text, sizeof text, "row %d", i);
            avro_value_get_by_index(&row, 1, &field, NULL);
            avro_value_set_string(&field, text);
            ck_assert_int_eq(avro_file_writer_append_value(writer, &row), 0);
        }
        ck_assert_int_eq(avro_file_writer_close(writer), 0);
        avro_value_decref(&row);
        avro_value_iface_decref(iface);
        avro_schema_decref(schema);
        read_rows(codecs[c], 20000);
    }
}
END_TEST

UNIT_MAIN("reader_blocks", every_codec_in_order, parts_of_a_file, enough, blocks_without_records,
          the_first_error, an_unknown_codec, large_blocks, a_slow_pipe, every_truncation,
          every_flip, files_of_python, files_of_avro_c)
