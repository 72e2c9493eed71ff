/* The folder that runs write into: a fresh one, gone at the end. */
#ifndef BENCH_WORKDIR_H
#define BENCH_WORKDIR_H

#include "tlm.h"

#define BENCH_PATH 4096

struct bench_workdir {
    char path[BENCH_PATH]; /* "" when there is none */
};

/* Makes it inside `parent`, or, when that is NULL, in memory (/dev/shm) if `bytes` have room there,
 * else in `temporary`. */
enum tlm_code bench_workdir_make(struct bench_workdir *workdir, const char *parent,
                                 const char *temporary, uint64_t bytes, struct tlm_error *error);
/* With all that is in it. */
void bench_workdir_remove(struct bench_workdir *workdir);

#endif
