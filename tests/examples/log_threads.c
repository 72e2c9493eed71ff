/* Four threads log into run_000.avro, run_001.avro, ...: all of libtlm that most programs need.
 *
 *   cc -o log_threads log_threads.c $(pkg-config --cflags --libs tlm) -pthread
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>

#include <tlm.h>

#define WHEELS 4
#define POINTS 25000

struct wheel {
    struct tlm_writer *writer; /* one for all threads */
    const char *position;
};

static void *log_wheel(void *arg)
{
    const struct wheel *wheel = arg;
    const struct tlm_tag tag = {"wheel", wheel->position};
    const int64_t start_ns = 1704067200000000000; /* 2024-01-01T00:00:00Z */
    struct tlm_error error;

    for (int i = 0; i < POINTS; i++) {
        double celsius = 80 + 0.25 * (i % 200);
        if (tlm_write_double(wheel->writer, "brake.temp", &tag, 1, start_ns + i * 1000000LL,
                             celsius, &error)) {
            fprintf(stderr, "%s\n", error.message);
            break;
        }
    }
    return NULL;
}

int main(void)
{
    struct tlm_writer_options options;
    tlm_writer_options_init(&options);
    options.output = "run.avro";
    options.rotate_points = 30000;

    struct tlm_writer *writer;
    struct tlm_error error;
    if (tlm_writer_open(&writer, &options, &error)) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }

    struct wheel wheels[WHEELS] = {{writer, "front-left"},
                                   {writer, "front-right"},
                                   {writer, "rear-left"},
                                   {writer, "rear-right"}};
    pthread_t threads[WHEELS];
    for (int i = 0; i < WHEELS; i++)
        pthread_create(&threads[i], NULL, log_wheel, &wheels[i]);
    for (int i = 0; i < WHEELS; i++)
        pthread_join(threads[i], NULL);

    enum tlm_code code = tlm_writer_close(writer, &error);
    if (code)
        fprintf(stderr, "%s\n", error.message);

    struct tlm_part parts[16];
    size_t n = tlm_writer_parts(writer, 0, parts, 16);
    for (size_t i = 0; i < n && i < 16; i++)
        printf("%s: %" PRIu64 " points, %" PRIu64 " bytes\n", parts[i].path, parts[i].points,
               parts[i].bytes);
    tlm_writer_free(writer);
    return code != TLM_OK;
}
