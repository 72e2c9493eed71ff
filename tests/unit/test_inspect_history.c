/* Numbers over time in little memory, and the table of channels. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "inspect/channel_table.h"
#include "inspect/figure_text.h"
#include "inspect/text_hash.h"
#include "support/unit.h"

START_TEST(keeps_sums)
{
    static struct value_history history;
    double means[10];
    for (int64_t i = 0; i < 100000; i++)
        value_history_add(&history, i * 1000000, (double)(i / 10000), 1);
    ck_assert_uint_eq(history.n, 100000);
    ck_assert_int_ge(history.high - history.low, VALUE_HISTORY_SPANS / 2 - 1);
    value_history_resample(&history, 0, INT64_C(99999) * 1000000, 0, means, 10);
    for (unsigned i = 0; i < 10; i++)
        ck_assert_double_eq_tol(means[i], i, 0.2);
}
END_TEST

START_TEST(any_order)
{
    static struct value_history forward, backward;
    for (int64_t i = -500; i < 500; i++) {
        value_history_add(&forward, i * 12345, 1, 1);
        value_history_add(&backward, -(i + 1) * 12345, 1, 1);
    }
    ck_assert_uint_eq(forward.shift, backward.shift);
    for (unsigned i = 0; i < VALUE_HISTORY_SPANS; i++)
        ck_assert_uint_eq(forward.counts[i], backward.counts[i]);
}
END_TEST

START_TEST(whole_range)
{
    static struct value_history history;
    double means[4];
    value_history_add(&history, INT64_MIN, 1, 1);
    value_history_add(&history, INT64_MAX, 4, 1);
    value_history_resample(&history, INT64_MIN, INT64_MAX, 1, means, 4);
    ck_assert_double_eq(means[0], 1);
    ck_assert_double_eq(means[2], 1);
    ck_assert_double_eq(means[3], 4);
}
END_TEST

START_TEST(gaps)
{
    static struct value_history history;
    double means[20];
    for (int64_t i = 0; i < 1000; i++)
        if (i < 300 || i >= 700)
            value_history_add(&history, i * 1000, (double)i, 1);
    value_history_resample(&history, 0, 999000, 0, means, 20);
    ck_assert(isnan(means[10]));
    value_history_resample(&history, 0, 999000, 1, means, 20);
    ck_assert_double_eq(means[10], means[7]);
}
END_TEST

START_TEST(channels)
{
    struct channel_table table = {0};
    uint64_t seed = text_hash_seed();
    char name[32];
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 1000; i++) {
            size_t len = (size_t)snprintf(name, sizeof name, "c%d", i);
            uint64_t hash = text_hash(seed, name, len);
            struct channel *channel = channel_table_get(&table, name, len, hash);
            channel_figures_add(&channel->figures,
                                &(struct channel_figures){.points = (uint64_t)i + 1});
            ck_assert(channel_table_series(&table, hash));
        }
    ck_assert_uint_eq(table.n, 1000);
    ck_assert_uint_eq(table.n_series, 1000);
    channel_table_sort(&table, CHANNEL_BY_POINTS);
    ck_assert_str_eq(table.items[0].name, "c999");
    ck_assert_uint_eq(table.items[0].figures.points, 2000);
    channel_table_sort(&table, CHANNEL_BY_NAME);
    ck_assert_str_eq(table.items[10].name, "c10");
    channel_table_release(&table);
}
END_TEST

/* A name with a NUL inside is another one than what stands before it. */
START_TEST(names_with_nul)
{
    struct channel_table table = {0};
    uint64_t seed = text_hash_seed();
    const char *name = "a\0b";
    ck_assert_ptr_nonnull(channel_table_get(&table, name, 1, text_hash(seed, name, 1)));
    ck_assert_ptr_nonnull(channel_table_get(&table, name, 3, text_hash(seed, name, 3)));
    ck_assert_ptr_nonnull(channel_table_get(&table, name, 3, text_hash(seed, name, 3)));
    ck_assert_uint_eq(table.n, 2);
    channel_table_release(&table);
}
END_TEST

START_TEST(figures)
{
    struct channel_figures sum = {0};
    char text[FIGURE_TEXT];
    const struct channel_figures integers = {.points = 2,
                                             .integers = 2,
                                             .first_ns = 5,
                                             .last_ns = 9,
                                             .least_integer = -3,
                                             .most_integer = INT64_MAX};
    const struct channel_figures reals = {.points = 1,
                                          .reals = 1,
                                          .first_ns = 1,
                                          .last_ns = 1,
                                          .least_real = -2.5,
                                          .most_real = -2.5};
    ck_assert_str_eq(figure_least(text, &sum), "");
    channel_figures_add(&sum, &integers);
    ck_assert_str_eq(figure_most(text, &sum), "9223372036854775807");
    channel_figures_add(&sum, &reals);
    ck_assert_str_eq(figure_least(text, &sum), "-3");
    ck_assert_int_eq(sum.first_ns, 1);
    ck_assert_int_eq(sum.last_ns, 9);
    ck_assert_str_eq(figure_rate(text, 0.25, false), "250 mHz");
    ck_assert_str_eq(figure_rate(text, 2.916e-5, false), "29.16 uHz");
    ck_assert_str_eq(figure_rate(text, 99.99999, true), "~100 Hz");
    ck_assert_str_eq(figure_rate(text, 999.99, false), "1 kHz");
    ck_assert_str_eq(figure_rate(text, 0, false), "");
    ck_assert_str_eq(figure_types(text, 1u << TLM_DOUBLE | 1u << TLM_LONG), "double+long");
}
END_TEST

static const char *time_in(char text[FIGURE_TEXT], int64_t ns, int64_t first_ns, int64_t last_ns)
{
    const struct figure_clock clock = figure_clock_of(first_ns, last_ns);
    return figure_time(text, ns, &clock);
}

START_TEST(clocks)
{
    char text[FIGURE_TEXT];
    const int64_t second = 1000000000, day = 86400 * second;
    ck_assert_str_eq(time_in(text, -1, -1, 5), "1969-12-31 23:59:59.999999999");
    ck_assert_str_eq(time_in(text, 1500000, 0, 5000000), "00:00:00.001500");
    ck_assert_str_eq(time_in(text, second, 0, 5 * second), "00:00:01.000");
    ck_assert_str_eq(time_in(text, day, 0, 2 * day), "01-02 00:00:00");
    ck_assert_str_eq(time_in(text, day, 0, 20 * day), "01-02 00:00");
    ck_assert_str_eq(time_in(text, day, 0, 800 * day), "1970-01-02");
    ck_assert_str_eq(figure_duration(text, INT64_MIN, INT64_MAX), "213503d23h");
}
END_TEST

UNIT_MAIN("inspect_history", keeps_sums, any_order, whole_range, gaps, channels, names_with_nul,
          figures, clocks)
