#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/figure_text.h"
#include "inspect/show.h"
#include "report.h"
#include "screen_text.h"
#include "units.h"

#define LINE 512
#define METADATA_SHOWN 10u

/* ---- lines ---------------------------------------------------------------------------------- */

static bool show_bytes(FILE *out, const struct screen_look *look, const char *label,
                       const char *text, size_t len)
{
    char *clean = screen_text_clean(text, len);
    bool done =
        clean && screen_text_cut(&clean, look->width - 12, SCREEN_TEXT_CUT_END, look->ascii);
    if (done)
        fprintf(out, "  %s%-8s%s  %s\n", color_begin(look->color, COLOR_FAINT), label,
                color_end(look->color, COLOR_FAINT), clean);
    free(clean);
    return done;
}

bool show_line(FILE *out, const struct screen_look *look, const char *label, const char *text)
{
    return show_bytes(out, look, label, text, strlen(text));
}

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

/* ---- the file ------------------------------------------------------------------------------- */

static bool show_title(FILE *out, const struct survey *survey, const struct screen_look *look)
{
    const char *path = survey->info->path;
    char *clean = screen_text_clean(path, strlen(path));
    if (!clean)
        return false;
    fprintf(out, "%s%s%s\n", color_begin(look->color, COLOR_TITLE), clean,
            color_end(look->color, COLOR_TITLE));
    free(clean);
    return true;
}

static bool show_size(FILE *out, const struct survey *survey, const struct screen_look *look)
{
    char size[UNITS_TEXT], count[UNITS_TEXT], raw[UNITS_TEXT], line[LINE], ratio[FIGURE_TEXT];
    uint64_t bytes = survey->info->bytes;
    if (bytes == TLM_SIZE_UNKNOWN)
        bytes = survey->info->header_bytes + survey->bytes;
    units_print_size(size, bytes);
    snprintf(line, sizeof line, bytes < 1024 ? "%s" : "%s (%s bytes)", size,
             units_print_count(count, bytes));
    if (!show_line(out, look, "size", line))
        return false;
    bool about = survey->sampled;
    if (survey_ratio(survey) > 0)
        snprintf(line, sizeof line, "%.40s, %s%s: %s%s of records", survey->info->codec,
                 about ? "~" : "", figure_ratio(ratio, survey_ratio(survey)), about ? "~" : "",
                 units_print_size(
                     raw, (uint64_t)(survey_ratio(survey) * (double)survey->data_bytes + 0.5)));
    else
        snprintf(line, sizeof line, "%.40s", survey->info->codec);
    return show_line(out, look, "codec", line);
}

static bool show_records(FILE *out, const struct survey *survey, const struct screen_look *look)
{
    char records[UNITS_TEXT], blocks[UNITS_TEXT], line[LINE];
    snprintf(line, sizeof line, "%s in %s block%s%s", units_print_count(records, survey->records),
             units_print_count(blocks, survey->blocks), plural(survey->blocks),
             !survey->counted ? ", up to the damage" : "");
    return show_line(out, look, "records", line);
}

static bool show_points(FILE *out, const struct survey *survey, const struct screen_look *look)
{
    char points[FIGURE_TEXT], channels[UNITS_TEXT], series[UNITS_TEXT], line[LINE];
    bool exact;
    uint64_t n;
    if (!survey_points(survey, &n, &exact))
        return true;
    figure_count(points, n, !exact);
    units_print_count(channels, survey->channels.n);
    units_print_count(series, survey->channels.n_series);
    snprintf(line, sizeof line, "%s%s of %s%s channel%s, %s series", points,
             survey->selective ? " selected" : "", survey->sampled ? "at least " : "", channels,
             plural(survey->channels.n), series);
    return show_line(out, look, "points", line);
}

static bool show_time(FILE *out, const struct survey *survey, const struct screen_look *look)
{
    char first[REPORT_TIME], last[REPORT_TIME], duration[FIGURE_TEXT], line[LINE];
    int64_t first_ns, last_ns;
    if (!survey_span(survey, &first_ns, &last_ns))
        return true;
    snprintf(line, sizeof line, "%s .. %s  (%s)", report_time(first, first_ns),
             report_time(last, last_ns), figure_duration(duration, first_ns, last_ns));
    return show_line(out, look, "time", line);
}

/* ---- metadata ------------------------------------------------------------------------------- */

static bool is_key(const struct tlm_file_pair *pair, const char *key)
{
    return pair->key.len == strlen(key) && memcmp(pair->key.data, key, pair->key.len) == 0;
}

/* What stands on the screen already. */
static bool is_shown_elsewhere(const struct tlm_file_pair *pair)
{
    static const char *const keys[] = {"avro.schema", "avro.codec",   "tlm.points",
                                       "tlm.records", "tlm.first_ns", "tlm.last_ns"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (is_key(pair, keys[i]))
            return true;
    return false;
}

static bool show_pair(FILE *out, const struct tlm_file_pair *pair, const char *label,
                      const struct screen_look *look)
{
    size_t key = pair->key.len, value = pair->value.len < LINE ? pair->value.len : LINE;
    char *text = malloc(key + 3 + value);
    if (!text)
        return false;
    memcpy(text, pair->key.data, key);
    memcpy(text + key, " = ", 3); /* NOLINT(bugprone-not-null-terminated-result) */
    if (value)
        memcpy(text + key + 3, pair->value.data, value);
    bool done = show_bytes(out, look, label, text, key + 3 + value);
    free(text);
    return done;
}

static bool show_some_metadata(FILE *out, const struct tlm_file_info *info,
                               const struct screen_look *look)
{
    char count[UNITS_TEXT], line[LINE];
    size_t shown = 0, left = 0;
    for (size_t i = 0; i < info->n_metadata; i++) {
        if (is_shown_elsewhere(&info->metadata[i]))
            continue;
        if (shown == METADATA_SHOWN) {
            left++;
            continue;
        }
        if (!show_pair(out, &info->metadata[i], shown ? "" : "metadata", look))
            return false;
        shown++;
    }
    if (!left)
        return true;
    snprintf(line, sizeof line, "and %s more: --meta", units_print_count(count, left));
    return show_line(out, look, "", line);
}

bool show_metadata(FILE *out, const struct tlm_file_info *info, const struct screen_look *look)
{
    static const struct screen_column columns[] = {
        {.title = "key", .role = COLOR_NAME},
        {.title = "value"},
    };
    struct screen_table *table = screen_table_new(columns, 2);
    char text[LINE], size[UNITS_TEXT];
    if (!table)
        return false;
    for (size_t i = 0; i < info->n_metadata; i++) {
        const struct tlm_file_pair *pair = &info->metadata[i];
        screen_table_add_bytes(table, pair->key.data, pair->key.len);
        snprintf(text, sizeof text, "(%s: --schema)", units_print_size(size, pair->value.len));
        if (is_key(pair, "avro.schema"))
            screen_table_add_as(table, text, COLOR_FAINT);
        else
            screen_table_add_bytes(table, pair->value.data, pair->value.len);
    }
    bool done = screen_table_print(table, out, look, 0);
    screen_table_free(table);
    return done;
}

bool show_file(FILE *out, const struct survey *survey, const struct screen_look *look)
{
    return show_title(out, survey, look) && show_size(out, survey, look) &&
           show_line(out, look, "schema", survey->info->schema_name) &&
           show_records(out, survey, look) &&
           (!survey->info->has_points ||
            (show_points(out, survey, look) && show_time(out, survey, look))) &&
           show_some_metadata(out, survey->info, look);
}
