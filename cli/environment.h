/* Settings of the environment that more than one command reads. */
#ifndef ENVIRONMENT_H
#define ENVIRONMENT_H

#include "tlm.h"

/* TLM_CPU, for comparing the instruction sets of this machine. False: it holds something else; *cpu
 * is untouched then, and when it is not set. */
bool environment_cpu(enum tlm_cpu *cpu);
#define ENVIRONMENT_CPU_WORDS "auto, avx2, portable, rowwise"

/* Where temporary files go: TMPDIR, or /tmp. */
const char *environment_temporary(void);

#endif
