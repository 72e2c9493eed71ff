/* A program that logs from threads through libtlm, small enough to be run thousands of times:
 *   log_some OUTPUT
 * Each thread writes its own channel: points, then columns. Exit status 1 and a line on stderr when
 * anything failed. */
#include <pthread.h>
#include <stdio.h>

#include "tlm.h"

enum { THREADS = 3, POINTS = 40 };

struct job {
    struct tlm_writer *writer;
    char channel[24];
    int number;
    struct tlm_error error;
};

static const int64_t start_ns = INT64_C(1700000000000000000);

static enum tlm_code write_column(struct job *job)
{
    int64_t times_ns[POINTS], values[POINTS];
    for (int i = 0; i < POINTS; i++) {
        times_ns[i] = start_ns + POINTS + i;
        values[i] = 1000 * job->number + i;
    }
    const struct tlm_column column = {.channel = job->channel, .type = TLM_LONG, .values = values};
    return tlm_write_column(job->writer, times_ns, &column, POINTS, &job->error);
}

static void *log_channel(void *opaque)
{
    struct job *job = opaque;
    const struct tlm_tag tag = {"car", "7"};
    enum tlm_code code = TLM_OK;
    for (int i = 0; i < POINTS && !code; i++)
        code = tlm_write_double(job->writer, job->channel, &tag, 1, start_ns + i,
                                job->number + i / 100.0, &job->error);
    if (!code)
        write_column(job);
    return NULL;
}

/* Returns how many threads there were none for. */
static int log_all(struct tlm_writer *writer, struct job *jobs)
{
    pthread_t threads[THREADS];
    int started = 0;
    for (; started < THREADS; started++) {
        struct job *job = &jobs[started];
        *job = (struct job){.writer = writer, .number = started};
        snprintf(job->channel, sizeof job->channel, "channel%d", started);
        if (pthread_create(&threads[started], NULL, log_channel, job) != 0)
            break;
    }
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    return THREADS - started;
}

static int say(const char *message)
{
    fprintf(stderr, "log_some: %s\n", message);
    return 1;
}

int main(int argc, char **argv)
{
    struct tlm_writer_options options;
    struct tlm_writer *writer;
    struct tlm_error error;
    static struct job jobs[THREADS];
    tlm_writer_options_init(&options);
    options.output = argc > 1 ? argv[1] : "run.avro";
    options.rotate_points = 100;
    options.batch_points = 30;
    options.threads = 2;
    if (tlm_writer_open(&writer, &options, &error))
        return say(error.message);
    int status = log_all(writer, jobs) ? say("Resource temporarily unavailable") : 0;
    bool closed = tlm_writer_close(writer, &error) == TLM_OK;
    for (int i = 0; i < THREADS && !status && closed; i++)
        if (jobs[i].error.code)
            status = say(jobs[i].error.message);
    tlm_writer_free(writer);
    return closed ? status : say(error.message);
}
