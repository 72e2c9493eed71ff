#include "bench/title.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "units.h"

const char *bench_codec_name(enum tlm_codec codec)
{
    static const char *const names[] = {"snappy", "null", "deflate", "zstandard"};
    return names[codec];
}

const char *bench_fsync_name(enum tlm_fsync fsync)
{
    static const char *const names[] = {"close", "flush", "none"};
    return names[fsync];
}

/* As short as it is exact: 10M, 50k, 12345. */
static const char *exact(char out[UNITS_TEXT], uint64_t n)
{
    if (n && n % 1000000 == 0)
        snprintf(out, UNITS_TEXT, "%" PRIu64 "M", n / 1000000);
    else if (n && n % 1000 == 0)
        snprintf(out, UNITS_TEXT, "%" PRIu64 "k", n / 1000);
    else
        snprintf(out, UNITS_TEXT, "%" PRIu64, n);
    return out;
}

static void add(char title[BENCH_NAME], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add(char title[BENCH_NAME], const char *format, ...)
{
    va_list args;
    size_t len = strlen(title);
    va_start(args, format);
    vsnprintf(title + len, BENCH_NAME - len, format, args);
    va_end(args);
}

/* A sweep of frames is one of the grid in one direction. */
static bool varies(enum bench_sweep_kind kind, enum bench_sweep_kind what)
{
    bool in_grid = what == BENCH_SWEEP_FRAME || what == BENCH_SWEEP_CHANNELS;
    return kind == what || (kind == BENCH_SWEEP_GRID && in_grid);
}

static void add_shape(char title[BENCH_NAME], const struct bench_shape *shape,
                      enum bench_sweep_kind kind)
{
    char text[UNITS_TEXT];
    if (shape->input) {
        add(title, "%.300s", shape->input);
        return;
    }
    if (!varies(kind, BENCH_SWEEP_TYPES))
        add(title, "%s, ", bench_type_name(shape->type));
    add(title, "%s, from %s", shape->regular ? "regular" : "noisy", bench_from_name(shape->from));
    if (!varies(kind, BENCH_SWEEP_CHANNELS))
        add(title, ", %s channel%s", exact(text, shape->channels), shape->channels == 1 ? "" : "s");
    add(title, ", %s points", exact(text, shape->points));
    if (shape->from == BENCH_MEMORY && !varies(kind, BENCH_SWEEP_FRAME))
        add(title, ", frames of %s", exact(text, shape->frame));
}

static void add_writer(char title[BENCH_NAME], const struct tlm_writer_options *writer)
{
    char text[UNITS_TEXT];
    struct tlm_writer_options usual;
    tlm_writer_options_init(&usual);
    if (writer->rotate_points)
        add(title, ", rotated every %s", exact(text, writer->rotate_points));
    if (writer->threads)
        add(title, ", %u thread%s", writer->threads, writer->threads == 1 ? "" : "s");
    if (writer->codec != usual.codec)
        add(title, ", codec %s", bench_codec_name(writer->codec));
    if (writer->fsync != usual.fsync)
        add(title, ", fsync %s", bench_fsync_name(writer->fsync));
    if (writer->batch_points != usual.batch_points)
        add(title, ", batches of %s", exact(text, writer->batch_points));
    if (writer->memory_bytes != usual.memory_bytes)
        add(title, ", memory %" PRIu64, writer->memory_bytes);
}

const char *bench_title_of_sweep(const struct bench_setup *setup, enum bench_sweep_kind kind,
                                 char title[BENCH_NAME])
{
    char text[UNITS_TEXT];
    title[0] = '\0';
    add_shape(title, &setup->shape, kind);
    if (setup->producers != 1)
        add(title, ", %s producers", exact(text, setup->producers));
    add_writer(title, &setup->writer);
    return title;
}

const char *bench_title(const struct bench_setup *setup, char title[BENCH_NAME])
{
    return bench_title_of_sweep(setup, BENCH_SINGLE, title);
}
