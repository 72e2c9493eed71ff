#include "support/unit.h"

#include <inttypes.h>
#include <stdlib.h>

#include "support/containers.h"
#include "support/scratch.h"

static struct tlm_error error;

static enum tlm_code open_bytes(struct tlm_container **container, const struct tlm_buf *file,
                                bool by_pipe, const struct tlm_container_limits *limits)
{
    int fd =
        by_pipe ? containers_pipe(file->data, file->len) : containers_fd(file->data, file->len);
    enum tlm_code code = tlm__container_open(container, "x.avro", fd, limits, &error);
    ck_assert(by_pipe || !code || lseek(fd, 0, SEEK_CUR) == 0); /* a file's offset stays */
    if (code)
        close(fd);
    return code; /* the descriptor is left to the end of the process */
}

/* That the error tells this byte of this file. */
static void error_is(enum tlm_code code, size_t byte, const char *what)
{
    char start[64];
    snprintf(start, sizeof start, "x.avro: byte %zu: ", byte);
    ck_assert_msg(error.code == code, "%d: %s", error.code, error.message);
    ck_assert_msg(strncmp(error.message, start, strlen(start)) == 0, "%s: %s", start,
                  error.message);
    ck_assert_msg(strstr(error.message, what), "%s: %s", what, error.message);
    ck_assert_uint_eq(error.byte, byte);
}

/* ---- headers -------------------------------------------------------------------------------- */

static void put_text(struct tlm_buf *out, const char *text, size_t len)
{
    containers_long(out, (int64_t)len);
    ck_assert(tlm__buf_append(out, text, len));
}

static void put_magic(struct tlm_buf *out)
{
    tlm__buf_reset(out);
    ck_assert(tlm__buf_append(out, "Obj\1", 4));
}

static void put_schema(struct tlm_buf *out)
{
    put_text(out, "avro.schema", 11);
    put_text(out, "\"int\"", 5);
}

static void put_sync(struct tlm_buf *out)
{
    containers_long(out, 0);
    ck_assert(tlm__buf_append(out, containers_sync, TLM_SYNC_BYTES));
}

static bool is(struct tlm_string text, const char *expected, size_t len)
{
    return text.len == len && memcmp(text.data, expected, len) == 0;
}

/* Keys of any bytes, twice, in several map blocks, with sizes and without. */
START_TEST(all_metadata_is_kept)
{
    struct tlm_buf file = {0}, pairs = {0};
    put_text(&pairs, "a", 1);
    put_text(&pairs, "one\0\xff", 5);
    put_text(&pairs, "", 0);
    put_text(&pairs, "", 0);
    put_magic(&file);
    containers_long(&file, -2);
    containers_long(&file, (int64_t)pairs.len);
    ck_assert(tlm__buf_append(&file, pairs.data, pairs.len));
    containers_long(&file, 3);
    put_schema(&file);
    put_text(&file, "a", 1);
    put_text(&file, "two", 3);
    put_text(&file, "n\0n", 3);
    put_text(&file, "x", 1);
    put_sync(&file);
    for (int by_pipe = 0; by_pipe < 2; by_pipe++) {
        struct tlm_container *container;
        ck_assert_int_eq(open_bytes(&container, &file, by_pipe, NULL), TLM_OK);
        const struct tlm_container_info *info = tlm__container_info(container);
        struct tlm_string value = {NULL, 0};
        ck_assert_uint_eq(info->n_pairs, 5);
        ck_assert(is(info->pairs[0].key, "a", 1) && is(info->pairs[0].value, "one\0\xff", 5));
        ck_assert(is(info->pairs[1].key, "", 0) && is(info->pairs[1].value, "", 0));
        ck_assert(is(info->pairs[4].key, "n\0n", 3) && is(info->pairs[4].value, "x", 1));
        ck_assert(tlm__container_find(container, "a", &value) && is(value, "two", 3));
        ck_assert(!tlm__container_find(container, "n", &value));
        ck_assert(is(info->schema, "\"int\"", 5) && is(info->codec, "null", 4));
        ck_assert_uint_eq(info->header_len, file.len);
        ck_assert_int_eq(memcmp(info->header, file.data, file.len), 0);
        ck_assert_int_eq(memcmp(info->sync, containers_sync, TLM_SYNC_BYTES), 0);
        ck_assert_uint_eq(info->size, by_pipe ? TLM_SIZE_UNKNOWN : file.len);
        ck_assert_str_eq(info->name, "x.avro");
        tlm__container_close(container);
    }
    tlm__buf_release(&file);
    tlm__buf_release(&pairs);
}
END_TEST

START_TEST(thousands_of_keys)
{
    struct tlm_buf file = {0};
    struct tlm_container *container;
    put_magic(&file);
    containers_long(&file, 20001);
    for (int i = 0; i < 20000; i++) {
        char key[16];
        put_text(&file, key, (size_t)snprintf(key, sizeof key, "key %d", i));
        put_text(&file, key, 3);
    }
    put_schema(&file);
    put_sync(&file);
    ck_assert_int_eq(open_bytes(&container, &file, false, NULL), TLM_OK);
    ck_assert_uint_eq(tlm__container_info(container)->n_pairs, 20001);
    tlm__container_close(container);
    const struct tlm_container_limits keys = {.keys_max = 20000}, bytes = {.header_max = 5000};
    ck_assert_int_eq(open_bytes(&container, &file, false, &keys), TLM_LIMIT);
    ck_assert_ptr_nonnull(strstr(error.message, "limit of 20000"));
    ck_assert_int_eq(open_bytes(&container, &file, false, &bytes), TLM_LIMIT);
    ck_assert_ptr_nonnull(strstr(error.message, "limit of 5000 bytes"));
    tlm__buf_release(&file);
}
END_TEST

/* A header that goes on with such bytes after the magic is refused at this byte. */
static void refuse(const void *bytes, size_t len, size_t byte, const char *what)
{
    struct tlm_buf file = {0};
    struct tlm_container *container;
    put_magic(&file);
    ck_assert(tlm__buf_append(&file, bytes, len));
    ck_assert_int_eq(open_bytes(&container, &file, false, NULL), TLM_DAMAGED);
    error_is(TLM_DAMAGED, byte, what);
    ck_assert_int_eq(open_bytes(&container, &file, true, NULL), TLM_DAMAGED);
    tlm__buf_release(&file);
}

START_TEST(hostile_headers)
{
    struct tlm_container *container;
    struct tlm_buf file = {0};
    refuse("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\1", 11, 4, "64 bits");
    refuse("\xff\xff\xff\xff\xff\xff\xff\xff\xff\2", 10, 4, "64 bits");
    refuse("\2\1", 2, 5, "length in the header is negative");
    refuse("\2\2k\1", 4, 7, "length in the header is negative");
    refuse("\1\1", 2, 5, "size in the header is negative");
    refuse("\1\x0a\2k\2v", 6, 5, "not as long as it says");
    refuse("\1\6\2k\2v", 6, 5, "not as long as it says");
    refuse("\1\x08\2k\2v\0", 7, 11, "longer than the file");
    refuse("\2\x80\x80\x80\x10", 5, 9, "longer than the file");
    /* -2^63 pairs, and 2^40 */
    refuse("\xff\xff\xff\xff\xff\xff\xff\xff\xff\1\0", 11, 15, "longer than the file");
    refuse("\x80\x80\x80\x80\x80\x80\1", 7, 11, "longer than the file");
    refuse("\0", 1, 5, "longer than the file");
    put_magic(&file); /* a whole header without a schema */
    put_sync(&file);
    ck_assert_int_eq(open_bytes(&container, &file, false, NULL), TLM_DAMAGED);
    error_is(TLM_DAMAGED, 0, "no avro.schema");
    /* a value of 2 GiB on a pipe: refused before anything is taken for it */
    put_magic(&file);
    ck_assert(tlm__buf_append(&file, "\2\2k\x80\x80\x80\x80\x10", 8));
    ck_assert_int_eq(open_bytes(&container, &file, true, NULL), TLM_LIMIT);
    error_is(TLM_LIMIT, 12, "limit of 67108864 bytes");
    /* 60 MB on a pipe that does not hold them */
    put_magic(&file);
    ck_assert(tlm__buf_append(&file, "\2\2k\x80\xc0\xb9\x1c", 7));
    ck_assert_int_eq(open_bytes(&container, &file, true, NULL), TLM_DAMAGED);
    error_is(TLM_DAMAGED, 11, "ends inside its header");
    tlm__buf_release(&file);
}
END_TEST

START_TEST(no_avro_file)
{
    static const char *const texts[] = {"O", "Ob", "PK\3\4", "Obj\2", "obj\1", "{\"a\":1}\n"};
    static const size_t bytes[] = {1, 2, 0, 3, 0, 0};
    struct tlm_container *container;
    struct tlm_buf file = {0};
    ck_assert(tlm__buf_reserve(&file, 1));
    ck_assert_int_eq(open_bytes(&container, &file, false, NULL), TLM_DAMAGED);
    error_is(TLM_DAMAGED, 0, "empty");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        tlm__buf_reset(&file);
        ck_assert(tlm__buf_append_text(&file, texts[i]));
        ck_assert_int_eq(open_bytes(&container, &file, i % 2, NULL), TLM_DAMAGED);
        error_is(TLM_DAMAGED, bytes[i], i < 2 ? "ends inside" : "not an Avro file");
    }
    scratch_enter();
    ck_assert_int_eq(tlm__container_open(&container, "absent", -1, NULL, &error), TLM_IO);
    ck_assert_ptr_nonnull(strstr(error.message, "absent"));
    ck_assert_int_eq(tlm__container_open(&container, ".", -1, NULL, &error), TLM_INPUT);
    tlm__container_close(NULL);
    tlm__buf_release(&file);
}
END_TEST

/* ---- blocks --------------------------------------------------------------------------------- */

/* Reads (or skips) to the end; the records of all blocks. */
static enum tlm_code read_all(struct tlm_container *container, bool skip, uint64_t *records)
{
    struct tlm_buf data = {0};
    struct tlm_block_head block = {0};
    bool got = true;
    enum tlm_code code = TLM_OK;
    *records = 0;
    while (!code && got) {
        if (!skip) {
            code = tlm__container_read(container, &block, &data, &got, &error);
        } else {
            code = tlm__container_next(container, &block, &got, &error);
            if (!code && got)
                code = tlm__container_skip(container, &block, &error);
        }
        if (!code && got)
            *records += block.records;
    }
    ck_assert(!skip || !data.data);
    tlm__buf_release(&data);
    return code;
}

/* Every length of a file, read and walked through, as a file and from a pipe: an end between two
 * blocks is a good one, any other is told with its byte. */
START_TEST(every_truncation)
{
    struct tlm_buf file = {0}, cut = {0};
    size_t borders[6];
    containers_file(&file, "null", 5, 7, borders);
    for (size_t len = 0; len <= file.len; len++)
        for (int way = 0; way < 4; way++) {
            struct tlm_container *container;
            uint64_t records = 0, whole = 0;
            bool at_border = len == borders[0];
            for (size_t i = 1; i <= 5 && borders[i] <= len; i++) {
                whole = i * 7;
                at_border = borders[i] == len;
            }
            tlm__buf_reset(&cut);
            ck_assert(tlm__buf_append(&cut, file.data, len) && tlm__buf_reserve(&cut, 1));
            enum tlm_code code = open_bytes(&container, &cut, way & 1, NULL);
            if (!code) {
                code = read_all(container, way & 2, &records);
                tlm__container_close(container);
            }
            HOLDS(records == whole, "%zu bytes: %" PRIu64 " records", len, records);
            HOLDS(code == (at_border ? TLM_OK : TLM_DAMAGED), "%zu bytes: %d", len, code);
            if (code)
                HOLDS(strncmp(error.message, "x.avro: byte ", 13) == 0 && error.byte <= len, "%s",
                      error.message);
            for (int fd = 3; fd < 20; fd++)
                close(fd);
        }
    tlm__buf_release(&file);
    tlm__buf_release(&cut);
}
END_TEST

static void refuse_block(const void *bytes, size_t len, size_t byte, enum tlm_code code,
                         const char *what)
{
    static const struct tlm_container_limits limits = {.block_max = 1000};
    for (int way = 0; way < 2; way++) {
        struct tlm_buf file = {0};
        struct tlm_container *container;
        uint64_t records;
        containers_header(&file, "null");
        size_t at = file.len;
        ck_assert(tlm__buf_append(&file, bytes, len));
        ck_assert_int_eq(open_bytes(&container, &file, false, &limits), TLM_OK);
        ck_assert_int_eq(read_all(container, way, &records), code);
        error_is(code, at + byte, what);
        tlm__container_close(container);
        tlm__buf_release(&file);
    }
}

START_TEST(hostile_blocks)
{
    struct tlm_buf block = {0};
    refuse_block("\1\0................", 18, 0, TLM_DAMAGED, "count of records is negative");
    refuse_block("\2\1................", 18, 1, TLM_DAMAGED, "size is negative");
    refuse_block("\2\2.................", 19, 3, TLM_DAMAGED, "no sync marker");
    refuse_block("\2\4.................", 19, 0, TLM_DAMAGED, "17 bytes are left");
    refuse_block("\2\x1c................", 18, 0, TLM_DAMAGED, "16 bytes are left");
    refuse_block("\2\xfe\xff\xff\xff\xff\xff\xff\xff\xff\1......", 17, 0, TLM_DAMAGED,
                 "9223372036854775807 bytes, but");
    refuse_block("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f\0.........", 20, 0, TLM_DAMAGED,
                 "no number");
    refuse_block("\2\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f.........", 20, 1, TLM_DAMAGED,
                 "no number");
    refuse_block("\x80", 1, 0, TLM_DAMAGED, "ends inside");
    refuse_block("\2", 1, 1, TLM_DAMAGED, "ends inside");
    containers_long(&block, 1);
    containers_long(&block, 1001);
    ck_assert(tlm__buf_reserve(&block, 2000));
    memset(block.data + block.len, 0, 2000);
    refuse_block(block.data, block.len + 2000, 0, TLM_LIMIT, "limit of 1000 bytes");
    tlm__buf_release(&block);
}
END_TEST

/* A pipe that claims a block of 1 GiB: memory grows with what comes. */
START_TEST(a_claim_on_a_pipe)
{
    struct tlm_buf file = {0}, data = {0};
    struct tlm_container *container;
    struct tlm_block_head block;
    bool got;
    containers_header(&file, "null");
    containers_long(&file, 1);
    containers_long(&file, 1 << 30);
    ck_assert(tlm__buf_append(&file, "abc", 3));
    ck_assert_int_eq(open_bytes(&container, &file, true, NULL), TLM_OK);
    ck_assert_int_eq(tlm__container_read(container, &block, &data, &got, &error), TLM_DAMAGED);
    error_is(TLM_DAMAGED, file.len, "ends inside the block");
    ck_assert_uint_le(data.cap, 8 << 20);
    tlm__container_close(container);
    tlm__buf_release(&file);
    tlm__buf_release(&data);
}
END_TEST

/* One block after another: places, sizes, data, also from a border in the middle. */
START_TEST(blocks_in_order)
{
    struct tlm_buf file = {0}, data = {0};
    size_t borders[5];
    struct tlm_container *container;
    struct tlm_block_head block;
    bool got;
    containers_file(&file, "null", 4, 3000, borders);
    ck_assert_int_eq(open_bytes(&container, &file, false, NULL), TLM_OK);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_uint_eq(tlm__container_offset(container), borders[i]);
        ck_assert_int_eq(tlm__container_read(container, &block, &data, &got, &error), TLM_OK);
        ck_assert(got && block.offset == borders[i] && tlm__block_end(&block) == borders[i + 1]);
        ck_assert_uint_eq(block.records, 3000);
        ck_assert_uint_eq(block.size, data.len);
        ck_assert_int_eq(memcmp(data.data, file.data + block.offset + block.head_len, data.len), 0);
        ck_assert_int_eq(memcmp(data.data + data.len, containers_sync, TLM_RAW_SLACK), 0);
    }
    ck_assert_int_eq(tlm__container_read(container, &block, &data, &got, &error), TLM_OK);
    ck_assert(!got);
    for (size_t i = 5; i-- > 0;) {
        uint64_t records;
        ck_assert_int_eq(tlm__container_seek(container, borders[i], &error), TLM_OK);
        ck_assert_int_eq(read_all(container, i % 2, &records), TLM_OK);
        ck_assert_uint_eq(records, (4 - i) * 3000);
    }
    ck_assert_int_eq(tlm__container_seek(container, borders[1] + 1, &error), TLM_DAMAGED);
    error_is(TLM_DAMAGED, borders[1] + 1, "no sync marker precedes");
    ck_assert_int_eq(tlm__container_seek(container, file.len + 1, &error), TLM_DAMAGED);
    ck_assert_int_eq(tlm__container_seek(container, 3, &error), TLM_DAMAGED);
    tlm__container_close(container);
    ck_assert_int_eq(open_bytes(&container, &file, true, NULL), TLM_OK);
    ck_assert_int_eq(tlm__container_seek(container, borders[1], &error), TLM_ARGUMENT);
    tlm__container_close(container);
    tlm__buf_release(&file);
    tlm__buf_release(&data);
}
END_TEST

/* A file that another process cuts while it is read. */
START_TEST(a_file_that_shrinks)
{
    struct tlm_buf file = {0};
    size_t borders[4];
    struct tlm_container *container;
    uint64_t records;
    containers_file(&file, "null", 3, 3000, borders);
    for (int i = 0; i < 4; i++) {
        int fd = containers_fd(file.data, file.len);
        ck_assert_int_eq(tlm__container_open(&container, "x.avro", fd, NULL, &error), TLM_OK);
        ck_assert_int_eq(ftruncate(fd, (off_t)(borders[2] - (size_t)(i & 1))), 0);
        ck_assert_int_eq(read_all(container, i & 2, &records), TLM_DAMAGED);
        tlm__container_close(container);
        close(fd);
    }
    tlm__buf_release(&file);
}
END_TEST

/* Standard input that stands in the middle of a file. */
START_TEST(a_descriptor_in_the_middle)
{
    struct tlm_buf file = {0};
    size_t borders[4];
    struct tlm_container *container;
    uint64_t records;
    ck_assert(tlm__buf_append(&file, "before", 6));
    containers_file(&file, "null", 3, 3000, borders);
    int fd = containers_fd(file.data, file.len);
    ck_assert_int_eq(lseek(fd, 6, SEEK_SET), 6);
    ck_assert_int_eq(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    ck_assert_int_eq(tlm__container_open(&container, "-", -1, NULL, &error), TLM_OK);
    ck_assert_str_eq(tlm__container_info(container)->name, "<stdin>");
    ck_assert_uint_eq(tlm__container_info(container)->size, file.len - 6);
    ck_assert_int_eq(read_all(container, false, &records), TLM_OK);
    ck_assert_uint_eq(records, 9000);
    tlm__container_close(container);
    ck_assert_int_eq(lseek(STDIN_FILENO, 0, SEEK_CUR), 6); /* and it is not closed */
    tlm__buf_release(&file);
}
END_TEST

/* The first bytes were read already: they come first all the same, of a file and of a pipe. */
START_TEST(a_descriptor_that_was_looked_at)
{
    struct tlm_buf file = {0};
    size_t borders[4];
    uint64_t records;
    int ends[2];
    containers_file(&file, "null", 3, 3, borders);
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], file.data, file.len), (ssize_t)file.len);
    close(ends[1]);
    const int fds[] = {containers_fd(file.data, file.len), ends[0]};
    for (size_t i = 0; i < 2; i++) {
        struct tlm_container *container;
        struct tlm_open_input input = {.fd = fds[i], .name = "looked", .head_len = 4};
        ck_assert_int_eq(read(fds[i], input.head, 4), 4);
        ck_assert_int_eq(tlm__container_open_input(&container, &input, &error), TLM_OK);
        ck_assert_str_eq(tlm__container_info(container)->name, "looked");
        ck_assert_uint_eq(tlm__container_info(container)->size,
                          i == 0 ? file.len : TLM_SIZE_UNKNOWN);
        ck_assert_int_eq(read_all(container, false, &records), TLM_OK);
        ck_assert_uint_eq(records, 9);
        tlm__container_close(container);
        ck_assert_int_eq(close(fds[i]), 0); /* it was not closed */
    }
    tlm__buf_release(&file);
}
END_TEST

START_TEST(a_long_name)
{
    struct tlm_container *container;
    char name[4000];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    int fd = containers_fd("Obj\1\1", 5);
    ck_assert_int_eq(tlm__container_open(&container, name, fd, NULL, &error), TLM_DAMAGED);
    ck_assert_ptr_nonnull(strstr(error.message, "byte 5: "));
    close(fd);
}
END_TEST

UNIT_MAIN("container_read", all_metadata_is_kept, thousands_of_keys, hostile_headers, no_avro_file,
          every_truncation, hostile_blocks, a_claim_on_a_pipe, blocks_in_order, a_file_that_shrinks,
          a_descriptor_in_the_middle, a_descriptor_that_was_looked_at, a_long_name)
