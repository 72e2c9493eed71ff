#include "bench/limit_share.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "monotonic.h"

struct crew {
    void (*work)(void *job, unsigned part);
    void *job;
    pthread_mutex_t gate; /* closed until all are there */
};

struct member {
    struct crew *crew;
    unsigned part;
    pthread_t thread;
};

static void *run(void *opaque)
{
    struct member *member = opaque;
    struct crew *crew = member->crew;
    pthread_mutex_lock(&crew->gate);
    pthread_mutex_unlock(&crew->gate);
    crew->work(crew->job, member->part);
    return NULL;
}

/* This thread takes part 0, and those for which there was no thread. */
double limit_share(unsigned parts, void (*work)(void *job, unsigned part), void *job)
{
    struct crew crew = {.work = work, .job = job, .gate = PTHREAD_MUTEX_INITIALIZER};
    struct member *members = calloc(parts ? parts : 1, sizeof *members);
    unsigned started = 1;
    pthread_mutex_lock(&crew.gate);
    for (; members && started < parts; started++) {
        members[started] = (struct member){.crew = &crew, .part = started};
        if (pthread_create(&members[started].thread, NULL, run, &members[started]))
            break;
    }
    uint64_t start_ns = monotonic_ns();
    pthread_mutex_unlock(&crew.gate);
    work(job, 0);
    for (unsigned part = started; part < parts; part++)
        work(job, part);
    for (unsigned part = 1; part < started; part++)
        pthread_join(members[part].thread, NULL);
    double seconds = (double)(monotonic_ns() - start_ns) * 1e-9;
    free(members);
    return seconds;
}
