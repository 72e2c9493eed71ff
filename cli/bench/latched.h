/* What a writer costs that cannot go on: programs that log do not stop logging. */
#ifndef BENCH_LATCHED_H
#define BENCH_LATCHED_H

#include "tlm.h"

/* Nanoseconds of a call of tlm_write_double on a writer whose error is latched. SIGPIPE has to be
 * ignored. */
enum tlm_code bench_latched_measure(double *ns_per_call, struct tlm_error *error);

#endif
