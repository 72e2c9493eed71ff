#include "plot/hist_text.h"

#include <stdlib.h>
#include <string.h>

#include "inspect/figure_text.h"
#include "plot/canvas_print.h"
#include "screen_text.h"
#include "units.h"

#define GAP 2
#define SHARE 7 /* columns of "100.0 %" */

/* Columns, and how many cells a bar may have. */
struct sheet {
    const struct hist *hist;
    struct canvas canvas;
    bool ascii;
    int from, to, label; /* widths: label is both of them, and more when texts are longer */
    int count, bar;
    uint64_t most, all;
    int row;
};

/* ---- layout --------------------------------------------------------------------------------- */

static int wider(int width, const char *text)
{
    int wanted = (int)screen_text_width(text);
    return wanted > width ? wanted : width;
}

static void see_count(struct sheet *sheet, uint64_t count)
{
    char text[UNITS_TEXT];
    sheet->most = count > sheet->most ? count : sheet->most;
    sheet->count = wider(sheet->count, units_print_count(text, count));
}

static void see_bins(struct sheet *sheet)
{
    const struct bins *bins = &sheet->hist->bins;
    char edge[BINS_TEXT];
    for (size_t i = 0; i < bins->n; i++) {
        sheet->from = wider(sheet->from, bins_edge(bins, bins->items[i].from, edge));
        sheet->to = wider(sheet->to, bins_edge(bins, bins->items[i].to, edge));
        see_count(sheet, bins->items[i].count);
    }
}

static void see_others(struct sheet *sheet)
{
    const struct hist *hist = sheet->hist;
    const uint64_t counts[] = {hist->nan, hist->above, hist->below, hist->other};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        see_count(sheet, counts[i]);
    if (hist->nan || hist->above || hist->below)
        sheet->label = wider(sheet->label, "-Infinity");
    if (hist->other)
        sheet->label = wider(sheet->label, "arrays of texts");
}

static void see_texts(struct sheet *sheet, size_t texts, int width)
{
    for (size_t i = 0; i < texts; i++) {
        sheet->label = wider(sheet->label, sheet->hist->texts.items[i].text);
        see_count(sheet, sheet->hist->texts.items[i].count);
    }
    if (sheet->hist->texts.n > texts || sheet->hist->texts.others) {
        sheet->label = wider(sheet->label, "(other texts)");
        see_count(sheet, sheet->hist->texts.all);
    }
    sheet->label = sheet->label > width / 3 ? width / 3 : sheet->label;
}

static void lay_out(struct sheet *sheet, size_t texts, int width)
{
    sheet->count = 5;
    if (sheet->hist->bins.n) {
        sheet->from = 4;
        sheet->to = 2;
        see_bins(sheet);
    }
    see_others(sheet);
    see_texts(sheet, texts, width);
    int both = sheet->hist->bins.n ? sheet->from + GAP + sheet->to : 0;
    if (sheet->label < both)
        sheet->label = both;
    else if (both)
        sheet->from += sheet->label - both;
    sheet->bar = width - sheet->label - sheet->count - SHARE - 3 * GAP;
}

/* ---- lines ---------------------------------------------------------------------------------- */

static void put_bar(struct sheet *sheet, int column, uint64_t count)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
    const int parts = sheet->ascii ? 1 : 8;
    if (!count || sheet->bar < 1)
        return;
    double share = (double)count / (double)sheet->most;
    int n = (int)(share * sheet->bar * parts + 0.5);
    if (!n) /* what is there is seen */
        canvas_put(&sheet->canvas, sheet->row, column, 1, CANVAS_CURVE,
                   sheet->ascii ? "." : eighths[1]);
    for (; n > 0; n -= parts)
        column += canvas_put(&sheet->canvas, sheet->row, column, 1, CANVAS_CURVE,
                             sheet->ascii ? "#"
                             : n < parts  ? eighths[n]
                                          : eighths[8]);
}

static void put_counts(struct sheet *sheet, uint64_t count)
{
    char text[UNITS_TEXT], share[FIGURE_TEXT];
    int at = sheet->label + GAP;
    canvas_put_right(&sheet->canvas, sheet->row, at, sheet->count, CANVAS_PLAIN,
                     units_print_count(text, count));
    at += sheet->count + GAP;
    canvas_put_right(&sheet->canvas, sheet->row, at, SHARE, CANVAS_FAINT,
                     figure_share(share, (double)count, (double)sheet->all));
    put_bar(sheet, at + SHARE + GAP, count);
    sheet->row++;
}

static void put_heads(struct sheet *sheet)
{
    int at = sheet->label + GAP;
    if (sheet->hist->bins.n) {
        canvas_put_right(&sheet->canvas, sheet->row, 0, sheet->from, CANVAS_FAINT, "from");
        canvas_put_right(&sheet->canvas, sheet->row, 0, sheet->label, CANVAS_FAINT, "to");
    }
    canvas_put_right(&sheet->canvas, sheet->row, at, sheet->count, CANVAS_FAINT, "count");
    canvas_put_right(&sheet->canvas, sheet->row, at + sheet->count + GAP, SHARE, CANVAS_FAINT,
                     "share");
    sheet->row++;
}

static void put_bins(struct sheet *sheet)
{
    const struct bins *bins = &sheet->hist->bins;
    char edge[BINS_TEXT];
    for (size_t i = 0; i < bins->n; i++) {
        const struct bin *bin = &bins->items[i];
        canvas_put_right(&sheet->canvas, sheet->row, 0, sheet->from, CANVAS_PLAIN,
                         bins_edge(bins, bin->from, edge));
        canvas_put_right(&sheet->canvas, sheet->row, 0, sheet->label, CANVAS_PLAIN,
                         bins_edge(bins, bin->to, edge));
        put_counts(sheet, bin->count);
    }
}

static void put_named(struct sheet *sheet, const char *name, enum canvas_style style,
                      uint64_t count)
{
    if (!count)
        return;
    canvas_put_cut(&sheet->canvas, sheet->row, 0, sheet->label, style, name, sheet->ascii);
    put_counts(sheet, count);
}

static void put_texts(struct sheet *sheet, size_t texts)
{
    const struct text_counts *counts = &sheet->hist->texts;
    uint64_t rest = counts->all;
    for (size_t i = 0; i < texts; i++) {
        put_named(sheet, *counts->items[i].text ? counts->items[i].text : "(empty)", CANVAS_PLAIN,
                  counts->items[i].count);
        rest -= counts->items[i].count;
    }
    put_named(sheet, "(other texts)", CANVAS_FAINT, rest);
}

static void put_title(struct sheet *sheet, const char *name, int width)
{
    char figures[HIST_TEXT];
    int at = canvas_put(&sheet->canvas, sheet->row, 0, width, CANVAS_HEADING, name) + GAP;
    canvas_put_cut(&sheet->canvas, sheet->row++, at, width - at, CANVAS_PLAIN,
                   hist_figures(sheet->hist, figures), sheet->ascii);
}

static bool draw(struct sheet *sheet, size_t texts, int width)
{
    const struct hist *hist = sheet->hist;
    char *name = screen_text_clean(hist->name, strlen(hist->name));
    /* a title, the heads, three for what is not finite, arrays, other texts */
    bool made = name &&
                screen_text_cut(&name, (size_t)width / 2, SCREEN_TEXT_CUT_MIDDLE, sheet->ascii) &&
                canvas_resize(&sheet->canvas, (int)(hist->bins.n + texts) + 7, width);
    if (made) {
        put_title(sheet, name, width);
        put_heads(sheet);
        put_bins(sheet);
        put_named(sheet, "-Infinity", CANVAS_NOTICE, hist->below);
        put_named(sheet, "Infinity", CANVAS_NOTICE, hist->above);
        put_named(sheet, "NaN", CANVAS_NOTICE, hist->nan);
        put_texts(sheet, texts);
        put_named(sheet, "arrays of texts", CANVAS_FAINT, hist->other);
        sheet->canvas.rows = sheet->row;
    }
    free(name);
    return made;
}

bool hist_text(FILE *out, const struct hist *hist, const struct screen_look *look, size_t texts)
{
    struct sheet sheet = {.hist = hist, .ascii = look->ascii};
    texts = texts < hist->texts.n ? texts : hist->texts.n;
    sheet.all =
        hist->numbers + hist->nan + hist->above + hist->below + hist->other + hist->texts.all;
    lay_out(&sheet, texts, (int)look->width);
    bool drawn = draw(&sheet, texts, (int)look->width);
    if (drawn)
        canvas_print(&sheet.canvas, out, look->color);
    canvas_release(&sheet.canvas);
    return drawn;
}
