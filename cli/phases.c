#include "phases.h"

#include <string.h>

#include "units.h"

enum { BAR = 24, INPUT = PHASES - 1 };

void phases_of(const struct tlm_stats *stats, struct phase phases[PHASES])
{
    const struct phase all[PHASES] = {
        {"read", stats->read_ns},         {"parse", stats->parse_ns},
        {"batch", stats->batch_ns},       {"encode", stats->encode_ns},
        {"compress", stats->compress_ns}, {"write", stats->write_ns},
        {"sync", stats->sync_ns},         [INPUT] = {"wait for input", stats->wait_input_ns},
    };
    memcpy(phases, all, sizeof all);
}

double phases_whole_ns(const struct tlm_stats *stats)
{
    return (double)stats->wall_ns * stats->threads;
}

static double share_of(const struct phase *phase, double whole_ns)
{
    return whole_ns > 0 ? (double)phase->ns / whole_ns : 0;
}

void phases_print_line(FILE *out, const struct phase *phase, double whole_ns)
{
    char time[UNITS_TEXT];
    double share = share_of(phase, whole_ns);
    int full = (int)(share * BAR + 0.5);
    fprintf(out, "  %-14s %5.1f %%  ", phase->name, share * 100);
    for (int i = 0; i < BAR; i++)
        putc(i < full ? '#' : '.', out);
    fprintf(out, "  %s\n", units_print_duration(time, phase->ns));
}

const struct phase *phases_slowest(const struct phase phases[PHASES])
{
    const struct phase *slowest = phases;
    for (int i = 1; i < PHASES; i++)
        slowest = phases[i].ns > slowest->ns ? &phases[i] : slowest;
    return slowest;
}

void phases_print_bound(FILE *out, const struct phase phases[PHASES], double whole_ns)
{
    const struct phase *slowest = phases_slowest(phases);
    fprintf(out, "  %s-bound: %.0f %% of the time\n",
            slowest == &phases[INPUT] ? "input" : slowest->name, 100 * share_of(slowest, whole_ns));
}
