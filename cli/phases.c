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

double phases_share(const struct phase *phase, double whole_ns)
{
    return whole_ns > 0 ? (double)phase->ns / whole_ns : 0;
}

uint64_t phases_rest_ns(const struct phase phases[PHASES], double whole_ns)
{
    uint64_t sum = 0;
    for (int i = 0; i < PHASES; i++)
        sum += phases[i].ns;
    return whole_ns > (double)sum ? (uint64_t)(whole_ns - (double)sum) : 0;
}

void phases_print_line(FILE *out, const struct phase *phase, double whole_ns)
{
    char time[UNITS_TEXT];
    double share = phases_share(phase, whole_ns);
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

const char *phases_bound(const struct phase phases[PHASES])
{
    const struct phase *slowest = phases_slowest(phases);
    return slowest == &phases[INPUT] ? "input" : slowest->name;
}

void phases_print_bound(FILE *out, const struct phase phases[PHASES], double whole_ns)
{
    fprintf(out, "  %s-bound: %.0f %% of the time\n", phases_bound(phases),
            100 * phases_share(phases_slowest(phases), whole_ns));
}

void phases_print_idle(FILE *out, const struct phase phases[PHASES], double whole_ns)
{
    if (phases_rest_ns(phases, whole_ns) > phases_slowest(phases)->ns)
        fputs("  but most of the time no phase is at work: threads wait for each other\n", out);
}
