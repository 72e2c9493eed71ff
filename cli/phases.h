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
double phases_share(const struct phase *phase, double whole_ns);
/* The time in which no phase was at work. */
uint64_t phases_rest_ns(const struct phase phases[PHASES], double whole_ns);
/* Name, share, bar, time. */
void phases_print_line(FILE *out, const struct phase *phase, double whole_ns);
/* The phase that takes longest. */
const struct phase *phases_slowest(const struct phase phases[PHASES]);
/* What sets the pace, as "compress" in "compress-bound". */
const char *phases_bound(const struct phase phases[PHASES]);
/* "compress-bound: 71 % of the time" */
void phases_print_bound(FILE *out, const struct phase phases[PHASES], double whole_ns);
/* A line for when that is less than the time in which no phase was at work. */
void phases_print_idle(FILE *out, const struct phase phases[PHASES], double whole_ns);

#endif
