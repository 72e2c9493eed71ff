/* tlm stats --phases: where the time of a writer went. */
#include <jansson.h>
#include <string.h>

#include "clean_json.h"
#include "commands.h"
#include "help.h"
#include "phases.h"
#include "report.h"
#include "screen.h"
#include "share_bar.h"
#include "stats/phase_file.h"
#include "stats_args.h"
#include "units.h"

/* Columns of a line; the bar has what is left, of up to BAR_MAX. */
enum { GAP = 2, NAME = 14, SHARE = 7, TIME = 9, RATE = 15, VOLUME = 23 };
enum { BAR_MIN = 10, BAR_MAX = 96 };
enum { TEXT = UNITS_TEXT + 16 };

/* What a phase works on. */
struct volume {
    uint64_t amount;
    bool bytes;
    const char *noun; /* NULL: nothing; of what is counted, one of them */
};

static void volumes_of(const struct tlm_stats *stats, struct volume volumes[PHASES])
{
    const struct volume all[PHASES] = {
        {stats->bytes_in, true, "text"},     {stats->bytes_in, true, "text"},
        {stats->points, false, "point"},     {stats->bytes_raw, true, "records"},
        {stats->bytes_raw, true, "records"}, {stats->bytes_out, true, "files"},
        {stats->parts, false, "part"},       {0, false, NULL},
    };
    memcpy(volumes, all, sizeof all);
}

/* A second of one thread; 0 where that says nothing. */
static double rate_of(const struct volume *volume, uint64_t ns)
{
    bool few = !volume->bytes && volume->amount < 1000;
    return volume->noun && ns && !few ? (double)volume->amount * 1e9 / (double)ns : 0;
}

/* ---- text ----------------------------------------------------------------------------------- */

static const char *amount_text(char out[UNITS_TEXT], bool bytes, uint64_t amount)
{
    return bytes ? units_print_size(out, amount) : units_print_short(out, amount);
}

static void rate_text(char out[TEXT], const struct volume *volume, uint64_t ns)
{
    char amount[UNITS_TEXT];
    double rate = rate_of(volume, ns);
    out[0] = '\0';
    if (rate >= 1 && rate < 1e18)
        snprintf(out, TEXT, "%s/s", amount_text(amount, volume->bytes, (uint64_t)rate));
}

static void volume_text(char out[TEXT], const struct volume *volume)
{
    char amount[UNITS_TEXT];
    out[0] = '\0';
    if (volume->amount && volume->noun)
        snprintf(out, TEXT, "  %s %s%s%s", amount_text(amount, volume->bytes, volume->amount),
                 volume->bytes ? "of " : "", volume->noun,
                 volume->bytes || volume->amount == 1 ? "" : "s");
}

/* How a picture is divided. */
struct layout {
    struct screen_look look;
    size_t bar;
    bool rates, volumes;
};

static struct layout lay_out(const struct stats_args *args)
{
    struct layout layout = {
        .look = {.width = args->given.width ? (size_t)args->width : screen_width(stdout),
                 .color = color_wanted(args->color, stdout),
                 .ascii = args->ascii}};
    size_t width = layout.look.width, used = GAP + NAME + SHARE + GAP + GAP + TIME;
    layout.rates = width >= used + RATE + 2 * BAR_MIN;
    used += layout.rates ? RATE : 0;
    layout.volumes = layout.rates && width >= used + VOLUME + 2 * BAR_MIN;
    used += layout.volumes ? VOLUME : 0;
    layout.bar = width > used + BAR_MIN ? width - used : BAR_MIN;
    layout.bar = layout.bar < BAR_MAX ? layout.bar : BAR_MAX;
    return layout;
}

static void print_line(const struct phase *phase, const struct volume *volume, double whole_ns,
                       const struct layout *layout, enum color_role role)
{
    char time[UNITS_TEXT], rate[TEXT], amount[TEXT];
    double share = phases_share(phase, whole_ns);
    printf("%*s%-*s%*.1f %%%*s", GAP, "", NAME, phase->name, SHARE - 2, 100 * share, GAP, "");
    share_bar_print(stdout, share, layout->bar, &layout->look, role);
    printf("%*s", GAP + TIME, units_print_duration(time, phase->ns));
    rate_text(rate, volume, phase->ns);
    volume_text(amount, volume);
    if (layout->rates && (*rate || (layout->volumes && *amount)))
        printf("%*s", RATE, rate);
    printf("%s\n", layout->volumes ? amount : "");
}

static void print_titles(const struct layout *layout)
{
    bool color = layout->look.color;
    printf("%s%*s%-*s%*s%*s", color_begin(color, COLOR_FAINT), GAP, "", NAME, "phase", SHARE,
           "share", (int)layout->bar + GAP + GAP + TIME, "time");
    if (layout->rates)
        printf("%*s", RATE, "a thread does");
    printf("%s%s\n", layout->volumes ? "  amount" : "", color_end(color, COLOR_FAINT));
}

static void draw(const struct phase_run *run, const char *path, const struct layout *layout)
{
    char time[UNITS_TEXT];
    struct phase phases[PHASES];
    struct volume volumes[PHASES];
    const struct tlm_stats *stats = &run->stats;
    double whole_ns = phases_whole_ns(stats);
    phases_of(stats, phases);
    volumes_of(stats, volumes);
    const struct phase *slowest = phases_slowest(phases);
    const struct phase rest = {"idle and rest", phases_rest_ns(phases, whole_ns)};
    bool color = layout->look.color;
    printf("%s%s%s: %s with %u thread%s\n", color_begin(color, COLOR_TITLE),
           run->name ? run->name : path, color_end(color, COLOR_TITLE),
           units_print_duration(time, stats->wall_ns), stats->threads,
           stats->threads == 1 ? "" : "s");
    if (run->all)
        report_counts(stdout, stats);
    print_titles(layout);
    for (int i = 0; i < PHASES; i++)
        print_line(&phases[i], &volumes[i], whole_ns, layout,
                   &phases[i] == slowest ? COLOR_NOTICE : COLOR_DRAWN);
    print_line(&rest, &(struct volume){0}, whole_ns, layout, COLOR_FAINT);
    phases_print_bound(stdout, phases, whole_ns);
    phases_print_idle(stdout, phases, whole_ns);
}

/* ---- JSON ----------------------------------------------------------------------------------- */

static json_t *make_phase(const struct phase *phase, const struct volume *volume, double whole_ns)
{
    double rate = volume ? rate_of(volume, phase->ns) : 0;
    json_t *object = json_pack("{s:s, s:I, s:f}", "phase", phase->name, "ns", (json_int_t)phase->ns,
                               "share", phases_share(phase, whole_ns));
    if (rate > 0)
        json_object_set_new(object, volume->bytes ? "bytes_per_s" : "per_s", json_real(rate));
    return object;
}

static bool print_json(const struct phase_run *run, const char *path)
{
    struct phase phases[PHASES];
    struct volume volumes[PHASES];
    const struct tlm_stats *stats = &run->stats;
    double whole_ns = phases_whole_ns(stats);
    json_t *list = json_array();
    phases_of(stats, phases);
    volumes_of(stats, volumes);
    const struct phase rest = {"idle and rest", phases_rest_ns(phases, whole_ns)};
    for (int i = 0; i < PHASES; i++)
        json_array_append_new(list, make_phase(&phases[i], &volumes[i], whole_ns));
    json_array_append_new(list, make_phase(&rest, NULL, whole_ns));
    json_t *object =
        json_pack("{s:o, s:s*, s:I, s:I, s:o, s:s, s:f}", "file", clean_json(path, strlen(path)),
                  "name", run->name, "threads", (json_int_t)stats->threads, "wall_ns",
                  (json_int_t)stats->wall_ns, "phases", list, "bound", phases_bound(phases),
                  "bound_share", phases_share(phases_slowest(phases), whole_ns));
    bool printed = object && json_dumpf(object, stdout, JSON_COMPACT | JSON_REAL_PRECISION(9)) == 0;
    json_decref(object);
    putchar('\n');
    return printed;
}

/* ---- the command ---------------------------------------------------------------------------- */

static int show(const struct stats_args *args, const struct phase_file *file)
{
    const struct layout layout = lay_out(args);
    for (size_t i = 0; i < file->n; i++) {
        if (i && !args->json)
            putchar('\n');
        if (!args->json)
            draw(&file->runs[i], args->phases, &layout);
        else if (!print_json(&file->runs[i], args->phases))
            return EXIT_FAILED;
    }
    return EXIT_CLEAN;
}

int stats_phases(const struct stats_args *args)
{
    struct phase_file file;
    if (args->operands.len)
        return help_usage_error("stats", "--phases %s takes no further file: \"%.100s\"",
                                args->phases, args->operands.items[0]);
    if (args->csv)
        return help_usage_error("stats", "--phases has no CSV form; use --json");
    if (!phase_file_read(&file, args->phases))
        return EXIT_FAILED;
    int status = show(args, &file);
    phase_file_release(&file);
    return status;
}
