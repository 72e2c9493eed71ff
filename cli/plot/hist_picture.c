#include "plot/hist_picture.h"

#include <math.h>
#include <stdlib.h>

#include "plot/axis.h"
#include "units.h"

#define EDGE 24 /* of paper all around */
#define HEIGHT 460
#define LEAST 160
#define TITLE 48 /* from the top to the bars */
#define FOOT 40  /* below them */
#define TICK 8
#define BAR 30   /* from one text to the next */
#define MARK 48  /* pixels a mark of the axis wants */
#define LABEL 28 /* most letters of a text */

struct sheet {
    struct picture *picture;
    const struct hist *hist;
    const char *title;
    double left, top, width, height; /* of the bars */
    double most;                     /* what the axis goes to */
    struct axis_mark marks[AXIS_MARKS];
    size_t n_marks;
};

static void put_title(const struct sheet *sheet)
{
    char figures[HIST_TEXT];
    double room = sheet->picture->width - 2.0 * EDGE, y = EDGE / 2.0 + 24;
    double taken = picture_text_width(hist_figures(sheet->hist, figures)) + 2 * PICTURE_ADVANCE;
    bool both = room - taken > 8 * PICTURE_ADVANCE;
    picture_text(sheet->picture, PICTURE_TITLE, (struct picture_point){EDGE, y}, PICTURE_START,
                 both ? room - taken : room, sheet->title);
    if (both)
        picture_text(sheet->picture, PICTURE_LABEL,
                     (struct picture_point){sheet->picture->width - EDGE, y}, PICTURE_END, taken,
                     figures);
}

/* ---- numbers -------------------------------------------------------------------------------- */

static void lay_out_bins(struct sheet *sheet)
{
    const struct bins *bins = &sheet->hist->bins;
    double wide = 3 * PICTURE_ADVANCE;
    for (size_t i = 0; i < bins->n; i++)
        sheet->most = fmax(sheet->most, (double)bins->items[i].count);
    sheet->most = fmax(sheet->most, 1) * 1.05;
    sheet->top = TITLE;
    sheet->height = fmax(sheet->picture->height - TITLE - FOOT - EDGE / 2.0, 16);
    sheet->n_marks =
        axis_values(sheet->marks, 0, sheet->most, (unsigned)fmax(sheet->height / MARK, 3), true);
    for (size_t i = 0; i < sheet->n_marks; i++)
        wide = fmax(wide, picture_text_width(sheet->marks[i].text));
    sheet->left = EDGE + wide + TICK;
    sheet->width = fmax(sheet->picture->width - sheet->left - EDGE, 16);
}

static void put_counts(const struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->n_marks; i++) {
        double y = floor(sheet->top + sheet->height * (1 - sheet->marks[i].value / sheet->most));
        picture_rect(sheet->picture, PICTURE_GRID, (struct picture_point){sheet->left, y},
                     sheet->width, 1);
        picture_text(sheet->picture, PICTURE_LABEL,
                     (struct picture_point){sheet->left - TICK, y + PICTURE_BASE / 2.0},
                     PICTURE_END, sheet->left, sheet->marks[i].text);
    }
}

static void put_bars(const struct sheet *sheet)
{
    const struct bins *bins = &sheet->hist->bins;
    const double each = sheet->width / (double)bins->n, gap = each > 6 ? 2 : each > 3 ? 1 : 0;
    for (size_t i = 0; i < bins->n; i++) {
        double from = floor(sheet->left + (double)i * each);
        double to = floor(sheet->left + (double)(i + 1) * each);
        double high = sheet->height * ((double)bins->items[i].count / sheet->most);
        double y = floor(sheet->top + sheet->height - (bins->items[i].count ? fmax(high, 1) : 0));
        if (bins->items[i].count)
            picture_rect(sheet->picture, PICTURE_BAR, (struct picture_point){from, y},
                         fmax(to - from - gap, 1), floor(sheet->top + sheet->height) - y);
    }
}

/* A text below the axis at `x`, unless another one ends at *taken. */
static void put_edge(const struct sheet *sheet, double x, const char *text, double *taken)
{
    const double bottom = floor(sheet->top + sheet->height), wide = picture_text_width(text);
    double middle = fmin(x, sheet->picture->width - EDGE / 2.0 - wide / 2);
    if (middle - wide / 2 < *taken)
        return;
    *taken = middle + wide / 2 + PICTURE_ADVANCE;
    picture_rect(sheet->picture, PICTURE_AXIS, (struct picture_point){floor(x), bottom}, 1,
                 TICK / 2.0);
    picture_text(sheet->picture, PICTURE_LABEL,
                 (struct picture_point){middle, bottom + TICK + PICTURE_BASE + 2}, PICTURE_MIDDLE,
                 wide, text);
}

/* Edges of bins of equal width are so far apart from each other; of growing ones those that have
 * room are shown. */
static size_t stride(const struct bins *bins, double each)
{
    double wide = 0;
    char text[BINS_TEXT];
    for (size_t i = 0; i < bins->n; i++)
        wide = fmax(wide, picture_text_width(bins_edge(bins, bins->items[i].from, text)));
    return bins->growing ? 1 : (size_t)fmax(ceil((wide + PICTURE_ADVANCE) / each), 1);
}

/* The bin of the number 0 alone has its text below it, not at its edges. */
static void put_edges(const struct sheet *sheet)
{
    const struct bins *bins = &sheet->hist->bins;
    const double each = sheet->width / (double)bins->n;
    const size_t step = stride(bins, each);
    double taken = 0;
    size_t i = 0;
    char text[BINS_TEXT];
    picture_rect(sheet->picture, PICTURE_AXIS,
                 (struct picture_point){sheet->left, floor(sheet->top + sheet->height)},
                 sheet->width, 1);
    for (; i < bins->n; i += step) {
        const struct bin *bin = &bins->items[i];
        double share = bin->from == bin->to ? 0.5 : 0;
        put_edge(sheet, sheet->left + ((double)i + share) * each, bins_edge(bins, bin->from, text),
                 &taken);
    }
    if (i == bins->n)
        put_edge(sheet, sheet->left + sheet->width,
                 bins_edge(bins, bins->items[bins->n - 1].to, text), &taken);
}

static void draw_bins(struct sheet *sheet)
{
    lay_out_bins(sheet);
    put_counts(sheet);
    put_bars(sheet);
    put_edges(sheet);
}

/* ---- texts ---------------------------------------------------------------------------------- */

static void put_text_bar(const struct sheet *sheet, size_t row, const char *text, uint64_t count)
{
    char figure[UNITS_TEXT];
    double y = sheet->top + (double)row * BAR;
    double length = floor(sheet->width * ((double)count / sheet->most));
    picture_text(sheet->picture, PICTURE_LABEL,
                 (struct picture_point){sheet->left - TICK, y + BAR / 2.0 + PICTURE_BASE / 2.0},
                 PICTURE_END, sheet->left - EDGE, text);
    picture_rect(sheet->picture, PICTURE_BAR, (struct picture_point){sheet->left, y + 4},
                 fmax(length, 1), BAR - 8);
    picture_text(
        sheet->picture, PICTURE_LABEL,
        (struct picture_point){sheet->left + length + TICK, y + BAR / 2.0 + PICTURE_BASE / 2.0},
        PICTURE_START, sheet->picture->width, units_print_count(figure, count));
}

static void draw_texts(struct sheet *sheet, size_t texts)
{
    const struct text_counts *counts = &sheet->hist->texts;
    double wide = 0, count_wide = 0;
    char figure[UNITS_TEXT];
    uint64_t rest = counts->all;
    for (size_t i = 0; i < texts; i++) {
        wide = fmax(wide, picture_text_width(counts->items[i].text));
        rest -= counts->items[i].count;
    }
    wide = fmax(wide, rest ? picture_text_width("(other texts)") : 0);
    sheet->most = fmax(texts ? (double)counts->items[0].count : 1, (double)rest);
    count_wide = picture_text_width(units_print_count(figure, (uint64_t)sheet->most));
    sheet->left = EDGE + TICK + fmin(wide, LABEL * PICTURE_ADVANCE);
    sheet->top = TITLE;
    sheet->width = fmax(sheet->picture->width - sheet->left - EDGE - TICK - count_wide, 16);
    for (size_t i = 0; i < texts; i++)
        put_text_bar(sheet, i, *counts->items[i].text ? counts->items[i].text : "(empty)",
                     counts->items[i].count);
    if (rest)
        put_text_bar(sheet, texts, "(other texts)", rest);
}

/* ---- the whole ------------------------------------------------------------------------------ */

void hist_picture(struct picture *picture, const struct hist *hist, const char *title,
                  unsigned width, unsigned height, size_t texts)
{
    struct sheet *sheet = calloc(1, sizeof *sheet);
    texts = texts < hist->texts.n ? texts : hist->texts.n;
    size_t bars = texts + (hist->texts.n > texts || hist->texts.others);
    unsigned wanted = hist->bins.n ? HEIGHT : (unsigned)(TITLE + bars * BAR + EDGE);
    unsigned least = hist->bins.n ? LEAST : wanted;
    *picture = (struct picture){.width = width, .title = title, .failed = !sheet};
    picture->height = !height ? wanted : height < least ? least : height;
    if (!sheet)
        return;
    *sheet = (struct sheet){.picture = picture, .hist = hist, .title = title};
    put_title(sheet);
    if (hist->bins.n)
        draw_bins(sheet);
    else
        draw_texts(sheet, texts);
    free(sheet);
}
