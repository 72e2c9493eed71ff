/* Where a measurement was made. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <stddef.h>

struct bench_machine {
    char cpu[128];
    char kernel[200]; /* system, release, architecture */
    unsigned cores;   /* that the process may use */
};

void bench_machine_look(struct bench_machine *machine);
/* The command line of this process, arguments separated by blanks, cut when it is too long. */
void bench_machine_command(char *out, size_t size);

#endif
