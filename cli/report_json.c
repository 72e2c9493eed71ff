/* The JSON forms of the reports. */
#include <jansson.h>
#include <stdlib.h>

#include "report.h"

static json_t *number(uint64_t value)
{
    return json_integer((json_int_t)value);
}

static json_t *make_reasons(const struct tlm_feed_stats *stats)
{
    json_t *reasons = json_object();
    for (int code = 0; code < TLM_ROW_CODES; code++)
        if (stats->rejected_by_code[code])
            json_object_set_new(reasons, tlm_code_name((enum tlm_code)code),
                                number(stats->rejected_by_code[code]));
    return reasons;
}

static json_t *make_part(const struct tlm_part *part)
{
    char first[REPORT_TIME], last[REPORT_TIME];
    /* A path need not be UTF-8; what JSON cannot hold is left out rather than the whole report. */
    return json_pack("{s:s*, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:s}", "path", part->path, "index",
                     (json_int_t)part->index, "points", (json_int_t)part->points, "records",
                     (json_int_t)part->records, "bytes", (json_int_t)part->bytes, "first_ns",
                     (json_int_t)part->first_ns, "last_ns", (json_int_t)part->last_ns, "first",
                     report_time(first, part->first_ns), "last", report_time(last, part->last_ns));
}

json_t *report_parts_json(const struct tlm_part *parts, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, make_part(&parts[i]));
    return list;
}

static json_t *make_parts(struct tlm_writer *writer)
{
    size_t n = tlm_writer_parts(writer, 0, NULL, 0);
    struct tlm_part *parts = calloc(n + 1, sizeof *parts);
    if (!parts)
        return NULL;
    tlm_writer_parts(writer, 0, parts, n);
    json_t *list = report_parts_json(parts, n);
    free(parts);
    return list;
}

bool report_json(FILE *out, json_t *object)
{
    bool printed = object && json_dumpf(object, out, JSON_COMPACT) == 0 && putc('\n', out) != EOF;
    json_decref(object);
    return printed && fflush(out) == 0;
}

bool report_summary_json(FILE *out, const struct report *report)
{
    struct tlm_stats stats;
    struct tlm_feed_stats feed;
    tlm_writer_stats(report->writer, &stats);
    tlm_feed_stats(report->feed, &feed);
    json_t *object =
        json_pack("{s:s, s:b, s:I, s:I, s:o, s:I, s:I, s:I, s:I, s:f, s:o}", "status",
                  report->status, "dry_run", (int)report->dry_run, "rows", (json_int_t)feed.rows,
                  "rejected", (json_int_t)feed.rejected, "rejected_by_reason", make_reasons(&feed),
                  "points", (json_int_t)stats.points, "series", (json_int_t)stats.series,
                  "bytes_in", (json_int_t)stats.bytes_in, "bytes_out", (json_int_t)stats.bytes_out,
                  "seconds", (double)stats.wall_ns / 1e9, "parts", make_parts(report->writer));
    return report_json(out, object);
}

bool report_stats_json(FILE *out, const struct report *report)
{
    struct tlm_stats s;
    tlm_writer_stats(report->writer, &s);
    const struct {
        const char *name;
        uint64_t value;
    } fields[] = {
        {"threads", s.threads},
        {"wall_ns", s.wall_ns},
        {"read_ns", s.read_ns},
        {"parse_ns", s.parse_ns},
        {"batch_ns", s.batch_ns},
        {"encode_ns", s.encode_ns},
        {"compress_ns", s.compress_ns},
        {"write_ns", s.write_ns},
        {"sync_ns", s.sync_ns},
        {"wait_input_ns", s.wait_input_ns},
        {"bytes_in", s.bytes_in},
        {"rows", s.rows},
        {"rejected", s.rejected},
        {"points", s.points},
        {"records", s.records},
        {"blocks", s.blocks},
        {"parts", s.parts},
        {"pruned_parts", s.pruned_parts},
        {"pruned_bytes", s.pruned_bytes},
        {"prune_failures", s.prune_failures},
        {"series", s.series},
        {"flushes", s.flushes},
        {"pressure_flushes", s.pressure_flushes},
        {"bytes_raw", s.bytes_raw},
        {"bytes_out", s.bytes_out},
        {"bytes_held", s.bytes_held},
        {"bytes_held_max", s.bytes_held_max},
        {"int_changes", s.int_changes},
    };
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        json_object_set_new(object, fields[i].name, number(fields[i].value));
    return report_json(out, object);
}
