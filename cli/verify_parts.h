/* Whether parts of one set are missing: run_000.avro and run_002.avro without run_001.avro. Parts
 * belong together when their names differ in nothing but the index, which is also in their headers.
 * Those before the first may have been pruned. */
#ifndef VERIFY_PARTS_H
#define VERIFY_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* {0} is empty. */
struct verify_parts {
    struct verify_part *items;
    size_t n, cap;
};

/* Part `index` is in the file. One whose name does not tell its index is left out. False: memory is
 * out. */
bool verify_parts_add(struct verify_parts *parts, const char *path, uint64_t index);
/* Calls missing for the first file of each hole that is not there either when it is looked for;
 * n tells how many are missing from there on. */
void verify_parts_check(struct verify_parts *parts,
                        void (*missing)(void *ctx, const char *path, uint64_t n), void *ctx);
void verify_parts_release(struct verify_parts *parts);

#endif
