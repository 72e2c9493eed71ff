/* A pool of generated values of one type, the same for the same wish. */
#ifndef BENCH_VALUES_H
#define BENCH_VALUES_H

#include "tlm.h"

struct bench_values_wish {
    enum tlm_type type; /* not TLM_STRING_ARRAY */
    bool regular;       /* repeat with a period of at most 4000 */
    size_t count;       /* different positions */
    size_t extra;       /* after these come that many again from the start */
    size_t restart;     /* random walks begin anew at multiples of it */
};

struct bench_values {
    enum tlm_type type;
    size_t count;
    void *items;      /* as struct tlm_column has them */
    char *text;       /* what strings point into */
    double *elements; /* what arrays point into */
};

/* The most positions of a type that are worth having: more than 32 MiB of them. */
size_t bench_values_most(enum tlm_type type);
/* False when memory is out; release is then fine too. */
bool bench_values_init(struct bench_values *values, const struct bench_values_wish *wish);
void bench_values_release(struct bench_values *values);
/* The values from position i on; i is taken modulo count. */
const void *bench_values_at(const struct bench_values *values, uint64_t i);

#endif
