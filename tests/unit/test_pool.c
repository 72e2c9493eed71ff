/* The thread pool. */
#include "support/unit.h"

#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include "base/pool.h"

struct task {
    struct tlm_job job;
    atomic_int *sum;
    int value;
    int runs;
};

static void add(void *argument)
{
    struct task *task = argument;
    atomic_fetch_add(task->sum, task->value);
    task->runs++;
}

static void run_many(unsigned threads)
{
    enum { TASKS = 64, ROUNDS = 200 };
    struct tlm_pool *pool = NULL;
    struct task tasks[TASKS];
    atomic_int sum = 0;
    ck_assert_int_eq(tlm__pool_new(&pool, threads, NULL), TLM_OK);
    ck_assert_uint_le(tlm__pool_threads(pool), threads);
    memset(tasks, 0, sizeof tasks);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < TASKS; i++) {
            tasks[i].sum = &sum;
            tasks[i].value = i;
            tasks[i].job.run = add;
            tasks[i].job.argument = &tasks[i];
            tlm__pool_submit(pool, &tasks[i].job);
        }
        for (int i = 0; i < TASKS; i++) {
            tlm__pool_wait(pool, &tasks[i].job);
            ck_assert(tlm__pool_is_done(pool, &tasks[i].job));
            ck_assert_int_eq(tasks[i].runs, round + 1);
        }
    }
    ck_assert_int_eq(atomic_load(&sum), ROUNDS * TASKS * (TASKS - 1) / 2);
    tlm__pool_free(pool);
}

START_TEST(every_job_runs_once)
{
    run_many(1);
    run_many(2);
    run_many(8);
}
END_TEST

START_TEST(waiting_for_no_job_returns)
{
    struct tlm_pool *pool = NULL;
    struct tlm_job job = {0};
    ck_assert_int_eq(tlm__pool_new(&pool, 2, NULL), TLM_OK);
    tlm__pool_wait(pool, &job);
    ck_assert(tlm__pool_is_done(pool, &job));
    tlm__pool_free(pool);
    tlm__pool_free(NULL);
}
END_TEST

struct follow_up {
    struct tlm_pool *pool;
    struct tlm_job job, promise;
    bool was_done;
};

static void nothing(void *argument)
{
    (void)argument;
}

static void keep(void *owner)
{
    struct follow_up *f = owner;
    f->was_done = tlm__pool_is_done(f->pool, &f->job);
    tlm__pool_keep(f->pool, &f->promise);
}

START_TEST(a_worker_does_what_follows_a_job)
{
    for (unsigned threads = 2; threads <= 3; threads++) {
        struct follow_up f = {.job = {.run = nothing, .then = keep, .owner = &f}};
        ck_assert_int_eq(tlm__pool_new(&f.pool, threads, NULL), TLM_OK);
        tlm__pool_promise(f.pool, &f.promise);
        ck_assert(!tlm__pool_is_done(f.pool, &f.promise));
        tlm__pool_submit(f.pool, &f.job);
        while (!tlm__pool_is_done(f.pool, &f.promise))
            sched_yield();
        ck_assert(f.was_done);
        tlm__pool_wait(f.pool, &f.promise);
        tlm__pool_free(f.pool);
    }
}
END_TEST

START_TEST(who_waits_leaves_what_follows)
{
    struct follow_up f = {.job = {.run = nothing, .then = keep, .owner = &f}};
    ck_assert_int_eq(tlm__pool_new(&f.pool, 1, NULL), TLM_OK);
    tlm__pool_promise(f.pool, &f.promise);
    tlm__pool_submit(f.pool, &f.job);
    tlm__pool_wait(f.pool, &f.job);
    ck_assert(!tlm__pool_is_done(f.pool, &f.promise));
    tlm__pool_keep(f.pool, &f.promise);
    tlm__pool_free(f.pool);
}
END_TEST

UNIT_MAIN("pool", every_job_runs_once, waiting_for_no_job_returns, a_worker_does_what_follows_a_job,
          who_waits_leaves_what_follows)
