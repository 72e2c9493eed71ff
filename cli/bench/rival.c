#include "bench/rival.h"

#include <stdlib.h>

#include "bench/failure.h"
#include "bench/rival_avro.h"
#include "bench/rival_text.h"
#include "monotonic.h"

/* The most channels that generated data has. The data does not tell its width before the first
 * frame; room that is not used is never touched. */

static double seconds_since(uint64_t start_ns)
{
    return (double)(monotonic_ns() - start_ns) * 1e-9;
}

/* Closes what went well; frees in any case. */
static enum tlm_code finish(struct rival_writer *writer, enum tlm_code code,
                            struct tlm_error *error)
{
    if (!code)
        code = rival_writer_close(writer, error);
    rival_writer_free(writer);
    return code;
}

static enum tlm_code write_frames(struct rival_writer *writer, const struct bench_data *data,
                                  struct tlm_column *columns, struct tlm_error *error)
{
    enum tlm_code code = TLM_OK;
    for (uint64_t i = 0; !code && i < bench_data_frames(data); i++) {
        struct bench_frame frame = bench_data_frame(data, i, columns);
        code = rival_writer_add_frame(writer, frame.times_ns, columns, frame.n_columns, frame.rows,
                                      error);
    }
    return code;
}

enum tlm_code bench_rival_memory(const struct bench_data *data, const char *out, double *seconds,
                                 struct tlm_error *error)
{
    struct rival_writer *writer;
    struct tlm_column *columns = calloc(BENCH_CHANNELS_MAX, sizeof *columns);
    if (!columns)
        return bench_fail_memory(error);
    uint64_t start_ns = monotonic_ns();
    enum tlm_code code = rival_writer_open(&writer, out, error);
    if (!code)
        code = finish(writer, write_frames(writer, data, columns, error), error);
    if (!code)
        *seconds = seconds_since(start_ns);
    free(columns);
    return code;
}

enum tlm_code bench_rival_text(enum bench_from from, const char *in, const char *time,
                               const char *out, double *seconds, struct tlm_error *error)
{
    struct rival_writer *writer;
    uint64_t start_ns = monotonic_ns();
    enum tlm_code code = rival_writer_open(&writer, out, error);
    if (code)
        return code;
    code = from == BENCH_CSV ? rival_read_csv(writer, in, time, error)
                             : rival_read_jsonl(writer, in, time, error);
    if (!code && rival_writer_points(writer) == 0)
        code = bench_fail(error, TLM_INPUT,
                          "%s: no row has a time that is epoch nanoseconds or RFC 3339", in);
    code = finish(writer, code, error);
    if (!code)
        *seconds = seconds_since(start_ns);
    return code;
}
