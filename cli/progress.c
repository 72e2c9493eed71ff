#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "monotonic.h"
#include "units.h"

#define REDRAW_NS 200000000u

void progress_start(struct progress *progress, bool on, uint64_t total_bytes)
{
    *progress = (struct progress){.on = on && isatty(STDERR_FILENO),
                                  .started_ns = monotonic_ns(),
                                  .total_bytes = total_bytes};
}

/* " 42 %, 12 s left", when the size is known. */
static void print_left(const struct progress *progress, uint64_t done, uint64_t elapsed_ns)
{
    char left[UNITS_TEXT];
    if (!progress->total_bytes || !done || done > progress->total_bytes)
        return;
    double share = (double)done / (double)progress->total_bytes;
    units_print_duration(left, (uint64_t)((double)elapsed_ns * (1 - share) / share));
    fprintf(stderr, "  %2.0f %%, %s left", share * 100, left);
}

void progress_show(struct progress *progress, const struct tlm_feed *feed,
                   struct tlm_writer *writer)
{
    if (!progress->on)
        return;
    uint64_t now = monotonic_ns();
    if (now - progress->last_ns < REDRAW_NS)
        return;
    progress->last_ns = now;
    struct tlm_feed_stats stats;
    char rows[UNITS_TEXT], points[UNITS_TEXT], rate[UNITS_TEXT], partial[256];
    tlm_feed_stats(feed, &stats);
    uint64_t elapsed = now - progress->started_ns;
    double seconds = (double)elapsed / 1e9 + 1e-9;
    tlm_writer_partial(writer, partial, sizeof partial);
    const char *slash = strrchr(partial, '/');
    fprintf(stderr, "\r\033[K%s rows, %s points, %s/s", units_print_short(rows, stats.rows),
            units_print_short(points, tlm_writer_points(writer)),
            units_print_size(rate, (uint64_t)((double)stats.bytes_in / seconds)));
    print_left(progress, stats.file_bytes_in, elapsed);
    if (partial[0])
        fprintf(stderr, "  %.40s", slash ? slash + 1 : partial);
    fflush(stderr);
    progress->shown = true;
}

void progress_clear(struct progress *progress)
{
    if (!progress->shown)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress->shown = false;
}
