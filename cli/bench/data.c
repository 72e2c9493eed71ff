#include "bench/data.h"

#include <stdio.h>
#include <stdlib.h>

#include "bench/values.h"

#define START_NS INT64_C(1717234200000000000) /* 2024-06-01T09:30:00Z */
#define STEP_NS 1000000
#define NAME_SIZE 28
#define WALK_ROWS (1u << 18)

struct bench_data {
    struct bench_shape shape;
    uint64_t rows, frame_rows;
    int64_t *times_ns;                     /* of all rows */
    char (*names)[NAME_SIZE];              /* of the channels */
    struct bench_values values[TLM_TYPES]; /* of the types in use */
};

/* Each value stands once where they are few enough for the pool. */
static bool is_whole(const struct bench_data *data, enum tlm_type type)
{
    return data->rows <= bench_values_most(type) / data->shape.channels;
}

/* Where in the pool a channel begins. In a pool that is used several times, channels that are near
 * each other in the output must not be near each other here, or a compressor would find the one in
 * the other: multiples of the golden ratio are as far apart as can be. */
static uint64_t first_of(const struct bench_data *data, enum tlm_type type, uint64_t channel)
{
    if (is_whole(data, type))
        return channel * data->rows;
    uint64_t fraction = (channel * UINT64_C(0x9e3779b97f4a7c15)) >> 32;
    return (fraction * data->values[type].count) >> 32;
}

static bool make_values(struct bench_data *data, enum tlm_type type)
{
    struct bench_values_wish wish = {.type = type, .regular = data->shape.regular};
    if (data->values[type].count)
        return true;
    if (is_whole(data, type)) {
        wish.count = (size_t)(data->rows * data->shape.channels);
        wish.restart = (size_t)data->rows;
    } else {
        wish.count = bench_values_most(type);
        wish.extra = (size_t)data->frame_rows;
        wish.restart = WALK_ROWS;
    }
    return bench_values_init(&data->values[type], &wish);
}

struct bench_data *bench_data_new(const struct bench_shape *shape)
{
    struct bench_data *data = calloc(1, sizeof *data);
    if (!data)
        return NULL;
    data->shape = *shape;
    data->rows = bench_shape_rows(shape);
    data->frame_rows = bench_shape_frame_rows(shape);
    data->times_ns = calloc(data->rows, sizeof *data->times_ns);
    data->names = calloc(shape->channels, sizeof *data->names);
    bool made = data->times_ns && data->names;
    for (uint64_t i = 0; made && i < shape->channels && i < BENCH_MIXED; i++)
        made = make_values(data, bench_shape_column(shape, i));
    if (!made) {
        bench_data_free(data);
        return NULL;
    }
    for (uint64_t row = 0; row < data->rows; row++)
        data->times_ns[row] = START_NS + (int64_t)row * STEP_NS;
    for (uint64_t i = 0; i < shape->channels; i++)
        snprintf(data->names[i], NAME_SIZE, "ch%04llu", (unsigned long long)i);
    return data;
}

void bench_data_free(struct bench_data *data)
{
    if (!data)
        return;
    for (int type = 0; type < TLM_TYPES; type++)
        bench_values_release(&data->values[type]);
    free(data->times_ns);
    free(data->names);
    free(data);
}

uint64_t bench_data_frames(const struct bench_data *data)
{
    return data->rows / data->frame_rows + (data->rows % data->frame_rows != 0);
}

struct bench_frame bench_data_frame(const struct bench_data *data, uint64_t i,
                                    struct tlm_column *columns)
{
    uint64_t first = i * data->frame_rows, left = data->rows - first;
    for (uint64_t c = 0; c < data->shape.channels; c++) {
        enum tlm_type type = bench_shape_column(&data->shape, c);
        columns[c] = (struct tlm_column){
            .channel = data->names[c],
            .type = type,
            .values = bench_values_at(&data->values[type], first_of(data, type, c) + first),
        };
    }
    return (struct bench_frame){
        .times_ns = data->times_ns + first,
        .rows = (size_t)(left < data->frame_rows ? left : data->frame_rows),
        .n_columns = (size_t)data->shape.channels,
    };
}
