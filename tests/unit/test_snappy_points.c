/* Columns of strings, JSON and arrays of many sorts: they come back, and take no more than two
 * hundredths more than through libsnappy alone. */
#include "support/unit.h"

#include <inttypes.h>
#include <math.h>
#include <snappy-c.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "avro/snappy_encode.h"
#include "avro/snappy_points.h"
#include "avro/snappy_put.h"
#include "avro/varint.h"
#include "support/random_points.h"

/* Shorter columns are not told to the encoder. */
enum { CHANNELS = 4, COLUMN_MAX = 400000, COLUMN_MIN = 128 };

/* As ck_assert, which writes to a file each time. */
static void need(bool holds)
{
    if (!holds)
        ck_abort();
}

struct column {
    struct tlm_buf bytes;
    struct random random;
    size_t channel;
    double walk[3];
};

/* ---- elements ---------------------------------------------------------------------------------
 */

static void put_long(struct column *column, int64_t value)
{
    uint8_t bytes[TLM_VARINT_MAX];
    size_t len = (size_t)(tlm__varint_put(bytes, value) - bytes);
    need(tlm__buf_append(&column->bytes, bytes, len));
}

static void put_bytes(struct column *column, const void *bytes, size_t len)
{
    put_long(column, (int64_t)len);
    need(tlm__buf_append(&column->bytes, bytes, len));
}

static __attribute__((format(printf, 2, 3))) void put_text(struct column *column,
                                                           const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    put_long(column, TLM_STRING);
    put_bytes(column, text, (size_t)len);
}

static size_t below(struct column *column, size_t n)
{
    return random_below(&column->random, n);
}

/* 0 to 1 */
static double real(struct column *column)
{
    return (double)(random_next(&column->random) >> 11) * 0x1p-53;
}

static double rounded(double value, double parts)
{
    return nearbyint(value * parts) / parts;
}

static const char *word(struct column *column)
{
    static const char *const words[] = {"idle",  "running", "door open",   "charging",
                                        "fault", "standby", "calibrating", "ready"};
    return words[below(column, sizeof words / sizeof words[0])];
}

static void put_reals(struct column *column, const double *values, size_t n)
{
    put_long(column, TLM_DOUBLE_ARRAY);
    if (n)
        put_long(column, (int64_t)n);
    need(tlm__buf_append(&column->bytes, values, n * sizeof *values));
    put_long(column, 0);
}

/* ---- strings ----------------------------------------------------------------------------------
 */

static void empty(struct column *c, size_t i)
{
    (void)i;
    put_text(c, "%s", "");
}
static void seldom_empty(struct column *c, size_t i)
{
    (void)i;
    put_text(c, "%s", below(c, 10) ? "" : word(c));
}
static void constant(struct column *c, size_t i)
{
    (void)i;
    put_text(c, "nominal %zu", c->channel);
}
static void few(struct column *c, size_t i)
{
    (void)i;
    put_text(c, "%s", word(c));
}
static void two_hundred(struct column *c, size_t i)
{
    (void)i;
    put_text(c, "state-%zu-of-many", below(c, 200) * 7919);
}
static void long_states(struct column *c, size_t i)
{
    put_text(c, "%s since the last start", i / 40 % 2 ? "running" : "standby");
}
static void word_and_tail(struct column *c, size_t i)
{
    (void)i;
    uint64_t tail = random_next(&c->random) >> 24;
    size_t kind = below(c, 3);
    if (!kind)
        put_text(c, "%s 0", word(c));
    else if (kind == 1)
        put_text(c, "%s %04" PRIx64, word(c), tail & 0xffff);
    else
        put_text(c, "%s %010" PRIx64, word(c), tail);
}
static void hex(struct column *c, size_t i)
{
    (void)i;
    put_text(c, "%016" PRIx64, random_next(&c->random));
}
static void uuid(struct column *c, size_t i)
{
    (void)i;
    uint64_t a = random_next(&c->random), b = random_next(&c->random);
    put_text(c, "%08x-%04x-4%03x-a%03x-%012" PRIx64, (unsigned)a, (unsigned)(a >> 48),
             (unsigned)(a >> 36) & 0xfff, (unsigned)b & 0xfff, b >> 16);
}
static void frames(struct column *c, size_t i)
{
    put_text(c, "/data/flight%02zu/cam%zu/frame_%06zu.png", c->channel, below(c, 4), i);
}
static void paths(struct column *c, size_t i)
{
    static const char *const parts[] = {"usr", "lib", "share", "var", "log", "home", "src"};
    (void)i;
    put_text(c, "/%s/%s/%s/%zx.txt", parts[below(c, 7)], parts[below(c, 7)], parts[below(c, 7)],
             below(c, 65536));
}
static void log_lines(struct column *c, size_t i)
{
    put_text(c, "2024-01-01T00:%02zu:%02zu.%03zuZ INFO node%zu: request %zu took %zu us",
             i / 60 % 60, i % 60, below(c, 1000), c->channel, below(c, 100000), below(c, 5000));
}
static void dates(struct column *c, size_t i)
{
    put_text(c, "2024-01-01T%02zu:%02zu:%02zu.000Z", i / 3600 % 24, i / 60 % 60, i % 60);
}
static void decimals(struct column *c, size_t i)
{
    (void)i;
    put_text(c, "%.3f", real(c) * 100);
}
static void integers(struct column *c, size_t i)
{
    (void)i;
    put_text(c, "%zu", below(c, 100000));
}
static void counter(struct column *c, size_t i)
{
    put_text(c, "%zu", i + 100000);
}
static void letters(struct column *c, size_t i)
{
    (void)i;
    put_text(c, "%c", (int)('a' + below(c, 26)));
}
static void addresses(struct column *c, size_t i)
{
    (void)i;
    put_text(c, "10.%zu.%zu.%zu:%zu", below(c, 4), below(c, 256), below(c, 256), below(c, 65536));
}
static void noise(struct column *c, size_t i)
{
    uint8_t bytes[300];
    size_t len = below(c, i % 2 ? 40 : sizeof bytes);
    for (size_t k = 0; k < len; k++)
        bytes[k] = (uint8_t)below(c, 256);
    put_long(c, TLM_STRING);
    put_bytes(c, bytes, len);
}
static void sentences(struct column *c, size_t i)
{
    static const char *const words[] = {"the", "valve", "pressure", "of",      "tank",  "is",
                                        "and", "above", "limit",    "stopped", "sensor"};
    struct tlm_buf text = {0};
    (void)i;
    for (size_t n = 4 + below(c, 14); n--;)
        need(tlm__buf_printf(&text, "%s ", words[below(c, 11)]));
    put_long(c, TLM_STRING);
    put_bytes(c, text.data, text.len);
    tlm__buf_release(&text);
}
static void very_long(struct column *c, size_t i)
{
    struct tlm_buf text = {0};
    for (size_t k = 0; k < 3000; k++)
        need(tlm__buf_printf(&text, "key%zu=%zu;", k, below(c, 1 + k * (i % 7))));
    put_long(c, TLM_STRING);
    put_bytes(c, text.data, text.len);
    tlm__buf_release(&text);
}

/* ---- JSON -------------------------------------------------------------------------------------
 */

static void position(struct column *c, size_t i)
{
    put_text(c, "{\"lat\":%.6f,\"lon\":%.6f,\"fix\":%zu,\"ok\":true}", real(c) * 100 - 50,
             real(c) * 100 - 50, i % 4);
}
static void track(struct column *c, size_t i)
{
    (void)i;
    c->walk[0] += (real(c) - 0.5) * 1e-4;
    c->walk[1] += (real(c) - 0.5) * 1e-4;
    put_text(c, "{\"lat\":%.7f,\"lon\":%.7f,\"alt\":%.1f}", 50 + c->walk[0], 8 + c->walk[1],
             100 + real(c));
}
static void settings(struct column *c, size_t i)
{
    (void)i;
    put_text(c, "{\"unit\":\"m\",\"channel\":%zu,\"quality\":\"good\"}", c->channel);
}
static void small_object(struct column *c, size_t i)
{
    (void)i;
    put_text(c, "{\"a\":%zu}", below(c, 10));
}
static void nested(struct column *c, size_t i)
{
    put_text(c,
             "{\"pos\":{\"x\":%.3f,\"y\":%.3f},\"vel\":[%.2f,%.2f,%.2f],\"mode\":\"%s\","
             "\"seq\":%zu}",
             real(c) * 10, real(c) * 10, real(c), real(c), real(c), word(c), i);
}
static void optional(struct column *c, size_t i)
{
    char error[64] = "", voltage[64] = "";
    if (below(c, 2))
        snprintf(error, sizeof error, ",\"error\":\"%s\"", word(c));
    if (below(c, 2))
        snprintf(voltage, sizeof voltage, ",\"voltage\":%.2f", real(c) * 5);
    put_text(c, "{\"t\":%zu%s%s}", i % 1000, error, voltage);
}
static void booleans(struct column *c, size_t i)
{
    (void)i;
    put_text(c, "%s", below(c, 2) ? "true" : "false");
}

/* ---- arrays -----------------------------------------------------------------------------------
 */

static void array(struct column *c, size_t n, double parts)
{
    double values[16] = {0};
    for (size_t k = 0; k < n; k++)
        values[k] = parts > 0 ? rounded(real(c) * 100 - 50, parts) : real(c) * 100 - 50;
    put_reals(c, values, n);
}
static void noisy(struct column *c, size_t i)
{
    (void)i;
    array(c, 8, 0);
}
static void six_digits(struct column *c, size_t i)
{
    (void)i;
    array(c, 8, 1e6);
}
static void four_digits(struct column *c, size_t i)
{
    (void)i;
    array(c, 8, 1e4);
}
static void two_digits(struct column *c, size_t i)
{
    (void)i;
    array(c, 8, 1e2);
}
static void whole(struct column *c, size_t i)
{
    (void)i;
    array(c, 8, 1);
}
static void of_any_length(struct column *c, size_t i)
{
    (void)i;
    array(c, below(c, 12), 1e3);
}
static void of_one(struct column *c, size_t i)
{
    (void)i;
    array(c, 1, 0);
}
static void without_items(struct column *c, size_t i)
{
    (void)i;
    array(c, 0, 0);
}
static void zeros(struct column *c, size_t i)
{
    double values[8] = {0};
    (void)i;
    put_reals(c, values, 8);
}
static void regular(struct column *c, size_t i)
{
    double values[8];
    for (size_t k = 0; k < 8; k++)
        values[k] = (double)(i + k + c->channel);
    put_reals(c, values, 8);
}
static void ramps(struct column *c, size_t i)
{
    double values[8];
    for (size_t k = 0; k < 8; k++)
        values[k] = (double)i * 0.1 + (double)k;
    put_reals(c, values, 8);
}
static void vectors(struct column *c, size_t i)
{
    double values[3];
    (void)i;
    for (size_t k = 0; k < 3; k++)
        values[k] = rounded(c->walk[k] += real(c) - 0.5, 1e6);
    put_reals(c, values, 3);
}
static void single_precision(struct column *c, size_t i)
{
    double values[4];
    (void)i;
    for (size_t k = 0; k < 4; k++)
        values[k] = (double)(float)(real(c) * 100);
    put_reals(c, values, 4);
}

/* ---- the sorts --------------------------------------------------------------------------------
 */

static const struct sort {
    const char *name;
    enum tlm_span_kind kind;
    void (*put)(struct column *column, size_t i);
} sorts[] = {
    {"empty", TLM_SPAN_STRINGS, empty},
    {"seldom empty", TLM_SPAN_STRINGS, seldom_empty},
    {"constant", TLM_SPAN_STRINGS, constant},
    {"few", TLM_SPAN_STRINGS, few},
    {"two hundred", TLM_SPAN_STRINGS, two_hundred},
    {"long states", TLM_SPAN_STRINGS, long_states},
    {"word and tail", TLM_SPAN_STRINGS, word_and_tail},
    {"hex", TLM_SPAN_STRINGS, hex},
    {"uuid", TLM_SPAN_STRINGS, uuid},
    {"frames", TLM_SPAN_STRINGS, frames},
    {"paths", TLM_SPAN_STRINGS, paths},
    {"log lines", TLM_SPAN_STRINGS, log_lines},
    {"dates", TLM_SPAN_STRINGS, dates},
    {"decimals", TLM_SPAN_STRINGS, decimals},
    {"integers", TLM_SPAN_STRINGS, integers},
    {"counter", TLM_SPAN_STRINGS, counter},
    {"letters", TLM_SPAN_STRINGS, letters},
    {"addresses", TLM_SPAN_STRINGS, addresses},
    {"noise", TLM_SPAN_STRINGS, noise},
    {"sentences", TLM_SPAN_STRINGS, sentences},
    {"very long", TLM_SPAN_STRINGS, very_long},
    {"position", TLM_SPAN_JSON, position},
    {"track", TLM_SPAN_JSON, track},
    {"settings", TLM_SPAN_JSON, settings},
    {"small object", TLM_SPAN_JSON, small_object},
    {"nested", TLM_SPAN_JSON, nested},
    {"optional", TLM_SPAN_JSON, optional},
    {"booleans", TLM_SPAN_JSON, booleans},
    {"noisy", TLM_SPAN_ARRAYS, noisy},
    {"six digits", TLM_SPAN_ARRAYS, six_digits},
    {"four digits", TLM_SPAN_ARRAYS, four_digits},
    {"two digits", TLM_SPAN_ARRAYS, two_digits},
    {"whole", TLM_SPAN_ARRAYS, whole},
    {"of any length", TLM_SPAN_ARRAYS, of_any_length},
    {"of one", TLM_SPAN_ARRAYS, of_one},
    {"without items", TLM_SPAN_ARRAYS, without_items},
    {"zeros", TLM_SPAN_ARRAYS, zeros},
    {"regular", TLM_SPAN_ARRAYS, regular},
    {"ramps", TLM_SPAN_ARRAYS, ramps},
    {"vectors", TLM_SPAN_ARRAYS, vectors},
    {"single precision", TLM_SPAN_ARRAYS, single_precision},
};
enum { SORTS = sizeof sorts / sizeof sorts[0] };

static struct tlm_buf make_column(const struct sort *sort, size_t n, size_t channel)
{
    struct column column = {.random = {UINT64_C(88172645463325252) + channel}, .channel = channel};
    for (size_t i = 0; i < n && column.bytes.len < COLUMN_MAX; i++)
        sort->put(&column, i);
    return column.bytes;
}

/* ---- sizes ------------------------------------------------------------------------------------
 */

static bool general(const uint8_t *raw, size_t len, struct tlm_buf *out)
{
    size_t room = snappy_max_compressed_length(len);
    ck_assert(tlm__buf_reserve(out, room));
    ck_assert_int_eq(snappy_compress((const char *)raw, len, (char *)out->data + out->len, &room),
                     SNAPPY_OK);
    out->len += room;
    return true;
}

/* Columns with some bytes between them, as in a block. */
struct block {
    struct tlm_buf raw;
    struct tlm_layout layout;
};

static void add(struct block *block, const struct sort *sort, size_t n, size_t channel)
{
    struct tlm_buf column = make_column(sort, n, channel);
    need(tlm__buf_printf(&block->raw, "channel %zu", channel));
    struct tlm_span span = {.at = block->raw.len, .len = column.len, .kind = sort->kind};
    ck_assert(tlm__buf_append(&block->raw, column.data, column.len));
    ck_assert(tlm__layout_add(&block->layout, &span));
    tlm__buf_release(&column);
}

static void release(struct block *block)
{
    tlm__buf_release(&block->raw);
    tlm__layout_release(&block->layout);
}

/* Returns the size, of bytes that end where readable memory does. */
static size_t check(const struct block *block)
{
    const size_t len = block->raw.len;
    struct tlm_buf out = {0}, scratch = {0};
    uint8_t *raw = malloc(len), *back = malloc(len);
    memcpy(raw, block->raw.data, len);
    ck_assert(tlm__snappy_encode(raw, len, &block->layout, general, &scratch, &out));
    size_t got = len, size = out.len;
    ck_assert_int_eq(snappy_uncompress((const char *)out.data, out.len, (char *)back, &got),
                     SNAPPY_OK);
    ck_assert_uint_eq(got, len);
    ck_assert_int_eq(memcmp(back, raw, len), 0);
    tlm__buf_release(&out);
    tlm__buf_release(&scratch);
    free(raw);
    free(back);
    return size;
}

/* What libsnappy makes of each column, and the bytes between. */
static size_t general_size(const struct block *block)
{
    size_t size = block->raw.len;
    for (size_t i = 0; i < block->layout.n; i++) {
        const struct tlm_span *span = &block->layout.spans[i];
        struct tlm_buf out = {0};
        ck_assert(general(block->raw.data + span->at, span->len, &out));
        size = size - span->len + out.len;
        tlm__buf_release(&out);
    }
    return size;
}

static void check_size(const struct block *block, const char *name, size_t n)
{
    size_t ours = check(block), theirs = general_size(block);
    ck_assert_msg(ours <= theirs + theirs / 50 + 16 * block->layout.n, "%s, %zu: %zu, not %zu",
                  name, n, ours, theirs);
}

START_TEST(columns_of_all_sorts_are_no_larger)
{
    static const size_t sizes[] = {1, 2, 10, 128, 500, 3600};
    for (size_t s = 0; s < SORTS; s++)
        for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
            struct block block = {0};
            for (size_t channel = 0; channel < CHANNELS; channel++)
                add(&block, &sorts[s], sizes[k], channel);
            if (sizes[k] < COLUMN_MIN)
                check(&block);
            else
                check_size(&block, sorts[s].name, sizes[k]);
            release(&block);
        }
}
END_TEST

/* A trial of one column must not speak for another sort. */
START_TEST(columns_next_to_others_are_no_larger)
{
    for (size_t a = 0; a < SORTS; a++)
        for (size_t b = a + 1; b < SORTS; b++) {
            struct block block = {0};
            add(&block, &sorts[a], 1000, 1);
            add(&block, &sorts[b], 1000, 2);
            add(&block, &sorts[a], 1000, 3);
            check_size(&block, sorts[a].name, b);
            release(&block);
        }
}
END_TEST

/* Copies must stay inside a column, since bytes may have been left out in front of it: here others
 * stand there than the encoder has seen, which are those in front of later elements, too. */
START_TEST(columns_stand_alone)
{
    static const uint8_t front[] = "some name TAILTAIL", other[sizeof front] = {0};
    enum { LEN = sizeof front - 1 };
    struct column column = {.random = {1}};
    need(tlm__buf_append(&column.bytes, front, LEN));
    for (size_t i = 0; i < 400; i++)
        put_text(&column, "state %010" PRIx64 " TAILTAIL", random_next(&column.random) >> 24);
    const size_t len = column.bytes.len;
    const struct tlm_span span = {.at = LEN, .len = len - LEN, .kind = TLM_SPAN_STRINGS};
    uint8_t *out = malloc(len + len / 8 + 64 + TLM_SNAPPY_SCRIBBLE), *back = malloc(len);
    need(out && back);
    uint8_t *end = tlm__snappy_put_varint(out, len);
    end = tlm__snappy_put_literal(end, other, LEN);
    end = tlm__snappy_put_points(column.bytes.data, &span, end);
    size_t got = len;
    ck_assert_int_eq(snappy_uncompress((const char *)out, (size_t)(end - out), (char *)back, &got),
                     SNAPPY_OK);
    ck_assert_uint_eq(got, len);
    ck_assert_int_eq(memcmp(back + LEN, column.bytes.data + LEN, len - LEN), 0);
    free(out);
    free(back);
    tlm__buf_release(&column.bytes);
}
END_TEST

/* ---- what it is for ---------------------------------------------------------------------------
 */

static size_t points_size(const struct sort *sort, size_t *theirs)
{
    struct block block = {0};
    struct tlm_buf out = {0};
    add(&block, sort, 3600, 1);
    const struct tlm_span *span = &block.layout.spans[0];
    ck_assert(tlm__buf_reserve(&out, span->len + span->len / 8 + TLM_SNAPPY_SCRIBBLE));
    size_t size = (size_t)(tlm__snappy_put_points(block.raw.data, span, out.data) - out.data);
    tlm__buf_reset(&out);
    ck_assert(general(block.raw.data + span->at, span->len, &out));
    *theirs = out.len;
    tlm__buf_release(&out);
    release(&block);
    return size;
}

/* Without the general encoder: the sorts that the search at points was made for. */
START_TEST(points_find_what_a_search_at_every_byte_finds)
{
    static const char *const names[] = {"word and tail", "position", "four digits"};
    for (size_t s = 0; s < SORTS; s++)
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            if (strcmp(sorts[s].name, names[i]) != 0)
                continue;
            size_t theirs, ours = points_size(&sorts[s], &theirs);
            ck_assert_msg(ours <= theirs + theirs / 100, "%s: %zu, not %zu", names[i], ours,
                          theirs);
        }
}
END_TEST

/* ---- hints ------------------------------------------------------------------------------------
 */

/* The layout is a hint: any bytes come back under any kind. */
START_TEST(kinds_may_be_wrong)
{
    static const enum tlm_span_kind kinds[] = {TLM_SPAN_STRINGS, TLM_SPAN_JSON, TLM_SPAN_ARRAYS,
                                               TLM_SPAN_VALUES};
    for (size_t s = 0; s < SORTS; s++)
        for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
            struct sort sort = sorts[s];
            struct block block = {0};
            sort.kind = kinds[k];
            add(&block, &sort, 700, 1);
            check(&block);
            release(&block);
        }
}
END_TEST

UNIT_MAIN("snappy_points", columns_of_all_sorts_are_no_larger, columns_next_to_others_are_no_larger,
          columns_stand_alone, points_find_what_a_search_at_every_byte_finds, kinds_may_be_wrong)
