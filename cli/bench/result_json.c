#include "bench/result_json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "bench/failure.h"
#include "bench/title.h"
#include "phases.h"

#define DIGITS 9

/* ---- making --------------------------------------------------------------------------------- */

static json_t *number(uint64_t value)
{
    return json_integer((json_int_t)value);
}

/* Not every path and command line is UTF-8. */
static json_t *text(const char *bytes)
{
    json_t *made = json_string(bytes);
    return made ? made : json_null();
}

static json_t *reals(const double *values, unsigned n)
{
    json_t *array = json_array();
    for (unsigned i = 0; i < n; i++)
        json_array_append_new(array, json_real(values[i]));
    return array;
}

static json_t *make_machine(const struct bench_machine *machine)
{
    return json_pack("{s:o, s:I, s:o}", "cpu", text(machine->cpu), "cores",
                     (json_int_t)machine->cores, "kernel", text(machine->kernel));
}

static json_t *make_spread(const struct bench_spread *spread)
{
    return json_pack("{s:f, s:f, s:f, s:f}", "median", spread->median, "min", spread->min, "max",
                     spread->max, "percent", bench_spread_percent(spread));
}

static void put_setup(json_t *object, const struct bench_setup *setup)
{
    const struct bench_shape *shape = &setup->shape;
    const struct tlm_writer_options *writer = &setup->writer;
    char title[BENCH_NAME];
    json_object_set_new(object, "name", text(bench_title(setup, title)));
    json_object_set_new(object, "from", text(bench_from_name(shape->from)));
    if (shape->input) {
        json_object_set_new(object, "input", text(shape->input));
    } else {
        json_object_set_new(object, "type", text(bench_type_name(shape->type)));
        json_object_set_new(object, "noise", text(shape->regular ? "regular" : "noisy"));
    }
    if (shape->from == BENCH_MEMORY) {
        json_object_set_new(object, "frame", number(shape->frame));
        json_object_set_new(object, "producers", number(setup->producers));
    }
    json_object_set_new(object, "rotate_points", number(writer->rotate_points));
    json_object_set_new(object, "batch_points", number(writer->batch_points));
    json_object_set_new(object, "memory_bytes", number(writer->memory_bytes));
    json_object_set_new(object, "codec", text(bench_codec_name(writer->codec)));
    json_object_set_new(object, "fsync", text(bench_fsync_name(writer->fsync)));
}

static void put_volumes(json_t *object, const struct tlm_stats *stats)
{
    json_object_set_new(object, "threads", number(stats->threads));
    json_object_set_new(object, "channels", number(stats->series));
    json_object_set_new(object, "points", number(stats->points));
    json_object_set_new(object, "rows", number(stats->rows));
    json_object_set_new(object, "rejected", number(stats->rejected));
    json_object_set_new(object, "records", number(stats->records));
    json_object_set_new(object, "blocks", number(stats->blocks));
    json_object_set_new(object, "parts", number(stats->parts));
    json_object_set_new(object, "bytes_in", number(stats->bytes_in));
    json_object_set_new(object, "bytes_raw", number(stats->bytes_raw));
    json_object_set_new(object, "bytes", number(stats->bytes_out));
    json_object_set_new(object, "bytes_held_max", number(stats->bytes_held_max));
}

static json_t *make_phases(const struct tlm_stats *stats)
{
    struct phase phases[PHASES];
    json_t *object = json_object();
    phases_of(stats, phases);
    for (int i = 0; i < PHASES; i++) {
        char key[32];
        snprintf(key, sizeof key, "%s", phases[i].name);
        for (char *blank; (blank = strchr(key, ' '));)
            *blank = '_';
        json_object_set_new(object, key, number(phases[i].ns));
    }
    json_object_set_new(object, "wall", number(stats->wall_ns));
    return object;
}

static json_t *make_versus(const struct bench_result *result)
{
    const struct bench_versus *versus = &result->versus;
    return json_pack("{s:s, s:I, s:o, s:o, s:o, s:o, s:I}", "rival", "avro-c", "threads",
                     (json_int_t)1, "seconds", reals(versus->seconds, result->runs), "spread",
                     make_spread(&versus->spread), "ratios", reals(versus->ratios, result->runs),
                     "ratio", make_spread(&versus->ratio), "bytes", (json_int_t)versus->bytes);
}

static json_t *make_limit(const struct bench_result *result)
{
    const struct bench_limit *limit = &result->limit;
    const double seconds = result->spread.median;
    return json_pack("{s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f}", "read", limit->read, "scan",
                     limit->scan, "copy", limit->copy, "snappy", limit->snappy, "crc", limit->crc,
                     "write", limit->write, "floor", limit->floor, "share", limit->floor / seconds,
                     "share_with_snappy", (limit->floor + limit->snappy) / seconds);
}

static json_t *make_result(const struct bench_result *result)
{
    json_t *object = json_object();
    put_setup(object, &result->setup);
    json_object_set_new(object, "seconds", reals(result->seconds, result->runs));
    json_object_set_new(object, "spread", make_spread(&result->spread));
    json_object_set_new(object, "points_per_s", json_real(bench_result_points_per_s(result)));
    put_volumes(object, &result->middle.stats);
    json_object_set_new(object, "phases_ns", make_phases(&result->middle.stats));
    if (result->versus.seconds)
        json_object_set_new(object, "versus", make_versus(result));
    if (result->limited)
        json_object_set_new(object, "limit", make_limit(result));
    return object;
}

static json_t *make_pair(const struct bench_pair *pair)
{
    json_t *object = json_object();
    json_object_set_new(object, "name", text(pair->name));
    if (pair->old_seconds > 0)
        json_object_set_new(object, "old", json_real(pair->old_seconds));
    if (pair->new_seconds > 0)
        json_object_set_new(object, "new", json_real(pair->new_seconds));
    if (pair->old_seconds > 0 && pair->new_seconds > 0)
        json_object_set_new(object, "ratio", json_real(bench_pair_ratio(pair)));
    return object;
}

bool bench_json_print(FILE *out, const struct bench_report *report)
{
    json_t *results = json_array(), *pairs = json_array();
    for (size_t i = 0; i < report->n_results; i++)
        json_array_append_new(results, make_result(&report->results[i]));
    for (size_t i = 0; i < report->n_pairs; i++)
        json_array_append_new(pairs, make_pair(&report->pairs[i]));
    json_t *object =
        json_pack("{s:s, s:o, s:o, s:s*, s:f, s:o}", "tlm", tlm_version(), "command",
                  text(report->command), "machine", make_machine(report->machine), "sweep",
                  report->sweep, "latched_ns", report->latched_ns, "results", results);
    if (object && report->baseline)
        json_object_set_new(object, "baseline",
                            json_pack("{s:o, s:O}", "file", text(report->baseline), "rows", pairs));
    json_decref(pairs);
    bool printed = object &&
                   json_dumpf(object, out, JSON_INDENT(2) | JSON_REAL_PRECISION(DIGITS)) == 0 &&
                   putc('\n', out) != EOF;
    json_decref(object);
    return printed;
}

/* ---- loading -------------------------------------------------------------------------------- */

static bool load_row(const json_t *result, struct bench_row *row)
{
    const char *name = json_string_value(json_object_get(result, "name"));
    const json_t *median = json_object_get(json_object_get(result, "spread"), "median");
    if (!name || !json_is_number(median) || json_number_value(median) <= 0)
        return false;
    snprintf(row->name, sizeof row->name, "%s", name);
    row->seconds = json_number_value(median);
    return true;
}

enum tlm_code bench_json_load(const char *path, struct bench_row **rows, size_t *n,
                              struct tlm_error *error)
{
    json_error_t why;
    json_t *object = json_load_file(path, 0, &why);
    if (!object)
        return why.line > 0 ? bench_fail(error, TLM_INPUT, "%s:%d: %s", path, why.line, why.text)
                            : bench_fail(error, TLM_IO, "%s", why.text);
    const json_t *results = json_object_get(object, "results");
    size_t count = json_array_size(results);
    struct bench_row *loaded = calloc(count ? count : 1, sizeof *loaded);
    bool right = loaded && count;
    for (size_t i = 0; i < count && right; i++)
        right = load_row(json_array_get(results, i), &loaded[i]);
    json_decref(object);
    if (!right) {
        free(loaded);
        return loaded
                   ? bench_fail(error, TLM_INPUT, "%s: is not what tlm bench --json prints", path)
                   : bench_fail_memory(error);
    }
    *rows = loaded;
    *n = count;
    return TLM_OK;
}
