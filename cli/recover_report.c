#include "recover_report.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "units.h"

void recover_report_note(void *opaque, const char *message)
{
    const struct recover_report *report = opaque;
    if (!report->args->quiet)
        fprintf(stderr, "tlm recover: %s\n", message);
}

static void print_lost(const char *path, const struct tlm_lost_range *range)
{
    char size[UNITS_TEXT];
    fprintf(stderr, "tlm recover: %s: bytes %" PRIu64 " to %" PRIu64 " (%s) are lost: %s", path,
            range->from, range->to - 1, units_print_size(size, range->to - range->from),
            range->why);
    if (range->blocks)
        fprintf(stderr, " (%" PRIu64 " block%s of %" PRIu64 " records)", range->blocks,
                range->blocks == 1 ? "" : "s", range->records);
    putc('\n', stderr);
}

void recover_report_lost(void *opaque, const struct tlm_lost_range *range)
{
    struct recover_report *report = opaque;
    if (report->args->json)
        json_array_append_new(report->lost,
                              json_pack("{s:I, s:I, s:I, s:I, s:s*}", "from",
                                        (json_int_t)range->from, "to", (json_int_t)range->to,
                                        "blocks", (json_int_t)range->blocks, "records",
                                        (json_int_t)range->records, "why", range->why));
    else if (!report->args->quiet)
        print_lost(report->path, range);
}

/* ---- the file ------------------------------------------------------------------------------- */

static void print_counts(const struct tlm_recovery *recovery)
{
    char count[UNITS_TEXT];
    bool points = recovery->has_points;
    uint64_t kept = points ? recovery->points : recovery->records;
    uint64_t lost = points ? recovery->lost_points : recovery->lost_records;
    const char *unit = points ? "point" : "record";
    fprintf(stderr, "%s %s%s in %" PRIu64 " block%s", units_print_count(count, kept), unit,
            kept == 1 ? "" : "s", recovery->blocks, recovery->blocks == 1 ? "" : "s");
    if (recovery->complete && recovery->unfinished)
        fputs(", as far as it was written", stderr);
    else if (recovery->complete)
        fputs(", nothing lost", stderr);
    else if (recovery->has_figures)
        fprintf(stderr, ", %s lost", units_print_count(count, lost));
    else
        fputs(", how many are lost is unknown", stderr);
}

static void print_file(const struct recover_report *report, const struct tlm_recovery *recovery,
                       const char *output)
{
    fprintf(stderr, "tlm recover: %s: ", report->path);
    if (report->args->report)
        fputs("could keep ", stderr);
    else
        fprintf(stderr, "%s %s: ", recovery->in_place ? "is now" : "saved to", output);
    print_counts(recovery);
    putc('\n', stderr);
}

static json_t *make_counts(const struct tlm_recovery *recovery)
{
    json_t *object = json_pack(
        "{s:b, s:I, s:I, s:I, s:I, s:b, s:b}", "complete", (int)recovery->complete, "bytes",
        (json_int_t)recovery->bytes, "lost_bytes", (json_int_t)recovery->lost_bytes, "blocks",
        (json_int_t)recovery->blocks, "records", (json_int_t)recovery->records, "own_header",
        (int)recovery->own_header, "unfinished", (int)recovery->unfinished);
    if (recovery->has_points)
        json_object_set_new(object, "points", json_integer((json_int_t)recovery->points));
    if (recovery->has_figures)
        json_object_set_new(object, "lost_records",
                            json_integer((json_int_t)recovery->lost_records));
    if (recovery->has_figures && recovery->has_points)
        json_object_set_new(object, "lost_points", json_integer((json_int_t)recovery->lost_points));
    return object;
}

void recover_report_file(struct recover_report *report, const struct tlm_recovery *recovery,
                         const char *output, const char *why)
{
    if (why)
        fprintf(stderr, "tlm recover: %s\n", why);
    else if (!report->args->json && !report->args->quiet)
        print_file(report, recovery, output);
    if (!report->args->json)
        return;
    json_t *object =
        json_pack("{s:s*, s:s*, s:s*}", "path", report->path, "output", output, "error", why);
    json_object_update_new(object, make_counts(recovery));
    json_object_set_new(object, "lost", report->lost);
    json_array_append_new(report->files, object);
    report->lost = json_array();
}
