/* Which parts of a set have had their time, and how they go. */
#ifndef TLM_FILES_RETENTION_H
#define TLM_FILES_RETENTION_H

#include "files/folder.h"

/* A finished part as it was looked at. */
struct tlm_set_part {
    const char *path; /* borrowed */
    struct tlm_inode inode;
    uint64_t bytes;
    int64_t finished_ns; /* when the file was last written to */
    bool has_times;
    int64_t first_ns, last_ns; /* of its points */
    uint64_t turn;   /* of a set that is being written: 0 was there before, then 1, 2, ... */
    unsigned limits; /* decided: enum tlm_limit_passed; 0: it stays */
    bool warned;     /* of the writer: that it cannot be deleted was said */
};

/* Drops all but one of the parts that are the same file; returns how many are left, in any order.
 */
size_t tlm__retention_unique(struct tlm_set_part *parts, size_t n);
/* Sorts, the oldest first: by turn, then by the largest and the smallest timestamp if all have
 * times, then by path, numbers in it by value. */
void tlm__retention_order(struct tlm_set_part *parts, size_t n);
/* Fills in `limits` of ordered parts, each limit for itself, and returns how many go. The newest
 * one never does. now_ns is by the same clock as finished_ns. */
size_t tlm__retention_decide(struct tlm_set_part *parts, size_t n,
                             const struct tlm_retention *retention, int64_t now_ns);

/* Fills in inode, bytes and finished_ns. */
void tlm__set_part_stat(struct tlm_set_part *part, const struct stat *file);
/* Removes `name` from the folder if it still is, without following links, the file that was looked
 * at, unchanged. *removed is false when it is not, or is gone. Durability is the caller's business.
 */
enum tlm_code tlm__set_part_remove(const struct tlm_set_part *part, const struct tlm_folder *folder,
                                   const char *name, bool *removed, struct tlm_error *error);

#endif
