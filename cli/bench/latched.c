#include "bench/latched.h"

#include <unistd.h>

#include "bench/failure.h"
#include "monotonic.h"

#define CALLS 1000000u

static enum tlm_code write_point(struct tlm_writer *writer, int64_t i, struct tlm_error *error)
{
    return tlm_write_double(writer, "ch0000", NULL, 0, i, 1.5, error);
}

static enum tlm_code time_calls(struct tlm_writer *writer, double *ns_per_call,
                                struct tlm_error *error)
{
    struct tlm_error latched;
    write_point(writer, 0, &latched);
    if (tlm_writer_flush(writer, &latched) != TLM_IO)
        return bench_fail(error, TLM_IO, "a writer without a reader did not fail");
    uint64_t refused = 0, start_ns = monotonic_ns();
    for (uint64_t i = 0; i < CALLS; i++)
        refused += write_point(writer, (int64_t)i, &latched) == TLM_IO;
    *ns_per_call = (double)(monotonic_ns() - start_ns) / CALLS;
    if (refused != CALLS)
        return bench_fail(error, TLM_IO, "a writer that failed took points again");
    return TLM_OK;
}

enum tlm_code bench_latched_measure(double *ns_per_call, struct tlm_error *error)
{
    struct tlm_writer *writer;
    struct tlm_writer_options options;
    int ends[2];
    if (pipe(ends) < 0)
        return bench_fail_io(error, "pipe");
    close(ends[0]);
    tlm_writer_options_init(&options);
    options.output = "pipe";
    options.output_fd = ends[1];
    options.flush_interval_ns = 0;
    enum tlm_code code = tlm_writer_open(&writer, &options, error);
    if (!code) {
        code = time_calls(writer, ns_per_call, error);
        tlm_writer_free(writer);
    }
    close(ends[1]);
    return code;
}
