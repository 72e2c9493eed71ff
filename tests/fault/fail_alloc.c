/*
 * Lets an allocation of a program fail, for tests/support/fail_call.c, which says which one and
 * preloads this. Allocations of the loader and of what runs before main are left alone. With the
 * address sanitizer memory comes from there, so that it finds what the failure makes of the rest.
 */
#include <errno.h>
#include <link.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "support/fault_page.h"

static struct fault_page *page;
static uintptr_t cxx_from, cxx_to; /* where the code of libstdc++ is */

/* C++ in a library of C ends the program when memory is out. That is a matter between the caller of
 * libsnappy and the memory that it sees to beforehand. */
static int find_cxx(struct dl_phdr_info *object, size_t size, void *unused)
{
    (void)size;
    (void)unused;
    for (int i = 0; strstr(object->dlpi_name, "libstdc++") && i < object->dlpi_phnum; i++)
        if (object->dlpi_phdr[i].p_type == PT_LOAD && object->dlpi_phdr[i].p_flags & PF_X) {
            cxx_from = object->dlpi_addr + object->dlpi_phdr[i].p_vaddr;
            cxx_to = cxx_from + object->dlpi_phdr[i].p_memsz;
        }
    return 0;
}

__attribute__((constructor)) static void begin(void)
{
    const char *text = getenv("FAULT_PAGE");
    int fd = text ? atoi(text) : -1;
    void *found =
        fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (found == MAP_FAILED)
        return; /* a program that the program started */
    close(fd);
    dl_iterate_phdr(find_cxx, NULL);
    page = found;
    atomic_store(&page->started, true);
}

static bool fails(const void *caller)
{
    if (!page || ((uintptr_t)caller >= cxx_from && (uintptr_t)caller < cxx_to))
        return false;
    uint64_t n = atomic_fetch_add(&page->allocs, 1) + 1;
    if (!page->fail_alloc || n < page->fail_alloc || (n > page->fail_alloc && !page->for_good))
        return false;
    atomic_store(&page->fired, true);
    errno = ENOMEM;
    return true;
}

#define CALLER __builtin_return_address(0)

/* ---- where memory comes from ---------------------------------------------------------------- */

/* Of glibc, which are there before dlsym can be called; and of a sanitizer, if there is one. */
#define SOURCES(name, parameters)   \
    void *__libc_##name parameters; \
    __attribute__((weak)) void *__interceptor_##name parameters

SOURCES(malloc, (size_t size));
SOURCES(calloc, (size_t n, size_t size));
SOURCES(realloc, (void *memory, size_t size));
SOURCES(memalign, (size_t alignment, size_t size));

#define REAL(name) (__interceptor_##name ? __interceptor_##name : __libc_##name)

void *malloc(size_t size)
{
    return fails(CALLER) ? NULL : REAL(malloc)(size);
}

void *calloc(size_t n, size_t size)
{
    return fails(CALLER) ? NULL : REAL(calloc)(n, size);
}

void *realloc(void *memory, size_t size)
{
    return fails(CALLER) ? NULL : REAL(realloc)(memory, size);
}

void *reallocarray(void *memory, size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(memory, bytes);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails(CALLER) ? NULL : REAL(memalign)(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    void *found = fails(CALLER) ? NULL : REAL(memalign)(alignment, size);
    if (!found)
        return ENOMEM;
    *memory = found;
    return 0;
}
