/* tlm stats --compare: what changed between two sets of files. */
#include <glob.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "commands.h"
#include "help.h"
#include "inspect/figure_text.h"
#include "stats/stats_change.h"
#include "stats/stats_json.h"
#include "stats/stats_order.h"
#include "stats/stats_read.h"
#include "stats/stats_show.h"

/* One of the two sets. */
struct side {
    struct channel_files files;
    struct stats_lines lines;
};

struct comparison {
    const struct stats_args *args;
    struct stats_read read;
    double tolerance;
    struct side a, b;
    uint64_t series, different; /* compared, and changed by more than is tolerated */
    uint64_t shown;             /* lines */
    struct screen_table *table; /* of text */
};

static int fail(const char *why)
{
    fprintf(stderr, "tlm stats: %s\n", why);
    return EXIT_FAILED;
}

/* ---- reading -------------------------------------------------------------------------------- */

static int read_tolerance(double *share, const char *text)
{
    char *end;
    double percent = strtod(text, &end);
    end += *end == '%';
    if (!strchr("0123456789.", *text) || end == text || *end || !(percent >= 0) ||
        !isfinite(percent))
        return help_usage_error("stats", "--tolerance %s: want a percentage such as 1%%", text);
    *share = percent / 100;
    return 0;
}

/* A file, a folder, or a pattern for them. */
static int collect_other(struct channel_files *files, const char *path)
{
    struct stat info;
    glob_t found;
    int status;
    if (stat(path, &info) == 0 || strcmp(path, "-") == 0 || glob(path, 0, NULL, &found) != 0)
        return channel_files_collect(files, &path, 1, "stats");
    const char **paths = malloc(found.gl_pathc * sizeof *paths);
    for (size_t i = 0; paths && i < found.gl_pathc; i++)
        paths[i] = found.gl_pathv[i];
    status = paths ? channel_files_collect(files, paths, found.gl_pathc, "stats")
                   : fail("out of memory");
    free(paths);
    globfree(&found);
    return status;
}

static int read_side(struct comparison *comparison, const struct select *select, struct side *side)
{
    struct tlm_error error = {.code = TLM_OK, .message = "out of memory"};
    struct stats_read *read = &comparison->read;
    const struct row_pipe_options rows = stats_read_rows(comparison->args);
    side->files.rows = &rows;
    read->files = &side->files;
    enum tlm_code code = select_resolve(select, &side->files, &read->selection, &error);
    if (!code && !stats_lines_init(&side->lines, comparison->args->memory_bytes / 2))
        code = TLM_NO_MEMORY;
    if (!code)
        code = stats_read_all(read, &side->lines, &error);
    if (!code && !stats_order_sort(&side->lines, STATS_BY_NAME))
        code = TLM_NO_MEMORY;
    side->files.rows = NULL;
    int status = code ? fail(error.message) : 0;
    return code == TLM_ARGUMENT ? EXIT_USAGE : status;
}

/* ---- text ----------------------------------------------------------------------------------- */

static void print_value(char out[FIGURE_TEXT], const struct stats_change *change, bool known,
                        struct moments_number value)
{
    out[0] = '\0';
    if (!known)
        snprintf(out, FIGURE_TEXT, "%s", change->what == CHANGED_SERIES ? "not there" : "none");
    else if (change->what == CHANGED_TYPE)
        figure_types(out, (unsigned)value.integer);
    else if (change->what == CHANGED_SERIES)
        snprintf(out, FIGURE_TEXT, "%" PRId64 " points", value.integer);
    else if (change->what == CHANGED_RATE)
        figure_rate(out, value.real, false);
    else if (change->what == CHANGED_NAN)
        snprintf(out, FIGURE_TEXT, "%.4g %%", 100 * value.real);
    else if (value.is_integer)
        snprintf(out, FIGURE_TEXT, "%" PRId64, value.integer);
    else
        snprintf(out, FIGURE_TEXT, "%.6g", value.real);
}

static void print_change(char out[FIGURE_TEXT], const struct stats_change *change)
{
    bool up = moments_compare(change->a, change->b) < 0;
    out[0] = '\0';
    if (change->what == CHANGED_SERIES)
        snprintf(out, FIGURE_TEXT, "%s", change->has_a ? "vanished" : "appeared");
    else if (isfinite(change->share))
        snprintf(out, FIGURE_TEXT, "%c%.3g %%%s", up ? '+' : '-', 100 * change->share,
                 !change->of_spread             ? ""
                 : change->what == CHANGED_MEAN ? " of std"
                                                : " of range");
}

static bool show_text(struct comparison *comparison, const struct stats_line *line,
                      const struct stats_change *changes, int n)
{
    char text[FIGURE_TEXT];
    char *name = stats_show_name(&comparison->read.rules, line);
    struct screen_table *table = comparison->table;
    for (int i = 0; name && i < n; i++) {
        const struct stats_change *change = &changes[i];
        enum color_role role = change->beyond ? COLOR_NOTICE : COLOR_PLAIN;
        screen_table_add_as(table, change->beyond ? "!" : "", role);
        screen_table_add(table, i ? "" : name);
        screen_table_add_as(table, stats_changed_name(change->what), role);
        print_value(text, change, change->has_a, change->a);
        screen_table_add(table, text);
        print_value(text, change, change->has_b, change->b);
        screen_table_add(table, text);
        print_change(text, change);
        screen_table_add_as(table, text, role);
    }
    free(name);
    return name != NULL;
}

static bool print_table(struct comparison *comparison)
{
    const struct screen_look look = {
        .width =
            comparison->args->given.width ? (size_t)comparison->args->width : screen_width(stdout),
        .color = color_wanted(comparison->args->color, stdout),
        .ascii = comparison->args->ascii,
    };
    bool done = true;
    if (comparison->shown) {
        done = screen_table_print(comparison->table, stdout, &look, 0);
        putchar('\n');
    }
    printf("%" PRIu64 " series, %" PRIu64 " differ by more than %g %%\n", comparison->series,
           comparison->different, 100 * comparison->tolerance);
    return done;
}

/* ---- all series ----------------------------------------------------------------------------- */

static bool show(struct comparison *comparison, const struct stats_line *line,
                 const struct stats_change *changes, int n)
{
    const struct stats_args *args = comparison->args;
    if (args->top && comparison->shown >= args->top)
        return true;
    comparison->shown++;
    return args->json
               ? stats_json_changes(stdout, &comparison->read.rules, line, changes, (size_t)n)
               : show_text(comparison, line, changes, n);
}

/* A line of either side, or of both. */
static bool compare(struct comparison *comparison, const struct stats_line *a,
                    const struct stats_line *b)
{
    struct stats_change changes[STATS_CHANGES];
    int n = stats_changes(a, b, comparison->a.lines.ranks, comparison->tolerance, changes);
    bool beyond = false;
    for (int i = 0; i < n; i++)
        beyond |= changes[i].beyond;
    comparison->series++;
    comparison->different += beyond;
    return n == 0 || (n > 0 && show(comparison, a ? a : b, changes, n));
}

static bool compare_all(struct comparison *comparison)
{
    const struct stats_lines *a = &comparison->a.lines, *b = &comparison->b.lines;
    size_t x = 0, y = 0;
    bool done = true;
    while (done && (x < a->n || y < b->n)) {
        int order = x == a->n ? 1 : y == b->n ? -1 : stats_order_names(a->items[x], b->items[y]);
        done =
            compare(comparison, order <= 0 ? a->items[x] : NULL, order >= 0 ? b->items[y] : NULL);
        x += order <= 0;
        y += order >= 0;
    }
    return done;
}

static int report(struct comparison *comparison)
{
    static const struct screen_column columns[] = {
        {.title = ""},
        {.title = "series", .shrinks_to = 16, .middle = true, .role = COLOR_NAME},
        {.title = "figure"},
        {.title = "A", .right = true, .shrinks_to = 6},
        {.title = "B", .right = true, .shrinks_to = 6},
        {.title = "change", .right = true},
    };
    comparison->table = screen_table_new(columns, sizeof columns / sizeof columns[0]);
    bool done = comparison->table && compare_all(comparison);
    if (done && !comparison->series) {
        screen_table_free(comparison->table);
        return fail("there are no points");
    }
    if (done && !comparison->args->json)
        done = print_table(comparison);
    screen_table_free(comparison->table);
    if (!done && !ferror(stdout))
        return fail("out of memory");
    if (comparison->different)
        return EXIT_DIFFERENT;
    return comparison->read.left_out ? EXIT_DEGRADED : EXIT_CLEAN;
}

static int run(struct comparison *comparison)
{
    const struct stats_args *args = comparison->args;
    struct select select;
    int status = select_settle(&select, &args->select, "stats");
    if (!status)
        status = channel_files_collect(&comparison->a.files, args->operands.items,
                                       args->operands.len, "stats");
    if (!status)
        status = collect_other(&comparison->b.files, args->compare);
    if (!status)
        status = read_side(comparison, &select, &comparison->a);
    if (!status)
        status = read_side(comparison, &select, &comparison->b);
    return status ? status : report(comparison);
}

int stats_compare(const struct stats_args *args)
{
    struct comparison comparison = {.args = args};
    int status = stats_read_init(&comparison.read, args);
    if (!status && args->csv)
        status = help_usage_error("stats", "--compare prints text or --json, not --csv");
    if (!status)
        status = read_tolerance(&comparison.tolerance, args->tolerance);
    if (!status)
        status = run(&comparison);
    stats_lines_release(&comparison.a.lines);
    stats_lines_release(&comparison.b.lines);
    channel_files_release(&comparison.a.files);
    channel_files_release(&comparison.b.files);
    return status;
}
