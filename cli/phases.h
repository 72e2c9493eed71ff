/* Where the time of a writer went, phase by phase. */
#ifndef PHASES_H
#define PHASES_H

#include <stdint.h>
#include <stdio.h>

#include "tlm.h"

#define PHASES 8

struct phase {
    const char *name;
    uint64_t ns; /* summed over threads */
};

void phases_of(const struct tlm_stats *stats, struct phase phases[PHASES]);
/* The time of all threads together, which the phases are shares of. */
double phases_whole_ns(const struct tlm_stats *stats);
/* Name, share, bar, time. */
void phases_print_line(FILE *out, const struct phase *phase, double whole_ns);
/* The phase that takes longest. */
const struct phase *phases_slowest(const struct phase phases[PHASES]);
/* "compress-bound: 71 % of the time" */
void phases_print_bound(FILE *out, const struct phase phases[PHASES], double whole_ns);

#endif
