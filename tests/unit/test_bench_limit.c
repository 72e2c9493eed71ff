/* The floor of `tlm bench`: its scan finds the numbers, its parts are measured or left out. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/limit.h"
#include "bench/limit_scan.h"
#include "bench/limit_share.h"

#include "support/scratch.h"
#include "support/unit.h"

/* ---- the scan ------------------------------------------------------------------------------- */

static size_t scan(const char *text, bool csv, double *values, size_t room)
{
    size_t len = strlen(text);
    char *copy = calloc(1, len + LIMIT_SCAN_MARGIN);
    memcpy(copy, text, len);
    size_t n = limit_scan(copy, len, csv, values, room);
    free(copy);
    return n;
}

START_TEST(scan_of_json)
{
    static const double wanted[] = {1700000000000000000, 1.5, -0.000001, 12, -7.25e3,
                                    9999999.9999999};
    double values[8];
    size_t n = scan("{\"ts\":1700000000000000000,\"a\":1.5,\"b\":-0.000001}\n"
                    "{\"ts\":12,\"c\":-7.25e3,\"s\":\"x\",\"n\":null,\"d\":9999999.9999999}\n",
                    false, values, 8);
    ck_assert_uint_eq(n, 6);
    ck_assert_int_eq(memcmp(values, wanted, sizeof wanted), 0);
}
END_TEST

START_TEST(scan_of_csv)
{
    static const double wanted[] = {1700000000000000000, 1.5, 2.25, -3.5, 1234567890123.5, 0.1};
    double values[8];
    size_t n = scan("ts,a,b\n1700000000000000000,1.5,2.25\r\n-3.5,word,\n1234567890123.5,,0.1\n",
                    true, values, 8);
    ck_assert_uint_eq(n, 6);
    ck_assert_int_eq(memcmp(values, wanted, sizeof wanted), 0);
}
END_TEST

START_TEST(scan_keeps_within_its_room)
{
    double values[3] = {0, 0, -1};
    ck_assert_uint_eq(scan("1.5,2.5,3.5,4.5\n", true, values, 2), 4);
    ck_assert(values[1] == 2.5 && values[2] == -1);
    ck_assert_uint_eq(scan("", true, values, 2), 0);
    ck_assert_uint_eq(scan("", false, values, 2), 0);
}
END_TEST

/* Every number of digits before and behind the dot, against strtod, over several stretches. */
START_TEST(scan_is_exact)
{
    enum { NUMBERS = 20000 };
    char *text;
    size_t size;
    double *wanted = calloc(NUMBERS, sizeof *wanted), *values = calloc(NUMBERS, sizeof *values);
    FILE *to = open_memstream(&text, &size);
    unsigned long random = 1;
    for (int i = 0; i < NUMBERS; i++) {
        char number[64];
        int len = 0, whole = 1 + i % 10, decimals = 1 + i / 10 % 10;
        random = random * 6364136223846793005U + 1442695040888963407U;
        if (random >> 63)
            number[len++] = '-';
        for (int k = 0; k < whole + 1 + decimals; k++) {
            random = random * 6364136223846793005U + 1442695040888963407U;
            number[len++] = k == whole ? '.' : (char)('0' + (random >> 33) % 10);
        }
        number[len] = '\0';
        wanted[i] = strtod(number, NULL);
        fprintf(to, "%s%c", number, i % 10 == 9 ? '\n' : ',');
    }
    fclose(to);
    ck_assert_uint_eq(scan(text, true, values, NUMBERS), NUMBERS);
    ck_assert_int_eq(memcmp(values, wanted, NUMBERS * sizeof *wanted), 0);
    free(text);
    free(wanted);
    free(values);
}
END_TEST

/* ---- threads -------------------------------------------------------------------------------- */

static void count_part(void *job, unsigned part)
{
    ((int *)job)[part]++;
}

START_TEST(each_part_once)
{
    for (unsigned parts = 1; parts <= 16; parts++) {
        int counts[17] = {0};
        ck_assert(limit_share(parts, count_part, counts) >= 0);
        for (unsigned i = 0; i < 17; i++)
            ck_assert_int_eq(counts[i], i < parts);
    }
}
END_TEST

/* ---- the floor ------------------------------------------------------------------------------ */

static void expect_floor(const struct bench_limit *limit)
{
    double sum = limit->read + limit->scan + limit->copy + limit->crc + limit->write;
    ck_assert(limit->copy > 0 && limit->crc > 0 && limit->write > 0);
    ck_assert(limit->floor > 0.999 * sum && limit->floor < 1.001 * sum);
    ck_assert_int_eq(scratch_count("out"), 0);
}

START_TEST(floor_from_memory)
{
    struct bench_shape shape = {.channels = 10, .points = 100000, .frame = 10000};
    struct bench_limit limit;
    scratch_enter();
    ck_assert_int_eq(mkdir("out", 0777), 0);
    struct bench_data *data = bench_data_new(&shape);
    struct bench_volume volume = {
        .folder = "out", .data = data, .bytes_raw = 1800000, .bytes_out = 1000001, .threads = 2};
    ck_assert_int_eq(bench_limit_measure(&volume, 3, &limit, NULL), TLM_OK);
    expect_floor(&limit);
    ck_assert(limit.read == 0 && limit.scan == 0 && limit.snappy > 0);
    bench_data_free(data);
}
END_TEST

START_TEST(floor_of_text)
{
    struct bench_limit limit;
    scratch_enter();
    ck_assert_int_eq(mkdir("out", 0777), 0);
    FILE *in = fopen("in", "w");
    for (int i = 0; i < 50000; i++)
        fprintf(in, "{\"ts\":17000000000000%05d,\"a\":%d.25}\n", i, i);
    fclose(in);
    struct bench_volume volume = {
        .text = "in", .folder = "out", .bytes_raw = 900000, .bytes_out = 500000, .threads = 3};
    ck_assert_int_eq(bench_limit_measure(&volume, 2, &limit, NULL), TLM_OK);
    expect_floor(&limit);
    ck_assert(limit.read > 0 && limit.scan > 0 && limit.snappy > 0);
}
END_TEST

/* A text that the library cannot read without being told how has a floor all the same. */
START_TEST(floor_without_sample)
{
    struct bench_limit limit;
    scratch_enter();
    ck_assert_int_eq(mkdir("out", 0777), 0);
    scratch_write("in", "{\"odd\":1.5,\"other\":2.5}\n");
    struct bench_volume volume = {
        .text = "in", .folder = "out", .bytes_raw = 900000, .bytes_out = 500000, .threads = 1};
    ck_assert_int_eq(bench_limit_measure(&volume, 1, &limit, NULL), TLM_OK);
    expect_floor(&limit);
    ck_assert(limit.snappy == 0);
}
END_TEST

START_TEST(failures)
{
    struct bench_limit limit;
    struct tlm_error error;
    scratch_enter();
    struct bench_volume volume = {
        .text = "none", .folder = ".", .bytes_raw = 1000, .bytes_out = 1000, .threads = 1};
    ck_assert_int_eq(bench_limit_measure(&volume, 1, &limit, &error), TLM_IO);
    ck_assert_str_eq(error.message, "none: No such file or directory");
    scratch_write("in", "{\"ts\":1700000000000000000,\"a\":1}\n");
    volume.text = "in";
    volume.folder = "nowhere";
    ck_assert_int_eq(bench_limit_measure(&volume, 1, &limit, &error), TLM_IO);
    ck_assert_str_eq(error.message, "nowhere: No such file or directory");
}
END_TEST

UNIT_MAIN("bench_limit", scan_of_json, scan_of_csv, scan_keeps_within_its_room, scan_is_exact,
          each_part_once, floor_from_memory, floor_of_text, floor_without_sample, failures)
