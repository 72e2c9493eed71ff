#include <errno.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <limits.h>
#include <snappy-c.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/failure.h"
#include "bench/limit_parts.h"
#include "bench/limit_share.h"

#define SLICE (256 << 10) /* fits the cache */
#define BLOCK (1 << 20)   /* of an Avro file */

/* What a thread does with one slice; the result keeps a compiler from leaving it out. */
typedef uint64_t treat_slice(const uint8_t *from, size_t len, char *room);

struct job {
    const struct limit_sample *sample;
    uint64_t slices; /* in all */
    size_t slice_bytes;
    unsigned parts;
    treat_slice *treat;
    char **rooms;  /* a buffer for each part */
    bool in_cache; /* always the same slice */
    atomic_uint_fast64_t sum;
};

static void treat_part(void *opaque, unsigned part)
{
    struct job *job = opaque;
    size_t len = job->sample->len < job->slice_bytes ? job->sample->len : job->slice_bytes;
    uint64_t places = job->sample->len / len, sum = 0;
    for (uint64_t i = part; i < job->slices; i += job->parts) {
        uint64_t place = (job->in_cache ? part : i) % places;
        sum += job->treat(job->sample->bytes + place * len, len, job->rooms[part]);
    }
    atomic_fetch_add(&job->sum, sum);
}

static void free_rooms(struct job *job)
{
    for (unsigned i = 0; job->rooms && i < job->parts; i++)
        free(job->rooms[i]);
    free(job->rooms);
}

static bool take_rooms(struct job *job)
{
    size_t size = snappy_max_compressed_length(job->slice_bytes);
    job->rooms = calloc(job->parts, sizeof(char *));
    for (unsigned i = 0; job->rooms && i < job->parts; i++) {
        job->rooms[i] = malloc(size);
        if (!job->rooms[i])
            return false;
        memset(job->rooms[i], 1, size);
    }
    return job->rooms != NULL;
}

/* Scaled to bytes_raw, which is no multiple of the slices. */
static double run_job(const struct bench_volume *volume, struct job *job, struct tlm_error *error)
{
    double seconds = -1;
    size_t len = job->sample->len < job->slice_bytes ? job->sample->len : job->slice_bytes;
    job->parts = volume->threads;
    job->slices = volume->bytes_raw / len + 1;
    if (take_rooms(job)) {
        seconds = limit_share(job->parts, treat_part, job);
        seconds *= (double)volume->bytes_raw / ((double)job->slices * (double)len);
    } else {
        bench_fail_memory(error);
    }
    free_rooms(job);
    return seconds;
}

static uint64_t copy_slice(const uint8_t *from, size_t len, char *room)
{
    memcpy(room, from, len);
    __asm__ volatile("" : : "r"(room) : "memory");
    return (unsigned char)room[len - 1];
}

static uint64_t crc_slice(const uint8_t *from, size_t len, char *room)
{
    (void)room;
    return libdeflate_crc32(0, from, len);
}

static uint64_t compress_slice(const uint8_t *from, size_t len, char *room)
{
    size_t out = snappy_max_compressed_length(len);
    snappy_compress((const char *)from, len, room, &out);
    return out;
}

double limit_copy(const struct bench_volume *volume, const struct limit_sample *sample,
                  struct tlm_error *error)
{
    struct job job = {.sample = sample, .slice_bytes = SLICE, .treat = copy_slice};
    return run_job(volume, &job, error);
}

double limit_crc(const struct bench_volume *volume, const struct limit_sample *sample,
                 struct tlm_error *error)
{
    struct job job = {.sample = sample, .slice_bytes = SLICE, .treat = crc_slice, .in_cache = true};
    return run_job(volume, &job, error);
}

double limit_snappy(const struct bench_volume *volume, const struct limit_sample *sample,
                    struct tlm_error *error)
{
    struct job job = {.sample = sample, .slice_bytes = BLOCK, .treat = compress_slice};
    return run_job(volume, &job, error);
}

/* ---- write ---------------------------------------------------------------------------------- */

struct writes {
    const struct bench_volume *volume;
    const char *bytes; /* SLICE of them */
    int *fds;
    atomic_int failed; /* errno of a write */
};

static void write_part(void *opaque, unsigned part)
{
    struct writes *writes = opaque;
    uint64_t left = writes->volume->bytes_out / writes->volume->threads;
    while (left > 0) {
        ssize_t n = write(writes->fds[part], writes->bytes, left < SLICE ? (size_t)left : SLICE);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            atomic_store(&writes->failed, errno);
            return;
        }
        left -= (uint64_t)n;
    }
}

/* A file without a name. */
static int open_scratch(const char *folder)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/floor.XXXXXX", folder) >= (int)sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

static double run_writes(struct writes *writes, struct tlm_error *error)
{
    const struct bench_volume *volume = writes->volume;
    double seconds = -1;
    unsigned opened = 0;
    while (opened < volume->threads && (writes->fds[opened] = open_scratch(volume->folder)) >= 0)
        opened++;
    if (opened == volume->threads) {
        seconds = limit_share(volume->threads, write_part, writes);
        errno = atomic_load(&writes->failed);
    }
    if (opened < volume->threads || errno) {
        bench_fail_io(error, volume->folder);
        seconds = -1;
    }
    while (opened > 0)
        close(writes->fds[--opened]);
    return seconds;
}

double limit_write(const struct bench_volume *volume, struct tlm_error *error)
{
    char *bytes = malloc(SLICE);
    struct writes writes = {.volume = volume, .bytes = bytes};
    double seconds = -1;
    writes.fds = calloc(volume->threads, sizeof *writes.fds);
    if (bytes && writes.fds) {
        memset(bytes, 0x5a, SLICE);
        seconds = run_writes(&writes, error);
    } else {
        bench_fail_memory(error);
    }
    free(writes.fds);
    free(bytes);
    return seconds;
}
