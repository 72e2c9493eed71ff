#include "show_timeline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/figure_text.h"
#include "report.h"
#include "screen_text.h"
#include "sparkline.h"
#include "units.h"

#define GAP_COLUMNS 8u

/* One picture. */
struct picture {
    FILE *out;
    const struct timeline *timeline;
    const struct screen_look *look;
    uint64_t *room;              /* for as many numbers as a row has cells */
    size_t name;                 /* columns */
    size_t late, overlaps, gaps; /* channels that have such */
};

static size_t name_columns(const struct screen_look *look)
{
    size_t columns = look->width / 4;
    return columns < 12 ? 12 : columns > 40 ? 40 : columns;
}

size_t show_timeline_cells(const struct screen_look *look)
{
    size_t taken = name_columns(look) + 2 + 2 + GAP_COLUMNS;
    return look->width > taken + 10 ? look->width - taken : 10;
}

/* ---- rows ----------------------------------------------------------------------------------- */

static int compare_counts(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Points that half of the cells with points have at least. */
static uint64_t usual_points(const struct timeline *timeline, const struct timeline_cell *row,
                             uint64_t *room)
{
    size_t n = 0;
    for (size_t i = 0; i < timeline->width; i++)
        if (row[i].points)
            room[n++] = row[i].points;
    qsort(room, n, sizeof *room, compare_counts);
    return n ? room[n / 2] : 1;
}

static const char *cell_text(const struct timeline_cell *cell, uint64_t usual, bool ascii,
                             enum color_role *role)
{
    *role = COLOR_DRAWN;
    if (!cell->points) {
        *role = COLOR_FAINT;
        return ascii ? "." : "·";
    }
    if (cell->marks)
        *role = cell->marks & TIMELINE_OVERLAP ? COLOR_NOTICE : COLOR_WRONG;
    if (cell->marks & TIMELINE_OVERLAP)
        return ascii ? "x" : "▒";
    if (cell->marks)
        return "!";
    double share = fmin((double)cell->points / (double)usual, 1);
    unsigned level = 1 + (unsigned)(share * (SPARKLINE_LEVELS - 1) + 0.5);
    if (ascii)
        return level > 5 ? "#" : level > 2 ? "=" : "-";
    return sparkline_level(level, false);
}

static void put_cells(const struct picture *picture, const struct timeline_cell *row)
{
    enum color_role now = COLOR_PLAIN, role;
    uint64_t usual = usual_points(picture->timeline, row, picture->room);
    bool color = picture->look->color;
    for (size_t i = 0; i < picture->timeline->width; i++) {
        const char *text = cell_text(&row[i], usual, picture->look->ascii, &role);
        if (role != now)
            fprintf(picture->out, "%s%s", color_end(color, now), color_begin(color, role));
        now = role;
        fputs(text, picture->out);
    }
    fputs(color_end(color, now), picture->out);
}

static bool put_name(const struct picture *picture, const struct channel *channel)
{
    char *name = screen_text_clean(channel->name, channel->name_len);
    bool color = picture->look->color;
    bool done =
        name && screen_text_cut(&name, picture->name, SCREEN_TEXT_CUT_MIDDLE, picture->look->ascii);
    if (done)
        fprintf(picture->out, "%s%s%s%*s", color_begin(color, COLOR_NAME), name,
                color_end(color, COLOR_NAME), (int)(picture->name - screen_text_width(name)) + 2,
                "");
    free(name);
    return done;
}

static void count_marks(struct picture *picture, const struct timeline_cell *row)
{
    unsigned marks = 0;
    for (size_t i = 0; i < picture->timeline->width; i++)
        marks |= row[i].marks;
    picture->late += (marks & TIMELINE_LATE) != 0;
    picture->overlaps += (marks & TIMELINE_OVERLAP) != 0;
    picture->gaps += timeline_gap_ns(picture->timeline, row) > 0;
}

static bool put_row(struct picture *picture, const struct channel *channel, size_t place)
{
    const struct timeline *timeline = picture->timeline;
    const struct timeline_cell *row = timeline->cells + place * timeline->width;
    int64_t gap_ns = timeline_gap_ns(timeline, row);
    char gap[UNITS_TEXT] = "";
    if (!put_name(picture, channel))
        return false;
    put_cells(picture, row);
    if (gap_ns > 0)
        fprintf(picture->out, "  %*s", (int)GAP_COLUMNS,
                units_print_duration(gap, (uint64_t)gap_ns));
    putc('\n', picture->out);
    count_marks(picture, row);
    return true;
}

/* ---- around them ---------------------------------------------------------------------------- */

/* The times at the start and the middle of the cells, and at the end. */
static void put_axis(const struct picture *picture)
{
    const struct timeline *timeline = picture->timeline;
    const struct figure_clock clock = figure_clock_of(timeline->first_ns, timeline->last_ns);
    size_t width = timeline->width, at = 0;
    char first[FIGURE_TEXT], middle[FIGURE_TEXT], last[FIGURE_TEXT];
    figure_time(first, timeline->first_ns, &clock);
    figure_time(middle, timeline_time(timeline, width / 2), &clock);
    figure_time(last, timeline->last_ns, &clock);
    fprintf(picture->out, "%*s%s", (int)picture->name + 2, "",
            color_begin(picture->look->color, COLOR_FAINT));
    at += strlen(first);
    fputs(first, picture->out);
    if (at + 2 < width / 2 && width / 2 + strlen(middle) + 2 + strlen(last) < width) {
        fprintf(picture->out, "%*s%s", (int)(width / 2 - at), "", middle);
        at = width / 2 + strlen(middle);
    }
    if (at + 2 + strlen(last) <= width) {
        fprintf(picture->out, "%*s%s", (int)(width - strlen(last) - at), "", last);
        at = width;
    }
    fprintf(picture->out, "%*s  %*s%s\n", (int)(at < width ? width - at : 0), "", (int)GAP_COLUMNS,
            "gap", color_end(picture->look->color, COLOR_FAINT));
}

static void put_title(const struct picture *picture)
{
    const struct timeline *timeline = picture->timeline;
    char first[REPORT_TIME], last[REPORT_TIME], duration[FIGURE_TEXT], files[UNITS_TEXT];
    bool color = picture->look->color;
    fprintf(picture->out, "%s%s file%s%s  %s .. %s  (%s)\n\n", color_begin(color, COLOR_TITLE),
            units_print_count(files, timeline->files), timeline->files == 1 ? "" : "s",
            color_end(color, COLOR_TITLE), report_time(first, timeline->first_ns),
            report_time(last, timeline->last_ns),
            figure_duration(duration, timeline->first_ns, timeline->last_ns));
}

static void put_legend(const struct picture *picture)
{
    bool ascii = picture->look->ascii, color = picture->look->color;
    const struct timeline *timeline = picture->timeline;
    char cell[FIGURE_TEXT];
    fprintf(picture->out, "\n%s points  %s none  %s overlap  ! late  (%s a cell)",
            ascii ? "- = #" : "▁▄█", ascii ? "." : "·", ascii ? "x" : "▒",
            figure_duration(cell, timeline->first_ns, timeline_time(timeline, 1)));
    const struct {
        size_t n;
        const char *what;
        enum color_role role;
    } counts[] = {
        {picture->gaps, "with gaps", COLOR_PLAIN},
        {picture->overlaps, "with overlaps", COLOR_NOTICE},
        {picture->late, "with late data", COLOR_WRONG},
    };
    char channels[UNITS_TEXT], n[UNITS_TEXT];
    fprintf(picture->out, "\n%s channel%s", units_print_count(channels, picture->timeline->names.n),
            picture->timeline->names.n == 1 ? "" : "s");
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        if (counts[i].n)
            fprintf(picture->out, ", %s%s %s%s", color_begin(color, counts[i].role),
                    units_print_count(n, counts[i].n), counts[i].what,
                    color_end(color, counts[i].role));
    putc('\n', picture->out);
}

/* ---- order ---------------------------------------------------------------------------------- */

static int compare_channels(const void *a, const void *b)
{
    const struct channel *const *x = a, *const *y = b;
    return strverscmp((*x)->name, (*y)->name);
}

/* The caller frees. */
static const struct channel **sorted(const struct timeline *timeline)
{
    const struct channel **order = calloc(timeline->names.n + 1, sizeof *order);
    for (size_t i = 0; order && i < timeline->names.n; i++)
        order[i] = &timeline->names.items[i];
    if (order)
        qsort(order, timeline->names.n, sizeof *order, compare_channels);
    return order;
}

bool show_timeline(FILE *out, const struct timeline *timeline, const struct screen_look *look)
{
    struct picture picture = {
        .out = out, .timeline = timeline, .look = look, .name = name_columns(look)};
    const struct channel **order = sorted(timeline);
    picture.room = calloc(timeline->width, sizeof *picture.room);
    bool done = order && picture.room;
    if (done) {
        put_title(&picture);
        put_axis(&picture);
    }
    for (size_t i = 0; done && i < timeline->names.n; i++)
        done = put_row(&picture, order[i], (size_t)(order[i] - timeline->names.items));
    if (done)
        put_legend(&picture);
    free(picture.room);
    free(order);
    return done;
}
