#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/failure.h"
#include "bench/limit_parts.h"
#include "bench/limit_scan.h"
#include "bench/limit_share.h"
#include "monotonic.h"

#define PIECE (256 << 10)  /* bytes of a read; they stay in the cache */
#define VALUES (PIECE / 2) /* the most numbers that a piece can hold */

struct reader {
    int fd;
    bool csv, scans;
    uint64_t size;
    unsigned parts;
    atomic_int failed;  /* errno of a read */
    struct desk *desks; /* one for each part */
};

struct desk {
    char *text;
    double *values;
    uint64_t scan_ns;
};

/* Numbers that the ends of the piece cut in two are a few in many thousands. */
static void scan_piece(struct desk *desk, size_t len, bool csv)
{
    uint64_t start_ns = monotonic_ns();
    limit_scan(desk->text, len, csv, desk->values, VALUES);
    desk->scan_ns += monotonic_ns() - start_ns;
}

static void read_part(void *job, unsigned part)
{
    struct reader *reader = job;
    struct desk *desk = &reader->desks[part];
    for (uint64_t at = (uint64_t)part * PIECE; at < reader->size;
         at += (uint64_t)reader->parts * PIECE) {
        ssize_t n = pread(reader->fd, desk->text, PIECE, (off_t)at);
        if (n < 0 && errno != EINTR)
            atomic_store(&reader->failed, errno);
        if (n > 0 && reader->scans)
            scan_piece(desk, (size_t)n, reader->csv);
    }
}

/* The header of CSV is as good a row as any; JSON lines begin with a brace. */
static void look_at(struct reader *reader)
{
    char first = 0;
    struct stat status;
    reader->csv = pread(reader->fd, &first, 1, 0) == 1 && first != '{';
    reader->size = fstat(reader->fd, &status) == 0 ? (uint64_t)status.st_size : 0;
}

static bool take_desks(struct reader *reader)
{
    reader->desks = calloc(reader->parts, sizeof *reader->desks);
    for (unsigned i = 0; reader->desks && i < reader->parts; i++) {
        struct desk *desk = &reader->desks[i];
        desk->text = calloc(1, PIECE + LIMIT_SCAN_MARGIN);
        desk->values = calloc(VALUES, sizeof *desk->values);
        if (!desk->text || !desk->values)
            return false;
        memset(desk->text, '\n', PIECE); /* touched */
        memset(desk->values, 0, VALUES * sizeof *desk->values);
    }
    return reader->desks != NULL;
}

static void release_desks(struct reader *reader)
{
    for (unsigned i = 0; reader->desks && i < reader->parts; i++) {
        free(reader->desks[i].text);
        free(reader->desks[i].values);
    }
    free(reader->desks);
}

static double longest_scan(const struct reader *reader)
{
    uint64_t longest = 0;
    for (unsigned i = 0; i < reader->parts; i++)
        if (reader->desks[i].scan_ns > longest)
            longest = reader->desks[i].scan_ns;
    return (double)longest * 1e-9;
}

static double run_reader(const struct bench_volume *volume, bool scans, struct tlm_error *error)
{
    struct reader reader = {.scans = scans, .parts = volume->threads};
    double seconds = -1;
    reader.fd = open(volume->text, O_RDONLY | O_CLOEXEC);
    if (reader.fd < 0) {
        bench_fail_io(error, volume->text);
        return -1;
    }
    look_at(&reader);
    if (take_desks(&reader)) {
        seconds = limit_share(reader.parts, read_part, &reader);
        if (scans)
            seconds = longest_scan(&reader);
    } else {
        bench_fail_memory(error);
    }
    errno = atomic_load(&reader.failed);
    if (errno) {
        bench_fail_io(error, volume->text);
        seconds = -1;
    }
    release_desks(&reader);
    close(reader.fd);
    return seconds;
}

double limit_read(const struct bench_volume *volume, struct tlm_error *error)
{
    return run_reader(volume, false, error);
}

double limit_scan_text(const struct bench_volume *volume, struct tlm_error *error)
{
    return run_reader(volume, true, error);
}
