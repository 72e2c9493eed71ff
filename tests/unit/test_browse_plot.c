/* What a plot in the browser is made of: the pyramid, the window, columns, dots, axes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/axis.h"
#include "plot/curve.h"
#include "support/unit.h"

#define BASE INT64_C(1700000000000000000)

/* ---- pyramid -------------------------------------------------------------------------------- */

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

struct sample {
    int64_t ns;
    double value;
};

enum { SAMPLES = 5000 };

/* Clustered times, some of them equal, in no order. */
static void make_samples(struct sample *samples)
{
    uint64_t state = 7;
    for (int i = 0; i < SAMPLES; i++) {
        samples[i].ns = BASE + (int64_t)(next_random(&state) % (i % 3 ? 5000 : 1000000));
        samples[i].value = (double)(next_random(&state) % 100000) - 50000;
        if (i % 97 == 0)
            samples[i].value = i % 2 ? NAN : INFINITY;
    }
}

static struct pyramid_sum plain_sum(const struct sample *samples, int64_t from, int64_t last)
{
    struct pyramid_sum sum = pyramid_nothing();
    for (int i = 0; i < SAMPLES; i++) {
        if (samples[i].ns < from || samples[i].ns > last)
            continue;
        sum.points++;
        if (!isfinite(samples[i].value)) {
            sum.odd++;
            continue;
        }
        sum.least = fmin(sum.least, samples[i].value);
        sum.most = fmax(sum.most, samples[i].value);
    }
    return sum;
}

static struct pyramid *fill(const struct sample *samples, size_t max_points, size_t max_slices)
{
    struct pyramid *pyramid = pyramid_new(BASE, BASE + 1000000, max_points, max_slices);
    ck_assert_ptr_nonnull(pyramid);
    for (int i = 0; i < SAMPLES; i++)
        ck_assert(pyramid_add(pyramid, samples[i].ns, samples[i].value, samples[i].value));
    ck_assert(pyramid_finish(pyramid));
    return pyramid;
}

static void same_sum(const struct pyramid_sum *a, const struct pyramid_sum *b)
{
    ck_assert_uint_eq(a->points, b->points);
    ck_assert_uint_eq(a->odd, b->odd);
    ck_assert(a->least == b->least);
    ck_assert(a->most == b->most);
}

START_TEST(points_are_summed_exactly)
{
    static struct sample samples[SAMPLES];
    uint64_t state = 3;
    make_samples(samples);
    struct pyramid *pyramid = fill(samples, SAMPLES, 1);
    ck_assert_uint_eq(pyramid_slice_ns(pyramid), 0);
    for (int i = 0; i < 2000; i++) {
        int64_t from = BASE + (int64_t)(next_random(&state) % 1000100) - 50;
        int64_t last = from + (int64_t)(next_random(&state) % (i % 2 ? 3000 : 1000000)) - 1;
        struct pyramid_sum got = pyramid_ask(pyramid, from, last);
        struct pyramid_sum want = plain_sum(samples, from, last);
        same_sum(&got, &want);
    }
    struct pyramid_sum all = pyramid_ask(pyramid, INT64_MIN, INT64_MAX);
    struct pyramid_sum want = plain_sum(samples, INT64_MIN, INT64_MAX);
    same_sum(&all, &want);
    pyramid_free(pyramid);
}
END_TEST

START_TEST(slices_lose_nothing)
{
    static struct sample samples[SAMPLES];
    make_samples(samples);
    for (size_t max_slices = 1; max_slices < 3000; max_slices = max_slices * 3 + 1) {
        struct pyramid *pyramid = fill(samples, 100, max_slices);
        uint64_t slice = pyramid_slice_ns(pyramid);
        ck_assert_uint_ge(slice, 1000000 / max_slices);
        struct pyramid_sum all = pyramid_ask(pyramid, INT64_MIN, INT64_MAX);
        struct pyramid_sum want = plain_sum(samples, INT64_MIN, INT64_MAX);
        same_sum(&all, &want);
        /* a window shows all that is in the slices that it touches, never less than its own */
        for (int64_t from = 0; from < 1000000; from += 33333) {
            int64_t begin = from / (int64_t)slice * (int64_t)slice;
            int64_t end = (from + 5000) / (int64_t)slice * (int64_t)slice + (int64_t)slice - 1;
            struct pyramid_sum got = pyramid_ask(pyramid, BASE + from, BASE + from + 5000);
            want = plain_sum(samples, BASE + begin, BASE + end);
            same_sum(&got, &want);
        }
        pyramid_free(pyramid);
    }
}
END_TEST

START_TEST(extreme_spans)
{
    struct pyramid *pyramid = pyramid_new(INT64_MIN, INT64_MAX, 2, 1000);
    const int64_t times[] = {INT64_MIN, -1, 0, 1, INT64_MAX};
    for (size_t i = 0; i < 5; i++)
        ck_assert(pyramid_add(pyramid, times[i], (double)i, (double)i + 0.5));
    ck_assert(pyramid_finish(pyramid));
    struct pyramid_sum sum = pyramid_ask(pyramid, INT64_MIN, INT64_MAX);
    ck_assert_uint_eq(sum.points, 5);
    ck_assert(sum.least == 0 && sum.most == 4.5);
    sum = pyramid_ask(pyramid, INT64_MAX - 5, INT64_MAX);
    ck_assert(sum.points == 1 && sum.most == 4.5);
    pyramid_free(pyramid);

    pyramid = pyramid_new(5, 5, 1, 1); /* one instant, many points */
    for (int i = 0; i < 100; i++)
        ck_assert(pyramid_add(pyramid, 5, i, i));
    ck_assert(pyramid_add(pyramid, 6, 1000, 1000)); /* outside */
    ck_assert(pyramid_finish(pyramid));
    sum = pyramid_ask(pyramid, 5, 5);
    ck_assert(sum.points == 100 && sum.most == 99);
    ck_assert_uint_eq(pyramid_ask(pyramid, 6, 5).points, 0);
    ck_assert_uint_eq(pyramid_ask(pyramid, 6, 9).points, 0);
    pyramid_free(pyramid);

    pyramid = pyramid_new(0, 10, 4, 4); /* empty */
    ck_assert(pyramid_finish(pyramid));
    ck_assert_uint_eq(pyramid_ask(pyramid, INT64_MIN, INT64_MAX).points, 0);
    pyramid_free(pyramid);
}
END_TEST

/* ---- window --------------------------------------------------------------------------------- */

START_TEST(zoom_keeps_the_middle)
{
    struct viewport view;
    viewport_init(&view, BASE, BASE + 1000000);
    ck_assert(viewport_is_whole(&view));
    ck_assert(viewport_zoom(&view, 1, 2));
    ck_assert_int_eq(view.from_ns, BASE + 250000);
    ck_assert_int_eq(viewport_last(&view), BASE + 750000);
    ck_assert(viewport_zoom(&view, 2, 1));
    ck_assert(viewport_is_whole(&view));
    ck_assert(!viewport_zoom(&view, 2, 1)); /* there is no more */
}
END_TEST

START_TEST(zoom_ends_somewhere)
{
    struct viewport view;
    int steps = 0;
    viewport_init(&view, INT64_MIN, INT64_MAX);
    while (viewport_zoom(&view, 1, 2))
        ck_assert_int_lt(steps++, 70);
    ck_assert_uint_gt(view.span_ns, 0);
    for (steps = 0; viewport_zoom(&view, 2, 1);)
        ck_assert_int_lt(steps++, 70);
    ck_assert(viewport_is_whole(&view));

    viewport_init(&view, 5, 5);
    ck_assert(!viewport_zoom(&view, 1, 2));
    ck_assert(!viewport_zoom(&view, 2, 1));
    viewport_pan(&view, 1, 8);
    ck_assert_int_eq(view.from_ns, 5);
}
END_TEST

START_TEST(pan_stays_inside)
{
    struct viewport view;
    viewport_init(&view, INT64_MAX - 1000, INT64_MAX);
    viewport_zoom(&view, 1, 2);
    uint64_t span = view.span_ns;
    for (int i = 0; i < 50; i++)
        viewport_pan(&view, 1, 1);
    ck_assert_int_eq(viewport_last(&view), INT64_MAX);
    for (int i = 0; i < 50; i++)
        viewport_pan(&view, -1, 8);
    ck_assert_int_eq(view.from_ns, INT64_MAX - 1000);
    ck_assert_uint_eq(view.span_ns, span);
    viewport_to_end(&view);
    ck_assert_int_eq(viewport_last(&view), INT64_MAX);
    viewport_to_start(&view);
    ck_assert_int_eq(view.from_ns, INT64_MAX - 1000);
}
END_TEST

START_TEST(columns_cover_the_window)
{
    const int64_t spans[][2] = {{0, 0}, {0, 1}, {0, 99}, {-7, 1000003}, {INT64_MIN, INT64_MAX}};
    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
        struct viewport view;
        viewport_init(&view, spans[i][0], spans[i][1]);
        ck_assert_int_eq(viewport_column(&view, 0, 160), spans[i][0]);
        ck_assert_int_eq(viewport_column(&view, 160, 160), spans[i][1]);
        for (unsigned k = 0; k < 160; k++)
            ck_assert_int_le(viewport_column(&view, k, 160), viewport_column(&view, k + 1, 160));
    }
}
END_TEST

/* ---- columns and dots ------------------------------------------------------------------------ */

START_TEST(every_point_is_in_one_column)
{
    static struct sample samples[SAMPLES];
    struct viewport view;
    struct pyramid_sum columns[333], sum;
    make_samples(samples);
    struct pyramid *pyramid = fill(samples, SAMPLES, 1);
    viewport_init(&view, BASE, BASE + 1000000);
    for (int depth = 0; depth < 16; depth++) {
        for (unsigned n = 1; n <= 333; n += 83) {
            curve_reduce(pyramid, &view, columns, n);
            sum = pyramid_nothing();
            for (unsigned i = 0; i < n; i++)
                pyramid_join(&sum, &columns[i]);
            struct pyramid_sum want = plain_sum(samples, view.from_ns, viewport_last(&view));
            same_sum(&sum, &want);
        }
        viewport_zoom(&view, 1, 2);
        viewport_pan(&view, depth % 2 ? 1 : -1, 8);
    }
    pyramid_free(pyramid);
}
END_TEST

/* The lines of a canvas after drawing. */
static void expect_drawing(bool ascii, const struct pyramid_sum *columns, unsigned bridge,
                           const char *const *lines, int rows, int width)
{
    struct canvas canvas = {0};
    const struct curve_frame frame = {0, 0, rows, width, ascii};
    const struct curve_scale scale = {.bottom = 0, .top = 10, .bridge = bridge};
    ck_assert(canvas_resize(&canvas, rows, width));
    ck_assert(curve_draw(&canvas, &frame, &scale, columns));
    for (int row = 0; row < rows; row++) {
        char *line = canvas_line(&canvas, row);
        ck_assert_str_eq(line, lines[row]);
        free(line);
    }
    canvas_release(&canvas);
}

static struct pyramid_sum from_to(double least, double most)
{
    return (struct pyramid_sum){.least = least, .most = most, .points = 1};
}

START_TEST(a_spike_is_drawn)
{
    const struct pyramid_sum columns[] = {from_to(0, 0), from_to(0, 0), from_to(0, 10),
                                          from_to(0, 0), from_to(0, 0), from_to(0, 0)};
    const char *const ascii[] = {"  |", "  |", "..|..."};
    const char *const braille[] = {" ⡇", " ⡇", "⣀⣇⣀"};
    expect_drawing(true, columns, 0, ascii, 3, 6);
    expect_drawing(false, columns, 0, braille, 3, 3);
}
END_TEST

START_TEST(lines_join_and_holes_stay)
{
    struct pyramid_sum columns[] = {from_to(0, 0), pyramid_nothing(), pyramid_nothing(),
                                    from_to(0, 0), pyramid_nothing(), from_to(10, 10)};
    const char *const joined[] = {"     |", "    .'", "....'"};
    const char *const open[] = {"     '", "", ".  ."};
    const char *const cut[] = {"     |", "    .'", ".  .'"};
    expect_drawing(true, columns, 0, open, 3, 6);
    expect_drawing(true, columns, 1, cut, 3, 6);
    expect_drawing(true, columns, 2, joined, 3, 6);
}
END_TEST

START_TEST(nothing_finite_breaks_the_line)
{
    struct pyramid_sum columns[] = {from_to(0, 0), pyramid_nothing(), from_to(0, 0)};
    const char *const joined[] = {"..."}, *const broken[] = {". ."};
    const struct curve_scale scale = {.bottom = 0, .top = 10};
    expect_drawing(true, columns, 5, joined, 1, 3);
    columns[1].points = columns[1].odd = 1;
    expect_drawing(true, columns, 5, broken, 1, 3);
    ck_assert_uint_eq(curve_dot_row(&scale, 10, 8), 0);
    ck_assert_uint_eq(curve_dot_row(&scale, 0, 8), 7);
    ck_assert_uint_eq(curve_dot_row(&scale, 1e300, 8), 0);
    ck_assert_uint_eq(curve_dot_row(&scale, -1e300, 8), 7);
    const struct curve_scale huge = {.bottom = -1.7e308, .top = 1.7e308};
    ck_assert_uint_eq(curve_dot_row(&huge, 0, 9), 4);
}
END_TEST

/* ---- axes ----------------------------------------------------------------------------------- */

static void expect_values(double bottom, double top, unsigned most, bool whole, const char *texts)
{
    struct axis_mark marks[AXIS_MARKS];
    char got[AXIS_MARKS * AXIS_TEXT] = "";
    size_t n = axis_values(marks, bottom, top, most, whole);
    ck_assert_uint_le(n, most);
    for (size_t i = 0; i < n; i++) {
        ck_assert(marks[i].value >= bottom - 1e-6 * fabs(bottom));
        strcat(strcat(got, *got ? " " : ""), marks[i].text);
    }
    ck_assert_str_eq(got, texts);
}

START_TEST(value_marks)
{
    expect_values(0, 10, 6, false, "0 2 4 6 8 10");
    expect_values(-0.3, 0.31, 8, false, "-0.3 -0.2 -0.1 0 0.1 0.2 0.3");
    expect_values(99.5, 101.2, 4, false, "100 101");
    expect_values(2.9, 4.1, 9, true, "3 4");
    expect_values(0, 1e12, 3, false, "0 5e+11 1e+12");
    expect_values(5, 5, 5, false, "");
    expect_values(-1.7e308, 1.7e308, 5, false, ""); /* their difference is infinite */
    expect_values(1e300, 1.0000000000000002e300, 5, false, "");
}
END_TEST

static size_t times(struct axis_mark *marks, int64_t first, int64_t span)
{
    return axis_times(marks, first, first + span, 72);
}

START_TEST(time_marks)
{
    struct axis_mark marks[AXIS_MARKS];
    const int64_t second = 1000000000, day = 86400 * second;
    ck_assert_uint_gt(times(marks, BASE, 100), 1); /* 2023-11-14T22:13:20Z */
    ck_assert_str_eq(marks[0].text, "20.00000000 s");
    ck_assert_uint_gt(times(marks, BASE, second), 1);
    ck_assert_str_eq(marks[0].text, "22:13:20.0");
    ck_assert_uint_gt(times(marks, BASE, 60 * second), 2);
    ck_assert_str_eq(marks[0].text, "22:13:20");
    ck_assert_uint_gt(times(marks, BASE, 3600 * second), 2);
    ck_assert_str_eq(marks[0].text, "22:20");
    ck_assert_uint_gt(times(marks, BASE, 20 * 3600 * second), 2);
    ck_assert_str_eq(marks[0].text, "11-15"); /* midnight */
    ck_assert_uint_gt(times(marks, BASE, 20 * day), 2);
    ck_assert_str_eq(marks[0].text, "2023-11-19");
    ck_assert_uint_gt(times(marks, BASE, 400 * day), 2);
    ck_assert_str_eq(marks[1].text, "2024-03");
    ck_assert_uint_gt(times(marks, BASE, 4000 * day), 2);
    ck_assert_str_eq(marks[0].text, "2024");
}
END_TEST

START_TEST(time_marks_of_any_span)
{
    struct axis_mark marks[AXIS_MARKS];
    const int64_t starts[] = {INT64_MIN, -1, 0, BASE, INT64_MAX - 5};
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
        for (uint64_t span = 1; span < UINT64_MAX / 4; span *= 3) {
            int64_t last = starts[i] > 0 && (uint64_t)(INT64_MAX - starts[i]) < span
                               ? INT64_MAX
                               : (int64_t)((uint64_t)starts[i] + span);
            for (unsigned width = 1; width < 300; width += 37) {
                size_t n = axis_times(marks, starts[i], last, width);
                for (size_t k = 0; k < n; k++) {
                    ck_assert(marks[k].ns >= starts[i] && marks[k].ns <= last);
                    ck_assert_uint_lt(axis_column(marks[k].ns, starts[i], last, width), width);
                }
                for (size_t k = 1; k < n; k++) {
                    unsigned from = axis_column(marks[k - 1].ns, starts[i], last, width);
                    unsigned to = axis_column(marks[k].ns, starts[i], last, width);
                    ck_assert_uint_gt(to - from, strlen(marks[k].text));
                }
            }
        }
    ck_assert_uint_gt(axis_times(marks, INT64_MIN, INT64_MAX, 80), 2);
}
END_TEST

START_TEST(instants)
{
    char text[AXIS_TEXT];
    ck_assert_str_eq(axis_instant(text, BASE, UINT64_C(1) << 50), "2023-11-14 22:13:20");
    ck_assert_str_eq(axis_instant(text, BASE + 1, 0), "2023-11-14 22:13:20.000000001");
    ck_assert_str_eq(axis_instant(text, -1, 5000000000), "1969-12-31 23:59:59.999");
    ck_assert_str_eq(axis_instant(text, INT64_MIN, 0), "1677-09-21 00:12:43.145224192");
}
END_TEST

UNIT_MAIN("browse_plot", points_are_summed_exactly, slices_lose_nothing, extreme_spans,
          zoom_keeps_the_middle, zoom_ends_somewhere, pan_stays_inside, columns_cover_the_window,
          every_point_is_in_one_column, a_spike_is_drawn, lines_join_and_holes_stay,
          nothing_finite_breaks_the_line, value_marks, time_marks, time_marks_of_any_span, instants)
