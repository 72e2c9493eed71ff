#include "file_json.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clean_json.h"
#include "report.h"

enum { CURVE = 40 };

/* ---- values --------------------------------------------------------------------------------- */

static json_t *number(uint64_t value)
{
    return json_integer((json_int_t)value);
}

/* As tlm cat writes what JSON has no numbers for. */
static json_t *real(double value)
{
    if (isfinite(value))
        return json_real(value);
    return json_string(isnan(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity");
}

static void put(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

static void put_span(json_t *object, int64_t first_ns, int64_t last_ns)
{
    char time[REPORT_TIME];
    put(object, "first_ns", json_integer(first_ns));
    put(object, "last_ns", json_integer(last_ns));
    put(object, "first", json_string(report_time(time, first_ns)));
    put(object, "last", json_string(report_time(time, last_ns)));
}

/* ---- channels ------------------------------------------------------------------------------- */

static json_t *make_types(unsigned types)
{
    json_t *list = json_array();
    for (unsigned type = 0; type < TLM_TYPES; type++)
        if (types & 1u << type)
            json_array_append_new(list, json_string(tlm_type_name((enum tlm_type)type)));
    return list;
}

static void put_range(json_t *object, const struct channel_figures *figures)
{
    if (figures->integers && !figures->reals) {
        put(object, "min", json_integer(figures->least_integer));
        put(object, "max", json_integer(figures->most_integer));
    } else if (figures->reals) {
        double least = figures->least_real, most = figures->most_real;
        if (figures->integers) {
            least = fmin(least, (double)figures->least_integer);
            most = fmax(most, (double)figures->most_integer);
        }
        put(object, "min", real(least));
        put(object, "max", real(most));
    }
}

static json_t *make_curve(const struct survey *survey, const struct channel *channel)
{
    double means[CURVE];
    int64_t first_ns, last_ns;
    if (!channel->history || !channel->history->n || !survey_span(survey, &first_ns, &last_ns))
        return NULL;
    value_history_resample(channel->history, first_ns, last_ns, survey->sampled, means, CURVE);
    json_t *list = json_array();
    for (unsigned i = 0; i < CURVE; i++)
        json_array_append_new(list, isfinite(means[i]) ? json_real(means[i]) : json_null());
    return list;
}

static json_t *make_channel(const struct survey *survey, const struct channel *channel)
{
    struct channel_figures figures = channel->figures;
    json_t *object = json_object();
    figures.points = survey_scaled(survey, figures.points);
    put(object, "name", clean_json(channel->name, channel->name_len));
    put(object, "types", make_types(figures.types));
    put(object, "points", number(figures.points));
    put_span(object, figures.first_ns, figures.last_ns);
    put(object, "rate_hz", json_real(channel_figures_rate(&figures)));
    put_range(object, &figures);
    put(object, "raw_bytes", number(survey_scaled(survey, figures.raw_bytes)));
    put(object, "share",
        json_real((double)figures.raw_bytes / (double)survey->channels.all.raw_bytes));
    json_t *curve = make_curve(survey, channel);
    if (curve)
        put(object, "curve", curve);
    return object;
}

static void put_points(json_t *object, const struct survey *survey)
{
    int64_t first_ns, last_ns;
    uint64_t n;
    bool exact;
    json_t *channels = json_array();
    if (survey_points(survey, &n, &exact))
        put(object, "points", number(n));
    put(object, "estimated", json_boolean(survey->sampled));
    put(object, "series", number(survey->channels.n_series));
    if (survey_span(survey, &first_ns, &last_ns))
        put_span(object, first_ns, last_ns);
    for (size_t i = 0; i < survey->channels.n; i++)
        json_array_append_new(channels, make_channel(survey, &survey->channels.items[i]));
    put(object, "channels", channels);
}

/* ---- the file ------------------------------------------------------------------------------- */

static json_t *make_metadata(const struct tlm_file_info *info)
{
    json_t *object = json_object();
    for (size_t i = 0; i < info->n_metadata; i++) {
        const struct tlm_file_pair *pair = &info->metadata[i];
        json_t *key = clean_json(pair->key.data, pair->key.len);
        json_t *value = clean_json(pair->value.data, pair->value.len);
        /* not in twice: "schema" is what avro.schema says */
        if (key && strcmp(json_string_value(key), "avro.schema") != 0)
            json_object_setn(object, json_string_value(key), json_string_length(key), value);
        json_decref(key);
        json_decref(value);
    }
    return object;
}

static void put_header(json_t *object, const struct survey *survey)
{
    const struct tlm_file_info *info = survey->info;
    char marker[33];
    for (size_t i = 0; i < 16; i++)
        snprintf(marker + 2 * i, 3, "%02x", info->sync_marker[i]);
    put(object, "bytes",
        number(info->bytes == TLM_SIZE_UNKNOWN ? info->header_bytes + survey->bytes : info->bytes));
    put(object, "header_bytes", number(info->header_bytes));
    put(object, "codec", clean_json(info->codec, strlen(info->codec)));
    put(object, "sync_marker", json_string(marker));
    put(object, "schema_name", clean_json(info->schema_name, strlen(info->schema_name)));
    put(object, "schema", clean_json(info->schema.data, info->schema.len));
    put(object, "telemetry", json_boolean(info->has_points));
    put(object, "metadata", make_metadata(info));
    put(object, "blocks", number(survey->blocks));
    put(object, "blocks_read", number(survey->read_blocks));
    put(object, "records", number(survey->records));
    put(object, "data_bytes", number(survey->data_bytes));
    if (survey_ratio(survey) > 0)
        put(object, "ratio", json_real(survey_ratio(survey)));
}

static json_t *make_error(enum tlm_code code, const struct tlm_error *error)
{
    json_t *object = json_object();
    put(object, "code", json_string(tlm_code_name(code)));
    put(object, "message", clean_json(error->message, strlen(error->message)));
    if (code == TLM_DAMAGED)
        put(object, "byte", number(error->byte));
    return object;
}

static json_t *make_blocks(const struct block_list *blocks)
{
    json_t *list = json_array();
    for (size_t i = 0; i < blocks->n; i++) {
        const struct tlm_block *block = &blocks->items[i].block;
        json_t *object = json_object();
        put(object, "offset", number(block->offset));
        put(object, "records", number(block->records));
        put(object, "bytes", number(block->bytes));
        put(object, "data_bytes", number(block->data_bytes));
        if (blocks->items[i].state == BLOCK_WHOLE)
            put(object, "raw_bytes", number(block->raw_bytes));
        put(object, "whole", json_boolean(blocks->items[i].state == BLOCK_WHOLE));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *make_head(const struct file_json *file)
{
    json_t *list = json_array();
    for (size_t i = 0; i < file->n_head; i++) {
        json_t *record = json_loads(file->head[i], JSON_DECODE_ANY, NULL);
        json_array_append_new(list,
                              record ? record : clean_json(file->head[i], strlen(file->head[i])));
    }
    return list;
}

bool file_json_print(FILE *out, const struct file_json *file)
{
    const struct survey *survey = file->survey;
    json_t *object = json_object();
    put(object, "file", clean_json(file->path, strlen(file->path)));
    if (survey->info)
        put_header(object, survey);
    if (survey->info && survey->info->has_points)
        put_points(object, survey);
    if (file->blocks)
        put(object, "block_list", make_blocks(file->blocks));
    if (file->head)
        put(object, "head", make_head(file));
    if (survey->code)
        put(object, "error", make_error(survey->code, &survey->error));
    bool printed = object && json_dumpf(object, out, JSON_COMPACT | JSON_REAL_PRECISION(17)) == 0 &&
                   putc('\n', out) != EOF;
    json_decref(object);
    return printed;
}
