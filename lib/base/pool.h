/* Threads that run jobs. Whoever waits for a job runs other jobs meanwhile, so that a pool of n
 * threads keeps n processors busy with its owner counted in, and a pool of one starts no thread. */
#ifndef TLM_BASE_POOL_H
#define TLM_BASE_POOL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "tlm.h"

struct tlm_pool;

/* Lives in the caller's memory, which must stay until the job is done. {0} is no job yet. */
struct tlm_job {
    void (*run)(void *argument);
    void *argument;
    void (*then)(void *owner); /* what a worker does that has done the job, or NULL */
    void *owner;
    struct tlm_job *next;                                                       /* pool's */
    enum { TLM_JOB_IDLE, TLM_JOB_QUEUED, TLM_JOB_RUNNING, TLM_JOB_DONE } state; /* pool's */
};

/* threads counts the one that calls; 0: as many as there are processors for this process. A thread
 * that cannot be started is done without. */
enum tlm_code tlm__pool_new(struct tlm_pool **pool, unsigned threads, struct tlm_error *error);
/* Waits for running jobs; there must be none queued. NULL is fine. */
void tlm__pool_free(struct tlm_pool *pool);
unsigned tlm__pool_threads(const struct tlm_pool *pool); /* that run, the caller's included */

/* Jobs start in the order of submission. In a pool of one a job runs at once. */
void tlm__pool_submit(struct tlm_pool *pool, struct tlm_job *job);
bool tlm__pool_is_done(struct tlm_pool *pool, const struct tlm_job *job);
/* Returns when the job is done; it is idle then. A job that was never submitted is done. */
void tlm__pool_wait(struct tlm_pool *pool, struct tlm_job *job);

/* A job that no thread is to take: it is done when somebody says so. */
void tlm__pool_promise(struct tlm_pool *pool, struct tlm_job *job);
void tlm__pool_keep(struct tlm_pool *pool, struct tlm_job *job);

/* A lock between threads of a pool that is never held for long. */
void tlm__lock_init(pthread_mutex_t *lock);

#endif
