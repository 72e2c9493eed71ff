/* The snappy encoder for columns, against libsnappy's decoder. */
#include "support/unit.h"

#include <math.h>
#include <snappy-c.h>
#include <stdlib.h>
#include <string.h>

#include "avro/snappy_encode.h"
#include "support/random_points.h"

static bool general(const uint8_t *raw, size_t len, struct tlm_buf *out)
{
    size_t room = snappy_max_compressed_length(len);
    if (!tlm__buf_reserve(out, room))
        return false;
    ck_assert_int_eq(snappy_compress((const char *)raw, len, (char *)out->data + out->len, &room),
                     SNAPPY_OK);
    out->len += room;
    return true;
}

/* Compresses a copy that ends where readable memory does; returns the size. */
static size_t check(const uint8_t *bytes, size_t len, const struct tlm_layout *layout)
{
    struct tlm_buf out = {0}, scratch = {0}, whole = {0};
    uint8_t *raw = malloc(len ? len : 1);
    memcpy(raw, bytes, len);
    if (!tlm__snappy_encode(raw, len, layout, general, &scratch, &out) ||
        !tlm__layout_fill(layout, raw, len, &whole))
        ck_abort_msg("not encoded");
    size_t got = whole.len, size = out.len;
    uint8_t *back = malloc(got ? got : 1);
    if (snappy_uncompress((char *)out.data, out.len, (char *)back, &got) != SNAPPY_OK ||
        got != len + layout->left_out || got != whole.len ||
        (got && memcmp(back, whole.data, got) != 0))
        ck_abort_msg("%zu bytes with %zu spans do not come back", len, layout->n);
    tlm__buf_release(&whole);
    tlm__buf_release(&out);
    tlm__buf_release(&scratch);
    free(raw);
    free(back);
    return size;
}

static size_t general_size(const uint8_t *raw, size_t len)
{
    struct tlm_buf out = {0};
    ck_assert(general(raw, len, &out));
    size_t size = out.len;
    tlm__buf_release(&out);
    return size;
}

/* One column of n elements: a branch and eight bytes from `value`. */
static struct tlm_buf column(size_t n, double (*value)(size_t i))
{
    struct tlm_buf buf = {0};
    for (size_t i = 0; i < n; i++) {
        double real = value(i);
        ck_assert(tlm__buf_append_byte(&buf, 0) && tlm__buf_append(&buf, &real, sizeof real));
    }
    return buf;
}

static double constant(size_t i)
{
    (void)i;
    return 21.5;
}
static double counting(size_t i)
{
    return (double)i;
}
static double steps(size_t i)
{
    return (double)(i / 7) * 0.25;
}
static double noise(size_t i)
{
    return sin((double)i * 12.9898) * 43758.5453;
}
static double few(size_t i)
{
    return (double)(i * 7919 % 5);
}

START_TEST(columns_of_all_kinds_come_back_and_are_no_larger)
{
    double (*const values[])(size_t) = {constant, counting, steps, noise, few};
    static const size_t sizes[] = {0, 1, 2, 3, 4, 5, 7, 8, 60, 455, 456, 3600, 30000};
    for (size_t v = 0; v < sizeof values / sizeof values[0]; v++)
        for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
            for (int kind = 0; kind < 2; kind++) {
                struct tlm_buf buf = column(sizes[s], values[v]);
                struct tlm_span span = {.len = buf.len, .kind = (enum tlm_span_kind)kind};
                struct tlm_layout layout = {.spans = &span, .n = 1};
                size_t size = check(buf.len ? buf.data : (const uint8_t *)"", buf.len, &layout);
                size_t theirs = general_size(buf.len ? buf.data : (const uint8_t *)"", buf.len);
                ck_assert_msg(size <= theirs + theirs / 50 + 40, "kind %zu of %zu: %zu, not %zu", v,
                              sizes[s], size, theirs);
                tlm__buf_release(&buf);
            }
}
END_TEST

/* Adds a column and what is in front of it, or the same timestamps as those of a span again. */
static void add(struct tlm_buf *raw, struct tlm_layout *layout, const uint8_t *bytes,
                const struct tlm_span *like)
{
    struct tlm_span span = *like;
    span.at = raw->len;
    if (like->kind == TLM_SPAN_REPEAT)
        span.back = raw->len + layout->left_out - like->back; /* which was: where they are */
    else
        ck_assert(tlm__buf_append(raw, bytes, like->len));
    ck_assert(tlm__layout_add(layout, &span));
}

START_TEST(repeated_timestamps_cost_next_to_nothing)
{
    struct tlm_buf times = column(3600, noise), buf = {0};
    struct tlm_layout layout = {0};
    struct tlm_span first = {.len = times.len, .kind = TLM_SPAN_TIMES}, repeat = first;
    add(&buf, &layout, times.data, &first);
    repeat.kind = TLM_SPAN_REPEAT;
    for (size_t i = 1; i < 10; i++) {
        ck_assert(tlm__buf_printf(&buf, "channel %zu", i));
        add(&buf, &layout, NULL, &repeat);
        repeat.back = buf.len + layout.left_out - times.len; /* the next one repeats this one */
    }
    ck_assert_uint_eq(layout.left_out, 9 * times.len);
    ck_assert_uint_lt(check(buf.data, buf.len, &layout), times.len + times.len);
    tlm__layout_release(&layout);
    tlm__buf_release(&times);
    tlm__buf_release(&buf);
}
END_TEST

/* Lengths and offsets around every border of the format. */
START_TEST(borders_of_copies_and_literals)
{
    static const size_t lens[] = {4,   11,  12,  60,  61,  63,  64,  65,    67,    68,   69,
                                  127, 128, 132, 255, 256, 257, 300, 65535, 65536, 65537};
    static const size_t gaps[] = {0, 1, 2035, 2043, 2044, 2047, 2048, 65470, 65531, 65535, 65536};
    struct random random = {20240501};
    for (size_t l = 0; l < sizeof lens / sizeof lens[0]; l++)
        for (size_t g = 0; g < sizeof gaps / sizeof gaps[0]; g++) {
            size_t len = lens[l], total = len + gaps[g] + 3;
            uint8_t *raw = malloc(total);
            for (size_t i = 0; i < total; i++)
                raw[i] = (uint8_t)random_below(&random, 256);
            struct tlm_span spans[] = {
                {.len = len, .kind = TLM_SPAN_TIMES},
                {.at = len + gaps[g], .len = len, .kind = TLM_SPAN_REPEAT, .back = len + gaps[g]}};
            struct tlm_layout layout = {.spans = spans, .n = 2, .left_out = len};
            check(raw, total, &layout);
            free(raw);
        }
}
END_TEST

/* A saw tooth is copied a period at a time, in whatever phase it starts, also when something is
 * in between. */
START_TEST(periods_are_found)
{
    for (size_t period = 20; period <= 1500; period += 370)
        for (size_t odd = 0; odd < 3; odd++) {
            struct tlm_buf buf = {0};
            for (size_t i = 0; i < 5000; i++) {
                double value = (double)((i + 7) % period) * 0.125 + 20;
                value = odd && i % 1000 == 900 + odd ? 1e9 + (double)i : value;
                ck_assert(tlm__buf_append_byte(&buf, 0) &&
                          tlm__buf_append(&buf, &value, sizeof value));
            }
            struct tlm_span span = {.len = buf.len, .kind = TLM_SPAN_VALUES};
            struct tlm_layout layout = {.spans = &span, .n = 1};
            size_t size = check(buf.data, buf.len, &layout);
            ck_assert_uint_lt(size, 9 * period + buf.len / 16);
            tlm__buf_release(&buf);
        }
}
END_TEST

static void fill(struct random *random, uint8_t *raw, size_t len)
{
    size_t alphabet = 1 + random_below(random, random_below(random, 2) ? 256 : 4);
    for (size_t i = 0; i < len; i++) {
        raw[i] = (uint8_t)random_below(random, alphabet);
        if (i >= 9 && random_below(random, 3))
            raw[i] = raw[i - 9];
    }
}

/* Whatever is in the columns, the bytes come back. */
START_TEST(layouts_may_be_wrong_about_what_is_there)
{
    struct random random = {20240501};
    for (int round = 0; round < 20000; round++) {
        uint8_t raw[3000];
        size_t len = random_below(&random, sizeof raw), at = 0, n = random_below(&random, 9);
        fill(&random, raw, len);
        struct tlm_layout layout = {0};
        for (size_t i = 0; i < n; i++) {
            at += random_below(&random, (len - at) / 4 + 1);
            struct tlm_span span = {.at = at,
                                    .len = random_below(&random, (len - at) / 2 + 1),
                                    .kind = (enum tlm_span_kind)random_below(&random, 2)};
            if (i && layout.spans[0].len && random_below(&random, 2))
                span = (struct tlm_span){.at = at,
                                         .len = layout.spans[0].len,
                                         .kind = TLM_SPAN_REPEAT,
                                         .from = layout.spans[0].at,
                                         .back = at + layout.left_out - layout.spans[0].at};
            else
                at += span.len;
            ck_assert(tlm__layout_add(&layout, &span));
        }
        check(raw, len, &layout);
        tlm__layout_release(&layout);
    }
}
END_TEST

UNIT_MAIN("snappy_encode", columns_of_all_kinds_come_back_and_are_no_larger,
          repeated_timestamps_cost_next_to_nothing, borders_of_copies_and_literals,
          periods_are_found, layouts_may_be_wrong_about_what_is_there)
