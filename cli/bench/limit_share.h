/* Work that threads share. */
#ifndef BENCH_LIMIT_SHARE_H
#define BENCH_LIMIT_SHARE_H

/* Calls work(job, part) for each part below parts, on as many threads, and returns the seconds
 * from when all of them are ready until the last is done. */
double limit_share(unsigned parts, void (*work)(void *job, unsigned part), void *job);

#endif
