#include "bench/sweep.h"

#include <stdio.h>

#include "units.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const uint64_t frames[] = {50000,   100000,  250000,  500000,
                                  1000000, 2500000, 5000000, 10000000};
static const uint64_t channels[] = {10, 50, 100, 500, 1000, 2000, 5000};
static const uint64_t grid_frames[] = {50000, 100000, 500000, 1000000, 10000000};
static const uint64_t grid_channels[] = {10, 100, 1000, 5000};
static const uint64_t limits[] = {0, 100000000, 10000000, 1000000, 500000, 250000};

const char *bench_sweep_name(enum bench_sweep_kind kind)
{
    static const char *const names[] = {"none",     "frame",   "channels", "types",
                                        "rotation", "threads", "grid"};
    return names[kind];
}

/* Another one like `setup`, to be changed by the caller; there is always one row at least. */
static struct bench_setup *add(struct bench_sweep *sweep, const struct bench_setup *setup,
                               const char *label)
{
    struct bench_setup *added = &sweep->setups[sweep->n];
    *added = *setup;
    snprintf(sweep->labels[sweep->n++], BENCH_LABEL, "%s", label);
    return added;
}

static void at_least_a_row(struct bench_setup *setup)
{
    if (setup->shape.points < setup->shape.channels)
        setup->shape.points = setup->shape.channels;
}

static uint64_t divided(uint64_t value, uint64_t divisor)
{
    return value / divisor ? value / divisor : 1;
}

static void add_frames(struct bench_sweep *sweep, const struct bench_setup *setup, uint64_t divisor)
{
    char label[UNITS_TEXT];
    for (size_t i = 0; i < COUNT(frames); i++) {
        uint64_t frame = divided(frames[i], divisor);
        struct bench_setup *added = add(sweep, setup, units_print_short(label, frame));
        added->shape.frame = frame;
        at_least_a_row(added);
    }
}

static void add_channels(struct bench_sweep *sweep, const struct bench_setup *setup)
{
    char label[UNITS_TEXT];
    for (size_t i = 0; i < COUNT(channels); i++) {
        struct bench_setup *added = add(sweep, setup, units_print_count(label, channels[i]));
        added->shape.channels = channels[i];
        at_least_a_row(added);
    }
}

static void add_grid(struct bench_sweep *sweep, const struct bench_setup *setup, uint64_t divisor)
{
    sweep->n_frames = COUNT(grid_frames);
    for (size_t c = 0; c < COUNT(grid_channels); c++)
        for (size_t f = 0; f < COUNT(grid_frames); f++) {
            char count[UNITS_TEXT], frame[UNITS_TEXT], label[BENCH_LABEL];
            uint64_t points = divided(grid_frames[f], divisor);
            snprintf(label, sizeof label, "%.10s x %.10s",
                     units_print_count(count, grid_channels[c]), units_print_short(frame, points));
            struct bench_setup *added = add(sweep, setup, label);
            added->shape.channels = grid_channels[c];
            added->shape.frame = points;
            at_least_a_row(added);
        }
}

/* A CSV cell has no arrays or objects. */
static void add_types(struct bench_sweep *sweep, const struct bench_setup *setup)
{
    for (int type = 0; type < BENCH_TYPES; type++)
        if (setup->shape.from != BENCH_CSV || type <= BENCH_STRING)
            add(sweep, setup, bench_type_name((enum bench_type)type))->shape.type =
                (enum bench_type)type;
}

static void add_limits(struct bench_sweep *sweep, const struct bench_setup *setup, uint64_t divisor)
{
    char label[UNITS_TEXT];
    for (size_t i = 0; i < COUNT(limits); i++) {
        uint64_t limit = limits[i] ? divided(limits[i], divisor) : 0;
        add(sweep, setup, limit ? units_print_short(label, limit) : "off")->writer.rotate_points =
            limit;
    }
}

/* Powers of two up to what there is, and what there is. */
static void add_threads(struct bench_sweep *sweep, const struct bench_setup *setup, unsigned cores)
{
    unsigned n = 1;
    for (;;) {
        char label[UNITS_TEXT];
        add(sweep, setup, units_print_count(label, n))->writer.threads = n;
        if (n >= cores)
            break;
        n = 2 * n < cores ? 2 * n : cores;
    }
}

void bench_sweep_plan(struct bench_sweep *sweep, enum bench_sweep_kind kind,
                      const struct bench_setup *setup, uint64_t divisor, unsigned cores)
{
    sweep->kind = kind;
    sweep->n = 0;
    sweep->n_frames = 0;
    switch (kind) {
    case BENCH_SINGLE:
        add(sweep, setup, "");
        break;
    case BENCH_SWEEP_FRAME:
        add_frames(sweep, setup, divisor);
        break;
    case BENCH_SWEEP_CHANNELS:
        add_channels(sweep, setup);
        break;
    case BENCH_SWEEP_TYPES:
        add_types(sweep, setup);
        break;
    case BENCH_SWEEP_ROTATION:
        add_limits(sweep, setup, divisor);
        break;
    case BENCH_SWEEP_THREADS:
        add_threads(sweep, setup, cores);
        break;
    case BENCH_SWEEP_GRID:
        add_grid(sweep, setup, divisor);
        break;
    }
}
