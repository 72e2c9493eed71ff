#include <stdlib.h>
#include <string.h>

#include "inspect/figure_text.h"
#include "inspect/show.h"
#include "report.h"
#include "units.h"

struct show_list {
    struct screen_table *table;
    uint64_t files, bytes, blocks, records, points;
    bool about; /* some points are estimated */
    bool any;
    int64_t first_ns, last_ns;
};

static const struct screen_column columns[] = {
    {.title = "file", .shrinks_to = 16, .middle = true, .role = COLOR_NAME},
    {.title = "size", .right = true},
    {.title = "codec", .optional = 5},
    {.title = "blocks", .right = true, .optional = 3},
    {.title = "records", .right = true, .optional = 4},
    {.title = "points", .right = true},
    {.title = "from", .optional = 2},
    {.title = "duration", .right = true, .optional = 1},
    {.title = ""},
};

struct show_list *show_list_new(void)
{
    struct show_list *list = calloc(1, sizeof *list);
    if (!list)
        return NULL;
    list->table = screen_table_new(columns, sizeof columns / sizeof columns[0]);
    if (list->table)
        return list;
    free(list);
    return NULL;
}

void show_list_free(struct show_list *list)
{
    if (!list)
        return;
    screen_table_free(list->table);
    free(list);
}

static void add_cells(struct show_list *list, const char *const *cells, size_t n)
{
    for (size_t i = 0; i < n; i++)
        screen_table_add(list->table, cells[i]);
}

static void add_times(struct show_list *list, bool any, int64_t first_ns, int64_t last_ns)
{
    char first[REPORT_TIME], duration[FIGURE_TEXT];
    screen_table_add(list->table, any ? report_time(first, first_ns) : "");
    screen_table_add(list->table, any ? figure_duration(duration, first_ns, last_ns) : "");
}

static void sum_times(struct show_list *list, int64_t first_ns, int64_t last_ns)
{
    list->first_ns = list->any && list->first_ns < first_ns ? list->first_ns : first_ns;
    list->last_ns = list->any && list->last_ns > last_ns ? list->last_ns : last_ns;
    list->any = true;
}

static void add_unreadable(struct show_list *list, const char *path)
{
    add_cells(list, (const char *const[]){path, "", "", "", "", "", "", ""}, 8);
    screen_table_add_as(list->table, "unreadable", COLOR_WRONG);
}

void show_list_add(struct show_list *list, const char *path, const struct survey *survey)
{
    char size[UNITS_TEXT], blocks[UNITS_TEXT], records[UNITS_TEXT], points[FIGURE_TEXT] = "";
    int64_t first_ns = 0, last_ns = 0;
    bool exact = true;
    list->files++;
    if (!survey->file) {
        add_unreadable(list, path);
        return;
    }
    const struct tlm_file_info *info = survey->info;
    uint64_t bytes =
        info->bytes == TLM_SIZE_UNKNOWN ? info->header_bytes + survey->bytes : info->bytes;
    bool any = info->has_points && survey_span(survey, &first_ns, &last_ns);
    uint64_t n;
    if (info->has_points && survey_points(survey, &n, &exact)) {
        list->points += n;
        figure_count(points, n, !exact);
    }
    const char *const cells[] = {info->path,
                                 units_print_size(size, bytes),
                                 info->codec,
                                 units_print_count(blocks, survey->blocks),
                                 units_print_count(records, survey->records),
                                 points};
    add_cells(list, cells, 6);
    add_times(list, any, first_ns, last_ns);
    screen_table_add_as(list->table, survey->code ? "damaged" : "", COLOR_WRONG);
    list->bytes += bytes;
    list->blocks += survey->blocks;
    list->records += survey->records;
    list->about = list->about || !exact;
    if (any)
        sum_times(list, first_ns, last_ns);
}

static void add_total(struct show_list *list)
{
    char files[UNITS_TEXT], name[UNITS_TEXT + 16], size[UNITS_TEXT], blocks[UNITS_TEXT];
    char records[UNITS_TEXT], points[FIGURE_TEXT];
    snprintf(name, sizeof name, "%s file%s", units_print_count(files, list->files),
             list->files == 1 ? "" : "s");
    screen_table_add_as(list->table, name, COLOR_TITLE);
    const char *const cells[] = {
        units_print_size(size, list->bytes), "", units_print_count(blocks, list->blocks),
        units_print_count(records, list->records), figure_count(points, list->points, list->about)};
    add_cells(list, cells, 5);
    add_times(list, list->any, list->first_ns, list->last_ns);
    screen_table_add(list->table, "");
}

bool show_list_print(FILE *out, struct show_list *list, const struct screen_look *look)
{
    add_total(list);
    return screen_table_print(list->table, out, look, 0);
}
