/* What a program under test and tests/support/fail_call.c share: a page, whose descriptor is in
 * FAULT_PAGE. */
#ifndef TLM_TESTS_FAULT_PAGE_H
#define TLM_TESTS_FAULT_PAGE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct fault_page {
    atomic_bool started; /* the loader is done, main begins */
    atomic_bool fired;
    bool for_good;       /* not only the one, but all from there on */
    uint64_t fail_alloc; /* which allocation fails, from 1; 0: none */
    atomic_uint_fast64_t allocs;
};

#endif
