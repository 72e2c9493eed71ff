#include "verify_with.h"

#include <inttypes.h>
#include <string.h>

#include "bench/rival_avro.h"
#include "verify_fail.h"

static enum tlm_code add_to_checksum(void *ctx, const struct tlm_run_of_points *points,
                                     struct tlm_error *error)
{
    return tlm_checksum_add(ctx, points, error);
}

static enum tlm_code compare_points(const char *path, const struct tlm_checksum *ours,
                                    const struct tlm_checksum *theirs, struct tlm_error *error)
{
    const struct tlm_series_digest a = tlm_checksum_total(ours), b = tlm_checksum_total(theirs);
    char digests[2][TLM_DIGEST_TEXT];
    tlm_digest_text(a.digest, digests[0]);
    tlm_digest_text(b.digest, digests[1]);
    if (a.points != b.points)
        return verify_fail(error, "%s: avro-c reads %" PRIu64 " points where there are %" PRIu64,
                           path, b.points, a.points);
    if (strcmp(digests[0], digests[1]) != 0)
        return verify_fail(error, "%s: avro-c reads other points: their digest is %s instead of %s",
                           path, digests[1], digests[0]);
    return TLM_OK;
}

/* Errors of avro-c do not name the file. */
static enum tlm_code read_theirs(const char *path, rival_points *points, void *ctx,
                                 uint64_t *records, struct tlm_error *error)
{
    struct tlm_error found = {0};
    enum tlm_code code = rival_read(path, points, ctx, records, &found);
    return code ? verify_fail(error, "%s: %s", path, found.message) : TLM_OK;
}

static enum tlm_code read_points(const char *path, const struct verify_args *args,
                                 struct tlm_checksum *ours, struct tlm_checksum *theirs,
                                 struct tlm_error *error)
{
    struct tlm_selection all;
    uint64_t records;
    tlm_selection_init(&all);
    enum tlm_code code = tlm_checksum_add_file(ours, path, &all, (unsigned)args->threads, error);
    if (!code)
        code = read_theirs(path, add_to_checksum, theirs, &records, error);
    return code ? code : compare_points(path, ours, theirs, error);
}

static enum tlm_code compare_records(const char *path, uint64_t records, struct tlm_error *error)
{
    uint64_t theirs = 0;
    enum tlm_code code = read_theirs(path, NULL, NULL, &theirs, error);
    if (!code && theirs != records)
        code = verify_fail(error, "%s: avro-c reads %" PRIu64 " records where there are %" PRIu64,
                           path, theirs, records);
    return code;
}

enum tlm_code verify_with_avro_c(const char *path, const struct verify_args *args,
                                 const struct verify_result *result, struct tlm_error *error)
{
    struct tlm_checksum *ours = NULL, *theirs = NULL;
    if (strcmp(path, "-") == 0)
        return verify_fail(error, "standard input cannot be read a second time");
    if (!result->has_points)
        return compare_records(path, result->records, error);
    enum tlm_code code = tlm_checksum_new(&ours, error);
    if (!code)
        code = tlm_checksum_new(&theirs, error);
    if (!code)
        code = read_points(path, args, ours, theirs, error);
    tlm_checksum_free(ours);
    tlm_checksum_free(theirs);
    return code;
}
