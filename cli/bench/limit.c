#include "bench/limit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/failure.h"
#include "bench/limit_parts.h"

#define SAMPLE_BYTES (128 << 20) /* more than caches hold */
#define MAX_RUNS 100

/* ---- a sample of the raw records: the same input, written without compression ---------------- */

static bool is_enough(struct tlm_writer *writer)
{
    struct tlm_stats stats;
    tlm_writer_stats(writer, &stats);
    return stats.bytes_raw >= SAMPLE_BYTES;
}

static enum tlm_code sample_frames(const struct bench_data *data, struct tlm_writer *writer,
                                   struct tlm_error *error)
{
    enum tlm_code code = TLM_OK;
    struct tlm_column *columns = calloc(BENCH_CHANNELS_MAX, sizeof *columns);
    if (!columns)
        return bench_fail_memory(error);
    for (uint64_t i = 0; !code && i < bench_data_frames(data) && !is_enough(writer); i++) {
        struct bench_frame frame = bench_data_frame(data, i, columns);
        code = tlm_write_frame(writer, frame.times_ns, columns, frame.n_columns, frame.rows, error);
    }
    free(columns);
    return code;
}

static int stop_when_enough(void *ctx)
{
    return is_enough(ctx);
}

/* The time column is guessed: what it is does not matter here. An event that is never taken wakes
 * the feed after each chunk. */
static enum tlm_code sample_text(const char *text, struct tlm_writer *writer,
                                 struct tlm_error *error)
{
    struct tlm_row_options rows;
    struct tlm_feed *feed;
    tlm_row_options_init(&rows);
    rows.on_wake = stop_when_enough;
    rows.ctx = writer;
    rows.wake_fd = eventfd(1, EFD_CLOEXEC);
    enum tlm_code code = tlm_feed_new(&feed, writer, &rows, error);
    if (!code) {
        code = tlm_feed_file(feed, text, error);
        tlm_feed_free(feed);
    }
    if (rows.wake_fd >= 0)
        close(rows.wake_fd);
    return code == TLM_STOPPED ? TLM_OK : code;
}

static enum tlm_code write_sample(const struct bench_volume *volume, int fd,
                                  struct tlm_error *error)
{
    struct tlm_writer *writer;
    struct tlm_writer_options options;
    tlm_writer_options_init(&options);
    options.output = "sample";
    options.output_fd = fd;
    options.codec = TLM_CODEC_NULL;
    options.fsync = TLM_FSYNC_NONE;
    enum tlm_code code = tlm_writer_open(&writer, &options, error);
    if (code)
        return code;
    code = volume->data ? sample_frames(volume->data, writer, error)
                        : sample_text(volume->text, writer, error);
    if (!code)
        code = tlm_writer_close(writer, error);
    tlm_writer_free(writer);
    return code;
}

/* Without a sample, because the library cannot guess how to read the text, any bytes have to do. */
static bool take_sample(const struct bench_volume *volume, struct limit_sample *sample)
{
    struct stat status;
    int fd = memfd_create("sample", MFD_CLOEXEC);
    bool taken = fd >= 0 && write_sample(volume, fd, NULL) == TLM_OK && fstat(fd, &status) == 0 &&
                 status.st_size > 0;
    sample->len = taken ? (size_t)status.st_size : SAMPLE_BYTES;
    void *bytes =
        mmap(NULL, sample->len, PROT_READ | PROT_WRITE,
             taken ? MAP_SHARED | MAP_POPULATE : MAP_PRIVATE | MAP_ANONYMOUS, taken ? fd : -1, 0);
    if (fd >= 0)
        close(fd);
    sample->bytes = bytes == MAP_FAILED ? NULL : bytes;
    if (sample->bytes && !taken)
        memset(sample->bytes, 0x5a, sample->len);
    return taken;
}

/* ---- the parts ------------------------------------------------------------------------------ */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *seconds, unsigned n)
{
    qsort(seconds, n, sizeof *seconds, by_size);
    return n % 2 ? seconds[n / 2] : (seconds[n / 2 - 1] + seconds[n / 2]) / 2;
}

enum part { READ, SCAN, COPY, SNAPPY, CRC, WRITE, PARTS };

static double run_part(enum part part, const struct bench_volume *volume,
                       const struct limit_sample *sample, struct tlm_error *error)
{
    switch (part) {
    case READ:
        return volume->text ? limit_read(volume, error) : 0;
    case SCAN:
        return volume->text ? limit_scan_text(volume, error) : 0;
    case COPY:
        return limit_copy(volume, sample, error);
    case SNAPPY:
        return limit_snappy(volume, sample, error);
    case CRC:
        return limit_crc(volume, sample, error);
    case WRITE:
        return limit_write(volume, error);
    case PARTS:
        break;
    }
    return 0;
}

/* The parts take turns, so that a disturbance does not fall on one of them alone. */
static bool run_all(const struct bench_volume *volume, const struct limit_sample *sample,
                    unsigned runs, double medians[PARTS], struct tlm_error *error)
{
    double seconds[PARTS][MAX_RUNS];
    for (unsigned run = 0; run < runs; run++)
        for (int part = 0; part < PARTS; part++) {
            seconds[part][run] = run_part((enum part)part, volume, sample, error);
            if (seconds[part][run] < 0)
                return false;
        }
    for (int part = 0; part < PARTS; part++)
        medians[part] = median(seconds[part], runs);
    return true;
}

enum tlm_code bench_limit_measure(const struct bench_volume *volume, unsigned runs,
                                  struct bench_limit *limit, struct tlm_error *error)
{
    struct tlm_error failure = {0};
    struct limit_sample sample;
    struct bench_volume work = *volume;
    double part[PARTS];
    work.threads = work.threads ? work.threads : 1;
    runs = runs == 0 ? 1 : runs < MAX_RUNS ? runs : MAX_RUNS;
    bool sampled = take_sample(&work, &sample);
    if (!sample.bytes)
        return bench_fail_memory(error);
    bool done = run_all(&work, &sample, runs, part, &failure);
    munmap(sample.bytes, sample.len);
    if (!done) {
        if (error)
            *error = failure;
        return failure.code;
    }
    *limit = (struct bench_limit){
        .read = part[READ],
        .scan = part[SCAN],
        .copy = part[COPY],
        .snappy = sampled ? part[SNAPPY] : 0,
        .crc = part[CRC],
        .write = part[WRITE],
        .floor = part[READ] + part[SCAN] + part[COPY] + part[CRC] + part[WRITE],
    };
    return TLM_OK;
}
