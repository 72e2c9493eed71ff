/* Points to AvroStream records, byte for byte. */
#include "support/unit.h"

#include <string.h>

#include "avro/encode.h"
#include "avro/varint.h"
#include "base/tags.h"
#include "support/random_points.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const int64_t some_ns = 1704067200123456789;

/* A header with up to one tag. */
static struct tlm_series_header header_of(const char *channel, const char *key, const char *value)
{
    struct tlm_series_header header;
    struct tlm_buf set = {0};
    struct tlm_tag tag = {key, value};
    const char *duplicate;
    ck_assert(tlm__tags_encode(&set, &tag, key ? 1 : 0, &duplicate));
    ck_assert(tlm__series_header_init(&header, channel, (const char *)set.data, set.len));
    tlm__buf_release(&set);
    return header;
}

/* Encodes all points and compares with the bytes given. */
static void check_bytes(const struct tlm_points *points, const void *bytes, size_t len)
{
    struct tlm_series_header header = header_of("rpm", "car", "7");
    struct tlm_buf out = {0};
    struct tlm_encoded made;
    ck_assert(tlm__encode_record(&out, &header, points, NULL, &made));
    ck_assert_uint_eq(out.len, len);
    ck_assert_mem_eq(out.data, bytes, len);
    tlm__buf_release(&out);
    tlm__series_header_release(&header);
}

START_TEST(test_one_point_of_each_type)
{
    static const char items[] = "\x02\0\0\0hi\0\0\0\0";
    const int64_t times[] = {0, -1, 63, 64, INT64_MIN, INT64_MAX};
    const double numbers[] = {1.5, 2};
    struct tlm_buf heap = {0};
    ck_assert(tlm__buf_append(&heap, "text", 4));
    ck_assert(tlm__buf_append(&heap, numbers, sizeof numbers));
    uint32_t lens[] = {2, 0};
    ck_assert(tlm__buf_append(&heap, &lens[0], 4) && tlm__buf_append(&heap, "hi", 2));
    ck_assert(tlm__buf_append(&heap, &lens[1], 4) && tlm__buf_append(&heap, "{}", 2));
    uint64_t one_and_half;
    memcpy(&one_and_half, &numbers[0], 8);
    const uint64_t values[] = {one_and_half, 4, (uint64_t)INT64_C(-65), 16, sizeof items - 1, 2};
    const uint8_t types[] = {TLM_DOUBLE,       TLM_STRING,       TLM_LONG,
                             TLM_DOUBLE_ARRAY, TLM_STRING_ARRAY, TLM_JSON};
    struct tlm_points points = {
        .times_ns = times, .values = values, .types = types, .heap = heap.data, .n = 6};
    static const char expected[] = "\x06rpm"
                                   "\x0c\0\x01\x7e\x80\x01"
                                   "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
                                   "\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"
                                   "\0"
                                   "\x0c"
                                   "\0\0\0\0\0\0\0\xf8\x3f"
                                   "\x02\x08text"
                                   "\x04\x81\x01"
                                   "\x06\x04\0\0\0\0\0\0\xf8\x3f\0\0\0\0\0\0\0\x40\0"
                                   "\x08\x04\x04hi\0\0"
                                   "\x0a\x04{}"
                                   "\0"
                                   "\x02\x06"
                                   "car\x02"
                                   "7\0";
    check_bytes(&points, expected, sizeof expected - 1);
    tlm__buf_release(&heap);
}
END_TEST

START_TEST(test_empty_texts_and_arrays)
{
    const int64_t times[] = {0, 0, 0, 0};
    const uint64_t values[] = {0, 0, 0, 0};
    const uint8_t types[] = {TLM_STRING, TLM_DOUBLE_ARRAY, TLM_STRING_ARRAY, TLM_JSON};
    struct tlm_points points = {.times_ns = times, .values = values, .types = types, .n = 4};
    static const char expected[] = "\x06rpm\x08\0\0\0\0\0"
                                   "\x08\x02\0\x06\0\x08\0\x0a\0\0"
                                   "\x02\x06"
                                   "car\x02"
                                   "7\0";
    check_bytes(&points, expected, sizeof expected - 1);
}
END_TEST

START_TEST(test_double_bits_are_kept)
{
    static const uint64_t bits[] = {0x7ff8000000000000, 0xfff0000000000001, 0x7ff4dead0000beef,
                                    0x8000000000000000, 0x7ff0000000000000, 0x0000000000000001};
    int64_t times[LEN(bits)] = {0};
    struct tlm_points points = {.times_ns = times, .values = bits, .n = LEN(bits)};
    struct tlm_series_header header = header_of("c", NULL, NULL);
    struct tlm_buf out = {0};
    struct tlm_encoded made;
    ck_assert(tlm__encode_record(&out, &header, &points, NULL, &made));
    const uint8_t *at = out.data + 2 + 1 + LEN(bits) + 1 + 1;
    for (size_t i = 0; i < LEN(bits); i++, at += 9) {
        ck_assert_uint_eq(at[0], 0);
        for (int byte = 0; byte < 8; byte++)
            ck_assert_uint_eq(at[1 + byte], (bits[i] >> 8 * byte) & 0xff);
    }
    ck_assert_ptr_eq(at + 2, out.data + out.len); /* end of the array, empty map */
    tlm__buf_release(&out);
    tlm__series_header_release(&header);
}
END_TEST

/* 15 points: a plain count. 16: a negative one and the size in bytes. */
START_TEST(test_long_blocks_say_their_size)
{
    int64_t times[16];
    uint64_t values[16] = {0};
    for (size_t i = 0; i < LEN(times); i++)
        times[i] = some_ns;
    struct tlm_series_header header = header_of("c", NULL, NULL);
    struct tlm_points points = {.times_ns = times, .values = values, .type = TLM_LONG, .n = 15};
    struct tlm_buf out = {0};
    struct tlm_encoded made;
    ck_assert(tlm__encode_record(&out, &header, &points, NULL, &made));
    ck_assert_uint_eq(out.len, 2 + (1 + 15 * 9 + 1) + (1 + 15 * 2 + 1) + 1);
    ck_assert_uint_eq(out.data[2], 30);
    ck_assert_uint_eq(out.data[2 + 1 + 15 * 9 + 1], 30);
    points.n = 16;
    tlm__buf_reset(&out);
    ck_assert(tlm__encode_record(&out, &header, &points, NULL, &made));
    ck_assert_uint_eq(out.len, 2 + (3 + 16 * 9 + 1) + (2 + 16 * 2 + 1) + 1);
    ck_assert_mem_eq(out.data + 2, "\x1f\xa0\x02", 3);
    ck_assert_mem_eq(out.data + 2 + 3 + 16 * 9 + 1, "\x1f\x40\x04\0", 4);
    tlm__buf_release(&out);
    tlm__series_header_release(&header);
}
END_TEST

START_TEST(test_header_with_many_tags)
{
    char keys[70][8];
    struct tlm_tag tags[70];
    for (size_t i = 0; i < LEN(tags); i++) {
        snprintf(keys[i], sizeof keys[i], "k%02zu", i);
        tags[i] = (struct tlm_tag){keys[i], ""};
    }
    struct tlm_buf set = {0};
    const char *duplicate;
    ck_assert(tlm__tags_encode(&set, tags, LEN(tags), &duplicate));
    char channel[101];
    memset(channel, 'x', 100);
    channel[100] = '\0';
    struct tlm_series_header header;
    ck_assert(tlm__series_header_init(&header, channel, (const char *)set.data, set.len));
    ck_assert_uint_eq(header.channel.len, 2 + 100);
    ck_assert_mem_eq(header.channel.data, "\xc8\x01xx", 4);
    ck_assert_uint_eq(header.tags.len, 2 + 70 * 5 + 1);
    ck_assert_mem_eq(header.tags.data, "\x8c\x01\x06k00\0\x06k01\0", 12);
    ck_assert_uint_eq(header.tags.data[header.tags.len - 1], 0);
    tlm__series_header_release(&header);
    tlm__buf_release(&set);
}
END_TEST

START_TEST(test_varints)
{
    for (unsigned bit = 0; bit < 64; bit++)
        for (int64_t step = -2; step <= 2; step++)
            for (int sign = 0; sign < 2; sign++) {
                uint64_t magnitude = (UINT64_C(1) << bit) + (uint64_t)step;
                int64_t value = (int64_t)(sign ? -magnitude : magnitude);
                uint8_t loop[TLM_VARINT_MAX], column[TLM_VARINT_MAX];
                size_t size = (size_t)(tlm__varint_put(loop, value) - loop);
                ck_assert_uint_eq(tlm__varint_size(value), size);
                ck_assert_uint_eq((size_t)(tlm__varint_put_column(column, value) - column), size);
                ck_assert_mem_eq(column, loop, size);
                uint64_t back = 0; /* and by the definition */
                for (size_t i = 0; i < size; i++)
                    back |= (uint64_t)(loop[i] & 0x7f) << 7 * i;
                ck_assert_int_eq((int64_t)(back >> 1 ^ -(back & 1)), value);
            }
}
END_TEST

/* Around the timestamps where nine bytes begin and end, one among many ordinary ones. */
START_TEST(test_time_sizes)
{
    static const int64_t edges[] = {INT64_C(1) << 55, -(INT64_C(1) << 55), INT64_C(1) << 62,
                                    -(INT64_C(1) << 62)};
    struct tlm_series_header header = header_of("c", NULL, NULL);
    const uint64_t values[20] = {0};
    for (size_t i = 0; i < 5 * LEN(edges); i++) {
        int64_t times[20], odd = edges[i / 5] + (int64_t)(i % 5) - 2;
        for (size_t k = 0; k < LEN(times); k++)
            times[k] = k == 13 ? odd : some_ns;
        struct tlm_points points = {.times_ns = times, .values = values, .n = LEN(times)};
        struct tlm_buf out = {0};
        struct tlm_encoded made;
        uint8_t varint[TLM_VARINT_MAX];
        size_t odd_size = (size_t)(tlm__varint_put(varint, odd) - varint);
        ck_assert(tlm__encode_record(&out, &header, &points, NULL, &made));
        size_t times_len = 3 + 19 * 9 + odd_size + 1;
        ck_assert_uint_eq(out.len, 2 + times_len + (3 + 20 * 9 + 1) + 1);
        ck_assert_mem_eq(out.data + 2 + 3 + 13 * 9, varint, odd_size);
        ck_assert_uint_eq(out.data[2 + times_len - 1], 0);
        tlm__buf_release(&out);
    }
    tlm__series_header_release(&header);
}
END_TEST

START_TEST(test_memory_out_changes_nothing)
{
    struct tlm_series_header header = header_of("c", NULL, NULL);
    const uint64_t value = 1;
    struct tlm_points points = {.times_ns = &some_ns, .values = &value, .n = 1};
    struct tlm_buf full = {.len = SIZE_MAX - 2}; /* no room can be made behind it */
    struct tlm_encoded made = {.times = {.len = 8}};
    ck_assert(!tlm__encode_record(&full, &header, &points, NULL, &made));
    ck_assert_uint_eq(full.len, SIZE_MAX - 2);
    ck_assert_uint_eq(made.times.len, 8);
    tlm__series_header_release(&header);
}
END_TEST

UNIT_MAIN("encode", test_one_point_of_each_type, test_empty_texts_and_arrays,
          test_double_bits_are_kept, test_long_blocks_say_their_size, test_header_with_many_tags,
          test_varints, test_time_sizes, test_memory_out_changes_nothing)
