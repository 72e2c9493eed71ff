#include <signal.h>
#include <time.h>

#include "base/clock.h"
#include "base/error.h"
#include "writer.h"

/* While a wall-clock boundary is awaited, the wall clock is looked at this often, so that a clock
 * that was set is noticed. */
#define WALL_CHECK_NS 1000000000u

bool tlm__writer_wants_clock(const struct tlm_writer *w)
{
    return w->options.flush_interval_ns || w->options.rotate_every_ns || w->options.rotate_age_ns;
}

static bool wall_boundary_passed(const struct tlm_writer *w)
{
    int64_t every = (int64_t)w->options.rotate_every_ns;
    int64_t now = tlm__clock_wall_ns();
    return now / every != w->part_wall_ns / every;
}

/* What is due at this moment; *wait_ns is how long nothing will be, UINT64_MAX for ever. */
static bool is_due(const struct tlm_writer *w, bool *rotate, uint64_t *wait_ns)
{
    const struct tlm_writer_options *o = &w->options;
    uint64_t now = tlm__clock_monotonic_ns();
    *wait_ns = UINT64_MAX;
    *rotate = false;
    bool flush = false;
    uint64_t born_ns = w->leaving_born_ns ? w->leaving_born_ns : w->batch_born_ns;
    if (o->flush_interval_ns && born_ns) {
        uint64_t age = now - born_ns;
        flush = age >= o->flush_interval_ns;
        *wait_ns = flush ? 0 : o->flush_interval_ns - age;
    }
    if (o->rotate_age_ns && w->part_has_points) {
        uint64_t age = now - w->part_born_ns;
        uint64_t left = age >= o->rotate_age_ns ? 0 : o->rotate_age_ns - age;
        *rotate = left == 0;
        *wait_ns = left < *wait_ns ? left : *wait_ns;
    }
    if (o->rotate_every_ns && w->part_has_points) {
        int64_t every = (int64_t)o->rotate_every_ns;
        uint64_t left = (uint64_t)(every - tlm__clock_wall_ns() % every);
        *rotate = *rotate || wall_boundary_passed(w);
        left = left < WALL_CHECK_NS ? left : WALL_CHECK_NS;
        *wait_ns = left < *wait_ns ? left : *wait_ns;
    }
    return flush || *rotate;
}

static uint64_t later(uint64_t now, uint64_t wait_ns)
{
    return wait_ns == UINT64_MAX ? UINT64_MAX : now + wait_ns;
}

/* The thread sleeps under a lock of its own: one that waited for the writer's would be handed that
 * by each call, and each call would wait for it. Both are held to change the time. */
static void wake_at(struct tlm_writer *w, uint64_t due_ns)
{
    pthread_mutex_lock(&w->clock_lock);
    w->clock_due_ns = due_ns;
    pthread_cond_signal(&w->tick);
    pthread_mutex_unlock(&w->clock_lock);
}

void tlm__writer_batch_begins(struct tlm_writer *w, int64_t first_ns)
{
    uint64_t now = tlm__clock_monotonic_ns();
    w->batch_born_ns = now;
    if (!w->part_has_points) {
        w->part_has_points = true;
        w->part_first_ns = first_ns;
        w->part_born_ns = now;
        w->part_wall_ns = tlm__clock_wall_ns();
    }
    bool rotate;
    uint64_t wait_ns;
    is_due(w, &rotate, &wait_ns);
    if (later(now, wait_ns) < w->clock_due_ns)
        wake_at(w, later(now, wait_ns));
}

/* False: the end has come. */
static bool sleep_until_due(struct tlm_writer *w)
{
    pthread_mutex_lock(&w->clock_lock);
    while (!w->clock_stop && tlm__clock_monotonic_ns() < w->clock_due_ns) {
        uint64_t due = w->clock_due_ns;
        struct timespec at = {(time_t)(due / 1000000000u), (long)(due % 1000000000u)};
        if (due == UINT64_MAX)
            pthread_cond_wait(&w->tick, &w->clock_lock);
        else
            pthread_cond_timedwait(&w->tick, &w->clock_lock, &at);
    }
    bool goes_on = !w->clock_stop;
    pthread_mutex_unlock(&w->clock_lock);
    return goes_on;
}

/* With the lock held. Things may have changed since the thread was told when to wake up. */
static enum tlm_code do_what_is_due(struct tlm_writer *w)
{
    bool rotate;
    uint64_t wait_ns;
    enum tlm_code code = w->error.code;
    if (!code && is_due(w, &rotate, &wait_ns)) {
        code = rotate ? tlm__writer_rotate_now(w) : tlm__writer_flush_all(w);
        is_due(w, &rotate, &wait_ns);
    }
    wake_at(w, code ? UINT64_MAX : later(tlm__clock_monotonic_ns(), wait_ns));
    return code;
}

static void *run(void *argument)
{
    struct tlm_writer *w = argument;
    while (sleep_until_due(w)) {
        pthread_mutex_lock(&w->lock);
        tlm__writer_leave(w, do_what_is_due(w), NULL);
    }
    return NULL;
}

enum tlm_code tlm__writer_start_clock(struct tlm_writer *w, struct tlm_error *error)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int failed = pthread_create(&w->clock, NULL, run, w);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed)
        return tlm__fail_errno(error, TLM_IO, failed, "cannot start a thread");
    w->clock_runs = true;
    return TLM_OK;
}

void tlm__writer_stop_clock(struct tlm_writer *w)
{
    pthread_mutex_lock(&w->lock);
    bool joins = w->clock_runs;
    w->clock_runs = false;
    pthread_mutex_unlock(&w->lock);
    pthread_mutex_lock(&w->clock_lock);
    w->clock_stop = true;
    pthread_cond_signal(&w->tick);
    pthread_mutex_unlock(&w->clock_lock);
    if (joins)
        pthread_join(w->clock, NULL);
}
