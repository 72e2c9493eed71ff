#include "support/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/zstd.h"
#include "rows/source.h"

/* ---- material ------------------------------------------------------------------------------- */

static char folder[64]; /* one per test process */
static char path[128];

static void make_folder(void)
{
    strcpy(folder, "/tmp/tlm-test-source-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_folder(void)
{
    unlink(path);
    ck_assert_int_eq(rmdir(folder), 0);
}

static void put_file(const char *name, const void *bytes, size_t len)
{
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(len ? fwrite(bytes, 1, len, file) : 0, len);
    ck_assert_int_eq(fclose(file), 0);
}

/* Lines that compress, but not to nothing. */
static void make_text(struct tlm_buf *text, size_t rows)
{
    uint32_t state = 1;
    for (size_t i = 0; i < rows; i++) {
        state = state * 1664525 + 1013904223;
        ck_assert(tlm__buf_printf(text, "%zu,%u.%03u\n", i, state >> 20, state % 1000));
    }
}

static void add_gzip(struct tlm_buf *out, const void *text, size_t len)
{
    z_stream stream = {.zalloc = NULL};
    ck_assert_int_eq(deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY),
                     Z_OK);
    ck_assert(tlm__buf_reserve(out, deflateBound(&stream, len)));
    stream.next_in = (Bytef *)(uintptr_t)text;
    stream.avail_in = (uInt)len;
    stream.next_out = out->data + out->len;
    stream.avail_out = (uInt)(out->cap - out->len);
    ck_assert_int_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out->len += stream.total_out;
    deflateEnd(&stream);
}

static void add_zstd(struct tlm_buf *out, const void *text, size_t len)
{
    struct tlm_zstd_compressor *compressor = tlm__zstd_compressor_new();
    ck_assert_ptr_nonnull(compressor);
    ck_assert(tlm__zstd_compress(compressor, text, len, 3, out));
    tlm__zstd_compressor_free(compressor);
}

typedef void add_packed(struct tlm_buf *out, const void *text, size_t len);

static const struct {
    const char *name, *form;
    add_packed *add;
} forms[] = {{"x.csv.gz", "gzip", add_gzip}, {"x.csv.zst", "zstd", add_zstd}};

/* ---- reading -------------------------------------------------------------------------------- */

static struct tlm_source *open_source(const char *name)
{
    struct tlm_source *source = NULL;
    struct tlm_error error = {.message = ""};
    enum tlm_code code = tlm__source_open(&source, name, &error);
    ck_assert_msg(code == TLM_OK, "%s", error.message);
    return source;
}

/* Reads to the end or the first error, `size` bytes at a time. */
static enum tlm_code drain(struct tlm_source *source, size_t size, struct tlm_buf *text,
                           struct tlm_error *error)
{
    for (;;) {
        size_t got = 12345;
        ck_assert(tlm__buf_reserve(text, size));
        enum tlm_code code = tlm__source_read(source, text->data + text->len, size, &got, error);
        if (code) {
            struct tlm_error again;
            ck_assert_int_eq(tlm__source_read(source, text->data, 1, &got, &again), code);
            ck_assert_str_eq(again.message, error->message);
            return code;
        }
        ck_assert_uint_le(got, size);
        if (!got)
            return TLM_OK;
        text->len += got;
    }
}

static void expect_text(const char *name, size_t size, const void *wanted, size_t len)
{
    struct tlm_error error = {.message = ""};
    struct tlm_buf text = {0};
    struct tlm_source *source = open_source(name);
    enum tlm_code code = drain(source, size, &text, &error);
    ck_assert_msg(code == TLM_OK, "%s", error.message);
    ck_assert_uint_eq(text.len, len);
    ck_assert(len == 0 || memcmp(text.data, wanted, len) == 0);
    tlm__source_free(source);
    tlm__buf_release(&text);
}

/* The text before the damage comes first, then the error. Returns how much text came. */
static size_t expect_damage(const char *name, size_t size, const struct tlm_buf *wanted,
                            const char *message)
{
    struct tlm_error error = {.message = ""};
    struct tlm_buf text = {0};
    struct tlm_source *source = open_source(name);
    ck_assert_int_eq(drain(source, size, &text, &error), TLM_INPUT);
    ck_assert_uint_le(text.len, wanted->len);
    ck_assert(text.len == 0 || memcmp(text.data, wanted->data, text.len) == 0);
    size_t len = strlen(name);
    ck_assert_int_eq(strncmp(error.message, name, len), 0);
    ck_assert_msg(strncmp(error.message + len, message, strlen(message)) == 0, "%s is not %s",
                  error.message + len, message);
    tlm__source_free(source);
    size_t got = text.len;
    tlm__buf_release(&text);
    return got;
}

/* ---- plain files ---------------------------------------------------------------------------- */

START_TEST(plain_files)
{
    static const char *const texts[] = {"", "x", "(", "P*M\x19", "t,a\n1,2\n"};
    make_folder();
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size_t len = strlen(texts[i]);
        put_file("x.csv", texts[i], len);
        for (size_t size = 1; size < 10; size++)
            expect_text(path, size, texts[i], len);
    }
    struct tlm_buf text = {0};
    make_text(&text, 100000);
    put_file("x.csv", text.data, text.len);
    expect_text(path, 1 << 20, text.data, text.len);
    expect_text(path, 4097, text.data, text.len);
    tlm__buf_release(&text);
    remove_folder();
}
END_TEST

START_TEST(what_a_file_source_says)
{
    make_folder();
    put_file("x.csv", "t,a\n", 4);
    struct tlm_source *source = open_source(path);
    struct tlm_buf text = {0};
    struct tlm_error error;
    ck_assert_str_eq(tlm__source_name(source), path);
    ck_assert(!tlm__source_is_live(source));
    ck_assert(fcntl(tlm__source_fd(source), F_GETFD) & FD_CLOEXEC);
    ck_assert_uint_eq(tlm__source_file_bytes(source), 0);
    ck_assert_int_eq(drain(source, 100, &text, &error), TLM_OK);
    ck_assert_uint_eq(tlm__source_file_bytes(source), 4);
    int fd = tlm__source_fd(source);
    tlm__source_free(source);
    ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
    tlm__source_free(NULL);
    tlm__buf_release(&text);
    remove_folder();
}
END_TEST

static void refused(const char *name, enum tlm_code code, const char *message)
{
    struct tlm_source *source = NULL;
    struct tlm_error error = {.message = ""};
    ck_assert_int_eq(tlm__source_open(&source, name, &error), code);
    ck_assert_ptr_null(source);
    ck_assert_str_eq(error.message, message);
}

START_TEST(what_cannot_be_opened)
{
    char message[256];
    make_folder();
    snprintf(message, sizeof message, "%s is a directory", folder);
    refused(folder, TLM_INPUT, message);
    snprintf(path, sizeof path, "%s/none", folder);
    snprintf(message, sizeof message, "cannot open %s: No such file or directory", path);
    refused(path, TLM_IO, message);
    if (geteuid() != 0) {
        put_file("secret", "x", 1);
        ck_assert_int_eq(chmod(path, 0), 0);
        snprintf(message, sizeof message, "cannot open %s: Permission denied", path);
        refused(path, TLM_IO, message);
    }
    remove_folder();
}
END_TEST

START_TEST(a_read_that_fails)
{
    static const char name[] = "/proc/self/mem"; /* nothing is mapped at its start */
    if (access(name, R_OK) != 0)
        return;
    struct tlm_error error;
    struct tlm_buf text = {0};
    struct tlm_source *source = open_source(name);
    ck_assert_int_eq(drain(source, 100, &text, &error), TLM_IO);
    ck_assert_str_eq(error.message, "cannot read /proc/self/mem: Input/output error");
    ck_assert_int_eq(error.sys_errno, EIO);
    tlm__source_free(source);
    tlm__buf_release(&text);
}
END_TEST

/* ---- compressed files ----------------------------------------------------------------------- */

START_TEST(packed_files)
{
    make_folder();
    struct tlm_buf text = {0};
    make_text(&text, 50000);
    for (size_t f = 0; f < 2; f++) {
        struct tlm_buf packed = {0};
        forms[f].add(&packed, text.data, text.len);
        put_file("noextension", packed.data, packed.len);
        expect_text(path, 1 << 20, text.data, text.len);
        expect_text(path, 1000, text.data, text.len);
        expect_text(path, text.len, text.data, text.len);
        unlink(path);
        tlm__buf_reset(&packed);
        forms[f].add(&packed, "x", 1);
        put_file("one", packed.data, packed.len);
        expect_text(path, 1, "x", 1);
        unlink(path);
        tlm__buf_reset(&packed);
        forms[f].add(&packed, "", 0);
        put_file("none", packed.data, packed.len);
        expect_text(path, 100, "", 0);
        unlink(path);
        tlm__buf_release(&packed);
    }
    tlm__buf_release(&text);
    remove_folder();
}
END_TEST

START_TEST(several_members)
{
    make_folder();
    struct tlm_buf text = {0};
    make_text(&text, 1000);
    for (size_t f = 0; f < 2; f++) {
        struct tlm_buf packed = {0};
        size_t at = 0, sizes[] = {1, 0, 5000, 0, 3, text.len - 5004};
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            forms[f].add(&packed, text.data + at, sizes[i]);
            at += sizes[i];
        }
        ck_assert_uint_eq(at, text.len);
        put_file(forms[f].name, packed.data, packed.len);
        expect_text(path, 1 << 20, text.data, text.len);
        expect_text(path, 1, text.data, text.len);
        static const char zeros[1000];
        ck_assert(tlm__buf_append(&packed, zeros, sizeof zeros));
        put_file(forms[f].name, packed.data, packed.len);
        expect_text(path, 100, text.data, text.len);
        unlink(path);
        tlm__buf_release(&packed);
    }
    tlm__buf_release(&text);
    remove_folder();
}
END_TEST

START_TEST(skippable_frame_first)
{
    make_folder();
    struct tlm_buf packed = {0};
    ck_assert(tlm__buf_append(&packed, "\x50\x2a\x4d\x18\x03\0\0\0abc", 11));
    add_zstd(&packed, "t,a\n", 4);
    put_file("x", packed.data, packed.len);
    expect_text(path, 100, "t,a\n", 4);
    tlm__buf_release(&packed);
    remove_folder();
}
END_TEST

START_TEST(truncated_at_every_byte)
{
    make_folder();
    struct tlm_buf text = {0};
    make_text(&text, 20);
    for (size_t f = 0; f < 2; f++) {
        struct tlm_buf packed = {0};
        char message[100];
        forms[f].add(&packed, text.data, text.len / 2);
        size_t first = packed.len;
        forms[f].add(&packed, text.data + text.len / 2, text.len - text.len / 2);
        for (size_t n = 0; n < packed.len; n++) {
            put_file(forms[f].name, packed.data, n);
            if (n == first) {
                expect_text(path, 50, text.data, text.len / 2);
                continue;
            }
            snprintf(message, sizeof message, ": %s data ends early at byte %zu", forms[f].form, n);
            size_t got = expect_damage(path, n % 2 ? 1 << 20 : 7, &text, message);
            if (n > first)
                ck_assert_uint_ge(got, text.len / 2);
        }
        unlink(path);
        tlm__buf_release(&packed);
    }
    tlm__buf_release(&text);
    remove_folder();
}
END_TEST

/* Cut within its magic number, without a name that tells. */
START_TEST(stubs)
{
    make_folder();
    const struct tlm_buf none = {0};
    put_file("x", "\x1f", 1);
    expect_damage(path, 10, &none, ": gzip data ends early at byte 1");
    put_file("x", "\x28\xb5", 2);
    expect_damage(path, 10, &none, ": zstd data ends early at byte 2");
    remove_folder();
}
END_TEST

START_TEST(trailing_garbage)
{
    make_folder();
    struct tlm_buf text = {0};
    make_text(&text, 100);
    for (size_t f = 0; f < 2; f++) {
        static const struct {
            const char *bytes;
            size_t len, offset; /* of the first byte that is wrong */
        } tails[] = {
            {"\n", 1, 0},           {"t,a\n1,2\n", 8, 0},         {"\0\0x", 3, 2},
            {"\0\0\x1f\x8b", 4, 2}, {"\0\x28\xb5\x2f\xfd", 5, 1}, {"\x1f\x8cgarbage", 9, 0},
            {"\x28garbage", 8, 0}};
        for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
            struct tlm_buf packed = {0};
            char message[100];
            forms[f].add(&packed, text.data, text.len);
            snprintf(message, sizeof message, ": what follows at byte %zu is no %s",
                     packed.len + tails[i].offset, forms[f].form);
            ck_assert(tlm__buf_append(&packed, tails[i].bytes, tails[i].len));
            put_file(forms[f].name, packed.data, packed.len);
            ck_assert_uint_eq(expect_damage(path, 333, &text, message), text.len);
            tlm__buf_release(&packed);
        }
        unlink(path);
    }
    tlm__buf_release(&text);
    remove_folder();
}
END_TEST

START_TEST(wrong_checksum)
{
    make_folder();
    struct tlm_buf text = {0}, packed = {0};
    make_text(&text, 5000);
    add_gzip(&packed, text.data, text.len);
    packed.data[packed.len - 6] ^= 1;
    put_file("x.csv.gz", packed.data, packed.len);
    char message[100];
    ck_assert_uint_eq(expect_damage(path, 1 << 20, &text, ": gzip data is damaged at byte "),
                      text.len);
    snprintf(message, sizeof message, ": gzip data is damaged at byte %zu: incorrect data check",
             packed.len - 4);
    expect_damage(path, 100, &text, message);
    tlm__buf_release(&packed);
    tlm__buf_release(&text);
    remove_folder();
}
END_TEST

/* No flipped bit of a gzip file passes unseen. (The frames made here have no checksum.) */
START_TEST(flipped_bits)
{
    make_folder();
    struct tlm_buf text = {0}, packed = {0}, got = {0};
    make_text(&text, 30);
    add_gzip(&packed, text.data, text.len);
    for (size_t i = 10; i < packed.len; i++) {
        if (i == packed.len - 9)
            continue; /* the last bits of this byte are padding */
        struct tlm_error error;
        packed.data[i] ^= (uint8_t)(1u << i % 8);
        put_file("x.gz", packed.data, packed.len);
        struct tlm_source *source = open_source(path);
        tlm__buf_reset(&got);
        ck_assert_int_eq(drain(source, 100, &got, &error), TLM_INPUT);
        tlm__source_free(source);
        packed.data[i] ^= (uint8_t)(1u << i % 8);
    }
    tlm__buf_release(&got);
    tlm__buf_release(&packed);
    tlm__buf_release(&text);
    remove_folder();
}
END_TEST

/* ---- pipes ---------------------------------------------------------------------------------- */

struct writer {
    int fd;
    const uint8_t *bytes;
    size_t len;
    pthread_t signal_to; /* gets a signal before each byte, when `signals` */
    bool signals;
};

static void *write_bytes(void *ctx)
{
    struct writer *writer = ctx;
    for (size_t i = 0; i < writer->len; i++) {
        if (writer->signals)
            pthread_kill(writer->signal_to, SIGUSR1);
        if (i % 50 == 0)
            usleep(1000);
        ck_assert_int_eq(write(writer->fd, writer->bytes + i, 1), 1);
    }
    close(writer->fd);
    return NULL;
}

static void ignore(int number)
{
    (void)number;
}

/* A pipe as standard input, which is put back afterwards. */
static int redirect(int ends[2])
{
    int saved = dup(STDIN_FILENO);
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
    return saved;
}

static void restore(int saved)
{
    ck_assert_int_ge(fcntl(STDIN_FILENO, F_GETFD), 0); /* the source has not closed it */
    if (saved >= 0) {
        dup2(saved, STDIN_FILENO);
        close(saved);
    }
}

static void through_pipe(const struct tlm_buf *bytes, const struct tlm_buf *wanted, bool nonblock,
                         bool signals)
{
    int ends[2], saved = redirect(ends);
    if (nonblock)
        ck_assert_int_eq(fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK), 0);
    struct sigaction action = {.sa_handler = ignore};
    sigaction(SIGUSR1, &action, NULL);
    struct writer writer = {ends[1], bytes->data, bytes->len, pthread_self(), signals};
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, write_bytes, &writer), 0);
    struct tlm_source *source = open_source("-");
    struct tlm_buf text = {0};
    struct tlm_error error = {.message = ""};
    ck_assert_str_eq(tlm__source_name(source), "<stdin>");
    ck_assert(tlm__source_is_live(source));
    enum tlm_code code = drain(source, 1000, &text, &error);
    ck_assert_msg(code == TLM_OK, "%s", error.message);
    ck_assert_uint_eq(text.len, wanted->len);
    ck_assert_int_eq(memcmp(text.data, wanted->data, text.len), 0);
    ck_assert_uint_eq(tlm__source_file_bytes(source), bytes->len);
    pthread_join(thread, NULL);
    tlm__source_free(source);
    tlm__buf_release(&text);
    restore(saved);
}

START_TEST(pipes_byte_by_byte)
{
    struct tlm_buf text = {0};
    make_text(&text, 100);
    through_pipe(&text, &text, false, false);
    through_pipe(&text, &text, true, false);
    through_pipe(&text, &text, false, true);
    through_pipe(&text, &text, true, true);
    for (size_t f = 0; f < 2; f++) {
        struct tlm_buf packed = {0};
        forms[f].add(&packed, text.data, 500);
        forms[f].add(&packed, text.data + 500, text.len - 500);
        through_pipe(&packed, &text, false, false);
        through_pipe(&packed, &text, true, true);
        tlm__buf_release(&packed);
    }
    tlm__buf_release(&text);
}
END_TEST

/* What is there comes without waiting for more, from the first byte on. */
START_TEST(a_live_pipe_is_not_waited_for)
{
    int ends[2], saved = redirect(ends);
    struct tlm_source *source = open_source("-");
    char text[100];
    size_t got;
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(write(ends[1], "x\n", 2), 2);
        ck_assert_int_eq(tlm__source_read(source, text, 1, &got, NULL), TLM_OK);
        ck_assert_uint_eq(got, 1);
        ck_assert_int_eq(tlm__source_read(source, text, sizeof text, &got, NULL), TLM_OK);
        ck_assert_uint_eq(got, 1);
    }
    close(ends[1]);
    ck_assert_int_eq(tlm__source_read(source, text, sizeof text, &got, NULL), TLM_OK);
    ck_assert_uint_eq(got, 0);
    tlm__source_free(source);
    restore(saved);
}
END_TEST

/* Text that has come is delivered without waiting for more, in reads of every size: the writer is
 * alive all the time. */
START_TEST(packed_text_is_not_held_back)
{
    struct tlm_buf text = {0};
    make_text(&text, 30);
    for (size_t f = 0; f < 2; f++)
        for (size_t size = 1; size <= text.len + 1; size += 1 + size / 16) {
            struct tlm_buf packed = {0}, got = {0};
            int ends[2], saved = redirect(ends);
            struct tlm_source *source = open_source("-");
            forms[f].add(&packed, text.data, text.len);
            ck_assert_int_eq(write(ends[1], packed.data, packed.len), (ssize_t)packed.len);
            do {
                size_t n = 0;
                ck_assert(tlm__buf_reserve(&got, size));
                ck_assert_int_eq(tlm__source_read(source, got.data + got.len, size, &n, NULL),
                                 TLM_OK);
                ck_assert_uint_gt(n, 0);
                got.len += n;
            } while (got.len < text.len);
            ck_assert_uint_eq(got.len, text.len);
            close(ends[1]);
            size_t n = 99;
            ck_assert_int_eq(tlm__source_read(source, got.data, 1, &n, NULL), TLM_OK);
            ck_assert_uint_eq(n, 0);
            tlm__source_free(source);
            tlm__buf_release(&packed);
            tlm__buf_release(&got);
            restore(saved);
        }
    tlm__buf_release(&text);
}
END_TEST

/* The first bytes were read already: they come first all the same, also where they say what follows
 * is packed. Every length of them, so that the rest may be nothing. */
START_TEST(an_input_that_was_looked_at)
{
    struct tlm_buf packed = {0};
    add_gzip(&packed, "a,b\n1,2\n", 8);
    const struct tlm_string sent[] = {
        {"", 0}, {"a", 1}, {"a,b\n1,2\n", 8}, {(const char *)packed.data, packed.len}};
    for (size_t i = 0; i < sizeof sent / sizeof sent[0]; i++)
        for (size_t head = 0; head <= 16 && head <= sent[i].len; head++) {
            int ends[2];
            struct tlm_source *source;
            struct tlm_error error = {.message = ""};
            struct tlm_buf text = {0};
            ck_assert_int_eq(pipe(ends), 0);
            ck_assert_int_eq(write(ends[1], sent[i].data, sent[i].len), (ssize_t)sent[i].len);
            close(ends[1]);
            struct tlm_open_input input = {.fd = ends[0], .name = "looked", .head_len = head};
            ck_assert_int_eq(read(ends[0], input.head, head), (ssize_t)head);
            ck_assert_int_eq(tlm__source_open_input(&source, &input, &error), TLM_OK);
            ck_assert_str_eq(tlm__source_name(source), "looked");
            ck_assert_msg(drain(source, 3, &text, &error) == TLM_OK, "%s", error.message);
            ck_assert_uint_eq(text.len, i < 3 ? sent[i].len : 8);
            ck_assert(!text.len || memcmp(text.data, "a,b\n1,2\n", text.len) == 0);
            ck_assert_uint_eq(tlm__source_file_bytes(source), sent[i].len);
            tlm__source_free(source);
            tlm__buf_release(&text);
            ck_assert_int_eq(close(ends[0]), 0); /* it was not closed */
        }
    tlm__buf_release(&packed);
}
END_TEST

UNIT_MAIN("source", plain_files, what_a_file_source_says, what_cannot_be_opened, a_read_that_fails,
          packed_files, several_members, skippable_frame_first, truncated_at_every_byte, stubs,
          trailing_garbage, wrong_checksum, flipped_bits, pipes_byte_by_byte,
          a_live_pipe_is_not_waited_for, packed_text_is_not_held_back, an_input_that_was_looked_at)
