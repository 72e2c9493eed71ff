#include "bench/run.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/failure.h"
#include "bench/workdir.h"
#include "monotonic.h"
#include "signals.h"

/* ---- from memory: producers ----------------------------------------------------------------- */

/* What producers share: they take one frame after the other. */
struct frames {
    const struct bench_data *data;
    size_t n_columns;
    struct tlm_writer *writer;
    atomic_uint_fast64_t next;
    pthread_mutex_t lock; /* of what follows */
    struct tlm_error error;
};

static void keep_first(struct frames *frames, const struct tlm_error *error)
{
    pthread_mutex_lock(&frames->lock);
    if (!frames->error.code)
        frames->error = *error;
    pthread_mutex_unlock(&frames->lock);
}

static void *produce(void *opaque)
{
    struct frames *frames = opaque;
    struct tlm_error error = {0};
    uint64_t n = bench_data_frames(frames->data);
    struct tlm_column *columns = calloc(frames->n_columns, sizeof *columns);
    if (!columns)
        bench_fail_memory(&error);
    while (!error.code) {
        uint64_t i = atomic_fetch_add(&frames->next, 1);
        if (i >= n)
            break;
        if (signals_stop()) {
            bench_fail(&error, TLM_STOPPED, "stopped by a signal");
            break;
        }
        struct bench_frame frame = bench_data_frame(frames->data, i, columns);
        tlm_write_frame(frames->writer, frame.times_ns, columns, frame.n_columns, frame.rows,
                        &error);
    }
    if (error.code)
        keep_first(frames, &error);
    free(columns);
    return NULL;
}

/* One of the producers is this thread. */
static void produce_all(struct frames *frames, uint64_t producers)
{
    uint64_t started = 0;
    pthread_t *threads = producers > 1 ? calloc(producers - 1, sizeof *threads) : NULL;
    bool all = producers == 1;
    if (threads) {
        while (started < producers - 1 &&
               pthread_create(&threads[started], NULL, produce, frames) == 0)
            started++;
        all = started == producers - 1;
    }
    if (!all)
        keep_first(frames, &(struct tlm_error){.code = TLM_NO_MEMORY,
                                               .message = "no thread for every producer"});
    produce(frames);
    for (uint64_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    free(threads);
}

static enum tlm_code write_frames(const struct bench_job *job, struct tlm_writer *writer,
                                  struct tlm_error *error)
{
    struct frames frames = {
        .data = job->data,
        .n_columns = (size_t)job->setup->shape.channels,
        .writer = writer,
        .lock = PTHREAD_MUTEX_INITIALIZER,
    };
    produce_all(&frames, job->setup->producers);
    if (frames.error.code)
        *error = frames.error;
    return frames.error.code;
}

/* ---- from text ------------------------------------------------------------------------------ */

static int on_wake(void *ctx)
{
    (void)ctx;
    signals_take();
    return signals_stop();
}

static enum tlm_code write_text(const struct bench_job *job, struct tlm_writer *writer,
                                struct tlm_error *error)
{
    struct tlm_feed *feed;
    struct tlm_row_options rows = job->setup->rows;
    rows.wake_fd = signals_fd();
    rows.on_wake = on_wake;
    enum tlm_code code = tlm_feed_new(&feed, writer, &rows, error);
    if (code)
        return code;
    code = tlm_feed_file(feed, job->text, error);
    tlm_feed_free(feed);
    return code;
}

/* ---- a run ---------------------------------------------------------------------------------- */

/* All points that were asked for have to be in the parts that were written. */
static enum tlm_code check_points(const struct bench_job *job, struct tlm_writer *writer,
                                  const struct tlm_stats *stats, struct tlm_error *error)
{
    const struct bench_shape *shape = &job->setup->shape;
    uint64_t wanted = job->data ? bench_shape_rows(shape) * shape->channels : stats->points;
    uint64_t written = 0;
    struct tlm_part part;
    size_t n = tlm_writer_parts(writer, 0, NULL, 0);
    for (size_t i = 0; i < n; i++) {
        tlm_writer_parts(writer, i, &part, 1);
        written += part.points;
    }
    if (written == wanted && stats->points == wanted)
        return TLM_OK;
    return bench_fail(error, TLM_IO, "%llu points were asked for, %llu taken, %llu written",
                      (unsigned long long)wanted, (unsigned long long)stats->points,
                      (unsigned long long)written);
}

static void remove_parts(struct tlm_writer *writer)
{
    struct tlm_part part;
    size_t n = tlm_writer_parts(writer, 0, NULL, 0);
    for (size_t i = 0; i < n; i++) {
        tlm_writer_parts(writer, i, &part, 1);
        unlink(part.path);
    }
}

/* Output names are templates: what has a meaning there loses it. */
static void put_plain(char *to, const char *path)
{
    for (; *path; path++) {
        if (strchr("{}%", *path))
            *to++ = *path;
        *to++ = *path;
    }
    *to = '\0';
}

enum tlm_code bench_run_once(const struct bench_job *job, struct bench_run *run,
                             struct tlm_error *error)
{
    char output[2 * BENCH_PATH + 16];
    struct tlm_writer *writer;
    struct tlm_writer_options options = job->setup->writer;
    put_plain(output, job->folder);
    strcat(output, "/out.avro");
    options.output = output;
    uint64_t start_ns = monotonic_ns();
    enum tlm_code code = tlm_writer_open(&writer, &options, error);
    if (code)
        return code;
    code = job->text ? write_text(job, writer, error) : write_frames(job, writer, error);
    if (!code)
        code = tlm_writer_close(writer, error);
    else
        tlm_writer_abandon(writer, false);
    run->seconds = (double)(monotonic_ns() - start_ns) / 1e9;
    tlm_writer_stats(writer, &run->stats);
    if (!code)
        code = check_points(job, writer, &run->stats, error);
    remove_parts(writer);
    tlm_writer_free(writer);
    return code;
}
