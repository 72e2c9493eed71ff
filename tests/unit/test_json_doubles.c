/* Arrays of numbers, many items at a time or one by one: the same comes out. */
#include "support/random.h"
#include "support/two_lanes.h"
#include "support/unit.h"

static const enum tlm_cpu levels[] = {TLM_CPU_AUTO, TLM_CPU_AVX2, TLM_CPU_PORTABLE};

static void agree(const char *array)
{
    struct tlm_buf text = {0};
    for (int i = 0; i < 3; i++)
        ck_assert(tlm__buf_printf(&text, "{\"t\":17,\"a\":%s,\"b\":[1,2]}\n", array));
    struct two_lanes pair = {.delimiter = ',',
                             .time_field = "t",
                             .text = (const char *)text.data,
                             .len = text.len,
                             .tempting = '7'};
    tlm_row_options_init(&pair.options);
    pair.options.time_format = "ns";
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
        HOLDS(two_lanes_agree(&pair, levels[i], NULL), "level %zu of %s", i, array);
    tlm__buf_release(&text);
}

START_TEST(odd_arrays)
{
    static const char *const items[] = {
        "1.5",
        "-0",
        "-0.0",
        "0",
        "null",
        "NaN",
        "-Infinity",
        "1e5",
        "1e400",
        "01",
        ".5",
        "1.",
        "",
        " 1.5 ",
        "1 5",
        "\"x\"",
        "true",
        "[1]",
        "{}",
        "1.5]",
        "nul",
        "nullx",
        "1.5\"",
        "9007199254740992",
        "9007199254740993",
        "-9007199254740993",
        "18446744073709551616",
        "1e-400",
        "12345678.123456789",
        "0.1234567890123456789",
        "1.5e",
        "\t2\r",
        "+1",
        "--1",
    };
    char array[4000];
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++)
        for (size_t n = 1; n < 150; n += n < 4 ? 1 : 29)
            for (size_t kind = 0; kind < 2; kind++)
                for (size_t at = 0; at < n; at += n < 4 ? 1 : n / 3) {
                    size_t len = 0;
                    for (size_t k = 0; k < n; k++)
                        len +=
                            (size_t)snprintf(array + len, sizeof array - len, "%s%s", k ? "," : "[",
                                             k == at ? items[i]
                                             : kind  ? "-12.5625"
                                                     : "123");
                    snprintf(array + len, sizeof array - len, "]");
                    agree(array);
                }
}
END_TEST

START_TEST(random_arrays)
{
    uint64_t seed = 3;
    static char array[20000];
    for (int round = 0; round < 2000; round++) {
        size_t n = 1 + below(&seed, below(&seed, 10) ? 20 : 300), len = 0;
        size_t style = below(&seed, 4);
        for (size_t i = 0; i < n; i++) {
            len +=
                (size_t)snprintf(array + len, sizeof array - len, "%s%s%zu", i ? "," : "[",
                                 below(&seed, 2) ? "-" : "", below(&seed, 1u << below(&seed, 30)));
            if (style && below(&seed, style * 4))
                len += (size_t)snprintf(array + len, sizeof array - len, ".%0*zu",
                                        (int)(1 + below(&seed, 12)), below(&seed, 1000000000));
        }
        snprintf(array + len, sizeof array - len, "]");
        agree(array);
    }
}
END_TEST

UNIT_MAIN("json_doubles", odd_arrays, random_arrays)
