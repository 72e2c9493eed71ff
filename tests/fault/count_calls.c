/*
 * Counts calls of a program, for scripts/prove-lean:
 *
 *   LD_PRELOAD=count_calls.so COUNT_CALLS=FILE PROGRAM...
 *
 * At the end FILE has a line "NAME COUNT" for each kind of call: allocate, free, lock, wait, clock,
 * read, write. Calls inside the C library are not seen, except for its own allocations.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { ALLOCATE, FREE, LOCK, WAIT, CLOCK, READ, WRITE, KINDS };
static const char *const names[KINDS] = {"allocate", "free", "lock", "wait",
                                         "clock",    "read", "write"};
static atomic_ullong counts[KINDS];

static void count(int kind)
{
    atomic_fetch_add_explicit(&counts[kind], 1, memory_order_relaxed);
}

__attribute__((destructor)) static void tell(void)
{
    const char *path = getenv("COUNT_CALLS");
    unsigned long long found[KINDS];
    for (int i = 0; i < KINDS; i++)
        found[i] = atomic_load(&counts[i]);
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;
    for (int i = 0; fd >= 0 && i < KINDS; i++)
        dprintf(fd, "%s %llu\n", names[i], found[i]);
    if (fd >= 0)
        close(fd);
}

/* ---- memory: dlsym allocates, so these go to glibc's own names ---------------------------------
 */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

void *malloc(size_t size)
{
    count(ALLOCATE);
    return __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    count(ALLOCATE);
    return __libc_calloc(n, size);
}

void *realloc(void *memory, size_t size)
{
    count(ALLOCATE);
    return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    count(ALLOCATE);
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    count(ALLOCATE);
    void *found = __libc_memalign(alignment, size);
    if (found)
        *memory = found;
    return found ? 0 : 12;
}

void free(void *memory)
{
    if (memory)
        count(FREE);
    __libc_free(memory);
}

/* ---- the rest: the next definition of the name --------------------------------------------------
 */

/* A function NAME that counts and calls on. */
#define COUNTED(kind, result, name, parameters, arguments)                   \
    result name parameters;                                                  \
    result name parameters                                                   \
    {                                                                        \
        static _Atomic(uintptr_t) next;                                      \
        uintptr_t found = atomic_load_explicit(&next, memory_order_relaxed); \
        count(kind);                                                         \
        if (!found) {                                                        \
            found = (uintptr_t)dlsym(RTLD_NEXT, #name);                      \
            atomic_store_explicit(&next, found, memory_order_relaxed);       \
        }                                                                    \
        return ((result(*) parameters)found)arguments;                       \
    }

COUNTED(LOCK, int, pthread_mutex_lock, (pthread_mutex_t * a), (a))
COUNTED(LOCK, int, pthread_mutex_trylock, (pthread_mutex_t * a), (a))
COUNTED(LOCK, int, pthread_rwlock_rdlock, (pthread_rwlock_t * a), (a))
COUNTED(LOCK, int, pthread_rwlock_wrlock, (pthread_rwlock_t * a), (a))
COUNTED(LOCK, int, pthread_cond_signal, (pthread_cond_t * a), (a))
COUNTED(LOCK, int, pthread_cond_broadcast, (pthread_cond_t * a), (a))
COUNTED(WAIT, int, pthread_cond_wait, (pthread_cond_t * a, pthread_mutex_t *b), (a, b))
COUNTED(WAIT, int, pthread_cond_timedwait,
        (pthread_cond_t * a, pthread_mutex_t *b, const struct timespec *c), (a, b, c))
COUNTED(CLOCK, int, clock_gettime, (clockid_t a, struct timespec *b), (a, b))
COUNTED(CLOCK, int, gettimeofday, (struct timeval * a, void *b), (a, b))
COUNTED(CLOCK, time_t, time, (time_t * a), (a))
COUNTED(READ, ssize_t, read, (int a, void *b, size_t c), (a, b, c))
COUNTED(READ, ssize_t, pread, (int a, void *b, size_t c, off_t d), (a, b, c, d))
COUNTED(READ, ssize_t, pread64, (int a, void *b, size_t c, off64_t d), (a, b, c, d))
COUNTED(WRITE, ssize_t, write, (int a, const void *b, size_t c), (a, b, c))
COUNTED(WRITE, ssize_t, pwrite, (int a, const void *b, size_t c, off_t d), (a, b, c, d))
COUNTED(WRITE, ssize_t, pwrite64, (int a, const void *b, size_t c, off64_t d), (a, b, c, d))
COUNTED(WRITE, ssize_t, writev, (int a, const struct iovec *b, int c), (a, b, c))
