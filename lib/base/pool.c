#include "base/pool.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

#include "base/error.h"

enum { THREADS_MAX = 256 };

struct tlm_pool {
    pthread_mutex_t lock;
    pthread_cond_t queued;      /* a job was queued, or the end has come */
    pthread_cond_t finished;    /* a job is done */
    int queued_on, finished_on; /* processors where that happened last */
    struct tlm_job *first, **last;
    bool ending;
    unsigned workers;
    pthread_t threads[];
};

/* Where a kernel puts a thread that is woken is often the processor of the one who woke it, though
 * others are idle: on virtual machines, whose sleeping processors do not count as idle. Both then
 * share it for tens of milliseconds. So a thread that finds itself there moves to another of those
 * that it may use, from where the kernel may move it as it likes. */
static void move_apart(int waker)
{
    cpu_set_t all, one;
    size_t other = (size_t)waker;
    if (sched_getcpu() != waker || sched_getaffinity(0, sizeof all, &all) != 0 ||
        CPU_COUNT(&all) < 2)
        return;
    do {
        other = (other + 1) % CPU_SETSIZE;
    } while (!CPU_ISSET(other, &all));
    CPU_ZERO(&one);
    CPU_SET(other, &one);
    if (sched_setaffinity(0, sizeof one, &one) == 0)
        sched_setaffinity(0, sizeof all, &all);
}

/* Returns after a wake-up, or without one; the lock is held before and behind it. */
static void sleep_until(struct tlm_pool *pool, pthread_cond_t *condition, const int *waker)
{
    pthread_cond_wait(condition, &pool->lock);
    int cpu = *waker;
    pthread_mutex_unlock(&pool->lock);
    move_apart(cpu);
    pthread_mutex_lock(&pool->lock);
}

/* Of a lock that is held for some dozens of instructions: who finds it taken looks again for a
 * while before it sleeps. */
void tlm__lock_init(pthread_mutex_t *lock)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ADAPTIVE_NP);
    pthread_mutex_init(lock, &attributes);
    pthread_mutexattr_destroy(&attributes);
}

static struct tlm_job *take(struct tlm_pool *pool)
{
    struct tlm_job *job = pool->first;
    if (!job)
        return NULL;
    pool->first = job->next;
    if (!pool->first)
        pool->last = &pool->first;
    job->state = TLM_JOB_RUNNING;
    return job;
}

/* Takes the lock and gives it back: whoever is woken shall find it free. */
static void finish(struct tlm_pool *pool, struct tlm_job *job)
{
    pthread_mutex_lock(&pool->lock);
    job->state = TLM_JOB_DONE;
    pool->finished_on = sched_getcpu();
    pthread_mutex_unlock(&pool->lock);
    pthread_cond_broadcast(&pool->finished);
}

/* With the lock held, which is given back while the job runs. What is to be done then is the
 * workers' business: who waits has more to submit as soon as it need not wait any longer. */
static void run(struct tlm_pool *pool, struct tlm_job *job, bool is_worker)
{
    void (*then)(void *) = is_worker ? job->then : NULL;
    void *owner = job->owner;
    pthread_mutex_unlock(&pool->lock);
    job->run(job->argument);
    finish(pool, job);
    if (then)
        then(owner);
    pthread_mutex_lock(&pool->lock);
}

static void *work(void *argument)
{
    struct tlm_pool *pool = argument;
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        struct tlm_job *job = take(pool);
        if (job)
            run(pool, job, true);
        else if (pool->ending)
            break;
        else
            sleep_until(pool, &pool->queued, &pool->queued_on);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

static unsigned count_processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    int count = CPU_COUNT(&set);
    return count > 0 ? (unsigned)count : 1;
}

/* Signals are the business of the program's own threads. */
static void start_workers(struct tlm_pool *pool, unsigned wanted)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    while (pool->workers < wanted &&
           pthread_create(&pool->threads[pool->workers], NULL, work, pool) == 0)
        pool->workers++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

enum tlm_code tlm__pool_new(struct tlm_pool **pool, unsigned threads, struct tlm_error *error)
{
    if (!threads)
        threads = count_processors();
    if (threads > THREADS_MAX)
        threads = THREADS_MAX;
    size_t bytes = sizeof(struct tlm_pool) + (threads - 1) * sizeof(pthread_t);
    struct tlm_pool *made = calloc(1, bytes);
    if (!made)
        return tlm__fail_memory(error, bytes);
    made->last = &made->first;
    tlm__lock_init(&made->lock);
    pthread_cond_init(&made->queued, NULL);
    pthread_cond_init(&made->finished, NULL);
    start_workers(made, threads - 1);
    *pool = made;
    return TLM_OK;
}

void tlm__pool_free(struct tlm_pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->ending = true;
    pthread_cond_broadcast(&pool->queued);
    pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < pool->workers; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->queued);
    pthread_cond_destroy(&pool->finished);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

unsigned tlm__pool_threads(const struct tlm_pool *pool)
{
    return pool->workers + 1;
}

void tlm__pool_submit(struct tlm_pool *pool, struct tlm_job *job)
{
    if (!pool->workers) {
        job->run(job->argument);
        job->state = TLM_JOB_DONE;
        return;
    }
    pthread_mutex_lock(&pool->lock);
    job->next = NULL;
    job->state = TLM_JOB_QUEUED;
    *pool->last = job;
    pool->last = &job->next;
    pool->queued_on = sched_getcpu();
    pthread_mutex_unlock(&pool->lock);
    pthread_cond_signal(&pool->queued);
}

static bool is_over(const struct tlm_job *job)
{
    return job->state == TLM_JOB_DONE || job->state == TLM_JOB_IDLE;
}

bool tlm__pool_is_done(struct tlm_pool *pool, const struct tlm_job *job)
{
    pthread_mutex_lock(&pool->lock);
    bool done = is_over(job);
    pthread_mutex_unlock(&pool->lock);
    return done;
}

void tlm__pool_wait(struct tlm_pool *pool, struct tlm_job *job)
{
    pthread_mutex_lock(&pool->lock);
    while (!is_over(job)) {
        struct tlm_job *other = take(pool);
        if (other)
            run(pool, other, false);
        else
            sleep_until(pool, &pool->finished, &pool->finished_on);
    }
    job->state = TLM_JOB_IDLE;
    pthread_mutex_unlock(&pool->lock);
}

void tlm__pool_promise(struct tlm_pool *pool, struct tlm_job *job)
{
    pthread_mutex_lock(&pool->lock);
    job->state = TLM_JOB_RUNNING;
    pthread_mutex_unlock(&pool->lock);
}

void tlm__pool_keep(struct tlm_pool *pool, struct tlm_job *job)
{
    finish(pool, job);
}
