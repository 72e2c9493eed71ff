#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/figure_text.h"
#include "inspect/show.h"
#include "sparkline.h"
#include "units.h"

/* What all rows share. */
struct sheet {
    const struct survey *survey;
    const struct screen_look *look;
    struct screen_table *table;
    bool sample;
    int64_t first_ns, last_ns;
    struct figure_clock clock;
    unsigned curve; /* columns of it */
};

enum { CURVE_LEAST = 8, CURVE_MOST = 40 };

static void add_curve(const struct sheet *sheet, const struct channel *channel)
{
    double means[CURVE_MOST];
    char text[CURVE_MOST * SPARKLINE_BYTES + 1] = "";
    if (channel->history && channel->history->n) {
        value_history_resample(channel->history, sheet->first_ns, sheet->last_ns, sheet->sample,
                               means, sheet->curve);
        sparkline_draw(text, means, sheet->curve, sheet->look->ascii);
    }
    size_t len = strlen(text);
    while (len && text[len - 1] == ' ')
        len--;
    screen_table_add_bytes(sheet->table, text, len);
}

static void add_channel(const struct sheet *sheet, const struct channel *channel)
{
    const struct channel_figures *figures = &channel->figures;
    struct screen_table *table = sheet->table;
    struct channel_figures scaled = *figures;
    char text[FIGURE_TEXT];
    scaled.points = survey_scaled(sheet->survey, figures->points);
    screen_table_add_bytes(table, channel->name, channel->name_len);
    screen_table_add(table, figure_types(text, figures->types));
    screen_table_add(table, figure_count(text, scaled.points, sheet->sample));
    screen_table_add(table, figure_rate(text, channel_figures_rate(&scaled), sheet->sample));
    screen_table_add(table, figure_time(text, figures->first_ns, &sheet->clock));
    screen_table_add(table, figure_time(text, figures->last_ns, &sheet->clock));
    screen_table_add(table, figure_least(text, figures));
    screen_table_add(table, figure_most(text, figures));
    screen_table_add(table, figure_share(text, (double)figures->raw_bytes,
                                         (double)sheet->survey->channels.all.raw_bytes));
    add_curve(sheet, channel);
}

/* What the table says of the file as a whole where it was read in part. */
static void show_note(FILE *out, const struct sheet *sheet)
{
    char read[UNITS_TEXT], blocks[UNITS_TEXT];
    const struct screen_look *look = sheet->look;
    if (!sheet->sample)
        return;
    fprintf(out,
            "\n%s~ estimated from %s of %s blocks; times, min and max are of those; --full reads "
            "all%s\n",
            color_begin(look->color, COLOR_NOTICE),
            units_print_count(read, sheet->survey->read_blocks),
            units_print_count(blocks, sheet->survey->blocks), color_end(look->color, COLOR_NOTICE));
}

/* Where there is room for little, names and numbers go first. */
static unsigned curve_width(size_t width)
{
    return width < 100 ? CURVE_LEAST : width < 140 ? 12 : width < 180 ? 20 : CURVE_MOST;
}

bool show_channels(FILE *out, const struct survey *survey, const struct screen_look *look)
{
    static const struct screen_column columns[] = {
        {.title = "channel", .shrinks_to = 16, .middle = true, .role = COLOR_NAME},
        {.title = "type", .shrinks_to = 6},
        {.title = "points", .right = true},
        {.title = "rate", .right = true, .optional = 2},
        {.title = "first", .optional = 5},
        {.title = "last", .optional = 5},
        {.title = "min", .right = true, .optional = 3},
        {.title = "max", .right = true, .optional = 3},
        {.title = "bytes", .right = true, .optional = 4},
        {.title = "curve", .optional = 1, .role = COLOR_DRAWN},
    };
    struct sheet sheet = {.survey = survey, .look = look, .sample = survey->sampled};
    if (!survey->channels.n || !survey_span(survey, &sheet.first_ns, &sheet.last_ns))
        return true;
    sheet.clock = figure_clock_of(sheet.first_ns, sheet.last_ns);
    sheet.curve = curve_width(look->width);
    sheet.table = screen_table_new(columns, sizeof columns / sizeof columns[0]);
    if (!sheet.table)
        return false;
    for (size_t i = 0; i < survey->channels.n; i++)
        add_channel(&sheet, &survey->channels.items[i]);
    putc('\n', out);
    bool done = screen_table_print(sheet.table, out, look, 0);
    if (done)
        show_note(out, &sheet);
    screen_table_free(sheet.table);
    return done;
}
